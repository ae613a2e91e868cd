/*
 * gms_history: history.db, what all lanes' journals tell, made for questions:
 * sessions with their figures, rounds and shots, and how far each journal has
 * been followed.  All of that can be made anew from the journals.  Shooters'
 * names and their equipment are kept here alone.
 *
 * The archive process alone has it open, in one thread; opened after fork(),
 * never before.
 */

#ifndef GMS_HISTORY_H
#define GMS_HISTORY_H

#include "../session/session.h"
#include "chain.h"

#define GMS_HISTORY_FILE "history.db"
#define GMS_HISTORY_LANE_SIZE 64

typedef struct gms_history_s gms_history_t;

/* Opens or creates the file; one of an older version is brought up to this
 * one.  GMS_ESTORE, GMS_ESTORE_FULL, GMS_ECORRUPT, GMS_EVERSION, GMS_ENOMEM,
 * with a sentence in err that says what to do. */
int gms_history_open(
    gms_history_t **h, const char *path, char *err, size_t err_size);
void gms_history_close(gms_history_t *h);

/* How much of a lane's journal is in here: events up to seq, whose hash is
 * this ("": it had none). */
typedef struct {
    uint64_t seq;
    char     hash[GMS_CHAIN_HEX_SIZE];
} gms_history_position_t;

/* Changes come in transactions: all of one, or nothing.  What fails after
 * begin is to be rolled back.  safe: it must survive a power cut, as what no
 * journal holds must; else it may be lost, whole, and is followed again. */
int  gms_history_begin(gms_history_t *h, bool safe);
int  gms_history_commit(gms_history_t *h);
void gms_history_roll_back(gms_history_t *h);

/* seq 0 when nothing was followed yet. */
int gms_history_position(gms_history_t *h, const char *lane, uint64_t epoch,
    gms_history_position_t *position);
int gms_history_set_position(gms_history_t *h, const char *lane, uint64_t epoch,
    const gms_history_position_t *position);

/* Puts the session as it is in the place of what was known of it; last_seq:
 * the last event that told of it. */
int gms_history_write(gms_history_t *h, const char *lane,
    const gms_session_t *session, uint64_t last_seq);

/* It counts nowhere, or never was.  GMS_OK when there is none. */
int gms_history_remove(gms_history_t *h, const char *session);

/* Has a statement found the file damaged?  It is then to be closed. */
bool gms_history_is_damaged(const gms_history_t *h);

/* A sentence about the last failure. */
const char *gms_history_trouble(const gms_history_t *h);

#endif /* GMS_HISTORY_H */
