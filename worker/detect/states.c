/*
 * The builtin detector's view of the scene: what it learns, when it looks for
 * holes.  What it does when the scene is not as it was: upset.c.
 */

#include "builtin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../target/homography.h"

/* Learning: enough for first decisions, with thresholds for more noise than
 * there is; so many pictures more then make both right quickly. */
#define LEARN_PICTURES 2
#define LEARN_NS (300 * GMS_MS)

/* What moves on and on is no reason to stay blind. */
#define LEARN_MOST_NS (3 * GMS_S)
#define REFINE_SHIFT 3

/* Disturbed: more than so many holes, or than this share of the zone. */
#define UPSET_HOLES 10
#define UPSET_SHARE 0.05

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
#define EDGE_RISE 0.2
#define EDGE_FALL 0.05

/* A picture of so much more contrast than the reference, of whose background
 * it has become a part by then, is the better reference. */
#define SHARPER 1.25

/* The steady pose follows within about this time. */
#define STEADY_S 0.7


void
gms_states_say(
    gms_builtin_t *run, gms_detector_state_e state, const char *sentence)
{
    run->state = state;
    snprintf(run->detail, sizeof(run->detail), "%s", sentence);
}


void
gms_states_tell(gms_builtin_t *run, gms_detection_kind_e kind,
    const char *reason, uint64_t frame, int64_t ns)
{
    gms_detection_t *d;

    if (run->queued == GMS_BUILTIN_QUEUE)
    { /* nobody fetches: drop the oldest */
        memmove(run->queue, run->queue + 1,
            (GMS_BUILTIN_QUEUE - 1) * sizeof(gms_detection_t));
        run->queued--;
    }
    d = &run->queue[run->queued++];
    memset(d, 0, sizeof(*d));
    d->kind = kind;
    d->frame = d->first_frame = frame;
    d->first_ns = ns;
    d->reason = reason;
}


static void
live(gms_builtin_t *run)
{
    run->state = GMS_DETECTOR_LIVE;
    run->detail[0] = '\0';
}


/* Is this a picture to learn from?  If not, says why. */
static bool
may_learn(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image)
{
    double factor;
    char   text[200];

    if (gms_upset_blind(run, image)) {
        return false;
    }
    if (config->face.rings == 0) {
        return true;
    }
    switch (gms_sight_mark(
        image, &config->face, &config->calibration, NULL, &factor))
    {
    case GMS_MARK_SEEN:
        return true;
    case GMS_MARK_OTHER:
        snprintf(text, sizeof(text),
            "The aiming mark looks %.1f times as large as it should: another"
            " face than the configured one, or another zoom: choose the face"
            " that hangs there, or calibrate again.",
            factor);
        gms_states_say(run, GMS_DETECTOR_GONE, text);
        break;
    case GMS_MARK_HALF:
        gms_states_say(run, GMS_DETECTOR_GONE,
            "Only a part of the target is seen: take away what hides it, or"
            " turn the camera to it and calibrate again.");
        break;
    case GMS_MARK_NONE:
        gms_states_say(run, GMS_DETECTOR_GONE,
            "No target is where the calibration says: hang one there, or"
            " calibrate again.");
        break;
    }
    return false;
}


/* Learns from this picture on, as it is: the pose and the paper. */
static void
learn_here(gms_builtin_t *run, const gms_image_t *image, int64_t ns)
{
    gms_image_t box = { .px = image->px
            + (ptrdiff_t) run->zone.y * image->stride + run->zone.x,
        .width = run->zone.w,
        .height = run->zone.h,
        .stride = image->stride };

    gms_register_reference(&run->reg, &box);
    gms_warp(&run->zone, image, NULL, NULL, run->change.picture,
        run->change.picture_sums);
    gms_field_reset(&run->field);
    gms_states_learn(run, ns);
}


/* The same where nothing is known: what holes there are is unknown too.  A
 * fresh sheet may hang elsewhere. */
static void
learn_first(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    gms_calibration_t there;

    run->learned = 0;
    if (may_learn(run, config, image)) {
        gms_holes_clear(&run->holes);
        learn_here(run, image, ns);
    } else if (run->fresh != NULL && run->state == GMS_DETECTOR_GONE
        && ns >= run->search_ns)
    {
        run->search_ns = ns + GMS_BUILTIN_SEARCH_NS;
        if (gms_place_find(run, config, image, &there)
            && gms_place_arrive(run, config, &there, frame, ns))
        {
            run->moved = run->known = false;
            run->placed = true;
        }
    }
}


/* Cells of the registered picture: does it stand still? */
static void
watch_home(gms_builtin_t *run, int64_t ns)
{
    for (size_t i = 0; i < run->home.cells; i++) {
        run->cells[i] =
            (float) run->change.picture_sums[i] / (64.0F * GMS_LEVEL);
    }
    gms_still_update(&run->home, run->cells, ns);
}


void
gms_states_learn(gms_builtin_t *run, int64_t ns)
{
    gms_change_start(&run->change);
    gms_tracks_clear(&run->tracks);
    gms_still_reset(&run->home);
    watch_home(run, ns); /* somebody may be in this picture, and not the next */
    for (int i = 0; i < GMS_WATCHES_MAX; i++) {
        run->holes.watch[i].active = false;
    }
    run->known = run->has_hidden = run->absolve = false;
    run->learned = 1;
    run->begin_ns = run->learn_ns = ns;
    run->upset = run->bridge = run->back = run->whole = run->hung = 0;
    run->unlanded = run->focused = false;
    run->hold_ns = 0;
    if (run->fresh != NULL) {
        gms_states_say(run, GMS_DETECTOR_MAINTENANCE,
            "The paper was changed: learns what it looks like.");
    } else {
        gms_states_say(
            run, GMS_DETECTOR_LEARNING, "Learns what the paper looks like.");
    }
}


/* Papers that follow each other with no shot between were one change, seen or
 * spoken of twice; who spoke is answered all the same. */
static void
tell_paper(gms_builtin_t *run, uint64_t frame, int64_t ns)
{
    if (run->said || !run->changed) {
        gms_states_tell(run, GMS_DETECTION_PAPER, run->fresh, frame, ns);
    }
    run->changed = true;
    run->said = false;
    run->fresh = NULL;
}


static void
learn(gms_builtin_t *run, uint64_t frame, int64_t ns)
{
    watch_home(run, ns);
    if (run->home.pictures == 1 && ns - run->begin_ns < LEARN_MOST_NS) {
        run->learned = 1; /* somebody is in the picture */
        run->learn_ns = ns;
        gms_change_start(&run->change);
        return;
    }
    gms_change_learn(&run->change, &run->gain, run->learned);
    gms_change_renew_some(&run->change);
    run->learned++;
    if (run->learned < LEARN_PICTURES || ns - run->learn_ns < LEARN_NS) {
        return;
    }
    gms_builtin_settle(run);
    memcpy(run->steady, run->reg.map, sizeof(run->steady));
    run->refine = GMS_BUILTIN_REFINE;
    run->known = true;
    live(run);
    if (run->fresh != NULL) {
        tell_paper(run, frame, ns);
    }
}


/* The warped picture, or the reference as it is when it did not move. */
static void
bring_home(gms_builtin_t *run, const gms_image_t *image)
{
    bool   bent, still;
    double edge;

    gms_field_update(&run->field, &run->reg, image);
    bent = run->field.on;
    still = run->reg.shift_px < 0.06 && !bent;
    gms_warp(&run->zone, image, still ? NULL : run->reg.map,
        bent ? &run->field : NULL, run->change.picture,
        run->change.picture_sums);
    gms_gain_update(
        &run->gain, run->change.picture_sums, run->change.background_sums);
    edge = EDGE_SHARE * run->field.left_px;
    edge = edge < EDGE_MIN ? EDGE_MIN : edge > EDGE_MAX ? EDGE_MAX : edge;
    if (run->bridge == 0) {
        run->change.edge_px +=
            (edge > run->change.edge_px ? EDGE_RISE : EDGE_FALL)
            * (edge - run->change.edge_px);
    }
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


/* How the background follows depends on how often pictures come; at first it
 * is made better by every one. */
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
    if (run->refine > 0) {
        run->refine--;
        period = 1;
        shift = shift < REFINE_SHIFT ? shift : REFINE_SHIFT;
    }
    gms_change_follow(&run->change, &run->gain, period,
        (int) (run->pictures % (uint64_t) period), shift);
}


/* The pose that is usual, to begin from when the card is lost. */
static void
keep_steady(gms_builtin_t *run)
{
    double share = 1 - exp(-run->interval_s / STEADY_S);

    for (int i = 0; i < 9; i++) {
        run->steady[i] += share * (run->reg.map[i] - run->steady[i]);
    }
}


/* What was learnt out of focus is looked for sharp from now on. */
static void
sharpen(gms_builtin_t *run, int64_t ns)
{
    if (run->reg.sharpness > SHARPER && run->refine == 0
        && ns >= run->search_ns) {
        run->search_ns = ns + GMS_S;
        gms_builtin_settle(run);
    }
}


/* Follows the blobs of this picture. */
static void
watch_blobs(gms_builtin_t *run, uint64_t frame, int64_t ns)
{
    double hole = M_PI * run->zone.caliber_px * run->zone.caliber_px / 4;
    int    reach = (int) lrint(BLOB_REACH * run->zone.caliber_px);
    int    area = (int) ceil(BLOB_AREA_SHARE * hole);

    gms_blobs_join(&run->blobs, run->change.run, run->change.runs,
        run->change.difference, run->zone.w, run->zone.h, reach < 1 ? 1 : reach,
        (int) (BLOB_SIZE * run->zone.caliber_px),
        area < BLOB_AREA_MIN ? BLOB_AREA_MIN : area);
    gms_tracks_update(
        &run->tracks, &run->blobs, &run->change, &run->gain, frame, ns);
}


/* The card was followed to another place: what is seen of it there in the same
 * picture; where one comes a second, none is to be lost. */
static bool
look_again(gms_builtin_t *run, const gms_image_t *image, int64_t ns)
{
    gms_states_say(run, GMS_DETECTOR_MOVING,
        "The camera moved: goes on at its new place.");
    if (gms_register_find(&run->reg, image) != GMS_OK) {
        return false;
    }
    gms_place_watch(run, ns);
    bring_home(run, image);
    return true;
}


static void
watch_scene(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    double hole = M_PI * run->zone.caliber_px * run->zone.caliber_px / 4;
    double limit =
        fmax(UPSET_HOLES * hole, UPSET_SHARE * (double) run->zone.area);
    bool calm;

    if (gms_upset_unsharp(run, ns)) {
        return;
    }
    if (gms_place_follow(run, config, image, frame, ns)
        && !look_again(run, image, ns))
    {
        return;
    }
    if (run->moved) {
        gms_upset_arrived(run, ns);
    }
    gms_change_find(&run->change, &run->gain);
    gms_occlusion_find(&run->occlusion, &run->gain, &run->holes);
    calm = (double) run->change.over
            <= (run->bridge > 0 ? GMS_BUILTIN_REFOCUS : 1) * limit
        && run->change.runs < GMS_CHANGE_RUNS_MAX
        && (run->bridge > 0 || run->occlusion.cells == 0);
    if (run->upset > 0 || !calm || run->fresh != NULL || run->absolve) {
        if (run->upset == 0 && run->fresh == NULL && !run->absolve) {
            gms_still_reset(&run->home);
        }
        watch_home(run, ns);
        if (!gms_upset_settle(run, config, image, calm, limit, ns)) {
            return;
        }
    } else if (run->back > 0) {
        watch_home(run, ns);
        if (run->bridge == 0) {
            (void) gms_upset_relight(run, limit, ns);
        }
    }
    if (run->told_n > 0) {
        take_told(run);
        gms_change_find(&run->change, &run->gain);
    }
    if (run->bridge == 0) {
        follow(run);
        gms_change_renew_some(&run->change);
    }
    gms_change_measure(&run->change, &run->gain);
    watch_blobs(run, frame, ns);
    if ((run->back > 0 || run->tracks.tracks > 0)
        && !gms_upset_same_paper(run, config, ns))
    {
        return;
    }
    if (run->bridge > 0) {
        gms_upset_cross(run, ns);
        return;
    }
    gms_candidates_attend(run, config, frame, ns);
    live(run);
    keep_steady(run);
    sharpen(run, ns);
}


/* A fresh sheet hangs elsewhere than the registration has it: it is learnt from
 * this picture on, at its place. */
static bool
lay_sheet(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    if (run->fresh == NULL || run->placed
        || !gms_place_sheet(run, config, image, frame, ns))
    {
        return false;
    }
    learn_here(run, image, ns);
    return true;
}


static void
time_pictures(gms_builtin_t *run, int64_t ns)
{
    double interval = (double) (ns - run->last_ns) / (double) GMS_S;

    if (run->pictures++ > 0 && interval > 0) {
        interval = interval > 2 ? 2 : interval;
        run->interval_s += 0.1 * (interval - run->interval_s);
    }
    run->last_ns = ns;
}


void
gms_states_analyse(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    time_pictures(run, ns);
    if (run->cold) {
        return;
    }
    if (!run->known && run->learned == 0) {
        learn_first(run, config, image, frame, ns);
        return;
    }

    if (gms_register_find(&run->reg, image) != GMS_OK) {
        if (!run->known) {
            learn_first(run, config, image, frame, ns);
            return;
        }
        if (!gms_upset_lost(run, config, image, frame, ns)
            || gms_register_find(&run->reg, image) != GMS_OK)
        {
            return;
        }
    }
    gms_place_watch(run, ns);
    bring_home(run, image);
    if (run->known) {
        watch_scene(run, config, image, frame, ns);
        if (!run->known && run->learned > 0) { /* other paper, from now on */
            (void) lay_sheet(run, config, image, frame, ns);
        }
    } else if (!lay_sheet(run, config, image, frame, ns)) {
        learn(run, frame, ns);
    }
}
