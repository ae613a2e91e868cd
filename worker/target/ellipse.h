/*
 * gms_ellipse: an ellipse in the picture and how one is laid through points.
 * Pure; any thread.
 */

#ifndef GMS_ELLIPSE_H
#define GMS_ELLIPSE_H

#include "homography.h"

#include <stdbool.h>

#define GMS_ELLIPSE_POINTS_MAX 512

/* All points p with (p - c)' Q (p - c) = 1, Q = [xx xy; xy yy]. */
typedef struct {
    double x;
    double y;
    double xx;
    double xy;
    double yy;
} gms_ellipse_t;

/* Least squares of the conic equation through n >= 5 points that surround
 * their mean.  GMS_EINVALID: they lie on no ellipse. */
int gms_ellipse_fit(gms_ellipse_t *e, const gms_point_t *p, int n);

/*
 * The ellipse with most points within `near` of it, by trial (the same trials
 * at every call), then least squares of those.  inlier, if given, has room
 * for n.  Returns the number of points near it, or GMS_EINVALID.
 */
int gms_ellipse_fit_robust(
    gms_ellipse_t *e, const gms_point_t *p, int n, double near, bool *inlier);

/* Half axes, a >= b. */
void gms_ellipse_axes(const gms_ellipse_t *e, double *a, double *b);

/* From the centre to the border in the direction of the unit vector. */
double gms_ellipse_reach(const gms_ellipse_t *e, double dx, double dy);

/* To the border, first order: exact for a circle; > 0 outside. */
double gms_ellipse_distance(const gms_ellipse_t *e, double x, double y);

#endif /* GMS_ELLIPSE_H */
