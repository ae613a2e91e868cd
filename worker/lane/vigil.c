/* gms_vigil: see vigil.h. */

#include <stdio.h>
#include <string.h>

#include "../base/clock.h"
#include "vigil.h"

/* A live sensor's noise makes every JPEG another one.  Video of a scene at
 * rest may repeat itself from one key frame to the next. */
#define GMS_VIGIL_SAME_NS (10 * GMS_S)
#define GMS_VIGIL_SAME_VIDEO_NS (30 * GMS_S)

/* One that gives a picture now and then is given so many times as long. */
#define GMS_VIGIL_SAME_PICTURES 5

/* Looked at so often, which costs a thousandth of a core; so many black ones
 * in a row are no hand before the lens. */
#define GMS_VIGIL_LOOK_NS (500 * GMS_MS)
#define GMS_VIGIL_BLACK_LOOKS 4

#define GMS_VIGIL_REOPEN_MAX_NS (300 * GMS_S)


void
gms_vigil_init(gms_vigil_t *v, const gms_camera_t *camera)
{
    memset(v, 0, sizeof(*v));
    v->real = gms_camera_is_real(camera);
    v->fps = camera->fps;
    v->patience_ns = camera->kind == GMS_CAMERA_RTSP ? GMS_VIGIL_SAME_VIDEO_NS
                                                     : GMS_VIGIL_SAME_NS;
}


/* FNV-1a, eight bytes at a time. */
static uint64_t
vigil_hash(const uint8_t *bytes, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325U, word;
    size_t   i;

    for (i = 0; i + sizeof(word) <= size; i += sizeof(word)) {
        memcpy(&word, bytes + i, sizeof(word));
        hash = (hash ^ word) * 0x100000001b3U;
        hash ^= hash >> 32;
    }

    for (; i < size; i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3U;
    }

    return hash ^ size;
}


void
gms_vigil_picture(gms_vigil_t *v, gms_glance_t *glance,
    const gms_frame_t *frame, int64_t now_ns)
{
    const uint8_t *bytes;
    uint64_t       hash;
    size_t         size;

    if (!v->real
        || (v->fresh_ns != 0 && now_ns - v->looked_ns < GMS_VIGIL_LOOK_NS)) {
        return;
    }

    v->looked_ns = now_ns;
    bytes = gms_frame_bytes(frame, &size);
    hash = vigil_hash(bytes, size);

    if (hash == v->hash && v->fresh_ns != 0) {
        return;
    }

    v->apart_ns = v->fresh_ns != 0 ? now_ns - v->fresh_ns : 0;
    v->hash = hash;
    v->fresh_ns = now_ns;
    v->reopen_ns = 0;
    v->black = gms_glance_black(glance, frame) ? v->black + 1 : 0;
}


static int64_t
vigil_patience(const gms_vigil_t *v)
{
    int64_t patience = v->patience_ns, slow;

    slow = GMS_VIGIL_SAME_PICTURES * v->apart_ns;
    patience = slow > patience ? slow : patience;

    if (v->fps > 0) {
        slow = (int64_t) (GMS_VIGIL_SAME_PICTURES * (double) GMS_S / v->fps);
        patience = slow > patience ? slow : patience;
    }

    return patience;
}


gms_vigil_e
gms_vigil_state(const gms_vigil_t *v, int64_t now_ns)
{
    if (v->fresh_ns != 0
        && (v->reopen_ns != 0 || now_ns - v->fresh_ns > vigil_patience(v)))
    {
        return GMS_VIGIL_FROZEN;
    }

    return v->black >= GMS_VIGIL_BLACK_LOOKS ? GMS_VIGIL_BLACK : GMS_VIGIL_WELL;
}


bool
gms_vigil_reopens(gms_vigil_t *v, int64_t now_ns)
{
    int64_t frozen_ns = now_ns - v->fresh_ns;

    if (now_ns < v->reopen_ns) {
        return false;
    }

    if (frozen_ns > GMS_VIGIL_REOPEN_MAX_NS) {
        frozen_ns = GMS_VIGIL_REOPEN_MAX_NS;
    }

    v->reopen_ns = now_ns + frozen_ns;

    return true;
}


void
gms_vigil_opened(gms_vigil_t *v, int64_t now_ns)
{
    if (v->fresh_ns != 0 && v->reopen_ns == 0) {
        v->fresh_ns = now_ns;
        v->apart_ns = 0;
    }
}


void
gms_vigil_say(const gms_vigil_t *v, int64_t now_ns, char *text, size_t size)
{
    if (gms_vigil_state(v, now_ns) == GMS_VIGIL_BLACK) {
        snprintf(text, size,
            "the picture is black: is the lens covered, or the light off?");
        return;
    }

    snprintf(text, size,
        "the camera gives the same picture again and again, or none, since it "
        "last gave another: it is opened anew; restart it if that does not "
        "help");
}


bool
gms_vigil_clock(
    gms_frame_t *frame, int64_t last_ns, int64_t now_ns, int64_t real_ns)
{
    if (frame->mono_ns >= last_ns) {
        return false;
    }

    frame->mono_ns = now_ns;
    frame->real_ns = real_ns;
    frame->exposed = false;

    return true;
}
