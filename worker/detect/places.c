/* gms_places: see places.h. */

#include "places.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/relocate.h"
#include "memory_file.h"
#include "sight.h"

/* The same step: scales differ by less than a nudge of the ring would, and the
 * card's centre lies this near, px. */
#define SAME_SCALE 0.03
#define SAME_PX 30.0

#define MAGIC "GMSPLC1"

/* Same machine, same program: plain structs, no padding.  Each place is
 * followed by its picture, filled up to four bytes. */
typedef struct {
    char     magic[8];
    uint32_t crc; /* of all that follows this field */
    uint32_t size;
    double   black_mm; /* of the face */
    double   radius_mm;
    int32_t  rings;
    int32_t  places;
} header_t;

typedef struct {
    double  mm_to_px[9];
    double  residual_mm;
    double  lens[4];
    int32_t origin;
    int32_t confirmed;
    int32_t box[4]; /* x, y, w, h */
} record_t;


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
    p->unsaved = true;
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


static header_t
header_of(const gms_places_t *p, const gms_face_t *face)
{
    header_t h;

    memset(&h, 0, sizeof(h));
    memcpy(h.magic, MAGIC, sizeof(MAGIC));
    h.black_mm = face->black_mm;
    h.radius_mm = gms_face_radius_mm(face);
    h.rings = face->rings;
    for (int i = 0; i < p->n; i++) {
        h.places += p->place[i].calibration.origin != GMS_CALIBRATION_NONE;
    }
    return h;
}


/* Of a picture in the file. */
static size_t
pixels_of(int w, int h)
{
    return ((size_t) w * (size_t) h + 3) / 4 * 4;
}


static uint32_t
crc_of(const uint8_t *file, size_t size)
{
    size_t after = offsetof(header_t, crc) + sizeof(uint32_t);

    return gms_memory_file_crc(file + after, size - after);
}


static uint8_t *
write_place(uint8_t *at, const gms_place_kept_t *place)
{
    const gms_calibration_t *c = &place->calibration;
    const gms_image_t       *image = &place->image;
    record_t                 r = { .residual_mm = c->residual_mm,
                        .lens = { c->lens.x, c->lens.y, c->lens.bend, c->lens.at2 },
                        .origin = (int32_t) c->origin,
                        .confirmed = c->confirmed,
                        .box = { place->x0, place->y0, image->width, image->height } };

    memcpy(r.mm_to_px, c->mm_to_px, sizeof(r.mm_to_px));
    memcpy(at, &r, sizeof(r));
    at += sizeof(r);
    for (int y = 0; y < image->height; y++) {
        memcpy(at + (size_t) y * (size_t) image->width,
            image->px + (ptrdiff_t) y * image->stride, (size_t) image->width);
    }
    return at + pixels_of(image->width, image->height);
}


int
gms_places_save(gms_places_t *p, const gms_face_t *face, const char *path)
{
    header_t h = header_of(p, face);
    size_t   size = sizeof(h);
    uint8_t *file, *at;
    int      rc;

    if (!p->unsaved) {
        return GMS_OK;
    }
    for (int i = 0; i < p->n; i++) {
        size += sizeof(record_t)
            + pixels_of(p->place[i].image.width, p->place[i].image.height);
    }
    file = calloc(size, 1);
    if (file == NULL) {
        return GMS_ENOMEM;
    }
    at = file + sizeof(h);
    for (int i = 0; i < p->n; i++) {
        if (p->place[i].calibration.origin != GMS_CALIBRATION_NONE) {
            at = write_place(at, &p->place[i]);
        }
    }
    h.size = (uint32_t) (at - file);
    memcpy(file, &h, sizeof(h));
    h.crc = crc_of(file, h.size);
    memcpy(file, &h, sizeof(h));
    rc = gms_memory_file_write(path, file, h.size);
    free(file);
    p->unsaved = rc != GMS_OK;
    return rc;
}


/* One place of the file; 0: it cannot be true, or there is no memory. */
static size_t
read_place(gms_place_kept_t *place, const uint8_t *at, size_t left)
{
    gms_calibration_t *c = &place->calibration;
    record_t           r;

    if (left < sizeof(r)) {
        return 0;
    }
    memcpy(&r, at, sizeof(r));
    if (r.box[2] < 1 || r.box[2] > GMS_IMAGE_SIDE_MAX || r.box[3] < 1
        || r.box[3] > GMS_IMAGE_SIDE_MAX || r.box[0] < 0
        || r.box[0] > GMS_IMAGE_SIDE_MAX || r.box[1] < 0
        || r.box[1] > GMS_IMAGE_SIDE_MAX
        || left - sizeof(r) < pixels_of(r.box[2], r.box[3])
        || r.origin <= GMS_CALIBRATION_NONE || r.origin > GMS_CALIBRATION_HAND
        || gms_calibration_set(c, r.mm_to_px,
               (gms_calibration_origin_e) r.origin, r.residual_mm)
            != GMS_OK
        || gms_image_resize(&place->image, r.box[2], r.box[3]) != GMS_OK)
    {
        return 0;
    }
    c->lens = (gms_lens_t){ r.lens[0], r.lens[1], r.lens[2], r.lens[3] };
    c->confirmed = r.confirmed == 1;
    place->x0 = r.box[0];
    place->y0 = r.box[1];
    for (int y = 0; y < r.box[3]; y++) {
        memcpy(place->image.px + (ptrdiff_t) y * place->image.stride,
            at + sizeof(r) + (size_t) y * (size_t) r.box[2], (size_t) r.box[2]);
    }
    return gms_lens_is_sane(&c->lens)
        ? sizeof(r) + pixels_of(r.box[2], r.box[3])
        : 0;
}


/* Of a file that is whole and of this face. */
static int
read_places(gms_places_t *p, const uint8_t *file, size_t size, int places)
{
    size_t at = sizeof(header_t), step = 1;

    gms_places_close(p);
    while (p->n < places && step > 0) {
        gms_place_kept_t *place = &p->place[p->n++];

        step = read_place(place, file + at, size - at);
        place->used = ++p->uses;
        at += step;
    }
    if (step == 0) {
        gms_places_close(p);
        return GMS_ECORRUPT;
    }
    return GMS_OK;
}


int
gms_places_load(gms_places_t *p, const gms_face_t *face, const char *path)
{
    header_t h, own = header_of(p, face);
    size_t   size;
    uint8_t *file;
    int      rc = gms_memory_file_read(path, sizeof(h),
             sizeof(h)
                 + GMS_PLACES_MAX
                     * (sizeof(record_t)
                    + pixels_of(GMS_IMAGE_SIDE_MAX, GMS_IMAGE_SIDE_MAX)),
             &file, &size);

    if (rc != GMS_OK) {
        return rc;
    }
    memcpy(&h, file, sizeof(h));
    rc = memcmp(h.magic, own.magic, sizeof(h.magic)) != 0 || h.size != size
            || h.crc != crc_of(file, size) || h.places < 0
            || h.places > GMS_PLACES_MAX || h.rings != own.rings
            || memcmp(&h.black_mm, &own.black_mm, sizeof(double)) != 0
            || memcmp(&h.radius_mm, &own.radius_mm, sizeof(double)) != 0
        ? GMS_ECORRUPT
        : read_places(p, file, size, h.places);
    free(file);
    return rc;
}
