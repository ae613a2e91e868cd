/*
 * gms_mark: where an aiming mark may be.
 *
 * In a shrunken picture, at several thresholds, every dark region gives the
 * centres of the largest discs that fit into it.  From each of them rays look
 * for the border to paper, and an ellipse is laid through what they hit: so a
 * hand or a clamp that joins the mark to a dark background does no harm.  The
 * border is then found anew, to a part of a pixel, in the full picture.
 */

#include "mark.h"

#include "../../ipc/error.h"
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Long side of the shrunken picture: a mark of 40 pixels at 1920 keeps 10. */
#define COARSE_SIDE 540

/* Where thresholds lie between the darkest and the brightest. */
static const double thresholds[] = { 0.5, 0.35, 0.65, 0.22, 0.12 };

#define SEEDS_MAX 64
#define PEAKS_MAX 4096
#define SEED_RADIUS_MIN 2.5

#define COARSE_RAYS 64
#define FINE_RAYS 180
#define FINE_HALF_MAX 40 /* samples to each side of the border */

/* Rays that must agree on one ellipse. */
#define COARSE_SHARE 0.5
#define FINE_SHARE 0.5

/* Two black discs of one picture never look flatter: 60 degrees of tilt. */
#define FLATNESS_MIN 0.5

#define CONTRAST_MIN 15

typedef struct {
    int    x;
    int    y;
    double radius;
} seed_t;

typedef struct {
    uint8_t  *gray; /* without light lines */
    uint8_t  *spare;
    uint16_t *deep; /* thirds of a pixel from the nearest light one */
    seed_t   *peak;
    int       width;
    int       height;
    int       factor;
    int       x0; /* of the region */
    int       y0;
} coarse_t;

typedef struct {
    gms_mark_t mark[GMS_MARKS_MAX * 2];
    int        n;
} found_t;


static void
shrink(coarse_t *c, const gms_image_t *image)
{
    int f = c->factor;

    for (int y = 0; y < c->height; y++) {
        for (int x = 0; x < c->width; x++) {
            const uint8_t *p = image->px
                + (size_t) (c->y0 + y * f) * (size_t) image->stride + c->x0
                + x * f;
            int sum = 0;

            for (int i = 0; i < f; i++, p += image->stride) {
                for (int k = 0; k < f; k++) {
                    sum += p[k];
                }
            }
            c->gray[y * c->width + x] = (uint8_t) (sum / (f * f));
        }
    }
}


/* Least (or, with sign -1, largest) of three in a row, `step` apart. */
static void
extreme3(uint8_t *out, const uint8_t *in, int n, int step, int size, int sign)
{
    for (int i = 0; i < n; i++) {
        int best = in[i];
        int left = i - step >= 0 ? in[i - step] : best;
        int right = i + step < size ? in[i + step] : best;

        if (sign * left < sign * best) {
            best = left;
        }
        if (sign * right < sign * best) {
            best = right;
        }
        out[i] = (uint8_t) best;
    }
}


/* Takes away light lines of one or two pixels, as rings and digits in the
 * black are; at the side edges rows run into each other, which only ever
 * touches the outermost pixels. */
static void
remove_light_lines(coarse_t *c)
{
    int n = c->width * c->height;

    extreme3(c->spare, c->gray, n, 1, n, 1);
    extreme3(c->gray, c->spare, n, c->width, n, 1);
    extreme3(c->spare, c->gray, n, 1, n, -1);
    extreme3(c->gray, c->spare, n, c->width, n, -1);
}


static void
coarse_close(coarse_t *c)
{
    free(c->gray);
    free(c->spare);
    free(c->deep);
    free(c->peak);
}


static int
coarse_open(coarse_t *c, const gms_image_t *image, const int region[4])
{
    int    side = region[2] > region[3] ? region[2] : region[3];
    size_t n;

    memset(c, 0, sizeof(*c));
    c->factor = (side + COARSE_SIDE - 1) / COARSE_SIDE;
    c->width = region[2] / c->factor;
    c->height = region[3] / c->factor;
    c->x0 = region[0];
    c->y0 = region[1];

    n = (size_t) c->width * (size_t) c->height;
    c->gray = calloc(n, 1);
    c->spare = calloc(n, 1);
    c->deep = malloc(n * sizeof(*c->deep));
    c->peak = malloc(PEAKS_MAX * sizeof(*c->peak));
    if (c->gray == NULL || c->spare == NULL || c->deep == NULL
        || c->peak == NULL) {
        coarse_close(c);
        return GMS_ENOMEM;
    }
    shrink(c, image);
    remove_light_lines(c);
    return GMS_OK;
}


static int
percentile(const coarse_t *c, double share)
{
    int count[256] = { 0 }, n = c->width * c->height, sum = 0, level = 0;

    for (int i = 0; i < n; i++) {
        count[c->gray[i]]++;
    }
    for (; level < 255; level++) {
        sum += count[level];
        if (sum > share * n) {
            break;
        }
    }
    return level;
}


static uint16_t
least(uint16_t a, int b)
{
    return b < a ? (uint16_t) b : a;
}


/* Chamfer distance to the nearest pixel that is light; what lies outside of
 * the picture counts as light. */
static void
measure_depth(coarse_t *c, int threshold)
{
    int w = c->width, h = c->height;

    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            uint16_t *d = c->deep + y * w + x;

            if (c->gray[y * w + x] >= threshold) {
                *d = 0;
                continue;
            }
            if (x == 0 || y == 0 || x == w - 1 || y == h - 1) {
                *d = 3;
                continue;
            }
            *d = least(UINT16_MAX, d[-1] + 3);
            *d = least(*d, d[-w] + 3);
            *d = least(*d, d[-w - 1] + 4);
            *d = least(*d, d[-w + 1] + 4);
        }
    }
    for (int y = h - 2; y > 0; y--) {
        for (int x = w - 2; x > 0; x--) {
            uint16_t *d = c->deep + y * w + x;

            *d = least(*d, d[1] + 3);
            *d = least(*d, d[w] + 3);
            *d = least(*d, d[w + 1] + 4);
            *d = least(*d, d[w - 1] + 4);
        }
    }
}


/* Of neighbours of the same depth the first in reading order is the peak: a
 * ridge is not to give hundreds. */
static bool
is_peak(const coarse_t *c, int x, int y)
{
    const uint16_t  *d = c->deep + y * c->width + x;
    static const int dx[] = { -1, 0, 1, -1, 1, -1, 0, 1 };
    static const int dy[] = { -1, -1, -1, 0, 0, 1, 1, 1 };

    for (int i = 0; i < 8; i++) {
        if (d[dy[i] * c->width + dx[i]] >= *d + (i >= 4)) {
            return false;
        }
    }
    return true;
}


static int
by_radius(const void *a, const void *b)
{
    double ra = ((const seed_t *) a)->radius, rb = ((const seed_t *) b)->radius;

    return (rb > ra) - (rb < ra);
}


/* Centres of inscribed discs, largest first, none inside a larger one. */
static int
find_seeds(const coarse_t *c, seed_t *seeds)
{
    seed_t *all = c->peak;
    int     n = 0, kept = 0, room = PEAKS_MAX, floor3;

    /* With no room left the smallest go. */
    floor3 = (int) (SEED_RADIUS_MIN * 3);
    for (int y = 1; y < c->height - 1; y++) {
        for (int x = 1; x < c->width - 1; x++) {
            int d = c->deep[y * c->width + x];

            if (d < floor3 || !is_peak(c, x, y)) {
                continue;
            }
            all[n++] = (seed_t){ .x = x, .y = y, .radius = d / 3.0 };
            if (n == room) {
                qsort(all, (size_t) n, sizeof(*all), by_radius);
                n = room / 2;
                floor3 = (int) (all[n - 1].radius * 3) + 1;
            }
        }
    }
    qsort(all, (size_t) n, sizeof(*all), by_radius);

    for (int i = 0; i < n && kept < SEEDS_MAX; i++) {
        bool inside = false;

        for (int k = 0; k < kept && !inside; k++) {
            inside = hypot(all[i].x - seeds[k].x, all[i].y - seeds[k].y)
                < 0.8 * seeds[k].radius;
        }
        if (!inside) {
            seeds[kept++] = all[i];
        }
    }
    return kept;
}


/* First place on a ray behind which it stays light for a while. */
static bool
ray_to_paper(const coarse_t *c, int threshold, double x, double y, double dx,
    double dy, gms_point_t *hit)
{
    int run = 0, need = 3;

    for (int s = 1;; s++) {
        int px = (int) lround(x + s * dx), py = (int) lround(y + s * dy);

        if (px < 0 || py < 0 || px >= c->width || py >= c->height) {
            return false;
        }
        run = c->gray[py * c->width + px] >= threshold ? run + 1 : 0;
        if (run == need) {
            hit->x = x + (s - need + 0.5) * dx;
            hit->y = y + (s - need + 0.5) * dy;
            return true;
        }
    }
}


static bool
coarse_ellipse(const coarse_t *c, int threshold, double x, double y,
    gms_ellipse_t *e, int *agreeing)
{
    gms_point_t hit[COARSE_RAYS];
    double      near = 0, a, b;
    int         n = 0, good;

    for (int i = 0; i < COARSE_RAYS; i++) {
        double angle = 2 * M_PI * i / COARSE_RAYS;

        n += ray_to_paper(c, threshold, x, y, cos(angle), sin(angle), &hit[n]);
    }
    for (int i = 0; i < n; i++) {
        near += hypot(hit[i].x - x, hit[i].y - y) / n;
    }
    near = fmax(0.8, 0.035 * near);
    good = gms_ellipse_fit_robust(e, hit, n, near, NULL);
    *agreeing = good;
    if (good < 12 || good < COARSE_SHARE * n) {
        return false;
    }
    gms_ellipse_axes(e, &a, &b);
    return b >= FLATNESS_MIN * a;
}


static double
mean_of(const double *v, int from, int to)
{
    double sum = 0;

    for (int i = from; i < to; i++) {
        sum += v[i];
    }
    return sum / (to - from);
}


/*
 * The step from dark to light on one ray, half a pixel a sample: where the
 * means of the two sides differ most, then to a fraction where the level
 * crosses the middle.  Returns samples from the start, < 0: no step.
 */
static double
find_step(const double *v, int n, double *contrast)
{
    int    side = 5, best = -1;
    double most = CONTRAST_MIN, middle, at = -1;

    for (int i = side; i + side <= n; i++) {
        double d = mean_of(v, i, i + side) - mean_of(v, i - side, i);

        if (d > most) {
            most = d;
            best = i;
        }
    }
    if (best < 0) {
        return -1;
    }

    middle =
        (mean_of(v, best - side, best - 2) + mean_of(v, best + 2, best + side))
        / 2;
    for (int i = best - side; i + 1 < best + side; i++) {
        if (v[i] < middle && v[i + 1] >= middle) {
            double cross = i + (middle - v[i]) / (v[i + 1] - v[i]);

            if (at < 0 || fabs(cross - best + 0.5) < fabs(at - best + 0.5)) {
                at = cross;
            }
        }
    }
    *contrast = most;
    return at;
}


/* Border points of the full picture within `half` pixels of e. */
static int
border_points(const gms_image_t *image, const gms_ellipse_t *e, double half,
    gms_point_t *p, double *contrast)
{
    double v[4 * FINE_HALF_MAX + 1] = { 0 }, sum = 0;
    int    n = 0, samples;

    half = fmin(half, FINE_HALF_MAX);
    samples = (int) (4 * half) + 1;
    for (int i = 0; i < FINE_RAYS; i++) {
        double dx = cos(2 * M_PI * i / FINE_RAYS);
        double dy = sin(2 * M_PI * i / FINE_RAYS);
        double from = gms_ellipse_reach(e, dx, dy) - half, at, step = 0;
        int    k = 0;

        for (; k < samples; k++) {
            double r = from + k * 0.5;

            v[k] = gms_sample(image, e->x + r * dx, e->y + r * dy);
            if (v[k] < 0) {
                break;
            }
        }
        if (k < samples || (at = find_step(v, samples, &step)) < 0) {
            continue;
        }
        p[n].x = e->x + (from + at * 0.5) * dx;
        p[n].y = e->y + (from + at * 0.5) * dy;
        n++;
        sum += step;
    }
    *contrast = n > 0 ? sum / n : 0;
    return n;
}


static bool
refine(const gms_image_t *image, gms_mark_t *mark, int factor)
{
    gms_point_t p[FINE_RAYS];
    double      a, b, half;
    int         n, good = 0;

    gms_ellipse_axes(&mark->edge, &a, &b);
    half = fmax(2.5 * factor + 2, 0.06 * a);
    for (int round = 0; round < 3; round++) {
        half = fmax(fmin(half, 0.4 * b), 4);
        n = border_points(image, &mark->edge, half, p, &mark->contrast);
        good = gms_ellipse_fit_robust(
            &mark->edge, p, n, fmax(1.0, 0.008 * a), NULL);
        if (good < (mark->cut ? 0.2 : FINE_SHARE) * FINE_RAYS) {
            return false;
        }
        gms_ellipse_axes(&mark->edge, &a, &b);
        half /= 2;
    }
    mark->coverage = (double) good / FINE_RAYS;
    mark->diameter_px = 2 * sqrt(a * b);
    return b >= FLATNESS_MIN * a;
}


/* Half the height and width of the box around an ellipse. */
static bool
leaves(const gms_ellipse_t *e, double x0, double y0, double x1, double y1)
{
    double det = e->xx * e->yy - e->xy * e->xy;
    double w = sqrt(e->yy / det), h = sqrt(e->xx / det);

    return e->x - w < x0 || e->y - h < y0 || e->x + w > x1 || e->y + h > y1;
}


static bool
same_mark(const gms_mark_t *a, const gms_mark_t *b)
{
    double r = fmin(a->diameter_px, b->diameter_px) / 2;
    double ratio = a->diameter_px / b->diameter_px;

    return hypot(a->edge.x - b->edge.x, a->edge.y - b->edge.y) < 0.25 * r
        && ratio > 0.8 && ratio < 1.25;
}


static void
keep(found_t *found, const gms_mark_t *mark)
{
    int last = (int) (sizeof(found->mark) / sizeof(found->mark[0]));
    int at;

    for (int i = 0; i < found->n; i++) {
        if (same_mark(&found->mark[i], mark)) {
            if (mark->coverage > found->mark[i].coverage) {
                found->mark[i] = *mark;
            }
            return;
        }
    }
    at = found->n;
    if (found->n < last) {
        found->n++;

    } else {
        at = 0;
        for (int i = 1; i < last; i++) {
            if (found->mark[i].diameter_px < found->mark[at].diameter_px) {
                at = i;
            }
        }
        if (found->mark[at].diameter_px >= mark->diameter_px) {
            return;
        }
    }
    found->mark[at] = *mark;
}


/* What lies in a mark that is seen all round is a part of it. */
static bool
inside_found(const found_t *found, const coarse_t *c, const seed_t *seed)
{
    for (int i = 0; i < found->n; i++) {
        const gms_mark_t *mark = &found->mark[i];

        if (mark->coverage > 0.9
            && gms_ellipse_distance(&mark->edge, c->x0 + seed->x * c->factor,
                   c->y0 + seed->y * c->factor)
                < 0)
        {
            return true;
        }
    }
    return false;
}


static void
try_seed(found_t *found, const coarse_t *c, const gms_image_t *image,
    int threshold, const seed_t *seed)
{
    gms_mark_t     mark = { 0 };
    gms_ellipse_t *e = &mark.edge, again;
    double         a, b, f = c->factor;
    int            agreeing, better;

    if (inside_found(found, c, seed)
        || !coarse_ellipse(c, threshold, seed->x, seed->y, e, &agreeing))
    {
        return;
    }
    /* From its middle the whole border is seen alike. */
    if (coarse_ellipse(c, threshold, e->x, e->y, &again, &better)
        && better >= agreeing)
    {
        *e = again;
        agreeing = better;
    }

    /* A shrunken pixel's centre is the middle of its factor x factor. */
    e->x = c->x0 + e->x * f + (f - 1) / 2;
    e->y = c->y0 + e->y * f + (f - 1) / 2;
    e->xx /= f * f;
    e->xy /= f * f;
    e->yy /= f * f;
    gms_ellipse_axes(e, &a, &b);
    mark.diameter_px = 2 * sqrt(a * b);
    for (int i = 0; i < found->n; i++) {
        if (same_mark(&found->mark[i], &mark) && found->mark[i].coverage > 0.9)
        {
            return;
        }
    }

    mark.cut = leaves(e, 0, 0, image->width - 1, image->height - 1);
    if (!mark.cut && agreeing < COARSE_SHARE * COARSE_RAYS) {
        return;
    }
    if (refine(image, &mark, c->factor)) {
        mark.cut = leaves(e, 0, 0, image->width - 1, image->height - 1);
        keep(found, &mark);
    }
}


static int
by_diameter(const void *a, const void *b)
{
    double da = ((const gms_mark_t *) a)->diameter_px;
    double db = ((const gms_mark_t *) b)->diameter_px;

    return (db > da) - (db < da);
}


int
gms_mark_find(
    gms_mark_t *marks, int max, const gms_image_t *image, const int region[4])
{
    coarse_t coarse;
    found_t  found = { .n = 0 };
    seed_t   seeds[SEEDS_MAX];
    int      dark, light;

    if (region[2] < 16 || region[3] < 16) {
        return 0;
    }
    if (coarse_open(&coarse, image, region) != GMS_OK) {
        return GMS_ENOMEM;
    }
    dark = percentile(&coarse, 0.005);
    light = percentile(&coarse, 0.99);

    for (size_t t = 0; t < sizeof(thresholds) / sizeof(*thresholds); t++) {
        int threshold = dark + (int) lround(thresholds[t] * (light - dark));
        int n;

        measure_depth(&coarse, threshold);
        n = find_seeds(&coarse, seeds);
        for (int i = 0; i < n; i++) {
            try_seed(&found, &coarse, image, threshold, &seeds[i]);
        }
    }
    coarse_close(&coarse);

    qsort(found.mark, (size_t) found.n, sizeof(found.mark[0]), by_diameter);
    if (found.n > max) {
        found.n = max;
    }
    memcpy(marks, found.mark, (size_t) found.n * sizeof(*marks));
    return found.n;
}
