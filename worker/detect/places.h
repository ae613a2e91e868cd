/*
 * gms_places: calibrations by zoom step and preset, each with what the card
 * looked like there.  A camera that comes back is set right by its own old
 * picture, so that millimetres are the same as they were.
 * Belongs to one detector.
 */

#ifndef GMS_PLACES_H
#define GMS_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/image.h"
#include "../target/calibration.h"

#define GMS_PLACES_MAX 6

typedef struct {
    gms_calibration_t calibration;
    gms_image_t       image; /* the box of the zone */
    int               x0;    /* its first pixel in the camera's picture */
    int               y0;
    uint64_t          used; /* when, in uses */
} gms_place_kept_t;

typedef struct {
    gms_place_kept_t place[GMS_PLACES_MAX];
    int              n;
    uint64_t         uses;
    bool             unsaved; /* the file knows less */
} gms_places_t;

void gms_places_close(gms_places_t *p);

/* Keeps a copy in place of the one of the same step, or of that which was not
 * used for longest.  Without memory the place is not kept. */
void gms_places_keep(gms_places_t *p, const gms_calibration_t *calibration,
    const gms_image_t *image, int x0, int y0);

/* Is the card at one of them?  Its aiming mark must be where it was, then the
 * picture itself must fit. */
bool gms_places_find(gms_places_t *p, const gms_face_t *face,
    const gms_image_t *picture, gms_calibration_t *found);

/* To a file and back: after a crash a camera that comes back is known still.
 * Nothing is written while the file knows them all; what is of another face,
 * or damaged, is not read.  GMS_OK or an error of ipc/error.h. */
int gms_places_save(gms_places_t *p, const gms_face_t *face, const char *path);
int gms_places_load(gms_places_t *p, const gms_face_t *face, const char *path);

#endif /* GMS_PLACES_H */
