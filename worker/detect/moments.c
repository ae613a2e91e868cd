/* gms_moments: see moments.h. */

#include "moments.h"

#include <math.h>

/* Seen within these radii; a pixel counts by its gain, up to so much of it. */
#define REACH_RADII 1.3
#define GAIN_MOST 0.3


bool
gms_moments_look(const gms_patch_t *v, double x, double y, double caliber_px,
    gms_moments_t *m)
{
    double     reach = REACH_RADII * caliber_px / 2, sum = 0;
    gms_part_t at = gms_patch_part(v, x, y, reach);

    *m = (gms_moments_t){ 0 };
    for (int row = at.y0; row < at.y1; row++) {
        for (int column = at.x0; column < at.x1; column++) {
            double dx = column - x, dy = row - y;
            double g = fmin((double) v->gain[row * v->w + column], GAIN_MOST);

            if (g > 0 && dx * dx + dy * dy <= reach * reach) {
                sum += g;
                m->x += g * dx;
                m->y += g * dy;
                m->xx += g * dx * dx;
                m->xy += g * dx * dy;
                m->yy += g * dy * dy;
            }
        }
    }
    if (sum <= 0) {
        return false;
    }
    m->x /= sum;
    m->y /= sum;
    m->xx = m->xx / sum - m->x * m->x;
    m->xy = m->xy / sum - m->x * m->y;
    m->yy = m->yy / sum - m->y * m->y;
    return true;
}
