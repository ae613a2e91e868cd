/*
 * gms_process: the supervisor's view of one child: the lanes it carries, its
 * life, its control socket, when it may live again.  The child that carries no
 * lane is the archive.
 */

#ifndef GMS_PROCESS_H
#define GMS_PROCESS_H

#include <sys/types.h>

#include "../archive/archive.h"
#include "../lane/lane.h"

typedef struct {
    unsigned                 lanes;
    const gms_lane_config_t *config[GMS_PROCESS_LANES_MAX];
    gms_memory_t            *memory[GMS_PROCESS_LANES_MAX];
    char                    *text; /* of all its lanes: changes restart it */
    bool        session[GMS_PROCESS_LANES_MAX]; /* open: do not touch */
    bool        told[GMS_PROCESS_LANES_MAX];    /* ... as the lane said */
    int64_t     made_ns;                        /* with this configuration */
    bool        pending; /* another configuration waits */
    bool        leaving; /* asked to end for good */
    gms_beat_t *beat;    /* the archive's; lanes beat in their memory */
    pid_t       pid;     /* 0: not running */
    int         control; /* -1 when not running */
    int64_t     born_ns;
    int64_t     birth_at_ns; /* when to fork next; 0: now */
    int64_t     killed_ns;   /* SIGTERM sent: SIGKILL follows */
    bool        unborn;      /* the last fork failed; said once */
    unsigned    short_lives; /* in a row */
    unsigned    lives;
} gms_process_t;

/* What a child must know besides its own process. */
typedef struct {
    const char *state_dir;
    int         wake[GMS_WAKES_MAX];
    const int  *keep; /* further fds a child keeps */
    unsigned    keeps;
    void (*forget)(void *data, const gms_process_t *p);
    void *data; /* child: unmap what is not its own */
} gms_process_setup_t;

/* Forks the process.  GMS_ESYS. */
int gms_process_start(gms_process_t *p, const gms_process_setup_t *setup);

/* After waitpid: closes the socket and sets when it may live again. */
void gms_process_ended(gms_process_t *p, int64_t now_ns);

/* True when a thread has not shown itself for too long. */
bool gms_process_hangs(const gms_process_t *p, int64_t now_ns);

#endif /* GMS_PROCESS_H */
