/*
 * gms_turns: whose turn it is at a lane: what follows outside the book when a
 * session starts, gets the lane, or ends.  The lane's main thread alone.
 */

#ifndef GMS_TURNS_H
#define GMS_TURNS_H

#include "scorer.h"

/* The journal was folded: goes on where it ends. */
void gms_turns_recovered(gms_scorer_t *s);

/* An event about a session is on record. */
void gms_turns_changed(gms_scorer_t *s, const gms_event_t *event);

/* Tells the supervisor whether a session is open. */
void gms_turns_tell(gms_scorer_t *s);

#endif /* GMS_TURNS_H */
