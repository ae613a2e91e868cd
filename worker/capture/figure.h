/*
 * gms_figure: what is not paper, made of rounded limbs: hands, people,
 * insects.  Belongs to the scenery.
 */

#ifndef GMS_FIGURE_H
#define GMS_FIGURE_H

#include "../base/image.h"

#define GMS_FIGURE_LIMBS_MAX 24

/* A capsule between two discs, px. */
typedef struct {
    double x0;
    double y0;
    double x1;
    double y1;
    double r0;
    double r1;
    double level; /* gray */
    double cover; /* 1: lets nothing through */
} gms_limb_t;

typedef struct {
    int        limbs;
    gms_limb_t limb[GMS_FIGURE_LIMBS_MAX];
    double     soft;      /* width of its edges, px: what moves is smeared */
    double     shadow;    /* depth of the shadow on what is behind, 0 .. 1 */
    double     shadow_px; /* how far it falls, down and to the right */
    double     grain;     /* size of its texture, px */
    uint64_t   key;
} gms_figure_t;

/* Adds a limb; what is more than there is room for is left out. */
void gms_figure_add(gms_figure_t *figure, const gms_limb_t *limb);

void gms_figure_draw(const gms_figure_t *figure, gms_image_t *image);

#endif /* GMS_FIGURE_H */
