/*
 * spread: the mean extreme spread of n shots of sigma 1, by simulation: the
 * table of worker/session/group.c.
 */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "chance.h"

#define SHOTS_MAX 50
#define GROUPS 3000000L

static uint64_t state = 1;


/* One group that grows shot by shot; adds its spreads. */
static void
shoot(double *sum, double *squares)
{
    double x[SHOTS_MAX], y[SHOTS_MAX], most = 0;

    for (int n = 0; n < SHOTS_MAX; n++) {
        gms_point_t p = chance_normal(&state);

        x[n] = p.x;
        y[n] = p.y;
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
