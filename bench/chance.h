/*
 * chance: numbers by chance for simulations, the same on every machine.
 */

#ifndef GMS_BENCH_CHANCE_H
#define GMS_BENCH_CHANCE_H

#include <math.h>
#include <stdint.h>

#include "worker/target/homography.h"


/* 0 < u < 1: splitmix64. */
static inline double
chance_uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return ((double) ((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}


/* A place of a round normal group of sigma 1 (Box and Muller). */
static inline gms_point_t
chance_normal(uint64_t *state)
{
    double r = sqrt(-2 * log(chance_uniform(state)));
    double angle = 2 * M_PI * chance_uniform(state);

    return (gms_point_t){ r * cos(angle), r * sin(angle) };
}

#endif /* GMS_BENCH_CHANCE_H */
