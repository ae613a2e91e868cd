/*
 * gms_occlusion: which cells of the zone something hides that stands before
 * the card: a hand, an arm, somebody who walks by.
 *
 * Light multiplies the print, so that the ratio of picture and background is
 * smooth, however dark a shadow.  What hides the print brings a texture of
 * its own, and leaves the print of the background in the ratio.  Where many
 * cells are odd among their neighbours in this way, and so over an area that
 * no few holes have and that reaches in from outside, somebody is there:
 * nobody's arm floats.
 */

#ifndef GMS_OCCLUSION_H
#define GMS_OCCLUSION_H

#include "gain.h"
#include "holes.h"

/* Around the maps, on each side. */
#define GMS_OCCLUSION_PAD 5

/* All maps are [h][w]: cells of the gain and the pad around them, 0 there. */
typedef struct {
    const gms_zone_t *zone;
    int               cell; /* px */
    int               w;
    int               h;
    uint8_t          *inside; /* 1: in the zone's spans */
    uint8_t          *border; /* 1: at the border of that */
    uint8_t          *told;   /* 1: the ratio says something there */
    uint8_t          *odd;    /* 1: ... and is another than around it */
    uint8_t          *hidden; /* not 0: the map */
    uint8_t          *spare[3];
    int32_t          *stack;
    int               large; /* cells that differ so over a whole area */
    int               cells; /* hidden ones; 0: nobody is there */
} gms_occlusion_t;

/* GMS_ENOMEM. */
int  gms_occlusion_init(gms_occlusion_t *o, const gms_gain_t *gain);
void gms_occlusion_close(gms_occlusion_t *o);

/* Makes the map from the ratios of gms_gain_update.  Known holes say nothing:
 * on other paper they are gone. */
void gms_occlusion_find(
    gms_occlusion_t *o, const gms_gain_t *gain, const gms_holes_t *holes);

/* Is this pixel of the box hidden? */
bool gms_occlusion_hides(const gms_occlusion_t *o, int x, int y);

#endif /* GMS_OCCLUSION_H */
