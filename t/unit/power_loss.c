#include "t/lib/shelf.h"

#include "t/lib/power.h"
#include "worker/store/check.h"

#define EVENTS_MAX 5000

static uint64_t random_state = 4711;
static uint8_t  told[EVENTS_MAX][GMS_CHAIN_SIZE]; /* hash of each event that
                                                     was acknowledged */
static uint64_t acknowledged;
static uint64_t epoch;


static uint64_t
chance(void)
{
    return sample_random(&random_state);
}


/* Logs go into the database often: that, too, may be cut. */
static int
checkpoint_often(sqlite3 *db, char **e, const void *api)
{
    (void) e;
    (void) api;
    return sqlite3_wal_autocheckpoint(db, 9);
}


static int
begin(void **state)
{
    power_begin();
    sqlite3_auto_extension((void (*)(void)) checkpoint_often);
    acknowledged = 0;
    epoch = 0;
    return make_folder(state);
}


static int
end(void **state)
{
    sqlite3_reset_auto_extension();
    power_end();
    return remove_folder(state);
}


static void
acknowledge(gms_journal_t *j)
{
    char text[GMS_CHAIN_HEX_SIZE];

    epoch = gms_journal_epoch(j);
    acknowledged = gms_journal_last_seq(j);
    assert_true(acknowledged < EVENTS_MAX);
    gms_journal_head(j, text);
    assert_true(gms_chain_from_hex(told[acknowledged], text));
}


/* A lane's life: it opens the journal and appends until the power fails. */
static void
live(long steps)
{
    gms_journal_t *j;
    gms_event_t    event[3];
    uint64_t       seq;
    int            i, n;

    power_arm(steps);

    if (gms_journal_open(&j, folder, "lane1", err, sizeof(err)) != GMS_OK) {
        assert_true(power_gone);
        return;
    }

    for ( ;; ) {
        seq = gms_journal_last_seq(j);
        n = 1 + (int) (chance() % 3);
        for (i = 0; i < n; i++) {
            calibration(&event[i], seq + 1 + (uint64_t) i);
        }
        if (gms_journal_append(j, event, n, err, sizeof(err)) != GMS_OK) {
            break;
        }
        acknowledge(j);
    }

    assert_true(power_gone);
    gms_journal_close(j);
}


/* What was acknowledged is there, in order, once, under the same ids. */
static void
look(void)
{
    gms_journal_t *j;
    gms_check_t    c;
    uint8_t        hash[GMS_CHAIN_SIZE];
    char           text[GMS_CHAIN_HEX_SIZE];
    uint64_t       last;

    j = open_lane("lane1");
    last = gms_journal_last_seq(j);

    if (last < acknowledged || last > acknowledged + 3) {
        fail_msg("%d events were acknowledged, %d are there",
            (int) acknowledged, (int) last);
    }
    assert_int_equal(replayed(j), last);

    if (acknowledged > 0) {
        assert_int_equal(gms_journal_epoch(j), epoch);
        assert_true(gms_journal_hash(j, acknowledged, text));
        assert_true(gms_chain_from_hex(hash, text));
        assert_memory_equal(hash, told[acknowledged], GMS_CHAIN_SIZE);
    }

    if (last > acknowledged) { /* the lane would publish it now */
        acknowledge(j);
    }
    gms_journal_close(j);

    if (gms_check_journal(&c, file_of("journal.db"), NULL) != GMS_OK) {
        fail_msg("%s", c.why);
    }
    assert_int_equal(c.events, last);
}


static void
begin_anew(void)
{
    acknowledged = 0;
    power_forget();
    unlink(file_of("journal.db"));
    unlink(file_of("journal.db-wal"));
    unlink(file_of("journal.db-shm"));
}


static void
acknowledged_survives(void **state)
{
    enum { TIMES = 300, ANEW = 30 };
    uint64_t events = 0;
    int      i;

    (void) state;

    for (i = 0; i < TIMES; i++) {
        live(1 + (long) (chance() % 150));
        power_fail(chance);
        look();

        if (i % ANEW == ANEW - 1) { /* a long one is slow to look at */
            events += acknowledged;
            begin_anew();
        }
    }

    print_message("# the power failed %d times in %d events\n", TIMES,
        (int) events);
    assert_true(events > TIMES);
}


static void
beginnings_survive(void **state)
{
    long steps;
    int  again;

    (void) state;

    for (steps = 1; steps <= 45; steps++) {
        for (again = 0; again < 3; again++) {
            live(steps);
            power_fail(chance);
            look();
            begin_anew();
        }
    }
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { "what was acknowledged survives a power cut at any write",
          acknowledged_survives, begin, end, NULL },
        { "a power cut while a journal is made leaves one that can be used",
          beginnings_survive, begin, end, NULL },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
