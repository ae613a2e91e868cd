/* gms_scenery: what the camera does to its finished picture: it sharpens, so
 * that edges carry halos, and writes the time into a corner. */

#include <math.h>
#include <string.h>

#include "scenery.h"

/* Height of the clock's characters, share of the picture's. */
#define GMS_FINISH_CLOCK 0.03

#define GMS_FINISH_TEXT 20


/* Sums of 1 4 6 4 1 down the columns of five rows. */
static void
gms_finish_columns(uint16_t *restrict sum, const uint8_t *const row[5], int n)
{
    const uint8_t *restrict a = row[0];
    const uint8_t *restrict b = row[1];
    const uint8_t *restrict c = row[2];
    const uint8_t *restrict d = row[3];
    const uint8_t *restrict e = row[4];

    for (int x = 0; x < n; x++) {
        sum[x] = (uint16_t) (a[x] + e[x] + 4 * (b[x] + d[x]) + 6 * c[x]);
    }
}


/* in + strength * (in - blurred), strength in 1/256 of a 256th. */
static void
gms_finish_sharpen(uint8_t *restrict out, const uint8_t *restrict in,
    const uint16_t *restrict sum, int strength, int n)
{
    for (int x = 0; x < n; x++) {
        int blur = sum[x - 2] + sum[x + 2] + 4 * (sum[x - 1] + sum[x + 1])
            + 6 * sum[x];
        int v = in[x] + (((in[x] * 256 - blur) * strength) >> 16);

        v = v < 0 ? 0 : v;
        out[x] = (uint8_t) (v > 255 ? 255 : v);
    }
}


static void
gms_finish_halos(gms_scenery_t *s)
{
    int       strength = (int) lround(256 * s->options.sharpen);
    size_t    stride = (size_t) s->frame.stride;
    uint16_t *sum = s->sum + GMS_SCENERY_MARGIN;

    /* the stage was lit already: it holds the picture as it was */
    memcpy(s->stage.px, s->frame.px, stride * (size_t) s->height);

    for (int y = 0; y < s->height; y++) {
        const uint8_t *row[5];

        for (int i = 0; i < 5; i++) {
            int k = y + i - 2;

            k = k < 0 ? 0 : k >= s->height ? s->height - 1 : k;
            row[i] = s->stage.px + (size_t) k * stride;
        }

        gms_finish_columns(sum, row, s->width);

        for (int i = 0; i < 2; i++) {
            sum[-1 - i] = sum[0];
            sum[s->width + i] = sum[s->width - 1];
        }

        gms_finish_sharpen(
            s->frame.px + (size_t) y * stride, row[2], sum, strength, s->width);
    }
}


/* Characters of the clock: date and time, or with little room the time. */
static int
gms_finish_text(const gms_scenery_t *s, double t, int text[GMS_FINISH_TEXT])
{
    int      n = 0;
    uint64_t key = gms_scenery_hash(s->seed, 91);
    int64_t  second = (int64_t) (86400 * gms_scenery_uniform(key, 0) + t);
    int      part[6] = { 2026, 1 + (int) (12 * gms_scenery_uniform(key, 1)),
             1 + (int) (28 * gms_scenery_uniform(key, 2)),
             (int) (second / 3600 % 24), (int) (second / 60 % 60),
             (int) (second % 60) };

    for (int i = 0; i < 6; i++) {
        if (i == 0) {
            text[n++] = part[0] / 1000;
            text[n++] = part[0] / 100 % 10;
        } else {
            text[n++] = i == 3 ? -1
                : i < 3        ? GMS_SCENERY_DASH
                               : GMS_SCENERY_COLON;
        }

        text[n++] = part[i] / 10 % 10;
        text[n++] = part[i] % 10;
    }

    return n;
}


/* Does a box of the picture's upper left corner reach the outermost ring? */
static bool
gms_finish_on_rings(const gms_scenery_t *s, double width, double height)
{
    double x, y, w, outer;

    const double *h = s->px_to_mm;

    outer = s->face.ring[s->face.rings - 1].diameter_mm / 2;
    w = h[6] * width + h[7] * height + h[8];
    x = (h[0] * width + h[1] * height + h[2]) / w;
    y = (h[3] * width + h[4] * height + h[5]) / w;

    return hypot(x, y) < outer || x > 0 || y < 0;
}


static void
gms_finish_clock(gms_scenery_t *s, double t)
{
    int    text[GMS_FINISH_TEXT], n, from = 0;
    double size, pitch, left, top;

    n = gms_finish_text(s, t, text);
    size = floor(GMS_FINISH_CLOCK * s->height);
    size = fmax(size, 9);
    pitch = 0.9 * size;
    left = size;
    top = 0.6 * size;

    if (gms_finish_on_rings(s, left + n * pitch, top + size)) {
        from = 11; /* the time alone */
    }

    for (int y = (int) (top - 2); y < top + size + 2 && y < s->height; y++) {
        uint8_t *row = s->frame.px + (size_t) y * (size_t) s->frame.stride;
        double   dy = top + size / 2 - y;

        for (int x = (int) (left - 2); x < left + (n - from) * pitch; x++) {
            int    i = (int) ((x - left) / pitch);
            double ink, edge, dx = x - left - (i + 0.5) * pitch;

            if (x >= s->width || text[from + i] < 0) {
                continue;
            }

            /* white with a black outline: a glyph, and a bolder one behind */
            ink = gms_scenery_glyph(text[from + i], size, dx, dy, 1);
            edge = ink;

            for (int k = 0; k < 4; k++) {
                edge = fmax(edge,
                    gms_scenery_glyph(text[from + i], size,
                        dx + (k & 1 ? 1.5 : -1.5), dy + (k & 2 ? 1.5 : -1.5),
                        1));
            }

            row[x] =
                (uint8_t) (row[x] * (1 - edge) + 12 * (edge - ink) + 235 * ink);
        }
    }
}


void
gms_scenery_finish(gms_scenery_t *s, double t)
{
    if (s->options.sharpen > 0) {
        gms_finish_halos(s);
    }

    if (s->options.clock > 0) {
        gms_finish_clock(s, t);
    }
}
