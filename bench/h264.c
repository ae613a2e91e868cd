/* gms_h264: see h264.h. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>

#include "h264.h"
#include "ipc/error.h"

/* Cameras never quantize finer than this at so many bits a pixel: a scene at
 * rest then costs next to nothing, and its picture stands still between key
 * frames.  With QP 28 at 1 Mbit/s, 1612 x 898 and 15 Hz a rendered card shows
 * the changes of a real camera: 0.005 to 0.03 levels from frame to frame (real
 * 0.001 to 0.03), 1.3 to 1.5 at a key frame (real 2.1 to 2.4). */
#define GMS_H264_QP_MIN 28.0
#define GMS_H264_QP_MIN_BPP 0.046

/* Twice the bits buy so much finer a floor; not measured on cameras. */
#define GMS_H264_QP_STEP 3.0

/* A key frame that bits_per_s leaves no room for gets coarser up to this. */
#define GMS_H264_QP_MAX 48

/* The rate may run ahead for so long. */
#define GMS_H264_BUFFER_S 1.0

/* The denoiser holds what changes by less than this, in gray levels, and
 * follows fully what changes by twice as much. */
#define GMS_H264_CALM 5

struct gms_h264_s {
    AVCodecContext *encoder;
    AVCodecContext *decoder;
    AVFrame        *frame;
    AVFrame        *shown;
    AVPacket       *packet;
    int16_t        *calm; /* the denoised picture, 1/16 of a level */
    int64_t         n;
    bool            key;
    size_t          bytes;
};


static int
gms_h264_floor(const gms_h264_options_t *o)
{
    double bpp = o->bits_per_s / (o->fps * o->width * o->height);
    double qp =
        GMS_H264_QP_MIN - GMS_H264_QP_STEP * log2(bpp / GMS_H264_QP_MIN_BPP);

    return (int) lround(fmin(fmax(qp, 18), 36));
}


static int
gms_h264_encoder(gms_h264_t *h, const gms_h264_options_t *o)
{
    int             keys = (int) (o->key_s * o->fps + 0.5);
    char            text[200];
    AVCodecContext *c;
    const AVCodec  *codec = avcodec_find_encoder_by_name("libx264");

    if (codec == NULL || (c = avcodec_alloc_context3(codec)) == NULL) {
        return GMS_ENOMEM;
    }

    h->encoder = c;
    c->width = o->width;
    c->height = o->height;
    c->pix_fmt = AV_PIX_FMT_YUVJ420P;
    c->time_base = (AVRational){ 1000, (int) (o->fps * 1000 + 0.5) };
    c->framerate = (AVRational){ c->time_base.den, c->time_base.num };
    c->thread_count = 1;
    c->max_b_frames = 0;
    c->gop_size = keys > 1 ? keys : 1;
    c->keyint_min = c->gop_size;
    c->bit_rate = (int64_t) o->bits_per_s;
    c->rc_max_rate = c->bit_rate;
    c->rc_buffer_size = (int) (o->bits_per_s * GMS_H264_BUFFER_S);
    c->qmin = gms_h264_floor(o);
    c->qmax = GMS_H264_QP_MAX;

    snprintf(text, sizeof(text), "scenecut=%d:ref=1:ipratio=1.2",
        o->scene_cut ? 40 : 0);

    if (av_opt_set(c->priv_data, "preset", "veryfast", 0) < 0
        || av_opt_set(c->priv_data, "tune", "zerolatency", 0) < 0
        || av_opt_set(c->priv_data, "profile", "main", 0) < 0
        || av_opt_set(c->priv_data, "x264-params", text, 0) < 0
        || avcodec_open2(c, codec, NULL) < 0)
    {
        return GMS_EINVALID;
    }

    return GMS_OK;
}


static int
gms_h264_decoder(gms_h264_t *h)
{
    const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_H264);

    if (codec == NULL || (h->decoder = avcodec_alloc_context3(codec)) == NULL) {
        return GMS_ENOMEM;
    }

    h->decoder->thread_count = 1;
    h->decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;

    return avcodec_open2(h->decoder, codec, NULL) < 0 ? GMS_EINVALID : GMS_OK;
}


static int
gms_h264_buffers(gms_h264_t *h, const gms_h264_options_t *o)
{
    size_t chroma;

    h->frame = av_frame_alloc();
    h->shown = av_frame_alloc();
    h->packet = av_packet_alloc();
    h->calm = calloc((size_t) o->width * (size_t) o->height, sizeof(int16_t));

    if (h->frame == NULL || h->shown == NULL || h->packet == NULL
        || h->calm == NULL)
    {
        return GMS_ENOMEM;
    }

    h->frame->width = o->width;
    h->frame->height = o->height;
    h->frame->format = AV_PIX_FMT_YUVJ420P;

    if (av_frame_get_buffer(h->frame, 0) < 0) {
        return GMS_ENOMEM;
    }

    for (int i = 1; i < 3; i++) {
        chroma = (size_t) h->frame->linesize[i] * (size_t) (o->height / 2);
        memset(h->frame->data[i], 128, chroma);
    }

    return GMS_OK;
}


gms_h264_t *
gms_h264_open(const gms_h264_options_t *options, char *err, size_t err_size)
{
    int         rc;
    gms_h264_t *h;

    if (options->width < 16 || options->height < 16 || options->width % 2 != 0
        || options->height % 2 != 0 || options->fps <= 0
        || options->bits_per_s < 1000 || options->key_s <= 0)
    {
        snprintf(err, err_size,
            "%dx%d at %g pictures and %g bit/s: the codec wants even sides, "
            "a rate and key frames",
            options->width, options->height, options->fps, options->bits_per_s);
        return NULL;
    }

    av_log_set_level(AV_LOG_ERROR);

    h = calloc(1, sizeof(gms_h264_t));
    rc = h == NULL ? GMS_ENOMEM : gms_h264_encoder(h, options);

    if (rc == GMS_OK) {
        rc = gms_h264_decoder(h);
    }

    if (rc == GMS_OK) {
        rc = gms_h264_buffers(h, options);
    }

    if (rc != GMS_OK) {
        snprintf(err, err_size, "%s",
            rc == GMS_ENOMEM ? "not enough memory for a codec"
                             : "libx264 does not take these options");
        gms_h264_close(h);
        return NULL;
    }

    return h;
}


void
gms_h264_close(gms_h264_t *h)
{
    if (h == NULL) {
        return;
    }

    avcodec_free_context(&h->encoder);
    avcodec_free_context(&h->decoder);
    av_frame_free(&h->frame);
    av_frame_free(&h->shown);
    av_packet_free(&h->packet);
    free(h->calm);
    free(h);
}


/* Little changes are averaged away over time, large ones shown at once. */
static void
gms_h264_calm(gms_h264_t *h, const gms_image_t *in)
{
    for (int y = 0; y < in->height; y++) {
        const uint8_t *row = in->px + (size_t) y * (size_t) in->stride;
        int16_t       *calm = h->calm + (size_t) y * (size_t) in->width;
        uint8_t       *out =
            h->frame->data[0] + (ptrdiff_t) y * h->frame->linesize[0];

        for (int x = 0; x < in->width; x++) {
            int change = row[x] * 16 - calm[x];
            int much = abs(change) / 16 - GMS_H264_CALM;
            int share = much < 0        ? 1
                : much >= GMS_H264_CALM ? 16
                                        : 1 + 15 * much / GMS_H264_CALM;

            share = h->n == 0 ? 16 : share;
            calm[x] = (int16_t) (calm[x] + change * share / 16);
            out[x] =
                (uint8_t) ((calm[x] + 8) / 16 > 255 ? 255 : (calm[x] + 8) / 16);
        }
    }
}


static int
gms_h264_show(const gms_h264_t *h, gms_image_t *out)
{
    int rc = gms_image_resize(out, h->encoder->width, h->encoder->height);

    if (rc != GMS_OK) {
        return rc;
    }

    for (int y = 0; y < out->height; y++) {
        memcpy(out->px + (size_t) y * (size_t) out->stride,
            h->shown->data[0] + (ptrdiff_t) y * h->shown->linesize[0],
            (size_t) out->width);
    }

    return GMS_OK;
}


int
gms_h264_pass(gms_h264_t *h, const gms_image_t *in, gms_image_t *out)
{
    int rc;

    if (in->width != h->encoder->width || in->height != h->encoder->height
        || av_frame_make_writable(h->frame) < 0)
    {
        return GMS_EBAD_FRAME;
    }

    gms_h264_calm(h, in);
    h->frame->pts = h->n++;

    if (avcodec_send_frame(h->encoder, h->frame) < 0
        || avcodec_receive_packet(h->encoder, h->packet) < 0)
    {
        return GMS_EBAD_FRAME;
    }

    h->key = (h->packet->flags & AV_PKT_FLAG_KEY) != 0;
    h->bytes = (size_t) h->packet->size;

    rc = avcodec_send_packet(h->decoder, h->packet);
    av_packet_unref(h->packet);

    if (rc < 0 || avcodec_receive_frame(h->decoder, h->shown) < 0) {
        return GMS_EBAD_FRAME;
    }

    rc = gms_h264_show(h, out);
    av_frame_unref(h->shown);

    return rc;
}


bool
gms_h264_was_key(const gms_h264_t *h)
{
    return h->key;
}


size_t
gms_h264_bytes(const gms_h264_t *h)
{
    return h->bytes;
}
