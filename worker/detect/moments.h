/*
 * gms_moments: where what is hole lies around a place, and how long it is.
 *
 * Pure; of the patch's gain as gms_centre weighed it.  A pixel counts by its
 * gain, up to a limit: how dark it is says little of how surely it is hole.
 */

#ifndef GMS_MOMENTS_H
#define GMS_MOMENTS_H

#include "patch.h"

typedef struct {
    double x; /* centroid, from the place, px */
    double y;
    double xx; /* second moments around the centroid, px^2 */
    double xy;
    double yy;
} gms_moments_t;

/* Within a tear's reach of the place (x, y) of the piece.  False, and all
 * zero: nothing there is hole. */
bool gms_moments_look(const gms_patch_t *patch, double x, double y,
    double caliber_px, gms_moments_t *moments);

#endif /* GMS_MOMENTS_H */
