/* gms_register: see register.h. */

#include "register.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/homography.h"
#include "../target/median.h"
#include "hot.h"

#define WINDOW GMS_ANCHOR_WINDOW
#define PARAMS 8

/* An anchor fits when it is left at most this far away. */
#define FIT_PX 0.8

/* The card counts as found when this share of anchors fits; below, a hand or
 * another card is in front of the camera. */
#define INLIERS_MIN 0.35

/* Fewer anchors cannot hold a homography. */
#define ANCHORS_MIN 8

/* A card that moved further is not the one that was calibrated. */
#define SHIFT_MAX_PX 60.0

/* Windows follow the map when it turns or scales more than this: at their
 * border less than a tenth of a pixel otherwise. */
#define TURNED 0.012

/* So much less of the anchors than usual fit when rings alone do. */
#define ASTRAY 0.1
#define USUAL_SHARE 0.05

/* Above this contrast, beside the reference, the picture is sharp. */
#define FINE 0.85

#define ROUNDS 3    /* re-weightings of one set of samples */
#define SAMPLINGS 6 /* at most, per scale */

/* A step this small leaves less than a tenth of itself. */
#define SETTLED_PX 0.04

/* After a knock the card is looked for so far around, in pixels of the
 * coarsest level. */
#define KNOCK_PX 15

/* Anchors per axis of a level: enough everywhere, affordable. */
static const int grid[GMS_REGISTER_LEVELS] = { 10, 6, 5 };


int
gms_register_init(gms_register_t *reg, const gms_zone_t *zone)
{
    memset(reg, 0, sizeof(*reg));
    reg->zone = zone;
    for (int l = 0; l < GMS_REGISTER_LEVELS; l++) {
        gms_register_level_t *level = &reg->level[l];

        if (gms_image_resize(&level->reference, zone->w >> l, zone->h >> l)
                != GMS_OK
            || (l > 0
                && gms_image_resize(&level->picture, zone->w >> l, zone->h >> l)
                    != GMS_OK))
        {
            gms_register_close(reg);
            return GMS_ENOMEM;
        }
        level->anchor =
            calloc((size_t) (grid[l] * grid[l]), sizeof(gms_anchor_t));
        if (level->anchor == NULL) {
            gms_register_close(reg);
            return GMS_ENOMEM;
        }
    }
    return GMS_OK;
}


void
gms_register_close(gms_register_t *reg)
{
    for (int l = 0; l < GMS_REGISTER_LEVELS; l++) {
        gms_image_free(&reg->level[l].reference);
        gms_image_free(&reg->level[l].picture);
        free(reg->level[l].anchor);
    }
    memset(reg, 0, sizeof(*reg));
}


/* Half the size, each pixel the mean of four. */
GMS_HOT static void
halve(const uint8_t *src, int src_stride, uint8_t *dst, int dst_stride, int w,
    int h)
{
    for (int y = 0; y < h; y++) {
        const uint8_t *a = src + (ptrdiff_t) (2 * y) * src_stride;
        const uint8_t *b = a + src_stride;
        uint8_t       *o = dst + (ptrdiff_t) y * dst_stride;

        for (int x = 0; x < w; x++) {
            o[x] = (uint8_t) ((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]
                                  + 2)
                >> 2);
        }
    }
}


/* Is the window of this level wholly inside the zone? */
static bool
window_inside(const gms_zone_t *zone, int x, int y, int l)
{
    for (int i = 0; i <= 2; i++) {
        for (int j = 0; j <= 2; j++) {
            int px = (x << l) + i * ((WINDOW << l) - 1) / 2;
            int py = (y << l) + j * ((WINDOW << l) - 1) / 2;

            if (px < 0 || py < 0 || px >= zone->w || py >= zone->h
                || zone->inside[(ptrdiff_t) py * zone->w + px] == 0)
            {
                return false;
            }
        }
    }
    return true;
}


static void
level_learn(gms_register_t *reg, int l)
{
    gms_register_level_t *level = &reg->level[l];
    const gms_image_t    *image = &level->reference;
    int                   n = grid[l], step = l == 0 ? 8 : 2;

    level->anchors = 0;
    for (int cell = 0; cell < n * n; cell++) {
        int    x0 = cell % n * image->width / n;
        int    y0 = cell / n * image->height / n;
        int    x1 = (cell % n + 1) * image->width / n;
        int    y1 = (cell / n + 1) * image->height / n;
        int    bx = 0, by = 0;
        double best = 0;

        for (int y = y0 < 1 ? 1 : y0; y < y1; y += step) {
            for (int x = x0 < 1 ? 1 : x0; x < x1; x += step) {
                double w;

                if (x + WINDOW + 1 > image->width
                    || y + WINDOW + 1 > image->height
                    || !window_inside(reg->zone, x, y, l))
                {
                    continue;
                }
                w = gms_anchor_worth(image, x, y);
                if (w > best) {
                    best = w;
                    bx = x;
                    by = y;
                }
            }
        }
        if (best > 0) {
            gms_anchor_fill(&level->anchor[level->anchors++], image, bx, by, l);
        }
    }
}


void
gms_register_reset(gms_register_t *reg)
{
    static const double identity[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };

    memcpy(reg->map, identity, sizeof(identity));
    reg->shift_px = 0;
    reg->residual_px = 0;
    reg->inliers = 1;
    reg->sharpness = 1;
    reg->usual = 0;
    reg->astray = 0;
}


int
gms_register_reference(gms_register_t *reg, const gms_image_t *box)
{
    gms_image_t *full = &reg->level[0].reference;

    for (int y = 0; y < full->height && box != full; y++) {
        memcpy(full->px + (ptrdiff_t) y * full->stride,
            box->px + (ptrdiff_t) y * box->stride, (size_t) full->width);
    }
    for (int l = 1; l < GMS_REGISTER_LEVELS; l++) {
        gms_image_t *from = &reg->level[l - 1].reference;
        gms_image_t *to = &reg->level[l].reference;

        halve(
            from->px, from->stride, to->px, to->stride, to->width, to->height);
    }
    for (int l = 0; l < GMS_REGISTER_LEVELS; l++) {
        level_learn(reg, l);
    }
    gms_register_reset(reg);
    return reg->level[0].anchors < ANCHORS_MIN ? GMS_EUNSURE : GMS_OK;
}


/* One anchor's equation a u = b, u in pixels of its level. */
typedef struct {
    const gms_anchor_t *anchor;
    gms_anchor_seen_t   seen;
    double              weight;
    double              left_px; /* what the last solution leaves, level px */
} equation_t;


/* d u / d parameters at a place in units of half the box. */
static void
jacobian(double x, double y, double jx[PARAMS], double jy[PARAMS])
{
    const double a[PARAMS] = { x, y, 1, 0, 0, 0, -x * x, -x * y };
    const double b[PARAMS] = { 0, 0, 0, x, y, 1, -x * y, -y * y };

    memcpy(jx, a, sizeof(a));
    memcpy(jy, b, sizeof(b));
}


/* Adds an anchor's part of the normal equations; both halves of the matrix,
 * as whole rows are added at once. */
GMS_HOT static void
add_equation(const double a[3], const double jx[PARAMS],
    const double jy[PARAMS], double ws2, double *restrict ata)
{
    for (int r = 0; r < PARAMS; r++) {
        double ar = a[0] * jx[r] + a[1] * jy[r];
        double br = a[1] * jx[r] + a[2] * jy[r];

        for (int c = 0; c < PARAMS; c++) {
            ata[r * PARAMS + c] += ws2 * (ar * jx[c] + br * jy[c]);
        }
    }
}


/* Weighted least squares over all anchors; then what it leaves of each. */
static int
solve(const gms_zone_t *zone, equation_t *eq, int n, double unit,
    double delta[PARAMS])
{
    double ata[PARAMS * PARAMS] = { 0 }, half = zone->w / 2.0, trace = 0;

    memset(delta, 0, PARAMS * sizeof(double));
    for (int i = 0; i < n; i++) {
        const gms_anchor_t *an = eq[i].anchor;
        double jx[PARAMS], jy[PARAMS], w = eq[i].weight, s = half * unit;

        jacobian(
            (an->cx - half) / half, (an->cy - zone->h / 2.0) / half, jx, jy);
        add_equation(an->a, jx, jy, w * s * s, ata);
        for (int r = 0; r < PARAMS; r++) {
            delta[r] +=
                w * s * (jx[r] * eq[i].seen.b[0] + jy[r] * eq[i].seen.b[1]);
        }
    }

    for (int r = 0; r < PARAMS; r++) { /* rounded alike in both */
        for (int c = r + 1; c < PARAMS; c++) {
            ata[r * PARAMS + c] = ata[c * PARAMS + r];
        }
    }

    /* Perspective is the weakest part: where nothing speaks for it, none. */
    for (int r = 0; r < PARAMS; r++) {
        trace += ata[r * PARAMS + r];
    }
    for (int r = 0; r < PARAMS; r++) {
        ata[r * PARAMS + r] += trace * (r >= 6 ? 1e-4 : 1e-7);
    }
    if (!(trace > 0) || gms_linear_solve(ata, delta, PARAMS) != GMS_OK) {
        return GMS_EUNSURE;
    }
    for (int i = 0; i < n; i++) {
        const gms_anchor_t *an = eq[i].anchor;
        double              jx[PARAMS], jy[PARAMS], ux = 0, uy = 0, rx, ry;

        jacobian(
            (an->cx - half) / half, (an->cy - zone->h / 2.0) / half, jx, jy);
        for (int r = 0; r < PARAMS; r++) {
            ux += jx[r] * delta[r] * half * unit;
            uy += jy[r] * delta[r] * half * unit;
        }
        rx = eq[i].seen.b[0] - an->a[0] * ux - an->a[1] * uy;
        ry = eq[i].seen.b[1] - an->a[1] * ux - an->a[2] * uy;
        eq[i].left_px = sqrt(rx * rx + ry * ry) * eq[i].seen.base;
    }
    return GMS_OK;
}


/* Solves, takes weight from anchors that fit badly, solves again. */
static int
solve_robust(const gms_zone_t *zone, equation_t *eq, int n, double unit,
    double delta[PARAMS])
{
    double left[GMS_REGISTER_ANCHORS];

    for (int round = 0; round < ROUNDS; round++) {
        double scale;

        if (solve(zone, eq, n, unit, delta) != GMS_OK) {
            return GMS_EUNSURE;
        }
        for (int i = 0; i < n; i++) {
            left[i] = eq[i].left_px;
        }
        scale = fmax(0.03, 2 * 1.48 * gms_median(left, n));
        for (int i = 0; i < n; i++) {
            double q = eq[i].left_px / scale;

            eq[i].weight = eq[i].seen.base / (1 + q * q);
        }
    }
    return GMS_OK;
}


/* map := map after the inverse of the small step; returns its size in px. */
static double
step(const gms_zone_t *zone, double map[9], const double d[PARAMS])
{
    double s = zone->w / 2.0, ox = s, oy = zone->h / 2.0, most = 0;
    double to[9] = { 1 / s, 0, -ox / s, 0, 1 / s, -oy / s, 0, 0, 1 };
    double back[9] = { s, 0, ox, 0, s, oy, 0, 0, 1 };
    double w[9] = { 1 + d[0], d[1], d[2], d[3], 1 + d[4], d[5], d[6], d[7], 1 };
    double next[9];

    if (gms_homography_invert(w, w) != GMS_OK) {
        return INFINITY;
    }
    gms_homography_multiply(w, w, to);
    gms_homography_multiply(w, back, w);
    gms_homography_multiply(next, map, w);
    for (int i = 0; i < 4; i++) {
        double x = (i & 1) * zone->w, y = (i >> 1) * zone->h, u, v, p, q;

        if (gms_homography_apply(map, x, y, &u, &v) != GMS_OK
            || gms_homography_apply(next, x, y, &p, &q) != GMS_OK)
        {
            return INFINITY;
        }
        most = fmax(most, hypot(p - u, q - v));
    }
    for (int i = 0; i < 9; i++) {
        map[i] = next[i] / next[8];
    }
    return most;
}


/* Does the map turn or scale windows by more than a small part of a pixel? */
static bool
is_turned(const gms_zone_t *zone, const double map[9])
{
    double j[4];

    return gms_homography_jacobian(map, zone->w / 2.0, zone->h / 2.0, j)
        == GMS_OK
        && fmax(fmax(fabs(j[0] - 1), fabs(j[3] - 1)),
               fmax(fabs(j[1]), fabs(j[2])))
        > TURNED;
}


/* Looks for an anchor of a level where the map puts it, displaced by (dx, dy)
 * on the card. */
static bool
look(const gms_register_t *reg, const gms_image_t *image, int l,
    const double map[9], bool turned, const gms_anchor_t *an, double dx,
    double dy, gms_anchor_seen_t *seen)
{
    double u, v, k = 1.0 / (1 << l), turn[4];
    double x = an->cx + dx, y = an->cy + dy;

    if (gms_homography_apply(map, x, y, &u, &v) != GMS_OK
        || !(fabs(u) < 1e5 && fabs(v) < 1e5)
        || (turned && gms_homography_jacobian(map, x, y, turn) != GMS_OK))
    {
        return false;
    }
    u = (u - an->cx) * k + (double) an->x;
    v = (v - an->cy) * k + (double) an->y;
    return l == 0 ? gms_anchor_look(an, image, u + reg->zone->x,
               v + reg->zone->y, turned ? turn : NULL, seen)
                  : gms_anchor_look(an, &reg->level[l].picture, u, v,
                      turned ? turn : NULL, seen);
}


/* Samples all anchors of a level under the map; returns how many speak. */
static int
level_sample(const gms_register_t *reg, const gms_image_t *image, int l,
    const double map[9], equation_t *eq)
{
    const gms_register_level_t *level = &reg->level[l];
    bool                        turned = is_turned(reg->zone, map);
    int                         n = 0;

    for (int i = 0; i < level->anchors; i++) {
        eq[n].anchor = &level->anchor[i];
        if (look(reg, image, l, map, turned, eq[n].anchor, 0, 0, &eq[n].seen)) {
            eq[n].weight = eq[n].seen.base;
            n++;
        }
    }
    return n;
}


/* Follows the card at one scale; the number of anchors that speak. */
static int
level_follow(const gms_register_t *reg, const gms_image_t *image, int l,
    double map[9], equation_t *eq)
{
    int n = 0;

    for (int s = 0; s < SAMPLINGS; s++) {
        double delta[PARAMS], moved;

        n = level_sample(reg, image, l, map, eq);
        if (n < ANCHORS_MIN
            || solve_robust(reg->zone, eq, n, 1.0 / (1 << l), delta) != GMS_OK)
        {
            return 0;
        }
        moved = step(reg->zone, map, delta);
        if (!isfinite(moved) || moved > SHIFT_MAX_PX) {
            return 0;
        }
        if (moved < SETTLED_PX * (1 << (2 * l))) {
            break;
        }
    }
    return n;
}


static double
map_shift(const gms_zone_t *zone, const double map[9])
{
    double most = 0;

    for (int i = 0; i < 9; i++) {
        double x = i % 3 * zone->w / 2.0, y = i / 3 * zone->h / 2.0, u, v;

        if (gms_homography_apply(map, x, y, &u, &v) != GMS_OK) {
            return INFINITY;
        }
        most = fmax(most, hypot(u - x, v - y));
    }
    return most;
}


static double
median_contrast(const equation_t *eq, int n)
{
    double contrast[GMS_REGISTER_ANCHORS];

    for (int i = 0; i < n; i++) {
        contrast[i] = eq[i].seen.contrast;
    }
    return n > 0 ? gms_median(contrast, n) : 1;
}


/* Less contrast on fine lines alone is a matter of focus, everywhere one of
 * light. */
static double
sharpness(const gms_register_t *reg, const gms_image_t *image, double fine)
{
    equation_t eq[GMS_REGISTER_ANCHORS];
    int        n, l = GMS_REGISTER_LEVELS - 1;

    if (fine > FINE) {
        return fine;
    }
    n = level_sample(reg, image, l, reg->map, eq);
    return fine / fmax(median_contrast(eq, n), fine);
}


/* From a guess, beginning at a scale; GMS_OK when enough anchors fit. */
static int
follow(gms_register_t *reg, const gms_image_t *image, const double guess[9],
    int level)
{
    equation_t eq[GMS_REGISTER_ANCHORS];
    double     map[9], left[GMS_REGISTER_ANCHORS], shift;
    int        n = 0, fit = 0, all = reg->level[0].anchors;

    memcpy(map, guess, sizeof(map));
    for (int l = level; l >= 0; l--) {
        n = level_follow(reg, image, l, map, eq);
        if (n == 0 && l == 0) {
            return GMS_EUNSURE;
        }
        if (n == 0) {
            memcpy(map, guess, sizeof(map));
        }
    }
    for (int i = 0; i < n; i++) {
        left[i] = eq[i].left_px;
        fit += left[i] < FIT_PX;
    }
    shift = map_shift(reg->zone, map);
    if (fit < INLIERS_MIN * all || !(shift < SHIFT_MAX_PX)) {
        return GMS_EUNSURE;
    }
    reg->residual_px = gms_smallest(left, n, n * 3 / 4);
    reg->inliers = (double) fit / all;
    reg->shift_px = shift;
    memcpy(reg->map, map, sizeof(map));
    reg->sharpness = sharpness(reg, image, median_contrast(eq, n));
    return GMS_OK;
}


/* A pose, and how well it fits. */
typedef struct {
    double map[9];
    double inliers;
    double residual_px;
    double shift_px;
    double sharpness;
} fit_t;


static fit_t
get_fit(const gms_register_t *reg)
{
    fit_t fit = { .inliers = reg->inliers,
        .residual_px = reg->residual_px,
        .shift_px = reg->shift_px,
        .sharpness = reg->sharpness };

    memcpy(fit.map, reg->map, sizeof(fit.map));
    return fit;
}


static void
set_fit(gms_register_t *reg, const fit_t *fit)
{
    memcpy(reg->map, fit->map, sizeof(fit->map));
    reg->inliers = fit->inliers;
    reg->residual_px = fit->residual_px;
    reg->shift_px = fit->shift_px;
    reg->sharpness = fit->sharpness;
}


/*
 * Rings fit at every roll, and hold the card at that which it had, or near one
 * that was tried.  When clearly fewer anchors fit than did, it is looked for
 * turned as well, until as many do; a hand does the same, so that it is tried
 * in ever fewer of its pictures.
 */
static void
look_turned(gms_register_t *reg, const gms_image_t *image)
{
    static const double turn[] = { 0.09, -0.09, 0.045, -0.045 };

    double x = reg->zone->w / 2.0, y = reg->zone->h / 2.0, u, v;
    double clear = reg->inliers + ASTRAY;
    fit_t  best = get_fit(reg);

    if (gms_homography_apply(reg->map, x, y, &u, &v) != GMS_OK) {
        return;
    }
    for (size_t i = 0; i < sizeof(turn) / sizeof(turn[0])
         && best.inliers < reg->usual - ASTRAY;
         i++)
    {
        double c = cos(turn[i]), s = sin(turn[i]);
        double guess[9] = { c, -s, u - c * x + s * y, s, c, v - s * x - c * y,
            0, 0, 1 };

        if (follow(reg, image, guess, GMS_REGISTER_LEVELS - 1) == GMS_OK
            && reg->inliers > fmax(clear, best.inliers))
        {
            best = get_fit(reg);
        }
    }
    set_fit(reg, &best);
}


/* Has it gone astray?  The share that fits becomes the usual one in time. */
static void
doubt(gms_register_t *reg, const gms_image_t *image)
{
    bool astray = reg->usual > 0 && reg->inliers < reg->usual - ASTRAY;

    if (!astray) {
        reg->astray = 0;
    } else if ((reg->astray & (reg->astray + 1)) == 0) {
        look_turned(reg, image);
    }
    reg->astray += astray;
    reg->usual +=
        (reg->usual > 0 ? USUAL_SHARE : 1) * (reg->inliers - reg->usual);
}


/* Sum of absolute differences, the offset of brightness taken off. */
GMS_HOT static long
difference(
    const gms_image_t *a, const gms_image_t *b, int dx, int dy, int offset)
{
    int  x0 = dx < 0 ? -dx : 0, x1 = a->width - (dx > 0 ? dx : 0);
    int  y0 = dy < 0 ? -dy : 0, y1 = a->height - (dy > 0 ? dy : 0);
    long sum = 0;

    for (int y = y0; y < y1; y += 2) {
        const uint8_t *p = a->px + (ptrdiff_t) y * a->stride;
        const uint8_t *q = b->px + (ptrdiff_t) (y + dy) * b->stride + dx;
        int            row = 0;

        for (int x = x0; x < x1; x++) {
            int d = p[x] - q[x] + offset;

            row += d < 0 ? -d : d;
        }
        sum += row;
    }
    /* Per pixel compared: a large shift must not win by its small overlap. */
    return sum * 256 / ((long) (x1 - x0) * ((y1 - y0 + 1) / 2));
}


static int
mean_level(const gms_image_t *image)
{
    long sum = 0;

    for (int y = 0; y < image->height; y++) {
        for (int x = 0; x < image->width; x++) {
            sum += image->px[(ptrdiff_t) y * image->stride + x];
        }
    }
    return (int) (sum / ((long) image->width * image->height));
}


/* The shift by which the coarsest pictures match best, as a map. */
static void
knock(const gms_register_t *reg, double map[9])
{
    const gms_register_level_t *level = &reg->level[GMS_REGISTER_LEVELS - 1];
    int  offset = mean_level(&level->picture) - mean_level(&level->reference);
    long best = -1;

    for (int dy = -KNOCK_PX; dy <= KNOCK_PX; dy++) {
        for (int dx = -KNOCK_PX; dx <= KNOCK_PX; dx++) {
            long d;

            if (2 * abs(dx) >= level->picture.width
                || 2 * abs(dy) >= level->picture.height) {
                continue;
            }
            d = difference(&level->reference, &level->picture, dx, dy, offset);
            if (best < 0 || d < best) {
                best = d;
                map[2] = dx * (1 << (GMS_REGISTER_LEVELS - 1));
                map[5] = dy * (1 << (GMS_REGISTER_LEVELS - 1));
            }
        }
    }
}


int
gms_register_find(gms_register_t *reg, const gms_image_t *image)
{
    double            guess[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };
    const gms_zone_t *zone = reg->zone;
    const uint8_t    *px =
        image->px + (ptrdiff_t) zone->y * image->stride + zone->x;
    int stride = image->stride;

    if (reg->level[0].anchors < ANCHORS_MIN) {
        return GMS_OK; /* nothing to hold on to: the picture as it is */
    }
    for (int l = 1; l < GMS_REGISTER_LEVELS; l++) {
        gms_image_t *to = &reg->level[l].picture;

        halve(px, stride, to->px, to->stride, to->width, to->height);
        px = to->px;
        stride = to->stride;
    }
    if (follow(reg, image, reg->map, 1) != GMS_OK
        && follow(reg, image, reg->map, 2) != GMS_OK)
    {
        knock(reg, guess);
        if (follow(reg, image, guess, 1) != GMS_OK) {
            return GMS_EUNSURE;
        }
    }
    doubt(reg, image);
    return GMS_OK;
}


bool
gms_register_pull(const gms_register_t *reg, const gms_image_t *image, int i,
    double dx, double dy, gms_pull_t *pull)
{
    const gms_anchor_t *an = &reg->level[0].anchor[i];
    gms_anchor_seen_t   seen;

    if (!look(reg, image, 0, reg->map, is_turned(reg->zone, reg->map), an, dx,
            dy, &seen))
    {
        return false;
    }
    pull->x = an->cx;
    pull->y = an->cy;
    memcpy(pull->a, an->a, sizeof(pull->a));
    memcpy(pull->b, seen.b, sizeof(pull->b));
    pull->base = seen.base;
    pull->match = seen.match;
    return true;
}
