/*
 * gms_troubles: what is wrong with each lane now, on its way from the lanes to
 * the archive, which keeps a record of it.  Lanes send their whole list when
 * another kind of trouble is in it; the supervisor keeps the last one of each,
 * so that an archive that is started again knows all of them.
 */

#ifndef GMS_TROUBLES_H
#define GMS_TROUBLES_H

#include "../ipc/link.h"
#include "lanes.h"
#include "scorer.h"

/* Of the supervisor: list of each lane, as JSON, by its place in the range. */
typedef struct {
    const gms_lanes_t *lanes; /* the caller's */
    char              *list[GMS_CONFIG_LANES_MAX];
} gms_troubles_t;

/* A lane tells its supervisor, unless that knows already. */
void gms_troubles_tell(gms_scorer_t *s);

/* The same from a lane that cannot work: a list with this one in it. */
void gms_troubles_fail(
    int control, const char *lane, const char *title, const char *detail);

/* The supervisor: a lane says so; its process ended; it is no more. */
void gms_troubles_heard(gms_troubles_t *t, const gms_link_message_t *m);
void gms_troubles_died(gms_troubles_t *t, const char *lane);
void gms_troubles_gone(gms_troubles_t *t, const char *lane);

/* The archive was started: it is told of all lanes. */
void gms_troubles_again(const gms_troubles_t *t);

void gms_troubles_free(gms_troubles_t *t);

#endif /* GMS_TROUBLES_H */
