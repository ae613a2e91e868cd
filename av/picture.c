#include <string.h>

#include "picture.h"

/* Of 1 (best) to 31: finer than what a camera's own codec has left. */
#define QUALITY 2

#define SIDE_MAX 8192
#define SIDE_MIN 16


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


/* Pictures of another size or kind than the last begin anew. */
static bool
picture_fit(gms_av_picture_t *p, const AVFrame *frame)
{
    int full;

    if (p->encoder != NULL && p->full->width == frame->width
        && p->full->height == frame->height && p->format == frame->format
        && p->range == (int) frame->color_range)
    {
        return true;
    }

    gms_av_picture_free(p);

    if (frame->width < SIDE_MIN || frame->height < SIDE_MIN
        || frame->width > SIDE_MAX || frame->height > SIDE_MAX
        || !picture_encoder(p, frame))
    {
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

    full = frame->color_range == AVCOL_RANGE_JPEG
        || frame->format == AV_PIX_FMT_YUVJ420P
        || frame->format == AV_PIX_FMT_YUVJ422P
        || frame->format == AV_PIX_FMT_YUVJ444P;

    /* what cannot be told to the scaler needs not be told */
    sws_setColorspaceDetails(p->scaler, sws_getCoefficients(SWS_CS_DEFAULT),
        full, sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);

    return true;
}


bool
gms_av_picture_encode(gms_av_picture_t *p, const AVFrame *frame)
{
    if (!picture_fit(p, frame)) {
        gms_av_picture_free(p);
        return false;
    }

    av_packet_unref(p->jpeg);

    return av_frame_make_writable(p->full) == 0
        && sws_scale(p->scaler, (const uint8_t *const *) frame->data,
               frame->linesize, 0, frame->height, p->full->data,
               p->full->linesize)
        > 0
        && avcodec_send_frame(p->encoder, p->full) == 0
        && avcodec_receive_packet(p->encoder, p->jpeg) == 0;
}
