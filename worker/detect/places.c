/* gms_places: see places.h. */

#include "places.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/relocate.h"
#include "sight.h"

/* The same step: scales differ by less than a nudge of the ring would, and the
 * card's centre lies this near, px. */
#define SAME_SCALE 0.03
#define SAME_PX 30.0


void
gms_places_close(gms_places_t *p)
{
    for (int i = 0; i < p->n; i++) {
        gms_image_free(&p->place[i].image);
    }
    memset(p, 0, sizeof(*p));
}


static bool
is_same(const gms_calibration_t *a, const gms_calibration_t *b)
{
    double x, y, u, v;

    gms_calibration_to_px(a, 0, 0, &x, &y);
    gms_calibration_to_px(b, 0, 0, &u, &v);
    return fabs(a->px_per_mm / b->px_per_mm - 1) < SAME_SCALE
        && hypot(x - u, y - v) < SAME_PX;
}


/* That of the same step, a free one, or the one not used for longest. */
static gms_place_kept_t *
room_for(gms_places_t *p, const gms_calibration_t *calibration)
{
    gms_place_kept_t *oldest = &p->place[0];

    for (int i = 0; i < p->n; i++) {
        if (is_same(&p->place[i].calibration, calibration)) {
            return &p->place[i];
        }
        if (p->place[i].used < oldest->used) {
            oldest = &p->place[i];
        }
    }
    return p->n < GMS_PLACES_MAX ? &p->place[p->n++] : oldest;
}


void
gms_places_keep(gms_places_t *p, const gms_calibration_t *calibration,
    const gms_image_t *image, int x0, int y0)
{
    gms_place_kept_t *place = room_for(p, calibration);

    if (gms_image_resize(&place->image, image->width, image->height) != GMS_OK)
    {
        place->calibration.origin = GMS_CALIBRATION_NONE;
        return;
    }
    for (int y = 0; y < image->height; y++) {
        memcpy(place->image.px + (ptrdiff_t) y * place->image.stride,
            image->px + (ptrdiff_t) y * image->stride, (size_t) image->width);
    }
    place->calibration = *calibration;
    place->x0 = x0;
    place->y0 = y0;
    place->used = ++p->uses;
}


bool
gms_places_find(gms_places_t *p, const gms_face_t *face,
    const gms_image_t *picture, gms_calibration_t *found)
{
    for (int i = 0; i < p->n; i++) {
        gms_place_kept_t         *place = &p->place[i];
        const gms_calibration_t  *c = &place->calibration;
        const gms_relocate_from_t from = { .image = &place->image,
            .x0 = place->x0,
            .y0 = place->y0,
            .calibration = c,
            .face = face };
        double                    factor;

        if (c->origin != GMS_CALIBRATION_NONE
            && gms_sight_mark(picture, face, c, NULL, &factor) == GMS_MARK_SEEN
            && gms_relocate_refine(found, &from, picture, c->mm_to_px)
                == GMS_OK)
        {
            place->used = ++p->uses;
            return true;
        }
    }
    return false;
}
