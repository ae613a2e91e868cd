/* gms_noise: see noise.h. */

#include "noise.h"

#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "hot.h"

/* Half of the range of levels within 3 x 3 px parts the kinds: from flat to
 * the sharpest print by factors of two; ink before paper. */
#define STEPS (GMS_NOISE_KINDS / 2)
#define FLAT_LEVELS 0.5F

/* A kind of fewer counted pixels is taken to be like the one before. */
#define COUNTED_MIN 60

/* Of the absolute values of a normal distribution: these shares lie below so
 * many sigmas.  The larger sigma of the two holds, as a codec's differences
 * have long tails. */
#define SHARE_MOST 0.80
#define SIGMAS_MOST 1.28F
#define SHARE_TAIL 0.95
#define SIGMAS_TAIL 1.96F

/* What covers a part of the picture is no noise: it leaves the middle of the
 * others where it was.  A codec's sigma is at most so many times what the
 * median says, or what it would say of this many levels. */
#define SHARE_MIDDLE 0.5
#define SIGMAS_MIDDLE 0.674F
#define MIDDLE_MIN 0.5F
#define TAIL_MOST 3.0F

/* Busier places are at least so noisy as calmer ones. */
#define BUSIER 0.8F

/* A lamp is no noise either: a kind's is at most this, levels. */
#define SIGMA_MAX 6.0F

#define BIN_SHIFT 2  /* of GMS_LEVEL: quarter levels */
#define HALF_SHIFT 3 /* of GMS_LEVEL: half levels */
#define EVERY 2      /* pixels of a counted row */

#define COUNT_AT_ONCE 256


int
gms_noise_init(gms_noise_t *noise, const gms_zone_t *zone)
{
    memset(noise, 0, sizeof(*noise));
    noise->zone = zone;
    noise->ink_level = 80;
    noise->kind = calloc((size_t) zone->w, (size_t) zone->h);
    return noise->kind != NULL ? GMS_OK : GMS_ENOMEM;
}


void
gms_noise_close(gms_noise_t *noise)
{
    free(noise->kind);
    memset(noise, 0, sizeof(*noise));
}


GMS_INLINE float
least(float a, float b)
{
    return a < b ? a : b;
}


GMS_INLINE float
most(float a, float b)
{
    return a > b ? a : b;
}


GMS_HOT void
gms_noise_sort(const gms_noise_t *noise, const float *up, const float *mid,
    const float *down, int n, uint8_t *kind)
{
    float ink = noise->ink_level;

    for (int x = 0; x < n; x++) {
        float lo = least(least(up[x], mid[x]), down[x]);
        float hi = most(most(up[x], mid[x]), down[x]);
        float range, limit = 2 * FLAT_LEVELS;
        int   k = mid[x] < ink ? 0 : STEPS;

        lo = least(lo, least(least(up[x - 1], mid[x - 1]), down[x - 1]));
        lo = least(lo, least(least(up[x + 1], mid[x + 1]), down[x + 1]));
        hi = most(hi, most(most(up[x - 1], mid[x - 1]), down[x - 1]));
        hi = most(hi, most(most(up[x + 1], mid[x + 1]), down[x + 1]));
        range = hi - lo;
        for (int s = 1; s < STEPS; s++) {
            k += range > limit ? 1 : 0;
            limit *= 2;
        }
        kind[x] = (uint8_t) k;
    }
}


void
gms_noise_begin(gms_noise_t *noise)
{
    memset(noise->count, 0, sizeof(noise->count));
}


/* Where each pixel is counted: by kind and size; outside the zone apart. */
GMS_HOT static void
find_bins(const int16_t *restrict difference, const uint8_t *restrict inside,
    const uint8_t *restrict kind, int n, uint16_t *restrict bin)
{
    for (int x = 0; x < n; x++) {
        int16_t  d = difference[x];
        uint16_t v = (uint16_t) ((d < 0 ? -d : d) >> BIN_SHIFT);

        v = v < GMS_NOISE_BINS ? v : GMS_NOISE_BINS - 1;
        v = (uint16_t) (v + kind[x] * GMS_NOISE_BINS);
        bin[x] = inside[x] != 0 ? v : GMS_NOISE_KINDS * GMS_NOISE_BINS;
    }
}


/* Neighbours fall into the same bin, mostly: two histograms, so that a
 * processor need not wait for its last sum. */
void
gms_noise_count(gms_noise_t *noise, const int16_t *difference,
    const uint8_t *inside, const uint8_t *kind, int n)
{
    for (int from = 0; from < n; from += COUNT_AT_ONCE) {
        uint16_t bin[COUNT_AT_ONCE];
        int      m = n - from < COUNT_AT_ONCE ? n - from : COUNT_AT_ONCE;

        find_bins(difference + from, inside + from, kind + from, m, bin);
        /* m is a multiple of 16.  NOLINTBEGIN(*uninitialized*) */
        for (int x = 0; x < m; x += 2 * EVERY) {
            noise->count[0][bin[x]]++;
            noise->count[1][bin[x + EVERY]]++;
        }
        /* NOLINTEND(*uninitialized*) */
    }
}


/* Level below which this share of the counted pixels lies. */
static float
quantile(const uint32_t *count, uint32_t total, double share)
{
    uint32_t want = (uint32_t) (share * total), sum = 0;
    int      b = 0;

    while (b < GMS_NOISE_BINS - 1 && (sum += count[b]) <= want) {
        b++;
    }
    return ((float) b + 0.5F) * (1 << BIN_SHIFT) / 16;
}


void
gms_noise_end(gms_noise_t *noise, float times)
{
    float last = 0;

    noise->least = INT16_MAX;
    for (int k = 0; k < GMS_NOISE_KINDS; k++) {
        uint32_t count[GMS_NOISE_BINS], total = 0;
        float    s = last;

        for (int b = 0; b < GMS_NOISE_BINS; b++) {
            int at = k * GMS_NOISE_BINS + b;

            count[b] = noise->count[0][at] + noise->count[1][at];
            total += count[b];
        }
        if (total >= COUNTED_MIN) {
            float middle = most(MIDDLE_MIN,
                quantile(count, total, SHARE_MIDDLE) / SIGMAS_MIDDLE);

            s = most(quantile(count, total, SHARE_MOST) / SIGMAS_MOST,
                quantile(count, total, SHARE_TAIL) / SIGMAS_TAIL);
            s = least(s, TAIL_MOST * middle);
            s = k % STEPS == 0 ? s : most(s, BUSIER * last);
        }
        s = least(s, SIGMA_MAX);
        noise->sigma[k] = last = s;
        noise->raised[k] = (uint8_t) least(2 * times * s, UINT8_MAX);
        if (noise->raised[k] << HALF_SHIFT < noise->least) {
            noise->least = noise->raised[k] << HALF_SHIFT;
        }
    }
}


typedef uint8_t v16_t __attribute__((vector_size(16)));
typedef int16_t v16short_t __attribute__((vector_size(32)));


/* table[k], sixteen at a time. */
GMS_INLINE v16_t
look_up(v16_t table, v16_t k)
{
#if defined(__GNUC__) && !defined(__clang__)
    return __builtin_shuffle(table, k);
#else
    v16_t out = table;

    for (int i = 0; i < 16; i++) {
        out[i] = table[k[i] % GMS_NOISE_KINDS];
    }
    return out;
#endif
}


GMS_HOT void
gms_noise_raise(const gms_noise_t *noise, const int16_t *threshold,
    const uint8_t *kind, int n, int16_t *out)
{
    v16_t table;

    memcpy(&table, noise->raised, sizeof(table));
    for (int x = 0; x < n; x += 16) {
        v16_t      k;
        v16short_t t, r, higher;

        memcpy(&k, kind + x, sizeof(k));
        memcpy(&t, threshold + x, sizeof(t));
        r = __builtin_convertvector(look_up(table, k), v16short_t)
            << HALF_SHIFT;
        higher = t > r;
        t = (t & higher) | (r & ~higher);
        memcpy(out + x, &t, sizeof(t));
    }
}
