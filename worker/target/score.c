/* gms_score: see score.h; the rules in words are in docs/scoring.md. */

#include "score.h"

#include <math.h>

/* A shot computed to lie on a line lies on it: in units of a tenth, far below
 * what can be measured, far above the rounding of a double. */
#define GUARD_TENTHS 1e-9

#define TENTHS_MAX 109


/* Radius within which a shot of this gauge touches ring i. */
static double
ring_radius(const gms_face_t *face, int i, double gauge_mm)
{
    return (face->ring[i].diameter_mm + gauge_mm) / 2;
}


/* Width of the band that scores ring i, from the centre for the first. */
static double
band_width(const gms_face_t *face, int i, double gauge_mm)
{
    if (i == 0) {
        return ring_radius(face, 0, gauge_mm);
    }

    return (face->ring[i].diameter_mm - face->ring[i - 1].diameter_mm) / 2;
}


/* Index of the highest ring touched, -1: none. */
static int
ring_touched(const gms_face_t *face, double gauge_mm, double r_mm)
{
    double over;

    for (int i = 0; i < face->rings; i++) {
        over = r_mm - ring_radius(face, i, gauge_mm);
        if (10 * over / band_width(face, i, gauge_mm) <= GUARD_TENTHS) {
            return i;
        }
    }

    return -1;
}


/* Lines of tenths crossed on a way of r_mm where 10 of them are width_mm; the
 * decimal is cut, not rounded, and a line touched is not crossed. */
static int
tenths_crossed(double r_mm, double width_mm)
{
    return (int) ceil(10 * r_mm / width_mm - GUARD_TENTHS);
}


static int
decimal_tenths(const gms_face_t *face, int i, double gauge_mm, double r_mm)
{
    int    tenths, low = face->ring[i].value * 10;
    double inside_mm;

    switch (face->decimal) {
    case GMS_DECIMAL_LINEAR:
        tenths = 110
            - tenths_crossed(r_mm,
                face->rings > 1 ? band_width(face, 1, gauge_mm)
                                : band_width(face, 0, gauge_mm));
        break;

    case GMS_DECIMAL_TWO_PART:
        inside_mm = i == 0 ? r_mm : r_mm - ring_radius(face, i - 1, gauge_mm);
        tenths =
            low + 10 - tenths_crossed(inside_mm, band_width(face, i, gauge_mm));
        break;

    case GMS_DECIMAL_NONE:
    default:
        return low;
    }

    /* The ring decides: tenths never contradict it, whatever a face says. */
    if (tenths < low) {
        return low;
    }
    if (tenths > low + 9) {
        return low + 9;
    }

    return tenths;
}


static bool
inner_ten(const gms_face_t *face, double gauge_mm, double r_mm)
{
    double limit_mm;

    if (face->inner_mm <= 0) {
        return false;
    }

    limit_mm = face->inner_shot_out ? (gauge_mm - face->inner_mm) / 2
                                    : (gauge_mm + face->inner_mm) / 2;

    return r_mm <= limit_mm + GUARD_TENTHS;
}


gms_score_t
gms_score(const gms_face_t *face, double caliber_mm, double x_mm, double y_mm)
{
    int         i;
    double      r_mm = hypot(x_mm, y_mm);
    double      gauge_mm = gms_face_gauge_mm(face, caliber_mm);
    gms_score_t score = { 0, 0, false };

    /* hypot(inf, NaN) is inf: both are caught here. */
    if (!isfinite(r_mm)) {
        return score;
    }

    i = ring_touched(face, gauge_mm, r_mm);
    if (i < 0) {
        return score;
    }

    score.ring = face->ring[i].value;
    score.tenths = decimal_tenths(face, i, gauge_mm, r_mm);
    if (score.tenths > TENTHS_MAX) {
        score.tenths = TENTHS_MAX;
    }
    score.inner = inner_ten(face, gauge_mm, r_mm);

    return score;
}
