/* gms_patch: see patch.h. */

#include "patch.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "hot.h"
#include "levels.h"

/* Paper is brighter than this share of the paper's level. */
#define PAPER_SHARE 0.45F

/* Least contrast that is scaled to a whole hole, levels. */
#define PAPER_CONTRAST_MIN 8.0F

/* What is behind paper may be as pale as paper is: then a whole hole is what
 * changed most, not the darkest print in the box.  Of a hole in an older one
 * too little changes to say so. */
#define PAPER_CONTRAST_MOST 1.15F
#define PAPER_CONTRAST_RIM 20.0F /* at least, whatever is behind */
#define BLACK_CONTRAST_MIN 4.0F
#define BLACK_CONTRAST_SHARE 0.8F

/* In the black the closed outline of the torn lip counts as hole. */
#define CLOSED_VALUE 0.85F
#define CLOSE_CALIBERS 0.22
#define REACH_MAX 32 /* more than that of the largest caliber */
#define HULL_AREAS 1.5


int
gms_patch_init(gms_patch_t *v, int side)
{
    size_t n = (size_t) (side + 1) * (size_t) (side + 1);

    memset(v, 0, sizeof(*v));
    v->side = side;
    v->before = calloc(n * 9, sizeof(float));
    v->known = calloc(n * 5, 1);
    v->points = calloc(n * 4, sizeof(int));
    if (v->before == NULL || v->known == NULL || v->points == NULL) {
        gms_patch_close(v);
        return GMS_ENOMEM;
    }
    v->raw = v->before + n;
    v->change = v->raw + n;
    v->size = v->change + n;
    v->map = v->size + n;
    v->gain = v->map + n;
    v->stake = v->gain + n;
    v->sums = v->stake + n;
    v->tmp = v->sums + n;
    v->paper = v->known + n;
    v->box = v->paper + n;
    v->hard = v->box + n;
    v->closed = v->hard + n;
    return GMS_OK;
}


void
gms_patch_close(gms_patch_t *v)
{
    free(v->before);
    free(v->known);
    free(v->points);
    memset(v, 0, sizeof(*v));
}


static int
clamp(double v, int most)
{
    return v < 0 ? 0 : v > most ? most : (int) v;
}


gms_part_t
gms_patch_part(const gms_patch_t *v, double x, double y, double reach)
{
    return (gms_part_t){ .x0 = clamp(x - reach - 1, v->w),
        .y0 = clamp(y - reach - 1, v->h),
        .x1 = clamp(x + reach + 2, v->w),
        .y1 = clamp(y + reach + 2, v->h) };
}


GMS_HOT void
gms_patch_smooth(
    const gms_patch_t *v, const float *in, float a, float b, float *out)
{
    int w = v->w, h = v->h;

    for (int y = 0; y < h; y++) {
        const float *p = in + y * w;

        for (int x = 0; x < w; x++) {
            v->tmp[y * w + x] = b * p[x]
                + a * (p[x > 0 ? x - 1 : x] + p[x + 1 < w ? x + 1 : x]);
        }
    }
    for (int y = 0; y < h; y++) {
        const float *p = v->tmp + y * w;
        const float *up = y > 0 ? p - w : p, *down = y + 1 < h ? p + w : p;

        for (int x = 0; x < w; x++) {
            out[y * w + x] = b * p[x] + a * (up[x] + down[x]);
        }
    }
}


/* Background, change, masks of the piece. */
static void
look(gms_patch_t *v, const gms_circumstances_t *about, const gms_track_t *track,
    const float *now)
{
    const gms_piece_t *p = &track->piece;
    const gms_blob_t  *b = &track->blob;
    int                stride = about->change->zone->w;

    v->w = p->w;
    v->h = p->h;
    v->x0 = p->x0;
    v->y0 = p->y0;
    v->blob = (gms_part_t){ .x0 = clamp(b->x0 - p->x0, p->w),
        .y0 = clamp(b->y0 - p->y0, p->h),
        .x1 = clamp(b->x1 - p->x0, p->w),
        .y1 = clamp(b->y1 - p->y0, p->h) };
    for (int y = 0; y < p->h; y++) {
        const int16_t *row = about->change->background
            + (ptrdiff_t) (p->y0 + y) * stride + p->x0;

        for (int x = 0; x < p->w; x++) {
            int i = y * p->w + x, px = p->x0 + x, py = p->y0 + y;

            v->before[i] = (float) row[x] / GMS_DEEP;
            v->raw[i] = v->before[i] - now[i];
            v->box[i] = px >= b->x0 && px < b->x1 && py >= b->y0 && py < b->y1;
            v->paper[i] =
                v->before[i] > PAPER_SHARE * (float) about->paper_level;
        }
    }
    gms_holes_mask(about->holes, p, v->known);
    gms_patch_smooth(v, v->raw, 0.168F, 0.664F, v->change); /* sigma 0.6 px */
    for (int i = 0; i < p->w * p->h; i++) {
        v->size[i] = fabsf(v->change[i]);
    }
}


/* Scales the change to 0 .. 1 by what a whole hole would make: on paper half
 * of paper to hole lies on its edge; in the black a robust level. */
static void
make_map(gms_patch_t *v, const float *now)
{
    gms_levels_t fresh = { 0 }, all = { 0 }, dark = { 0 }, ink = { 0 };
    int          n = v->w * v->h;
    float        levels, darkest, black, most;

    for (int i = 0; i < n; i++) {
        if (v->box[i]) {
            gms_levels_add(&all, v->size[i]);
            gms_levels_add(&dark, now[i]);
            if (!v->known[i]) {
                gms_levels_add(&fresh, v->size[i]);
            }
        }
        if (!v->paper[i]) {
            gms_levels_add(&ink, v->before[i]);
        }
    }
    levels = gms_levels_quantile(fresh.count > 4 ? &fresh : &all, 0.90);
    darkest = gms_levels_quantile(&dark, 0.05);
    most = v->overlap ? INFINITY
                      : fmaxf(PAPER_CONTRAST_MOST * levels, PAPER_CONTRAST_RIM);
    black = levels;
    if (ink.count > 0) {
        black = fminf(
            levels, BLACK_CONTRAST_SHARE * gms_levels_quantile(&ink, 0.5));
    }
    black = fmaxf(black, BLACK_CONTRAST_MIN);
    v->levels = (double) levels;
    for (int i = 0; i < n; i++) {
        float full = v->paper[i]
            ? fminf(fmaxf(v->before[i] - darkest, PAPER_CONTRAST_MIN), most)
            : black;

        v->map[i] = fminf(v->size[i] / full, 1);
        v->hard[i] = v->map[i] > 0.5F && v->box[i];
    }
}


/* Is this pixel at the rim of its kind? */
static bool
at_rim(const gms_patch_t *v, const uint8_t *in, int x, int y)
{
    const uint8_t *p = in + y * v->w + x;

    return (x > 0 && p[-1] != *p) || (x + 1 < v->w && p[1] != *p)
        || (y > 0 && p[-v->w] != *p) || (y + 1 < v->h && p[v->w] != *p);
}


/* Grows (value 1) or shrinks (value 0) the mask by a disc, put on each pixel
 * of the rim. */
static void
grow(const gms_patch_t *v, const uint8_t *in, uint8_t *out, int reach,
    uint8_t value)
{
    int widths[REACH_MAX + 1];

    reach = reach > REACH_MAX ? REACH_MAX : reach;
    for (int dy = 0; dy <= reach; dy++) {
        widths[dy] = (int) (sqrt(reach * reach - dy * dy) + 0.5);
    }
    memcpy(out, in, (size_t) (v->w * v->h));
    for (int y = 0; y < v->h; y++) {
        for (int x = 0; x < v->w; x++) {
            if (in[y * v->w + x] != value || !at_rim(v, in, x, y)) {
                continue;
            }
            for (int dy = -reach; dy <= reach; dy++) {
                int half = widths[dy < 0 ? -dy : dy], ny = y + dy;
                int from = x - half < 0 ? 0 : x - half;
                int to = x + half >= v->w ? v->w - 1 : x + half;

                if (ny >= 0 && ny < v->h) {
                    memset(out + ny * v->w + from, value,
                        (size_t) (to - from + 1));
                }
            }
        }
    }
}


static long
cross(const int *o, const int *a, const int *b)
{
    return (long) (a[0] - o[0]) * (b[1] - o[1])
        - (long) (a[1] - o[1]) * (b[0] - o[0]);
}


/*
 * Convex hull of points ordered by y, then x (Andrew's monotone chain);
 * hull needs room for 2 n points.  Returns its corners, in order.
 */
static int
convex_hull(const int *points, int n, int *hull)
{
    int k = 0;

    for (int i = 0; i < n; i++) {
        while (k >= 2
            && cross(hull + 2 * k - 4, hull + 2 * k - 2, points + 2 * i) <= 0) {
            k--;
        }
        hull[2 * k] = points[2 * i];
        hull[2 * k++ + 1] = points[2 * i + 1];
    }
    for (int i = n - 2, t = k + 1; i >= 0; i--) {
        while (k >= t
            && cross(hull + 2 * k - 4, hull + 2 * k - 2, points + 2 * i) <= 0) {
            k--;
        }
        hull[2 * k] = points[2 * i];
        hull[2 * k++ + 1] = points[2 * i + 1];
    }
    return k - 1;
}


/* The box around points. */
static gms_part_t
part_around(const int *points, int n)
{
    gms_part_t part = { .x0 = INT_MAX, .y0 = INT_MAX };

    for (int i = 0; i < n; i++) {
        int x = points[2 * i], y = points[2 * i + 1];

        part.x0 = x < part.x0 ? x : part.x0;
        part.y0 = y < part.y0 ? y : part.y0;
        part.x1 = x >= part.x1 ? x + 1 : part.x1;
        part.y1 = y >= part.y1 ? y + 1 : part.y1;
    }
    return part;
}


static bool
is_in_hull(const int *hull, int corners, int x, int y)
{
    int p[2] = { x, y }, left = 0, right = 0;

    for (int i = 0; i < corners && (left == 0 || right == 0); i++) {
        long c = cross(hull + 2 * i, hull + 2 * ((i + 1) % corners), p);

        left += c > 0;
        right += c < 0;
    }
    return left == 0 || right == 0;
}


/* What is closed, and what the hull encloses, if there is one. */
static void
fill_hull(gms_patch_t *v, const int *hull, int corners)
{
    gms_part_t part = part_around(hull, corners);

    for (int y = 0; y < v->h; y++) {
        bool level = y >= part.y0 && y < part.y1;

        for (int x = 0; x < v->w; x++) {
            int at = y * v->w + x;

            if (!v->paper[at]
                && (v->closed[at]
                    || (level && x >= part.x0 && x < part.x1
                        && is_in_hull(hull, corners, x, y))))
            {
                v->map[at] = fmaxf(v->map[at], CLOSED_VALUE);
            }
        }
    }
}


/* On ink the torn lip may be all that shows: what it encloses is hole. */
static void
fill_black(gms_patch_t *v, double caliber_px)
{
    int      reach = (int) lrint(CLOSE_CALIBERS * caliber_px), n = 0, corners;
    int     *hull;
    double   area = 0, disc = M_PI * caliber_px * caliber_px / 4;
    uint8_t *grown = (uint8_t *) v->tmp;

    grow(v, v->hard, grown, reach < 1 ? 1 : reach, 1);
    grow(v, grown, v->closed, reach < 1 ? 1 : reach, 0);
    for (int i = 0; i < v->w * v->h; i++) {
        v->closed[i] |= v->hard[i]; /* closing never takes away */
        if (v->closed[i] && !v->paper[i] && !v->known[i]) {
            v->points[2 * n] = i % v->w;
            v->points[2 * n++ + 1] = i / v->w;
        }
    }
    hull = v->points + 2 * n;
    corners =
        n > 4 && n <= v->w * v->h / 4 * 2 ? convex_hull(v->points, n, hull) : 0;
    for (int i = 0; i < corners; i++) {
        const int *a = hull + 2 * i, *b = hull + 2 * ((i + 1) % corners);

        area += ((double) a[0] * b[1] - (double) b[0] * a[1]) / 2;
    }
    if (corners < 3 || fabs(area) >= HULL_AREAS * disc) {
        corners = 0;
    }
    fill_hull(v, hull, corners);
}


void
gms_patch_look(gms_patch_t *v, const gms_circumstances_t *about,
    const gms_track_t *track, const float *now)
{
    look(v, about, track, now);
    v->overlap = false;
    for (int i = 0; i < v->w * v->h; i++) {
        v->overlap = v->overlap || (v->known[i] && v->box[i]);
    }
    make_map(v, now);
    fill_black(v, about->caliber_px);
}
