#include "history_ask.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

/* Room for a statement. */
#define GMS_HISTORY_SQL 2048


static void
add(char *sql, const char *more)
{
    size_t n = strlen(sql);

    snprintf(sql + n, GMS_HISTORY_SQL - n, "%s", more);
}


static void
bind_filter(sqlite3_stmt *st, const gms_history_filter_t *filter)
{
    if (filter->shooter != NULL) {
        gms_history_bind_text(st, 1, filter->shooter);
    }
    if (filter->lane != NULL) {
        gms_history_bind_text(st, 2, filter->lane);
    }
    if (filter->target != NULL) {
        gms_history_bind_text(st, 3, filter->target);
    }
    if (filter->equipment != NULL) {
        gms_history_bind_text(st, 4, filter->equipment);
    }

    sqlite3_bind_double(st, 5, filter->caliber_mm);
    sqlite3_bind_int64(st, 6, filter->from_us);
    sqlite3_bind_int64(st, 7, filter->to_us);
}


/* Only what is asked for stands in the statement, so that an index is found
 * for it. */
int
gms_history_ask(gms_history_t *h, const char *select,
    const gms_history_filter_t *filter, const char *more, sqlite3_stmt **st)
{
    char sql[GMS_HISTORY_SQL] = "";
    int  rc;

    add(sql, select);
    add(sql, " FROM session s WHERE 1");
    add(sql, filter->shooter != NULL ? " AND s.shooter = ?1" : "");
    add(sql, filter->lane != NULL ? " AND s.lane = ?2" : "");
    add(sql, filter->target != NULL ? " AND s.target = ?3" : "");
    add(sql,
        filter->equipment != NULL
            ? " AND s.id IN (SELECT session FROM used WHERE equipment = ?4)"
            : "");
    add(sql,
        filter->caliber_mm > 0 ? " AND abs(s.caliber_mm - ?5) < 0.0005" : "");
    add(sql, filter->from_us != 0 ? " AND s.started_us >= ?6" : "");
    add(sql, filter->to_us != 0 ? " AND s.started_us < ?7" : "");
    add(sql, " ");
    add(sql, more);

    rc = gms_history_result(h, sqlite3_prepare_v2(h->db, sql, -1, st, NULL));

    if (rc == GMS_OK) {
        bind_filter(*st, filter);
    }

    return rc;
}


int
gms_history_answer(
    gms_history_t *h, sqlite3_stmt *st, int sql, gms_jsontext_t *j, char **json)
{
    int rc;

    rc = gms_history_result(h, sql);
    sqlite3_finalize(st);
    *json = gms_jsontext_take(j);

    if (rc == GMS_OK && *json == NULL) {
        snprintf(h->trouble, sizeof(h->trouble), "out of memory");
        rc = GMS_ENOMEM;
    }

    if (rc != GMS_OK) {
        free(*json);
        *json = NULL;
    }

    return rc;
}


void
gms_history_put_number(
    gms_jsontext_t *j, const char *key, sqlite3_stmt *st, int column)
{
    gms_jsontext_number(j, key,
        sqlite3_column_type(st, column) == SQLITE_NULL
            ? (double) NAN
            : sqlite3_column_double(st, column));
}


const char *
gms_history_text(sqlite3_stmt *st, int column)
{
    return (const char *) sqlite3_column_text(st, column);
}


void
gms_history_put_text(
    gms_jsontext_t *j, const char *key, sqlite3_stmt *st, int column)
{
    const char *text = gms_history_text(st, column);

    if (text != NULL) {
        gms_jsontext_string(j, key, text);
    } else {
        gms_jsontext_raw(j, key, "null");
    }
}


void
gms_history_next(char *next, size_t size, sqlite3_stmt *st, int t_us, int no)
{
    snprintf(next, size, "\"%" PRId64 "-%" PRId64 "\"",
        (int64_t) sqlite3_column_int64(st, t_us),
        (int64_t) sqlite3_column_int64(st, no));
}


void
gms_history_bind_cursor(sqlite3_stmt *st, const gms_history_cursor_t *after)
{
    if (after->started_us != 0) {
        sqlite3_bind_int64(st, 21, after->started_us);
        sqlite3_bind_int64(st, 22, after->no);
    }
}


int
gms_history_page(gms_history_t *h, sqlite3_stmt *st,
    const gms_history_cursor_t *after, int limit, const char *name,
    void (*put)(gms_jsontext_t *j, sqlite3_stmt *st), char **json)
{
    gms_jsontext_t j;
    char           next[64] = "";
    int            n, step;

    sqlite3_bind_int(st, 20, limit + 1);
    gms_history_bind_cursor(st, after);
    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, name, '[');

    for (n = 0; (step = sqlite3_step(st)) == SQLITE_ROW && n < limit; n++) {
        gms_jsontext_open(&j, NULL, '{');
        put(&j, st);
        gms_jsontext_close(&j, '}');
        gms_history_next(next, sizeof(next), st, 1, 0);
    }

    gms_jsontext_close(&j, ']');
    gms_jsontext_raw(&j, "next", step == SQLITE_ROW ? next : "null");
    gms_jsontext_close(&j, '}');
    return gms_history_answer(h, st, step, &j, json);
}
