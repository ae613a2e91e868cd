/*
 * gms_circles: one homography for points on many circles.
 */

#include "circles.h"

#include "../../ipc/error.h"
#include "median.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIT_ROUNDS 12

/* Eight of a homography, the line's width, the lens. */
#define UNKNOWNS 10

/* The robust scale never shrinks below this, or a corner of the card that is
 * bent by two pixels would count nothing. */
#define SCALE_MIN_PX 0.45


static void
publish(gms_circles_t *f)
{
    double in[9] = { 1 / f->unit_px, 0, -f->x0 / f->unit_px, 0, 1 / f->unit_px,
        -f->y0 / f->unit_px, 0, 0, 1 };
    double out[9] = { f->unit_mm, 0, 0, 0, f->unit_mm, 0, 0, 0, 1 };

    gms_homography_multiply(f->r->px_to_mm, f->g, in);
    gms_homography_multiply(f->r->px_to_mm, out, f->r->px_to_mm);
}


static int
update(gms_circles_t *f)
{
    double j[4];

    publish(f);
    if (gms_homography_invert(f->r->mm_to_px, f->r->px_to_mm) != GMS_OK
        || gms_homography_jacobian(f->r->mm_to_px, 0, 0, j) != GMS_OK)
    {
        return GMS_ENOTFOUND;
    }
    f->r->px_per_mm = sqrt(fabs(j[0] * j[3] - j[1] * j[2]));
    return f->r->px_per_mm > 0 && isfinite(f->r->px_per_mm) ? GMS_OK
                                                            : GMS_ENOTFOUND;
}


/* The map that makes a unit circle of the border: the root of its matrix. */
int
gms_circles_begin(gms_circles_t *f, const gms_mark_t *mark)
{
    const gms_ellipse_t *e = &mark->edge;
    double               s = mark->diameter_px / 2, det, trace;
    double xx = e->xx * s * s, xy = e->xy * s * s, yy = e->yy * s * s;

    det = sqrt(xx * yy - xy * xy);
    trace = sqrt(xx + yy + 2 * det);
    f->x0 = e->x;
    f->y0 = e->y;
    f->unit_px = s;
    memset(f->g, 0, sizeof(f->g));
    f->g[0] = (xx + det) / trace;
    f->g[1] = xy / trace;
    f->g[3] = xy / trace;
    f->g[4] = (yy + det) / trace;
    f->g[8] = 1;
    f->border_weight = 1;
    return update(f);
}


/* Radius of the point by the model minus that of its ring, in fit units. */
static double
misfit(
    const gms_circles_t *f, const gms_circles_point_t *p, double row[UNKNOWNS])
{
    const gms_ring_t *ring = &f->r->ring[p->ring];
    const gms_lens_t *lens = &f->r->lens;
    double            u, v;

    gms_lens_flatten(lens, p->x, p->y, &u, &v);
    u = (u - f->x0) / f->unit_px;
    v = (v - f->y0) / f->unit_px;

    double w = f->g[6] * u + f->g[7] * v + f->g[8];
    double x = (f->g[0] * u + f->g[1] * v + f->g[2]) / w;
    double y = (f->g[3] * u + f->g[4] * v + f->g[5]) / w;
    double radius = hypot(x, y);
    double cx = x / radius / w, cy = y / radius / w;

    if (row != NULL) {
        row[0] = cx * u;
        row[1] = cx * v;
        row[2] = cx;
        row[3] = cy * u;
        row[4] = cy * v;
        row[5] = cy;
        row[6] = -radius / w * u;
        row[7] = -radius / w * v;
        row[8] = ring->border ? 0 : 1;
        row[9] = 0;
        if (f->bends) {
            double dx = p->x - lens->x, dy = p->y - lens->y;
            double more = (dx * dx + dy * dy - lens->at2) / f->unit_px
                / (f->unit_px * f->unit_px);

            row[9] = more
                * (dx * (cx * f->g[0] + cy * f->g[3] - radius / w * f->g[6])
                    + dy
                        * (cx * f->g[1] + cy * f->g[4] - radius / w * f->g[7]));
        }
    }
    return radius
        - (ring->radius_mm - (ring->border ? 0 : f->r->line_mm)) / f->unit_mm;
}


double
gms_circles_misfit(const gms_circles_t *f, const gms_circles_point_t *p)
{
    return misfit(f, p, NULL);
}


static double
weight_of(const gms_circles_t *f, const gms_circles_point_t *p)
{
    return f->r->ring[p->ring].border ? f->border_weight : 1;
}


double
gms_circles_scale(const gms_circles_t *f)
{
    double *d = malloc((size_t) (f->n + 1) * sizeof(*d)), scale;

    if (d == NULL) {
        return -1;
    }
    for (int i = 0; i < f->n; i++) {
        d[i] = fabs(misfit(f, &f->point[i], NULL));
    }
    scale = gms_median(d, f->n) * 1.4826;
    free(d);
    return 4.685 * fmax(scale, SCALE_MIN_PX / f->unit_px);
}


static double
fit_cost(const gms_circles_t *f, double scale)
{
    double sum = 0;

    for (int i = 0; i < f->n; i++) {
        double d = misfit(f, &f->point[i], NULL) / scale;
        double s = fabs(d) < 1 ? 1 - d * d : 0;

        sum += weight_of(f, &f->point[i]) * (1 - s * s * s);
    }
    return isfinite(sum) ? sum : INFINITY;
}


static int
fit_step(
    const gms_circles_t *f, double scale, double damping, double step[UNKNOWNS])
{
    double a[UNKNOWNS * UNKNOWNS] = { 0 }, row[UNKNOWNS], turn;

    memset(step, 0, UNKNOWNS * sizeof(*step));
    for (int i = 0; i < f->n; i++) {
        double r = misfit(f, &f->point[i], row), d = r / scale;
        double s = fabs(d) < 1 ? 1 - d * d : 0;
        double w = s * s * weight_of(f, &f->point[i]);

        for (int k = 0; k < UNKNOWNS; k++) {
            for (int c = 0; c < UNKNOWNS; c++) {
                a[UNKNOWNS * k + c] += w * row[k] * row[c];
            }
            step[k] -= w * row[k] * r;
        }
    }
    for (int k = 0; k < UNKNOWNS; k++) {
        double *on = &a[(UNKNOWNS + 1) * k];

        *on += damping * *on + 1e-9;
    }

    if (!f->bends) {
        a[UNKNOWNS * UNKNOWNS - 1] = f->n; /* nothing asks for it to move */
    }

    for (int k = 6; k < 8 && f->holds; k++) { /* the perspective */
        for (int c = 0; c < UNKNOWNS; c++) {
            a[UNKNOWNS * k + c] = a[UNKNOWNS * c + k] = 0;
        }
        a[(UNKNOWNS + 1) * k] = f->n;
        step[k] = 0;
    }

    /* The roll is free: hold it where the linear part is symmetric. */
    turn = f->g[1] - f->g[3];
    a[UNKNOWNS * 1 + 1] += f->n;
    a[UNKNOWNS * 1 + 3] -= f->n;
    a[UNKNOWNS * 3 + 1] -= f->n;
    a[UNKNOWNS * 3 + 3] += f->n;
    step[1] -= f->n * turn;
    step[3] += f->n * turn;
    return gms_linear_solve(a, step, UNKNOWNS);
}


/* A line is no wider than it looks: its middle lies at most half of that
 * inside its outside edge. */
static double
line_limit(const gms_circles_t *f)
{
    double widths[GMS_RINGS_MAX * GMS_CIRCLES_RAYS];
    int    n = 0;

    for (int i = 0; i < f->n; i++) {
        if (!f->r->ring[f->point[i].ring].border) {
            widths[n++] = f->point[i].width_px;
        }
    }
    return n == 0 ? 0 : gms_median(widths, n) / 2 / f->r->px_per_mm;
}


int
gms_circles_fit(gms_circles_t *f)
{
    double damping = 1e-3, limit = line_limit(f);

    for (int round = 0; round < FIT_ROUNDS; round++) {
        double scale = gms_circles_scale(f), before, step[UNKNOWNS], old[9];
        double line = f->r->line_mm, bend = f->r->lens.bend, after;

        if (scale < 0) {
            return GMS_ENOMEM;
        }
        before = fit_cost(f, scale);
        if (fit_step(f, scale, damping, step) != GMS_OK) {
            return GMS_ENOTFOUND;
        }
        memcpy(old, f->g, sizeof(old));
        for (int k = 0; k < 8; k++) {
            f->g[k] += step[k];
        }
        f->r->line_mm = fmin(fmax(line + step[8] * f->unit_mm, 0), limit);
        f->r->lens.bend += step[9] / (f->unit_px * f->unit_px);
        after = fit_cost(f, scale);
        if (after > before) {
            memcpy(f->g, old, sizeof(old));
            f->r->line_mm = line;
            f->r->lens.bend = bend;
            damping *= 10;

        } else if (before - after < 1e-6 * before) {
            break;

        } else {
            damping *= 0.2;
        }
    }
    return update(f);
}
