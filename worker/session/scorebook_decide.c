/* gms_scorebook_decide: see scorebook.h. */

#include "decide.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"

/* A clock that is set right by so little was right enough. */
#define GMS_CLOCK_SLACK_NS (60 * GMS_S)


double
gms_decide_rounded(double value, double scale)
{
    return nearbyint(value * scale) / scale + 0.0;
}


int64_t
gms_decide_whole_us(int64_t ns)
{
    return ns - ns % GMS_US;
}


bool
gms_decide_is_within(double value, double low, double high)
{
    return isfinite(value) && value >= low && value <= high;
}


const gms_session_t *
gms_decide_session(const gms_scorebook_t *b, const gms_input_t *input)
{
    const gms_session_t *s = gms_scorebook_find(b, input->session);

    return s != NULL && gms_session_is_open(s) ? s : NULL;
}


/* A wall clock before what the journal holds already was never set. */
gms_event_t *
gms_decide_event(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_event_kind_e kind, gms_event_t *out, int n)
{
    gms_event_t *event = &out[n];

    memset(event, 0, sizeof(*event));

    event->kind = kind;
    event->seq = b->seq + 1 + (uint64_t) n;
    event->real_ns = gms_decide_whole_us(input->real_ns);
    event->mono_ns = input->mono_ns;
    event->clock_unset = input->clock_unset
        || event->real_ns < b->newest_ns - GMS_CLOCK_SLACK_NS;
    memcpy(event->boot_id, input->boot_id, sizeof(event->boot_id));
    memcpy(event->key, input->key, sizeof(event->key));

    if (s != NULL) {
        memcpy(event->session, s->id, sizeof(event->session));
    }

    return event;
}


int
gms_decide_close(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_round_by_e by, gms_event_t *out, int n)
{
    gms_event_round_t *round;

    if (gms_session_round_first(s) > s->shots) {
        return 0;
    }

    round = &gms_decide_event(b, input, s, GMS_EVENT_ROUND, out, n)->u.round;
    round->round = s->rounds + 1;
    round->first = gms_session_round_first(s);
    round->last = s->shots;
    round->by = by;

    return 1;
}


static int
decide_round(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_decide_session(b, input);

    return s != NULL
        ? gms_decide_close(b, input, s, GMS_ROUND_BY_COMMAND, out, 0)
        : GMS_ESTATE;
}


static int
decide_range(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    if (!gms_jsontext_is_clean(
            input->u.range.author, sizeof(input->u.range.author)))
    {
        return GMS_EINVALID;
    }

    if (b->cold == input->u.range.cold) {
        return 0;
    }

    gms_decide_event(b, input, NULL, GMS_EVENT_RANGE, out, 0)->u.range =
        input->u.range;

    return 1;
}


/* The homography alone is the fact; what follows from it is computed by the
 * function that reads the journal, so that both agree to the last bit. */
static int
decide_calibration(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_calibration_t *asked = &input->u.calibration;
    gms_event_calibration_t       *calibration;

    if (asked->map.origin == GMS_CALIBRATION_NONE
        || !gms_jsontext_is_clean(asked->reason, sizeof(asked->reason)))
    {
        return GMS_EINVALID;
    }

    calibration =
        &gms_decide_event(b, input, NULL, GMS_EVENT_CALIBRATION, out, 0)
             ->u.calibration;
    *calibration = *asked;

    if (gms_calibration_set(&calibration->map, asked->map.mm_to_px,
            asked->map.origin, gms_decide_rounded(asked->map.residual_mm, 1e4))
        != GMS_OK)
    {
        return GMS_EINVALID;
    }

    calibration->map.lens = asked->map.lens;

    /* Who said once which side is up need not say it again as long as it is
     * found that way. */
    calibration->map.confirmed = asked->map.confirmed
        || (asked->of == 0 && b->has_calibration && b->calibration.map.confirmed
            && gms_calibration_same_way(
                &b->calibration.map, &calibration->map));

    return 1;
}


static int
decide_confirm(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    gms_event_calibration_t *calibration;

    if (!b->has_calibration) {
        return GMS_ESTATE;
    }

    if (b->calibration.map.confirmed) {
        return 0;
    }

    calibration =
        &gms_decide_event(b, input, NULL, GMS_EVENT_CALIBRATION, out, 0)
             ->u.calibration;
    *calibration = b->calibration;
    calibration->map.confirmed = true;
    calibration->of = 0;
    strcpy(calibration->reason, "confirmed");

    return 1;
}


int
gms_scorebook_decide(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    static const gms_decider_pt deciders[] = {
        [GMS_INPUT_START] = gms_decide_start,
        [GMS_INPUT_END] = gms_decide_end,
        [GMS_INPUT_PAUSE] = gms_decide_pause,
        [GMS_INPUT_RESUME] = gms_decide_resume,
        [GMS_INPUT_REOPEN] = gms_decide_reopen,
        [GMS_INPUT_ACTIVATE] = gms_decide_activate,
        [GMS_INPUT_CLAIM] = gms_decide_claim,
        [GMS_INPUT_INTO] = gms_decide_into,
        [GMS_INPUT_DISCARD] = gms_decide_discard,
        [GMS_INPUT_SIGHTERS] = gms_decide_sighters,
        [GMS_INPUT_RECORD] = gms_decide_sighters,
        [GMS_INPUT_JOIN] = gms_decide_join,
        [GMS_INPUT_SHOT] = gms_decide_shot,
        [GMS_INPUT_REMOVE] = gms_decide_remove,
        [GMS_INPUT_ADD] = gms_decide_add,
        [GMS_INPUT_CORRECT] = gms_decide_correct,
        [GMS_INPUT_TAKE] = gms_decide_take,
        [GMS_INPUT_CALIBRATION] = decide_calibration,
        [GMS_INPUT_CONFIRM] = decide_confirm,
        [GMS_INPUT_PAPER] = gms_decide_paper,
        [GMS_INPUT_RANGE] = decide_range,
        [GMS_INPUT_COMPLAINT] = gms_decide_complaint,
        [GMS_INPUT_COMPLAINT_CLOSE] = gms_decide_complaint_close,
        [GMS_INPUT_ROUND] = decide_round,
        [GMS_INPUT_COURSE] = gms_decide_course,
        [GMS_INPUT_TIP] = gms_decide_tip,
        [GMS_INPUT_TIP_CHANGE] = gms_decide_tip_change,
        [GMS_INPUT_CALL] = gms_decide_call,
        [GMS_INPUT_TIME] = gms_decide_time,
        [GMS_INPUT_BOOT] = gms_decide_boot,
    };

    if (input->real_ns < 0
        || (size_t) input->kind >= sizeof(deciders) / sizeof(deciders[0])
        || !gms_jsontext_is_clean(input->key, sizeof(input->key))
        || !gms_jsontext_is_clean(input->session, sizeof(input->session))
        || !gms_jsontext_is_clean(input->boot_id, sizeof(input->boot_id)))
    {
        return GMS_EINVALID;
    }

    if (gms_scorebook_answered(b, input) != NULL) {
        return 0;
    }

    return deciders[input->kind](b, input, out);
}
