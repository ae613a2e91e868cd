/*
 * The builtin detector's state, shared by builtin.c, states.c, upset.c,
 * background.c, place.c, move.c, candidates.c and memory.c alone.
 *
 * A picture's way: register (where is the card), field (how it bends), warp
 * (as seen from the reference pose), gain (its light), change (what differs
 * from the background), occlusion (who stands there), blobs, tracks (for how
 * long), verify (is it a hole, where), holes (what is known).
 */

#ifndef GMS_BUILTIN_H
#define GMS_BUILTIN_H

#include "blobs.h"
#include "change.h"
#include "field.h"
#include "gain.h"
#include "holes.h"
#include "occlusion.h"
#include "places.h"
#include "register.h"
#include "sight.h"
#include "still.h"
#include "tracks.h"
#include "twins.h"
#include "verify.h"
#include "witness.h"
#include "zone.h"

#define GMS_BUILTIN_QUEUE 64
#define GMS_BUILTIN_TOLD 128
#define GMS_BUILTIN_SHOTS 16
#define GMS_BUILTIN_LIKES 8
#define GMS_BUILTIN_PASSED 4 /* a second, at most, are told of */

/* So many pictures after a first look teach quickly. */
#define GMS_BUILTIN_REFINE 12

/* Costly searches: at most so often. */
#define GMS_BUILTIN_SEARCH_NS (200 * GMS_MS)

/* Another mode of the camera focuses anew, and every printed line differs a
 * little: by so many times what else disturbs. */
#define GMS_BUILTIN_REFOCUS 3

/* Reasons of GMS_DETECTION_PAPER. */
#define GMS_PAPER_IS_NEW "new paper"
#define GMS_PAPER_IS_PASTED "pasted"

/* What holes of one bullet before one backer have in common. */
typedef struct {
    double score;
    double fill;
    double elongation;
    double r;
} gms_like_t;

typedef struct {
    bool                 ready; /* planes exist: size is known */
    gms_detector_state_e state;
    gms_zone_t           zone;
    gms_register_t       reg;
    gms_field_t          field;
    gms_gain_t           gain;
    gms_change_t         change;
    gms_blobs_t          blobs;
    gms_tracks_t         tracks;
    gms_holes_t          holes;
    gms_occlusion_t      occlusion;
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
    bool                 known;      /* the background is of this paper */
    int                  learned;    /* pictures of this learning */
    int64_t              begin_ns;   /* of learning; as often as it must */
    int64_t              learn_ns;   /* its first picture */
    int                  refine;     /* pictures that still teach quickly */
    int                  upset;      /* pictures since the scene is disturbed */
    int64_t              upset_ns;
    int64_t              hold_ns;   /* until when nothing is confirmed */
    int64_t              search_ns; /* when the next costly search may run */
    int64_t              sought_ns; /* the last that looked at all of it */
    double               steady[9]; /* pose before the scene was disturbed */
    double               left[9];   /* the steady one of then, */
    bool                 followed;  /* ... and was the card followed since */
    double               stand[9];  /* where the pose stands still, */
    int64_t              stand_ns;  /* since when, */
    int                  stood;     /* ... and for how many pictures */
    gms_still_t          home;      /* the registered picture stands still */
    gms_still_t          scene;     /* ... the box as it is, card not found */
    float               *cells;     /* scratch for both */
    int16_t             *spare;     /* plane: another background to try */
    int16_t             *hidden;    /* plane: background behind what stands
                                        before the card for long */
    uint8_t             *covered;   /* where that is so */
    bool                 has_hidden;
    int                  bridge; /* pictures of the new look so far */
    int64_t              bridge_ns;
    bool                 unlanded; /* it was broken off */
    bool                 drowned;  /* too much light to learn it from */
    int                  unsharp;  /* pictures since it is out of focus */
    int64_t              unsharp_ns;
    bool                 focused; /* lately, at the place where it is */
    int                  hung; /* pictures since it is seen that the card hangs
                                  elsewhere after somebody was before it */
    int64_t              hung_ns;
    bool                 nudged; /* the camera was, no more: nobody was near */
    int                  back;   /* pictures since the scene is calm */
    int64_t              back_ns;
    int                  whole; /* pictures that show known holes whole */
    int64_t              whole_ns;
    gms_places_t         places;  /* where the card was before */
    gms_calibration_t    sighted; /* where the card was found last */
    bool                 has_sighted;
    int64_t              marked_ns; /* since when a mark is seen, and no
                                        face found twice; 0: not */
    bool                 cold;      /* people are at the targets */
    bool                 absolve;   /* what is new in the next calm picture
                                        is no shot */
    bool                 moved;     /* planes are of another place */
    bool                 placed;    /* it is known where a fresh one hangs */
    const char          *fresh;     /* told once learnt: what the paper is */
    int64_t              fresh_ns;  /* when people said so */
    bool                 said;      /* people did: they are answered */
    bool                 met;       /* somebody was before the card since */
    bool                 changed;   /* another paper, not shot at yet */
    int                  told_n;
    gms_disc_t           told[GMS_BUILTIN_TOLD]; /* by the journal, in
                                      the picture; not yet taken in */
    int             ink_holes[2]; /* shots in the black: dark, bright ones */
    int             likes[2];     /* lone shots on ink, on paper, so far */
    gms_like_t      like[2][GMS_BUILTIN_LIKES]; /* the last of them, rings */
    int             shots; /* whose first pictures are remembered, a ring */
    uint64_t        shot_frame[GMS_BUILTIN_SHOTS];
    int             passed; /* candidates that ended and were told, a ring */
    int64_t         passed_ns[GMS_BUILTIN_PASSED];
    int             queued;
    gms_detection_t queue[GMS_BUILTIN_QUEUE];
} gms_builtin_t;

/* Planes for pictures of this size.  GMS_EINVALID with a sentence,
 * GMS_ENOMEM. */
int gms_builtin_prepare(gms_builtin_t *run, const gms_detector_config_t *config,
    int width, int height, char *err, size_t err_size);

void gms_builtin_release(gms_builtin_t *run);

/* The pose in pixels of the picture; identity when nothing is known. */
void gms_builtin_pose(const gms_builtin_t *run, double map[9]);

/* What follows from a background that is complete: reference of the
 * registration, thresholds, level of the paper. */
void gms_builtin_settle(gms_builtin_t *run);

/* states.c: one distinct picture.  The calibration of the config is replaced
 * when the card is found elsewhere. */
void gms_states_analyse(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns);

/* A state, and the sentence that explains it. */
void gms_states_say(
    gms_builtin_t *run, gms_detector_state_e state, const char *sentence);

/* What hangs there is learnt from the picture in change on, at the pose that
 * is known.  Known holes stay known. */
void gms_states_learn(gms_builtin_t *run, int64_t ns);

/* Queues what is no candidate. */
void gms_states_tell(gms_builtin_t *run, gms_detection_kind_e kind,
    const char *reason, uint64_t frame, int64_t ns);

/* background.c: what differs from the background, and whether somebody is
 * there; the same after the background changed. */
void gms_background_compare(gms_builtin_t *run);
void gms_background_renew(gms_builtin_t *run);

/* The spare plane becomes the background, and the other way round. */
void gms_background_swap(gms_builtin_t *run);

/* One gain everywhere, that of what nobody hides, and what differs in it: what
 * is large enough to pass for a change of light is seen whole. */
void gms_background_flatten(gms_builtin_t *run);

/* The background where it is covered: the picture, in its light. */
void gms_background_fill(gms_builtin_t *run);

/* Where the picture differs from the background or is hidden, it becomes it;
 * keep: what was there will be seen again. */
void gms_background_adopt(gms_builtin_t *run, bool keep);

/* upset.c: says that the picture is black, white or flat; false: it is not. */
bool gms_upset_blind(gms_builtin_t *run, const gms_image_t *image);

/* The camera focuses: says so, and nothing is looked for. */
bool gms_upset_unsharp(gms_builtin_t *run, int64_t ns);

/* The picture is registered, but not calm (more of it than limit differs from
 * the background), or was not, or people said something.  true: it may be
 * looked at for holes, perhaps against another background. */
bool gms_upset_settle(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, bool calm, double limit, int64_t ns);

/* The camera was out of focus: is the light another one, also after a while, as
 * its exposure follows?  true: what it looks like is learnt. */
bool gms_upset_relight(gms_builtin_t *run, double limit, int64_t ns);

/* A calm picture: is it still the same paper?  false: perhaps not, or another
 * one, which is being learnt. */
bool gms_upset_same_paper(
    gms_builtin_t *run, const gms_detector_config_t *config, int64_t ns);

/* Learns another look of the same paper, one picture more. */
void gms_upset_cross(gms_builtin_t *run, int64_t ns);

/* The card is not where it was.  true: it was found elsewhere, and all is
 * ready to look at this picture again. */
bool gms_upset_lost(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns);

/* The first picture that is registered at another place. */
void gms_upset_arrived(gms_builtin_t *run, int64_t ns);

/* place.c: how far two poses lie apart at the corners of the zone's box, two
 * calibrations at those around the face: px. */
double gms_place_poses_apart(
    const gms_builtin_t *run, const double a[9], const double b[9]);
double gms_place_apart(const gms_detector_config_t *config,
    const gms_calibration_t *a, const gms_calibration_t *b);

/* Where the card is after a move: true once two pictures say the same. */
bool gms_place_find(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, gms_calibration_t *found);

/* Goes on at another calibration, and says so. */
bool gms_place_arrive(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_calibration_t *there, uint64_t frame, int64_t ns);

/* A fresh sheet is learnt: true when it hangs elsewhere than the registration
 * has it, and is to be learnt from this picture on as it is. */
bool gms_place_sheet(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns);

/* A picture is registered: does its pose stand still? */
void gms_place_watch(gms_builtin_t *run, int64_t ns);
bool gms_place_stands(const gms_builtin_t *run, int64_t ns);

/* Somebody was before the card: does it hang elsewhere since? */
bool gms_place_hung(const gms_builtin_t *run);

/* Is the pose so far from the calibration's that it should replace it? */
bool gms_place_moved(const gms_builtin_t *run);

/* A pose that is there to stay becomes the calibration: true. */
bool gms_place_follow(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns);

/* move.c: the same paper as another calibration shows it: zone, background,
 * known holes.  map: pixels of the old reference -> of the new.  GMS_EINVALID
 * with a sentence: no zone fits there, all is as before; GMS_ENOMEM: the
 * detector must be prepared anew. */
int gms_move(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_calibration_t *calibration, const double map[9], char *err,
    size_t err_size);

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
