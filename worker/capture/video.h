/*
 * gms_video: the pictures of a recording that gmshoot-av must decode (MP4,
 * MKV, AVI with H.264 ...), one after the other, as JPEGs with their times.
 * Belongs to one thread.
 */

#ifndef GMS_VIDEO_H
#define GMS_VIDEO_H

#include <stddef.h>
#include <stdint.h>

typedef struct gms_video_s gms_video_t;

typedef struct {
    const uint8_t *jpeg; /* until the next call */
    size_t         size;
    int64_t        t_ns; /* from the first picture on */
    double         fps;  /* 0: the recording does not tell */
} gms_video_picture_t;

/* fd: of the file, of which name is told; stays open here, but its place in
 * the file moves.  NULL with a sentence. */
gms_video_t *gms_video_open(
    int fd, const char *name, char *err, size_t err_size);

/* Waits at most timeout_ms.  GMS_OK, GMS_EAGAIN; GMS_EBAD_FRAME: one is damaged,
 * go on; GMS_EEND: that was all, or, before a first picture and when
 * gmshoot-av fails, why there is none; the last two with a sentence. */
int gms_video_next(gms_video_t *v, gms_video_picture_t *picture, int timeout_ms,
    char *err, size_t err_size);

void gms_video_close(gms_video_t *v); /* NULL: nothing */

#endif /* GMS_VIDEO_H */
