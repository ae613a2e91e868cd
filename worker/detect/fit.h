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

/* The same when that disc lies on an older hole, where nothing can be new:
 * before a pale backer a hole shows as a ring, whose inside is no change and
 * gains less than a hole that is known.  It costs to cover one here. */
void gms_fit_beside(gms_patch_t *patch, const gms_circumstances_t *about,
    double x, double y, gms_fit_t *fit);

#endif /* GMS_FIT_H */
