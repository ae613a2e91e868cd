/*
 * gms_roll: how far a card is rolled against an earlier picture of it, by
 * what stands between its rings: digits, holes.
 * Pure; any thread.
 */

#ifndef GMS_ROLL_H
#define GMS_ROLL_H

#include "../base/image.h"
#include "face.h"

#define GMS_ROLL_MAX_DEG 12

typedef struct {
    const gms_image_t *image;
    const double      *mm_to_px; /* of the image's own pixels */
} gms_roll_view_t;

/*
 * *roll_deg: counterclockwise on the card, from `was` to `is`: what is at
 * angle a in `was` is at a + roll_deg in `is`; *match: correlation there,
 * -1 .. 1.  GMS_EUNSURE: nothing but rings to go by, or it fits at two
 * angles; GMS_ENOMEM.
 */
int gms_roll_find(double *roll_deg, double *match, const gms_roll_view_t *was,
    const gms_roll_view_t *is, const gms_face_t *face);

#endif /* GMS_ROLL_H */
