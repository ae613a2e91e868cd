/*
 * gms_lanes: all lanes of this computer as the supervisor holds them: the
 * configuration in force, a memory for each lane, a process for each camera,
 * and beside them the archive.
 */

#ifndef GMS_LANES_H
#define GMS_LANES_H

#include "../config.h"
#include "process.h"

/* One lane's memory outlives its processes. */
typedef struct {
    char         name[GMS_LANE_NAME_SIZE]; /* "": free */
    gms_memory_t memory;
    size_t       slot_bytes;
    bool         up; /* last said to the listener */
} gms_lanes_lane_t;

/* Who is told of changes: nginx processes, through the link. */
typedef struct {
    void *data;
    void (*lane)(void *data, unsigned lane); /* new, or another memory */
    void (*gone)(void *data, const char *name);
    void (*up)(void *data, unsigned lane, bool up);
    void (*born)(void *data, gms_process_t *p);
    void (*died)(void *data, gms_process_t *p);
} gms_lanes_listener_t;

typedef struct {
    gms_config_t         wanted; /* the last accepted */
    gms_process_setup_t  setup;
    gms_lanes_listener_t listener;
    gms_lanes_lane_t     lane[GMS_CONFIG_LANES_MAX];
    gms_process_t       *process[GMS_CONFIG_LANES_MAX];
    unsigned             processes;
    gms_process_t        archive;
    bool                 ending;
    bool                 reaping;
    bool                 memory_failing; /* said once */
    int64_t              tick_ns;        /* the last */
    int64_t              patient_ns;     /* until then nothing hangs */
    int64_t              make_at_ns; /* what could not be made; 0: nothing */
} gms_lanes_t;

void gms_lanes_init(gms_lanes_t *r);

/* Takes the config over and brings the lanes to it: starts, restarts and ends
 * only what changed, and nothing under an open session. */
void gms_lanes_configure(gms_lanes_t *r, gms_config_t *config);

/* True while a lane runs with an older configuration than the wanted one. */
bool gms_lanes_pending(const gms_lanes_t *r);

/* Goes on with what had to wait; forks what is due; kills what hangs. */
void gms_lanes_tick(gms_lanes_t *r, int64_t now_ns);

/* Collects children that have ended. */
void gms_lanes_reap(gms_lanes_t *r);

/* Ends all processes; true when none is left. */
bool gms_lanes_end(gms_lanes_t *r, int64_t now_ns);
void gms_lanes_free(gms_lanes_t *r);

/* NULL when nobody carries it, or its process is down.  "": the archive. */
gms_process_t *gms_lanes_process(gms_lanes_t *r, const char *lane);

/* A lane says that its session is open or ended. */
void gms_lanes_session(
    gms_lanes_t *r, gms_process_t *p, const char *lane, bool open);

/* The archive says how much of a lane's journal is in the history; of lanes
 * that are gone, too. */
void gms_lanes_archived(gms_lanes_t *r, const char *lane, int64_t seq);

#endif /* GMS_LANES_H */
