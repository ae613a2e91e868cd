/*
 * gms_relocate: where a card that was calibrated once is in a later picture:
 * after a zoom, a nudge of the camera, another preset, or on a new sheet.
 * Pure: allocates while it works and gives all of it back; any thread; not
 * for the frame path (tens of milliseconds).
 */

#ifndef GMS_RELOCATE_H
#define GMS_RELOCATE_H

#include "../base/image.h"
#include "calibration.h"
#include "face.h"

/* What is known: a picture, gray, and the calibration that holds in it. */
typedef struct {
    const gms_image_t       *image;
    int                      x0; /* its first pixel in the camera's picture, */
    int                      y0; /* in which the calibration counts */
    const gms_calibration_t *calibration;
    const gms_face_t        *face;
} gms_relocate_from_t;

typedef enum {
    GMS_RELOCATE_NEAR, /* by the picture itself: it had hardly moved */
    GMS_RELOCATE_FAR,  /* rings first, then the picture itself */
    GMS_RELOCATE_RINGS /* rings alone; their roll by what is printed */
} gms_relocate_way_e;

/* How a card lies beside where it lay. */
typedef struct {
    double shift_mm;  /* of its centre */
    double turn_deg;  /* > 0: counterclockwise on the card */
    double scale_pct; /* > 0: it looks larger */
} gms_drift_t;

typedef struct {
    gms_calibration_t  calibration; /* origin, confirmed: those of the old */
    gms_relocate_way_e way;
    gms_drift_t        drift;
    double             match;    /* correlation, -1 .. 1, of what is no ring:
                                  digits, holes; a new sheet has fewer */
    double             error_mm; /* standard error at the outermost ring */
} gms_relocated_t;

/*
 * Finds the card of `from` anew.  All that was in the old calibration's
 * millimetres stays there.  Scale x0.3 to x4, turned by up to 12 degrees,
 * same handedness.  GMS_EUNSURE with a sentence in reason when the rings are
 * not found, or when nothing that could tell the roll (digits, holes) is seen
 * in both pictures, or when the two ways contradict each other; out is then
 * untouched.  GMS_ENOMEM.
 */
int gms_relocate(gms_relocated_t *out, const gms_relocate_from_t *from,
    const gms_image_t *picture, const gms_view_t *view, char *reason,
    size_t reason_size);

/*
 * The same where the place is known to a few pixels: guess takes millimetres
 * to pixels.  By the picture alone, rings are not looked for.  GMS_EUNSURE:
 * it does not fit there; GMS_ENOMEM.
 */
int gms_relocate_refine(gms_calibration_t *out, const gms_relocate_from_t *from,
    const gms_image_t *picture, const double guess[9]);

/*
 * How far a card has moved since it was calibrated: pose takes a pixel of the
 * calibration's picture to where it is seen now.  GMS_EINVALID: no pose of a
 * card.
 */
int gms_calibration_drift(
    gms_drift_t *drift, const gms_calibration_t *c, const double pose[9]);

#endif /* GMS_RELOCATE_H */
