#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "wake.h"


void
gms_wake_init(gms_wake_t *wake)
{
    int i;

    memset(wake, 0, sizeof(*wake));
    pthread_mutex_init(&wake->mutex, NULL);

    for (i = 0; i < GMS_WAKE_SLOTS; i++) {
        wake->fd[i] = -1;
    }
}


void
gms_wake_close(gms_wake_t *wake)
{
    int i;

    for (i = 0; i < GMS_WAKE_SLOTS; i++) {
        gms_wake_set(wake, i, -1);
    }

    pthread_mutex_destroy(&wake->mutex);
}


void
gms_wake_set(gms_wake_t *wake, long slot, int fd)
{
    int old;

    if (slot < 0 || slot >= GMS_WAKE_SLOTS) {
        if (fd != -1) {
            close(fd);
        }
        return;
    }

    pthread_mutex_lock(&wake->mutex);

    old = wake->fd[slot];
    wake->fd[slot] = fd;
    wake->watching[slot] = 0;

    pthread_mutex_unlock(&wake->mutex);

    if (old != -1) {
        close(old);
    }
}


void
gms_wake_watch(gms_wake_t *wake, long slot, bool on)
{
    if (slot < 0 || slot >= GMS_WAKE_SLOTS) {
        return;
    }

    pthread_mutex_lock(&wake->mutex);
    wake->watching[slot] += on ? 1 : -1;
    if (wake->watching[slot] < 0) {
        wake->watching[slot] = 0;
    }
    pthread_mutex_unlock(&wake->mutex);
}


bool
gms_wake_watched(gms_wake_t *wake)
{
    bool watched;
    int  i;

    watched = false;

    pthread_mutex_lock(&wake->mutex);

    for (i = 0; i < GMS_WAKE_SLOTS && !watched; i++) {
        watched = wake->fd[i] != -1 && wake->watching[i] > 0;
    }

    pthread_mutex_unlock(&wake->mutex);

    return watched;
}


static void
wake_ring(gms_wake_t *wake, bool watching_only)
{
    uint64_t one;
    int      i;

    one = 1;

    pthread_mutex_lock(&wake->mutex);

    for (i = 0; i < GMS_WAKE_SLOTS; i++) {
        if (wake->fd[i] == -1 || (watching_only && wake->watching[i] == 0)) {
            continue;
        }

        /* EAGAIN: the counter is full, so the reader is awake already. */
        if (write(wake->fd[i], &one, sizeof(one)) == -1) {
            continue;
        }
    }

    pthread_mutex_unlock(&wake->mutex);
}


void
gms_wake_events(gms_wake_t *wake)
{
    wake_ring(wake, false);
}


void
gms_wake_frame(gms_wake_t *wake)
{
    wake_ring(wake, true);
}
