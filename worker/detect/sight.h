/*
 * gms_sight: what can be seen in a picture at all, and whether the
 * configured face is where the calibration says.
 * Pure: no state, no I/O; any thread.
 */

#ifndef GMS_SIGHT_H
#define GMS_SIGHT_H

#include <stdbool.h>

#include "../base/image.h"
#include "../target/calibration.h"

typedef enum {
    GMS_SIGHT_CLEAR,
    GMS_SIGHT_BLACK, /* no light reaches the camera */
    GMS_SIGHT_WHITE, /* overexposed: print and holes drown */
    GMS_SIGHT_FLAT   /* one gray: fog, a cover, a wall */
} gms_sight_e;

typedef enum {
    GMS_MARK_SEEN,  /* aiming mark of the size and at the place expected */
    GMS_MARK_HALF,  /* a part of it */
    GMS_MARK_OTHER, /* one of another size */
    GMS_MARK_NONE
} gms_mark_e;

/* What the pixels x .. x + w - 1, y .. y + h - 1 of the picture show. */
gms_sight_e gms_sight_judge(
    const gms_image_t *image, int x, int y, int w, int h);

/*
 * Looks along rays from the centre of the face for the edge of its aiming
 * mark.  pose: pixels of the calibration -> pixels of this picture, NULL: the
 * same.  factor: of OTHER, its size as a share of the expected.  A face
 * without an aiming mark (black_mm 0) counts as seen.
 */
gms_mark_e gms_sight_mark(const gms_image_t *image, const gms_face_t *face,
    const gms_calibration_t *calibration, const double *pose, double *factor);

/*
 * May an aiming mark of this radius, px, times 0.3 .. 4 be anywhere in the
 * picture?  A look at something round and dark that is brighter around, in a
 * millisecond or two; false is meant seriously.  narrow: the square sheet ends
 * so soon beside the mark that there is paper toward its corners alone.
 */
bool gms_sight_any_mark(
    const gms_image_t *image, double radius_px, bool narrow);

#endif /* GMS_SIGHT_H */
