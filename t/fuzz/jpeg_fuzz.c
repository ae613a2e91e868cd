/*
 * Any bytes as a camera's JPEG, and a sound one with some bytes changed, cut
 * off, or doubled: the first byte says which.  What is decoded must be as
 * large as was announced.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/base/image.h"

#define SOUND_MAX (16 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t sound[SOUND_MAX];
static size_t  sound_size;


static void
make_sound(gms_jpeg_t *jpeg)
{
    uint8_t     px[48 * 40];
    gms_image_t image = { .px = px, .width = 48, .height = 40, .stride = 48 };
    const void *bytes;

    for (size_t i = 0; i < sizeof(px); i++) {
        px[i] = (uint8_t) (i * i / 7 + i % 48 * 5);
    }
    if (gms_jpeg_encode_gray(jpeg, &image, 80, &bytes, &sound_size) != GMS_OK
        || sound_size > SOUND_MAX)
    {
        abort();
    }
    memcpy(sound, bytes, sound_size);
}


/* Three bytes a change: where, and what; returns the size. */
static size_t
change(uint8_t *out, const uint8_t *data, size_t size)
{
    size_t n = sound_size;

    memcpy(out, sound, n);
    for (size_t i = 0; i + 3 <= size; i += 3) {
        size_t at = (size_t) (data[i] | (data[i + 1] & 0x3f) << 8);

        if (data[i + 1] & 0x80) {
            n = at < n ? at : n; /* cut off */

        } else if (at < n) {
            out[at] = data[i + 2];
        }
    }
    return n;
}


static void
decode(gms_jpeg_t *jpeg, gms_image_t *image, const uint8_t *bytes, size_t size)
{
    uint64_t sum = 0;
    int      width = 0, height = 0, rc;

    rc = gms_jpeg_size(jpeg, bytes, size, &width, &height);
    /* Large pictures take time and find nothing that small ones do not. */
    if (rc != GMS_OK || width > 512 || height > 512) {
        return;
    }
    if (gms_jpeg_decode_gray(jpeg, bytes, size, image) != GMS_OK) {
        return;
    }
    if (image->width != width || image->height != height
        || image->stride < width || width < 1 || height < 1)
    {
        abort();
    }
    for (int y = 0; y < height; y++) {
        sum += image->px[(size_t) y * (size_t) image->stride
            + (size_t) (width - 1)];
    }
    if (sum == UINT64_MAX) {
        abort();
    }
}


/* Of exactly its size: a sanitizer sees a step beyond. */
static void
decode_copy(
    gms_jpeg_t *jpeg, gms_image_t *image, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (copy == NULL) {
        abort();
    }
    memcpy(copy, bytes, size);
    decode(jpeg, image, copy, size);
    free(copy);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static gms_jpeg_t *jpeg;
    static gms_image_t image;

    if (jpeg == NULL) {
        jpeg = gms_jpeg_create();
        if (jpeg == NULL) {
            abort();
        }
        make_sound(jpeg);
    }
    if (size < 1) {
        return 0;
    }
    if (data[0] & 1) {
        uint8_t changed[SOUND_MAX];
        size_t  n = change(changed, data + 1, size - 1);

        decode_copy(jpeg, &image, changed, n);

    } else {
        decode_copy(jpeg, &image, data + 1, size - 1);
    }
    return 0;
}
