#include "recall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

typedef struct {
    gms_recall_t *recall;
    const char   *wanted;
} gms_recall_walk_t;


static void
recall_drop(gms_session_t *copy)
{
    free(copy->shot);
    free(copy->round);
    free(copy->correction);
    memset(copy, 0, sizeof(*copy));
}


/* The book forgets a session some time after it ended. */
static int
recall_keep(gms_recall_t *r, const gms_session_t *s)
{
    gms_session_t *copy = &r->copy;
    size_t         shots = s->shots * sizeof(*s->shot);
    size_t         rounds = s->rounds * sizeof(*s->round);
    size_t         corrections = s->corrections * sizeof(*s->correction);

    recall_drop(copy);
    *copy = *s;
    copy->shot = malloc(shots + 1);
    copy->round = malloc(rounds + 1);
    copy->correction = malloc(corrections + 1);

    if (copy->shot == NULL || copy->round == NULL || copy->correction == NULL) {
        recall_drop(copy);
        return GMS_ENOMEM;
    }

    if (shots > 0) {
        memcpy(copy->shot, s->shot, shots);
    }
    if (rounds > 0) {
        memcpy(copy->round, s->round, rounds);
    }
    if (corrections > 0) {
        memcpy(copy->correction, s->correction, corrections);
    }

    return GMS_OK;
}


static int
recall_event(void *data, const gms_event_t *event, const char *json)
{
    gms_recall_walk_t   *w = data;
    gms_recall_t        *r = w->recall;
    const gms_session_t *s;
    int                  rc;

    (void) json;
    rc = gms_scorebook_apply(&r->book, event);

    if (rc != GMS_OK || strcmp(event->session, w->wanted) != 0) {
        return rc;
    }

    if (event->kind == GMS_EVENT_SESSION_ENDED) {
        r->ended = event->seq;
    }

    s = gms_scorebook_find(&r->book, w->wanted);

    return s != NULL && !gms_session_is_open(s) ? recall_keep(r, s) : GMS_OK;
}


static int
recall_walk(gms_recall_t *r, gms_journal_t *j, const char *session, char *err,
    size_t err_size)
{
    gms_recall_walk_t walk = { r, session };
    uint64_t          seq;
    int               rc;

    snprintf(r->lane, sizeof(r->lane), "%s", gms_journal_lane(j));
    rc = gms_scorebook_init(&r->book, r->lane, gms_journal_epoch(j));

    if (rc == GMS_OK) {
        rc = gms_journal_replay(j, 0, recall_event, &walk);
    }

    if (rc != GMS_OK) {
        const char *why = gms_journal_trouble(j, &seq);

        snprintf(err, err_size, "%s", why[0] != '\0' ? why : gms_strerror(rc));
        return rc;
    }

    r->session = gms_scorebook_find(&r->book, session);
    if (r->session == NULL && r->copy.id[0] != '\0') {
        r->session = &r->copy;
    }

    if (r->session == NULL) {
        snprintf(err, err_size, "the journal of %s holds no session %s",
            r->lane, session);
        return GMS_ENOTFOUND;
    }

    if (r->ended > 0) {
        gms_journal_hash(j, r->ended, r->hash);
    }

    return GMS_OK;
}


int
gms_recall(gms_recall_t *r, const char *path, const char *session, char *err,
    size_t err_size)
{
    gms_journal_t *j;
    int            rc;

    memset(r, 0, sizeof(*r));
    rc = gms_journal_open_reading(&j, path, err, err_size);

    if (rc == GMS_OK) {
        rc = recall_walk(r, j, session, err, err_size);
        gms_journal_close(j);
    }

    return rc;
}


void
gms_recall_free(gms_recall_t *r)
{
    gms_scorebook_free(&r->book);
    recall_drop(&r->copy);
}


int
gms_recall_path(
    const char *state_dir, const char *session, char *path, size_t size)
{
    const char *end = session + strlen(session);
    int         dashes = 0, n;

    while (end > session && dashes < 2) {
        dashes += *--end == '-';
    }

    if (dashes < 2 || end == session || session[0] == '.'
        || strchr(session, '/') != NULL)
    {
        return GMS_EINVALID;
    }

    n = snprintf(path, size, "%s/lanes/%.*s/journal.db", state_dir,
        (int) (end - session), session);

    return n > 0 && (size_t) n < size ? GMS_OK : GMS_EINVALID;
}
