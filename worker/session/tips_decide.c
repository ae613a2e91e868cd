/* A coach speaks, who shoots hears him, a drill is done: see decide.h. */

#include "decide.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "tips.h"


static bool
is_valid(const gms_session_t *s, const gms_event_tip_t *tip)
{
    return gms_jsontext_is_clean(tip->text, sizeof(tip->text))
        && gms_jsontext_is_clean(tip->author, sizeof(tip->author))
        && (tip->text[0] != '\0' || tip->drill.id[0] != '\0')
        && (tip->drill.id[0] == '\0' || tip->to == GMS_TIP_SHOOTER)
        && tip->shot <= s->shots;
}


/* Where nothing was shot since the last one ended, nobody is in a round: there
 * is nothing to wait for. */
int
gms_decide_tip(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_decide_session(b, input);
    gms_event_tip_t     *tip;

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (!is_valid(s, &input->u.tip)) {
        return GMS_EINVALID;
    }

    if (s->tips >= GMS_SESSION_TIPS_MAX) {
        return GMS_ETOOBIG;
    }

    tip = &gms_decide_event(b, input, s, GMS_EVENT_TIP, out, 0)->u.tip;
    *tip = input->u.tip;
    tip->tip = s->tips + 1;
    tip->hold = tip->hold && gms_session_round_first(s) <= s->shots;

    return 1;
}


/* What is not told yet nobody acknowledges; what is taken back is gone. */
int
gms_decide_tip_change(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_tip_changed_t *asked = &input->u.tip_changed;
    const gms_session_t           *s = gms_decide_session(b, input);
    const gms_session_tip_t       *tip;

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (asked->tip == 0 || asked->tip > s->tips) {
        return GMS_ENOTFOUND;
    }

    if (!gms_jsontext_is_clean(asked->author, sizeof(asked->author))) {
        return GMS_EINVALID;
    }

    tip = &s->tip[asked->tip - 1];

    if (tip->withdrawn_ns != 0
        || (asked->what == GMS_TIP_ACKNOWLEDGED && tip->acknowledged_ns != 0))
    {
        return 0;
    }

    if (asked->what == GMS_TIP_ACKNOWLEDGED
        && (gms_tip_is_held(tip) || tip->event.to != GMS_TIP_SHOOTER))
    {
        return GMS_ESTATE;
    }

    gms_decide_event(b, input, s, GMS_EVENT_TIP_CHANGED, out, 0)
        ->u.tip_changed = *asked;

    return 1;
}


int
gms_decide_tips_due(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_instant_t *now, gms_event_t *out)
{
    const gms_session_tip_t *tip = gms_tips_to_tell(s, now);
    gms_event_tip_changed_t *changed;
    gms_drill_progress_t     p;
    gms_event_drill_t       *drill;

    if (tip != NULL) {
        changed = &gms_decide_event(b, input, s, GMS_EVENT_TIP_CHANGED, out, 0)
                       ->u.tip_changed;
        changed->tip = tip->event.tip;
        changed->what = GMS_TIP_TOLD;
        return 1;
    }

    tip = gms_tips_running(s);
    p = gms_tips_progress(s, tip, now);

    drill = &gms_decide_event(b, input, s, GMS_EVENT_DRILL, out, 0)->u.drill;
    drill->tip = tip->event.tip;
    drill->passed = p.state == GMS_DRILL_PASSED;
    drill->shots = (uint32_t) p.shots;
    drill->hits = (uint32_t) p.hits;
    drill->figure = gms_decide_rounded(
        tip->event.drill.rule == GMS_DRILL_AVERAGE ? p.figure / 10 : p.figure,
        1e2);

    return 1;
}
