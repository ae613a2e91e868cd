/* gms_sequence: see sequence.h. */

#include "sequence.h"

#include <math.h>

#include "../base/distribution.h"
#include "../target/median.h"

#define TAIL 0.025

/* A first shot is compared with so many others at least. */
#define OTHERS_MIN 2

#define DRIFT_MIN 3


/* Slope of a straight line, by least squares over centred numbers. */
static gms_interval_t
slope(double product, double squares, double values, int n, double *p)
{
    gms_interval_t i = { product / squares, NAN, NAN };
    double         left = fmax(values - product * product / squares, 0);
    double         error = sqrt(left / (n - 2) / squares), half;

    half = error * gms_t_quantile(1 - TAIL, n - 2);
    i.low = i.value - half;
    i.high = i.value + half;
    *p = error > 0 ? gms_t_tail(i.value / error, n - 2) : NAN;
    return i;
}


void
gms_sequence_drift(gms_sequence_drift_t *drift, const gms_point_t *shot,
    const double *number, int n)
{
    const gms_interval_t unknown = { NAN, NAN, NAN };
    double tt = 0, tx = 0, ty = 0, xx = 0, yy = 0, t = 0, x = 0, y = 0;

    drift->n = n;
    drift->x_mm_a_shot = drift->y_mm_a_shot = unknown;
    drift->x_p = drift->y_p = NAN;
    for (int i = 0; i < n; i++) {
        double dt = number[i] - t, dx = shot[i].x - x, dy = shot[i].y - y;

        t += dt / (i + 1);
        x += dx / (i + 1);
        y += dy / (i + 1);
        tt += dt * (number[i] - t);
        tx += dt * (shot[i].x - x);
        ty += dt * (shot[i].y - y);
        xx += dx * (shot[i].x - x);
        yy += dy * (shot[i].y - y);
    }
    if (n >= DRIFT_MIN && tt > 0) {
        drift->x_mm_a_shot = slope(tx, tt, xx, n, &drift->x_p);
        drift->y_mm_a_shot = slope(ty, tt, yy, n, &drift->y_p);
    }
}


/* First shot less centre of the others. */
static gms_point_t
first_apart(const gms_point_t *shot, int n)
{
    gms_point_t others = { 0, 0 };

    for (int i = 1; i < n; i++) {
        others.x += (shot[i].x - others.x) / i;
        others.y += (shot[i].y - others.y) / i;
    }
    return (gms_point_t){ shot[0].x - others.x, shot[0].y - others.y };
}


void
gms_sequence_first_shots(gms_first_shots_t *first, const gms_point_t *shot,
    const int *size, int rounds)
{
    gms_group_t          apart = { 0 };
    gms_group_measures_t m;

    first->rounds = 0;
    first->x_mm = first->y_mm = first->p = NAN;
    for (int k = 0; k < rounds; shot += size[k++]) {
        gms_point_t p;

        if (size[k] <= OTHERS_MIN) {
            continue;
        }
        p = first_apart(shot, size[k]);
        if (gms_group_add(&apart, p.x, p.y) != 0) {
            break;
        }
    }
    if (apart.n > 0) {
        gms_group_measure_quick(&apart, &m);
        first->rounds = apart.n;
        first->x_mm = apart.x;
        first->y_mm = apart.y;
        first->p = m.offset_p;
    }
    gms_group_free(&apart);
}


void
gms_sequence_splits(gms_splits_t *splits, double *split_s, int n)
{
    double mean = 0, squares = 0;

    splits->n = n;
    splits->mean_s = splits->median_s = splits->sd_s = NAN;
    splits->least_s = splits->most_s = NAN;
    for (int i = 0; i < n; i++) {
        double d = split_s[i] - mean;

        mean += d / (i + 1);
        squares += d * (split_s[i] - mean);
        splits->least_s = fmin(splits->least_s, split_s[i]);
        splits->most_s = fmax(splits->most_s, split_s[i]);
    }
    if (n > 0) {
        splits->mean_s = mean;
        splits->sd_s = n > 1 ? sqrt(squares / (n - 1)) : NAN;
        splits->median_s = gms_middle(split_s, n);
    }
}
