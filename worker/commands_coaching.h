/*
 * The commands that ask for statistics and advice, for the table of
 * commands.c alone.
 */

#ifndef GMS_COMMANDS_COACHING_H
#define GMS_COMMANDS_COACHING_H

#include "commands.h"

void gms_command_stats_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_advice_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_drills_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

#endif /* GMS_COMMANDS_COACHING_H */
