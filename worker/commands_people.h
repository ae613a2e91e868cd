/*
 * gms_commands_people: who shoots with what, as the body of a command says, held
 * against the history.
 */

#ifndef GMS_COMMANDS_PEOPLE_H
#define GMS_COMMANDS_PEOPLE_H

#include "commands.h"

/* shooter, an id that is known, or nickname, any; else a guest.  False: it was
 * answered. */
bool gms_command_shooter(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session);

/* equipment, an id that is known, or nothing; *caliber_mm: what it shoots, or
 * 0.  False: it was answered. */
bool gms_command_equipment(gms_scorer_t *s, uint64_t ask, const cJSON *body,
    gms_event_session_t *session, double *caliber_mm);

#endif /* GMS_COMMANDS_PEOPLE_H */
