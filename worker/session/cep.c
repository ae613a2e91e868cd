/* gms_cep: see cep.h. */

#include "cep.h"

#include <float.h>
#include <math.h>

#include "../base/distribution.h"

/* Directions of the integral.  It is periodic and smooth, so that the plain
 * sum converges faster than any power of their number, once they are close
 * against the narrowest feature: long groups and far ones need more. */
#define DIRECTIONS_MIN 48
#define DIRECTIONS_MAX 16384
#define DIRECTIONS_EACH 24

/* A group this much longer than wide is a line. */
#define ASPECT_MAX 400.0

#define STEPS_MAX 200


typedef struct {
    double long_; /* variances along the axes, the greater first */
    double short_;
    double x; /* offset along them */
    double y;
} axes_t;


static axes_t
axes(const gms_normal_t *n)
{
    double half = (n->cov[0] + n->cov[2]) / 2;
    double apart = hypot((n->cov[0] - n->cov[2]) / 2, n->cov[1]);
    double angle = atan2(2 * n->cov[1], n->cov[0] - n->cov[2]) / 2;
    axes_t a = { half + apart, half - apart, 0, 0 };

    a.short_ = fmax(a.short_, a.long_ / (ASPECT_MAX * ASPECT_MAX));
    a.x = n->x * cos(angle) + n->y * sin(angle);
    a.y = n->y * cos(angle) - n->x * sin(angle);
    return a;
}


static int
directions(const axes_t *a)
{
    double aspect = sqrt(a->long_ / a->short_);
    double away = hypot(a->x, a->y) / sqrt(a->short_);
    double n = DIRECTIONS_MIN + DIRECTIONS_EACH * (aspect + away);

    return 4 * (int) (fmin(n, DIRECTIONS_MAX) / 4);
}


/* Share of mass within r in one direction (per radian), the radial integral
 * of the density in closed form: exponent -(q s^2 - 2 b s + c) / 2. */
static double
ray(const axes_t *a, double cosine, double sine, double r)
{
    double q = cosine * cosine / a->long_ + sine * sine / a->short_;
    double b = a->x * cosine / a->long_ + a->y * sine / a->short_;
    double c = a->x * a->x / a->long_ + a->y * a->y / a->short_;
    double root = sqrt(q / 2), peak = b / q;
    double ends = exp(-c / 2) - exp(-(q * r * r - 2 * b * r + c) / 2);
    double around = 0;

    if (b != 0) {
        around = b * sqrt(M_PI / (2 * q)) * exp(-(c - b * b / q) / 2)
            * (erf(root * (r - peak)) + erf(root * peak));
    }
    return (ends + around) / q;
}


static double
share_within(const axes_t *a, int n, double r)
{
    double sum = 0;

    for (int i = 0; i < n; i++) {
        double angle = (i + 0.5) * 2 * M_PI / n;

        sum += ray(a, cos(angle), sin(angle), r);
    }
    return sum / (n * sqrt(a->long_ * a->short_));
}


double
gms_cep_share(const gms_normal_t *normal, double r)
{
    axes_t a = axes(normal);

    if (!(a.long_ > 0) || isnan(r)) {
        return NAN;
    }
    return r <= 0 ? 0 : share_within(&a, directions(&a), r);
}


/* The r that holds the share: Illinois' false position. */
static double
solve(const axes_t *a, double share)
{
    int    n = directions(a);
    double low = 0, high = sqrt(a->long_ + a->short_) + hypot(a->x, a->y);
    double f_low = -share, f_high, r = high;

    while ((f_high = share_within(a, n, high) - share) < 0) {
        low = high;
        f_low = f_high;
        high *= 1.5;
    }
    for (int i = 0, side = 0; i < STEPS_MAX; i++) {
        double last = r, f;

        r = (low * f_high - high * f_low) / (f_high - f_low);
        if (fabs(r - last) <= 1e-13 * r) {
            break;
        }
        f = share_within(a, n, r) - share;
        if (f > 0) {
            high = r;
            f_high = f;
            f_low = side > 0 ? f_low / 2 : f_low;
            side = 1;
        } else {
            low = r;
            f_low = f;
            f_high = side < 0 ? f_high / 2 : f_high;
            side = -1;
        }
    }
    return r;
}


double
gms_cep_correlated(const gms_normal_t *normal, double share)
{
    axes_t a = axes(normal);

    return a.long_ > 0 && isfinite(a.long_ + a.x + a.y) && share > 0
            && share < 1
        ? solve(&a, share)
        : NAN;
}


double
gms_cep_grubbs(const gms_normal_t *n, double share)
{
    const double *c = n->cov;
    double        mean = c[0] + c[2] + n->x * n->x + n->y * n->y;
    double        variance = 2
        * (c[0] * c[0] + 2 * c[1] * c[1] + c[2] * c[2]
            + 2
                * (n->x * n->x * c[0] + 2 * n->x * n->y * c[1]
                    + n->y * n->y * c[2]));

    return variance > 0 ? sqrt(variance / (2 * mean)
               * gms_chi2_quantile(share, 2 * mean * mean / variance))
                        : NAN;
}


double
gms_cep_round(double sigma, double offset, double share)
{
    axes_t a = { sigma * sigma, sigma * sigma, offset, 0 };

    if (!(sigma > 0 && share > 0 && share < 1) || !isfinite(sigma + offset)) {
        return NAN;
    }
    return offset == 0 ? sigma * sqrt(-2 * log1p(-share)) : solve(&a, share);
}
