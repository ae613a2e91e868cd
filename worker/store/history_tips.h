/*
 * gms_history_tips: what advice found when a session ended, with the test that
 * each finding stands on.
 */

#ifndef GMS_HISTORY_TIPS_H
#define GMS_HISTORY_TIPS_H

#include "../session/advice.h"
#include "history.h"

/* Puts what the rules say of an ended session, whose row is written, in the
 * place of what they said; by the gun, hand and sight of its equipment where
 * that is known.  directions: its calibration was confirmed. */
int gms_history_write_tips(gms_history_t *h, const gms_session_t *session,
    const gms_rulebook_t *book, bool directions);

#endif /* GMS_HISTORY_TIPS_H */
