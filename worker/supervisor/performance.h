/*
 * gms_performance: how a lane has fared over the last hour, as samples of ten
 * seconds, for the page of who runs the range.
 * Pure: counters and histograms as they were read go in, figures come out.
 * Not thread-safe; the supervisor's one thread owns all of it.
 */

#ifndef GMS_PERFORMANCE_H
#define GMS_PERFORMANCE_H

#include "../../ipc/memory.h"
#include "../base/clock.h"

#define GMS_PERFORMANCE_STEP_NS (10 * GMS_S)
#define GMS_PERFORMANCE_SAMPLES 360 /* an hour of them */

/* What a lane's memory counts: since the lane's first process, or in a
 * stretch. */
typedef struct {
    uint64_t counter[GMS_COUNTERS];
    uint64_t bucket[GMS_HISTOGRAMS][GMS_HISTOGRAM_BUCKETS];
} gms_performance_reading_t;

/* What is known of a stretch besides. */
typedef struct {
    int64_t  t_us;    /* its end, CLOCK_REALTIME */
    double   seconds; /* its length, > 0 */
    double   cpu;     /* cores taken; NAN: not known */
    double   busy;    /* of the whole computer, 0 .. 1; NAN: not known */
    unsigned streams; /* open at its end */
    unsigned viewers; /* of live pictures */
} gms_performance_about_t;

typedef struct {
    gms_performance_about_t about;
    uint32_t                counter[GMS_COUNTERS];
    float                   p50_ms[GMS_HISTOGRAMS]; /* NAN: nothing to tell */
    float                   p95_ms[GMS_HISTOGRAMS];
} gms_performance_sample_t;

/* The newest samples; older ones give way. */
typedef struct {
    gms_performance_sample_t sample[GMS_PERFORMANCE_SAMPLES];
    unsigned                 next; /* place of the one to come */
    unsigned                 n;
} gms_performance_t;

void gms_performance_read(
    const gms_memory_t *m, gms_performance_reading_t *reading);

/* What was counted between two readings; a memory that was made anew counts
 * from 0, so what is less than before is all new. */
void gms_performance_since(const gms_performance_reading_t *before,
    const gms_performance_reading_t *now, gms_performance_reading_t *counted);

void gms_performance_add(
    gms_performance_reading_t *sum, const gms_performance_reading_t *counted);

/*
 * Quantile of a histogram, share in 0 .. 1, in ms; between the ends of its
 * bucket on a logarithmic scale, so within 19 % of the true one.  NAN: there
 * is no value.
 */
double gms_performance_quantile_ms(const uint64_t *bucket, double share);

void gms_performance_put(gms_performance_t *p,
    const gms_performance_about_t          *about,
    const gms_performance_reading_t        *counted);

/*
 * The samples that end after since_us, oldest first, as the answer of
 * /api/performance (docs/metrics.md), malloc'ed; NULL: out of memory.
 *
 *   lane    NULL: of all lanes together
 *   p       NULL: there is none yet
 *   now_us  CLOCK_REALTIME
 */
char *gms_performance_json(const gms_performance_t *p, const char *lane,
    int64_t since_us, int64_t now_us);

#endif /* GMS_PERFORMANCE_H */
