/*
 * gms_core: what is behind the paper, as it shows in a hole.
 *
 * Its gray level, between two others that it may have, and how much less a
 * pixel outside of them counts as hole.
 */

#ifndef GMS_CORE_H
#define GMS_CORE_H

#include "fit.h"

typedef struct {
    float low;
    float middle;
    float high;
    float low_less;   /* per level below low, where that is brighter than ink */
    float fibre_less; /* the same above high */
    bool  on_ink;     /* most of the start lies there */
} gms_core_t;

/* Of the hole whose disc lies about at the start. */
void gms_core_find(const gms_patch_t *patch, const gms_circumstances_t *about,
    const gms_fit_t *start, gms_core_t *core);

#endif /* GMS_CORE_H */
