/*
 * The builtin detector on another calibration of the same paper: the camera
 * panned, zoomed or was knocked.  What is known of the paper goes along.
 */

#include "builtin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/homography.h"

/* A camera's picture is blurred by about this sigma, px; sharper ones are
 * seldom. */
#define BLUR_PX 0.8

/* From this on a picture is made smaller; places of the old one are taken at
 * most so many of its pixels apart, as far as five across reach. */
#define SHRINKS 1.1
#define SHRINK_STEP 1.4

/* What was known before, taken out of the detector. */
typedef struct {
    gms_zone_t    zone;
    int16_t      *background;
    int16_t      *noise;
    gms_holes_t  *holes; /* its discs and radii alone */
    gms_witness_t witness;
    double        edge_px;
    double        freshness;
} baggage_t;


static void
drop(baggage_t *old)
{
    gms_zone_close(&old->zone);
    gms_witness_close(&old->witness);
    free(old->background);
    free(old->noise);
    free(old->holes);
}


static int
pack(gms_builtin_t *run, baggage_t *old)
{
    memset(old, 0, sizeof(*old));
    old->holes = malloc(sizeof(*old->holes));
    if (old->holes == NULL) {
        return GMS_ENOMEM;
    }
    *old->holes = run->holes;
    old->background = run->change.background;
    old->noise = run->change.noise;
    old->zone = run->zone;
    old->witness = run->witness;
    old->edge_px = run->change.edge_px;
    old->freshness = run->change.freshness;
    run->change.background = run->change.noise = NULL;
    memset(&run->zone, 0, sizeof(run->zone));
    memset(&run->witness, 0, sizeof(run->witness));
    return GMS_OK;
}


/* Level of a plane between its pixels; false: it was not seen there. */
static bool
sample(
    const baggage_t *old, const int16_t *plane, double x, double y, double *v)
{
    const gms_zone_t *zone = &old->zone;
    int               ix = (int) floor(x), iy = (int) floor(y), b;
    double            fx = x - ix, fy = y - iy;
    const int16_t    *p;

    if (ix < 0 || iy < 0 || ix + 1 >= zone->w || iy + 1 >= zone->h) {
        return false;
    }
    for (int i = 0; i < 2; i++) {
        b = (iy + i) / GMS_BLOCK_H;
        if (ix < zone->from[b] || ix + 1 >= zone->to[b]) {
            return false;
        }
    }
    p = plane + (ptrdiff_t) iy * zone->w + ix;
    *v = (1 - fy) * ((1 - fx) * p[0] + fx * p[1])
        + fy * ((1 - fx) * p[zone->w] + fx * p[zone->w + 1]);
    return true;
}


/* How a picture of before is made smaller: the mean of side x side of its
 * places, over a square of so many new pixels. */
typedef struct {
    int    side;
    double width_px;
} shrink_t;


/* Both planes at a place of the new zone, so that what is seen smaller does
 * not break into pixels. */
static bool
sample_both(const baggage_t *old, const double back[9], double x, double y,
    const shrink_t *shrink, double *level, double *noise)
{
    int    side = shrink->side;
    double u, v, a, b, step = shrink->width_px / side;

    *level = *noise = 0;
    for (int i = 0; i < side * side; i++) {
        double dx = (i % side - (side - 1) / 2.0) * step;
        double dy = (i / side - (side - 1) / 2.0) * step;

        if (gms_homography_apply(back, x + dx, y + dy, &u, &v) != GMS_OK
            || !(fabs(u) < 1e5 && fabs(v) < 1e5)
            || !sample(
                old, old->background, u - old->zone.x, v - old->zone.y, &a)
            || !sample(old, old->noise, u - old->zone.x, v - old->zone.y, &b))
        {
            return false;
        }
        *level += a / (side * side);
        *noise += b / (side * side);
    }
    return true;
}


/* What blurs a picture, lens, sensor and codec, is so many pixels wide at any
 * zoom: shrunk with the picture of before, it must be added. */
static shrink_t
shrink_of(const gms_zone_t *zone, const double back[9])
{
    double   j[4], scale = 1;
    shrink_t out = { 1, 1 };

    if (gms_homography_jacobian(
            back, zone->x + zone->w / 2.0, zone->y + zone->h / 2.0, j)
        == GMS_OK)
    {
        scale = sqrt(fabs(j[0] * j[3] - j[1] * j[2]));
    }
    if (scale > SHRINKS) {
        out.width_px = fmax(1, BLUR_PX * sqrt(12 * (1 - 1 / (scale * scale))));
        out.side = (int) ceil(out.width_px * scale / SHRINK_STEP);
        out.side = out.side < 2 ? 2 : out.side > 5 ? 5 : out.side;
    }
    return out;
}


/* The planes as seen from the new place; what was not seen is covered. */
static void
unpack_planes(gms_builtin_t *run, const baggage_t *old, const double back[9])
{
    const gms_zone_t *zone = &run->zone;
    const shrink_t    shrink = shrink_of(zone, back);

    run->has_hidden = false;
    for (int y = 0; y < zone->h; y++) {
        for (int x = 0; x < zone->w; x++) {
            ptrdiff_t i = (ptrdiff_t) y * zone->w + x;
            double    level, noise;

            run->covered[i] = 1;
            if (sample_both(old, back, x + zone->x, y + zone->y, &shrink,
                    &level, &noise)) {
                run->change.background[i] = (int16_t) lrint(level);
                run->change.noise[i] = (int16_t) lrint(noise);
                run->covered[i] = 0;
            }
        }
    }
}


static void
unpack_holes(gms_builtin_t *run, const baggage_t *old, const double map[9])
{
    for (int i = 0; i < old->holes->discs; i++) {
        gms_disc_t d = old->holes->disc[i];
        double     x = (double) d.x + old->zone.x;
        double     y = (double) d.y + old->zone.y, u, v, j[4];

        if (gms_homography_apply(map, x, y, &u, &v) == GMS_OK
            && gms_homography_jacobian(map, x, y, j) == GMS_OK
            && fabs(u) < GMS_IMAGE_SIDE_MAX && fabs(v) < GMS_IMAGE_SIDE_MAX)
        {
            d.x = (float) (u - run->zone.x);
            d.y = (float) (v - run->zone.y);
            d.r *= (float) sqrt(fabs(j[0] * j[3] - j[1] * j[2]));
            gms_holes_add(&run->holes, &d);
        }
    }
}


int
gms_move(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_calibration_t *calibration, const double map[9], char *err,
    size_t err_size)
{
    gms_calibration_t was = config->calibration;
    gms_zone_t        fits;
    baggage_t         old;
    double            back[9];
    int               w = run->zone.picture_w, h = run->zone.picture_h, rc;

    rc = gms_homography_invert(back, map);
    if (rc != GMS_OK) {
        return rc;
    }
    config->calibration = *calibration;
    rc = gms_zone_init(&fits, config, w, h, err, err_size);
    if (rc == GMS_OK) {
        gms_zone_close(&fits);
        rc = pack(run, &old);
    }
    if (rc != GMS_OK) {
        config->calibration = was;
        return rc;
    }
    gms_builtin_release(run);
    rc = gms_builtin_prepare(run, config, w, h, err, err_size);
    if (rc != GMS_OK) {
        drop(&old);
        run->known = false;
        run->learned = 0;
        return GMS_ENOMEM;
    }
    unpack_planes(run, &old, back);
    unpack_holes(run, &old, map);
    run->change.edge_px = old.edge_px;
    run->change.freshness = old.freshness;
    if (old.witness.side == run->witness.side) {
        gms_witness_t empty = run->witness;

        run->witness = old.witness;
        old.witness = empty;
    }
    drop(&old);
    gms_register_reset(&run->reg);
    gms_field_reset(&run->field);
    gms_builtin_settle(run);
    memcpy(run->steady, run->reg.map, sizeof(run->steady));
    return GMS_OK;
}
