/*
 * gms_asks: commands on their way from who asks (nginx, a command line) to a
 * lane or the archive, and the answers on their way back.  Each is answered
 * once: by whom it was for, or by the supervisor when that one is not there,
 * dies, or does not answer in time.
 */

#ifndef GMS_ASKS_H
#define GMS_ASKS_H

#include "../../ipc/link.h"
#include "lanes.h"

#define GMS_ASKS_MAX 512

typedef struct {
    uint64_t       id;   /* 0: free */
    uint64_t       peer; /* who asked */
    uint64_t       peer_id;
    int64_t        deadline_ns;
    gms_process_t *process;
    int64_t        came_ns;
    uint32_t       role;
    unsigned       hops; /* from lane to lane, so far */
    char           key[GMS_LINK_KEY_SIZE];
    char           request[GMS_LINK_REQUEST_SIZE];
    char           lane[GMS_LANE_NAME_SIZE]; /* that it was first for */
    char           verb[GMS_LINK_VERB_SIZE];
} gms_ask_t;

typedef struct {
    gms_lanes_t *lanes;
    void        *data;
    void (*deliver)(void *data, uint64_t peer, const gms_link_message_t *m);
    uint64_t  id; /* the last */
    gms_ask_t ask[GMS_ASKS_MAX];
} gms_asks_t;

/* Sends an ASK of peer on to whom it is for; allowed false: refused, since the
 * peer's user may not command lanes. */
void gms_asks_take(
    gms_asks_t *a, uint64_t peer, bool allowed, gms_link_message_t *m);

/* Delivers what a process answers, or sends it on to the lane it names. */
void gms_asks_answered(
    gms_asks_t *a, gms_process_t *process, gms_link_message_t *m);

/* A process has ended: its commands are answered for it. */
void gms_asks_died(gms_asks_t *a, const gms_process_t *process);

/* A peer is gone; true while it waits for an answer. */
void gms_asks_forget(gms_asks_t *a, uint64_t peer);
bool gms_asks_waits(const gms_asks_t *a, uint64_t peer);

/* The end of a command, with the id of its request: nginx's access log and the
 * problem document that the client gets have the same. */
void gms_asks_log(const char *lane, const char *verb, const char *request,
    uint32_t status, int64_t came_ns);

/* Commands whose time is over. */
void gms_asks_tick(gms_asks_t *a, int64_t now_ns);

#endif /* GMS_ASKS_H */
