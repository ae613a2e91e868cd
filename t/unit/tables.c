/* Motion JPEG as cameras send it: without Huffman tables, with their markers,
 * halved colours, odd sizes, and rubbish behind the picture. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <jpeglib.h>

#include "ipc/error.h"
#include "worker/base/image.h"
#include "worker/capture/source.h"

#define DHT 0xc4
#define SOS 0xda

#define ROOM 1024 /* for what a test puts in */

typedef struct {
    int         width, height;
    int         across, down; /* samples of light for one of colour */
    unsigned    restart;      /* blocks */
    const char *marker;       /* APP0; NULL: JFIF */
    size_t      marker_size;
    size_t      behind; /* bytes after the end marker */
    const char *name;
} picture_t;

/* AVI1: polarity, then in some the sizes with and without padding. */
static const picture_t pictures[] = {
    { 640, 480, 2, 1, 0, "AVI1\0", 5, 0, "a webcam" },
    { 640, 480, 2, 1, 4, "AVI1\0\0\0\0\x12\x34\0\0\x12\x34", 14, 700,
        "one with sizes, restarts, and a buffer filled up" },
    { 331, 243, 2, 2, 0, NULL, 0, 0, "an odd size" },
    { 333, 241, 2, 1, 7, "AVI1\0\0", 6, 3, "an odd size, halved colours" },
    { 17, 9, 1, 1, 0, "", 0, 0, "a small one without marker" },
    { 320, 240, 1, 2, 0, "AVI1\x01", 5, 0, "colours halved downwards" },
};


/* A picture of a camera; the caller frees it. */
static uint8_t *
taken(const picture_t *p, size_t *size)
{
    struct jpeg_compress_struct  c;
    struct jpeg_error_mgr        errors;
    uint8_t                     *out = NULL, *row;
    unsigned long                n = 0;

    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &out, &n);
    c.image_width = (JDIMENSION) p->width;
    c.image_height = (JDIMENSION) p->height;
    c.input_components = 3;
    c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    c.comp_info[0].h_samp_factor = p->across;
    c.comp_info[0].v_samp_factor = p->down;
    c.restart_interval = p->restart;
    c.write_JFIF_header = p->marker == NULL;
    jpeg_start_compress(&c, TRUE);

    if (p->marker != NULL && p->marker_size > 0) {
        jpeg_write_marker(&c, JPEG_APP0, (const JOCTET *) p->marker,
            (unsigned) p->marker_size);
    }

    row = malloc((size_t) p->width * 3);
    assert_non_null(row);

    while (c.next_scanline < c.image_height) {
        JSAMPROW  rows = row;

        for (int x = 0; x < p->width; x++) {
            row[3 * x] = (uint8_t) (x * 7 + (int) c.next_scanline);
            row[3 * x + 1] = (uint8_t) ((x ^ (int) c.next_scanline) * 5);
            row[3 * x + 2] = (uint8_t) (200 - x / 4);
        }
        jpeg_write_scanlines(&c, &rows, 1);
    }

    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    free(row);

    out = realloc(out, n + p->behind + ROOM);
    assert_non_null(out);
    memset(out + n, 0xa5, p->behind);
    *size = n + p->behind;

    return out;
}


/* Takes the tables out, as cameras leave them out; how many there were. */
static int
strip(uint8_t *jpeg, size_t *size)
{
    int     n = 0;
    size_t  at = 2, length;

    while (at + 4 < *size && jpeg[at + 1] != SOS) {
        length = 2 + ((size_t) jpeg[at + 2] << 8 | jpeg[at + 3]);

        if (jpeg[at + 1] == DHT) {
            memmove(jpeg + at, jpeg + at + length, *size - at - length);
            *size -= length;
            n++;
        } else {
            at += length;
        }
    }

    return n;
}


static void
assert_same_picture(const gms_image_t *a, const gms_image_t *b)
{
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);

    for (int y = 0; y < a->height; y++) {
        assert_memory_equal(a->px + (size_t) y * (size_t) a->stride,
            b->px + (size_t) y * (size_t) b->stride, (size_t) a->width);
    }
}


static void
stripped(void **state)
{
    gms_tables_t  tables = { 0 };
    gms_jpeg_t   *jpeg = gms_jpeg_create();

    (void) state;
    assert_non_null(jpeg);

    for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
        size_t          size, whole_size;
        const uint8_t  *bytes;
        gms_image_t     before = { 0 }, after = { 0 };
        uint8_t        *whole = taken(&pictures[i], &whole_size);
        uint8_t        *poor = taken(&pictures[i], &size);

        print_message("# %s\n", pictures[i].name);
        assert_int_equal(
            gms_jpeg_decode_gray(jpeg, whole, whole_size, &before), GMS_OK);

        assert_int_equal(strip(poor, &size), 4);
        bytes = poor;
        assert_int_equal(gms_tables_complete(&tables, &bytes, &size), GMS_OK);
        assert_ptr_not_equal(bytes, poor);
        assert_int_equal(size, whole_size);

        /* what an encoder writes, it has again: byte for byte but for the
         * order of the segments */
        assert_memory_equal(bytes + size - 200 - pictures[i].behind,
            whole + size - 200 - pictures[i].behind,
            200 + pictures[i].behind);
        assert_int_equal(
            gms_jpeg_decode_gray(jpeg, bytes, size, &after), GMS_OK);
        assert_same_picture(&before, &after);

        gms_image_free(&before);
        gms_image_free(&after);
        free(whole);
        free(poor);
    }

    gms_tables_free(&tables);
    gms_jpeg_destroy(jpeg);
}


/* The tables that are put in are those that an encoder writes. */
static void
the_standard(void **state)
{
    size_t          size, at = 2, length;
    gms_tables_t    tables = { 0 };
    const uint8_t  *bytes;
    uint8_t        *whole = taken(&pictures[0], &size);
    uint8_t        *poor = taken(&pictures[0], &size);
    size_t          have = size;

    (void) state;
    strip(poor, &size);
    bytes = poor;
    assert_int_equal(gms_tables_complete(&tables, &bytes, &size), GMS_OK);

    while (whole[at + 1] != SOS) {
        length = 2 + ((size_t) whole[at + 2] << 8 | whole[at + 3]);

        if (whole[at + 1] == DHT) {
            assert_non_null(memmem(bytes, size, whole + at, length));
        }
        at += length;
        assert_true(at < have);
    }

    gms_tables_free(&tables);
    free(whole);
    free(poor);
}


/* What has tables, or is nothing that lacks them, is left alone. */
static void
left_alone(void **state)
{
    size_t          n, size, full;
    gms_tables_t    tables = { 0 };
    const uint8_t  *bytes;
    uint8_t        *whole = taken(&pictures[0], &full);

    static const uint8_t progressive[] = { 0xff, 0xd8, 0xff, 0xc2, 0, 2, 0xff,
        SOS, 0, 2, 1 };
    static const uint8_t looping[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, SOS };

    (void) state;

    for (n = 0; n <= full; n++) { /* also one that broke off anywhere */
        bytes = whole;
        size = n;
        assert_int_equal(gms_tables_complete(&tables, &bytes, &size), GMS_OK);
        assert_ptr_equal(bytes, whole);
        assert_int_equal(size, n);
    }

    bytes = progressive;
    size = sizeof(progressive);
    assert_int_equal(gms_tables_complete(&tables, &bytes, &size), GMS_OK);
    assert_ptr_equal(bytes, progressive);

    bytes = looping;
    size = sizeof(looping);
    assert_int_equal(gms_tables_complete(&tables, &bytes, &size), GMS_OK);
    assert_ptr_equal(bytes, looping);

    assert_null(tables.bytes);
    free(whole);
}


/* Through a source: what is handed on can be opened by anybody. */
static void
handed_on(void **state)
{
    char                 name[] = "/tmp/gms-tables-XXXXXX", file[64], spec[80];
    char                 err[400];
    size_t               size;
    gms_frame_t          frame;
    gms_source_t         source;
    gms_source_config_t  config = { .caliber_mm = 0 };
    uint8_t             *poor = taken(&pictures[0], &size);
    FILE                *out;

    (void) state;
    assert_int_equal(strip(poor, &size), 4);
    assert_non_null(mkdtemp(name));
    snprintf(file, sizeof(file), "%s/a.jpg", name);
    snprintf(spec, sizeof(spec), "clip:%s", name);
    out = fopen(file, "wbe");
    assert_non_null(out);
    assert_int_equal(fwrite(poor, 1, size, out), size);
    assert_int_equal(fclose(out), 0);

    assert_int_equal(
        gms_camera_parse_text(&config.camera, spec, err, sizeof(err)), GMS_OK);
    assert_int_equal(gms_source_init(&source, &config), GMS_OK);
    assert_int_equal(gms_source_open(&source, err, sizeof(err)), GMS_OK);
    assert_int_equal(
        gms_source_next(&source, &frame, 1000, err, sizeof(err)), GMS_OK);
    assert_int_equal(frame.jpeg_size, size + 432);
    assert_non_null(memmem(frame.jpeg, frame.jpeg_size, "\xff\xc4", 2));

    gms_source_close(&source);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(name), 0);
    free(poor);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "Motion JPEG without tables becomes a picture",
            .test_func = stripped },
        { .name = "its tables are those of the standard",
            .test_func = the_standard },
        { .name = "what has tables, or broke off, is left alone",
            .test_func = left_alone },
        { .name = "every source hands on what anybody can open",
            .test_func = handed_on },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
