/*
 * gms_orientation: which way the camera hangs, read off the printed ring
 * values.
 * Pure; any thread.
 */

#ifndef GMS_ORIENTATION_H
#define GMS_ORIENTATION_H

#include "../base/image.h"
#include "calibration.h"
#include "face.h"

typedef struct {
    int    rotate; /* as in gms_view_t */
    bool   mirror;
    double confidence; /* 0 .. 1: how much better than the next best of 8 */
    int    digits;     /* that were read */
} gms_orientation_t;

/*
 * The one of eight orientations in which the digits between the rings read
 * best.  The calibration may be of any of the eight; its arms must stand
 * right to a few degrees, as gms_calibrate leaves them.  A proposal only: a
 * person is to confirm it.  GMS_EUNSURE: too few digits, or two orientations
 * read alike; out is then untouched.
 */
int gms_orientation_propose(gms_orientation_t *out, const gms_image_t *image,
    const gms_calibration_t *c, const gms_face_t *face);

#endif /* GMS_ORIENTATION_H */
