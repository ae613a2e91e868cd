/* Reading a journal back: replay, and where a restart begins. */

#include "journal_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"

#define GMS_JOURNAL_COLUMNS "SELECT " GMS_JOURNAL_ROW " FROM events "


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

    *json = (const char *) sqlite3_column_text(st, 8);

    if (name == NULL || *json == NULL
        || gms_event_from_json(event, name, *json) != GMS_OK
        || event->seq != (uint64_t) sqlite3_column_int64(st, 0)
        || !copy_column(st, 6, event->boot_id, sizeof(event->boot_id))
        || !copy_column(st, 7, event->key, sizeof(event->key)))
    {
        return GMS_ECORRUPT;
    }

    event->real_ns = sqlite3_column_int64(st, 3);
    event->mono_ns = sqlite3_column_int64(st, 4);

    if (event->kind == GMS_EVENT_SHOT) {
        event->u.shot.frame_mono_ns = sqlite3_column_int64(st, 5);
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


static int
trouble_sql(gms_journal_t *j, int sql, uint64_t seq)
{
    j->trouble_seq = seq;
    snprintf(j->trouble, sizeof(j->trouble),
        "event %" PRIu64 " of %s cannot be read (%s)", seq, j->path,
        sqlite3_errstr(sql));

    return cause_of(sql);
}


/* What a replay goes on from, row by row. */
typedef struct {
    gms_journal_t *j;
    uint64_t       seq; /* of the last row */
    uint8_t        hash[GMS_CHAIN_SIZE];
} gms_journal_walk_t;


static int
trouble(gms_journal_t *j, uint64_t seq, const char *what)
{
    j->trouble_seq = seq;
    snprintf(j->trouble, sizeof(j->trouble), "event %" PRIu64 " of %s %s", seq,
        j->path, what);

    return GMS_ECORRUPT;
}


/* Is the row the next, and is it what was written? */
static int
check_row(gms_journal_walk_t *w, sqlite3_stmt *st)
{
    gms_chain_row_t row;
    uint64_t        seq;

    seq = (uint64_t) sqlite3_column_int64(st, 0);

    if (seq != w->seq + 1) {
        return trouble(w->j, w->seq + 1, "is missing");
    }

    w->seq = seq;

    if (!gms_journal_row_of(st, &row)) {
        return trouble(w->j, seq, "holds what no journal holds");
    }

    w->j->row_session = row.session;

    if (w->j->chained_since == 0) {
        return GMS_OK;
    }

    gms_chain_next(w->hash, &row);

    if (sqlite3_column_bytes(st, 9) != GMS_CHAIN_SIZE
        || memcmp(sqlite3_column_blob(st, 9), w->hash, GMS_CHAIN_SIZE) != 0)
    {
        return trouble(w->j, seq,
            "was altered or damaged: what it holds, or what was before it, "
            "does not give its hash");
    }

    return GMS_OK;
}


static int
replay_rows(
    gms_journal_walk_t *w, sqlite3_stmt *st, gms_journal_row_pt row, void *data)
{
    gms_event_t event;
    const char *json;
    int         rc, sql;

    while ((sql = sqlite3_step(st)) == SQLITE_ROW) {
        rc = check_row(w, st);

        if (rc == GMS_OK && read_row(st, &event, &json) != GMS_OK) {
            rc = trouble(w->j, w->seq, "cannot be read back");
        }

        if (rc == GMS_OK) {
            rc = row(data, &event, json);
        }

        if (rc != GMS_OK) {
            return rc;
        }
    }

    if (sql != SQLITE_DONE) {
        return trouble_sql(w->j, sql, w->seq + 1);
    }

    return GMS_OK;
}


int
gms_journal_replay(
    gms_journal_t *j, uint64_t after, gms_journal_row_pt row, void *data)
{
    gms_journal_walk_t w;
    sqlite3_stmt      *st;
    int                rc;

    j->trouble_seq = 0;
    j->trouble[0] = '\0';

    if (after >= j->last_seq) {
        return GMS_OK;
    }

    w.j = j;
    w.seq = after;

    rc = j->chained_since > 0 ? gms_journal_chain_at(j, after, w.hash)
                              : SQLITE_OK;

    if (rc == SQLITE_OK) {
        rc = sqlite3_prepare_v2(j->db,
            j->chained_since > 0 ? "SELECT " GMS_JOURNAL_ROW
                                   ", hash FROM events"
                                   " WHERE seq > ?1 ORDER BY seq"
                                 : "SELECT " GMS_JOURNAL_ROW " FROM events"
                                   " WHERE seq > ?1 ORDER BY seq",
            -1, &st, NULL);
    }

    if (rc != SQLITE_OK) {
        return trouble_sql(j, rc, after);
    }

    sqlite3_bind_int64(st, 1, (int64_t) after);
    rc = replay_rows(&w, st, row, data);
    sqlite3_finalize(st);

    return rc;
}


const char *
gms_journal_trouble(const gms_journal_t *j, uint64_t *seq)
{
    *seq = j->trouble_seq;
    return j->trouble;
}


const char *
gms_journal_row_session(const gms_journal_t *j)
{
    return j->row_session;
}


bool
gms_journal_hash(gms_journal_t *j, uint64_t seq, char text[GMS_CHAIN_HEX_SIZE])
{
    uint8_t hash[GMS_CHAIN_SIZE];

    if (seq == 0 || j->chained_since == 0
        || gms_journal_chain_at(j, seq, hash) != SQLITE_OK)
    {
        return false;
    }

    gms_chain_to_hex(hash, text);
    return true;
}


uint64_t
gms_journal_find(
    gms_journal_t *j, const uint8_t hash[GMS_CHAIN_SIZE], int64_t *real_ns)
{
    sqlite3_stmt *st;
    uint64_t      seq = 0;

    if (j->chained_since == 0
        || sqlite3_prepare_v2(j->db,
               "SELECT seq, real_ns FROM events WHERE hash = ?1", -1, &st, NULL)
            != SQLITE_OK)
    {
        return 0;
    }

    sqlite3_bind_blob(st, 1, hash, GMS_CHAIN_SIZE, SQLITE_STATIC);

    if (sqlite3_step(st) == SQLITE_ROW) {
        seq = (uint64_t) sqlite3_column_int64(st, 0);
        *real_ns = sqlite3_column_int64(st, 1);
    }

    sqlite3_finalize(st);
    return seq;
}


/* Walks the few session events up to a number backwards to the last start but
 * one of a session that had the lane for itself. */
static int
find_start(gms_journal_t *j, uint64_t upto, uint64_t *after)
{
    sqlite3_stmt *st;
    gms_event_t   event;
    const char   *json;
    int           starts = 0;
    int           rc = GMS_OK, sql;

    *after = 0;

    sql = sqlite3_prepare_v2(j->db,
        GMS_JOURNAL_COLUMNS "INDEXED BY events_session"
                            " WHERE name = 'session' AND seq <= ?1"
                            " ORDER BY seq DESC",
        -1, &st, NULL);

    if (sql != SQLITE_OK) {
        return cause_of(sql);
    }

    sqlite3_bind_int64(st, 1, (int64_t) upto);

    while ((sql = sqlite3_step(st)) == SQLITE_ROW) {
        rc = read_row(st, &event, &json);

        if (rc != GMS_OK) {
            break;
        }

        starts += event.kind == GMS_EVENT_SESSION_STARTED
            && event.u.session.beside == 0;

        if (starts == 2) {
            *after = event.seq - 1;
            break;
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
gms_journal_fold_start(gms_journal_t *j, gms_scorebook_before_t *before)
{
    return gms_journal_fold_start_at(j, j->last_seq, before);
}


int
gms_journal_fold_start_at(
    gms_journal_t *j, uint64_t upto, gms_scorebook_before_t *before)
{
    gms_event_t range, timed;
    int         rc;

    memset(before, 0, sizeof(*before));

    rc = find_start(j, upto, &before->after);

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

    rc = read_newest(j,
        GMS_JOURNAL_COLUMNS "WHERE seq <= ?1"
                            " AND json NOT LIKE '%\"clock_set\":false%'"
                            " ORDER BY seq DESC",
        before->after, &timed, 1);

    if (rc < 0) {
        return rc;
    }

    before->newest_ns = rc > 0 ? timed.real_ns : 0;
    return GMS_OK;
}
