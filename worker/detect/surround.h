/*
 * gms_surround: where a hole on ink lies, by what changed around it.
 *
 * What is behind may differ little from ink, or be blurred, so that a disc
 * laid to it alone is not sure of its place.  The bullet's print and the torn
 * fibres end further out, all around: where faint change there is more on one
 * side than on the other, the hole lies to that side.  The two are weighed by
 * how sure each is.
 */

#ifndef GMS_SURROUND_H
#define GMS_SURROUND_H

#include "centre.h"

/* Betters place and error of a centre on ink; leaves one on paper alone.  For
 * pictures of a bare sensor: a codec leaves nothing so faint. */
void gms_surround_better(
    const gms_patch_t *patch, double caliber_px, gms_centre_t *centre);

#endif /* GMS_SURROUND_H */
