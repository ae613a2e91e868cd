/*
 * gms_slots: something that only its newest value matters of, in a few slots
 * of shared memory written in turn.  Private to ipc/: the state document, the
 * camera's frames and the scene are three users of it.
 *
 * Two counters are the lock: `begun` is raised to v before slot v % slots is
 * touched, `committed` when it is whole.  A reader copies slot c % slots, c
 * being `committed`, then checks that no write beyond c + slots - 1 has begun.
 * So the writer never waits, a reader has slots - 1 writes of time to copy,
 * and a slot that a killed writer left half done is the one that its
 * successor rewrites: it was never announced.
 */

#ifndef GMS_SLOTS_H
#define GMS_SLOTS_H

#include "memory.h"

#include <stddef.h>
#include <stdint.h>

/* Words that describe the payload of a slot; the first is its size. */
#define GMS_SLOT_META 8
#define GMS_SLOT_SIZE 0

typedef struct {
    uint64_t *words; /* shared: header, then the slots */
    uint64_t  slots;
    uint64_t  bytes; /* room for the payload of one slot */
} gms_slots_t;

/* Bytes that a region with such slots takes; bytes: a multiple of 64. */
size_t gms_slots_region_size(unsigned slots, size_t bytes);

/* Lays the header into a fresh region of zeros. */
void gms_slots_format(void *region, unsigned slots, size_t bytes);

/* GMS_ENOTFOUND, GMS_ECORRUPT. */
int gms_slots_attach(
    gms_slots_t *s, const gms_memory_t *m, uint32_t kind, uint32_t index);

/* The same for a region that an attach has already checked. */
gms_slots_t gms_slots_of(void *header, uint64_t slots, uint64_t bytes);

/* Writer only.  meta[GMS_SLOT_SIZE] bytes of payload; GMS_ETOOBIG. */
int gms_slots_write(
    const gms_slots_t *s, const uint64_t *meta, const void *payload);

/* Copies the newest payload, its meta words and its number.  GMS_EAGAIN,
 * GMS_ETOOBIG (meta is valid), GMS_ECORRUPT. */
int gms_slots_read(const gms_slots_t *s, uint64_t *version, uint64_t *meta,
    void *buf, size_t size);

/* Number of writes done. */
uint64_t gms_slots_version(const gms_slots_t *s);

#endif /* GMS_SLOTS_H */
