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

/* The members level and advice of a session's start; false: it was
 * answered. */
bool gms_command_coaching(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session);

/* One of the words, or what it is when the body does not say; false: it was
 * answered. */
bool gms_command_word(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const char *name, const char *const *words, int n, int *value);

/* True when there are rules of advice and drills; else it was answered. */
bool gms_command_has_rules(gms_scorer_t *s, uint64_t ask);

#endif /* GMS_COMMANDS_COACHING_H */
