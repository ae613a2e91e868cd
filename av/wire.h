/*
 * What gmshoot and gmshoot-av say to each other.
 *
 * gmshoot-av reads a request from its standard input, lines of a word and a
 * value, ended by an empty line, and goes on for as long as that input stays
 * open.  It writes messages to its standard output: this header, then `size`
 * bytes.  Both are built together and run on one machine.
 *
 * Decoded pictures lie as gray planes, GMS_AV_ROW bytes a row, in the slots of
 * a memory that gmshoot has made and mapped and that gmshoot-av inherits as
 * GMS_AV_MEMORY.  A slot that was announced is gmshoot's until it gives it back;
 * a picture for which none is free is left out.  So nothing queues up: a
 * reader that is slow sees fewer pictures.
 *
 *     url rtsp://192.168.1.20/stream1
 *     user hans            of who may look, when the URL names nobody
 *     password geheim
 *     transport tcp        tcp, udp
 *     ca camera.pem        who vouches for it, of rtsps; else as the system has it
 *     verify no            believe any certificate
 *     fps 15               at most; 0: all
 *
 * or, of a recording, which then is GMS_AV_MEMORY itself:
 *
 *     file clip.mp4        its name, to be told
 *
 * Of that each picture comes as a JPEG, none is left out, and it waits for who
 * reads; times are counted from its first picture.
 *
 * What may come at any time after it:
 *
 *     jpeg 200             a JPEG too, of a picture so many ms after the last
 *                          that had one; 0: of each (at first), -1: of none
 *     free 2               a slot
 */

#ifndef GMS_AV_WIRE_H
#define GMS_AV_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define GMS_AV_MAGIC UINT32_C(0x32564147) /* "GAV2" */
#define GMS_AV_BYTES_MAX (16 * 1024 * 1024)
#define GMS_AV_LINE_MAX 1200
#define GMS_AV_SENTENCE_MAX 300

/* The descriptor (or that of a recording), and its slots: one is looked at, one is the newest, one is
 * being filled, and one more for when those two meet. */
#define GMS_AV_MEMORY 3
#define GMS_AV_SLOTS 4
#define GMS_AV_SIDE_MAX 8192
#define GMS_AV_PLANE_MAX ((size_t) 8192 * 4096)
#define GMS_AV_ROW(width) (((size_t) (width) + 63) & ~(size_t) 63)
#define GMS_AV_NO_SLOT UINT32_MAX

typedef enum {
    GMS_AV_PICTURE = 1, /* a plane, a JPEG (`size` bytes), or both */
    GMS_AV_SPOILT,      /* a sentence: a picture was lost, more will come */
    GMS_AV_GONE         /* a sentence: nothing will come any more */
} gms_av_kind_e;

typedef struct {
    uint32_t magic;
    uint32_t kind;
    uint32_t size;
    uint32_t missed; /* pictures since the last that were left out */
    uint32_t slot;   /* PICTURE: of its plane, or GMS_AV_NO_SLOT */
    uint32_t width;  /* ... and its size; 0 without one */
    uint32_t height;
    uint32_t rate;    /* of a recording: pictures in 1000 s; 0: not known */
    int64_t  mono_ns; /* PICTURE: CLOCK_MONOTONIC when its last byte came, or
                         the time in the recording */
} gms_av_header_t;

#endif /* GMS_AV_WIRE_H */
