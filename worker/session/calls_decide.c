/* Who shoots says where a shot went: see decide.h. */

#include "decide.h"

#include "../../ipc/error.h"
#include "../base/jsontext.h"

/* No card is larger. */
#define GMS_CALL_MM_MAX 2000.0


/* A shot is called once: who has seen it calls nothing.  What a person added, or
 * is a value alone, nobody can call. */
int
gms_decide_call(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_call_t   *asked = &input->u.call;
    const gms_session_t      *s = gms_decide_session(b, input);
    const gms_session_shot_t *row;
    gms_event_call_t         *call;

    if (s == NULL) {
        return GMS_ESTATE;
    }

    if (asked->n == 0 || asked->n > s->shots) {
        return GMS_ENOTFOUND;
    }

    if (!gms_decide_is_within(asked->x_mm, -GMS_CALL_MM_MAX, GMS_CALL_MM_MAX)
        || !gms_decide_is_within(asked->y_mm, -GMS_CALL_MM_MAX, GMS_CALL_MM_MAX)
        || !gms_jsontext_is_clean(asked->author, sizeof(asked->author)))
    {
        return GMS_EINVALID;
    }

    row = &s->shot[asked->n - 1];

    if (row->called) {
        return GMS_ESTALE;
    }

    if (row->standing != GMS_STANDING_YES || row->first.by_hand
        || row->shot.unplaced)
    {
        return GMS_ESTATE;
    }

    call = &gms_decide_event(b, input, s, GMS_EVENT_CALL, out, 0)->u.call;
    *call = *asked;
    call->x_mm = gms_decide_rounded(asked->x_mm, 1e4);
    call->y_mm = gms_decide_rounded(asked->y_mm, 1e4);
    call->x_off_mm = gms_decide_rounded(row->shot.x_mm - call->x_mm, 1e4);
    call->y_off_mm = gms_decide_rounded(row->shot.y_mm - call->y_mm, 1e4);

    return 1;
}
