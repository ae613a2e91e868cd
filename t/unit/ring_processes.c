/*
 * The ring under load, across processes: one writer and eight readers at full
 * speed, and a writer that is killed again and again under its readers.
 *
 *     ring_processes            1 writer process, 8 reader processes; kills
 *     ring_processes threads    the same readers and writer as threads
 *
 * GMS_RING_EVENTS, GMS_RING_KILLS and GMS_RING_SEED in the environment change
 * how much and what is tried.  Built with the thread sanitizer only threads
 * are run, since it sees nothing of other processes; built with the address
 * sanitizer there are fewer events.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ipc/error.h"
#include "ipc/ring.h"

#define READERS 8
#define KILLS 200
#define THREAD_EVENTS 200000
#define TIME_LIMIT_S 150

#ifdef __SANITIZE_ADDRESS__
#define EVENTS 1000000
#else
#define EVENTS 10000000
#endif

#ifdef __SANITIZE_THREAD__
#define ONLY_THREADS true
#else
#define ONLY_THREADS false
#endif

/* Words of the ring's header. */
#define RESERVED 9
#define COMMITTED 10


typedef struct {
    uint64_t  read;
    uint64_t  overtaken; /* how often */
    uint64_t  skipped;   /* events that this cost */
    uint64_t  last;      /* event last read */
    uint64_t  torn;      /* everything below must stay 0 */
    uint64_t  silent;
    uint64_t  error;
} reader_t;


/* Shared by all processes of a test, apart from the memory under test. */
typedef struct {
    uint64_t  done;      /* the writer is through */
    uint64_t  started;   /* this life of the writer writes */
    uint64_t  journal;   /* last durable event committed to the journal */
    uint64_t  published; /* last durable event that is surely in the ring */
    uint64_t  wrong;     /* 1: a successor found too few or too many */
    uint64_t  lives;
    reader_t  readers[READERS];
} shared_t;


typedef struct {
    gms_memory_t  m;
    gms_ring_t    ring;
    shared_t     *shared;
    uint64_t      events;
    unsigned      index; /* of a reader */
    bool          durable;
} bench_t;


static uint64_t
load(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}


static void
store(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}


static uint64_t
now_ns(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
}


static uint64_t
setting(const char *name, uint64_t otherwise)
{
    const char  *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}


static uint64_t
mix(uint64_t n)
{
    n = (n ^ n >> 31) * UINT64_C(0x9e3779b97f4a7c15);

    return n ^ n >> 29;
}


/* Event n: its number, then words made of it; its length follows from it too:
 * mostly that of a shot, now and then the largest that there is. */
static size_t
event_size(uint64_t n)
{
    uint64_t  h = mix(n);

    return h % 4096 == 0 ? GMS_EVENT_BYTES : 8 + h % 200;
}


static size_t
event_make(char *text, uint64_t n)
{
    size_t    i, size = event_size(n);
    uint64_t  word;

    for (i = 0; i < size; i += 8) {
        word = i == 0 ? n : n * UINT64_C(0xff51afd7ed558ccd) + i;
        memcpy(text + i, &word, size - i < 8 ? size - i : 8);
    }

    return size;
}


/* The number of an event, or 0 when it is not as it was made. */
static uint64_t
event_check(const char *text, size_t size)
{
    size_t    i;
    uint64_t  n, word;

    if (size < 8) {
        return 0;
    }

    memcpy(&n, text, 8);

    if (size != event_size(n)) {
        return 0;
    }

    for (i = 8; i < size; i += 8) {
        word = n * UINT64_C(0xff51afd7ed558ccd) + i;

        if (memcmp(text + i, &word, size - i < 8 ? size - i : 8) != 0) {
            return 0;
        }
    }

    return n;
}


static int
publish(bench_t *bench, uint64_t n, uint64_t seq)
{
    char               text[GMS_EVENT_BYTES];
    gms_ring_record_t  record = { .seq = seq };

    record.size = (uint32_t) event_make(text, n);

    return gms_ring_write(&bench->ring, &record, text);
}


/* One reader: half of them wait in sleep as nginx does, and so are overtaken;
 * the others spin.  Half of them go on at the oldest event after that, as a
 * resuming client does, half at the head, as after a snapshot. */
static void *
run_reader(void *data)
{
    int                rc;
    char               buf[GMS_EVENT_BYTES];
    bool               told = true; /* it starts with a snapshot */
    bench_t           *bench = data;
    reader_t           r = { 0 };
    uint64_t           pos, n, done;
    gms_ring_record_t  record;

    const struct timespec  nap = { .tv_nsec = 500000 };

    pos = gms_ring_head(&bench->ring);

    while (r.torn == 0 && r.silent == 0 && r.error == 0) {
        done = load(&bench->shared->done);
        rc = gms_ring_read(&bench->ring, &pos, &record, buf, sizeof(buf));

        if (rc == GMS_OK) {
            n = event_check(buf, record.size);

            if (n == 0 || (record.seq != 0 && record.seq != n)) {
                r.torn++;

            } else if (n <= r.last || (n != r.last + 1 && !told)) {
                r.silent++;
            }

            r.skipped += r.last != 0 ? n - r.last - 1 : 0;
            r.last = n;
            r.read++;
            told = false;

        } else if (rc == GMS_EOVERTAKEN) {
            r.overtaken++;
            told = true;
            pos = bench->index % 2 == 0 ? gms_ring_oldest(&bench->ring)
                                        : gms_ring_head(&bench->ring);

        } else if (rc != GMS_EAGAIN) {
            r.error++;

        } else if (done) {
            break;

        } else if (bench->index % 4 < 2) {
            (void) sched_yield();

        } else {
            (void) nanosleep(&nap, NULL);
        }
    }

    bench->shared->readers[bench->index] = r;

    return NULL;
}


static void *
run_writer(void *data)
{
    bench_t   *bench = data;
    uint64_t   n;

    for (n = 1; n <= bench->events; n++) {
        (void) publish(bench, n, n % 4 == 0 ? 0 : n);
    }

    store(&bench->shared->done, 1);

    return NULL;
}


/* A life of the lane: takes the ring over, publishes what the journal has and
 * the ring lacks, goes on until it is killed or through. */
static void
run_lane(bench_t *bench)
{
    uint64_t   n, found;
    shared_t  *shared = bench->shared;

    if (gms_ring_take_over(&bench->ring, &found) != GMS_OK
        || found < load(&shared->published) || found > load(&shared->journal))
    {
        store(&shared->wrong, 1);
    }

    for (n = found + 1; n <= load(&shared->journal); n++) {
        (void) publish(bench, n, n);
    }

    store(&shared->started, 1);

    for (/* void */; n <= bench->events; n++) {
        store(&shared->journal, n);
        (void) publish(bench, n, n);
        store(&shared->published, n);
    }

    store(&shared->done, 1);
}


static bench_t
bench_create(uint64_t events)
{
    bench_t            bench = { .events = events };
    gms_memory_spec_t  spec = { 0 };

    assert_int_equal(gms_memory_create(&bench.m, "gmshoot-test", &spec),
        GMS_OK);
    assert_int_equal(gms_ring_attach(&bench.ring, &bench.m), GMS_OK);
    bench.shared = mmap(NULL, sizeof(shared_t), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(bench.shared != MAP_FAILED);

    return bench;
}


static void
bench_close(bench_t *bench)
{
    (void) munmap(bench->shared, sizeof(shared_t));
    gms_memory_close(&bench->m);
}


static void
child_begin(pid_t parent)
{
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    if (getppid() != parent) {
        _exit(1);
    }

    (void) alarm(TIME_LIMIT_S);
}


/* A process that maps the memory read-only, as nginx does, and reads. */
static pid_t
fork_reader(bench_t *bench, unsigned index)
{
    int           fd;
    pid_t         pid, parent = getpid();
    gms_memory_t  m;

    pid = fork();
    if (pid != 0) {
        return pid;
    }

    child_begin(parent);
    fd = dup(bench->m.fd);
    gms_memory_close(&bench->m);
    bench->index = index;

    if (gms_memory_map(&m, fd, NULL) != GMS_OK
        || gms_ring_attach(&bench->ring, &m) != GMS_OK)
    {
        _exit(1);
    }

    (void) run_reader(bench);
    _exit(0);
}


static void
expect_exit(pid_t pid)
{
    int  status;

    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}


static void
expect_truth(const bench_t *bench, unsigned readers)
{
    unsigned         i;
    const reader_t  *r;

    for (i = 0; i < readers; i++) {
        r = &bench->shared->readers[i];
        print_message("# reader %u: %lu read, overtaken %lu times, "
                      "which cost %lu\n", i, (unsigned long) r->read,
            (unsigned long) r->overtaken, (unsigned long) r->skipped);

        assert_int_equal(r->torn, 0);
        assert_int_equal(r->silent, 0);
        assert_int_equal(r->error, 0);
        assert_true(r->overtaken > 0 || r->skipped == 0);

        if (i % 2 == 0) {
            assert_int_equal(r->last, bench->events);
        }
    }
}


static void
report(const char *what, uint64_t events, uint64_t began)
{
    double  s = (double) (now_ns() - began) / 1e9;

    print_message("# %s: %lu events in %.2f s, %.0f a second\n", what,
        (unsigned long) events, s, (double) events / s);
}


static void
test_processes(void **unused)
{
    pid_t     writer, readers[READERS], parent = getpid();
    bench_t   bench = bench_create(setting("GMS_RING_EVENTS", EVENTS));
    unsigned  i;
    uint64_t  began = now_ns();

    (void) unused;

    for (i = 0; i < READERS; i++) {
        readers[i] = fork_reader(&bench, i);
    }

    writer = fork();

    if (writer == 0) {
        child_begin(parent);
        (void) run_writer(&bench);
        _exit(0);
    }

    expect_exit(writer);

    for (i = 0; i < READERS; i++) {
        expect_exit(readers[i]);
    }

    report("1 writer and 8 readers, processes", bench.events, began);
    expect_truth(&bench, READERS);
    bench_close(&bench);
}


static void
test_threads(void **unused)
{
    bench_t    bench = bench_create(THREAD_EVENTS);
    bench_t    each[READERS];
    unsigned   i;
    uint64_t   began = now_ns();
    pthread_t  writer, readers[READERS];

    (void) unused;

    for (i = 0; i < READERS; i++) {
        each[i] = bench;
        each[i].index = i;
        assert_int_equal(pthread_create(&readers[i], NULL, run_reader,
                             &each[i]), 0);
    }

    assert_int_equal(pthread_create(&writer, NULL, run_writer, &bench), 0);
    assert_int_equal(pthread_join(writer, NULL), 0);

    for (i = 0; i < READERS; i++) {
        assert_int_equal(pthread_join(readers[i], NULL), 0);
    }

    report("1 writer and 8 readers, threads", bench.events, began);
    expect_truth(&bench, READERS);
    bench_close(&bench);
}


/* One more life of the writer; `life_us` 0: until it is through.  Returns
 * whether it died in the middle of a record. */
static bool
live_and_die(bench_t *bench, unsigned life_us)
{
    int              status;
    pid_t            pid, parent = getpid();
    const uint64_t  *words = bench->ring.header;

    store(&bench->shared->started, 0);
    bench->shared->lives++;

    pid = fork();

    if (pid == 0) {
        child_begin(parent);
        run_lane(bench);
        _exit(0);
    }

    assert_true(pid > 0);

    if (life_us == 0) {
        expect_exit(pid);
        return false;
    }

    while (!load(&bench->shared->started)) {
        (void) sched_yield();
    }

    (void) usleep(life_us);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));

    return load(&words[RESERVED]) != load(&words[COMMITTED]);
}


static void
test_kills(void **unused)
{
    pid_t     readers[READERS];
    bench_t   bench = bench_create(UINT64_MAX);
    unsigned  i, middle = 0;
    uint64_t  kills, began = now_ns(), seed;

    (void) unused;

    kills = setting("GMS_RING_KILLS", KILLS);
    seed = setting("GMS_RING_SEED", 1);

    for (i = 0; i < READERS; i++) {
        readers[i] = fork_reader(&bench, i);
    }

    for (i = 0; i < kills; i++) {
        middle += live_and_die(&bench,
            1 + (unsigned) (mix(seed * 1000 + i) % 3000));
        assert_int_equal(bench.shared->wrong, 0);
    }

    /* the last life comes to its end */
    bench.events = load(&bench.shared->journal) + 100000;
    (void) live_and_die(&bench, 0);
    assert_int_equal(bench.shared->wrong, 0);

    for (i = 0; i < READERS; i++) {
        expect_exit(readers[i]);
    }

    report("killed writers", bench.events, began);
    print_message("# %lu kills, %u of them in the middle of a record\n",
        (unsigned long) kills, middle);
    expect_truth(&bench, READERS);
    assert_true(middle > 0 || kills < 50);
    bench_close(&bench);
}


int
main(int argc, char **argv)
{
    static const struct CMUnitTest  processes[] = {
        { .name = "eight reader processes never see a torn or a silently "
                  "skipped event",
          .test_func = test_processes },
        { .name = "a writer killed 200 times loses no event and doubles none",
          .test_func = test_kills },
    };

    static const struct CMUnitTest  threads[] = {
        { .name = "eight reader threads never see a torn or a silently "
                  "skipped event",
          .test_func = test_threads },
    };

    (void) alarm(TIME_LIMIT_S);
    cmocka_set_message_output(CM_OUTPUT_TAP);

    if (ONLY_THREADS || (argc > 1 && strcmp(argv[1], "threads") == 0)) {
        return cmocka_run_group_tests(threads, NULL, NULL);
    }

    return cmocka_run_group_tests(processes, NULL, NULL);
}
