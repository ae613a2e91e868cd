/*
 * gms_troubles: what is wrong with each lane now, as the lanes tell it
 * (telling.h), passed on to the archive.  The supervisor keeps the last list of
 * each lane, so that an archive that is started again knows all of them.
 */

#ifndef GMS_TROUBLES_H
#define GMS_TROUBLES_H

#include "../../ipc/link.h"
#include "lanes.h"

/* List of each lane, as JSON, by its place in the range. */
typedef struct {
    const gms_lanes_t *lanes; /* the caller's */
    char              *list[GMS_CONFIG_LANES_MAX];
} gms_troubles_t;

/* A lane says so; its process ended; it is no more. */
void gms_troubles_heard(gms_troubles_t *t, const gms_link_message_t *m);
void gms_troubles_died(gms_troubles_t *t, const char *lane);
void gms_troubles_gone(gms_troubles_t *t, const char *lane);

/* The archive was started: it is told of all lanes. */
void gms_troubles_again(const gms_troubles_t *t);

void gms_troubles_free(gms_troubles_t *t);

#endif /* GMS_TROUBLES_H */
