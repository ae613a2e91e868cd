/*
 * gms_commands_complaint: "my shot is missing".  A complaint is an event; with
 * it the pictures of the last minute are kept, and beside them all that
 * `gmshoot detect` needs to look at them once more: face, caliber, calibration,
 * holes on record, and what was taken for no shot.
 */

#ifndef GMS_COMMANDS_COMPLAINT_H
#define GMS_COMMANDS_COMPLAINT_H

#include "commands.h"

void gms_command_complaint_add(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaints_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaint_film(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaint_facts(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaint_remove(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* Answers the command, committed now or before. */
void gms_command_complained(
    gms_scorer_t *s, uint64_t ask, const gms_answer_t *answer);

/* It is journaled: asks for its film. */
void gms_complaint_keep(gms_scorer_t *s, const gms_event_t *event);

#endif /* GMS_COMMANDS_COMPLAINT_H */
