/*
 * Commands about courses of fire, for the table of gms_commands: see
 * docs/courses.md.
 */

#ifndef GMS_COMMANDS_COURSE_H
#define GMS_COMMANDS_COURSE_H

#include <cJSON.h>

#include "scorer.h"

/* The course that a start names, or none; false: it was answered. */
bool gms_command_course(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session);

void gms_command_course_command(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_courses_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* Why the session's course does not take this command now. */
void gms_command_course_refused(gms_scorer_t *s, const gms_waiting_t *waiting);

/* What it did. */
void gms_command_course_done(gms_scorer_t *s, const gms_waiting_t *waiting);

#endif /* GMS_COMMANDS_COURSE_H */
