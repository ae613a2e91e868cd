/*
 * gms_spool: a video's pictures by their number.  They come from gmshoot-av one
 * after the other; where they are wanted again they are kept in a temporary
 * file without a name.  Belongs to one thread.
 */

#ifndef GMS_SPOOL_H
#define GMS_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many pictures there are, until the last has come. */
#define GMS_SPOOL_UNKNOWN SIZE_MAX

#define GMS_SPOOL_PICTURES_MAX 4000000
#define GMS_SPOOL_BYTES_MAX (INT64_C(8) << 30)

typedef struct gms_spool_s gms_spool_t;

/* Does it begin as MP4, MOV, MKV, WebM or AVI do? */
bool gms_spool_is_video(int fd);

/* Starts, and waits for the first picture.  fd stays the caller's.  *fps: 0 when
 * it does not tell.  GMS_EINVALID with a reason, GMS_ENOMEM. */
int  gms_spool_open(gms_spool_t **spool, int fd, const char *path, bool again,
     double *fps, char *err, size_t err_size);
void gms_spool_close(gms_spool_t *spool); /* NULL: nothing */

/* Waits until picture n is there.  GMS_OK; GMS_EAGAIN; GMS_EEND: the video is
 * over before it; GMS_EBAD_FRAME: one was damaged, go on. */
int gms_spool_reach(
    gms_spool_t *spool, size_t n, int timeout_ms, char *err, size_t err_size);

size_t  gms_spool_pictures(const gms_spool_t *spool); /* so far */
int64_t gms_spool_time_ns(const gms_spool_t *spool, size_t n);

/* Copies one that is there, without `again` the newest, into a buffer that
 * grows.  GMS_EBAD_FRAME, GMS_ENOMEM. */
int gms_spool_read(const gms_spool_t *spool, size_t n, uint8_t **bytes,
    size_t *capacity, size_t *size);

#endif /* GMS_SPOOL_H */
