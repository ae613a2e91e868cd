/* gms_session_apply: see session.h. */

#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

/* First allocation of shot rows: more than most sessions have. */
#define GMS_SESSION_ROWS 64
#define GMS_SESSION_ROUND_ROWS 16


static int
apply_started(gms_session_t *s, const gms_event_t *event)
{
    if (gms_session_is_open(s)) {
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
    s->rounds = 0;
    s->round_key[0] = '\0';
    gms_rounds_reset(&s->pace);
    memset(&s->last_shot, 0, sizeof(s->last_shot));
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

    if (!gms_session_is_open(s)
        || strcmp(s->session.id, event->u.session.id) != 0) {
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


/* Holes found late do not turn the clock back. */
static void
keep_pace(gms_session_t *s, const gms_event_t *event)
{
    gms_session_instant_t at;
    double                t_s, last_s;

    at.real_ns = event->u.shot.frame_real_ns;
    at.mono_ns = event->u.shot.frame_mono_ns;
    memcpy(at.boot_id, event->boot_id, sizeof(at.boot_id));

    last_s = s->pace.last_s;
    t_s = gms_session_pace_s(s, &at);
    gms_rounds_shot(&s->pace, &s->session.rounds, t_s);

    if (t_s > last_s || s->last_shot.boot_id[0] == '\0') {
        s->last_shot = at;
    }
}


static int
apply_shot(gms_session_t *s, const gms_event_t *event)
{
    gms_session_shot_t *row;
    uint32_t            capacity;

    if (!gms_session_is_open(s) || event->u.shot.n != s->shots + 1
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
    keep_pace(s, event);
    return GMS_OK;
}


static int
apply_round(gms_session_t *s, const gms_event_t *event)
{
    const gms_event_round_t *round = &event->u.round;
    gms_event_round_t       *row;
    uint32_t                 capacity;

    if (!gms_session_is_open(s) || round->round != s->rounds + 1
        || round->first != gms_session_round_first(s)
        || round->last < round->first || round->last > s->shots)
    {
        return GMS_ECORRUPT;
    }

    if (s->rounds == s->rounds_capacity) {
        capacity = s->rounds_capacity ? s->rounds_capacity * 2
                                      : GMS_SESSION_ROUND_ROWS;
        row = realloc(s->round, capacity * sizeof(*row));

        if (row == NULL) {
            return GMS_ENOMEM;
        }

        s->round = row;
        s->rounds_capacity = capacity;
    }

    s->round[s->rounds++] = *round;

    if (round->last == s->shots) {
        gms_rounds_reset(&s->pace); /* else it has begun with the next one */
    }

    if (round->by == GMS_ROUND_BY_COMMAND) {
        memcpy(s->round_key, event->key, sizeof(s->round_key));
    }

    return GMS_OK;
}


static int
apply_removed(gms_session_t *s, const gms_event_t *event)
{
    uint32_t n = event->u.removed.n;

    if (!gms_session_is_open(s) || n == 0 || n > s->shots
        || s->shot[n - 1].removed) {
        return GMS_ECORRUPT;
    }

    s->shot[n - 1].removed = true;
    count(s, &s->shot[n - 1].shot, -1);
    return GMS_OK;
}


static int
apply_paper(gms_session_t *s, const gms_event_t *event)
{
    if (!gms_session_is_open(s) || event->u.paper.paper != s->paper) {
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

    case GMS_EVENT_ROUND:
        rc = apply_round(s, event);
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
