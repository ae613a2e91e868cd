/*
 * gms_commands: what the verbs of the link do on a lane (docs/events.md).
 */

#ifndef GMS_COMMANDS_H
#define GMS_COMMANDS_H

#include "scorer.h"

/* Handles one GMS_LINK_ASK; answers now or later, always once. */
void gms_command(gms_scorer_t *s, const gms_link_message_t *ask);

#endif /* GMS_COMMANDS_H */
