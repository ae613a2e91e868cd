/* What is shown in the place of a camera's picture when it gives none. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/base/letters.h"
#include "worker/lane/placeholder.h"

#define LIGHT 128

static gms_memory_t memory;
static gms_frames_t frames;


/* The picture as it is shown now. */
static void
look(gms_image_t *image, gms_frame_info_t *info)
{
    static uint8_t bytes[1024 * 1024];
    gms_jpeg_t    *jpeg = gms_jpeg_create();

    assert_non_null(jpeg);
    assert_int_equal(
        gms_frames_read(&frames, info, bytes, sizeof(bytes)), GMS_OK);
    assert_int_equal(
        gms_jpeg_decode_gray(jpeg, bytes, info->size, image), GMS_OK);
    gms_jpeg_destroy(jpeg);
}


static void
show(const char *camera, const gms_camera_status_t *status, gms_image_t *image,
    gms_frame_info_t *info)
{
    gms_camera_t c;
    char         err[300];

    assert_int_equal(
        gms_camera_parse_text(&c, camera, err, sizeof(err)), GMS_OK);
    assert_int_equal(gms_placeholder_show(&frames, &c, status), GMS_OK);
    look(image, info);
}


/* Whether these letters stand somewhere in the picture, of any size. */
static bool
reads(const gms_image_t *image, const char *text)
{
    gms_image_t letters = { 0 };
    int         wrong, most;

    for (int scale = 1; scale < 20; scale++) {
        int width = GMS_LETTER_WIDTH * (int) strlen(text) * scale;
        int height = (GMS_LETTER_HEIGHT - 1) * scale;

        if (width > image->width || height > image->height) {
            break;
        }

        assert_int_equal(gms_image_resize(&letters, width, height), GMS_OK);
        memset(letters.px, 0, (size_t) letters.stride * (size_t) height);
        gms_letters_draw(&letters, 0, 0, scale, 255, text, strlen(text));

        for (int y = 0; y + height <= image->height; y++) {
            for (int x = 0; x + width <= image->width; x++) {
                wrong = 0;
                most = width * height / 400;

                for (int v = 0; v < height && wrong <= most; v++) {
                    for (int u = 0; u < width && wrong <= most; u++) {
                        wrong += (image->px[(y + v) * image->stride + x + u]
                                     > LIGHT)
                            != (letters.px[v * letters.stride + u] > LIGHT);
                    }
                }

                if (wrong <= most) {
                    gms_image_free(&letters);
                    return true;
                }
            }
        }
    }

    gms_image_free(&letters);

    return false;
}


static void
words(void **state)
{
    gms_camera_status_t status = { .state = GMS_CAMERA_LOST,
        .detail = "http://camera/still.jpg cannot be reached",
        .width = 640,
        .height = 480,
        .frame_real_ns = INT64_C(1795000000) * GMS_S };
    gms_frame_info_t    info;
    gms_image_t         image = { 0 };

    (void) state;
    show("http://camera/still.jpg", &status, &image, &info);
    assert_true(info.placeholder);
    assert_int_equal(info.width, 640);
    assert_int_equal(info.height, 480);
    assert_int_equal(image.width, 640);
    assert_true(reads(&image, "Camera lost"));
    assert_true(reads(&image, "since 2026-11-18 11:06:40"));
    assert_true(reads(&image, "http://camera/still.jpg cannot be"));
    assert_true(reads(&image, "reached"));
    assert_false(reads(&image, "Camera gone"));

    status.state = GMS_CAMERA_FROZEN;
    status.frame_real_ns = 0;
    status.width = status.height = 0;
    show("http://camera/still.jpg size=320x240", &status, &image, &info);
    assert_int_equal(image.width, 320);
    assert_true(reads(&image, "Picture frozen"));
    assert_true(reads(&image, "no picture yet"));

    show("http://camera/still.jpg", &status, &image, &info);
    assert_int_equal(image.width, 1280);
    assert_int_equal(image.height, 720);
    gms_image_free(&image);
}


/* Pages turn what they show, or cut it: the words are upright there. */
static void
upright(void **state)
{
    static const struct {
        const char *camera;
        int         rotate;
        bool        mirror;
    } table[] = {
        { "rotate=90", 90, false },
        { "rotate=180", 180, false },
        { "rotate=270", 270, false },
        { "mirror=1", 0, true },
        { "rotate=90 mirror=1", 90, true },
        { "rotate=270 mirror=1", 270, true },
    };

    gms_camera_status_t status = { .state = GMS_CAMERA_LOST,
        .width = 320,
        .height = 200 };
    gms_frame_info_t    info;
    gms_image_t         image = { 0 }, turned = { 0 };
    char                line[100];

    (void) state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        snprintf(line, sizeof(line), "http://camera/x %s", table[i].camera);
        show(line, &status, &image, &info);
        assert_int_equal(image.width, 320);
        assert_int_equal(image.height, 200);

        /* clockwise by rotate, then mirrored */
        for (int turn = 0; turn < table[i].rotate; turn += 90) {
            assert_int_equal(
                gms_image_resize(&turned, image.height, image.width), GMS_OK);

            for (int y = 0; y < image.height; y++) {
                for (int x = 0; x < image.width; x++) {
                    turned.px[x * turned.stride + image.height - 1 - y] =
                        image.px[y * image.stride + x];
                }
            }

            gms_image_t other = image;
            image = turned;
            turned = other;
        }

        for (int y = 0; y < image.height && table[i].mirror; y++) {
            uint8_t *row = image.px + (ptrdiff_t) y * image.stride;

            for (int x = 0; x < image.width / 2; x++) {
                uint8_t px = row[x];
                row[x] = row[image.width - 1 - x];
                row[image.width - 1 - x] = px;
            }
        }

        if (!reads(&image, "Camera lost")) {
            fail_msg("%s cannot be read", table[i].camera);
        }
    }

    /* the part that this lane looks at; one that is not there is all */
    show("http://camera/x region=160,100,160,100", &status, &image, &info);
    for (int y = 0; y < image.height; y++) {
        for (int x = 0; x < image.width; x++) {
            assert_true(image.px[y * image.stride + x] < LIGHT
                || (x >= 160 && y >= 100));
        }
    }
    assert_true(reads(&image, "Camera lost"));
    show("http://camera/x region=300,100,160,100", &status, &image, &info);
    assert_true(reads(&image, "Camera lost"));

    gms_image_free(&image);
    gms_image_free(&turned);
}


static void
odd(void **state)
{
    gms_camera_status_t status = { .state = GMS_CAMERA_LOST,
        .width = 640,
        .height = 480 };
    gms_frame_info_t    info;
    gms_image_t         image = { 0 };
    gms_camera_t        camera;
    char                err[300];

    (void) state;

    /* without a blank, with bytes that are no letters, and more than fits */
    memset(status.detail, 'x', sizeof(status.detail) - 1);
    memcpy(status.detail, "\xc3\xa9\x01\xff", 4);
    show("http://camera/x", &status, &image, &info);
    assert_true(reads(&image, "????xxx"));

    status.width = status.height = 1;
    show("http://camera/x", &status, &image, &info);
    assert_int_equal(image.width, 1);

    /* what no picture can have leaves the last one there */
    status.width = 100000;
    status.height = 1;
    assert_int_equal(
        gms_camera_parse_text(&camera, "http://camera/x", err, sizeof(err)),
        GMS_OK);
    assert_int_equal(
        gms_placeholder_show(&frames, &camera, &status), GMS_ETOOBIG);
    look(&image, &info);
    assert_int_equal(image.width, 1);
    gms_image_free(&image);
}


/* The next picture is one again. */
static void
passes(void **state)
{
    gms_frame_info_t info = { .id = 3, .t_us = 1, .mono_ns = 1, .size = 4 };
    char             bytes[16];

    (void) state;
    assert_int_equal(gms_frames_write(&frames, &info, "jpeg"), GMS_OK);
    info.placeholder = true;
    assert_int_equal(
        gms_frames_read(&frames, &info, bytes, sizeof(bytes)), GMS_OK);
    assert_false(info.placeholder);
}


static int
setup(void **state)
{
    gms_memory_spec_t spec = { 0 };

    (void) state;
    setenv("TZ", "UTC", 1);
    tzset();

    return gms_memory_create(&memory, "t", &spec) == GMS_OK
            && gms_frames_attach(&frames, &memory) == GMS_OK
        ? 0
        : -1;
}


static int
teardown(void **state)
{
    (void) state;
    gms_memory_close(&memory);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "it says what is wrong, since when, and why",
          .test_func = words },
        { .name = "upright, where the lane looks", .test_func = upright },
        { .name = "whatever is to be said, and however small the picture",
          .test_func = odd },
        { .name = "until a picture comes", .test_func = passes },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
