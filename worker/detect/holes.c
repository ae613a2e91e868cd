/* gms_holes: see holes.h. */

#include "holes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"

/* A hole is young for so long; a quiet place is watched until something that
 * rested there has surely left. */
#define YOUNG_NS (600 * GMS_S)

/* After the first seconds once in so long is enough, until the paper seems to
 * be whole. */
#define FRESH_NS (10 * GMS_S)
#define PAUSE_NS (490 * GMS_MS)

/* Memory for watches, bytes: all of them up to a caliber of 30 px. */
#define WATCH_BYTES ((size_t) 5 << 20)
#define WATCHES_LEAST 16

/* A later hole this near, in radii, tears into the older one. */
#define NEIGHBOUR_RADII 2.6

/* Found to be whole when somebody sees it again. */
#define GONE_SHARE 0.3

/* What is put back spares other holes with their torn edges. */
#define SPARED_RADII 1.3F


int
gms_holes_init(gms_holes_t *holes, const gms_zone_t *zone, int side)
{
    size_t n = (size_t) side * (size_t) side;

    memset(holes, 0, sizeof(*holes));
    holes->watches = (int) (WATCH_BYTES / (5 * n));
    holes->watches = holes->watches < WATCHES_LEAST ? WATCHES_LEAST
        : holes->watches > GMS_WATCHES_MAX          ? GMS_WATCHES_MAX
                                                    : holes->watches;
    holes->now = calloc(n, sizeof(float));
    holes->mask = calloc(n, 1);
    holes->gains =
        calloc((size_t) zone->w + 2 * GMS_GAIN_ROOM, sizeof(int16_t));
    if (holes->now == NULL || holes->mask == NULL || holes->gains == NULL) {
        gms_holes_close(holes);
        return GMS_ENOMEM;
    }
    for (int i = 0; i < holes->watches; i++) {
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
    free(holes->mask);
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


/* Marks the discs, each widened to so many of its radii; but: not this one. */
static void
mask_discs(const gms_holes_t *holes, const gms_piece_t *piece, float radii,
    uint32_t but, uint8_t *mask)
{
    memset(mask, 0, (size_t) piece->w * (size_t) piece->h);
    for (int i = 0; i < holes->discs; i++) {
        const gms_disc_t *d = &holes->disc[i];
        float             r = radii * d->r;
        int               y0 = (int) ceilf(d->y - r) - piece->y0;
        int               y1 = (int) floorf(d->y + r) - piece->y0;

        if (but != 0 && d->id == but) {
            continue;
        }
        for (int y = y0 < 0 ? 0 : y0; y <= y1 && y < piece->h; y++) {
            float dy = (float) (y + piece->y0) - d->y;
            float half = sqrtf(fmaxf(r * r - dy * dy, 0));
            int   x0 = (int) ceilf(d->x - half) - piece->x0;
            int   x1 = (int) floorf(d->x + half) - piece->x0;

            for (int x = x0 < 0 ? 0 : x0; x <= x1 && x < piece->w; x++) {
                mask[y * piece->w + x] = 1;
            }
        }
    }
}


void
gms_holes_mask(
    const gms_holes_t *holes, const gms_piece_t *piece, uint8_t *mask)
{
    mask_discs(holes, piece, 1, 0, mask);
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

    for (int i = 0; i < holes->watches; i++) {
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


/* Is a watched place within so many radii of this disc? */
static bool
is_near(const gms_watch_t *w, const gms_disc_t *disc, double radii)
{
    return w->active
        && hypot((double) w->disc.x - (double) disc->x,
               (double) w->disc.y - (double) disc->y)
        < radii * fmax((double) disc->r, (double) w->disc.r);
}


static void
look_at(gms_holes_t *holes, const gms_watch_t *w, const gms_change_t *change,
    const gms_gain_t *gain, const gms_disc_t *but, gms_sight_t *sight)
{
    mask_discs(holes, &w->piece, 1, w->disc.id, holes->mask);
    gms_watch_look(
        w, change, gain, holes->mask, but, holes->now, holes->gains, sight);
}


void
gms_holes_watch(gms_holes_t *holes, const gms_change_t *change,
    const gms_disc_t *disc, const gms_piece_t *piece, const float *after,
    double levels, bool quiet, int64_t ns)
{
    gms_watch_t *w = pick(holes);

    gms_holes_mask(holes, piece, holes->mask);
    gms_watch_begin(w, change, disc, piece, after, holes->mask, levels, ns);
    w->quiet = quiet;
}


const gms_watch_t *
gms_holes_healed(gms_holes_t *holes, const gms_change_t *change,
    const gms_gain_t *gain, int64_t ns)
{
    for (int i = 0; i < holes->watches; i++) {
        gms_watch_t *w = &holes->watch[i];
        gms_sight_t  sight;

        if (!w->active || w->seen_ns == ns
            || (w->back == 0 && ns - w->shot_ns > FRESH_NS
                && ns - w->seen_ns < PAUSE_NS))
        {
            continue;
        }
        if (ns - w->shot_ns > YOUNG_NS && w->back == 0) {
            w->active = false;
            continue;
        }
        look_at(holes, w, change, gain, NULL, &sight);
        if (gms_watch_is_over(w, &sight, ns)) {
            return w;
        }
    }
    return NULL;
}


void
gms_holes_heal(
    gms_holes_t *holes, const gms_watch_t *watch, gms_change_t *change)
{
    gms_watch_t *w = &holes->watch[watch - holes->watch];

    if (!w->quiet) {
        forget(holes, w->disc.id);
    }
    mask_discs(holes, &w->piece, SPARED_RADII, 0, holes->mask);
    gms_watch_restore(w, change, holes->mask);
    w->active = false;
}


void
gms_holes_resume(
    gms_holes_t *holes, const gms_change_t *change, const gms_gain_t *gain)
{
    for (int i = 0; i < holes->watches; i++) {
        gms_watch_t *w = &holes->watch[i];
        gms_sight_t  sight;

        if (!w->active || w->quiet || w->back > 0) {
            continue;
        }
        look_at(holes, w, change, gain, NULL, &sight);
        w->active = sight.left > GONE_SHARE;
    }
}


double
gms_holes_closed(gms_holes_t *holes, const gms_change_t *change,
    const gms_gain_t *gain, const gms_disc_t *disc)
{
    double most = 0;

    for (int i = 0; i < holes->watches; i++) {
        const gms_watch_t *w = &holes->watch[i];
        gms_sight_t        sight;

        if (is_near(w, disc, NEIGHBOUR_RADII)) {
            look_at(holes, w, change, gain, disc, &sight);
            most = fmax(most, sight.healed);
        }
    }
    return most;
}
