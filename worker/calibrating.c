#include <stdio.h>
#include <string.h>

#include "../ipc/error.h"
#include "base/clock.h"
#include "calibrating.h"
#include "orders.h"
#include "publish.h"


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


/* True when a session of this face and caliber can begin as things stand. */
bool
gms_calibrating_prepared(
    const gms_scorer_t *s, const gms_event_session_t *wanted)
{
    if (!s->calibrated || calibrating_must_draw(s, wanted)) {
        return false;
    }

    /* A calibration by hand or from a file is of the plane, not of a face. */
    return !calibrating_other_face(s, wanted)
        || s->calibration.origin != GMS_CALIBRATION_AUTO;
}


static void
calibrating_start_failed(gms_scorer_t *s)
{
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

    gms_publish_problem(s, s->starting.waiting.ask, 409, "not-calibrated",
        "The target was not found", s->reason);
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
        gms_publish_problem(s, s->calibrate_ask, 409, "not-calibrated",
            "The target was not found", why);
        s->calibrate_ask = 0;
    }
}


void
gms_calibrating_find(gms_scorer_t *s, uint64_t ask, int64_t deadline_ns)
{
    gms_calibrating_expire(s, gms_clock_mono_ns());

    if (s->calibrate_ask != 0 || s->starting.on) {
        gms_publish_problem(s, ask, 409, "calibrating",
            "The target is being looked for already",
            "wait for the answer to the command before");
        return;
    }

    if (s->session.state != GMS_LANE_IDLE) {
        gms_publish_problem(s, ask, 409, "session-open", "A session is open",
            "end the session before calibrating");
        return;
    }

    s->calibrate_ask = ask;
    s->calibrate_deadline_ns = deadline_ns;
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
            gms_publish_problem(s, s->calibrate_ask, 409, "not-calibrated",
                "The target was not found", s->reason);
            s->calibrate_ask = 0;
        }

        if (!s->calibrated) {
            s->calibrate_at_ns = gms_clock_mono_ns() + GMS_CALIBRATE_AGAIN_NS;
        }
        return;
    }

    memset(&waiting, 0, sizeof(waiting));
    waiting.input.kind = GMS_INPUT_CALIBRATION;
    waiting.input.real_ns = gms_clock_real_ns();
    waiting.input.mono_ns = gms_clock_mono_ns();
    memcpy(waiting.input.boot_id, s->boot_id, sizeof(s->boot_id));
    waiting.input.u.calibration.map = note->u.calibrated.calibration;
    waiting.ask = s->calibrate_ask;
    waiting.deadline_ns = gms_clock_mono_ns() + 10 * GMS_S;
    s->calibrate_ask = 0;

    gms_scorer_input(s, &waiting);

    if (s->starting.on) {
        s->starting.on = false;
        gms_scorer_input(s, &s->starting.waiting);
    }
}


void
gms_calibrating_start(gms_scorer_t *s, const gms_waiting_t *waiting)
{
    const gms_event_session_t *wanted;

    wanted = &waiting->input.u.session;

    gms_calibrating_expire(s, gms_clock_mono_ns());

    if (s->starting.on || s->calibrate_ask != 0) {
        gms_publish_problem(s, waiting->ask, 409, "calibrating",
            "The target is being looked for",
            "wait for the answer to the command before");
        return;
    }

    if (s->session.state != GMS_LANE_IDLE
        || gms_calibrating_prepared(s, wanted)) {
        gms_scorer_input(s, waiting);
        return;
    }

    s->starting.on = true;
    s->starting.waiting = *waiting;
    s->starting.face = s->face;
    s->starting.caliber_mm = s->caliber_mm;
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
