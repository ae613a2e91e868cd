/*
 * gms_numerals: how far the card is rolled, read off its printed ring values.
 * Pure; any thread.
 */

#ifndef GMS_NUMERALS_H
#define GMS_NUMERALS_H

#include "../base/image.h"
#include "rings.h"

/*
 * Ring values are printed on four arms, at right angles, upright or diagonal.
 * mm_to_px must be upright to within GMS_NUMERALS_ROLL_MAX; *roll_deg is the
 * angle, counterclockwise on the card, by which the arms stand off the axes.
 * GMS_ENOTFOUND: too few numerals, or they do not agree; then it is 0.
 */
int gms_numerals_roll(double *roll_deg, const double mm_to_px[9],
    const gms_rings_t *rings, const gms_image_t *image);

#define GMS_NUMERALS_ROLL_MAX 9.0

#endif /* GMS_NUMERALS_H */
