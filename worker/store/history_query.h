/*
 * gms_history_query: questions to the history, each answered by one line of
 * JSON (docs/history.md), malloc'ed, in *json.  They only read.
 * GMS_ENOMEM, GMS_ESTORE, GMS_ECORRUPT with gms_history_trouble().
 */

#ifndef GMS_HISTORY_QUERY_H
#define GMS_HISTORY_QUERY_H

#include "history.h"

#define GMS_HISTORY_SESSIONS_MAX 200 /* of one answer */

/* Which sessions; what is NULL or 0 may be anything. */
typedef struct {
    const char *shooter;
    const char *lane;
    const char *target;
    const char *equipment;
    double      caliber_mm;
    int64_t     from_us; /* they started at this or later */
    int64_t     to_us;   /* and before this */
} gms_history_filter_t;

/* Where a page of sessions goes on: behind this one.  started_us 0: at the
 * newest. */
typedef struct {
    int64_t started_us;
    int64_t no;
} gms_history_cursor_t;

/* Newest first, limit <= GMS_HISTORY_SESSIONS_MAX of them:
 * {"sessions":[..], "next": cursor or null}. */
int gms_history_sessions(gms_history_t *h, const gms_history_filter_t *filter,
    const gms_history_cursor_t *after, int limit, char **json);

/* "<started_us>-<no>"; false: it is none. */
bool gms_history_cursor(gms_history_cursor_t *cursor, const char *text);

/* One with its rounds, shots, tips and evidence.  GMS_ENOTFOUND. */
int gms_history_session(gms_history_t *h, const char *id, char **json);

/* Of which lane it is, and its first and last event.  GMS_ENOTFOUND. */
typedef struct {
    char     lane[GMS_HISTORY_LANE_SIZE];
    uint64_t started_seq;
    uint64_t last_seq;
} gms_history_place_t;

int gms_history_place(
    gms_history_t *h, const char *id, gms_history_place_t *place);

#endif /* GMS_HISTORY_QUERY_H */
