/*
 * gms_watch: eyes on young holes, and on what became background without
 * being one.
 *
 * Where the paper looks again as it did before, it was an insect, a shadow, a
 * sticker.  Solid evidence only: the place shows what it showed before, its
 * surroundings what they show now, in several pictures over time.  What is
 * found whole after a time in which nobody saw is not insects' work: somebody
 * pasted it, and no shot is taken back.
 */

#ifndef GMS_WATCH_H
#define GMS_WATCH_H

#include "tracks.h"

#define GMS_WATCHES_MAX 64

typedef struct {
    float    x; /* in the box */
    float    y;
    float    r;
    uint32_t id; /* 0: older than this detector's memory */
} gms_disc_t;

typedef struct {
    bool        active;
    bool        quiet; /* it never was a shot */
    gms_disc_t  disc;
    gms_piece_t piece;
    int64_t     shot_ns;
    int         back;    /* pictures that show the paper whole */
    int64_t     back_ns; /* since when */
    int64_t     seen_ns; /* picture that was last looked at */
    int16_t    *before;  /* deep levels, as the background */
    int16_t    *after;
    uint8_t    *chosen; /* pixels that tell the two apart */
} gms_watch_t;

/* What a picture shows of a watched place. */
typedef struct {
    double left;   /* share of the change that is still there */
    double healed; /* share of its pixels that are as they were before */
    double misfit; /* how far the place is from what was before, as a share
                      of the change, squared */
    double around; /* how strange its surroundings are, mean levels; 0 where
                      the place does not look whole again */
} gms_sight_t;

/* Begins to watch a hole whose piece of the background is before; after: the
 * mean since it came; known: pixels of older holes; levels: of the change. */
void gms_watch_begin(gms_watch_t *watch, const gms_change_t *change,
    const gms_disc_t *disc, const gms_piece_t *piece, const float *after,
    const uint8_t *known, double levels, int64_t ns);

/* others: pixels of its piece that other holes took, but: a disc or NULL;
 * neither count.  now, gains: scratch. */
void gms_watch_look(const gms_watch_t *watch, const gms_change_t *change,
    const gms_gain_t *gain, const uint8_t *others, const gms_disc_t *but,
    float *now, int16_t *gains, gms_sight_t *sight);

/* True when the paper has been whole for long enough. */
bool gms_watch_is_over(
    gms_watch_t *watch, const gms_sight_t *sight, int64_t ns);

/* Puts the paper back into the background but where spared is set. */
void gms_watch_restore(
    const gms_watch_t *watch, gms_change_t *change, const uint8_t *spared);

#endif /* GMS_WATCH_H */
