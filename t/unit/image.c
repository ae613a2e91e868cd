/* Gray planes and JPEG: what a camera sends is decoded whole or refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/image.h"

#define W 330 /* no whole number of cache lines */
#define H 240


static gms_jpeg_t *jpeg;


static int
setup(void **state)
{
    (void) state;
    jpeg = gms_jpeg_create();
    return jpeg == NULL;
}


static int
teardown(void **state)
{
    (void) state;
    gms_jpeg_destroy(jpeg);
    return 0;
}


static void
draw(gms_image_t *image, int width, int height)
{
    assert_int_equal(gms_image_resize(image, width, height), GMS_OK);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            image->px[y * image->stride + x] = (uint8_t) (40 + (x + 2 * y) / 6);
        }
    }
}


/* A copy of an encoded picture; the caller frees it. */
static uint8_t *
encoded(int width, int height, size_t *size)
{
    uint8_t     *copy;
    gms_image_t  image = { 0 };
    const void  *out;

    draw(&image, width, height);
    assert_int_equal(gms_jpeg_encode_gray(jpeg, &image, 90, &out, size),
                     GMS_OK);
    copy = malloc(*size);
    assert_non_null(copy);
    memcpy(copy, out, *size);
    gms_image_free(&image);

    return copy;
}


static void
roundtrip(void **state)
{
    int          w, h;
    size_t       size;
    uint8_t     *bytes;
    gms_image_t  image = { 0 };
    gms_image_t  original = { 0 };

    (void) state;
    bytes = encoded(W, H, &size);
    draw(&original, W, H);

    assert_int_equal(gms_jpeg_size(jpeg, bytes, size, &w, &h), GMS_OK);
    assert_int_equal(w, W);
    assert_int_equal(h, H);

    assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, size, &image), GMS_OK);
    assert_int_equal(image.width, W);
    assert_int_equal(image.height, H);

    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            assert_in_range(image.px[y * image.stride + x] + 4
                            - original.px[y * original.stride + x], 0, 8);
        }
    }

    gms_image_free(&image);
    gms_image_free(&original);
    free(bytes);
}


static void
colour(void **state)
{
    size_t       size;
    gms_image_t  image = { 0 };
    const void  *out;
    static uint8_t rgb[W * H * 3];

    (void) state;

    for (int i = 0; i < W * H; i++) {
        rgb[3 * i] = 200;
        rgb[3 * i + 1] = 100;
        rgb[3 * i + 2] = 50;
    }

    assert_int_equal(gms_jpeg_encode_rgb(jpeg, rgb, W, H, 90, &out, &size),
                     GMS_OK);
    assert_int_equal(gms_jpeg_decode_gray(jpeg, out, size, &image), GMS_OK);

    /* .299 R + .587 G + .114 B */
    assert_in_range(image.px[50 * image.stride + 50], 122, 126);
    gms_image_free(&image);
}


/* Cut anywhere, the picture is refused, and the decoder takes the next. */
static void
truncated(void **state)
{
    size_t       size;
    uint8_t     *bytes;
    gms_image_t  image = { 0 };

    (void) state;
    bytes = encoded(W, H, &size);

    for (size_t cut = 0; cut < size - 2; cut += 7) {
        assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, cut, &image),
                         GMS_EBAD_FRAME);
    }

    assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, size, &image), GMS_OK);
    gms_image_free(&image);
    free(bytes);
}


/* Some cameras leave the end marker away; the picture is whole. */
static void
no_end_marker(void **state)
{
    size_t       size;
    uint8_t     *bytes;
    gms_image_t  whole = { 0 }, image = { 0 };

    (void) state;
    bytes = encoded(W, H, &size);
    assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, size, &whole), GMS_OK);
    for (size_t n = size - 2; n < size; n++) {
        assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, n, &image), GMS_OK);
        assert_memory_equal(image.px, whole.px,
            (size_t) whole.stride * (size_t) whole.height);
    }
    gms_image_free(&whole);
    gms_image_free(&image);
    free(bytes);
}


/* Whatever the bytes, an answer comes and nothing is overrun. */
static void
damaged(void **state)
{
    int          w, h, rc;
    size_t       size;
    uint8_t     *bytes, *copy;
    uint32_t     seed = 7;
    gms_image_t  image = { 0 };

    (void) state;
    bytes = encoded(64, 48, &size);
    copy = malloc(size);
    assert_non_null(copy);

    for (int i = 0; i < 3000; i++) {
        memcpy(copy, bytes, size);

        for (int k = 0; k < 1 + i % 4; k++) {
            seed = seed * 1664525 + 1013904223;
            copy[(seed >> 8) % size] = (uint8_t) (seed >> 24);
        }

        rc = gms_jpeg_decode_gray(jpeg, copy, size, &image);
        assert_true(rc == GMS_OK || rc == GMS_EBAD_FRAME || rc == GMS_ENOMEM);
        gms_jpeg_size(jpeg, copy, size, &w, &h);
    }

    assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, size, &image), GMS_OK);
    gms_image_free(&image);
    free(copy);
    free(bytes);
}


/* Offset of the SOF0 marker's height field. */
static size_t
sof(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 9 < size; i++) {
        if (bytes[i] == 0xff && bytes[i + 1] == 0xc0) {
            return i + 5;
        }
    }

    fail_msg("no frame header");
    return 0;
}


static void
huge(void **state)
{
    int          w, h;
    size_t       size, at;
    uint8_t     *bytes;
    gms_image_t  image = { 0 };

    (void) state;
    bytes = encoded(64, 48, &size);
    at = sof(bytes, size);
    memset(bytes + at, 0x30, 4); /* 12,336: libjpeg itself would take it */

    assert_int_equal(gms_jpeg_size(jpeg, bytes, size, &w, &h), GMS_EBAD_FRAME);
    assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, size, &image),
                     GMS_EBAD_FRAME);
    assert_null(image.px);

    memset(bytes + at, 0, 4);
    assert_int_equal(gms_jpeg_size(jpeg, bytes, size, &w, &h), GMS_EBAD_FRAME);
    free(bytes);
}


static void
padded(void **state)
{
    size_t       size;
    uint8_t     *bytes;
    gms_image_t  image = { 0 };

    (void) state;
    bytes = encoded(64, 48, &size);
    bytes = realloc(bytes, size + 200);
    assert_non_null(bytes);

    /* a few bytes between the last scan and the end marker */
    memset(bytes + size - 2, 0, 12);
    memcpy(bytes + size + 10, "\xff\xd9", 2);
    assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, size + 12, &image),
                     GMS_OK);

    /* many: the scan ended before its data did */
    memset(bytes + size - 2, 0, 200);
    memcpy(bytes + size + 198, "\xff\xd9", 2);
    assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes, size + 200, &image),
                     GMS_EBAD_FRAME);

    gms_image_free(&image);
    free(bytes);
}


static void
resize(void **state)
{
    uint8_t     *px;
    uint8_t      foreign[16] = { 0 };
    gms_image_t  image = { 0 };
    gms_image_t  view = { .px = foreign, .width = 4, .height = 4, .stride = 4 };

    static const struct {
        int  width, height, rc;
    } table[] = {
        { 0, 10, GMS_ETOOBIG },
        { 10, -1, GMS_ETOOBIG },
        { GMS_IMAGE_SIDE_MAX + 1, 1, GMS_ETOOBIG },
        { 1, GMS_IMAGE_SIDE_MAX + 1, GMS_ETOOBIG },
        { 1, 1, GMS_OK },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(gms_image_resize(&image, table[i].width,
                                          table[i].height), table[i].rc);
    }

    assert_int_equal(gms_image_resize(&image, 100, 100), GMS_OK);
    px = image.px;
    assert_int_equal(gms_image_resize(&image, 50, 60), GMS_OK);
    assert_ptr_equal(image.px, px);
    assert_int_equal(image.width, 50);
    assert_true(image.stride >= 50);
    gms_image_free(&image);
    assert_null(image.px);

    /* a view gets memory of its own and leaves the other's alone */
    assert_int_equal(gms_image_resize(&view, 2, 2), GMS_OK);
    assert_ptr_not_equal(view.px, foreign);
    gms_image_free(&view);
}


static void
reused(void **state)
{
    size_t       size[2];
    uint8_t     *bytes[2];
    gms_image_t  image = { 0 };

    (void) state;
    bytes[0] = encoded(W, H, &size[0]);
    bytes[1] = encoded(801, 601, &size[1]);

    for (int i = 0; i < 20; i++) {
        assert_int_equal(gms_jpeg_decode_gray(jpeg, bytes[i & 1],
                                              size[i & 1], &image), GMS_OK);
        assert_int_equal(image.width, i & 1 ? 801 : W);
    }

    gms_image_free(&image);
    free(bytes[0]);
    free(bytes[1]);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a gray picture survives JPEG within four levels",
          .test_func = roundtrip },
        { .name = "a colour picture becomes its luma", .test_func = colour },
        { .name = "half a picture is refused wherever it was cut",
          .test_func = truncated },
        { .name = "a picture without its end marker is whole",
          .test_func = no_end_marker },
        { .name = "damaged pictures never overrun and never stop the decoder",
          .test_func = damaged },
        { .name = "a picture that claims to be huge takes no memory",
          .test_func = huge },
        { .name = "a camera that pads its last scan is understood",
          .test_func = padded },
        { .name = "a plane keeps its memory and never frees another's",
          .test_func = resize },
        { .name = "one decoder takes pictures of changing size",
          .test_func = reused },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
