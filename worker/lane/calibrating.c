#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "calibrating.h"
#include "document.h"
#include "orders.h"
#include "publish.h"
#include "../target/turn.h"

/* Looked through at the start for the last one of each preset. */
#define CALIBRATING_READ 128


static bool
calibrating_other_face(const gms_scorer_t *s, const gms_event_session_t *wanted)
{
    return strcmp(wanted->face.name, s->face.name) != 0;
}


/* True when what a simulated camera shows is not what is wanted. */
static bool
calibrating_must_draw(const gms_scorer_t *s, const gms_event_session_t *wanted)
{
    return s->config->camera.kind == GMS_CAMERA_SIMULATE
        && (calibrating_other_face(s, wanted)
            || wanted->caliber_mm != s->caliber_mm);
}


/* A calibration by hand or from a file is of the plane, not of a face; a face
 * that is scored by hand needs none. */
static bool
calibrating_serves(const gms_scorer_t *s, const gms_event_session_t *wanted)
{
    if (wanted->face.by_hand) {
        return true;
    }

    return s->calibrated && !calibrating_must_draw(s, wanted)
        && (!calibrating_other_face(s, wanted)
            || s->calibration.origin != GMS_CALIBRATION_AUTO);
}


/* What the session shoots at that a START or an ACTIVATE is about. */
static const gms_event_session_t *
calibrating_wanted(const gms_scorer_t *s, const gms_input_t *input)
{
    const gms_session_t *session;

    if (input->kind == GMS_INPUT_START) {
        return &input->u.session;
    }

    session = gms_scorebook_find(&s->book, input->session);

    return session != NULL ? &session->setup : NULL;
}


bool
gms_calibrating_prepared(const gms_scorer_t *s, const gms_input_t *input)
{
    const gms_event_session_t *wanted;
    gms_event_t                event[GMS_DECIDE_MAX];

    wanted = calibrating_wanted(s, input);

    return wanted == NULL || gms_scorebook_decide(&s->book, input, event) <= 0
        || calibrating_serves(s, wanted);
}


/* Who repeated the command hears the same. */
static void
calibrating_again(gms_scorer_t *s)
{
    gms_waiting_t again;
    unsigned      i;

    for (i = 0; i < s->starting.agains; i++) {
        again = s->starting.waiting;
        again.ask = s->starting.again[i];
        gms_scorer_input(s, &again);
    }
}


static void
calibrating_refuse(gms_scorer_t *s, uint64_t ask, const char *detail)
{
    gms_publish_problem(
        s, ask, 409, "not-calibrated", "The target was not found", detail);
}


static void
calibrating_start_failed(gms_scorer_t *s)
{
    unsigned i;

    s->starting.on = false;
    s->calibrating = false;
    s->calibrate_since_ns = 0; /* a late answer is of the other face */
    s->dirty = true;

    if (!s->calibrated) {
        s->calibrate_at_ns = gms_clock_mono_ns() + GMS_CALIBRATE_AGAIN_NS;
    }

    /* What is calibrated is still the face of before. */
    s->face = s->starting.face;
    s->caliber_mm = s->starting.caliber_mm;

    if (s->starting.drawn) {
        gms_order(s, GMS_ORDER_REOPEN, 0);
    }

    calibrating_refuse(s, s->starting.waiting.ask, s->reason);

    for (i = 0; i < s->starting.agains; i++) {
        calibrating_refuse(s, s->starting.again[i], s->reason);
    }
}


/* Who waits for a picture that does not come is answered, and does not keep
 * the next one from asking. */
void
gms_calibrating_expire(gms_scorer_t *s, int64_t now_ns)
{
    static const char why[] = "no picture came from the camera in time";

    if (s->starting.on && now_ns > s->starting.waiting.deadline_ns) {
        snprintf(s->reason, sizeof(s->reason), "%s", why);
        calibrating_start_failed(s);
    }

    if (s->calibrate_ask != 0 && now_ns > s->calibrate_deadline_ns) {
        calibrating_refuse(s, s->calibrate_ask, why);
        s->calibrate_ask = 0;
    }
}


void
gms_calibrating_find(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    uint64_t ask = waiting->ask;

    if (gms_scorebook_answered(&s->book, &waiting->input) != NULL) {
        gms_publish_made(s, ask, gms_document_calibration(s));
        return;
    }

    gms_calibrating_expire(s, gms_clock_mono_ns());

    if (s->calibrate_ask != 0 || s->starting.on) {
        gms_publish_problem(s, ask, 409, "calibrating",
            "The target is being looked for already",
            "wait for the answer to the command before");
        return;
    }

    if (gms_scorebook_state(&s->book) != GMS_LANE_IDLE) {
        gms_publish_problem(s, ask, 409, "session-open", "A session is open",
            "end the session before calibrating");
        return;
    }

    s->calibrate_ask = ask;
    s->calibrate_deadline_ns = waiting->deadline_ns;
    strcpy(s->calibrate_key, waiting->input.key);
    gms_order_find_target(s, gms_clock_mono_ns());
}


void
gms_calibrating_answer(gms_scorer_t *s, const gms_note_t *note)
{
    gms_waiting_t waiting;

    if (note->mono_ns != s->calibrate_since_ns) {
        return; /* of an order that was overtaken, perhaps of another face */
    }

    s->calibrating = false;
    s->dirty = true;

    if (note->u.calibrated.error != GMS_OK) {
        snprintf(s->reason, sizeof(s->reason), "%s",
            note->u.calibrated.reason[0] != '\0'
                ? note->u.calibrated.reason
                : gms_strerror(note->u.calibrated.error));

        if (s->starting.on) {
            calibrating_start_failed(s);

        } else if (s->calibrate_ask != 0) {
            calibrating_refuse(s, s->calibrate_ask, s->reason);
            s->calibrate_ask = 0;
        }

        if (!s->calibrated) {
            s->calibrate_at_ns = gms_clock_mono_ns() + GMS_CALIBRATE_AGAIN_NS;
        }
        return;
    }

    s->proposal = note->u.calibrated.proposal;

    gms_scorer_fresh(s, GMS_INPUT_CALIBRATION, &waiting);
    waiting.input.u.calibration.map = note->u.calibrated.calibration;
    waiting.input.u.calibration.map.confirmed = s->config->camera.oriented
        || s->config->camera.kind == GMS_CAMERA_SIMULATE;
    waiting.asked = s->starting.on;
    waiting.ask = s->calibrate_ask;
    waiting.deadline_ns = gms_clock_mono_ns() + 10 * GMS_S;

    if (s->calibrate_ask != 0) {
        strcpy(waiting.input.key, s->calibrate_key);
        s->calibrate_ask = 0;
    }

    gms_scorer_input(s, &waiting);

    if (s->starting.on) {
        s->starting.on = false;
        gms_scorer_input(s, &s->starting.waiting);
        calibrating_again(s);
    }
}


/* A repeat of the command that waits for its target waits with it. */
static bool
calibrating_joined(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    const gms_input_t *input;

    input = &s->starting.waiting.input;

    if (!s->starting.on || waiting->ask == 0 || waiting->input.key[0] == '\0'
        || waiting->input.kind != input->kind
        || strcmp(waiting->input.key, input->key) != 0
        || s->starting.agains == GMS_STARTING_AGAIN_MAX)
    {
        return false;
    }

    s->starting.again[s->starting.agains++] = waiting->ask;

    return true;
}


/* A drawn target is drawn anew; a real one is looked for where it hangs. */
static void
calibrating_look(gms_scorer_t *s, const gms_event_session_t *wanted)
{
    s->starting.drawn = calibrating_must_draw(s, wanted);
    s->face = wanted->face;
    s->caliber_mm = wanted->caliber_mm;
    s->dirty = true;

    if (s->starting.drawn) {
        s->calibrate_since_ns = 0; /* not before it is drawn */
        gms_order(s, GMS_ORDER_REOPEN, 0);

    } else {
        gms_order_find_target(s, gms_clock_mono_ns());
    }
}


void
gms_calibrating_start(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    const gms_event_session_t *wanted;

    gms_calibrating_expire(s, gms_clock_mono_ns());

    if (calibrating_joined(s, waiting)) {
        return;
    }

    if (s->starting.on || s->calibrate_ask != 0) {
        gms_publish_problem(s, waiting->ask, 409, "calibrating",
            "The target is being looked for",
            "wait for the answer to the command before");
        return;
    }

    wanted = calibrating_wanted(s, &waiting->input);

    if (wanted == NULL || gms_calibrating_prepared(s, &waiting->input)) {
        gms_scorer_input(s, waiting);
        return;
    }

    s->starting.on = true;
    s->starting.waiting = *waiting;
    s->starting.agains = 0;
    s->starting.face = s->face;
    s->starting.caliber_mm = s->caliber_mm;
    calibrating_look(s, wanted);
}


void
gms_calibrating_turn(gms_scorer_t *s, const gms_event_session_t *wanted)
{
    if (calibrating_serves(s, wanted)) {
        return;
    }

    s->calibrated = false;
    snprintf(s->reason, sizeof(s->reason), "the target of %s is looked for",
        wanted->face.title);
    calibrating_look(s, wanted);
}


/* The oldest goes, but the last one of a preset stays. */
static void
calibrating_forget(gms_scorer_t *s)
{
    unsigned i;

    for (i = 0; i < GMS_HISTORY_MAX; i++) {
        if (gms_calibrating_of_zoom(s, s->history[i].event.zoom)
            != &s->history[i]) {
            break;
        }
    }

    i = i < GMS_HISTORY_MAX ? i : 0;
    s->histories--;
    memmove(&s->history[i], &s->history[i + 1],
        (s->histories - i) * sizeof(s->history[0]));
}


static void
calibrating_remember(gms_scorer_t *s, const gms_event_t *event)
{
    gms_calibrated_t *entry;

    if (s->histories == GMS_HISTORY_MAX) {
        calibrating_forget(s);
    }

    entry = &s->history[s->histories++];
    entry->seq = event->seq;
    entry->real_ns = event->real_ns;
    entry->event = event->u.calibration;
}


/* Which side is up a person said once: what is looked for next is upright in
 * the same view.  What the configuration says stands above that. */
static void
calibrating_view(gms_scorer_t *s, const gms_calibration_t *map)
{
    gms_view_t view;

    if (!map->confirmed || s->config->camera.oriented) {
        return;
    }

    view = s->view;

    if (gms_turn_view(map, &view) == GMS_OK) {
        s->view = view;
    }
}


int
gms_calibrating_recall(gms_scorer_t *s, gms_journal_t *journal)
{
    gms_event_t *event;
    int          n;

    event = calloc(CALIBRATING_READ, sizeof(*event));
    if (event == NULL) {
        return GMS_ENOMEM;
    }

    n = gms_journal_calibrations(journal, event, CALIBRATING_READ);
    s->histories = 0;

    while (n > 0) {
        calibrating_remember(s, &event[--n]);
    }

    free(event);

    if (s->book.has_calibration) {
        calibrating_view(s, &s->book.calibration.map);
    }

    return n < 0 ? n : GMS_OK;
}


void
gms_calibrating_changed(gms_scorer_t *s, const gms_event_t *event, bool kept)
{
    calibrating_remember(s, event);
    calibrating_view(s, &event->u.calibration.map);
    s->moved[0] = '\0'; /* where the camera looks now is known */

    if (!kept) {
        s->calibrated = true;
        s->calibration = event->u.calibration.map;
        s->reason[0] = '\0';
        s->looking.state = GMS_DETECTOR_LEARNING; /* what is live is the old */
        gms_order_detect(s, false);

    } else {
        s->calibration.confirmed |= event->u.calibration.map.confirmed;

        /* a memory of the pose before would be of no use to a successor */
        gms_order(s, GMS_ORDER_SAVE, 0);
    }
}


bool
gms_calibrating_may(gms_scorer_t *s, uint64_t ask)
{
    if (gms_scorebook_state(&s->book) != GMS_LANE_IDLE) {
        gms_publish_problem(s, ask, 409, "session-open", "A session is open",
            "end the session before calibrating");
        return false;
    }

    return true;
}


void
gms_calibrating_confirm(
    gms_scorer_t *s, gms_waiting_t *waiting, const gms_view_t *view)
{
    gms_event_calibration_t *event;

    if (view == NULL || !s->book.has_calibration) {
        waiting->input.kind = GMS_INPUT_CONFIRM;
        waiting->kept = true;
        gms_scorer_input(s, waiting);
        return;
    }

    if (!gms_calibrating_may(s, waiting->ask)) {
        return;
    }

    waiting->input.kind = GMS_INPUT_CALIBRATION;
    event = &waiting->input.u.calibration;
    event->map = s->book.calibration.map;
    event->map.confirmed = true;
    snprintf(event->reason, sizeof(event->reason), "turned by hand");

    if (gms_turn_to(&event->map, view) != GMS_OK) {
        gms_publish_problem(s, waiting->ask, 409, "not-calibrated",
            "The target was not found", "the calibration is no view of a card");
        return;
    }

    gms_scorer_input(s, waiting);
}


const gms_calibrated_t *
gms_calibrating_of_zoom(const gms_scorer_t *s, const char *zoom)
{
    unsigned i;

    for (i = s->histories; zoom[0] != '\0' && i-- > 0; /* void */) {
        if (strcmp(s->history[i].event.zoom, zoom) == 0) {
            return &s->history[i];
        }
    }

    return NULL;
}


void
gms_calibrating_load(gms_scorer_t *s, const gms_calibrated_t *entry)
{
    gms_waiting_t            waiting;
    gms_event_calibration_t *event;

    /* what is being looked for would stand above it */
    s->calibrating = false;
    s->calibrate_since_ns = 0;
    s->calibrate_at_ns = 0;
    s->loading = true;

    gms_scorer_fresh(s, GMS_INPUT_CALIBRATION, &waiting);
    event = &waiting.input.u.calibration;
    *event = entry->event;
    event->of = entry->event.of != 0 ? entry->event.of : entry->seq;
    snprintf(event->reason, sizeof(event->reason), "the camera is at %.80s",
        entry->event.zoom);
    gms_scorer_input(s, &waiting);
}


/* Going back twice goes back two: what was brought back stands for the one
 * that it was. */
void
gms_calibrating_undo(gms_scorer_t *s, gms_waiting_t *waiting)
{
    const gms_calibrated_t *entry;
    uint64_t                present;
    unsigned                i;

    if (!gms_calibrating_may(s, waiting->ask)) {
        return;
    }

    present = s->book.calibration.of != 0 ? s->book.calibration.of
                                          : s->book.calibration_seq;

    for (i = s->histories; i-- > 0; /* void */) {
        entry = &s->history[i];

        if (entry->seq < present && entry->event.of == 0
            && strcmp(entry->event.zoom, s->book.calibration.zoom) == 0)
        {
            waiting->input.kind = GMS_INPUT_CALIBRATION;
            waiting->input.u.calibration = entry->event;
            waiting->input.u.calibration.of = entry->seq;
            snprintf(waiting->input.u.calibration.reason,
                sizeof(waiting->input.u.calibration.reason), "undone");
            gms_scorer_input(s, waiting);
            return;
        }
    }

    gms_publish_problem(s, waiting->ask, 409, "nothing-to-undo",
        "There is no earlier calibration", "this is the oldest one on record");
}
