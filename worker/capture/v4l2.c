/*
 * gms_source_v4l2: a camera at this computer, mostly at its USB.
 *
 * The newest picture wins: what waited beside it is given back unread.  JPEG
 * is passed on as it comes; a camera that has none is encoded here, once.
 * What the camera's automatics have found in the first seconds is locked,
 * because a picture that changes by itself looks like a hole.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"
#include "source.h"
#include "v4l2_controls.h"
#include "v4l2_stream.h"
#include "../../ipc/error.h"
#include "../base/clock.h"

#define GMS_V4L2_WIDTH 1280
#define GMS_V4L2_HEIGHT 720
#define GMS_V4L2_FPS 30

/* Hardly to be told from the camera's own picture, at a tenth of its size. */
#define GMS_V4L2_QUALITY 90

/* Automatics swing in for about a second. */
#define GMS_V4L2_SETTLE_NS (2 * GMS_S)

/* A camera without a picture for so long, and for so many pictures, hangs. */
#define GMS_V4L2_SILENCE_NS (2 * GMS_S)
#define GMS_V4L2_SILENCE_PICTURES 4

/* A stamp older than this is of another clock, whatever the driver says. */
#define GMS_V4L2_STAMP_OLD_NS (5 * GMS_S)

/* A stamp so much before the last one is no jitter of its clock. */
#define GMS_V4L2_BACKWARDS_NS (1 * GMS_S)

/* Where the driver does not tell of a changed view it is looked for. */
#define GMS_V4L2_LOOK_NS (2 * GMS_S)

/* The locked, then the automatic word of the options. */
#define GMS_V4L2_LOCKED 0

typedef struct {
    double format;
    double automatic[GMS_V4L2_AUTOMATICS];
} gms_v4l2_options_t;

typedef struct {
    gms_v4l2_options_t  options;
    gms_v4l2_device_t   device;
    gms_v4l2_stream_t   stream;
    gms_v4l2_controls_t controls;
    gms_settings_t      own; /* used when nobody else keeps them */
    gms_jpeg_t         *jpeg;
    bool                ends; /* its JPEGs have an end marker */
    bool                locked;
    int64_t             first_ns;
    int64_t             last_ns; /* when a picture came, or the start */
    int64_t             mono_ns; /* of the newest picture */
    int64_t             look_ns;
    uint32_t            moves;
    gms_image_t         gray;    /* of the newest picture, YUYV */
    int64_t             jpeg_ns; /* when the last JPEG of one was made */
    uint64_t            lost;    /* already told */
    uint64_t            passed;
} gms_v4l2_t;

static const char *const v4l2_formats[] = { "any", "mjpeg", "yuyv", NULL };
static const char *const v4l2_rules[] = { "locked", "auto", NULL };

/* clang-format off */
static const gms_option_t v4l2_table[] = {
    { "format", GMS_V4L2_ANY, 0, 0, v4l2_formats,
      offsetof(gms_v4l2_options_t, format),
      "what the camera sends: any takes mjpeg when it has it" },
    { "exposure", 0, 0, 0, v4l2_rules,
      offsetof(gms_v4l2_options_t, automatic[GMS_V4L2_EXPOSURE]),
      "locked at what the camera found, or left to it" },
    { "gain", 0, 0, 0, v4l2_rules,
      offsetof(gms_v4l2_options_t, automatic[GMS_V4L2_GAIN]),
      "likewise" },
    { "white_balance", 0, 0, 0, v4l2_rules,
      offsetof(gms_v4l2_options_t, automatic[GMS_V4L2_WHITE_BALANCE]),
      "likewise" },
    { "focus", 0, 0, 0, v4l2_rules,
      offsetof(gms_v4l2_options_t, automatic[GMS_V4L2_FOCUS]),
      "likewise" },
    { .key = NULL },
};
/* clang-format on */


static gms_settings_t *
v4l2_settings(gms_source_t *s, gms_v4l2_t *run)
{
    return s->config.settings != NULL ? s->config.settings : &run->own;
}


static void
v4l2_free(gms_v4l2_t *run)
{
    gms_v4l2_stream_stop(&run->stream);
    gms_v4l2_device_close(&run->device);
    gms_jpeg_destroy(run->jpeg);
    gms_image_free(&run->gray);
    free(run);
}


/* What was set before is set again: a camera that was unplugged has forgotten
 * it.  What it does not take any more is told, and the rest still holds. */
static void
v4l2_restore(gms_source_t *s, gms_v4l2_t *run)
{
    gms_settings_t  wanted = *v4l2_settings(s, run);
    gms_settings_t *kept = v4l2_settings(s, run);
    unsigned        bad;
    char            why[160];

    while (wanted.count > 0) {
        if (gms_v4l2_controls_set(
                &run->controls, &wanted, kept, &bad, why, sizeof(why))
            == GMS_OK)
        {
            return;
        }

        snprintf(s->about.remark, sizeof(s->about.remark),
            "the camera does not take what was set: %s", why);

        if (bad >= wanted.count) {
            return; /* the driver refused: there is no one to leave out */
        }

        wanted.setting[bad] = wanted.setting[--wanted.count];
    }
}


/* All automatics that shall be locked, or, before any picture, those that
 * shall run. */
static void
v4l2_rule(gms_source_t *s, gms_v4l2_t *run, bool lock)
{
    const char    *name;
    gms_settings_t wanted;
    bool           runs;
    int32_t        off, on;
    unsigned       i, bad;
    char           why[160];

    for (i = 0; i < GMS_V4L2_AUTOMATICS; i++) {
        wanted.count = 0;
        name = gms_v4l2_automatic(
            &run->controls, (gms_v4l2_automatic_e) i, &runs, &off, &on);

        if (name == NULL || runs != lock
            || ((int) run->options.automatic[i] == GMS_V4L2_LOCKED) != lock
            || gms_settings_find(v4l2_settings(s, run), name) != NULL)
        {
            continue;
        }

        gms_settings_put(&wanted, name, lock ? off : on, false);

        if (gms_v4l2_controls_set(&run->controls, &wanted,
                v4l2_settings(s, run), &bad, why, sizeof(why))
            != GMS_OK)
        {
            snprintf(s->about.remark, sizeof(s->about.remark),
                "the camera's automatic stays on: %s", why);
        }
    }
}


static void
v4l2_about(gms_source_t *s, const gms_v4l2_t *run)
{
    const gms_camera_t      *camera = &s->config.camera;
    const gms_v4l2_stream_t *stream = &run->stream;

    snprintf(s->about.asked, sizeof(s->about.asked), "%s", stream->asked);
    snprintf(s->about.got, sizeof(s->about.got), "%s", stream->got);
    s->about.remark[0] = '\0';

    if (camera->width != 0
        && (camera->width != stream->width || camera->height != stream->height))
    {
        snprintf(s->about.remark, sizeof(s->about.remark),
            "asked for %s, the camera gives %s: `gmshoot cameras` lists what "
            "it has",
            stream->asked, stream->got);
    }
}


static int
v4l2_start(gms_source_t *s, gms_v4l2_t *run, char *err, size_t err_size)
{
    int                   rc;
    const gms_camera_t   *camera = &s->config.camera;
    const gms_v4l2_ops_t *ops;
    gms_v4l2_wanted_t     wanted;

    rc = gms_options_read(
        v4l2_table, camera, "v4l2:", &run->options, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    run->jpeg = gms_jpeg_create();
    if (run->jpeg == NULL) {
        snprintf(err, err_size, "not enough memory for a camera");
        return GMS_ENOMEM;
    }

    ops = s->config.v4l2 != NULL ? s->config.v4l2 : &gms_v4l2_system;
    rc =
        gms_v4l2_device_open(&run->device, ops, camera->locator, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    wanted.width = camera->width != 0 ? camera->width : GMS_V4L2_WIDTH;
    wanted.height = camera->height != 0 ? camera->height : GMS_V4L2_HEIGHT;
    wanted.fps = camera->fps > 0 ? camera->fps : GMS_V4L2_FPS;
    wanted.format = (gms_v4l2_format_e) run->options.format;

    return gms_v4l2_stream_start(
        &run->stream, &run->device, &wanted, err, err_size);
}


static int
v4l2_open(gms_source_t *s, char *err, size_t err_size)
{
    int         rc;
    gms_v4l2_t *run;

    run = calloc(1, sizeof(gms_v4l2_t));
    if (run == NULL) {
        snprintf(err, err_size, "not enough memory for a camera");
        return GMS_ENOMEM;
    }

    run->device.fd = -1;
    rc = v4l2_start(s, run, err, err_size);

    if (rc != GMS_OK) {
        v4l2_free(run);
        return rc;
    }

    v4l2_about(s, run);
    gms_v4l2_controls_init(&run->controls, &run->device);
    v4l2_restore(s, run);
    v4l2_rule(s, run, false);
    gms_v4l2_controls_view(&run->controls, v4l2_settings(s, run), s->about.zoom,
        sizeof(s->about.zoom));

    /* set back to what they were: nobody turned them */
    run->moves = run->controls.moves;
    s->about.revision++;
    run->controls.revision = s->about.revision;
    run->last_ns = run->device.ops->now();
    s->run = run;

    return GMS_OK;
}


static void
v4l2_close(gms_source_t *s)
{
    v4l2_free(s->run);
}


/* What the driver told goes on to whoever owns the source. */
static void
v4l2_tell(gms_source_t *s, gms_v4l2_t *run)
{
    gms_v4l2_controls_t *c = &run->controls;

    if (c->moves != run->moves) {
        run->moves = c->moves;
        snprintf(s->about.moved, sizeof(s->about.moved), "%s", c->moved);
        s->about.moves++;
        gms_v4l2_controls_view(
            c, v4l2_settings(s, run), s->about.zoom, sizeof(s->about.zoom));
    }

    s->about.revision = c->revision;
    s->about.lost += run->stream.lost - run->lost;
    s->about.passed += run->stream.passed - run->passed;
    run->lost = run->stream.lost;
    run->passed = run->stream.passed;
}


/* Without what some cameras fill their buffers up with; 0: no picture, or
 * one that broke off.  That of a camera which never ends one is believed. */
static size_t
v4l2_whole(gms_v4l2_t *run, const uint8_t *bytes, size_t size)
{
    size_t end = size;

    if (size < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) {
        return 0;
    }

    while (end > 2 && bytes[end - 1] == 0) {
        end--;
    }

    if (bytes[end - 2] == 0xff && bytes[end - 1] == 0xd9) {
        run->ends = true;
        return end;
    }

    return run->ends ? 0 : size;
}


/* Its plane as it is, and a JPEG when one is wanted. */
static int
v4l2_encode(gms_source_t *s, gms_v4l2_t *run, const gms_v4l2_picture_t *picture,
    gms_frame_t *frame, char *err, size_t err_size)
{
    int                      rc;
    int64_t                  now;
    const void              *out;
    const gms_v4l2_stream_t *stream = &run->stream;

    if (picture->size < stream->stride * (size_t) (stream->height - 1)
            + (size_t) stream->width * 2)
    {
        snprintf(err, err_size,
            "a picture of the camera at %s broke off after %zu bytes",
            run->device.path, picture->size);
        return GMS_EBAD_FRAME;
    }

    now = run->device.ops->now();
    out = NULL;
    rc = gms_image_of_yuyv(&run->gray, picture->bytes, stream->width,
        stream->height, stream->stride);

    if (rc == GMS_OK && (run->jpeg_ns == 0 || now - run->jpeg_ns >= s->jpeg_ns))
    {
        rc = gms_jpeg_encode_yuyv(run->jpeg, picture->bytes, stream->width,
            stream->height, stream->stride, GMS_V4L2_QUALITY, &out,
            &frame->jpeg_size);
        run->jpeg_ns = now;
    }

    if (rc != GMS_OK) {
        snprintf(err, err_size, "not enough memory for a picture");
        return GMS_EBAD_FRAME;
    }

    frame->gray = run->gray;
    frame->gray.capacity = 0; /* it stays here */
    frame->jpeg = out;
    frame->width = stream->width;
    frame->height = stream->height;

    return GMS_OK;
}


static int
v4l2_pass(gms_v4l2_t *run, const gms_v4l2_picture_t *picture,
    gms_frame_t *frame, char *err, size_t err_size)
{
    frame->jpeg = picture->bytes;
    frame->jpeg_size = v4l2_whole(run, picture->bytes, picture->size);

    if (frame->jpeg_size == 0
        || gms_jpeg_size(run->jpeg, frame->jpeg, frame->jpeg_size,
               &frame->width, &frame->height)
            != GMS_OK)
    {
        snprintf(err, err_size,
            "a picture of the camera at %s broke off or is no JPEG (%zu "
            "bytes)",
            run->device.path, picture->size);
        return GMS_EBAD_FRAME;
    }

    return GMS_OK;
}


/* The driver's stamp, where it can be one of our clock and time goes on. */
static void
v4l2_stamp(gms_source_t *s, gms_v4l2_t *run, const gms_v4l2_picture_t *picture,
    gms_frame_t *frame)
{
    int64_t now = run->device.ops->now();
    int64_t stamp = picture->stamp_ns;

    frame->handed_ns = now;
    frame->exposed = picture->exposed;

    if (stamp > 0 && run->mono_ns - stamp > GMS_V4L2_BACKWARDS_NS
        && s->about.remark[0] == '\0')
    {
        snprintf(s->about.remark, sizeof(s->about.remark),
            "the camera's clock goes backwards: its pictures count as taken "
            "when they come");
    }

    if (stamp <= run->mono_ns || stamp > now
        || now - stamp > GMS_V4L2_STAMP_OLD_NS) {
        stamp = now;
        frame->exposed = false;
    }

    run->mono_ns = stamp;
    frame->mono_ns = stamp;
    frame->real_ns = gms_clock_real_ns() - (now - stamp);
}


static int
v4l2_take(gms_source_t *s, gms_v4l2_t *run, gms_frame_t *frame, char *err,
    size_t err_size)
{
    int                rc;
    gms_v4l2_picture_t picture;

    rc = gms_v4l2_stream_take(&run->stream, &picture, err, err_size);
    v4l2_tell(s, run);

    if (rc == GMS_EAGAIN) {
        return rc;
    }

    run->last_ns = run->device.ops->now();

    if (rc != GMS_OK) {
        return rc;
    }

    frame->id = picture.id;

    rc = run->stream.yuyv ? v4l2_encode(s, run, &picture, frame, err, err_size)
                          : v4l2_pass(run, &picture, frame, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    v4l2_stamp(s, run, &picture, frame);

    if (run->first_ns == 0) {
        run->first_ns = frame->handed_ns;
    }

    return GMS_OK;
}


static int
v4l2_silent(const gms_v4l2_t *run, char *err, size_t err_size)
{
    int64_t allowed = GMS_V4L2_SILENCE_NS;
    double  fps = run->stream.fps;

    if (fps > 0) {
        allowed += (int64_t) (GMS_V4L2_SILENCE_PICTURES * (double) GMS_S / fps);
    }

    if (run->device.ops->now() - run->last_ns <= allowed) {
        return GMS_EAGAIN;
    }

    snprintf(err, err_size,
        "the camera at %s gives no pictures any more: it is opened anew",
        run->device.path);

    return GMS_ECAMERA_GONE;
}


/* What is done now and then beside the pictures. */
static void
v4l2_tend(gms_source_t *s, gms_v4l2_t *run)
{
    int64_t now = run->device.ops->now();

    if (!run->locked && run->first_ns != 0
        && now - run->first_ns >= GMS_V4L2_SETTLE_NS)
    {
        run->locked = true;
        v4l2_rule(s, run, true);
    }

    if (!run->controls.told && now - run->look_ns >= GMS_V4L2_LOOK_NS) {
        run->look_ns = now;
        gms_v4l2_controls_look(&run->controls);
    }
}


static int
v4l2_next(gms_source_t *s, gms_frame_t *frame, int timeout_ms, char *err,
    size_t err_size)
{
    int           rc, n;
    gms_v4l2_t   *run = s->run;
    struct pollfd wait = { .fd = run->device.fd, .events = POLLIN | POLLPRI };

    v4l2_tend(s, run);

    n = run->device.ops->poll(&wait, 1, timeout_ms);

    if (n == -1 && errno != EINTR) {
        return gms_v4l2_refused(
            &run->device, "to be waited for", errno, err, err_size);
    }

    if (n > 0 && (wait.revents & POLLPRI)) {
        rc = gms_v4l2_controls_events(&run->controls, err, err_size);
        v4l2_tell(s, run);

        if (rc != GMS_OK) {
            return rc;
        }
    }

    /* a device that is gone tells so when it is asked for a picture */
    rc = n > 0 && (wait.revents & ~POLLPRI)
        ? v4l2_take(s, run, frame, err, err_size)
        : GMS_EAGAIN;

    if (rc == GMS_EAGAIN && n > 0
        && (wait.revents & (POLLERR | POLLHUP | POLLNVAL)))
    {
        return gms_v4l2_refused(
            &run->device, "to give a picture", EIO, err, err_size);
    }

    return rc == GMS_EAGAIN ? v4l2_silent(run, err, err_size) : rc;
}


static int
v4l2_set(gms_source_t *s, const gms_settings_t *wanted, gms_controls_t *list,
    unsigned *bad, char *err, size_t err_size)
{
    int         rc = GMS_OK;
    gms_v4l2_t *run = s->run;

    if (wanted->count > 0) {
        rc = gms_v4l2_controls_set(
            &run->controls, wanted, v4l2_settings(s, run), bad, err, err_size);

    } else {
        gms_v4l2_controls_read(&run->controls);
    }

    v4l2_tell(s, run);
    *list = run->controls.list;

    return rc;
}


const gms_source_ops_t gms_source_v4l2 = {
    .name = "v4l2",
    .kind = GMS_CAMERA_V4L2,
    .open = v4l2_open,
    .next = v4l2_next,
    .close = v4l2_close,
    .set = v4l2_set,
};
