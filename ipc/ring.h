/*
 * gms_ring: the byte ring of finished events in a lane's shared memory.
 *
 * One writer, any number of readers, no locks.  Positions are growing byte
 * counts.  The writer moves `oldest` past the records it is about to destroy,
 * raises `reserved`, writes, then raises `committed`; a reader copies, then
 * checks start >= reserved - capacity.  An overtaken reader is told so; it
 * never gets torn bytes and never delays the writer.  A writer that dies
 * leaves a ring that its successor goes on with.
 */

#ifndef GMS_RING_H
#define GMS_RING_H

#include "memory.h"

typedef struct {
    uint64_t seq;     /* durable sequence number, 0: ephemeral */
    uint32_t id_size; /* length of the leading "id: ...\n" line, 0: none */
    uint32_t size;    /* of the whole text, id line included */
} gms_ring_record_t;

typedef struct {
    void     *header; /* shared */
    uint64_t *words;  /* shared */
    uint64_t  capacity;
} gms_ring_t;

/* Bytes of a region that holds a ring of `capacity`, a power of two; lays the
 * header into a fresh region of zeros. */
size_t gms_ring_region_size(size_t capacity);
void   gms_ring_format(void *region, size_t capacity);

/* Finds the ring in a mapped memory. GMS_ENOTFOUND, GMS_ECORRUPT. */
int gms_ring_attach(gms_ring_t *ring, const gms_memory_t *m);

/* Writer only, first call of a new lane process: makes the ring of a dead
 * predecessor consistent; returns its last durable sequence number in *seq
 * (0: none).  GMS_ECORRUPT: the ring held garbage and is empty now, *seq is 0
 * and every reader will be told GMS_EOVERTAKEN; it can be written to. */
int gms_ring_take_over(gms_ring_t *ring, uint64_t *seq);

/* Writer only: empties the ring, as after a change of the journal's epoch,
 * whose numbers begin anew.  Every reader is told GMS_EOVERTAKEN. */
void gms_ring_clear(gms_ring_t *ring);

/* Writer only. GMS_ETOOBIG above GMS_EVENT_BYTES; GMS_EINVALID when the id
 * line is longer than the text. */
int gms_ring_write(
    gms_ring_t *ring, const gms_ring_record_t *record, const char *text);

/* Position behind the newest record, and of the oldest one still whole. */
uint64_t gms_ring_head(const gms_ring_t *ring);
uint64_t gms_ring_oldest(const gms_ring_t *ring);

/* Copies the record at *pos into buf (GMS_EVENT_BYTES large) and moves *pos
 * behind it.  GMS_EAGAIN at the head, GMS_EOVERTAKEN, GMS_ECORRUPT,
 * GMS_ETOOBIG (buf is smaller than this record); *pos is unchanged then.  A
 * position beyond the head is one of another life of the ring: GMS_EOVERTAKEN
 * too. */
int gms_ring_read(const gms_ring_t *ring, uint64_t *pos,
    gms_ring_record_t *record, char *buf, size_t size);

/* Position behind the record with this durable number, by walking from the
 * oldest.  GMS_ENOTFOUND when it is gone or was never written. */
int gms_ring_find(const gms_ring_t *ring, uint64_t seq, uint64_t *pos);

#endif /* GMS_RING_H */
