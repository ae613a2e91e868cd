/*
 * gms_outline: how far a shot lies from the line round a zone.
 * Pure; any thread.
 */

#ifndef GMS_OUTLINE_H
#define GMS_OUTLINE_H

#include "face.h"

typedef struct {
    double mm; /* to the nearest point of the line; < 0: inside */
    double ux; /* unit vector from the shot towards that point; on the */
    double uy; /* line: across it */
} gms_outline_way_t;

/* The zone is a polygon as the grammar lets it be: no two of its sides cross.
 * x_mm, y_mm from the centre of the face, finite. */
gms_outline_way_t gms_outline_way(
    const gms_face_zone_t *zone, double x_mm, double y_mm);

#endif /* GMS_OUTLINE_H */
