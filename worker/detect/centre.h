/*
 * gms_centre: where the centre of a hole is, and how sure that is.
 *
 * Two explanations compete for each pixel: it is as it was before, or it
 * shows what is behind the paper.  The centre is that of the disc within
 * which the second explains more and outside of which the first does.  What
 * fits neither, the torn fibres that stand up on one side, decides nothing,
 * so they do not pull the disc to their side.
 *
 * On paper the gray ring that bullet and lead leave shows too, in the black
 * the opening alone does: the disc is wider on paper.
 */

#ifndef GMS_CENTRE_H
#define GMS_CENTRE_H

#include "fit.h"

typedef struct {
    double x; /* in the piece */
    double y;
    double r_paper; /* of what shows on paper, in the black */
    double r_black;
    double apart_px;     /* disc and centroid, on ink through a codec */
    double misfit_px;    /* mean distance from the disc to the torn edge */
    double error_px2[3]; /* covariance of the centre: xx, xy, yy */
    double pale;         /* share of the rim on ink, nothing darker behind */
} gms_centre_t;

/* Begins at the disc that was fitted to the change.  Takes the planes gain,
 * sums, stake and tmp of the patch. */
void gms_centre_find(gms_patch_t *patch, const gms_circumstances_t *about,
    const gms_fit_t *start, gms_centre_t *centre);

#endif /* GMS_CENTRE_H */
