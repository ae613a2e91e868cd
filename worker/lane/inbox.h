/*
 * gms_inbox: a bounded queue of fixed-size items from many threads to one,
 * with an eventfd that the one can wait for.  put() waits while the queue is
 * full: nothing that was seen is dropped.
 */

#ifndef GMS_INBOX_H
#define GMS_INBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t  room;
    int             fd; /* eventfd, readable while items wait */
    size_t          item_size;
    unsigned        capacity;
    unsigned        first;
    unsigned        count;
    char           *items;
} gms_inbox_t;

/* GMS_ENOMEM, GMS_ESYS. */
int  gms_inbox_init(gms_inbox_t *inbox, size_t item_size, unsigned capacity);
void gms_inbox_close(gms_inbox_t *inbox);

void gms_inbox_put(gms_inbox_t *inbox, const void *item);

/* False when it is empty. */
bool gms_inbox_take(gms_inbox_t *inbox, void *item);

#endif /* GMS_INBOX_H */
