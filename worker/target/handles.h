/*
 * gms_handles: a calibration from points that a person puts on the centre
 * and on the rings of a still.
 * Pure; any thread.
 */

#ifndef GMS_HANDLES_H
#define GMS_HANDLES_H

#include "calibration.h"
#include "face.h"
#include "homography.h"

#define GMS_HANDLES_MAX 64

typedef enum {
    GMS_HANDLE_CENTRE,
    GMS_HANDLE_RING, /* on the outside edge of a ring */
    GMS_HANDLE_BLACK /* on the border of the aiming mark */
} gms_handle_e;

typedef struct {
    gms_handle_e kind;
    int          value; /* of the ring */
    double       x_px;
    double       y_px;
    double       residual_mm; /* out: how far the fit leaves it off; along a
                                 ring a point may be anywhere */
} gms_handle_t;

/*
 * Least squares: the centre fixes a place, a point on a ring its distance
 * from the centre alone; perspective is fitted when there are enough points,
 * and left out when not.  What is up in the upright picture of the view is up
 * on the card.  GMS_EINVALID with a sentence in reason: too few points, not
 * all round, no such ring, points that contradict each other; c is then
 * untouched.
 */
int gms_handles_fit(gms_calibration_t *c, gms_handle_t *handle, int n,
    const gms_face_t *face, const gms_view_t *view, char *reason,
    size_t reason_size);

/* How far, mm, the calibration puts a known hole from where it is; off_mm, if
 * given, takes x and y.  NaN: on the horizon. */
double gms_handles_verify(const gms_calibration_t *c, gms_point_t known_mm,
    gms_point_t seen_px, gms_point_t *off_mm);

#endif /* GMS_HANDLES_H */
