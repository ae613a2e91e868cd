/* gms_surround: see surround.h. */

#include "surround.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/homography.h"

/* Looked at around this many radii, less and less to either side; of change no
 * more than a share of ink's level counts, or fibres would decide it. */
#define AT_RADII 1.25
#define WIDE_RADII 0.2
#define CHANGE_MOST 0.25
#define INK_LEAST 25.0 /* levels */

/* So much of it must be ink; older holes say nothing. */
#define INK_SHARE 0.6

/* Calibers to the side that changed by so much more, fitted on simulated
 * shots; how sure that is as it is weighed, and as it was found to be,
 * calibers. */
#define CALIBERS 0.6
#define ERROR_WEIGHED 0.02
#define ERROR_FOUND 0.023
#define ERROR_PALE 0.012    /* beside, where nothing darker is behind */
#define ERROR_OVERLAP 0.016 /* beside, where an older hole is */


/* The change around a place as b[2] + b[0] * cos + b[1] * sin of the angle.
 * False: too little ink there. */
static bool
look_around(
    const gms_patch_t *v, const gms_centre_t *c, double radius, double b[3])
{
    double     reach = (AT_RADII + WIDE_RADII) * radius, ink = 0, all = 0;
    gms_part_t at = gms_patch_part(v, c->x, c->y, reach);
    double     a[9] = { 0 };

    memset(b, 0, 3 * sizeof(double));
    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            int    i = y * v->w + x;
            double dx = x - c->x, dy = y - c->y, d = hypot(dx, dy), change;
            double w = 1 - fabs(d / radius - AT_RADII) / WIDE_RADII;

            if (w <= 0) {
                continue;
            }
            all += w;
            if (v->paper[i] || v->known[i]) {
                continue;
            }
            ink += w;
            change = fabs((double) v->raw[i])
                / fmax((double) v->before[i], INK_LEAST);
            const double q[3] = { dx / d, dy / d, 1 };
            for (int k = 0; k < 9; k++) {
                a[k] += w * q[k / 3] * q[k % 3];
            }
            for (int k = 0; k < 3; k++) {
                b[k] += w * q[k] * fmin(change, CHANGE_MOST);
            }
        }
    }
    return ink >= INK_SHARE * all && gms_linear_solve(a, b, 3) == GMS_OK;
}


/* out = a * b, both 2 x 2; b turned over when asked. */
static void
multiply(const double a[4], const double b[4], bool turned, double out[4])
{
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 2; k++) {
            out[2 * i + k] = a[2 * i] * b[turned ? 2 * k : k]
                + a[2 * i + 1] * b[turned ? 2 * k + 1 : k + 2];
        }
    }
}


/* The weighted mean of two places, each with its covariance: c's, and one so
 * far from it (x, y); its share is reckoned with one error, its covariance
 * with the other, px^2. */
static void
combine(gms_centre_t *c, double x, double y, double weighed, double found)
{
    double own[4] = { c->error_px2[0], c->error_px2[1], c->error_px2[1],
        c->error_px2[2] };
    double a = own[0] + weighed, b = own[1], d = own[3] + weighed;
    double det = a * d - b * b;
    double share[4], left[4], sum[4];
    double inverse[4] = { d / det, -b / det, -b / det, a / det };

    multiply(own, inverse, false, share);
    c->x += share[0] * x + share[1] * y;
    c->y += share[2] * x + share[3] * y;

    for (int i = 0; i < 4; i++) {
        left[i] = (i % 3 == 0) - share[i];
    }
    multiply(left, own, false, inverse);
    multiply(inverse, left, true, own);
    multiply(share, share, true, sum);
    c->error_px2[0] = own[0] + found * sum[0];
    c->error_px2[1] = own[1] + found * sum[1];
    c->error_px2[2] = own[3] + found * sum[3];
}


void
gms_surround_better(const gms_patch_t *v, double caliber_px, gms_centre_t *c)
{
    double weighed = ERROR_WEIGHED * caliber_px, b[3];
    double found = caliber_px
        * (ERROR_FOUND + ERROR_PALE * c->pale
            + (v->overlap ? ERROR_OVERLAP : 0));
    double further = CALIBERS * caliber_px;

    if (look_around(v, c, caliber_px / 2, b)) {
        combine(c, further * b[0], further * b[1], weighed * weighed,
            found * found);
    }
}
