/*
 * gms_avi: where the pictures of an MJPEG AVI file are.  The file is read by
 * pread into own memory, never mapped: a file that shrinks meanwhile must
 * not end the process.  Chunks are walked one by one and the file's index is
 * not believed, so that a recording that broke off plays to its break.
 */

#ifndef GMS_AVI_H
#define GMS_AVI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GMS_AVI_FRAMES_MAX 4000000
#define GMS_AVI_FRAME_BYTES (32 * 1024 * 1024)

typedef struct {
    uint64_t offset;
    uint32_t size;
} gms_avi_frame_t;

typedef struct {
    double           fps; /* 0: the file does not tell */
    gms_avi_frame_t *frame;
    size_t           frames;
    size_t           capacity;
    uint32_t         largest; /* bytes of the largest frame */
    bool             broken;  /* ends in mid-chunk, or in garbage */
} gms_avi_t;

/*
 * Walks the open file.  fd stays the caller's.  GMS_EINVALID: no AVI, no
 * MJPEG in it, or no picture; with a sentence in err that says what to do
 * (the caller knows the name of the file).  GMS_ENOMEM, GMS_ESYS.
 */
int  gms_avi_open(gms_avi_t *avi, int fd, char *err, size_t err_size);
void gms_avi_close(gms_avi_t *avi);

#endif /* GMS_AVI_H */
