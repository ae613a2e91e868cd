/*
 * bench_naive: the usual recipe of hobby programs, for comparison only:
 * difference from a reference picture, fixed threshold, contours of the
 * right size and roundness, centroid; the reference is replaced on a hit.
 */

#ifndef BENCH_NAIVE_H
#define BENCH_NAIVE_H

#include "worker/base/image.h"

typedef struct {
    double x;
    double y;
} bench_spot_t;

typedef struct {
    double   cx; /* looks inside this circle alone */
    double   cy;
    double   radius;
    double   caliber_px;
    int      x0; /* its box */
    int      y0;
    int      w;
    int      h;
    bool     learned;
    uint8_t *blurred;
    uint8_t *reference;
    uint8_t *mask;
    uint8_t *work;
    int32_t *stack; /* of the pixels that are filled */
} bench_naive_t;

/* GMS_ENOMEM. */
int  bench_naive_open(bench_naive_t *n, const gms_image_t *image, double cx,
     double cy, double radius, double caliber_px);
void bench_naive_close(bench_naive_t *n);

/* One picture; returns how many spots were found, at most max are written. */
int bench_naive_push(
    bench_naive_t *n, const gms_image_t *image, bench_spot_t *spot, int max);

#endif /* BENCH_NAIVE_H */
