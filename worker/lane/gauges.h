/*
 * gms_gauges: how the lane is now, for those who watch the range from outside
 * (nginx: /metrics, /readyz).
 */

#ifndef GMS_GAUGES_H
#define GMS_GAUGES_H

#include "scorer.h"

/* Says it anew in the lane's memory; called a few times a second. */
void gms_gauges_tell(const gms_scorer_t *s);

/* The lane cannot work, or its process has ended: nothing is as it was. */
void gms_gauges_clear(gms_memory_t *memory);

#endif /* GMS_GAUGES_H */
