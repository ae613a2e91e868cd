/* The codec that benches put between the simulated camera and the detector:
 * what it gives back is the picture, and it changes as a camera's does. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/h264.h"
#include "ipc/error.h"
#include "worker/capture/scenery.h"

#define WIDTH 640
#define HEIGHT 480
#define FPS 15


static void
open_scenery(gms_scenery_t *s)
{
    char          err[300];
    gms_camera_t  camera;

    memset(s, 0, sizeof(gms_scenery_t));
    assert_int_equal(gms_camera_parse_text(&camera,
        "simulate: seed=3 shots=1 first=3 noise=1.5 tears=ragged", err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_options_read(gms_scenery_table, &camera, "simulate:",
                                      &s->options, err, sizeof(err)), GMS_OK);
    s->face.rings = 10;
    s->face.black_mm = 200;
    s->face.card_mm = 550;

    for (int i = 0; i < 10; i++) {
        s->face.ring[i].value = 10 - i;
        s->face.ring[i].diameter_mm = 50 + 50 * i;
    }

    s->caliber_mm = 9;
    s->width = WIDTH;
    s->height = HEIGHT;
    assert_int_equal(gms_scenery_open(s, err, sizeof(err)), GMS_OK);
}


static double
mean_change(const gms_image_t *a, const gms_image_t *b)
{
    double  sum = 0;

    for (int y = 0; y < HEIGHT; y++) {
        for (int x = WIDTH / 6; x < WIDTH * 5 / 6; x++) {
            sum += abs(a->px[y * a->stride + x] - b->px[y * b->stride + x]);
        }
    }

    return sum / (WIDTH * HEIGHT * 2 / 3);
}


static void
close_to_its_original(const gms_image_t *in, const gms_image_t *out)
{
    double  d, sum = 0;

    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            d = in->px[y * in->stride + x] - out->px[y * out->stride + x];
            sum += d * d;
        }
    }

    /* decibels */
    assert_true(10 * log10(255.0 * 255 / (sum / (WIDTH * HEIGHT))) > 30);
}


/* 8 s of a camera with a key frame every 2 s, one shot after 3 s. */
static void
like_a_camera(void **state)
{
    char                err[200];
    int                 keys = 0;
    double              change, quiet = 0, shot = 0;
    gms_h264_t         *h;
    gms_image_t         out[2] = { { 0 }, { 0 } };
    gms_scenery_t       s;
    gms_h264_options_t  options = { WIDTH, HEIGHT, FPS, 400000, 2, false };

    (void) state;
    open_scenery(&s);
    h = gms_h264_open(&options, err, sizeof(err));
    assert_non_null(h);

    for (int i = 0; i < 8 * FPS; i++) {
        const gms_image_t  *in;
        int64_t             t = i * INT64_C(1000000000) / FPS;

        gms_scenery_fire(&s, t);
        in = gms_scenery_frame(&s, t);
        assert_int_equal(gms_h264_pass(h, in, &out[i & 1]), GMS_OK);
        assert_int_equal(gms_h264_was_key(h), i % (2 * FPS) == 0);
        close_to_its_original(in, &out[i & 1]);

        if (i == 0) {
            continue;
        }

        change = mean_change(&out[0], &out[1]);

        if (gms_h264_was_key(h)) {
            assert_in_range(lround(change * 100), 50, 400);
            keys++;

        } else if (i == 3 * FPS) {
            shot = change;

        } else if (i > 4 * FPS) {
            quiet = fmax(quiet, change);
        }
    }

    assert_int_equal(keys, 3);
    assert_true(quiet < 0.06);
    assert_true(shot > 0);

    gms_image_free(&out[0]);
    gms_image_free(&out[1]);
    gms_h264_close(h);
    gms_scenery_close(&s);
}


/* A camera keeps its rate also when everything moves. */
static void
keeps_its_rate(void **state)
{
    char                err[200];
    size_t              bytes = 0;
    unsigned            seed = 1;
    gms_h264_t         *h;
    gms_image_t         in = { 0 }, out = { 0 };
    gms_h264_options_t  options = { WIDTH, HEIGHT, FPS, 500000, 2, false };

    (void) state;
    h = gms_h264_open(&options, err, sizeof(err));
    assert_non_null(h);
    assert_int_equal(gms_image_resize(&in, WIDTH, HEIGHT), GMS_OK);

    for (int i = 0; i < 6 * FPS; i++) {
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                seed = seed * 1664525 + 1013904223;
                in.px[y * in.stride + x] = (uint8_t)
                    (128 + 60 * sin((x + 5 * i) / 9.0) + (seed >> 29));
            }
        }

        assert_int_equal(gms_h264_pass(h, &in, &out), GMS_OK);
        bytes += gms_h264_bytes(h);
    }

    assert_in_range(bytes * 8 / 6, 50000, 650000);
    gms_image_free(&in);
    gms_image_free(&out);
    gms_h264_close(h);
}


static void
refused(void **state)
{
    char                err[200] = "";
    gms_h264_options_t  options = { 641, 480, FPS, 400000, 2, false };

    (void) state;
    assert_null(gms_h264_open(&options, err, sizeof(err)));
    assert_non_null(strstr(err, "even sides"));
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a picture stands still between key frames and jumps at them",
          .test_func = like_a_camera },
        { .name = "the rate is kept when everything moves",
          .test_func = keeps_its_rate },
        { .name = "what the codec cannot take is named", .test_func = refused },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
