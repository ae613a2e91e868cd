/* gms_paper: see paper.h. */

#include "paper.h"

#include <math.h>

/* The hole and the paper around it, in radii. */
#define CORE 0.7
#define RING_FROM 1.25
#define RING_TO 1.8

/* A hole tells when it differs from its surroundings by so many levels and
 * this share of them; they must look as before. */
#define CLEAR_LEVELS 12.0
#define CLEAR_SHARE 0.2
#define SAME_LEVELS 6.0
#define SAME_SHARE 0.15

/* Of that difference: less is whole, more is still a hole. */
#define WHOLE_SHARE 0.3
#define THERE_SHARE 0.6

/* A paster is of one colour where what it hides may have been of two: what is
 * around the hole is then as one of them, so many of its own spreads from its
 * mean, and the hole no longer differs from it; its place changed as clearly as
 * a hole does, or it is but torn further. */
#define SPREADS 1.3

/* What is new is a hole when it changes the disc by so much. */
#define TORN_LEVELS 8.0
#define TORN_SHARE 0.3

/* A hole that is brighter than what is around it lies in ink: amid so much of
 * the paper's level it is paper between print, which a new hole may take. */
#define INK_MOST 0.5

/* A hole is as it was when what changed in it and so near around it, radii, is
 * less than this share of what makes it one; a hole of fewer levels says
 * nothing. */
#define KEPT_RADII 1.2
#define KEPT_SHARE 0.6
#define KEPT_LEVELS 2.0

#define PIXELS_MIN 6


typedef struct {
    double before;
    double squares; /* of before */
    double now;
    int    n;
} sum_t;


static void
add(sum_t *sum, double before, double now)
{
    sum->before += before;
    sum->squares += before * before;
    sum->now += now;
    sum->n++;
}


/* Sums of the core and of the ring around it, in the light of the place or, if
 * one > 0, in one light: what covers a place passes for paper in its own. */
static void
look(const gms_change_t *change, const gms_gain_t *gain, double one,
    const gms_disc_t *disc, sum_t *core, sum_t *ring)
{
    const gms_zone_t *zone = change->zone;
    double            x0 = (double) disc->x, y0 = (double) disc->y;
    double            r = (double) disc->r, most = RING_TO * r;

    for (int y = (int) ceil(y0 - most); y <= y0 + most; y++) {
        for (int x = (int) ceil(x0 - most); x <= x0 + most; x++) {
            double    d = hypot(x - x0, y - y0) / r, before, now;
            ptrdiff_t i = (ptrdiff_t) y * zone->w + x;

            if (x < 0 || y < 0 || x >= zone->w || y >= zone->h || d > RING_TO
                || zone->inside[i] == 0)
            {
                continue;
            }
            before = change->background[i] / (double) GMS_DEEP;
            now = change->picture[i]
                / (GMS_LEVEL * (one > 0 ? one : gms_gain_at(gain, x, y)));
            if (d < CORE) {
                add(core, before, now);
            } else if (d > RING_FROM) {
                add(ring, before, now);
            }
        }
    }
}


/* Does a difference between a hole and what is around it tell of it? */
static bool
is_clear(double levels, double around)
{
    return levels > CLEAR_LEVELS && levels > CLEAR_SHARE * around;
}


/* By how much more what is around a hole may change under a paster, if the
 * hole was filled as by one. */
static double
more_pasted(const sum_t *core, const sum_t *ring)
{
    double around = ring->before / ring->n, now = core->now / core->n;
    double was = core->before / core->n;
    double filled = was < around ? now - was : was - now;

    return is_clear(filled, now)
        ? SPREADS * sqrt(fmax(ring->squares / ring->n - around * around, 0))
        : 0;
}


/* Adds one disc; bright_most: what may be around one brighter than that;
 * known: a hole was there. */
static void
look_at(gms_paper_count_t *count, const gms_change_t *change,
    const gms_gain_t *gain, const gms_disc_t *disc, bool known,
    double bright_most)
{
    sum_t  core = { 0 }, ring = { 0 };
    double depth, left, around, beside;
    bool   whole;

    look(change, gain, gain->mean, disc, &core, &ring);
    if (core.n < PIXELS_MIN || ring.n < PIXELS_MIN) {
        return;
    }
    around = ring.before / ring.n;
    depth = around - core.before / core.n;
    left = ring.now / ring.n - core.now / core.n;
    if (!is_clear(fabs(depth), around) || (depth < 0 && around > bright_most)) {
        return;
    }
    whole = fabs(left / depth) < WHOLE_SHARE;
    beside =
        fabs(ring.now / ring.n - around) - SAME_LEVELS - SAME_SHARE * around;
    if (beside > 0 && !(known && whole && beside <= more_pasted(&core, &ring)))
    {
        return;
    }
    count->told++;
    count->whole += whole;
    count->there += left / depth > THERE_SHARE;
}


void
gms_paper_look(gms_paper_count_t *count, const gms_change_t *change,
    const gms_gain_t *gain, const gms_disc_t *disc)
{
    look_at(count, change, gain, disc, true, HUGE_VAL);
}


void
gms_paper_look_unknown(gms_paper_count_t *count, const gms_change_t *change,
    const gms_gain_t *gain, const gms_disc_t *disc, double paper_level)
{
    look_at(count, change, gain, disc, false, INK_MOST * paper_level);
}


bool
gms_paper_torn(
    const gms_change_t *change, const gms_gain_t *gain, const gms_disc_t *disc)
{
    sum_t  core = { 0 }, ring = { 0 };
    double around, before, now;

    look(change, gain, 0, disc, &core, &ring);
    if (core.n < PIXELS_MIN || ring.n < PIXELS_MIN) {
        return false;
    }
    around = fmax(ring.now / ring.n, 1);
    before = core.before / core.n;
    now = core.now / core.n;
    return fabs(now - before) > TORN_LEVELS
        && fabs(now - before) > TORN_SHARE * around;
}


/* Levels of a disc against what is around it, and against now. */
static void
look_closely(const gms_change_t *change, const gms_gain_t *gain,
    const gms_disc_t *disc, double around, double *own, double *changed)
{
    const gms_zone_t *zone = change->zone;
    double            x0 = (double) disc->x, y0 = (double) disc->y;
    double            most = KEPT_RADII * (double) disc->r;
    int               n = 0;

    *own = *changed = 0;
    for (int y = (int) ceil(y0 - most); y <= y0 + most; y++) {
        for (int x = (int) ceil(x0 - most); x <= x0 + most; x++) {
            ptrdiff_t i = (ptrdiff_t) y * zone->w + x;
            double    before;

            if (x >= 0 && y >= 0 && x < zone->w && y < zone->h
                && hypot(x - x0, y - y0) <= most && zone->inside[i] != 0)
            {
                before = change->background[i] / (double) GMS_DEEP;
                *own += fabs(before - around);
                *changed += fabs(
                    change->picture[i] / (GMS_LEVEL * gain->mean) - before);
                n++;
            }
        }
    }
    *own /= fmax(n, 1);
    *changed /= fmax(n, 1);
}


bool
gms_paper_kept(const gms_change_t *change, const gms_gain_t *gain,
    const gms_holes_t *holes)
{
    int told = 0, kept = 0;

    for (int i = 0; i < holes->discs; i++) {
        sum_t  core = { 0 }, ring = { 0 };
        double own, changed;

        look(change, gain, gain->mean, &holes->disc[i], &core, &ring);
        if (ring.n < PIXELS_MIN) {
            continue;
        }
        look_closely(change, gain, &holes->disc[i], ring.before / ring.n, &own,
            &changed);
        told += own > KEPT_LEVELS;
        kept += own > KEPT_LEVELS && changed < KEPT_SHARE * own;
    }
    return 2 * kept > told;
}


gms_paper_count_t
gms_paper_compare(const gms_change_t *change, const gms_gain_t *gain,
    const gms_holes_t *holes)
{
    gms_paper_count_t count = { 0, 0, 0 };

    for (int i = 0; i < holes->discs; i++) {
        gms_paper_look(&count, change, gain, &holes->disc[i]);
    }
    return count;
}


void
gms_paper_forget(
    gms_holes_t *holes, const gms_change_t *change, const gms_gain_t *gain)
{
    int kept = 0;

    for (int i = 0; i < holes->discs; i++) {
        gms_paper_count_t count = { 0, 0, 0 };

        gms_paper_look(&count, change, gain, &holes->disc[i]);
        if (count.whole == 0) {
            holes->disc[kept++] = holes->disc[i];
        }
    }
    holes->discs = kept;
}
