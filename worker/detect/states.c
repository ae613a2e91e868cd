/*
 * The builtin detector's view of the scene: what it learns, when it looks for
 * holes, when it waits.
 */

#include "builtin.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"

/* Learning: long enough for the noise to be known. */
#define LEARN_PICTURES 3
#define LEARN_NS (700 * GMS_MS)

/* After a disturbance: debris, the hand's shadow. */
#define HOLD_NS (270 * GMS_MS)

/* Disturbed: more than so many holes, or than this share of the zone.  A
 * scene that stays so is the new one: never stay blind. */
#define UPSET_HOLES 10
#define UPSET_SHARE 0.05
#define RELEARN_PICTURES 3
#define RELEARN_NS (2 * GMS_S)

/* Blobs smaller than this share of a hole are noise; pixels closer than this
 * share of a caliber belong together. */
#define BLOB_AREA_SHARE 0.05
#define BLOB_AREA_MIN 5
#define BLOB_REACH 0.12
#define BLOB_SIZE 1.4

/* What the journal knows becomes background this far around. */
#define PATCH_RADII 1.7

/* The background follows the light of the card within about this time. */
#define FOLLOW_S 2.13
#define FOLLOW_ROWS_S 0.133

/* How far printed edges may seem to move, px, by the anchors' residual. */
#define EDGE_SHARE 0.6
#define EDGE_MIN 0.06
#define EDGE_MAX 0.6


/* Learns from this picture on, as it is: the pose, the paper, its holes. */
static void
learn_anew(gms_builtin_t *run, const gms_image_t *image, int64_t ns)
{
    gms_image_t box = { .px = image->px
            + (ptrdiff_t) run->zone.y * image->stride + run->zone.x,
        .width = run->zone.w,
        .height = run->zone.h,
        .stride = image->stride };

    gms_register_reference(&run->reg, &box);
    gms_warp(
        &run->zone, image, NULL, run->change.picture, run->change.picture_sums);
    gms_change_start(&run->change);
    gms_holes_clear(&run->holes);
    gms_tracks_clear(&run->tracks);
    run->state = GMS_DETECTOR_LEARNING;
    run->learned = 1;
    run->learn_ns = ns;
    run->upset = 0;
    run->hold_ns = 0;
}


/* The scene changed but the card is where it was: its pose and its holes
 * stay known, the rest is learnt from this picture on. */
static void
learn_again(gms_builtin_t *run, int64_t ns)
{
    gms_change_start(&run->change);
    gms_tracks_clear(&run->tracks);
    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        run->holes.watch[i].active = false;
    }
    run->state = GMS_DETECTOR_LEARNING;
    run->learned = 1;
    run->learn_ns = ns;
    run->upset = 0;
}


static void
learn(gms_builtin_t *run, int64_t ns)
{
    gms_change_learn(&run->change, &run->gain, run->learned);
    gms_change_renew_some(&run->change);
    run->learned++;
    if (run->learned >= LEARN_PICTURES && ns - run->learn_ns >= LEARN_NS) {
        gms_builtin_settle(run);
        run->state = GMS_DETECTOR_LIVE;
    }
}


static void
disturb(gms_builtin_t *run, const gms_image_t *image, bool lost, int64_t ns)
{
    if (run->upset++ == 0) {
        run->upset_ns = ns;
    }
    run->state = GMS_DETECTOR_DISTURBED;
    run->hold_ns = ns + HOLD_NS;
    gms_tracks_clear(&run->tracks);
    if (run->upset >= RELEARN_PICTURES && ns - run->upset_ns >= RELEARN_NS) {
        if (lost) {
            learn_anew(run, image, ns);
        } else {
            learn_again(run, ns);
        }
    }
}


/* The warped picture, or the reference as it is when it did not move. */
static void
bring_home(gms_builtin_t *run, const gms_image_t *image)
{
    double edge;

    gms_warp(&run->zone, image, run->reg.shift_px < 0.06 ? NULL : run->reg.map,
        run->change.picture, run->change.picture_sums);
    gms_gain_update(
        &run->gain, run->change.picture_sums, run->change.background_sums);
    edge = EDGE_SHARE * run->reg.residual_px;
    edge = edge < EDGE_MIN ? EDGE_MIN : edge > EDGE_MAX ? EDGE_MAX : edge;
    run->change.edge_px += 0.2 * (edge - run->change.edge_px);
}


/* What is there now is what the journal says: it becomes background. */
static void
take_in(gms_builtin_t *run, const gms_disc_t *d)
{
    gms_piece_t p = gms_piece_around(
        &run->zone, (double) d->x, (double) d->y, run->tracks.side);
    float *now = run->tracks.now;

    if (p.w <= 0 || p.h <= 0) {
        return; /* beyond the zone */
    }
    gms_piece_read(&run->change, &run->gain, &p, run->tracks.gains, now);
    for (int k = 0; k < p.w * p.h; k++) {
        int x = p.x0 + k % p.w, y = p.y0 + k / p.w;

        if (hypot(x - (double) d->x, y - (double) d->y)
            < PATCH_RADII * (double) d->r) {
            run->change.background[(ptrdiff_t) y * run->zone.w + x] =
                (int16_t) lrintf(fminf(now[k], 255) * GMS_DEEP);
        }
    }
    gms_change_renew(&run->change, p.x0, p.y0, p.x0 + p.w, p.y0 + p.h);
}


/* Holes of the journal that the memory does not know. */
static void
take_told(gms_builtin_t *run)
{
    for (int i = 0; i < run->told_n; i++) {
        gms_disc_t d = run->told[i];

        d.x -= (float) run->zone.x;
        d.y -= (float) run->zone.y;
        if (!gms_holes_known(
                &run->holes, (double) d.x, (double) d.y, (double) d.r / 4)) {
            gms_holes_add(&run->holes, &d);
            take_in(run, &d);
        }
    }
    run->told_n = 0;
}


/* How the background follows depends on how often pictures come. */
static void
follow(gms_builtin_t *run)
{
    int    period = (int) lrint(FOLLOW_ROWS_S / run->interval_s), shift = 2;
    double alpha;

    period = period < 1 ? 1 : period > 8 ? 8 : period;
    alpha = period * run->interval_s / FOLLOW_S;
    while (shift < 6 && alpha < 0.75 / (1 << shift)) {
        shift++;
    }
    gms_change_follow(&run->change, &run->gain, period,
        (int) (run->pictures % (uint64_t) period), shift);
}


static void
watch_scene(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    double hole = M_PI * run->zone.caliber_px * run->zone.caliber_px / 4;
    double limit =
        fmax(UPSET_HOLES * hole, UPSET_SHARE * (double) run->zone.area);
    int reach = (int) lrint(BLOB_REACH * run->zone.caliber_px);
    int area = (int) ceil(BLOB_AREA_SHARE * hole);

    gms_change_find(&run->change, &run->gain);
    if ((double) run->change.over > limit
        || run->change.runs == GMS_CHANGE_RUNS_MAX)
    {
        disturb(run, image, false, ns);
        return;
    }
    run->state = GMS_DETECTOR_LIVE;
    run->upset = 0;
    if (run->told_n > 0) {
        take_told(run);
        gms_change_find(&run->change, &run->gain);
    }
    follow(run);
    gms_change_measure(&run->change, &run->gain);
    gms_change_renew_some(&run->change);

    gms_blobs_join(&run->blobs, run->change.run, run->change.runs,
        run->change.difference, run->zone.w, run->zone.h, reach < 1 ? 1 : reach,
        (int) (BLOB_SIZE * run->zone.caliber_px),
        area < BLOB_AREA_MIN ? BLOB_AREA_MIN : area);
    gms_tracks_update(
        &run->tracks, &run->blobs, &run->change, &run->gain, frame, ns);
    gms_candidates_attend(run, config, frame, ns);
}


void
gms_states_analyse(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    double interval = (double) (ns - run->last_ns) / (double) GMS_S;
    bool   lost;

    if (run->pictures++ > 0 && interval > 0) {
        interval = interval > 2 ? 2 : interval;
        run->interval_s += 0.1 * (interval - run->interval_s);
    }
    run->last_ns = ns;
    if (run->state == GMS_DETECTOR_LEARNING && run->learned == 0) {
        learn_anew(run, image, ns);
        return;
    }

    lost = gms_register_find(&run->reg, image) != GMS_OK;
    if (lost && run->state == GMS_DETECTOR_LEARNING) {
        learn_anew(run, image, ns);
        return;
    }
    if (lost) {
        disturb(run, image, true, ns);
        return;
    }
    bring_home(run, image);
    if (run->state == GMS_DETECTOR_LEARNING) {
        learn(run, ns);
    } else {
        watch_scene(run, config, image, frame, ns);
    }
}
