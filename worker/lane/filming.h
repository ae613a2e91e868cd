/*
 * gms_filming: which films a lane keeps, and what it tells of them.  The lane's
 * main thread; the filming thread makes them (filmer.h).
 */

#ifndef GMS_FILMING_H
#define GMS_FILMING_H

#include "scorer.h"

/* A shot was journaled: its film is made when the seconds after it are over. */
void gms_filming_shot(gms_scorer_t *s, const gms_event_t *event);

/* Hands over facts (owned) and asks for a film of the last minute; false: too
 * many are on their way. */
bool gms_filming_complaint(
    gms_scorer_t *s, const char *id, int64_t t_us, char *facts);

/* The filming thread's answer. */
void gms_filming_done(gms_scorer_t *s, const gms_note_t *note);

#endif /* GMS_FILMING_H */
