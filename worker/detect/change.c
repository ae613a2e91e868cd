/* gms_change: see change.h. */

#include "change.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "hot.h"

/* The difference is cut at this: a hole is far above any threshold long
 * before, and sixteen of it fit 16 bits. */
#define CUT (127 * GMS_LEVEL)

/* A sharpened picture is white beyond white around what is dark: the
 * background stays where its numbers end. */
#define BRIGHTEST (255 * GMS_DEEP)

/* A change counts from this many times the noise, and from this many levels;
 * in the dark, where the levels of a hole are few, down to a third. */
#define TIMES_NOISE 5.0F
#define LEVELS_MIN 4.0F
#define DARK_SHARE 0.35F
#define DARK_LEVELS 60.0F

/* No noise is believed to be smaller, before and after the smoothing. */
#define NOISE_MIN 0.8F
#define SMOOTH_NOISE_MIN 0.55F
#define NOISE_START 1.5
#define SMOOTHING 1.6F /* what the smoothing takes off white noise */
#define MEAN_TO_SIGMA 1.25F

/* Thresholds: nothing is over NEVER, as the difference is cut; in the zone
 * at most LEVELS_MAX. */
#define NEVER 3000
#define LEVELS_MAX 100.0F

/* The background follows below 10/16 of the threshold, 3 of 5 sigma. */
#define FOLLOW_PARTS 10

#define TAPS 5
#define REACH (TAPS / 2)
#define PAD 16
#define SEGMENT GMS_BLOCK_W

/* Every so manieth row tells the noise of the picture. */
#define COUNT_ROWS 4

/* The first pictures tell a codec already; later the mean is over so many. */
#define FRESH_PICTURES 20

/* A codec has no bits for grain: what its pictures change by is smooth.  So
 * what counts as fresh is the change of light, but no more than so many times
 * its change from pixel to pixel, which is 0.8 to 1.1 of it for a sensor's
 * noise after JPEG, 0.6 to 0.7 for a codec in light that flickers. */
#define GRAIN 1.15

/* All thresholds are renewed in this many pictures. */
#define RENEW_PICTURES 8


int
gms_change_init(gms_change_t *change, const gms_zone_t *zone)
{
    size_t cells = (size_t) (zone->w / 8) * (size_t) zone->blocks;
    size_t line = (size_t) zone->w + 2 * PAD;

    memset(change, 0, sizeof(*change));
    change->zone = zone;
    change->edge_px = 0.06;
    change->freshness = 1.2;
    change->last =
        calloc((size_t) zone->w * (size_t) zone->blocks, sizeof(int16_t));
    change->background = gms_zone_plane(zone);
    change->noise = gms_zone_plane(zone);
    change->threshold = gms_zone_plane(zone);
    change->picture = gms_zone_plane(zone);
    change->difference = gms_zone_plane(zone);
    change->background_sums = calloc(cells, sizeof(int32_t));
    change->picture_sums = calloc(cells, sizeof(int32_t));
    change->rows = calloc(line * (TAPS + 3), sizeof(int16_t));
    change->lines = calloc(line * 5, sizeof(float));
    change->run = calloc(GMS_CHANGE_RUNS_MAX, sizeof(gms_run_t));
    if (change->background == NULL || change->noise == NULL
        || change->threshold == NULL || change->picture == NULL
        || change->difference == NULL || change->background_sums == NULL
        || change->picture_sums == NULL || change->rows == NULL
        || change->lines == NULL || change->run == NULL || change->last == NULL
        || gms_noise_init(&change->now, zone) != GMS_OK
        || gms_quiet_init(&change->quiet, zone) != GMS_OK)
    {
        gms_change_close(change);
        return GMS_ENOMEM;
    }
    return GMS_OK;
}


void
gms_change_close(gms_change_t *change)
{
    free(change->background);
    free(change->noise);
    free(change->threshold);
    free(change->picture);
    free(change->difference);
    free(change->background_sums);
    free(change->picture_sums);
    free(change->rows);
    free(change->lines);
    free(change->run);
    free(change->last);
    gms_noise_close(&change->now);
    gms_quiet_close(&change->quiet);
    memset(change, 0, sizeof(*change));
}


/* Background in the light of this picture, less the picture. */
GMS_HOT static void
difference_row(const int16_t *background, const int16_t *picture,
    const int16_t *gain, int n, int16_t *out)
{
    for (int x = 0; x < n; x++) {
        int16_t b = (int16_t) ((background[x] * gain[x])
            >> (GMS_DEEP_BITS + GMS_GAIN_BITS - 4));
        int16_t d = (int16_t) (b - picture[x]);

        d = d < -CUT ? -CUT : d;
        out[x] = d > CUT ? CUT : d;
    }
}


/* Sum of absolute values, each cut at 6 levels. */
GMS_HOT static long
cut_sum(const int16_t *a, int n)
{
    int sum = 0;

    for (int x = 0; x < n; x++) {
        int v = a[x] < 0 ? -a[x] : a[x];

        sum += v < 6 * GMS_LEVEL ? v : 6 * GMS_LEVEL;
    }
    return sum;
}


/* What a row changed by since the picture before; last becomes it. */
GMS_HOT static void
since_last(int16_t *restrict row, int16_t *restrict last, int n)
{
    for (int x = 0; x < n; x++) {
        int16_t before = last[x];

        last[x] = row[x];
        row[x] = (int16_t) (row[x] - before);
    }
}


/* Differences of neighbours: n - 1 of them. */
GMS_HOT static void
slope_row(const int16_t *restrict row, int n, int16_t *restrict out)
{
    for (int x = 0; x + 1 < n; x++) {
        out[x] = (int16_t) (row[x + 1] - row[x]);
    }
}


void
gms_change_measure(gms_change_t *change, const gms_gain_t *gain)
{
    const gms_zone_t *zone = change->zone;
    int16_t          *raw = change->rows + PAD;
    int16_t          *gains = raw + zone->w + 2 * PAD;
    long              fresh = 0, grain = 0, off = 0;

    for (int b = 0; b < zone->blocks; b++) {
        int       y = b * GMS_BLOCK_H + GMS_BLOCK_H / 2, from = zone->from[b];
        int       n = zone->to[b] - from;
        ptrdiff_t at = (ptrdiff_t) y * zone->w + from;
        int16_t  *last = change->last + (ptrdiff_t) b * zone->w + from;

        if (n <= 0) {
            continue;
        }
        gms_gain_row(gain, y, from, from + n, gains);
        difference_row(change->background + at, change->picture + at,
            gains + from, n, raw);
        off += cut_sum(raw, n);
        since_last(raw, last, n);
        fresh += cut_sum(raw, n);
        slope_row(raw, n, gains);
        grain += cut_sum(gains, n - 1);
    }
    if (change->has_last) {
        double share = fmin((double) fresh, GRAIN * (double) grain)
            / (double) (off > 0 ? off : 1);

        int n = change->measured < FRESH_PICTURES ? ++change->measured
                                                  : FRESH_PICTURES;

        change->freshness +=
            ((share < 2 ? share : 2) - change->freshness) / (1 + n);
    }
    change->has_last = true;
}


static size_t
pixels(const gms_change_t *change)
{
    return (size_t) change->zone->w * (size_t) change->zone->h;
}


void
gms_change_start(gms_change_t *change)
{
    for (size_t i = 0; i < pixels(change); i++) {
        int b = change->picture[i] * (GMS_DEEP / GMS_LEVEL);

        change->background[i] = (int16_t) (b < 0 ? 0
                : b > BRIGHTEST                  ? BRIGHTEST
                                                 : b);
        change->noise[i] = (int16_t) (NOISE_START * GMS_DEEP);
    }
    memcpy(change->background_sums, change->picture_sums,
        (size_t) (change->zone->w / 8) * (size_t) change->zone->blocks
            * sizeof(int32_t));
}


/* 1 4 6 4 1: a Gaussian of 1 px, near enough to 0.06 calibers for the usual
 * sizes and without a product. */
GMS_HOT static void
smooth_across(const int16_t *in, int n, int16_t *out)
{
    for (int x = 0; x < n; x++) {
        out[x] = (int16_t) ((int16_t) (in[x - 2] + in[x + 2]
                                + 4 * (in[x - 1] + in[x + 1]) + 6 * in[x] + 8)
            >> 4);
    }
}


GMS_HOT static void
smooth_down(const int16_t *a, const int16_t *b, const int16_t *c,
    const int16_t *d, const int16_t *e, int n, int16_t *out)
{
    for (int x = 0; x < n; x++) {
        out[x] = (int16_t) ((int16_t) (a[x] + e[x] + 4 * (b[x] + d[x])
                                + 6 * c[x] + 8)
            >> 4);
    }
}


/* Scratch for the thresholds of one row, as raised by this picture. */
static int16_t *
raised_row(const gms_change_t *change)
{
    return change->rows + (TAPS + 2) * (change->zone->w + 2 * PAD) + PAD;
}


/* Fills it for n pixels of row y. */
static const int16_t *
raise_row(const gms_change_t *change, int y, int from, int n)
{
    ptrdiff_t at = (ptrdiff_t) y * change->zone->w + from;
    int16_t  *row = raised_row(change) + from;

    gms_noise_raise(
        &change->now, change->threshold + at, change->now.kind + at, n, row);
    return row;
}


/* Pixels over the threshold in each segment of a row; their sum. */
GMS_HOT static int
count_over(const int16_t *difference, const int16_t *threshold, int segments,
    uint8_t *counts)
{
    int total = 0;

    for (int s = 0; s < segments; s++) {
        int16_t count = 0;

        for (int x = 0; x < SEGMENT; x++) {
            int16_t d = difference[s * SEGMENT + x];

            d = (int16_t) (d < 0 ? -d : d);
            count =
                (int16_t) (count + (d > threshold[s * SEGMENT + x] ? 1 : 0));
        }
        counts[s] = (uint8_t) count;
        total += count;
    }
    return total;
}


static void
add_run(gms_change_t *change, int y, int x0, int x1)
{
    if (change->runs < GMS_CHANGE_RUNS_MAX) {
        change->run[change->runs].y = (int16_t) y;
        change->run[change->runs].x0 = (int16_t) x0;
        change->run[change->runs].x1 = (int16_t) x1;
        change->runs++;
    }
}


static void
row_runs(gms_change_t *change, int y, int from, int to, const uint8_t *counts)
{
    const int16_t *d = change->difference + (ptrdiff_t) y * change->zone->w;
    const int16_t *t = raised_row(change);
    int            start = -1;

    for (int x = from; x < to; x++) {
        bool over;

        if ((x - from) % SEGMENT == 0 && counts[(x - from) / SEGMENT] == 0) {
            if (start >= 0) {
                add_run(change, y, start, x);
                start = -1;
            }
            x += SEGMENT - 1;
            continue;
        }
        over = abs(d[x]) > t[x];
        if (over && start < 0) {
            start = x;
        } else if (!over && start >= 0) {
            add_run(change, y, start, x);
            start = -1;
        }
    }
    if (start >= 0) {
        add_run(change, y, start, to);
    }
}


/* Counts a stretch of a finished row and notes its runs. */
static void
judge_stretch(gms_change_t *change, int y, const gms_stretch_t *s)
{
    uint8_t counts[GMS_IMAGE_SIDE_MAX / SEGMENT];
    int     n = s->to - s->from, over;

    over = count_over(
        change->difference + (ptrdiff_t) y * change->zone->w + s->from,
        raise_row(change, y, s->from, n), n / SEGMENT, counts);
    change->over += over;
    if (over > 0) {
        row_runs(change, y, s->from, s->to, counts);
    }
}


/* Finished rows, but for what cannot be over its threshold. */
static void
judge(gms_change_t *change)
{
    gms_stretch_t stretch[GMS_QUIET_STRETCHES];

    for (int b = 0; b < change->zone->blocks; b++) {
        int n = gms_quiet_stretches(
            &change->quiet, b, change->now.least, GMS_QUIET_PARTS, stretch);

        for (int y = b * GMS_BLOCK_H; n > 0 && y < (b + 1) * GMS_BLOCK_H; y++) {
            for (int i = 0; i < n; i++) {
                judge_stretch(change, y, &stretch[i]);
            }
        }
    }
}


void
gms_change_find(gms_change_t *change, const gms_gain_t *gain)
{
    const gms_zone_t *zone = change->zone;
    int               line = zone->w + 2 * PAD;
    int16_t          *raw = change->rows + PAD, *gains = raw + line;
    int16_t          *ring[TAPS];

    change->over = 0;
    change->runs = 0;
    gms_noise_begin(&change->now);
    for (int i = 0; i < TAPS; i++) {
        ring[i] = gains + (i + 1) * line;
        memset(ring[i], 0, (size_t) zone->w * sizeof(int16_t));
    }
    for (int y = 0; y < zone->h + REACH; y++) {
        int16_t *last = ring[0];

        memmove(ring, ring + 1, (TAPS - 1) * sizeof(ring[0]));
        ring[TAPS - 1] = last;
        if (y < zone->h) {
            int       b = y / GMS_BLOCK_H, from = zone->from[b];
            int       n = zone->to[b] - from;
            ptrdiff_t at = (ptrdiff_t) y * zone->w + from;

            if (y % 2 == 0 && n > 0) { /* slow enough to serve two rows */
                gms_gain_row(gain, y, from, from + n, gains);
            }
            if (n > 0) {
                difference_row(change->background + at, change->picture + at,
                    gains + from, n, raw + from);
                raw[from - 1] = raw[from - 2] = raw[from];
                raw[from + n] = raw[from + n + 1] = raw[from + n - 1];
                smooth_across(raw + from, n, last + from);
            }
        } else {
            memset(last, 0, (size_t) zone->w * sizeof(int16_t));
        }
        if (y >= REACH) {
            int       yo = y - REACH, b = yo / GMS_BLOCK_H;
            int       from = zone->from[b], n = zone->to[b] - from;
            ptrdiff_t at = (ptrdiff_t) yo * zone->w + from;

            if (n > 0) {
                smooth_down(ring[0] + from, ring[1] + from, ring[2] + from,
                    ring[3] + from, ring[4] + from, n, change->difference + at);
                if (yo % COUNT_ROWS == 0) {
                    gms_noise_count(&change->now, change->difference + at,
                        zone->inside + at, change->now.kind + at, n);
                }
                if (yo % GMS_BLOCK_H == GMS_BLOCK_H - 1) {
                    gms_quiet_look(&change->quiet, change->difference, b);
                }
            }
        }
    }
    gms_noise_end(&change->now, TIMES_NOISE);
    judge(change);
}


/* Lets a pixel follow where quiet is -1, not where it is 0. */
GMS_INLINE void
follow_pixel(int16_t *background, int16_t *noise, int16_t raw, int16_t quiet,
    int16_t round, int shift)
{
    int16_t r = (int16_t) (raw * 8);
    int16_t a = (int16_t) (r < 0 ? -r : r);
    int16_t db = (int16_t) ((r + round) >> shift);
    int16_t dn = (int16_t) ((a - *noise + round) >> shift);
    int16_t room = (int16_t) (*background - BRIGHTEST);

    db = db > *background ? *background : db;
    db = db < room ? room : db;
    *background = (int16_t) (*background - (db & quiet));
    *noise = (int16_t) (*noise + (dn & quiet));
}


GMS_HOT static void
follow_row(int16_t *restrict background, int16_t *restrict noise,
    const int16_t *restrict raw, const int16_t *restrict difference,
    const int16_t *restrict threshold, int n, int shift)
{
    int16_t round = (int16_t) (1 << (shift - 1));

    for (int x = 0; x < n; x++) {
        int16_t d = difference[x];
        int16_t limit = (int16_t) ((uint16_t) (threshold[x] * FOLLOW_PARTS)
            / GMS_QUIET_PARTS);

        d = (int16_t) (d < 0 ? -d : d);
        follow_pixel(&background[x], &noise[x], raw[x],
            (int16_t) (d < limit ? -1 : 0), round, shift);
    }
}


GMS_HOT static void
follow_quiet_row(int16_t *restrict background, int16_t *restrict noise,
    const int16_t *restrict raw, int n, int shift)
{
    int16_t round = (int16_t) (1 << (shift - 1));

    for (int x = 0; x < n; x++) {
        follow_pixel(&background[x], &noise[x], raw[x], -1, round, shift);
    }
}


/* Pixels from .. to - 1 of row y; stretches of them may be over the limit. */
static void
follow_stretches(gms_change_t *change, int y, const gms_stretch_t *stretch,
    int n, const int16_t *raw, int shift)
{
    const gms_zone_t *zone = change->zone;
    ptrdiff_t         row = (ptrdiff_t) y * zone->w;
    int               x = zone->from[y / GMS_BLOCK_H];

    for (int i = 0; i < n; x = stretch[i++].to) {
        int from = stretch[i].from, count = stretch[i].to - from;

        follow_quiet_row(change->background + row + x, change->noise + row + x,
            raw + x, from - x, shift);
        follow_row(change->background + row + from, change->noise + row + from,
            raw + from, change->difference + row + from,
            raise_row(change, y, from, count), count, shift);
    }
    follow_quiet_row(change->background + row + x, change->noise + row + x,
        raw + x, zone->to[y / GMS_BLOCK_H] - x, shift);
}


void
gms_change_follow(gms_change_t *change, const gms_gain_t *gain, int period,
    int phase, int shift)
{
    const gms_zone_t *zone = change->zone;
    int16_t          *raw = change->rows + PAD;
    int16_t          *gains = raw + zone->w + 2 * PAD;
    gms_stretch_t     stretch[GMS_QUIET_STRETCHES];

    for (int b = 0; b < zone->blocks; b++) {
        int from = zone->from[b], n = zone->to[b] - from, stretches;

        if (n <= 0) {
            continue;
        }
        stretches = gms_quiet_stretches(
            &change->quiet, b, change->now.least, FOLLOW_PARTS, stretch);
        for (int y = b * GMS_BLOCK_H; y < (b + 1) * GMS_BLOCK_H; y++) {
            ptrdiff_t at = (ptrdiff_t) y * zone->w + from;

            if (y % period == phase) {
                gms_gain_row(gain, y, from, from + n, gains);
                difference_row(change->background + at, change->picture + at,
                    gains + from, n, raw + from);
                follow_stretches(change, y, stretch, stretches, raw, shift);
            }
        }
    }
}


GMS_HOT static void
learn_row(int16_t *restrict background, int16_t *restrict noise,
    const int16_t *restrict raw, int n, float weight)
{
    for (int x = 0; x < n; x++) {
        float d = (float) raw[x] * (GMS_DEEP / GMS_LEVEL);
        float a = d < 0 ? -d : d, b = (float) background[x] - weight * d;
        float m = (float) noise[x] + 0.15F * (a - (float) noise[x]);

        b = b < BRIGHTEST ? b : BRIGHTEST;
        background[x] = (int16_t) (b < 0 ? 0 : b + 0.5F);
        noise[x] = (int16_t) (m + 0.5F);
    }
}


void
gms_change_learn(gms_change_t *change, const gms_gain_t *gain, int n)
{
    const gms_zone_t *zone = change->zone;
    int16_t          *raw = change->rows + PAD;
    int16_t          *gains = raw + zone->w + 2 * PAD;
    float             weight = 1.0F / ((float) n + 1.5F);

    for (int y = 0; y < zone->h; y++) {
        int      b = y / GMS_BLOCK_H, from = zone->from[b];
        int      count = zone->to[b] - from;
        int16_t *bg = change->background + (ptrdiff_t) y * zone->w + from;
        int16_t *noise = change->noise + (ptrdiff_t) y * zone->w + from;

        if (count <= 0) {
            continue;
        }
        gms_gain_row(gain, y, from, from + count, gains);
        difference_row(bg, change->picture + (bg - change->background),
            gains + from, count, raw);
        learn_row(bg, noise, raw, count, weight);
    }
}


/* One row of the background, smoothed as the difference is, in levels. */
GMS_HOT static void
smooth_background(const int16_t *rows[TAPS], int n, float *tmp, float *out)
{
    for (int x = 0; x < n; x++) {
        tmp[x] = (float) (rows[0][x] + rows[4][x]
            + 4 * (rows[1][x] + rows[3][x]) + 6 * rows[2][x]);
    }
    tmp[-1] = tmp[-2] = tmp[0];
    tmp[n] = tmp[n + 1] = tmp[n - 1];
    for (int x = 0; x < n; x++) {
        out[x] = (tmp[x - 2] + tmp[x + 2] + 4 * (tmp[x - 1] + tmp[x + 1])
                     + 6 * tmp[x])
            / (256.0F * GMS_DEEP);
    }
    out[-1] = out[0];
    out[n] = out[n - 1];
}


/* Mean of the noise over 5 x 5 px. */
GMS_HOT static void
mean_noise(const int16_t *rows[TAPS], int n, float *tmp, float *out)
{
    const float   scale = MEAN_TO_SIGMA / GMS_DEEP;
    const int16_t least = (int16_t) (NOISE_MIN / MEAN_TO_SIGMA * GMS_DEEP);

    for (int x = 0; x < n; x++) {
        int sum = 0;

        for (int i = 0; i < TAPS; i++) {
            sum += rows[i][x] > least ? rows[i][x] : least;
        }
        tmp[x] = scale * (float) sum;
    }
    tmp[-1] = tmp[-2] = tmp[0];
    tmp[n] = tmp[n + 1] = tmp[n - 1];
    for (int x = 0; x < n; x++) {
        out[x] = (tmp[x - 2] + tmp[x - 1] + tmp[x] + tmp[x + 1] + tmp[x + 2])
            / (25 * SMOOTHING);
    }
}


/* Length of a vector, 4 % off at most: a root would stop the vectoriser. */
GMS_INLINE float
length(float a, float b)
{
    float high, low;

    a = fabsf(a);
    b = fabsf(b);
    high = a > b ? a : b;
    low = a > b ? b : a;
    return 0.96F * high + 0.4F * low;
}


/* Threshold of a row: noise, and what edges that move a little look like. */
GMS_HOT static void
threshold_row(const float *up, const float *mid, const float *down,
    const float *noise, const uint8_t *inside, float edge_px, int n,
    int16_t *restrict out)
{
    for (int x = 0; x < n; x++) {
        float gx = up[x + 1] - up[x - 1] + 2 * (mid[x + 1] - mid[x - 1])
            + down[x + 1] - down[x - 1];
        float gy = down[x - 1] - up[x - 1] + 2 * (down[x] - up[x]) + down[x + 1]
            - up[x + 1];
        float s = noise[x] > SMOOTH_NOISE_MIN ? noise[x] : SMOOTH_NOISE_MIN;
        float least = mid[x] / DARK_LEVELS + DARK_SHARE, t;
        int   level;

        least = LEVELS_MIN * (least < 1 ? least : 1);
        t = TIMES_NOISE * length(s, edge_px / 8 * length(gx, gy));
        t = t > least ? t : least;
        t = t < LEVELS_MAX ? t : LEVELS_MAX;
        level = (int) (t * GMS_LEVEL);
        out[x] = (int16_t) (inside[x] != 0 ? level : NEVER);
    }
}


static void
rows_around(const gms_zone_t *zone, const int16_t *plane, int y, int x,
    const int16_t *rows[TAPS])
{
    for (int i = 0; i < TAPS; i++) {
        int v = y + i - REACH;

        v = v < 0 ? 0 : v >= zone->h ? zone->h - 1 : v;
        rows[i] = plane + (ptrdiff_t) v * zone->w + x;
    }
}


/* Of one row of blocks, pixels x0 .. x1 - 1 and the rest of their blocks. */
static void
renew_block(gms_change_t *change, int b, int x0, int x1)
{
    const gms_zone_t *zone = change->zone;
    int               line = zone->w + 2 * PAD, y0 = b * GMS_BLOCK_H;
    int               from =
        x0 < zone->from[b] ? zone->from[b] : x0 / GMS_BLOCK_W * GMS_BLOCK_W;
    int            to = x1 > zone->to[b]
                   ? zone->to[b]
                   : (x1 + GMS_BLOCK_W - 1) / GMS_BLOCK_W * GMS_BLOCK_W;
    int            n = to - from;
    float         *tmp = change->lines + PAD, *ring[3], *noise;
    const int16_t *rows[TAPS];
    ptrdiff_t      cell = (ptrdiff_t) b * (zone->w / 8) + from / 8;

    if (n <= 0) {
        return;
    }
    for (int i = 0; i < 3; i++) {
        ring[i] = tmp + (i + 1) * line;
    }
    noise = tmp + 4 * line;
    for (int y = y0 - 1; y < y0 + GMS_BLOCK_H + 1; y++) {
        float *last = ring[0];

        ring[0] = ring[1];
        ring[1] = ring[2];
        ring[2] = last;
        rows_around(zone, change->background, y, from, rows);
        smooth_background(rows, n, tmp, last);
        if (y > y0) {
            ptrdiff_t at = (ptrdiff_t) (y - 1) * zone->w + from;

            rows_around(zone, change->noise, y - 1, from, rows);
            mean_noise(rows, n, tmp, noise);
            threshold_row(ring[0], ring[1], ring[2], noise, zone->inside + at,
                (float) change->edge_px, n, change->threshold + at);
            gms_noise_sort(&change->now, ring[0], ring[1], ring[2], n,
                change->now.kind + at);
        }
    }
    gms_quiet_learn(&change->quiet, change->threshold, b, from, to);
    gms_cell_sums(change->background + (ptrdiff_t) y0 * zone->w + from, zone->w,
        n / 8, change->background_sums + cell);
    for (int i = 0; i < n / 8; i++) {
        change->background_sums[cell + i] /= GMS_DEEP / GMS_LEVEL;
    }
}


void
gms_change_renew_some(gms_change_t *change)
{
    int n = (change->zone->blocks + RENEW_PICTURES - 1) / RENEW_PICTURES;

    for (int i = 0; i < n; i++) {
        renew_block(change, change->next_block, 0, change->zone->w);
        change->next_block = (change->next_block + 1) % change->zone->blocks;
    }
}


void
gms_change_renew_all(gms_change_t *change)
{
    for (int b = 0; b < change->zone->blocks; b++) {
        renew_block(change, b, 0, change->zone->w);
    }
}


void
gms_change_renew(gms_change_t *change, int x0, int y0, int x1, int y1)
{
    int from = (y0 - REACH - 1) / GMS_BLOCK_H;
    int to = (y1 + REACH) / GMS_BLOCK_H + 1;

    from = from < 0 ? 0 : from;
    to = to > change->zone->blocks ? change->zone->blocks : to;
    for (int b = from; b < to; b++) {
        renew_block(change, b, x0 - REACH - 1, x1 + REACH + 1);
    }
}


double
gms_change_noise(const gms_change_t *change, int x, int y)
{
    ptrdiff_t at = (ptrdiff_t) y * change->zone->w + x;
    double    learnt, now;

    if (change->threshold[at] >= NEVER) {
        return 1;
    }
    learnt =
        (double) change->threshold[at] / (double) (TIMES_NOISE * GMS_LEVEL);
    now = (double) change->now.sigma[change->now.kind[at]];
    return learnt > now ? learnt : now;
}
