/*
 * gms_cep: radius of the circle that holds a share of the shots, by the model
 * of the group: circular error probable.  Pure; any thread.
 *
 * The group is normal with this covariance (xx, xy, yy); its centre lies
 * (x, y) from the middle of the circle: (0, 0) for a circle about the group's
 * own centre, its offset for one about the point of aim.  NaN where the model
 * has no answer.  Sources: docs/statistics.md.
 */

#ifndef GMS_CEP_H
#define GMS_CEP_H

typedef struct {
    double cov[3];
    double x;
    double y;
} gms_normal_t;

/* Share of the shots within r. */
double gms_cep_share(const gms_normal_t *normal, double r);

/* Exact for the normal model (Hoyt's distribution, with offset Beckmann's),
 * by numeric integration to about 1e-10. */
double gms_cep_correlated(const gms_normal_t *normal, double share);

/* Grubbs' approximation by a chi-square of equal mean and variance
 * (Patnaik). */
double gms_cep_grubbs(const gms_normal_t *normal, double share);

/* Round group of this sigma: Rayleigh's, with offset Rice's. */
double gms_cep_round(double sigma, double offset, double share);

#endif /* GMS_CEP_H */
