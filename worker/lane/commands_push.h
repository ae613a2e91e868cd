/*
 * gms_commands_push: pictures of a phone or a laptop as the lane's camera, and
 * the link by which one is let in for that.
 */

#ifndef GMS_COMMANDS_PUSH_H
#define GMS_COMMANDS_PUSH_H

#include "commands.h"

/* A picture: the descriptor of the message.  200 tells its sender how long to
 * wait with the next. */
void gms_command_camera_push(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* The supervisor invites a device that may do nothing else. */
void gms_command_camera_invite(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

#endif /* GMS_COMMANDS_PUSH_H */
