/*
 * gms_commands_complaint: "my shot is missing", and the protest of a shot.  A
 * complaint is an event, and so is what ends it.  With a shot that is missing
 * the pictures of the last minute are kept, and beside them all that
 * `gmshoot detect` needs to look at them once more: face, caliber, calibration,
 * holes on record, and what was taken for no shot.
 */

#ifndef GMS_COMMANDS_COMPLAINT_H
#define GMS_COMMANDS_COMPLAINT_H

#include "commands.h"

void gms_command_complaint_add(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaint_change(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaints_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaint_film(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaint_facts(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_complaint_remove(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* Answers the command, committed now or before; or says why not. */
void gms_command_complained(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer);
void gms_command_uncomplained(
    gms_scorer_t *s, const gms_waiting_t *waiting, int rc);

/* It is journaled: asks for its film where one of its own is due. */
void gms_complaint_keep(gms_scorer_t *s, const gms_event_t *event);

#endif /* GMS_COMMANDS_COMPLAINT_H */
