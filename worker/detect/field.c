/* gms_field: see field.h. */

#include "field.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/median.h"
#include "hot.h"

/* Rounds of a picture: the second only when the first went far. */
#define ROUNDS 2
#define SETTLED_PX 0.05

/* What an anchor says reaches this far: each pass of 1 2 1 adds half a
 * cell squared to the variance: 1.4 cells in all. */
#define PASSES 4

/* Toward flat, against one anchor right at the node (its strength counts 1):
 * what nobody says must not add up from picture to picture. */
#define REGULAR 0.1

/* At most this in a round, and in all: more is no paper in its clamps. */
#define STEP_MAX_PX 1.2
#define BEND_MAX_PX 4.0

/* An anchor that is left further than this many times the usual counts for
 * little; none is better than this, px. */
#define OUTLIER 3.0
#define USUAL_MIN_PX 0.05

/* Nor does one of this correlation: it shows a hole beside its print. */
#define DOUBT 0.5

/* Less is not worth the resampling. */
#define MATTERS_PX 0.06

#define GRIDS 5 /* gx gx, gx gy, gy gy, and what pulls in x and y */


int
gms_field_init(gms_field_t *field, const gms_zone_t *zone)
{
    size_t nodes;

    memset(field, 0, sizeof(*field));
    field->zone = zone;
    field->w = zone->w / GMS_FIELD_CELL + 2;
    field->h = zone->h / GMS_FIELD_CELL + 2;
    nodes = (size_t) field->w * (size_t) field->h;
    field->x = calloc(nodes, sizeof(float));
    field->y = calloc(nodes, sizeof(float));
    field->sums = calloc(nodes * (GRIDS + 1), sizeof(float));
    if (field->x == NULL || field->y == NULL || field->sums == NULL) {
        gms_field_close(field);
        return GMS_ENOMEM;
    }
    return GMS_OK;
}


void
gms_field_close(gms_field_t *field)
{
    free(field->x);
    free(field->y);
    free(field->sums);
    memset(field, 0, sizeof(*field));
}


void
gms_field_reset(gms_field_t *field)
{
    size_t size = (size_t) field->w * (size_t) field->h * sizeof(float);

    memset(field->x, 0, size);
    memset(field->y, 0, size);
    field->on = false;
    field->left_px = 0;
}


/* The node up and left of a place, and the place's share of the next ones. */
static int
node_of(const gms_field_t *field, double x, double y, float *fx, float *fy)
{
    double u = x / GMS_FIELD_CELL, v = y / GMS_FIELD_CELL;
    int    i, j;

    u = u < 0 ? 0 : u > field->w - 1.001 ? field->w - 1.001 : u;
    v = v < 0 ? 0 : v > field->h - 1.001 ? field->h - 1.001 : v;
    i = (int) u;
    j = (int) v;
    *fx = (float) (u - i);
    *fy = (float) (v - j);
    return j * field->w + i;
}


static double
between(const gms_field_t *field, const float *grid, int at, float fx, float fy)
{
    const float *p = grid + at, *q = p + field->w;

    return (double) ((p[0] + fx * (p[1] - p[0])) * (1 - fy)
        + (q[0] + fx * (q[1] - q[0])) * fy);
}


void
gms_field_at(
    const gms_field_t *field, double x, double y, double *dx, double *dy)
{
    float fx, fy;
    int   at = node_of(field, x, y, &fx, &fy);

    *dx = between(field, field->x, at, fx, fy);
    *dy = between(field, field->y, at, fx, fy);
}


/* 1 2 1 along a row of n >= 2 nodes. */
GMS_INLINE void
spread_across(const float *restrict p, int n, float *restrict out)
{
    out[0] = p[0] + 2 * p[0] + p[1];
    for (int x = 1; x + 1 < n; x++) {
        out[x] = p[x - 1] + 2 * p[x] + p[x + 1];
    }
    out[n - 1] = p[n - 2] + 2 * p[n - 1] + p[n - 1];
}


/* 1 2 1 both ways, again and again; beyond the border the grid repeats. */
GMS_HOT static void
spread(float *restrict grid, float *restrict tmp, int w, int h)
{
    for (int pass = 0; pass < PASSES; pass++) {
        for (int y = 0; y < h; y++) {
            spread_across(grid + y * w, w, tmp + y * w);
        }
        for (int y = 0; y < h; y++) {
            const float *p = tmp + y * w;
            const float *up = y > 0 ? p - w : p, *down = y + 1 < h ? p + w : p;

            for (int x = 0; x < w; x++) {
                grid[y * w + x] = (up[x] + 2 * p[x] + down[x]) / 16;
            }
        }
    }
}


/* What the anchors say, gathered at the nodes. */
static void
gather(gms_field_t *field, const gms_pull_t *pull, int n, const double *weight)
{
    size_t nodes = (size_t) field->w * (size_t) field->h;

    memset(field->sums, 0, nodes * GRIDS * sizeof(float));
    for (int i = 0; i < n; i++) {
        const gms_pull_t *p = &pull[i];
        float             fx, fy, w = (float) (weight[i] * p->base);
        int               at = node_of(field, p->x, p->y, &fx, &fy);
        float say[GRIDS] = { w * (float) p->a[0], w * (float) p->a[1],
            w * (float) p->a[2], w * (float) p->b[0], w * (float) p->b[1] };

        for (int g = 0; g < GRIDS; g++) {
            float *s = field->sums + (size_t) g * nodes + at;

            s[0] += say[g] * (1 - fx) * (1 - fy);
            s[1] += say[g] * fx * (1 - fy);
            s[field->w] += say[g] * (1 - fx) * fy;
            s[field->w + 1] += say[g] * fx * fy;
        }
    }
    for (int g = 0; g < GRIDS; g++) {
        spread(field->sums + (size_t) g * nodes, field->sums + GRIDS * nodes,
            field->w, field->h);
    }
}


static float
limited(float v, float most)
{
    return v < -most ? -most : v > most ? most : v;
}


/* Solves the nodes; the steps go where the pulls were gathered. */
static void
solve(gms_field_t *field)
{
    size_t       nodes = (size_t) field->w * (size_t) field->h;
    const float *xx = field->sums, *xy = xx + nodes, *yy = xy + nodes;
    float       *sx = field->sums + 3 * nodes, *sy = sx + nodes;
    const float  least = (float) (REGULAR / (2 * M_PI * PASSES / 2));

    for (size_t i = 0; i < nodes; i++) {
        float a = xx[i] + least, b = xy[i], c = yy[i] + least;
        float det = a * c - b * b;
        float px = sx[i] + least * field->x[i];
        float py = sy[i] + least * field->y[i];
        float ux = (c * px - b * py) / det, uy = (a * py - b * px) / det;

        sx[i] = limited(ux, (float) STEP_MAX_PX);
        sy[i] = limited(uy, (float) STEP_MAX_PX);
    }
}


/* Weights for the anchors by what the steps leave of each; without steps yet:
 * by how far they seem to be off. */
static void
weigh(const gms_field_t *field, const gms_pull_t *pull, int n, bool stepped,
    double *weight)
{
    size_t nodes = (size_t) field->w * (size_t) field->h;
    double left[GMS_REGISTER_ANCHORS] = { 0 }, usual;

    for (int i = 0; i < n; i++) {
        const gms_pull_t *p = &pull[i];
        float             fx, fy;
        int               at = node_of(field, p->x, p->y, &fx, &fy);
        double            rx = p->b[0], ry = p->b[1];

        if (stepped) {
            double ux = between(field, field->sums + 3 * nodes, at, fx, fy);
            double uy = between(field, field->sums + 4 * nodes, at, fx, fy);

            rx -= p->a[0] * ux + p->a[1] * uy;
            ry -= p->a[1] * ux + p->a[2] * uy;
        }
        weight[i] = left[i] = sqrt(rx * rx + ry * ry) * p->base;
    }
    usual = OUTLIER * fmax(USUAL_MIN_PX, gms_median(left, n));
    for (int i = 0; i < n; i++) {
        double q = weight[i] / usual,
               m = fmax(pull[i].match - DOUBT, 0) / (1 - DOUBT);

        weight[i] = m * m / (1 + q * q * q * q);
    }
}


/* Takes the steps; sets how far the anchors were moved. */
static void
advance(gms_field_t *field, const gms_pull_t *pull, int n)
{
    size_t       nodes = (size_t) field->w * (size_t) field->h;
    const float *sx = field->sums + 3 * nodes, *sy = sx + nodes;
    double       moved[GMS_REGISTER_ANCHORS] = { 0 };

    for (int i = 0; i < n; i++) {
        float fx, fy;
        int   at = node_of(field, pull[i].x, pull[i].y, &fx, &fy);

        moved[i] = hypot(
            between(field, sx, at, fx, fy), between(field, sy, at, fx, fy));
    }
    field->left_px = gms_smallest(moved, n, n * 3 / 4);
    for (size_t i = 0; i < nodes; i++) {
        field->x[i] = limited(field->x[i] - sx[i], (float) BEND_MAX_PX);
        field->y[i] = limited(field->y[i] - sy[i], (float) BEND_MAX_PX);
    }
}


/* One round; false when it has nothing more to say. */
static bool
follow(gms_field_t *field, const gms_register_t *reg, const gms_image_t *image)
{
    gms_pull_t pull[GMS_REGISTER_ANCHORS];
    double     weight[GMS_REGISTER_ANCHORS];
    int        n = 0;

    for (int i = 0; i < reg->level[0].anchors; i++) {
        const gms_anchor_t *an = &reg->level[0].anchor[i];
        double              dx, dy;

        gms_field_at(field, an->cx, an->cy, &dx, &dy);
        n += gms_register_pull(reg, image, i, dx, dy, &pull[n]);
    }
    if (n == 0) {
        return false;
    }
    weigh(field, pull, n, false, weight);
    gather(field, pull, n, weight);
    solve(field);
    weigh(field, pull, n, true, weight);
    gather(field, pull, n, weight);
    solve(field);
    advance(field, pull, n);
    return field->left_px > SETTLED_PX;
}


void
gms_field_update(
    gms_field_t *field, const gms_register_t *reg, const gms_image_t *image)
{
    int   nodes = field->w * field->h;
    float most = 0;

    for (int r = 0; r < ROUNDS && follow(field, reg, image); r++) {
    }
    for (int i = 0; i < nodes; i++) {
        most = fmaxf(most, fabsf(field->x[i]));
        most = fmaxf(most, fabsf(field->y[i]));
    }
    field->on = (double) most > MATTERS_PX;
}
