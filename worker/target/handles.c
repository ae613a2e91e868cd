/*
 * gms_handles: a calibration from points set by hand.
 *
 * The map from pixels to millimetres is found, by Levenberg-Marquardt, in
 * units in which the points lie about 1 from their middle.  Two models: with
 * perspective and without.  Each says how far a point set 1 pixel wrong would
 * move the outermost ring; one that would throw it far is not determined by
 * these points, whatever their number.
 */

#include "handles.h"

#include "../../ipc/error.h"
#include "calibrate.h"
#include "reason.h"

#include <math.h>
#include <string.h>

#define UNKNOWNS 8
#define ROUNDS 60

/* One pixel set wrong may move the outermost ring by so many; by more before
 * perspective is left out, for that is wrong by as many at a large tilt. */
#define LEVER_MAX 6.0
#define LEVER_TILTED_MAX 15.0

/* Points that lie farther off than this contradict each other: px, and of
 * the largest radius. */
#define OFF_PX 6.0
#define OFF_SHARE 0.03

/* All points within so few pixels tell nothing. */
#define SPREAD_PX_MIN 8.0

typedef struct {
    double u; /* place in the picture, in units */
    double v;
    double radius; /* on the card, in units; 0: the centre */
} mark_t;

typedef struct {
    mark_t mark[GMS_HANDLES_MAX];
    int    n;
    bool   flat; /* without perspective */
    double x0;
    double y0;
    double unit_px;
    double unit_mm;
    double g[9]; /* u, v -> card, in units */
} fit_t;


/* < 0: the face has no such ring. */
static double
radius_of(const gms_face_t *face, const gms_handle_t *h)
{
    if (h->kind == GMS_HANDLE_CENTRE) {
        return 0;
    }
    if (h->kind == GMS_HANDLE_BLACK) {
        return face->black_mm > 0 ? face->black_mm / 2 : -1;
    }
    for (int i = 0; i < face->rings; i++) {
        if (face->ring[i].value == h->value) {
            return face->ring[i].diameter_mm / 2;
        }
    }
    return -1;
}


/* Where the map puts a mark, and how that changes with the map. */
static void
place(const fit_t *f, const mark_t *m, double p[2], double row[2][UNKNOWNS])
{
    const double *g = f->g;
    double        w = g[6] * m->u + g[7] * m->v + 1;
    double        e[3] = { m->u / w, m->v / w, 1 / w };

    p[0] = (g[0] * m->u + g[1] * m->v + g[2]) / w;
    p[1] = (g[3] * m->u + g[4] * m->v + g[5]) / w;
    memset(row, 0, 2 * UNKNOWNS * sizeof(row[0][0]));
    for (int i = 0; i < 3; i++) {
        row[0][i] = e[i];
        row[1][3 + i] = e[i];
    }
    for (int i = 0; i < 2 && !f->flat; i++) {
        row[i][6] = -p[i] * e[0];
        row[i][7] = -p[i] * e[1];
    }
}


static void
add_row(double m[UNKNOWNS * UNKNOWNS], double b[UNKNOWNS],
    const double row[UNKNOWNS], double off)
{
    for (int i = 0; i < UNKNOWNS; i++) {
        for (int k = 0; k < UNKNOWNS; k++) {
            m[UNKNOWNS * i + k] += row[i] * row[k];
        }
        b[i] -= row[i] * off;
    }
}


/* Normal equations; the sum of squares. */
static double
add_up(const fit_t *f, double m[UNKNOWNS * UNKNOWNS], double b[UNKNOWNS])
{
    double turn[UNKNOWNS] = { 0, 1, 0, -1 }, sum = 0;

    memset(m, 0, UNKNOWNS * UNKNOWNS * sizeof(*m));
    memset(b, 0, UNKNOWNS * sizeof(*b));
    for (int i = 0; i < f->n; i++) {
        double p[2], row[2][UNKNOWNS], r, along[UNKNOWNS], off;

        place(f, &f->mark[i], p, row);
        if (f->mark[i].radius == 0) {
            add_row(m, b, row[0], p[0]);
            add_row(m, b, row[1], p[1]);
            sum += p[0] * p[0] + p[1] * p[1];
            continue;
        }
        r = fmax(hypot(p[0], p[1]), 1e-9);
        for (int k = 0; k < UNKNOWNS; k++) {
            along[k] = (p[0] * row[0][k] + p[1] * row[1][k]) / r;
        }
        off = r - f->mark[i].radius;
        add_row(m, b, along, off);
        sum += off * off;
    }
    /* The roll is free: hold it where the linear part is symmetric. */
    add_row(m, b, turn, f->g[1] - f->g[3]);
    for (int k = 6; k < UNKNOWNS && f->flat; k++) {
        m[(UNKNOWNS + 1) * k] = 1;
    }
    return isfinite(sum) ? sum : INFINITY;
}


/* How much farther than a point the outermost ring moves. */
static double
lever(const fit_t *f, double radius)
{
    double m[UNKNOWNS * UNKNOWNS], b[UNKNOWNS], most = 0;

    (void) add_up(f, m, b);
    for (int i = 0; i < 16; i++) {
        double a[UNKNOWNS * UNKNOWNS], p[2], row[2][UNKNOWNS], x[UNKNOWNS];
        double back[9], sum = 0;
        mark_t at = { 0 };

        if (gms_homography_invert(back, f->g) != GMS_OK
            || gms_homography_apply(back, radius * cos(i * M_PI / 8),
                   radius * sin(i * M_PI / 8), &at.u, &at.v)
                != GMS_OK)
        {
            return INFINITY;
        }
        place(f, &at, p, row);
        for (int axis = 0; axis < 2; axis++) {
            memcpy(a, m, sizeof(a));
            memcpy(x, row[axis], sizeof(x));
            if (gms_linear_solve(a, x, UNKNOWNS) != GMS_OK) {
                return INFINITY;
            }
            for (int k = 0; k < UNKNOWNS; k++) {
                sum += row[axis][k] * x[k];
            }
        }
        most = fmax(most, sum);
    }
    return sqrt(most);
}


static int
solve(fit_t *f)
{
    double damping = 1e-2, m[UNKNOWNS * UNKNOWNS], b[UNKNOWNS];
    double now = add_up(f, m, b);

    for (int round = 0; round < ROUNDS && now > 1e-14; round++) {
        double old[9], after;

        for (int k = 0; k < UNKNOWNS; k++) {
            m[(UNKNOWNS + 1) * k] += damping * m[(UNKNOWNS + 1) * k] + 1e-12;
        }
        if (gms_linear_solve(m, b, UNKNOWNS) != GMS_OK) {
            return GMS_EINVALID;
        }
        memcpy(old, f->g, sizeof(old));
        for (int k = 0; k < UNKNOWNS; k++) {
            f->g[k] += b[k];
        }
        after = add_up(f, m, b);
        if (after > now) {
            memcpy(f->g, old, sizeof(old));
            now = add_up(f, m, b);
            damping *= 10;

        } else {
            damping = fmax(damping * 0.3, 1e-9);
            if (now - after < 1e-12 * now) {
                break;
            }
            now = after;
        }
    }
    return isfinite(now) ? GMS_OK : GMS_EINVALID;
}


/* Units, and a card seen straight on around the middle of the points. */
static int
begin(fit_t *f, const gms_handle_t *handle, const gms_face_t *face)
{
    double spread = 0, radius = 0, size = 0;
    int    centres = 0, rings = 0;

    f->x0 = f->y0 = 0;
    for (int i = 0; i < f->n; i++) {
        bool centre = handle[i].kind == GMS_HANDLE_CENTRE;

        f->x0 += handle[i].x_px / f->n;
        f->y0 += handle[i].y_px / f->n;
        centres += centre;
        rings += !centre;
    }
    for (int i = 0; i < f->n && centres > 0; i++) {
        if (handle[i].kind == GMS_HANDLE_CENTRE) {
            f->x0 = handle[i].x_px;
            f->y0 = handle[i].y_px;
        }
    }
    for (int i = 0; i < f->n; i++) {
        double d = hypot(handle[i].x_px - f->x0, handle[i].y_px - f->y0);

        spread = fmax(spread, d);
        if (handle[i].kind != GMS_HANDLE_CENTRE) {
            size += d / rings;
            radius += radius_of(face, &handle[i]) / rings;
        }
    }
    if (rings == 0 || !(spread >= SPREAD_PX_MIN) || !(size > 0)) {
        return GMS_EINVALID;
    }
    f->unit_px = size;
    f->unit_mm = radius;
    for (int i = 0; i < f->n; i++) {
        f->mark[i].u = (handle[i].x_px - f->x0) / size;
        f->mark[i].v = (handle[i].y_px - f->y0) / size;
        f->mark[i].radius = radius_of(face, &handle[i]) / radius;
    }
    memcpy(f->g, (double[9]){ 1, 0, 0, 0, 1, 0, 0, 0, 1 }, sizeof(f->g));
    return GMS_OK;
}


static int
check(const gms_handle_t *handle, int n, const gms_face_t *face, char *reason,
    size_t size)
{
    if (n < 1 || n > GMS_HANDLES_MAX) {
        return refuse(reason, size, "From 1 to %d points are needed, not %d.",
            GMS_HANDLES_MAX, n);
    }
    for (int i = 0; i < n; i++) {
        if (!(fabs(handle[i].x_px) < 1e6) || !(fabs(handle[i].y_px) < 1e6)) {
            return refuse(
                reason, size, "Point %d lies nowhere near the picture.", i + 1);
        }
        if (radius_of(face, &handle[i]) < 0) {
            return refuse(reason, size,
                handle[i].kind == GMS_HANDLE_BLACK
                    ? "Point %d: this face has no round aiming mark."
                    : "Point %d: this face has no such ring.",
                i + 1);
        }
    }
    return GMS_OK;
}


/* Tells each point its residual; the RMS of them, mm, and the worst. */
static double
take_stock(const fit_t *f, gms_handle_t *handle, int *worst)
{
    double sum = 0, p[2], row[2][UNKNOWNS];

    *worst = 0;
    for (int i = 0; i < f->n; i++) {
        place(f, &f->mark[i], p, row);
        handle[i].residual_mm =
            fabs(hypot(p[0], p[1]) - f->mark[i].radius) * f->unit_mm;
        sum += handle[i].residual_mm * handle[i].residual_mm / f->n;
        if (handle[i].residual_mm > handle[*worst].residual_mm) {
            *worst = i;
        }
    }
    return sqrt(sum);
}


static int
to_calibration(gms_calibration_t *c, const fit_t *f, const gms_view_t *view,
    double residual_mm)
{
    double s = 1 / f->unit_px, mm = f->unit_mm, h[9];

    gms_homography_multiply(
        h, f->g, (double[9]){ s, 0, -f->x0 * s, 0, s, -f->y0 * s, 0, 0, 1 });
    gms_homography_multiply(h, (double[9]){ mm, 0, 0, 0, mm, 0, 0, 0, 1 }, h);
    if (gms_homography_invert(h, h) != GMS_OK
        || gms_calibrate_upright(h, view) != GMS_OK)
    {
        return GMS_EINVALID;
    }
    return gms_calibration_set(c, h, GMS_CALIBRATION_HAND, residual_mm);
}


int
gms_handles_fit(gms_calibration_t *c, gms_handle_t *handle, int n,
    const gms_face_t *face, const gms_view_t *view, char *reason,
    size_t reason_size)
{
    fit_t  f = { .n = n };
    double outer = gms_face_radius_mm(face), off_mm, limit;
    bool   determined = false;
    int    worst;

    if (check(handle, n, face, reason, reason_size) != GMS_OK) {
        return GMS_EINVALID;
    }
    if (begin(&f, handle, face) != GMS_OK) {
        return refuse(
            reason, reason_size, "Put points on a ring, away from the centre.");
    }
    for (int flat = 1; flat >= 0; flat--) {
        fit_t trial = f;

        /* Perspective begins where the flat fit ended. */
        trial.flat = flat;
        if (solve(&trial) == GMS_OK
            && lever(&trial, outer / f.unit_mm)
                < (flat ? LEVER_MAX : LEVER_TILTED_MAX))
        {
            f = trial;
            determined = true;
        }
    }
    if (!determined) {
        return refuse(reason, reason_size,
            "These points do not tell how the card lies: put one on the "
            "centre and at least five all round a large ring, not only at "
            "right angles.");
    }

    off_mm = take_stock(&f, handle, &worst);
    limit = fmax(OFF_PX * f.unit_mm / f.unit_px, OFF_SHARE * outer);
    if (handle[worst].residual_mm > limit) {
        return refuse(reason, reason_size,
            "Point %d is %.1f mm off the others: is it on the ring that it "
            "says?",
            worst + 1, handle[worst].residual_mm);
    }
    if (to_calibration(c, &f, view, off_mm) != GMS_OK) {
        return refuse(reason, reason_size,
            "Through these points the card would be folded over.");
    }
    return GMS_OK;
}


double
gms_handles_verify(const gms_calibration_t *c, gms_point_t known_mm,
    gms_point_t seen_px, gms_point_t *off_mm)
{
    gms_point_t off;

    gms_calibration_to_mm(c, seen_px.x, seen_px.y, &off.x, &off.y);
    off.x -= known_mm.x;
    off.y -= known_mm.y;
    if (off_mm != NULL) {
        *off_mm = off;
    }
    return hypot(off.x, off.y);
}
