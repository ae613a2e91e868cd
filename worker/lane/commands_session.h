/*
 * The commands of a lane's sessions, for the table of commands.c alone.  With
 * "session" in the body they are about that one, else about the active one.
 */

#ifndef GMS_COMMANDS_SESSION_H
#define GMS_COMMANDS_SESSION_H

#include "commands.h"

void gms_command_session_start(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_session_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_session_change(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_session_end(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* All of them; and one more beside those that are open. */
/* "session.csv", "session.json" ... */
void gms_command_session_card(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_sessions_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_sessions_start(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

#endif /* GMS_COMMANDS_SESSION_H */
