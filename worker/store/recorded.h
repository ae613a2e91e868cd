/*
 * gms_recorded: a session that the history knows, as its lane's journal tells
 * it: folded anew, so that nothing derived stands between a record and its
 * export.
 */

#ifndef GMS_RECORDED_H
#define GMS_RECORDED_H

#include "history_query.h"
#include "journal.h"

typedef struct {
    gms_scorebook_t      book;
    const gms_session_t *session; /* of the book */
    uint64_t             last_seq;
    char hash[GMS_CHAIN_HEX_SIZE]; /* of its last event, or "" */
} gms_recorded_t;

/*
 * By its id.  GMS_OK: the caller closes it; GMS_ENOTFOUND: the history does
 * not know it, or the journal does not hold it any more; else what keeps the
 * journal from being read, with a sentence in err.
 */
int  gms_recorded_open(gms_recorded_t *r, gms_history_t *h,
     const char *state_dir, const char *id, char *err, size_t err_size);
void gms_recorded_close(gms_recorded_t *r);

#endif /* GMS_RECORDED_H */
