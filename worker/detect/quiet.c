/* gms_quiet: see quiet.h. */

#include "quiet.h"

#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "hot.h"

/* To begin anew costs as much as to look at so many quiet blocks. */
#define GAP_BLOCKS 2


int
gms_quiet_init(gms_quiet_t *quiet, const gms_zone_t *zone)
{
    size_t n;

    memset(quiet, 0, sizeof(*quiet));
    quiet->zone = zone;
    quiet->across = zone->w / GMS_BLOCK_W;
    n = (size_t) quiet->across * (size_t) zone->blocks;
    quiet->least = calloc(n, sizeof(int16_t));
    quiet->most = calloc(n, sizeof(int16_t));
    if (quiet->least == NULL || quiet->most == NULL) {
        gms_quiet_close(quiet);
        return GMS_ENOMEM;
    }
    return GMS_OK;
}


void
gms_quiet_close(gms_quiet_t *quiet)
{
    free(quiet->least);
    free(quiet->most);
    memset(quiet, 0, sizeof(*quiet));
}


/* A row of a block. */
typedef int16_t row_t __attribute__((vector_size(2 * GMS_BLOCK_W)));


/* The least number of each of n blocks. */
GMS_HOT static void
least_of(const int16_t *p, ptrdiff_t stride, int n, int16_t *least)
{
    for (int i = 0; i < n; i++, p += GMS_BLOCK_W) {
        row_t   column, t, less;
        int16_t v;

        memcpy(&column, p, sizeof(column));
        for (int y = 1; y < GMS_BLOCK_H; y++) {
            memcpy(&t, p + y * stride, sizeof(t));
            less = t < column;
            column = (t & less) | (column & ~less);
        }
        v = column[0];
        for (int x = 1; x < GMS_BLOCK_W; x++) {
            v = column[x] < v ? column[x] : v;
        }
        least[i] = v;
    }
}


/* The largest absolute number of each of n blocks. */
GMS_HOT static void
most_of(const int16_t *p, ptrdiff_t stride, int n, int16_t *most)
{
    for (int i = 0; i < n; i++, p += GMS_BLOCK_W) {
        row_t   column = { 0 }, d, more;
        int16_t v = 0;

        for (int y = 0; y < GMS_BLOCK_H; y++) {
            memcpy(&d, p + y * stride, sizeof(d));
            d = (d ^ (d >> 15)) - (d >> 15);
            more = d > column;
            column = (d & more) | (column & ~more);
        }
        for (int x = 0; x < GMS_BLOCK_W; x++) {
            v = column[x] > v ? column[x] : v;
        }
        most[i] = v;
    }
}


static const int16_t *
block_at(const gms_quiet_t *quiet, const int16_t *plane, int b, int x)
{
    return plane + (ptrdiff_t) b * GMS_BLOCK_H * quiet->zone->w + x;
}


void
gms_quiet_learn(
    gms_quiet_t *quiet, const int16_t *threshold, int b, int from, int to)
{
    if (from < to) {
        least_of(block_at(quiet, threshold, b, from), quiet->zone->w,
            (to - from) / GMS_BLOCK_W,
            quiet->least + b * quiet->across + from / GMS_BLOCK_W);
    }
}


void
gms_quiet_look(gms_quiet_t *quiet, const int16_t *difference, int b)
{
    int from = quiet->zone->from[b], to = quiet->zone->to[b];

    if (from < to) {
        most_of(block_at(quiet, difference, b, from), quiet->zone->w,
            (to - from) / GMS_BLOCK_W,
            quiet->most + b * quiet->across + from / GMS_BLOCK_W);
    }
}


int
gms_quiet_stretches(const gms_quiet_t *quiet, int b, int floor, int parts,
    gms_stretch_t stretch[GMS_QUIET_STRETCHES])
{
    const int16_t *least = quiet->least + b * quiet->across;
    const int16_t *most = quiet->most + b * quiet->across;
    int            n = 0, to = quiet->zone->to[b] / GMS_BLOCK_W;

    for (int i = quiet->zone->from[b] / GMS_BLOCK_W; i < to; i++) {
        int t = least[i] > floor ? least[i] : floor;

        if ((most[i] + 1) * GMS_QUIET_PARTS <= t * parts) {
            continue;
        }
        if (n == 0
            || i * GMS_BLOCK_W > stretch[n - 1].to + GAP_BLOCKS * GMS_BLOCK_W) {
            stretch[n++].from = i * GMS_BLOCK_W;
        }
        stretch[n - 1].to = (i + 1) * GMS_BLOCK_W;
    }
    return n;
}
