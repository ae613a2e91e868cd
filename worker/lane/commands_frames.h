/*
 * gms_commands_frames: the camera's pictures by their times: those of the last
 * minute, which the lane has in memory, and those of the films of shots, which
 * it has on disk.
 */

#ifndef GMS_COMMANDS_FRAMES_H
#define GMS_COMMANDS_FRAMES_H

#include "commands.h"
#include "../store/films.h"

void gms_command_frames_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_frames_picture(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* Of a session, also of one that ended. */
void gms_command_shot_frames(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_session_frame(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_shot_film(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* Answers with the file, or 404. */
void gms_command_film(gms_scorer_t *s, uint64_t ask, gms_films_e kind,
    const char *group, const char *name);

#endif /* GMS_COMMANDS_FRAMES_H */
