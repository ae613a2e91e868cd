/* gms_fit: see fit.h. */

#include "fit.h"

#include <math.h>

#include "hot.h"

/* The centre is searched this far from the blob's, calibers; radii in shares
 * of the caliber's. */
#define SEARCH_CALIBERS 0.55
#define RADIUS_LEAST 0.78
#define RADIUS_MOST 1.2
#define RADIUS_UNKNOWN 0.98
static const double radii[] = { 0.82, 0.88, 0.94, 1.0, 1.06, 1.12 };
#define COARSE_CALIBER_PX 24
#define HALF_MAX 64
#define SIDE_BY_SIDE 64 /* discs at once, an even number */

/* A disc that is to lie beside older holes, not on them. */
#define KNOWN_GAIN (-0.15F)

static const double search_steps[] = { 0.5, 0.25, 0.12, 0.06 };
#define SEARCH_ROUNDS 12


/* What a disc gains by covering each pixel; known: of an older hole. */
static void
make_gain(gms_patch_t *v, float known)
{
    for (int i = 0; i < v->w * v->h; i++) {
        if (v->known[i]) {
            v->gain[i] = known;
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
stretch_gain(const gms_patch_t *v, int y, int from, int to)
{
    const float *sums = v->sums + y * (v->w + 1);

    from = from < 0 ? 0 : from > v->w ? v->w : from;
    to = to > v->w ? v->w : to < from ? from : to;
    return sums[to] - sums[from];
}


/* Gains of n discs with a hard edge at whole pixels, side by side from (cx,
 * cy) on; half[i]: of their rows. */
GMS_HOT static void
coarse_gains(const gms_patch_t *v, int cx, int n, int cy, int reach,
    const int *half, float *gains)
{
    int from = cy - reach < 0 ? 0 : cy - reach;
    int to = cy + reach >= v->h ? v->h - 1 : cy + reach;

    for (int k = 0; k < n; k++) {
        gains[k] = 0;
    }
    for (int y = from; y <= to; y++) {
        /* half has reach + 1 entries. NOLINTNEXTLINE(*uninitialized*) */
        int          h = half[y < cy ? cy - y : y - cy];
        const float *sums = v->sums + y * (v->w + 1) + cx;

        if (cx - h >= 0 && cx + n + h <= v->w) {
            for (int k = 0; k < n; k++) {
                gains[k] += sums[k + h + 1] - sums[k - h];
            }
        } else {
            for (int k = 0; k < n; k++) {
                gains[k] += stretch_gain(v, y, cx + k - h, cx + k + h + 1);
            }
        }
    }
}


/* Gain of the pixels x0 .. x1 of a row, each by how much of it lies within
 * the disc, whose edge is one pixel soft. */
GMS_INLINE float
rim_gain(
    const gms_patch_t *v, int y, int x0, int x1, float cx, float dy, float r)
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
fine_gain(const gms_patch_t *v, double cx, double cy, double r)
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


/* The best disc of one radius at whole pixels (of large holes: at every
 * second), if it is better than the best so far. */
static void
search_radius(const gms_patch_t *v, int gx, int gy, double r0, double r,
    float *best, gms_fit_t *f)
{
    int   span = (int) ceil(2 * r0 * SEARCH_CALIBERS);
    int   step = 2 * r0 < COARSE_CALIBER_PX ? 1 : 2;
    int   half[HALF_MAX], reach = (int) r;
    float gains[SIDE_BY_SIDE];

    reach = reach >= HALF_MAX ? HALF_MAX - 1 : reach;
    for (int d = 0; d <= reach; d++) {
        half[d] = (int) (sqrt(fmax(r * r - d * d, 0)) + 0.5);
    }
    for (int cy = gy - span; cy <= gy + span; cy += step) {
        for (int cx = gx - span; cx <= gx + span; cx += SIDE_BY_SIDE) {
            int n = gx + span + 1 - cx;

            n = n < SIDE_BY_SIDE ? n : SIDE_BY_SIDE;
            coarse_gains(v, cx, n, cy, reach, half, gains);
            for (int k = 0; k < n; k += step) {
                if (gains[k] > *best) {
                    *best = gains[k];
                    f->x = cx + k;
                    f->y = cy;
                    f->r = r;
                }
            }
        }
    }
}


static void
search_coarse(const gms_patch_t *v, int gx, int gy, double r0, double fixed_r,
    gms_fit_t *f)
{
    int   n = fixed_r > 0 ? 1 : (int) (sizeof(radii) / sizeof(radii[0]));
    float best = -INFINITY;

    for (int i = 0; i < n; i++) {
        search_radius(
            v, gx, gy, r0, fixed_r > 0 ? fixed_r : radii[i] * r0, &best, f);
    }
}


/* The best disc near a place; a fixed radius when it is given. */
static void
fit_disc(const gms_patch_t *v, double x, double y, double r0, double fixed_r,
    gms_fit_t *f)
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


static void
fit_with(gms_patch_t *v, const gms_circumstances_t *about, double x, double y,
    float known, gms_fit_t *fit)
{
    double r0 = about->caliber_px / 2, fixed = 0;

    make_gain(v, known);
    if (v->overlap) {
        fixed = about->radius_px > 0 ? about->radius_px : r0 * RADIUS_UNKNOWN;
    }
    fit_disc(v, x, y, r0, fixed, fit);
}


void
gms_fit_disc(gms_patch_t *v, const gms_circumstances_t *about, double x,
    double y, gms_fit_t *fit)
{
    fit_with(v, about, x, y, 0, fit);
}


void
gms_fit_beside(gms_patch_t *v, const gms_circumstances_t *about, double x,
    double y, gms_fit_t *fit)
{
    fit_with(v, about, x, y, KNOWN_GAIN, fit);
}
