/*
 * gms_frames: the newest pictures of a camera as JPEG bytes, in a few slots
 * written in turn, with the same lock as the slots of gms_state.  With four of
 * them a reader has the time of three frames for its copy.
 */

#ifndef GMS_FRAMES_H
#define GMS_FRAMES_H

#include "memory.h"

#include <stdbool.h>

typedef struct {
    uint64_t id;      /* counted by the source, grows */
    int64_t  t_us;    /* CLOCK_REALTIME of the handing over */
    int64_t  mono_ns; /* CLOCK_MONOTONIC of the same */
    uint32_t width;
    uint32_t height;
    size_t   size;        /* bytes of JPEG */
    bool     placeholder; /* no picture, but words that there is none */
} gms_frame_info_t;

typedef struct {
    void    *header;
    uint32_t slots;
    size_t   slot_bytes;
} gms_frames_t;

int gms_frames_attach(gms_frames_t *frames, const gms_memory_t *m);

/* Writer only. GMS_ETOOBIG when the JPEG exceeds a slot. */
int gms_frames_write(
    gms_frames_t *frames, const gms_frame_info_t *info, const void *jpeg);

/* Counts writes; 0: no frame yet. */
uint64_t gms_frames_version(const gms_frames_t *frames);

/* Copies the newest frame. GMS_EAGAIN (none yet, or overtaken again and
 * again), GMS_ETOOBIG (info->size tells). */
int gms_frames_read(
    const gms_frames_t *frames, gms_frame_info_t *info, void *buf, size_t size);

#endif /* GMS_FRAMES_H */
