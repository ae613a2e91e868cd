/*
 * A camera's stream over RTSP, or a recording: opened within a time, then one compressed
 * picture after the other, decoded.  Sentences name the host and the path of
 * the URL, never who asks.
 */

#ifndef GMS_AV_STREAM_H
#define GMS_AV_STREAM_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>
#include <stdint.h>

#include "lag.h"
#include "wire.h"

typedef struct {
    char   url[GMS_AV_LINE_MAX];
    char   user[GMS_AV_LINE_MAX];
    char   password[GMS_AV_LINE_MAX];
    char   transport[8];
    char   ca[GMS_AV_LINE_MAX];
    bool   unverified;
    char   file[GMS_AV_LINE_MAX]; /* "": a stream */
    double fps;
} gms_av_request_t;

typedef struct {
    AVFormatContext *format;
    AVIOContext     *io; /* of a recording */
    AVCodecContext  *decoder;
    AVPacket        *packet;
    AVFrame         *frame;
    int              video;   /* which of the streams */
    bool             passing; /* its packets are JPEGs already */
    bool             filed;   /* it is a recording */
    bool             drained; /* ... all of which was given to the decoder */
    bool             begun;   /* a picture came */
    bool             whole;   /* nothing is missing since a key frame */
    int64_t          hurt_ns; /* since when that is not so */
    bool             old;     /* what comes is; none of it is given */
    bool             leapt;   /* ... since what was old was left out */
    uint32_t         missed;  /* as old; who counts them sets it back */
    gms_av_lag_t     lag;
    int64_t          deadline_ns;                /* of what is under way */
    char             place[GMS_AV_SENTENCE_MAX]; /* fit to be shown */
    char             host[256];
} gms_av_stream_t;

typedef enum {
    GMS_AV_FRAME,  /* s->frame */
    GMS_AV_JPEG,   /* s->packet */
    GMS_AV_BROKEN, /* this one could not be decoded; go on */
    GMS_AV_END     /* why says it */
} gms_av_next_e;

/* s is zeroed.  False: why is a sentence. */
bool gms_av_stream_open(
    gms_av_stream_t *s, const gms_av_request_t *request, char *why, size_t max);

gms_av_next_e gms_av_stream_next(gms_av_stream_t *s, char *why, size_t max);

/* Of a recording: when its present picture is shown, in nanoseconds of its own
 * clock, and how many there are in 1000 s, or 0. */
int64_t  gms_av_stream_time(const gms_av_stream_t *s);
uint32_t gms_av_stream_rate(const gms_av_stream_t *s);

void gms_av_stream_close(gms_av_stream_t *s);

#endif /* GMS_AV_STREAM_H */
