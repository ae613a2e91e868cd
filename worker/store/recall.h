/*
 * gms_recall: any session of a journal again, as it is after all its events.
 * Reads alone, also while a lane writes.  One thread.
 */

#ifndef GMS_RECALL_H
#define GMS_RECALL_H

#include "chain.h"
#include "journal.h"

typedef struct {
    gms_scorebook_t      book;
    gms_session_t        copy;  /* as it was when it ended; what it points to is
                             owned */
    uint64_t             ended; /* number of the event; 0: it is open */
    char                 lane[64];
    char                 hash[GMS_CHAIN_HEX_SIZE]; /* of that event, or "" */
    const gms_session_t *session;
} gms_recall_t;

/* path: a journal's file.  GMS_ENOTFOUND: no such session, or no such journal;
 * else as gms_journal_open_reading() and _replay(); with a sentence in err.
 * Must be freed either way. */
int gms_recall(gms_recall_t *r, const char *path, const char *session,
    char *err, size_t err_size);

void gms_recall_free(gms_recall_t *r);

/* The folder's journal that holds a session of this name,
 * "<lane>-<epoch>-<number>".  GMS_EINVALID: it is none. */
int gms_recall_path(
    const char *state_dir, const char *session, char *path, size_t size);

#endif /* GMS_RECALL_H */
