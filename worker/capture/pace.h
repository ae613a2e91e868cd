/*
 * gms_pace: the beat of a source that has no clock of its own: tick n falls
 * at start + n / fps, whatever happened to the ticks before.  A source that
 * is late skips ticks; it never runs behind.
 */

#ifndef GMS_PACE_H
#define GMS_PACE_H

#include <stdint.h>

#define GMS_FPS_MAX 240

typedef struct {
    int64_t  start_ns; /* CLOCK_MONOTONIC of tick 0 */
    double   fps;
    uint64_t next; /* first tick that was not handed over yet */
} gms_pace_t;

void gms_pace_init(gms_pace_t *pace, int64_t start_ns, double fps);

/* Instant of a tick. */
int64_t gms_pace_at(const gms_pace_t *pace, uint64_t tick);

/* Waits at most timeout_ms for the next tick; the newest one that is due goes
 * to *tick.  GMS_OK, GMS_EAGAIN. */
int gms_pace_wait(gms_pace_t *pace, int timeout_ms, uint64_t *tick);

/* The next tick without waiting, for sources that run as fast as asked. */
uint64_t gms_pace_step(gms_pace_t *pace);

#endif /* GMS_PACE_H */
