/* The paper goes: see decide.h. */

#include "decide.h"

#include "../../ipc/error.h"
#include "../base/jsontext.h"


/* The shot that is likeliest to be two: of those that may be, the one that the
 * detector is least sure of. */
static uint32_t
likeliest_double(const gms_session_t *s)
{
    const gms_session_shot_t *row, *best = NULL;
    uint32_t                  i;

    for (i = 0; i < s->shots; i++) {
        row = &s->shot[i];

        if (row->shot.possible_double && row->standing == GMS_STANDING_YES
            && row->shot.paper == s->paper
            && (best == NULL || row->shot.confidence <= best->shot.confidence))
        {
            best = row;
        }
    }

    return best != NULL ? best->shot.n : 0;
}


bool
gms_decide_is_paper_valid(const gms_event_paper_t *paper)
{
    return gms_jsontext_is_clean(paper->reason, sizeof(paper->reason))
        && gms_jsontext_is_clean(paper->author, sizeof(paper->author))
        && paper->expected >= -1 && paper->holes >= -1;
}


/* Who else shot at it has it counted with the shots of all. */
int
gms_decide_paper_of(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_event_t *out)
{
    gms_event_paper_t *paper;
    int                i, n = 1;

    paper = &gms_decide_event(b, input, s, GMS_EVENT_PAPER, out, 0)->u.paper;
    *paper = input->paper;
    paper->paper = s->paper;
    paper->shots = gms_scorebook_paper_shots(b);

    if (paper->expected > paper->shots) {
        paper->odd = likeliest_double(s);
    }

    if (paper->what == GMS_PAPER_GONE_END) {
        return n + gms_decide_close(b, input, s, GMS_ROUND_BY_END, out, n);
    }

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (gms_session_is_open(&b->session[i])) {
            n += gms_decide_close(
                b, input, &b->session[i], GMS_ROUND_BY_PAPER, out, n);
        }
    }

    return n;
}


int
gms_decide_paper(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_scorebook_active(b);

    if (!gms_decide_is_paper_valid(&input->paper)) {
        return GMS_EINVALID;
    }

    return s != NULL ? gms_decide_paper_of(b, input, s, out) : 0;
}
