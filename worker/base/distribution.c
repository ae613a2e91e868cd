/*
 * gms_distribution: see distribution.h.  Incomplete gamma and beta functions
 * by series and by continued fraction (modified Lentz): Abramowitz and Stegun
 * 6.5.29, 6.5.31, 26.5.8.
 */

#include "distribution.h"

#include <float.h>
#include <math.h>

#define STEPS_MAX 100000
#define TINY 1e-300


/* lgamma() writes a global variable. */
static double
log_gamma(double x)
{
    int sign;

    return lgamma_r(x, &sign);
}


/* Regularised lower incomplete gamma function, by its power series. */
static double
gamma_series(double a, double x)
{
    double term = 1 / a, sum = term;

    for (int i = 1; i < STEPS_MAX && fabs(term) > fabs(sum) * DBL_EPSILON; i++)
    {
        term *= x / (a + i);
        sum += term;
    }
    return sum * exp(a * log(x) - x - log_gamma(a));
}


/* The upper one, by its continued fraction. */
static double
gamma_fraction(double a, double x)
{
    double b = x + 1 - a, c = 1 / TINY, d = 1 / b, h = d, delta = 0;

    for (int i = 1; i < STEPS_MAX && fabs(delta - 1) > DBL_EPSILON; i++) {
        double an = -i * (i - a);

        b += 2;
        d = an * d + b;
        d = 1 / (fabs(d) < TINY ? TINY : d);
        c = b + an / c;
        c = fabs(c) < TINY ? TINY : c;
        delta = c * d;
        h *= delta;
    }
    return h * exp(a * log(x) - x - log_gamma(a));
}


double
gms_chi2_cdf(double x, double df)
{
    double a = df / 2;

    if (!(df > 0) || isnan(x)) {
        return NAN;
    }
    if (x <= 0) {
        return 0;
    }
    x /= 2;
    return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}


static double
chi2_density(double x, double df)
{
    return exp((df / 2 - 1) * log(x / 2) - x / 2 - log_gamma(df / 2)) / 2;
}


/* One step of Newton's, kept between the ends that are known. */
static double
step(double x, double by, double low, double high)
{
    double next = x - by;

    return next > low && next < high ? next : (low + high) / 2;
}


double
gms_chi2_quantile(double p, double df)
{
    double low = 0, high = fmax(df, 1), x, last;

    if (!(p > 0 && p < 1 && df > 0)) {
        return NAN;
    }
    while (gms_chi2_cdf(high, df) < p) {
        high *= 2;
    }
    x = high / 2;
    do {
        double off = gms_chi2_cdf(x, df) - p;

        if (off > 0) {
            high = x;
        } else {
            low = x;
        }
        last = x;
        x = step(x, off / chi2_density(x, df), low, high);
    } while (fabs(x - last) > 4 * DBL_EPSILON * x && high - low > 0 && x != low
        && x != high);
    return x;
}


static double
beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1), h, delta = 0;

    d = 1 / (fabs(d) < TINY ? TINY : d);
    h = d;
    for (int m = 1; m < STEPS_MAX && fabs(delta - 1) > DBL_EPSILON; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd =
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

        d = 1 + even * d;
        d = 1 / (fabs(d) < TINY ? TINY : d);
        c = 1 + even / c;
        c = fabs(c) < TINY ? TINY : c;
        h *= d * c;
        d = 1 + odd * d;
        d = 1 / (fabs(d) < TINY ? TINY : d);
        c = 1 + odd / c;
        c = fabs(c) < TINY ? TINY : c;
        delta = d * c;
        h *= delta;
    }
    return h;
}


/* Regularised incomplete beta function I_x(a, b); y = 1 - x, given apart so
 * that nothing is lost where x is near 1. */
static double
beta(double a, double b, double x, double y)
{
    double front;

    if (x <= 0 || y <= 0) {
        return x <= 0 ? 0 : 1;
    }
    front = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x)
        + b * log(y));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, y) / b;
}


double
gms_t_tail(double t, double df)
{
    double square = t * t;

    return df > 0
        ? beta(df / 2, 0.5, df / (df + square), square / (df + square))
        : NAN;
}


static double
t_density(double t, double df)
{
    return exp(log_gamma((df + 1) / 2) - log_gamma(df / 2)
               - (df + 1) / 2 * log1p(t * t / df))
        / sqrt(df * M_PI);
}


double
gms_t_quantile(double p, double df)
{
    double low = 0, high = 1, t, last, tail = 2 * fmin(p, 1 - p);

    if (!(p > 0 && p < 1 && df > 0)) {
        return NAN;
    }
    if (tail >= 1) {
        return 0;
    }
    while (gms_t_tail(high, df) > tail) {
        high *= 2;
    }
    t = high / 2;
    do {
        double off = gms_t_tail(t, df) - tail;

        if (off > 0) {
            low = t;
        } else {
            high = t;
        }
        last = t;
        t = step(t, -off / (2 * t_density(t, df)), low, high);
    } while (fabs(t - last) > 4 * DBL_EPSILON * t && t != low && t != high);
    return p < 0.5 ? -t : t;
}


double
gms_f_tail(double f, double df1, double df2)
{
    double all = df2 + df1 * f;

    if (!(df1 > 0 && df2 > 0) || isnan(f)) {
        return NAN;
    }
    return f <= 0 ? 1 : beta(df2 / 2, df1 / 2, df2 / all, df1 * f / all);
}


double
gms_c4(double m)
{
    return m > 1
        ? sqrt(2 / (m - 1)) * exp(log_gamma(m / 2) - log_gamma((m - 1) / 2))
        : NAN;
}
