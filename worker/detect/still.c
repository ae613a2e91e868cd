/* gms_still: see still.h. */

#include "still.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/image.h"
#include "../target/median.h"

/* A cell moved when it differs by this; the scene when this share of them
 * did: an arm's edge of some tens of pixels. */
#define MOVED_LEVELS 6.0F
#define MOVED_SHARE 0.06F
#define SCENE_SHARE 0.003

/* Cells that tell the light of their row, how many it takes, and by how much
 * lamps may change it. */
#define BRIGHT_LEVELS 30.0F
#define ROW_CELLS 8
#define FLICKER 0.15F


int
gms_still_init(gms_still_t *still, size_t across, size_t rows)
{
    memset(still, 0, sizeof(*still));
    still->across = across;
    still->cells = across * rows;
    still->last = calloc(still->cells, sizeof(float));
    still->first = calloc(still->cells, sizeof(float));
    return still->last == NULL || still->first == NULL ? GMS_ENOMEM : GMS_OK;
}


void
gms_still_close(gms_still_t *still)
{
    free(still->last);
    free(still->first);
    memset(still, 0, sizeof(*still));
}


void
gms_still_reset(gms_still_t *still)
{
    still->has_last = false;
    still->pictures = 0;
}


/* Scales to a mean of 100 levels; the darker of a picture, the more its
 * noise counts, but nothing is decided by a black picture. */
static void
level(float *cell, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        sum += (double) cell[i];
    }
    for (size_t i = 0; i < n; i++) {
        cell[i] *= (float) (100 * (double) n / (sum + (double) n));
    }
}


/* By how much the light of a row changed: the median of its brighter cells.
 * Lamps on the mains flicker in bands along the rows, an arm covers but some
 * cells of a row. */
static float
row_light(const float *cell, const float *last, size_t n)
{
    double ratio[GMS_IMAGE_SIDE_MAX / 8];
    int    k = 0;

    for (size_t i = 0; i < n && k < GMS_IMAGE_SIDE_MAX / 8; i++) {
        if (last[i] > BRIGHT_LEVELS) {
            ratio[k++] = (double) (cell[i] / last[i]);
        }
    }
    if (k < ROW_CELLS) {
        return 1;
    }
    return fminf(
        fmaxf((float) gms_smallest(ratio, k, k / 2), 1 - FLICKER), 1 + FLICKER);
}


/* Did cells move against a picture of before? */
static bool
has_moved(const gms_still_t *still, const float *cell, const float *before)
{
    size_t moved = 0;

    for (size_t row = 0; row < still->cells; row += still->across) {
        const float *last = before + row;
        float        light = row_light(cell + row, last, still->across);

        for (size_t i = 0; i < still->across; i++) {
            float d = fabsf(cell[row + i] - light * last[i]);

            moved += d > MOVED_LEVELS + MOVED_SHARE * last[i];
        }
    }
    return (double) moved > SCENE_SHARE * (double) still->cells;
}


void
gms_still_update(gms_still_t *still, float *cell, int64_t ns)
{
    size_t size = still->cells * sizeof(float);

    level(cell, still->cells);
    if (still->has_last && !has_moved(still, cell, still->last)) {
        still->pictures++;
    } else {
        still->pictures = 1;
        still->since_ns = ns;
    }
    if (still->pictures == 1 || has_moved(still, cell, still->first)) {
        memcpy(still->first, cell, size);
        still->stood_ns = ns;
    }
    memcpy(still->last, cell, size);
    still->has_last = true;
}
