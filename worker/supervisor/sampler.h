/*
 * gms_sampler: the supervisor's record of how each lane, and all of them
 * together, fared over the last hour.  Reads the lanes' memories, /proc, and
 * what nginx says of its clients; the lanes' processes are not asked, so that
 * it tells of one that is down, too.
 */

#ifndef GMS_SAMPLER_H
#define GMS_SAMPLER_H

#include "../../ipc/link.h"
#include "lanes.h"
#include "performance.h"

/* Whose clients are meant: a lane of the range by its place, or all. */
#define GMS_SAMPLER_ALL GMS_CONFIG_LANES_MAX

/* Clients of one nginx process. */
typedef struct {
    uint32_t streams[GMS_SAMPLER_ALL + 1];
    uint32_t viewers[GMS_SAMPLER_ALL + 1];
} gms_sampler_clients_t;

typedef struct {
    char                      name[GMS_LANE_NAME_SIZE];
    gms_performance_reading_t before;
    gms_performance_t         performance;
} gms_sampler_lane_t;

/* CPU time of a process up to the last sample. */
typedef struct {
    pid_t   pid;
    int64_t ns;
} gms_sampler_cpu_t;

typedef struct {
    const gms_lanes_t    *lanes;                      /* the caller's */
    gms_sampler_lane_t   *lane[GMS_CONFIG_LANES_MAX]; /* as in lanes */
    gms_performance_t     all;
    int64_t               taken_ns; /* 0: there is no reading yet */
    gms_sampler_cpu_t     cpu[GMS_CONFIG_LANES_MAX + 2];
    unsigned              cpus;
    uint64_t              ticks[2]; /* of the computer: busy, all */
    gms_sampler_clients_t clients[GMS_WAKES_MAX]; /* by peer */
} gms_sampler_t;

/* Takes a sample when one is due. */
void gms_sampler_tick(gms_sampler_t *s, int64_t now_ns);

/* A peer, by its place, says how many clients a lane has, or all lanes; it is
 * gone. */
void gms_sampler_clients(
    gms_sampler_t *s, unsigned peer, const gms_link_message_t *m);
void gms_sampler_forget(gms_sampler_t *s, unsigned peer);

/* Answers the verb performance.get: *status of HTTP, and the body, malloc'ed;
 * NULL: out of memory. */
char *gms_sampler_answer(
    const gms_sampler_t *s, const gms_link_message_t *ask, uint32_t *status);

void gms_sampler_free(gms_sampler_t *s);

#endif /* GMS_SAMPLER_H */
