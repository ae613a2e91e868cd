/*
 * The commands of a lane's calibration, for the table of commands.c alone.
 */

#ifndef GMS_COMMANDS_CALIBRATION_H
#define GMS_COMMANDS_CALIBRATION_H

#include "commands.h"

void gms_command_calibration_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_calibration_find(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_calibration_set(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_calibration_try(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_calibration_confirm(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_calibration_undo(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_calibration_verify(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

#endif /* GMS_COMMANDS_CALIBRATION_H */
