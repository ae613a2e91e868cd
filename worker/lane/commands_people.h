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

/* What is usual for this shooter, of setup's face, caliber and distance, into
 * session->usual; nobody knows a guest. */
void gms_command_usual(gms_scorer_t *s, const gms_event_session_t *setup,
    gms_event_session_t *session);

#endif /* GMS_COMMANDS_PEOPLE_H */
