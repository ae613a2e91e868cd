#include "follow.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../../ipc/error.h"
#include "history_calibrations.h"
#include "history_tips.h"

/* Rows of one read: some milliseconds, in which the lane's log cannot begin
 * anew and a question waits. */
#define GMS_FOLLOW_ROWS 250

/* What a replay's callback says when its read is long enough. */
#define GMS_FOLLOW_ENOUGH 1

typedef struct {
    gms_follow_t  *f;
    gms_history_t *h;
    int            rows;
    bool           writing; /* the history could not take something */
} gms_follow_read_t;


void
gms_follow_init(gms_follow_t *f, const char *state_dir, const char *lane)
{
    memset(f, 0, sizeof(*f));
    snprintf(f->lane, sizeof(f->lane), "%s", lane);
    snprintf(
        f->path, sizeof(f->path), "%s/lanes/%s/journal.db", state_dir, lane);
}


/* The next step begins again from what the history holds. */
static void
follow_forget(gms_follow_t *f)
{
    if (f->folded) {
        gms_scorebook_free(&f->book);
    }

    f->folded = false;
    memset(f->told, 0, sizeof(f->told));
}


void
gms_follow_close(gms_follow_t *f)
{
    follow_forget(f);

    if (f->journal != NULL) {
        gms_journal_close(f->journal);
        f->journal = NULL;
    }
}


static int
follow_why(gms_follow_t *f, int rc, const char *why)
{
    snprintf(f->why, sizeof(f->why), "%s", why);
    return rc;
}


static int
follow_advise(gms_follow_read_t *r, const gms_session_t *session)
{
    const gms_scorebook_t *book = &r->f->book;

    return r->f->rules != NULL && session->state == GMS_SESSION_ENDED
        ? gms_history_write_tips(r->h, session, r->f->rules,
            book->has_calibration && book->calibration.map.confirmed)
        : GMS_OK;
}


/* A place of the scorebook is used for another session only by an event of a
 * session: whatever it holds is written before. */
static int
follow_write(gms_follow_read_t *r)
{
    gms_follow_t *f = r->f;
    int           i, rc = GMS_OK;

    for (i = 0; rc == GMS_OK && i < GMS_SESSIONS_MAX; i++) {
        if (f->told[i] != 0) {
            rc = gms_history_write(
                r->h, f->lane, &f->book.session[i], f->told[i]);
            f->told[i] = 0;

            if (rc == GMS_OK) {
                rc = follow_advise(r, &f->book.session[i]);
            }
        }
    }

    r->writing = rc != GMS_OK;
    return rc;
}


static int
follow_row(void *data, const gms_event_t *event, const char *json)
{
    gms_follow_read_t   *r = data;
    gms_follow_t        *f = r->f;
    const gms_session_t *session;
    bool                 news = event->seq > f->position;
    int                  rc = GMS_OK;

    (void) json;

    if (r->rows-- == 0) {
        return GMS_FOLLOW_ENOUGH;
    }

    if (news && gms_event_is_session(event->kind)) {
        rc = follow_write(r);
    }
    if (rc == GMS_OK) {
        rc = gms_scorebook_apply(&f->book, event);
    }
    if (rc == GMS_OK && news && event->kind == GMS_EVENT_CALIBRATION) {
        rc = gms_history_write_calibration(r->h, f->lane, event);
        r->writing = rc != GMS_OK;
    }
    if (rc != GMS_OK || !news || event->session[0] == '\0') {
        return rc;
    }

    session = gms_scorebook_find(&f->book, event->session);

    if (session != NULL) {
        f->told[session - f->book.session] = event->seq;

    } else if (event->kind == GMS_EVENT_SESSION_DISCARDED) {
        rc = gms_history_remove(r->h, event->session);
        r->writing = rc != GMS_OK;
    }

    return rc;
}


/* Opens the journal, or another that is in its place now. */
static int
follow_open(gms_follow_t *f)
{
    struct stat sb;
    int         rc;

    if (stat(f->path, &sb) != 0) {
        gms_follow_close(f);
        return follow_why(f, GMS_ENOTFOUND, "there is no journal");
    }

    if (f->journal != NULL && f->inode == sb.st_ino) {
        return gms_journal_look(f->journal, f->why, sizeof(f->why));
    }

    gms_follow_close(f);
    rc = gms_journal_open_following(
        &f->journal, f->path, f->why, sizeof(f->why));
    f->inode = sb.st_ino;
    return rc;
}


void
gms_follow_look(gms_follow_t *f)
{
    if (follow_open(f) == GMS_OK) {
        f->head = gms_journal_last_seq(f->journal);
    }
}


uint64_t
gms_follow_behind(const gms_follow_t *f)
{
    if (!f->folded) {
        return f->head;
    }

    return f->head > f->position ? f->head - f->position : 0;
}


/* Is what the history holds of it the beginning of this journal? */
static bool
follow_is_same(gms_follow_t *f, const gms_history_position_t *position)
{
    char hash[GMS_CHAIN_HEX_SIZE];

    if (position->seq > f->head) {
        return false;
    }

    return position->hash[0] == '\0'
        || !gms_journal_hash(f->journal, position->seq, hash)
        || strcmp(hash, position->hash) == 0;
}


/* The lane as it was where the history ends. */
static int
follow_begin(gms_follow_t *f, gms_history_t *h)
{
    gms_history_position_t position;
    gms_scorebook_before_t before;
    int                    rc;

    rc = gms_history_position(h, f->lane, f->epoch, &position);
    if (rc != GMS_OK) {
        return follow_why(f, rc, gms_history_trouble(h));
    }

    /* An older copy, put back by hand: all of it is taken once more. */
    f->position = follow_is_same(f, &position) ? position.seq : 0;

    rc = gms_journal_fold_start_at(f->journal, f->position, &before);
    if (rc < 0) {
        return follow_why(f, rc, "the journal cannot be read");
    }

    rc = gms_scorebook_init(&f->book, f->lane, f->epoch);
    if (rc != GMS_OK) {
        return follow_why(f, rc, gms_strerror(rc));
    }

    gms_scorebook_begin_after(&f->book, &before);
    f->folded = true;
    return GMS_OK;
}


static int
follow_explain(gms_follow_read_t *r, int rc)
{
    uint64_t    seq;
    const char *why = gms_journal_trouble(r->f->journal, &seq);

    if (r->writing) {
        return follow_why(r->f, rc, gms_history_trouble(r->h));
    }

    return follow_why(r->f, rc, why[0] != '\0' ? why : gms_strerror(rc));
}


/* Reads on, and keeps what was read and how far, together. */
static int
follow_read(gms_follow_read_t *r)
{
    gms_follow_t          *f = r->f;
    gms_history_position_t position;
    int                    rc, kept;

    rc = gms_journal_replay(f->journal, f->book.seq, follow_row, r);

    if (rc < 0) {
        follow_explain(r, rc);
    }

    if (r->writing) {
        return rc;
    }

    kept = follow_write(r);

    if (kept == GMS_OK && f->book.seq > f->position) {
        memset(&position, 0, sizeof(position));
        position.seq = f->book.seq;
        gms_journal_hash(f->journal, position.seq, position.hash);
        kept = gms_history_set_position(r->h, f->lane, f->epoch, &position);
    }

    if (kept == GMS_OK) {
        kept = gms_history_commit(r->h);
    }

    if (kept != GMS_OK) {
        r->writing = true;
        return follow_explain(r, kept);
    }

    f->position = f->book.seq > f->position ? f->book.seq : f->position;
    return rc;
}


int
gms_follow_step(gms_follow_t *f, gms_history_t *h)
{
    gms_follow_read_t r = { f, h, GMS_FOLLOW_ROWS, false };
    int               rc;

    rc = follow_open(f);
    if (rc != GMS_OK) {
        return rc;
    }

    f->head = gms_journal_last_seq(f->journal);

    if (f->folded
        && (f->epoch != gms_journal_epoch(f->journal) || f->head < f->book.seq))
    {
        follow_forget(f);
    }

    if (!f->folded) {
        f->epoch = gms_journal_epoch(f->journal);
        rc = follow_begin(f, h);
    }

    if (rc != GMS_OK || f->book.seq == f->head) {
        f->why[0] = rc == GMS_OK ? '\0' : f->why[0];
        return rc;
    }

    rc = gms_history_begin(h, false);
    if (rc != GMS_OK) {
        return follow_why(f, rc, gms_history_trouble(h));
    }

    rc = follow_read(&r);
    gms_history_roll_back(h);

    if (r.writing) {
        follow_forget(f);
        return rc;
    }

    if (rc < 0) {
        return rc;
    }

    f->why[0] = '\0';
    return f->book.seq < f->head ? 1 : 0;
}
