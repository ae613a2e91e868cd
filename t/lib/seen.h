/*
 * A card of the library as the simulated camera sees it, with the camera
 * moved, zoomed, turned or mirrored: picture and true map.
 */

#ifndef T_LIB_SEEN_H
#define T_LIB_SEEN_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/base/image.h"
#include "worker/library/library.h"
#include "worker/capture/scenery.h"
#include "worker/target/calibration.h"
#include "worker/target/homography.h"

typedef struct {
    const gms_face_t *face;
    int               width; /* of the upright picture */
    int               height;
    int               seed;
    int               turn; /* which sheet */
    double            fill;
    double            tilt;
    double            blur;
    double            noise;
    double            sharpen;
    int               old;     /* holes in the paper */
    int               quality; /* of a JPEG in between; 0: none */
    double            zoom;    /* 0: 1 */
    double            shift_x; /* px */
    double            shift_y;
    double            turn_deg; /* of the camera, clockwise picture */
    double            sheet_x;  /* mm, of the sheet */
    double            sheet_y;
    double            sheet_deg;
    gms_view_t        view; /* what makes the picture upright */
} seen_t;


/* Where the camera's picture has what the upright one has at (x, y). */
static inline void
seen_turn(double t[9], int *width, int *height, const gms_view_t *view)
{
    double m[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };

    memcpy(t, m, sizeof(m));
    for (int i = 0; i < view->rotate / 90; i++) {
        double quarter[9] = { 0, 1, 0, -1, 0, *width - 1.0, 0, 0, 1 };
        int was = *width;

        gms_homography_multiply(t, quarter, t);
        *width = *height;
        *height = was;
    }
    if (view->mirror) {
        double mirror[9] = { -1, 0, *width - 1.0, 0, 1, 0, 0, 0, 1 };

        gms_homography_multiply(t, mirror, t);
    }
}


static inline void
seen_pose(gms_scenery_t *s, const seen_t *seen)
{
    double zoom = seen->zoom > 0 ? seen->zoom : 1;
    double a = seen->turn_deg * M_PI / 180, b = seen->sheet_deg * M_PI / 180;
    double cx = (s->width - 1) / 2.0, cy = (s->height - 1) / 2.0;
    double c = zoom * cos(a), n = zoom * sin(a);
    double camera[9] = { c, -n, cx - c * cx + n * cy + seen->shift_x, n, c,
        cy - n * cx - c * cy + seen->shift_y, 0, 0, 1 };
    double sheet[9] = { cos(b), -sin(b), seen->sheet_x, sin(b), cos(b),
        seen->sheet_y, 0, 0, 1 };

    gms_homography_multiply(s->pose, s->pose, sheet);
    gms_homography_multiply(s->pose, camera, s->pose);
    gms_scenery_turn(s, (uint64_t) seen->turn);
}


/* What a camera that saves bytes leaves of it. */
static inline void
seen_compress(gms_image_t *image, int quality)
{
    gms_jpeg_t *jpeg = gms_jpeg_create();
    const void *bytes;
    size_t size;

    if (jpeg == NULL
        || gms_jpeg_encode_gray(jpeg, image, quality, &bytes, &size) != GMS_OK
        || gms_jpeg_decode_gray(jpeg, bytes, size, image) != GMS_OK)
    {
        abort();
    }
    gms_jpeg_destroy(jpeg);
}


/* The picture is the caller's to free. */
static inline void
seen_render(gms_image_t *image, double mm_to_px[9], const seen_t *seen)
{
    gms_scenery_t s = { .face = *seen->face, .caliber_mm = 4.5,
        .width = seen->width, .height = seen->height };
    const gms_image_t *frame;
    double t[9];
    char err[256];
    int w = seen->width, h = seen->height;

    for (const gms_option_t *o = gms_scenery_table; o->key != NULL; o++) {
        memcpy((char *) &s.options + o->offset, &o->value, sizeof(double));
    }
    s.options.seed = seen->seed;
    s.options.fill = seen->fill;
    s.options.tilt = seen->tilt;
    s.options.blur = seen->blur;
    s.options.noise = seen->noise;
    s.options.sharpen = seen->sharpen;
    s.options.old = seen->old;
    s.options.shots = 0;
    s.caliber_mm = gms_face_gauge_mm(seen->face, 4.5);
    if (gms_scenery_open(&s, err, sizeof(err)) != GMS_OK) {
        abort();
    }
    seen_pose(&s, seen);
    frame = gms_scenery_frame(&s, 0);

    seen_turn(t, &w, &h, &seen->view);
    memset(image, 0, sizeof(*image));
    if (gms_image_resize(image, w, h) != GMS_OK) {
        abort();
    }
    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++) {
            int u = (int) lround(t[0] * x + t[1] * y + t[2]);
            int v = (int) lround(t[3] * x + t[4] * y + t[5]);

            image->px[v * image->stride + u] =
                frame->px[y * frame->stride + x];
        }
    }
    gms_homography_multiply(mm_to_px, t, s.mm_to_px);
    gms_scenery_close(&s);
    if (seen->quality > 0) {
        seen_compress(image, seen->quality);
    }
}

#endif /* T_LIB_SEEN_H */
