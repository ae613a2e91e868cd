/*
 * gms_numerals: how far the card is rolled.
 *
 * In each band between two rings and about each arm, ink is summed along the
 * radius.  What is printed there is one numeral: its middle gives one angle.
 * Holes and hands give others, or too wide a blot; the median of the many
 * angles, if most agree with it, is the roll.
 */

#include "numerals.h"

#include "../../ipc/error.h"
#include "median.h"
#include "sample.h"

#include <math.h>
#include <string.h>

#define ARMS 4

/* Numerals are sought so far from the arm, so fine. */
#define WINDOW_DEG 13.0
#define STEP_DEG 0.2
#define STEPS 131 /* 2 * WINDOW_DEG / STEP_DEG + 1 */

/* Part of a band's width next to each ring that is not looked at. */
#define MARGIN 0.22
#define RADII 7

/* A numeral is from so much to so much of its band's width wide. */
#define WIDTH_MIN 0.08
#define WIDTH_MAX 0.9

/* A band of fewer pixels shows no numerals. */
#define BAND_PX_MIN 9.0

/* Ink differs from the ground by so many levels, and by so much of the most
 * in its window. */
#define INK_LEVELS 5.0
#define INK_SHARE 0.3

/* So many numerals on so many arms must agree, and so many of all. */
#define NUMERALS_MIN 6
#define ARMS_MIN 3
#define AGREE_SHARE 0.6
#define AGREE_DEG 0.8

#define FOUND_MAX (ARMS * GMS_RINGS_MAX)

typedef struct {
    double off_deg;
    double radius_mm;
    int    arm;
} numeral_t;


/* Ink by angle, mean over the radii of the band; false: not in the picture. */
static bool
ink_profile(double ink[STEPS], const double h[9], const gms_image_t *image,
    double from_mm, double to_mm, double arm_deg, bool light)
{
    double level[STEPS], sorted[STEPS], x, y, ground;

    for (int i = 0; i < STEPS; i++) {
        ink[i] = 0;
    }
    for (int k = 0; k < RADII; k++) {
        double r = from_mm + (to_mm - from_mm) * k / (RADII - 1);

        for (int i = 0; i < STEPS; i++) {
            double a = (arm_deg - WINDOW_DEG + i * STEP_DEG) * M_PI / 180;

            if (gms_homography_apply(h, r * cos(a), r * sin(a), &x, &y)
                != GMS_OK) {
                return false;
            }
            level[i] = gms_sample(image, x, y);
            if (level[i] < 0) {
                return false;
            }
        }
        memcpy(sorted, level, sizeof(sorted));
        ground = gms_median(sorted, STEPS);
        for (int i = 0; i < STEPS; i++) {
            double d = light ? level[i] - ground : ground - level[i];

            ink[i] += fmax(d, 0) / RADII;
        }
    }
    return true;
}


/* Middle of the one blot of ink, or false. */
static bool
find_numeral(
    const double ink[STEPS], double radius_mm, double band_mm, double *off_deg)
{
    double most = 0, limit, width;
    int    first = -1, last = -1;

    for (int i = 0; i < STEPS; i++) {
        most = fmax(most, ink[i]);
    }
    limit = INK_SHARE * most;
    if (most < INK_LEVELS) {
        return false;
    }
    for (int i = 0; i < STEPS; i++) {
        if (ink[i] >= limit) {
            last = i;
            first = first < 0 ? i : first;
        }
    }
    width = (last - first + 1) * STEP_DEG * M_PI / 180 * radius_mm;
    if (first == 0 || last == STEPS - 1 || width < WIDTH_MIN * band_mm
        || width > WIDTH_MAX * band_mm)
    {
        return false;
    }
    *off_deg = (first + last) / 2.0 * STEP_DEG - WINDOW_DEG;
    return fabs(*off_deg) <= GMS_NUMERALS_ROLL_MAX;
}


static int
collect(numeral_t *numeral, const double h[9], const gms_rings_t *r,
    const gms_image_t *image, double first_arm_deg)
{
    double ink[STEPS];
    bool   in_black = true;
    int    n = 0;

    for (int i = 0; i + 1 < r->rings; i++) {
        double a = r->ring[i].radius_mm, b = r->ring[i + 1].radius_mm;
        double band = b - a, middle = (a + b) / 2;

        in_black = in_black && !r->ring[i].border;
        if (band * r->px_per_mm < BAND_PX_MIN
            || middle * WINDOW_DEG * M_PI / 180 < WIDTH_MAX * band)
        {
            continue;
        }
        for (int arm = 0; arm < ARMS; arm++) {
            numeral_t *p = &numeral[n];

            p->arm = arm;
            p->radius_mm = middle;
            n += ink_profile(ink, h, image, a + MARGIN * band,
                     b - MARGIN * band, first_arm_deg + 90.0 * arm, in_black)
                && find_numeral(ink, middle, band, &p->off_deg);
        }
    }
    return n;
}


static int
agree(double *roll_deg, const numeral_t *numeral, int n)
{
    double off[FOUND_MAX], middle, sum = 0, weight = 0;
    bool   seen[ARMS] = { false };
    int    agreeing = 0, arms = 0;

    if (n < NUMERALS_MIN) {
        return GMS_ENOTFOUND;
    }
    for (int i = 0; i < n; i++) {
        off[i] = numeral[i].off_deg;
    }
    middle = gms_median(off, n);
    for (int i = 0; i < n; i++) {
        if (fabs(numeral[i].off_deg - middle) > AGREE_DEG) {
            continue;
        }
        agreeing++;
        arms += !seen[numeral[i].arm];
        seen[numeral[i].arm] = true;
        sum += numeral[i].off_deg * numeral[i].radius_mm;
        weight += numeral[i].radius_mm;
    }
    if (agreeing < NUMERALS_MIN || arms < ARMS_MIN
        || agreeing < AGREE_SHARE * n) {
        return GMS_ENOTFOUND;
    }
    *roll_deg = sum / weight;
    return GMS_OK;
}


int
gms_numerals_roll(double *roll_deg, const double mm_to_px[9],
    const gms_rings_t *rings, const gms_image_t *image)
{
    numeral_t numeral[FOUND_MAX];

    *roll_deg = 0;
    for (int diagonal = 0; diagonal < 2; diagonal++) {
        int n = collect(numeral, mm_to_px, rings, image, 45.0 * diagonal);

        if (agree(roll_deg, numeral, n) == GMS_OK) {
            return GMS_OK;
        }
    }
    return GMS_ENOTFOUND;
}
