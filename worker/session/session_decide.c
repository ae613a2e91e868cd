/* gms_session_decide: see session.h. */

#include "session.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "../target/score.h"

/* Beyond these a place is no shot but a fault: 10 m from the centre, or far
 * outside any camera's picture. */
#define GMS_PLACE_MM_MAX 1e4
#define GMS_PLACE_PX_MAX 1e5

#define GMS_CALIBER_MM_MAX 50.0
#define GMS_DISTANCE_M_MAX 5000.0


static bool
is_repeat(const char *answered, const char *key)
{
    return key[0] != '\0' && strcmp(answered, key) == 0;
}


/* To the precision of the journal; + 0.0 turns -0 into 0. */
static double
rounded(double value, double scale)
{
    return nearbyint(value * scale) / scale + 0.0;
}


static bool
is_within(double value, double low, double high)
{
    return isfinite(value) && value >= low && value <= high;
}


static int64_t
whole_us(int64_t ns)
{
    return ns - ns % GMS_US;
}


static void
begin_event(const gms_session_t *s, const gms_input_t *input,
    gms_event_kind_e kind, gms_event_t *event)
{
    memset(event, 0, sizeof(*event));

    event->kind = kind;
    event->seq = s->seq + 1;
    event->real_ns = whole_us(input->real_ns);
    event->mono_ns = input->mono_ns;
    memcpy(event->boot_id, input->boot_id, sizeof(event->boot_id));
    memcpy(event->key, input->key, sizeof(event->key));
}


static bool
is_rule_valid(const gms_rounds_rule_t *rule)
{
    return is_within(rule->alpha, 0.01, 1) && is_within(rule->high, 1, 1000)
        && is_within(rule->low, 1, rule->high)
        && is_within(rule->floor_s, 0, 1e6) && is_within(rule->stop_s, 1, 1e6)
        && rule->shots >= 0 && rule->shots <= GMS_ROUND_SHOTS_MAX;
}


/* The face as it reads back from its own text: a diameter with more digits
 * than JSON writes would make the live face differ from the journaled one. */
static int
journaled_face(gms_face_t *out, const gms_face_t *face)
{
    cJSON *json;
    char  *text, err[128];
    int    rc;

    json = gms_face_to_json(face);
    text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);

    if (text == NULL) {
        return GMS_ENOMEM;
    }

    json = cJSON_Parse(text);
    cJSON_free(text);

    rc = json != NULL ? gms_face_from_json(out, json, err, sizeof(err))
                      : GMS_EINVALID;
    cJSON_Delete(json);
    return rc;
}


static int
decide_start(const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_session_t *asked = &input->u.session;
    gms_event_session_t       *session = &out->u.session;
    int                        rc;

    if (is_repeat(s->start_key, input->key)) {
        return 0;
    }

    if (gms_session_is_open(s)) {
        return GMS_ESTATE;
    }

    if (!gms_jsontext_is_clean(asked->shooter, sizeof(asked->shooter))
        || !is_within(asked->caliber_mm, 0.01, GMS_CALIBER_MM_MAX)
        || !is_within(asked->distance_m, 0, GMS_DISTANCE_M_MAX)
        || !is_rule_valid(&asked->rounds))
    {
        return GMS_EINVALID;
    }

    begin_event(s, input, GMS_EVENT_SESSION_STARTED, out);

    rc = journaled_face(&session->face, &asked->face);

    if (rc != GMS_OK) {
        return rc;
    }

    strcpy(session->shooter, asked->shooter);
    session->caliber_mm = rounded(asked->caliber_mm, 1e4);
    session->distance_m = rounded(asked->distance_m, 1e4);
    session->rounds = asked->rounds;

    snprintf(session->id, sizeof(session->id), "%s-%016" PRIx64 "-%" PRIu64,
        s->lane, s->epoch, out->seq);
    return 1;
}


/* The shot that is likeliest to be two: of those that may be, the one that the
 * detector is least sure of. */
static uint32_t
likeliest_double(const gms_session_t *s)
{
    const gms_session_shot_t *row, *best = NULL;
    uint32_t                  i;

    for (i = 0; i < s->shots; i++) {
        row = &s->shot[i];

        if (row->shot.possible_double && !row->removed
            && row->shot.paper == s->paper
            && (best == NULL || row->shot.confidence <= best->shot.confidence))
        {
            best = row;
        }
    }

    return best != NULL ? best->shot.n : 0;
}


/* Closes a round with these shots, as the n-th event of a decision; 0: none
 * has come since the last one. */
static int
close_round(const gms_session_t *s, const gms_input_t *input, uint32_t first,
    uint32_t last, gms_round_by_e by, int n, gms_event_t *out)
{
    if (last < first) {
        return 0;
    }

    begin_event(s, input, GMS_EVENT_ROUND, &out[n]);
    out[n].seq += (uint64_t) n;
    out[n].u.round.round = s->rounds + 1;
    out[n].u.round.first = first;
    out[n].u.round.last = last;
    out[n].u.round.by = by;

    return 1;
}


/* The open round, whole. */
static int
close_open(const gms_session_t *s, const gms_input_t *input, gms_round_by_e by,
    int n, gms_event_t *out)
{
    return close_round(
        s, input, gms_session_round_first(s), s->shots, by, n, out);
}


static int
decide_round(const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    if (is_repeat(s->round_key, input->key)) {
        return 0;
    }

    if (!gms_session_is_open(s)) {
        return GMS_ESTATE;
    }

    return close_open(s, input, GMS_ROUND_BY_COMMAND, 0, out);
}


static int
decide_time(const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    gms_session_instant_t now;

    now.real_ns = input->real_ns;
    now.mono_ns = input->mono_ns;
    memcpy(now.boot_id, input->boot_id, sizeof(now.boot_id));

    return gms_session_round_state(s, &now) == GMS_ROUND_CLOSED
        ? close_open(s, input, GMS_ROUND_BY_STOP, 0, out)
        : 0;
}


/* The rounds that a shot closes, after its own event: the one before it, when
 * it or the one before it begins another, and its own, when that is full. */
static int
close_by_shot(const gms_session_t *s, const gms_input_t *input,
    const gms_event_shot_t *shot, gms_event_t *out)
{
    const gms_rounds_rule_t *rule = &s->session.rounds;
    gms_rounds_t             pace = s->pace;
    gms_session_instant_t    at;
    uint32_t                 first = gms_session_round_first(s);
    int                      fresh, n = 1;

    at.real_ns = shot->frame_real_ns;
    at.mono_ns = shot->frame_mono_ns;
    memcpy(at.boot_id, input->boot_id, sizeof(at.boot_id));

    fresh = gms_rounds_shot(&pace, rule, gms_session_pace_s(s, &at));

    if (fresh > 0) {
        n += close_round(s, input, first, shot->n - (uint32_t) fresh,
            fresh == 1 ? GMS_ROUND_BY_STOP : GMS_ROUND_BY_PAUSE, n, out);
        first = shot->n - (uint32_t) fresh + 1;
    }

    if (!rule->by_hand && rule->shots > 0 && pace.shots >= rule->shots) {
        int closed = n - 1;

        n += close_round(s, input, first, shot->n, GMS_ROUND_BY_COUNT, n, out);
        out[n - 1].u.round.round += (uint32_t) closed;
    }

    return n;
}


static int
decide_paper(const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_paper_t *asked = &input->u.paper;
    gms_event_paper_t       *paper = &out->u.paper;

    if (!gms_jsontext_is_clean(asked->reason, sizeof(asked->reason))
        || !gms_jsontext_is_clean(asked->author, sizeof(asked->author))
        || asked->expected < -1 || asked->holes < -1)
    {
        return GMS_EINVALID;
    }

    if (!gms_session_is_open(s) || is_repeat(s->paper_key, input->key)) {
        return 0;
    }

    begin_event(s, input, GMS_EVENT_PAPER, out);
    *paper = *asked;
    paper->paper = s->paper;
    paper->shots = gms_session_paper_shots(s, s->paper);
    if (paper->expected > paper->shots) {
        paper->odd = likeliest_double(s);
    }

    return 1
        + close_open(s, input,
            paper->what == GMS_PAPER_GONE_END ? GMS_ROUND_BY_END
                                              : GMS_ROUND_BY_PAPER,
            1, out);
}


static int
decide_range(const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    if (!gms_jsontext_is_clean(
            input->u.range.author, sizeof(input->u.range.author)))
    {
        return GMS_EINVALID;
    }

    if (s->cold == input->u.range.cold) {
        return 0;
    }

    begin_event(s, input, GMS_EVENT_RANGE, out);
    out->u.range = input->u.range;

    return 1;
}


static int
decide_change(
    const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    gms_event_kind_e kind;
    int              n = 0;

    if (input->kind == GMS_INPUT_END && is_repeat(s->end_key, input->key)) {
        return 0;
    }

    if (!gms_session_is_open(s)) {
        return GMS_ESTATE;
    }

    switch (input->kind) {

    case GMS_INPUT_END:
        kind = GMS_EVENT_SESSION_ENDED;
        break;

    case GMS_INPUT_PAUSE:
        if (s->state == GMS_LANE_PAUSED) {
            return 0;
        }
        kind = GMS_EVENT_SESSION_PAUSED;
        break;

    default:
        if (s->state == GMS_LANE_LIVE) {
            return 0;
        }
        kind = GMS_EVENT_SESSION_RESUMED;
        break;
    }

    if (kind == GMS_EVENT_SESSION_ENDED && input->count) {
        n = decide_paper(s, input, out);

        if (n < 0) {
            return n;
        }
    }

    if (kind == GMS_EVENT_SESSION_ENDED && n == 0) {
        n = close_open(s, input, GMS_ROUND_BY_END, 0, out);
    }

    begin_event(s, input, kind, &out[n]);
    out[n].seq += (uint64_t) n;
    out[n].u.session = s->session;
    return n + 1;
}


/* A detector that was started anew counts its holes from the beginning, so
 * that only hole and instant together name a detection.  Holes of number 0
 * come from a person's hand and are taken as often as they are given. */
static bool
is_recorded(const gms_session_t *s, const gms_event_shot_t *shot)
{
    const gms_event_shot_t *old;
    uint32_t                i;

    if (shot->hole == 0) {
        return false;
    }

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
is_shot_valid(const gms_event_shot_t *shot)
{
    return is_within(shot->x_mm, -GMS_PLACE_MM_MAX, GMS_PLACE_MM_MAX)
        && is_within(shot->y_mm, -GMS_PLACE_MM_MAX, GMS_PLACE_MM_MAX)
        && is_within(shot->x_px, -GMS_PLACE_PX_MAX, GMS_PLACE_PX_MAX)
        && is_within(shot->y_px, -GMS_PLACE_PX_MAX, GMS_PLACE_PX_MAX)
        && is_within(shot->radius_px, 0, GMS_PLACE_PX_MAX)
        && is_within(shot->confidence, 0, 1)
        && is_within(shot->x_error_mm, 0, GMS_PLACE_MM_MAX)
        && is_within(shot->y_error_mm, 0, GMS_PLACE_MM_MAX)
        && is_within(shot->error_correlation, -1, 1)
        && shot->frame_real_ns >= 0;
}


/* Nobody knows the error of a shot that tells none: then nobody is asked. */
static bool
near_line(const gms_session_t *s, const gms_event_shot_t *shot)
{
    double error_mm2[3];

    error_mm2[0] = shot->x_error_mm * shot->x_error_mm;
    error_mm2[1] =
        shot->error_correlation * shot->x_error_mm * shot->y_error_mm;
    error_mm2[2] = shot->y_error_mm * shot->y_error_mm;

    return (error_mm2[0] > 0 || error_mm2[2] > 0)
        && gms_score_near_line(&s->session.face, s->session.caliber_mm,
            shot->x_mm, shot->y_mm, error_mm2);
}


static int
decide_shot(const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    gms_event_shot_t *shot = &out->u.shot;
    gms_score_t       score;

    if (s->state != GMS_LANE_LIVE || s->cold) {
        return 0;
    }

    if (!is_shot_valid(&input->u.shot)) {
        return GMS_EINVALID;
    }

    begin_event(s, input, GMS_EVENT_SHOT, out);
    *shot = input->u.shot;

    shot->x_mm = rounded(shot->x_mm, 1e4);
    shot->y_mm = rounded(shot->y_mm, 1e4);
    shot->x_px = rounded(shot->x_px, 1e3);
    shot->y_px = rounded(shot->y_px, 1e3);
    shot->radius_px = rounded(shot->radius_px, 1e3);
    shot->confidence = rounded(shot->confidence, 1e3);
    shot->x_error_mm = rounded(shot->x_error_mm, 1e4);
    shot->y_error_mm = rounded(shot->y_error_mm, 1e4);
    shot->error_correlation = rounded(shot->error_correlation, 1e3);
    shot->frame_real_ns = whole_us(shot->frame_real_ns);

    if (is_recorded(s, shot)) {
        return 0;
    }

    if (s->shots >= GMS_SESSION_SHOTS_MAX) {
        return GMS_ETOOBIG;
    }

    score = gms_score(
        &s->session.face, s->session.caliber_mm, shot->x_mm, shot->y_mm);

    shot->n = s->shots + 1;
    shot->score_tenths = score.tenths;
    shot->ring = score.ring;
    shot->inner = score.inner;
    shot->near_line = near_line(s, shot);
    shot->paper = s->paper;
    shot->calibration = s->calibration_seq;
    return close_by_shot(s, input, shot, out);
}


/* Number of the newest shot of this hole that still stands; 0: none. */
static uint32_t
find_hole(const gms_session_t *s, uint32_t hole)
{
    uint32_t i;

    for (i = s->shots; i-- > 0; /* void */) {
        if (s->shot[i].shot.hole == hole && !s->shot[i].removed) {
            return i + 1;
        }
    }

    return 0;
}


static int
decide_remove(
    const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_removed_t *asked = &input->u.removed;
    uint32_t                   n;

    if (!gms_session_is_open(s)) {
        /* the detector watches on after the end; a person is told */
        return input->hole != 0 ? 0 : GMS_ESTATE;
    }

    if (!gms_jsontext_is_clean(asked->reason, sizeof(asked->reason))
        || !gms_jsontext_is_clean(asked->author, sizeof(asked->author)))
    {
        return GMS_EINVALID;
    }

    if (input->hole != 0) {
        n = find_hole(s, input->hole);

        if (n == 0) {
            return 0;
        }

    } else {
        n = asked->n;

        if (n == 0 || n > s->shots) {
            return GMS_ENOTFOUND;
        }

        if (s->shot[n - 1].removed) {
            return 0;
        }
    }

    begin_event(s, input, GMS_EVENT_SHOT_REMOVED, out);
    out->u.removed.n = n;
    strcpy(out->u.removed.reason, asked->reason);
    strcpy(out->u.removed.author, asked->author);
    return 1;
}


/* The homography alone is the fact; what follows from it is computed by the
 * function that reads the journal, so that both agree to the last bit. */
static int
decide_calibration(
    const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    const gms_event_calibration_t *asked = &input->u.calibration;
    gms_event_calibration_t       *calibration = &out->u.calibration;
    bool                           confirmed;

    if (asked->map.origin == GMS_CALIBRATION_NONE
        || !gms_jsontext_is_clean(asked->reason, sizeof(asked->reason)))
    {
        return GMS_EINVALID;
    }

    begin_event(s, input, GMS_EVENT_CALIBRATION, out);
    *calibration = *asked;

    confirmed = asked->map.confirmed;

    if (gms_calibration_set(&calibration->map, asked->map.mm_to_px,
            asked->map.origin, rounded(asked->map.residual_mm, 1e4))
        != GMS_OK)
    {
        return GMS_EINVALID;
    }

    calibration->map.lens = asked->map.lens;

    /* Who said once which side is up need not say it again as long as it is
     * found that way. */
    calibration->map.confirmed = confirmed
        || (asked->of == 0 && s->has_calibration && s->calibration.map.confirmed
            && gms_calibration_same_way(
                &s->calibration.map, &calibration->map));

    return 1;
}


static int
decide_confirm(
    const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    if (!s->has_calibration) {
        return GMS_ESTATE;
    }

    if (s->calibration.map.confirmed) {
        return 0;
    }

    begin_event(s, input, GMS_EVENT_CALIBRATION, out);
    out->u.calibration = s->calibration;
    out->u.calibration.map.confirmed = true;
    out->u.calibration.of = 0;
    strcpy(out->u.calibration.reason, "confirmed");

    return 1;
}


int
gms_session_decide(
    const gms_session_t *s, const gms_input_t *input, gms_event_t *out)
{
    if (input->real_ns < 0
        || !gms_jsontext_is_clean(input->key, sizeof(input->key))
        || !gms_jsontext_is_clean(input->boot_id, sizeof(input->boot_id)))
    {
        return GMS_EINVALID;
    }

    switch (input->kind) {

    case GMS_INPUT_START:
        return decide_start(s, input, out);

    case GMS_INPUT_END:
    case GMS_INPUT_PAUSE:
    case GMS_INPUT_RESUME:
        return decide_change(s, input, out);

    case GMS_INPUT_SHOT:
        return decide_shot(s, input, out);

    case GMS_INPUT_REMOVE:
        return decide_remove(s, input, out);

    case GMS_INPUT_CALIBRATION:
        return decide_calibration(s, input, out);

    case GMS_INPUT_CONFIRM:
        return decide_confirm(s, input, out);

    case GMS_INPUT_PAPER:
        return decide_paper(s, input, out);

    case GMS_INPUT_RANGE:
        return decide_range(s, input, out);

    case GMS_INPUT_ROUND:
        return decide_round(s, input, out);

    case GMS_INPUT_TIME:
        return decide_time(s, input, out);
    }

    return GMS_EINVALID;
}
