/*
 * gms_journal: lanes/<lane>/journal.db, written by its lane alone (WAL,
 * synchronous=FULL).  An event is published only after append() returned.
 * A journal is used by one thread at a time; it may pass from one to another.
 * Opened after fork(), never before.
 */

#ifndef GMS_JOURNAL_H
#define GMS_JOURNAL_H

#include "../session/session.h"

typedef struct gms_journal_s gms_journal_t;

/* Opens or creates the journal in folder dir (made when missing); a new one
 * draws a new epoch.  GMS_ESTORE, GMS_ESTORE_FULL, GMS_EVERSION, GMS_ENOMEM,
 * with a sentence in err that says what to do. */
int  gms_journal_open(gms_journal_t **j, const char *dir, const char *lane,
     char *err, size_t err_size);
void gms_journal_close(gms_journal_t *j);

uint64_t gms_journal_epoch(const gms_journal_t *j);
uint64_t gms_journal_last_seq(const gms_journal_t *j);

/* All of them in one transaction, or none.  Numbers must go on from last_seq
 * without a gap (GMS_EINVALID).  session_id: of the session that the events
 * belong to ("" if none); session events name their own.  GMS_ESTORE_FULL,
 * GMS_ESTORE; a sentence in err.  After a failure the same events may be
 * appended again, as often as it takes. */
int gms_journal_append(gms_journal_t *j, const gms_event_t *events, int n,
    const char *session_id, char *err, size_t err_size);

/* Calls back for each event with seq > after, in order, with the stored JSON;
 * stops when the callback returns non-zero and returns that.
 * GMS_ECORRUPT for a row that cannot be read. */
typedef int (*gms_journal_row_pt)(
    void *data, const gms_event_t *event, const char *json);
int gms_journal_replay(
    gms_journal_t *j, uint64_t after, gms_journal_row_pt row, void *data);

/* Where a fold of the lane's present state begins: the number before the end
 * of the last session but one (0 if there is none), so that the newest
 * session's start follows and nothing else is missed; and what the events up
 * to there left.  For gms_session_begin_after(). */
int gms_journal_fold_start(gms_journal_t *j, gms_session_before_t *before);

/* The newest calibrations, newest first, at most max; their number, or an
 * error. */
int gms_journal_calibrations(gms_journal_t *j, gms_event_t *out, int max);

#endif /* GMS_JOURNAL_H */
