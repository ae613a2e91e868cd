/*
 * What gmshoot and gmshoot-av say to each other.
 *
 * gmshoot-av reads a request from its standard input, lines of a word and a
 * value, ended by an empty line, and goes on for as long as that input stays
 * open.  It writes messages to its standard output: this header, then `size`
 * bytes.  Both are built together and run on one machine.
 *
 *     url rtsp://192.168.1.20/stream1
 *     user hans            of who may look, when the URL names nobody
 *     password geheim
 *     transport tcp        tcp, udp
 *     fps 15               at most; 0: all
 */

#ifndef GMS_AV_WIRE_H
#define GMS_AV_WIRE_H

#include <stdint.h>

#define GMS_AV_MAGIC UINT32_C(0x31564147) /* "GAV1" */
#define GMS_AV_BYTES_MAX (16 * 1024 * 1024)
#define GMS_AV_LINE_MAX 1200
#define GMS_AV_SENTENCE_MAX 300

typedef enum {
    GMS_AV_PICTURE = 1, /* a JPEG */
    GMS_AV_SPOILT,      /* a sentence: a picture was lost, more will come */
    GMS_AV_GONE         /* a sentence: nothing will come any more */
} gms_av_kind_e;

typedef struct {
    uint32_t magic;
    uint32_t kind;
    uint32_t size;
    uint32_t missed;  /* pictures since the last that were left out */
    int64_t  mono_ns; /* PICTURE: CLOCK_MONOTONIC when its last byte came */
} gms_av_header_t;

#endif /* GMS_AV_WIRE_H */
