/*
 * gms_homography: maps between two planes, 3x3, row by row.
 * Pure; any thread.  A matrix stands for all its multiples but zero.
 */

#ifndef GMS_HOMOGRAPHY_H
#define GMS_HOMOGRAPHY_H

#define GMS_HOMOGRAPHY_POINTS_MAX 4096

typedef struct {
    double x;
    double y;
} gms_point_t;

/* out = a * b: b is applied first.  out may be a or b. */
void gms_homography_multiply(
    double out[9], const double a[9], const double b[9]);

/* Scaled so that the last element is 1 when it is not near zero, else to
 * Frobenius norm 1.  out may be h.  GMS_EINVALID: singular or not finite;
 * out is then untouched. */
int gms_homography_invert(double out[9], const double h[9]);

/* GMS_EINVALID, and both NaN, when the point lies on the horizon. */
int gms_homography_apply(
    const double h[9], double x, double y, double *u, double *v);

/* d(u, v) / d(x, y) at a point, row by row.  GMS_EINVALID on the horizon. */
int gms_homography_jacobian(const double h[9], double x, double y, double j[4]);

/*
 * The map that takes from[i] to to[i], n >= 4 pairs: normalised direct linear
 * transform (Hartley, "In defense of the eight-point algorithm"), then
 * Gauss-Newton on the distances in the plane of `to`.  GMS_EINVALID: too few
 * or too many points, not finite, or three of four on a line.
 */
int gms_homography_fit(
    double h[9], const gms_point_t *from, const gms_point_t *to, int n);

/*
 * Solves a * x = b by elimination with pivots; a is n x n, row by row, n <= 16,
 * and is destroyed; x comes back in b.  GMS_EINVALID: singular.
 */
int gms_linear_solve(double *a, double *b, int n);

#endif /* GMS_HOMOGRAPHY_H */
