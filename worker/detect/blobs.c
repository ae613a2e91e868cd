/* gms_blobs: see blobs.h. */

#include "blobs.h"

#include <stdlib.h>
#include <string.h>


static int
root(int *parent, int i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}


/* Joins runs with at most `reach` untouched pixels between them. */
static void
join_near(gms_blobs_t *blobs, const gms_run_t *run, int runs, int reach)
{
    for (int i = 0; i < runs; i++) {
        blobs->parent[i] = i;
        for (int j = i - 1; j >= 0 && run[j].y >= run[i].y - reach - 1; j--) {
            if (run[j].x0 <= run[i].x1 + reach
                && run[i].x0 <= run[j].x1 + reach) {
                int a = root(blobs->parent, i), b = root(blobs->parent, j);

                if (a != b) { /* the elder stays the root */
                    blobs->parent[a > b ? a : b] = a > b ? b : a;
                }
            }
        }
    }
}


/* Areas of the roots; gives the large enough ones a place. */
static void
choose(gms_blobs_t *blobs, const gms_run_t *run, int runs, int area_min)
{
    int limit = area_min;

    for (;;) {
        int count = 0;

        memset(blobs->index, 0, (size_t) runs * sizeof(int));
        for (int i = 0; i < runs; i++) {
            blobs->index[root(blobs->parent, i)] += run[i].x1 - run[i].x0;
        }
        for (int i = 0; i < runs; i++) {
            if (blobs->parent[i] == i) {
                count += blobs->index[i] >= limit;
            }
        }
        if (count <= GMS_BLOBS_MAX) {
            break;
        }
        limit *= 2;
    }

    blobs->blobs = 0;
    for (int i = 0; i < runs; i++) {
        if (blobs->parent[i] == i && blobs->index[i] >= limit) {
            gms_blob_t *b = &blobs->blob[blobs->blobs];

            memset(b, 0, sizeof(*b));
            b->x0 = b->y0 = GMS_IMAGE_SIDE_MAX;
            blobs->weight[blobs->blobs] = 0;
            blobs->index[i] = blobs->blobs++;
        } else {
            blobs->index[i] = -1;
        }
    }
}


static void
add(gms_blob_t *b, double *weight, const gms_run_t *run,
    const int16_t *difference)
{
    b->area += run->x1 - run->x0;
    b->x0 = run->x0 < b->x0 ? run->x0 : b->x0;
    b->x1 = run->x1 > b->x1 ? run->x1 : b->x1;
    b->y0 = run->y < b->y0 ? run->y : b->y0;
    b->y1 = run->y + 1 > b->y1 ? run->y + 1 : b->y1;
    for (int x = run->x0; x < run->x1; x++) {
        int w = abs(difference[x]);

        b->x += (double) w * x;
        b->y += (double) w * run->y;
        *weight += w;
    }
}


/* The two lips of one hole, with untouched ink between: blobs that fit
 * together into a square of a hole's size are one. */
static void
merge_lips(gms_blobs_t *blobs, int size)
{
    for (int i = 0; i < blobs->blobs; i++) {
        for (int j = i + 1; j < blobs->blobs; j++) {
            gms_blob_t *a = &blobs->blob[i], *b = &blobs->blob[j];
            int         x0 = a->x0 < b->x0 ? a->x0 : b->x0;
            int         y0 = a->y0 < b->y0 ? a->y0 : b->y0;
            int         x1 = a->x1 > b->x1 ? a->x1 : b->x1;
            int         y1 = a->y1 > b->y1 ? a->y1 : b->y1;

            if (x1 - x0 > size || y1 - y0 > size) {
                continue;
            }
            a->x0 = x0;
            a->y0 = y0;
            a->x1 = x1;
            a->y1 = y1;
            a->x += b->x;
            a->y += b->y;
            a->area += b->area;
            blobs->weight[i] += blobs->weight[j];
            *b = blobs->blob[--blobs->blobs];
            blobs->weight[j] = blobs->weight[blobs->blobs];
            j = i; /* the grown one may reach others now */
        }
    }
}


void
gms_blobs_join(gms_blobs_t *blobs, const gms_run_t *run, int runs,
    const int16_t *difference, int w, int h, int reach, int size, int area_min)
{
    join_near(blobs, run, runs, 2 * reach);
    choose(blobs, run, runs, area_min < 1 ? 1 : area_min);
    for (int i = 0; i < runs; i++) {
        int b = blobs->index[root(blobs->parent, i)];

        if (b >= 0) {
            add(&blobs->blob[b], &blobs->weight[b], &run[i],
                difference + (ptrdiff_t) run[i].y * w);
        }
    }
    merge_lips(blobs, size);
    for (int i = 0; i < blobs->blobs; i++) {
        gms_blob_t *b = &blobs->blob[i];

        if (blobs->weight[i] > 0) {
            b->x /= blobs->weight[i];
            b->y /= blobs->weight[i];
        } else {
            b->x = (b->x0 + b->x1 - 1) / 2.0;
            b->y = (b->y0 + b->y1 - 1) / 2.0;
        }
        b->x0 = b->x0 < reach ? 0 : b->x0 - reach;
        b->y0 = b->y0 < reach ? 0 : b->y0 - reach;
        b->x1 = b->x1 + reach > w ? w : b->x1 + reach;
        b->y1 = b->y1 + reach > h ? h : b->y1 + reach;
    }
}
