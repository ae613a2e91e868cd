/*
 * gms_old_holes: the holes that were in the paper when a session began at it: they
 * are shown and count nothing, unless a person says so.  What the detector
 * knows of a paper it has watched; of one that it sees for the first time it
 * knows none.  The lane's main thread alone.
 */

#ifndef GMS_OLD_HOLES_H
#define GMS_OLD_HOLES_H

#include <cJSON.h>

#include "scorer.h"

/* A session begins at what hangs there; anew: the detector does not know it. */
void gms_old_holes_hung(gms_scorer_t *s, bool anew);

/* The paper goes, and what was in it. */
void gms_old_holes_gone(gms_scorer_t *s);

/* The detector has said what it knows. */
void gms_old_holes_known(gms_scorer_t *s);

/* "old_holes" of the state document: [x_mm, y_mm] on the card of each that is no
 * shot of an open session; empty without one.  NULL: out of memory. */
cJSON *gms_old_holes_to_json(const gms_scorer_t *s);

#endif /* GMS_OLD_HOLES_H */
