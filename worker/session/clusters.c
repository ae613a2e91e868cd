/* gms_clusters: see clusters.h. */

#include "clusters.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Directions that a cut is tried across, over half a turn. */
#define DIRECTIONS 36

#define LEVELS 6
static const double level[LEVELS] = { 0.05, 0.02, 0.01, 0.005, 0.002, 0.001 };

/* What is left within, at most, by chance: rows of shots, columns of level. */
typedef struct {
    int    shots;
    double within[LEVELS];
} gms_critical_t;

static const gms_critical_t critical[] = {
    { 8, { 0.0507, 0.0348, 0.0267, 0.0198, 0.0141, 0.0110 } },
    { 9, { 0.0630, 0.0465, 0.0369, 0.0294, 0.0216, 0.0177 } },
    { 10, { 0.0749, 0.0574, 0.0472, 0.0391, 0.0308, 0.0251 } },
    { 12, { 0.0970, 0.0789, 0.0677, 0.0578, 0.0478, 0.0407 } },
    { 15, { 0.1228, 0.1049, 0.0930, 0.0836, 0.0717, 0.0643 } },
    { 20, { 0.1541, 0.1363, 0.1249, 0.1147, 0.1028, 0.0947 } },
    { 25, { 0.1764, 0.1595, 0.1490, 0.1390, 0.1269, 0.1193 } },
    { 30, { 0.1927, 0.1769, 0.1662, 0.1569, 0.1458, 0.1385 } },
    { 40, { 0.2162, 0.2018, 0.1919, 0.1837, 0.1731, 0.1660 } },
    { 60, { 0.2439, 0.2313, 0.2233, 0.2158, 0.2065, 0.1997 } },
    { 100, { 0.2719, 0.2615, 0.2549, 0.2482, 0.2406, 0.2351 } },
};

#define ROWS ((int) (sizeof(critical) / sizeof(critical[0])))


static int
by_size(const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;

    return (p > q) - (p < q);
}


/* Moved and scaled so that the mean is 0 and the covariance 1: by the root of
 * it after Cholesky.  False: they lie on a line. */
static bool
make_round(const gms_point_t *shot, int n, double *u, double *v)
{
    double x = 0, y = 0, xx = 0, xy = 0, yy = 0, a, b, c;

    for (int i = 0; i < n; i++) {
        x += shot[i].x / n;
        y += shot[i].y / n;
    }
    for (int i = 0; i < n; i++) {
        u[i] = shot[i].x - x;
        v[i] = shot[i].y - y;
        xx += u[i] * u[i] / (n - 1);
        xy += u[i] * v[i] / (n - 1);
        yy += v[i] * v[i] / (n - 1);
    }
    /* A millionth of the other axis is a line. */
    if (!(xx > 0) || !(xx * yy - xy * xy > 1e-12 * xx * yy)) {
        return false;
    }
    a = sqrt(xx);
    b = xy / a;
    c = sqrt(yy - b * b);
    for (int i = 0; i < n; i++) {
        u[i] /= a;
        v[i] = (v[i] - b * u[i]) / c;
    }
    return true;
}


/* The best cut through places on a line whose sum of squares is n - 1. */
static void
cut(gms_clusters_t *best, double *place, int n)
{
    double sum = 0;

    qsort(place, (size_t) n, sizeof(double), by_size);
    for (int i = 0; i < n - GMS_CLUSTER_MIN; i++) {
        int    left = i + 1;
        double within;

        sum += place[i];
        if (left < GMS_CLUSTER_MIN) {
            continue;
        }
        /* The sides' means are sum / left and - sum / (n - left). */
        within = 1 - sum * sum * n / ((double) left * (n - left)) / (n - 1);
        if (!(within >= best->within)) {
            best->within = fmax(within, 0);
            best->of = left < n - left ? left : n - left;
        }
    }
}


/* The smallest level that is passed; a row of fewer shots is the stricter. */
static double
chance(double within, int n)
{
    double p = 1;
    int    row = 0;

    while (row + 1 < ROWS && critical[row + 1].shots <= n) {
        row++;
    }
    for (int i = 0; i < LEVELS; i++) {
        p = within <= critical[row].within[i] ? level[i] : p;
    }
    return p;
}


void
gms_clusters_find(
    gms_clusters_t *clusters, const gms_point_t *shot, int n, double *scratch)
{
    double *u = scratch, *v = scratch + n, *place = scratch + 2 * n;

    clusters->within = clusters->p = NAN;
    clusters->of = 0;
    if (n < GMS_CLUSTERS_SHOTS_MIN || !make_round(shot, n, u, v)) {
        return;
    }
    for (int k = 0; k < DIRECTIONS; k++) {
        double turn = M_PI * k / DIRECTIONS;

        for (int i = 0; i < n; i++) {
            place[i] = cos(turn) * u[i] + sin(turn) * v[i];
        }
        cut(clusters, place, n);
    }
    clusters->p = chance(clusters->within, n);
}
