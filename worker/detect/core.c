/* gms_core: see core.h. */

#include "core.h"

#include <math.h>
#include <stdlib.h>

#include "levels.h"

/* It shows in the middle, this share of the caliber's radius; its levels lie
 * between these quantiles, as the rest is flaps and shade.  A codec smears
 * fibres, which are bright, over more of it. */
#define CORE_RADII 0.5
#define CORE_LOW 0.2
#define CORE_MIDDLE 0.5
#define CODEC_CORE_MIDDLE 0.4
#define CORE_SPREAD 0.1 /* from middle to high */

/* Before a backer that is brighter than ink what is brighter still is the light
 * of fibres: it counts so much less than it lost; a codec spreads it further. */
#define FIBRE_LESS 1.0F
#define CODEC_FIBRE_LESS 3.0F

/*
 * There a flap that stands up may be all that the disc was laid to so far, and
 * a codec blurs it into the opening: no quantile of the middle is the backer's
 * level then.  But the opening shows one level over a piece, the flap and the
 * edges between pass through all: the backer's is the one that most flat
 * pixels have, of those so near that changed on ink by so many levels and
 * more.  Told apart over so many levels, and trusted to so many, below which
 * what is between ink and backer counts so much less.
 */
#define FLAT_RADII 1.6
#define FLAT_CHANGE 5.0F
#define FLAT_SLOPE 10.0F /* levels in two pixels: counts half */
#define FLAT_NEAR 8
#define FLAT_SPREAD 3.0F
#define FLAT_LOW_LESS 2.0F
#define FLAT_AREA 0.2  /* of the caliber's disc changed, at least */
#define FLAT_SHARE 0.4 /* of the flat pixels; blur leaves edges alone */
#define BRIGHTER 5.0F  /* than ink, for sure */

#define LEVELS 256

typedef struct {
    double flat[LEVELS]; /* flat pixels by their level */
    double changed;
    double ink_sum; /* levels before */
    double ink;     /* pixels */
} around_t;


static float
now_at(const gms_patch_t *v, int i)
{
    return v->before[i] - v->raw[i];
}


/* Quantiles of what shows well within the start. */
static void
look_within(const gms_patch_t *v, const gms_fit_t *start, double r, bool codec,
    gms_core_t *core)
{
    double       middle = codec ? CODEC_CORE_MIDDLE : CORE_MIDDLE;
    gms_part_t   at = gms_patch_part(v, start->x, start->y, r);
    gms_levels_t levels = { 0 };

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            double dx = x - start->x, dy = y - start->y;

            if (dx * dx + dy * dy < r * r) {
                gms_levels_add(&levels, now_at(v, y * v->w + x));
            }
        }
    }
    core->low = gms_levels_quantile(&levels, CORE_LOW);
    core->middle = gms_levels_quantile(&levels, middle);
    core->high = gms_levels_quantile(&levels, middle + CORE_SPREAD);
}


/* How little the levels rise or fall around a pixel: 1 flat .. 0. */
static double
flatness(const gms_patch_t *v, int x, int y)
{
    int   i = y * v->w + x;
    float gx, gy;

    if (x == 0 || y == 0 || x + 1 == v->w || y + 1 == v->h) {
        return 1;
    }
    gx = now_at(v, i + 1) - now_at(v, i - 1);
    gy = now_at(v, i + v->w) - now_at(v, i - v->w);
    return 1 / (1 + (double) ((gx * gx + gy * gy) / (FLAT_SLOPE * FLAT_SLOPE)));
}


static void
look_around(
    const gms_patch_t *v, const gms_fit_t *start, double r, around_t *around)
{
    gms_part_t at = gms_patch_part(v, start->x, start->y, r);

    *around = (around_t){ 0 };
    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            int    i = y * v->w + x;
            double dx = x - start->x, dy = y - start->y;

            if (v->paper[i] || v->known[i] || dx * dx + dy * dy > r * r) {
                continue;
            }
            around->ink_sum += (double) v->before[i];
            around->ink++;
            if (fabsf(v->raw[i]) > FLAT_CHANGE) {
                int k = (int) fmaxf(0, fminf(now_at(v, i), LEVELS - 1));

                around->flat[k] += flatness(v, x, y);
                around->changed++;
            }
        }
    }
}


/* The level that most flat pixels have, or are near to; -1: not enough are. */
static int
most_flat(const around_t *around)
{
    int    level = 0;
    double most = 0, near = 0, all = 0;

    for (int k = 0; k < LEVELS; k++) {
        double sum = 0;

        for (int j = -FLAT_NEAR; j <= FLAT_NEAR; j++) {
            if (k + j >= 0 && k + j < LEVELS) {
                sum += around->flat[k + j] * (1 - abs(j) / (FLAT_NEAR + 1.0));
            }
        }
        if (sum > most) {
            most = sum;
            level = k;
        }
    }
    for (int k = 0; k < LEVELS; k++) {
        all += around->flat[k];
        near += abs(k - level) <= FLAT_NEAR ? around->flat[k] : 0;
    }
    return near >= FLAT_SHARE * all ? level : -1;
}


/* Of what is brighter than ink: the level of the opening, not of a flap before
 * it. */
static void
look_for_flat(
    const gms_patch_t *v, const gms_fit_t *start, double r, gms_core_t *core)
{
    float    ink, level;
    around_t around;

    look_around(v, start, FLAT_RADII * r, &around);
    if (around.changed < FLAT_AREA * M_PI * r * r || around.ink <= 0) {
        return;
    }
    ink = (float) (around.ink_sum / around.ink);
    level = (float) most_flat(&around) + 0.5F;
    if (level < ink + BRIGHTER || core->middle < ink + BRIGHTER) {
        return;
    }
    core->middle = level;
    core->low = level - FLAT_SPREAD;
    core->high = level + FLAT_SPREAD;
    core->low_less = FLAT_LOW_LESS;
}


/* Does the disc lie on ink, most of it? */
static bool
is_on_ink(const gms_patch_t *v, const gms_fit_t *start, double r)
{
    gms_part_t at = gms_patch_part(v, start->x, start->y, r);
    double     ink = 0, n = 0;

    for (int y = at.y0; y < at.y1; y++) {
        for (int x = at.x0; x < at.x1; x++) {
            double dx = x - start->x, dy = y - start->y;

            if (dx * dx + dy * dy < r * r) {
                ink += !v->paper[y * v->w + x];
                n++;
            }
        }
    }
    return ink > n / 2;
}


void
gms_core_find(const gms_patch_t *v, const gms_circumstances_t *about,
    const gms_fit_t *start, gms_core_t *core)
{
    bool   codec = about->freshness < GMS_FRESH_SENSOR;
    double r = about->caliber_px / 2;

    look_within(v, start, CORE_RADII * r, codec, core);
    core->low_less = 0;
    core->fibre_less = codec ? CODEC_FIBRE_LESS : FIBRE_LESS;
    core->on_ink = is_on_ink(v, start, r);
    if (codec && !v->overlap && core->on_ink) {
        look_for_flat(v, start, r, core);
    }
}
