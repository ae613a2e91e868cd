/*
 * gms_warp: the picture as it would look from the reference pose.
 *
 * Levels are fixed point with 4 bits of fraction (GMS_LEVEL = 1.0).  The map
 * is taken as a shift within each block of 16 x 8 px: camera shake and
 * swaying paper turn and scale so little that the error stays far under
 * 0.05 px, and a shift is something a processor does in whole vectors.
 */

#ifndef GMS_WARP_H
#define GMS_WARP_H

#include "field.h"

#define GMS_LEVEL 16

/*
 * Fills the spans of `out` (a plane of the zone) with the picture sampled
 * bicubically at map(x + field(x)); map works on coordinates of the box, NULL
 * is the identity (and needs field NULL); field NULL: the paper is flat.  sums: of each 8 x 8 cell, row by row, zone->w / 8 in a row.
 */
void gms_warp(const gms_zone_t *zone, const gms_image_t *image,
    const double *map, const gms_field_t *field, int16_t *out, int32_t *sums);

/* Sums of n cells of 8 x 8, the first at p. */
void gms_cell_sums(const int16_t *p, ptrdiff_t stride, int n, int32_t *sums);

#endif /* GMS_WARP_H */
