#include "turn.h"

#include <string.h>

#include "../../ipc/error.h"
#include "calibrate.h"
#include "homography.h"

#define GMS_TURNS 8


/* What is upright in this view, as far as c is a guide. */
static int
turn_upright(
    gms_calibration_t *out, const gms_calibration_t *c, const gms_view_t *view)
{
    double h[9];

    memcpy(h, c->mm_to_px, sizeof(h));

    if (gms_calibrate_upright(h, view) != GMS_OK) {
        return GMS_EINVALID;
    }

    if (gms_calibration_set(out, h, c->origin, c->residual_mm) != GMS_OK) {
        return GMS_EINVALID;
    }

    out->lens = c->lens;

    return GMS_OK;
}


int
gms_turn_view(const gms_calibration_t *c, gms_view_t *view)
{
    gms_calibration_t upright;
    gms_view_t        tried;
    int               i;

    memset(&tried, 0, sizeof(tried));

    for (i = 0; i < GMS_TURNS; i++) {
        tried.rotate = i % 4 * 90;
        tried.mirror = i >= 4;

        if (turn_upright(&upright, c, &tried) == GMS_OK
            && gms_calibration_same_way(c, &upright))
        {
            view->rotate = tried.rotate;
            view->mirror = tried.mirror;
            return GMS_OK;
        }
    }

    return GMS_EINVALID;
}


int
gms_turn_to(gms_calibration_t *c, const gms_view_t *view)
{
    static const double quarters[4][4] = { { 1, 0, 0, 1 }, { 0, -1, 1, 0 },
        { -1, 0, 0, -1 }, { 0, 1, -1, 0 } };
    gms_calibration_t   upright, turned;
    double              t[9], h[9];
    int                 i, side;

    if (turn_upright(&upright, c, view) != GMS_OK) {
        return GMS_EINVALID;
    }

    for (i = 0; i < GMS_TURNS; i++) {
        side = i < 4 ? 1 : -1;
        memset(t, 0, sizeof(t));
        t[0] = side * quarters[i % 4][0];
        t[1] = quarters[i % 4][1];
        t[3] = side * quarters[i % 4][2];
        t[4] = quarters[i % 4][3];
        t[8] = 1;
        gms_homography_multiply(h, c->mm_to_px, t);

        if (gms_calibration_set(&turned, h, c->origin, c->residual_mm) == GMS_OK
            && gms_calibration_same_way(&turned, &upright))
        {
            turned.confirmed = c->confirmed;
            turned.lens = c->lens;
            *c = turned;
            return GMS_OK;
        }
    }

    return GMS_EINVALID;
}
