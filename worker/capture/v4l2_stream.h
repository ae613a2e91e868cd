/*
 * gms_v4l2_stream: the pictures of an open device.  What is wanted is
 * negotiated, what came of it stands in the struct; buffers are mapped, the
 * newest picture wins.
 */

#ifndef GMS_V4L2_STREAM_H
#define GMS_V4L2_STREAM_H

#include "v4l2_device.h"

/* Two that fill, one that waits, one that is read. */
#define GMS_V4L2_BUFFERS 4

typedef enum {
    GMS_V4L2_ANY, /* MJPEG when the camera has it */
    GMS_V4L2_MJPEG,
    GMS_V4L2_YUYV
} gms_v4l2_format_e;

typedef struct {
    int               width;
    int               height;
    double            fps;
    gms_v4l2_format_e format;
} gms_v4l2_wanted_t;

typedef struct {
    const gms_v4l2_device_t *device;
    bool                     yuyv; /* else JPEG */
    int                      width;
    int                      height;
    size_t                   stride;
    double                   fps; /* 0: the camera does not say */
    char                     asked[64];
    char                     got[64];
    struct {
        uint8_t *start;
        size_t   size;
    } buffer[GMS_V4L2_BUFFERS];
    unsigned buffers;
    bool     on;
    int      held;   /* buffer that the caller reads, -1: none */
    bool     begun;  /* a picture came */
    uint32_t last;   /* driver's number of the newest */
    uint64_t id;     /* ours of it: a gap is a picture that was lost */
    uint64_t lost;   /* pictures that the driver had to drop */
    uint64_t passed; /* older ones that waited beside a newer one */
} gms_v4l2_stream_t;

typedef struct {
    const uint8_t *bytes; /* until the next take */
    size_t         size;
    uint64_t       id;
    int64_t        stamp_ns; /* CLOCK_MONOTONIC, 0: the driver has another */
    bool           exposed;  /* stamp_ns is the start of the exposure */
} gms_v4l2_picture_t;

/* The device must outlive the stream.  GMS_ECAMERA_GONE, GMS_EINVALID with a
 * sentence in err; nothing is left behind then. */
int gms_v4l2_stream_start(gms_v4l2_stream_t *s, const gms_v4l2_device_t *device,
    const gms_v4l2_wanted_t *wanted, char *err, size_t err_size);

/* The newest picture, without waiting.  GMS_EAGAIN: none; GMS_EBAD_FRAME,
 * GMS_ECAMERA_GONE with a sentence. */
int gms_v4l2_stream_take(gms_v4l2_stream_t *s, gms_v4l2_picture_t *picture,
    char *err, size_t err_size);

void gms_v4l2_stream_stop(gms_v4l2_stream_t *s); /* idempotent */

/* A format as four letters, fit to be shown. */
void gms_v4l2_fourcc(char text[5], uint32_t format);

#endif /* GMS_V4L2_STREAM_H */
