/* gms_counted: see counted.h. */

#include "counted.h"

#include <math.h>

#include "../base/clock.h"


/* A shot that was assigned to an earlier round stands with it, behind those
 * that were there. */
static void
insert(gms_counted_t *out, int n, gms_counted_t shot)
{
    for (; n > 0 && out[n - 1].round > shot.round; n--) {
        out[n] = out[n - 1];
    }
    out[n] = shot;
}


int
gms_counted_collect(const gms_session_t *session, gms_counted_t *out)
{
    uint32_t closed = 0;
    int      n = 0;

    for (uint32_t i = 0; i < session->shots; i++) {
        const gms_session_shot_t *row = &session->shot[i];
        const gms_event_shot_t   *shot = &row->shot;
        double t_s = (double) (shot->frame_real_ns - session->started_ns)
            / (double) GMS_S;

        /* Closed rounds by their borders, then the open one. */
        uint32_t round = gms_session_round_of(session, row, &closed);

        if (row->standing != GMS_STANDING_YES || shot->sighter || shot->unplaced
            || shot->window != GMS_WINDOW_IN)
        {
            continue;
        }
        /* Nobody saw when a shot was fired while the lane was down. */
        insert(out, n++,
            (gms_counted_t){ { shot->x_mm, shot->y_mm }, shot->n, round,
                shot->recovered ? (double) NAN : t_s,
                shot->order_unknown || shot->recovered || row->round != 0 });
    }
    return n;
}
