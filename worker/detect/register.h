/*
 * gms_register: where the card of the reference picture is in this picture.
 *
 * Fixed anchors (windows of 16 x 16 px with gradients) in three scales.  Each
 * is compared with the picture by Lucas-Kanade in its inverse compositional
 * form (Baker and Matthews, "Lucas-Kanade 20 years on"), but the anchors'
 * equations are summed into one homography instead of being solved alone: a
 * window on the edge of a ring, which cannot tell how far it slid along the
 * edge, so still says what it knows.  Anchors that fit badly (a hand, a new
 * hole) lose their weight.
 */

#ifndef GMS_REGISTER_H
#define GMS_REGISTER_H

#include "anchor.h"
#include "zone.h"

#define GMS_REGISTER_LEVELS 3
#define GMS_REGISTER_ANCHORS 100

typedef struct {
    gms_image_t   reference;
    gms_image_t   picture; /* scaled down; unused at level 0 */
    int           anchors;
    gms_anchor_t *anchor;
} gms_register_level_t;

typedef struct {
    const gms_zone_t    *zone;
    gms_register_level_t level[GMS_REGISTER_LEVELS];
    double               map[9];      /* reference -> picture, in the box */
    double               shift_px;    /* largest displacement in the zone */
    double               residual_px; /* 75th percentile of the anchors */
    double               inliers;     /* share of anchors that fit */
    double               sharpness;   /* beside the reference */
    double               usual;       /* of that; 0: not yet known */
    int                  astray;      /* pictures that fit worse */
} gms_register_t;

int  gms_register_init(gms_register_t *reg, const gms_zone_t *zone);
void gms_register_close(gms_register_t *reg);

/* Takes the box of this picture as the reference.  The picture is one of the
 * zone's size; GMS_EUNSURE: too little structure, every picture will be
 * taken as it is. */
int gms_register_reference(gms_register_t *reg, const gms_image_t *box);

/* The map as if the picture were the reference. */
void gms_register_reset(gms_register_t *reg);

/* Sets map, shift, residual, inliers.  GMS_EUNSURE: the card was not found
 * again; map is as before. */
int gms_register_find(gms_register_t *reg, const gms_image_t *image);

/* What one anchor of the finest level says about its own place. */
typedef struct {
    double x; /* centre in the box */
    double y;
    double a[3]; /* a u = b: the picture shows it off by -u */
    double b[2];
    double base;  /* 1 / strength: weighs anchors alike */
    double match; /* correlation with what it should show */
} gms_pull_t;

/* Looks for anchor i where the map puts it when it is displaced by (dx, dy)
 * on the card.  False: it is not seen there. */
bool gms_register_pull(const gms_register_t *reg, const gms_image_t *image,
    int i, double dx, double dy, gms_pull_t *pull);

#endif /* GMS_REGISTER_H */
