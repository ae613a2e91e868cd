/*
 * gms_ellipse: an ellipse in the picture.
 */

#include "ellipse.h"

#include "../../ipc/error.h"

#include <math.h>
#include <stdint.h>
#include <stddef.h>

/* Five points of which all are good are drawn with 99 % in so many trials
 * when half of all points are. */
#define TRIALS 100

/* Flatter than this is no circle that anyone shoots at. */
#define FLATTEST 0.2


int
gms_ellipse_fit(gms_ellipse_t *e, const gms_point_t *p, int n)
{
    double mx = 0, my = 0, scale = 0, a[25] = { 0 }, b[5] = { 0 };
    double det, k, x, y, major, minor;

    if (n < 5) {
        return GMS_EINVALID;
    }
    for (int i = 0; i < n; i++) {
        mx += p[i].x / n;
        my += p[i].y / n;
    }
    for (int i = 0; i < n; i++) {
        scale += hypot(p[i].x - mx, p[i].y - my) / n;
    }
    if (!(scale > 0) || !isfinite(scale)) {
        return GMS_EINVALID;
    }

    /* A x^2 + B xy + C y^2 + D x + E y = 1, the origin in their midst. */
    for (int i = 0; i < n; i++) {
        double u = (p[i].x - mx) / scale, v = (p[i].y - my) / scale;
        double row[5] = { u * u, u * v, v * v, u, v };

        for (int r = 0; r < 5; r++) {
            for (int c = 0; c < 5; c++) {
                a[5 * r + c] += row[r] * row[c];
            }
            b[r] += row[r];
        }
    }
    if (gms_linear_solve(a, b, 5) != GMS_OK) {
        return GMS_EINVALID;
    }

    det = 4 * b[0] * b[2] - b[1] * b[1];
    if (!(det > 1e-9) || b[0] + b[2] <= 0) {
        return GMS_EINVALID;
    }
    x = (b[1] * b[4] - 2 * b[2] * b[3]) / det;
    y = (b[1] * b[3] - 2 * b[0] * b[4]) / det;
    k = 1 + b[0] * x * x + b[1] * x * y + b[2] * y * y;
    if (!(k > 0)) {
        return GMS_EINVALID;
    }

    e->x = mx + x * scale;
    e->y = my + y * scale;
    e->xx = b[0] / k / (scale * scale);
    e->xy = b[1] / 2 / k / (scale * scale);
    e->yy = b[2] / k / (scale * scale);
    gms_ellipse_axes(e, &major, &minor);
    return isfinite(major) && minor >= FLATTEST * major ? GMS_OK : GMS_EINVALID;
}


static uint32_t
next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}


static int
count_near(const gms_ellipse_t *e, const gms_point_t *p, int n, double near,
    bool *inlier)
{
    int count = 0;

    for (int i = 0; i < n; i++) {
        bool is = fabs(gms_ellipse_distance(e, p[i].x, p[i].y)) <= near;

        if (inlier != NULL) {
            inlier[i] = is;
        }
        count += is;
    }
    return count;
}


/* One of each fifth of the row: points in order around the border give five
 * that are well spread. */
static int
draw(gms_ellipse_t *e, const gms_point_t *p, int n, uint32_t *random)
{
    gms_point_t five[5];
    int         shift = (int) (next_random(random) % (uint32_t) n);

    for (int i = 0; i < 5; i++) {
        int from = n * i / 5, to = n * (i + 1) / 5;
        int at = from + (int) (next_random(random) % (uint32_t) (to - from));

        five[i] = p[(at + shift) % n];
    }
    return gms_ellipse_fit(e, five, 5);
}


int
gms_ellipse_fit_robust(
    gms_ellipse_t *e, const gms_point_t *p, int n, double near, bool *inlier)
{
    gms_ellipse_t best, trial;
    gms_point_t   kept[GMS_ELLIPSE_POINTS_MAX];
    bool          is[GMS_ELLIPSE_POINTS_MAX];
    uint32_t      random = 1;
    int           most = 0;

    if (n < 5 || n > GMS_ELLIPSE_POINTS_MAX) {
        return GMS_EINVALID;
    }
    for (int t = 0; t < TRIALS; t++) {
        int count;

        if ((t == 0 ? gms_ellipse_fit(&trial, p, n)
                    : draw(&trial, p, n, &random))
            != GMS_OK)
        {
            continue;
        }
        count = count_near(&trial, p, n, near, NULL);
        if (count > most) {
            most = count;
            best = trial;
        }
        if (most > n * 9 / 10) {
            break;
        }
    }

    for (int round = 0; most >= 5 && round < 3; round++) {
        int k = 0, count = count_near(&best, p, n, near, is);

        for (int i = 0; i < n; i++) {
            if (is[i]) {
                kept[k++] = p[i];
            }
        }
        if (count < most || gms_ellipse_fit(&trial, kept, k) != GMS_OK) {
            break;
        }
        most = count;
        best = trial;
    }
    if (most < 5) {
        return GMS_EINVALID;
    }
    *e = best;
    return count_near(e, p, n, near, inlier);
}


void
gms_ellipse_axes(const gms_ellipse_t *e, double *a, double *b)
{
    double mean = (e->xx + e->yy) / 2;
    double spread = hypot((e->xx - e->yy) / 2, e->xy);

    *a = 1 / sqrt(mean - spread);
    *b = 1 / sqrt(mean + spread);
}


double
gms_ellipse_reach(const gms_ellipse_t *e, double dx, double dy)
{
    return 1 / sqrt(e->xx * dx * dx + 2 * e->xy * dx * dy + e->yy * dy * dy);
}


double
gms_ellipse_distance(const gms_ellipse_t *e, double x, double y)
{
    double dx = x - e->x, dy = y - e->y;
    double gx = e->xx * dx + e->xy * dy, gy = e->xy * dx + e->yy * dy;
    double q = sqrt(gx * dx + gy * dy), slope = hypot(gx, gy);

    return slope > 0 ? (q - 1) * q / slope : -1 / sqrt(e->xx + e->yy);
}
