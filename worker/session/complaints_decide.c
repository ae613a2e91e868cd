/* Who shoots objects, and is told what comes of it: see decide.h. */

#include "decide.h"

#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "complaints.h"


/* A shot that is missing: also without a session, a first one may be it. */
static int
decide_missing(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    gms_decide_event(
        b, input, gms_decide_session(b, input), GMS_EVENT_COMPLAINT, out, 0)
        ->u.complaint = input->u.complaint;

    return 1;
}


/* The shot is named as it stands now, also of a session that has ended: results
 * are protested when they are posted. */
static int
decide_protest(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t    *s = gms_scorebook_find(b, input->session);
    const gms_event_shot_t *shot;
    gms_event_complaint_t  *complaint;

    if (input->u.complaint.reason[0] == '\0') {
        return GMS_EINVALID;
    }

    if (s == NULL || input->u.complaint.shot > s->shots) {
        return GMS_ENOTFOUND;
    }

    if (gms_complaints_open_of(b, s->id, input->u.complaint.shot) != NULL) {
        return GMS_ESTATE;
    }

    shot = &s->shot[input->u.complaint.shot - 1].shot;
    complaint = &gms_decide_event(b, input, s, GMS_EVENT_COMPLAINT, out, 0)
                     ->u.complaint;
    *complaint = input->u.complaint;
    complaint->score_tenths = shot->score_tenths;
    complaint->ring = shot->ring;
    complaint->inner = shot->inner;
    memcpy(complaint->zone, shot->zone, sizeof(complaint->zone));

    return 1;
}


int
gms_decide_complaint(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_complaint_t *asked = &input->u.complaint;

    if (!gms_jsontext_is_clean(asked->author, sizeof(asked->author))
        || !gms_jsontext_is_clean(asked->reason, sizeof(asked->reason)))
    {
        return GMS_EINVALID;
    }

    if (gms_complaints_is_full(b)) {
        return GMS_ETOOBIG;
    }

    return asked->shot != 0 ? decide_protest(b, input, out)
                            : decide_missing(b, input, out);
}


/* A competition's session belongs to officials, who say their names. */
int
gms_decide_complaint_close(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_closed_t *asked = &input->u.closing.closed;
    const gms_complaint_t    *c = gms_complaints_find(b, asked->complaint);
    const gms_session_t      *s;
    gms_event_t              *event;

    if (c == NULL) {
        return GMS_ENOTFOUND;
    }

    if (c->closed.what != GMS_COMPLAINT_OPEN) {
        return GMS_ESTATE;
    }

    s = gms_scorebook_find(b, c->session[0] != '\0' ? c->session : " ");

    if (asked->what != GMS_COMPLAINT_WITHDRAWN && s != NULL
        && s->setup.competition && !input->u.closing.official)
    {
        return GMS_EFORBIDDEN;
    }

    if (asked->what == GMS_COMPLAINT_OPEN
        || !gms_jsontext_is_clean(asked->text, sizeof(asked->text))
        || !gms_jsontext_is_clean(asked->author, sizeof(asked->author))
        || asked->author[0] == '\0'
        || (asked->what != GMS_COMPLAINT_WITHDRAWN && asked->text[0] == '\0'))
    {
        return GMS_EINVALID;
    }

    event =
        gms_decide_event(b, input, NULL, GMS_EVENT_COMPLAINT_CLOSED, out, 0);
    memcpy(event->session, c->session, sizeof(event->session));
    event->u.complaint_closed = *asked;

    return 1;
}
