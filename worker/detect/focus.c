/* gms_focus: see focus.h. */

#include "focus.h"

#include <math.h>

/* Blurs that are tried, sigma in radii: that of a camera that sees a hole in 6
 * pixels is the widest.  A wider one smears a hole with a pale rim into ink. */
#define BLURS 4
#define BLUR_LEAST 0.08
#define BLUR_STEP 1.45

/* Of the difference so much may be left: digits leave 0.25 to 0.37 of it, holes
 * in the black, whose pale rim makes up for a part of them, 0.64 and more. */
#define LEFT 0.5

#define TAPS_MAX 64 /* either side */

/* The square that is looked at, and how it is blurred. */
typedef struct {
    const gms_zone_t *zone;
    int16_t          *scratch;
    int               x0, y0, x1, y1;
    double            x, y, reach;
    int               taps;
    float             tap[TAPS_MAX + 1];
} view_t;


static void
set_blur(view_t *v, double sigma)
{
    double sum = 1;

    v->taps = (int) ceil(2.5 * sigma);
    v->taps = v->taps > TAPS_MAX ? TAPS_MAX : v->taps;
    for (int i = 1; i <= v->taps; i++) {
        sum += 2 * exp(-i * i / (2 * sigma * sigma));
    }
    for (int i = 0; i <= v->taps; i++) {
        v->tap[i] = (float) (exp(-i * i / (2 * sigma * sigma)) / sum);
    }
}


static int
within(int i, int n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}


/* One value of a plane blurred along a line of n places. */
static float
blur(const view_t *v, const int16_t *line, ptrdiff_t step, int at, int n)
{
    float sum = v->tap[0] * line[at * step];

    for (int i = 1; i <= v->taps; i++) {
        sum += v->tap[i]
            * (float) (line[within(at - i, n) * step]
                + line[within(at + i, n) * step]);
    }
    return sum;
}


/* Mean difference of one plane and another that is blurred; no blur: taps 0. */
static double
difference(const view_t *v, const int16_t *sharp, const int16_t *blurred)
{
    int    w = v->zone->w, h = v->zone->h, n = 0;
    double sum = 0;

    for (int y = within(v->y0 - v->taps, h); y <= within(v->y1 + v->taps, h);
         y++) {
        for (int x = v->x0; x <= v->x1; x++) {
            v->scratch[(ptrdiff_t) y * w + x] =
                (int16_t) lrintf(blur(v, blurred + (ptrdiff_t) y * w, 1, x, w));
        }
    }
    for (int y = v->y0; y <= v->y1; y++) {
        for (int x = v->x0; x <= v->x1; x++) {
            ptrdiff_t i = (ptrdiff_t) y * w + x;

            if (v->zone->inside[i] != 0
                && hypot(x - v->x, y - v->y) <= v->reach) {
                sum += fabs(
                    (double) (sharp[i] - blur(v, v->scratch + x, w, y, h)));
                n++;
            }
        }
    }
    return sum / (n > 0 ? n : 1);
}


bool
gms_focus_explains(const gms_zone_t *zone, const int16_t *was,
    const int16_t *is, int16_t *scratch, double x, double y, double r)
{
    view_t v = { .zone = zone, .scratch = scratch, .x = x, .y = y, .reach = r };
    double all, least;

    v.x0 = within((int) floor(x - v.reach), zone->w);
    v.y0 = within((int) floor(y - v.reach), zone->h);
    v.x1 = within((int) ceil(x + v.reach), zone->w);
    v.y1 = within((int) ceil(y + v.reach), zone->h);
    v.tap[0] = 1;
    least = all = difference(&v, was, is);
    for (int i = 0; i < BLURS; i++) {
        set_blur(&v, BLUR_LEAST * r * pow(BLUR_STEP, i));
        least = fmin(least, difference(&v, was, is));
    }
    return least < LEFT * all;
}
