/* gms_rounding: see rounding.h. */

#include "rounding.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/clock.h"
#include "publish.h"


/* A pause says so while the shooter pauses; who looks on need not wait for the
 * next shot. */
void
gms_rounding_tick(gms_scorer_t *s)
{
    const gms_session_t  *session;
    gms_session_instant_t now;
    gms_waiting_t         waiting;
    gms_round_state_e     state;
    char                  json[256];

    gms_scorer_fresh(s, GMS_INPUT_TIME, &waiting);
    waiting.input.idle_s = s->config->idle_s;
    now.real_ns = waiting.input.real_ns;
    now.mono_ns = waiting.input.mono_ns;
    memcpy(now.boot_id, s->boot_id, sizeof(now.boot_id));

    if (s->count == 0
        && gms_scorebook_is_due(&s->book, &now, s->config->idle_s)) {
        gms_scorer_input(s, &waiting);
    }

    session = gms_scorebook_active(&s->book);
    state = session != NULL ? gms_session_round_state(session, &now)
                            : GMS_ROUND_OPEN;

    if (state == s->round_state) {
        return;
    }

    s->round_state = state;

    if (state == GMS_ROUND_PENDING) {
        snprintf(json, sizeof(json),
            "{\"lane\":\"%s\",\"round\":%u,\"first\":%u,\"last\":%u,"
            "\"t_us\":%" PRId64 "}",
            s->config->name, session->rounds + 1,
            gms_session_round_first(session), session->shots,
            now.real_ns / GMS_US);
        gms_publish_ephemeral(s, "round.pending", json);
    }
}
