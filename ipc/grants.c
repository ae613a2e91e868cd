#include "grants.h"

#include "error.h"
#include "slots.h"


#define GMS_GRANTS_BYTES (GMS_GRANTS_MAX * GMS_SECRET_HASH_SIZE)


static gms_slots_t
gms_grants_slots(const gms_grants_t *grants)
{
    return gms_slots_of(grants->header, GMS_GRANTS_SLOTS, GMS_GRANTS_BYTES);
}


size_t
gms_grants_region_size(void)
{
    return gms_slots_region_size(GMS_GRANTS_SLOTS, GMS_GRANTS_BYTES);
}


void
gms_grants_format(void *region)
{
    gms_slots_format(region, GMS_GRANTS_SLOTS, GMS_GRANTS_BYTES);
}


int
gms_grants_attach(gms_grants_t *grants, const gms_memory_t *m)
{
    int         rc;
    gms_slots_t s;

    rc = gms_slots_attach(&s, m, GMS_REGION_GRANTS, 0);
    if (rc != GMS_OK) {
        return rc;
    }

    if (s.slots != GMS_GRANTS_SLOTS || s.bytes != GMS_GRANTS_BYTES) {
        return GMS_ECORRUPT;
    }

    grants->header = s.words;

    return GMS_OK;
}


int
gms_grants_write(const gms_grants_t *grants, const gms_granted_t *granted)
{
    gms_slots_t s = gms_grants_slots(grants);
    uint64_t    meta[GMS_SLOT_META] = {
           [GMS_SLOT_SIZE] = granted->n * GMS_SECRET_HASH_SIZE,
    };

    return gms_slots_write(&s, meta, granted->hash);
}


int
gms_grants_read(const gms_grants_t *grants, gms_granted_t *granted)
{
    int         rc;
    uint64_t    meta[GMS_SLOT_META];
    gms_slots_t s = gms_grants_slots(grants);

    rc = gms_slots_read(
        &s, &granted->version, meta, granted->hash, sizeof(granted->hash));

    if (rc == GMS_OK) {
        granted->n = (unsigned) (meta[GMS_SLOT_SIZE] / GMS_SECRET_HASH_SIZE);
    }

    return rc;
}


uint64_t
gms_grants_version(const gms_grants_t *grants)
{
    gms_slots_t s = gms_grants_slots(grants);

    return gms_slots_version(&s);
}


bool
gms_grants_has(
    const gms_granted_t *granted, const uint8_t hash[GMS_SECRET_HASH_SIZE])
{
    unsigned i;
    bool     has = false;

    for (i = 0; i < granted->n; i++) {
        has |= gms_secret_same(granted->hash[i], hash);
    }

    return has;
}
