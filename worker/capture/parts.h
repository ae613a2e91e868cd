/*
 * gms_parts: the pictures of an MJPEG stream over HTTP
 * (multipart/x-mixed-replace), cut out of its bytes as they come.
 *
 * A picture ends where JPEG's own markers say so, not at the next boundary:
 * that comes with the next picture, a whole picture later.  So a boundary that
 * is announced differently than it is sent, as of many cameras, does no harm,
 * nor does a missing or wrong Content-Length.
 */

#ifndef GMS_PARTS_H
#define GMS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GMS_PARTS_BYTES_MAX (16 * 1024 * 1024)

typedef enum {
    GMS_PARTS_START,   /* between pictures: nothing of a part's head yet */
    GMS_PARTS_HEAD,    /* in a part's head */
    GMS_PARTS_SOI,     /* the first two bytes of a body */
    GMS_PARTS_MARKER,  /* FF of the next marker */
    GMS_PARTS_KIND,    /* the byte behind it */
    GMS_PARTS_LENGTH,  /* two bytes of a segment's length */
    GMS_PARTS_SEGMENT, /* within it */
    GMS_PARTS_SCAN     /* entropy-coded data */
} gms_parts_at_e;

typedef struct {
    uint8_t *bytes; /* of the picture; owned */
    size_t   size;
    size_t   capacity;

    gms_parts_at_e at;
    size_t         between; /* bytes since the last picture */
    size_t         line;    /* length of the line of the head so far */
    bool           head;    /* a line of a head was there */
    size_t         left;    /* of the segment */
    uint8_t        kind;    /* of the segment */
    bool           scanned; /* a scan was there */
} gms_parts_t;

/* p is zeroed by the caller. */
void gms_parts_free(gms_parts_t *p);

/* A new connection: what was begun is forgotten, the buffer kept. */
void gms_parts_restart(gms_parts_t *p);

/*
 * Takes bytes up to the end of the next picture; *used says how many.
 * GMS_OK: p->bytes, p->size is a whole picture until the next call;
 * GMS_EAGAIN: all taken; GMS_EBAD_FRAME: a picture broke off, go on behind
 * *used; GMS_EINVALID: no picture comes in this stream; GMS_ETOOBIG;
 * GMS_ENOMEM.
 */
int gms_parts_feed(
    gms_parts_t *p, const uint8_t *bytes, size_t size, size_t *used);

#endif /* GMS_PARTS_H */
