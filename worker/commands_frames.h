/*
 * gms_commands_frames: the camera's pictures by their times: those that the
 * lane still has in memory.
 */

#ifndef GMS_COMMANDS_FRAMES_H
#define GMS_COMMANDS_FRAMES_H

#include "commands.h"

void gms_command_frames_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_frames_picture(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

#endif /* GMS_COMMANDS_FRAMES_H */
