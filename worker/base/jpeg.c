/*
 * gms_jpeg: JPEG in and out of a gray plane, by libjpeg.
 *
 * libjpeg reports errors by calling back; the callback leaves by longjmp.
 * Each public function is therefore split in two: an outer one that holds
 * setjmp and no variable of its own, an inner one that does the work.
 */

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "image.h"
#include "../../ipc/error.h"

/* A progressive picture keeps all its coefficients in memory, three planes
 * of 16 bits; this is enough for 10 megapixels of one and for every baseline
 * picture.  It bounds what a hostile file of few bytes can make us take. */
#define GMS_JPEG_MEMORY_MAX (64 * 1024 * 1024)

/* Encoders write about ten scans; thousands of empty ones are an attack. */
#define GMS_JPEG_SCANS_MAX 64

/* Some cameras pad the last scan; more bytes than this before the end
 * marker mean that the decoder lost its way. */
#define GMS_JPEG_PADDING_MAX 64

#define GMS_JPEG_OUT_MIN (64 * 1024)

#define GMS_JPEG_ROWS 16

struct gms_jpeg_s {
    struct jpeg_decompress_struct in;
    struct jpeg_compress_struct   out;
    struct jpeg_error_mgr         errors;
    struct jpeg_progress_mgr      progress;
    struct jpeg_destination_mgr   destination;
    jmp_buf                       jump;
    int                           error; /* what the jump means */
    uint8_t                      *buffer;
    size_t                        capacity;
};


static void
gms_jpeg_fail(gms_jpeg_t *jpeg, int error)
{
    jpeg->error = error;
    longjmp(jpeg->jump, 1);
}


static void
gms_jpeg_on_error(j_common_ptr info)
{
    int code = info->err->msg_code;

    gms_jpeg_fail(info->client_data,
        code == JERR_OUT_OF_MEMORY ? GMS_ENOMEM : GMS_EBAD_FRAME);
}


/* Level < 0 is a warning: libjpeg would patch the picture up and go on. */
static void
gms_jpeg_on_message(j_common_ptr info, int level)
{
    const struct jpeg_error_mgr *e = info->err;
    gms_jpeg_t                  *jpeg = info->client_data;

    if (level >= 0) {
        return;
    }

    if (e->msg_code == JWRN_EXTRANEOUS_DATA
        && e->msg_parm.i[0] <= GMS_JPEG_PADDING_MAX
        && e->msg_parm.i[1] == JPEG_EOI)
    {
        return;
    }

    /* Some cameras leave the end marker away.  Where data is missing too, the
     * one scan of a baseline picture says so; of many scans the last may. */
    if (e->msg_code == JWRN_JPEG_EOF && info->is_decompressor
        && jpeg->in.output_scanline > 0 && !jpeg_has_multiple_scans(&jpeg->in))
    {
        return;
    }

    gms_jpeg_fail(jpeg, GMS_EBAD_FRAME);
}


static void
gms_jpeg_on_output(j_common_ptr info)
{
    (void) info;
}


static void
gms_jpeg_on_progress(j_common_ptr info)
{
    const gms_jpeg_t *jpeg = info->client_data;

    if (info->is_decompressor
        && jpeg->in.input_scan_number > GMS_JPEG_SCANS_MAX) {
        gms_jpeg_fail(info->client_data, GMS_EBAD_FRAME);
    }
}


static void
gms_jpeg_out_begin(j_compress_ptr info)
{
    gms_jpeg_t *jpeg = info->client_data;

    info->dest->next_output_byte = jpeg->buffer;
    info->dest->free_in_buffer = jpeg->capacity;
}


static boolean
gms_jpeg_out_full(j_compress_ptr info)
{
    size_t      capacity;
    uint8_t    *buffer;
    gms_jpeg_t *jpeg = info->client_data;

    capacity = jpeg->capacity * 2;
    buffer = realloc(jpeg->buffer, capacity);
    if (buffer == NULL) {
        gms_jpeg_fail(jpeg, GMS_ENOMEM);
        return FALSE;
    }

    /* libjpeg calls only when the buffer is full to its last byte */
    info->dest->next_output_byte = buffer + jpeg->capacity;
    info->dest->free_in_buffer = capacity - jpeg->capacity;

    jpeg->buffer = buffer;
    jpeg->capacity = capacity;

    return TRUE;
}


static void
gms_jpeg_out_end(j_compress_ptr info)
{
    (void) info;
}


static int
gms_jpeg_setup(gms_jpeg_t *jpeg)
{
    jpeg_std_error(&jpeg->errors);
    jpeg->errors.error_exit = gms_jpeg_on_error;
    jpeg->errors.emit_message = gms_jpeg_on_message;
    jpeg->errors.output_message = gms_jpeg_on_output;
    jpeg->progress.progress_monitor = gms_jpeg_on_progress;
    jpeg->destination.init_destination = gms_jpeg_out_begin;
    jpeg->destination.empty_output_buffer = gms_jpeg_out_full;
    jpeg->destination.term_destination = gms_jpeg_out_end;

    jpeg->in.err = &jpeg->errors;
    jpeg->out.err = &jpeg->errors;
    jpeg->in.client_data = jpeg;
    jpeg->out.client_data = jpeg;

    if (setjmp(jpeg->jump)) {
        return GMS_ENOMEM;
    }

    jpeg_create_decompress(&jpeg->in);
    jpeg->in.progress = &jpeg->progress;
    jpeg->in.mem->max_memory_to_use = GMS_JPEG_MEMORY_MAX;

    jpeg_create_compress(&jpeg->out);
    jpeg->out.dest = &jpeg->destination;

    return GMS_OK;
}


gms_jpeg_t *
gms_jpeg_create(void)
{
    gms_jpeg_t *jpeg;

    jpeg = calloc(1, sizeof(gms_jpeg_t));
    if (jpeg == NULL) {
        return NULL;
    }

    jpeg->buffer = malloc(GMS_JPEG_OUT_MIN);
    jpeg->capacity = GMS_JPEG_OUT_MIN;

    if (jpeg->buffer == NULL || gms_jpeg_setup(jpeg) != GMS_OK) {
        gms_jpeg_destroy(jpeg);
        return NULL;
    }

    return jpeg;
}


void
gms_jpeg_destroy(gms_jpeg_t *jpeg)
{
    if (jpeg == NULL) {
        return;
    }

    jpeg_destroy_compress(&jpeg->out);
    jpeg_destroy_decompress(&jpeg->in);
    free(jpeg->buffer);
    free(jpeg);
}


/* Reads the header and checks the size; leaves by longjmp when it is bad. */
static void
gms_jpeg_begin(gms_jpeg_t *jpeg, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    if (size < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) {
        gms_jpeg_fail(jpeg, GMS_EBAD_FRAME);
    }

    jpeg_mem_src(&jpeg->in, data, (unsigned long) size);
    jpeg_read_header(&jpeg->in, TRUE);

    if (jpeg->in.image_width < 1 || jpeg->in.image_height < 1
        || jpeg->in.image_width > GMS_IMAGE_SIDE_MAX
        || jpeg->in.image_height > GMS_IMAGE_SIDE_MAX)
    {
        gms_jpeg_fail(jpeg, GMS_EBAD_FRAME);
    }
}


int
gms_jpeg_size(
    gms_jpeg_t *jpeg, const void *data, size_t size, int *width, int *height)
{
    if (setjmp(jpeg->jump)) {
        jpeg_abort_decompress(&jpeg->in);
        return jpeg->error;
    }

    gms_jpeg_begin(jpeg, data, size);
    *width = (int) jpeg->in.image_width;
    *height = (int) jpeg->in.image_height;
    jpeg_abort_decompress(&jpeg->in);

    return GMS_OK;
}


/* At 1/denom of its width and height; denom is 1 or 8. */
static int
gms_jpeg_decode(gms_jpeg_t *jpeg, const void *data, size_t size, unsigned denom,
    gms_image_t *image)
{
    int      rc;
    JSAMPROW rows[GMS_JPEG_ROWS];

    gms_jpeg_begin(jpeg, data, size);

    jpeg->in.out_color_space = JCS_GRAYSCALE;
    jpeg->in.dct_method = JDCT_ISLOW;
    jpeg->in.scale_num = 1;
    jpeg->in.scale_denom = denom;
    jpeg_calc_output_dimensions(&jpeg->in);

    rc = gms_image_resize(
        image, (int) jpeg->in.output_width, (int) jpeg->in.output_height);
    if (rc != GMS_OK) {
        jpeg_abort_decompress(&jpeg->in);
        return rc;
    }

    jpeg_start_decompress(&jpeg->in);

    while (jpeg->in.output_scanline < jpeg->in.output_height) {
        JDIMENSION y = jpeg->in.output_scanline;
        JDIMENSION n = jpeg->in.output_height - y;

        n = n < GMS_JPEG_ROWS ? n : GMS_JPEG_ROWS;

        for (JDIMENSION i = 0; i < n; i++) {
            rows[i] = image->px + (size_t) (y + i) * (size_t) image->stride;
        }

        jpeg_read_scanlines(&jpeg->in, rows, n);
    }

    jpeg_finish_decompress(&jpeg->in);

    return GMS_OK;
}


int
gms_jpeg_decode_gray(
    gms_jpeg_t *jpeg, const void *data, size_t size, gms_image_t *image)
{
    if (setjmp(jpeg->jump)) {
        jpeg_abort_decompress(&jpeg->in);
        return jpeg->error;
    }

    return gms_jpeg_decode(jpeg, data, size, 1, image);
}


int
gms_jpeg_decode_small(
    gms_jpeg_t *jpeg, const void *data, size_t size, gms_image_t *image)
{
    if (setjmp(jpeg->jump)) {
        jpeg_abort_decompress(&jpeg->in);
        return jpeg->error;
    }

    return gms_jpeg_decode(jpeg, data, size, 8, image);
}


static void
gms_jpeg_encode(gms_jpeg_t *jpeg, const uint8_t *px, int width, int height,
    size_t stride, int components, int quality)
{
    jpeg->out.image_width = (JDIMENSION) width;
    jpeg->out.image_height = (JDIMENSION) height;
    jpeg->out.input_components = components;
    jpeg->out.in_color_space = components == 1 ? JCS_GRAYSCALE : JCS_RGB;

    jpeg_set_defaults(&jpeg->out);
    jpeg_set_quality(&jpeg->out, quality, TRUE);
    jpeg->out.dct_method = JDCT_ISLOW;

    jpeg_start_compress(&jpeg->out, TRUE);

    while (jpeg->out.next_scanline < jpeg->out.image_height) {
        /* libjpeg does not write to its input; its type does not say so */
        union {
            const uint8_t *in;
            JSAMPROW       row;
        } u = { .in = px + jpeg->out.next_scanline * stride };

        jpeg_write_scanlines(&jpeg->out, &u.row, 1);
    }

    jpeg_finish_compress(&jpeg->out);
}


static int
gms_jpeg_encode_any(gms_jpeg_t *jpeg, const uint8_t *px, int width, int height,
    size_t stride, int components, int quality)
{
    if (px == NULL || width < 1 || height < 1 || width > GMS_IMAGE_SIDE_MAX
        || height > GMS_IMAGE_SIDE_MAX)
    {
        return GMS_EINVALID;
    }

    if (setjmp(jpeg->jump)) {
        jpeg_abort_compress(&jpeg->out);
        return jpeg->error;
    }

    gms_jpeg_encode(jpeg, px, width, height, stride, components, quality);

    return GMS_OK;
}


int
gms_jpeg_encode_gray(gms_jpeg_t *jpeg, const gms_image_t *image, int quality,
    const void **out, size_t *size)
{
    int rc;

    rc = gms_jpeg_encode_any(jpeg, image->px, image->width, image->height,
        (size_t) image->stride, 1, quality);

    *out = jpeg->buffer;
    *size =
        rc == GMS_OK ? jpeg->capacity - jpeg->destination.free_in_buffer : 0;

    return rc;
}


int
gms_jpeg_encode_rgb(gms_jpeg_t *jpeg, const uint8_t *rgb, int width, int height,
    int quality, const void **out, size_t *size)
{
    int rc;

    rc = gms_jpeg_encode_any(
        jpeg, rgb, width, height, (size_t) width * 3, 3, quality);

    *out = jpeg->buffer;
    *size =
        rc == GMS_OK ? jpeg->capacity - jpeg->destination.free_in_buffer : 0;

    return rc;
}


/* The colours stay as coarse as they came: one for two pixels of a row. */
static void
gms_jpeg_encode_pairs(gms_jpeg_t *jpeg, const uint8_t *yuyv, int width,
    int height, size_t stride, int quality)
{
    JSAMPROW       row;
    const uint8_t *in;

    jpeg->out.image_width = (JDIMENSION) width;
    jpeg->out.image_height = (JDIMENSION) height;
    jpeg->out.input_components = 3;
    jpeg->out.in_color_space = JCS_YCbCr;

    jpeg_set_defaults(&jpeg->out);
    jpeg_set_quality(&jpeg->out, quality, TRUE);
    jpeg->out.dct_method = JDCT_ISLOW;
    jpeg->out.comp_info[0].v_samp_factor = 1;

    row = jpeg->out.mem->alloc_large(
        (j_common_ptr) &jpeg->out, JPOOL_IMAGE, (size_t) width * 3);

    jpeg_start_compress(&jpeg->out, TRUE);

    while (jpeg->out.next_scanline < jpeg->out.image_height) {
        in = yuyv + jpeg->out.next_scanline * stride;

        for (int x = 0; x < width; x += 2, in += 4) {
            uint8_t *out = row + (size_t) x * 3;

            out[0] = in[0];
            out[3] = in[2];
            out[1] = out[4] = in[1];
            out[2] = out[5] = in[3];
        }

        jpeg_write_scanlines(&jpeg->out, &row, 1);
    }

    jpeg_finish_compress(&jpeg->out);
}


static int
gms_jpeg_try_pairs(gms_jpeg_t *jpeg, const uint8_t *yuyv, int width, int height,
    size_t stride, int quality)
{
    if (setjmp(jpeg->jump)) {
        jpeg_abort_compress(&jpeg->out);
        return jpeg->error;
    }

    gms_jpeg_encode_pairs(jpeg, yuyv, width, height, stride, quality);

    return GMS_OK;
}


int
gms_jpeg_encode_yuyv(gms_jpeg_t *jpeg, const uint8_t *yuyv, int width,
    int height, size_t stride, int quality, const void **out, size_t *size)
{
    int rc;

    rc = yuyv != NULL && width >= 2 && width % 2 == 0 && height >= 1
            && width <= GMS_IMAGE_SIDE_MAX && height <= GMS_IMAGE_SIDE_MAX
            && stride >= (size_t) width * 2
        ? gms_jpeg_try_pairs(jpeg, yuyv, width, height, stride, quality)
        : GMS_EINVALID;

    *out = jpeg->buffer;
    *size =
        rc == GMS_OK ? jpeg->capacity - jpeg->destination.free_in_buffer : 0;

    return rc;
}
