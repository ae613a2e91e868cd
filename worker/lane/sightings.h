/*
 * gms_sighting: what the detector reports becomes marks, inputs of the session
 * or a rejected candidate.  The lane's main thread alone.
 */

#ifndef GMS_SIGHTINGS_H
#define GMS_SIGHTINGS_H

#include "scorer.h"

void gms_sighting(gms_scorer_t *s, const gms_note_t *note);

#endif /* GMS_SIGHTINGS_H */
