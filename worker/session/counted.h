/*
 * gms_counted: a shot that counts, as what follows from shots takes it.
 * Sighters, removed, ignored and discarded shots are none.
 */

#ifndef GMS_COUNTED_H
#define GMS_COUNTED_H

#include <stdbool.h>
#include <stdint.h>

#include "../target/homography.h"
#include "session.h"

typedef struct {
    gms_point_t at;    /* mm on the target */
    uint32_t    n;     /* its number */
    uint32_t    round; /* shots of one round stand together */
    double      t_s;   /* NaN: unknown */
    bool        order_unknown;
} gms_counted_t;

/* Those of a session, in their order, seconds since its start; out holds
 * session->shots.  Their number. */
int gms_counted_collect(const gms_session_t *session, gms_counted_t *out);

#endif /* GMS_COUNTED_H */
