/*
 * gms_holes: the holes that are known, and a watch over the young ones.
 *
 * A known hole is a disc whose pixels say nothing any more about new ones.
 * A young one is watched: if the paper looks again as it did before, it was
 * an insect, a shadow, a sticker.
 */

#ifndef GMS_HOLES_H
#define GMS_HOLES_H

#include "tracks.h"

#define GMS_HOLES_MAX 1024
#define GMS_WATCHES_MAX 24

typedef struct {
    float    x; /* in the box */
    float    y;
    float    r;
    uint32_t id; /* 0: older than this detector's memory */
} gms_disc_t;

typedef struct {
    bool        active;
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

typedef struct {
    int         discs;
    gms_disc_t  disc[GMS_HOLES_MAX]; /* oldest first */
    int         radii; /* fitted to lone holes of this session, a ring */
    float       radius[64];
    gms_watch_t watch[GMS_WATCHES_MAX];
    float      *now; /* scratch */
    int16_t    *gains;
} gms_holes_t;

int  gms_holes_init(gms_holes_t *holes, const gms_zone_t *zone, int side);
void gms_holes_close(gms_holes_t *holes);
void gms_holes_clear(gms_holes_t *holes);

/* Adds a disc; the oldest is forgotten when there are too many. */
void gms_holes_add(gms_holes_t *holes, const gms_disc_t *disc);

/* Is a hole known whose centre is nearer than limit_px? */
bool gms_holes_known(
    const gms_holes_t *holes, double x, double y, double limit_px);

/* Marks the pixels of the piece that lie in known holes. */
void gms_holes_mask(
    const gms_holes_t *holes, const gms_piece_t *piece, uint8_t *mask);

/* Radius of this session's lone holes, their median; 0: too few. */
double gms_holes_radius(const gms_holes_t *holes);
void   gms_holes_learn_radius(gms_holes_t *holes, double r);

/* Begins to watch a hole whose piece of the background is before; after: the
 * mean since it came; levels: of its change. */
void gms_holes_watch(gms_holes_t *holes, const gms_change_t *change,
    const gms_disc_t *disc, const gms_piece_t *piece, const float *after,
    const uint8_t *known, double levels, int64_t ns);

/* Looks at the watched holes in this picture.  Returns one that is whole
 * again, out of the known ones and with its background restored, else NULL;
 * call again until NULL. */
const gms_watch_t *gms_holes_healed(gms_holes_t *holes, gms_change_t *change,
    const gms_gain_t *gain, int64_t ns);

#endif /* GMS_HOLES_H */
