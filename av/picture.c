#include <string.h>

#include <libavutil/pixdesc.h>

#include "picture.h"
#include "wire.h"

/* Of 1 (best) to 31: finer than what a camera's own codec has left. */
#define QUALITY 2

#define SIDE_MIN 16

/* The narrow range of light, and how many levels it has. */
#define NARROW_BLACK 16
#define NARROW_LEVELS 219

/* Pixels that are stretched at a time. */
#define RUN 64


void
gms_av_picture_free(gms_av_picture_t *p)
{
    sws_freeContext(p->scaler);
    avcodec_free_context(&p->encoder);
    av_frame_free(&p->full);
    av_packet_free(&p->jpeg);
    memset(p, 0, sizeof(*p));
}


static bool
picture_encoder(gms_av_picture_t *p, const AVFrame *frame)
{
    const AVCodec *codec;

    codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    p->encoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    p->full = av_frame_alloc();
    p->jpeg = av_packet_alloc();

    if (p->encoder == NULL || p->full == NULL || p->jpeg == NULL) {
        return false;
    }

    p->encoder->width = frame->width;
    p->encoder->height = frame->height;
    p->encoder->pix_fmt = AV_PIX_FMT_YUVJ420P;
    p->encoder->color_range = AVCOL_RANGE_JPEG;
    p->encoder->time_base = (AVRational){ 1, 1000 };
    p->encoder->flags |= AV_CODEC_FLAG_QSCALE;
    p->encoder->global_quality = QUALITY * FF_QP2LAMBDA;
    p->encoder->thread_count = 1;

    p->full->format = AV_PIX_FMT_YUVJ420P;
    p->full->width = frame->width;
    p->full->height = frame->height;
    p->full->color_range = AVCOL_RANGE_JPEG;
    p->full->quality = p->encoder->global_quality;

    return avcodec_open2(p->encoder, codec, NULL) == 0
        && av_frame_get_buffer(p->full, 0) == 0;
}


static bool
picture_is_full(const AVFrame *frame)
{
    return frame->color_range == AVCOL_RANGE_JPEG
        || frame->format == AV_PIX_FMT_YUVJ420P
        || frame->format == AV_PIX_FMT_YUVJ422P
        || frame->format == AV_PIX_FMT_YUVJ444P;
}


/* Pictures of another size or kind than the last begin anew. */
static bool
picture_fit(gms_av_picture_t *p, const AVFrame *frame)
{
    if (p->encoder != NULL && p->full->width == frame->width
        && p->full->height == frame->height && p->format == frame->format
        && p->range == (int) frame->color_range)
    {
        return true;
    }

    gms_av_picture_free(p);

    if (!picture_encoder(p, frame)) {
        return false;
    }

    p->format = frame->format;
    p->range = (int) frame->color_range;
    p->scaler = sws_getContext(frame->width, frame->height,
        (enum AVPixelFormat) frame->format, frame->width, frame->height,
        AV_PIX_FMT_YUVJ420P, SWS_POINT, NULL, NULL, NULL);

    if (p->scaler == NULL) {
        return false;
    }

    /* what cannot be told to the scaler needs not be told */
    sws_setColorspaceDetails(p->scaler, sws_getCoefficients(SWS_CS_DEFAULT),
        picture_is_full(frame), sws_getCoefficients(SWS_CS_DEFAULT), 1, 0,
        1 << 16, 1 << 16);

    return true;
}


static bool
picture_is_sane(const AVFrame *frame)
{
    return frame->width >= SIDE_MIN && frame->height >= SIDE_MIN
        && frame->width <= GMS_AV_SIDE_MAX && frame->height <= GMS_AV_SIDE_MAX;
}


/* p->full becomes the picture. */
static bool
picture_scale(gms_av_picture_t *p, const AVFrame *frame)
{
    if (!picture_is_sane(frame) || !picture_fit(p, frame)) {
        gms_av_picture_free(p);
        return false;
    }

    return av_frame_make_writable(p->full) == 0
        && sws_scale(p->scaler, (const uint8_t *const *) frame->data,
               frame->linesize, 0, frame->height, p->full->data,
               p->full->linesize)
        > 0;
}


/* Has it a plane of its own for the light, a byte a pixel? */
static bool
picture_has_plane(const AVFrame *frame)
{
    const AVPixFmtDescriptor *d;

    d = av_pix_fmt_desc_get((enum AVPixelFormat) frame->format);

    return d != NULL && d->comp[0].depth == 8 && d->comp[0].step == 1
        && d->comp[0].plane == 0 && d->comp[0].shift == 0
        && !(d->flags
            & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL
                | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL));
}


/* 16 .. 235 becomes 0 .. 255; what lies outside is cut off.  Its numbers fit
 * into 16 bits, so that many are done at once. */
static void
stretch(uint8_t *to, const uint8_t *from, int n)
{
    for (int i = 0; i < n; i++) {
        uint16_t v = from[i];

        v = v < NARROW_BLACK ? 0 : (uint16_t) (v - NARROW_BLACK);
        v = v > NARROW_LEVELS ? NARROW_LEVELS : v;
        to[i] = (uint8_t) ((uint16_t) (v * 298 + 128) >> 8);
    }
}


static void
stretch_row(uint8_t *to, const uint8_t *from, int n)
{
    int i;

    for (i = 0; i + RUN <= n; i += RUN) {
        stretch(to + i, from + i, RUN);
    }

    stretch(to + i, from + i, n - i);
}


bool
gms_av_picture_gray(
    gms_av_picture_t *p, const AVFrame *frame, uint8_t *plane, size_t size)
{
    const AVFrame *in;
    bool           narrow;
    int            y;

    if (!picture_is_sane(frame)
        || GMS_AV_ROW(frame->width) * (size_t) frame->height > size)
    {
        return false;
    }

    in = frame;
    narrow = !picture_is_full(frame);

    if (!picture_has_plane(frame)) {
        if (!picture_scale(p, frame)) {
            return false;
        }
        in = p->full;
        narrow = false;
    }

    for (y = 0; y < frame->height; y++) {
        const uint8_t *from = in->data[0] + (ptrdiff_t) y * in->linesize[0];

        if (narrow) {
            stretch_row(plane, from, frame->width);
        } else {
            memcpy(plane, from, (size_t) frame->width);
        }
        plane += GMS_AV_ROW(frame->width);
    }

    return true;
}


bool
gms_av_picture_encode(gms_av_picture_t *p, const AVFrame *frame)
{
    if (!picture_scale(p, frame)) {
        return false;
    }

    av_packet_unref(p->jpeg);

    return avcodec_send_frame(p->encoder, p->full) == 0
        && avcodec_receive_packet(p->encoder, p->jpeg) == 0;
}
