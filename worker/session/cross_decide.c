/* A shot goes to a session of another lane, which has a journal of its own: one
 * gives, then the other takes.  See docs/corrections.md.
 */

#include "decide.h"

#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"


/* A shot leaves its lane once, and comes back at most once: what a lane sent
 * late can then make it count nowhere twice. */
static bool
has_left(const gms_session_t *s, uint32_t n)
{
    const gms_event_correction_t *c;
    uint32_t                      i;

    for (i = 0; i < s->corrections; i++) {
        c = &s->correction[i].event;

        if (c->n == n && c->standing == GMS_STANDING_GIVEN
            && gms_session_is_elsewhere(s->id, c->other))
        {
            return true;
        }
    }

    return false;
}


/* The first of two facts: the shot counts here no more, and there it may then.
 */
int
gms_decide_send(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_shot_t *row, gms_event_t *out)
{
    const char            *to = input->u.correcting.other;
    gms_event_correction_t c;

    if (has_left(s, row->shot.n)) {
        return GMS_ESTATE;
    }

    gms_correction_of(&c, row);
    c.what = GMS_CORRECTION_SESSION;
    c.standing = GMS_STANDING_GIVEN;

    if (strcmp(row->other, to) != 0) {
        c.other_n = 0;
        strcpy(c.other, to);
    }

    gms_decide_correction(b, input, s, &c, out, 0);
    return 1;
}


/* The shot that was given from there; it has one row here, whatever became of
 * it. */
static const gms_session_shot_t *
taken_of(const gms_session_t *s, const gms_correcting_t *asked)
{
    const gms_session_shot_t *row;
    uint32_t                  i;

    for (i = 0; i < s->shots; i++) {
        row = &s->shot[i];

        if (row->other_n == asked->other_n
            && strcmp(row->other, asked->other) == 0) {
            return row;
        }
    }

    return NULL;
}


/* What comes from another lane: scored by this face, unless it is the same one;
 * no hole of a paper of this lane, and in no picture of it. */
static int
take_new(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_event_t *out)
{
    const gms_taking_t    *taking = &input->u.taking;
    const gms_face_bull_t *there =
        gms_decide_bull(&s->setup.face, taking->shot.bull);
    gms_event_shot_t       shot = taking->shot;
    gms_event_correction_t c;

    shot.calibration = 0;
    shot.x_px = 0;
    shot.y_px = 0;
    shot.radius_px = 0;
    shot.hole = 0;
    shot.paper = 0;
    shot.n = s->shots + 1;
    shot.sighter = s->setup.sighters;
    shot.order_unknown = true;
    shot.window = GMS_WINDOW_IN;
    shot.frame_real_ns = gms_decide_whole_us(shot.frame_real_ns);
    shot.frame_mono_ns = s->shots > 0 ? s->last_shot.mono_ns : input->mono_ns;

    if (strcmp(taking->face, s->setup.face.name) != 0
        || taking->caliber_mm != s->setup.caliber_mm)
    {
        gms_decide_place(b, &s->setup, shot.x_mm + taking->bull_mm[0],
            shot.y_mm + taking->bull_mm[1], &shot);

    } else if (there != NULL) {
        shot.sighter |= there->sighter;
    }

    memset(&c, 0, sizeof(c));
    c.what = GMS_CORRECTION_SESSION;
    c.other_n = taking->correcting.other_n;
    strcpy(c.other, taking->correcting.other);
    return gms_decide_enter(b, input, s, &shot, &c, out, 0);
}


/* The shot that went to another lane stands here again. */
static int
take_again(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_session_shot_t *row, gms_event_t *out)
{
    gms_event_correction_t c;

    gms_correction_of(&c, row);
    c.what = GMS_CORRECTION_SESSION;
    c.standing = GMS_STANDING_YES;
    c.other_n = input->u.correcting.other_n;
    gms_decide_correction(b, input, s, &c, out, 0);
    return 1;
}


int
gms_decide_take(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_correcting_t   *asked = &input->u.correcting;
    const gms_session_t      *s = gms_scorebook_find(b, input->session);
    const gms_session_shot_t *row;

    if (s == NULL || !gms_session_is_elsewhere(s->id, asked->other)) {
        return GMS_ESTATE;
    }

    row = asked->n == 0        ? taken_of(s, asked)
        : asked->n <= s->shots ? &s->shot[asked->n - 1]
                               : NULL;

    if (asked->n > 0 && (row == NULL || strcmp(row->other, asked->other) != 0))
    {
        return GMS_ESTATE;
    }

    if (row != NULL && (asked->n == 0 || row->standing != GMS_STANDING_GIVEN)) {
        return 0; /* a repeat */
    }

    if (s->setup.competition && !asked->official) {
        return GMS_EFORBIDDEN;
    }

    if (s->shots >= GMS_SESSION_SHOTS_MAX
        || s->corrections >= GMS_SESSION_CORRECTIONS_MAX)
    {
        return GMS_ETOOBIG;
    }

    if (asked->author[0] == '\0' || asked->reason[0] == '\0'
        || !gms_jsontext_is_clean(asked->author, sizeof(asked->author))
        || !gms_jsontext_is_clean(asked->reason, sizeof(asked->reason)))
    {
        return GMS_EINVALID;
    }

    if (row != NULL) {
        return take_again(b, input, s, row, out);
    }

    return s->setup.walk_up
            || (input->u.taking.shot.unplaced
                && strcmp(input->u.taking.face, s->setup.face.name) != 0)
        ? GMS_EINVALID
        : take_new(b, input, s, out);
}
