/*
 * gms_mark: round dark regions on brighter paper: where an aiming mark may be.
 * Pure; any thread.
 */

#ifndef GMS_MARK_H
#define GMS_MARK_H

#include "../base/image.h"
#include "ellipse.h"

#define GMS_MARKS_MAX 12

typedef struct {
    gms_ellipse_t edge;        /* border between black and paper, px */
    double        diameter_px; /* of a circle of the same area */
    double        coverage;    /* share of the border that was seen */
    double        contrast;    /* gray levels from black to paper */
    bool          cut;         /* runs out of the picture */
} gms_mark_t;

/*
 * Largest first; at most `max`.  Searches x, y, width, height of region, which
 * must lie in the picture.  The number found, or GMS_ENOMEM.
 */
int gms_mark_find(
    gms_mark_t *marks, int max, const gms_image_t *image, const int region[4]);

#endif /* GMS_MARK_H */
