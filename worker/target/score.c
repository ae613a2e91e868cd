/* gms_score: see score.h; the rules in words are in docs/scoring.md. */

#include "score.h"

#include "outline.h"

#include <math.h>

/* A shot computed to lie on a line lies on it: in units of a tenth, far below
 * what can be measured, far above the rounding of a double. */
#define GUARD_TENTHS 1e-9

#define TENTHS_MAX 109

/* A shot this likely to be worth another ring is one for a person: with
 * errors that are normal it leaves out one wrong value in 25. */
#define NEAR_LINE_DOUBT 0.04

/* Errors beyond so many sigmas do not happen. */
#define REACH_SIGMAS 5.0

/* Radii of a value's band are narrowed down to this, mm. */
#define BAND_STEP_MM 1e-4


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


/* A line touched by the gauge counts the higher value, so does a zone. */
static gms_score_t
score_zones(const gms_face_t *face, double gauge_mm, double x_mm, double y_mm)
{
    const gms_face_zone_t *zone;
    gms_score_t            score = { 0, 0, false, -1 };

    for (int i = 0; i < face->zones; i++) {
        zone = &face->zone[i];
        if (zone->points > score.ring
            && gms_outline_way(zone, x_mm, y_mm).mm - gauge_mm / 2
                <= GUARD_TENTHS)
        {
            score = (gms_score_t){ zone->points * 10, zone->points, zone->inner,
                i };
        }
    }

    return score;
}


gms_score_t
gms_score(const gms_face_t *face, double caliber_mm, double x_mm, double y_mm)
{
    int         i;
    double      r_mm = hypot(x_mm, y_mm);
    double      gauge_mm = gms_face_gauge_mm(face, caliber_mm);
    gms_score_t score = { 0, 0, false, -1 };

    /* hypot(inf, NaN) is inf: both are caught here. */
    if (!isfinite(r_mm)) {
        return score;
    }
    if (face->zones > 0) {
        return score_zones(face, gauge_mm, x_mm, y_mm);
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


static int
value_at(
    const gms_face_t *face, double caliber_mm, double r_mm, gms_shown_e shown)
{
    gms_score_t score = gms_score(face, caliber_mm, r_mm, 0);

    return shown == GMS_SHOWN_RING ? score.ring : score.tenths;
}


/* How far the value stays the same from r_mm in this direction, at most
 * far_mm: values never rise with the radius. */
static double
same_value_mm(const gms_face_t *face, double caliber_mm, double r_mm,
    double far_mm, gms_shown_e shown)
{
    int    value = value_at(face, caliber_mm, r_mm, shown);
    double in = 0, out = far_mm;

    if (value_at(face, caliber_mm, r_mm + far_mm, shown) == value) {
        return far_mm;
    }
    while (fabs(out - in) > BAND_STEP_MM) {
        double middle = (in + out) / 2;

        if (value_at(face, caliber_mm, r_mm + middle, shown) == value) {
            in = middle;
        } else {
            out = middle;
        }
    }
    return out;
}


/* Standard error along a unit vector; < 0: none can have this covariance. */
static double
sigma_along(const double error_mm2[3], double ux, double uy)
{
    double mm2 = ux * ux * error_mm2[0] + 2 * ux * uy * error_mm2[1]
        + uy * uy * error_mm2[2];

    return mm2 < 0 ? -1 : sqrt(mm2);
}


/* Probability of an error beyond this, to one side. */
static double
beyond(double mm, double sigma_mm)
{
    return erfc(mm / sigma_mm / M_SQRT2) / 2;
}


static double
ring_doubt(const gms_face_t *face, double caliber_mm, double x_mm, double y_mm,
    const double error_mm2[3], gms_shown_e shown)
{
    double r_mm = hypot(x_mm, y_mm), ux = 1, uy = 0, sigma_mm, reach_mm;
    double in_mm, out_mm, doubt = 0;

    if (r_mm > 0) {
        ux = x_mm / r_mm;
        uy = y_mm / r_mm;
    }
    sigma_mm = sigma_along(error_mm2, ux, uy);
    if (sigma_mm < 0) {
        return 1;
    }
    reach_mm = REACH_SIGMAS * sigma_mm;
    if (!(reach_mm > 0) || !isfinite(reach_mm)) {
        return reach_mm > 0 ? 1 : 0;
    }
    out_mm = same_value_mm(face, caliber_mm, r_mm, reach_mm, shown);
    in_mm =
        -same_value_mm(face, caliber_mm, r_mm, -fmin(reach_mm, r_mm), shown);
    if (out_mm < reach_mm) {
        doubt += beyond(out_mm, sigma_mm);
    }
    if (in_mm < reach_mm && in_mm < r_mm) {
        doubt += beyond(in_mm, sigma_mm);
    }
    return fmin(doubt, 1);
}


/* Over the line round its own zone a shot may fall into one that counts less,
 * over that round a better one into that. */
static double
zone_doubt(const gms_face_t *face, double caliber_mm, double x_mm, double y_mm,
    const double error_mm2[3])
{
    double      gauge_mm = gms_face_gauge_mm(face, caliber_mm), sigma_mm;
    double      doubt = 0;
    gms_score_t is = gms_score(face, caliber_mm, x_mm, y_mm);

    for (int i = 0; i < face->zones; i++) {
        gms_outline_way_t way;

        if (face->zone[i].points <= is.ring && i != is.zone) {
            continue;
        }
        way = gms_outline_way(&face->zone[i], x_mm, y_mm);
        sigma_mm = sigma_along(error_mm2, way.ux, way.uy);
        if (sigma_mm < 0 || !isfinite(sigma_mm)) {
            return 1;
        }
        if (sigma_mm > 0) {
            doubt += beyond(fabs(way.mm - gauge_mm / 2), sigma_mm);
        }
    }
    return fmin(doubt, 1);
}


double
gms_score_doubt(const gms_face_t *face, double caliber_mm, double x_mm,
    double y_mm, const double error_mm2[3], gms_shown_e shown)
{
    if (!isfinite(x_mm) || !isfinite(y_mm) || !isfinite(error_mm2[0])
        || !isfinite(error_mm2[1]) || !isfinite(error_mm2[2]))
    {
        return 1;
    }

    return face->zones > 0
        ? zone_doubt(face, caliber_mm, x_mm, y_mm, error_mm2)
        : ring_doubt(face, caliber_mm, x_mm, y_mm, error_mm2, shown);
}


bool
gms_score_near_line(const gms_face_t *face, double caliber_mm, double x_mm,
    double y_mm, const double error_mm2[3])
{
    return gms_score_doubt(
               face, caliber_mm, x_mm, y_mm, error_mm2, GMS_SHOWN_RING)
        > NEAR_LINE_DOUBT;
}
