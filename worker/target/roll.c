/*
 * gms_roll: both pictures unrolled into rows of one radius each.
 *
 * Rings are left out and slow changes taken away, so that neither light nor a
 * ring that is a little off gives likeness; what is left is shifted along the
 * angle until it fits.
 */

#include "roll.h"

#include "../../ipc/error.h"
#include "homography.h"
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ANGLES 720
#define RADII 72
#define SHIFT_MAX (GMS_ROLL_MAX_DEG * ANGLES / 360)

/* Nearer to the centre digits are wider than what counts as slow. */
#define INNER_SHARE 0.25
#define SLOW 12 /* bins to either side */

/* As far as this from a ring nothing is compared: px, and of the card. */
#define RING_PX 2.5
#define RING_SHARE 0.008

/* So many levels say all; a lamp's reflection is no better than a digit. */
#define LEVELS_MAX 30.0

/* Least likeness, and how much more than at any other angle. */
#define MATCH_MIN 0.3
#define MATCH_LEAD 0.12
#define PEAK_BINS 4

/* Bins that must be seen in both. */
#define SEEN_MIN 0.35

/* Rings of more pixels than this are looked at in a shrunken picture. */
#define RADIUS_PX 240.0

typedef struct {
    float row[RADII][ANGLES]; /* 0 where nothing is known */
} unrolled_t;


static bool
near_ring(const gms_face_t *face, double r, double px_per_mm)
{
    double limit =
        fmax(RING_PX / px_per_mm, RING_SHARE * gms_face_radius_mm(face));

    for (int i = 0; i < face->rings; i++) {
        if (fabs(r - face->ring[i].diameter_mm / 2) < limit) {
            return true;
        }
    }
    return fabs(r - face->black_mm / 2) < limit
        || fabs(r - face->inner_mm / 2) < limit;
}


/* Mean over a few pixels, so that a large picture is seen as a small one. */
static double
sample_wide(const gms_image_t *image, double x, double y, int side)
{
    double sum = 0;

    for (int k = 0; k < side * side; k++) {
        double v = gms_sample(image, x + k % side - (side - 1) / 2.0,
            y + k / side - (side - 1) / 2.0);

        if (v < 0) {
            return -1;
        }
        sum += v;
    }
    return sum / (side * side);
}


/* Takes away the mean of what surrounds each bin. */
static void
sharpen(float *row, const double *level)
{
    for (int i = 0; i < ANGLES; i++) {
        double sum = 0, d;
        int    n = 0;

        row[i] = 0;
        if (level[i] < 0) {
            continue;
        }
        for (int k = i - SLOW; k <= i + SLOW; k++) {
            double v = level[(k + ANGLES) % ANGLES];

            if (v >= 0) {
                sum += v;
                n++;
            }
        }
        d = level[i] - sum / n;
        row[i] = (float) fmin(fmax(d, -LEVELS_MAX), LEVELS_MAX);
    }
}


/* Share of the bins that lie in the picture. */
static double
unroll(unrolled_t *u, const gms_roll_view_t *view, const gms_face_t *face,
    double px_per_mm)
{
    double radius = gms_face_radius_mm(face), level[ANGLES], x, y;
    int    side = (int) ceil(radius * px_per_mm / RADIUS_PX);
    int    seen = 0, all = 0;

    side = side < 1 ? 1 : side > 8 ? 8 : side;
    for (int i = 0; i < RADII; i++) {
        double r =
            radius * (INNER_SHARE + (1 - INNER_SHARE) * (i + 0.5) / RADII);

        memset(u->row[i], 0, sizeof(u->row[i]));
        if (near_ring(face, r, px_per_mm / side)) {
            continue;
        }
        for (int k = 0; k < ANGLES; k++) {
            double a = 2 * M_PI * k / ANGLES;

            level[k] = gms_homography_apply(
                           view->mm_to_px, r * cos(a), r * sin(a), &x, &y)
                    == GMS_OK
                ? sample_wide(view->image, x, y, side)
                : -1;
            seen += level[k] >= 0;
        }
        all += ANGLES;
        sharpen(u->row[i], level);
    }
    return all > 0 ? (double) seen / all : 0;
}


static double
likeness(const unrolled_t *a, const unrolled_t *b, int shift)
{
    double ab = 0, aa = 0, bb = 0;

    for (int i = 0; i < RADII; i++) {
        for (int k = 0; k < ANGLES; k++) {
            float p = a->row[i][k];
            float q = b->row[i][(k + shift + ANGLES) % ANGLES];

            ab += p * q;
            aa += p * p;
            bb += q * q;
        }
    }
    return ab / sqrt(aa * bb + 1e-9);
}


static int
best_shift(const unrolled_t *was, const unrolled_t *is, double *roll_deg,
    double *match)
{
    double m[2 * SHIFT_MAX + 1], other = -1, curve, part = 0;
    int    n = 2 * SHIFT_MAX + 1, best = 0;

    for (int i = 0; i < n; i++) {
        m[i] = likeness(was, is, i - SHIFT_MAX);
        best = m[i] > m[best] ? i : best;
    }
    for (int i = 0; i < n; i++) {
        if (abs(i - best) > PEAK_BINS) {
            other = fmax(other, m[i]);
        }
    }
    *match = m[best];
    if (best == 0 || best == n - 1 || m[best] < MATCH_MIN
        || m[best] < other + MATCH_LEAD)
    {
        return GMS_EUNSURE;
    }
    curve = m[best - 1] - 2 * m[best] + m[best + 1];
    if (curve < 0) {
        part = (m[best - 1] - m[best + 1]) / (2 * curve);
    }
    *roll_deg = (best - SHIFT_MAX + part) * 360 / ANGLES;
    return GMS_OK;
}


static double
scale_of(const double mm_to_px[9])
{
    double j[4];

    return gms_homography_jacobian(mm_to_px, 0, 0, j) == GMS_OK
        ? sqrt(fabs(j[0] * j[3] - j[1] * j[2]))
        : 0;
}


int
gms_roll_find(double *roll_deg, double *match, const gms_roll_view_t *was,
    const gms_roll_view_t *is, const gms_face_t *face)
{
    unrolled_t *both = malloc(2 * sizeof(*both));
    double      a = scale_of(was->mm_to_px), b = scale_of(is->mm_to_px);
    int         rc = GMS_EUNSURE;

    *match = 0;
    if (both == NULL) {
        return GMS_ENOMEM;
    }
    if (a > 0 && b > 0 && unroll(&both[0], was, face, a) > SEEN_MIN
        && unroll(&both[1], is, face, b) > SEEN_MIN)
    {
        rc = best_shift(&both[0], &both[1], roll_deg, match);
    }
    free(both);
    return rc;
}
