/* gms_outline: see outline.h. */

#include "outline.h"

#include <math.h>

/* Nearer than this to the line a shot lies on it, mm: the direction to the
 * nearest point is then noise. */
#define ON_LINE_MM 1e-9


/* Does a ray from the shot to the right cross the side?  Half open in y, so
 * that a corner is crossed once. */
static bool
is_crossed(const double a[2], const double b[2], double x_mm, double y_mm)
{
    return (a[1] > y_mm) != (b[1] > y_mm)
        && x_mm < a[0] + (y_mm - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
}


/* The way to the nearest point of the side. */
static gms_outline_way_t
side_way(const double a[2], const double b[2], double x_mm, double y_mm)
{
    double sx = b[0] - a[0], sy = b[1] - a[1], length2 = sx * sx + sy * sy;
    double at = 0, dx, dy, mm;

    if (length2 > 0) {
        at = ((x_mm - a[0]) * sx + (y_mm - a[1]) * sy) / length2;
        at = fmin(fmax(at, 0), 1);
    }

    dx = a[0] + at * sx - x_mm;
    dy = a[1] + at * sy - y_mm;
    mm = hypot(dx, dy);

    if (mm > ON_LINE_MM) {
        return (gms_outline_way_t){ mm, dx / mm, dy / mm };
    }
    if (length2 > 0) {
        return (
            gms_outline_way_t){ mm, -sy / sqrt(length2), sx / sqrt(length2) };
    }
    return (gms_outline_way_t){ mm, 1, 0 };
}


gms_outline_way_t
gms_outline_way(const gms_face_zone_t *zone, double x_mm, double y_mm)
{
    gms_outline_way_t way, nearest = { INFINITY, 1, 0 };
    double            a[2], b[2];
    bool              inside = false;
    int               k;

    for (int i = 0; i < zone->corners; i++) {
        k = (i + 1) % zone->corners;
        a[0] = zone->corner_um[i][0] / 1e3;
        a[1] = zone->corner_um[i][1] / 1e3;
        b[0] = zone->corner_um[k][0] / 1e3;
        b[1] = zone->corner_um[k][1] / 1e3;

        inside ^= is_crossed(a, b, x_mm, y_mm);
        way = side_way(a, b, x_mm, y_mm);
        if (way.mm < nearest.mm) {
            nearest = way;
        }
    }

    if (inside) {
        nearest.mm = -nearest.mm;
    }

    return nearest;
}
