/* A camera at the USB, played by a device that can be scripted: what it
 * refuses, what it loses, how it goes and comes back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/error.h"
#include "t/lib/fake_camera.h"
#include "worker/base/clock.h"
#include "worker/capture/source.h"
#include "worker/capture/v4l2_list.h"

#include "t/lib/flat.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WIDTH 320
#define HEIGHT 240

static int64_t       clock_ns;
static int           open_error;
static short         poll_says;
static gms_jpeg_t   *jpeg;
static gms_source_t  source;
static gms_frame_t   frame;
static char          err[512];
static uint8_t       picture[20000];
static size_t        picture_size;


static int
play_open(const char *path)
{
    if (open_error != 0) {
        errno = open_error;
        return -1;
    }
    if (strstr(path, "/video0") == NULL || fake.gone) {
        errno = ENOENT;
        return -1;
    }

    return 1000;
}


static int
play_close(int fd)
{
    assert_int_equal(fd, 1000);
    fake_closed();

    return 0;
}


static void *
play_mmap(size_t size, int fd, int64_t offset)
{
    (void) fd;

    return fake_map(size, offset);
}


static int
play_munmap(void *start, size_t size)
{
    (void) size;

    return fake_unmap(start);
}


/* Time passes only here. */
static int
play_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    assert_int_equal(n, 1);
    fds->revents = poll_says;

    if (fake.gone) {
        fds->revents = POLLERR | POLLHUP;
    }
    if (fake.pictures > 0) {
        fds->revents |= POLLIN;
    }
    if (fake.events > 0) {
        fds->revents |= POLLPRI;
    }

    clock_ns += (fds->revents ? 1 : timeout_ms) * GMS_MS;

    return fds->revents != 0;
}


static int64_t
play_now(void)
{
    return clock_ns;
}


static const gms_v4l2_ops_t  play = { play_open, play_close, fake_ioctl,
    play_mmap, play_munmap, play_poll, play_now };


static int
start(const char *options)
{
    char                 text[200];
    gms_source_config_t  config;

    memset(&config, 0, sizeof(config));
    snprintf(text, sizeof(text), "v4l2:/dev/video0 %s", options);
    assert_int_equal(gms_camera_parse_text(&config.camera, text, err,
                                           sizeof(err)), GMS_OK);
    config.v4l2 = &play;
    assert_int_equal(gms_source_init(&source, &config), GMS_OK);

    return gms_source_open(&source, err, sizeof(err));
}


static int
next(void)
{
    return gms_source_next(&source, &frame, 100, err, sizeof(err));
}


/* As a camera gives them, one each 33 ms, until the automatics are locked. */
static void
settle(void)
{
    for (int i = 0; i < 70; i++) {
        fake_give(picture, picture_size);
        clock_ns += 33 * GMS_MS;
        assert_int_equal(next(), GMS_OK);
    }
}


static int
setup(void **state)
{
    const void   *out;
    gms_image_t   image = { .px = NULL };

    (void) state;
    fake_reset();
    clock_ns = 100 * GMS_S;
    open_error = 0;
    poll_says = 0;
    memset(&source, 0, sizeof(source));

    if (picture_size == 0) {
        jpeg = gms_jpeg_create();
        assert_int_equal(gms_image_resize(&image, WIDTH, HEIGHT), GMS_OK);
        memset(image.px, 120, (size_t) image.stride * HEIGHT);
        assert_int_equal(gms_jpeg_encode_gray(jpeg, &image, 80, &out,
                                              &picture_size), GMS_OK);
        assert_true(picture_size < sizeof(picture) - 100);
        memcpy(picture, out, picture_size);
        gms_image_free(&image);
    }

    return 0;
}


static int
teardown(void **state)
{
    (void) state;
    gms_source_close(&source);

    for (unsigned i = 0; i < FAKE_BUFFERS; i++) {
        assert_null(fake.memory[i]);
    }

    return 0;
}


static void
passes_pictures_on(void **state)
{
    (void) state;
    assert_int_equal(start("size=1280x720 fps=30 format=mjpeg"), GMS_OK);
    assert_string_equal(source.about.asked, "1280x720 mjpeg at 30 fps");
    assert_string_equal(source.about.got, "1280x720 mjpeg at 30 fps");
    assert_string_equal(source.about.remark, "");
    assert_int_equal(next(), GMS_EAGAIN);

    for (unsigned i = 0; i < 20; i++) {
        fake_give(picture, picture_size);
        assert_int_equal(next(), GMS_OK);
        assert_int_equal(frame.id, i);
        assert_int_equal(frame.width, WIDTH);
        assert_int_equal(frame.height, HEIGHT);
        assert_int_equal(frame.jpeg_size, picture_size);
        assert_memory_equal(frame.jpeg, picture, picture_size);
    }

    assert_int_equal(source.about.lost, 0);
    assert_int_equal(source.about.passed, 0);
}


static void
newest_wins(void **state)
{
    (void) state;
    assert_int_equal(start(""), GMS_OK);

    for (int i = 0; i < 3; i++) {
        picture[picture_size] = (uint8_t) i;
        fake_give(picture, picture_size);
    }

    assert_int_equal(next(), GMS_OK);
    assert_int_equal(frame.id, 2);
    assert_int_equal(source.about.passed, 2);
    assert_int_equal(source.about.lost, 0);
    assert_int_equal(next(), GMS_EAGAIN);
}


static void
counts_gaps(void **state)
{
    static const struct {
        uint32_t  gap;
        uint64_t  id, lost;
    } rows[] = {
        { 0, 0, 0 },
        { 1, 2, 1 },
        { 4, 7, 5 },
        { 0, 8, 5 },
        { (uint32_t) -7, 9, 5 },    /* the driver counts anew */
        { 2, 12, 7 },
    };

    (void) state;
    assert_int_equal(start(""), GMS_OK);

    for (size_t i = 0; i < COUNT(rows); i++) {
        fake_give(picture, picture_size);
        fake.picture[0].gap = rows[i].gap;
        assert_int_equal(next(), GMS_OK);
        assert_int_equal(frame.id, rows[i].id);
        assert_int_equal(source.about.lost, rows[i].lost);
    }
}


/* What opening says: of the path, of the device, of what it offers. */
static void
refuses_to_open(void **state)
{
    static const struct {
        int            open_error;
        unsigned long  request;
        int            error;
        int            rc;
        const char    *word;
    } rows[] = {
        { ENOENT, 0, 0, GMS_ECAMERA_GONE, "is the camera plugged in" },
        { EACCES, 0, 0, GMS_ECAMERA_GONE, "group video" },
        { EBUSY, 0, 0, GMS_ECAMERA_GONE, "another program" },
        { ENOTTY, 0, 0, GMS_EINVALID, "is no camera" },
        { EISDIR, 0, 0, GMS_EINVALID, "is no camera" },
        { ENODEV, 0, 0, GMS_ECAMERA_GONE, "unplugged" },
        { 0, VIDIOC_QUERYCAP, ENOTTY, GMS_ECAMERA_GONE, "is it a camera" },
        { 0, VIDIOC_ENUM_FMT, EIO, GMS_ECAMERA_GONE, "another cable" },
        { 0, VIDIOC_ENUM_FMT, EINVAL, GMS_EINVALID, "no format at all" },
        { 0, VIDIOC_S_FMT, EBUSY, GMS_ECAMERA_GONE, "another program" },
        { 0, VIDIOC_S_FMT, ENODEV, GMS_ECAMERA_GONE, "unplugged" },
        { 0, VIDIOC_REQBUFS, EBUSY, GMS_ECAMERA_GONE, "another program" },
        { 0, VIDIOC_REQBUFS, ENOMEM, GMS_ECAMERA_GONE, "memory" },
        { 0, VIDIOC_QUERYBUF, EINVAL, GMS_ECAMERA_GONE, "memory" },
        { 0, VIDIOC_QBUF, EIO, GMS_ECAMERA_GONE, "to take a buffer" },
        { 0, VIDIOC_STREAMON, ENOSPC, GMS_ECAMERA_GONE, "no room" },
        { 0, VIDIOC_STREAMON, EPROTO, GMS_ECAMERA_GONE, "Protocol error" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int  rc;

        fake_reset();
        open_error = rows[i].open_error;
        fake.refused = rows[i].request;
        fake.error = rows[i].error;
        fake.times = 1;
        rc = start("");

        if (rc != rows[i].rc || strstr(err, rows[i].word) == NULL
            || strstr(err, "/dev/video0") == NULL)
        {
            fail_msg("row %zu: %d, \"%s\"", i, rc, err);
        }
        assert_false(fake.on);
        teardown(state);
    }
}


static void
refuses_devices(void **state)
{
    (void) state;
    fake.capabilities = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    assert_int_equal(start(""), GMS_EINVALID);
    assert_non_null(strstr(err, "(Club Cam ??2>?) gives no pictures"));

    fake.capabilities = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
    assert_int_equal(start(""), GMS_EINVALID);
    assert_non_null(strstr(err, "several planes"));

    fake.capabilities = V4L2_CAP_VIDEO_CAPTURE;
    assert_int_equal(start(""), GMS_EINVALID);
    assert_non_null(strstr(err, "no stream"));

    fake_reset();
    fake.formats[0] = V4L2_PIX_FMT_NV12;
    fake.formats[1] = V4L2_PIX_FMT_H264;
    assert_int_equal(start(""), GMS_EINVALID);
    assert_non_null(strstr(err, "no MJPEG nor YUYV: it has NV12, H264"));

    fake_reset();
    fake.formats[0] = 0;
    fake.formats[1] = 0;
    assert_int_equal(start("format=yuyv"), GMS_EINVALID);
    assert_non_null(strstr(err, "gives no YUYV: it has no format"));

    fake_reset();
    assert_int_equal(start("colour=1"), GMS_EINVALID);
    assert_non_null(strstr(err, "no option colour="));
}


/* Sizes and buffers that a driver may not have. */
static void
refuses_absurd_sizes(void **state)
{
    static const struct {
        uint32_t     width, height, padding, buffer_size, buffers;
        const char  *format;
        const char  *word;
    } rows[] = {
        { 0, 0, 0, 0, 4, "mjpeg", "cannot be" },
        { 8, 8, 0, 0, 4, "mjpeg", "cannot be" },
        { 100, 10000, 0, 0, 4, "mjpeg", "cannot be" },
        { 4000000000U, 2, 0, 0, 4, "yuyv", "cannot be" },
        { 101, 100, 0, 0, 4, "yuyv", "cannot be" },
        { 100, 100, 4000000000U, 0, 4, "yuyv", "cannot be" },
        { 1280, 720, 0, 3000000000U, 4, "mjpeg", "buffers of 3000000000" },
        { 1280, 720, 0, 1000, 4, "yuyv", "buffers of 1000" },
        { 1280, 720, 0, 0, 1, "mjpeg", "memory" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char  options[40];

        fake_reset();
        fake.width_max = rows[i].width;
        fake.height_max = rows[i].height;
        fake.padding = rows[i].padding;
        fake.buffer_size = rows[i].buffer_size;
        fake.buffers_max = rows[i].buffers;
        snprintf(options, sizeof(options), "size=8192x8192 format=%s",
                 rows[i].format);

        if (start(options) == GMS_OK || strstr(err, rows[i].word) == NULL) {
            fail_msg("row %zu: \"%s\"", i, err);
        }
        teardown(state);
    }
}


static void
tells_what_it_got(void **state)
{
    (void) state;
    fake.width_max = 640;
    fake.height_max = 480;
    assert_int_equal(start("size=1920x1080 fps=60"), GMS_OK);
    assert_string_equal(source.about.asked,
                        "1920x1080 mjpeg or yuyv at 60 fps");
    assert_string_equal(source.about.got, "640x480 mjpeg at 60 fps");
    assert_non_null(strstr(source.about.remark, "the camera gives 640x480"));

    /* nobody asked for a size: nobody is told off */
    gms_source_close(&source);
    assert_int_equal(start(""), GMS_OK);
    assert_string_equal(source.about.remark, "");
    gms_source_close(&source);

    fake.formats[1] = 0;
    fake.refused = VIDIOC_S_PARM;
    fake.error = ENOTTY;
    fake.times = 1;
    assert_int_equal(start(""), GMS_OK);
    assert_string_equal(source.about.got, "640x480 yuyv");
}


static void
survives_faults(void **state)
{
    static const uint8_t  text[100] = "this is no picture";

    static const struct {
        int          error;
        uint32_t     flags;
        int          size;     /* of the picture, 0: all, -1: text */
        uint32_t     event;
        int          rc;
        const char  *word;
    } rows[] = {
        { EAGAIN, 0, 0, 0, GMS_EAGAIN, "" },
        { EIO, 0, 0, 0, GMS_ECAMERA_GONE, "Input/output error" },
        { ENODEV, 0, 0, 0, GMS_ECAMERA_GONE, "was unplugged" },
        { 0, V4L2_BUF_FLAG_ERROR, 0, 0, GMS_EBAD_FRAME, "damaged" },
        { 0, 0, 500, 0, GMS_EBAD_FRAME, "broke off" },
        { 0, 0, 3, 0, GMS_EBAD_FRAME, "broke off" },
        { 0, 0, -1, 0, GMS_EBAD_FRAME, "no JPEG" },
        { 0, 0, 0, V4L2_EVENT_SOURCE_CHANGE, GMS_ECAMERA_GONE, "the size" },
        { 0, 0, 0, V4L2_EVENT_EOS, GMS_ECAMERA_GONE, "ended" },
        { 0, 0, 0, V4L2_EVENT_VSYNC, GMS_OK, "" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int  rc;

        fake_reset();
        assert_int_equal(start(""), GMS_OK);
        fake_give(picture, picture_size);
        assert_int_equal(next(), GMS_OK);

        fake_give(rows[i].size < 0 ? text : picture,
                  rows[i].size < 0 ? sizeof(text)
                  : rows[i].size > 0 ? (size_t) rows[i].size : picture_size);
        fake.picture[0].error = rows[i].error;
        fake.picture[0].flags = rows[i].flags;
        if (rows[i].event != 0) {
            fake_event(rows[i].event);
        }

        rc = next();
        if (rc != rows[i].rc || strstr(err, rows[i].word) == NULL) {
            fail_msg("row %zu: %d, \"%s\"", i, rc, err);
        }

        /* what can go on does */
        if (rc == GMS_EBAD_FRAME || rc == GMS_EAGAIN) {
            fake_give(picture, picture_size);
            assert_int_equal(next(), GMS_OK);
        }
        teardown(state);
    }
}


static void
takes_more_than_the_buffer_for_damage(void **state)
{
    (void) state;
    fake.buffer_size = 2000;
    assert_int_equal(start(""), GMS_OK);
    fake_give(picture, 2001);
    assert_int_equal(next(), GMS_EBAD_FRAME);
    assert_non_null(strstr(err, "damaged"));
}


static void
cuts_padding_off(void **state)
{
    static uint8_t  padded[sizeof(picture)];

    (void) state;
    memcpy(padded, picture, picture_size);
    assert_int_equal(start(""), GMS_OK);
    fake_give(padded, picture_size + 90);
    assert_int_equal(next(), GMS_OK);
    assert_int_equal(frame.jpeg_size, picture_size);
    gms_source_close(&source);

    /* a camera that never ends its pictures is believed */
    assert_int_equal(start(""), GMS_OK);
    for (int i = 0; i < 3; i++) {
        fake_give(picture, picture_size - 2);
        assert_int_equal(next(), GMS_OK);
        assert_int_equal(frame.jpeg_size, picture_size - 2);
    }
}


static void
misses_a_silent_camera(void **state)
{
    int  rc, n = 0;

    (void) state;
    assert_int_equal(start("fps=30"), GMS_OK);
    fake_give(picture, picture_size);
    assert_int_equal(next(), GMS_OK);

    do {
        rc = next();
        n++;
    } while (rc == GMS_EAGAIN && n < 100);

    assert_int_equal(rc, GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "no pictures any more"));
    assert_in_range(n, 20, 24);    /* of 100 ms */
}


/* Waiting ends at once each time: what waits on would only burn time. */
static void
gives_up_what_cannot_be_waited_for(void **state)
{
    (void) state;
    assert_int_equal(start(""), GMS_OK);
    poll_says = POLLERR;
    assert_int_equal(next(), GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "fails to give a picture"));
}


static void
honours_stamps(void **state)
{
    static const uint32_t  mono = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    static const uint32_t  soe = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC
                                 | V4L2_BUF_FLAG_TSTAMP_SRC_SOE;

    /* Milliseconds before the picture is handed over. */
    static const struct {
        uint32_t  flags;
        int64_t   ago_ms;
        int64_t   used_ms;
        bool      exposed;
    } rows[] = {
        { 0, 5, 0, false },
        { soe, 25, 25, true },
        { mono, 10, 10, false },
        { soe, -50, 0, false },      /* of the future */
        { soe, 20000, 0, false },    /* of another clock */
        { soe, 30, 30, true },
        { soe, 300, 0, false },      /* before the one before */
    };

    (void) state;
    assert_int_equal(start(""), GMS_OK);

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t  handed;

        clock_ns += 100 * GMS_MS;
        handed = clock_ns + GMS_MS;
        fake_give(picture, picture_size);
        fake.picture[0].flags = rows[i].flags;
        fake.picture[0].stamp_us = (handed - rows[i].ago_ms * GMS_MS) / 1000;
        assert_int_equal(next(), GMS_OK);
        assert_int_equal(frame.handed_ns, handed);
        assert_int_equal((handed - frame.mono_ns) / GMS_MS, rows[i].used_ms);
        assert_int_equal(frame.exposed, rows[i].exposed);

        if (i < 4) {
            assert_string_equal(source.about.remark, "");
        }
    }

    assert_non_null(strstr(source.about.remark, "clock goes backwards"));
}


static void
encodes_what_has_no_jpeg(void **state)
{
    static uint8_t  yuyv[(WIDTH * 2 + 32) * HEIGHT];

    size_t       stride = WIDTH * 2 + 32;
    gms_image_t  gray = { .px = NULL };
    int          worst = 0;

    (void) state;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            yuyv[(size_t) y * stride + (size_t) x * 2] =
                (uint8_t) (y < 16 ? (x > 160 ? 200 : 40)
                                  : 40 + (x + y) * 150 / (WIDTH + HEIGHT));
            yuyv[(size_t) y * stride + (size_t) x * 2 + 1] =
                x % 2 == 0 ? 110 : 150;
        }
    }

    fake.formats[1] = 0;
    fake.padding = 32;
    assert_int_equal(start("size=320x240"), GMS_OK);
    assert_string_equal(source.about.got, "320x240 yuyv at 30 fps");

    fake_give(yuyv, sizeof(yuyv));
    assert_int_equal(next(), GMS_OK);
    assert_int_equal(frame.width, WIDTH);
    assert_int_equal(frame.height, HEIGHT);
    assert_int_equal(gms_jpeg_decode_gray(jpeg, frame.jpeg, frame.jpeg_size,
                                          &gray), GMS_OK);

    /* an edge between the two pixels of a pair stays there */
    for (int y = 0; y < 16; y++) {
        assert_in_range(gray.px[y * gray.stride + 160], 20, 70);
        assert_in_range(gray.px[y * gray.stride + 161], 170, 220);
    }

    for (int y = 16; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            int  d = abs(gray.px[y * gray.stride + x]
                         - yuyv[(size_t) y * stride + (size_t) x * 2]);

            worst = d > worst ? d : worst;
        }
    }
    assert_in_range(worst, 0, 3);

    /* what is looked at is what came, not what the JPEG made of it */
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            assert_int_equal(frame.gray.px[y * frame.gray.stride + x],
                             yuyv[(size_t) y * stride + (size_t) x * 2]);
        }
    }

    /* a JPEG that nobody wants is not made */
    source.jpeg_ns = 100 * GMS_MS;
    fake_give(yuyv, sizeof(yuyv));
    assert_int_equal(next(), GMS_OK);
    assert_int_equal(frame.jpeg_size, 0);
    assert_non_null(frame.gray.px);
    clock_ns += 100 * GMS_MS;
    fake_give(yuyv, sizeof(yuyv));
    assert_int_equal(next(), GMS_OK);
    assert_true(frame.jpeg_size > 0);

    /* half a picture is none */
    fake_give(yuyv, sizeof(yuyv) / 2);
    assert_int_equal(next(), GMS_EBAD_FRAME);
    assert_non_null(strstr(err, "broke off"));
    gms_image_free(&gray);
}


/* In mid-stream, and without a word of the driver: whoever looks learns of it
 * by the picture itself. */
static void
takes_another_size(void **state)
{
    static uint8_t  small[4096];

    const void   *out;
    size_t        size;
    gms_image_t   image = { .px = NULL };

    (void) state;
    assert_int_equal(gms_image_resize(&image, WIDTH / 2, HEIGHT / 2), GMS_OK);
    memset(image.px, 120, (size_t) image.stride * HEIGHT / 2);
    assert_int_equal(gms_jpeg_encode_gray(jpeg, &image, 80, &out, &size),
                     GMS_OK);
    assert_true(size < sizeof(small));
    memcpy(small, out, size);
    gms_image_free(&image);

    assert_int_equal(start("size=320x240 format=mjpeg"), GMS_OK);
    fake_give(picture, picture_size);
    assert_int_equal(next(), GMS_OK);
    assert_int_equal(frame.width, WIDTH);

    fake_give(small, size);
    assert_int_equal(next(), GMS_OK);
    assert_int_equal(frame.width, WIDTH / 2);
    assert_int_equal(frame.height, HEIGHT / 2);
    assert_memory_equal(frame.jpeg, small, frame.jpeg_size);

    fake_give(picture, picture_size);
    assert_int_equal(next(), GMS_OK);
    assert_int_equal(frame.width, WIDTH);
}


static int32_t
value(uint32_t id)
{
    return fake_control(id)->value;
}


static void
locks_what_the_camera_found(void **state)
{
    (void) state;
    assert_int_equal(start(""), GMS_OK);
    fake_give(picture, picture_size);
    assert_int_equal(next(), GMS_OK);
    assert_int_equal(value(V4L2_CID_EXPOSURE_AUTO), 3);

    /* it finds something else while it settles */
    fake_control(V4L2_CID_EXPOSURE_ABSOLUTE)->value = 97;
    fake_control(V4L2_CID_FOCUS_ABSOLUTE)->value = 120;
    settle();
    assert_int_equal(value(V4L2_CID_EXPOSURE_AUTO), 1);
    assert_int_equal(value(V4L2_CID_AUTO_WHITE_BALANCE), 0);
    assert_int_equal(value(V4L2_CID_FOCUS_AUTO), 0);
    assert_int_equal(value(V4L2_CID_EXPOSURE_ABSOLUTE), 97);
    assert_int_equal(value(V4L2_CID_FOCUS_ABSOLUTE), 120);
    assert_int_equal(value(V4L2_CID_WHITE_BALANCE_TEMPERATURE), 4600);
    assert_int_equal(value(V4L2_CID_GAIN), 30);
    assert_string_equal(source.about.remark, "");
}


static void
leaves_to_the_camera_what_it_is_told(void **state)
{
    (void) state;
    fake_control(V4L2_CID_EXPOSURE_AUTO)->value = 1;
    assert_int_equal(start("exposure=auto focus=auto"), GMS_OK);
    assert_int_equal(value(V4L2_CID_EXPOSURE_AUTO), 3);
    settle();
    assert_int_equal(value(V4L2_CID_EXPOSURE_AUTO), 3);
    assert_int_equal(value(V4L2_CID_FOCUS_AUTO), 1);
    assert_int_equal(value(V4L2_CID_AUTO_WHITE_BALANCE), 0);
    gms_source_close(&source);

    assert_int_equal(start("exposure=maybe"), GMS_EINVALID);
    assert_non_null(strstr(err, "locked, auto"));
}


static gms_controls_t  list;
static unsigned        bad;


/* "name=value ..." as a person asks for it. */
static int
ask(const char *text)
{
    gms_settings_t  wanted = { .count = 0 };
    char            name[32];
    int             v, n;

    for (; sscanf(text, " %31[a-z_]=%d%n", name, &v, &n) == 2; text += n) {
        gms_settings_put(&wanted, name, v, true);
    }

    return source.ops->set(&source, &wanted, &list, &bad, err, sizeof(err));
}


static const gms_control_t *
listed(const char *name)
{
    for (unsigned i = 0; i < list.count; i++) {
        if (strcmp(list.control[i].name, name) == 0) {
            return &list.control[i];
        }
    }

    fail_msg("no control %s", name);

    return NULL;
}


static void
lists_controls(void **state)
{
    const gms_control_t  *c;

    (void) state;
    fake_control(V4L2_CID_BRIGHTNESS)->flags = V4L2_CTRL_FLAG_READ_ONLY;
    assert_int_equal(start(""), GMS_OK);
    assert_int_equal(ask(""), GMS_OK);
    assert_int_equal(list.count, 10);

    c = listed("exposure_absolute");
    assert_string_equal(c->title, "Exposure Time, Absolute");
    assert_int_equal(c->type, GMS_CONTROL_NUMBER);
    assert_int_equal(c->min, 3);
    assert_int_equal(c->max, 2047);
    assert_int_equal(c->value, 312);
    assert_int_equal(c->preset, 250);
    assert_int_equal(c->rule, GMS_CONTROL_AUTOMATIC);

    c = listed("exposure_auto");
    assert_int_equal(c->type, GMS_CONTROL_CHOICE);
    assert_int_equal(c->choices, 2);
    assert_int_equal(c->choice[1].value, 3);
    assert_string_equal(c->choice[1].title, "Choice 3");

    assert_int_equal(listed("focus_auto")->type, GMS_CONTROL_SWITCH);
    assert_int_equal(listed("power_line_frequency")->choices, 3);
    assert_int_equal(listed("zoom_absolute")->rule, GMS_CONTROL_FREE);
    assert_false(listed("brightness")->writable);

    settle();
    assert_int_equal(ask(""), GMS_OK);
    assert_int_equal(listed("exposure_absolute")->rule, GMS_CONTROL_LOCKED);
}


static void
sets_all_or_none(void **state)
{
    static const struct {
        const char  *text;
        int          rc;
        unsigned     bad;
        const char  *word;
    } rows[] = {
        { "gamma=3", GMS_EINVALID, 0, "no control gamma" },
        { "gain=50 brightness=256", GMS_EINVALID, 1, "from 0 to 255" },
        { "gain=50 exposure_auto=2", GMS_EINVALID, 1, "one of its choices" },
        { "gain=50 zoom_absolute=99", GMS_EINVALID, 1, "from 100 to 500" },
        { "exposure_auto=3 exposure_absolute=100", GMS_EINVALID, 1,
          "while exposure_auto is on" },
        { "gain=50 power_line_frequency=1", GMS_EINVALID, 1, "cannot be set" },
    };

    (void) state;
    fake_control(V4L2_CID_POWER_LINE_FREQUENCY)->flags =
        V4L2_CTRL_FLAG_GRABBED;
    assert_int_equal(start(""), GMS_OK);

    for (size_t i = 0; i < COUNT(rows); i++) {
        int  rc = ask(rows[i].text);

        if (rc != rows[i].rc || bad != rows[i].bad
            || strstr(err, rows[i].word) == NULL)
        {
            fail_msg("%s: %d, %u, \"%s\"", rows[i].text, rc, bad, err);
        }
        assert_int_equal(value(V4L2_CID_GAIN), 30);
        assert_int_equal(value(V4L2_CID_EXPOSURE_AUTO), 3);
    }

    /* the automatic goes first; steps are the camera's */
    assert_int_equal(ask("exposure_absolute=120 white_balance_temperature=3333"
                         ), GMS_OK);
    assert_int_equal(value(V4L2_CID_EXPOSURE_AUTO), 1);
    assert_int_equal(value(V4L2_CID_EXPOSURE_ABSOLUTE), 120);
    assert_int_equal(value(V4L2_CID_GAIN), 30);
    assert_int_equal(listed("white_balance_temperature")->value, 3330);
    assert_int_equal(listed("exposure_absolute")->rule, GMS_CONTROL_LOCKED);

    /* given back to the camera, then locked at what it finds */
    assert_int_equal(ask("exposure_auto=3"), GMS_OK);
    fake_control(V4L2_CID_EXPOSURE_ABSOLUTE)->value = 77;
    assert_int_equal(ask("exposure_auto=1"), GMS_OK);
    assert_int_equal(value(V4L2_CID_EXPOSURE_ABSOLUTE), 77);
}


static void
takes_back_what_was_refused_halfway(void **state)
{
    (void) state;
    assert_int_equal(start(""), GMS_OK);
    fake_control(V4L2_CID_BRIGHTNESS)->max = 1000;    /* the list knows 1000 */
    gms_source_close(&source);
    assert_int_equal(start(""), GMS_OK);
    fake_control(V4L2_CID_BRIGHTNESS)->max = 255;     /* the camera 255 */

    assert_int_equal(ask("focus_absolute=50 gain=60 brightness=900"),
                     GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "to set brightness"));
    assert_int_equal(value(V4L2_CID_GAIN), 30);
    assert_int_equal(value(V4L2_CID_FOCUS_AUTO), 1);
    assert_int_equal(listed("focus_absolute")->rule, GMS_CONTROL_AUTOMATIC);
}


static void
sets_again_after_it_was_unplugged(void **state)
{
    gms_settings_t  settings = { .count = 0 };

    (void) state;
    assert_int_equal(start(""), GMS_OK);
    source.config.settings = &settings;
    gms_source_close(&source);
    assert_int_equal(gms_source_open(&source, err, sizeof(err)), GMS_OK);

    fake_control(V4L2_CID_WHITE_BALANCE_TEMPERATURE)->value = 5110;
    settle();
    assert_int_equal(ask("exposure_absolute=120 zoom_absolute=150"), GMS_OK);
    assert_true(gms_settings_find(&settings, "zoom_absolute")->asked);
    assert_false(gms_settings_find(&settings, "focus_auto")->asked);

    fake_unplug();
    assert_int_equal(next(), GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "was unplugged"));
    assert_int_equal(gms_source_open(&source, err, sizeof(err)),
                     GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "there is no /dev/video0"));
    assert_int_equal(value(V4L2_CID_EXPOSURE_AUTO), 3);

    fake.gone = false;
    assert_int_equal(gms_source_open(&source, err, sizeof(err)), GMS_OK);
    assert_int_equal(value(V4L2_CID_EXPOSURE_AUTO), 1);
    assert_int_equal(value(V4L2_CID_EXPOSURE_ABSOLUTE), 120);
    assert_int_equal(value(V4L2_CID_WHITE_BALANCE_TEMPERATURE), 5110);
    assert_int_equal(value(V4L2_CID_ZOOM_ABSOLUTE), 150);
    assert_string_equal(source.about.remark, "");
    fake_give(picture, picture_size);
    assert_int_equal(next(), GMS_OK);

    /* another camera in its place does not take all of it */
    gms_source_close(&source);
    fake_reset();
    fake_control(V4L2_CID_ZOOM_ABSOLUTE)->id = V4L2_CID_SHARPNESS;
    fake_control(V4L2_CID_SHARPNESS)->name = "Sharpness";
    assert_int_equal(gms_source_open(&source, err, sizeof(err)), GMS_OK);
    assert_int_equal(value(V4L2_CID_EXPOSURE_ABSOLUTE), 120);
    assert_non_null(strstr(source.about.remark, "no control zoom_absolute"));
}


static void
notices_a_zoom(void **state)
{
    uint32_t  revision;

    (void) state;
    for (int told = 0; told < 2; told++) {
        fake_reset();
        fake.eventless = !told;
        assert_int_equal(start(""), GMS_OK);
        settle();
        assert_int_equal(source.about.moves, 0);
        revision = source.about.revision;

        fake_turn(V4L2_CID_ZOOM_ABSOLUTE, 180);
        settle();
        assert_int_equal(source.about.moves, 1);
        assert_int_not_equal(source.about.revision, revision);
        assert_string_equal(source.about.moved,
                            "zoom_absolute went from 100 to 180");

        fake_turn(V4L2_CID_BRIGHTNESS, 99);
        settle();
        assert_int_equal(source.about.moves, 1);
        assert_int_equal(ask(""), GMS_OK);
        assert_int_equal(listed("brightness")->value, 99);
        teardown(state);
    }
}


static void
bears_a_camera_without_controls(void **state)
{
    (void) state;
    fake.controls = 0;
    fake.eventless = true;
    assert_int_equal(start(""), GMS_OK);
    settle();
    assert_int_equal(ask(""), GMS_OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(ask("gain=1"), GMS_EINVALID);
}


static void
lists_what_is_plugged_in(void **state)
{
    char    dir[] = "/tmp/gms-v4l2-XXXXXX", path[200], text[2000] = "";
    FILE   *out;
    FILE   *refused;

    (void) state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "mkdir -p %s/v4l/by-id && touch %s/video0 && "
             "ln -s ../../video0 %s/v4l/by-id/usb-Club_Cam-index0", dir, dir,
             dir);
    assert_int_equal(system(path), 0);

    out = fmemopen(text, sizeof(text), "w");
    refused = tmpfile();
    assert_int_equal(gms_v4l2_list(&play, dir, out, refused), 1);
    fclose(out);
    assert_int_equal(ftell(refused), 0);
    assert_non_null(strstr(text, "/video0  Club Cam ??2>?, usb-1\n"));
    assert_non_null(strstr(text, "YUYV  640x480@30 1280x720@10"));
    assert_non_null(strstr(text, "MJPG  640x480@60 1280x720@60 2592x1944@60"));
    assert_non_null(strstr(text, "/v4l/by-id/usb-Club_Cam-index0 "
                           "size=1280x720 fps=30 format=mjpeg;\n"));

    fake.formats[1] = 0;
    out = fmemopen(text, sizeof(text), "w");
    assert_int_equal(gms_v4l2_list(&play, dir, out, refused), 1);
    fclose(out);
    assert_non_null(strstr(text, "size=640x480 fps=30 format=yuyv;\n"));

    /* what may not be opened is told, what has no pictures is not */
    open_error = EACCES;
    out = fmemopen(text, sizeof(text), "w");
    assert_int_equal(gms_v4l2_list(&play, dir, out, refused), 0);
    fclose(out);
    assert_true(ftell(refused) > 0);
    rewind(refused);
    open_error = 0;
    fake.capabilities = V4L2_CAP_META_CAPTURE;
    assert_int_equal(gms_v4l2_list(&play, dir, refused, refused), 0);
    assert_int_equal(ftell(refused), 0);
    fclose(refused);

    snprintf(path, sizeof(path), "rm -r %s", dir);
    assert_int_equal(system(path), 0);
}


/* The system's own operations, on what is there on any machine. */
static void
asks_the_system(void **state)
{
    static const struct {
        const char  *path;
        int          rc;
        const char  *word;
    } rows[] = {
        { "/dev/video-none", GMS_ECAMERA_GONE, "plugged in" },
        { "/etc/passwd", GMS_EINVALID, "/etc/passwd is no camera" },
        { "/dev", GMS_EINVALID, "/dev is no camera" },
        { "/dev/null", GMS_EINVALID, "/dev/null is no camera" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        gms_v4l2_device_t  d;
        int                rc;

        rc = gms_v4l2_device_open(&d, &gms_v4l2_system, rows[i].path, err,
                                  sizeof(err));
        if (rc != rows[i].rc || strstr(err, rows[i].word) == NULL) {
            fail_msg("%s: %d, \"%s\"", rows[i].path, rc, err);
        }
    }
}


static void
one_round(int i)
{
    fake.gone = false;
    assert_int_equal(start(i % 2 == 0 ? "" : "format=yuyv"), GMS_OK);
    fake_give(picture, picture_size);
    (void) next();
    fake_unplug();
    assert_int_equal(next(), GMS_ECAMERA_GONE);
    gms_source_close(&source);
    assert_int_equal(start(""), GMS_ECAMERA_GONE);
}


static void
reconnects(void **state)
{
    (void) state;
    flat_play(one_round, 300);
}


int
main(void)
{
#define T(what, name) { what, name, setup, teardown, NULL }
    const struct CMUnitTest tests[] = {
        T("the JPEG of a camera is passed on as it came",
          passes_pictures_on),
        T("of several pictures that wait the newest is taken",
          newest_wins),
        T("pictures that the driver lost are counted",
          counts_gaps),
        T("what keeps a camera from opening is said in a sentence",
          refuses_to_open),
        T("a device without usable pictures is refused",
          refuses_devices),
        T("sizes and buffers that cannot be are refused",
          refuses_absurd_sizes),
        T("what was asked and what came of it is told",
          tells_what_it_got),
        T("faults in mid-stream are told apart, and leave nothing",
          survives_faults),
        T("a picture larger than its buffer is not read",
          takes_more_than_the_buffer_for_damage),
        T("what a camera fills its buffers up with is cut off",
          cuts_padding_off),
        T("a camera that falls silent is given up in time",
          misses_a_silent_camera),
        T("a device in error is opened anew at once",
          gives_up_what_cannot_be_waited_for),
        T("stamps are used where they are of our clock",
          honours_stamps),
        T("YUYV becomes a JPEG of the same pixels",
          encodes_what_has_no_jpeg),
        T("a size that changes without a word is that of the picture",
          takes_another_size),
        T("automatics are locked at what they have found",
          locks_what_the_camera_found),
        T("automatics run on where that is said",
          leaves_to_the_camera_what_it_is_told),
        T("controls are listed with range, value and rule",
          lists_controls),
        T("controls are set all or none, automatics off first",
          sets_all_or_none),
        T("what is refused halfway is taken back",
          takes_back_what_was_refused_halfway),
        T("what was set is set again after the cable was pulled",
          sets_again_after_it_was_unplugged),
        T("a zoom that somebody turns is noticed, told or looked for",
          notices_a_zoom),
        T("a camera without controls works",
          bears_a_camera_without_controls),
        T("cameras are listed with a line for the configuration",
          lists_what_is_plugged_in),
        T("a camera that is unplugged again and again costs nothing",
          reconnects),
        T("paths that are no camera are refused by the system itself",
          asks_the_system),
    };
    int  rc;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    gms_jpeg_destroy(jpeg);

    return rc;
}
