/*
 * gms_people: who is known, as a lane asks it: reads the history's file itself,
 * so that it needs no archive that runs.  Nothing is written; a call takes
 * some milliseconds of a history of ten years, and waits for nobody longer than
 * a tenth of a second.
 */

#ifndef GMS_PEOPLE_H
#define GMS_PEOPLE_H

#include <stdbool.h>

#include "../session/event.h"

typedef struct {
    gms_event_equipment_t equipment;
    double                caliber_mm; /* 0: unknown */
    bool                  retired;
} gms_people_equipment_t;

/* history: its file.  GMS_ENOTFOUND: it knows nobody of this id, or he was
 * erased; GMS_ESTORE: nobody can say, the file is not there or cannot be
 * read. */
int gms_people_shooter(const char *history, const char *id);
int gms_people_equipment(
    const char *history, const char *id, gms_people_equipment_t *out);

/* How large the shooter's groups were in his newest ended sessions on this
 * face, with this caliber and at this distance: all zeros when nobody can
 * say, or too little was shot. */
void gms_people_usual(const char *history, const char *shooter,
    const gms_event_session_t *session, gms_usual_t *usual);

#endif /* GMS_PEOPLE_H */
