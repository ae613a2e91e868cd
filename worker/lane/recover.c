#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/log.h"
#include "publish.h"
#include "recover.h"


typedef struct {
    gms_scorer_t *s;
    uint64_t      published; /* newest number in the ring */
    uint64_t      ended;     /* the last end of a session, or 0 */
} gms_recover_fold_t;


/* The ring holds what a successor must not send again; a new ring gets the
 * events of the present session under their old numbers. */
static int
recover_row(void *data, const gms_event_t *event, const char *json)
{
    gms_recover_fold_t *fold;
    int                 rc;

    fold = data;

    rc = gms_scorebook_apply(&fold->s->book, event);
    if (rc != GMS_OK) {
        return rc;
    }

    if (event->kind == GMS_EVENT_SESSION_ENDED
        || (fold->ended != 0
            && strcmp(event->session, fold->s->ended_session) == 0))
    {
        fold->ended = event->seq;
        memcpy(fold->s->ended_session, event->session,
            sizeof(fold->s->ended_session));
    }

    if (event->seq > fold->published && gms_event_is_session(event->kind)
        && event->u.session.tokens > 0)
    {
        gms_publish_durable(fold->s, event); /* not all of it is told */

    } else if (event->seq > fold->published) {
        gms_publish_text(
            fold->s, gms_event_name(event->kind), event->seq, json);
    }

    return GMS_OK;
}


int
gms_recover(gms_scorer_t *s, gms_journal_t *journal, char *err, size_t err_size)
{
    gms_scorebook_before_t before;
    gms_recover_fold_t     fold;
    const char            *why;
    uint64_t               seq;
    int                    rc;

    fold.s = s;
    fold.ended = 0;

    /* GMS_ECORRUPT: garbage was cleared away; the ring is filled anew. */
    rc = gms_ring_take_over(&s->ring, &fold.published);
    if (rc == GMS_ECORRUPT) {
        gms_log(
            GMS_LOG_ERROR, "event ring was damaged and is filled anew", NULL);
    } else if (rc != GMS_OK) {
        snprintf(err, err_size, "the event ring cannot be taken over: %s",
            gms_strerror(rc));
        return rc;
    }

    /* A ring of another epoch holds another history. */
    if (gms_memory_epoch(s->memory) != gms_journal_epoch(journal)) {
        fold.published = 0;
        gms_ring_clear(&s->ring);
        gms_memory_set_epoch(s->memory, gms_journal_epoch(journal));
    }

    rc = gms_journal_fold_start(journal, &before);
    if (rc < 0) {
        snprintf(
            err, err_size, "the journal cannot be read: %s", gms_strerror(rc));
        return rc;
    }

    gms_scorebook_begin_after(&s->book, &before);

    rc = gms_journal_replay(journal, before.after, recover_row, &fold);
    gms_wake_events(s->wake);

    if (rc == GMS_OK) {
        gms_journal_hash(journal, fold.ended, s->ended_hash);
        return GMS_OK;
    }

    why = gms_journal_trouble(journal, &seq);

    if (why[0] != '\0') {
        snprintf(err, err_size,
            "%s; the file was left as it is: restore it from a backup, or "
            "move its folder away to begin a new journal",
            why);
    } else {
        snprintf(err, err_size,
            "the journal cannot be folded after event %" PRIu64 ": %s",
            s->book.seq, gms_strerror(rc));
    }

    return rc;
}
