/*
 * gms_commands_access: who asks and what he may do on this lane; codes that let
 * a phone into a session, and their use.  One function a verb.
 */

#ifndef GMS_COMMANDS_ACCESS_H
#define GMS_COMMANDS_ACCESS_H

#include <cJSON.h>

#include "scorer.h"

void gms_command_access_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_session_code(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);
void gms_command_session_join(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body);

/* A session was started, with its code; or joined.  Who asked gets the token,
 * unless it was a repeat: who that is nobody knows. */
void gms_command_admitted(
    gms_scorer_t *s, const gms_waiting_t *waiting, const gms_answer_t *answer);

#endif /* GMS_COMMANDS_ACCESS_H */
