/*
 * The command by which who shoots says where a shot went, for the table of
 * commands.c, and what it is answered.
 */

#ifndef GMS_COMMANDS_CALL_H
#define GMS_COMMANDS_CALL_H

#include "commands.h"

void gms_command_shot_call(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* How far off it was; or why that was no call. */
void gms_command_called(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer);
void gms_command_uncalled(
    gms_scorer_t *s, const gms_waiting_t *waiting, int rc);

#endif /* GMS_COMMANDS_CALL_H */
