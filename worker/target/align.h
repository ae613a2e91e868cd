/*
 * gms_align: lays a known picture of a card onto a new one, to a small part
 * of a pixel.
 * Pure; any thread.
 */

#ifndef GMS_ALIGN_H
#define GMS_ALIGN_H

#include "../base/image.h"
#include "face.h"
#include "homography.h"

typedef struct gms_align_s gms_align_t;

typedef struct {
    double match;    /* correlation of the two at the places compared */
    double share;    /* of these places that agree */
    double error_mm; /* standard error at the border, what noise alone does */
} gms_align_result_t;

/*
 * Learns the places of the picture, up to a little beyond the outermost ring,
 * at which the level changes; mm_to_px is that of the picture's own pixels.
 * NULL: memory, or there are too few.
 */
gms_align_t *gms_align_learn(
    const gms_image_t *image, const double mm_to_px[9], const gms_face_t *face);
void gms_align_destroy(gms_align_t *a);

/*
 * Gauss-Newton from mm_to_px, which must be right to a few pixels, on the
 * differences of gray levels: brightness and contrast are free in each of 25
 * parts of the card, Tukey's weights leave out what has changed.
 * GMS_EUNSURE: it does not settle; mm_to_px is then untouched.
 */
int gms_align_fit(gms_align_t *a, const gms_image_t *image, double mm_to_px[9],
    gms_align_result_t *result);

#endif /* GMS_ALIGN_H */
