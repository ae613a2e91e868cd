/*
 * hostile_image: a lane's memory whose words may be changed at will, between
 * two pages that nobody may touch, and readers and writers that try all of
 * it.  For the seeded test and for the fuzzer.
 */

#ifndef HOSTILE_IMAGE_H
#define HOSTILE_IMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ipc/error.h"
#include "ipc/frames.h"
#include "ipc/grants.h"
#include "ipc/memory.h"
#include "ipc/ring.h"
#include "ipc/state.h"

#define HOSTILE_PAGE 4096

typedef struct {
    gms_memory_t   m;
    char          *pristine;
    char          *buf;      /* as large as the largest document */
    size_t         buf_size;
    char          *event;    /* of GMS_EVENT_BYTES exactly */
} hostile_image_t;


/* A lane in the middle of its life: the ring lapped, every region in use. */
static inline void
hostile_fill(gms_memory_t *m, char *text, size_t size)
{
    unsigned           i;
    gms_ring_t         ring;
    gms_state_t        state;
    gms_frames_t       frames;
    gms_grants_t       grants;
    gms_granted_t      granted = { .n = 3 };
    gms_scene_t        scene = { .start_ns = 1 };
    gms_ring_record_t  record;

    memset(text, 'x', size);

    if (gms_ring_attach(&ring, m) != GMS_OK
        || gms_state_attach(&state, m) != GMS_OK
        || gms_frames_attach(&frames, m) != GMS_OK
        || gms_grants_attach(&grants, m) != GMS_OK)
    {
        abort();
    }

    for (i = 1; i <= 1000; i++) {
        record = (gms_ring_record_t) {
            .seq = i % 3 == 0 ? 0 : i, .id_size = i % 20,
            .size = 20 + i * 797 % 4000,
        };
        (void) gms_ring_write(&ring, &record, text);
    }

    for (i = 1; i <= 7; i++) {
        gms_state_info_t  info = { .seq = i, .size = 30000 * i };
        gms_frame_info_t  frame = { .id = i, .size = 30000 * i };

        (void) gms_state_write(&state, &info, text);
        (void) gms_frames_write(&frames, &frame, text);
    }

    gms_memory_set_scene(m, &scene);
    (void) gms_grants_write(&grants, &granted);
}


static inline int
hostile_create(hostile_image_t *h)
{
    char               *base;
    gms_memory_t        m;
    gms_memory_spec_t   spec = { 0 };

    if (gms_memory_create(&m, "gmshoot-hostile", &spec) != GMS_OK) {
        return GMS_ESYS;
    }

    h->buf_size = GMS_STATE_BYTES > GMS_FRAME_SLOT_MIN ? GMS_STATE_BYTES
                                                       : GMS_FRAME_SLOT_MIN;
    h->buf = malloc(h->buf_size);
    h->event = malloc(GMS_EVENT_BYTES);
    h->pristine = malloc(m.size);

    base = mmap(NULL, m.size + 2 * HOSTILE_PAGE, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (h->buf == NULL || h->event == NULL || h->pristine == NULL
        || base == MAP_FAILED
        || mprotect(base + HOSTILE_PAGE, m.size, PROT_READ | PROT_WRITE) != 0)
    {
        return GMS_ENOMEM;
    }

    hostile_fill(&m, h->buf, h->buf_size);
    memcpy(h->pristine, m.base, m.size);
    memcpy(base + HOSTILE_PAGE, m.base, m.size);

    h->m = (gms_memory_t) { .fd = -1, .base = base + HOSTILE_PAGE,
                            .size = m.size, .writable = true };
    gms_memory_close(&m);

    return GMS_OK;
}


static inline void
hostile_restore(hostile_image_t *h)
{
    memcpy(h->m.base, h->pristine, h->m.size);
}


/* Exactly what is announced is looked at: a sanitizer sees the rest. */
static inline uint64_t
hostile_sum(const char *bytes, size_t size)
{
    size_t    i;
    uint64_t  sum = 0;

    for (i = 0; i < size; i += 509) {
        sum += (unsigned char) bytes[i];
    }

    return sum + (size > 0 ? (unsigned char) bytes[size - 1] : 0);
}


/* Reads all there is; returns something that depends on every byte read, and
 * aborts when a promise of the headers is broken. */
static inline uint64_t
hostile_read(hostile_image_t *h)
{
    uint64_t           pos, steps, sum = 0;
    uint32_t           version;
    gms_ring_t         ring;
    gms_state_t        state;
    gms_frames_t       frames;
    gms_grants_t       grants;
    gms_granted_t      granted = { .n = 0 };
    gms_scene_t        scene;
    gms_state_info_t   info;
    gms_frame_info_t   frame;
    gms_ring_record_t  record;

    if (gms_memory_check(&h->m, &version) != GMS_OK) {
        return 0;
    }

    if (gms_ring_attach(&ring, &h->m) == GMS_OK) {
        pos = gms_ring_oldest(&ring);

        for (steps = 0; gms_ring_read(&ring, &pos, &record, h->event,
                            GMS_EVENT_BYTES) == GMS_OK; steps++)
        {
            if (record.size > GMS_EVENT_BYTES || record.id_size > record.size
                || steps > ring.capacity / 24)
            {
                abort();
            }

            sum += hostile_sum(h->event, record.size);
        }

        for (record.seq = 0; record.seq <= 1001; record.seq += 250) {
            (void) gms_ring_find(&ring, record.seq, &pos);
        }
    }

    if (gms_state_attach(&state, &h->m) == GMS_OK
        && gms_state_read(&state, &info, h->buf, h->buf_size) == GMS_OK)
    {
        if (info.size > h->buf_size) {
            abort();
        }

        sum += hostile_sum(h->buf, info.size);
    }

    if (gms_frames_attach(&frames, &h->m) == GMS_OK
        && gms_frames_read(&frames, &frame, h->buf, h->buf_size) == GMS_OK)
    {
        if (frame.size > h->buf_size) {
            abort();
        }

        sum += hostile_sum(h->buf, frame.size);
    }

    if (gms_grants_attach(&grants, &h->m) == GMS_OK
        && gms_grants_read(&grants, &granted) == GMS_OK)
    {
        if (granted.n > GMS_GRANTS_MAX) {
            abort();
        }

        sum += gms_grants_has(&granted, (const uint8_t *) h->event);
    }

    gms_memory_scene(&h->m, &scene);

    return sum + gms_memory_epoch(&h->m)
           + gms_memory_counter(&h->m, GMS_COUNTER_SHOTS)
           + gms_memory_bucket(&h->m, GMS_HISTOGRAM_PUBLISH, 3)
           + (uint64_t) scene.turn;
}


/* A successor takes such a ring over: afterwards it must work. */
static inline void
hostile_write(hostile_image_t *h)
{
    int                i;
    uint64_t           seq, pos;
    gms_ring_t         ring;
    gms_ring_record_t  record, found;

    if (gms_memory_check(&h->m, NULL) != GMS_OK
        || gms_ring_attach(&ring, &h->m) != GMS_OK)
    {
        return;
    }

    memset(h->buf, 'y', GMS_EVENT_BYTES);

    (void) gms_ring_take_over(&ring, &seq);
    pos = gms_ring_head(&ring);

    for (i = 0; i < 100; i++) {
        record = (gms_ring_record_t) {
            .seq = ++seq, .size = i % 7 == 0 ? GMS_EVENT_BYTES : 100,
        };

        if (gms_ring_write(&ring, &record, h->buf) != GMS_OK
            || gms_ring_read(&ring, &pos, &found, h->event, GMS_EVENT_BYTES)
                   != GMS_OK
            || found.seq != record.seq || found.size != record.size
            || memcmp(h->event, h->buf, found.size) != 0)
        {
            abort();
        }
    }

    if (gms_ring_take_over(&ring, &pos) != GMS_OK || pos != seq) {
        abort();
    }
}

#endif /* HOSTILE_IMAGE_H */
