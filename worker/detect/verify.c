/* gms_verify: see verify.h. */

#include "verify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hot.h"

/* Paper is brighter than this share of the paper's level. */
#define PAPER_SHARE 0.45F

/* Least contrast that is scaled to a whole hole, levels. */
#define PAPER_CONTRAST_MIN 8.0F
#define BLACK_CONTRAST_MIN 4.0F
#define BLACK_CONTRAST_SHARE 0.8F

/* In the black the closed outline of the torn lip counts as hole. */
#define CLOSED_VALUE 0.85F
#define CLOSE_CALIBERS 0.22
#define REACH_MAX 32 /* more than that of the largest caliber */
#define HULL_AREAS 1.5

/* The centre is searched this far from the blob's, calibers; radii in shares
 * of the caliber's. */
#define SEARCH_CALIBERS 0.55
#define RADIUS_LEAST 0.78
#define RADIUS_MOST 1.2
#define RADIUS_UNKNOWN 0.98
static const double radii[] = { 0.82, 0.88, 0.94, 1.0, 1.06, 1.12 };
#define COARSE_CALIBER_PX 24
#define HALF_MAX 64
static const double search_steps[] = { 0.5, 0.25, 0.12, 0.06 };
#define SEARCH_ROUNDS 12

/* Limits of shape and evidence: knowledge of real and rendered holes. */
#define FRESH_LONE 0.25
#define FRESH_OVERLAP 0.09
#define FRESH_OVERLAP_STRONG 0.07
#define FILL_PAPER 0.50
#define FILL_BLACK 0.42
#define FILL_STRONG 0.40
#define FILL_OVERLAP 0.30
#define LEAK_MOST 0.4
#define ELONGATION_MOST 2.6
#define ELONGATION_STRONG 3.2
#define ELONGATION_LINE 4.5
#define ONE_SIGN 0.85
#define LEAK_LINE 0.1
#define DARKENING_MIN 0.15
#define DARKENING_STRONG 0.3
#define SCORE_STRONG 7.5
#define CONTRAST_MIN 2.0

/* What evidence in the black needs, by how fresh the noise is: a codec that
 * freezes its noise makes ghosts that stay. */
#define FRESH_FROZEN 0.6
#define FRESH_CODEC 1.05
#define SCORE_FROZEN 8.4
#define SCORE_CODEC 7.0
#define SCORE_PLAIN 5.5
#define SCORE_OVERLAP 0.8
#define CODEC_PICTURES 6

#define BINS 1024 /* quarter levels */

struct gms_verify_s {
    int      side;
    float   *before;
    float   *raw;    /* before less now */
    float   *change; /* the same, smoothed */
    float   *size;   /* its absolute value */
    float   *map;    /* 0 .. 1: how much of a hole */
    float   *gain;   /* what a disc gains by covering the pixel */
    float   *sums;   /* of gain along rows, for the coarse search */
    float   *tmp;
    uint8_t *known;
    uint8_t *paper;
    uint8_t *box; /* inside the blob's box */
    uint8_t *hard;
    uint8_t *closed;
    int     *points; /* of the hull, x and y */
    int      w;
    int      h;
    int      x0;
    int      y0;
};


gms_verify_t *
gms_verify_create(int side)
{
    gms_verify_t *v = calloc(1, sizeof(*v));
    size_t        n = (size_t) (side + 1) * (size_t) (side + 1);

    if (v == NULL) {
        return NULL;
    }
    v->side = side;
    v->before = calloc(n * 8, sizeof(float));
    v->known = calloc(n * 5, 1);
    v->points = calloc(n * 4, sizeof(int));
    if (v->before == NULL || v->known == NULL || v->points == NULL) {
        gms_verify_destroy(v);
        return NULL;
    }
    v->raw = v->before + n;
    v->change = v->raw + n;
    v->size = v->change + n;
    v->map = v->size + n;
    v->gain = v->map + n;
    v->sums = v->gain + n;
    v->tmp = v->sums + n;
    v->paper = v->known + n;
    v->box = v->paper + n;
    v->hard = v->box + n;
    v->closed = v->hard + n;
    return v;
}


void
gms_verify_destroy(gms_verify_t *verify)
{
    if (verify != NULL) {
        free(verify->before);
        free(verify->known);
        free(verify->points);
        free(verify);
    }
}


const char *
gms_verdict_name(gms_verdict_e verdict)
{
    static const char *const names[] = { "hole", "nothing new", "hollow",
        "leaking", "long", "pale", "weak" };

    return names[verdict];
}


/* a b a, both ways. */
GMS_HOT static void
smooth(const gms_verify_t *v, const float *in, float a, float b, float *out)
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


typedef struct {
    int count;
    int bin[BINS];
} histogram_t;


static void
histogram_add(histogram_t *hist, float level)
{
    int b = (int) (level * (BINS / 256));

    hist->bin[b < 0 ? 0 : b >= BINS ? BINS - 1 : b]++;
    hist->count++;
}


static float
histogram_quantile(const histogram_t *hist, double share)
{
    int want = (int) (share * hist->count), sum = 0, b = 0;

    while (b < BINS - 1 && (sum += hist->bin[b]) <= want) {
        b++;
    }
    return ((float) b + 0.5F) / (BINS / 256);
}


/* Background, change, masks of the piece. */
static void
look(gms_verify_t *v, const gms_circumstances_t *about,
    const gms_track_t *track, const float *now)
{
    const gms_piece_t *p = &track->piece;
    const gms_blob_t  *b = &track->blob;
    int                stride = about->change->zone->w;

    v->w = p->w;
    v->h = p->h;
    v->x0 = p->x0;
    v->y0 = p->y0;
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
    smooth(v, v->raw, 0.168F, 0.664F, v->change); /* sigma 0.6 px */
    for (int i = 0; i < p->w * p->h; i++) {
        v->size[i] = fabsf(v->change[i]);
    }
}


/* Scales the change to 0 .. 1 by what a whole hole would make: on paper half
 * of paper to hole lies on its edge; in the black a robust level. */
static void
make_map(gms_verify_t *v, const float *now, gms_finding_t *f)
{
    histogram_t fresh = { 0 }, all = { 0 }, dark = { 0 }, ink = { 0 };
    int         n = v->w * v->h;
    float       levels, darkest, black;

    for (int i = 0; i < n; i++) {
        if (v->box[i]) {
            histogram_add(&all, v->size[i]);
            histogram_add(&dark, now[i]);
            if (!v->known[i]) {
                histogram_add(&fresh, v->size[i]);
            }
        }
        if (!v->paper[i]) {
            histogram_add(&ink, v->before[i]);
        }
    }
    levels = histogram_quantile(fresh.count > 4 ? &fresh : &all, 0.90);
    darkest = histogram_quantile(&dark, 0.05);
    black = levels;
    if (ink.count > 0) {
        black =
            fminf(levels, BLACK_CONTRAST_SHARE * histogram_quantile(&ink, 0.5));
    }
    black = fmaxf(black, BLACK_CONTRAST_MIN);
    f->levels = (double) levels;
    for (int i = 0; i < n; i++) {
        float full = v->paper[i]
            ? fmaxf(v->before[i] - darkest, PAPER_CONTRAST_MIN)
            : black;

        v->map[i] = fminf(v->size[i] / full, 1);
        v->hard[i] = v->map[i] > 0.5F && v->box[i];
    }
}


/* Is this pixel at the rim of its kind? */
static bool
at_rim(const gms_verify_t *v, const uint8_t *in, int x, int y)
{
    const uint8_t *p = in + y * v->w + x;

    return (x > 0 && p[-1] != *p) || (x + 1 < v->w && p[1] != *p)
        || (y > 0 && p[-v->w] != *p) || (y + 1 < v->h && p[v->w] != *p);
}


/* Grows (value 1) or shrinks (value 0) the mask by a disc, put on each pixel
 * of the rim. */
static void
grow(const gms_verify_t *v, const uint8_t *in, uint8_t *out, int reach,
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


/* On ink the torn lip may be all that shows: what it encloses is hole. */
static void
fill_black(gms_verify_t *v, double caliber_px)
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
    for (int y = 0; y < v->h; y++) {
        for (int x = 0; x < v->w; x++) {
            int at = y * v->w + x, p[2] = { x, y }, left = 0, right = 0;

            if (v->paper[at]) {
                continue;
            }
            for (int i = 0; i < corners && (left == 0 || right == 0); i++) {
                long c = cross(hull + 2 * i, hull + 2 * ((i + 1) % corners), p);

                left += c > 0;
                right += c < 0;
            }
            if (v->closed[at] || (corners > 0 && (left == 0 || right == 0))) {
                v->map[at] = fmaxf(v->map[at], CLOSED_VALUE);
            }
        }
    }
}


/* What a disc gains by covering each pixel. */
static void
make_gain(gms_verify_t *v)
{
    for (int i = 0; i < v->w * v->h; i++) {
        if (v->known[i]) {
            v->gain[i] = 0;
        } else if (!v->box[i] && v->map[i] < 0.5F) {
            v->gain[i] = -0.5F;
        } else {
            v->gain[i] = v->map[i] - 0.5F;
        }
    }
    for (int y = 0; y < v->h; y++) {
        float sum = 0, *row = v->sums + y * (v->w + 1);

        for (int x = 0; x < v->w; x++) {
            row[x] = sum;
            sum += v->gain[y * v->w + x];
        }
        row[v->w] = sum;
    }
}


/* Gain of a whole stretch of a row, cut at the piece. */
GMS_INLINE float
stretch_gain(const gms_verify_t *v, int y, int from, int to)
{
    const float *sums = v->sums + y * (v->w + 1);

    from = from < 0 ? 0 : from > v->w ? v->w : from;
    to = to > v->w ? v->w : to < from ? from : to;
    return sums[to] - sums[from];
}


/* Gain of a disc with a hard edge at whole pixels; half[i]: of its rows. */
static float
coarse_gain(const gms_verify_t *v, int cx, int cy, int reach, const int *half)
{
    float sum = 0;
    int   from = cy - reach < 0 ? 0 : cy - reach;
    int   to = cy + reach >= v->h ? v->h - 1 : cy + reach;

    for (int y = from; y <= to; y++) {
        /* half has reach + 1 entries. NOLINTNEXTLINE(*uninitialized*) */
        int h = half[y < cy ? cy - y : y - cy];

        sum += stretch_gain(v, y, cx - h, cx + h + 1);
    }
    return sum;
}


/* Gain of the pixels x0 .. x1 of a row, each by how much of it lies within
 * the disc, whose edge is one pixel soft. */
GMS_INLINE float
rim_gain(
    const gms_verify_t *v, int y, int x0, int x1, float cx, float dy, float r)
{
    const float *row = v->gain + y * v->w;
    float        sum = 0;

    x0 = x0 < 0 ? 0 : x0;
    x1 = x1 >= v->w ? v->w - 1 : x1;
    for (int x = x0; x <= x1; x++) {
        float dx = (float) x - cx;
        float c = r + 0.5F - sqrtf(dx * dx + dy * dy);

        sum += (c < 0 ? 0 : c > 1 ? 1 : c) * row[x];
    }
    return sum;
}


/* Gain of a disc whose edge is one pixel soft: whole stretches within, pixel
 * by pixel along the rim. */
static double
fine_gain(const gms_verify_t *v, double cx, double cy, double r)
{
    int    y0 = (int) ceil(cy - r - 0.5), y1 = (int) floor(cy + r + 0.5);
    double sum = 0, out = (r + 0.5) * (r + 0.5), in = (r - 0.5) * (r - 0.5);

    y0 = y0 < 0 ? 0 : y0;
    y1 = y1 >= v->h ? v->h - 1 : y1;
    for (int y = y0; y <= y1; y++) {
        double dy = y - cy, far = sqrt(fmax(out - dy * dy, 0));
        int    a = (int) floor(cx - far), b = (int) ceil(cx + far);
        float  fx = (float) cx, fy = (float) dy, fr = (float) r;

        if (dy * dy < in) {
            double near = sqrt(in - dy * dy);
            int    from = (int) ceil(cx - near), to = (int) floor(cx + near);

            if (from <= to) {
                sum += (double) (rim_gain(v, y, a, from - 1, fx, fy, fr)
                    + stretch_gain(v, y, from, to + 1)
                    + rim_gain(v, y, to + 1, b, fx, fy, fr));
                continue;
            }
        }
        sum += (double) rim_gain(v, y, a, b, fx, fy, fr);
    }
    return sum;
}


/* The best disc at whole pixels (of large holes: at every second). */
static void
search_coarse(const gms_verify_t *v, int gx, int gy, double r0, double fixed_r,
    gms_finding_t *f)
{
    int   span = (int) ceil(2 * r0 * SEARCH_CALIBERS);
    int   step = 2 * r0 < COARSE_CALIBER_PX ? 1 : 2;
    int   n = fixed_r > 0 ? 1 : (int) (sizeof(radii) / sizeof(radii[0]));
    float best = -INFINITY;

    for (int i = 0; i < n; i++) {
        double r = fixed_r > 0 ? fixed_r : radii[i] * r0;
        int    half[HALF_MAX], reach = (int) r;

        reach = reach >= HALF_MAX ? HALF_MAX - 1 : reach;
        for (int d = 0; d <= reach; d++) {
            half[d] = (int) (sqrt(fmax(r * r - d * d, 0)) + 0.5);
        }
        for (int cy = gy - span; cy <= gy + span; cy += step) {
            for (int cx = gx - span; cx <= gx + span; cx += step) {
                float g = coarse_gain(v, cx, cy, reach, half);

                if (g > best) {
                    best = g;
                    f->x = cx;
                    f->y = cy;
                    f->r = r;
                }
            }
        }
    }
}


/* The best disc near a place; a fixed radius when it is given. */
static void
fit_disc(const gms_verify_t *v, double x, double y, double r0, double fixed_r,
    gms_finding_t *f)
{
    double best;
    int    rounds;

    search_coarse(v, (int) lrint(x), (int) lrint(y), r0, fixed_r, f);
    best = fine_gain(v, f->x, f->y, f->r);
    for (size_t s = 0; s < sizeof(search_steps) / sizeof(double); s++) {
        double       step = search_steps[s];
        const double way[6][3] = { { step, 0, 0 }, { -step, 0, 0 },
            { 0, step, 0 }, { 0, -step, 0 }, { 0, 0, step / 2 },
            { 0, 0, -step / 2 } };
        bool         better = true;

        for (rounds = 0; better && rounds < SEARCH_ROUNDS; rounds++) {
            better = false;
            for (int i = 0; i < (fixed_r > 0 ? 4 : 6); i++) {
                double r = f->r + way[i][2], g;

                if (i >= 4 && (r < RADIUS_LEAST * r0 || r > RADIUS_MOST * r0)) {
                    continue;
                }
                g = fine_gain(v, f->x + way[i][0], f->y + way[i][1], r);
                if (g > best + 1e-6) {
                    best = g;
                    f->x += way[i][0];
                    f->y += way[i][1];
                    f->r = r;
                    better = true;
                }
            }
        }
    }
}


/* How well the disc is filled, how much change lies around it. */
static void
measure_shape(const gms_verify_t *v, gms_finding_t *f)
{
    double area = M_PI * f->r * f->r, changed = 0, weight = 0, inside = 0;
    double paper = 0, near = 0, outside = 0;

    for (int y = 0; y < v->h; y++) {
        for (int x = 0; x < v->w; x++) {
            int    i = y * v->w + x;
            double d = sqrt((x - f->x) * (x - f->x) + (y - f->y) * (y - f->y));

            if (d < f->r) {
                inside++;
                paper += v->paper[i];
                if (!v->known[i]) {
                    changed += (double) v->map[i];
                    weight++;
                }
            }
            if (d < 2.2 * f->r && v->box[i] && v->map[i] > 0.5F && !v->known[i])
            {
                near++;
                outside += d > 1.35 * f->r;
            }
        }
    }
    f->fill = changed / fmax(weight, 1);
    f->fresh = changed / area;
    f->leak = outside / fmax(near, 1);
    f->paper = paper / fmax(inside, 1);
}


/* Ratio of the axes of the changed pixels, and how many of them darkened. */
static void
measure_elongation(const gms_verify_t *v, gms_finding_t *f)
{
    double n = 0, sx = 0, sy = 0, xx = 0, xy = 0, yy = 0, half, root;
    double darker = 0;

    for (int i = 0; i < v->w * v->h; i++) {
        if (v->hard[i]) {
            double x = i % v->w, y = i / v->w; /* NOLINT: whole pixels */

            n++;
            darker += v->raw[i] > 0;
            sx += x;
            sy += y;
            xx += x * x;
            xy += x * y;
            yy += y * y;
        }
    }
    f->elongation = 0;
    f->darker = darker / fmax(n, 1);
    if (n <= 5 || f->overlap) {
        return;
    }
    xx = (xx - sx * sx / n) / (n - 1) + 0.08;
    yy = (yy - sy * sy / n) / (n - 1) + 0.08;
    xy = (xy - sx * sy / n) / (n - 1);
    half = (xx + yy) / 2;
    root = sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
    f->elongation = sqrt((half + root) / fmax(half - root, 1e-6));
}


/* Darkening and contrast of the core against what was there before and the
 * noise of the place. */
static void
measure_evidence(gms_verify_t *v, const gms_change_t *change, gms_finding_t *f)
{
    double n = 0, d = 0, size = 0, noise = 0, before = 0;

    /* As the difference was smoothed when its noise was taken. */
    smooth(v, v->raw, 0.25F, 0.5F, v->change);
    smooth(v, v->change, 0.25F, 0.5F, v->change);
    for (int pass = 0; pass < 2 && n <= 3; pass++) {
        double limit = pass == 0 ? 0.8 * f->r : f->r;

        n = d = size = noise = before = 0;
        for (int y = 0; y < v->h; y++) {
            for (int x = 0; x < v->w; x++) {
                int i = y * v->w + x;

                if ((x - f->x) * (x - f->x) + (y - f->y) * (y - f->y)
                        < limit * limit
                    && (pass == 1 || !v->known[i]))
                {
                    n++;
                    d += (double) v->change[i];
                    size += (double) fabsf(v->change[i]);
                    before += (double) v->before[i];
                    noise += gms_change_noise(change, v->x0 + x, v->y0 + y);
                }
            }
        }
    }
    n = fmax(n, 1);
    f->darkening = d / n / fmax(before / n, 8);
    f->contrast = size / n / fmax(noise / n, 0.3);
    f->score =
        2 * log(fmax(f->contrast, 0.1)) + log(fmax(f->levels, 1)) + 4 * f->fill;
}


/* Where most of the changed pixels lie: on paper or on ink. */
static bool
mostly_paper(const gms_verify_t *v, bool *any)
{
    int n = 0, paper = 0;

    for (int i = 0; i < v->w * v->h; i++) {
        n += v->hard[i];
        paper += v->hard[i] && v->paper[i];
    }
    *any = n > 0;
    return 2 * paper > n;
}


/*
 * A shifted line or edge is long and thin, a hole is not.  But a hole that
 * cuts a printed line shows as the piece of the line that is missing: one
 * sign, and nothing beyond the disc; a shifted line has two and goes on.
 */
static double
elongation_limit(const gms_finding_t *f, bool strong)
{
    if (strong && f->score > SCORE_FROZEN && f->darker > ONE_SIGN
        && f->leak < LEAK_LINE)
    {
        return ELONGATION_LINE;
    }
    return strong && f->paper > 0.2 ? ELONGATION_STRONG : ELONGATION_MOST;
}


/* On ink: by the score, and on a codec's pictures after a longer look. */
static gms_verdict_e
judge_black(const gms_finding_t *f, double freshness, int pictures)
{
    double limit = freshness < FRESH_FROZEN ? SCORE_FROZEN
        : freshness < FRESH_CODEC           ? SCORE_CODEC
                                            : SCORE_PLAIN;

    limit -= f->overlap ? SCORE_OVERLAP : 0;
    if (f->score <= limit
        || (f->score <= limit + 1 && pictures < CODEC_PICTURES
            && freshness < FRESH_CODEC))
    {
        return GMS_VERDICT_WEAK;
    }
    return GMS_VERDICT_HOLE;
}


static gms_verdict_e
judge(const gms_verify_t *v, const gms_circumstances_t *about,
    const gms_track_t *track, const gms_finding_t *f)
{
    bool   strong = f->darkening > DARKENING_STRONG && f->score > SCORE_STRONG;
    bool   any, paper = mostly_paper(v, &any);
    double fill = FILL_OVERLAP, fresh = FRESH_LONE;

    if (!f->overlap && any) {
        fill = strong ? FILL_STRONG : paper ? FILL_PAPER : FILL_BLACK;
    }
    if (f->overlap) {
        fresh = strong ? FRESH_OVERLAP_STRONG : FRESH_OVERLAP;
    }
    if (f->elongation > elongation_limit(f, strong)) {
        return GMS_VERDICT_LONG;
    }
    if (f->fresh < fresh) {
        return GMS_VERDICT_NOTHING;
    }
    if (f->leak > LEAK_MOST) {
        return GMS_VERDICT_LEAK;
    }
    if (f->fill < fill) {
        return GMS_VERDICT_HOLLOW;
    }
    if (f->paper > 0.5) {
        return f->darkening > DARKENING_MIN && f->contrast > CONTRAST_MIN
            ? GMS_VERDICT_HOLE
            : GMS_VERDICT_PALE;
    }
    return judge_black(f, about->freshness, track->pictures);
}


void
gms_verify(gms_verify_t *v, const gms_circumstances_t *about,
    const gms_track_t *track, const float *now, gms_finding_t *f)
{
    double r0 = about->caliber_px / 2, fixed = 0;

    memset(f, 0, sizeof(*f));
    look(v, about, track, now);
    make_map(v, now, f);
    fill_black(v, about->caliber_px);
    make_gain(v);
    for (int i = 0; i < v->w * v->h; i++) {
        f->overlap = f->overlap || (v->known[i] && v->box[i]);
    }
    if (f->overlap) {
        fixed = about->radius_px > 0 ? about->radius_px : r0 * RADIUS_UNKNOWN;
    }
    fit_disc(v, track->blob.x - v->x0, track->blob.y - v->y0, r0, fixed, f);
    measure_shape(v, f);
    measure_elongation(v, f);
    measure_evidence(v, about->change, f);
    f->verdict = judge(v, about, track, f);
    f->x += v->x0;
    f->y += v->y0;
}
