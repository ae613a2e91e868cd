/*
 * gms_centre_error: how sure the centre of a hole is.
 *
 * A disc was laid to an edge that is torn by chance: how far the torn edge
 * strays from it, over the rim that shows, says how far the disc may be off;
 * what no look at the edge tells is added.  Fitted on simulated shots, see
 * docs/accuracy.md.
 */

#ifndef GMS_CENTRE_ERROR_H
#define GMS_CENTRE_ERROR_H

#include <math.h>

#include "centre.h"
#include "core.h"
#include "hot.h"

/* All around is looked at in so many sectors. */
#define GMS_CENTRE_SECTORS 16


/* In which sector something is that lies so far from the centre. */
GMS_INLINE int
gms_centre_sector(double dx, double dy)
{
    int k = (int) floor((atan2(dy, dx) / (2 * M_PI) + 1) * GMS_CENTRE_SECTORS);

    return k % GMS_CENTRE_SECTORS;
}


/* Fills misfit_px and error_px2 of a centre whose place and radii are found.
 * Pure but for the patch's gain and stake, which must be those of the search. */
void gms_centre_estimate(const gms_patch_t *patch,
    const gms_circumstances_t *about, const gms_core_t *core,
    gms_centre_t *centre);

#endif /* GMS_CENTRE_ERROR_H */
