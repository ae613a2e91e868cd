/*
 * gms_scenery: what stays before the camera: something that hides a part of
 * the card, and a dirty lens, whose stains take light and whose haze adds
 * some; and a focus and a sensor that are not always the same.
 */

#include <math.h>
#include <string.h>

#include "scenery.h"
#include "../base/clock.h"

#define GMS_COVER_STAINS 12
#define GMS_COVER_HAZE 140.0

/* Focus hunts for so long after the camera moved, and starts so far off. */
#define GMS_COVER_FOCUS_S 1.0
#define GMS_COVER_FOCUS_PX 4.5

/* Inks are nearly clear in infra-red, and white paper is grayer. */
static const struct {
    int day;
    int night;
} gms_cover_infrared[] = { { 0, 6 }, { 16, 14 }, { 46, 104 }, { 90, 122 },
    { 214, 184 }, { 255, 214 } };


/* Share of light that a dirty lens lets through, 0 .. 1. */
static double
gms_cover_clean(const gms_scenery_t *s, int x, int y)
{
    double   clear = 1;
    uint64_t key = gms_scenery_hash(s->seed, 101);

    for (uint64_t i = 0; i < GMS_COVER_STAINS; i++) {
        double cx = s->width * gms_scenery_uniform(key, 4 * i);
        double cy = s->height * gms_scenery_uniform(key, 4 * i + 1);
        double r =
            s->height * (0.05 + 0.15 * gms_scenery_uniform(key, 4 * i + 2));
        double d = hypot(x - cx, y - cy) / r;

        if (d < 3) {
            clear *= 1
                - s->options.dirt
                    * (0.25 + 0.4 * gms_scenery_uniform(key, 4 * i + 3))
                    * exp(-d * d * d);
        }
    }

    return clear;
}


/* How deep in the obstacle a place of the card is, in mm: a board from one
 * side, with an edge that is not quite straight with the card. */
static double
gms_cover_depth(const gms_scenery_t *s, double x, double y)
{
    uint64_t key = gms_scenery_hash(s->seed, 102);
    int      side = (int) (4 * gms_scenery_uniform(key, 0));
    double   lean = 0.12 * (2 * gms_scenery_uniform(key, 1) - 1);
    double   along = side & 1 ? y : x, across = side & 1 ? x : y;

    along = side & 2 ? -along : along;

    return along + lean * across + s->card_mm * (s->options.hide - 0.5);
}


void
gms_scenery_obstruct(gms_scenery_t *s)
{
    uint64_t      key = gms_scenery_hash(s->seed, 103);
    double        board = 40 + 90 * gms_scenery_uniform(key, 0);
    const double *h = s->px_to_mm;

    if (s->options.dirt <= 0 && s->options.hide <= 0) {
        return;
    }

    for (int py = 0; py < s->height; py++) {
        uint8_t *keep =
            s->through.px + (size_t) py * (size_t) s->through.stride;
        uint8_t *add = s->added.px + (size_t) py * (size_t) s->added.stride;

        for (int px = 0; px < s->width; px++) {
            double w = h[6] * px + h[7] * py + h[8], hidden = 0, clear, haze;

            if (s->options.hide > 0) {
                hidden = gms_scenery_ramp(-1.5, 1.5,
                    gms_cover_depth(s, (h[0] * px + h[1] * py + h[2]) / w,
                        (h[3] * px + h[4] * py + h[5]) / w)
                        * gms_scenery_scale(s, px, py));
            }

            clear = gms_cover_clean(s, px, py);
            haze = GMS_COVER_HAZE * s->options.dirt * (1.3 - clear);
            clear *= 1 - 0.4 * s->options.dirt;

            keep[px] = (uint8_t) lround(255 * clear * (1 - hidden));
            add[px] = (uint8_t) lround(fmin(255,
                haze
                    + hidden * clear * board
                        * (1
                            + 0.1
                                * gms_scenery_cloud(
                                    key, px / 9.0, py / 60.0))));
        }
    }
}


void
gms_scenery_cover(gms_scenery_t *s)
{
    size_t size = (size_t) s->stage.stride * (size_t) s->height;

    if (s->options.dirt <= 0 && s->options.hide <= 0) {
        return;
    }

    for (size_t i = 0; i < size; i++) {
        unsigned v =
            (s->stage.px[i] * s->through.px[i] + 127U) / 255 + s->added.px[i];

        s->stage.px[i] = (uint8_t) (v > 255 ? 255 : v);
    }
}


double
gms_scenery_unfocused(const gms_scenery_t *s, double t)
{
    double since, sigma = 0;

    since = (double) (s->now_ns - s->camera.since_ns) / (double) GMS_S;

    if (since >= 0 && since < GMS_COVER_FOCUS_S) {
        sigma = GMS_COVER_FOCUS_PX * (1 - since / GMS_COVER_FOCUS_S)
            * (0.35 + 0.65 * fabs(cos(2 * M_PI * 1.5 * since)));
    }

    if (s->options.night > 0 && t >= s->options.night) {
        since = fmod(t, s->options.night);

        if (since < GMS_COVER_FOCUS_S) {
            sigma = fmax(sigma,
                0.7 * GMS_COVER_FOCUS_PX * (1 - since / GMS_COVER_FOCUS_S));
        }
    }

    return sigma;
}


/* Mean of 2 * reach + 1 values that are `step` apart, n of them. */
static void
gms_cover_mean(uint8_t *px, size_t step, int n, int reach, uint8_t *copy)
{
    int sum = 0, size = 2 * reach + 1;

    if (n < 1) {
        return;
    }

    for (int i = 0; i < n; i++) {
        copy[i] = px[(size_t) i * step];
    }

    for (int i = -reach; i <= reach; i++) {
        sum += copy[i < 0 ? 0 : i >= n ? n - 1 : i];
    }

    for (int i = 0; i < n; i++) {
        int in = i + reach + 1, out = i - reach;

        px[(size_t) i * step] = (uint8_t) ((sum + size / 2) / size);
        sum += copy[in < n ? in : n - 1] - copy[out > 0 ? out : 0];
    }
}


/* Three means in a row are nearly a Gaussian. */
static void
gms_cover_blur(gms_scenery_t *s, double sigma)
{
    int     reach = (int) lround((sqrt(4 * sigma * sigma + 1) - 1) / 2);
    size_t  stride = (size_t) s->stage.stride;
    uint8_t copy[GMS_SCENERY_SIDE_MAX] = { 0 };

    for (int i = 0; i < 3 && reach > 0; i++) {
        for (int y = 0; y < s->height; y++) {
            gms_cover_mean(
                s->stage.px + (size_t) y * stride, 1, s->width, reach, copy);
        }

        for (int x = 0; x < s->width; x++) {
            gms_cover_mean(s->stage.px + x, stride, s->height, reach, copy);
        }
    }
}


/* What a level of the day becomes in this share of infra-red. */
static uint8_t
gms_cover_infrared_level(int day, double share)
{
    int    i = 0;
    double f, night;

    while (day > gms_cover_infrared[i + 1].day) {
        i++;
    }

    f = (double) (day - gms_cover_infrared[i].day)
        / (gms_cover_infrared[i + 1].day - gms_cover_infrared[i].day);
    night = gms_cover_infrared[i].night
        + f * (gms_cover_infrared[i + 1].night - gms_cover_infrared[i].night);

    return (uint8_t) lround(day + (night - day) * share);
}


void
gms_scenery_sense(gms_scenery_t *s, double t)
{
    size_t  size = (size_t) s->stage.stride * (size_t) s->height;
    double  sigma = gms_scenery_unfocused(s, t), night;
    uint8_t level[256];

    if (sigma > 0) {
        gms_cover_blur(s, sigma);
    }

    night = gms_scenery_night(s, t);

    if (night <= 0) {
        return;
    }

    for (int i = 0; i < 256; i++) {
        level[i] = gms_cover_infrared_level(i, night);
    }

    for (size_t i = 0; i < size; i++) {
        s->stage.px[i] = level[s->stage.px[i]];
    }
}
