/*
 * gms_follow: takes one lane's journal into the history, in short reads that
 * delay no lane, from where that ended last.  What a read tells is written
 * together with how far it went: killed at any point, the next one goes on and
 * nothing is lost or there twice.  One thread, as its history.
 */

#ifndef GMS_FOLLOW_H
#define GMS_FOLLOW_H

#include <limits.h>
#include <sys/types.h>

#include "../session/rulebook.h"
#include "history.h"
#include "journal.h"

typedef struct {
    char            lane[GMS_HISTORY_LANE_SIZE];
    char            path[PATH_MAX]; /* of the journal */
    gms_journal_t  *journal;        /* NULL: not open */
    ino_t           inode;
    uint64_t        epoch;
    bool            folded;   /* book is the lane as it was at its seq */
    uint64_t        position; /* of the history */
    uint64_t        head;     /* of the journal */
    gms_scorebook_t book;
    uint64_t        told[GMS_SESSIONS_MAX]; /* by place: the last event of its
                                               session that is not written; 0 */
    char            why[1024];              /* it cannot go on; "": it can */
    const gms_rulebook_t *rules; /* of tips; NULL: none are made.  The caller's,
                                    set after init */
} gms_follow_t;

void gms_follow_init(gms_follow_t *f, const char *state_dir, const char *lane);
void gms_follow_close(gms_follow_t *f);

/*
 * One short read.  1: there is more, 0: all that there is is in the history,
 * an error with f->why: nothing was changed, but for what came before a row
 * that is damaged; it may be tried again at any time.
 */
int gms_follow_step(gms_follow_t *f, gms_history_t *h);

/* Sees how far the journal is now; reads nothing of it. */
void gms_follow_look(gms_follow_t *f);

/* Events that are not in the history, as last seen: all of them, until the
 * first read has told how many are. */
uint64_t gms_follow_behind(const gms_follow_t *f);

#endif /* GMS_FOLLOW_H */
