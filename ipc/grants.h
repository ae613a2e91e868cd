/*
 * gms_grants: the tokens that command an open session of a lane now, by their
 * SHA-256.  The lane says it, so that nginx ends what was opened with one that
 * is worth nothing any more; whether one is good for a command the lane alone
 * decides.
 */

#ifndef GMS_GRANTS_H
#define GMS_GRANTS_H

#include "device.h"
#include "memory.h"

#define GMS_GRANTS_MAX 32
#define GMS_GRANTS_SLOTS 2

typedef struct {
    void *header;
} gms_grants_t;

typedef struct {
    uint64_t version; /* counts writes; 0: nothing was said yet */
    unsigned n;
    uint8_t  hash[GMS_GRANTS_MAX][GMS_SECRET_HASH_SIZE];
} gms_granted_t;

/* Bytes that the region takes; lays it into zeros. */
size_t gms_grants_region_size(void);
void   gms_grants_format(void *region);

/* GMS_ENOTFOUND: a memory without them. */
int gms_grants_attach(gms_grants_t *grants, const gms_memory_t *m);

/* Writer only.  granted->version is ignored. */
int gms_grants_write(const gms_grants_t *grants, const gms_granted_t *granted);

/* GMS_EAGAIN: none written yet, or the writer was faster many times over;
 * GMS_ECORRUPT. */
int gms_grants_read(const gms_grants_t *grants, gms_granted_t *granted);

/* Counts writes, cheap. */
uint64_t gms_grants_version(const gms_grants_t *grants);

/* Takes as long whatever the bytes are. */
bool gms_grants_has(
    const gms_granted_t *granted, const uint8_t hash[GMS_SECRET_HASH_SIZE]);

#endif /* GMS_GRANTS_H */
