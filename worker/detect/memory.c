/*
 * What a detector leaves to its successor: background and noise, known
 * holes, the next id.  One file; a checksum and the comparison of size and
 * calibration keep everything else out.
 */

#include "builtin.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "memory_file.h"

#define MAGIC "GMSEYE1"
#define SIDE_MIN 64
#define LEVEL_MAX (255 * GMS_DEEP)

/* Noise is kept in a byte, sixteenths of a level. */
#define NOISE_SHIFT (GMS_DEEP_BITS - 4)

/* Same machine, same program: a plain struct, no padding. */
typedef struct {
    char     magic[8];
    uint32_t crc;  /* of all that follows this field */
    uint32_t size; /* of the whole file */
    int32_t  picture_w;
    int32_t  picture_h;
    int32_t  box[4]; /* x, y, w, h */
    double   mm_to_px[9];
    double   caliber_mm;
    double   zone_mm;
    double   edge_px;
    double   freshness;
    double   interval_s;
    uint32_t next_id;
    int32_t  discs;
    int32_t  radii;
    int32_t  reserved;
} header_t;

_Static_assert(sizeof(header_t) == 16 + 6 * 4 + 14 * 8 + 16,
    "the header of a detector's memory has padding");


static uint32_t
file_crc(const uint8_t *file, size_t size)
{
    size_t after = offsetof(header_t, crc) + sizeof(uint32_t);

    return gms_memory_file_crc(file + after, size - after);
}


static size_t
file_size(size_t pixels, int discs, int radii)
{
    return sizeof(header_t) + (size_t) discs * sizeof(gms_disc_t)
        + (size_t) radii * sizeof(float) + pixels * (sizeof(int16_t) + 1);
}


static void
fill_header(
    header_t *h, const gms_builtin_t *run, const gms_detector_config_t *config)
{
    memset(h, 0, sizeof(*h));
    memcpy(h->magic, MAGIC, sizeof(MAGIC));
    h->picture_w = run->zone.picture_w;
    h->picture_h = run->zone.picture_h;
    h->box[0] = run->zone.x;
    h->box[1] = run->zone.y;
    h->box[2] = run->zone.w;
    h->box[3] = run->zone.h;
    memcpy(h->mm_to_px, config->calibration.mm_to_px, sizeof(h->mm_to_px));
    h->caliber_mm = config->caliber_mm;
    h->zone_mm = config->zone_mm;
    h->edge_px = run->change.edge_px;
    h->freshness = run->change.freshness;
    h->interval_s = run->interval_s;
    h->next_id = run->next_id;
    h->discs = run->holes.discs;
    h->radii = run->holes.radii < 64 ? run->holes.radii : 64;
}


int
gms_memory_save(const gms_builtin_t *run, const gms_detector_config_t *config,
    const char *path)
{
    size_t   pixels, size;
    uint8_t *file, *at;
    header_t head;
    int      rc;

    if (!run->ready || !run->known || run->moved || run->bridge > 0) {
        return GMS_EAGAIN; /* nothing is known yet of what is seen there */
    }
    fill_header(&head, run, config);
    pixels = (size_t) run->zone.w * (size_t) run->zone.h;
    size = file_size(pixels, head.discs, head.radii);
    head.size = (uint32_t) size;
    file = malloc(size);
    if (file == NULL) {
        return GMS_ENOMEM;
    }

    at = file + sizeof(head);
    memcpy(at, run->holes.disc, (size_t) head.discs * sizeof(gms_disc_t));
    at += (size_t) head.discs * sizeof(gms_disc_t);
    memcpy(at, run->holes.radius, (size_t) head.radii * sizeof(float));
    at += (size_t) head.radii * sizeof(float);
    memcpy(at, run->change.background, pixels * sizeof(int16_t));
    at += pixels * sizeof(int16_t);
    for (size_t i = 0; i < pixels; i++) {
        int v = run->change.noise[i] >> NOISE_SHIFT;

        at[i] = (uint8_t) (v < 0 ? 0 : v > 255 ? 255 : v);
    }
    memcpy(file, &head, sizeof(head));
    head.crc = file_crc(file, size);
    memcpy(file, &head, sizeof(head));

    rc = gms_memory_file_write(path, file, size);
    free(file);
    return rc == GMS_OK ? (int) size : rc;
}


static bool
in_range(double v, double least, double most)
{
    return v >= least && v <= most; /* false for NaN */
}


/* Does the file belong to this lane, and can all of it be true? */
static bool
is_sound(const header_t *h, const uint8_t *file, size_t size,
    const gms_detector_config_t *config)
{
    if (memcmp(h->magic, MAGIC, sizeof(MAGIC)) != 0 || h->size != size
        || h->crc != file_crc(file, size) || h->picture_w < SIDE_MIN
        || h->picture_w > GMS_IMAGE_SIDE_MAX || h->picture_h < SIDE_MIN
        || h->picture_h > GMS_IMAGE_SIDE_MAX || h->box[2] < 1
        || h->box[2] > h->picture_w || h->box[3] < 1 || h->box[3] > h->picture_h
        || h->discs < 0 || h->discs > GMS_HOLES_MAX || h->radii < 0
        || h->radii > 64 || h->next_id == 0)
    {
        return false;
    }
    return file_size(
               (size_t) h->box[2] * (size_t) h->box[3], h->discs, h->radii)
        == size
        && memcmp(
               h->mm_to_px, config->calibration.mm_to_px, sizeof(h->mm_to_px))
        == 0
        && memcmp(&h->caliber_mm, &config->caliber_mm, sizeof(double)) == 0
        && memcmp(&h->zone_mm, &config->zone_mm, sizeof(double)) == 0
        && in_range(h->edge_px, 0, 1) && in_range(h->freshness, 0, 2)
        && in_range(h->interval_s, 0, 10);
}


static bool
are_sound(const header_t *h, const gms_disc_t *disc, const float *radius,
    const int16_t *background)
{
    size_t pixels = (size_t) h->box[2] * (size_t) h->box[3];

    for (int i = 0; i < h->discs; i++) {
        if (!in_range((double) disc[i].x, -1e4, 1e4)
            || !in_range((double) disc[i].y, -1e4, 1e4)
            || !in_range((double) disc[i].r, 0, GMS_CALIBER_PX_MAX))
        {
            return false;
        }
    }
    for (int i = 0; i < h->radii; i++) {
        if (!in_range((double) radius[i], 0, GMS_CALIBER_PX_MAX)) {
            return false;
        }
    }
    for (size_t i = 0; i < pixels; i++) {
        if (background[i] < 0 || background[i] > LEVEL_MAX) {
            return false;
        }
    }
    return true;
}


static void
take_over(gms_builtin_t *run, const header_t *h, const uint8_t *at)
{
    size_t pixels = (size_t) h->box[2] * (size_t) h->box[3];

    gms_tracks_clear(&run->tracks);
    gms_holes_clear(&run->holes);
    run->holes.discs = h->discs;
    memcpy(run->holes.disc, at, (size_t) h->discs * sizeof(gms_disc_t));
    at += (size_t) h->discs * sizeof(gms_disc_t);
    run->holes.radii = h->radii;
    memcpy(run->holes.radius, at, (size_t) h->radii * sizeof(float));
    at += (size_t) h->radii * sizeof(float);
    memcpy(run->change.background, at, pixels * sizeof(int16_t));
    at += pixels * sizeof(int16_t);
    for (size_t i = 0; i < pixels; i++) {
        run->change.noise[i] = (int16_t) (at[i] << NOISE_SHIFT);
    }
    run->change.edge_px = h->edge_px;
    run->change.freshness = h->freshness;
    run->change.has_last = false;
    run->change.measured = 1; /* the camera may be another one */
    run->interval_s = h->interval_s;
    run->next_id = h->next_id;
    run->has_last = false;
    run->upset = run->bridge = run->back = run->whole = 0;
    run->has_hidden = run->moved = run->has_sighted = run->absolve = false;
    run->hold_ns = run->search_ns = 0;
    run->told_n = 0;
    run->known = true;
    run->learned = 1;
    gms_register_reset(&run->reg);
    gms_field_reset(&run->field);
    memcpy(run->steady, run->reg.map, sizeof(run->steady));
    gms_builtin_settle(run);
    gms_states_say(run, GMS_DETECTOR_LIVE, "");
}


/* Planes for the size the file names, unless they exist already. */
static int
make_room(
    gms_builtin_t *run, const header_t *h, const gms_detector_config_t *config)
{
    char err[160];
    int  rc = GMS_OK;

    if (!run->ready) {
        rc = gms_builtin_prepare(
            run, config, h->picture_w, h->picture_h, err, sizeof(err));
    }
    if (rc != GMS_OK) {
        return rc == GMS_ENOMEM ? rc : GMS_ECORRUPT;
    }
    return run->zone.picture_w == h->picture_w
            && run->zone.picture_h == h->picture_h && run->zone.x == h->box[0]
            && run->zone.y == h->box[1] && run->zone.w == h->box[2]
            && run->zone.h == h->box[3]
        ? GMS_OK
        : GMS_ECORRUPT;
}


int
gms_memory_load(
    gms_builtin_t *run, const gms_detector_config_t *config, const char *path)
{
    uint8_t       *file;
    const uint8_t *at;
    size_t         size;
    header_t       h;
    int            rc = gms_memory_file_read(path, sizeof(h),
                   file_size((size_t) GMS_IMAGE_SIDE_MAX * GMS_IMAGE_SIDE_MAX,
                       GMS_HOLES_MAX, 64),
                   &file, &size);

    if (rc != GMS_OK) {
        return rc;
    }
    memcpy(&h, file, sizeof(h));
    at = file + sizeof(h);
    rc = GMS_ECORRUPT;
    if (is_sound(&h, file, size, config)) {
        /* Sizes of the parts are multiples of four: all are aligned. */
        const gms_disc_t *disc = (const gms_disc_t *) (const void *) at;
        const float *radius = (const float *) (const void *) (disc + h.discs);

        if (are_sound(&h, disc, radius,
                (const int16_t *) (const void *) (radius + h.radii)))
        {
            rc = make_room(run, &h, config);
        }
    }
    if (rc == GMS_OK) {
        take_over(run, &h, at);
    }
    free(file);
    return rc == GMS_OK ? (int) size : rc;
}
