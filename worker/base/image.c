/* gms_image: see image.h. */

#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "../../ipc/error.h"

/* Rows begin on cache lines, which also lets loops over a row run in whole
 * vectors. */
#define GMS_IMAGE_ALIGN 64


int
gms_image_resize(gms_image_t *image, int width, int height)
{
    size_t   stride, size;
    uint8_t *px;

    if (width < 1 || height < 1 || width > GMS_IMAGE_SIDE_MAX
        || height > GMS_IMAGE_SIDE_MAX)
    {
        return GMS_ETOOBIG;
    }

    stride = ((size_t) width + GMS_IMAGE_ALIGN - 1)
        & ~(size_t) (GMS_IMAGE_ALIGN - 1);
    size = stride * (size_t) height;

    if (size > image->capacity) {
        px = aligned_alloc(GMS_IMAGE_ALIGN, size);
        if (px == NULL) {
            return GMS_ENOMEM;
        }

        if (image->capacity != 0) {
            free(image->px);
        }

        image->px = px;
        image->capacity = size;
    }

    image->width = width;
    image->height = height;
    image->stride = (int) stride;

    return GMS_OK;
}


int
gms_image_of_yuyv(gms_image_t *image, const uint8_t *yuyv, int width,
    int height, size_t stride)
{
    int rc;

    rc = gms_image_resize(image, width, height);
    if (rc != GMS_OK) {
        return rc;
    }

    for (int y = 0; y < height; y++) {
        const uint8_t *in = yuyv + (size_t) y * stride;
        uint8_t       *out = image->px + (ptrdiff_t) y * image->stride;

        for (int x = 0; x < width; x++) {
            out[x] = in[2 * x];
        }
    }

    return GMS_OK;
}


void
gms_image_free(gms_image_t *image)
{
    if (image->capacity != 0) {
        free(image->px);
    }

    memset(image, 0, sizeof(gms_image_t));
}
