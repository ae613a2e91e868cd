/*
 * gms_state: the state document of a lane, one line of JSON, in two slots
 * written in turn.  The writer never waits; a reader copies and checks that
 * its slot was not begun again meanwhile.
 */

#ifndef GMS_STATE_H
#define GMS_STATE_H

#include "memory.h"

typedef struct {
    void  *header;
    size_t slot_bytes; /* room for text in one slot */
} gms_state_t;

typedef struct {
    uint64_t version;  /* counts writes */
    uint64_t seq;      /* last durable event folded into the text */
    uint64_t ring_pos; /* of the ring: every event before is folded in */
    size_t   size;     /* of the text */
} gms_state_info_t;

int gms_state_attach(gms_state_t *state, const gms_memory_t *m);

/* Writer only. info->version is ignored. GMS_ETOOBIG. */
int gms_state_write(
    gms_state_t *state, const gms_state_info_t *info, const char *text);

/* Copies the newest document; GMS_EAGAIN: none written yet, or the writer
 * was faster many times over; GMS_ETOOBIG: buf is too small (info->size
 * tells); GMS_ECORRUPT. */
int gms_state_read(
    const gms_state_t *state, gms_state_info_t *info, char *buf, size_t size);

/* Counts writes, cheap: tells whether a cached copy is still the newest. */
uint64_t gms_state_version(const gms_state_t *state);

#endif /* GMS_STATE_H */
