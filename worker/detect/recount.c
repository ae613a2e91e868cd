/* gms_recount: see recount.h. */

#include "recount.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/median.h"
#include "../target/relocate.h"
#include "../target/sample.h"

/* Both are sampled so often along a caliber; their light is compared in tiles
 * of so many calibers: wide enough that holes are the lesser part. */
#define SAMPLES 8
#define TILE (5 * SAMPLES)
#define SIDE_MAX 2048

/* The open part of a hole; what lies around a lone one, to tell it from a hand
 * or a crease.  Radii in calibers. */
#define CORE 0.4
#define AROUND_FROM 0.95
#define AROUND_TO 1.3

/* A hole changes its core by so many levels, and this share of what was there;
 * a new one that nobody saw must be clearer than one that is known. */
#define HOLE_LEVELS 7.0
#define HOLE_SHARE 0.2
#define KNOWN_SHARE 0.5

/* Of that, as much around it is no disc. */
#define AROUND_SHARE 0.4

/* A known hole is looked for so far from its place, and explains what differs
 * so far from it: torn paper.  Calibers. */
#define NEAR 0.3
#define TORN 1.15

/* Light changes from place to place by no more than this. */
#define LIGHT_SHARE 0.3

typedef struct {
    int    side;
    double step_mm;
    double radius_mm; /* in which holes count */
    float *was;       /* < 0: not in the picture */
    float *now;
    float *core; /* change of the disc here, of what makes a hole */
} grid_t;


static double
place_mm(const grid_t *g, int i)
{
    return (i - (g->side - 1) / 2.0) * g->step_mm;
}


static void
read_picture(const grid_t *g, float *out, const gms_image_t *image,
    const gms_calibration_t *c)
{
    for (int j = 0; j < g->side; j++) {
        for (int i = 0; i < g->side; i++) {
            double x, y;

            gms_calibration_to_px(c, place_mm(g, i), place_mm(g, j), &x, &y);
            out[(ptrdiff_t) j * g->side + i] = (float) gms_sample(image, x, y);
        }
    }
}


/* The light of a tile beside what it was: median of the ratios. */
static double
light_of(const grid_t *g, int i0, int j0, int size, double *ratio)
{
    int n = 0;

    for (int j = j0; j < j0 + size && j < g->side; j += 2) {
        for (int i = i0; i < i0 + size && i < g->side; i += 2) {
            ptrdiff_t k = (ptrdiff_t) j * g->side + i;

            if (g->was[k] > 0 && g->now[k] >= 0) {
                ratio[n++] = (double) (g->now[k] / g->was[k]);
            }
        }
    }
    return n > 0 ? gms_median(ratio, n) : 1;
}


/* The later picture in the light of the first one. */
static int
even_light(grid_t *g)
{
    size_t  n = (size_t) g->side * (size_t) g->side;
    double *ratio = malloc(n * sizeof(*ratio));
    double  all;

    if (ratio == NULL) {
        return GMS_ENOMEM;
    }
    all = light_of(g, 0, 0, g->side, ratio);
    for (int j0 = 0; j0 < g->side; j0 += TILE) {
        for (int i0 = 0; i0 < g->side; i0 += TILE) {
            double light = light_of(g, i0, j0, TILE, ratio);

            light = fmin(
                fmax(light, all * (1 - LIGHT_SHARE)), all * (1 + LIGHT_SHARE));
            for (int j = j0; j < j0 + TILE && j < g->side; j++) {
                for (int i = i0; i < i0 + TILE && i < g->side; i++) {
                    ptrdiff_t k = (ptrdiff_t) j * g->side + i;

                    if (g->now[k] >= 0 && light > 0) {
                        g->now[k] = (float) ((double) g->now[k] / light);
                    }
                }
            }
        }
    }
    free(ratio);
    return GMS_OK;
}


/* Change of the disc around a sample, of that which makes a hole there. */
static double
change_of(const grid_t *g, int i0, int j0, double from, double to)
{
    int    reach = (int) ceil(to * SAMPLES), n = 0;
    double was = 0, now = 0;

    for (int j = j0 - reach; j <= j0 + reach; j++) {
        for (int i = i0 - reach; i <= i0 + reach; i++) {
            double    d = hypot(i - i0, j - j0) / SAMPLES;
            ptrdiff_t k = (ptrdiff_t) j * g->side + i;

            if (i < 0 || j < 0 || i >= g->side || j >= g->side || d < from
                || d > to || g->was[k] < 0 || g->now[k] < 0)
            {
                continue;
            }
            was += (double) g->was[k];
            now += (double) g->now[k];
            n++;
        }
    }
    return n == 0
        ? 0
        : fabs(now - was) / n / fmax(HOLE_LEVELS, HOLE_SHARE * was / n);
}


static void
find_changes(grid_t *g)
{
    for (int j = 0; j < g->side; j++) {
        for (int i = 0; i < g->side; i++) {
            double r = hypot(place_mm(g, i), place_mm(g, j));

            g->core[(ptrdiff_t) j * g->side + i] =
                r < g->radius_mm ? (float) change_of(g, i, j, 0, CORE) : 0;
        }
    }
}


/* The clearest change within so many calibers of a place; takes it away. */
static double
strongest(grid_t *g, const double mm[2], double near, bool take)
{
    int    i0 = (int) lround(mm[0] / g->step_mm + (g->side - 1) / 2.0);
    int    j0 = (int) lround(mm[1] / g->step_mm + (g->side - 1) / 2.0);
    int    reach = (int) ceil(near * SAMPLES);
    double most = 0;

    for (int j = j0 - reach; j <= j0 + reach; j++) {
        for (int i = i0 - reach; i <= i0 + reach; i++) {
            float *v = &g->core[(ptrdiff_t) j * g->side + i];

            if (i < 0 || j < 0 || i >= g->side || j >= g->side
                || hypot(i - i0, j - j0) > near * SAMPLES)
            {
                continue;
            }
            most = fmax(most, (double) *v);
            *v = take ? 0 : *v;
        }
    }
    return most;
}


static void
look_for_shots(gms_recounted_t *out, const gms_recount_t *r, grid_t *g)
{
    out->missing = -1;
    for (int i = 0; i < r->shots; i++) {
        if (strongest(g, r->shot[i], NEAR, false) > KNOWN_SHARE) {
            out->shown++;
        } else {
            out->missing = i;
        }
    }
    for (int i = 0; i < r->shots + r->later; i++) {
        (void) strongest(g, r->shot[i], TORN, true);
    }
}


/* What is left and looks like a disc.  false: too much is. */
static bool
look_for_odd(gms_recounted_t *out, grid_t *g)
{
    for (;;) {
        ptrdiff_t best = 0, n = (ptrdiff_t) g->side * g->side;
        int       i, j;
        double    mm[2], clear;

        for (ptrdiff_t k = 1; k < n; k++) {
            best = g->core[k] > g->core[best] ? k : best;
        }
        clear = (double) g->core[best];
        if (clear < 1) {
            return true;
        }
        i = (int) (best % g->side);
        j = (int) (best / g->side);
        mm[0] = place_mm(g, i);
        mm[1] = place_mm(g, j);
        (void) strongest(g, mm, TORN, true);
        if (change_of(g, i, j, AROUND_FROM, AROUND_TO) > AROUND_SHARE * clear) {
            continue;
        }
        if (out->odd == GMS_RECOUNT_ODD_MAX) {
            return false;
        }
        memcpy(out->odd_mm[out->odd++], mm, sizeof(mm));
    }
}


/* Where the sheet is in the one picture and in the other. */
static int
lay_over(gms_calibration_t *was, gms_calibration_t *now, const gms_recount_t *r)
{
    gms_relocated_t     found;
    gms_view_t          view = { 0 };
    gms_relocate_from_t from = {
        .image = r->fresh, .calibration = was, .face = r->face
    };
    char why[200];
    int  rc = gms_calibration_set(was, r->map, GMS_CALIBRATION_AUTO, 0);

    if (rc != GMS_OK) {
        return GMS_EUNSURE;
    }
    was->lens = r->lens;
    rc = gms_relocate(&found, &from, r->last, &view, why, sizeof(why));
    if (rc == GMS_OK) {
        *now = found.calibration;
    }
    return rc;
}


int
gms_recount(gms_recounted_t *out, const gms_recount_t *r)
{
    grid_t            g = { .step_mm = r->caliber_mm / SAMPLES,
                   .radius_mm = gms_face_radius_mm(r->face) + r->caliber_mm / 2 };
    gms_calibration_t was, now;
    size_t            n;
    int               rc = lay_over(&was, &now, r);

    memset(out, 0, sizeof(*out));
    g.side = (int) (2 * (g.radius_mm + 2 * r->caliber_mm) / g.step_mm);
    if (rc != GMS_OK || g.side < TILE || g.side > SIDE_MAX) {
        return rc != GMS_OK ? rc : GMS_EUNSURE;
    }
    n = (size_t) g.side * (size_t) g.side;
    g.was = malloc(3 * n * sizeof(float));
    if (g.was == NULL) {
        return GMS_ENOMEM;
    }
    g.now = g.was + n;
    g.core = g.now + n;
    read_picture(&g, g.was, r->fresh, &was);
    read_picture(&g, g.now, r->last, &now);
    rc = even_light(&g);
    if (rc == GMS_OK) {
        find_changes(&g);
        look_for_shots(out, r, &g);
        /* most of them gone: another sheet, or somebody is before it */
        if (!look_for_odd(out, &g) || 2 * out->shown < r->shots) {
            rc = GMS_EUNSURE;
        }
    }
    free(g.was);
    return rc;
}
