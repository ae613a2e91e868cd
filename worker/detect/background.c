/*
 * What the builtin detector compares a picture with: the background, another
 * one that is tried, and one that holds what stays before the card.
 */

#include "builtin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Edges of what is adopted: this many pixels more. */
#define ADOPT_PX 4


void
gms_background_compare(gms_builtin_t *run)
{
    gms_gain_update(
        &run->gain, run->change.picture_sums, run->change.background_sums);
    gms_change_find(&run->change, &run->gain);
    gms_occlusion_find(&run->occlusion, &run->gain, &run->holes);
}


void
gms_background_renew(gms_builtin_t *run)
{
    gms_change_renew_all(&run->change);
    gms_background_compare(run);
}


void
gms_background_swap(gms_builtin_t *run)
{
    int16_t *other = run->spare;

    run->spare = run->change.background;
    run->change.background = other;
}


/* Covers a run of changed pixels, and some around it. */
static void
cover(gms_builtin_t *run, const gms_run_t *r)
{
    const gms_zone_t *zone = &run->zone;

    for (int y = r->y - ADOPT_PX; y <= r->y + ADOPT_PX; y++) {
        for (int x = r->x0 - ADOPT_PX; x < r->x1 + ADOPT_PX; x++) {
            ptrdiff_t i = (ptrdiff_t) y * zone->w + x;

            if (x >= 0 && y >= 0 && x < zone->w && y < zone->h
                && run->covered[i] == 0) {
                run->covered[i] = 1;
                run->hidden[i] = run->change.background[i];
            }
        }
    }
}


/* ... and what somebody hides. */
static void
cover_hidden(gms_builtin_t *run)
{
    for (int y = 0; y < run->zone.h; y++) {
        for (int x = 0; x < run->zone.w; x += run->occlusion.cell) {
            if (gms_occlusion_hides(&run->occlusion, x, y)) {
                gms_run_t r = { .y = (int16_t) y,
                    .x0 = (int16_t) x,
                    .x1 = (int16_t) (x + run->occlusion.cell) };

                cover(run, &r);
            }
        }
    }
}


void
gms_background_fill(gms_builtin_t *run)
{
    const gms_zone_t *zone = &run->zone;

    for (int y = 0; y < zone->h; y++) {
        for (int x = 0; x < zone->w; x++) {
            ptrdiff_t i = (ptrdiff_t) y * zone->w + x;
            double    v;

            if (run->covered[i] == 0) {
                continue;
            }
            v = run->change.picture[i] * (GMS_DEEP / (double) GMS_LEVEL)
                / gms_gain_at(&run->gain, x, y);
            run->change.background[i] =
                (int16_t) fmin(fmax(v, 0), 255 * GMS_DEEP);
        }
    }
}


static int
compare_gains(const void *a, const void *b)
{
    return *(const int16_t *) a - *(const int16_t *) b;
}


void
gms_background_flatten(gms_builtin_t *run)
{
    const gms_gain_t *gain = &run->gain;
    int               all = gain->w * gain->h, n = 0;
    int16_t          *sorted = run->spare, middle;

    for (int i = 0; i < all; i++) {
        if (!gms_occlusion_hides(&run->occlusion, i % gain->w * gain->cell,
                i / gain->w * gain->cell))
        {
            sorted[n++] = gain->gain[i];
        }
    }
    qsort(sorted, (size_t) n, sizeof(int16_t), compare_gains);
    middle = n > 0 ? sorted[n / 2] : GMS_GAIN_ONE;
    for (int i = 0; i < all; i++) {
        gain->gain[i] = middle;
    }
    gms_change_find(&run->change, gain);
}


void
gms_background_adopt(gms_builtin_t *run, bool keep)
{
    size_t n = (size_t) run->zone.w * (size_t) run->zone.h;

    if (!(keep && run->has_hidden)) {
        memset(run->covered, 0, n);
    }
    run->has_hidden = keep;
    for (int i = 0; i < run->change.runs; i++) {
        cover(run, &run->change.run[i]);
    }
    cover_hidden(run);
    gms_background_fill(run);
    gms_background_renew(run);
}
