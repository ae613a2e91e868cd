/*
 * gms_unsaved: shots that wait for a journal that does not take them.  They
 * are shown, so that shooting goes on, but as what they are: without a number
 * and without an id, until they are committed.
 */

#ifndef GMS_UNSAVED_H
#define GMS_UNSAVED_H

#include <cJSON.h>

#include "scorer.h"

/* Publishes shot.unsaved for each waiting shot, once, while the journal
 * fails. */
void gms_unsaved_tell(gms_scorer_t *s);

/* The newest of them, as for the state document; NULL: out of memory. */
cJSON *gms_unsaved_to_json(const gms_scorer_t *s);

#endif /* GMS_UNSAVED_H */
