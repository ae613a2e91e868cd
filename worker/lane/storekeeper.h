/*
 * gms_storekeeper: the store thread.  Commits batches of events to the
 * journals of the process's lanes and notes the outcome to main; a commit
 * waits for the disk, and nobody else may.
 */

#ifndef GMS_STOREKEEPER_H
#define GMS_STOREKEEPER_H

#include "lane.h"
#include "../store/journal.h"
#include "../store/pictures.h"

/* One batch: all of it is committed, or nothing.  A lane has at most one on
 * its way, so the events stay in place until the note comes back. */
typedef struct {
    unsigned           lane;
    int                events; /* 0: stop the thread */
    const gms_event_t *event;
    char               session[GMS_ID_SIZE]; /* of the picture */
    gms_picture_t      picture; /* of one of them, or bytes NULL; the thread's
                                   once the batch is committed */
} gms_batch_t;

typedef struct {
    unsigned       lanes;
    gms_memory_t  *memory[GMS_PROCESS_LANES_MAX];
    gms_journal_t *journal[GMS_PROCESS_LANES_MAX]; /* the thread's while it
                                                       runs */
    const char    *dir[GMS_PROCESS_LANES_MAX];     /* the lanes' folders */
    const char    *state_dir;                      /* ... of all */
    gms_inbox_t   *notes;

    gms_inbox_t batches;
    pthread_t   thread;
    bool        started;
} gms_storekeeper_t;

/* The first fields are the caller's.  GMS_ENOMEM, GMS_ESYS. */
int  gms_storekeeper_start(gms_storekeeper_t *s);
void gms_storekeeper_stop(gms_storekeeper_t *s);

#endif /* GMS_STOREKEEPER_H */
