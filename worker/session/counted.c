/* gms_counted: see counted.h. */

#include "counted.h"

#include <math.h>

#include "../base/clock.h"


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
        while (
            closed < session->rounds && session->round[closed].last < shot->n) {
            closed++;
        }
        if (row->removed || shot->sighter || shot->window != GMS_WINDOW_IN) {
            continue;
        }
        /* Nobody saw when a shot was fired while the lane was down. */
        out[n++] = (gms_counted_t){ { shot->x_mm, shot->y_mm }, shot->n,
            closed + 1, shot->recovered ? (double) NAN : t_s,
            shot->order_unknown || shot->recovered };
    }
    return n;
}
