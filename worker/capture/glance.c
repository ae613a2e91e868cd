/* gms_glance: see glance.h. */

#include "glance.h"

#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

#define SIDE 8

/* Two pictures of the same view: in so many of a thousand blocks of 8x8 pixels
 * something may differ by more levels than this.  The edge of an aiming mark
 * alone crosses more blocks when the view turns by a pixel or zooms by 1 %. */
#define STILL_LEVELS 10
#define STILL_PERMILLE 4

/* Of all blocks, so many in a thousand may be brighter in the dark. */
#define BLACK_LEVEL 14
#define BLACK_PERMILLE 20


int
gms_glance_init(gms_glance_t *g)
{
    memset(g, 0, sizeof(*g));
    g->jpeg = gms_jpeg_create();

    return g->jpeg != NULL ? GMS_OK : GMS_ENOMEM;
}


void
gms_glance_free(gms_glance_t *g)
{
    gms_jpeg_destroy(g->jpeg);
    gms_image_free(&g->now);
    gms_image_free(&g->anchor);
    g->jpeg = NULL;
}


void
gms_glance_begin(gms_glance_t *g)
{
    g->pictures = 0;
}


static bool
glance_same(const gms_image_t *a, const gms_image_t *b)
{
    long differ = 0;

    if (a->width != b->width || a->height != b->height) {
        return false;
    }

    for (int y = 0; y < a->height; y++) {
        const uint8_t *p = a->px + (ptrdiff_t) y * a->stride;
        const uint8_t *q = b->px + (ptrdiff_t) y * b->stride;

        for (int x = 0; x < a->width; x++) {
            differ += abs(p[x] - q[x]) > STILL_LEVELS;
        }
    }

    return differ * 1000 <= (long) a->width * a->height * STILL_PERMILLE;
}


/* Means of 8x8 blocks, as a JPEG of the plane would give them. */
static bool
glance_shrink(gms_image_t *small, const gms_image_t *gray)
{
    unsigned sum;

    if (gms_image_resize(small, gray->width / SIDE, gray->height / SIDE)
        != GMS_OK) {
        return false;
    }

    for (int y = 0; y < small->height; y++) {
        for (int x = 0; x < small->width; x++) {
            const uint8_t *p =
                gray->px + (ptrdiff_t) y * SIDE * gray->stride + x * SIDE;

            sum = 0;

            for (int i = 0; i < SIDE * SIDE; i++) {
                sum += p[(ptrdiff_t) (i / SIDE) * gray->stride + i % SIDE];
            }

            small->px[(ptrdiff_t) y * small->stride + x] =
                (uint8_t) (sum / (SIDE * SIDE));
        }
    }

    return true;
}


static bool
glance_read(gms_glance_t *g, const gms_frame_t *frame)
{
    if (frame->gray.px != NULL) {
        return glance_shrink(&g->now, &frame->gray);
    }

    return gms_jpeg_decode_small(
               g->jpeg, frame->jpeg, frame->jpeg_size, &g->now)
        == GMS_OK;
}


int64_t
gms_glance_still_ns(gms_glance_t *g, const gms_frame_t *frame)
{
    gms_image_t kept;

    if (!glance_read(g, frame)) {
        return -1;
    }

    if (g->pictures > 0 && glance_same(&g->anchor, &g->now)) {
        g->pictures++;
        return frame->mono_ns - g->anchor_ns;
    }

    kept = g->anchor;
    g->anchor = g->now;
    g->now = kept;
    g->anchor_ns = frame->mono_ns;
    g->pictures = 1;

    return 0;
}


bool
gms_glance_black(gms_glance_t *g, const gms_frame_t *frame)
{
    long bright = 0;

    if (!glance_read(g, frame)) {
        return false;
    }

    for (int y = 0; y < g->now.height; y++) {
        const uint8_t *p = g->now.px + (ptrdiff_t) y * g->now.stride;

        for (int x = 0; x < g->now.width; x++) {
            bright += p[x] > BLACK_LEVEL;
        }
    }

    return bright * 1000
        <= (long) g->now.width * g->now.height * BLACK_PERMILLE;
}
