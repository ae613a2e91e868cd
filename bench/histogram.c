#include "histogram.h"

/* Values below are counted one by one, above by their first 6 bits. */
#define BITS 6
#define ONES (1u << BITS)


static unsigned
bin_of(uint64_t value)
{
    unsigned shift, bin;

    if (value < ONES) {
        return (unsigned) value;
    }

    shift = 64 - BITS - (unsigned) __builtin_clzll(value);
    bin = shift * (ONES / 2) + (unsigned) (value >> shift);

    return bin < BENCH_HISTOGRAM_BINS ? bin : BENCH_HISTOGRAM_BINS - 1;
}


static uint64_t
middle_of(unsigned bin)
{
    unsigned shift;

    if (bin < ONES) {
        return bin;
    }

    shift = bin / (ONES / 2) - 1;

    return ((uint64_t) (bin - shift * (ONES / 2)) << shift)
        + (((uint64_t) 1 << shift) >> 1);
}


void
bench_histogram_add(bench_histogram_t *h, uint64_t value)
{
    h->n[bin_of(value)]++;
    h->count++;

    if (value > h->max) {
        h->max = value;
    }
}


uint64_t
bench_histogram_quantile(const bench_histogram_t *h, double q)
{
    uint64_t below, middle;
    unsigned bin;
    double   rank;

    rank = q * (double) h->count;
    below = 0;

    for (bin = 0; bin < BENCH_HISTOGRAM_BINS; bin++) {
        below += h->n[bin];
        if ((double) below > rank) {
            middle = middle_of(bin);
            return middle < h->max ? middle : h->max;
        }
    }

    return h->max;
}
