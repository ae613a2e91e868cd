/*
 * gms_noise: how much the picture of this very moment differs from the
 * background where nothing happened, by what is printed there.
 *
 * A compressing camera holds its noise still and renews all of it at once
 * with each key frame: what was learnt from the pictures before is then wrong
 * by a factor of ten.  But the places of a picture that are alike suffer
 * alike: pixels are sorted into kinds (ink or paper, flat to sharp edge), and
 * a kind's noise is read off the histogram of its differences in the same
 * picture.  Holes are far too few to be seen in it.
 */

#ifndef GMS_NOISE_H
#define GMS_NOISE_H

#include "zone.h"

#define GMS_NOISE_KINDS 16
#define GMS_NOISE_BINS 256

typedef struct {
    const gms_zone_t *zone;
    uint8_t          *kind;      /* of each pixel of the zone */
    float             ink_level; /* background below it is ink */
    uint32_t          count[2][GMS_NOISE_KINDS * GMS_NOISE_BINS + 1]; /* of
                         every other pixel each; the last one of those outside */
    float             sigma[GMS_NOISE_KINDS];  /* of this picture, levels */
    uint8_t           raised[GMS_NOISE_KINDS]; /* threshold by that, half
                                                  levels */
    int               least; /* of these thresholds, GMS_LEVEL */
} gms_noise_t;

/* GMS_ENOMEM. */
int  gms_noise_init(gms_noise_t *noise, const gms_zone_t *zone);
void gms_noise_close(gms_noise_t *noise);

/* Kinds of n pixels from three rows of the smoothed background, in levels;
 * one more pixel on each side is read. */
void gms_noise_sort(const gms_noise_t *noise, const float *up, const float *mid,
    const float *down, int n, uint8_t *kind);

/* Forgets the last picture's histograms. */
void gms_noise_begin(gms_noise_t *noise);

/* Counts part of a row of smoothed differences (GMS_LEVEL) where the zone is
 * looked at; n is a multiple of 16. */
void gms_noise_count(gms_noise_t *noise, const int16_t *difference,
    const uint8_t *inside, const uint8_t *kind, int n);

/* Noise of each kind, and `times` of it as threshold. */
void gms_noise_end(gms_noise_t *noise, float times);

/* The higher of threshold (GMS_LEVEL) and that of the kind; n is a multiple
 * of 16. */
void gms_noise_raise(const gms_noise_t *noise, const int16_t *threshold,
    const uint8_t *kind, int n, int16_t *out);

#endif /* GMS_NOISE_H */
