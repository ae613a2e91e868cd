/*
 * gms_rounding: a lane's clock for its rounds: says that the shooter pauses,
 * and closes a round when nobody shoots for long.  On the lane's thread.
 */

#ifndef GMS_ROUNDING_H
#define GMS_ROUNDING_H

#include "scorer.h"

/* A few times a second. */
void gms_rounding_tick(gms_scorer_t *s);

#endif /* GMS_ROUNDING_H */
