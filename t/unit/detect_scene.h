/*
 * A lane of the tests whose scene changes: what hangs there and what is seen
 * of it, a detector that looks at it at any rate, and what it reported.
 */

#ifndef DETECT_SCENE_H
#define DETECT_SCENE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "detect_card.h"
#include "t/lib/scenes.h"
#include "worker/base/clock.h"

#define FOUND_MAX 128
#define PIXELS (CARD_W * CARD_H)

typedef struct {
    card_t           card;
    float           *paper;  /* the sheet and its holes */
    float           *seen;   /* what is drawn of it */
    int              fps;
    double           gain;
    gms_detector_t   detector;
    uint64_t         frame;
    int64_t          ns;
    int              found;
    gms_detection_t  detection[FOUND_MAX];
    double           x_mm[FOUND_MAX]; /* by the calibration then in force */
    double           y_mm[FOUND_MAX];
    char             detail[256];
} range_t;

static int8_t grain[PIXELS];

static const double identity[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };


/* The drawn card as a face: rings every 5 mm, a black of 40 mm. */
static inline gms_face_t
card_face(void)
{
    gms_face_t face = { .name = "card", .title = "Card", .rings = 10,
        .black_mm = 40 };

    for (int i = 0; i < 10; i++) {
        face.ring[i].value = 10 - i;
        face.ring[i].diameter_mm = 10 * (i + 1) + 2 * 0.8 / CARD_SCALE;
    }
    return face;
}


static inline void
open_detector(range_t *r)
{
    gms_detector_config_t config = card_config();
    char                  err[200] = "";

    config.face = card_face();
    if (gms_detector_open(&r->detector, "builtin", &config, err, sizeof(err))
        != GMS_OK)
    {
        fail_msg("%s", err);
    }
}


static inline void
begin(range_t *r, int fps)
{
    memset(r, 0, sizeof(*r));
    card_open(&r->card);
    r->paper = calloc(PIXELS, sizeof(float));
    r->seen = calloc(PIXELS, sizeof(float));
    assert_non_null(r->paper);
    assert_non_null(r->seen);
    card_draw(r->paper, identity);
    memcpy(r->seen, r->paper, PIXELS * sizeof(float));
    r->ns = 5 * GMS_S;
    r->fps = fps;
    r->gain = 1;
    for (int i = 0; i < PIXELS; i++) { /* sixteenths of a level */
        int sum = 0;

        for (int k = 0; k < 4; k++) {
            r->card.noise = r->card.noise * 1664525U + 1013904223U;
            sum += (int) (r->card.noise >> 24);
        }
        grain[i] = (int8_t) ((sum - 510) * 16 / 148);
    }
    open_detector(r);
}


static inline void
end(range_t *r)
{
    gms_detector_close(&r->detector);
    gms_image_free(&r->card.image);
    free(r->paper);
    free(r->seen);
    r->fps = 0;
}


static inline gms_detector_state_e
state(range_t *r)
{
    return gms_detector_detail(&r->detector, r->detail, sizeof(r->detail));
}


/* The drawing with noise of one level, as the camera's next picture. */
static inline const gms_image_t *
snap(range_t *r)
{
    float gain = (float) r->gain;

    for (int y = 0; y < CARD_H; y++) {
        uint8_t      *row = r->card.image.px
            + (ptrdiff_t) y * r->card.image.stride;
        const float  *from = r->seen + y * CARD_W;
        const int8_t *noise;

        r->card.noise = r->card.noise * 1664525U + 1013904223U;
        noise = grain + (r->card.noise >> 8) % (PIXELS - CARD_W);
        for (int x = 0; x < CARD_W; x++) {
            int v = (int) (from[x] * gain + (float) noise[x] / 16 + 0.5F);

            row[x] = (uint8_t) (v < 0 ? 0 : v > 255 ? 255 : v);
        }
    }
    return &r->card.image;
}


static inline void
look(range_t *r)
{
    int n = gms_detector_push(&r->detector, snap(r), r->frame++, r->ns,
        r->detection + r->found, FOUND_MAX - r->found);

    assert_true(n >= 0);
    for (int i = r->found; i < r->found + n; i++) {
        gms_calibration_to_mm(gms_detector_calibration(&r->detector),
            r->detection[i].x_px, r->detection[i].y_px, &r->x_mm[i],
            &r->y_mm[i]);
    }
    r->found += n;
    r->ns += GMS_S / r->fps;
}


/* What is drawn, for so long and at least so many pictures. */
static inline void
show(range_t *r, double seconds, int pictures)
{
    int n = (int) lrint(seconds * r->fps);

    for (int i = 0; i < (n < pictures ? pictures : n); i++) {
        look(r);
    }
}


static inline void
show_paper(range_t *r, double seconds, int pictures)
{
    memcpy(r->seen, r->paper, PIXELS * sizeof(float));
    show(r, seconds, pictures);
}


static inline int
count(const range_t *r, gms_detection_kind_e kind)
{
    int n = 0;

    for (int i = 0; i < r->found; i++) {
        n += r->detection[i].kind == kind;
    }
    return n;
}


/* Is the last shot at this place of the card, px from its centre? */
static inline bool
shot_at(const range_t *r, double x, double y, double most_mm)
{
    int i = r->found - 1;

    while (i >= 0 && r->detection[i].kind != GMS_DETECTION_SHOT) {
        i--;
    }
    return i >= 0
           && hypot(r->x_mm[i] - x / CARD_SCALE, r->y_mm[i] + y / CARD_SCALE)
                  < most_mm;
}


static inline const gms_detection_t *
last(const range_t *r, gms_detection_kind_e kind)
{
    for (int i = r->found - 1; i >= 0; i--) {
        if (r->detection[i].kind == kind) {
            return &r->detection[i];
        }
    }
    fail_msg("nothing of this kind was told");
    return NULL;
}


static inline void
shoot(range_t *r, double x, double y)
{
    card_hole(r->paper, CARD_X + x, CARD_Y + y, CARD_CALIBER_PX / 2 * 0.95,
        12);
}


static inline void
fill(float *out, double level)
{
    for (int i = 0; i < PIXELS; i++) {
        out[i] = (float) level;
    }
}


/* A wall with something to see, but no card. */
static inline void
wall(float *out)
{
    for (int y = 0; y < CARD_H; y++) {
        for (int x = 0; x < CARD_W; x++) {
            out[y * CARD_W + x] = (float) (70 + 12 * sin(x * 0.031)
                + 9 * cos(y * 0.047) + (x / 40 + y / 40) % 2 * 6);
        }
    }
}


/* An arm from x0 on, not of one gray. */
static inline void
arm(float *out, int x0, int width)
{
    for (int y = 0; y < CARD_H; y++) {
        for (int x = x0; x < x0 + width && x < CARD_W; x++) {
            out[y * CARD_W + x] = (float) (100 + (x - x0 + y) % 17);
        }
    }
}


static inline void
expect_live(range_t *r, int shots)
{
    assert_int_equal(state(r), GMS_DETECTOR_LIVE);
    assert_string_equal(r->detail, "");
    assert_int_equal(count(r, GMS_DETECTION_SHOT), shots);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);
}


static const int rates[] = { 15, 1 };

#define EACH_RATE(r)                                                          \
    for (int rate_ = SCENES_FEW; rate_ < 2; end(&r), rate_++)                 \
        if (begin(&r, rates[rate_]), true)


#define TEST(sentence, function)                                              \
    { .name = sentence, .test_func = function }

#endif /* DETECT_SCENE_H */
