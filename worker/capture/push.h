/*
 * gms_push: a phone or a laptop as the camera.  Who takes commands leaves each
 * picture that comes over the link here, as the memfd that it came in; the
 * source `push:` of the capture thread takes the newest and reads it.  One
 * that nobody took is replaced and counted, so there is never more than one.
 *
 * The answer to a picture is how long its sender should wait with the next:
 * by fps=, and longer as long as the analysis does not keep up.
 *
 * The sender's clock is another one: the shortest way that a picture had
 * lately counts as none, and what the others took beyond it is their age.
 * A clock that lies makes a picture 2 s older at most, never newer.
 */

#ifndef GMS_PUSH_H
#define GMS_PUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GMS_PUSH_BYTES_MAX (4 * 1024 * 1024)
#define GMS_PUSH_SENDER_SIZE 33

typedef struct gms_push_s gms_push_t;

typedef struct {
    int     fd;       /* sealed memfd; the caller's */
    int64_t taken_us; /* by the sender's clock; 0: it does not say */
    char    sender[GMS_PUSH_SENDER_SIZE]; /* which one, "" is one, too */
} gms_push_picture_t;

/* fps 0: 15 a second.  NULL: out of memory. */
gms_push_t *gms_push_create(double fps);
void        gms_push_destroy(gms_push_t *p);

/*
 * Any thread: leaves a picture that came at now_ns; *interval_ns is the time
 * from one to the next that suits the lane.  GMS_ESTATE: another one sends;
 * GMS_EAGAIN: it sends much faster than it was told; GMS_EBAD_FRAME: no JPEG
 * in a sealed memfd; GMS_ETOOBIG: more than GMS_PUSH_BYTES_MAX; GMS_ESYS.
 */
int gms_push_put(gms_push_t *p, const gms_push_picture_t *picture,
    int64_t now_ns, int64_t *interval_ns);

/* Capture thread: whether the last picture took the place of one that nobody
 * had looked at yet. */
void gms_push_behind(gms_push_t *p, bool behind);

#endif /* GMS_PUSH_H */
