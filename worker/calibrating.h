/*
 * gms_calibrating: how a lane comes by its calibration: looking for the target
 * at the start and on command, and starting a session that needs it first.
 * The lane's main thread alone.
 */

#ifndef GMS_CALIBRATING_H
#define GMS_CALIBRATING_H

#include "scorer.h"

/* An unsure calibration is tried again: somebody may be hanging the target. */
#define GMS_CALIBRATE_AGAIN_NS (2 * GMS_S)

/* Finds the target in the next picture; answers `ask`. */
void gms_calibrating_find(gms_scorer_t *s, uint64_t ask, int64_t deadline_ns);

/* What the analysis thread found, or why not. */
void gms_calibrating_answer(gms_scorer_t *s, const gms_note_t *note);

/* Starts a session, calibrating first where that is needed. */
void gms_calibrating_start(gms_scorer_t *s, const gms_waiting_t *waiting);

/* True when a session of this face and caliber can begin as things stand. */
bool gms_calibrating_prepared(
    const gms_scorer_t *s, const gms_event_session_t *wanted);

/* Who waits for a picture that does not come is answered. */
void gms_calibrating_expire(gms_scorer_t *s, int64_t now_ns);

#endif /* GMS_CALIBRATING_H */
