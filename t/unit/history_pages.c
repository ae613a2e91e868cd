#include "t/lib/shelf.h"

#include <cjson/cJSON.h>
#include <math.h>

#include "worker/store/history_figures.h"

#define DAYS 2500
#define FIRST_US INT64_C(1500000000000000)

static const gms_history_filter_t any;
static const gms_history_cursor_t newest;


/* A session a day, a hundred of which have no group, of which the n-th has n
 * tenths, sigma 5 + n % 3 and lies at (n % 5, -n % 7). */
static gms_history_t *
long_history(void)
{
    gms_history_t *h = NULL;
    sqlite3       *db;
    char           sql[1024], *trouble = NULL;

    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_OK);
    snprintf(sql, sizeof(sql),
        "WITH RECURSIVE d(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM d"
        " WHERE n < %d) INSERT INTO session SELECT n, 'lane1-1-' || n, 'lane1',"
        " 'anna', 'issf-10m-air-pistol', 4.5, 10, 2, 0,"
        " %lld + n * 86400000000, 0, n, n, 10, 1, 10, n, n, 0, n %% 5, -n %% 7,"
        " 4, CASE WHEN n %% 25 = 0 THEN NULL ELSE 5 + n %% 3 END, 3, 2,"
        " 10, NULL, 0, 0, n %% 2, CASE WHEN n %% 2 THEN 7 + n %% 3 END,"
        " CASE WHEN n %% 2 THEN n %% 4 END, CASE WHEN n %% 2 THEN -1 END FROM d", DAYS, (long long) FIRST_US);
    assert_int_equal(sqlite3_open(file_of("history.db"), &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &trouble) != SQLITE_OK) {
        fail_msg("%s", trouble);
    }
    sqlite3_close(db);
    return h;
}


static cJSON *
parsed(char *text)
{
    cJSON *json = cJSON_Parse(text);

    assert_non_null(json);
    free(text);
    return json;
}


static int
number(const cJSON *json, const char *name)
{
    return cJSON_GetObjectItem(json, name)->valueint;
}


static const cJSON *
member(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(json, name);

    assert_non_null(item);
    return item;
}


/* Is this the mean of the values k .. n that are known, and their scatter? */
static void
is_band(const cJSON *band, const double *value, int n)
{
    double mean = 0, squares = 0;
    int    used = 0;

    for (int k = n; k >= 0 && used < 10; k--) {
        if (isfinite(value[k])) {
            mean += value[k];
            used++;
        }
    }
    mean /= used;
    for (int k = n, left = used; left > 0; k--) {
        if (isfinite(value[k])) {
            squares += (value[k] - mean) * (value[k] - mean);
            left--;
        }
    }
    double sd = sqrt(squares / (used - 1));
    assert_true(fabs(cJSON_GetArrayItem(band, 0)->valuedouble - mean) < 1e-9);
    if (used < 3) {
        assert_true(cJSON_IsNull(cJSON_GetArrayItem(band, 1)));
        return;
    }
    assert_true(fabs(cJSON_GetArrayItem(band, 1)->valuedouble - mean + sd)
        < 1e-9);
    assert_true(fabs(cJSON_GetArrayItem(band, 2)->valuedouble - mean - sd)
        < 1e-9);
}


static void
test_bands(void **state)
{
    static double  sigma[DAYS], x[DAYS], y[DAYS], call[DAYS];
    gms_history_t *h = long_history();
    const cJSON   *point;
    cJSON         *json;
    char          *text;
    int            n = 0;

    (void) state;
    assert_int_equal(gms_history_trends(h, &any, &newest, 500, &text), GMS_OK);
    json = parsed(text);
    cJSON_ArrayForEach(point, member(json, "points"))
    {
        const cJSON *value = member(point, "sigma_mm");

        sigma[n] = cJSON_IsNumber(value) ? value->valuedouble : (double) NAN;
        x[n] = member(point, "mpi_x_mm")->valuedouble;
        y[n] = member(point, "mpi_y_mm")->valuedouble;
        is_band(member(point, "sigma_band"), sigma, n);
        is_band(member(point, "mpi_x_band"), x, n);
        is_band(member(point, "mpi_y_band"), y, n);
        value = member(point, "call_error_mm");
        call[n] = cJSON_IsNumber(value) ? value->valuedouble : (double) NAN;
        assert_int_equal(isfinite(call[n]), number(point, "called"));
        if (n > 0) {
            is_band(member(point, "call_error_band"), call, n);
        }
        n++;
    }
    assert_int_equal(n, 500);
    cJSON_Delete(json);
    gms_history_close(h);
}


/* Every session once, in any pages. */
static void
test_pages_of_a_trend(void **state)
{
    gms_history_t       *h = long_history();
    gms_history_cursor_t after = newest;
    cJSON               *json;
    char                *text;
    int                  before = DAYS + 1;

    (void) state;
    do {
        assert_int_equal(gms_history_trends(h, &any, &after, 700, &text),
            GMS_OK);
        json = parsed(text);
        const cJSON *points = member(json, "points");

        assert_int_equal(member(json, "of")->valueint, before - 1);
        for (int i = cJSON_GetArraySize(points) - 1; i >= 0; i--) {
            const cJSON *id = member(cJSON_GetArrayItem(points, i), "session");

            before--;
            assert_int_equal(atoi(id->valuestring + strlen("lane1-1-")),
                before);
        }
        const cJSON *next = member(json, "next");

        if (cJSON_IsString(next)) {
            assert_true(gms_history_cursor(&after, next->valuestring));
        } else {
            after = newest;
        }
        cJSON_Delete(json);
    } while (after.no != 0);

    assert_int_equal(before, 1);
    gms_history_close(h);
}


static void
test_pages_of_days(void **state)
{
    gms_history_t *h = long_history();
    cJSON         *json;
    char          *text;

    (void) state;
    assert_int_equal(gms_history_stats(h, &any, GMS_HISTORY_BY_DAY, NULL,
            GMS_HISTORY_POINTS_MAX, &text),
        GMS_OK);
    json = parsed(text);
    const cJSON *groups = member(json, "groups");
    const cJSON *last = cJSON_GetArrayItem(groups, 1999);

    assert_int_equal(cJSON_GetArraySize(groups), 2000);
    assert_int_equal(member(cJSON_GetArrayItem(groups, 0),
        "total_tenths")->valueint, DAYS);
    assert_string_equal(member(json, "next")->valuestring,
        member(last, "key")->valuestring);
    assert_int_equal(member(last, "total_tenths")->valueint, 501);
    cJSON_Delete(json);

    gms_history_filter_t filter = any;
    filter.to_us = FIRST_US + 501 * INT64_C(86400000000);
    assert_int_equal(gms_history_stats(h, &filter, GMS_HISTORY_BY_DAY, NULL,
            GMS_HISTORY_POINTS_MAX, &text),
        GMS_OK);
    json = parsed(text);
    assert_int_equal(cJSON_GetArraySize(member(json, "groups")), 500);
    assert_true(cJSON_IsNull(member(json, "next")));
    cJSON_Delete(json);
    gms_history_close(h);
}


/* A piece of equipment for each two sessions. */
static void
test_pages_of_equipment(void **state)
{
    gms_history_t *h = long_history();
    char           after[32] = "", *text;
    int            pages = 0, groups = 0, sessions = 0;
    sqlite3       *db;
    cJSON         *json, *group;

    (void) state;
    assert_int_equal(sqlite3_open(file_of("history.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "INSERT INTO used SELECT id, 'e'"
        " || ((no * 7919) % 1250) FROM session", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);

    do {
        assert_int_equal(gms_history_stats(h, &any, GMS_HISTORY_BY_EQUIPMENT,
            after[0] != '\0' ? after : NULL, 300, &text), GMS_OK);
        json = parsed(text);
        cJSON_ArrayForEach(group, member(json, "groups")) {
            const char *key = member(group, "key")->valuestring;

            assert_true(strcmp(after, key) < 0); /* each once, in order */
            strcpy(after, key);
            sessions += member(group, "sessions")->valueint;
            groups++;
        }
        const char *next = member(json, "next")->valuestring;

        if (next != NULL) {
            assert_string_equal(next, after);
        } else {
            after[0] = '\0';
        }
        pages++;
        cJSON_Delete(json);
    } while (after[0] != '\0');

    assert_int_equal(pages, 5);
    assert_int_equal(groups, 1250);
    assert_int_equal(sessions, DAYS);
    gms_history_close(h);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER("trends have bands of ten", test_bands),
        IN_FOLDER("the pages of a trend hold each session once",
            test_pages_of_a_trend),
        IN_FOLDER("days have pages, too", test_pages_of_days),
        IN_FOLDER("so has equipment", test_pages_of_equipment),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("history_pages", tests, NULL, NULL);
}
