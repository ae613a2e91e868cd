/*
 * gms_matching: after a camera was away or turned, does the face lie where its
 * calibration says?  Until that is known what is seen is held back, and then
 * told in its order.  The analysis thread's.
 */

#ifndef GMS_MATCHING_H
#define GMS_MATCHING_H

#include "lane.h"

#define GMS_MATCHING_HELD_MAX 32

/* As near as this, mm, at the centre of the face and at the edge of its aiming
 * mark. */
#define GMS_MATCHING_MM 0.5

typedef struct {
    bool        on;       /* it is not known yet */
    bool        fresh;    /* nothing but the calibration is of before */
    bool        astray;   /* it is known that it does not */
    double      off_mm;   /* then: by how much; < 0: the face was not found */
    int64_t     since_ns; /* first look, 0: none yet */
    int64_t     tried_ns;
    unsigned    held;
    gms_note_t *note[GMS_MATCHING_HELD_MAX];
} gms_matching_t;

/* Begins to doubt.  fresh: the detector learnt its paper where it is now, so
 * that its own pose says nothing. */
void gms_matching_begin(gms_matching_t *m, bool fresh);

/* Looks, in a picture that the detector has registered; calibration: the one
 * that pose starts from.  true: nothing is to be held back any more. */
bool gms_matching_try(gms_matching_t *m, const gms_calibration_t *calibration,
    const double pose[9], const gms_detector_config_t *config,
    const gms_image_t *gray, int64_t ns);

/* Takes the note and what it owns; false: there is no room or memory. */
bool gms_matching_hold(gms_matching_t *m, const gms_note_t *note);

/* The oldest one that is held, in *note; false: none is. */
bool gms_matching_take(gms_matching_t *m, gms_note_t *note);

/* What is held is of nothing any more. */
void gms_matching_forget(gms_matching_t *m);

#endif /* GMS_MATCHING_H */
