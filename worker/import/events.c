/* What was shot elsewhere, as the events that a lane would have made of it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../session/decide.h"
#include "import.h"


/* A ring of a target that is counted in tenths: as its place has it. */
static int
tenths_of(const gms_event_shot_t *shot, const gms_event_shot_t *by_place)
{
    return shot->ring == by_place->ring ? by_place->score_tenths
                                        : 10 * shot->ring;
}


/* False: the file says another ring than the place gives. */
static bool
put_value(gms_import_shot_t *row, const gms_event_session_t *setup)
{
    gms_event_shot_t *shot = &row->shot, by_place = *shot;
    bool              same;

    by_place.zone[0] = '\0';
    gms_decide_value(setup, &by_place);

    if (row->highest) {
        shot->ring = setup->face.rings > 0 ? setup->face.ring[0].value : 10;
    } else if (!row->valued) {
        shot->ring = by_place.ring;
        shot->inner = by_place.inner;
    }
    if (!row->in_tenths) {
        shot->score_tenths = tenths_of(shot, &by_place);
    }

    same = shot->unplaced || row->corrected
        || (row->highest ? by_place.inner : shot->ring == by_place.ring);

    shot->x_mm = by_place.x_mm;
    shot->y_mm = by_place.y_mm;
    shot->sighter = by_place.sighter;
    strcpy(shot->zone, by_place.zone);
    strcpy(shot->bull, by_place.bull);
    return same;
}


uint32_t
gms_import_value(gms_import_session_t *s, const gms_event_session_t *setup)
{
    uint32_t differ = 0;

    for (uint32_t i = 0; i < s->shots; i++) {
        gms_import_shot_t *row = &s->shot[i];

        differ += !put_value(row, setup);

        if (row->corrected) {
            gms_correction_describe(&row->correction, &row->shot);
        }
    }

    return differ;
}


/* One more, folded in; it is put right before: its instant was long ago. */
static int
take(gms_import_events_t *events, gms_scorebook_t *book, gms_event_t *event)
{
    gms_event_t *grown;
    int          capacity, rc;

    if (events->n == events->capacity) {
        capacity = events->capacity > 0 ? 2 * events->capacity : 256;
        grown = realloc(events->event, (size_t) capacity * sizeof(*grown));

        if (grown == NULL) {
            return GMS_ENOMEM;
        }

        events->event = grown;
        events->capacity = capacity;
    }

    event->clock_unset = false;
    rc = gms_scorebook_apply(book, event);

    if (rc == GMS_OK) {
        events->event[events->n++] = *event;
    }

    return rc;
}


/* What the input causes, and for a shot what the file says of it. */
static int
decide(gms_import_events_t *events, gms_scorebook_t *book,
    const gms_input_t *input, const gms_import_shot_t *row)
{
    gms_event_t out[GMS_DECIDE_MAX];
    int         n = gms_scorebook_decide(book, input, out), rc;

    for (int i = 0; i < n; i++) {
        if (out[i].kind == GMS_EVENT_SHOT && row != NULL) {
            out[i].u.shot = row->shot;
        }

        rc = take(events, book, &out[i]);

        if (rc != GMS_OK) {
            return rc;
        }
    }

    return n < 0 ? n : GMS_OK;
}


/* Sighters and shots for the record are of no round together. */
static bool
begins_round(const gms_import_session_t *s, uint32_t i)
{
    const gms_import_shot_t *row = &s->shot[i];

    return i > 0
        && (row->round != 0 ? row->round != row[-1].round
                            : row->shot.sighter != row[-1].shot.sighter);
}


static int
tell_shot(gms_import_events_t *events, gms_scorebook_t *book,
    const gms_import_session_t *s, uint32_t i, gms_input_t *input)
{
    int rc = GMS_OK;

    input->real_ns = s->shot[i].shot.frame_real_ns;

    if (begins_round(s, i)) {
        input->kind = GMS_INPUT_ROUND;
        rc = decide(events, book, input, NULL);
    }

    input->kind = GMS_INPUT_SHOT;
    input->u.shot = s->shot[i].shot;
    return rc == GMS_OK ? decide(events, book, input, &s->shot[i]) : rc;
}


static int
tell_correction(gms_import_events_t *events, gms_scorebook_t *book,
    const gms_import_shot_t *row, const gms_input_t *input)
{
    gms_event_t event;

    gms_decide_event(book, input, gms_scorebook_active(book),
        GMS_EVENT_CORRECTION, &event, 0)
        ->u.correction = row->correction;
    event.u.correction.n = row->shot.n;
    return take(events, book, &event);
}


static int
tell(gms_import_events_t *events, gms_scorebook_t *book,
    const gms_import_session_t *s, const gms_event_session_t *setup)
{
    gms_input_t input;
    int64_t     ended_ns = s->started_ns;
    int         rc;

    memset(&input, 0, sizeof(input));
    input.kind = GMS_INPUT_START;
    input.real_ns = s->started_ns;
    strcpy(input.key, s->key);
    input.u.session = *setup;
    input.u.session.rounds.by_hand = s->shot[0].round != 0;
    rc = decide(events, book, &input, NULL);

    input.key[0] = '\0';
    for (uint32_t i = 0; rc == GMS_OK && i < s->shots; i++) {
        rc = tell_shot(events, book, s, i, &input);
        ended_ns = s->shot[i].shot.frame_real_ns > ended_ns
            ? s->shot[i].shot.frame_real_ns
            : ended_ns;
    }

    input.real_ns = ended_ns;
    for (uint32_t i = 0; rc == GMS_OK && i < s->shots; i++) {
        if (s->shot[i].corrected) {
            rc = tell_correction(events, book, &s->shot[i], &input);
        }
    }

    input.kind = GMS_INPUT_END;
    return rc == GMS_OK ? decide(events, book, &input, NULL) : rc;
}


int
gms_import_tell(gms_import_events_t *events, gms_scorebook_t *book,
    const gms_import_session_t *s, const gms_event_session_t *setup, char *err,
    size_t err_size)
{
    int rc = tell(events, book, s, setup);

    if (rc == GMS_ENOMEM) {
        snprintf(err, err_size, "out of memory");
    } else if (rc != GMS_OK) {
        snprintf(err, err_size, "%s: no session holds this: %s", s->title,
            gms_strerror(rc));
    }

    return rc;
}
