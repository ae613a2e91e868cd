#include "lens.h"

#include <math.h>

/* Even a fish eye bends by less where a card hangs. */
#define BEND_MAX 0.3

/* Newton on r of a cubic near its start: three rounds reach the last bit. */
#define ROUNDS 6

/* Where the cubic is about to turn back there is no picture any more. */
#define SLOPE_MIN 0.2


bool
gms_lens_is_sane(const gms_lens_t *lens)
{
    return isfinite(lens->x) && isfinite(lens->y) && isfinite(lens->bend)
        && isfinite(lens->at2) && lens->at2 >= 0
        && fabs(lens->bend) * lens->at2 <= BEND_MAX;
}


void
gms_lens_flatten(
    const gms_lens_t *lens, double x, double y, double *u, double *v)
{
    double dx = x - lens->x, dy = y - lens->y;
    double by = lens->bend * (dx * dx + dy * dy - lens->at2);

    *u = x + dx * by;
    *v = y + dy * by;
}


void
gms_lens_bend(const gms_lens_t *lens, double u, double v, double *x, double *y)
{
    double du = u - lens->x, dv = v - lens->y;
    double flat = hypot(du, dv), r = flat, most = INFINITY;

    *x = u;
    *y = v;
    if (lens->bend == 0 || !(flat > 0)) {
        return;
    }
    if (lens->bend < 0) {
        most = sqrt((lens->at2 - (1 - SLOPE_MIN) / lens->bend) / 3);
    }
    for (int i = 0; i < ROUNDS; i++) {
        double by = 1 + lens->bend * (r * r - lens->at2);
        double slope = by + 2 * lens->bend * r * r;

        r = fmin(r - (r * by - flat) / fmax(slope, SLOPE_MIN), most);
    }
    *x = lens->x + du * r / flat;
    *y = lens->y + dv * r / flat;
}


void
gms_lens_jacobian(const gms_lens_t *lens, double x, double y, double j[4])
{
    double dx = x - lens->x, dy = y - lens->y, twice = 2 * lens->bend;
    double by = 1 + lens->bend * (dx * dx + dy * dy - lens->at2);

    j[0] = by + twice * dx * dx;
    j[1] = twice * dx * dy;
    j[2] = j[1];
    j[3] = by + twice * dy * dy;
}
