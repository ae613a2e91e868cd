#include "patches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"

#define GMS_PATCHES_WIDTH (3 * GMS_PANEL_PX + 2 * GMS_PANEL_GAP_PX)

/* Fine enough for a stranger to judge the edge of a hole; some 10 kB. */
#define GMS_PATCHES_QUALITY 85

/* A line is so wide, in pixels of the panel. */
#define GMS_PATCHES_LINE_PX 1.5

static const uint8_t patches_disc_rgb[3] = { 255, 200, 0 };
static const uint8_t patches_gauge_rgb[3] = { 0, 190, 255 };
static const uint8_t patches_gap = 255;


gms_patches_t *
gms_patches_copy(const uint8_t *before, const uint8_t *after, int w, int h,
    double x, double y, double r)
{
    gms_patches_t *p;
    size_t         size;

    if (w < 1 || h < 1 || w > GMS_PATCH_SIDE_MAX || h > GMS_PATCH_SIDE_MAX) {
        return NULL;
    }

    size = (size_t) w * (size_t) h;
    p = malloc(sizeof(*p) + 2 * size);
    if (p == NULL) {
        return NULL;
    }

    p->w = w;
    p->h = h;
    p->x = x;
    p->y = y;
    p->r = r;
    memcpy(p->px, before, size);
    memcpy(p->px + size, after, size);

    return p;
}


/* Bilinear; beyond the patch its edge goes on. */
static uint8_t
patches_at(const uint8_t *px, int w, int h, double x, double y)
{
    double fx, fy, top, bottom;
    int    x0, y0, x1, y1;

    x = fmin(fmax(x, 0), w - 1);
    y = fmin(fmax(y, 0), h - 1);
    x0 = (int) x;
    y0 = (int) y;
    x1 = x0 + 1 < w ? x0 + 1 : x0;
    y1 = y0 + 1 < h ? y0 + 1 : y0;
    fx = x - x0;
    fy = y - y0;

    top = px[y0 * w + x0] * (1 - fx) + px[y0 * w + x1] * fx;
    bottom = px[y1 * w + x0] * (1 - fx) + px[y1 * w + x1] * fx;

    return (uint8_t) lrint(top * (1 - fy) + bottom * fy);
}


static void
patches_panel(const gms_patches_t *p, const uint8_t *px, double scale, int at,
    uint8_t *rgb)
{
    uint8_t *out;
    double   px_x, px_y;
    int      x, y;

    for (y = 0; y < GMS_PANEL_PX; y++) {
        out = rgb + ((size_t) y * GMS_PATCHES_WIDTH + (size_t) at) * 3;
        px_y = (y + 0.5) / scale - 0.5;

        for (x = 0; x < GMS_PANEL_PX; x++, out += 3) {
            px_x = (x + 0.5) / scale - 0.5;
            memset(out, patches_at(px, p->w, p->h, px_x, px_y), 3);
        }
    }
}


/* A ring around the fitted centre in the third panel. */
static void
patches_ring(const gms_patches_t *p, double r, double scale,
    const uint8_t colour[3], uint8_t *rgb)
{
    uint8_t *out;
    double   d, share;
    int      at, x, y, k;

    if (!(r > 0) || !isfinite(p->x) || !isfinite(p->y)) {
        return;
    }

    at = 2 * (GMS_PANEL_PX + GMS_PANEL_GAP_PX);

    for (y = 0; y < GMS_PANEL_PX; y++) {
        out = rgb + ((size_t) y * GMS_PATCHES_WIDTH + (size_t) at) * 3;

        for (x = 0; x < GMS_PANEL_PX; x++, out += 3) {
            d = hypot((x + 0.5) / scale - 0.5 - p->x,
                    (y + 0.5) / scale - 0.5 - p->y)
                - r;
            share = fmin(fmax(GMS_PATCHES_LINE_PX - fabs(d * scale), 0), 1);

            for (k = 0; k < 3; k++) {
                out[k] =
                    (uint8_t) lrint(out[k] * (1 - share) + colour[k] * share);
            }
        }
    }
}


int
gms_patches_jpeg(const gms_patches_t *p, double gauge_r, gms_jpeg_t *jpeg,
    void **bytes, size_t *size)
{
    const void *out;
    uint8_t    *rgb;
    double      scale;
    int         rc, step;

    rgb = malloc((size_t) GMS_PATCHES_WIDTH * GMS_PANEL_PX * 3);
    if (rgb == NULL) {
        return GMS_ENOMEM;
    }

    memset(rgb, patches_gap, (size_t) GMS_PATCHES_WIDTH * GMS_PANEL_PX * 3);
    scale = (double) GMS_PANEL_PX / (p->w > p->h ? p->w : p->h);
    step = GMS_PANEL_PX + GMS_PANEL_GAP_PX;

    patches_panel(p, p->px, scale, 0, rgb);
    patches_panel(p, p->px + p->w * p->h, scale, step, rgb);
    patches_panel(p, p->px + p->w * p->h, scale, 2 * step, rgb);
    patches_ring(p, gauge_r, scale, patches_gauge_rgb, rgb);
    patches_ring(p, p->r, scale, patches_disc_rgb, rgb);

    rc = gms_jpeg_encode_rgb(jpeg, rgb, GMS_PATCHES_WIDTH, GMS_PANEL_PX,
        GMS_PATCHES_QUALITY, &out, size);
    free(rgb);

    if (rc != GMS_OK) {
        return rc;
    }

    *bytes = malloc(*size);
    if (*bytes == NULL) {
        return GMS_ENOMEM;
    }

    memcpy(*bytes, out, *size);

    return GMS_OK;
}
