/*
 * The commands that add a shot by hand, correct one and tell its history, for
 * the table of commands.c alone.  With "session" in the body they are about
 * that one, open or the one that ended last, else about the one on show.
 */

#ifndef GMS_COMMANDS_CORRECTION_H
#define GMS_COMMANDS_CORRECTION_H

#include "commands.h"

void gms_command_shot_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_shot_add(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_shot_correct(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* Answers what was done: sums of its session, and the shot as it stands. */
void gms_command_corrected(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer);
void gms_command_uncorrected(
    gms_scorer_t *s, const gms_waiting_t *waiting, int rc);

#endif /* GMS_COMMANDS_CORRECTION_H */
