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
#define MATCH_MIN 0.5
#define MATCH_LEAD 0.12
#define PEAK_BINS 4

/* Bins that must be seen in both. */
#define SEEN_MIN 0.35

/* Rings of more pixels than this are looked at in a shrunken picture. */
#define RADIUS_PX 240.0

typedef struct {
    int   rows;                               /* from the middle outwards */
    int   black;                              /* of them, in the black */
    float row[RADII][ANGLES + 2 * SHIFT_MAX]; /* 0 where nothing is known;
                                                 what is at -SHIFT_MAX first */
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
    double sum = 0;
    int    n = 0;

    for (int i = -SLOW; i < ANGLES + SLOW; i++) {
        int    old = i - 2 * SLOW - 1, at = i - SLOW;
        double v = level[(i + ANGLES) % ANGLES], d;

        sum += fmax(v, 0);
        n += v >= 0;
        if (old >= -SLOW) {
            v = level[(old + ANGLES) % ANGLES];
            sum -= fmax(v, 0);
            n -= v >= 0;
        }
        if (at >= 0) {
            d = level[at] >= 0 ? level[at] - sum / n : 0;
            row[at + SHIFT_MAX] =
                (float) fmin(fmax(d, -LEVELS_MAX), LEVELS_MAX);
        }
    }
    memcpy(row, row + ANGLES, SHIFT_MAX * sizeof(*row));
    memcpy(row + ANGLES + SHIFT_MAX, row + SHIFT_MAX, SHIFT_MAX * sizeof(*row));
}


/* Pixels that make one sample. */
static int
side_of(const gms_face_t *face, double px_per_mm)
{
    double side = ceil(gms_face_radius_mm(face) * px_per_mm / RADIUS_PX);

    return side < 1 ? 1 : side > 8 ? 8 : (int) side;
}


/* Share of the bins that lie in the picture. */
static double
unroll(unrolled_t *u, const gms_roll_view_t *view, const gms_face_t *face,
    int side, double coarse)
{
    double radius = gms_face_radius_mm(face), level[ANGLES], x, y;
    int    seen = 0;

    u->rows = u->black = 0;
    for (int i = 0; i < RADII; i++) {
        double r =
            radius * (INNER_SHARE + (1 - INNER_SHARE) * (i + 0.5) / RADII);

        if (near_ring(face, r, coarse)) {
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
        u->black += r < face->black_mm / 2;
        sharpen(u->row[u->rows++], level);
    }
    return u->rows > 0 ? (double) seen / (ANGLES * u->rows) : 0;
}


/* Eight sums, so that they add up alike however many a processor does at
 * once. */
static double
likeness(const unrolled_t *a, const unrolled_t *b, int from, int shift)
{
    float sum = 0;

    for (int i = from; i < a->rows; i++) {
        const float *p = a->row[i] + SHIFT_MAX;
        const float *q = b->row[i] + SHIFT_MAX + shift;
        float        lane[8] = { 0 };

        for (int k = 0; k < ANGLES; k += 8) {
            for (int c = 0; c < 8; c++) {
                lane[c] += p[k + c] * q[k + c];
            }
        }
        for (int c = 0; c < 8; c++) {
            sum += lane[c];
        }
    }
    return sum;
}


static double
power(const unrolled_t *u, int from)
{
    double sum = 0;

    for (int i = from; i < u->rows; i++) {
        for (int k = 0; k < ANGLES; k++) {
            sum += (double) u->row[i][k + SHIFT_MAX] * u->row[i][k + SHIFT_MAX];
        }
    }
    return sum;
}


/* By the rows from this one on. */
static int
best_shift(const unrolled_t *was, const unrolled_t *is, int from,
    double *roll_deg, double *match)
{
    double m[2 * SHIFT_MAX + 1], other = -1, curve, part = 0;
    int    n = 2 * SHIFT_MAX + 1, best = 0;

    double norm = sqrt(power(was, from) * power(is, from)) + 1e-9;

    for (int i = 0; i < n; i++) {
        m[i] = likeness(was, is, from, i - SHIFT_MAX) / norm;
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
    unrolled_t *both;
    double      a = scale_of(was->mm_to_px), b = scale_of(is->mm_to_px);
    int         side_a = side_of(face, a), side_b = side_of(face, b);
    double      coarse = fmin(a / side_a, b / side_b);
    int         rc = GMS_EUNSURE;

    *match = 0;
    if (!(coarse > 0)) {
        return GMS_EUNSURE;
    }
    both = malloc(2 * sizeof(*both));
    if (both == NULL) {
        return GMS_ENOMEM;
    }
    if (unroll(&both[0], was, face, side_a, coarse) > SEEN_MIN
        && unroll(&both[1], is, face, side_b, coarse) > SEEN_MIN)
    {
        rc = best_shift(&both[0], &both[1], 0, roll_deg, match);
        if (rc != GMS_OK) { /* holes and pasters are most of the black */
            rc = best_shift(&both[0], &both[1], both[0].black, roll_deg, match);
        }
    }
    free(both);
    return rc;
}
