/* Sessions as lists and one by one: see history_query.h. */

#include "history_ask.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "pictures.h"

/* clang-format off */
#define GMS_HISTORY_SESSION                                                    \
    "SELECT s.no, s.started_us, s.id, s.lane, s.shooter,"                      \
    " (SELECT name FROM shooter WHERE shooter.id = s.shooter), s.target,"      \
    " s.caliber_mm, s.distance_m,"                                             \
    " (SELECT equipment FROM used WHERE used.session = s.id), s.state,"        \
    " s.walk_up, s.ended_us, s.shots, s.rounds, s.counted, s.tenths, s.rings," \
    " s.inner, s.x_mm, s.y_mm, s.sigma_mm, s.spread_mm, s.radius_mm, s.source," \
    " s.called, s.call_mm, s.call_x_mm, s.call_y_mm"
/* clang-format on */


/* What stands between two braces, of a row of GMS_HISTORY_SESSION. */
static void
put_session(gms_jsontext_t *j, sqlite3_stmt *st)
{
    int64_t ended_us = sqlite3_column_int64(st, 12);

    gms_history_put_text(j, "id", st, 2);
    gms_history_put_text(j, "lane", st, 3);
    gms_history_put_text(j, "shooter", st, 4);
    gms_history_put_text(j, "name", st, 5);
    gms_history_put_text(j, "target", st, 6);
    gms_history_put_number(j, "caliber_mm", st, 7);
    gms_history_put_number(j, "distance_m", st, 8);
    gms_history_put_text(j, "equipment", st, 9);
    gms_jsontext_string(j, "state",
        sqlite3_column_int(st, 10) == GMS_SESSION_ENDED ? "ended" : "open");
    gms_jsontext_bool(j, "walk_up", sqlite3_column_int(st, 11) != 0);
    gms_jsontext_integer(j, "started_us", sqlite3_column_int64(st, 1));

    if (ended_us != 0) {
        gms_jsontext_integer(j, "ended_us", ended_us);
    } else {
        gms_jsontext_raw(j, "ended_us", "null");
    }

    gms_jsontext_integer(j, "shots", sqlite3_column_int64(st, 13));
    gms_jsontext_integer(j, "rounds", sqlite3_column_int64(st, 14));
    gms_jsontext_integer(j, "counted", sqlite3_column_int64(st, 15));
    gms_jsontext_integer(j, "total_tenths", sqlite3_column_int64(st, 16));
    gms_jsontext_integer(j, "total_rings", sqlite3_column_int64(st, 17));
    gms_jsontext_integer(j, "inner", sqlite3_column_int64(st, 18));
    gms_history_put_number(j, "mpi_x_mm", st, 19);
    gms_history_put_number(j, "mpi_y_mm", st, 20);
    gms_history_put_number(j, "sigma_mm", st, 21);
    gms_history_put_number(j, "extreme_spread_mm", st, 22);
    gms_history_put_number(j, "mean_radius_mm", st, 23);
    gms_history_put_text(j, "source", st, 24);
    gms_jsontext_integer(j, "called", sqlite3_column_int64(st, 25));
    gms_history_put_number(j, "call_error_mm", st, 26);
    gms_history_put_number(j, "call_x_off_mm", st, 27);
    gms_history_put_number(j, "call_y_off_mm", st, 28);
}


bool
gms_history_cursor(gms_history_cursor_t *cursor, const char *text)
{
    int end = 0;

    return strlen(text) < 48 && text[0] >= '0' && text[0] <= '9'
        && sscanf(text, "%" SCNd64 "-%" SCNd64 "%n", &cursor->started_us,
               &cursor->no, &end)
        == 2
        && text[end] == '\0' && cursor->started_us > 0 && cursor->no > 0;
}


int
gms_history_sessions(gms_history_t *h, const gms_history_filter_t *filter,
    const gms_history_cursor_t *after, int limit, char **json)
{
    sqlite3_stmt *st;
    int           rc;

    *json = NULL;
    rc = gms_history_ask(h, GMS_HISTORY_SESSION, filter,
        after->started_us != 0
            ? "AND (s.started_us, s.no) < (?21, ?22)"
              " ORDER BY s.started_us DESC, s.no DESC LIMIT ?20"
            : "ORDER BY s.started_us DESC, s.no DESC LIMIT ?20",
        &st);

    return rc != GMS_OK
        ? rc
        : gms_history_page(h, st, after, limit, "sessions", put_session, json);
}


/* The rows of one session in a table of its own. */
static int
put_rows(gms_history_t *h, gms_jsontext_t *j, const char *name, const char *sql,
    int64_t no, void (*put)(gms_jsontext_t *j, sqlite3_stmt *st))
{
    sqlite3_stmt *st;
    int           rc, step;

    rc = gms_history_result(h, sqlite3_prepare_v2(h->db, sql, -1, &st, NULL));
    if (rc != GMS_OK) {
        return rc;
    }

    sqlite3_bind_int64(st, 1, no);
    gms_jsontext_open(j, name, '[');

    while ((step = sqlite3_step(st)) == SQLITE_ROW) {
        gms_jsontext_open(j, NULL, '{');
        put(j, st);
        gms_jsontext_close(j, '}');
    }

    gms_jsontext_close(j, ']');
    rc = gms_history_result(h, step);
    sqlite3_finalize(st);
    return rc;
}


static void
put_round(gms_jsontext_t *j, sqlite3_stmt *st)
{
    gms_jsontext_integer(j, "round", sqlite3_column_int64(st, 0));
    gms_jsontext_integer(j, "first", sqlite3_column_int64(st, 1));
    gms_jsontext_integer(j, "last", sqlite3_column_int64(st, 2));
    gms_history_put_text(j, "by", st, 3);
    gms_jsontext_integer(j, "counted", sqlite3_column_int64(st, 4));
    gms_jsontext_integer(j, "total_tenths", sqlite3_column_int64(st, 5));
    gms_jsontext_integer(j, "total_rings", sqlite3_column_int64(st, 6));
    gms_jsontext_integer(j, "inner", sqlite3_column_int64(st, 7));
    gms_history_put_number(j, "mpi_x_mm", st, 8);
    gms_history_put_number(j, "mpi_y_mm", st, 9);
    gms_history_put_number(j, "sigma_mm", st, 10);
    gms_history_put_number(j, "extreme_spread_mm", st, 11);
}


static void
put_shot(gms_jsontext_t *j, sqlite3_stmt *st)
{
    static const struct {
        int         flag;
        const char *name;
    } flags[] = {
        { GMS_SHOT_INNER, "inner" },
        { GMS_SHOT_SIGHTER, "sighter" },
        { GMS_SHOT_REMOVED, "removed" },
        { GMS_SHOT_NEAR_LINE, "near_line" },
        { GMS_SHOT_POSSIBLE_DOUBLE, "possible_double" },
        { GMS_SHOT_OVERLAP, "overlap" },
        { GMS_SHOT_RECOVERED, "recovered" },
        { GMS_SHOT_ORDER_UNKNOWN, "order_unknown" },
        { GMS_SHOT_OUTSIDE, "outside" },
        { GMS_SHOT_BY_HAND, "by_hand" },
        { GMS_SHOT_UNPLACED, "unplaced" },
        { GMS_SHOT_CORRECTED, "corrected" },
    };
    const char *zone = gms_history_text(st, 9),
               *bull = gms_history_text(st, 10);
    size_t i;

    gms_jsontext_integer(j, "n", sqlite3_column_int64(st, 0));
    gms_jsontext_integer(j, "t_us", sqlite3_column_int64(st, 1));
    gms_jsontext_number(
        j, "x_mm", sqlite3_column_double(st, 2) / GMS_HISTORY_PER_MM);
    gms_jsontext_number(
        j, "y_mm", sqlite3_column_double(st, 3) / GMS_HISTORY_PER_MM);
    gms_jsontext_integer(j, "score_tenths", sqlite3_column_int64(st, 4));
    gms_jsontext_integer(j, "ring", sqlite3_column_int64(st, 5));
    gms_jsontext_integer(j, "paper", sqlite3_column_int64(st, 7));
    gms_jsontext_integer(j, "round", sqlite3_column_int64(st, 8));
    gms_jsontext_string(j, "zone", zone != NULL ? zone : "");
    gms_jsontext_string(j, "bull", bull != NULL ? bull : "");

    for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        gms_jsontext_bool(
            j, flags[i].name, (sqlite3_column_int(st, 6) & flags[i].flag) != 0);
    }

    gms_history_put_number(j, "call_x_mm", st, 11);
    gms_history_put_number(j, "call_y_mm", st, 12);
}


static void
put_tip(gms_jsontext_t *j, sqlite3_stmt *st)
{
    gms_jsontext_string(
        j, "rank", sqlite3_column_int(st, 0) == 0 ? "main" : "second");
    gms_history_put_text(j, "rule", st, 1);
    gms_history_put_text(j, "category", st, 2);
    gms_jsontext_bool(j, "hypothesis", sqlite3_column_int(st, 3) != 0);
    gms_history_put_text(j, "text", st, 4);
    gms_history_put_text(j, "action", st, 5);
    gms_history_put_text(j, "drill", st, 6);
    gms_history_put_text(j, "sign", st, 7);
    gms_history_put_number(j, "n", st, 8);
    gms_history_put_number(j, "p", st, 9);
    gms_history_put_number(j, "p_family", st, 10);
}


static void
put_evidence(gms_jsontext_t *j, sqlite3_stmt *st)
{
    bool shot = sqlite3_column_int(st, 0) == GMS_PICTURE_SHOT;
    char href[160];

    snprintf(href, sizeof(href), "/api/sessions/%s/%s/%" PRId64 ".jpg",
        gms_history_text(st, 5), shot ? "shots" : "papers",
        (int64_t) sqlite3_column_int64(st, 1));
    gms_jsontext_string(j, "of", shot ? "shot" : "paper");
    gms_jsontext_integer(j, "n", sqlite3_column_int64(st, 1));
    gms_jsontext_string(j, "href", href);
    gms_jsontext_integer(j, "bytes", sqlite3_column_int64(st, 2));
    gms_jsontext_integer(j, "t_us", sqlite3_column_int64(st, 3));
    gms_history_put_text(j, "sha256", st, 4);
}


/* Each is an object already. */
static int
put_coaching(gms_history_t *h, gms_jsontext_t *j, int64_t no)
{
    sqlite3_stmt *st;
    int           rc, step;

    rc = gms_history_result(h,
        sqlite3_prepare_v2(h->db,
            "SELECT json FROM coaching WHERE session = ?1 ORDER BY n", -1, &st,
            NULL));
    if (rc != GMS_OK) {
        return rc;
    }

    sqlite3_bind_int64(st, 1, no);
    gms_jsontext_open(j, "coaching", '[');

    while ((step = sqlite3_step(st)) == SQLITE_ROW) {
        gms_jsontext_raw(j, NULL, gms_history_text(st, 0));
    }

    gms_jsontext_close(j, ']');
    rc = gms_history_result(h, step);
    sqlite3_finalize(st);
    return rc;
}


/* The session's row; GMS_ENOTFOUND.  The caller finalizes st on GMS_OK. */
static int
find_session(
    gms_history_t *h, const char *select, const char *id, sqlite3_stmt **st)
{
    static const gms_history_filter_t any = { 0 };
    int                               rc, sql;

    rc = gms_history_ask(h, select, &any, "AND s.id = ?20", st);
    if (rc != GMS_OK) {
        return rc;
    }

    gms_history_bind_text(*st, 20, id);
    sql = sqlite3_step(*st);

    if (sql == SQLITE_ROW) {
        return GMS_OK;
    }

    rc = gms_history_result(h, sql);
    sqlite3_finalize(*st);
    return rc == GMS_OK ? GMS_ENOTFOUND : rc;
}


int
gms_history_session(gms_history_t *h, const char *id, char **json)
{
    sqlite3_stmt  *st;
    gms_jsontext_t j;
    int64_t        no;
    int            rc;

    *json = NULL;
    rc = find_session(h, GMS_HISTORY_SESSION, id, &st);
    if (rc != GMS_OK) {
        return rc;
    }

    no = sqlite3_column_int64(st, 0);
    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, "session", '{');
    put_session(&j, st);
    gms_jsontext_close(&j, '}');

    rc = put_rows(h, &j, "rounds",
        "SELECT n, first, last, ended_by, counted, tenths, rings, inner, x_mm,"
        " y_mm, sigma_mm, spread_mm FROM round WHERE session = ?1 ORDER BY n",
        no, put_round);

    if (rc == GMS_OK) {
        rc = put_rows(h, &j, "shots",
            "SELECT n, t_us, x, y, tenths, ring, flags, paper, round, zone,"
            " bull, call_x / 1e4, call_y / 1e4 FROM shot WHERE session = ?1 "
            "ORDER BY n",
            no, put_shot);
    }

    if (rc == GMS_OK) {
        rc = put_rows(h, &j, "tips",
            "SELECT rank, rule, category, hypothesis, text, action, drill,"
            " sign, n, p, p_family FROM tip WHERE session = ?1 ORDER BY rank",
            no, put_tip);
    }

    if (rc == GMS_OK) {
        rc = put_rows(h, &j, "evidence",
            "SELECT e.kind, e.n, e.bytes, e.written_us, lower(hex(e.sha256)),"
            " s.id FROM evidence e JOIN session s ON s.no = e.session"
            " WHERE e.session = ?1 ORDER BY e.kind, e.n",
            no, put_evidence);
    }

    if (rc == GMS_OK) {
        rc = put_coaching(h, &j, no);
    }

    gms_jsontext_close(&j, '}');

    if (rc != GMS_OK) {
        free(gms_jsontext_take(&j));
        sqlite3_finalize(st);
        return rc;
    }

    return gms_history_answer(h, st, SQLITE_DONE, &j, json);
}


int
gms_history_place(gms_history_t *h, const char *id, gms_history_place_t *place)
{
    sqlite3_stmt *st;
    int           rc;

    rc = find_session(h, "SELECT s.lane, s.started_seq, s.last_seq", id, &st);

    if (rc == GMS_OK) {
        snprintf(
            place->lane, sizeof(place->lane), "%s", gms_history_text(st, 0));
        place->started_seq = (uint64_t) sqlite3_column_int64(st, 1);
        place->last_seq = (uint64_t) sqlite3_column_int64(st, 2);
        sqlite3_finalize(st);
    }

    return rc;
}
