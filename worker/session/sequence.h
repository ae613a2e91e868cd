/*
 * gms_sequence: what changes from shot to shot: drift of the centre, the
 * first shots of the rounds, the time between shots.  Pure; any thread.
 *
 * Shots that came together, so that nobody knows their order, are left out by
 * the caller of what asks for order.  NaN where there are too few.
 * Formulas: docs/statistics.md.
 */

#ifndef GMS_SEQUENCE_H
#define GMS_SEQUENCE_H

#include "group.h"

/* How the centre wanders with the number of the shot: a straight line an
 * axis, tested by Student's t. */
typedef struct {
    int            n;
    gms_interval_t x_mm_a_shot;
    gms_interval_t y_mm_a_shot;
    double         x_p; /* of such a slope by chance */
    double         y_p;
} gms_sequence_drift_t;

/* The first shot of each round against the others of its round. */
typedef struct {
    int    rounds; /* with two others at least */
    double x_mm;   /* mean of first shot - centre of the others */
    double y_mm;
    double p; /* of so much by chance: Hotelling, 3 rounds and more */
} gms_first_shots_t;

typedef struct {
    int    n;
    double mean_s;
    double median_s;
    double sd_s;
    double least_s;
    double most_s;
} gms_splits_t;

/* shot[i] is shot number number[i]: gaps count. */
void gms_sequence_drift(gms_sequence_drift_t *drift, const gms_point_t *shot,
    const double *number, int n);

/* The shots round after round; size[k] shots in round k, in their order. */
void gms_sequence_first_shots(gms_first_shots_t *first, const gms_point_t *shot,
    const int *size, int rounds);

/* Times between shots; shuffles them. */
void gms_sequence_splits(gms_splits_t *splits, double *split_s, int n);

#endif /* GMS_SEQUENCE_H */
