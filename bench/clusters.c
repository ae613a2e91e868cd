/*
 * clusters: how little a straight cut leaves within both sides of one normal
 * group, by simulation: the table of worker/session/clusters.c.
 */

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "chance.h"
#include "worker/session/clusters.h"

#define SHOTS_MAX 100
#define GROUPS 400000

static uint64_t state = 1;


static double
within(int n)
{
    gms_point_t    shot[SHOTS_MAX];
    double         scratch[3 * SHOTS_MAX];
    gms_clusters_t clusters;

    for (int i = 0; i < n; i++) {
        shot[i] = chance_normal(&state);
    }
    gms_clusters_find(&clusters, shot, n, scratch);
    return clusters.within;
}


static int
by_size(const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;

    return (p > q) - (p < q);
}


int
main(int argc, char **argv)
{
    static const double level[] = { 0.05, 0.02, 0.01, 0.005, 0.002, 0.001 };
    static const int    size[] = { 8, 9, 10, 12, 15, 20, 25, 30, 40, 60, 100 };

    int     groups = argc > 1 ? atoi(argv[1]) : GROUPS;
    double *left = calloc(groups > 0 ? (size_t) groups : 1, sizeof(double));

    if (groups < 1000 || argc > 2 || left == NULL) {
        fputs("usage: clusters [GROUPS]\n", stderr);
        free(left);
        return 2;
    }
    for (size_t k = 0; k < sizeof(size) / sizeof(size[0]); k++) {
        for (int i = 0; i < groups; i++) {
            left[i] = within(size[k]);
        }
        qsort(left, (size_t) groups, sizeof(double), by_size);
        printf("    { %d, { ", size[k]);
        for (int i = 0; i < 6; i++) {
            printf("%.4f%s", left[(int) (level[i] * groups)],
                i < 5 ? ", " : " } },\n");
        }
    }
    free(left);
    return 0;
}
