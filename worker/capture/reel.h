/*
 * gms_reel: the pictures that a camera gave last, as JPEGs, in memory of a
 * fixed size.  The capture thread puts, any thread lists and reads; the lock
 * is held for one copy at most.
 *
 * When there is no room, pictures are thinned out, the older the wider, so that
 * the whole span is covered by what fits.  Those of the last GMS_REEL_WHOLE_NS
 * all stay, or as many of the newest as half of the reel holds.  A picture equal to the one before it is not kept
 * again.
 */

#ifndef GMS_REEL_H
#define GMS_REEL_H

#include "source.h"

/* What the last minute of a complaint needs. */
#define GMS_REEL_SPAN_NS (INT64_C(60) * 1000000000)
#define GMS_REEL_WHOLE_NS (INT64_C(5) * 1000000000)

#define GMS_REEL_BYTES_MIN (1024 * 1024)
#define GMS_REEL_PICTURES_MAX 4096

typedef struct gms_reel_s gms_reel_t;

typedef struct {
    int64_t  t_us;    /* CLOCK_REALTIME when it was taken; its name */
    int64_t  mono_ns; /* CLOCK_MONOTONIC of the same */
    int      width;   /* 0: not known */
    int      height;
    uint32_t size; /* bytes of JPEG */
} gms_reel_picture_t;

/* bytes: of all pictures, at least GMS_REEL_BYTES_MIN; memory is taken as they
 * come, and never more.  NULL: out of memory. */
gms_reel_t *gms_reel_create(size_t bytes);
void        gms_reel_destroy(gms_reel_t *reel);

/* Copies the picture in; one larger than a quarter of the reel is left out. */
void gms_reel_put(gms_reel_t *reel, const gms_frame_t *frame);

/* Pictures taken from .. to (CLOCK_REALTIME, microseconds, both included), the
 * oldest first; of more than max the evenly spread ones that go in. */
size_t gms_reel_list(gms_reel_t *reel, int64_t from_us, int64_t to_us,
    gms_reel_picture_t *list, size_t max);

/* Fills bytes (malloc'ed) and the picture's facts.  GMS_ENOTFOUND: it is not
 * there, or no more; GMS_ENOMEM. */
int gms_reel_read(
    gms_reel_t *reel, int64_t t_us, gms_reel_picture_t *picture, void **bytes);

/* Bytes of the pictures that are there, and the span that they cover. */
void gms_reel_about(gms_reel_t *reel, size_t *bytes, int64_t *span_ns);

#endif /* GMS_REEL_H */
