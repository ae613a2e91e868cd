/*
 * spread: the mean extreme spread of n shots of sigma 1, by simulation: the
 * table of worker/session/group.c.
 */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SHOTS_MAX 50
#define GROUPS 3000000L

static uint64_t state = 1;


/* 0 < u < 1: splitmix64. */
static double
uniform(void)
{
    uint64_t z = state += 0x9E3779B97F4A7C15U;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return ((double) ((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}


/* One group that grows shot by shot; adds its spreads. */
static void
shoot(double *sum, double *squares)
{
    double x[SHOTS_MAX], y[SHOTS_MAX], most = 0;

    for (int n = 0; n < SHOTS_MAX; n++) {
        double r = sqrt(-2 * log(uniform())), angle = 2 * M_PI * uniform();

        x[n] = r * cos(angle);
        y[n] = r * sin(angle);
        for (int i = 0; i < n; i++) {
            double dx = x[n] - x[i], dy = y[n] - y[i];

            most = fmax(most, dx * dx + dy * dy);
        }
        sum[n] += sqrt(most);
        squares[n] += most;
    }
}


int
main(int argc, char **argv)
{
    long   groups = argc > 1 ? atol(argv[1]) : GROUPS;
    double sum[SHOTS_MAX] = { 0 }, squares[SHOTS_MAX] = { 0 };

    if (groups < 2 || argc > 2) {
        fputs("usage: spread [GROUPS]\n", stderr);
        return 2;
    }
    for (long i = 0; i < groups; i++) {
        shoot(sum, squares);
    }
    for (int n = 1; n < SHOTS_MAX; n++) {
        double mean = sum[n] / (double) groups;
        double variance = squares[n] / (double) groups - mean * mean;

        printf("%d %.4f standard error %.6f\n", n + 1, mean,
            sqrt(variance / (double) groups));
    }
    return 0;
}
