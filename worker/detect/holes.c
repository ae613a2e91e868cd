/* gms_holes: see holes.h. */

#include "holes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"

/* A hole is watched for so long; whatever sat still longer is one. */
#define WATCH_NS (10 * GMS_S)

/* Whole again: less than this share of the change is left, in so many
 * pictures and for so long. */
#define LEFT_SHARE 0.3
#define BACK_PICTURES 4
#define BACK_NS (190 * GMS_MS)

/* A later hole this near, in calibers, disturbs the comparison. */
#define NEIGHBOUR_RADII 2.6

#define CHOSEN_MIN 4


int
gms_holes_init(gms_holes_t *holes, const gms_zone_t *zone, int side)
{
    size_t n = (size_t) side * (size_t) side;

    memset(holes, 0, sizeof(*holes));
    holes->now = calloc(n, sizeof(float));
    holes->gains =
        calloc((size_t) zone->w + 2 * GMS_GAIN_ROOM, sizeof(int16_t));
    if (holes->now == NULL || holes->gains == NULL) {
        gms_holes_close(holes);
        return GMS_ENOMEM;
    }
    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        gms_watch_t *w = &holes->watch[i];

        w->before = calloc(n, sizeof(int16_t));
        w->after = calloc(n, sizeof(int16_t));
        w->chosen = calloc(n, 1);
        if (w->before == NULL || w->after == NULL || w->chosen == NULL) {
            gms_holes_close(holes);
            return GMS_ENOMEM;
        }
    }
    return GMS_OK;
}


void
gms_holes_close(gms_holes_t *holes)
{
    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        free(holes->watch[i].before);
        free(holes->watch[i].after);
        free(holes->watch[i].chosen);
    }
    free(holes->now);
    free(holes->gains);
    memset(holes, 0, sizeof(*holes));
}


void
gms_holes_clear(gms_holes_t *holes)
{
    holes->discs = 0;
    holes->radii = 0;
    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        holes->watch[i].active = false;
    }
}


void
gms_holes_add(gms_holes_t *holes, const gms_disc_t *disc)
{
    if (holes->discs == GMS_HOLES_MAX) {
        holes->discs--;
        memmove(holes->disc, holes->disc + 1,
            (size_t) holes->discs * sizeof(gms_disc_t));
    }
    holes->disc[holes->discs++] = *disc;
}


static void
forget(gms_holes_t *holes, uint32_t id)
{
    for (int i = 0; i < holes->discs; i++) {
        if (holes->disc[i].id == id) {
            holes->discs--;
            memmove(&holes->disc[i], &holes->disc[i + 1],
                (size_t) (holes->discs - i) * sizeof(gms_disc_t));
            return;
        }
    }
}


bool
gms_holes_known(const gms_holes_t *holes, double x, double y, double limit_px)
{
    for (int i = 0; i < holes->discs; i++) {
        const gms_disc_t *d = &holes->disc[i];

        if (hypot((double) d->x - x, (double) d->y - y) < limit_px) {
            return true;
        }
    }
    return false;
}


void
gms_holes_mask(
    const gms_holes_t *holes, const gms_piece_t *piece, uint8_t *mask)
{
    memset(mask, 0, (size_t) piece->w * (size_t) piece->h);
    for (int i = 0; i < holes->discs; i++) {
        const gms_disc_t *d = &holes->disc[i];
        int               y0 = (int) ceilf(d->y - d->r) - piece->y0;
        int               y1 = (int) floorf(d->y + d->r) - piece->y0;

        for (int y = y0 < 0 ? 0 : y0; y <= y1 && y < piece->h; y++) {
            float dy = (float) (y + piece->y0) - d->y;
            float half = sqrtf(fmaxf(d->r * d->r - dy * dy, 0));
            int   x0 = (int) ceilf(d->x - half) - piece->x0;
            int   x1 = (int) floorf(d->x + half) - piece->x0;

            for (int x = x0 < 0 ? 0 : x0; x <= x1 && x < piece->w; x++) {
                mask[y * piece->w + x] = 1;
            }
        }
    }
}


static int
compare_floats(const void *a, const void *b)
{
    float x = *(const float *) a, y = *(const float *) b;

    return (x > y) - (x < y);
}


double
gms_holes_radius(const gms_holes_t *holes)
{
    int   n = holes->radii < 64 ? holes->radii : 64;
    float sorted[64];

    if (n < 2) {
        return 0;
    }
    memcpy(sorted, holes->radius, (size_t) n * sizeof(float));
    qsort(sorted, (size_t) n, sizeof(float), compare_floats);
    return ((double) sorted[n / 2] + (double) sorted[(n - 1) / 2]) / 2;
}


void
gms_holes_learn_radius(gms_holes_t *holes, double r)
{
    holes->radius[holes->radii++ % 64] = (float) r;
    if (holes->radii == 128) {
        holes->radii = 64; /* still full */
    }
}


/* A free watch, or the one that has watched longest. */
static gms_watch_t *
pick(gms_holes_t *holes)
{
    gms_watch_t *oldest = &holes->watch[0];

    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        gms_watch_t *w = &holes->watch[i];

        if (!w->active) {
            return w;
        }
        if (w->shot_ns < oldest->shot_ns) {
            oldest = w;
        }
    }
    return oldest;
}


void
gms_holes_watch(gms_holes_t *holes, const gms_change_t *change,
    const gms_disc_t *disc, const gms_piece_t *piece, const float *after,
    const uint8_t *known, double levels, int64_t ns)
{
    gms_watch_t *w;
    int          chosen = 0;

    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        w = &holes->watch[i];
        if (w->active
            && hypotf(w->disc.x - disc->x, w->disc.y - disc->y)
                < (float) NEIGHBOUR_RADII * disc->r)
        {
            w->active = false;
        }
    }

    w = pick(holes);
    w->disc = *disc;
    w->piece = *piece;
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


/* How much of the change from before to after this picture still shows; only
 * the surroundings of the disc are read. */
static double
share_left(gms_holes_t *holes, const gms_watch_t *w, const gms_change_t *change,
    const gms_gain_t *gain)
{
    gms_piece_t p = gms_piece_around(change->zone, (double) w->disc.x,
        (double) w->disc.y, 2 * (int) ceilf(w->disc.r) + 1);
    double      along = 0, whole = 0;

    gms_piece_read(change, gain, &p, holes->gains, holes->now);
    for (int y = 0; y < p.h; y++) {
        for (int x = 0; x < p.w; x++) {
            int i =
                (p.y0 + y - w->piece.y0) * w->piece.w + p.x0 + x - w->piece.x0;

            if (w->chosen[i]) {
                double before = (double) w->before[i] / GMS_DEEP;
                double e = (double) w->after[i] / GMS_DEEP - before;
                double now = (double) holes->now[y * p.w + x];

                along += (now - before) * e;
                whole += e * e;
            }
        }
    }
    return whole > 0 ? along / whole : 1;
}


static void
restore(const gms_watch_t *w, gms_change_t *change)
{
    for (int y = 0; y < w->piece.h; y++) {
        memcpy(change->background
                + (ptrdiff_t) (w->piece.y0 + y) * change->zone->w + w->piece.x0,
            w->before + y * w->piece.w, (size_t) w->piece.w * sizeof(int16_t));
    }
    gms_change_renew(change, w->piece.x0, w->piece.y0, w->piece.x0 + w->piece.w,
        w->piece.y0 + w->piece.h);
}


const gms_watch_t *
gms_holes_healed(gms_holes_t *holes, gms_change_t *change,
    const gms_gain_t *gain, int64_t ns)
{
    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        gms_watch_t *w = &holes->watch[i];

        if (!w->active || w->seen_ns == ns) {
            continue;
        }
        w->seen_ns = ns;
        if (ns - w->shot_ns > WATCH_NS) {
            w->active = false;
            continue;
        }
        if (share_left(holes, w, change, gain) >= LEFT_SHARE) {
            w->back = 0;
            continue;
        }
        if (w->back++ == 0) {
            w->back_ns = ns;
        }
        if (w->back >= BACK_PICTURES && ns - w->back_ns >= BACK_NS) {
            w->active = false;
            restore(w, change);
            forget(holes, w->disc.id);
            return w;
        }
    }
    return NULL;
}
