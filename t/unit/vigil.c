/* A camera whose pictures are worth nothing: the same for ever, black, of a
 * clock that runs backwards.  And a picture that moves, or stands still. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/lane/vigil.h"

#define SIDE 320

static gms_glance_t glance;
static gms_jpeg_t  *jpeg;
static uint8_t      bytes[65536];


/* A disc of so many pixels on paper, in this light and with this noise. */
static gms_frame_t
picture(double radius, int light, unsigned noise)
{
    gms_image_t image = { 0 };
    gms_frame_t frame;
    const void *out;
    size_t      size;

    assert_int_equal(gms_image_resize(&image, SIDE, SIDE), GMS_OK);

    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            double d = (x - SIDE / 2) * (x - SIDE / 2)
                + (y - SIDE / 2) * (y - SIDE / 2);
            int    v = d < radius * radius ? light / 5 : light;

            noise = noise * 1103515245 + 12345;
            v += (int) (noise >> 16) % 5 - 2;
            image.px[y * image.stride + x] =
                (uint8_t) (v < 0 ? 0 : v > 255 ? 255 : v);
        }
    }

    assert_int_equal(
        gms_jpeg_encode_gray(jpeg, &image, 85, &out, &size), GMS_OK);
    assert_true(size <= sizeof(bytes));
    memcpy(bytes, out, size);
    gms_image_free(&image);
    memset(&frame, 0, sizeof(frame));
    frame.jpeg = bytes;
    frame.jpeg_size = size;

    return frame;
}


static void
begin(gms_vigil_t *v, const char *line)
{
    gms_camera_t camera;
    char         err[200];

    assert_int_equal(
        gms_camera_parse_text(&camera, line, err, sizeof(err)), GMS_OK);
    gms_vigil_init(v, &camera);
}


/* Pictures at 10 a second from one second to another; same: all alike. */
static void
play(gms_vigil_t *v, double from, double to, bool same, int light)
{
    gms_frame_t frame;

    for (int i = (int) (from * 10); i < (int) (to * 10); i++) {
        frame = picture(80, light, same ? 7 : (unsigned) i + 1);
        gms_vigil_picture(v, &glance, &frame, i * GMS_S / 10);
    }
}


static void
freezes(void **state)
{
    gms_vigil_t v;
    char        text[300];

    (void) state;
    begin(&v, "http://camera/still.jpg");
    assert_int_equal(gms_vigil_state(&v, 100 * GMS_S), GMS_VIGIL_WELL);

    play(&v, 1, 5, false, 200);
    assert_int_equal(gms_vigil_state(&v, 5 * GMS_S), GMS_VIGIL_WELL);
    play(&v, 5, 14, true, 200);
    assert_int_equal(gms_vigil_state(&v, 14 * GMS_S), GMS_VIGIL_WELL);
    play(&v, 14, 17, true, 200);
    assert_int_equal(gms_vigil_state(&v, 17 * GMS_S), GMS_VIGIL_FROZEN);
    gms_vigil_say(&v, 17 * GMS_S, text, sizeof(text));
    assert_non_null(strstr(text, "the same picture again and again"));

    /* it is opened anew, ever more seldom, and stays frozen by that alone */
    assert_true(gms_vigil_reopens(&v, 17 * GMS_S));
    gms_vigil_opened(&v, 17 * GMS_S);
    assert_int_equal(gms_vigil_state(&v, 17 * GMS_S), GMS_VIGIL_FROZEN);
    assert_false(gms_vigil_reopens(&v, 25 * GMS_S));
    assert_true(gms_vigil_reopens(&v, 30 * GMS_S));
    assert_false(gms_vigil_reopens(&v, 50 * GMS_S));
    assert_true(gms_vigil_reopens(&v, 60 * GMS_S));

    play(&v, 60, 61, false, 200);
    assert_int_equal(gms_vigil_state(&v, 61 * GMS_S), GMS_VIGIL_WELL);
}


/* A source passes over what is the same: then nothing comes at all. */
static void
waits(void **state)
{
    gms_vigil_t v;
    gms_frame_t frame;

    (void) state;
    begin(&v, "http://camera/still.jpg");
    play(&v, 1, 2, false, 200);
    assert_int_equal(gms_vigil_state(&v, 11 * GMS_S), GMS_VIGIL_WELL);
    assert_int_equal(gms_vigil_state(&v, 13 * GMS_S), GMS_VIGIL_FROZEN);

    /* after a loss it begins anew */
    gms_vigil_opened(&v, 50 * GMS_S);
    assert_int_equal(gms_vigil_state(&v, 55 * GMS_S), GMS_VIGIL_WELL);

    /* one that gives a picture a minute */
    begin(&v, "http://camera/still.jpg");
    for (unsigned i = 1; i < 4; i++) {
        frame = picture(80, 200, i);
        gms_vigil_picture(&v, &glance, &frame, i * 60 * GMS_S);
    }
    assert_int_equal(gms_vigil_state(&v, 230 * GMS_S), GMS_VIGIL_WELL);
    begin(&v, "http://camera/still.jpg fps=0.1");
    gms_vigil_picture(&v, &glance, &frame, GMS_S);
    assert_int_equal(gms_vigil_state(&v, 45 * GMS_S), GMS_VIGIL_WELL);
    assert_int_equal(gms_vigil_state(&v, 55 * GMS_S), GMS_VIGIL_FROZEN);

    /* video at rest from key frame to key frame; what is no camera */
    begin(&v, "rtsp://camera/1");
    play(&v, 1, 21, true, 200);
    assert_int_equal(gms_vigil_state(&v, 21 * GMS_S), GMS_VIGIL_WELL);
    assert_int_equal(gms_vigil_state(&v, 32 * GMS_S), GMS_VIGIL_FROZEN);
    begin(&v, "clip:/tmp/x");
    play(&v, 1, 3, true, 3);
    assert_int_equal(gms_vigil_state(&v, 100 * GMS_S), GMS_VIGIL_WELL);
}


static void
darkens(void **state)
{
    gms_vigil_t v;
    char        text[300];

    (void) state;
    begin(&v, "v4l2:/dev/video0");
    play(&v, 1, 3, false, 200);
    play(&v, 3, 4.5, false, 3); /* a hand before the lens */
    assert_int_equal(gms_vigil_state(&v, 45 * GMS_S / 10), GMS_VIGIL_WELL);
    play(&v, 4.5, 8, false, 3);
    assert_int_equal(gms_vigil_state(&v, 8 * GMS_S), GMS_VIGIL_BLACK);
    gms_vigil_say(&v, 8 * GMS_S, text, sizeof(text));
    assert_non_null(strstr(text, "the picture is black"));
    play(&v, 8, 9, false, 40); /* dim is not black */
    assert_int_equal(gms_vigil_state(&v, 9 * GMS_S), GMS_VIGIL_WELL);
}


static void
clocks(void **state)
{
    gms_frame_t frame = { .mono_ns = 5 * GMS_S, .exposed = true };

    (void) state;
    assert_false(gms_vigil_clock(&frame, 5 * GMS_S, 9 * GMS_S, 1));
    assert_false(gms_vigil_clock(&frame, 4 * GMS_S, 9 * GMS_S, 1));
    assert_true(frame.mono_ns == 5 * GMS_S && frame.exposed);
    assert_true(gms_vigil_clock(&frame, 6 * GMS_S, 9 * GMS_S, 77));
    assert_true(frame.mono_ns == 9 * GMS_S && frame.real_ns == 77);
    assert_false(frame.exposed);
}


static void
stands(void **state)
{
    static const struct {
        const char *what;
        double      radius[6];
        int         light[6];
        bool        still;
    } rows[] = {
        { "at rest", { 80, 80, 80, 80, 80, 80 },
            { 200, 200, 201, 199, 200, 202 }, true },
        { "a fast zoom", { 60, 70, 80, 90, 100, 110 },
            { 200, 200, 200, 200, 200, 200 }, false },
        { "a slow one", { 80, 80.6, 81.2, 81.8, 82.4, 83 },
            { 200, 200, 200, 200, 200, 200 }, false },
        { "an exposure that settles", { 80, 80, 80, 80, 80, 80 },
            { 120, 140, 160, 180, 195, 210 }, false },
        { "one that settled", { 80, 80, 80, 80, 80, 80 },
            { 200, 203, 205, 206, 206, 206 }, true },
    };
    gms_frame_t frame;
    int64_t     still = 0;

    (void) state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gms_glance_begin(&glance);

        for (int k = 0; k < 6; k++) {
            frame = picture(rows[i].radius[k], rows[i].light[k], (unsigned) k);
            frame.mono_ns = (k + 1) * GMS_S / 5;
            still = gms_glance_still_ns(&glance, &frame);
        }

        if ((still >= 700 * GMS_MS) != rows[i].still) {
            fail_msg("%s: %lld ms", rows[i].what, (long long) (still / GMS_MS));
        }
    }

    frame.jpeg_size = 20;
    assert_true(gms_glance_still_ns(&glance, &frame) < 0);
    assert_false(gms_glance_black(&glance, &frame));
}


/* The same from a plane that somebody decoded already. */
static void
planes(void **state)
{
    gms_image_t gray = { 0 };
    gms_frame_t frame;

    (void) state;
    memset(&frame, 0, sizeof(frame));
    assert_int_equal(gms_image_resize(&gray, SIDE, SIDE), GMS_OK);
    memset(gray.px, 5, (size_t) gray.stride * SIDE);
    frame.gray = gray;
    assert_true(gms_glance_black(&glance, &frame));
    memset(gray.px, 90, (size_t) gray.stride * SIDE);
    assert_false(gms_glance_black(&glance, &frame));
    gms_image_free(&gray);
}


static int
setup(void **state)
{
    (void) state;
    jpeg = gms_jpeg_create();
    return jpeg != NULL && gms_glance_init(&glance) == GMS_OK ? 0 : 1;
}


static int
teardown(void **state)
{
    (void) state;
    gms_glance_free(&glance);
    gms_jpeg_destroy(jpeg);
    return 0;
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freezes),
        cmocka_unit_test(waits),
        cmocka_unit_test(darkens),
        cmocka_unit_test(clocks),
        cmocka_unit_test(stands),
        cmocka_unit_test(planes),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
