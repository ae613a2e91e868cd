#define SHELF "/tmp"
#include "t/lib/shelf.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "worker/base/clock.h"

#define KILLS 30


/* Appends until the other end kills us; a number goes down the pipe when,
 * and only when, append() has acknowledged it. */
static void
append_for_ever(int fd)
{
    gms_journal_t *j;
    gms_event_t    event[3];
    uint64_t       seq;
    int            n;

    if (gms_journal_open(&j, folder, "lane1", err, sizeof(err)) != GMS_OK) {
        _exit(1);
    }

    for ( ;; ) {
        seq = gms_journal_last_seq(j);
        for (n = 0; n < 1 + (int) (seq % 3); n++) {
            calibration(&event[n], seq + 1 + (uint64_t) n);
        }
        if (gms_journal_append(j, event, n, err, sizeof(err)) != GMS_OK) {
            _exit(2);
        }
        seq = gms_journal_last_seq(j);
        if (write(fd, &seq, sizeof(seq)) != sizeof(seq)) {
            _exit(3);
        }
    }
}


static void
acknowledged_survives_kill(void **state)
{
    gms_journal_t   *j;
    struct timespec  nap;
    uint64_t         random = 815, seq, acknowledged = 0, last;
    int              i, status, pipe_fd[2];
    pid_t            pid;

    (void) state;

    for (i = 0; i < KILLS; i++) {
        assert_int_equal(pipe(pipe_fd), 0);
        pid = fork();
        assert_int_not_equal(pid, -1);

        if (pid == 0) {
            close(pipe_fd[0]);
            append_for_ever(pipe_fd[1]);
        }

        close(pipe_fd[1]);
        nap.tv_sec = 0;
        nap.tv_nsec = (long) (sample_random(&random) % 80000000);
        nanosleep(&nap, NULL);
        kill(pid, SIGKILL);

        while (read(pipe_fd[0], &seq, sizeof(seq)) == sizeof(seq)) {
            acknowledged = seq;
        }

        close(pipe_fd[0]);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));

        j = open_lane("lane1");
        last = gms_journal_last_seq(j);
        assert_true(last >= acknowledged);
        assert_true(last <= acknowledged + 3); /* one was under way */
        assert_int_equal(replayed(j), last);
        gms_journal_close(j);

        /* what came through without a word was read back: the next one may
         * be killed before it says anything */
        acknowledged = last;
    }

    print_message("# %d kills, %llu events\n", KILLS,
        (unsigned long long) acknowledged);
    assert_true(acknowledged > KILLS);
}


static void
limit_files(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}


/* A limit on the size of files stands for the full disk. */
static void
full_disk_loses_nothing(void **state)
{
    gms_journal_t *j;
    gms_event_t    event[3];
    uint64_t       seq = 0, rounds;
    int            rc, i, n;

    (void) state;

    signal(SIGXFSZ, SIG_IGN);
    j = open_lane("lane1");

    for (rounds = 1; rounds <= 3; rounds++) {
        limit_files(200 * 1024 * rounds);

        for ( ;; ) {
            n = 1 + (int) (seq % 3);
            for (i = 0; i < n; i++) {
                calibration(&event[i], seq + 1 + (uint64_t) i);
            }
            rc = gms_journal_append(j, event, n, err, sizeof(err));
            if (rc != GMS_OK) {
                break;
            }
            seq += (uint64_t) n;
            assert_true(seq < 100000);
        }

        if (rc != GMS_ESTORE_FULL) {
            fail_msg("%d: %s", rc, err);
        }
        assert_non_null(strstr(err, "no room left"));
        assert_non_null(strstr(err, folder));

        /* still full: the same answer, nothing half written */
        for (i = 0; i < 3; i++) {
            assert_int_equal(gms_journal_append(j, event, n, err,
                sizeof(err)), GMS_ESTORE_FULL);
        }
        assert_int_equal(gms_journal_last_seq(j), seq);
        assert_int_equal(replayed(j), seq);

        if (rounds == 2) { /* the lane is restarted while the disk is full */
            gms_journal_close(j);
            j = open_lane("lane1");
            assert_int_equal(gms_journal_last_seq(j), seq);
        }

        limit_files(RLIM_INFINITY);
        assert_int_equal(gms_journal_append(j, event, n, err,
            sizeof(err)), GMS_OK);
        seq += (uint64_t) n;
    }

    gms_journal_close(j);
    j = open_lane("lane1");
    assert_int_equal(gms_journal_last_seq(j), seq);
    assert_int_equal(replayed(j), seq);
    gms_journal_close(j);
    print_message("# %llu events\n", (unsigned long long) seq);
}


static void
full_disk_at_the_start(void **state)
{
    gms_journal_t *j;

    (void) state;

    signal(SIGXFSZ, SIG_IGN);
    limit_files(2048);
    assert_int_equal(refused("lane1"), GMS_ESTORE_FULL);
    assert_int_equal(refused("lane1"), GMS_ESTORE_FULL);
    limit_files(RLIM_INFINITY);

    j = open_lane("lane1");
    assert_int_equal(append(j, 1), GMS_OK);
    gms_journal_close(j);

    limit_files(2048); /* not even room for what is shared with readers */
    assert_int_equal(refused("lane1"), GMS_ESTORE_FULL);
    limit_files(RLIM_INFINITY);

    j = open_lane("lane1");
    assert_int_equal(replayed(j), 1);
    gms_journal_close(j);
}


static int
by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}


static void
measure(void **state)
{
    enum { TIMES = 500 };
    gms_journal_t *j;
    int64_t        took[TIMES], from;
    uint64_t       i;

    (void) state;

    j = open_lane("lane1");
    for (i = 0; i < TIMES; i++) {
        from = gms_clock_mono_ns();
        assert_int_equal(append(j, i + 1), GMS_OK);
        took[i] = gms_clock_mono_ns() - from;
    }
    gms_journal_close(j);
    qsort(took, TIMES, sizeof(took[0]), by_value);

    from = gms_clock_mono_ns();
    j = open_lane("lane1");
    print_message("# commit p50 %.2f ms, p95 %.2f ms; reopen %.2f ms\n",
        (double) took[TIMES / 2] / 1e6, (double) took[TIMES * 95 / 100] / 1e6,
        (double) (gms_clock_mono_ns() - from) / 1e6);
    assert_int_equal(gms_journal_last_seq(j), TIMES);
    gms_journal_close(j);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_FOLDER("what was acknowledged survives kill -9",
            acknowledged_survives_kill),
        IN_FOLDER("a full disk loses nothing, and recording goes on after it",
            full_disk_loses_nothing),
        IN_FOLDER("a disk full from the start is named, and mends itself",
            full_disk_at_the_start),
        IN_FOLDER("a commit is quick",
            measure),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
