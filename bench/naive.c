/* bench_naive: see naive.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "naive.h"
#include "ipc/error.h"

#define THRESHOLD 30

/* Of a contour: its area in areas of a caliber, 4 pi area / perimeter^2. */
#define AREA_LEAST 0.15
#define AREA_MOST 3.0
#define ROUND_LEAST 0.3

/* Steps between pixels overrate the length of a curve by this on average. */
#define STEPS_TO_LENGTH (M_PI / 4)


int
bench_naive_open(bench_naive_t *n, const gms_image_t *image, double cx,
    double cy, double radius, double caliber_px)
{
    size_t size;
    int    x1 = (int) fmin(ceil(cx + radius), image->width - 1);
    int    y1 = (int) fmin(ceil(cy + radius), image->height - 1);

    memset(n, 0, sizeof(*n));
    n->cx = cx;
    n->cy = cy;
    n->radius = radius;
    n->caliber_px = caliber_px;
    n->x0 = (int) fmax(floor(cx - radius), 0);
    n->y0 = (int) fmax(floor(cy - radius), 0);
    n->w = x1 - n->x0 + 1;
    n->h = y1 - n->y0 + 1;

    if (n->w < 8 || n->h < 8) {
        return GMS_EINVALID;
    }

    size = (size_t) n->w * (size_t) n->h;
    n->blurred = malloc(size);
    n->reference = malloc(size);
    n->mask = malloc(size);
    n->work = malloc(size);
    n->stack = malloc(size * sizeof(int32_t));

    if (n->blurred == NULL || n->reference == NULL || n->mask == NULL
        || n->work == NULL || n->stack == NULL)
    {
        bench_naive_close(n);
        return GMS_ENOMEM;
    }

    return GMS_OK;
}


void
bench_naive_close(bench_naive_t *n)
{
    free(n->blurred);
    free(n->reference);
    free(n->mask);
    free(n->work);
    free(n->stack);
    memset(n, 0, sizeof(*n));
}


static int
clamp(int v, int most)
{
    return v < 0 ? 0 : v > most ? most : v;
}


/* 1 4 6 4 1 in both directions. */
static void
blur(bench_naive_t *n, const gms_image_t *image)
{
    for (int y = 0; y < n->h; y++) {
        const uint8_t *in =
            image->px + (size_t) (n->y0 + y) * (size_t) image->stride + n->x0;
        uint8_t *out = n->work + (size_t) y * (size_t) n->w;

        for (int x = 0; x < n->w; x++) {
            int a = clamp(x - 2, n->w - 1), b = clamp(x - 1, n->w - 1);
            int d = clamp(x + 1, n->w - 1), e = clamp(x + 2, n->w - 1);

            out[x] =
                (uint8_t) ((in[a] + in[e] + 4 * (in[b] + in[d]) + 6 * in[x] + 8)
                    / 16);
        }
    }

    for (int y = 0; y < n->h; y++) {
        const uint8_t *row[5];
        uint8_t       *out = n->blurred + (size_t) y * (size_t) n->w;

        for (int j = -2; j <= 2; j++) {
            row[j + 2] =
                n->work + (size_t) clamp(y + j, n->h - 1) * (size_t) n->w;
        }
        for (int x = 0; x < n->w; x++) {
            out[x] =
                (uint8_t) ((row[0][x] + row[4][x] + 4 * (row[1][x] + row[3][x])
                               + 6 * row[2][x] + 8)
                    / 16);
        }
    }
}


/* 3x3: keeps a pixel when all (erode) or one of its neighbours are set. */
static void
morph(bench_naive_t *n, bool erode)
{
    memset(n->work, 0, (size_t) n->w * (size_t) n->h);

    for (int y = 1; y < n->h - 1; y++) {
        for (int x = 1; x < n->w - 1; x++) {
            int            sum = 0;
            const uint8_t *p = n->mask + (size_t) y * (size_t) n->w + x;

            for (int j = -1; j <= 1; j++) {
                const uint8_t *q = p + (ptrdiff_t) j * n->w;

                sum += q[-1] + q[0] + q[1];
            }
            n->work[(size_t) y * (size_t) n->w + (size_t) x] =
                erode ? sum == 9 : sum > 0;
        }
    }

    memcpy(n->mask, n->work, (size_t) n->w * (size_t) n->h);
}


static void
difference(bench_naive_t *n)
{
    for (int y = 0; y < n->h; y++) {
        size_t row = (size_t) y * (size_t) n->w;

        for (int x = 0; x < n->w; x++) {
            size_t i = row + (size_t) x;
            bool in = hypot(n->x0 + x - n->cx, n->y0 + y - n->cy) <= n->radius;

            n->mask[i] = in
                && abs((int) n->blurred[i] - (int) n->reference[i]) > THRESHOLD;
        }
    }

    morph(n, true);
    morph(n, false);
    morph(n, false);
    morph(n, true);
}


/* Fills the component at pixel `from`, clearing it; true: it may be a hole. */
static bool
component(bench_naive_t *n, int32_t from, bench_spot_t *spot)
{
    int     top = 0;
    double  area = 0, steps = 0, sx = 0, sy = 0;
    double  disc = M_PI * n->caliber_px * n->caliber_px / 4;
    int32_t side[4] = { -1, 1, -n->w, n->w };

    n->stack[top++] = from;
    n->mask[from] = 2;

    while (top > 0) {
        int32_t i = n->stack[--top];

        area++;
        sx += i % n->w;
        sy += i / n->w;

        /* morph() leaves no pixel set at the border */
        for (int k = 0; k < 4; k++) {
            if (n->mask[i + side[k]] == 1) {
                n->mask[i + side[k]] = 2;
                n->stack[top++] = i + side[k];
            } else if (n->mask[i + side[k]] == 0) {
                steps++;
            }
        }
    }

    spot->x = n->x0 + sx / area;
    spot->y = n->y0 + sy / area;
    steps *= STEPS_TO_LENGTH;

    return area >= AREA_LEAST * disc && area <= AREA_MOST * disc
        && 4 * M_PI * area / (steps * steps) > ROUND_LEAST;
}


int
bench_naive_push(
    bench_naive_t *n, const gms_image_t *image, bench_spot_t *spot, int max)
{
    int          found = 0;
    bench_spot_t at;

    blur(n, image);

    if (n->learned) {
        difference(n);

        for (int32_t i = 0; i < n->w * n->h; i++) {
            if (n->mask[i] == 1 && component(n, i, &at)) {
                if (found < max) {
                    spot[found] = at;
                }
                found++;
            }
        }
    }

    if (!n->learned || found > 0) {
        memcpy(n->reference, n->blurred, (size_t) n->w * (size_t) n->h);
        n->learned = true;
    }

    return found;
}
