/*
 * The builtin detector: its planes, its queue of detections, and the way of
 * a picture into it.
 */

#include "builtin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/homography.h"

/* Background darker than this share of the paper is ink. */
#define INK_SHARE 0.45

/* The paper's level: that which one part of so many of the background
 * surpasses.  Of a face that is black all over the zone shows paper in a rim
 * of one caliber alone. */
#define PAPER_PARTS 25


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


void
gms_builtin_release(gms_builtin_t *run)
{
    gms_register_close(&run->reg);
    gms_field_close(&run->field);
    gms_occlusion_close(&run->occlusion);
    gms_gain_close(&run->gain);
    gms_change_close(&run->change);
    gms_tracks_close(&run->tracks);
    gms_holes_close(&run->holes);
    gms_verify_destroy(run->verify);
    gms_twins_close(&run->twins);
    gms_witness_close(&run->witness);
    run->verify = NULL;
    gms_image_free(&run->last);
    gms_still_close(&run->home);
    gms_still_close(&run->scene);
    free(run->cells);
    free(run->spare);
    free(run->hidden);
    free(run->covered);
    run->cells = NULL;
    run->spare = run->hidden = NULL;
    run->covered = NULL;
    gms_zone_close(&run->zone);
    run->ready = false;
}


static void
builtin_close(gms_detector_t *d)
{
    gms_builtin_t *run = d->run;

    gms_builtin_release(run);
    gms_places_close(&run->places);
    free(run);
    d->run = NULL;
}


/* What states.c and upset.c need of their own. */
static int
prepare_states(gms_builtin_t *run)
{
    const gms_zone_t  *zone = &run->zone;
    const gms_image_t *coarse =
        &run->reg.level[GMS_REGISTER_LEVELS - 1].picture;
    size_t cells = (size_t) (zone->w / 8) * (size_t) zone->blocks;
    size_t dots = (size_t) coarse->width * (size_t) coarse->height;

    run->cells = calloc(cells > dots ? cells : dots, sizeof(float));
    run->spare = gms_zone_plane(zone);
    run->hidden = gms_zone_plane(zone);
    run->covered = calloc((size_t) zone->w, (size_t) zone->h);
    if (run->cells == NULL || run->spare == NULL || run->hidden == NULL
        || run->covered == NULL
        || gms_still_init(
               &run->home, (size_t) zone->w / 8, (size_t) zone->blocks)
            != GMS_OK
        || gms_still_init(
               &run->scene, (size_t) coarse->width, (size_t) coarse->height)
            != GMS_OK)
    {
        return GMS_ENOMEM;
    }
    return GMS_OK;
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
    rc = rc != GMS_OK ? rc : gms_field_init(&run->field, &run->zone);
    rc = rc != GMS_OK ? rc : gms_gain_init(&run->gain, &run->zone);
    rc = rc != GMS_OK ? rc : gms_occlusion_init(&run->occlusion, &run->gain);
    rc = rc != GMS_OK ? rc : gms_change_init(&run->change, &run->zone);
    rc = rc != GMS_OK ? rc : gms_tracks_init(&run->tracks, &run->zone);
    rc = rc != GMS_OK
        ? rc
        : gms_holes_init(&run->holes, &run->zone, run->tracks.side);
    rc = rc != GMS_OK ? rc : gms_witness_init(&run->witness, run->tracks.side);
    rc = rc != GMS_OK ? rc : gms_twins_init(&run->twins, run->tracks.side);
    rc = rc != GMS_OK
        ? rc
        : gms_image_resize(&run->last, run->zone.w, run->zone.h / 2);
    rc = rc != GMS_OK ? rc : prepare_states(run);
    run->verify = gms_verify_create(run->tracks.side);
    if (rc != GMS_OK || run->verify == NULL) {
        gms_builtin_release(run);
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
    while (level > 0 && (sum += count[level]) < run->zone.area / PAPER_PARTS) {
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
    run->paper_level = paper_level(run);
    run->change.now.ink_level = (float) (INK_SHARE * run->paper_level);
    gms_change_renew_all(&run->change);
}


static void
builtin_relearn(gms_detector_t *d)
{
    gms_builtin_t *run = d->run;

    gms_states_say(
        run, GMS_DETECTOR_LEARNING, "Learns what the paper looks like.");
    run->known = false;
    run->learned = 0;
    run->told_n = 0;
    run->fresh = NULL;
    run->has_last = false; /* even the same picture counts again */
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
        gms_builtin_release(
            run); /* the camera's mode changed since the memory */
        builtin_relearn(d);
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
    if (is_new(run, image) || !run->known) {
        gms_states_analyse(run, &d->config, image, frame, mono_ns);
    }

    n = run->queued < max ? run->queued : max < 0 ? 0 : max;
    memcpy(out, run->queue, (size_t) n * sizeof(*out));
    run->queued -= n;
    memmove(run->queue, run->queue + n, (size_t) run->queued * sizeof(*out));
    return n;
}


/* Where the card was before is kept in a file of its own, as it is seldom
 * another one; false: the name is too long for that. */
static bool
name_places(char name[4096], const char *path)
{
    int n = snprintf(name, 4096, "%s.places", path);

    return n > 0 && n < 4096;
}


static int
builtin_save(gms_detector_t *d, const char *path)
{
    gms_builtin_t *run = d->run;
    char           name[4096];

    if (name_places(name, path)) {
        (void) gms_places_save(&run->places, &d->config.face, name);
    }
    return gms_memory_save(run, &d->config, path);
}


static int
builtin_load(gms_detector_t *d, const char *path)
{
    gms_builtin_t *run = d->run;
    char           name[4096];

    if (name_places(name, path)) {
        (void) gms_places_load(&run->places, &d->config.face, name);
    }
    return gms_memory_load(run, &d->config, path);
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
builtin_state(const gms_detector_t *d, char *detail, size_t detail_size)
{
    const gms_builtin_t *run = d->run;

    if (detail_size > 0) {
        snprintf(detail, detail_size, "%s", run->detail);
    }
    return run->state;
}


/* The next calm picture is learnt, its holes are old, and it is told. */
static void
expect(gms_detector_t *d, const char *what)
{
    gms_builtin_t *run = d->run;

    if (!run->known) {
        builtin_relearn(d);
    }
    run->fresh = what;
    run->fresh_ns = run->last_ns;
    run->said = true;
    run->met = false;
    run->cold = false;
    run->has_last = false;
    gms_states_say(run, GMS_DETECTOR_MAINTENANCE,
        "The paper is changed: waits until nobody is in the picture.");
}


static void
builtin_paper(gms_detector_t *d, gms_paper_e what)
{
    gms_builtin_t *run = d->run;

    switch (what) {
    case GMS_PAPER_NEW:
        expect(d, GMS_PAPER_IS_NEW);
        break;
    case GMS_PAPER_PASTED:
        expect(d, GMS_PAPER_IS_PASTED);
        break;
    case GMS_PAPER_COLD:
        run->cold = true;
        gms_states_say(run, GMS_DETECTOR_MAINTENANCE,
            "The range is cold: nothing counts until it is hot.");
        break;
    case GMS_PAPER_HOT:
        run->absolve = run->known;
        run->has_last = false;
        if (run->cold && !run->known) {
            builtin_relearn(d);
        }
        run->cold = false;
        break;
    }
}


static int
builtin_evidence(const gms_detector_t *d, uint32_t id, gms_evidence_t *evidence)
{
    const gms_builtin_t *run = d->run;

    return gms_witness_recall(&run->witness, id, evidence);
}


void
gms_builtin_pose(const gms_builtin_t *run, double map[9])
{
    static const double one[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };
    double              x = run->zone.x, y = run->zone.y;
    double              to[9] = { 1, 0, -x, 0, 1, -y, 0, 0, 1 };
    double              back[9] = { 1, 0, x, 0, 1, y, 0, 0, 1 }, m[9];

    memcpy(map, one, sizeof(one));
    if (run->ready && run->pictures > 0) {
        gms_homography_multiply(m, run->reg.map, to);
        gms_homography_multiply(map, back, m);
    }
}


static void
builtin_pose(const gms_detector_t *d, double map[9])
{
    gms_builtin_pose(d->run, map);
}


static int
builtin_holes(const gms_detector_t *d, double (*holes)[3], int max)
{
    const gms_builtin_t *run = d->run;
    int                  n = run->holes.discs < max ? run->holes.discs : max;

    for (int i = 0; i < n; i++) {
        const gms_disc_t *disc = &run->holes.disc[run->holes.discs - 1 - i];

        holes[i][0] = (double) disc->x + run->zone.x;
        holes[i][1] = (double) disc->y + run->zone.y;
        holes[i][2] = (double) disc->r;
    }
    return n;
}


const gms_detector_ops_t gms_detector_builtin = { .name = "builtin",
    .open = builtin_open,
    .close = builtin_close,
    .push = builtin_push,
    .relearn = builtin_relearn,
    .save = builtin_save,
    .load = builtin_load,
    .know = builtin_know,
    .state = builtin_state,
    .paper = builtin_paper,
    .evidence = builtin_evidence,
    .pose = builtin_pose,
    .holes = builtin_holes };
