/* A shot comes, or is taken back: see decide.h. */

#include "decide.h"

#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "../target/score.h"
#include "conduct.h"

/* Beyond these a place is no shot but a fault: 10 m from the centre, or far
 * outside any camera's picture. */
#define GMS_PLACE_MM_MAX 1e4
#define GMS_PLACE_PX_MAX 1e5


/* A detector that was started anew counts its holes from the beginning, so
 * that only hole and instant together name a detection.  Holes of number 0
 * come from a person's hand and are taken as often as they are given. */
static bool
is_recorded(const gms_session_t *s, const gms_event_shot_t *shot)
{
    const gms_event_shot_t *old;
    uint32_t                i;

    for (i = s->shots; i-- > 0; /* void */) {
        old = &s->shot[i].shot;

        if (old->hole == shot->hole
            && old->frame_real_ns == shot->frame_real_ns) {
            return true;
        }
    }

    return false;
}


static bool
is_recorded_by_any(const gms_scorebook_t *b, const gms_event_shot_t *shot)
{
    int i;

    for (i = 0; shot->hole != 0 && i < GMS_SESSIONS_MAX; i++) {
        if (b->session[i].state != GMS_SESSION_NONE
            && is_recorded(&b->session[i], shot))
        {
            return true;
        }
    }

    return false;
}


static bool
is_shot_valid(const gms_event_shot_t *shot)
{
    return gms_decide_is_within(shot->x_mm, -GMS_PLACE_MM_MAX, GMS_PLACE_MM_MAX)
        && gms_decide_is_within(shot->y_mm, -GMS_PLACE_MM_MAX, GMS_PLACE_MM_MAX)
        && gms_decide_is_within(shot->x_px, -GMS_PLACE_PX_MAX, GMS_PLACE_PX_MAX)
        && gms_decide_is_within(shot->y_px, -GMS_PLACE_PX_MAX, GMS_PLACE_PX_MAX)
        && gms_decide_is_within(shot->radius_px, 0, GMS_PLACE_PX_MAX)
        && gms_decide_is_within(shot->confidence, 0, 1)
        && gms_decide_is_within(shot->x_error_mm, 0, GMS_PLACE_MM_MAX)
        && gms_decide_is_within(shot->y_error_mm, 0, GMS_PLACE_MM_MAX)
        && gms_decide_is_within(shot->error_correlation, -1, 1)
        && shot->frame_real_ns >= 0;
}


/* Nobody knows the error of a shot that tells none: then nobody is asked. */
static bool
near_line(const gms_event_session_t *setup, const gms_event_shot_t *shot)
{
    double error_mm2[3];

    error_mm2[0] = shot->x_error_mm * shot->x_error_mm;
    error_mm2[1] =
        shot->error_correlation * shot->x_error_mm * shot->y_error_mm;
    error_mm2[2] = shot->y_error_mm * shot->y_error_mm;

    return (error_mm2[0] > 0 || error_mm2[2] > 0)
        && gms_score_near_line(
            &setup->face, setup->caliber_mm, shot->x_mm, shot->y_mm, error_mm2);
}


void
gms_decide_journaled(gms_event_shot_t *shot)
{
    shot->x_mm = gms_decide_rounded(shot->x_mm, 1e4);
    shot->y_mm = gms_decide_rounded(shot->y_mm, 1e4);
    shot->x_px = gms_decide_rounded(shot->x_px, 1e3);
    shot->y_px = gms_decide_rounded(shot->y_px, 1e3);
    shot->radius_px = gms_decide_rounded(shot->radius_px, 1e3);
    shot->confidence = gms_decide_rounded(shot->confidence, 1e3);
    shot->x_error_mm = gms_decide_rounded(shot->x_error_mm, 1e4);
    shot->y_error_mm = gms_decide_rounded(shot->y_error_mm, 1e4);
    shot->error_correlation = gms_decide_rounded(shot->error_correlation, 1e3);
    shot->frame_real_ns = gms_decide_whole_us(shot->frame_real_ns);
}


void
gms_decide_value(const gms_event_session_t *setup, gms_event_shot_t *shot)
{
    const gms_face_t      *face = &setup->face;
    const gms_face_bull_t *bull;
    gms_score_t            score;

    bull = gms_face_bull(face, shot->x_mm, shot->y_mm);
    if (bull != NULL) {
        shot->x_mm = gms_decide_rounded(shot->x_mm - bull->x_mm, 1e4);
        shot->y_mm = gms_decide_rounded(shot->y_mm - bull->y_mm, 1e4);
        shot->sighter |= bull->sighter;
        strcpy(shot->bull, bull->name);
    }

    score = gms_score(face, setup->caliber_mm, shot->x_mm, shot->y_mm);
    shot->score_tenths = score.tenths;
    shot->ring = score.ring;
    shot->inner = score.inner;
    shot->near_line = near_line(setup, shot);
    if (score.zone >= 0) {
        strcpy(shot->zone, face->zone[score.zone].name);
    }
}


/* Number and value in this session. */
static void
enter(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, gms_event_shot_t *shot)
{
    shot->window = gms_conduct_window(s, shot, input->boot_id);
    gms_decide_value(&s->setup, shot);
    shot->n = s->shots + 1;
    shot->sighter |= s->setup.sighters;
    shot->paper = s->paper;
    shot->calibration = b->calibration_seq;
}


/* A full series is a round, and with its last shot the string is over. */
static int
close_by_course(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_event_shot_t *shot, gms_event_t *out,
    int n)
{
    gms_session_t after = *s;

    if (shot->window != GMS_WINDOW_IN) {
        return n;
    }

    after.shots = shot->n;

    if (gms_conduct_series(s) + 1 == gms_conduct_series_length(s)) {
        n += gms_decide_close(b, input, &after, GMS_ROUND_BY_COUNT, out, n);
    }

    if (gms_conduct_left(s) == 1) {
        n += gms_decide_stop(b, input, s, GMS_COURSE_BY_SHOTS, out, n);
    }

    return n;
}


/* The one before it, when it or the one before it begins another, and its own,
 * when that is full. */
int
gms_decide_close_by_shot(const gms_scorebook_t *b, const gms_input_t *input,
    const gms_session_t *s, const gms_event_shot_t *shot, gms_event_t *out,
    int n)
{
    gms_rounds_rule_t     rule = gms_session_rule(s, shot->sighter);
    gms_rounds_t          pace = s->pace;
    gms_session_instant_t at;
    gms_session_t         after = *s;
    gms_event_round_t     last = { 0 };
    int                   fresh;

    if (s->setup.course.stages > 0) {
        return close_by_course(b, input, s, shot, out, n);
    }

    at.real_ns = shot->frame_real_ns;
    at.mono_ns = shot->frame_mono_ns;
    memcpy(at.boot_id, input->boot_id, sizeof(at.boot_id));

    fresh = gms_rounds_shot(&pace, &rule, gms_session_pace_s(s, &at));

    /* the session as it is with the shot: fewer shots for the round before */
    after.shots = shot->n - (uint32_t) fresh;

    if (fresh > 0
        && gms_decide_close(b, input, &after,
               fresh == 1 ? GMS_ROUND_BY_STOP : GMS_ROUND_BY_PAUSE, out, n)
            > 0)
    {
        last = out[n++].u.round;
        after.rounds = 1;
        after.round = &last;
    }

    after.shots = shot->n;

    if (!rule.by_hand && rule.shots > 0 && pace.shots >= rule.shots) {
        n += gms_decide_close(b, input, &after, GMS_ROUND_BY_COUNT, out, n);
        out[n - 1].u.round.round = s->rounds + 1 + (last.round != 0);
    }

    return n;
}


/* A shot without a session opens one, for somebody to claim. */
static int
decide_walk_up(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    gms_input_t   start = *input;
    gms_event_t  *event;
    gms_session_t s;
    int           rc;

    if (input->walk_up == NULL || input->u.shot.recovered) {
        return 0;
    }

    start.kind = GMS_INPUT_START;
    start.u.session = *input->walk_up;
    start.u.session.walk_up = true;

    rc = gms_decide_start(b, &start, out);

    if (rc != 1) {
        return rc;
    }

    memset(&s, 0, sizeof(s));
    s.state = GMS_SESSION_LIVE;
    s.setup = out[0].u.session;
    s.paper = 1;
    memcpy(s.id, out[0].session, sizeof(s.id));

    event = gms_decide_event(b, input, &s, GMS_EVENT_SHOT, out, 1);
    event->u.shot = input->u.shot;
    gms_decide_journaled(&event->u.shot);
    enter(b, input, &s, &event->u.shot);
    return gms_decide_close_by_shot(b, input, &s, &event->u.shot, out, 2);
}


int
gms_decide_shot(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_session_t *s = gms_scorebook_active(b);
    gms_event_shot_t     shot = input->u.shot;

    if (b->cold || gms_scorebook_state(b) == GMS_LANE_PAUSED) {
        return 0;
    }

    if (!is_shot_valid(&shot)) {
        return GMS_EINVALID;
    }

    gms_decide_journaled(&shot);

    if (is_recorded_by_any(b, &shot)) {
        return 0;
    }

    if (s == NULL) {
        return decide_walk_up(b, input, out);
    }

    if (s->shots >= GMS_SESSION_SHOTS_MAX) {
        return GMS_ETOOBIG;
    }

    enter(b, input, s, &shot);
    gms_decide_event(b, input, s, GMS_EVENT_SHOT, out, 0)->u.shot = shot;
    return gms_decide_close_by_shot(b, input, s, &shot, out, 1);
}


/* Number of the newest shot of this hole that still stands as it was seen; 0:
 * none.  What a person said of one the detector does not take back. */
static uint32_t
find_hole(const gms_session_t *s, uint32_t hole)
{
    uint32_t i;

    for (i = s->shots; i-- > 0; /* void */) {
        if (s->shot[i].shot.hole == hole
            && s->shot[i].standing == GMS_STANDING_YES
            && s->shot[i].corrected == 0)
        {
            return i + 1;
        }
    }

    return 0;
}


/* The detector knows holes, not sessions: whose it is. */
static const gms_session_t *
find_owner(const gms_scorebook_t *b, uint32_t hole)
{
    const gms_session_t *owner = NULL;
    uint64_t             newest = 0;
    uint32_t             n;
    int                  i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (gms_session_is_open(&b->session[i])) {
            n = find_hole(&b->session[i], hole);

            if (n != 0 && b->session[i].shot[n - 1].seq > newest) {
                newest = b->session[i].shot[n - 1].seq;
                owner = &b->session[i];
            }
        }
    }

    return owner;
}


int
gms_decide_remove(
    const gms_scorebook_t *b, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_removed_t *asked = &input->u.removed;
    const gms_session_t       *s;
    gms_event_removed_t       *removed;
    uint32_t                   n;

    s = input->hole != 0 ? find_owner(b, input->hole)
                         : gms_decide_session(b, input);

    if (s == NULL) {
        /* the detector watches on after the end; a person is told */
        return input->hole != 0 ? 0 : GMS_ESTATE;
    }

    if (!gms_jsontext_is_clean(asked->reason, sizeof(asked->reason))
        || !gms_jsontext_is_clean(asked->author, sizeof(asked->author)))
    {
        return GMS_EINVALID;
    }

    n = input->hole != 0 ? find_hole(s, input->hole) : asked->n;

    if (n == 0 || n > s->shots) {
        return GMS_ENOTFOUND;
    }

    if (s->shot[n - 1].standing != GMS_STANDING_YES) {
        return 0;
    }

    removed = &gms_decide_event(b, input, s, GMS_EVENT_SHOT_REMOVED, out, 0)
                   ->u.removed;
    removed->n = n;
    strcpy(removed->reason, asked->reason);
    strcpy(removed->author, asked->author);
    return 1;
}
