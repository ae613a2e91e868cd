/* A phone as the camera: pictures are left at gms_push and taken by the source,
 * as main and capture thread do it, with a sender that is slow, quick, rude or
 * of another time. */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/capture/push.h"
#include "worker/capture/source.h"

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define FPS 20
#define INTERVAL_NS (GMS_S / FPS)

static gms_push_t   *push;
static gms_source_t  source;
static gms_jpeg_t   *jpeg;
static char          err[256];


/* A sealed memfd of these bytes. */
static int
memfd(const void *bytes, size_t size, int seals)
{
    int  fd = memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t) size);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);

    return fd;
}


static int
picture(int width, int height)
{
    gms_image_t  image = { 0 };
    const void  *bytes;
    size_t       size;
    int          fd;

    assert_int_equal(gms_image_resize(&image, width, height), GMS_OK);
    memset(image.px, 128, (size_t) image.stride * (size_t) height);
    assert_int_equal(gms_jpeg_encode_gray(jpeg, &image, 80, &bytes, &size),
        GMS_OK);
    fd = memfd(bytes, size, SEALS);
    gms_image_free(&image);

    return fd;
}


/* Leaves what is in fd, and closes it. */
static int
put_at(int fd, const char *sender, int64_t taken_us, int64_t now_ns,
    int64_t *interval_ns)
{
    gms_push_picture_t  what = { .fd = fd, .taken_us = taken_us };
    int                 rc;

    snprintf(what.sender, sizeof(what.sender), "%s", sender);
    rc = gms_push_put(push, &what, now_ns, interval_ns);
    close(fd);

    return rc;
}


static int
put(int fd)
{
    int64_t  interval_ns;

    return put_at(fd, "", 0, gms_clock_mono_ns(), &interval_ns);
}


static int
next(gms_frame_t *frame)
{
    return gms_source_next(&source, frame, 0, err, sizeof(err));
}


static int
fresh(void **state)
{
    gms_source_config_t  config;

    (void) state;

    memset(&config, 0, sizeof(config));
    strcpy(config.name, "lane1");
    assert_int_equal(gms_camera_parse_text(&config.camera,
        "push: size=1280x720 fps=20", err, sizeof(err)), GMS_OK);

    push = gms_push_create(FPS);
    jpeg = gms_jpeg_create();
    assert_non_null(push);
    config.push = push;
    assert_int_equal(gms_source_init(&source, &config), GMS_OK);
    assert_int_equal(gms_source_open(&source, err, sizeof(err)), GMS_OK);

    return 0;
}


static int
gone(void **state)
{
    (void) state;

    gms_source_close(&source);
    gms_push_destroy(push);
    gms_jpeg_destroy(jpeg);

    return 0;
}


static unsigned
descriptors(void)
{
    DIR      *d = opendir("/proc/self/fd");
    unsigned  n = 0;

    assert_non_null(d);
    while (readdir(d) != NULL) {
        n++;
    }
    closedir(d);

    return n;
}


static void
a_picture_comes_through_untouched(void **state)
{
    gms_frame_t           frame;
    uint8_t               sent[4096];
    ssize_t               size;
    int                   fd = picture(64, 48);

    (void) state;

    size = pread(fd, sent, sizeof(sent), 0);
    assert_int_equal(next(&frame), GMS_EAGAIN);
    assert_int_equal(put(fd), GMS_OK);
    assert_int_equal(next(&frame), GMS_OK);
    assert_int_equal(frame.width, 64);
    assert_int_equal(frame.height, 48);
    assert_int_equal(frame.jpeg_size, size);
    assert_memory_equal(frame.jpeg, sent, (size_t) size);
    assert_int_equal(frame.mono_ns, frame.handed_ns);
    assert_false(frame.exposed);
    assert_string_equal(source.about.asked, "1280x720");
    assert_int_equal(next(&frame), GMS_EAGAIN);
}


static void
the_newest_wins_and_the_rest_is_counted(void **state)
{
    gms_frame_t  frame;
    unsigned     before = descriptors();

    (void) state;

    assert_int_equal(put(picture(64, 48)), GMS_OK);
    assert_int_equal(next(&frame), GMS_OK);
    assert_int_equal(frame.id, 0);
    assert_int_equal(put(picture(64, 48)), GMS_OK);
    assert_int_equal(put(picture(64, 48)), GMS_OK);
    assert_int_equal(put(picture(80, 48)), GMS_OK);
    assert_int_equal(descriptors(), before + 1);
    assert_int_equal(next(&frame), GMS_OK);
    assert_int_equal(frame.width, 80);
    assert_int_equal(frame.id, 3);
    assert_int_equal(source.about.passed, 2);
    assert_int_equal(descriptors(), before);
}


static void
what_is_no_picture_is_refused(void **state)
{
    static uint8_t  bytes[GMS_PUSH_BYTES_MAX + 1] = { 0xff, 0xd8 };
    gms_frame_t     frame;
    int             pipes[2];
    unsigned        before;

    (void) state;

    before = descriptors();
    assert_int_equal(put(memfd("GIF89a", 6, SEALS)), GMS_EBAD_FRAME);
    assert_int_equal(put(memfd("", 0, SEALS)), GMS_EBAD_FRAME);
    assert_int_equal(put(memfd("\xff", 1, SEALS)), GMS_EBAD_FRAME);
    assert_int_equal(put(memfd(bytes, sizeof(bytes), SEALS)), GMS_ETOOBIG);

    /* bytes that may still change, or that could block who reads them */
    assert_int_equal(put(memfd(bytes, 100, F_SEAL_SHRINK)), GMS_EBAD_FRAME);
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(put(pipes[0]), GMS_EBAD_FRAME);
    close(pipes[1]);
    assert_int_equal(put(-1), GMS_EBAD_FRAME);
    assert_int_equal(descriptors(), before);
    assert_int_equal(next(&frame), GMS_EAGAIN);

    /* what only begins like one is found out by the capture thread */
    assert_int_equal(put(memfd(bytes, 100, SEALS)), GMS_OK);
    assert_int_equal(next(&frame), GMS_EBAD_FRAME);
    assert_non_null(strstr(err, "100 bytes that are no JPEG"));
    assert_int_equal(put(picture(64, 48)), GMS_OK);
    assert_int_equal(next(&frame), GMS_OK);
}


/* 8,000 x 8,000 pixels in a few bytes: the head alone says so. */
static void
a_bomb_is_not_unpacked(void **state)
{
    gms_frame_t  frame;
    uint8_t      bytes[4096], *sof = NULL;
    ssize_t      size;
    int          fd = picture(64, 48);

    (void) state;

    size = pread(fd, bytes, sizeof(bytes), 0);
    close(fd);

    for (ssize_t i = 0; i + 9 < size && sof == NULL; i++) {
        sof = bytes[i] == 0xff && bytes[i + 1] == 0xc0 ? bytes + i : NULL;
    }

    assert_non_null(sof);
    sof[5] = sof[7] = 8000 >> 8;
    sof[6] = sof[8] = 8000 & 0xff;
    assert_int_equal(put(memfd(bytes, (size_t) size, SEALS)), GMS_OK);
    assert_int_equal(next(&frame), GMS_EBAD_FRAME);
    assert_non_null(strstr(err, "8000 x 8000: at most 16 million pixels"));
}


static void
a_phone_may_be_turned(void **state)
{
    gms_frame_t  frame;

    (void) state;

    assert_int_equal(put(picture(64, 48)), GMS_OK);
    assert_int_equal(next(&frame), GMS_OK);
    assert_int_equal(put(picture(480, 640)), GMS_OK);
    assert_int_equal(next(&frame), GMS_OK);
    assert_int_equal(frame.width, 480);
    assert_int_equal(frame.height, 640);
    assert_int_equal(put(picture(64, 48)), GMS_OK);
    assert_int_equal(next(&frame), GMS_OK);
    assert_int_equal(frame.width, 64);
}


static void
one_sends_at_a_time(void **state)
{
    int64_t  interval_ns, now = gms_clock_mono_ns();

    (void) state;

    assert_int_equal(put_at(picture(64, 48), "a", 0, now, &interval_ns),
        GMS_OK);
    assert_int_equal(put_at(picture(64, 48), "b", 0, now + GMS_S,
        &interval_ns), GMS_ESTATE);
    assert_int_equal(put_at(picture(64, 48), "a", 0, now + 2 * GMS_S,
        &interval_ns), GMS_OK);
    assert_int_equal(put_at(picture(64, 48), "b", 0, now + 4 * GMS_S,
        &interval_ns), GMS_ESTATE);
    assert_int_equal(put_at(picture(64, 48), "b", 0, now + 6 * GMS_S,
        &interval_ns), GMS_OK);
    assert_int_equal(put_at(picture(64, 48), "a", 0, now + 7 * GMS_S,
        &interval_ns), GMS_ESTATE);
}


static void
who_hurries_is_slowed_down(void **state)
{
    int64_t   interval_ns, now = gms_clock_mono_ns();
    unsigned  taken = 0;

    (void) state;

    /* what a network that stood still gives at once is taken ... */
    for (int i = 0; i < 4; i++) {
        assert_int_equal(put_at(picture(64, 48), "", 0, now, &interval_ns),
            GMS_OK);
    }

    /* ... ten times too much is not */
    for (int i = 0; i < 10 * FPS; i++) {
        now += INTERVAL_NS / 10;
        taken += put_at(picture(64, 48), "", 0, now, &interval_ns) == GMS_OK;
    }
    assert_in_range(taken, FPS - 4, FPS + 4);

    /* and its own pace is, for ever */
    for (int i = 0; i < 10 * FPS; i++) {
        now += INTERVAL_NS;
        assert_int_equal(put_at(picture(64, 48), "", 0, now, &interval_ns),
            GMS_OK);
    }
}


static void
a_lane_that_is_behind_asks_for_less(void **state)
{
    int64_t  first, slow, slowest, now = gms_clock_mono_ns();

    (void) state;

    put_at(picture(64, 48), "", 0, now, &first);
    assert_int_equal(first, INTERVAL_NS);

    for (int i = 0; i < 4; i++) {
        gms_push_behind(push, true);
    }
    put_at(picture(64, 48), "", 0, now + GMS_S, &slow);
    assert_in_range(slow, 2 * first, 3 * first);

    for (int i = 0; i < 100; i++) {
        gms_push_behind(push, true);
    }
    put_at(picture(64, 48), "", 0, now + 2 * GMS_S, &slowest);
    assert_int_equal(slowest, GMS_S);

    for (int i = 0; i < 300; i++) {
        gms_push_behind(push, false);
    }
    put_at(picture(64, 48), "", 0, now + 3 * GMS_S, &slow);
    assert_int_equal(slow, first);
}


/* Arrivals less captures, in milliseconds: the least of them is the way. */
static void
a_foreign_clock_is_brought_to_ours(void **state)
{
    static const struct {
        int   at_ms;
        int   taken_ms;
        int   age_ms;   /* as it is found */
    } cases[] = {
        { 1000, 500000, 0 },      /* the first: nothing to compare with */
        { 1100, 500040, 60 },     /* on its way for 60 ms more than that */
        { 1200, 500205, 0 },      /* a shorter way: all others were longer */
        { 1300, 500300, 5 },
        { 12000, 511000, 5 },     /* the way of the last seconds counts */
        { 13000, 511980, 25 },
        { 14000, 100, 0 },        /* the clock was put back: begun anew */
        { 14100, 190, 10 },
        { 14200, 900000, 0 },     /* and forward */
        { 14300, 900090, 10 },
    };
    int64_t      interval_ns, base = gms_clock_mono_ns();
    gms_frame_t  frame;

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(put_at(picture(64, 48), "",
            (int64_t) cases[i].taken_ms * 1000,
            base + cases[i].at_ms * GMS_MS, &interval_ns), GMS_OK);
        assert_int_equal(next(&frame), GMS_OK);
        assert_int_equal(frame.handed_ns, base + cases[i].at_ms * GMS_MS);
        assert_int_equal(frame.handed_ns - frame.mono_ns,
            cases[i].age_ms * GMS_MS);
        assert_true(frame.exposed);
    }
}


static void
a_clock_that_lies_does_no_harm(void **state)
{
    static const int64_t  lies[] = { 1, -1, INT64_MAX, INT64_MIN, 1LL << 53,
        1000, 5000000, 4000000, 3000000, 1LL << 62 };
    int64_t               interval_ns, last = 0, now = gms_clock_mono_ns();
    gms_frame_t           frame;

    (void) state;

    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        now += GMS_S;
        assert_int_equal(put_at(picture(64, 48), "", lies[i], now,
            &interval_ns), GMS_OK);
        assert_int_equal(next(&frame), GMS_OK);
        assert_in_range(frame.handed_ns - frame.mono_ns, 0, 2 * GMS_S);
        assert_true(frame.mono_ns > last);
        last = frame.mono_ns;
    }
}


/* Silence is told once, with what to do about it, and then borne. */
static void
silence_has_a_cause(void **state)
{
    gms_frame_t  frame;
    int64_t      until = gms_clock_mono_ns() + 10 * GMS_S;
    int          rc;

    (void) state;

    do {
        rc = gms_source_next(&source, &frame, 300, err, sizeof(err));
    } while (rc == GMS_EAGAIN && gms_clock_mono_ns() < until);

    assert_int_equal(rc, GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "open /camera.html?lane=lane1 on it"));
    gms_source_close(&source);
    assert_int_equal(gms_source_open(&source, err, sizeof(err)), GMS_OK);
    assert_int_equal(next(&frame), GMS_EAGAIN);

    /* one that is sent while nobody looks is there afterwards */
    gms_source_close(&source);
    assert_int_equal(put(picture(64, 48)), GMS_OK);
    assert_int_equal(gms_source_open(&source, err, sizeof(err)), GMS_OK);
    assert_int_equal(next(&frame), GMS_OK);
}


static void
options_are_those_of_every_camera(void **state)
{
    gms_source_config_t  config = source.config;
    gms_source_t         other;

    (void) state;

    assert_int_equal(gms_camera_parse_text(&config.camera, "push: speed=9",
        err, sizeof(err)), GMS_OK);
    gms_source_init(&other, &config);
    assert_int_equal(gms_source_open(&other, err, sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "push: has no option speed="));

    /* a command line has no page to be sent to */
    gms_camera_parse_text(&config.camera, "push:", err, sizeof(err));
    config.push = NULL;
    gms_source_init(&other, &config);
    assert_int_equal(gms_source_open(&other, err, sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "push: is for lanes"));
}


#define T(name, function)                                                     \
    { name, function, fresh, gone, NULL }

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        T("a picture comes through untouched",
            a_picture_comes_through_untouched),
        T("the newest wins, and the rest is counted",
            the_newest_wins_and_the_rest_is_counted),
        T("what is no picture is refused", what_is_no_picture_is_refused),
        T("a bomb is not unpacked", a_bomb_is_not_unpacked),
        T("a phone may be turned", a_phone_may_be_turned),
        T("one sends at a time", one_sends_at_a_time),
        T("who hurries is slowed down", who_hurries_is_slowed_down),
        T("a lane that is behind asks for less",
            a_lane_that_is_behind_asks_for_less),
        T("a foreign clock is brought to ours",
            a_foreign_clock_is_brought_to_ours),
        T("a clock that lies does no harm", a_clock_that_lies_does_no_harm),
        T("silence has a cause", silence_has_a_cause),
        T("options are those of every camera",
            options_are_those_of_every_camera),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
