/*
 * gms_orientation: every blot between two rings is compared, turned and
 * mirrored in all eight ways, with the digit that must stand there.
 *
 * The digits to compare with are drawn of a few strokes: faces are printed in
 * many types, and blurred they are all alike.  Which value stands where is
 * known, so that a 6 that reads as a 9 tells that the card is upside down.
 */

#include "orientation.h"

#include "../../ipc/error.h"
#include "homography.h"
#include "median.h"
#include "sample.h"

#include <math.h>
#include <string.h>

#define WAYS 8
#define ARMS 4

/* A patch between two rings: so much of the step to either side of its
 * middle, in so many samples. */
#define PATCH 28
#define PATCH_HALF 0.41

/* Samples of a digit, made as high as this; it may be wider than high when
 * it lies on its side. */
#define HIGH 14
#define WIDE 14

/* A band of fewer pixels shows no digits. */
#define BAND_PX_MIN 11.0

/* Ink stands out by so many levels; the blot is so large, in patches. */
#define INK_LEVELS 10.0
#define BLOT_MIN 0.25
#define BLOT_MAX 0.95

/* Half the width of a stroke, and of its soft edge, in heights of a digit. */
#define STROKE 0.075
#define STROKE_SOFT 0.07

/* What makes a proposal. */
#define DIGITS_MIN 6
#define LIKENESS_MIN 0.45
#define LEAD_MIN 0.05
#define LEAD_TO_ERROR 3.0

#define DIGITS_MAX (ARMS * GMS_FACE_RINGS_MAX)

/* Strokes through these, 1 high, 0.6 wide, y up, in hundredths; ends with
 * -1. */
static const int8_t strokes[10][40] = {
    { -1 }, /* no ring counts nothing */
    { 12, 78, 33, 100, 33, 0, -1 },
    { 3, 75, 8, 92, 30, 100, 52, 92, 57, 74, 50, 55, 3, 0, 60, 0, -1 },
    { 4, 85, 15, 97, 30, 100, 50, 92, 54, 74, 46, 58, 27, 53, 48, 47, 58, 29,
        50, 8, 30, 0, 10, 5, 2, 20, -1 },
    { 42, 0, 42, 100, 2, 30, 60, 30, -1 },
    { 53, 100, 12, 100, 6, 55, 28, 64, 50, 56, 58, 33, 50, 9, 28, 0, 9, 6, 2,
        20, -1 },
    { 52, 88, 42, 98, 28, 100, 10, 88, 3, 60, 3, 35, 10, 8, 30, 0, 50, 9, 57,
        31, 50, 54, 30, 62, 12, 54, 4, 38, -1 },
    { 2, 100, 58, 100, 35, 60, 22, 0, -1 },
    { 30, 54, 10, 63, 6, 78, 13, 94, 30, 100, 47, 94, 54, 78, 50, 63, 30, 54, 8,
        43, 2, 27, 10, 7, 30, 0, 50, 7, 58, 27, 52, 43, 30, 54, -1 },
    { 8, 12, 18, 2, 32, 0, 50, 12, 57, 40, 57, 65, 50, 92, 30, 100, 10, 91, 3,
        69, 10, 46, 30, 38, 48, 46, 56, 62, -1 },
};

typedef struct {
    int    value;
    double ink[PATCH][PATCH]; /* y up */
    double x0;                /* of the blot, in samples */
    double y0;
    double x1;
    double y1;
} blot_t;

typedef struct {
    double like[DIGITS_MAX][WAYS];
    int    n;
} reading_t;


static double
to_stroke(double x, double y, const int8_t *p)
{
    double ax = p[0] / 100.0, ay = p[1] / 100.0;
    double dx = p[2] / 100.0 - ax, dy = p[3] / 100.0 - ay;
    double t = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);

    t = fmin(fmax(t, 0), 1);
    return hypot(x - ax - t * dx, y - ay - t * dy);
}


/* The digit upright in the middle of a square. */
static void
draw(double out[HIGH][WIDE], int value)
{
    const int8_t *s = strokes[value];
    double        left = 1, right = 0;

    for (int i = 0; s[i] >= 0; i += 2) {
        left = fmin(left, s[i] / 100.0);
        right = fmax(right, s[i] / 100.0);
    }
    for (int j = 0; j < HIGH; j++) {
        for (int i = 0; i < WIDE; i++) {
            /* The strokes' own width makes the digit higher than 1. */
            double x = ((i + 0.5) / WIDE - 0.5) * (1 + 2 * STROKE)
                + (left + right) / 2;
            double y = ((j + 0.5) / HIGH - 0.5) * (1 + 2 * STROKE) + 0.5;
            double near = 1e9;

            for (int k = 0; s[k + 2] >= 0; k += 2) {
                near = fmin(near, to_stroke(x, y, s + k));
            }
            out[j][i] = fmin(fmax((STROKE - near) / STROKE_SOFT + 0.5, 0), 1);
        }
    }
}


static bool
look(blot_t *b, const gms_image_t *image, const double h[9], double x_mm,
    double y_mm, double band_mm, bool light)
{
    double level[PATCH * PATCH], sorted[PATCH * PATCH], ground, x, y;

    for (int i = 0; i < PATCH * PATCH; i++) {
        double u = ((i % PATCH + 0.5) / PATCH * 2 - 1) * PATCH_HALF * band_mm;
        double v = ((i / PATCH + 0.5) / PATCH * 2 - 1) * PATCH_HALF * band_mm;

        if (gms_homography_apply(h, x_mm + u, y_mm + v, &x, &y) != GMS_OK) {
            return false;
        }
        level[i] = gms_sample(image, x, y);
        if (level[i] < 0) {
            return false;
        }
    }
    memcpy(sorted, level, sizeof(sorted));
    ground = gms_median(sorted, PATCH * PATCH);
    for (int i = 0; i < PATCH * PATCH; i++) {
        double d = light ? level[i] - ground : ground - level[i];

        b->ink[i / PATCH][i % PATCH] = fmax(d, 0);
    }
    return true;
}


/* Where the ink is; false when it is no digit. */
static bool
find_blot(blot_t *b)
{
    double most = 0, limit;
    int    x0 = PATCH, y0 = PATCH, x1 = -1, y1 = -1;
    double size;

    for (int i = 0; i < PATCH * PATCH; i++) {
        most = fmax(most, b->ink[i / PATCH][i % PATCH]);
    }
    limit = 0.4 * most;
    for (int i = 0; i < PATCH * PATCH; i++) {
        int x = i % PATCH, y = i / PATCH;

        if (b->ink[y][x] >= limit) {
            x0 = x < x0 ? x : x0;
            x1 = x > x1 ? x : x1;
            y0 = y < y0 ? y : y0;
            y1 = y > y1 ? y : y1;
        }
    }
    b->x0 = x0 - 0.5;
    b->x1 = x1 + 0.5;
    b->y0 = y0 - 0.5;
    b->y1 = y1 + 0.5;
    size = fmax(b->x1 - b->x0, b->y1 - b->y0) / PATCH;
    return most >= INK_LEVELS && size >= BLOT_MIN && size <= BLOT_MAX && x0 > 0
        && y0 > 0 && x1 < PATCH - 1 && y1 < PATCH - 1;
}


static double
ink_at(const blot_t *b, double x, double y)
{
    int    ix = (int) floor(x), iy = (int) floor(y);
    double fx = x - ix, fy = y - iy;

    if (ix < 0 || iy < 0 || ix >= PATCH - 1 || iy >= PATCH - 1) {
        return 0;
    }
    return (b->ink[iy][ix] * (1 - fx) + b->ink[iy][ix + 1] * fx) * (1 - fy)
        + (b->ink[iy + 1][ix] * (1 - fx) + b->ink[iy + 1][ix + 1] * fx) * fy;
}


/* What a way makes of a direction: mirrored, then turned by quarters. */
static void
turn(int way, double *x, double *y)
{
    *x = way >= 4 ? -*x : *x;
    for (int i = 0; i < way % 4; i++) {
        double was = *x;

        *x = -*y;
        *y = was;
    }
}


/* Correlation of the blot, seen this way, with the digit. */
static double
likeness(const blot_t *b, int way, const double digit[HIGH][WIDE])
{
    double cx = (b->x0 + b->x1) / 2, cy = (b->y0 + b->y1) / 2;
    double high = way % 2 == 0 ? b->y1 - b->y0 : b->x1 - b->x0;
    double s[5] = { 0 }, n = HIGH * WIDE, spread;

    for (int i = 0; i < HIGH * WIDE; i++) {
        double x = ((i % WIDE + 0.5) / WIDE - 0.5) * high;
        double y = ((i / WIDE + 0.5) / HIGH - 0.5) * high;
        double a = digit[i / WIDE][i % WIDE], v;

        turn(way, &x, &y);
        v = ink_at(b, cx + x, cy + y);
        s[0] += a;
        s[1] += v;
        s[2] += a * a;
        s[3] += v * v;
        s[4] += a * v;
    }
    spread = (s[2] - s[0] * s[0] / n) * (s[3] - s[1] * s[1] / n);
    return spread > 0 ? (s[4] - s[0] * s[1] / n) / sqrt(spread) : 0;
}


/* All digits on four arms, of which the first is at this angle. */
static void
read_arms(reading_t *r, const gms_image_t *image, const gms_calibration_t *c,
    const gms_face_t *face, double first_deg)
{
    double digit[HIGH][WIDE];
    blot_t b;

    r->n = 0;
    for (int i = 1; i < face->rings; i++) {
        double inner = face->ring[i - 1].diameter_mm / 2;
        double outer = face->ring[i].diameter_mm / 2, band = outer - inner;
        double at = (inner + outer) / 2;

        b.value = face->ring[i].value;
        if (band * c->px_per_mm < BAND_PX_MIN || at < band || b.value < 1
            || b.value > 9)
        {
            continue;
        }
        draw(digit, b.value);
        for (int arm = 0; arm < ARMS; arm++) {
            double a = (first_deg + 90 * arm) * M_PI / 180;

            if (!look(&b, image, c->mm_to_px, at * cos(a), at * sin(a), band,
                    at < face->black_mm / 2)
                || !find_blot(&b))
            {
                continue;
            }
            for (int way = 0; way < WAYS; way++) {
                r->like[r->n][way] = likeness(&b, way, digit);
            }
            r->n++;
        }
    }
}


/* Best way, its mean likeness, and by how many standard errors it leads. */
static int
best_way(
    const reading_t *r, double *likeness_of_best, double *lead, double *errors)
{
    double mean[WAYS] = { 0 };
    int    best = 0;

    for (int way = 0; way < WAYS; way++) {
        for (int i = 0; i < r->n; i++) {
            mean[way] += r->like[i][way] / r->n;
        }
        best = mean[way] > mean[best] ? way : best;
    }
    *likeness_of_best = mean[best];
    *lead = INFINITY;
    *errors = INFINITY;
    for (int way = 0; way < WAYS; way++) {
        double sum = 0;

        if (way == best) {
            continue;
        }
        for (int i = 0; i < r->n; i++) {
            double d =
                r->like[i][best] - r->like[i][way] - mean[best] + mean[way];

            sum += d * d;
        }
        *lead = fmin(*lead, mean[best] - mean[way]);
        *errors = fmin(*errors,
            (mean[best] - mean[way])
                / sqrt(sum / (r->n * (r->n - 1.0)) + 1e-9));
    }
    return best;
}


/* The view that makes such a card upright: see set_upright of gms_calibrate,
 * of which this is the inverse. */
static int
view_of(gms_orientation_t *out, const gms_calibration_t *c, int way)
{
    double j[4], ax = 1, ay = 0, bx = 0, by = 1, up[2], right[2], side, deg;

    if (gms_homography_jacobian(c->mm_to_px, 0, 0, j) != GMS_OK) {
        return GMS_EINVALID;
    }
    turn(way, &ax, &ay);
    turn(way, &bx, &by);
    right[0] = j[0] * ax + j[1] * ay;
    right[1] = j[2] * ax + j[3] * ay;
    up[0] = j[0] * bx + j[1] * by;
    up[1] = j[2] * bx + j[3] * by;
    /* y is up on the card and down in the picture: unmirrored is < 0. */
    out->mirror = right[0] * up[1] - right[1] * up[0] > 0;
    side = out->mirror ? -1 : 1;
    deg = atan2(-up[0] * side, -up[1]) * 180 / M_PI;
    out->rotate = ((int) lround(deg / 90) * 90 + 360) % 360;
    return GMS_OK;
}


int
gms_orientation_propose(gms_orientation_t *out, const gms_image_t *image,
    const gms_calibration_t *c, const gms_face_t *face)
{
    gms_orientation_t found = { 0 };
    double            most = 0;

    for (int diagonal = 0; diagonal < 2; diagonal++) {
        reading_t r;
        double    like, lead, errors;
        int       way;

        read_arms(&r, image, c, face, 45.0 * diagonal);
        if (r.n < DIGITS_MIN) {
            continue;
        }
        way = best_way(&r, &like, &lead, &errors);
        if (like < LIKENESS_MIN || lead < LEAD_MIN || errors < LEAD_TO_ERROR
            || like <= most || view_of(&found, c, way) != GMS_OK)
        {
            continue;
        }
        most = like;
        found.digits = r.n;
        found.confidence = 1 - exp(-errors * errors / 8);
    }
    if (found.digits == 0) {
        return GMS_EUNSURE;
    }
    *out = found;
    return GMS_OK;
}
