/*
 * gms_image: an 8-bit gray plane, and JPEG in and out of it.
 * Pixel (x, y): x right, y down, centres at integers.
 */

#ifndef GMS_IMAGE_H
#define GMS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GMS_IMAGE_SIDE_MAX 8192

typedef struct {
    uint8_t *px;
    int      width;
    int      height;
    int      stride;   /* bytes from row to row, >= width */
    size_t   capacity; /* bytes owned at px; 0: a view into another image */
} gms_image_t;

/* Makes room, keeping the buffer when it is large enough; contents undefined.
 * GMS_ENOMEM, GMS_ETOOBIG. */
int  gms_image_resize(gms_image_t *image, int width, int height);
void gms_image_free(gms_image_t *image);

typedef struct gms_jpeg_s gms_jpeg_t; /* a decoder or encoder, one a thread */

gms_jpeg_t *gms_jpeg_create(void);
void        gms_jpeg_destroy(gms_jpeg_t *jpeg);

/* Size of the picture without decoding it. GMS_EBAD_FRAME. */
int gms_jpeg_size(
    gms_jpeg_t *jpeg, const void *data, size_t size, int *width, int *height);

/* Decodes to gray (chroma skipped).  A truncated or broken JPEG gives
 * GMS_EBAD_FRAME and leaves the image undefined: half a picture would show
 * holes that are not there. */
int gms_jpeg_decode_gray(
    gms_jpeg_t *jpeg, const void *data, size_t size, gms_image_t *image);

/* The same at an eighth of the width and of the height, each pixel the mean of
 * a block, in a third of the time. */
int gms_jpeg_decode_small(
    gms_jpeg_t *jpeg, const void *data, size_t size, gms_image_t *image);

/* Encodes; *out points into a buffer that jpeg owns until its next call. */
int gms_jpeg_encode_gray(gms_jpeg_t *jpeg, const gms_image_t *image,
    int quality, const void **out, size_t *size);
int gms_jpeg_encode_rgb(gms_jpeg_t *jpeg, const uint8_t *rgb, int width,
    int height, int quality, const void **out, size_t *size);

/* The light of pairs of pixels, bytes Y U Y V, as they are.  GMS_ENOMEM,
 * GMS_ETOOBIG. */
int gms_image_of_yuyv(gms_image_t *image, const uint8_t *yuyv, int width,
    int height, size_t stride);

/* Pairs of pixels as bytes Y U Y V, so the width is even.  The bytes are taken
 * as they are: many cameras use the full range and call it the narrow one,
 * and stretching would clip white paper. */
int gms_jpeg_encode_yuyv(gms_jpeg_t *jpeg, const uint8_t *yuyv, int width,
    int height, size_t stride, int quality, const void **out, size_t *size);

#endif /* GMS_IMAGE_H */
