/*
 * gms_counted: a shot that counts, as what follows from shots takes it.
 * Sighters, removed, ignored and discarded shots are none.
 */

#ifndef GMS_COUNTED_H
#define GMS_COUNTED_H

#include <stdbool.h>
#include <stdint.h>

#include "../target/homography.h"

typedef struct {
    gms_point_t at;    /* mm on the target */
    uint32_t    n;     /* its number */
    uint32_t    round; /* shots of one round stand together */
    double      t_s;   /* NaN: unknown */
    bool        order_unknown;
} gms_counted_t;

#endif /* GMS_COUNTED_H */
