#include "t/lib/shelf.h"

#include <cjson/cJSON.h>

#include "worker/store/history_problems.h"

#define LOST                                                                  \
    "{\"type\":\"camera-lost\",\"title\":\"No picture\",\"detail\":\"gone\"}"
#define DISK "{\"type\":\"disk-low\",\"title\":\"Full\",\"detail\":\"\"}"

/* Noon of a day, and the next, wherever the range is. */
#define NOON_US INT64_C(1780315200000000)
#define DAY_US INT64_C(86400000000)

static const gms_history_filter_t any;
static const gms_history_cursor_t newest;


static gms_history_t *
open_history(void)
{
    gms_history_t *h = NULL;

    setenv("TZ", "UTC", 1);
    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_OK);
    return h;
}


static void
run(const char *sql)
{
    sqlite3 *db;
    char    *trouble = NULL;

    assert_int_equal(sqlite3_open(file_of("history.db"), &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &trouble) != SQLITE_OK) {
        fail_msg("%s", trouble);
    }
    sqlite3_close(db);
}


static void
say(gms_history_t *h, const char *lane, const char *list, int64_t now_us)
{
    cJSON *problems = cJSON_Parse(list);

    assert_non_null(problems);
    if (gms_history_set_problems(h, lane, problems, now_us) != GMS_OK) {
        fail_msg("%s", gms_history_trouble(h));
    }
    cJSON_Delete(problems);
}


static cJSON *
parsed(char *text)
{
    cJSON *json = cJSON_Parse(text);

    assert_non_null(json);
    free(text);
    return json;
}


static cJSON *
past(gms_history_t *h, const gms_history_filter_t *filter)
{
    char *text;

    assert_int_equal(
        gms_history_problems(h, filter, &newest, 50, &text), GMS_OK);
    return parsed(text);
}


/* One of the list, as "lane type began ended"; ended -: it is so still. */
static const char *
told(const cJSON *json, int i)
{
    static char  text[128];
    const cJSON *p = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "problems"),
        i);
    const cJSON *ended = cJSON_GetObjectItem(p, "ended_us");
    char         until[32] = "-";

    if (p == NULL) {
        return "none";
    }
    if (!cJSON_IsNull(ended)) {
        snprintf(until, sizeof(until), "%.0f", ended->valuedouble);
    }
    snprintf(text, sizeof(text), "%s %s %.0f %s",
        cJSON_GetObjectItem(p, "lane")->valuestring,
        cJSON_GetObjectItem(p, "type")->valuestring,
        cJSON_GetObjectItem(p, "began_us")->valuedouble, until);
    return text;
}


static void
test_a_problem_begins_and_ends_once(void **state)
{
    gms_history_t *h = open_history();
    cJSON         *json;

    (void) state;
    say(h, "lane1", "[" LOST "]", 10);
    say(h, "lane1", "[" LOST "]", 20); /* an archive that starts again */
    say(h, "lane2", "[]", 25);
    say(h, "lane1", "[" LOST "," DISK "]", 30);
    say(h, "lane1", "[" DISK "]", 40);

    json = past(h, &any);
    assert_string_equal(told(json, 0), "lane1 disk-low 30 -");
    assert_string_equal(told(json, 1), "lane1 camera-lost 10 40");
    assert_string_equal(told(json, 2), "none");
    cJSON_Delete(json);

    say(h, "lane1", "[" LOST "]", 50);
    json = past(h, &any);
    assert_string_equal(told(json, 0), "lane1 camera-lost 50 -");
    assert_string_equal(told(json, 1), "lane1 disk-low 30 50");
    cJSON_Delete(json);

    /* a clock that was set back, and what is no problem */
    say(h, "lane1", "[1,{},{\"type\":5},null]", 45);
    json = past(h, &any);
    assert_string_equal(told(json, 0), "lane1 camera-lost 50 50");
    cJSON_Delete(json);
    gms_history_close(h);
}


static void
test_lists_are_of_a_lane_and_a_time_and_by_pages(void **state)
{
    gms_history_t       *h = open_history();
    gms_history_filter_t filter = { .lane = "lane2" };
    gms_history_cursor_t after = { 0, 0 };
    cJSON               *json;
    char                *text, lane[32], next[64];
    int                  i, seen = 0;

    (void) state;
    for (i = 0; i < 30; i++) {
        snprintf(lane, sizeof(lane), "lane%d", i % 3);
        say(h, lane, i / 3 % 2 ? "[]" : "[" LOST "]", 100 + i / 2);
    }
    json = past(h, &filter);
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItem(json, "problems")), 5);
    cJSON_Delete(json);

    filter = (gms_history_filter_t) { .from_us = 103, .to_us = 110 };
    json = past(h, &filter);
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItem(json, "problems")), 8);
    cJSON_Delete(json);

    for (i = 0; i < 20; i++) {
        assert_int_equal(
            gms_history_problems(h, &any, &after, 4, &text), GMS_OK);
        json = parsed(text);
        seen += cJSON_GetArraySize(cJSON_GetObjectItem(json, "problems"));
        if (cJSON_IsNull(cJSON_GetObjectItem(json, "next"))) {
            cJSON_Delete(json);
            break;
        }
        snprintf(next, sizeof(next), "%s",
            cJSON_GetObjectItem(json, "next")->valuestring);
        assert_true(gms_history_cursor(&after, next));
        cJSON_Delete(json);
    }
    assert_int_equal(seen, 15);
    gms_history_close(h);
}


static void
test_the_oldest_give_way(void **state)
{
    gms_history_t *h = open_history();
    sqlite3       *db;
    sqlite3_stmt  *st;

    (void) state;
    run("WITH RECURSIVE d(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM d WHERE"
        " n < 20010) INSERT INTO problem SELECT n, 'lane1', 't', '', '', n, n"
        " FROM d");
    say(h, "lane1", "[" LOST "]", 99999);
    gms_history_close(h);

    assert_int_equal(sqlite3_open(file_of("history.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
        "SELECT count(*), min(no) FROM problem", -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(st, 0), GMS_HISTORY_PROBLEMS_KEPT);
    assert_int_equal(sqlite3_column_int(st, 1), 12);
    sqlite3_finalize(st);
    sqlite3_close(db);
}


static double
figure(const cJSON *json, int i, const char *name)
{
    const cJSON *day = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "days"), i);

    assert_non_null(cJSON_GetObjectItem(day, name));
    return cJSON_GetObjectItem(day, name)->valuedouble;
}


static void
test_a_day_of_a_lane_is_summed_up(void **state)
{
    static const char *const names[] = { "sessions", "shooters", "shots",
        "corrected", "doubtful", "cameras_lost" };
    static const double want[3][6] = {
        { 1, 1, 10, 0, 0, 0 }, /* lane1, the second day */
        { 2, 1, 20, 2, 2, 1 }, /* lane1, the first: twice the same shooter */
        { 0, 0, 0, 0, 0, 1 },  /* lane2: nobody shot, its camera was lost */
    };
    gms_history_t       *h = open_history();
    gms_history_filter_t filter = { .from_us = NOON_US + DAY_US / 2 };
    char                *text, sql[1024];
    cJSON               *json;

    (void) state;
    snprintf(sql, sizeof(sql),
        "WITH RECURSIVE d(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM d WHERE"
        " n < 3) INSERT INTO session SELECT n, 's' || n, 'lane1', 'anna', 't',"
        " 4.5, 10, 2, 0, %lld + (n > 2) * 86400000000, 0, n, n, 10, 1, 10, 90,"
        " 90, 0, 0, 0, 4, 5, 3, 2, 10, NULL, 0, 0, 0, NULL, NULL, NULL FROM d;",
        (long long) NOON_US);
    run(sql);
    /* flags: taken back, corrected, near a line, two at once, overlapping */
    run("INSERT INTO shot VALUES (1, 1, 1, 0, 0, 9, 9, 4, 1, 1, NULL, NULL, NULL, NULL),"
        "(1, 2, 1, 0, 0, 9, 9, 2048, 1, 1, NULL, NULL, NULL, NULL),"
        "(2, 1, 1, 0, 0, 9, 9, 8, 1, 1, NULL, NULL, NULL, NULL),"
        "(2, 2, 1, 0, 0, 9, 9, 24, 1, 1, NULL, NULL, NULL, NULL),"
        "(3, 1, 1, 0, 0, 9, 9, 32, 1, 1, NULL, NULL, NULL, NULL)");
    say(h, "lane1", "[" LOST "]", NOON_US);
    say(h, "lane2", "[" DISK "," LOST "]", NOON_US);

    assert_int_equal(gms_history_activity(h, &any, 10, &text), GMS_OK);
    json = parsed(text);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "days")), 3);
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 6; k++) {
            if (figure(json, i, names[k]) != want[i][k]) {
                fail_msg("row %d: %s is %g, not %g", i, names[k],
                    figure(json, i, names[k]), want[i][k]);
            }
        }
    }
    assert_true(cJSON_IsFalse(cJSON_GetObjectItem(json, "truncated")));
    assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(
        cJSON_GetObjectItem(json, "days"), 0), "day")->valuestring,
        "2026-06-02");
    cJSON_Delete(json);

    assert_int_equal(gms_history_activity(h, &filter, 10, &text), GMS_OK);
    json = parsed(text);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "days")), 1);
    cJSON_Delete(json);

    assert_int_equal(gms_history_activity(h, &any, 2, &text), GMS_OK);
    json = parsed(text);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(json, "truncated")));
    cJSON_Delete(json);
    gms_history_close(h);
}


#define TEST(name)                                                            \
    cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_problem_begins_and_ends_once),
        TEST(test_lists_are_of_a_lane_and_a_time_and_by_pages),
        TEST(test_the_oldest_give_way),
        TEST(test_a_day_of_a_lane_is_summed_up),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
