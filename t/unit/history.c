#include "t/lib/shelf.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <sys/stat.h>

#include "worker/session/counted.h"
#include "worker/session/group.h"
#include "worker/store/follow.h"
#include "worker/store/history.h"
#include "worker/store/history_figures.h"
#include "worker/store/history_people.h"
#include "worker/store/history_query.h"
#include "worker/store/recorded.h"

static const gms_history_filter_t any;
static const gms_history_cursor_t newest;


static gms_history_t *
open_history(void)
{
    gms_history_t *h = NULL;

    err[0] = '\0';
    if (gms_history_open(&h, file_of("history.db"), err, sizeof(err))
        != GMS_OK) {
        fail_msg("%s", err);
    }
    return h;
}


/* Journals are in lanes/<lane> of the state folder. */
static gms_journal_t *
open_journal(const char *lane)
{
    gms_journal_t *j = NULL;
    char           path[128];

    snprintf(path, sizeof(path), "%s/lanes", folder);
    mkdir(path, 0750);
    snprintf(path, sizeof(path), "%s/lanes/%s", folder, lane);
    if (gms_journal_open(&j, path, lane, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }
    return j;
}


/* Any inputs, appended as a lane does. */
static void
shoot(gms_journal_t *j, gms_scorebook_t *book, uint64_t *random, unsigned from,
    unsigned to)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    for (unsigned i = from; i < to; i++) {
        sample_any(book, &input, random, i);
        int n = gms_scorebook_decide(book, &input, out);

        if (n <= 0) {
            continue;
        }
        assert_int_equal(gms_journal_append(j, out, n, err, sizeof(err)),
            GMS_OK);
        for (int k = 0; k < n; k++) {
            assert_int_equal(gms_scorebook_apply(book, &out[k]), GMS_OK);
        }
    }
}


static int
follow_all(gms_follow_t *f, gms_history_t *h)
{
    int rc;

    while ((rc = gms_follow_step(f, h)) == 1) {
        continue;
    }
    return rc;
}


static void
followed(gms_history_t *h, const char *lane)
{
    gms_follow_t f;

    gms_follow_init(&f, folder, lane);
    if (follow_all(&f, h) != GMS_OK) {
        fail_msg("%s", f.why);
    }
    gms_follow_close(&f);
}


static cJSON *
parsed(char *text)
{
    cJSON *json;

    assert_non_null(text);
    json = cJSON_Parse(text);
    assert_non_null(json);
    free(text);
    return json;
}


static cJSON *
whole(gms_history_t *h, const char *id)
{
    char *text;

    if (gms_history_session(h, id, &text) != GMS_OK) {
        return NULL;
    }
    return parsed(text);
}


/* Every page, put together. */
static cJSON *
listed(gms_history_t *h, const gms_history_filter_t *filter, int limit)
{
    gms_history_cursor_t after = newest;
    cJSON               *all = cJSON_CreateArray(), *page, *item;
    const char          *next;
    char                *text;

    do {
        assert_int_equal(gms_history_sessions(h, filter, &after, limit, &text),
            GMS_OK);
        page = parsed(text);
        while ((item = cJSON_DetachItemFromArray(
                    cJSON_GetObjectItem(page, "sessions"), 0)) != NULL) {
            cJSON_AddItemToArray(all, item);
        }
        next = cJSON_GetStringValue(cJSON_GetObjectItem(page, "next"));
        if (next != NULL) {
            assert_true(gms_history_cursor(&after, next));
        }
        bool more = next != NULL;
        cJSON_Delete(page);
        if (!more) {
            return all;
        }
    } while (true);
}


static double
number(const cJSON *json, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(json, name);

    assert_non_null(item);
    return cJSON_IsNumber(item) ? item->valuedouble : (double) NAN;
}


static void
same_number(double a, double b)
{
    if (isnan(a) && isnan(b)) {
        return;
    }
    assert_true(fabs(a - b) <= 1e-12 * fmax(1, fabs(b)));
}


/* What the history says of a session equals what the session says. */
static void
same_session(gms_history_t *h, const gms_session_t *s)
{
    gms_counted_t       *counted = calloc(s->shots + 1, sizeof(*counted));
    gms_group_t          group = { 0 };
    gms_group_measures_t m;
    cJSON               *json = whole(h, s->id), *about, *shots;

    if (json == NULL) {
        fail_msg("%s is not there", s->id);
    }

    int n = gms_counted_collect(s, counted);
    for (int i = 0; i < n; i++) {
        gms_group_add(&group, counted[i].at.x, counted[i].at.y);
    }
    gms_group_measure_quick(&group, &m);

    about = cJSON_GetObjectItem(json, "session");
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItem(about, "shooter")),
        s->setup.shooter);
    same_number(number(about, "counted"), s->total.counted);
    same_number(number(about, "total_tenths"), s->total.tenths);
    same_number(number(about, "total_rings"), s->total.rings);
    same_number(number(about, "inner"), s->total.inner);
    same_number(number(about, "mpi_x_mm"), m.x_mm.value);
    same_number(number(about, "mpi_y_mm"), m.y_mm.value);
    same_number(number(about, "sigma_mm"), m.sigma_mm.value);
    same_number(number(about, "extreme_spread_mm"), m.extreme_spread_mm);

    shots = cJSON_GetObjectItem(json, "shots");
    assert_int_equal(cJSON_GetArraySize(shots), s->shots);
    for (uint32_t i = 0; i < s->shots; i++) {
        const cJSON *shot = cJSON_GetArrayItem(shots, (int) i);

        same_number(number(shot, "x_mm"), s->shot[i].shot.x_mm);
        same_number(number(shot, "y_mm"), s->shot[i].shot.y_mm);
        same_number(number(shot, "score_tenths"),
            s->shot[i].shot.score_tenths);
        assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(shot, "removed")),
            s->shot[i].standing != GMS_STANDING_YES);
        assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(shot, "sighter")),
            s->shot[i].shot.sighter);
    }

    int32_t in_rounds = 0;
    const cJSON *round;
    cJSON_ArrayForEach(round, cJSON_GetObjectItem(json, "rounds"))
    {
        in_rounds += (int32_t) number(round, "counted");
    }
    assert_int_equal(in_rounds, s->total.counted);

    cJSON_Delete(json);
    gms_group_free(&group);
    free(counted);
}


/* All that is in it, as text. */
static char *
everything(gms_history_t *h)
{
    cJSON *all = listed(h, &any, 7), *item;
    char  *text;

    cJSON_ArrayForEach(item, all)
    {
        cJSON_AddItemToObject(item, "whole",
            whole(h, cJSON_GetStringValue(cJSON_GetObjectItem(item, "id"))));
    }
    text = cJSON_PrintUnformatted(all);
    cJSON_Delete(all);
    return text;
}


static void
test_rows_equal_the_fold(void **state)
{
    gms_journal_t  *j = open_journal("lane1");
    gms_history_t  *h = open_history();
    gms_scorebook_t book;
    gms_follow_t    f;
    uint64_t        random = 815;

    (void) state;
    assert_int_equal(gms_scorebook_init(&book, "lane1", gms_journal_epoch(j)),
        GMS_OK);
    gms_follow_init(&f, folder, "lane1");

    for (unsigned i = 0; i < 60; i++) {
        shoot(j, &book, &random, 1 + i * 40, 41 + i * 40);
        assert_int_equal(follow_all(&f, h), GMS_OK);
        for (int k = 0; k < GMS_SESSIONS_MAX; k++) {
            if (book.session[k].state == GMS_SESSION_DISCARDED) {
                assert_null(whole(h, book.session[k].id));
            } else if (book.session[k].state != GMS_SESSION_NONE) {
                same_session(h, &book.session[k]);
            }
        }
    }

    gms_follow_close(&f);
    gms_scorebook_free(&book);
    gms_history_close(h);
    gms_journal_close(j);
}


/* However often it is interrupted, and wherever, the same is there. */
static void
test_the_same_however_it_came(void **state)
{
    gms_journal_t  *j = open_journal("lane1");
    gms_history_t  *h = open_history();
    gms_scorebook_t book;
    uint64_t        random = 4711;
    char           *bit_by_bit, *again, *at_once;

    (void) state;
    assert_int_equal(gms_scorebook_init(&book, "lane1", gms_journal_epoch(j)),
        GMS_OK);

    for (unsigned i = 0; i < 40; i++) {
        gms_follow_t f;

        shoot(j, &book, &random, 1 + i * 50, 51 + i * 50);
        gms_follow_init(&f, folder, "lane1"); /* as after kill -9 */
        (void) gms_follow_step(&f, h);
        gms_follow_close(&f);
    }
    followed(h, "lane1");
    bit_by_bit = everything(h);
    followed(h, "lane1");
    again = everything(h);
    assert_string_equal(again, bit_by_bit);
    gms_history_close(h);

    assert_int_equal(unlink(file_of("history.db")), 0);
    h = open_history();
    followed(h, "lane1");
    at_once = everything(h);
    assert_true(strlen(at_once) > 1000);
    assert_string_equal(at_once, bit_by_bit);

    free(bit_by_bit);
    free(again);
    free(at_once);
    gms_history_close(h);
    gms_scorebook_free(&book);
    gms_journal_close(j);
}


static void
test_a_newer_file_is_refused(void **state)
{
    gms_history_t *h = open_history();
    sqlite3       *db;

    (void) state;
    gms_history_close(h);
    assert_int_equal(sqlite3_open(file_of("history.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL,
        NULL), SQLITE_OK);
    sqlite3_close(db);

    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_EVERSION);
    assert_null(h);
    assert_non_null(strstr(err, "schema version 99"));
}


static void
test_a_foreign_or_damaged_file_is_left(void **state)
{
    gms_history_t *h;
    sqlite3       *db;
    FILE          *file;

    (void) state;
    assert_int_equal(sqlite3_open(file_of("history.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE wine (a)", NULL, NULL,
        NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_ESTORE);
    assert_non_null(strstr(err, "no history"));

    file = fopen(file_of("history.db"), "w");
    for (int i = 0; i < 5000; i++) {
        fputs("no database ", file);
    }
    fclose(file);
    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_ECORRUPT);
    assert_non_null(strstr(err, "made anew from the journals"));
}


static void
test_a_damaged_journal_keeps_what_was_before(void **state)
{
    gms_journal_t  *j = open_journal("lane1");
    gms_history_t  *h = open_history();
    gms_scorebook_t book;
    gms_follow_t    f;
    gms_history_position_t position;
    uint64_t        random = 99, epoch = gms_journal_epoch(j);
    sqlite3        *db;
    char            path[128];

    (void) state;
    assert_int_equal(gms_scorebook_init(&book, "lane1", epoch), GMS_OK);
    shoot(j, &book, &random, 1, 200);
    gms_scorebook_free(&book);
    gms_journal_close(j);

    snprintf(path, sizeof(path), "%s/lanes/lane1/journal.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
        "UPDATE events SET json = replace(json, '\"seq\":40', '\"seq\":41')"
        " WHERE seq = 40", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);

    gms_follow_init(&f, folder, "lane1");
    assert_int_equal(follow_all(&f, h), GMS_ECORRUPT);
    assert_non_null(strstr(f.why, "event 40"));
    assert_int_equal(follow_all(&f, h), GMS_ECORRUPT);
    assert_int_equal(gms_history_position(h, "lane1", epoch, &position),
        GMS_OK);
    assert_int_equal(position.seq, 39);
    gms_follow_close(&f);
    gms_history_close(h);
}


static void
test_lists_are_cut_into_pages(void **state)
{
    gms_journal_t       *j = open_journal("lane1");
    gms_history_t       *h = open_history();
    gms_history_filter_t filter = any;
    gms_scorebook_t      book;
    uint64_t             random = 7;
    cJSON               *all, *some, *item;
    int                  annas = 0;

    (void) state;
    assert_int_equal(gms_scorebook_init(&book, "lane1", gms_journal_epoch(j)),
        GMS_OK);
    shoot(j, &book, &random, 1, 1500);
    followed(h, "lane1");

    all = listed(h, &any, 200);
    some = listed(h, &any, 3);
    assert_true(cJSON_GetArraySize(all) > 20);
    assert_true(cJSON_Compare(all, some, true));

    double before = INFINITY;
    cJSON_ArrayForEach(item, all)
    {
        assert_true(number(item, "started_us") <= before);
        before = number(item, "started_us");
        annas += strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(item,
            "shooter")), "anna") == 0;
    }
    cJSON_Delete(some);

    filter.shooter = "anna";
    filter.lane = "lane1";
    some = listed(h, &filter, 2);
    assert_int_equal(cJSON_GetArraySize(some), annas);
    cJSON_Delete(some);

    filter = any;
    filter.to_us = (int64_t) before;
    some = listed(h, &filter, 2);
    assert_int_equal(cJSON_GetArraySize(some), 0);
    cJSON_Delete(some);
    filter.from_us = (int64_t) before;
    filter.to_us = 0;
    some = listed(h, &filter, 2);
    assert_int_equal(cJSON_GetArraySize(some), cJSON_GetArraySize(all));

    static const char *const no_cursors[] = { "", "1", "1-", "-1-2", "1-0",
        "1-2x", "x", "99999999999999999999999999999999999999999999999999-1" };
    for (size_t i = 0; i < sizeof(no_cursors) / sizeof(no_cursors[0]); i++) {
        gms_history_cursor_t cursor;

        assert_false(gms_history_cursor(&cursor, no_cursors[i]));
    }

    cJSON_Delete(some);
    cJSON_Delete(all);
    gms_history_close(h);
    gms_scorebook_free(&book);
    gms_journal_close(j);
}


/* Every session ever, folded by itself, is what its rows say. */
static void
test_a_recorded_session_is_folded_again(void **state)
{
    gms_journal_t  *j = open_journal("lane1");
    gms_history_t  *h = open_history();
    gms_scorebook_t book;
    gms_recorded_t  r;
    uint64_t        random = 31;
    cJSON          *all, *item;
    int             n = 0;

    (void) state;
    assert_int_equal(gms_scorebook_init(&book, "lane1", gms_journal_epoch(j)),
        GMS_OK);
    shoot(j, &book, &random, 1, 1200);
    followed(h, "lane1");
    all = listed(h, &any, 50);

    cJSON_ArrayForEach(item, all)
    {
        const char *id =
            cJSON_GetStringValue(cJSON_GetObjectItem(item, "id"));

        if (gms_recorded_open(&r, h, folder, id, err, sizeof(err)) != GMS_OK) {
            fail_msg("%s", err);
        }
        same_session(h, r.session);
        assert_int_equal(strlen(r.hash), 64);
        gms_recorded_close(&r);
        n++;
    }
    assert_true(n > 20);
    assert_int_equal(gms_recorded_open(&r, h, folder, "lane1-0-1", err,
        sizeof(err)), GMS_ENOTFOUND);

    cJSON_Delete(all);
    gms_history_close(h);
    gms_scorebook_free(&book);
    gms_journal_close(j);
}


/* Sessions of some hundred inputs, followed; what was shot is in the list. */
static gms_history_t *
shot_history(cJSON **all, uint64_t random)
{
    gms_journal_t  *j = open_journal("lane1");
    gms_history_t  *h = open_history();
    gms_scorebook_t book;

    assert_int_equal(gms_scorebook_init(&book, "lane1", gms_journal_epoch(j)),
        GMS_OK);
    shoot(j, &book, &random, 1, 3000);
    followed(h, "lane1");
    *all = listed(h, &any, 200);
    gms_scorebook_free(&book);
    gms_journal_close(j);
    return h;
}


static bool
is_of(const cJSON *session, const char *member, const char *value)
{
    return strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(session, member)),
        value) == 0;
}


/* Of a session that a shot opened nobody knows what it is shot with. */
static bool
is_of_none(const cJSON *session)
{
    return cJSON_IsNull(cJSON_GetObjectItem(session, "equipment"));
}


/* The scatter of each session about its own centre, from its shots. */
static double
squares_of(gms_history_t *h, const cJSON *session, double *df, double *n)
{
    cJSON *json = whole(h,
        cJSON_GetStringValue(cJSON_GetObjectItem(session, "id")));
    const cJSON *shot;
    gms_group_t  group = { 0 };

    cJSON_ArrayForEach(shot, cJSON_GetObjectItem(json, "shots"))
    {
        if (!cJSON_IsTrue(cJSON_GetObjectItem(shot, "sighter"))
            && !cJSON_IsTrue(cJSON_GetObjectItem(shot, "outside"))
            && !cJSON_IsTrue(cJSON_GetObjectItem(shot, "unplaced"))
            && !cJSON_IsTrue(cJSON_GetObjectItem(shot, "removed")))
        {
            gms_group_add(&group, number(shot, "x_mm"), number(shot, "y_mm"));
        }
    }
    *n += group.n;
    *df += group.n > 1 ? 2 * (group.n - 1) : 0;
    double squares = group.xx + group.yy;
    cJSON_Delete(json);
    gms_group_free(&group);
    return squares;
}


static void
test_sums_are_those_of_the_sessions(void **state)
{
    cJSON         *all, *item, *json, *group;
    gms_history_t *h = shot_history(&all, 12);
    char          *text;

    (void) state;

    for (int by = 0; by < GMS_HISTORY_BYS; by++) {
        double sessions = 0, tenths = 0, counted = 0;

        assert_int_equal(gms_history_stats(h, &any, (gms_history_by_e) by, NULL,
            GMS_HISTORY_POINTS_MAX, &text), GMS_OK);
        json = parsed(text);
        cJSON_ArrayForEach(group, cJSON_GetObjectItem(json, "groups"))
        {
            sessions += number(group, "sessions");
            tenths += number(group, "total_tenths");
            counted += number(group, "counted");
        }
        cJSON_Delete(json);
        cJSON_ArrayForEach(item, all)
        {
            if (by == GMS_HISTORY_BY_EQUIPMENT && is_of_none(item)) {
                continue;
            }
            sessions--;
            tenths -= number(item, "total_tenths");
            counted -= number(item, "counted");
        }
        assert_true(sessions == 0 && tenths == 0 && counted == 0);
    }

    double squares = 0, df = 0, placed = 0;
    cJSON_ArrayForEach(item, all)
    {
        squares += squares_of(h, item, &df, &placed);
    }
    gms_interval_t sigma = gms_group_sigma(squares, df);
    assert_int_equal(gms_history_stats(h, &any, GMS_HISTORY_BY_LANE, NULL,
            GMS_HISTORY_POINTS_MAX, &text),
        GMS_OK);
    json = parsed(text);
    group = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "groups"), 0);
    assert_true(fabs(number(group, "sigma_mm") / sigma.value - 1) < 1e-9);
    assert_true(fabs(number(group, "sigma_low_mm") / sigma.low - 1) < 1e-9);
    cJSON_Delete(json);
    cJSON_Delete(all);
    gms_history_close(h);
}


static void
test_a_trend_is_the_mean_of_ten(void **state)
{
    cJSON               *all, *json, *points, *point;
    gms_history_t       *h = shot_history(&all, 13);
    gms_history_filter_t filter = any;
    char                *text;
    double               average[1000];
    int                  n = 0;

    (void) state;
    filter.shooter = "anna";
    assert_int_equal(gms_history_trends(h, &filter, &newest,
        GMS_HISTORY_POINTS_MAX, &text), GMS_OK);
    json = parsed(text);
    points = cJSON_GetObjectItem(json, "points");

    for (int i = cJSON_GetArraySize(all) - 1; i >= 0; i--) {
        const cJSON *item = cJSON_GetArrayItem(all, i);

        if (!is_of(item, "shooter", "anna") || number(item, "counted") == 0) {
            continue;
        }
        point = cJSON_GetArrayItem(points, n);
        average[n] = number(item, "total_tenths") / 10
            / number(item, "counted");
        assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(point,
            "session")), cJSON_GetStringValue(cJSON_GetObjectItem(item,
            "id")));
        same_number(number(point, "score_per_shot"), average[n]);
        same_number(number(point, "sigma_mm"), number(item, "sigma_mm"));

        int    from = n < 9 ? 0 : n - 9;
        double mean = 0, squares = 0;
        for (int k = from; k <= n; k++) {
            mean += average[k] / (n - from + 1);
        }
        for (int k = from; k <= n; k++) {
            squares += (average[k] - mean) * (average[k] - mean);
        }
        assert_true(fabs(number(point, "mean") - mean) < 1e-9);
        if (n >= 2) {
            assert_true(fabs(number(point, "high") - mean
                - sqrt(squares / (n - from))) < 1e-9);
        } else {
            assert_true(isnan(number(point, "high")));
        }
        n++;
    }
    assert_int_equal(cJSON_GetArraySize(points), n);
    assert_int_equal((int) number(json, "of"), n);
    assert_true(n > 12);

    cJSON_Delete(json);
    cJSON_Delete(all);
    gms_history_close(h);
}


static void
test_bests_are_the_best(void **state)
{
    cJSON               *all, *json, *best, *item;
    gms_history_t       *h = shot_history(&all, 14);
    gms_history_filter_t filter = any;
    char                *text;
    int                  averages = 0, rounds = 0;

    (void) state;
    filter.shooter = "anna";
    assert_int_equal(gms_history_bests(h, &filter, &text), GMS_OK);
    json = parsed(text);

    cJSON_ArrayForEach(best, cJSON_GetObjectItem(json, "bests"))
    {
        rounds += is_of(best, "what", "round");
        if (!is_of(best, "what", "average")) {
            continue;
        }
        averages++;
        cJSON_ArrayForEach(item, all)
        {
            if (is_of(item, "shooter", "anna")
                && number(item, "counted") >= 10
                && is_of(item, "target", cJSON_GetStringValue(
                    cJSON_GetObjectItem(best, "target"))))
            {
                assert_true(number(item, "total_tenths") / 10
                    / number(item, "counted") <= number(best, "value") + 1e-12);
            }
        }
    }
    assert_true(averages > 0);
    assert_true(rounds > 0);

    cJSON_Delete(json);
    cJSON_Delete(all);
    gms_history_close(h);
}


static void
test_every_shot_is_in_a_bin(void **state)
{
    cJSON         *all, *json, *bin, *item;
    gms_history_t *h = shot_history(&all, 15);
    char          *text;
    double         in_bins = 0, counted = 0, placed = 0, df = 0;

    (void) state;
    assert_int_equal(gms_history_heat(h, &any, &text), GMS_OK);
    json = parsed(text);
    cJSON_ArrayForEach(bin, cJSON_GetObjectItem(json, "bins"))
    {
        in_bins += cJSON_GetArrayItem(bin, 2)->valuedouble;
    }
    cJSON_ArrayForEach(item, all)
    {
        counted += number(item, "counted");
        squares_of(h, item, &df, &placed);
    }
    assert_true(placed > 100 && placed < counted);
    assert_true(number(json, "shots") == placed);
    assert_true(number(json, "of") == counted);
    assert_true(in_bins + number(json, "outside") == placed);
    /* places are drawn from -90 .. 90 mm: 90 / 20 = 4.5 mm, or 5 */
    assert_true(number(json, "bin_mm") == 5);
    assert_true(number(json, "outside") == 0);

    cJSON_Delete(json);
    cJSON_Delete(all);
    gms_history_close(h);
}


static cJSON *
people(gms_history_t *h, gms_history_kind_e kind, const char *of)
{
    char *text;

    assert_int_equal(gms_history_people(h, kind, of, NULL, 200, &text),
        GMS_OK);
    return parsed(text);
}


static void
test_people_are_kept_and_erased(void **state)
{
    cJSON              *all, *json;
    gms_history_t      *h = shot_history(&all, 16);
    gms_history_value_t name = { "name", "Anna Berg", 0, false };
    gms_history_value_t gun[] = { { "shooter", "anna", 0, false },
        { "name", "Anna's gun", 0, false },
        { "caliber_mm", NULL, 4.5, true }, { "hand", NULL, 0, false } };
    gms_history_filter_t filter = any;
    char                 id[GMS_HISTORY_ID_SIZE] = "anna", made[64] = "";
    const char          *session = cJSON_GetStringValue(
        cJSON_GetObjectItem(cJSON_GetArrayItem(all, 0), "id"));
    char *text;
    bool  known;

    (void) state;
    assert_int_equal(gms_history_begin(h, true), GMS_OK);
    assert_int_equal(gms_history_add(h, GMS_HISTORY_SHOOTERS, id, &name, 1),
        GMS_ESTATE);
    assert_int_equal(gms_history_change(h, GMS_HISTORY_SHOOTERS, "anna", &name,
        1), GMS_OK);
    assert_int_equal(gms_history_change(h, GMS_HISTORY_SHOOTERS, "nobody",
        &name, 1), GMS_ENOTFOUND);
    assert_int_equal(gms_history_add(h, GMS_HISTORY_EQUIPMENT, made, gun, 4),
        GMS_OK);
    assert_int_equal(strlen(made), 13);
    assert_int_equal(gms_history_equip(h, session, made), GMS_OK);
    assert_int_equal(gms_history_equip(h, "none", made), GMS_ENOTFOUND);
    assert_int_equal(gms_history_remember(h, "k", "v", "first"), GMS_OK);
    assert_int_equal(gms_history_commit(h), GMS_OK);

    assert_int_equal(gms_history_answered(h, "k", "v", &text), GMS_OK);
    assert_string_equal(text, "first");
    free(text);
    assert_int_equal(gms_history_answered(h, "k", "w", &text), GMS_OK);
    assert_null(text);

    filter.equipment = made;
    json = listed(h, &filter, 10);
    assert_int_equal(cJSON_GetArraySize(json), 1);
    cJSON_Delete(json);
    assert_int_equal(gms_history_stats(h, &any, GMS_HISTORY_BY_EQUIPMENT, NULL,
            GMS_HISTORY_POINTS_MAX, &text), GMS_OK);
    assert_non_null(strstr(text, made));
    free(text);

    assert_int_equal(gms_history_begin(h, true), GMS_OK);
    assert_int_equal(gms_history_erase(h, "nobody"), GMS_ENOTFOUND);
    assert_int_equal(gms_history_erase(h, "anna"), GMS_OK);
    assert_int_equal(gms_history_commit(h), GMS_OK);
    assert_int_equal(gms_history_settle(h), GMS_OK);
    assert_int_equal(gms_history_is_known(h, GMS_HISTORY_SHOOTERS, "anna",
        &known), GMS_OK);
    assert_false(known);
    json = people(h, GMS_HISTORY_EQUIPMENT, "anna");
    text = cJSON_PrintUnformatted(json);
    assert_null(strstr(text, "gun\":\"A"));
    assert_non_null(strstr(text, "\"retired\":true"));
    free(text);
    cJSON_Delete(json);
    json = people(h, GMS_HISTORY_SHOOTERS, NULL);
    text = cJSON_PrintUnformatted(json);
    assert_non_null(strstr(text, "{\"id\":\"anna\",\"name\":null"));
    free(text);
    cJSON_Delete(json);

    cJSON_Delete(all);
    gms_history_close(h);

    char command[256];
    snprintf(command, sizeof(command), "grep -q 'Berg' %s/history.db*",
        folder);
    assert_int_not_equal(system(command), 0); /* it is in no file */
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER("the rows of a session equal its fold",
            test_rows_equal_the_fold),
        IN_FOLDER("the history is the same however it was interrupted",
            test_the_same_however_it_came),
        IN_FOLDER("a newer history is refused", test_a_newer_file_is_refused),
        IN_FOLDER("a foreign or damaged history is left as it is",
            test_a_foreign_or_damaged_file_is_left),
        IN_FOLDER("a damaged journal keeps what was before",
            test_a_damaged_journal_keeps_what_was_before),
        IN_FOLDER("lists are cut into pages, in order",
            test_lists_are_cut_into_pages),
        IN_FOLDER("a recorded session is folded again from its journal",
            test_a_recorded_session_is_folded_again),
        IN_FOLDER("sums are those of the sessions",
            test_sums_are_those_of_the_sessions),
        IN_FOLDER("a trend is the mean of ten sessions",
            test_a_trend_is_the_mean_of_ten),
        IN_FOLDER("bests are the best", test_bests_are_the_best),
        IN_FOLDER("every shot is in a bin", test_every_shot_is_in_a_bin),
        IN_FOLDER("people are kept, and erased",
            test_people_are_kept_and_erased),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
