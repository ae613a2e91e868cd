/* gms_centre: see centre.h. */

#include "centre.h"

#include <math.h>
#include <string.h>

#include "centre_error.h"
#include "hot.h"
#include "levels.h"
#include "moments.h"
#include "surround.h"

/* On paper a pixel is hole when it lost this share of its light: between
 * the edges of opening and ring, both of which are torn unevenly. */
#define PAPER_LOST 0.55F
#define PAPER_LOSS_MIN 20.0F

/* Where the ring lies, and what is well within, in radii; a backer is pale when
 * the inside lost hardly more light than the ring, which lost at least this. */
#define RING_IN 0.85
#define RING_OUT 1.05
#define RING_CORE 0.6
#define RING_DEEPER 1.15F
#define RING_LOSS_MIN 6.0F

/* A pixel is of the ring when it lost this share of what half of the ring
 * lost: so near to its outer edge, the bullet's print, as that is rounder than
 * the torn edge within.  A codec spreads shade as far. */
#define RING_SHARE 0.3F
#define CODEC_RING_SHARE 0.5F

/* What is behind passes for paper above this share of the paper's level. */
#define PALE_SHARE 0.45F

#define SECTORS GMS_CENTRE_SECTORS

/* Lamps stand to one side: shade of the torn edge is darker than what is
 * behind by this share and so many levels, a ridge between these radii that is
 * so wide at most, and not all around (of an arc, 1 one point, 0 all). */
#define SHADE_DEEPER 1.25F
#define SHADE_LEVELS 6.0F
#define SHADE_IN 0.5
#define SHADE_OUT 1.4
#define SHADE_WIDE 0.35
#define SHADE_ONE_SIDED 0.3

/* In the black: contrast from paper to what is behind that is not trusted,
 * and half the contrast that counts fully. */
#define BLACK_CONTRAST_MIN 6.0F
#define BLACK_CONTRAST_HALF 10.0F

/* Fibres are brighter than both explanations by this, levels. */
#define FIBRE_LEVELS 25.0F
#define FIBRE_GAIN (-0.1F) /* they stand around the opening, mostly */

/* The map of change counts in the black by a power of how little contrast
 * there is: hardly at all while there is some, or fibres pull the disc. */
#define DOUBT_WEIGHT 2.0
#define DOUBT_POWER 6.0

/* Radii that are expected, in the caliber's, and those that are allowed. */
#define PAPER_RADII 0.97
#define PAPER_RADII_LEAST 0.7
#define PAPER_RADII_MOST 1.25
#define BLACK_RADII 0.86
#define BLACK_RADII_LEAST 0.6
#define BLACK_RADII_MOST 1.2

/* What a radius costs that is not expected, gain per px^2; a crescent says
 * little about it. */
#define RADIUS_COST 0.3
#define RADIUS_COST_OVERLAP 2.0

/* The first search: a grid of so many steps to each side of an eighth of the
 * radius; then each way in halves of that. */
#define GRID 3
#define GRID_RADII 0.125
#define HALVINGS 6
#define ROUNDS 20

/* The disc's edge is soft: a hard one lies at the median of a torn edge, one
 * as wide as tears are long at its mean, which strays less.  Beside another
 * hole it would reach into that. */
#define EDGE_PX 1.0
#define EDGE_RADII 0.3

/* What a codec leaves of a hole in ink is no disc any more: the centre lies
 * between that of the best disc and the centroid, so far from the one to the
 * other.  On paper the centroid tells nothing. */
#define CENTROID_SHARE 0.5
#define CENTROID_SHARE_OVERLAP 0.4

#define LANES 8 /* summed apart, so that every machine adds in one order */

typedef struct {
    const gms_patch_t *patch;
    double             radius; /* the caliber's */
    double             cost;
} search_t;


/* Share of the ink within the caliber that shows what is behind it clearly;
 * 1 when there is none. */
static double
contrast_trust(const gms_patch_t *v, const gms_fit_t *start, double r)
{
    gms_part_t at = gms_patch_part(v, start->x, start->y, r);
    double     sum = 0, n = 0;

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            int    i = y * v->w + x;
            double dx = x - start->x, dy = y - start->y;

            if (!v->paper[i] && !v->known[i] && dx * dx + dy * dy < r * r) {
                sum += (double) v->stake[i];
                n++;
            }
        }
    }
    return n > 0 ? sum / n : 1;
}


/* What a disc gains by covering a pixel of ink that may be hole.  Where what is
 * behind is as dark as ink, the map of change says more. */
static float
ink_gain(gms_patch_t *v, const gms_core_t *core, double doubt, int i)
{
    float before = v->before[i], now = before - v->raw[i];
    float lost = fabsf(before - now), contrast = fabsf(before - core->middle);
    float gain, change = v->known[i] ? 0 : v->map[i] - 0.5F;

    if (!v->box[i] && change < 0) {
        change = -0.5F;
    }
    gain = lost - fmaxf(0, fmaxf(core->low - now, now - core->high));
    if (core->middle > before) {
        gain -= core->low_less * fmaxf(0, core->low - now);
        gain -= core->fibre_less
            * fmaxf(0, fminf(lost - contrast, now - core->high));
    }
    gain = gain / fmaxf(contrast, BLACK_CONTRAST_MIN);
    gain = 0.5F * fmaxf(-1, fminf(gain, 1)) * v->stake[i];
    if (now > before + FIBRE_LEVELS && now > core->high + FIBRE_LEVELS) {
        gain = FIBRE_GAIN;
        v->stake[i] = 0;
    }
    return gain + (float) doubt * change;
}


/* What a disc gains by covering a pixel: -0.5 .. 0.5; stake: how much could
 * be gained there, 0 .. 1. */
static void
weigh(gms_patch_t *v, const gms_fit_t *start, const gms_core_t *core, double r)
{
    double doubt;

    for (int i = 0; i < v->w * v->h; i++) {
        float contrast = fabsf(v->before[i] - core->middle);

        v->stake[i] =
            v->paper[i] ? 1 : contrast / (contrast + BLACK_CONTRAST_HALF);
    }
    doubt = DOUBT_WEIGHT * pow(1 - contrast_trust(v, start, r), DOUBT_POWER);
    for (int i = 0; i < v->w * v->h; i++) {
        float before = v->before[i];

        if (v->paper[i]) {
            float whole = fmaxf(before - core->low, PAPER_LOSS_MIN);

            v->gain[i] = fminf(fabsf(v->raw[i]) / whole, 1) - PAPER_LOST;
        } else {
            v->gain[i] = ink_gain(v, core, doubt, i);
        }
    }
}


/* What half of the paper lost between two radii of the disc. */
static float
paper_loss(const gms_patch_t *v, const gms_fit_t *start, double in, double out)
{
    gms_part_t   at = gms_patch_part(v, start->x, start->y, out);
    gms_levels_t levels = { 0 };

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            int    i = y * v->w + x;
            double dx = x - start->x, dy = y - start->y, d2 = dx * dx + dy * dy;

            if (v->paper[i] && !v->known[i] && d2 >= in * in && d2 < out * out)
            {
                gms_levels_add(&levels, fabsf(v->raw[i]));
            }
        }
    }
    return gms_levels_quantile(&levels, 0.5);
}


/* Before a backer as pale as paper the ring of lead and torn edge is all that
 * tells: it is what the disc should cover, and what it encloses is hole. */
static void
weigh_ring(gms_patch_t *v, const gms_fit_t *start, double r, float share)
{
    float ring = paper_loss(v, start, RING_IN * r, RING_OUT * r);

    ring = fmaxf(ring, RING_LOSS_MIN);
    if (paper_loss(v, start, 0, RING_CORE * r) > RING_DEEPER * ring) {
        return;
    }
    for (int i = 0; i < v->w * v->h; i++) {
        double dx = i % v->w - start->x, dy = i / v->w - start->y; /* NOLINT */

        if (v->paper[i]) {
            v->gain[i] = dx * dx + dy * dy < RING_CORE * r * RING_CORE * r
                ? 0.5F
                : fminf(fabsf(v->raw[i]) / ring, 1) - share;
        }
    }
}


/* Is the darkest pixel of a sector a ridge, lighter again further in? */
static bool
is_ridge(const gms_patch_t *v, const gms_fit_t *start, double r, int at,
    float inside)
{
    double dx = at % v->w - start->x, dy = at / v->w - start->y; /* NOLINT */
    double in = 1 - SHADE_WIDE * r / hypot(dx, dy);
    int    x = (int) lrint(start->x + in * dx);
    int    y = (int) lrint(start->y + in * dy);

    return x >= 0 && y >= 0 && x < v->w && y < v->h
        && v->raw[at] > fmaxf(SHADE_DEEPER * inside, inside + SHADE_LEVELS)
        && v->raw[y * v->w + x] < (v->raw[at] + inside) / 2;
}


/* Where shade lies deepest, in each sector: far from the start by so much; 0:
 * there is none.  False: nowhere, or nearly all around, which is soot. */
static bool
find_shade(
    const gms_patch_t *v, const gms_fit_t *start, double r, double far[SECTORS])
{
    float  inside = paper_loss(v, start, 0, RING_CORE * r);
    int    most[SECTORS] = { 0 };
    double x_sum = 0, y_sum = 0, n = 0;

    for (int y = 0; y < v->h; y++) {
        for (int x = 0; x < v->w; x++) {
            int    i = y * v->w + x, k;
            double dx = x - start->x, dy = y - start->y, d = hypot(dx, dy);

            if (v->paper[i] && !v->known[i] && d >= SHADE_IN * r
                && d <= SHADE_OUT * r) {
                k = gms_centre_sector(dx, dy);
                most[k] =
                    far[k] <= 0 || v->raw[i] > v->raw[most[k]] ? i : most[k];
                far[k] = 1;
            }
        }
    }
    for (int k = 0; k < SECTORS; k++) {
        int x = most[k] % v->w, y = most[k] / v->w;

        if (far[k] > 0 && is_ridge(v, start, r, most[k], inside)) {
            far[k] = hypot(x - start->x, y - start->y);
            x_sum += cos(2 * M_PI * k / SECTORS);
            y_sum += sin(2 * M_PI * k / SECTORS);
            n++;
        } else {
            far[k] = 0;
        }
    }
    return n > 0 && hypot(x_sum, y_sum) > SHADE_ONE_SIDED * n;
}


/* A backer nearly as pale as paper is brighter than the shade on the edge
 * before it: the hole ends where that is deepest, not where it fades.  Where
 * soot shows that is darker still, and fibres break it; a codec keeps none. */
static void
weigh_shade(gms_patch_t *v, const gms_fit_t *start, double r)
{
    double far[SECTORS] = { 0 };

    if (!find_shade(v, start, r, far)) {
        return;
    }
    for (int i = 0; i < v->w * v->h; i++) {
        double dx = i % v->w - start->x, dy = i / v->w - start->y; /* NOLINT */
        double beyond, edge = far[gms_centre_sector(dx, dy)];

        beyond = hypot(dx, dy) - edge;
        if (v->paper[i] && edge > 0 && beyond > -0.5) {
            v->gain[i] = fminf(v->gain[i], fmaxf(-0.5F, (float) -beyond));
        }
    }
}


/* Before a backer that passes for paper an older hole does too: it would be
 * paper that was not lost, and push the disc away, but nothing is left there
 * that could be. */
static void
spare_known(
    gms_patch_t *v, const gms_circumstances_t *about, const gms_core_t *core)
{
    if (core->middle < PALE_SHARE * (float) about->paper_level) {
        return;
    }
    for (int i = 0; i < v->w * v->h; i++) {
        if (v->known[i] && v->paper[i]) {
            v->gain[i] = 0;
            v->stake[i] = 0;
        }
    }
}


/* LANES numbers at once. */
typedef float   lanes_t __attribute__((vector_size(4 * LANES)));
typedef int32_t lanes_mask_t __attribute__((vector_size(4 * LANES)));
typedef uint8_t lanes_byte_t __attribute__((vector_size(LANES)));
typedef int16_t lanes_short_t __attribute__((vector_size(2 * LANES)));


/* b where the mask is set, a elsewhere. */
GMS_INLINE void
choose(lanes_t *a, const lanes_t *b, const lanes_mask_t *mask)
{
    *a = (lanes_t) (((lanes_mask_t) *a & ~*mask) | ((lanes_mask_t) *b & *mask));
}


/* Gain of the pixels of a row, each by how much of it lies within the disc;
 * dy2: square of the row's distance; hard: 1 / width of the disc's edge.  Up to
 * LANES - 1 pixels after the last are read too: the planes have them. */
GMS_HOT static float
row_gain(const float *gain, const uint8_t *paper, int n, float dx, float dy2,
    float r_paper, float r_black, float hard)
{
    const lanes_t      count = { 0, 1, 2, 3, 4, 5, 6, 7 };
    const lanes_mask_t last = { 0, 1, 2, 3, 4, 5, 6, 7 };
    const lanes_t      zero = { 0 }, one = zero + 1;
    const lanes_t      on_paper = zero + r_paper;
    lanes_t            sum = { 0 };

    for (int x = 0; x < n; x += LANES) {
        lanes_t      d = dx + ((float) x + count), g, c = zero + r_black;
        lanes_byte_t byte;
        lanes_mask_t mask;

        memcpy(&byte, paper + x, sizeof(byte));
        memcpy(&g, gain + x, sizeof(g));
        mask = -__builtin_convertvector(
            __builtin_convertvector(byte, lanes_short_t), lanes_mask_t);
        choose(&c, &on_paper, &mask);
        d = d * d + dy2;
        for (int k = 0; k < LANES; k++) {
            d[k] = sqrtf(d[k]);
        }
        c = (c - d) * hard + 0.5F;
        mask = c < 0;
        choose(&c, &zero, &mask);
        mask = c > 1;
        choose(&c, &one, &mask);
        mask = last >= n - x;
        choose(&g, &zero, &mask);
        sum += c * g;
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3]))
        + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}


static double
disc_gain(const search_t *s, double x, double y, double r_paper, double r_black)
{
    const gms_patch_t *v = s->patch;
    double             soft = v->overlap ? 0 : EDGE_RADII * s->radius;
    double             edge = fmax(EDGE_PX, soft), sum = 0;
    double             reach = fmax(r_paper, r_black) + edge / 2;
    double             dp = r_paper - PAPER_RADII * s->radius;
    double             db = r_black - BLACK_RADII * s->radius;
    int                x0 = (int) ceil(x - reach), x1 = (int) floor(x + reach);
    int                y0 = (int) ceil(y - reach), y1 = (int) floor(y + reach);

    x0 = x0 < 0 ? 0 : x0;
    y0 = y0 < 0 ? 0 : y0;
    x1 = x1 >= v->w ? v->w - 1 : x1;
    y1 = y1 >= v->h ? v->h - 1 : y1;
    for (int row = y0; row <= y1; row++) {
        double dy = row - y;

        sum += (double) row_gain(v->gain + row * v->w + x0,
            v->paper + row * v->w + x0, x1 - x0 + 1, (float) (x0 - x),
            (float) (dy * dy), (float) r_paper, (float) r_black,
            (float) (1 / edge));
    }
    return sum - s->cost * (dp * dp + db * db);
}


static bool
allowed(const search_t *s, double r_paper, double r_black)
{
    return r_paper >= PAPER_RADII_LEAST * s->radius
        && r_paper <= PAPER_RADII_MOST * s->radius
        && r_black >= BLACK_RADII_LEAST * s->radius
        && r_black <= BLACK_RADII_MOST * s->radius;
}


/* One step each way in place and radii while that is better. */
static double
climb(const search_t *s, double step, double best, gms_centre_t *c)
{
    const double way[8][4] = { { step, 0, 0, 0 }, { -step, 0, 0, 0 },
        { 0, step, 0, 0 }, { 0, -step, 0, 0 }, { 0, 0, step / 2, 0 },
        { 0, 0, -step / 2, 0 }, { 0, 0, 0, step / 2 }, { 0, 0, 0, -step / 2 } };
    bool         better = true;

    for (int round = 0; better && round < ROUNDS; round++) {
        better = false;
        for (int i = 0; i < 8; i++) {
            double x = c->x + way[i][0], y = c->y + way[i][1];
            double rp = c->r_paper + way[i][2], rb = c->r_black + way[i][3];
            double gain =
                allowed(s, rp, rb) ? disc_gain(s, x, y, rp, rb) : best;

            if (gain > best + 1e-6) {
                best = gain;
                c->x = x;
                c->y = y;
                c->r_paper = rp;
                c->r_black = rb;
                better = true;
            }
        }
    }
    return best;
}


static void
search(const search_t *s, const gms_fit_t *start, gms_centre_t *c)
{
    double step = GRID_RADII * s->radius, best = -INFINITY;

    c->r_paper = PAPER_RADII * s->radius;
    c->r_black = BLACK_RADII * s->radius;
    for (int i = -GRID; i <= GRID; i++) {
        for (int k = -GRID; k <= GRID; k++) {
            double x = start->x + k * step, y = start->y + i * step;
            double gain = disc_gain(s, x, y, c->r_paper, c->r_black);

            if (gain > best) {
                best = gain;
                c->x = x;
                c->y = y;
            }
        }
    }
    for (int i = 0; i < HALVINGS; i++) {
        best = climb(s, step, best, c);
        step /= 2;
    }
}


static void
go_between(const gms_patch_t *v, double caliber_px, gms_centre_t *c)
{
    double        share = v->overlap ? CENTROID_SHARE_OVERLAP : CENTROID_SHARE;
    gms_moments_t m;

    if (gms_moments_look(v, c->x, c->y, caliber_px, &m)) {
        c->apart_px = hypot(m.x, m.y);
        c->x += share * m.x;
        c->y += share * m.y;
    }
}


void
gms_centre_find(gms_patch_t *v, const gms_circumstances_t *about,
    const gms_fit_t *start, gms_centre_t *c)
{
    bool       codec = about->freshness < GMS_FRESH_SENSOR;
    gms_core_t core;
    search_t   s = { .patch = v,
          .radius = about->caliber_px / 2,
          .cost = v->overlap ? RADIUS_COST_OVERLAP : RADIUS_COST };

    *c = (gms_centre_t){ 0 };
    gms_core_find(v, about, start, &core);
    weigh(v, start, &core, s.radius);
    weigh_ring(v, start, s.radius, codec ? CODEC_RING_SHARE : RING_SHARE);
    if (codec) {
        weigh_shade(v, start, s.radius);
    }
    spare_known(v, about, &core);
    search(&s, start, c);
    if (codec && core.on_ink) {
        go_between(v, about->caliber_px, c);
    }
    gms_centre_estimate(v, about, &core, c);
    if (!codec) {
        gms_surround_better(v, about->caliber_px, c);
    }
}
