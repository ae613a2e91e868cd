/*
 * bench_histogram: counts of values, at most 1.6 % wide each, so that the
 * quantiles of millions of them cost a fixed 24 kB.  Whoever holds it clears
 * it with memset.
 */

#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define BENCH_HISTOGRAM_BINS 3072

typedef struct {
    uint64_t n[BENCH_HISTOGRAM_BINS];
    uint64_t count;
    uint64_t max;
} bench_histogram_t;

void bench_histogram_add(bench_histogram_t *h, uint64_t value);

/* The middle of the bin that holds quantile q, 0 .. 1; 0: nothing is in. */
uint64_t bench_histogram_quantile(const bench_histogram_t *h, double q);

#endif /* BENCH_HISTOGRAM_H */
