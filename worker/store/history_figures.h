/*
 * gms_history_figures: what many sessions tell together, each one line of JSON
 * (docs/history.md), malloc'ed, in *json.  Errors as in history_query.h.
 */

#ifndef GMS_HISTORY_FIGURES_H
#define GMS_HISTORY_FIGURES_H

#include "history_query.h"

/* Of a trend, or of groups put together: of days the newest are shown. */
#define GMS_HISTORY_POINTS_MAX 2000

/* Of a heat map. */
#define GMS_HISTORY_HEAT_SHOTS 20000

/* What sessions are put together by. */
typedef enum {
    GMS_HISTORY_BY_LANE,
    GMS_HISTORY_BY_DAY,
    GMS_HISTORY_BY_EQUIPMENT,
    GMS_HISTORY_BY_CALIBER,
    GMS_HISTORY_BY_TARGET,
    GMS_HISTORY_BYS
} gms_history_by_e;

extern const char *const gms_history_by[GMS_HISTORY_BYS];

/* Score, sigma, mean point of impact and errors of calls over time, oldest
 * first, each with the mean of the ten sessions up to it, and the band of their scatter: the
 * newest behind the cursor, limit <= GMS_HISTORY_POINTS_MAX of them. */
int gms_history_trends(gms_history_t *h, const gms_history_filter_t *filter,
    const gms_history_cursor_t *after, int limit, char **json);

int gms_history_bests(
    gms_history_t *h, const gms_history_filter_t *filter, char **json);

/* By day the newest come first; "next" is the day before which more are.  Else
 * in the order of their keys, those behind `after` (NULL: from the first);
 * limit <= GMS_HISTORY_POINTS_MAX of them. */
int gms_history_stats(gms_history_t *h, const gms_history_filter_t *filter,
    gms_history_by_e by, const char *after, int limit, char **json);

/* How often each place was hit. */
int gms_history_heat(
    gms_history_t *h, const gms_history_filter_t *filter, char **json);

/* All that there is. */
typedef struct {
    int64_t sessions;
    int64_t shots;
} gms_history_size_t;

int gms_history_size(gms_history_t *h, gms_history_size_t *size);

#endif /* GMS_HISTORY_FIGURES_H */
