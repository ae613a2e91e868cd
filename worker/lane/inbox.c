#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "inbox.h"


int
gms_inbox_init(gms_inbox_t *inbox, size_t item_size, unsigned capacity)
{
    memset(inbox, 0, sizeof(*inbox));

    inbox->item_size = item_size;
    inbox->capacity = capacity;
    inbox->items = calloc(capacity, item_size);
    if (inbox->items == NULL) {
        return GMS_ENOMEM;
    }

    inbox->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (inbox->fd == -1) {
        free(inbox->items);
        return GMS_ESYS;
    }

    pthread_mutex_init(&inbox->mutex, NULL);
    pthread_cond_init(&inbox->room, NULL);

    return GMS_OK;
}


void
gms_inbox_close(gms_inbox_t *inbox)
{
    close(inbox->fd);
    free(inbox->items);
    pthread_cond_destroy(&inbox->room);
    pthread_mutex_destroy(&inbox->mutex);
}


void
gms_inbox_put(gms_inbox_t *inbox, const void *item)
{
    uint64_t one;
    unsigned at;

    pthread_mutex_lock(&inbox->mutex);

    while (inbox->count == inbox->capacity) {
        pthread_cond_wait(&inbox->room, &inbox->mutex);
    }

    at = (inbox->first + inbox->count) % inbox->capacity;
    memcpy(inbox->items + at * inbox->item_size, item, inbox->item_size);
    inbox->count++;

    pthread_mutex_unlock(&inbox->mutex);

    /* Fails only when the counter is at its limit: then it is readable. */
    one = 1;
    if (write(inbox->fd, &one, sizeof(one)) == -1) {
        return;
    }
}


bool
gms_inbox_take(gms_inbox_t *inbox, void *item)
{
    uint64_t n;
    bool     taken;

    pthread_mutex_lock(&inbox->mutex);

    taken = inbox->count > 0;

    if (taken) {
        memcpy(item, inbox->items + inbox->first * inbox->item_size,
            inbox->item_size);
        inbox->first = (inbox->first + 1) % inbox->capacity;
        inbox->count--;
        pthread_cond_signal(&inbox->room);

    } else if (read(inbox->fd, &n, sizeof(n)) == -1) {
        n = 0; /* was not readable: nothing to reset */
    }

    pthread_mutex_unlock(&inbox->mutex);

    return taken;
}
