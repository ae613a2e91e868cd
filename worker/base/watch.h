/*
 * gms_watch: what a process waits for: descriptors that can be read, signals,
 * and a timer.  Init before any thread starts, so that all inherit the mask of
 * signals; nothing of it is closed before the process ends.
 */

#ifndef GMS_WATCH_H
#define GMS_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int epoll;
    int signals; /* a signalfd */
    int timer;
} gms_watch_t;

/* Waits for SIGTERM, SIGINT and those of `more` (ends in 0; NULL: none), and
 * for a tick after first_ns, then every every_ns.  GMS_ESYS with errno. */
int gms_watch_init(
    gms_watch_t *w, const int *more, int64_t first_ns, int64_t every_ns);

/* GMS_ESYS with errno. */
int gms_watch_add(const gms_watch_t *w, int fd);

void gms_watch_remove(const gms_watch_t *w, int fd);

/* The timer can be read: was there a tick since the last time? */
bool gms_watch_ticked(const gms_watch_t *w);

#endif /* GMS_WATCH_H */
