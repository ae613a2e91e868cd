/*
 * gms_sample: gray level between the pixels.
 */

#ifndef GMS_SAMPLE_H
#define GMS_SAMPLE_H

#include "../base/image.h"

/* Bilinear; < 0 outside the picture (or at no place at all: NaN). */
static inline double
gms_sample(const gms_image_t *image, double x, double y)
{
    const uint8_t *p;
    double         fx, fy, top, bottom;
    int            ix, iy;

    if (!(x >= 0 && y >= 0 && x < image->width - 1 && y < image->height - 1)) {
        return -1;
    }
    ix = (int) x;
    iy = (int) y;
    fx = x - ix;
    fy = y - iy;
    p = image->px + (size_t) iy * (size_t) image->stride + ix;
    top = p[0] + fx * (p[1] - p[0]);
    p += image->stride;
    bottom = p[0] + fx * (p[1] - p[0]);
    return top + fy * (bottom - top);
}

#endif /* GMS_SAMPLE_H */
