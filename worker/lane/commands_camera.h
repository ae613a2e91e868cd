/*
 * gms_commands_camera: what can be set at a lane's camera, and what follows
 * when it was turned.  The capture thread alone touches the camera; what is
 * asked goes to it as an order, and its note is the answer.
 */

#ifndef GMS_COMMANDS_CAMERA_H
#define GMS_COMMANDS_CAMERA_H

#include "commands.h"

void gms_command_camera_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_camera_set(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* The capture thread's answer. */
void gms_camera_answer(gms_scorer_t *s, const gms_note_t *note);

/* The camera turns elsewhere, by its own account; and it stands still there. */
void gms_camera_moved(gms_scorer_t *s, const char *how);
void gms_camera_arrived(gms_scorer_t *s);

/* Is the face where its calibration says, after the camera was away?  Without
 * a session it is looked for anew when it is not. */
void gms_camera_astray(gms_scorer_t *s);
void gms_camera_tick(gms_scorer_t *s, int64_t now_ns);

#endif /* GMS_COMMANDS_CAMERA_H */
