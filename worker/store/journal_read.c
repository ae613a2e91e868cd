/* Reading a journal back: replay, and where a restart begins. */

#include "journal_file.h"

#include <string.h>

#include "../../ipc/error.h"

#define GMS_JOURNAL_COLUMNS                                                    \
    "SELECT seq, name, real_ns, mono_ns, frame_mono_ns, boot_id, key, json"    \
    " FROM events "


static bool
copy_column(sqlite3_stmt *st, int column, char *buf, size_t size)
{
    const char *text = (const char *) sqlite3_column_text(st, column);

    if (text == NULL || strlen(text) >= size) {
        return false;
    }

    strcpy(buf, text);
    return true;
}


/* An event from a row of GMS_JOURNAL_COLUMNS; *json lives until the next
 * step. */
static int
read_row(sqlite3_stmt *st, gms_event_t *event, const char **json)
{
    const char *name = (const char *) sqlite3_column_text(st, 1);

    *json = (const char *) sqlite3_column_text(st, 7);

    if (name == NULL || *json == NULL
        || gms_event_from_json(event, name, *json) != GMS_OK
        || event->seq != (uint64_t) sqlite3_column_int64(st, 0)
        || !copy_column(st, 5, event->boot_id, sizeof(event->boot_id))
        || !copy_column(st, 6, event->key, sizeof(event->key)))
    {
        return GMS_ECORRUPT;
    }

    event->real_ns = sqlite3_column_int64(st, 2);
    event->mono_ns = sqlite3_column_int64(st, 3);

    if (event->kind == GMS_EVENT_SHOT) {
        event->u.shot.frame_mono_ns = sqlite3_column_int64(st, 4);
    }

    return GMS_OK;
}


static int
cause_of(int sql)
{
    switch (sql & 0xff) {

    case SQLITE_NOMEM:
        return GMS_ENOMEM;

    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return GMS_ECORRUPT;

    default:
        return GMS_ESTORE;
    }
}


int
gms_journal_replay(
    gms_journal_t *j, uint64_t after, gms_journal_row_pt row, void *data)
{
    sqlite3_stmt *st;
    gms_event_t   event;
    const char   *json;
    int           rc, sql;

    if (after >= j->last_seq) {
        return GMS_OK;
    }

    sql = sqlite3_prepare_v2(j->db,
        GMS_JOURNAL_COLUMNS "WHERE seq > ?1 ORDER BY seq", -1, &st, NULL);

    if (sql != SQLITE_OK) {
        return cause_of(sql);
    }

    sqlite3_bind_int64(st, 1, (int64_t) after);
    rc = GMS_OK;

    for (;;) {
        sql = sqlite3_step(st);

        if (sql != SQLITE_ROW) {
            break;
        }

        rc = read_row(st, &event, &json);

        if (rc == GMS_OK && event.seq != ++after) {
            rc = GMS_ECORRUPT; /* a row is missing */
        }

        if (rc == GMS_OK) {
            rc = row(data, &event, json);
        }

        if (rc != GMS_OK) {
            break;
        }
    }

    sqlite3_finalize(st);

    if (rc == GMS_OK && sql != SQLITE_DONE) {
        rc = cause_of(sql);
    }
    return rc;
}


/* Walks the few session events backwards to the newest start; the end of the
 * session before it comes next. */
static int
find_start(gms_journal_t *j, uint64_t *after)
{
    sqlite3_stmt *st;
    gms_event_t   event;
    const char   *json;
    bool          started = false;
    int           rc = GMS_OK, sql;

    *after = 0;

    sql = sqlite3_prepare_v2(j->db,
        GMS_JOURNAL_COLUMNS "INDEXED BY events_session"
                            " WHERE name = 'session' ORDER BY seq DESC",
        -1, &st, NULL);

    if (sql != SQLITE_OK) {
        return cause_of(sql);
    }

    while ((sql = sqlite3_step(st)) == SQLITE_ROW) {
        rc = read_row(st, &event, &json);

        if (rc != GMS_OK) {
            break;
        }

        if (started) {
            *after = event.seq - 1;
            break;
        }

        if (event.kind == GMS_EVENT_SESSION_STARTED) {
            *after = event.seq - 1;
            started = true;
        }
    }

    sqlite3_finalize(st);

    if (sql != SQLITE_ROW && sql != SQLITE_DONE) {
        rc = cause_of(sql);
    }
    return rc;
}


/* The newest events that the statement finds with seq <= limit, newest
 * first, at most max.  Their number, or an error. */
static int
read_newest(gms_journal_t *j, const char *sql, uint64_t limit, gms_event_t *out,
    int max)
{
    sqlite3_stmt *st;
    const char   *json;
    int           rc, step, n;

    step = sqlite3_prepare_v2(j->db, sql, -1, &st, NULL);

    if (step != SQLITE_OK) {
        return cause_of(step);
    }

    sqlite3_bind_int64(st, 1, (int64_t) limit);
    rc = GMS_OK;

    for (n = 0; n < max; n++) {
        step = sqlite3_step(st);

        if (step != SQLITE_ROW) {
            rc = step == SQLITE_DONE ? GMS_OK : cause_of(step);
            break;
        }

        rc = read_row(st, &out[n], &json);

        if (rc != GMS_OK) {
            break;
        }
    }

    sqlite3_finalize(st);
    return rc == GMS_OK ? n : rc;
}


static int
read_calibrations(gms_journal_t *j, uint64_t limit, gms_event_t *out, int max)
{
    return read_newest(j,
        GMS_JOURNAL_COLUMNS "INDEXED BY events_calibration"
                            " WHERE name = 'calibration' AND seq <= ?1"
                            " ORDER BY seq DESC",
        limit, out, max);
}


int
gms_journal_calibrations(gms_journal_t *j, gms_event_t *out, int max)
{
    return read_calibrations(j, j->last_seq, out, max);
}


int
gms_journal_fold_start(gms_journal_t *j, gms_session_before_t *before)
{
    gms_event_t range;
    int         rc;

    memset(before, 0, sizeof(*before));

    rc = find_start(j, &before->after);

    if (rc == GMS_OK) {
        rc = read_calibrations(j, before->after, &before->calibration, 1);
    }

    if (rc < 0) {
        return rc;
    }

    before->has_calibration = rc > 0;

    rc = read_newest(j,
        GMS_JOURNAL_COLUMNS "INDEXED BY events_range"
                            " WHERE name = 'range' AND seq <= ?1"
                            " ORDER BY seq DESC",
        before->after, &range, 1);

    if (rc < 0) {
        return rc;
    }

    before->cold = rc > 0 && range.u.range.cold;
    return GMS_OK;
}
