/*
 * The builtin detector: the order of the stages, and when a candidate is
 * announced, confirmed, taken back or absorbed.
 */

#include "builtin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"

/* Learning: long enough for the noise to be known. */
#define LEARN_PICTURES 3
#define LEARN_NS (700 * GMS_MS)

/* A shot is confirmed when its hole stayed the same in so many pictures and
 * for so long: one picture gave 0.3 precision under a moving shadow. */
#define CONFIRM_PICTURES 3
#define CONFIRM_NS (95 * GMS_MS)

/* What moved before, or came where something ended, waits longer. */
#define SUSPECT_PICTURES 2
#define SUSPECT_NS (600 * GMS_MS)

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

/* What is rejected for so long becomes background. */
#define ABSORB_NS (3 * GMS_S)
#define ABSORB_BIG_NS (6 * GMS_S)

/* On ink a hole shows what is behind: rarely much brighter.  A fly is, and
 * it does not sit still for long. */
#define BRIGHT (-0.2)

/* At most so many examinations in one picture, so that a storm of candidates
 * does not hold up the next picture. */
#define EXAMINE_MAX 3

/* A rejected candidate is looked at again when it is older by this. */
#define AGAIN_PICTURES 3
#define AGAIN_SHARE 1.35

/* Around a new hole the background is replaced: its disc so far, and the
 * change that hangs together with it further out. */
#define PATCH_RADII 1.7
#define PATCH_BOX_RADII 3.2

/* The background follows the light of the card within about this time. */
#define FOLLOW_S 2.13
#define FOLLOW_ROWS_S 0.133

/* How far printed edges may seem to move, px, by the anchors' residual. */
#define EDGE_SHARE 0.6
#define EDGE_MIN 0.06
#define EDGE_MAX 0.6


static int
builtin_open(gms_detector_t *d, char *err, size_t err_size)
{
    const gms_detector_config_t *c = &d->config;
    gms_builtin_t               *run;

    if (c->calibration.origin == GMS_CALIBRATION_NONE
        || !(c->caliber_mm > 0 && c->caliber_mm < 100)
        || !(c->zone_mm > 0 && c->zone_mm < 10000))
    {
        snprintf(err, err_size,
            "detection needs a calibration, a caliber and"
            " a target face");
        return GMS_EINVALID;
    }
    run = calloc(1, sizeof(*run));
    if (run == NULL) {
        snprintf(err, err_size, "no memory for the detector");
        return GMS_ENOMEM;
    }
    run->state = GMS_DETECTOR_LEARNING;
    run->next_id = 1;
    run->interval_s = 1.0 / 15;
    d->run = run;
    return GMS_OK;
}


static void
release(gms_builtin_t *run)
{
    gms_register_close(&run->reg);
    gms_gain_close(&run->gain);
    gms_change_close(&run->change);
    gms_tracks_close(&run->tracks);
    gms_holes_close(&run->holes);
    gms_verify_destroy(run->verify);
    run->verify = NULL;
    gms_image_free(&run->last);
    gms_zone_close(&run->zone);
    run->ready = false;
}


static void
builtin_close(gms_detector_t *d)
{
    release(d->run);
    free(d->run);
    d->run = NULL;
}


int
gms_builtin_prepare(gms_builtin_t *run, const gms_detector_config_t *config,
    int width, int height, char *err, size_t err_size)
{
    int rc = gms_zone_init(&run->zone, config, width, height, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }
    rc = gms_register_init(&run->reg, &run->zone);
    rc = rc != GMS_OK ? rc : gms_gain_init(&run->gain, &run->zone);
    rc = rc != GMS_OK ? rc : gms_change_init(&run->change, &run->zone);
    rc = rc != GMS_OK ? rc : gms_tracks_init(&run->tracks, &run->zone);
    rc = rc != GMS_OK
        ? rc
        : gms_holes_init(&run->holes, &run->zone, run->tracks.side);
    rc = rc != GMS_OK
        ? rc
        : gms_image_resize(&run->last, run->zone.w, run->zone.h / 2);
    run->verify = gms_verify_create(run->tracks.side);
    if (rc != GMS_OK || run->verify == NULL) {
        release(run);
        snprintf(err, err_size, "no memory for the detector");
        return GMS_ENOMEM;
    }
    run->has_last = false;
    run->ready = true;
    return GMS_OK;
}


/* Keeps every second row of this picture's box (no hole fits between them);
 * false when they are those of the last one again. */
static bool
is_new(gms_builtin_t *run, const gms_image_t *image)
{
    const gms_zone_t *zone = &run->zone;
    size_t            w = (size_t) zone->w;
    const uint8_t    *px =
        image->px + (ptrdiff_t) zone->y * image->stride + zone->x;
    int y = 0;

    for (; run->has_last && y < zone->h; y += 2) {
        if (memcmp(run->last.px + (ptrdiff_t) (y / 2) * run->last.stride,
                px + (ptrdiff_t) y * image->stride, w)
            != 0)
        {
            break;
        }
    }
    if (y >= zone->h) {
        return false;
    }
    for (; y < zone->h; y += 2) {
        memcpy(run->last.px + (ptrdiff_t) (y / 2) * run->last.stride,
            px + (ptrdiff_t) y * image->stride, w);
    }
    run->has_last = true;
    return true;
}


static void
tell(gms_builtin_t *run, gms_detection_kind_e kind, uint32_t id, uint64_t frame,
    const gms_track_t *track, const gms_finding_t *f)
{
    gms_detection_t *d;

    if (run->queued == GMS_BUILTIN_QUEUE) { /* nobody fetches: drop a gray */
        if (kind == GMS_DETECTION_HOLE) {
            return;
        }
        memmove(run->queue, run->queue + 1,
            (GMS_BUILTIN_QUEUE - 1) * sizeof(gms_detection_t));
        run->queued--;
    }
    d = &run->queue[run->queued++];
    memset(d, 0, sizeof(*d));
    d->kind = kind;
    d->id = id;
    d->frame = frame;
    d->first_frame = track->first_frame;
    d->first_ns = track->first_ns;
    d->x_px = f->x + run->zone.x;
    d->y_px = f->y + run->zone.y;
    d->radius_px = f->r;
    d->overlap = f->overlap;
    d->confidence = 1 / (1 + exp(-(f->score - 7) / 1.5));
    if (f->paper > 0.5) {
        d->confidence = fmin(1, f->darkening / 0.5);
    }
}


/* Level of the paper: the 90th percentile of the background. */
static double
paper_level(const gms_builtin_t *run)
{
    long   count[256] = { 0 }, sum = 0;
    int    level = 255;
    size_t n = (size_t) run->zone.w * (size_t) run->zone.h;

    for (size_t i = 0; i < n; i++) {
        if (run->zone.inside[i]) {
            int v = run->change.background[i] / GMS_DEEP;

            count[v < 0 ? 0 : v > 255 ? 255 : v]++;
        }
    }
    while (level > 0 && (sum += count[level]) < run->zone.area / 10) {
        level--;
    }
    return level;
}


void
gms_builtin_settle(gms_builtin_t *run)
{
    size_t   w = (size_t) run->zone.w;
    double   map[9];
    uint8_t *px = run->reg.level[0].reference.px;
    int      stride = run->reg.level[0].reference.stride;

    memcpy(map, run->reg.map, sizeof(map));
    for (int y = 0; y < run->zone.h; y++) {
        const int16_t *row = run->change.background + (size_t) y * w;

        for (size_t x = 0; x < w; x++) {
            int v = (row[x] + GMS_DEEP / 2) / GMS_DEEP;

            px[(ptrdiff_t) y * stride + (ptrdiff_t) x] = (uint8_t) (v < 0 ? 0
                    : v > 255                                             ? 255
                                                                          : v);
        }
    }
    gms_register_reference(&run->reg, &run->reg.level[0].reference);
    memcpy(run->reg.map, map, sizeof(map));
    gms_change_renew_all(&run->change);
    run->paper_level = paper_level(run);
}


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


static void
absorb(gms_builtin_t *run, const gms_track_t *t, const float *now)
{
    const gms_blob_t  *b = &t->blob;
    const gms_piece_t *p = &t->piece;

    for (int y = b->y0 < p->y0 ? p->y0 : b->y0; y < b->y1 && y < p->y0 + p->h;
         y++) {
        for (int x = b->x0 < p->x0 ? p->x0 : b->x0;
             x < b->x1 && x < p->x0 + p->w; x++) {
            float v = now[(y - p->y0) * p->w + x - p->x0];

            run->change.background[(ptrdiff_t) y * run->zone.w + x] =
                (int16_t) lrintf(fminf(v, 255) * GMS_DEEP);
        }
    }
    gms_change_renew(&run->change, b->x0, b->y0, b->x1, b->y1);
}


/* The hole becomes part of the background, and its disc known. */
static void
settle_hole(gms_builtin_t *run, const gms_track_t *t, const float *now,
    const gms_finding_t *f)
{
    const gms_piece_t *p = &t->piece;
    const gms_blob_t  *b = &t->blob;
    double             r0 = run->zone.caliber_px / 2;

    for (int y = 0; y < p->h; y++) {
        for (int x = 0; x < p->w; x++) {
            int    px = p->x0 + x, py = p->y0 + y;
            double d =
                sqrt((px - f->x) * (px - f->x) + (py - f->y) * (py - f->y));
            ptrdiff_t at = (ptrdiff_t) py * run->zone.w + px;
            bool box = px >= b->x0 && px < b->x1 && py >= b->y0 && py < b->y1;

            if (d < PATCH_RADII * r0 || (box && d < PATCH_BOX_RADII * r0)) {
                run->change.background[at] =
                    (int16_t) lrintf(fminf(now[y * p->w + x], 255) * GMS_DEEP);
            }
            if (d < 2.2 * r0
                && run->change.noise[at] < (int16_t) (1.5 * GMS_DEEP)) {
                run->change.noise[at] = (int16_t) (1.5 * GMS_DEEP);
            }
        }
    }
    gms_change_renew(&run->change, p->x0, p->y0, p->x0 + p->w, p->y0 + p->h);
}


static void
confirm(gms_builtin_t *run, gms_track_t *t, const float *now,
    const gms_finding_t *f, uint64_t frame, int64_t ns)
{
    gms_disc_t  disc;
    gms_piece_t piece = t->piece;
    uint8_t    *known = (uint8_t *) run->tracks.now; /* scratch */

    if (t->id == 0) {
        t->id = run->next_id++;
    }
    tell(run, GMS_DETECTION_SHOT, t->id, frame, t, f);
    disc.x = (float) f->x;
    disc.y = (float) f->y;
    disc.r = (float) f->r;
    disc.id = t->id;
    gms_holes_mask(&run->holes, &piece, known);
    gms_holes_watch(
        &run->holes, &run->change, &disc, &piece, now, known, f->levels, ns);
    gms_holes_add(&run->holes, &disc);
    if (!f->overlap) {
        gms_holes_learn_radius(&run->holes, f->r);
    }
    settle_hole(run, t, now, f);
}


static bool
is_due(const gms_builtin_t *run, const gms_track_t *t, int64_t ns)
{
    bool suspect = t->moved > 0;

    return ns >= run->hold_ns
        && t->pictures >= CONFIRM_PICTURES + (suspect ? SUSPECT_PICTURES : 0)
        && ns - t->since_ns >= CONFIRM_NS + (suspect ? SUSPECT_NS : 0);
}


/* May this candidate be drawn gray already? */
static bool
is_early(const gms_builtin_t *run, const gms_track_t *t, int64_t ns)
{
    return t->id == 0 && t->moved == 0 && ns >= run->hold_ns
        && t->pictures < CONFIRM_PICTURES;
}


static void
examine(gms_builtin_t *run, const gms_detector_config_t *config, gms_track_t *t,
    gms_finding_t *f)
{
    gms_circumstances_t about = { .change = &run->change,
        .holes = &run->holes,
        .paper_level = run->paper_level,
        .radius_px = gms_holes_radius(&run->holes),
        .freshness = run->change.freshness };

    about.caliber_px =
        gms_zone_caliber_px(&run->zone, config, t->blob.x, t->blob.y);
    gms_verify(run->verify, &about, t, run->tracks.mean[t->slot], f);
}


/* Looks at one track: true when it is done with. */
static bool
attend(gms_builtin_t *run, const gms_detector_config_t *config, gms_track_t *t,
    uint64_t frame, int64_t ns, int *examined)
{
    const float  *now = run->tracks.mean[t->slot];
    bool          due = is_due(run, t, ns), early = is_early(run, t, ns);
    gms_finding_t f;

    if (t->big) {
        if (ns - t->since_ns >= ABSORB_BIG_NS) {
            absorb(run, t, now);
            return true;
        }
        return false;
    }
    if (due && t->rejected_ns != 0 && ns - t->rejected_ns >= ABSORB_NS) {
        absorb(run, t, now);
        return true;
    }
    if (!(due || early) || *examined >= EXAMINE_MAX
        || (due && t->examined != 0
            && t->pictures < t->examined + AGAIN_PICTURES
            && t->pictures < t->examined * AGAIN_SHARE))
    {
        return false;
    }

    ++*examined;
    examine(run, config, t, &f);
    if (f.paper <= 0.5 && f.darkening < BRIGHT
        && ns - t->since_ns < CONFIRM_NS + SUSPECT_NS)
    {
        return false;
    }
    if (due && f.verdict == GMS_VERDICT_HOLE) {
        confirm(run, t, now, &f, frame, ns);
        return true;
    }
    if (due) {
        t->examined = t->pictures;
        t->rejected_ns = t->rejected_ns != 0 ? t->rejected_ns : ns;
    } else if (f.verdict == GMS_VERDICT_HOLE) {
        t->id = run->next_id++;
        tell(run, GMS_DETECTION_HOLE, t->id, frame, t, &f);
    }
    return false;
}


static void
take_back(gms_builtin_t *run, uint64_t frame, int64_t ns)
{
    const gms_watch_t *w;

    while ((w = gms_holes_healed(&run->holes, &run->change, &run->gain, ns))
        != NULL)
    {
        gms_track_t   track = { .first_frame = frame, .first_ns = ns };
        gms_finding_t f = { .x = (double) w->disc.x,
            .y = (double) w->disc.y,
            .r = (double) w->disc.r,
            .score = 7 };

        tell(run, GMS_DETECTION_REMOVED, w->disc.id, frame, &track, &f);
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
    int area = (int) ceil(BLOB_AREA_SHARE * hole), examined = 0;

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
    for (int i = 0; i < run->tracks.tracks; i++) {
        if (attend(run, config, &run->tracks.track[i], frame, ns, &examined)) {
            gms_tracks_drop(&run->tracks, i--);
        }
    }
    take_back(run, frame, ns);
}


static void
analyse(gms_builtin_t *run, const gms_detector_config_t *config,
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


static int
builtin_push(gms_detector_t *d, const gms_image_t *image, uint64_t frame,
    int64_t mono_ns, gms_detection_t *out, int max)
{
    gms_builtin_t *run = d->run;
    char           err[160];
    int            n;

    if (run->ready && run->pictures == 0
        && (image->width != run->zone.picture_w
            || image->height != run->zone.picture_h))
    {
        release(run); /* the camera's mode changed since the memory */
        run->state = GMS_DETECTOR_LEARNING;
        run->learned = 0;
    }
    if (!run->ready) {
        int rc = gms_builtin_prepare(
            run, &d->config, image->width, image->height, err, sizeof(err));

        if (rc != GMS_OK) {
            return rc;
        }
    }
    if (image->width != run->zone.picture_w
        || image->height != run->zone.picture_h) {
        return GMS_EINVALID; /* another mode of the camera */
    }
    /* A picture that stands still must not keep the learning from its end. */
    if (is_new(run, image) || run->state == GMS_DETECTOR_LEARNING) {
        analyse(run, &d->config, image, frame, mono_ns);
    }

    n = run->queued < max ? run->queued : max < 0 ? 0 : max;
    memcpy(out, run->queue, (size_t) n * sizeof(*out));
    run->queued -= n;
    memmove(run->queue, run->queue + n, (size_t) run->queued * sizeof(*out));
    return n;
}


static void
builtin_relearn(gms_detector_t *d)
{
    gms_builtin_t *run = d->run;

    run->state = GMS_DETECTOR_LEARNING;
    run->learned = 0;
    run->told_n = 0;
    run->has_last = false; /* even the same picture counts again */
}


static int
builtin_save(gms_detector_t *d, const char *path)
{
    return gms_memory_save(d->run, &d->config, path);
}


static int
builtin_load(gms_detector_t *d, const char *path)
{
    return gms_memory_load(d->run, &d->config, path);
}


static void
builtin_know(gms_detector_t *d, double x_px, double y_px, double radius_px)
{
    gms_builtin_t *run = d->run;
    gms_disc_t    *disc;

    if (!(radius_px > 0 && radius_px < GMS_CALIBER_PX_MAX)
        || !(fabs(x_px) < GMS_IMAGE_SIDE_MAX)
        || !(fabs(y_px) < GMS_IMAGE_SIDE_MAX)
        || run->told_n == GMS_BUILTIN_TOLD)
    {
        return;
    }
    disc = &run->told[run->told_n++];
    disc->x = (float) x_px;
    disc->y = (float) y_px;
    disc->r = (float) radius_px;
    disc->id = 0;
}


static gms_detector_state_e
builtin_state(const gms_detector_t *d)
{
    const gms_builtin_t *run = d->run;

    return run->state;
}


const gms_detector_ops_t gms_detector_builtin = { .name = "builtin",
    .open = builtin_open,
    .close = builtin_close,
    .push = builtin_push,
    .relearn = builtin_relearn,
    .save = builtin_save,
    .load = builtin_load,
    .know = builtin_know,
    .state = builtin_state };
