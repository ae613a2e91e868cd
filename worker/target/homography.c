/*
 * gms_homography: maps between two planes.
 */

#include "homography.h"

#include "../../ipc/error.h"

#include <math.h>
#include <string.h>

/* Least pivot, and least determinant of a matrix scaled to norm 1, that is
 * told from rounding. */
#define PIVOT_MIN 1e-13
#define DETERMINANT_MIN 1e-15

#define REFINE_ROUNDS 10


static double
norm9(const double h[9])
{
    double sum = 0;

    for (int i = 0; i < 9; i++) {
        sum += h[i] * h[i];
    }
    return sqrt(sum);
}


static void
scale_last_to_one(double h[9])
{
    double norm = norm9(h);
    double by = fabs(h[8]) > 1e-12 * norm ? h[8] : norm;

    for (int i = 0; i < 9; i++) {
        h[i] /= by;
    }
}


void
gms_homography_multiply(double out[9], const double a[9], const double b[9])
{
    double m[9];

    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++) {
            m[3 * i + k] = a[3 * i] * b[k] + a[3 * i + 1] * b[3 + k]
                + a[3 * i + 2] * b[6 + k];
        }
    }
    memcpy(out, m, sizeof(m));
}


/* Rows scaled by their own size: pixels against millimetres and a far horizon
 * make entries of 1000 beside 1e-4, which says nothing about rank. */
static double
relative_determinant(const double h[9])
{
    double size = 1;
    double det = h[0] * (h[4] * h[8] - h[5] * h[7])
        - h[1] * (h[3] * h[8] - h[5] * h[6])
        + h[2] * (h[3] * h[7] - h[4] * h[6]);

    for (int i = 0; i < 3; i++) {
        size *= sqrt(h[3 * i] * h[3 * i] + h[3 * i + 1] * h[3 * i + 1]
            + h[3 * i + 2] * h[3 * i + 2]);
    }
    return size > 0 ? det / size : 0;
}


int
gms_homography_invert(double out[9], const double h[9])
{
    double m[9];
    double norm = norm9(h);

    if (!isfinite(norm) || fabs(relative_determinant(h)) < DETERMINANT_MIN) {
        return GMS_EINVALID;
    }

    m[0] = h[4] * h[8] - h[5] * h[7];
    m[1] = h[2] * h[7] - h[1] * h[8];
    m[2] = h[1] * h[5] - h[2] * h[4];
    m[3] = h[5] * h[6] - h[3] * h[8];
    m[4] = h[0] * h[8] - h[2] * h[6];
    m[5] = h[2] * h[3] - h[0] * h[5];
    m[6] = h[3] * h[7] - h[4] * h[6];
    m[7] = h[1] * h[6] - h[0] * h[7];
    m[8] = h[0] * h[4] - h[1] * h[3];

    norm = norm9(m);
    if (!isfinite(norm) || norm == 0) {
        return GMS_EINVALID;
    }
    scale_last_to_one(m);
    memcpy(out, m, sizeof(m));
    return GMS_OK;
}


int
gms_homography_apply(
    const double h[9], double x, double y, double *u, double *v)
{
    double w = h[6] * x + h[7] * y + h[8];

    *u = (h[0] * x + h[1] * y + h[2]) / w;
    *v = (h[3] * x + h[4] * y + h[5]) / w;
    if (w == 0 || !isfinite(*u) || !isfinite(*v)) {
        *u = NAN;
        *v = NAN;
        return GMS_EINVALID;
    }
    return GMS_OK;
}


int
gms_homography_jacobian(const double h[9], double x, double y, double j[4])
{
    double u, v;
    double w = h[6] * x + h[7] * y + h[8];

    if (gms_homography_apply(h, x, y, &u, &v) != GMS_OK) {
        return GMS_EINVALID;
    }
    j[0] = (h[0] - u * h[6]) / w;
    j[1] = (h[1] - u * h[7]) / w;
    j[2] = (h[3] - v * h[6]) / w;
    j[3] = (h[4] - v * h[7]) / w;
    return GMS_OK;
}


static int
pivot_row(const double *a, int n, int column)
{
    int best = column;

    for (int i = column + 1; i < n; i++) {
        if (fabs(a[i * n + column]) > fabs(a[best * n + column])) {
            best = i;
        }
    }
    return best;
}


static void
swap_rows(double *a, double *b, int n, int i, int k)
{
    double t;

    for (int c = 0; c < n; c++) {
        t = a[i * n + c];
        a[i * n + c] = a[k * n + c];
        a[k * n + c] = t;
    }
    t = b[i];
    b[i] = b[k];
    b[k] = t;
}


int
gms_linear_solve(double *a, double *b, int n)
{
    double largest = 0;

    for (int i = 0; i < n * n; i++) {
        if (!isfinite(a[i])) {
            return GMS_EINVALID;
        }
        largest = fmax(largest, fabs(a[i]));
    }

    for (int c = 0; c < n; c++) {
        int p = pivot_row(a, n, c);

        if (fabs(a[p * n + c]) <= PIVOT_MIN * largest) {
            return GMS_EINVALID;
        }
        if (p != c) {
            swap_rows(a, b, n, p, c);
        }
        for (int i = c + 1; i < n; i++) {
            double f = a[i * n + c] / a[c * n + c];

            for (int k = c; k < n; k++) {
                a[i * n + k] -= f * a[c * n + k];
            }
            b[i] -= f * b[c];
        }
    }

    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++) {
            b[i] -= a[i * n + k] * b[k];
        }
        b[i] /= a[i * n + i];
        if (!isfinite(b[i])) {
            return GMS_EINVALID;
        }
    }
    return GMS_OK;
}


/* Moves the points' mean to the origin and their mean distance to sqrt 2. */
static int
normalisation(double t[9], const gms_point_t *p, int n)
{
    double x = 0, y = 0, distance = 0, scale;

    for (int i = 0; i < n; i++) {
        x += p[i].x / n;
        y += p[i].y / n;
    }
    for (int i = 0; i < n; i++) {
        distance += hypot(p[i].x - x, p[i].y - y) / n;
    }
    scale = sqrt(2.0) / distance;
    if (!isfinite(x) || !isfinite(y) || !isfinite(scale)) {
        return GMS_EINVALID;
    }

    memset(t, 0, 9 * sizeof(*t));
    t[0] = scale;
    t[4] = scale;
    t[2] = -scale * x;
    t[5] = -scale * y;
    t[8] = 1;
    return GMS_OK;
}


static void
accumulate(double a[64], double b[8], const double row[8], double value)
{
    for (int i = 0; i < 8; i++) {
        for (int k = 0; k < 8; k++) {
            a[8 * i + k] += row[i] * row[k];
        }
        b[i] += row[i] * value;
    }
}


/* One step: with h given, Gauss-Newton on distances; without, the linear
 * equations, which fix the last element at 1: safe here, for the normalised
 * origin, the mean of the points, never lies on the horizon. */
static int
fit_step(double h[9], int first, const double tf[9], const double tt[9],
    const gms_point_t *from, const gms_point_t *to, int n)
{
    double a[64] = { 0 }, b[8] = { 0 };

    for (int i = 0; i < n; i++) {
        double x = tf[0] * from[i].x + tf[2], y = tf[4] * from[i].y + tf[5];
        double u = tt[0] * to[i].x + tt[2], v = tt[4] * to[i].y + tt[5];
        double w = first ? 1 : h[6] * x + h[7] * y + h[8];
        double pu = first ? 0 : (h[0] * x + h[1] * y + h[2]) / w;
        double pv = first ? 0 : (h[3] * x + h[4] * y + h[5]) / w;
        double mu = first ? u : pu, mv = first ? v : pv;
        double row_u[8] = { x / w, y / w, 1 / w, 0, 0, 0, -mu * x / w,
            -mu * y / w };
        double row_v[8] = { 0, 0, 0, x / w, y / w, 1 / w, -mv * x / w,
            -mv * y / w };

        accumulate(a, b, row_u, u - pu);
        accumulate(a, b, row_v, v - pv);
    }
    if (gms_linear_solve(a, b, 8) != GMS_OK) {
        return GMS_EINVALID;
    }
    for (int i = 0; i < 8; i++) {
        h[i] = first ? b[i] : h[i] + b[i];
    }
    h[8] = 1;
    return GMS_OK;
}


int
gms_homography_fit(
    double h[9], const gms_point_t *from, const gms_point_t *to, int n)
{
    double tf[9], tt[9], back[9], m[9];

    if (n < 4 || n > GMS_HOMOGRAPHY_POINTS_MAX
        || normalisation(tf, from, n) != GMS_OK
        || normalisation(tt, to, n) != GMS_OK
        || fit_step(m, 1, tf, tt, from, to, n) != GMS_OK)
    {
        return GMS_EINVALID;
    }
    for (int round = 0; round < REFINE_ROUNDS; round++) {
        double before[9];

        memcpy(before, m, sizeof(m));
        if (fit_step(m, 0, tf, tt, from, to, n) != GMS_OK) {
            memcpy(m, before, sizeof(m));
            break;
        }
    }

    if (gms_homography_invert(back, tt) != GMS_OK) {
        return GMS_EINVALID;
    }
    gms_homography_multiply(m, m, tf);
    gms_homography_multiply(m, back, m);
    if (!isfinite(norm9(m)) || fabs(relative_determinant(m)) < DETERMINANT_MIN)
    {
        return GMS_EINVALID;
    }
    scale_last_to_one(m);
    memcpy(h, m, sizeof(m));
    return GMS_OK;
}
