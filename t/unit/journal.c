#include "t/lib/shelf.h"

#include <sys/stat.h>


static void
new_journal_is_empty(void **state)
{
    gms_journal_t *j;
    uint64_t       epoch;
    struct stat    sb;
    gms_scorebook_before_t before;

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
    assert_int_equal(gms_journal_append(j, event, 3, err, sizeof(err)),
        GMS_EINVALID);
    assert_int_equal(gms_journal_last_seq(j), 0);
    assert_int_equal(replayed(j), 0);

    calibration(&event[2], 3);
    assert_int_equal(gms_journal_append(j, event, 3, err, sizeof(err)),
        GMS_OK);
    assert_int_equal(gms_journal_append(j, event, 0, err, sizeof(err)),
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
    assert_int_equal(gms_journal_append(j, event, 3, err, sizeof(err)),
        GMS_ESTORE);
    assert_non_null(strstr(err, folder));
    assert_int_equal(replayed(j), 4);
    assert_int_equal(gms_journal_append(j, event, 2, err, sizeof(err)),
        GMS_OK);
    sql("DROP TRIGGER stop");
    assert_int_equal(append(j, 7), GMS_OK);
    gms_journal_close(j);
}


static void
fold_equals_live(void **state)
{
    gms_journal_t *j;
    gms_scorebook_t  live;
    gms_input_t    input;
    gms_event_t    out[GMS_DECIDE_MAX];
    uint64_t       random = 4711;
    unsigned       i;
    int            n, k;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(gms_scorebook_init(&live, "lane1", gms_journal_epoch(j)),
        GMS_OK);

    for (i = 1; i <= 600; i++) {
        sample_any(&live, &input, &random, i);
        n = gms_scorebook_decide(&live, &input, out);

        if (n > 0) {
            assert_int_equal(gms_journal_append(j, out, n,
                err, sizeof(err)), GMS_OK);
            for (k = 0; k < n; k++) {
                assert_int_equal(gms_scorebook_apply(&live, &out[k]), GMS_OK);
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
    gms_scorebook_free(&live);
}


static void
fold_begins_late(void **state)
{
    gms_journal_t *j;
    gms_scorebook_t  s;
    gms_input_t    input;
    gms_scorebook_before_t before;
    unsigned       i;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(gms_scorebook_init(&s, "lane1", gms_journal_epoch(j)),
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

    /* events: 1 calibration, 2-5, 6-9 and 10-13 sessions: begins with 6 */
    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(before.after, 5);
    assert_true(before.has_calibration);
    assert_int_equal(before.calibration.seq, 1);
    assert_int_equal(before.calibration.kind, GMS_EVENT_CALIBRATION);

    /* 14, and 15 beside it: the lane was not idle in between */
    for (i = 0; i < 2; i++) {
        sample_start(&input, i == 1 ? "beside" : "");
        input.beside = true;
        record(j, &s, &input);
    }
    assert_int_equal(gms_journal_fold_start(j, &before), GMS_OK);
    assert_int_equal(before.after, 9);
    assert_int_equal(gms_scorebook_open(&s), 2);
    compare_folds(j, &s);

    gms_journal_close(j);
    gms_scorebook_free(&s);
}


/* The page of SQL that an archive reads: what stands in which column. */
static void
columns_are_filled(void **state)
{
    gms_journal_t *j;
    gms_scorebook_t  s;
    gms_input_t    input;
    gms_event_t    out[GMS_DECIDE_MAX];
    sqlite3       *db;
    sqlite3_stmt  *st;

    (void) state;

    j = open_lane("lane1");
    assert_int_equal(gms_scorebook_init(&s, "lane1", gms_journal_epoch(j)),
        GMS_OK);

    /* before the start is applied the caller knows no session yet */
    sample_start(&input, "the-key");
    assert_int_equal(gms_scorebook_decide(&s, &input, out), 1);
    assert_int_equal(gms_journal_append(j, out, 1, err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_scorebook_apply(&s, out), GMS_OK);

    sample_shot(&input, 1, 1, 1);
    assert_int_equal(gms_scorebook_decide(&s, &input, out), 1);
    assert_int_equal(gms_journal_append(j, out, 1, err,
        sizeof(err)), GMS_OK);

    assert_int_equal(sqlite3_open(file_of("journal.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, session, key,"
        " boot_id, real_ns, mono_ns, frame_mono_ns FROM events ORDER BY seq",
        -1, &st, NULL), SQLITE_OK);

    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_string_equal((const char *) sqlite3_column_text(st, 0), "session");
    assert_string_equal((const char *) sqlite3_column_text(st, 1),
        sample_session(&s)->id);
    assert_string_equal((const char *) sqlite3_column_text(st, 2), "the-key");
    assert_string_equal((const char *) sqlite3_column_text(st, 3),
        SAMPLE_BOOT);

    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_string_equal((const char *) sqlite3_column_text(st, 0), "shot");
    assert_string_equal((const char *) sqlite3_column_text(st, 1),
        sample_session(&s)->id);
    assert_int_equal(sqlite3_column_int64(st, 4),
        SAMPLE_REAL_NS / 1000 * 1000);
    assert_int_equal(sqlite3_column_int64(st, 5), 5000000123);
    assert_int_equal(sqlite3_column_int64(st, 6), 5001000000);

    sqlite3_finalize(st);
    sqlite3_close(db);
    gms_journal_close(j);
    gms_scorebook_free(&s);
}


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
        IN_FOLDER("a restart folds the last sessions, not the whole journal",
            fold_begins_late),
        IN_FOLDER("each row says session, key, boot and instants",
            columns_are_filled),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
