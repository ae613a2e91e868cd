/* gms_still: see still.h. */

#include "still.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

/* A cell moved when it differs by this; the scene when this share of them
 * did: an arm's edge of some tens of pixels. */
#define MOVED_LEVELS 6.0F
#define MOVED_SHARE 0.06F
#define SCENE_SHARE 0.003


int
gms_still_init(gms_still_t *still, size_t cells)
{
    memset(still, 0, sizeof(*still));
    still->cells = cells;
    still->last = calloc(cells, sizeof(float));
    return still->last == NULL ? GMS_ENOMEM : GMS_OK;
}


void
gms_still_close(gms_still_t *still)
{
    free(still->last);
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


void
gms_still_update(gms_still_t *still, float *cell, int64_t ns)
{
    size_t moved = 0;

    level(cell, still->cells);
    for (size_t i = 0; i < still->cells && still->has_last; i++) {
        float d = fabsf(cell[i] - still->last[i]);

        moved += d > MOVED_LEVELS + MOVED_SHARE * still->last[i];
    }
    if (still->has_last
        && (double) moved <= SCENE_SHARE * (double) still->cells) {
        still->pictures++;
    } else {
        still->pictures = 1;
        still->since_ns = ns;
    }
    memcpy(still->last, cell, still->cells * sizeof(float));
    still->has_last = true;
}
