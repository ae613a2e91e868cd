/*
 * gms_history_problems: what was wrong with the lanes, from when until when,
 * and how much was done on each of them on each day.
 *
 * Problems stand in no journal: a history that is lost loses those of before.
 */

#ifndef GMS_HISTORY_PROBLEMS_H
#define GMS_HISTORY_PROBLEMS_H

#include <cjson/cJSON.h>

#include "history_query.h"

/* So many are kept; the oldest give way. */
#define GMS_HISTORY_PROBLEMS_KEPT 20000

/* Rows of an answer about days. */
#define GMS_HISTORY_DAYS_MAX 2000

/*
 * All that is wrong with a lane since now_us, a list of objects with texts
 * `type`, `title` and `detail`: what was not is begun, what is no more has
 * ended.  What is no such object is passed over.
 */
int gms_history_set_problems(
    gms_history_t *h, const char *lane, const cJSON *problems, int64_t now_us);

/* The newest first, limit <= GMS_HISTORY_SESSIONS_MAX of them, that began
 * behind the cursor; of the filter lane, from_us and to_us.
 * {"problems":[..], "next": cursor or null}. */
int gms_history_problems(gms_history_t *h, const gms_history_filter_t *filter,
    const gms_history_cursor_t *after, int limit, char **json);

/* What was done and what went wrong: a shot is `corrected` when a person said
 * something of it, or it was taken back; `doubtful` when it lies near a line or
 * may be two.  By day of the range and lane, the newest
 * day first; limit <= GMS_HISTORY_DAYS_MAX rows; of the filter lane, from_us
 * and to_us.  {"days":[..], "truncated": there were more}. */
int gms_history_activity(gms_history_t *h, const gms_history_filter_t *filter,
    int limit, char **json);

#endif /* GMS_HISTORY_PROBLEMS_H */
