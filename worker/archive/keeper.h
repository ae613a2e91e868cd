/*
 * gms_keeper: what the archive process holds: the history, and one follower
 * for each journal in the state folder.  One thread.
 */

#ifndef GMS_KEEPER_H
#define GMS_KEEPER_H

#include "../store/follow.h"
#include "../store/history_query.h"

/* Lanes that there ever were in this state folder. */
#define GMS_KEEPER_LANES_MAX 256

typedef struct {
    const char    *state_dir;
    int64_t        started_ns;                 /* CLOCK_REALTIME */
    gms_history_t *history;                    /* NULL: it cannot be opened */
    char           why[1024];                  /* and why */
    gms_follow_t  *lane[GMS_KEEPER_LANES_MAX]; /* owned */
    unsigned       lanes;
    gms_rulebook_t rules;          /* of tips; none: none are made */
    int64_t        evidence_after; /* session whose pictures were looked at */
    unsigned       turn;           /* whose read is next */
    unsigned       idle;           /* since so many had news */
    unsigned       looks;          /* that were taken */
    unsigned       since[GMS_KEEPER_LANES_MAX];     /* look at which each stood
                                                       still first; 0: it goes */
    char           said[GMS_KEEPER_LANES_MAX][256]; /* logged of each */
} gms_keeper_t;

/* state_dir is the caller's and must stay. */
void gms_keeper_init(gms_keeper_t *k, const char *state_dir);
void gms_keeper_close(gms_keeper_t *k);

/* Looks for lanes, and opens the history unless it is; once a second.  One that
 * is damaged is set aside and made anew.  What
 * keeps a lane from being followed is logged at the third look that finds it
 * so: a journal that is being made is no trouble. */
void gms_keeper_look(gms_keeper_t *k);

/* One short read of one journal, or of tips to renew and of pictures when no
 * journal has news.  False: there is nothing more to read. */
bool gms_keeper_step(gms_keeper_t *k);

/* All that is wrong with a lane from now on, a list as JSON; one that is none
 * is passed over.  Opens the history unless it is; lost when that fails. */
void gms_keeper_problems(gms_keeper_t *k, const char *lane, const char *list);

/* Events of all journals that are not in the history yet, as of now. */
uint64_t gms_keeper_behind(gms_keeper_t *k);

#endif /* GMS_KEEPER_H */
