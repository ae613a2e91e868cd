/*
 * The commands by which a coach speaks and who shoots answers, for the table of
 * commands.c, and what they are answered.
 */

#ifndef GMS_COMMANDS_TIPS_H
#define GMS_COMMANDS_TIPS_H

#include "commands.h"

void gms_command_tip_give(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_tip_change(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* A tip was given or changed; or could not be. */
void gms_command_tip_done(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer);
void gms_command_tip_refused(
    gms_scorer_t *s, const gms_waiting_t *waiting, int rc);

#endif /* GMS_COMMANDS_TIPS_H */
