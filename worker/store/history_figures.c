#include "history_figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../ipc/error.h"
#include "../session/group.h"
#include "history_ask.h"

/* Sessions of the moving mean, and the fewest that show a scatter. */
#define GMS_TREND_SESSIONS 10
#define GMS_TREND_LEAST 3

/* A group of fewer shots says nothing about a record. */
#define GMS_BEST_SHOTS 10

const char *const gms_history_by[GMS_HISTORY_BYS] = { "lane", "day",
    "equipment", "caliber", "target" };


/* The last ten values that are known, of which a band is made. */
typedef struct {
    double value[GMS_TREND_SESSIONS];
    int    n;
} gms_trend_t;

/* What has a band in a trend. */
typedef struct {
    gms_trend_t score;
    gms_trend_t sigma;
    gms_trend_t x;
    gms_trend_t y;
    gms_trend_t call; /* how far off calls were */
    gms_trend_t call_x;
    gms_trend_t call_y;
} gms_trends_t;

/* Their mean, and one standard deviation on both sides. */
typedef struct {
    double mean;
    double low;
    double high;
} gms_band_t;


static gms_band_t
band_with(gms_trend_t *t, double value)
{
    gms_band_t band = { (double) NAN, (double) NAN, (double) NAN };
    double     squares = 0, sd = (double) NAN;
    int        i, n;

    if (isfinite(value)) {
        t->value[t->n++ % GMS_TREND_SESSIONS] = value;
    }

    n = t->n < GMS_TREND_SESSIONS ? t->n : GMS_TREND_SESSIONS;
    band.mean = n > 0 ? 0 : (double) NAN;

    for (i = 0; i < n; i++) {
        band.mean += t->value[i] / n;
    }
    for (i = 0; i < n; i++) {
        squares += (t->value[i] - band.mean) * (t->value[i] - band.mean);
    }

    if (n >= GMS_TREND_LEAST) {
        sd = sqrt(squares / (n - 1));
    }

    band.low = band.mean - sd;
    band.high = band.mean + sd;
    return band;
}


/* The value in this column, and the band that it belongs to. */
static void
put_banded(gms_jsontext_t *j, const char *key, const char *band_key,
    gms_trend_t *t, sqlite3_stmt *st, int column)
{
    double     value = sqlite3_column_type(st, column) == SQLITE_NULL
            ? (double) NAN
            : sqlite3_column_double(st, column);
    gms_band_t band = band_with(t, value);

    gms_jsontext_number(j, key, value);
    gms_jsontext_open(j, band_key, '[');
    gms_jsontext_number(j, NULL, band.mean);
    gms_jsontext_number(j, NULL, band.low);
    gms_jsontext_number(j, NULL, band.high);
    gms_jsontext_close(j, ']');
}


static void
put_point(gms_jsontext_t *j, gms_trends_t *t, sqlite3_stmt *st)
{
    double     average = sqlite3_column_double(st, 3);
    gms_band_t band = band_with(&t->score, average);

    gms_jsontext_open(j, NULL, '{');
    gms_history_put_text(j, "session", st, 0);
    gms_jsontext_integer(j, "started_us", sqlite3_column_int64(st, 1));
    gms_jsontext_integer(j, "counted", sqlite3_column_int64(st, 2));
    gms_jsontext_number(j, "score_per_shot", average);
    gms_jsontext_number(j, "mean", band.mean);
    gms_jsontext_number(j, "low", band.low);
    gms_jsontext_number(j, "high", band.high);
    put_banded(j, "sigma_mm", "sigma_band", &t->sigma, st, 4);
    put_banded(j, "mpi_x_mm", "mpi_x_band", &t->x, st, 5);
    put_banded(j, "mpi_y_mm", "mpi_y_band", &t->y, st, 6);
    gms_jsontext_integer(j, "called", sqlite3_column_int64(st, 9));
    put_banded(j, "call_error_mm", "call_error_band", &t->call, st, 10);
    put_banded(j, "call_x_off_mm", "call_x_off_band", &t->call_x, st, 11);
    put_banded(j, "call_y_off_mm", "call_y_off_band", &t->call_y, st, 12);
    gms_jsontext_close(j, '}');
}


/* The newest are found first and shown last. */
int
gms_history_trends(gms_history_t *h, const gms_history_filter_t *filter,
    const gms_history_cursor_t *after, int limit, char **json)
{
    sqlite3_stmt  *st;
    gms_jsontext_t j;
    gms_trends_t   trends;
    char           next[64] = "null";
    int64_t        of = 0;
    int            n, rc, sql;

    *json = NULL;
    memset(&trends, 0, sizeof(trends));
    rc = gms_history_ask(h,
        "SELECT * FROM (SELECT s.id, s.started_us AS at, s.counted,"
        " s.tenths / 10.0 / s.counted, s.sigma_mm, s.x_mm, s.y_mm, s.no AS no,"
        " count(*) OVER () AS of, s.called, s.call_mm, s.call_x_mm,"
        " s.call_y_mm",
        filter,
        after->started_us != 0
            ? "AND s.counted > 0 AND (s.started_us, s.no) < (?21, ?22)"
              " ORDER BY s.started_us DESC, s.no DESC LIMIT ?20)"
              " ORDER BY at, no"
            : "AND s.counted > 0 ORDER BY s.started_us DESC, s.no DESC"
              " LIMIT ?20) ORDER BY at, no",
        &st);

    if (rc != GMS_OK) {
        return rc;
    }

    sqlite3_bind_int(st, 20, limit);
    gms_history_bind_cursor(st, after);
    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, "points", '[');

    for (n = 0; (sql = sqlite3_step(st)) == SQLITE_ROW; n++) {
        put_point(&j, &trends, st);
        of = sqlite3_column_int64(st, 8);

        if (n == 0 && of > limit) {
            gms_history_next(next, sizeof(next), st, 1, 7);
        }
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_integer(&j, "of", of);
    gms_jsontext_raw(&j, "next", next);
    gms_jsontext_close(&j, '}');
    return gms_history_answer(h, st, sql, &j, json);
}


/* With one max() or min() in it, SQLite takes the other columns from the row
 * that has it. */
/* clang-format off */
static const struct {
    const char *what;
    const char *select;
    const char *more;
} bests[] = {
    { "total",
      "SELECT s.target, s.counted, max(s.tenths) / 10.0, s.id, NULL,"
      " s.started_us",
      "AND s.counted IN (10, 20, 30, 40, 60, 90, 120)"
      " GROUP BY s.target, s.counted" },
    { "average",
      "SELECT s.target, s.counted, max(s.tenths / 10.0 / s.counted), s.id,"
      " NULL, s.started_us",
      "AND s.counted >= ?20 GROUP BY s.target" },
    { "sigma",
      "SELECT s.target, s.counted, min(s.sigma_mm), s.id, NULL, s.started_us",
      "AND s.counted >= ?20 AND s.sigma_mm IS NOT NULL GROUP BY s.target" },
};
/* clang-format on */


/* The best rounds are looked for in the sessions that are asked for. */
#define GMS_BEST_ROUND                                                         \
    "SELECT s.target, r.counted, max(r.tenths) / 10.0, s.id, r.n,"             \
    " s.started_us FROM round r JOIN (SELECT s.*"
#define GMS_BEST_ROUND_MORE                                                    \
    ") s ON r.session = s.no WHERE r.counted IN (5, 10)"                       \
    " GROUP BY s.target, r.counted"


static int
put_bests(gms_history_t *h, gms_jsontext_t *j, const char *what,
    const char *select, const gms_history_filter_t *filter, const char *more)
{
    sqlite3_stmt *st;
    int           rc, sql;

    rc = gms_history_ask(h, select, filter, more, &st);
    if (rc != GMS_OK) {
        return rc;
    }

    sqlite3_bind_int(st, 20, GMS_BEST_SHOTS);

    while ((sql = sqlite3_step(st)) == SQLITE_ROW) {
        gms_jsontext_open(j, NULL, '{');
        gms_jsontext_string(j, "what", what);
        gms_history_put_text(j, "target", st, 0);
        gms_jsontext_integer(j, "counted", sqlite3_column_int64(st, 1));
        gms_history_put_number(j, "value", st, 2);
        gms_history_put_text(j, "session", st, 3);
        gms_history_put_number(j, "round", st, 4);
        gms_jsontext_integer(j, "started_us", sqlite3_column_int64(st, 5));
        gms_jsontext_close(j, '}');
    }

    rc = gms_history_result(h, sql);
    sqlite3_finalize(st);
    return rc;
}


int
gms_history_bests(
    gms_history_t *h, const gms_history_filter_t *filter, char **json)
{
    gms_jsontext_t j;
    size_t         i;
    int            rc = GMS_OK;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, "bests", '[');

    for (i = 0; rc == GMS_OK && i < sizeof(bests) / sizeof(bests[0]); i++) {
        rc = put_bests(
            h, &j, bests[i].what, bests[i].select, filter, bests[i].more);
    }
    if (rc == GMS_OK) {
        rc = put_bests(
            h, &j, "round", GMS_BEST_ROUND, filter, GMS_BEST_ROUND_MORE);
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_close(&j, '}');

    if (rc != GMS_OK) {
        free(gms_jsontext_take(&j));
        *json = NULL;
        return rc;
    }

    return gms_history_answer(h, NULL, SQLITE_DONE, &j, json);
}


/* What is put together of some sessions. */
typedef struct {
    int64_t sessions;
    int64_t counted;
    int64_t tenths;
    int64_t rings;
    int64_t inner;
    double  squares;
    double  df;       /* of them */
    double  averages; /* sum over sessions, and of their squares */
    double  average_squares;
    int64_t averaged;
} gms_history_sum_t;

/* The columns that such a sum is added up from. */
#define GMS_SUM_COLUMNS                                                        \
    "s.counted, s.tenths, s.rings, s.inner, s.squares, s.placed"


static void
add_session(gms_history_sum_t *sum, sqlite3_stmt *st)
{
    int64_t counted = sqlite3_column_int64(st, 1);
    int64_t tenths = sqlite3_column_int64(st, 2);
    int64_t placed = sqlite3_column_int64(st, 6);
    double  average;

    sum->sessions++;
    sum->counted += counted;
    sum->tenths += tenths;
    sum->rings += sqlite3_column_int64(st, 3);
    sum->inner += sqlite3_column_int64(st, 4);

    if (counted > 0) {
        average = (double) tenths / 10 / (double) counted;
        sum->averages += average;
        sum->average_squares += average * average;
        sum->averaged++;
    }
    if (placed > 1) {
        sum->squares += sqlite3_column_double(st, 5);
        sum->df += 2 * (double) (placed - 1);
    }
}


/* Sessions each about their own centre: sights may have been turned. */
static void
put_sum(gms_jsontext_t *j, const gms_history_sum_t *sum)
{
    double         n = (double) sum->averaged, variance;
    gms_interval_t sigma = gms_group_sigma(sum->squares, sum->df);

    gms_jsontext_integer(j, "sessions", sum->sessions);
    gms_jsontext_integer(j, "counted", sum->counted);
    gms_jsontext_integer(j, "total_tenths", sum->tenths);
    gms_jsontext_integer(j, "total_rings", sum->rings);
    gms_jsontext_integer(j, "inner", sum->inner);
    gms_jsontext_number(j, "score_per_shot",
        sum->counted > 0 ? (double) sum->tenths / 10 / (double) sum->counted
                         : (double) NAN);

    variance = n > 1
        ? (sum->average_squares - sum->averages * sum->averages / n) / (n - 1)
        : (double) NAN;
    gms_jsontext_number(j, "score_sd", sqrt(variance < 0 ? 0 : variance));
    gms_jsontext_number(j, "sigma_mm", sigma.value);
    gms_jsontext_number(j, "sigma_low_mm", sigma.low);
    gms_jsontext_number(j, "sigma_high_mm", sigma.high);
}


static const struct {
    const char *key;
    const char *more;
} groupings[GMS_HISTORY_BYS] = {
    [GMS_HISTORY_BY_LANE] = { "s.lane", "" },
    [GMS_HISTORY_BY_DAY] = { "s.started_us", "" },
    [GMS_HISTORY_BY_EQUIPMENT] = { "(SELECT equipment FROM used WHERE "
                                   "used.session = s.id)",
        "AND s.id IN (SELECT session FROM used)" },
    [GMS_HISTORY_BY_CALIBER] = { "CAST(s.caliber_mm AS TEXT)", "" },
    [GMS_HISTORY_BY_TARGET] = { "s.target", "" },
};


typedef struct {
    char              key[128];
    gms_history_sum_t sum;
} gms_history_group_t;

typedef struct {
    gms_history_group_t *group;
    int                  n;
    int                  most;
    int                  last; /* that was found */
    bool                 more; /* there are others */
} gms_history_groups_t;


/* The day where the range is. */
static void
name_day(int64_t us, char *key, size_t size)
{
    struct tm tm;
    time_t    t = (time_t) (us / 1000000);

    if (localtime_r(&t, &tm) == NULL
        || strftime(key, size, "%Y-%m-%d", &tm) == 0) {
        snprintf(key, size, "%s", "");
    }
}


/* NULL: there are too many. */
static gms_history_group_t *
find_group(gms_history_groups_t *g, const char *key)
{
    int i;

    if (g->n > 0 && strcmp(g->group[g->last].key, key) == 0) {
        return &g->group[g->last];
    }

    for (i = 0; i < g->n && strcmp(g->group[i].key, key) != 0; i++) {
        continue;
    }

    if (i == g->most) {
        g->more = true;
        return NULL;
    }

    if (i == g->n) {
        snprintf(g->group[i].key, sizeof(g->group[i].key), "%s", key);
        g->n++;
    }

    g->last = i;
    return &g->group[i];
}


/* What SQLite said last; enough when there are too many. */
static int
add_groups(gms_history_groups_t *g, gms_history_by_e by, sqlite3_stmt *st)
{
    gms_history_group_t *group;
    const char          *text;
    char                 key[sizeof(group->key)];
    int                  sql;

    while ((sql = sqlite3_step(st)) == SQLITE_ROW) {
        if (by == GMS_HISTORY_BY_DAY) {
            name_day(sqlite3_column_int64(st, 0), key, sizeof(key));
        } else {
            text = gms_history_text(st, 0);
            snprintf(key, sizeof(key), "%s", text != NULL ? text : "");
        }

        group = find_group(g, key);

        if (group == NULL) {
            break;
        }

        add_session(&group->sum, st);
    }

    return sql;
}


static int
compare_groups(const void *a, const void *b)
{
    return strcmp(((const gms_history_group_t *) a)->key,
        ((const gms_history_group_t *) b)->key);
}


static void
put_groups(gms_jsontext_t *j, const gms_history_groups_t *g)
{
    int i;

    for (i = 0; i < g->n; i++) {
        gms_jsontext_open(j, NULL, '{');
        gms_jsontext_string(j, "key", g->group[i].key);
        put_sum(j, &g->group[i].sum);
        gms_jsontext_close(j, '}');
    }
}


/* Sessions by groups, as they lie in the file: a group is found by its key.
 * When there are too many groups, or it goes on behind one, the first ones are
 * wanted, in the order of their keys; of days always the newest. */
static int
find_groups(gms_history_t *h, const gms_history_filter_t *filter,
    gms_history_by_e by, const char *after, bool in_order,
    gms_history_groups_t *g)
{
    sqlite3_stmt *st;
    char          select[256], more[256];
    int           rc;

    g->n = 0;
    g->last = 0;
    g->more = false;
    snprintf(select, sizeof(select), "SELECT %s, " GMS_SUM_COLUMNS,
        groupings[by].key);
    snprintf(more, sizeof(more), "%s%s%s%s%s", groupings[by].more,
        after != NULL ? " AND ?20 < " : "",
        after != NULL ? groupings[by].key : "", in_order ? " ORDER BY 1" : "",
        in_order && by == GMS_HISTORY_BY_DAY ? " DESC" : "");
    rc = gms_history_ask(h, select, filter, more, &st);

    if (rc == GMS_OK) {
        if (after != NULL) {
            gms_history_bind_text(st, 20, after);
        }

        rc = gms_history_result(h, add_groups(g, by, st));
        sqlite3_finalize(st);
    }

    return rc;
}


int
gms_history_stats(gms_history_t *h, const gms_history_filter_t *filter,
    gms_history_by_e by, const char *after, int limit, char **json)
{
    gms_history_groups_t g = { .most = limit };
    gms_jsontext_t       j;
    bool                 in_order = by == GMS_HISTORY_BY_DAY || after != NULL;
    int                  rc;

    *json = NULL;
    g.group = calloc((size_t) limit, sizeof(*g.group));

    if (g.group == NULL) {
        snprintf(h->trouble, sizeof(h->trouble), "out of memory");
        return GMS_ENOMEM;
    }

    rc = find_groups(h, filter, by, after, in_order, &g);

    if (rc == GMS_OK && g.more && !in_order) {
        memset(g.group, 0, (size_t) limit * sizeof(*g.group));
        rc = find_groups(h, filter, by, after, true, &g);
    } else if (rc == GMS_OK && !in_order) {
        qsort(g.group, (size_t) g.n, sizeof(*g.group), compare_groups);
    }

    if (rc == GMS_OK) {
        gms_jsontext_init(&j);
        gms_jsontext_open(&j, NULL, '{');
        gms_jsontext_string(&j, "by", gms_history_by[by]);
        gms_jsontext_open(&j, "groups", '[');
        put_groups(&j, &g);
        gms_jsontext_close(&j, ']');

        if (g.more) {
            gms_jsontext_string(&j, "next", g.group[g.n - 1].key);
        } else {
            gms_jsontext_raw(&j, "next", "null");
        }

        gms_jsontext_close(&j, '}');
        rc = gms_history_answer(h, NULL, SQLITE_DONE, &j, json);
    }

    free(g.group);
    return rc;
}


int
gms_history_size(gms_history_t *h, gms_history_size_t *size)
{
    sqlite3_stmt *st;
    int           rc, sql;

    rc = gms_history_result(h,
        sqlite3_prepare_v2(h->db,
            "SELECT count(*), coalesce(sum(shots), 0) FROM session", -1, &st,
            NULL));
    if (rc != GMS_OK) {
        return rc;
    }

    sql = sqlite3_step(st);
    size->sessions = sqlite3_column_int64(st, 0);
    size->shots = sqlite3_column_int64(st, 1);
    rc = gms_history_result(h, sql);
    sqlite3_finalize(st);
    return rc;
}
