#include "t/lib/sample.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/store/journal.h"

#define KILLS 30

static char folder[64];
static char err[512];


static int
make_folder(void **state)
{
    (void) state;

    strcpy(folder, "/tmp/gms-journal-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}


static int
remove_folder(void **state)
{
    char command[128];

    (void) state;

    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}


static const char *
file_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}


static gms_journal_t *
open_lane(const char *lane)
{
    gms_journal_t *j = NULL;

    err[0] = '\0';
    if (gms_journal_open(&j, folder, lane, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }
    assert_non_null(j);
    return j;
}


static int
refused(const char *lane)
{
    gms_journal_t *j;
    int            rc;

    err[0] = '\0';
    rc = gms_journal_open(&j, folder, lane, err, sizeof(err));
    assert_null(j);
    return rc;
}


/* Runs SQL on the journal's file from outside. */
static void
sql(const char *text)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(file_of("journal.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}


static void
calibration(gms_event_t *event, uint64_t seq)
{
    gms_session_t s;
    gms_input_t   input;

    assert_int_equal(gms_session_init(&s, "lane1", 1), GMS_OK);
    s.seq = seq - 1;
    sample_calibration(&input, 1 + (double) seq * 1e-9);
    assert_int_equal(gms_session_decide(&s, &input, event), 1);
    gms_session_free(&s);
}


static int
append(gms_journal_t *j, uint64_t seq)
{
    gms_event_t event;

    calibration(&event, seq);
    return gms_journal_append(j, &event, 1, "", err, sizeof(err));
}


/* Replays, and counts; GMS_ECORRUPT if there is a gap. */
static int
count_row(void *data, const gms_event_t *event, const char *json)
{
    uint64_t *last = data;

    if (event->seq != *last + 1 || json[0] != '{') {
        return -1000;
    }
    *last = event->seq;
    return 0;
}


static uint64_t
replayed(gms_journal_t *j)
{
    uint64_t last = 0;

    assert_int_equal(gms_journal_replay(j, 0, count_row, &last), GMS_OK);
    return last;
}


static void
new_journal_is_empty(void **state)
{
    gms_journal_t *j;
    uint64_t       epoch;
    struct stat    sb;
    gms_session_before_t before;

    (void) state;

    strcat(folder, "/lanes/lane1");
    j = open_lane("lane1");
    epoch = gms_journal_epoch(j);
    assert_int_not_equal(epoch, 0);
    assert_int_equal(gms_journal_last_seq(j), 0);
    assert_int_equal(replayed(j), 0);
    before.after = 99;
    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(before.after, 0);
    assert_false(before.has_calibration);

    assert_int_equal(stat(folder, &sb), 0);
    assert_int_equal(sb.st_mode & 0777, 0750);
    assert_int_equal(stat(file_of("journal.db"), &sb), 0);
    assert_int_equal(sb.st_mode & 0777, 0640);
    gms_journal_close(j);

    j = open_lane("lane1");
    assert_int_equal(gms_journal_epoch(j), epoch);
    gms_journal_close(j);

    *strstr(folder, "/lanes") = '\0';
    j = open_lane("lane1");
    assert_int_not_equal(gms_journal_epoch(j), epoch);
    gms_journal_close(j);
}


static void
appends_all_or_none(void **state)
{
    gms_journal_t *j;
    gms_event_t    event[3];

    (void) state;

    j = open_lane("lane1");
    calibration(&event[0], 1);
    calibration(&event[1], 2);
    calibration(&event[2], 4);
    assert_int_equal(gms_journal_append(j, event, 3, "", err, sizeof(err)),
        GMS_EINVALID);
    assert_int_equal(gms_journal_last_seq(j), 0);
    assert_int_equal(replayed(j), 0);

    calibration(&event[2], 3);
    assert_int_equal(gms_journal_append(j, event, 3, "", err, sizeof(err)),
        GMS_OK);
    assert_int_equal(gms_journal_append(j, event, 0, "", err, sizeof(err)),
        GMS_OK);
    assert_int_equal(gms_journal_last_seq(j), 3);

    /* an old number, and one too high */
    assert_int_equal(append(j, 3), GMS_EINVALID);
    assert_int_equal(append(j, 5), GMS_EINVALID);
    assert_int_equal(append(j, 4), GMS_OK);
    gms_journal_close(j);

    j = open_lane("lane1");
    assert_int_equal(gms_journal_last_seq(j), 4);
    assert_int_equal(replayed(j), 4);

    /* a row that fails inside the transaction takes the others with it */
    sql("CREATE TRIGGER stop BEFORE INSERT ON events WHEN new.seq = 7"
        " BEGIN SELECT raise(ABORT, 'no'); END");
    calibration(&event[0], 5);
    calibration(&event[1], 6);
    calibration(&event[2], 7);
    assert_int_equal(gms_journal_append(j, event, 3, "", err, sizeof(err)),
        GMS_ESTORE);
    assert_non_null(strstr(err, folder));
    assert_int_equal(replayed(j), 4);
    assert_int_equal(gms_journal_append(j, event, 2, "", err, sizeof(err)),
        GMS_OK);
    sql("DROP TRIGGER stop");
    assert_int_equal(append(j, 7), GMS_OK);
    gms_journal_close(j);
}


static int
apply_row(void *data, const gms_event_t *event, const char *json)
{
    (void) json;
    return gms_session_apply(data, event);
}


/* Both ways back: the whole journal, and from where the present begins. */
static void
compare_folds(gms_journal_t *j, const gms_session_t *live)
{
    gms_session_t        whole, recent;
    gms_session_before_t before;

    assert_int_equal(gms_session_init(&whole, "lane1", live->epoch), GMS_OK);
    assert_int_equal(gms_journal_replay(j, 0, apply_row, &whole), GMS_OK);
    sample_same_session(live, &whole);
    gms_session_free(&whole);

    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(gms_session_init(&recent, "lane1", live->epoch),
        GMS_OK);
    gms_session_begin_after(&recent, &before);
    assert_int_equal(gms_journal_replay(j, before.after, apply_row, &recent),
        GMS_OK);
    sample_same_session(live, &recent);
    gms_session_free(&recent);
}


static void
fold_equals_live(void **state)
{
    gms_journal_t *j;
    gms_session_t  live;
    gms_input_t    input;
    gms_event_t    out[GMS_DECIDE_MAX];
    uint64_t       random = 4711;
    unsigned       i;
    int            n, k;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(gms_session_init(&live, "lane1", gms_journal_epoch(j)),
        GMS_OK);

    for (i = 1; i <= 600; i++) {
        sample_any(&input, &random, i);
        n = gms_session_decide(&live, &input, out);

        if (n > 0) {
            assert_int_equal(gms_journal_append(j, out, n, live.session.id,
                err, sizeof(err)), GMS_OK);
            for (k = 0; k < n; k++) {
                assert_int_equal(gms_session_apply(&live, &out[k]), GMS_OK);
            }
        }

        if (i % 15 == 0) {
            compare_folds(j, &live);
        }

        if (i % 200 == 0) {
            gms_journal_close(j);
            j = open_lane("lane1");
        }
    }

    assert_true(live.seq > 100);
    gms_journal_close(j);
    gms_session_free(&live);
}


static void
record(gms_journal_t *j, gms_session_t *s, const gms_input_t *input)
{
    gms_event_t out[GMS_DECIDE_MAX];

    int         n = gms_session_decide(s, input, out);

    assert_true(n > 0);
    assert_int_equal(gms_journal_append(j, out, n, s->session.id, err,
        sizeof(err)), GMS_OK);
    for (int i = 0; i < n; i++) {
        assert_int_equal(gms_session_apply(s, &out[i]), GMS_OK);
    }
}


static void
fold_begins_late(void **state)
{
    gms_journal_t *j;
    gms_session_t  s;
    gms_input_t    input;
    gms_session_before_t before;
    unsigned       i;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(gms_session_init(&s, "lane1", gms_journal_epoch(j)),
        GMS_OK);
    sample_calibration(&input, 1);
    record(j, &s, &input);
    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(before.after, 0);
    assert_false(before.has_calibration);
    compare_folds(j, &s);

    for (i = 0; i < 3; i++) {
        sample_start(&input, i == 1 ? "s" : "");
        record(j, &s, &input);
        compare_folds(j, &s);
        sample_shot(&input, 1 + i, 3, 4);
        record(j, &s, &input);
        compare_folds(j, &s);
        sample_input(&input, GMS_INPUT_END);
        strcpy(input.key, i == 1 ? "e" : "");
        record(j, &s, &input);
        compare_folds(j, &s);
    }

    /* events: 1 calibration, 2-5, 6-9 and 10-13 sessions: begins with 9 */
    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(before.after, 8);
    assert_true(before.has_calibration);
    assert_int_equal(before.calibration.seq, 1);
    assert_int_equal(before.calibration.kind, GMS_EVENT_CALIBRATION);

    /* right before the session's start, which begins the fold of the first */
    gms_journal_close(j);
    assert_int_equal(unlink(file_of("journal.db")), 0);
    gms_session_free(&s);
    j = open_lane("lane1");
    assert_int_equal(gms_session_init(&s, "lane1", gms_journal_epoch(j)),
        GMS_OK);
    sample_calibration(&input, 1);
    record(j, &s, &input);
    sample_start(&input, "");
    record(j, &s, &input);
    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(before.after, 1);
    assert_true(before.has_calibration);
    assert_int_equal(before.calibration.seq, 1);
    compare_folds(j, &s);

    gms_journal_close(j);
    gms_session_free(&s);
}


/* The page of SQL that an archive reads: what stands in which column. */
static void
columns_are_filled(void **state)
{
    gms_journal_t *j;
    gms_session_t  s;
    gms_input_t    input;
    gms_event_t    out[GMS_DECIDE_MAX];
    sqlite3       *db;
    sqlite3_stmt  *st;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(gms_session_init(&s, "lane1", gms_journal_epoch(j)),
        GMS_OK);

    /* before the start is applied the caller knows no session yet */
    sample_start(&input, "the-key");
    assert_int_equal(gms_session_decide(&s, &input, out), 1);
    assert_int_equal(gms_journal_append(j, out, 1, s.session.id, err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_session_apply(&s, out), GMS_OK);

    sample_shot(&input, 1, 1, 1);
    assert_int_equal(gms_session_decide(&s, &input, out), 1);
    assert_int_equal(gms_journal_append(j, out, 1, s.session.id, err,
        sizeof(err)), GMS_OK);

    assert_int_equal(sqlite3_open(file_of("journal.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, session, key,"
        " boot_id, real_ns, mono_ns, frame_mono_ns FROM events ORDER BY seq",
        -1, &st, NULL), SQLITE_OK);

    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_string_equal((const char *) sqlite3_column_text(st, 0), "session");
    assert_string_equal((const char *) sqlite3_column_text(st, 1),
        s.session.id);
    assert_string_equal((const char *) sqlite3_column_text(st, 2), "the-key");
    assert_string_equal((const char *) sqlite3_column_text(st, 3),
        SAMPLE_BOOT);

    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_string_equal((const char *) sqlite3_column_text(st, 0), "shot");
    assert_string_equal((const char *) sqlite3_column_text(st, 1),
        s.session.id);
    assert_int_equal(sqlite3_column_int64(st, 4),
        SAMPLE_REAL_NS / 1000 * 1000);
    assert_int_equal(sqlite3_column_int64(st, 5), 5000000123);
    assert_int_equal(sqlite3_column_int64(st, 6), 5001000000);

    sqlite3_finalize(st);
    sqlite3_close(db);
    gms_journal_close(j);
    gms_session_free(&s);
}


/* As the first version wrote them: another index is missing, and events have
 * fewer members. */
static void
old_journals_are_read(void **state)
{
    gms_journal_t       *j;
    gms_session_before_t before;
    gms_session_t        s;
    gms_input_t          input;
    gms_event_t          kept[4];

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(append(j, 1), GMS_OK);
    assert_int_equal(gms_session_init(&s, "lane1", gms_journal_epoch(j)),
        GMS_OK);
    gms_journal_close(j);

    sql("DROP INDEX events_range;"
        "UPDATE meta SET value = '1' WHERE key = 'schema';"
        "UPDATE events SET json = json_remove(json, '$.confirmed', '$.of',"
        " '$.reason')");

    j = open_lane("lane1");
    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(gms_journal_replay(j, 0, apply_row, &s), GMS_OK);
    assert_true(s.has_calibration);
    assert_false(s.calibration.map.confirmed); /* nobody was asked */
    assert_int_equal(s.calibration_seq, 1);

    sample_input(&input, GMS_INPUT_RANGE);
    input.u.range.cold = true;
    strcpy(input.u.range.author, "coach");
    record(j, &s, &input);
    sample_calibration(&input, 2);
    record(j, &s, &input);
    sample_start(&input, "");
    record(j, &s, &input);
    compare_folds(j, &s);

    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_true(before.cold);
    assert_int_equal(before.calibration.seq, 3);

    assert_int_equal(gms_journal_calibrations(j, kept, 4), 2);
    assert_int_equal(kept[0].seq, 3);
    assert_int_equal(kept[1].seq, 1);
    assert_int_equal(gms_journal_calibrations(j, kept, 1), 1);

    gms_journal_close(j);
    gms_session_free(&s);
}


static void
foreign_journals_are_refused(void **state)
{
    gms_journal_t *j;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(append(j, 1), GMS_OK);
    gms_journal_close(j);

    assert_int_equal(refused("lane2"), GMS_ESTORE);
    assert_non_null(strstr(err, "\"lane1\""));
    assert_non_null(strstr(err, "\"lane2\""));

    sql("UPDATE meta SET value = '3' WHERE key = 'schema'");
    assert_int_equal(refused("lane1"), GMS_EVERSION);
    assert_non_null(strstr(err, "version 3"));
    assert_non_null(strstr(err, "knows 2"));

    sql("UPDATE meta SET value = 'x' WHERE key = 'schema'");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    sql("UPDATE meta SET value = '2' WHERE key = 'schema'");
    sql("UPDATE meta SET value = '0' WHERE key = 'epoch'");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    sql("UPDATE meta SET value = '00000000000000ff' WHERE key = 'epoch'");

    j = open_lane("lane1"); /* all of that changed nothing */
    assert_int_equal(gms_journal_epoch(j), 0xff);
    assert_int_equal(replayed(j), 1);
    gms_journal_close(j);

    sql("DROP TABLE meta");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "no journal"));
}


/* Overwrites a part of the file. */
static void
damage(long at, size_t size)
{
    FILE *f = fopen(file_of("journal.db"), "r+");

    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    while (size-- > 0) {
        assert_int_equal(fputc(0xa5, f), 0xa5);
    }
    assert_int_equal(fclose(f), 0);
}


static void
damaged_journals_are_kept(void **state)
{
    gms_journal_t *j;
    struct stat    before, after;
    uint64_t       i;

    (void) state;

    j = open_lane("lane1");
    for (i = 1; i <= 100; i++) {
        assert_int_equal(append(j, i), GMS_OK);
    }
    gms_journal_close(j);
    assert_int_equal(stat(file_of("journal.db"), &before), 0);

    damage(before.st_size / 2, 4096); /* somewhere among the rows */
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "damaged"));
    assert_non_null(strstr(err, folder));

    damage(0, 100); /* the header */
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "damaged"));

    assert_int_equal(stat(file_of("journal.db"), &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    assert_int_equal(before.st_ino, after.st_ino);
}


static void
missing_rows_are_noticed(void **state)
{
    gms_journal_t *j;
    uint64_t       i, last = 0;

    (void) state;

    j = open_lane("lane1");
    for (i = 1; i <= 5; i++) {
        assert_int_equal(append(j, i), GMS_OK);
    }

    /* a callback's word ends the replay */
    last = 1;
    assert_int_equal(gms_journal_replay(j, 0, count_row, &last), -1000);

    sql("DELETE FROM events WHERE seq = 3");
    last = 0;
    assert_int_equal(gms_journal_replay(j, 0, count_row, &last),
        GMS_ECORRUPT);
    assert_int_equal(last, 2);

    sql("UPDATE events SET json = '{}' WHERE seq = 2");
    last = 0;
    assert_int_equal(gms_journal_replay(j, 0, count_row, &last),
        GMS_ECORRUPT);
    assert_int_equal(last, 1);
    gms_journal_close(j);
}


static void
unusable_folders_are_named(void **state)
{
    FILE *f;

    (void) state;

    f = fopen(file_of("plain"), "w");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);

    strcat(folder, "/plain");
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, folder));
    *strstr(folder, "/plain") = '\0';

    assert_int_equal(mkdir(file_of("journal.db"), 0700), 0);
    assert_int_equal(refused("lane1"), GMS_ESTORE);
    assert_non_null(strstr(err, "journal.db"));
}


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
        if (gms_journal_append(j, event, n, "", err, sizeof(err)) != GMS_OK) {
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
            rc = gms_journal_append(j, event, n, "", err, sizeof(err));
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
            assert_int_equal(gms_journal_append(j, event, n, "", err,
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
        assert_int_equal(gms_journal_append(j, event, n, "", err,
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


#define IN_FOLDER(sentence, function) \
    { .name = sentence, .test_func = function, .setup_func = make_folder, \
      .teardown_func = remove_folder }


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        IN_FOLDER("a new journal is empty and draws an epoch of its own",
            new_journal_is_empty),
        IN_FOLDER("events are appended all together or not at all",
            appends_all_or_none),
        IN_FOLDER("the fold of the journal equals the live state",
            fold_equals_live),
        IN_FOLDER("a restart folds the last session, not the whole journal",
            fold_begins_late),
        IN_FOLDER("each row says session, key, boot and instants",
            columns_are_filled),
        IN_FOLDER("a journal of the first version is read and goes on",
            old_journals_are_read),
        IN_FOLDER("another lane's or a newer journal is refused by name",
            foreign_journals_are_refused),
        IN_FOLDER("a damaged journal is refused and left as it is",
            damaged_journals_are_kept),
        IN_FOLDER("a missing or unreadable row is noticed",
            missing_rows_are_noticed),
        IN_FOLDER("an unusable folder is named",
            unusable_folders_are_named),
        IN_FOLDER("what was acknowledged survives kill -9",
            acknowledged_survives_kill),
        IN_FOLDER("a full disk loses nothing, and recording goes on after it",
            full_disk_loses_nothing),
        IN_FOLDER("a disk full from the start is named, and mends itself",
            full_disk_at_the_start),
        IN_FOLDER("a commit is quick", measure),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
