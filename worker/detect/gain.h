/*
 * gms_gain: how much brighter or darker each part of the picture is than the
 * background: lamps, flicker and its bands, drift, shadows, vignette.
 *
 * Ratio of cell means, the median of 5 x 5 cells (a hole spoils at most a few
 * of them), smoothed, linear between the cells' centres.
 */

#ifndef GMS_GAIN_H
#define GMS_GAIN_H

#include "zone.h"

#define GMS_GAIN_BITS 13
#define GMS_GAIN_ONE (1 << GMS_GAIN_BITS)

/* Around grids that say so, on each side: the cells of the border again. */
#define GMS_GAIN_PAD 2

typedef struct {
    uint8_t low; /* gets the smaller of the two */
    uint8_t high;
} gms_gain_swap_t;

typedef struct {
    const gms_zone_t *zone;
    int               cell; /* 8 or 16 px */
    int               w;    /* cells in a row */
    int               h;
    int               stride; /* of the padded grids, and of the median */
    int16_t          *level;  /* padded: background, GMS_LEVEL */
    int16_t          *ratio;  /* padded: picture to background */
    int16_t          *median; /* of 5 x 5 ratios */
    int16_t          *gain;   /* [h][w] GMS_GAIN_ONE = 1.0 */
    int               swaps;
    gms_gain_swap_t   swap[256];
    double            mean; /* gain over the whole zone */
} gms_gain_t;

int  gms_gain_init(gms_gain_t *gain, const gms_zone_t *zone);
void gms_gain_close(gms_gain_t *gain);

/* From the sums of 8 x 8 cells (gms_warp) of the picture and, in the same
 * unit, of the background. */
void gms_gain_update(
    gms_gain_t *gain, const int32_t *picture, const int32_t *background);

/* Cells from .. to - 1 of a row of them lie wholly in the zone's spans. */
void gms_gain_span(const gms_gain_t *gain, int cy, int *from, int *to);

/* Gains of pixels from .. to - 1 of row y, to row[from] and so on; up to
 * GMS_GAIN_ROOM pixels before and after them are written too. */
#define GMS_GAIN_ROOM 16
void gms_gain_row(
    const gms_gain_t *gain, int y, int from, int to, int16_t *row);

/* Gain at one pixel, 1.0 = unchanged. */
double gms_gain_at(const gms_gain_t *gain, int x, int y);

#endif /* GMS_GAIN_H */
