/*
 * gms_median: the middle of many numbers, without sorting them all.
 * Pure; any thread.
 */

#ifndef GMS_MEDIAN_H
#define GMS_MEDIAN_H

/* The k-th by size, 0 <= k < n; shuffles v, which holds no NaN. */
double gms_smallest(double *v, int n, int k);

/* The upper one of two middles; 0 when there are none; shuffles v. */
double gms_median(double *v, int n);

/* The mean of the two middles when n > 0 is even; shuffles v. */
double gms_middle(double *v, int n);

#endif /* GMS_MEDIAN_H */
