/*
 * gms_source_simulate: a lane without a camera.  See docs/simulate.md.
 *
 * Time of the scene is that of the lane's shared memory, so that paper and
 * shots survive this process; without one it begins with the first frame and
 * ends a little after the last shot.
 */

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pace.h"
#include "scenery.h"
#include "simulate.h"
#include "../../ipc/error.h"
#include "../base/clock.h"

#define GMS_SIMULATE_WIDTH 1280
#define GMS_SIMULATE_HEIGHT 720

/* What a finite simulation still shows after its last shot: the longer of the
 * two, as a slow camera's next pictures confirm a hole. */
#define GMS_SIMULATE_TAIL_NS (2 * GMS_S)
#define GMS_SIMULATE_TAIL_PICTURES 6

typedef struct {
    gms_scenery_t scenery;
    gms_jpeg_t   *jpeg;
    gms_pace_t    pace;
    bool          paced;
    int64_t       real_ns; /* CLOCK_REALTIME less the clock of the pace */
    bool          due;     /* the pace gave this tick, its instant is ahead: */
    uint64_t      tick;
    size_t        jpeg_size; /* of the picture before; 0: none yet */
    const void   *jpeg_data;

    pthread_mutex_t lock; /* what truth() reads: */
    uint64_t        turn;
    size_t          fired;
    gms_truth_t    *truth;
} gms_simulate_t;


static void
gms_simulate_free(gms_simulate_t *run)
{
    gms_scenery_close(&run->scenery);
    gms_jpeg_destroy(run->jpeg);
    pthread_mutex_destroy(&run->lock);
    free(run->truth);
    free(run);
}


static int
gms_simulate_setup(gms_simulate_t *run, const gms_source_config_t *config,
    char *err, size_t err_size)
{
    int            rc;
    double         fps;
    gms_scenery_t *scenery = &run->scenery;

    rc = gms_options_read(gms_scenery_table, &config->camera,
        "simulate:", &scenery->options, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    fps = config->camera.fps > 0 ? config->camera.fps : GMS_SCENERY_FPS;

    if (fps > GMS_FPS_MAX || fps < 0.1) {
        snprintf(
            err, err_size, "fps=%g must be from 0.1 to %d", fps, GMS_FPS_MAX);
        return GMS_EINVALID;
    }

    if (config->face == NULL) {
        snprintf(err, err_size, "a simulated camera needs to know its target");
        return GMS_EINVALID;
    }

    scenery->face = *config->face;
    scenery->caliber_mm = config->caliber_mm;
    scenery->fps = fps;
    scenery->width = GMS_SIMULATE_WIDTH;
    scenery->height = GMS_SIMULATE_HEIGHT;

    if (config->camera.width > 0 && config->camera.height > 0) {
        scenery->width = config->camera.width;
        scenery->height = config->camera.height;
    }

    rc = gms_scenery_open(scenery, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    run->jpeg = gms_jpeg_create();
    run->truth = calloc((size_t) scenery->shots + 1, sizeof(gms_truth_t));

    if (run->jpeg == NULL || run->truth == NULL) {
        snprintf(err, err_size, "not enough memory for a simulated camera");
        return GMS_ENOMEM;
    }

    /* a lane is watched by people: there a second takes a second */
    run->paced = config->paced || config->memory != NULL;
    gms_pace_init(&run->pace, gms_clock_mono_ns(), fps);
    run->real_ns = gms_clock_real_ns() - run->pace.start_ns;

    return GMS_OK;
}


static int
gms_simulate_open(gms_source_t *s, char *err, size_t err_size)
{
    int             rc;
    gms_simulate_t *run;

    run = calloc(1, sizeof(gms_simulate_t));

    if (run == NULL || pthread_mutex_init(&run->lock, NULL) != 0) {
        free(run);
        snprintf(err, err_size, "not enough memory for a simulated camera");
        return GMS_ENOMEM;
    }

    rc = gms_simulate_setup(run, &s->config, err, err_size);
    if (rc != GMS_OK) {
        gms_simulate_free(run);
        return rc;
    }

    s->run = run;

    return GMS_OK;
}


static void
gms_simulate_close(gms_source_t *s)
{
    gms_simulate_free(s->run);
}


/* Brings the paper to the instant now_ns of the pace; the time of the scene,
 * below zero before its start. */
static int64_t
gms_simulate_scene(gms_simulate_t *run, const gms_memory_t *memory,
    int64_t now_ns, int64_t *start_ns)
{
    int64_t     t;
    gms_scene_t scene = { .start_ns = run->pace.start_ns };

    if (memory != NULL) {
        gms_memory_scene(memory, &scene);
    }

    t = scene.stop_ns != 0 && scene.stop_ns < now_ns ? scene.stop_ns : now_ns;
    t = scene.start_ns != 0 ? t - scene.start_ns : -1;

    if (scene.turn != run->scenery.turn) {
        gms_scenery_turn(&run->scenery, scene.turn);
    }

    gms_scenery_fire(&run->scenery, t);
    *start_ns = scene.start_ns;

    return t;
}


/* Writes down shots that this frame shows first. */
static void
gms_simulate_note(gms_simulate_t *run, int64_t start_ns, uint64_t frame)
{
    size_t                    fired = (size_t) run->scenery.fired;
    const gms_scenery_shot_t *shot;

    pthread_mutex_lock(&run->lock);

    if (run->turn != run->scenery.turn || run->fired > fired) {
        run->turn = run->scenery.turn;
        run->fired = 0;
    }

    for (size_t i = run->fired; i < fired; i++) {
        shot = &run->scenery.shot[i];

        run->truth[i].n = (uint32_t) i + 1;
        run->truth[i].turn = run->turn;
        run->truth[i].frame = frame;
        run->truth[i].real_ns = run->real_ns + start_ns + shot->at_ns;
        run->truth[i].x_mm = shot->x_mm;
        run->truth[i].y_mm = shot->y_mm;
        run->truth[i].overlap = shot->overlap;
        run->truth[i].on_black =
            hypot(shot->x_mm, shot->y_mm) < run->scenery.face.black_mm / 2;
        gms_scenery_to_px(&run->scenery, shot->x_mm, shot->y_mm,
            &run->truth[i].x_px, &run->truth[i].y_px);
    }

    run->fired = fired;

    pthread_mutex_unlock(&run->lock);
}


/* When the picture of a tick is taken: with uneven= somewhat after it. */
static int64_t
gms_simulate_at(const gms_simulate_t *run, uint64_t tick)
{
    double late = run->scenery.options.uneven
        * gms_scenery_uniform(run->scenery.seed ^ 0x707, tick);

    return gms_pace_at(&run->pace, tick)
        + (int64_t) (late / run->pace.fps * (double) GMS_S);
}


/* Waits for the next picture's instant.  GMS_OK, GMS_EAGAIN. */
static int
gms_simulate_wait(gms_simulate_t *run, int timeout_ms)
{
    int             rc;
    int64_t         until, at;
    struct timespec ts;

    until = gms_clock_mono_ns() + timeout_ms * GMS_MS;

    if (!run->due) {
        rc = gms_pace_wait(&run->pace, timeout_ms, &run->tick);
        if (rc != GMS_OK) {
            return rc;
        }

        run->due = true;
    }

    at = gms_simulate_at(run, run->tick);
    until = at < until ? at : until;
    ts.tv_sec = until / GMS_S;
    ts.tv_nsec = until % GMS_S;

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
    {
        /* sleep on */
    }

    if (until < at) {
        return GMS_EAGAIN;
    }

    run->due = false;

    return GMS_OK;
}


/* Does this tick show the picture before once more? */
static bool
gms_simulate_repeats(const gms_simulate_t *run, uint64_t tick)
{
    return run->jpeg_size > 0
        && gms_scenery_uniform(run->scenery.seed ^ 0x4e9, tick)
        < run->scenery.options.repeat;
}


static int64_t
gms_simulate_tail(const gms_simulate_t *run)
{
    int64_t pictures =
        (int64_t) (GMS_SIMULATE_TAIL_PICTURES * (double) GMS_S / run->pace.fps);

    return pictures > GMS_SIMULATE_TAIL_NS ? pictures : GMS_SIMULATE_TAIL_NS;
}


/* Makes the picture of an instant; GMS_EEND after the last one. */
static int
gms_simulate_picture(
    gms_source_t *s, int64_t now, uint64_t tick, char *err, size_t err_size)
{
    int                rc;
    int64_t            t, start;
    gms_simulate_t    *run = s->run;
    const gms_image_t *image;

    t = gms_simulate_scene(run, s->config.memory, now, &start);

    if (s->config.memory == NULL
        && t > gms_scenery_last_ns(&run->scenery) + gms_simulate_tail(run))
    {
        snprintf(err, err_size, "the simulated shooting is over");
        run->pace.next = tick;
        return GMS_EEND;
    }

    /* the weather does not jump when somebody starts a session */
    image = gms_scenery_frame(&run->scenery, now - run->pace.start_ns);

    rc = gms_jpeg_encode_gray(run->jpeg, image,
        (int) run->scenery.options.quality, &run->jpeg_data, &run->jpeg_size);
    if (rc != GMS_OK) {
        run->jpeg_size = 0;
        snprintf(err, err_size, "a simulated picture could not be encoded");
        return rc == GMS_ENOMEM ? rc : GMS_EBAD_FRAME;
    }

    gms_simulate_note(run, start, tick);

    return GMS_OK;
}


static int
gms_simulate_next(gms_source_t *s, gms_frame_t *frame, int timeout_ms,
    char *err, size_t err_size)
{
    int             rc;
    int64_t         now;
    uint64_t        tick;
    gms_simulate_t *run = s->run;

    if (!run->paced) {
        tick = gms_pace_step(&run->pace);

    } else {
        rc = gms_simulate_wait(run, timeout_ms);
        if (rc != GMS_OK) {
            return rc;
        }

        tick = run->tick;
    }

    now = gms_simulate_at(run, tick);

    if (!gms_simulate_repeats(run, tick)) {
        rc = gms_simulate_picture(s, now, tick, err, err_size);
        if (rc != GMS_OK) {
            return rc;
        }
    }

    frame->id = tick;
    frame->mono_ns = run->paced ? gms_clock_mono_ns() : now;
    frame->real_ns = run->paced ? gms_clock_real_ns() : now + run->real_ns;
    frame->width = run->scenery.width;
    frame->height = run->scenery.height;
    frame->jpeg = run->jpeg_data;
    frame->jpeg_size = run->jpeg_size;

    return GMS_OK;
}


static size_t
gms_simulate_truth(gms_source_t *s, size_t from, gms_truth_t *truth, size_t max)
{
    size_t          n = 0;
    gms_simulate_t *run = s->run;

    pthread_mutex_lock(&run->lock);

    while (from < run->fired && n < max) {
        truth[n++] = run->truth[from++];
    }

    pthread_mutex_unlock(&run->lock);

    return n;
}


int
gms_source_simulate_homography(const gms_source_t *s, double mm_to_px[9])
{
    const gms_simulate_t *run = s->run;

    if (s->ops != &gms_source_simulate || run == NULL) {
        return GMS_EINVALID;
    }

    memcpy(mm_to_px, run->scenery.mm_to_px, sizeof(run->scenery.mm_to_px));

    return GMS_OK;
}


const gms_source_ops_t gms_source_simulate = {
    .name = "simulate",
    .kind = GMS_CAMERA_SIMULATE,
    .open = gms_simulate_open,
    .next = gms_simulate_next,
    .close = gms_simulate_close,
    .truth = gms_simulate_truth,
};
