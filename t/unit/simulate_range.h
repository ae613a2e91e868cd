/*
 * What the tests of the simulated lane share: a face, a decoder, and what they
 * read off its pictures.
 */

#ifndef SIMULATE_RANGE_H
#define SIMULATE_RANGE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/capture/scenery.h"
#include "worker/capture/simulate.h"
#include "worker/target/homography.h"

static gms_face_t   pistol;
static gms_jpeg_t  *jpeg;


static inline int
setup(void **state)
{
    (void) state;

    pistol.rings = 10;
    pistol.black_mm = 59.5;
    pistol.inner_mm = 5;
    pistol.card_mm = 170;

    for (int i = 0; i < 10; i++) {
        pistol.ring[i].value = 10 - i;
        pistol.ring[i].diameter_mm = 11.5 + 16 * i;
    }

    jpeg = gms_jpeg_create();

    return jpeg == NULL;
}


static inline int
teardown(void **state)
{
    (void) state;
    gms_jpeg_destroy(jpeg);
    return 0;
}


static inline gms_source_config_t
config_of(const char *text)
{
    char                 err[300];
    gms_source_config_t  config;

    memset(&config, 0, sizeof(config));

    if (gms_camera_parse_text(&config.camera, text, err, sizeof(err))
        != GMS_OK)
    {
        fail_msg("%s: %s", text, err);
    }

    config.face = &pistol;
    config.caliber_mm = 4.5;

    return config;
}


static inline void
open_source(gms_source_t *s, const gms_source_config_t *config)
{
    char  err[300] = "";

    assert_int_equal(gms_source_init(s, config), GMS_OK);

    if (gms_source_open(s, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }
}


static inline int
next(gms_source_t *s, gms_frame_t *frame)
{
    char  err[300];

    return gms_source_next(s, frame, 1000, err, sizeof(err));
}


static inline void
decode(const gms_frame_t *frame, gms_image_t *image)
{
    assert_int_equal(gms_jpeg_decode_gray(jpeg, frame->jpeg, frame->jpeg_size,
                                          image), GMS_OK);
}


/* Mean level in a disc of this radius round a place of the card. */
static inline double
level_at(const gms_image_t *image, const double h[9], double x, double y,
    int radius)
{
    int     n = 0;
    double  u, v, sum = 0;

    assert_int_equal(gms_homography_apply(h, x, y, &u, &v), GMS_OK);

    for (int j = -radius; j <= radius; j++) {
        for (int i = -radius; i <= radius; i++) {
            if (i * i + j * j <= radius * radius) {
                sum += image->px[((int) lround(v) + j) * image->stride
                                 + (int) lround(u) + i];
                n++;
            }
        }
    }

    return sum / n;
}


/* One picture of a scene, at t seconds after its start, as it is before any
 * JPEG. */
static inline const gms_image_t *
scene(gms_scenery_t *s, const char *text, double t)
{
    char                 err[300];
    gms_source_config_t  config = config_of(text);

    if (s->frame.px == NULL) {
        memset(s, 0, sizeof(gms_scenery_t));
        assert_int_equal(gms_options_read(gms_scenery_table, &config.camera,
                                          "simulate:", &s->options, err,
                                          sizeof(err)), GMS_OK);
        s->face = pistol;
        s->caliber_mm = 4.5;
        s->width = 640;
        s->height = 480;
        s->fps = config.camera.fps;

        if (gms_scenery_open(s, err, sizeof(err)) != GMS_OK) {
            fail_msg("%s", err);
        }
    }

    gms_scenery_fire(s, (int64_t) (t * 1e9));

    return gms_scenery_frame(s, (int64_t) (t * 1e9));
}


/* Mean absolute difference of two pictures in a box. */
static inline double
difference(const gms_image_t *a, const gms_image_t *b, int x0, int y0, int x1,
    int y1)
{
    double  sum = 0;

    for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++) {
            sum += abs(a->px[y * a->stride + x] - b->px[y * b->stride + x]);
        }
    }

    return sum / (x1 - x0) / (y1 - y0);
}


static inline void
keep(gms_image_t *copy, const gms_image_t *image)
{
    assert_int_equal(gms_image_resize(copy, image->width, image->height),
                     GMS_OK);

    for (int y = 0; y < image->height; y++) {
        memcpy(copy->px + y * copy->stride, image->px + y * image->stride,
               (size_t) image->width);
    }
}


/* How far the small square of a about (x, y) has moved in b, whole px. */
static inline void
moved(const gms_image_t *a, const gms_image_t *b, int x, int y, int half,
    int *dx, int *dy)
{
    double  best = 1e18;

    *dx = *dy = 0;

    for (int j = -8; j <= 8; j++) {
        for (int i = -8; i <= 8; i++) {
            double  sum = 0;

            for (int v = -half; v <= half; v++) {
                for (int u = -half; u <= half; u++) {
                    double d = a->px[(y + v) * a->stride + x + u]
                        - b->px[(y + v + j) * b->stride + x + u + i];

                    sum += d * d;
                }
            }

            if (sum < best) {
                best = sum;
                *dx = i;
                *dy = j;
            }
        }
    }
}

#endif /* SIMULATE_RANGE_H */
