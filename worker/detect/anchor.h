/*
 * gms_anchor: one window of a reference picture that is looked for in others.
 *
 * Lucas-Kanade in its inverse compositional form: gradients are those of the
 * reference, so that all but a few sums is known before.
 * Pure: no state, no I/O; any thread.
 */

#ifndef GMS_ANCHOR_H
#define GMS_ANCHOR_H

#include "../base/image.h"

#define GMS_ANCHOR_WINDOW 16

typedef struct {
    float  x; /* first pixel of the window, at its level */
    float  y;
    double cx; /* centre in the box, full scale */
    double cy;
    double a[3]; /* sums of gx gx, gx gy, gy gy */
    double strength;
    double mean;
    double variance;
    double tx; /* sums of template times gradient */
    double ty;
    float  t[GMS_ANCHOR_WINDOW * GMS_ANCHOR_WINDOW];
    float  gx[GMS_ANCHOR_WINDOW * GMS_ANCHOR_WINDOW];
    float  gy[GMS_ANCHOR_WINDOW * GMS_ANCHOR_WINDOW];
} gms_anchor_t;

/* What a window of the picture says: a u = b, the anchor is off by -u on the
 * card. */
typedef struct {
    double b[2];
    double base;     /* 1 / strength: weighs anchors alike */
    double match;    /* correlation with what it should show */
    double contrast; /* of what it should show; less out of focus */
} gms_anchor_seen_t;

/* How much a window of 16 x 16 px is worth: corners before edges, nothing
 * before noise; there is one pixel around it. */
double gms_anchor_worth(const gms_image_t *image, int x0, int y0);

/* Template, gradients and what does not depend on the picture; l: the image
 * is so many times halved. */
void gms_anchor_fill(
    gms_anchor_t *anchor, const gms_image_t *image, int x0, int y0, int l);

/* Looks at the window whose first pixel is at (x, y) of the picture, or, with
 * turn (d x / d x, d x / d y, d y / d x, d y / d y of the map there), is
 * turned and scaled about the same centre.  False: something else is there. */
bool gms_anchor_look(const gms_anchor_t *anchor, const gms_image_t *image,
    double x, double y, const double *turn, gms_anchor_seen_t *seen);

#endif /* GMS_ANCHOR_H */
