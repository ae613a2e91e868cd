/* gms_hull: see hull.h. */

#include "hull.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

#define FIRST_CAPACITY 16

/* A circle holds what lies this far outside, of its radius. */
#define HOLDS 1e-12

/* Areas this near are equal. */
#define EQUAL 1e-12


void
gms_hull_free(gms_hull_t *hull)
{
    free(hull->corner);
    memset(hull, 0, sizeof(*hull));
}


/* Twice the area of a, b, c; positive: counter-clockwise. */
static double
turn(gms_point_t a, gms_point_t b, gms_point_t c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}


static bool
is_inside(const gms_hull_t *hull, gms_point_t p)
{
    int n = hull->corners;

    for (int i = 0; i < n; i++) {
        if (turn(hull->corner[i], hull->corner[(i + 1) % n], p) < 0) {
            return false;
        }
    }
    return n >= 3;
}


static int
by_place(const void *a, const void *b)
{
    const gms_point_t *p = a, *q = b;

    if (p->x != q->x) {
        return p->x < q->x ? -1 : 1;
    }
    return p->y < q->y ? -1 : p->y > q->y;
}


/* Adds to a chain that turns left only; the first base corners stay. */
static int
chain(gms_point_t *corner, int n, int base, gms_point_t p)
{
    while (n - base >= 2 && turn(corner[n - 2], corner[n - 1], p) <= 0) {
        n--;
    }
    corner[n] = p;
    return n + 1;
}


/* Andrew's monotone chain: sorted points, lower side, upper side.  out holds
 * n + 1. */
static int
wrap(const gms_point_t *sorted, int n, gms_point_t *out)
{
    int m = 0, base;

    for (int i = 0; i < n; i++) {
        m = chain(out, m, 0, sorted[i]);
    }
    base = m - 1;
    for (int i = n - 2; i >= 0; i--) {
        m = chain(out, m, base, sorted[i]);
    }
    return m > 1 ? m - 1 : m; /* the last is the first */
}


static int
grow(gms_hull_t *hull)
{
    int capacity = hull->capacity > 0 ? 2 * hull->capacity : FIRST_CAPACITY;
    gms_point_t *corner;

    /* The corners, and as many again and one to rebuild them in. */
    corner = realloc(
        hull->corner, (2 * (size_t) capacity + 1) * sizeof(gms_point_t));
    if (corner == NULL) {
        return GMS_ENOMEM;
    }
    hull->corner = corner;
    hull->capacity = capacity;
    return GMS_OK;
}


int
gms_hull_add(gms_hull_t *hull, gms_point_t p)
{
    gms_point_t *old;
    int          n = hull->corners, kept = 0;

    if (is_inside(hull, p)) {
        return GMS_OK;
    }
    if (n + 1 >= hull->capacity && grow(hull) != GMS_OK) {
        return GMS_ENOMEM;
    }
    old = hull->corner + hull->capacity;
    memcpy(old, hull->corner, (size_t) n * sizeof(gms_point_t));
    old[n++] = p;
    qsort(old, (size_t) n, sizeof(gms_point_t), by_place);
    for (int i = 0; i < n; i++) {
        if (i == 0 || by_place(&old[i], &old[kept - 1]) != 0) {
            old[kept++] = old[i];
        }
    }
    hull->corners = wrap(old, kept, hull->corner);
    return GMS_OK;
}


double
gms_hull_spread(const gms_hull_t *hull)
{
    double most = 0;

    for (int i = 0; i < hull->corners; i++) {
        for (int k = 0; k < i; k++) {
            most = fmax(most,
                hypot(hull->corner[i].x - hull->corner[k].x,
                    hull->corner[i].y - hull->corner[k].y));
        }
    }
    return most;
}


/* The box with a side along (ux, uy), of length 1. */
static gms_box_t
box_along(const gms_hull_t *hull, double ux, double uy)
{
    double    u0 = INFINITY, u1 = -INFINITY, v0 = INFINITY, v1 = -INFINITY;
    gms_box_t box;

    for (int i = 0; i < hull->corners; i++) {
        double u = hull->corner[i].x * ux + hull->corner[i].y * uy;
        double v = hull->corner[i].y * ux - hull->corner[i].x * uy;

        u0 = fmin(u0, u);
        u1 = fmax(u1, u);
        v0 = fmin(v0, v);
        v1 = fmax(v1, v);
    }
    box.width = u1 - u0;
    box.height = v1 - v0;
    box.angle_deg = atan2(uy, ux) * 180 / M_PI;
    box.x = (u0 + u1) / 2 * ux - (v0 + v1) / 2 * uy;
    box.y = (u0 + u1) / 2 * uy + (v0 + v1) / 2 * ux;
    return box;
}


/* The longer side first, its angle upward. */
static void
set_upright(gms_box_t *box)
{
    if (box->height > box->width) {
        double swap = box->width;

        box->width = box->height;
        box->height = swap;
        box->angle_deg += 90;
    }
    box->angle_deg = fmod(box->angle_deg + 360, 180);
}


gms_box_t
gms_hull_box(const gms_hull_t *hull)
{
    gms_box_t best = { 0 };

    if (hull->corners == 1) {
        best.x = hull->corner[0].x;
        best.y = hull->corner[0].y;
    }
    for (int i = 0; i < hull->corners && hull->corners > 1; i++) {
        gms_point_t a = hull->corner[i];
        gms_point_t b = hull->corner[(i + 1) % hull->corners];
        double      length = hypot(b.x - a.x, b.y - a.y);
        gms_box_t   box =
            box_along(hull, (b.x - a.x) / length, (b.y - a.y) / length);

        /* Around a triangle all have one area: the first, not the roundest. */
        if (i == 0
            || box.width * box.height < best.width * best.height * (1 - EQUAL))
        {
            best = box;
        }
    }
    set_upright(&best);
    return best;
}


static bool
holds(gms_circle_t c, gms_point_t p)
{
    return hypot(p.x - c.x, p.y - c.y) <= c.r * (1 + HOLDS);
}


static gms_circle_t
circle_of_two(gms_point_t a, gms_point_t b)
{
    gms_circle_t c = { (a.x + b.x) / 2, (a.y + b.y) / 2, 0 };

    c.r = fmax(hypot(a.x - c.x, a.y - c.y), hypot(b.x - c.x, b.y - c.y));
    return c;
}


static gms_circle_t
circle_of_three(gms_point_t a, gms_point_t b, gms_point_t c)
{
    double       bx = b.x - a.x, by = b.y - a.y, cx = c.x - a.x, cy = c.y - a.y;
    double       d = 2 * (bx * cy - by * cx);
    double       bb = bx * bx + by * by, cc = cx * cx + cy * cy;
    gms_circle_t out;

    out.x = a.x + (cy * bb - by * cc) / d;
    out.y = a.y + (bx * cc - cx * bb) / d;
    out.r = fmax(hypot(out.x - a.x, out.y - a.y),
        fmax(hypot(out.x - b.x, out.y - b.y), hypot(out.x - c.x, out.y - c.y)));
    return out;
}


/* Welzl's circle without recursion: a point outside lies on the circle of
 * those before it. */
gms_circle_t
gms_hull_circle(const gms_hull_t *hull)
{
    const gms_point_t *p = hull->corner;
    gms_circle_t       c = { 0 };

    for (int i = 0; i < hull->corners; i++) {
        if (i > 0 && holds(c, p[i])) {
            continue;
        }
        c = (gms_circle_t){ p[i].x, p[i].y, 0 };
        for (int j = 0; j < i; j++) {
            if (holds(c, p[j])) {
                continue;
            }
            c = circle_of_two(p[i], p[j]);
            for (int k = 0; k < j; k++) {
                if (!holds(c, p[k])) {
                    c = circle_of_three(p[i], p[j], p[k]);
                }
            }
        }
    }
    return c;
}
