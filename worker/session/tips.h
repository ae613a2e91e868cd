/*
 * gms_tips: what a coach tells who shoots a session, and the drills that go
 * with it.  A part of gms_session: the fold and what follows from it.
 * Pure; any thread.
 */

#ifndef GMS_TIPS_H
#define GMS_TIPS_H

#include "session.h"

/* A tip, its end, or the result of its drill.  GMS_ECORRUPT: it cannot follow;
 * GMS_ENOMEM. */
int gms_tips_apply(gms_session_t *s, const gms_event_t *event);

/* It waits for the end of the round, and has not been told yet. */
bool gms_tip_is_held(const gms_session_tip_t *tip);

/* The first that is held though who shoots pauses now, or the round is over.
 * NULL: none is. */
const gms_session_tip_t *gms_tips_to_tell(
    const gms_session_t *s, const gms_session_instant_t *now);

/* The one whose drill is being done: the last that began.  NULL: none is. */
const gms_session_tip_t *gms_tips_running(const gms_session_t *s);

/* How a drill stands that has begun. */
gms_drill_progress_t gms_tips_progress(const gms_session_t *s,
    const gms_session_tip_t *tip, const gms_session_instant_t *now);

/* One is to be told, or the drill is done and nobody has said so yet. */
bool gms_tips_is_due(const gms_session_t *s, const gms_session_instant_t *now);

/* "tips" of the state document: the newest twenty, oldest first; NULL: out of
 * memory. */
cJSON *gms_tips_to_json(const gms_session_t *s);

/* One of them, as a text of its own; malloc'ed, NULL: out of memory. */
char *gms_tip_to_text(const gms_session_t *s, const gms_session_tip_t *tip);

/* "drill" of the state document, of the active session: null where none is
 * being done, s NULL likewise.  NULL: out of memory. */
cJSON *gms_tips_drill_to_json(
    const gms_session_t *s, const gms_session_instant_t *now);

#endif /* GMS_TIPS_H */
