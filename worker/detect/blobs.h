/*
 * gms_blobs: runs of changed pixels joined into blobs.
 *
 * Runs closer than a reach belong together: the torn lip of a hole often
 * shows as a crescent on either side.
 */

#ifndef GMS_BLOBS_H
#define GMS_BLOBS_H

#include "change.h"

#define GMS_BLOBS_MAX 256

typedef struct {
    double x; /* centroid, weighted by the difference; in the box */
    double y;
    int    area; /* changed pixels */
    int    x0;   /* box around them, widened by the reach */
    int    y0;
    int    x1; /* one past the last */
    int    y1;
} gms_blob_t;

typedef struct {
    int        blobs;
    gms_blob_t blob[GMS_BLOBS_MAX]; /* of more, the largest */
    int        parent[GMS_CHANGE_RUNS_MAX];
    int        index[GMS_CHANGE_RUNS_MAX];
    double     weight[GMS_BLOBS_MAX];
} gms_blobs_t;

/*
 * Joins the runs (ordered by row) of a plane w x h, the difference they were
 * found in; keeps blobs of at least area_min pixels; of these, such that
 * together fit into a square of this size become one.
 */
void gms_blobs_join(gms_blobs_t *blobs, const gms_run_t *run, int runs,
    const int16_t *difference, int w, int h, int reach, int size, int area_min);

#endif /* GMS_BLOBS_H */
