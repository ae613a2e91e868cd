/*
 * A decoded picture as a JPEG, with full range of light and little loss.
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
bool gms_av_picture_encode(gms_av_picture_t *p, const AVFrame *frame);

void gms_av_picture_free(gms_av_picture_t *p);

#endif /* GMS_AV_PICTURE_H */
