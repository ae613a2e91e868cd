/*
 * gms_lens: what a lens does to straight lines.  A picture is barrel or
 * pincushion shaped about its optical axis by one term in r^3; a homography
 * holds only in the flat picture.
 * Pure; any thread.
 */

#ifndef GMS_LENS_H
#define GMS_LENS_H

#include <stdbool.h>

typedef struct {
    double x; /* px: the optical axis */
    double y;
    double bend; /* per px^2; 0: none, and the rest says nothing */
    double at2;  /* px^2 from the axis where flat and seen are the same */
} gms_lens_t;

/* False when it is not finite, or bends more than any camera does. */
bool gms_lens_is_sane(const gms_lens_t *lens);

/* From the picture as it is seen to a flat one, and back.  Out may be in. */
void gms_lens_flatten(
    const gms_lens_t *lens, double x, double y, double *u, double *v);
void gms_lens_bend(
    const gms_lens_t *lens, double u, double v, double *x, double *y);

/* d(u, v) / d(x, y) of flatten, row by row. */
void gms_lens_jacobian(const gms_lens_t *lens, double x, double y, double j[4]);

#endif /* GMS_LENS_H */
