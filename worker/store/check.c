#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "journal.h"
#include "pictures.h"

typedef struct {
    gms_check_t    *check;
    gms_journal_t  *journal;
    gms_scorebook_t book;
    char           *dir; /* of the journal */
} gms_check_walk_t;


static int
check_bad(gms_check_t *c, uint64_t seq, const char *why)
{
    c->bad_seq = seq;
    snprintf(c->why, sizeof(c->why), "%s", why);
    return GMS_ECORRUPT;
}


/* Pictures are written beside the journal's commits, and one that could not
 * be made or kept costs no shot; but one that is there is whole. */
static int
check_picture(
    gms_check_walk_t *w, uint64_t seq, gms_picture_kind_e kind, uint32_t n)
{
    const char *session;
    char        why[512];
    int         rc;

    session = gms_journal_row_session(w->journal);
    rc = gms_pictures_there(w->dir, session, kind, n);

    if (rc == GMS_OK) {
        w->check->pictures++;
        return GMS_OK;
    }

    if (rc == GMS_ENOTFOUND) {
        w->check->unpictured += kind == GMS_PICTURE_SHOT;
        return GMS_OK;
    }

    snprintf(why, sizeof(why),
        "event %" PRIu64 ": the picture of %s %u of session %s is damaged", seq,
        kind == GMS_PICTURE_SHOT ? "shot" : "paper", n, session);
    return check_bad(w->check, seq, why);
}


static int
check_event(void *data, const gms_event_t *event, const char *json)
{
    gms_check_walk_t *w = data;
    gms_check_t      *c = w->check;
    int               rc;

    (void) json;
    rc = gms_scorebook_apply(&w->book, event);

    if (rc == GMS_ENOMEM) {
        return rc;
    }

    if (rc != GMS_OK) {
        snprintf(c->why, sizeof(c->why),
            "event %" PRIu64 " cannot follow what was before it", event->seq);
        c->bad_seq = event->seq;
        return GMS_ECORRUPT;
    }

    c->events = event->seq;
    c->last_real_ns = event->real_ns;

    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
        c->sessions++;
        return GMS_OK;

    case GMS_EVENT_SHOT:
        c->shots++;
        return check_picture(w, event->seq, GMS_PICTURE_SHOT, event->u.shot.n);

    case GMS_EVENT_PAPER:
        return check_picture(
            w, event->seq, GMS_PICTURE_PAPER, event->u.paper.paper);

    default:
        return GMS_OK;
    }
}


static int
check_walk(gms_check_walk_t *w)
{
    gms_check_t *c = w->check;
    uint64_t     seq;
    int          rc;

    rc = gms_scorebook_init(&w->book, c->lane, c->epoch);

    if (rc == GMS_OK) {
        rc = gms_journal_replay(w->journal, 0, check_event, w);
        gms_scorebook_free(&w->book);
    }

    if (rc != GMS_OK && c->why[0] == '\0') {
        snprintf(c->why, sizeof(c->why), "%s",
            gms_journal_trouble(w->journal, &seq));
        c->bad_seq = seq;
    }

    if (rc != GMS_OK && c->why[0] == '\0') {
        snprintf(c->why, sizeof(c->why), "%s", gms_strerror(rc));
    }

    gms_journal_hash(w->journal, c->events, c->head);
    return rc;
}


int
gms_check_journal(gms_check_t *c, const char *path, const uint8_t *hash)
{
    gms_check_walk_t w;
    char            *slash;
    int              rc;

    memset(c, 0, sizeof(*c));
    memset(&w, 0, sizeof(w));

    rc = gms_journal_open_reading(&w.journal, path, c->why, sizeof(c->why));

    if (rc != GMS_OK) {
        return rc;
    }

    w.check = c;
    w.dir = strdup(path);
    rc = GMS_ENOMEM;

    if (w.dir != NULL) {
        slash = strrchr(w.dir, '/');
        strcpy(slash != NULL ? slash : w.dir, slash != NULL ? "" : ".");
        snprintf(c->lane, sizeof(c->lane), "%s", gms_journal_lane(w.journal));
        c->epoch = gms_journal_epoch(w.journal);
        c->chained_since = gms_journal_chained_since(w.journal);
        rc = check_walk(&w);

        if (hash != NULL) {
            c->hash_seq = gms_journal_find(w.journal, hash, &c->hash_real_ns);
        }
    }

    free(w.dir);
    gms_journal_close(w.journal);
    return rc;
}
