/*
 * gms_clusters: do the shots fall into two groups?  Pure; any thread.
 *
 * The shots are scaled so that the group is round; the straight cut that
 * leaves least scatter within both sides is looked for.  One normal group,
 * round or long, leaves as little by chance as bench/clusters.c found.
 */

#ifndef GMS_CLUSTERS_H
#define GMS_CLUSTERS_H

#include "../target/homography.h"

#define GMS_CLUSTERS_SHOTS_MIN 8

/* Shots of the smaller group. */
#define GMS_CLUSTER_MIN 3

typedef struct {
    double within; /* share of the scatter across the cut that is left */
    double p;      /* of so little by chance: a bound; 1: above 0.05 */
    int    of;     /* shots on the smaller side */
} gms_clusters_t;

/* scratch holds 3 n.  NaN where there are too few, or all on a line. */
void gms_clusters_find(
    gms_clusters_t *clusters, const gms_point_t *shot, int n, double *scratch);

#endif /* GMS_CLUSTERS_H */
