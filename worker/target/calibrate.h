/*
 * gms_calibrate: its two halves, for those who know one of them already: what
 * rings tell, and which way is up.
 * Pure; any thread.
 */

#ifndef GMS_CALIBRATE_H
#define GMS_CALIBRATE_H

#include "calibration.h"
#include "rings.h"

/*
 * As gms_calibrate, with all that it refuses, but for what circles cannot
 * tell: the map is of unknown roll and handedness.  The face is known to hang
 * there: pasters may hide most of its inner rings.
 */
int gms_calibrate_rings(gms_rings_t *rings, const gms_image_t *image,
    const gms_face_t *face, const gms_view_t *view, char *reason,
    size_t reason_size);

/*
 * Rolls a map mm -> px, and flips it if need be, so that what is up in the
 * view's upright picture is up on the card, exactly so at its centre.
 * GMS_EINVALID: no view of a card.
 */
int gms_calibrate_upright(double mm_to_px[9], const gms_view_t *view);

#endif /* GMS_CALIBRATE_H */
