/*
 * gms_commands: what the verbs of the link do on a lane (docs/events.md).
 */

#ifndef GMS_COMMANDS_H
#define GMS_COMMANDS_H

#include <cJSON.h>

#include "scorer.h"

/* Handles one GMS_LINK_ASK; answers now or later, always once. */
void gms_command(gms_scorer_t *s, const gms_link_message_t *ask);

/* What the commands share.  422 that points at the field: */
void gms_command_invalid(
    gms_scorer_t *s, uint64_t ask, const char *pointer, const char *detail);

/* A fresh input that answers the ask. */
void gms_command_waiting(gms_scorer_t *s, const gms_link_message_t *ask,
    gms_input_kind_e kind, gms_waiting_t *waiting);

/* True when every member is one of the names; else it was answered. */
bool gms_command_known(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, const char *const *names);

/* A text of the body, of less than size bytes; missing: it stays as it is.
 * False: it was answered. */
bool gms_command_text(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    const char *name, char *text, size_t size);

/* A number of the path; 0: it is none. */
uint32_t gms_command_number(const cJSON *body, const char *name);

/* Who asks, as the record names him. */
const char *gms_command_role(const gms_link_message_t *ask);

/* What the camera knows of the paper that goes; the card is photographed. */
void gms_command_count(
    gms_scorer_t *s, const gms_link_message_t *ask, gms_waiting_t *waiting);

#endif /* GMS_COMMANDS_H */
