/*
 * gms_fit: the disc that gathers most of the change.
 */

#ifndef GMS_FIT_H
#define GMS_FIT_H

#include "patch.h"

typedef struct {
    double x; /* in the piece */
    double y;
    double r;
} gms_fit_t;

/*
 * The best disc near (x, y) of the piece, a hole of the known caliber; pixels
 * of known holes weigh nothing, so an overlapping hole is found by its
 * crescent, with the session's radius.
 */
void gms_fit_disc(gms_patch_t *patch, const gms_circumstances_t *about,
    double x, double y, gms_fit_t *fit);

#endif /* GMS_FIT_H */
