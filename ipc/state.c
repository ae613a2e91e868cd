#include "state.h"

#include "error.h"
#include "slots.h"


/* Meta words of a slot. */
enum {
    GMS_STATE_SEQ = GMS_SLOT_SIZE + 1,
    GMS_STATE_RING_POS
};


static gms_slots_t
gms_state_slots(const gms_state_t *state)
{
    return gms_slots_of(state->header, GMS_STATE_SLOTS, state->slot_bytes);
}


int
gms_state_attach(gms_state_t *state, const gms_memory_t *m)
{
    int         rc;
    gms_slots_t s;

    rc = gms_slots_attach(&s, m, GMS_REGION_STATE, 0);
    if (rc != GMS_OK) {
        return rc;
    }

    if (s.slots != GMS_STATE_SLOTS) {
        return GMS_ECORRUPT;
    }

    state->header = s.words;
    state->slot_bytes = s.bytes;

    return GMS_OK;
}


int
gms_state_write(
    gms_state_t *state, const gms_state_info_t *info, const char *text)
{
    gms_slots_t s = gms_state_slots(state);
    uint64_t    meta[GMS_SLOT_META] = {
           [GMS_SLOT_SIZE] = info->size,
           [GMS_STATE_SEQ] = info->seq,
           [GMS_STATE_RING_POS] = info->ring_pos,
    };

    return gms_slots_write(&s, meta, text);
}


int
gms_state_read(
    const gms_state_t *state, gms_state_info_t *info, char *buf, size_t size)
{
    int         rc;
    uint64_t    version, meta[GMS_SLOT_META];
    gms_slots_t s = gms_state_slots(state);

    rc = gms_slots_read(&s, &version, meta, buf, size);
    if (rc != GMS_OK && rc != GMS_ETOOBIG) {
        return rc;
    }

    info->version = version;
    info->seq = meta[GMS_STATE_SEQ];
    info->ring_pos = meta[GMS_STATE_RING_POS];
    info->size = meta[GMS_SLOT_SIZE];

    return rc;
}


uint64_t
gms_state_version(const gms_state_t *state)
{
    gms_slots_t s = gms_state_slots(state);

    return gms_slots_version(&s);
}
