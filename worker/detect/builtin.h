/*
 * The builtin detector's state, shared by builtin.c, states.c, candidates.c
 * and memory.c alone.
 *
 * A picture's way: register (where is the card), warp (as seen from the
 * reference pose), gain (its light), change (what differs from the
 * background), blobs, tracks (for how long), verify (is it a hole, where),
 * holes (what is known).
 */

#ifndef GMS_BUILTIN_H
#define GMS_BUILTIN_H

#include "blobs.h"
#include "change.h"
#include "gain.h"
#include "holes.h"
#include "register.h"
#include "tracks.h"
#include "twins.h"
#include "verify.h"
#include "witness.h"
#include "zone.h"

#define GMS_BUILTIN_QUEUE 64
#define GMS_BUILTIN_TOLD 128
#define GMS_BUILTIN_SHOTS 16

typedef struct {
    bool                 ready; /* planes exist: size is known */
    gms_detector_state_e state;
    gms_zone_t           zone;
    gms_register_t       reg;
    gms_gain_t           gain;
    gms_change_t         change;
    gms_blobs_t          blobs;
    gms_tracks_t         tracks;
    gms_holes_t          holes;
    gms_verify_t        *verify;
    gms_twins_t          twins;
    gms_witness_t        witness;
    char                 detail[256]; /* why the state is what it is */
    gms_image_t          last;        /* every second row of the last box */
    bool                 has_last;
    double               paper_level;
    uint32_t             next_id;
    uint64_t             pictures;   /* distinct ones */
    int64_t              last_ns;    /* of the last distinct picture */
    double               interval_s; /* between distinct pictures, smoothed */
    int                  learned;    /* pictures of this learning */
    int64_t              learn_ns;   /* its first picture */
    int                  upset;      /* pictures since the scene is disturbed */
    int64_t              upset_ns;
    bool                 upset_lost; /* the card was not found in the last */
    int64_t              hold_ns;    /* until when nothing is confirmed */
    int                  told_n;
    gms_disc_t           told[GMS_BUILTIN_TOLD]; /* by the journal, in
                                      the picture; not yet taken in */
    int             shots; /* whose first pictures are remembered, a ring */
    uint64_t        shot_frame[GMS_BUILTIN_SHOTS];
    int             queued;
    gms_detection_t queue[GMS_BUILTIN_QUEUE];
} gms_builtin_t;

/* Planes for pictures of this size.  GMS_EINVALID with a sentence,
 * GMS_ENOMEM. */
int gms_builtin_prepare(gms_builtin_t *run, const gms_detector_config_t *config,
    int width, int height, char *err, size_t err_size);

/* What follows from a background that is complete: reference of the
 * registration, thresholds, level of the paper. */
void gms_builtin_settle(gms_builtin_t *run);

/* states.c: one distinct picture. */
void gms_states_analyse(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns);

/* candidates.c: looks at the tracks of this picture and at the young holes,
 * and queues what is to be told. */
void gms_candidates_attend(gms_builtin_t *run,
    const gms_detector_config_t *config, uint64_t frame, int64_t ns);

/* memory.c */
int gms_memory_save(const gms_builtin_t *run,
    const gms_detector_config_t *config, const char *path);
int gms_memory_load(
    gms_builtin_t *run, const gms_detector_config_t *config, const char *path);

#endif /* GMS_BUILTIN_H */
