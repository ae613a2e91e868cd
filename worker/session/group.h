/*
 * gms_group: the statistics of shots at one point of aim.
 *
 * Shots are folded in one by one; what a shot costs does not grow with their
 * number, but for the radii about the moving centre.  Millimetres, x right,
 * y up, the point of aim at the origin.  What the shots cannot tell (too few,
 * all in one place) is NaN.  Formulas and sources: docs/statistics.md.
 */

#ifndef GMS_GROUP_H
#define GMS_GROUP_H

#include "hull.h"

/* The shares that radii and ellipses are given for: 50, 90, 95 %. */
#define GMS_SHARES 3
extern const double gms_share[GMS_SHARES];

typedef struct {
    int        n;
    double     x; /* mean */
    double     y;
    double     xx; /* sums of squares about the mean */
    double     xy;
    double     yy;
    double     left; /* box along the axes */
    double     right;
    double     bottom;
    double     top;
    gms_hull_t hull;
} gms_group_t;

/* A figure with its interval of confidence, 95 %. */
typedef struct {
    double value;
    double low;
    double high;
} gms_interval_t;

/* Radius that holds a share of the shots. */
typedef struct {
    gms_interval_t round;      /* Rayleigh; about the aim Rice, no interval */
    double         correlated; /* exact for a normal group */
    double         grubbs;     /* Patnaik's approximation of it */
} gms_cep_t;

typedef struct {
    int n;

    /* Where: the mean point of impact, its tests. */
    gms_interval_t x_mm;
    gms_interval_t y_mm;
    double         offset_mm;
    double         hotelling_t2;
    double         hotelling_f;
    double         offset_p; /* of so much by chance, were the sights right */

    /* How large. */
    gms_interval_t sd_x_mm;
    gms_interval_t sd_y_mm;
    double         correlation;
    double         extreme_spread_mm; /* centre to centre */
    gms_interval_t sigma_mm;          /* Rayleigh, unbiased */
    gms_interval_t mean_radius_mm;    /* sigma sqrt(pi / 2): unbiased */
    gms_interval_t radius_sd_mm;      /* sigma sqrt((4 - pi) / 2) */
    gms_interval_t sigma_about_aim_mm;
    double         rms_radius_mm;
    double         width_mm;
    double         height_mm;
    double         figure_of_merit_mm; /* mean of width and height */
    double         diagonal_mm;
    double         spread_sigma_mm; /* sigma by the extreme spread alone */
    gms_box_t      box_mm;
    gms_circle_t   circle_mm;
    gms_cep_t      cep_mm[GMS_SHARES];
    gms_cep_t      about_aim_mm[GMS_SHARES];

    /* What shape. */
    double ellipse_long_mm[GMS_SHARES]; /* half axes */
    double ellipse_short_mm[GMS_SHARES];
    double ellipse_angle_deg; /* of the long one, 0 .. 180 */
    double aspect;
    double flattening;
    double round_p; /* of such an aspect by chance, were the group round */
} gms_group_measures_t;

/* What needs all shots again. */
typedef struct {
    double mean_mm; /* sample: mean distance from the own centre */
    double median_mm;
    double max_mm;
    int    flyer; /* index of a shot that may be one, else -1 */
} gms_group_radii_t;

/* An empty group is all zeros. */
void gms_group_free(gms_group_t *g);

/* GMS_EINVALID: not finite; GMS_ENOMEM.  The group is then unchanged. */
int gms_group_add(gms_group_t *g, double x_mm, double y_mm);

void gms_group_measure(const gms_group_t *g, gms_group_measures_t *m);

/* The same without the radii that cost a millisecond: about_aim_mm and all
 * but the round model of cep_mm are NaN. */
void gms_group_measure_quick(const gms_group_t *g, gms_group_measures_t *m);

/* shot: the n shots of the group.  scratch holds n.  A flyer lies at least
 * 2.5 times as far from the centre of the others as the farthest of them
 * (Kuchnost); hinted at, never left out. */
void gms_group_radii(const gms_group_t *g, const gms_point_t *shot, int n,
    double *scratch, gms_group_radii_t *radii);

/* Sigma of a sum of squares about the centre, of both axes, with df degrees of
 * freedom: two a shot, less two for a centre taken from the shots. */
gms_interval_t gms_group_sigma(double squares, double df);

/*
 * Sigma of several groups, each about its own centre: their sights may have
 * been turned between.  Of groups with two shots and more.
 */
gms_interval_t gms_group_pooled_sigma(const gms_group_t *const *group, int n);

#endif /* GMS_GROUP_H */
