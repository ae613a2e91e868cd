/* gms_zone: see zone.h. */

#include "zone.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/homography.h"

#define CACHE_LINE 64

/* A hole whose centre lies on the border of the zone must still be seen
 * whole, with some paper around it. */
#define MARGIN_CALIBERS 0.9
#define MARGIN_PX 6.0

#define RIM_POINTS 128


static double
zone_radius_mm(const gms_detector_config_t *config)
{
    return config->zone_mm + config->caliber_mm;
}


/* Bounds in the picture of a circle around the centre of the face. */
static int
rim_bounds(const gms_detector_config_t *config, double r_mm, double lo[2],
    double hi[2])
{
    lo[0] = lo[1] = INFINITY;
    hi[0] = hi[1] = -INFINITY;
    for (int i = 0; i < RIM_POINTS; i++) {
        double a = 2 * M_PI * i / RIM_POINTS, u, v;

        if (gms_homography_apply(config->calibration.mm_to_px, r_mm * cos(a),
                r_mm * sin(a), &u, &v)
            != GMS_OK)
        {
            return GMS_EINVALID;
        }
        lo[0] = fmin(lo[0], u);
        hi[0] = fmax(hi[0], u);
        lo[1] = fmin(lo[1], v);
        hi[1] = fmax(hi[1], v);
    }
    return GMS_OK;
}


/* One axis of the box: as wanted, whole blocks, inside the picture. */
static void
fit_axis(double lo, double hi, int picture, int block, int *start, int *size)
{
    double a = fmax(floor(lo), 0), b = fmin(ceil(hi) + 1, picture);
    int    most = picture / block * block;

    *start = 0;
    *size = 0;
    if (!(b > a)) {
        return;
    }
    *start = (int) a;
    *size = ((int) (b - a) + block - 1) / block * block;
    if (*size > most) {
        *size = most;
    }
    if (*start + *size > picture) {
        *start = picture - *size;
    }
}


static bool
in_region(const gms_view_t *view, int x, int y)
{
    return !view->has_region
        || (x >= view->region[0] && y >= view->region[1]
            && x - view->region[0] < view->region[2]
            && y - view->region[1] < view->region[3]);
}


typedef struct {
    const gms_zone_t            *zone;
    const gms_detector_config_t *config;
    double                       r_mm;
    int                          from; /* pixels of the last row looked at */
    int                          to;   /* one past them; from >= to: none */
} circle_t;


static bool
in_circle(const circle_t *c, int x, int y)
{
    double mx, my;

    return gms_homography_apply(c->config->calibration.px_to_mm, c->zone->x + x,
               c->zone->y + y, &mx, &my)
        == GMS_OK
        && hypot(mx, my) <= c->r_mm;
}


/* A pixel of row y within the circle, -1: none. */
static int
seed(const circle_t *c, int y)
{
    int middle = c->from + (c->to - c->from) / 2;

    if (c->from < c->to && in_circle(c, middle, y)) {
        return middle;
    }
    for (int x = 0; x < c->zone->w; x++) {
        if (in_circle(c, x, y)) {
            return x;
        }
    }
    return -1;
}


/* The stretch of row y: a circle on the face is convex in the picture, so that
 * there is one, which ends near where that of the row above does. */
static void
find_stretch(circle_t *c, int y)
{
    int x = seed(c, y), last = x;

    if (x < 0) {
        c->from = c->to = 0;
        return;
    }
    if (c->from < c->to) {
        last = c->to - 1 > x ? c->to - 1 : x;
        x = c->from < x ? c->from : x;
    }
    while (x > 0 && in_circle(c, x - 1, y)) {
        x--;
    }
    while (!in_circle(c, x, y)) {
        x++;
    }
    while (last + 1 < c->zone->w && in_circle(c, last + 1, y)) {
        last++;
    }
    while (!in_circle(c, last, y)) {
        last--;
    }
    c->from = x;
    c->to = last + 1;
}


/* Marks all pixels; sets the spans of the rows of blocks. */
static void
mark(gms_zone_t *zone, const gms_detector_config_t *config, double margin_mm)
{
    circle_t inner = {
        .zone = zone, .config = config, .r_mm = zone_radius_mm(config)
    };
    circle_t outer = inner;

    outer.r_mm += margin_mm;
    for (int y = 0; y < zone->h; y++) {
        int      block = y / GMS_BLOCK_H;
        uint8_t *row = zone->inside + (size_t) y * (size_t) zone->w;

        find_stretch(&inner, y);
        find_stretch(&outer, y);
        if (outer.from < outer.to) {
            int a = outer.from / GMS_BLOCK_W * GMS_BLOCK_W;
            int b = ((outer.to - 1) / GMS_BLOCK_W + 1) * GMS_BLOCK_W;

            zone->from[block] = a < zone->from[block] ? a : zone->from[block];
            zone->to[block] = b > zone->to[block] ? b : zone->to[block];
        }
        for (int x = inner.from; x < inner.to; x++) {
            row[x] = in_region(&config->view, zone->x + x, zone->y + y);
            zone->area += row[x];
        }
    }
}


double
gms_zone_caliber_px(const gms_zone_t *zone, const gms_detector_config_t *config,
    double x, double y)
{
    double mx, my, j[4];

    if (gms_homography_apply(
            config->calibration.px_to_mm, zone->x + x, zone->y + y, &mx, &my)
            == GMS_OK
        && gms_homography_jacobian(config->calibration.mm_to_px, mx, my, j)
            == GMS_OK)
    {
        return config->caliber_mm * sqrt(fabs(j[0] * j[3] - j[1] * j[2]));
    }
    return zone->caliber_px;
}


int16_t *
gms_zone_plane(const gms_zone_t *zone)
{
    size_t   n = (size_t) zone->w * (size_t) zone->h * sizeof(int16_t);
    int16_t *plane;

    n = (n + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    plane = aligned_alloc(CACHE_LINE, n);
    if (plane != NULL) {
        memset(plane, 0, n);
    }
    return plane;
}


static int
place_box(gms_zone_t *zone, const gms_detector_config_t *config,
    double margin_mm, char *err, size_t err_size)
{
    double lo[2], hi[2];

    if (rim_bounds(config, zone_radius_mm(config) + margin_mm, lo, hi)
        != GMS_OK) {
        snprintf(err, err_size,
            "the calibration puts a part of the face"
            " beyond the horizon: calibrate again");
        return GMS_EINVALID;
    }
    fit_axis(lo[0], hi[0], zone->picture_w, GMS_BLOCK_W, &zone->x, &zone->w);
    fit_axis(lo[1], hi[1], zone->picture_h, GMS_BLOCK_H, &zone->y, &zone->h);
    if (zone->w < 4 * GMS_BLOCK_W || zone->h < 8 * GMS_BLOCK_H) {
        snprintf(err, err_size,
            "the face does not lie in the picture:"
            " calibrate again");
        return GMS_EINVALID;
    }
    return GMS_OK;
}


int
gms_zone_init(gms_zone_t *zone, const gms_detector_config_t *config,
    int picture_w, int picture_h, char *err, size_t err_size)
{
    double margin_mm;
    int    rc;

    memset(zone, 0, sizeof(*zone));
    zone->picture_w = picture_w;
    zone->picture_h = picture_h;
    zone->caliber_px = config->caliber_mm * config->calibration.px_per_mm;
    if (!(zone->caliber_px >= GMS_CALIBER_PX_MIN
            && zone->caliber_px <= GMS_CALIBER_PX_MAX))
    {
        snprintf(err, err_size,
            "a hole would be %.1f px wide; move the camera"
            " so that it is %.0f to %.0f px",
            zone->caliber_px, GMS_CALIBER_PX_MIN, GMS_CALIBER_PX_MAX);
        return GMS_EINVALID;
    }

    margin_mm = MARGIN_CALIBERS * config->caliber_mm
        + MARGIN_PX / config->calibration.px_per_mm;
    rc = place_box(zone, config, margin_mm, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    zone->blocks = zone->h / GMS_BLOCK_H;
    zone->from = calloc((size_t) zone->blocks, sizeof(int));
    zone->to = calloc((size_t) zone->blocks, sizeof(int));
    zone->inside = calloc((size_t) zone->w, (size_t) zone->h);
    if (zone->from == NULL || zone->to == NULL || zone->inside == NULL) {
        gms_zone_close(zone);
        return GMS_ENOMEM;
    }
    for (int b = 0; b < zone->blocks; b++) {
        zone->from[b] = zone->w;
    }
    mark(zone, config, margin_mm);
    if (zone->area == 0) {
        gms_zone_close(zone);
        snprintf(err, err_size,
            "the region of the camera leaves nothing of"
            " the face");
        return GMS_EINVALID;
    }
    return GMS_OK;
}


void
gms_zone_close(gms_zone_t *zone)
{
    free(zone->from);
    free(zone->to);
    free(zone->inside);
    memset(zone, 0, sizeof(*zone));
}
