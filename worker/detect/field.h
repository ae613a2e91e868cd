/*
 * gms_field: how the paper bends between its clamps, beyond what a
 * homography can say.
 *
 * A grid of displacements over the zone: the paper's point x of the reference
 * pose is seen at map(x + field(x)).  It is solved from the anchors of the
 * registration: what the homography leaves of their equations, gathered
 * around each node, gives a small system of its own.  An anchor that does not
 * fit what its neighbours say (a new hole, a fly) loses its weight.
 */

#ifndef GMS_FIELD_H
#define GMS_FIELD_H

#include "register.h"

#define GMS_FIELD_CELL 32

typedef struct {
    const gms_zone_t *zone;
    int               w; /* nodes in a row, GMS_FIELD_CELL px apart */
    int               h;
    float            *x; /* displacement at the nodes, px; the first node at
                            pixel (0, 0) of the box */
    float            *y;
    float            *sums;    /* scratch of the solution */
    bool              on;      /* far enough from zero to matter */
    double            left_px; /* 75th percentile of what the last round
                                  found, over the anchors */
} gms_field_t;

/* GMS_ENOMEM. */
int  gms_field_init(gms_field_t *field, const gms_zone_t *zone);
void gms_field_close(gms_field_t *field);

/* The paper is flat again. */
void gms_field_reset(gms_field_t *field);

/* Follows the paper in this picture, from where the last one left it; after
 * gms_register_find. */
void gms_field_update(
    gms_field_t *field, const gms_register_t *reg, const gms_image_t *image);

/* Displacement at a place of the box, px; linear between the nodes. */
void gms_field_at(
    const gms_field_t *field, double x, double y, double *dx, double *dy);

#endif /* GMS_FIELD_H */
