/*
 * A decoded picture as a gray plane, and as a JPEG with little loss; both with
 * the full range of light.
 */

#ifndef GMS_AV_PICTURE_H
#define GMS_AV_PICTURE_H

#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
#include <stdbool.h>

typedef struct {
    struct SwsContext *scaler;
    AVCodecContext    *encoder;
    AVFrame           *full; /* range */
    AVPacket          *jpeg; /* the result, until the next call */
    int                format;
    int                range;
} gms_av_picture_t;

/* p is zeroed before the first.  False: no memory, or an odd picture. */
bool gms_av_picture_gray(
    gms_av_picture_t *p, const AVFrame *frame, uint8_t *plane, size_t size);
bool gms_av_picture_encode(gms_av_picture_t *p, const AVFrame *frame);

void gms_av_picture_free(gms_av_picture_t *p);

#endif /* GMS_AV_PICTURE_H */
