/* gms_gain: see gain.h. */

#include "gain.h"

#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "hot.h"
#include "warp.h"

/* Cells of 16 px once a hole spans more than three of 8 px: the median must
 * see mostly paper. */
#define COARSE_CALIBER_PX 26.0

#define PAD GMS_GAIN_PAD
#define SIDE 5
#define COUNT (SIDE * SIDE)
#define MIDDLE (COUNT / 2)
#define LANES 16

/* Added to both means, in levels: a ratio of two blacks says nothing. */
#define DARK_LEVELS 2

/* Ratios before the smoothing: 12 bits of fraction, at most 8. */
#define RATIO_BITS 12


/*
 * Batcher's odd-even merge sort for 32 inputs, cut to 25 and to the swaps
 * that the median depends on.  A network has no branches: sixteen medians
 * are taken at once.
 */
static void
median_network(gms_gain_t *gain)
{
    gms_gain_swap_t all[256] = { 0 };
    bool            needed[COUNT] = { [MIDDLE] = true };
    int             n = 0;

    for (int p = 1; p < 32; p *= 2) {
        for (int k = p; k >= 1; k /= 2) {
            for (int j = k % p; j + k < 32; j += 2 * k) {
                for (int i = j; i < j + k && i + k < 32; i++) {
                    if (i / (2 * p) == (i + k) / (2 * p) && i + k < COUNT) {
                        all[n].low = (uint8_t) i;
                        all[n++].high = (uint8_t) (i + k);
                    }
                }
            }
        }
    }

    gain->swaps = 0;
    for (int s = n - 1; s >= 0; s--) {
        if (needed[all[s].low] || needed[all[s].high]) {
            needed[all[s].low] = needed[all[s].high] = true;
            gain->swap[gain->swaps++] = all[s];
        }
    }
    for (int s = 0; s < gain->swaps / 2; s++) {
        gms_gain_swap_t t = gain->swap[s];

        gain->swap[s] = gain->swap[gain->swaps - 1 - s];
        gain->swap[gain->swaps - 1 - s] = t;
    }
}


int
gms_gain_init(gms_gain_t *gain, const gms_zone_t *zone)
{
    size_t padded, cells;

    memset(gain, 0, sizeof(*gain));
    gain->zone = zone;
    gain->cell = zone->caliber_px < COARSE_CALIBER_PX ? 8 : 16;
    gain->w = zone->w / gain->cell;
    gain->h = (zone->h + gain->cell - 1) / gain->cell;
    gain->stride = gain->w + 2 * PAD + LANES;
    gain->mean = 1;
    median_network(gain);

    padded = (size_t) gain->stride * (size_t) (gain->h + 2 * PAD);
    cells = (size_t) gain->w * (size_t) gain->h;
    gain->level = calloc(padded, sizeof(int16_t));
    gain->ratio = calloc(padded, sizeof(int16_t));
    gain->median = calloc(padded, sizeof(int16_t));
    gain->gain = calloc(cells, sizeof(int16_t));
    if (gain->level == NULL || gain->ratio == NULL || gain->median == NULL
        || gain->gain == NULL)
    {
        gms_gain_close(gain);
        return GMS_ENOMEM;
    }
    for (size_t i = 0; i < cells; i++) {
        gain->gain[i] = GMS_GAIN_ONE;
    }
    return GMS_OK;
}


void
gms_gain_close(gms_gain_t *gain)
{
    free(gain->level);
    free(gain->ratio);
    free(gain->median);
    free(gain->gain);
    memset(gain, 0, sizeof(*gain));
}


/* Sum of a cell: of one 8 x 8 sum or of up to four. */
static int32_t
cell_sum(const gms_gain_t *gain, const int32_t *sums, int cx, int cy)
{
    const gms_zone_t *zone = gain->zone;
    int               across = zone->w / 8;

    if (gain->cell == 8) {
        return sums[cy * across + cx];
    }
    cx *= 2;
    cy *= 2;
    return sums[cy * across + cx] + sums[cy * across + cx + 1]
        + (cy + 1 < zone->blocks ? sums[(cy + 1) * across + cx]
                    + sums[(cy + 1) * across + cx + 1]
                                 : 0);
}


void
gms_gain_span(const gms_gain_t *gain, int cy, int *from, int *to)
{
    const gms_zone_t *zone = gain->zone;
    int               b = cy * gain->cell / GMS_BLOCK_H;

    *from = zone->from[b] / gain->cell;
    *to = zone->to[b] / gain->cell;
    if (gain->cell == 16 && b + 1 < zone->blocks) {
        int f = zone->from[b + 1] / 16, t = zone->to[b + 1] / 16;

        *from = f > *from ? f : *from;
        *to = t < *to ? t : *to;
    }
}


/* Cells outside the span repeat the last one inside. */
static void
pad_row(const gms_gain_t *gain, int16_t *row, int from, int to)
{
    for (int x = -PAD; x < from; x++) {
        row[x] = row[from];
    }
    for (int x = to; x < gain->w + PAD; x++) {
        row[x] = row[to - 1];
    }
}


static void
ratio_row(
    gms_gain_t *gain, int cy, const int32_t *picture, const int32_t *background)
{
    int16_t *row = gain->ratio + (cy + PAD) * gain->stride + PAD;
    int16_t *level = gain->level + (row - gain->ratio);
    int32_t  area = gain->cell * gain->cell;
    int32_t  dark = DARK_LEVELS * GMS_LEVEL * area;
    int      from, to;

    gms_gain_span(gain, cy, &from, &to);
    for (int x = from; x < to; x++) {
        int32_t behind = cell_sum(gain, background, x, cy);
        float   f = (float) (cell_sum(gain, picture, x, cy) + dark);
        float   q = f / (float) (behind + dark) * (1 << RATIO_BITS);

        row[x] = (int16_t) (q > INT16_MAX ? INT16_MAX : q < 1 ? 1 : q);
        level[x] = (int16_t) (behind / area);
    }
    if (from >= to) { /* not seen at all: as bright as before */
        for (int x = -PAD; x < gain->w + PAD; x++) {
            row[x] = 1 << RATIO_BITS;
        }
        return;
    }
    pad_row(gain, row, from, to);
    pad_row(gain, level, from, to);
}


/* The smaller ones to a, the larger ones to b. */
GMS_INLINE void
swap_lanes(int16_t *restrict a, int16_t *restrict b)
{
    for (int l = 0; l < LANES; l++) {
        int16_t lo = a[l] < b[l] ? a[l] : b[l];
        int16_t hi = a[l] < b[l] ? b[l] : a[l];

        a[l] = lo;
        b[l] = hi;
    }
}


GMS_HOT static void
median_row(const gms_gain_t *gain, int cy, int16_t *out)
{
    for (int x = 0; x < gain->w; x += LANES) {
        int16_t v[COUNT][LANES];

        for (int i = 0; i < COUNT; i++) {
            const int16_t *p =
                gain->ratio + (cy + i / SIDE) * gain->stride + x + i % SIDE;

            for (int l = 0; l < LANES; l++) {
                v[i][l] = p[l];
            }
        }
        for (int s = 0; s < gain->swaps; s++) {
            swap_lanes(v[gain->swap[s].low], v[gain->swap[s].high]);
        }
        for (int l = 0; l < LANES; l++) {
            out[x + l] = v[MIDDLE][l];
        }
    }
}


static int
clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}


/* 1 2 1 both ways; a block of the median's noise is taken off. */
static void
smooth(gms_gain_t *gain)
{
    long total = 0;

    for (int y = 0; y < gain->h; y++) {
        const int16_t *b = gain->median + y * gain->stride;
        const int16_t *a = y > 0 ? b - gain->stride : b;
        const int16_t *c = y + 1 < gain->h ? b + gain->stride : b;
        int16_t       *out = gain->gain + y * gain->w;

        for (int x = 0; x < gain->w; x++) {
            int l = x > 0 ? x - 1 : x, r = x + 1 < gain->w ? x + 1 : x;
            int sum = a[l] + a[r] + c[l] + c[r]
                + 2 * (a[x] + c[x] + b[l] + b[r]) + 4 * b[x];

            /* 16 x RATIO_BITS to GMS_GAIN_BITS. */
            out[x] = (int16_t) clamp(
                (sum + 4) >> (RATIO_BITS + 4 - GMS_GAIN_BITS), 1, INT16_MAX);
            total += out[x];
        }
    }
    gain->mean = (double) total / gain->w / gain->h / GMS_GAIN_ONE;
}


static void
repeat_row(gms_gain_t *gain, int to, int from)
{
    size_t size = (size_t) gain->stride * sizeof(int16_t);

    memcpy(gain->ratio + to * gain->stride, gain->ratio + from * gain->stride,
        size);
    memcpy(gain->level + to * gain->stride, gain->level + from * gain->stride,
        size);
}


void
gms_gain_update(
    gms_gain_t *gain, const int32_t *picture, const int32_t *background)
{
    for (int y = 0; y < gain->h; y++) {
        ratio_row(gain, y, picture, background);
    }
    for (int i = 0; i < PAD; i++) {
        repeat_row(gain, i, PAD);
        repeat_row(gain, gain->h + PAD + i, gain->h + PAD - 1);
    }
    for (int y = 0; y < gain->h; y++) {
        median_row(gain, y, gain->median + y * gain->stride);
    }
    smooth(gain);
}


/* Between rows of cells: the upper one and the weight of the lower one in
 * 1 / (2 cell). */
static const int16_t *
cell_rows(const gms_gain_t *gain, int y, const int16_t **below, int *weight)
{
    int c = gain->cell, p = 2 * y + 1 - c, up, down;

    up = p < 0 ? -1 : p / (2 * c);
    *weight = p - up * 2 * c;
    down = clamp(up + 1, 0, gain->h - 1);
    up = clamp(up, 0, gain->h - 1);
    *below = gain->gain + down * gain->w;
    return gain->gain + up * gain->w;
}


/* Eight numbers in one register, or in two of a small machine. */
typedef int32_t v8_t __attribute__((vector_size(32)));
typedef int16_t v8short_t __attribute__((vector_size(16)));


/* out[i] = l + d (2 i + 1) / 2^shift, for i = first .. first + 7. */
GMS_INLINE void
ramp(int l, int d, int first, int shift, int16_t *out)
{
    const v8_t odd = { 1, 3, 5, 7, 9, 11, 13, 15 };
    v8_t       v = (((odd + 2 * first) * d) >> shift) + l;
    v8short_t  narrow = __builtin_convertvector(v, v8short_t);

    memcpy(out, &narrow, sizeof(narrow));
}


/* A row of cells between two, by the weight of the lower one. */
GMS_HOT static void
between(const int16_t *a, const int16_t *b, int weight, int shift, int n,
    int16_t *out)
{
    for (int x = 0; x < n; x++) {
        out[x] = (int16_t) (a[x] + (((b[x] - a[x]) * weight) >> shift));
    }
}


/* Pixels between the centres of two cells, for cells c0 .. c1 - 1 and the
 * next. */
GMS_HOT static void
spread(const int16_t *line, int cell, int c0, int c1, int16_t *row)
{
    int shift = cell == 8 ? 4 : 5;

    for (int c = c0; c < c1; c++) {
        int      l = line[c], d = line[c + 1] - l;
        int16_t *p = row + cell / 2 + cell * c;

        ramp(l, d, 0, shift, p);
        if (cell == 16) {
            ramp(l, d, 8, shift, p + 8);
        }
    }
}


void
gms_gain_row(const gms_gain_t *gain, int y, int from, int to, int16_t *row)
{
    int16_t        room[GMS_IMAGE_SIDE_MAX / 8 + 2], *line = room + 1;
    const int16_t *above, *below;
    int            weight, c = gain->cell, c0, c1, first, last;

    above = cell_rows(gain, y, &below, &weight);
    c0 = (from + c / 2) / c - 1;
    c1 = (to + c / 2 - 1) / c;
    first = c0 < 0 ? 0 : c0;
    last = c1 < gain->w ? c1 : gain->w - 1;
    between(above + first, below + first, weight, c == 8 ? 4 : 5,
        last - first + 1, line + first);
    /* Beyond the border a cell repeats.  At least one was laid.
     * NOLINTBEGIN(*uninitialized*) */
    line[first - 1] = line[first];
    line[last + 1] = line[last];
    /* NOLINTEND(*uninitialized*) */
    spread(line, c, c0, c1, row);
}


double
gms_gain_at(const gms_gain_t *gain, int x, int y)
{
    const int16_t *above, *below;
    int            weight, c = gain->cell, p = 2 * x + 1 - c, left, right;
    double         fx, fy, a, b;

    above = cell_rows(gain, y, &below, &weight);
    fy = (double) weight / (2 * c);
    left = p < 0 ? -1 : p / (2 * c);
    fx = (double) (p - left * 2 * c) / (2 * c);
    right = clamp(left + 1, 0, gain->w - 1);
    left = clamp(left, 0, gain->w - 1);
    a = above[left] + fx * (above[right] - above[left]);
    b = below[left] + fx * (below[right] - below[left]);
    return (a + fy * (b - a)) / GMS_GAIN_ONE;
}
