/* gms_watch: see watch.h. */

#include "watch.h"

#include <math.h>
#include <stdlib.h>

#include "../base/clock.h"

/* Whole again: less than this share of the change is left and the place is as
 * near to what was before, in so many pictures and for so long. */
#define LEFT_SHARE 0.3
#define MISFIT_MOST 0.35
#define BACK_PICTURES 3
#define BACK_NS (390 * GMS_MS)

/* Its surroundings, from the disc's edge to so many radii, may differ by as
 * much from what they ever showed, levels or share of the change: a hand, a
 * blurred picture. */
#define AROUND_FROM 1.25
#define AROUND_RADII 1.7
#define AROUND_LEVELS 5.0
#define AROUND_SHARE 0.15

/* A pixel is as it was before: nearer to that by this share of its change.
 * What covers it looks otherwise. */
#define HEALED_SHARE 0.35

#define CHOSEN_MIN 4

/* What a disc covers for sure. */
#define COVER_RADII 0.9

/* The hole's patch, and what else changed with it. */
#define PATCH_RADII 1.75
#define PATCH_LEVELS 6


void
gms_watch_begin(gms_watch_t *w, const gms_change_t *change,
    const gms_disc_t *disc, const gms_piece_t *piece, const float *after,
    const uint8_t *known, double levels, int64_t ns)
{
    int chosen = 0;

    w->disc = *disc;
    w->piece = *piece;
    w->quiet = false;
    w->shot_ns = w->seen_ns = ns;
    w->back = 0;
    for (int y = 0; y < piece->h; y++) {
        const int16_t *row = change->background
            + (ptrdiff_t) (piece->y0 + y) * change->zone->w + piece->x0;

        for (int x = 0; x < piece->w; x++) {
            int   i = y * piece->w + x;
            float dx = (float) (piece->x0 + x) - disc->x;
            float dy = (float) (piece->y0 + y) - disc->y;
            float change_levels = (float) row[x] / GMS_DEEP - after[i];

            w->before[i] = row[x];
            w->after[i] = (int16_t) lrintf(fminf(after[i], 255) * GMS_DEEP);
            w->chosen[i] = known[i] == 0
                && dx * dx + dy * dy < disc->r * disc->r
                && fabsf(change_levels) > 0.5F * (float) levels;
            chosen += w->chosen[i];
        }
    }
    w->active = chosen >= CHOSEN_MIN;
}


/* How far a level is from all that this place ever showed. */
static double
strangeness(double level, int16_t now, int16_t before, int16_t after)
{
    double off = fabs(level - (double) now / GMS_DEEP);

    off = fmin(off, fabs(level - (double) before / GMS_DEEP));
    return fmin(off, fabs(level - (double) after / GMS_DEEP));
}


/* Does a disc, or NULL, take this pixel for sure? */
static bool
is_taken(const gms_disc_t *disc, int x, int y)
{
    return disc != NULL
        && hypot(x - (double) disc->x, y - (double) disc->y)
        < COVER_RADII * (double) disc->r;
}


/* One look at a watched place, and the piece of the picture that it takes. */
typedef struct {
    const gms_watch_t  *w;
    const gms_change_t *change;
    const gms_disc_t   *but;
    gms_piece_t         p;
    const float        *now;
} look_t;


/* A square around the disc, so many radii far and a little more. */
static void
look_begin(
    look_t *l, double radii, const gms_gain_t *gain, float *now, int16_t *gains)
{
    const gms_disc_t *disc = &l->w->disc;

    l->p = gms_piece_around(l->change->zone, (double) disc->x, (double) disc->y,
        2 * (int) ceil(radii * (double) disc->r) + 1);
    l->now = now;
    gms_piece_read(l->change, gain, &l->p, gains, now);
}


/* How strange the ring around the hole is. */
static double
look_around(const look_t *l)
{
    const gms_watch_t *w = l->w;
    double             sum = 0, n = 0, r = (double) w->disc.r;

    for (int y = l->p.y0; y < l->p.y0 + l->p.h; y++) {
        const int16_t *row =
            l->change->background + (ptrdiff_t) y * l->change->zone->w;

        for (int x = l->p.x0; x < l->p.x0 + l->p.w; x++) {
            int    u = x - w->piece.x0, v = y - w->piece.y0;
            int    i = v * w->piece.w + u;
            double d = hypot(x - (double) w->disc.x, y - (double) w->disc.y);

            if (u >= 0 && v >= 0 && u < w->piece.w && v < w->piece.h
                && d > AROUND_FROM * r && d < AROUND_RADII * r
                && !is_taken(l->but, x, y))
            {
                sum += strangeness(
                    (double) l->now[(y - l->p.y0) * l->p.w + x - l->p.x0],
                    row[x], w->before[i], w->after[i]);
                n++;
            }
        }
    }
    return sum / fmax(n, 1);
}


/* What the pixels say that tell the hole from the paper before. */
static void
look_inside(const look_t *l, const uint8_t *others, gms_sight_t *sight)
{
    const gms_watch_t *w = l->w;
    double             along = 0, whole = 0, off = 0, chosen = 0, healed = 0;

    for (int y = l->p.y0; y < l->p.y0 + l->p.h; y++) {
        for (int x = l->p.x0; x < l->p.x0 + l->p.w; x++) {
            int    u = x - w->piece.x0, v = y - w->piece.y0;
            int    i = v * w->piece.w + u;
            double level, before, e;

            if (u < 0 || v < 0 || u >= w->piece.w || v >= w->piece.h
                || !w->chosen[i] || others[i] || is_taken(l->but, x, y))
            {
                continue;
            }
            level = (double) l->now[(y - l->p.y0) * l->p.w + x - l->p.x0];
            before = (double) w->before[i] / GMS_DEEP;
            e = (double) w->after[i] / GMS_DEEP - before;
            along += (level - before) * e;
            off += (level - before) * (level - before);
            whole += e * e;
            chosen++;
            healed += fabs(level - before) < HEALED_SHARE * fabs(e);
        }
    }
    sight->healed = chosen < CHOSEN_MIN ? 0 : healed / chosen;
    sight->left = chosen >= CHOSEN_MIN && whole > 0 ? along / whole : 1;
    sight->misfit = whole > 0 ? off / whole : 1;
}


static bool
looks_whole(const gms_sight_t *sight)
{
    return sight->left < LEFT_SHARE && sight->misfit < MISFIT_MOST;
}


void
gms_watch_look(const gms_watch_t *w, const gms_change_t *change,
    const gms_gain_t *gain, const uint8_t *others, const gms_disc_t *but,
    float *now, int16_t *gains, gms_sight_t *sight)
{
    look_t l = { .w = w, .change = change, .but = but };

    look_begin(&l, 1, gain, now, gains);
    look_inside(&l, others, sight);
    sight->around = 0;
    if (looks_whole(sight)) { /* nearly never: a hole stays one */
        look_begin(&l, AROUND_RADII, gain, now, gains);
        sight->around = look_around(&l);
    }
}


/* The mean change of the pixels that tell. */
static double
levels_of(const gms_watch_t *w)
{
    double sum = 0, n = 0;

    for (int i = 0; i < w->piece.w * w->piece.h; i++) {
        if (w->chosen[i]) {
            sum += abs(w->after[i] - w->before[i]);
            n++;
        }
    }
    return sum / GMS_DEEP / fmax(n, 1);
}


bool
gms_watch_is_over(gms_watch_t *w, const gms_sight_t *sight, int64_t ns)
{
    w->seen_ns = ns;
    if (!looks_whole(sight)
        || sight->around > fmax(AROUND_LEVELS, AROUND_SHARE * levels_of(w)))
    {
        w->back = 0;
        return false;
    }
    if (w->back++ == 0) {
        w->back_ns = ns;
    }
    return w->back >= BACK_PICTURES && ns - w->back_ns >= BACK_NS;
}


void
gms_watch_restore(
    const gms_watch_t *w, gms_change_t *change, const uint8_t *spared)
{
    const gms_piece_t *p = &w->piece;

    for (int i = 0; i < p->w * p->h; i++) {
        int       x = p->x0 + i % p->w, y = p->y0 + i / p->w;
        ptrdiff_t at = (ptrdiff_t) y * change->zone->w + x;

        if (!spared[i]
            && (hypot(x - (double) w->disc.x, y - (double) w->disc.y)
                    < PATCH_RADII * (double) w->disc.r
                || abs(w->after[i] - w->before[i]) > PATCH_LEVELS * GMS_DEEP))
        {
            change->background[at] = w->before[i];
        }
    }
    gms_change_renew(change, p->x0, p->y0, p->x0 + p->w, p->y0 + p->h);
}
