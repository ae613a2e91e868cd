/* gms_warp: see warp.h. */

#include "warp.h"

#include <string.h>

#include "hot.h"

#define TAPS 4
#define SRC_W (GMS_BLOCK_W + TAPS - 1)
#define SRC_H (GMS_BLOCK_H + TAPS - 1)
#define BLOCKS_MAX (GMS_IMAGE_SIDE_MAX / GMS_BLOCK_W)

/* Weights of a row or column: 7 bits of fraction. */
#define WEIGHT_BITS 7
#define WEIGHT_ONE (1 << WEIGHT_BITS)

/* Levels are taken around this. */
#define MIDDLE 128


/* What a row of blocks is sampled by: first pixels, and weights by taps. */
typedef struct {
    double  dx[BLOCKS_MAX]; /* how far each block is seen away */
    double  dy[BLOCKS_MAX];
    int32_t ix[BLOCKS_MAX]; /* whole pixels of that */
    int32_t iy[BLOCKS_MAX];
    int16_t wx[TAPS][BLOCKS_MAX];
    int16_t wy[TAPS][BLOCKS_MAX];
} samples_t;


/* dx and dy, the field's at first, become where the map has the middles of n
 * blocks, the first one's at (x, y). */
GMS_HOT static void
place_blocks(const double *map, double x, double y, int n, double *restrict dx,
    double *restrict dy)
{
    for (int i = 0; i < n; i++) {
        double cx = x + (double) (i * GMS_BLOCK_W);
        double px = cx + dx[i], py = y + dy[i];
        double z = map[6] * px + map[7] * py + map[8];

        dx[i] = (map[0] * px + map[1] * py + map[2]) / z - cx;
        dy[i] = (map[3] * px + map[4] * py + map[5]) / z - y;
    }
}


/* A weight in whole parts, rounded; never negative inside. */
GMS_INLINE int
whole_weight(double a)
{
    return (int) (a * WEIGHT_ONE + WEIGHT_ONE + 0.5) - WEIGHT_ONE;
}


/* Whole pixels of n distances, and Catmull-Rom weights for the fractions that
 * are left; they sum to WEIGHT_ONE. */
GMS_HOT static void
cubic_weights(const double *restrict d, int n, int32_t *restrict whole,
    int16_t (*restrict w)[BLOCKS_MAX])
{
    for (int i = 0; i < n; i++) {
        int    k = (int) d[i], a, b, c, e, rest;
        double f;

        k -= d[i] < k ? 1 : 0;
        f = d[i] - k;
        a = whole_weight(((-0.5 * f + 1.0) * f - 0.5) * f);
        b = whole_weight((1.5 * f - 2.5) * f * f + 1.0);
        c = whole_weight(((-1.5 * f + 2.0) * f + 0.5) * f);
        e = whole_weight((0.5 * f - 0.5) * f * f);
        rest = WEIGHT_ONE - a - b - c - e; /* the largest takes it */
        whole[i] = k;
        w[0][i] = (int16_t) a;
        w[1][i] = (int16_t) (b + (f < 0.5 ? rest : 0));
        w[2][i] = (int16_t) (c + (f < 0.5 ? 0 : rest));
        w[3][i] = (int16_t) e;
    }
}


/*
 * One block: rows, then columns.  All in 16 bits: a row's weights sum to 128,
 * so that 128 * 128 taken off leaves at most 20480 to either side; of the
 * columns, the high and the low bytes of that are weighed apart, and
 * (256 high + low + 512) >> 10 is exactly (high + ((low + 512) >> 8)) >> 2.
 */
GMS_HOT static void
block_cubic(const uint8_t *src, ptrdiff_t stride, const int16_t wx[TAPS],
    const int16_t wy[TAPS], int16_t *out, ptrdiff_t out_stride)
{
    int16_t wide[SRC_H][2 * GMS_BLOCK_W];
    int16_t high[SRC_H][GMS_BLOCK_W], low[SRC_H][GMS_BLOCK_W];

    for (int y = 0; y < SRC_H; y++) { /* two overlapping vectors */
        const uint8_t *p = src + y * stride;

        for (int x = 0; x < GMS_BLOCK_W; x++) {
            wide[y][x] = p[x];
        }
        for (int x = TAPS - 1; x < SRC_W; x++) {
            wide[y][x] = p[x];
        }
    }
    for (int y = 0; y < SRC_H; y++) {
        const int16_t *p = wide[y];

        for (int x = 0; x < GMS_BLOCK_W; x++) {
            int16_t sum = (int16_t) (wx[0] * p[x] + wx[1] * p[x + 1]
                + wx[2] * p[x + 2] + wx[3] * p[x + 3] - MIDDLE * WEIGHT_ONE);

            high[y][x] = (int16_t) (sum >> 8);
            low[y][x] = (int16_t) ((sum & 255) - 128);
        }
    }
    for (int y = 0; y < GMS_BLOCK_H; y++) {
        int16_t *o = out + y * out_stride;

        for (int x = 0; x < GMS_BLOCK_W; x++) {
            int16_t h = (int16_t) (wy[0] * high[y][x] + wy[1] * high[y + 1][x]
                + wy[2] * high[y + 2][x] + wy[3] * high[y + 3][x]);
            int16_t l = (int16_t) (wy[0] * low[y][x] + wy[1] * low[y + 1][x]
                + wy[2] * low[y + 2][x] + wy[3] * low[y + 3][x] + 512);

            /* What low bytes were short of; 14 bits of fraction to 4. */
            h = (int16_t) (h + (l >> 8) + 128 * WEIGHT_ONE / 256);
            o[x] = (int16_t) ((h >> 2) + MIDDLE * GMS_LEVEL);
        }
    }
}


GMS_HOT static void
block_copy(const uint8_t *src, ptrdiff_t stride, int16_t *out,
    ptrdiff_t out_stride, int n)
{
    for (int y = 0; y < GMS_BLOCK_H; y++) {
        for (int x = 0; x < n; x++) {
            out[y * out_stride + x] =
                (int16_t) (src[y * stride + x] * GMS_LEVEL);
        }
    }
}


GMS_HOT void
gms_cell_sums(const int16_t *p, ptrdiff_t stride, int n, int32_t *sums)
{
    for (int c = 0; c < n; c++, p += 8) {
        int32_t sum = 0;

        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                sum += p[y * stride + x];
            }
        }
        sums[c] = sum;
    }
}


/* The block's surroundings with the border of the picture repeated. */
static void
gather(const gms_image_t *image, int x0, int y0, uint8_t out[SRC_H][SRC_W + 1])
{
    for (int y = 0; y < SRC_H; y++) {
        int            sy = y0 + y;
        const uint8_t *row;

        sy = sy < 0 ? 0 : sy >= image->height ? image->height - 1 : sy;
        row = image->px + (ptrdiff_t) sy * image->stride;
        for (int x = 0; x < SRC_W; x++) {
            int sx = x0 + x;

            sx = sx < 0 ? 0 : sx >= image->width ? image->width - 1 : sx;
            out[y][x] = row[sx];
        }
    }
}


/* The i-th block of a row, whose own first pixel is (x, y). */
static void
warp_block(const gms_image_t *image, const samples_t *s, int i, int x, int y,
    int16_t *out, ptrdiff_t out_stride)
{
    int16_t wx[TAPS], wy[TAPS];

    x += s->ix[i] - 1;
    y += s->iy[i] - 1;
    for (int k = 0; k < TAPS; k++) {
        wx[k] = s->wx[k][i];
        wy[k] = s->wy[k][i];
    }
    if (x >= 0 && y >= 0 && x + SRC_W <= image->width
        && y + SRC_H <= image->height) {
        block_cubic(image->px + (ptrdiff_t) y * image->stride + x,
            image->stride, wx, wy, out, out_stride);
    } else {
        uint8_t around[SRC_H][SRC_W + 1];

        gather(image, x, y, around);
        block_cubic(around[0], SRC_W + 1, wx, wy, out, out_stride);
    }
}


/* Blocks of row b, pixels from .. to - 1. */
static void
warp_row(const gms_zone_t *zone, const gms_image_t *image, const double *map,
    const gms_field_t *field, int b, int from, int to, int16_t *row)
{
    samples_t s;
    int       n = (to - from) / GMS_BLOCK_W, y = b * GMS_BLOCK_H;
    double    cx = from + (GMS_BLOCK_W - 1) / 2.0;
    double    cy = y + (GMS_BLOCK_H - 1) / 2.0;

    for (int i = 0; i < n; i++) {
        s.dx[i] = s.dy[i] = 0;
        if (field != NULL) {
            gms_field_at(field, cx + i * GMS_BLOCK_W, cy, &s.dx[i], &s.dy[i]);
        }
    }
    place_blocks(map, cx, cy, n, s.dx, s.dy);
    cubic_weights(s.dx, n, s.ix, s.wx);
    cubic_weights(s.dy, n, s.iy, s.wy);
    for (int i = 0; i < n; i++) {
        int x = from + i * GMS_BLOCK_W;

        warp_block(image, &s, i, zone->x + x, zone->y + y, row + x, zone->w);
    }
}


void
gms_warp(const gms_zone_t *zone, const gms_image_t *image, const double *map,
    const gms_field_t *field, int16_t *out, int32_t *sums)
{
    for (int b = 0; b < zone->blocks; b++) {
        int      y = b * GMS_BLOCK_H, from = zone->from[b], to = zone->to[b];
        int16_t *row = out + (ptrdiff_t) y * zone->w;

        if (to <= from) {
            continue;
        }
        if (map == NULL) {
            block_copy(image->px + (ptrdiff_t) (zone->y + y) * image->stride
                    + zone->x + from,
                image->stride, row + from, zone->w, to - from);
        } else {
            warp_row(zone, image, map, field, b, from, to, row);
        }
        gms_cell_sums(row + from, zone->w, (to - from) / 8,
            sums + (ptrdiff_t) b * (zone->w / 8) + from / 8);
    }
}
