#include "frames.h"

#include "error.h"
#include "slots.h"


/* Meta words of a slot. */
enum {
    GMS_FRAMES_ID = GMS_SLOT_SIZE + 1,
    GMS_FRAMES_T_US,
    GMS_FRAMES_MONO_NS,
    GMS_FRAMES_PIXELS, /* width, and height << 32 */
    GMS_FRAMES_PLACEHOLDER
};


static gms_slots_t
gms_frames_slots(const gms_frames_t *frames)
{
    return gms_slots_of(frames->header, frames->slots, frames->slot_bytes);
}


int
gms_frames_attach(gms_frames_t *frames, const gms_memory_t *m)
{
    int         rc;
    gms_slots_t s;

    rc = gms_slots_attach(&s, m, GMS_REGION_FRAMES, 0);
    if (rc != GMS_OK) {
        return rc;
    }

    frames->header = s.words;
    frames->slots = (uint32_t) s.slots;
    frames->slot_bytes = s.bytes;

    return GMS_OK;
}


int
gms_frames_write(
    gms_frames_t *frames, const gms_frame_info_t *info, const void *jpeg)
{
    gms_slots_t s = gms_frames_slots(frames);
    uint64_t    meta[GMS_SLOT_META] = {
           [GMS_SLOT_SIZE] = info->size,
           [GMS_FRAMES_ID] = info->id,
           [GMS_FRAMES_T_US] = (uint64_t) info->t_us,
           [GMS_FRAMES_MONO_NS] = (uint64_t) info->mono_ns,
           [GMS_FRAMES_PIXELS] = info->width | (uint64_t) info->height << 32,
           [GMS_FRAMES_PLACEHOLDER] = info->placeholder,
    };

    return gms_slots_write(&s, meta, jpeg);
}


uint64_t
gms_frames_version(const gms_frames_t *frames)
{
    gms_slots_t s = gms_frames_slots(frames);

    return gms_slots_version(&s);
}


int
gms_frames_read(
    const gms_frames_t *frames, gms_frame_info_t *info, void *buf, size_t size)
{
    int         rc;
    uint64_t    version, meta[GMS_SLOT_META];
    gms_slots_t s = gms_frames_slots(frames);

    rc = gms_slots_read(&s, &version, meta, buf, size);
    if (rc == GMS_ECORRUPT) {
        /* A camera's picture is worth no alarm of its own: the next write
         * mends the slot. */
        return GMS_EAGAIN;
    }

    if (rc != GMS_OK && rc != GMS_ETOOBIG) {
        return rc;
    }

    info->id = meta[GMS_FRAMES_ID];
    info->t_us = (int64_t) meta[GMS_FRAMES_T_US];
    info->mono_ns = (int64_t) meta[GMS_FRAMES_MONO_NS];
    info->width = (uint32_t) meta[GMS_FRAMES_PIXELS];
    info->height = (uint32_t) (meta[GMS_FRAMES_PIXELS] >> 32);
    info->size = meta[GMS_SLOT_SIZE];
    info->placeholder = meta[GMS_FRAMES_PLACEHOLDER] != 0;

    return rc;
}
