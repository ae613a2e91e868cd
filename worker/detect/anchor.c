/* gms_anchor: see anchor.h. */

#include "anchor.h"

#include <float.h>
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


/* Samples a window, bilinearly at one fraction, and sums its products. */
GMS_HOT static void
window_moments(const uint8_t *src, ptrdiff_t stride, float fx, float fy,
    const gms_anchor_t *anchor, moments_t *m)
{
    float sum[WINDOW] = { 0 }, square[WINDOW] = { 0 }, t[WINDOW] = { 0 };
    float gx[WINDOW] = { 0 }, gy[WINDOW] = { 0 };
    float w00 = (1 - fx) * (1 - fy), w10 = fx * (1 - fy);
    float w01 = (1 - fx) * fy, w11 = fx * fy;

    for (int y = 0; y < WINDOW; y++) {
        const uint8_t *p = src + y * stride, *q = p + stride;
        const float   *pt = anchor->t + y * WINDOW;
        const float   *px = anchor->gx + y * WINDOW;
        const float   *py = anchor->gy + y * WINDOW;

        for (int x = 0; x < WINDOW; x++) {
            float v = w00 * (float) p[x] + w10 * (float) p[x + 1]
                + w01 * (float) q[x] + w11 * (float) q[x + 1];

            sum[x] += v;
            square[x] += v * v;
            t[x] += v * pt[x];
            gx[x] += v * px[x];
            gy[x] += v * py[x];
        }
    }
    memset(m, 0, sizeof(*m));
    for (int x = 0; x < WINDOW; x++) {
        m->sum += (double) sum[x];
        m->square += (double) square[x];
        m->t += (double) t[x];
        m->gx += (double) gx[x];
        m->gy += (double) gy[x];
    }
}


/* The same of pixels that were taken one by one. */
static void
value_moments(const float v[PIXELS], const gms_anchor_t *anchor, moments_t *m)
{
    memset(m, 0, sizeof(*m));
    for (int i = 0; i < PIXELS; i++) {
        double d = (double) v[i];

        m->sum += d;
        m->square += d * d;
        m->t += d * (double) anchor->t[i];
        m->gx += d * (double) anchor->gx[i];
        m->gy += d * (double) anchor->gy[i];
    }
}


static bool
sample_straight(const gms_anchor_t *anchor, const gms_image_t *image, double x,
    double y, moments_t *m)
{
    int ix = (int) floor(x), iy = (int) floor(y);

    if (ix < 0 || iy < 0 || ix + WINDOW + 1 > image->width
        || iy + WINDOW + 1 > image->height)
    {
        return false;
    }
    window_moments(image->px + (ptrdiff_t) iy * image->stride + ix,
        image->stride, (float) (x - ix), (float) (y - iy), anchor, m);
    return true;
}


/* A window that turns and grows with the card. */
static bool
sample_turned(const gms_anchor_t *anchor, const gms_image_t *image, double x,
    double y, const double turn[4], moments_t *m)
{
    const double half = (WINDOW - 1) / 2.0;
    double       far_x = half * (fabs(turn[0]) + fabs(turn[1])) + 1;
    double       far_y = half * (fabs(turn[2]) + fabs(turn[3])) + 1;
    float        v[PIXELS];

    x += half;
    y += half;
    if (!(x - far_x >= 0 && y - far_y >= 0 && x + far_x < image->width - 1
            && y + far_y < image->height - 1))
    {
        return false;
    }
    for (int i = 0; i < PIXELS; i++) {
        double         p = i % WINDOW - half, q = i / WINDOW - half;
        double         u = x + turn[0] * p + turn[1] * q;
        double         w = y + turn[2] * p + turn[3] * q;
        int            iu = (int) u, iw = (int) w;
        float          fu = (float) (u - iu), fw = (float) (w - iw);
        const uint8_t *a = image->px + (ptrdiff_t) iw * image->stride + iu;
        const uint8_t *b = a + image->stride;

        v[i] = (1 - fw) * ((1 - fu) * (float) a[0] + fu * (float) a[1])
            + fw * ((1 - fu) * (float) b[0] + fu * (float) b[1]);
    }
    value_moments(v, anchor, m);
    return true;
}


bool
gms_anchor_look(const gms_anchor_t *anchor, const gms_image_t *image, double x,
    double y, const double *turn, gms_anchor_seen_t *seen)
{
    moments_t m;
    double    scale, variance, match;

    if (turn != NULL ? !sample_turned(anchor, image, x, y, turn, &m)
                     : !sample_straight(anchor, image, x, y, &m))
    {
        return false;
    }
    variance = m.square - m.sum * m.sum / PIXELS;
    match = (m.t - m.sum * anchor->mean)
        / sqrt(fmax(variance * anchor->variance, DBL_MIN));
    if (variance <= 0 || match < CORRELATION_MIN) {
        return false;
    }
    seen->match = match;
    scale = (anchor->mean + 2) / (m.sum / PIXELS + 2);
    seen->contrast = scale * sqrt(variance / fmax(anchor->variance, 1));
    seen->b[0] = scale * m.gx - anchor->tx;
    seen->b[1] = scale * m.gy - anchor->ty;
    seen->base = 1 / (anchor->strength + PIXELS * GRADIENT_MIN * GRADIENT_MIN);
    return true;
}
