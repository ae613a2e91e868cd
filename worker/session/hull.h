/*
 * gms_hull: the shots of a group that lie outermost, and what follows from
 * them alone: extreme spread, smallest box, smallest circle.
 *
 * A shot inside costs one look along the hull; one outside rebuilds it from
 * the hull, never from all shots.
 */

#ifndef GMS_HULL_H
#define GMS_HULL_H

#include "../target/homography.h"

typedef struct {
    gms_point_t *corner; /* counter-clockwise, none on a straight line; owned */
    int          corners;
    int          capacity;
} gms_hull_t;

/* A rectangle that lies as it likes. */
typedef struct {
    double width; /* along angle; the longer side */
    double height;
    double angle_deg; /* of the longer side, 0 .. 180, counter-clockwise */
    double x;         /* middle */
    double y;
} gms_box_t;

typedef struct {
    double x;
    double y;
    double r;
} gms_circle_t;

/* An empty hull is all zeros. */
void gms_hull_free(gms_hull_t *hull);

/* GMS_ENOMEM: unchanged. */
int gms_hull_add(gms_hull_t *hull, gms_point_t p);

/* Largest distance of two shots; 0 below two. */
double gms_hull_spread(const gms_hull_t *hull);

/* The rectangle of least area (one side lies on a side of the hull). */
gms_box_t gms_hull_box(const gms_hull_t *hull);

/* The smallest circle that holds all shots (Welzl; corners do). */
gms_circle_t gms_hull_circle(const gms_hull_t *hull);

#endif /* GMS_HULL_H */
