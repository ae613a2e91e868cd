/*
 * gms_answers: what a command is answered when it is done, or why it is not.
 * The lane's main thread alone.
 */

#ifndef GMS_ANSWERS_H
#define GMS_ANSWERS_H

#include "scorer.h"

/* It is done.  session: what the answer is about, unless the command was
 * answered before and this is its repeat. */
void gms_answers_done(
    gms_scorer_t *s, const gms_waiting_t *waiting, const char *session);

/* Deciding refused it with this error. */
void gms_answers_refused(gms_scorer_t *s, const gms_waiting_t *waiting, int rc);

#endif /* GMS_ANSWERS_H */
