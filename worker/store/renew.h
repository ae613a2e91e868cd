/*
 * gms_renew: what advice said of a session, said anew when somebody corrects
 * with what, or by whose hand, it was shot.  The session is read from its
 * lane's journal again.  One thread, as its history.
 */

#ifndef GMS_RENEW_H
#define GMS_RENEW_H

#include "../session/rulebook.h"
#include "history.h"

/* One session.  1: there may be more, 0: there was none, an error with
 * gms_history_trouble(): it may be tried again.  One whose journal is gone or
 * damaged keeps the tips that it has. */
int gms_renew_step(
    gms_history_t *h, const char *state_dir, const gms_rulebook_t *rules);

#endif /* GMS_RENEW_H */
