#include "session.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

/* First allocation of shot rows: more than most sessions have. */
#define GMS_SESSION_ROWS 64


int
gms_session_init(gms_session_t *s, const char *lane, uint64_t epoch)
{
    memset(s, 0, sizeof(*s));

    if (strlen(lane) >= sizeof(s->lane)) {
        return GMS_EINVALID;
    }

    strcpy(s->lane, lane);
    s->epoch = epoch;
    return GMS_OK;
}


void
gms_session_free(gms_session_t *s)
{
    free(s->shot);
    memset(s, 0, sizeof(*s));
}


void
gms_session_begin_after(gms_session_t *s, const gms_session_before_t *before)
{
    s->seq = before->after;
    s->cold = before->cold;

    if (before->has_calibration) {
        s->has_calibration = true;
        s->calibration_seq = before->calibration.seq;
        s->calibration = before->calibration.u.calibration;
    }
}


int32_t
gms_session_paper_shots(const gms_session_t *s, uint32_t paper)
{
    uint32_t i;
    int32_t  n = 0;

    for (i = 0; i < s->shots; i++) {
        n += s->shot[i].shot.paper == paper && !s->shot[i].removed;
    }

    return n;
}


static bool
is_open(const gms_session_t *s)
{
    return s->has_session && s->state != GMS_LANE_IDLE;
}


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

    if (is_open(s)) {
        return GMS_ESTATE;
    }

    if (!gms_jsontext_is_clean(asked->shooter, sizeof(asked->shooter))
        || !is_within(asked->caliber_mm, 0.01, GMS_CALIBER_MM_MAX)
        || !is_within(asked->distance_m, 0, GMS_DISTANCE_M_MAX))
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

    if (!is_open(s) || is_repeat(s->paper_key, input->key)) {
        return 0;
    }

    begin_event(s, input, GMS_EVENT_PAPER, out);
    *paper = *asked;
    paper->paper = s->paper;
    paper->shots = gms_session_paper_shots(s, s->paper);
    if (paper->expected > paper->shots) {
        paper->odd = likeliest_double(s);
    }

    return 1;
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

    if (!is_open(s)) {
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
    return 1;
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

    if (!is_open(s)) {
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
    }

    return GMS_EINVALID;
}


static int
apply_started(gms_session_t *s, const gms_event_t *event)
{
    if (is_open(s)) {
        return GMS_ECORRUPT;
    }

    s->state = GMS_LANE_LIVE;
    s->has_session = true;
    s->session = event->u.session;
    s->started_ns = event->real_ns;
    s->ended_ns = 0;
    memcpy(s->start_key, event->key, sizeof(s->start_key));

    s->shots = 0;
    s->total_tenths = 0;
    s->total_rings = 0;
    s->inner = 0;
    s->counted = 0;
    s->paper = 1;
    s->paper_key[0] = '\0';
    memset(&s->last_paper, 0, sizeof(s->last_paper));
    return GMS_OK;
}


static int
apply_changed(gms_session_t *s, const gms_event_t *event)
{
    /* A fold of the present state begins with the end of the session before,
     * whose start it has not seen: only the key of that end is still needed,
     * to know a late repeat of that command. */
    if (!s->has_session && event->kind == GMS_EVENT_SESSION_ENDED) {
        memcpy(s->end_key, event->key, sizeof(s->end_key));
        return GMS_OK;
    }

    if (!is_open(s) || strcmp(s->session.id, event->u.session.id) != 0) {
        return GMS_ECORRUPT;
    }

    switch (event->kind) {

    case GMS_EVENT_SESSION_PAUSED:
        s->state = GMS_LANE_PAUSED;
        break;

    case GMS_EVENT_SESSION_RESUMED:
        s->state = GMS_LANE_LIVE;
        break;

    default:
        s->state = GMS_LANE_IDLE;
        s->ended_ns = event->real_ns;
        memcpy(s->end_key, event->key, sizeof(s->end_key));
        break;
    }

    return GMS_OK;
}


static void
count(gms_session_t *s, const gms_event_shot_t *shot, int sign)
{
    if (shot->sighter) {
        return;
    }

    s->counted += sign;
    s->total_tenths += sign * shot->score_tenths;
    s->total_rings += sign * shot->ring;
    s->inner += sign * (shot->inner ? 1 : 0);
}


static int
apply_shot(gms_session_t *s, const gms_event_t *event)
{
    gms_session_shot_t *row;
    uint32_t            capacity;

    if (!is_open(s) || event->u.shot.n != s->shots + 1
        || s->shots >= GMS_SESSION_SHOTS_MAX)
    {
        return GMS_ECORRUPT;
    }

    if (s->shots == s->capacity) {
        capacity = s->capacity ? s->capacity * 2 : GMS_SESSION_ROWS;
        row = realloc(s->shot, capacity * sizeof(*row));

        if (row == NULL) {
            return GMS_ENOMEM;
        }

        s->shot = row;
        s->capacity = capacity;
    }

    row = &s->shot[s->shots++];
    memset(row, 0, sizeof(*row));
    row->shot = event->u.shot;
    row->seq = event->seq;
    row->real_ns = event->real_ns;

    count(s, &row->shot, 1);
    return GMS_OK;
}


static int
apply_removed(gms_session_t *s, const gms_event_t *event)
{
    uint32_t n = event->u.removed.n;

    if (!is_open(s) || n == 0 || n > s->shots || s->shot[n - 1].removed) {
        return GMS_ECORRUPT;
    }

    s->shot[n - 1].removed = true;
    count(s, &s->shot[n - 1].shot, -1);
    return GMS_OK;
}


static int
apply_paper(gms_session_t *s, const gms_event_t *event)
{
    if (!is_open(s) || event->u.paper.paper != s->paper) {
        return GMS_ECORRUPT;
    }

    if (event->u.paper.what != GMS_PAPER_GONE_END) {
        s->paper++;
        memcpy(s->paper_key, event->key, sizeof(s->paper_key));
    }

    s->last_paper = event->u.paper;
    return GMS_OK;
}


int
gms_session_apply(gms_session_t *s, const gms_event_t *event)
{
    int rc;

    if (event->seq != s->seq + 1) {
        return GMS_ECORRUPT;
    }

    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
        rc = apply_started(s, event);
        break;

    case GMS_EVENT_SESSION_ENDED:
    case GMS_EVENT_SESSION_PAUSED:
    case GMS_EVENT_SESSION_RESUMED:
        rc = apply_changed(s, event);
        break;

    case GMS_EVENT_SHOT:
        rc = apply_shot(s, event);
        break;

    case GMS_EVENT_SHOT_REMOVED:
        rc = apply_removed(s, event);
        break;

    case GMS_EVENT_CALIBRATION:
        s->has_calibration = true;
        s->calibration_seq = event->seq;
        s->calibration = event->u.calibration;
        rc = GMS_OK;
        break;

    case GMS_EVENT_PAPER:
        rc = apply_paper(s, event);
        break;

    case GMS_EVENT_RANGE:
        s->cold = event->u.range.cold;
        rc = GMS_OK;
        break;

    default:
        rc = GMS_ECORRUPT;
    }

    if (rc == GMS_OK) {
        s->seq = event->seq;
    }

    return rc;
}
