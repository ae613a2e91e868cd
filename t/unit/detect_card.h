/*
 * A drawn card for the tests of detection: rings, a black, marks like
 * numerals, holes; sharp to a pixel and known to a thousandth of one.
 */

#ifndef DETECT_CARD_H
#define DETECT_CARD_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/detect/detector.h"
#include "worker/target/homography.h"

#define CARD_W 640
#define CARD_H 480
#define CARD_SCALE 4.0   /* px per mm */
#define CARD_X 321.3     /* centre of the face in the picture */
#define CARD_Y 239.6
#define CARD_ZONE_MM 50.0
#define CARD_CALIBER_MM 4.5
#define CARD_CALIBER_PX (CARD_SCALE * CARD_CALIBER_MM)
#define CARD_PAPER 215.0
#define CARD_INK 36.0

typedef struct {
    gms_image_t  image;
    uint32_t     noise; /* state of the generator */
} card_t;


/* 1 inside, 0 outside, one pixel wide in between; d: px, > 0 inside. */
static inline double
card_edge(double d)
{
    return d > 0.5 ? 1 : d < -0.5 ? 0 : d + 0.5;
}


/* Level of the card at a place, px from the centre of the face. */
static inline double
card_level(double x, double y)
{
    double r = hypot(x, y), black = card_edge(20 * CARD_SCALE - r);
    double level = CARD_PAPER + (CARD_INK - CARD_PAPER) * black;
    double line = black > 0.5 ? 170 : 70;

    for (int ring = 1; ring <= 10; ring++) {
        double d = fabs(r - ring * 5 * CARD_SCALE);
        double on = card_edge(0.8 - d);

        if (ring != 4) {
            level += (line - level) * on;
        }
        if (fabs(x) > 6 && fabs(y) > 6) {
            continue; /* marks like numerals stand on the axes */
        }
        for (int arm = 0; arm < 4; arm++) {
            double c = (ring * 5 + 2.5) * CARD_SCALE;
            double mx = arm % 2 == 0 ? (arm == 0 ? c : -c) : 0;
            double my = arm % 2 == 1 ? (arm == 1 ? c : -c) : 0;
            double in = card_edge(3.2 - fabs(x - mx))
                        * card_edge(5.1 - fabs(y - my));

            level += (line - level) * in * 0.9;
        }
    }
    return level;
}


static inline void
card_open(card_t *card)
{
    memset(card, 0, sizeof(*card));
    card->noise = 12345;
    if (gms_image_resize(&card->image, CARD_W, CARD_H) != GMS_OK) {
        abort();
    }
}


/* Draws the card seen through map (reference pixel -> picture pixel).  The
 * drawing is kept, as most are asked for again and again. */
static inline void
card_draw(float *out, const double map[9])
{
    static float  kept[CARD_W * CARD_H];
    static double kept_map[9];
    double        back[9];

    if (memcmp(map, kept_map, sizeof(kept_map)) == 0) {
        memcpy(out, kept, sizeof(kept));
        return;
    }
    if (gms_homography_invert(back, map) != GMS_OK) {
        abort();
    }
    for (int y = 0; y < CARD_H; y++) {
        for (int x = 0; x < CARD_W; x++) {
            double u, v;

            gms_homography_apply(back, x, y, &u, &v);
            out[y * CARD_W + x] = (float) card_level(u - CARD_X, v - CARD_Y);
        }
    }
    memcpy(kept, out, sizeof(kept));
    memcpy(kept_map, map, sizeof(kept_map));
}


/* A hole: an open disc, px. */
static inline void
card_hole(float *out, double x, double y, double r, double level)
{
    for (int v = (int) (y - r - 2); v <= (int) (y + r + 2); v++) {
        for (int u = (int) (x - r - 2); u <= (int) (x + r + 2); u++) {
            if (u >= 0 && v >= 0 && u < CARD_W && v < CARD_H) {
                float *p = &out[v * CARD_W + u];
                double in = card_edge(r - hypot(u - x, v - y));

                *p += (float) ((level - (double) *p) * in);
            }
        }
    }
}


/* The drawing as a camera sees it: brightness, noise of about sigma. */
static inline const gms_image_t *
card_shot(card_t *card, const float *drawing, double gain, double sigma)
{
    for (int y = 0; y < CARD_H; y++) {
        uint8_t *row = card->image.px + (ptrdiff_t) y * card->image.stride;

        for (int x = 0; x < CARD_W; x++) {
            int    sum = 0;
            double v;

            for (int i = 0; i < 4; i++) { /* near enough to a Gaussian */
                card->noise = card->noise * 1664525U + 1013904223U;
                sum += (int) (card->noise >> 24);
            }
            v = (double) drawing[y * CARD_W + x] * gain
                + (sum - 510) / 148.0 * sigma;
            row[x] = (uint8_t) (v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
        }
    }
    return &card->image;
}


static inline gms_detector_config_t
card_config(void)
{
    const double map[9] = { CARD_SCALE, 0, CARD_X, 0, -CARD_SCALE, CARD_Y,
        0, 0, 1 };
    gms_detector_config_t config = { .caliber_mm = CARD_CALIBER_MM,
        .zone_mm = CARD_ZONE_MM };

    if (gms_calibration_set(&config.calibration, map, GMS_CALIBRATION_HAND, 0)
        != GMS_OK)
    {
        abort();
    }
    return config;
}

#endif /* DETECT_CARD_H */
