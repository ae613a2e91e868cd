/*
 * gms_change: where the picture differs from the background by more than
 * the noise of the place.
 *
 * Background, noise and threshold are planes of the zone in fixed point.
 * The background is scaled by the gain and the picture taken from it, so
 * that noise keeps the size that the camera gave it, in shadows too.
 */

#ifndef GMS_CHANGE_H
#define GMS_CHANGE_H

#include "gain.h"
#include "noise.h"
#include "quiet.h"
#include "warp.h"
#include "zone.h"

/* Background and noise: 7 bits of fraction. */
#define GMS_DEEP_BITS 7
#define GMS_DEEP (1 << GMS_DEEP_BITS)

/* Freshness of the noise (gms_change_t) from which a picture is a bare
 * sensor's; below it a codec's. */
#define GMS_FRESH_SENSOR 1.05

#define GMS_CHANGE_RUNS_MAX 8192

typedef struct {
    int16_t y;
    int16_t x0;
    int16_t x1; /* one past the last */
} gms_run_t;

typedef struct {
    const gms_zone_t *zone;
    int16_t          *background;      /* deep */
    int16_t          *noise;           /* deep; mean absolute difference */
    int16_t          *threshold;       /* GMS_LEVEL */
    int16_t          *picture;         /* GMS_LEVEL; filled by gms_warp */
    int16_t          *difference;      /* GMS_LEVEL; background less picture,
                                      smoothed; > 0: darker now */
    int32_t          *background_sums; /* as gms_warp's */
    int32_t          *picture_sums;
    int16_t          *rows;       /* scratch of the difference */
    float            *lines;      /* scratch of the thresholds */
    int               next_block; /* thresholds: next to be renewed */
    double            edge_px;    /* how far printed edges may seem to move */
    double            freshness;  /* of the noise: 1.2 and more: new in every
                                     picture; a codec's frozen: under 0.6 */
    gms_noise_t       now;        /* noise of this picture, by kinds */
    gms_quiet_t       quiet;      /* where nothing is over a threshold */
    int16_t          *last;       /* some rows of the last difference */
    bool              has_last;
    int               measured; /* pictures that told the freshness */
    long              over;     /* pixels over the threshold */
    int               runs;
    gms_run_t        *run;
} gms_change_t;

int  gms_change_init(gms_change_t *change, const gms_zone_t *zone);
void gms_change_close(gms_change_t *change);

/* The picture becomes the background. */
void gms_change_start(gms_change_t *change);

/* Mixes the n-th further picture into the background, for learning. */
void gms_change_learn(gms_change_t *change, const gms_gain_t *gain, int n);

/* Renews thresholds, and sums of the background, of some rows of blocks; of
 * all; of what a change of pixels x0 .. x1 - 1, y0 .. y1 - 1 touches. */
void gms_change_renew_some(gms_change_t *change);
void gms_change_renew_all(gms_change_t *change);
void gms_change_renew(gms_change_t *change, int x0, int y0, int x1, int y1);

/* Difference, count and runs of the pixels over the threshold. */
void gms_change_find(gms_change_t *change, const gms_gain_t *gain);

/* Lets the background follow by 2^-shift where nothing happened, in rows
 * y with y % period == phase. */
void gms_change_follow(gms_change_t *change, const gms_gain_t *gain, int period,
    int phase, int shift);

/* Measures the freshness of the noise against the last picture. */
void gms_change_measure(gms_change_t *change, const gms_gain_t *gain);

/* Noise of the smoothed difference at a pixel, in levels. */
double gms_change_noise(const gms_change_t *change, int x, int y);

#endif /* GMS_CHANGE_H */
