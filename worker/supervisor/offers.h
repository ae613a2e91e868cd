/*
 * gms_offers: the configurations that nginx processes offer the supervisor:
 * taken, refused or stale; and the wanted one kept, for a worker that starts
 * before nginx.
 */

#ifndef GMS_OFFERS_H
#define GMS_OFFERS_H

#include "../../ipc/link.h"
#include "lanes.h"

typedef struct {
    gms_lanes_t *lanes;
    const char  *state_dir;
    bool         own_ranges;             /* configuration from --ranges alone */
    uint64_t     refused;                /* id of the last one, 0: taken */
    char         why[GMS_SENTENCE_SIZE]; /* and why; "": taken */
    bool         unsaved;                /* the wanted configuration, on disk */
    int64_t      save_at_ns;
} gms_offers_t;

/* What an nginx process is told that says hello: NEED_CONFIG, STALE, or
 * CONFIG_DONE with why its own is refused; false: nothing.  The body of a
 * message is o's. */
bool gms_offers_hello(gms_offers_t *o, const gms_link_message_t *hello,
    gms_link_message_t *answer);

/* What it is told when it sends one: STALE or CONFIG_DONE, likewise. */
void gms_offers_take(
    gms_offers_t *o, const gms_link_message_t *m, gms_link_message_t *answer);

/* Stores what is to be stored. */
void gms_offers_tick(gms_offers_t *o, int64_t now_ns);

#endif /* GMS_OFFERS_H */
