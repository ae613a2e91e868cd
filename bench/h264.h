/*
 * gms_h264: an IP camera's codec: what a picture looks like after its
 * encoder and a decoder.  For benches and tests alone: through libx264 the
 * combined program is under the GPL; it is never installed, and nothing here
 * is linked into gmshoot or the module.
 *
 * Before the encoder such a camera takes the noise out over time: where
 * little changes its picture stands still until the next key frame.
 */

#ifndef GMS_H264_H
#define GMS_H264_H

#include "worker/base/image.h"

typedef struct gms_h264_s gms_h264_t; /* one stream; belongs to one thread */

typedef struct {
    int    width; /* even, as the codec wants them */
    int    height;
    double fps;
    double
        bits_per_s;   /* of the rate control, which a quiet scene stays below */
    double key_s;     /* seconds from key frame to key frame */
    bool   scene_cut; /* a new scene gets a key frame out of turn */
} gms_h264_options_t;

/* NULL with a sentence in err. */
gms_h264_t *gms_h264_open(
    const gms_h264_options_t *options, char *err, size_t err_size);
void gms_h264_close(gms_h264_t *h);

/* One picture in, the same picture as a viewer sees it out, at once; out is
 * the caller's, made to fit.  GMS_EBAD_FRAME, GMS_ENOMEM. */
int gms_h264_pass(gms_h264_t *h, const gms_image_t *in, gms_image_t *out);

/* Of the last picture. */
bool   gms_h264_was_key(const gms_h264_t *h);
size_t gms_h264_bytes(const gms_h264_t *h);

#endif /* GMS_H264_H */
