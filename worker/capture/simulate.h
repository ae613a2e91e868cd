/* gms_source_simulate: what tests know of a simulated camera. */

#ifndef GMS_SIMULATE_H
#define GMS_SIMULATE_H

#include "source.h"

/* Where the card stands in front of the open camera: mm (y up) to px, row by
 * row.  GMS_EINVALID when s is not an open simulated camera. */
int gms_source_simulate_homography(const gms_source_t *s, double mm_to_px[9]);

#endif /* GMS_SIMULATE_H */
