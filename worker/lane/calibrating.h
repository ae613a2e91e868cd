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

/* Finds the target in the next picture, and answers; `waiting` is a command of
 * kind CALIBRATION. */
void gms_calibrating_find(gms_scorer_t *s, const gms_waiting_t *waiting);

/* What the analysis thread found, or why not. */
void gms_calibrating_answer(gms_scorer_t *s, const gms_note_t *note);

/* Starts a session or gives it the lane (START, ACTIVATE), calibrating first
 * where that is needed. */
void gms_calibrating_start(gms_scorer_t *s, const gms_waiting_t *waiting);

/* The session that has the lane now is of another face than what is looked
 * for: looks for its own. */
void gms_calibrating_turn(gms_scorer_t *s, const gms_event_session_t *wanted);

/* True when the input can be decided as things stand: what it wants is looked
 * for already, or it will be refused. */
bool gms_calibrating_prepared(const gms_scorer_t *s, const gms_input_t *input);

/* Reads the history from the journal, before the store thread has it. */
int gms_calibrating_recall(gms_scorer_t *s, gms_journal_t *journal);

/* A calibration is on record; kept: the detector goes by it already. */
void gms_calibrating_changed(
    gms_scorer_t *s, const gms_event_t *event, bool kept);

/* False, and `ask` is answered 409, while a session is open. */
bool gms_calibrating_may(gms_scorer_t *s, uint64_t ask);

/* Says that it is upright in this view (NULL: as it is), or goes back to the
 * one before; `waiting` is a command of kind CONFIRM or CALIBRATION. */
void gms_calibrating_confirm(
    gms_scorer_t *s, gms_waiting_t *waiting, const gms_view_t *view);
void gms_calibrating_undo(gms_scorer_t *s, gms_waiting_t *waiting);

/* The newest on record for where the camera looks now; NULL: there is none, or
 * nobody knows where that is. */
const gms_calibrated_t *gms_calibrating_of_zoom(
    const gms_scorer_t *s, const char *zoom);

/* Goes by one that is on record. */
void gms_calibrating_load(gms_scorer_t *s, const gms_calibrated_t *entry);

/* Who waits for a picture that does not come is answered. */
void gms_calibrating_expire(gms_scorer_t *s, int64_t now_ns);

#endif /* GMS_CALIBRATING_H */
