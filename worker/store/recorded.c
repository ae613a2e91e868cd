#include "recorded.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"

/* What the fold's callback says when the last event is in. */
#define GMS_RECORDED_ENOUGH 1


static int
recorded_row(void *data, const gms_event_t *event, const char *json)
{
    gms_recorded_t *r = data;

    (void) json;

    return event->seq > r->last_seq ? GMS_RECORDED_ENOUGH
                                    : gms_scorebook_apply(&r->book, event);
}


/* From where the lane was before the session until its last event: later ones
 * would let it be forgotten. */
static int
recorded_fold(gms_recorded_t *r, gms_journal_t *j,
    const gms_history_place_t *place, char *err, size_t err_size)
{
    gms_scorebook_before_t before;
    const char            *why;
    uint64_t               seq;
    int                    rc;

    r->last_seq = place->last_seq;
    rc = gms_journal_fold_start_at(j, place->started_seq, &before);

    if (rc == GMS_OK) {
        gms_scorebook_begin_after(&r->book, &before);
        rc = gms_journal_replay(j, before.after, recorded_row, r);
    }

    if (rc < 0) {
        why = gms_journal_trouble(j, &seq);
        snprintf(err, err_size, "%s", why[0] != '\0' ? why : gms_strerror(rc));
        return rc;
    }

    gms_journal_hash(j, r->last_seq, r->hash);
    return GMS_OK;
}


int
gms_recorded_open(gms_recorded_t *r, gms_history_t *h, const char *state_dir,
    const char *id, char *err, size_t err_size)
{
    gms_history_place_t place;
    gms_journal_t      *j;
    char                path[PATH_MAX];
    int                 rc;

    memset(r, 0, sizeof(*r));
    rc = gms_history_place(h, id, &place);

    if (rc != GMS_OK) {
        snprintf(err, err_size, "%s",
            rc == GMS_ENOTFOUND ? "the history holds no such session"
                                : gms_history_trouble(h));
        return rc;
    }

    snprintf(
        path, sizeof(path), "%s/lanes/%s/journal.db", state_dir, place.lane);
    rc = gms_journal_open_following(&j, path, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }

    rc = gms_scorebook_init(&r->book, place.lane, gms_journal_epoch(j));

    if (rc == GMS_OK) {
        rc = recorded_fold(r, j, &place, err, err_size);
    }

    gms_journal_close(j);
    r->session = rc == GMS_OK ? gms_scorebook_find(&r->book, id) : NULL;

    if (rc == GMS_OK && r->session == NULL) {
        snprintf(
            err, err_size, "%s does not hold session %s any more", path, id);
        rc = GMS_ENOTFOUND;
    }

    if (rc != GMS_OK) {
        gms_recorded_close(r);
    }

    return rc;
}


void
gms_recorded_close(gms_recorded_t *r)
{
    gms_scorebook_free(&r->book);
    r->session = NULL;
}
