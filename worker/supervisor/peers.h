/*
 * gms_peers: the supervisor's side of the link: nginx processes and command
 * lines that dialled.
 */

#ifndef GMS_PEERS_H
#define GMS_PEERS_H

#include "../../ipc/link.h"
#include "../base/watch.h"
#include "asks.h"
#include "devices.h"
#include "lanes.h"
#include "offers.h"
#include "sampler.h"
#include "troubles.h"

#define GMS_PEERS_MAX GMS_WAKES_MAX

typedef struct {
    int      fd; /* -1: free */
    uint64_t serial;
    bool     nginx;                          /* said hello */
    bool     watching[GMS_CONFIG_LANES_MAX]; /* by lane of the range */
} gms_peer_t;

typedef struct {
    gms_lanes_t       *lanes;
    const gms_watch_t *watch;
    int                listener;
    uint64_t           serial;
    bool               full; /* said once */
    bool               deaf; /* no descriptor for who dials: later */
    uint32_t       layout;   /* of the last peer that differed, 0: none since */
    gms_peer_t     peer[GMS_PEERS_MAX];
    gms_offers_t   offers; /* of configurations */
    gms_asks_t     asks;
    gms_devices_t  devices; /* that were let in */
    gms_sampler_t  sampler; /* of the last hour */
    gms_troubles_t troubles;
} gms_peers_t;

/* lanes, what offers need to know, watch and listener are the caller's, and the
 * devices, which he has loaded. */
void gms_peers_init(gms_peers_t *p);
void gms_peers_close(gms_peers_t *p);

/* The listening socket is readable. */
void gms_peers_accept(gms_peers_t *p);

/* fd is readable: a peer's, or a lane process's control socket.  False when
 * it is neither. */
bool gms_peers_readable(gms_peers_t *p, int fd);

/* What is due: a configuration or devices to be stored, a listener to be heard again,
 * commands whose time is over. */
void gms_peers_tick(gms_peers_t *p, int64_t now_ns);

#endif /* GMS_PEERS_H */
