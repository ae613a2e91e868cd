/*
 * gms_commands_cross: a shot goes to a session of another lane.  What this lane
 * answers goes on there through the supervisor, so that nothing of it is kept
 * here but the facts in both journals:
 *
 * shot.correct  decides, and writes nothing;
 * cross.offer   there: would it be taken?  Nothing is written;
 * cross.give    here: it is given, and counts no more;
 * cross.take    there: it counts, and is answered.
 *
 * Whatever ends between the last two, a repeat of the command goes on with
 * cross.take, which takes a shot once.  The lane's main thread alone.
 */

#ifndef GMS_COMMANDS_CROSS_H
#define GMS_COMMANDS_CROSS_H

#include "commands.h"

/* This correction gives a shot to another lane. */
bool gms_command_is_cross(const gms_waiting_t *waiting);

/* That correction; ask: as it was sent. */
void gms_command_cross(gms_scorer_t *s, const gms_link_message_t *ask,
    const cJSON *body, const gms_waiting_t *waiting);

/* It is given: there it is to be taken.  False: it was taken back meanwhile. */
bool gms_command_cross_given(gms_scorer_t *s, const gms_waiting_t *waiting);

/* It was taken, or was before. */
void gms_command_cross_taken(gms_scorer_t *s, const gms_waiting_t *waiting);
void gms_command_cross_refused(
    gms_scorer_t *s, const gms_waiting_t *waiting, int rc);

void gms_command_cross_offer(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_cross_take(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

#endif /* GMS_COMMANDS_CROSS_H */
