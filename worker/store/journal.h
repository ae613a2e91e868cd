/*
 * gms_journal: lanes/<lane>/journal.db, written by its lane alone (WAL,
 * synchronous=FULL).  An event is published only after append() returned.
 */

#ifndef GMS_JOURNAL_H
#define GMS_JOURNAL_H

#include "../session/event.h"

typedef struct gms_journal_s gms_journal_t;

/* Opens or creates the journal in folder dir (made when missing); a new one
 * draws a new epoch.  GMS_ESTORE, GMS_ESTORE_FULL, GMS_EVERSION, GMS_ENOMEM,
 * with a sentence in err that says what to do. */
int  gms_journal_open(gms_journal_t **j, const char *dir, const char *lane,
    char *err, size_t err_size);
void gms_journal_close(gms_journal_t *j);

uint64_t gms_journal_epoch(const gms_journal_t *j);
uint64_t gms_journal_last_seq(const gms_journal_t *j);

/* All of them in one transaction, or none.  session_id: of the session that
 * the events belong to ("" if none).  GMS_ESTORE_FULL, GMS_ESTORE; a sentence
 * in err. */
int gms_journal_append(gms_journal_t *j, const gms_event_t *events, int n,
    const char *session_id, char *err, size_t err_size);

/* Calls back for each event with seq > after, in order, with the stored JSON;
 * stops when the callback returns non-zero and returns that.
 * GMS_ECORRUPT for a row that cannot be read. */
typedef int (*gms_journal_row_pt)(void *data, const gms_event_t *event,
    const char *json);
int gms_journal_replay(gms_journal_t *j, uint64_t after,
    gms_journal_row_pt row, void *data);

/* Number before the newest session's start (0 if none): where a fold of the
 * lane's present state begins; *calibration is the newest calibration event
 * before it, if any (returns 1), else 0 or an error. */
int gms_journal_fold_start(gms_journal_t *j, uint64_t *after,
    gms_event_t *calibration);

#endif /* GMS_JOURNAL_H */
