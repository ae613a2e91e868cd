/*
 * gms_light: the background as another light or another mode of the camera
 * shows it: lamps off, infra-red, another exposure, another gamma.
 *
 * What is equally bright in the background is equally bright in the picture,
 * up to a gain that changes slowly over the card, and what is brighter stays
 * brighter: a rising table of 256 levels, by the medians of what the picture
 * shows where the background has a level.  A hand or new holes are too few to
 * move a median.
 */

#ifndef GMS_LIGHT_H
#define GMS_LIGHT_H

#include "change.h"
#include "gain.h"

typedef struct {
    float to[256]; /* level of the background -> level now */
    float bent;    /* levels by which that is no mere gain */
    bool  drowned; /* too much light: much of it is white that was none */
} gms_light_t;

/* From the picture in change; gain: of the picture against this background,
 * NULL: of the whole picture alone.  GMS_EUNSURE: too few levels of the
 * background are seen to tell. */
int gms_light_fit(
    gms_light_t *light, const gms_change_t *change, const gms_gain_t *gain);

/* out: the background of change in this light, a plane of the zone. */
void gms_light_apply(
    const gms_light_t *light, const gms_change_t *change, int16_t *out);

#endif /* GMS_LIGHT_H */
