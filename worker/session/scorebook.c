/* gms_scorebook: what decide and apply share: see scorebook.h. */

#include "scorebook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "conduct.h"
#include "tips.h"


int
gms_scorebook_init(gms_scorebook_t *b, const char *lane, uint64_t epoch)
{
    memset(b, 0, sizeof(*b));

    if (strlen(lane) >= sizeof(b->lane)) {
        return GMS_EINVALID;
    }

    strcpy(b->lane, lane);
    b->epoch = epoch;
    b->active = -1;
    return GMS_OK;
}


void
gms_scorebook_free(gms_scorebook_t *b)
{
    int i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        free(b->session[i].shot);
        free(b->session[i].round);
        free(b->session[i].correction);
        free(b->session[i].tip);
    }

    memset(b, 0, sizeof(*b));
}


void
gms_scorebook_begin_after(
    gms_scorebook_t *b, const gms_scorebook_before_t *before)
{
    b->seq = before->after;
    b->cold = before->cold;
    b->newest_ns = before->newest_ns;

    if (before->has_calibration) {
        b->has_calibration = true;
        b->calibration_seq = before->calibration.seq;
        b->calibration = before->calibration.u.calibration;
    }
}


const gms_session_t *
gms_scorebook_active(const gms_scorebook_t *b)
{
    return b->active >= 0 ? &b->session[b->active] : NULL;
}


gms_lane_state_e
gms_scorebook_state(const gms_scorebook_t *b)
{
    const gms_session_t *active = gms_scorebook_active(b);

    if (active == NULL) {
        return GMS_LANE_IDLE;
    }

    return active->state == GMS_SESSION_PAUSED ? GMS_LANE_PAUSED
                                               : GMS_LANE_LIVE;
}


const gms_session_t *
gms_scorebook_shown(const gms_scorebook_t *b)
{
    int i;

    if (b->active >= 0) {
        return &b->session[b->active];
    }

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (b->session[i].state == GMS_SESSION_ENDED) {
            return &b->session[i];
        }
    }

    return NULL;
}


const gms_session_t *
gms_scorebook_find(const gms_scorebook_t *b, const char *id)
{
    int i;

    if (id[0] == '\0') {
        return gms_scorebook_active(b);
    }

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (b->session[i].state != GMS_SESSION_NONE
            && b->session[i].state != GMS_SESSION_DISCARDED
            && strcmp(b->session[i].id, id) == 0)
        {
            return &b->session[i];
        }
    }

    return NULL;
}


const gms_session_t *
gms_scorebook_discarded(const gms_scorebook_t *b, const char *id)
{
    int i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        if (b->session[i].state == GMS_SESSION_DISCARDED
            && strcmp(b->session[i].id, id) == 0)
        {
            return &b->session[i];
        }
    }

    return NULL;
}


int
gms_scorebook_open(const gms_scorebook_t *b)
{
    int i, n = 0;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        n += gms_session_is_open(&b->session[i]);
    }

    return n;
}


int32_t
gms_scorebook_paper_shots(const gms_scorebook_t *b)
{
    const gms_session_t *s;
    int32_t              n = 0;
    int                  i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        s = &b->session[i];
        n += gms_session_is_open(s) ? gms_session_paper_shots(s, s->paper) : 0;
    }

    return n;
}


bool
gms_scorebook_is_due(
    const gms_scorebook_t *b, const gms_session_instant_t *now, double idle_s)
{
    const gms_session_t *s;
    int                  i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        s = &b->session[i];

        if (gms_session_left_s(s, now, idle_s) > 0
            || gms_conduct_is_over(s, now) || gms_tips_is_due(s, now)
            || (gms_session_round_state(s, now) == GMS_ROUND_CLOSED
                && gms_session_round_first(s) <= s->shots))
        {
            return true;
        }
    }

    return false;
}


/* The event that a command is known by. */
static gms_event_kind_e
kind_of(gms_input_kind_e kind)
{
    static const gms_event_kind_e kinds[] = {
        [GMS_INPUT_START] = GMS_EVENT_SESSION_STARTED,
        [GMS_INPUT_END] = GMS_EVENT_SESSION_ENDED,
        [GMS_INPUT_PAUSE] = GMS_EVENT_SESSION_PAUSED,
        [GMS_INPUT_RESUME] = GMS_EVENT_SESSION_RESUMED,
        [GMS_INPUT_REOPEN] = GMS_EVENT_SESSION_REOPENED,
        [GMS_INPUT_ACTIVATE] = GMS_EVENT_SESSION_ACTIVATED,
        [GMS_INPUT_CLAIM] = GMS_EVENT_SESSION_CLAIMED,
        [GMS_INPUT_INTO] = GMS_EVENT_SESSION_DISCARDED,
        [GMS_INPUT_DISCARD] = GMS_EVENT_SESSION_DISCARDED,
        [GMS_INPUT_SIGHTERS] = GMS_EVENT_SESSION_SIGHTERS,
        [GMS_INPUT_RECORD] = GMS_EVENT_SESSION_RECORD,
        [GMS_INPUT_JOIN] = GMS_EVENT_SESSION_JOINED,
        [GMS_INPUT_SHOT] = GMS_EVENT_SHOT,
        [GMS_INPUT_REMOVE] = GMS_EVENT_SHOT_REMOVED,
        [GMS_INPUT_ADD] = GMS_EVENT_SHOT,
        [GMS_INPUT_CORRECT] = GMS_EVENT_CORRECTION,
        [GMS_INPUT_TAKE] = GMS_EVENT_CORRECTION,
        [GMS_INPUT_CALIBRATION] = GMS_EVENT_CALIBRATION,
        [GMS_INPUT_CONFIRM] = GMS_EVENT_CALIBRATION,
        [GMS_INPUT_PAPER] = GMS_EVENT_PAPER,
        [GMS_INPUT_RANGE] = GMS_EVENT_RANGE,
        [GMS_INPUT_COMPLAINT] = GMS_EVENT_COMPLAINT,
        [GMS_INPUT_COMPLAINT_CLOSE] = GMS_EVENT_COMPLAINT_CLOSED,
        [GMS_INPUT_ROUND] = GMS_EVENT_ROUND,
        [GMS_INPUT_COURSE] = GMS_EVENT_COURSE,
        [GMS_INPUT_TIP] = GMS_EVENT_TIP,
        [GMS_INPUT_TIP_CHANGE] = GMS_EVENT_TIP_CHANGED,
        [GMS_INPUT_CALL] = GMS_EVENT_CALL,
    };

    return (size_t) kind < sizeof(kinds) / sizeof(kinds[0]) ? kinds[kind] : 0;
}


const gms_answer_t *
gms_scorebook_answered(const gms_scorebook_t *b, const gms_input_t *input)
{
    unsigned i;

    for (i = b->answers; input->key[0] != '\0' && i-- > 0; /* void */) {
        if (b->answer[i].kind == kind_of(input->kind)
            && strcmp(b->answer[i].key, input->key) == 0)
        {
            return &b->answer[i];
        }
    }

    return NULL;
}


void
gms_scorebook_answer(
    gms_answer_t *answer, const gms_scorebook_t *b, const char *session)
{
    const gms_session_t *s = gms_scorebook_find(b, session);

    memset(answer, 0, sizeof(*answer));
    answer->seq = b->seq;
    answer->cold = b->cold;
    snprintf(answer->session, sizeof(answer->session), "%s", session);

    if (s != NULL) {
        strcpy(answer->session, s->id);
        answer->total = s->total;
        answer->round = s->rounds + 1;
        answer->first = gms_session_round_first(s);
        answer->paper = s->last_paper;
    }
}
