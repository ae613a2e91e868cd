/*
 * gms_calibrate_rings: what rings tell of a calibration, for those who know
 * the rest.
 * Pure; any thread.
 */

#ifndef GMS_CALIBRATE_H
#define GMS_CALIBRATE_H

#include "calibration.h"
#include "rings.h"

/*
 * As gms_calibrate, with all that it refuses, but for what circles cannot
 * tell: the map is of unknown roll and handedness.
 */
int gms_calibrate_rings(gms_rings_t *rings, const gms_image_t *image,
    const gms_face_t *face, const gms_view_t *view, char *reason,
    size_t reason_size);

#endif /* GMS_CALIBRATE_H */
