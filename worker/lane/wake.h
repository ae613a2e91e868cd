/*
 * gms_wake: the eventfds by which a lane tells nginx processes that there is
 * something new, one a process, and which of them want to hear of frames.
 * The main thread changes the set, main and capture threads ring.
 */

#ifndef GMS_WAKE_H
#define GMS_WAKE_H

#include <pthread.h>
#include <stdbool.h>

#define GMS_WAKE_SLOTS 64

typedef struct {
    pthread_mutex_t mutex;
    int             fd[GMS_WAKE_SLOTS];       /* -1: free */
    int             watching[GMS_WAKE_SLOTS]; /* lanes watched through it */
} gms_wake_t;

void gms_wake_init(gms_wake_t *wake);
void gms_wake_close(gms_wake_t *wake);

/* fd becomes the set's; -1 takes the slot out.  A slot out of range is
 * ignored (and fd closed). */
void gms_wake_set(gms_wake_t *wake, long slot, int fd);
void gms_wake_watch(gms_wake_t *wake, long slot, bool on);

/* Does anybody watch? */
bool gms_wake_watched(gms_wake_t *wake);

void gms_wake_events(gms_wake_t *wake);
void gms_wake_frame(gms_wake_t *wake);

#endif /* GMS_WAKE_H */
