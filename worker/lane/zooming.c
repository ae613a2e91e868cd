/* gms_zooming: see zooming.h. */

#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "zooming.h"

/* A camera sets off as late as this after it said so, and pauses between pan
 * and zoom for less than it must stand still; focus comes last. */
#define GMS_ZOOMING_LEAST_NS (1200 * GMS_MS)
#define GMS_ZOOMING_STILL_NS (700 * GMS_MS)

/* The slowest lenses take ten seconds from end to end.  A picture that never
 * rests (people before the wall) is not waited for any longer. */
#define GMS_ZOOMING_MOST_NS (15 * GMS_S)

/* A camera that boots may give pictures before it takes requests. */
#define GMS_ZOOMING_AGAIN_NS (3 * GMS_S)


int
gms_zooming_init(gms_zooming_t *z, const gms_camera_t *camera)
{
    memset(z, 0, sizeof(*z));
    z->camera = camera;

    return gms_glance_init(&z->glance);
}


void
gms_zooming_close(gms_zooming_t *z)
{
    gms_ptz_end(z->request);
    z->request = NULL;
    gms_glance_free(&z->glance);
}


int
gms_zooming_ask(gms_zooming_t *z, int preset, uint64_t ask, unsigned lane,
    char *err, size_t err_size)
{
    int rc;

    if (z->request != NULL) {
        snprintf(err, err_size, "the camera is still being asked for preset %d",
            z->preset);
        return GMS_EAGAIN;
    }

    rc = gms_ptz_begin(&z->request, z->camera, preset, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    z->preset = preset;
    z->ask = ask;
    z->lane = lane;
    z->again_ns = 0;

    return GMS_OK;
}


int
gms_zooming_drive(gms_zooming_t *z, char *err, size_t err_size)
{
    int rc;

    if (z->request == NULL) {
        return GMS_EAGAIN;
    }

    rc = gms_ptz_drive(z->request, err, err_size);
    if (rc == GMS_EAGAIN) {
        return rc;
    }

    gms_ptz_end(z->request);
    z->request = NULL;

    if (rc == GMS_OK) {
        z->why[0] = '\0';
        gms_zooming_begin(z, gms_clock_mono_ns());
    }

    return rc;
}


void
gms_zooming_retry(gms_zooming_t *z, const char *why)
{
    z->on = false;
    z->again_ns = gms_clock_mono_ns() + GMS_ZOOMING_AGAIN_NS;
    snprintf(z->why, sizeof(z->why), "preset %d could not be set again: %s",
        z->preset, why);
}


bool
gms_zooming_is_due(const gms_zooming_t *z, int64_t now_ns)
{
    return z->again_ns != 0 && z->request == NULL && now_ns >= z->again_ns;
}


void
gms_zooming_begin(gms_zooming_t *z, int64_t now_ns)
{
    z->on = true;
    z->since_ns = now_ns;
    gms_glance_begin(&z->glance);
}


void
gms_zooming_stop(gms_zooming_t *z)
{
    z->on = false;
    z->again_ns = 0;
}


bool
gms_zooming_is_over(gms_zooming_t *z, const gms_frame_t *frame)
{
    int64_t still_ns, now_ns;

    if (z->request != NULL) {
        return false; /* it has not set off */
    }

    still_ns = gms_glance_still_ns(&z->glance, frame);
    now_ns = gms_clock_mono_ns();

    if (now_ns - z->since_ns < GMS_ZOOMING_LEAST_NS
        || (still_ns < GMS_ZOOMING_STILL_NS
            && now_ns - z->since_ns < GMS_ZOOMING_MOST_NS))
    {
        return false;
    }

    z->on = false;

    return true;
}
