#include "renew.h"

#include <limits.h>
#include <stdio.h>

#include "../../ipc/error.h"
#include "history_file.h"
#include "history_tips.h"
#include "journal.h"

/* What a replay's callback says when it has what it wants. */
#define GMS_RENEW_ENOUGH 1

typedef struct {
    sqlite3_int64   no;
    char            id[GMS_ID_SIZE];
    char            lane[GMS_HISTORY_LANE_SIZE];
    char            path[PATH_MAX];
    uint64_t        started_seq;
    uint64_t        last_seq; /* of the events about it; 0: it is no more */
    gms_scorebook_t book;
} gms_renew_t;


/* 1: found, 0: there is none. */
static int
next_session(gms_history_t *h, const char *state_dir, gms_renew_t *r)
{
    sqlite3_stmt *st = h->statement[GMS_HISTORY_GET_STALE];
    int           rc, sql = sqlite3_step(st);

    if (sql == SQLITE_ROW) {
        r->no = sqlite3_column_int64(st, 0);
        r->started_seq = (uint64_t) sqlite3_column_int64(st, 3);
        r->last_seq = (uint64_t) sqlite3_column_int64(st, 4);

        if (r->last_seq != 0) {
            snprintf(r->id, sizeof(r->id), "%s", sqlite3_column_text(st, 1));
            snprintf(
                r->lane, sizeof(r->lane), "%s", sqlite3_column_text(st, 2));
            snprintf(r->path, sizeof(r->path), "%s/lanes/%s/journal.db",
                state_dir, r->lane);
        }
    }

    sqlite3_reset(st);
    rc = gms_history_result(h, sql);
    return rc != GMS_OK ? rc : sql == SQLITE_ROW;
}


static int
renew_row(void *data, const gms_event_t *event, const char *json)
{
    gms_renew_t *r = data;
    int          rc = gms_scorebook_apply(&r->book, event);

    (void) json;
    return rc == GMS_OK && event->seq >= r->last_seq ? GMS_RENEW_ENOUGH : rc;
}


/* The session as it was after the last event about it; NULL: its journal does
 * not tell. */
static const gms_session_t *
recall(gms_renew_t *r, gms_journal_t *j)
{
    gms_scorebook_before_t before;

    if (gms_journal_fold_start_at(j, r->started_seq, &before) < 0
        || gms_scorebook_init(&r->book, r->lane, gms_journal_epoch(j))
            != GMS_OK)
    {
        return NULL;
    }

    gms_scorebook_begin_after(&r->book, &before);

    return gms_journal_replay(j, r->book.seq, renew_row, r) == GMS_RENEW_ENOUGH
        ? gms_scorebook_find(&r->book, r->id)
        : NULL;
}


/* Told once, whether there are tips of it or not. */
static int
put(gms_history_t *h, gms_renew_t *r, const gms_session_t *session,
    const gms_rulebook_t *rules)
{
    sqlite3_stmt *st = h->statement[GMS_HISTORY_DROP_STALE];
    int           rc = gms_history_begin(h, false);

    if (rc == GMS_OK && session != NULL) {
        rc = gms_history_write_tips(h, session, rules,
            r->book.has_calibration && r->book.calibration.map.confirmed);
    }
    if (rc == GMS_OK) {
        sqlite3_bind_int64(st, 1, r->no);
        rc = gms_history_run(h, st);
    }
    if (rc == GMS_OK) {
        rc = gms_history_commit(h);
    }

    gms_history_roll_back(h);
    return rc;
}


int
gms_renew_step(
    gms_history_t *h, const char *state_dir, const gms_rulebook_t *rules)
{
    gms_renew_t          r = { .no = 0 };
    gms_journal_t       *j = NULL;
    const gms_session_t *session = NULL;
    char                 err[512];
    int                  rc = next_session(h, state_dir, &r);

    if (rc != 1) {
        return rc;
    }

    if (r.last_seq != 0
        && gms_journal_open_following(&j, r.path, err, sizeof(err)) == GMS_OK)
    {
        session = recall(&r, j);
    }

    if (session != NULL && session->state != GMS_SESSION_ENDED) {
        session = NULL;
    }

    rc = put(h, &r, session, rules);
    gms_scorebook_free(&r.book);

    if (j != NULL) {
        gms_journal_close(j);
    }

    return rc == GMS_OK ? 1 : rc;
}
