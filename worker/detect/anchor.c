/* gms_anchor: see anchor.h. */

#include "anchor.h"

#include <math.h>
#include <string.h>

#include "hot.h"

#define WINDOW GMS_ANCHOR_WINDOW
#define PIXELS (WINDOW * WINDOW)

/* Below this mean gradient, levels per pixel, a window is noise. */
#define GRADIENT_MIN 1.5

/* A window that correlates less than this with its template shows something
 * else: a hand, a shadow's edge, a hole. */
#define CORRELATION_MIN 0.5

/* Squares off the mean, half a level each: a window of less is flat, as where
 * too much light drowned the print, and correlates with nothing. */
#define FLAT (0.25 * PIXELS)

/* Places in a turned window: at its border a ten-thousandth of a pixel off. */
#define TURN_BITS 16
#define TURN_ONE (1 << TURN_BITS)


static double
eigen_max(const double a[3])
{
    double half = (a[0] + a[2]) / 2, diff = (a[0] - a[2]) / 2;

    return half + sqrt(diff * diff + a[1] * a[1]);
}


/* Template, gradients (without their mean, so that an offset of brightness
 * drops out) and what does not depend on the picture. */
void
gms_anchor_fill(
    gms_anchor_t *anchor, const gms_image_t *image, int x0, int y0, int l)
{
    double scale = 1 << l, sum = 0, square = 0, mx = 0, my = 0;

    memset(anchor, 0, sizeof(*anchor));
    anchor->x = (float) x0;
    anchor->y = (float) y0;
    anchor->cx = (x0 + WINDOW / 2.0) * scale - 0.5;
    anchor->cy = (y0 + WINDOW / 2.0) * scale - 0.5;
    for (int i = 0; i < PIXELS; i++) {
        const uint8_t *p = image->px
            + (ptrdiff_t) (y0 + i / WINDOW) * image->stride + x0 + i % WINDOW;

        anchor->t[i] = p[0];
        anchor->gx[i] = (float) (p[1] - p[-1]) / 2;
        anchor->gy[i] = (float) (p[image->stride] - p[-image->stride]) / 2;
        sum += p[0];
        square += (double) p[0] * p[0];
        mx += (double) anchor->gx[i];
        my += (double) anchor->gy[i];
    }
    anchor->mean = sum / PIXELS;
    anchor->variance = square - sum * sum / PIXELS;
    for (int i = 0; i < PIXELS; i++) {
        double gx, gy;

        anchor->gx[i] -= (float) (mx / PIXELS);
        anchor->gy[i] -= (float) (my / PIXELS);
        gx = (double) anchor->gx[i];
        gy = (double) anchor->gy[i];
        anchor->a[0] += gx * gx;
        anchor->a[1] += gx * gy;
        anchor->a[2] += gy * gy;
        anchor->tx += gx * (double) anchor->t[i];
        anchor->ty += gy * (double) anchor->t[i];
    }
    anchor->strength = eigen_max(anchor->a);
}


/* Sums of the products of a window's gradients, of twice their size.  In two
 * steps: each is of a kind that the vectoriser knows. */
GMS_HOT static void
window_gradients(const uint8_t *p, ptrdiff_t stride, int32_t a[3])
{
    int16_t gx[PIXELS], gy[PIXELS];
    int32_t xx = 0, xy = 0, yy = 0;

    for (int y = 0; y < WINDOW; y++, p += stride) {
        for (int x = 0; x < WINDOW; x++) {
            gx[y * WINDOW + x] = (int16_t) (p[x + 1] - p[x - 1]);
            gy[y * WINDOW + x] = (int16_t) (p[x + stride] - p[x - stride]);
        }
    }
    for (int i = 0; i < PIXELS; i++) {
        xx += gx[i] * gx[i];
        xy += gx[i] * gy[i];
        yy += gy[i] * gy[i];
    }
    a[0] = xx;
    a[1] = xy;
    a[2] = yy;
}


/* How much a window is worth: corners before edges, nothing before noise. */
double
gms_anchor_worth(const gms_image_t *image, int x0, int y0)
{
    int32_t sum[3];
    double  a[3], most, least;

    window_gradients(
        image->px + (ptrdiff_t) y0 * image->stride + x0, image->stride, sum);
    for (int i = 0; i < 3; i++) {
        a[i] = sum[i];
    }
    most = eigen_max(a) / 4;
    least = (a[0] + a[2]) / 4 - most;
    if (most < PIXELS * GRADIENT_MIN * GRADIENT_MIN) {
        return 0;
    }
    return least + 0.2 * most;
}


typedef struct {
    double sum;
    double square;
    double t; /* with the template */
    double gx;
    double gy;
} moments_t;


/* Moments of a window's columns: as every machine can add them at once. */
typedef struct {
    float sum[WINDOW];
    float square[WINDOW];
    float t[WINDOW];
    float gx[WINDOW];
    float gy[WINDOW];
} columns_t;


/* Adds a row of pixels, of row y of the window. */
GMS_INLINE void
add_row(columns_t *c, const gms_anchor_t *anchor, int y, const float *v)
{
    const float *pt = anchor->t + y * WINDOW;
    const float *px = anchor->gx + y * WINDOW;
    const float *py = anchor->gy + y * WINDOW;

    for (int x = 0; x < WINDOW; x++) {
        c->sum[x] += v[x];
        c->square[x] += v[x] * v[x];
        c->t[x] += v[x] * pt[x];
        c->gx[x] += v[x] * px[x];
        c->gy[x] += v[x] * py[x];
    }
}


static void
add_columns(const columns_t *c, moments_t *m)
{
    memset(m, 0, sizeof(*m));
    for (int x = 0; x < WINDOW; x++) {
        m->sum += (double) c->sum[x];
        m->square += (double) c->square[x];
        m->t += (double) c->t[x];
        m->gx += (double) c->gx[x];
        m->gy += (double) c->gy[x];
    }
}


/* Samples a window, bilinearly at one fraction, and sums its products. */
GMS_HOT static void
window_moments(const uint8_t *src, ptrdiff_t stride, float fx, float fy,
    const gms_anchor_t *anchor, columns_t *columns)
{
    columns_t c = { 0 };
    float     w00 = (1 - fx) * (1 - fy), w10 = fx * (1 - fy);
    float     w01 = (1 - fx) * fy, w11 = fx * fy;

    for (int y = 0; y < WINDOW; y++) {
        const uint8_t *p = src + y * stride, *q = p + stride;
        float          v[WINDOW];

        for (int x = 0; x < WINDOW; x++) {
            v[x] = w00 * (float) p[x] + w10 * (float) p[x + 1]
                + w01 * (float) q[x] + w11 * (float) q[x + 1];
        }
        add_row(&c, anchor, y, v);
    }
    *columns = c;
}


/* The same of a window that is turned and scaled.  Its first pixel lies (x, y)
 * from src, in 1 / TURN_ONE px; turn: as gms_anchor_look's, in that unit. */
GMS_HOT static void
turned_moments(const uint8_t *src, int stride, int32_t x, int32_t y,
    const int32_t turn[4], const gms_anchor_t *anchor, columns_t *columns)
{
    columns_t c = { 0 };

    for (int r = 0; r < WINDOW; r++, x += turn[1], y += turn[3]) {
        int32_t at[WINDOW];
        float   fx[WINDOW], fy[WINDOW], v[WINDOW];
        uint8_t a[2 * WINDOW], b[2 * WINDOW];

        for (int i = 0; i < WINDOW; i++) {
            int32_t u = x + turn[0] * i, w = y + turn[2] * i;

            at[i] = (w >> TURN_BITS) * stride + (u >> TURN_BITS);
            fx[i] = (float) (u & (TURN_ONE - 1)) * (1.0F / TURN_ONE);
            fy[i] = (float) (w & (TURN_ONE - 1)) * (1.0F / TURN_ONE);
        }
        for (int i = 0; i < WINDOW; i++) {
            memcpy(a + 2 * i, src + at[i], 2);
            memcpy(b + 2 * i, src + at[i] + stride, 2);
        }
        for (int i = 0; i < WINDOW; i++) {
            float up =
                (1 - fx[i]) * (float) a[2 * i] + fx[i] * (float) a[2 * i + 1];
            float down =
                (1 - fx[i]) * (float) b[2 * i] + fx[i] * (float) b[2 * i + 1];

            v[i] = (1 - fy[i]) * up + fy[i] * down;
        }
        add_row(&c, anchor, r, v);
    }
    *columns = c;
}


static bool
sample_straight(const gms_anchor_t *anchor, const gms_image_t *image, double x,
    double y, columns_t *c)
{
    int ix = (int) floor(x), iy = (int) floor(y);

    if (ix < 0 || iy < 0 || ix + WINDOW + 1 > image->width
        || iy + WINDOW + 1 > image->height)
    {
        return false;
    }
    window_moments(image->px + (ptrdiff_t) iy * image->stride + ix,
        image->stride, (float) (x - ix), (float) (y - iy), anchor, c);
    return true;
}


/* A window that turns and grows with the card. */
static bool
sample_turned(const gms_anchor_t *anchor, const gms_image_t *image, double x,
    double y, const double turn[4], columns_t *c)
{
    const double half = (WINDOW - 1) / 2.0;
    double       far_x = half * (fabs(turn[0]) + fabs(turn[1]));
    double       far_y = half * (fabs(turn[2]) + fabs(turn[3]));
    int32_t      fixed[4];
    int          ix, iy;

    x += half;
    y += half;
    if (!(x - far_x >= 1 && y - far_y >= 1 && x + far_x < image->width - 2
            && y + far_y < image->height - 2))
    {
        return false;
    }
    x -= half * (turn[0] + turn[1]);
    y -= half * (turn[2] + turn[3]);
    ix = (int) x;
    iy = (int) y;
    for (int i = 0; i < 4; i++) {
        fixed[i] = (int32_t) lrint(turn[i] * TURN_ONE);
    }
    turned_moments(image->px + (ptrdiff_t) iy * image->stride + ix,
        image->stride, (int32_t) lrint((x - ix) * TURN_ONE),
        (int32_t) lrint((y - iy) * TURN_ONE), fixed, anchor, c);
    return true;
}


bool
gms_anchor_look(const gms_anchor_t *anchor, const gms_image_t *image, double x,
    double y, const double *turn, gms_anchor_seen_t *seen)
{
    columns_t columns;
    moments_t m;
    double    scale, variance, match;

    if (turn != NULL ? !sample_turned(anchor, image, x, y, turn, &columns)
                     : !sample_straight(anchor, image, x, y, &columns))
    {
        return false;
    }
    add_columns(&columns, &m);
    variance = m.square - m.sum * m.sum / PIXELS;
    if (variance < FLAT || anchor->variance < FLAT) {
        return false;
    }
    match = (m.t - m.sum * anchor->mean) / sqrt(variance * anchor->variance);
    if (match < CORRELATION_MIN) {
        return false;
    }
    seen->match = match;
    scale = (anchor->mean + 2) / (m.sum / PIXELS + 2);
    seen->contrast = scale * sqrt(variance / anchor->variance);
    seen->b[0] = scale * m.gx - anchor->tx;
    seen->b[1] = scale * m.gy - anchor->ty;
    seen->base = 1 / (anchor->strength + PIXELS * GRADIENT_MIN * GRADIENT_MIN);
    return true;
}
