/*
 * gms_history_people: shooters and their equipment, which no journal holds.
 * What changes something is done in a transaction of the caller's, begun as
 * safe.
 */

#ifndef GMS_HISTORY_PEOPLE_H
#define GMS_HISTORY_PEOPLE_H

#include "history.h"

#define GMS_HISTORY_ID_SIZE 64
#define GMS_HISTORY_PEOPLE_MAX 200 /* of one answer */

typedef enum {
    GMS_HISTORY_SHOOTERS,
    GMS_HISTORY_EQUIPMENT
} gms_history_kind_e;

/* What is said of a shooter or a piece of equipment; text NULL and is_number
 * false: nothing. */
typedef struct {
    const char *column;
    const char *text;
    double      number;
    bool        is_number;
} gms_history_value_t;

/* {"shooters":[..], "next":..} or {"equipment":[..], "next":..}, in the order
 * of their ids, those behind `after` (NULL: from the first); shooter: whose
 * equipment, NULL: everybody's. */
int gms_history_people(gms_history_t *h, gms_history_kind_e kind,
    const char *shooter, const char *after, int limit, char **json);

/* Is there one with this id, and is it not erased? */
int gms_history_is_known(
    gms_history_t *h, gms_history_kind_e kind, const char *id, bool *known);

/* A new one; *id "" is made up, so that it was never another's.  GMS_ESTATE:
 * there is one with this id. */
int gms_history_add(gms_history_t *h, gms_history_kind_e kind,
    char id[GMS_HISTORY_ID_SIZE], const gms_history_value_t *value, int n);

/* GMS_ENOTFOUND. */
int gms_history_change(gms_history_t *h, gms_history_kind_e kind,
    const char *id, const gms_history_value_t *value, int n);

/* Takes away what names the person; sessions keep the id.  GMS_ENOTFOUND. */
int gms_history_erase(gms_history_t *h, const char *shooter);

/* After that was committed: no byte of it is left in the file's log. */
int gms_history_settle(gms_history_t *h);

/* What a session was shot with; equipment NULL: unknown.  GMS_ENOTFOUND: no
 * such session. */
int gms_history_equip(
    gms_history_t *h, const char *session, const char *equipment);

/* What a command was answered that had this key; *body NULL: none had. */
int gms_history_answered(
    gms_history_t *h, const char *key, const char *verb, char **body);
int gms_history_remember(
    gms_history_t *h, const char *key, const char *verb, const char *body);

#endif /* GMS_HISTORY_PEOPLE_H */
