/*
 * gms_distribution: what chance does: chi-square, Student's t and F.
 * Pure; any thread.  Absolute error about 1e-14, quantiles to 1e-13 relative.
 * NaN for arguments outside the domain.
 */

#ifndef GMS_DISTRIBUTION_H
#define GMS_DISTRIBUTION_H

/* Share of chi-square with df > 0 (whole or not) up to x. */
double gms_chi2_cdf(double x, double df);

/* x that the share p, 0 < p < 1, does not pass. */
double gms_chi2_quantile(double p, double df);

/* Probability that |t| of df > 0 degrees is at least this: two-sided. */
double gms_t_tail(double t, double df);

/* t that the share p, 0 < p < 1, does not pass. */
double gms_t_quantile(double p, double df);

/* Probability that F of (df1, df2) is at least f. */
double gms_f_tail(double f, double df1, double df2);

/* c4(m) = sqrt(2 / (m - 1)) Gamma(m / 2) / Gamma((m - 1) / 2): how far the
 * root of a mean square of m - 1 degrees falls short; m > 1. */
double gms_c4(double m);

#endif /* GMS_DISTRIBUTION_H */
