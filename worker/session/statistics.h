/*
 * gms_statistics: what the shots of a session say, as JSON: of the session,
 * of its rounds, of what their order tells (docs/statistics.md).
 * NULL: out of memory.
 */

#ifndef GMS_STATISTICS_H
#define GMS_STATISTICS_H

#include "group_json.h"
#include "running.h"

/* Everything: the session's figures, rounds with theirs (so many at most, from
 * r->round[first] on) and pooled_sigma unless most is 0, drift, first_shot,
 * splits.  A group costs about a millisecond and has 7 kB.  distance_mm 0:
 * unknown. */
cJSON *gms_statistics_full(
    gms_running_t *r, double distance_mm, int first, int most);

/*
 * What a page shows: {session, round, pooled_sigma_mm, drift, first_shot,
 * splits}, at a cost far below a millisecond.  round is the last one.
 */
cJSON *gms_statistics_short(gms_running_t *r, double distance_mm);

/* The same, and a list of the short figures of every round. */
cJSON *gms_statistics_rounds(gms_running_t *r, double distance_mm);

#endif /* GMS_STATISTICS_H */
