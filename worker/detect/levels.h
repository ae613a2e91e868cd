/*
 * gms_levels: how often gray levels occur, in quarters of a level.
 */

#ifndef GMS_LEVELS_H
#define GMS_LEVELS_H

#include "hot.h"

#define GMS_LEVELS_BINS 1024

typedef struct {
    int count;
    int bin[GMS_LEVELS_BINS];
} gms_levels_t;


GMS_INLINE void
gms_levels_add(gms_levels_t *levels, float level)
{
    int b = (int) (level * (GMS_LEVELS_BINS / 256));

    levels->bin[b < 0 ? 0 : b >= GMS_LEVELS_BINS ? GMS_LEVELS_BINS - 1 : b]++;
    levels->count++;
}


/* The level that this share of them lies below; 0.125 when there are none. */
GMS_INLINE float
gms_levels_quantile(const gms_levels_t *levels, double share)
{
    int want = (int) (share * levels->count), sum = 0, b = 0;

    while (b < GMS_LEVELS_BINS - 1 && (sum += levels->bin[b]) <= want) {
        b++;
    }
    return ((float) b + 0.5F) / (GMS_LEVELS_BINS / 256);
}

#endif /* GMS_LEVELS_H */
