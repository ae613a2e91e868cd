/*
 * gms_journal: lanes/<lane>/journal.db, written by its lane alone (WAL,
 * synchronous=FULL).  An event is published only after append() returned.
 * A journal is used by one thread at a time; it may pass from one to another.
 * Opened after fork(), never before.
 */

#ifndef GMS_JOURNAL_H
#define GMS_JOURNAL_H

#include "../session/scorebook.h"
#include "chain.h"

typedef struct gms_journal_s gms_journal_t;

/* Opens or creates the journal in folder dir (made when missing); a new one
 * and a restored backup draw a new epoch, one of an older version is brought
 * up to this one.  GMS_ESTORE, GMS_ESTORE_FULL, GMS_EVERSION, GMS_ENOMEM,
 * with a sentence in err that says what to do. */
int gms_journal_open(gms_journal_t **j, const char *dir, const char *lane,
    char *err, size_t err_size);

/* The same for a file that another program may be writing: nothing is made,
 * changed or brought up to date, and nothing but reading is possible.  Also
 * GMS_ENOTFOUND, GMS_ECORRUPT. */
int gms_journal_open_reading(
    gms_journal_t **j, const char *path, char *err, size_t err_size);

/* The same for one that is read on and on: the pages are not looked through
 * first, a row that is read is checked by its hash. */
int gms_journal_open_following(
    gms_journal_t **j, const char *path, char *err, size_t err_size);

/* Sees what was written since it was opened for that: the number of the last
 * event, and the epoch.  The errors of opening. */
int gms_journal_look(gms_journal_t *j, char *err, size_t err_size);

void gms_journal_close(gms_journal_t *j);

const char *gms_journal_lane(const gms_journal_t *j);
uint64_t    gms_journal_epoch(const gms_journal_t *j);

/* The first event whose hash was made when it was written: those before come
 * from an older program and got theirs at the upgrade.  0: it has no hashes
 * (an older program's, opened to be read). */
uint64_t gms_journal_chained_since(const gms_journal_t *j);

uint64_t gms_journal_last_seq(const gms_journal_t *j);

/* Hash of the last event, or of what stands before the first. */
void gms_journal_head(const gms_journal_t *j, char text[GMS_CHAIN_HEX_SIZE]);

/* Hash of an event; false: there is none, or it has none. */
bool gms_journal_hash(
    gms_journal_t *j, uint64_t seq, char text[GMS_CHAIN_HEX_SIZE]);

/* All of them in one transaction, or none.  Numbers must go on from last_seq
 * without a gap (GMS_EINVALID).  GMS_ESTORE_FULL, GMS_ESTORE; a sentence in
 * err.  After a failure the same events may be appended again, as often as it
 * takes. */
int gms_journal_append(gms_journal_t *j, const gms_event_t *events, int n,
    char *err, size_t err_size);

/* Calls back for each event with seq > after, in order, with the stored JSON;
 * stops when the callback returns non-zero and returns that.
 * GMS_ECORRUPT for a row that is missing, cannot be read, or is not what was
 * written (its hash tells); gms_journal_trouble() then says which and why. */
typedef int (*gms_journal_row_pt)(
    void *data, const gms_event_t *event, const char *json);
int gms_journal_replay(
    gms_journal_t *j, uint64_t after, gms_journal_row_pt row, void *data);

/* The session of the event that a replay's callback was called for. */
const char *gms_journal_row_session(const gms_journal_t *j);

/* Number and instant of the event with this hash; 0: there is none. */
uint64_t gms_journal_find(
    gms_journal_t *j, const uint8_t hash[GMS_CHAIN_SIZE], int64_t *real_ns);

/* What the last replay found, a sentence, and the number of the event; 0 if
 * it is about none. */
const char *gms_journal_trouble(const gms_journal_t *j, uint64_t *seq);

/* Where a fold of the lane's present state begins: before the last start but
 * one of a session on an idle lane (0 if there is none), so that all that is
 * open or on show, and the answers that are remembered, follow; and what the
 * events up to there left.  For gms_scorebook_begin_after(). */
int gms_journal_fold_start(gms_journal_t *j, gms_scorebook_before_t *before);

/* The same for the state that the lane was in after the event `upto`. */
int gms_journal_fold_start_at(
    gms_journal_t *j, uint64_t upto, gms_scorebook_before_t *before);

/* The newest calibrations, newest first, at most max; their number, or an
 * error. */
int gms_journal_calibrations(gms_journal_t *j, gms_event_t *out, int max);

#endif /* GMS_JOURNAL_H */
