/* gms_session: what decide and apply share: see session.h. */

#include "session.h"

#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"


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
    free(s->round);
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


bool
gms_session_is_open(const gms_session_t *s)
{
    return s->has_session && s->state != GMS_LANE_IDLE;
}


uint32_t
gms_session_round_first(const gms_session_t *s)
{
    return s->rounds > 0 ? s->round[s->rounds - 1].last + 1 : 1;
}


double
gms_session_pace_s(const gms_session_t *s, const gms_session_instant_t *at)
{
    bool one_boot = strcmp(at->boot_id, s->last_shot.boot_id) == 0
        && at->mono_ns != 0 && s->last_shot.mono_ns != 0;
    int64_t gap_ns = one_boot ? at->mono_ns - s->last_shot.mono_ns
                              : at->real_ns - s->last_shot.real_ns;

    /* Holes that were found late may be older than the last one. */
    return s->pace.last_s + (gap_ns > 0 ? (double) gap_ns / (double) GMS_S : 0);
}


gms_round_state_e
gms_session_round_state(
    const gms_session_t *s, const gms_session_instant_t *now)
{
    return gms_session_is_open(s) ? gms_rounds_at(
               &s->pace, &s->session.rounds, gms_session_pace_s(s, now))
                                  : GMS_ROUND_OPEN;
}
