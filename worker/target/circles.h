/*
 * gms_circles: one homography for points on many circles round one centre.
 * Pure; any thread.
 */

#ifndef GMS_CIRCLES_H
#define GMS_CIRCLES_H

#include "rings.h"

/* At most so many places on each ring. */
#define GMS_CIRCLES_RAYS 180

/* A place where a ring was seen. */
typedef struct {
    double x; /* px */
    double y;
    double angle;     /* on the card */
    double offset_px; /* outwards from the prediction */
    double contrast;
    double width_px;
    int    ring; /* index in gms_rings_t */
} gms_circles_point_t;

typedef struct {
    gms_rings_t         *r;  /* radii come from it, the map goes into it */
    double               x0; /* the fit's own units: px from here ... */
    double               y0;
    double               unit_px; /* ... in these */
    double               unit_mm;
    double               g[9]; /* of those px to those mm */
    double               border_weight;
    bool                 bends; /* fit r->lens.bend too; its axis is set */
    bool                 holds; /* the perspective stays as it is */
    gms_circles_point_t *point;
    int                  n;
} gms_circles_t;

/* The map without perspective that makes a circle of the mark's border, of
 * radius unit_mm; r and unit_mm are set before.  GMS_ENOTFOUND. */
int gms_circles_begin(gms_circles_t *f, const gms_mark_t *mark);

/*
 * Levenberg-Marquardt from the map so far on the distances of all points from
 * their circles, with Tukey's weights; finds line_mm too.  GMS_ENOTFOUND when
 * it breaks down, GMS_ENOMEM.
 */
int gms_circles_fit(gms_circles_t *f);

/* Outwards from the point's circle, in units of unit_mm. */
double gms_circles_misfit(const gms_circles_t *f, const gms_circles_point_t *p);

/* Beyond this a point counts nothing, in units of unit_mm; < 0: memory. */
double gms_circles_scale(const gms_circles_t *f);

#endif /* GMS_CIRCLES_H */
