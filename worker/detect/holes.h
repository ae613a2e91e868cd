/*
 * gms_holes: the holes that are known, and a watch over the young ones.
 *
 * A known hole is a disc whose pixels say nothing any more about new ones.
 * A young one is watched, as is what became background: see watch.h.
 */

#ifndef GMS_HOLES_H
#define GMS_HOLES_H

#include "watch.h"

#define GMS_HOLES_MAX 1024

typedef struct {
    int         discs;
    gms_disc_t  disc[GMS_HOLES_MAX]; /* oldest first */
    int         radii; /* fitted to lone holes of this session, a ring */
    float       radius[64];
    int         watches; /* of these have memory: fewer for large calibers */
    gms_watch_t watch[GMS_WATCHES_MAX];
    float      *now; /* scratch */
    uint8_t    *mask;
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
 * mean since it came; levels: of its change; quiet: it is no hole, but became
 * background.  Of too many, the oldest is watched no more. */
void gms_holes_watch(gms_holes_t *holes, const gms_change_t *change,
    const gms_disc_t *disc, const gms_piece_t *piece, const float *after,
    double levels, bool quiet, int64_t ns);

/* Looks at the watched places in this picture.  Returns one that is whole
 * again, else NULL; gms_holes_heal() it and call again until NULL. */
const gms_watch_t *gms_holes_healed(gms_holes_t *holes,
    const gms_change_t *change, const gms_gain_t *gain, int64_t ns);

/* Takes it out of the known ones, and puts the paper back into the
 * background. */
void gms_holes_heal(
    gms_holes_t *holes, const gms_watch_t *watch, gms_change_t *change);

/* Nobody saw for a while: what is whole now was made whole by people. */
void gms_holes_resume(
    gms_holes_t *holes, const gms_change_t *change, const gms_gain_t *gain);

/* How much of a watched place that a disc touches is paper again, beside the
 * disc; 0: nothing, or none is touched.  A shot closes no older hole; an
 * insect that crawls on leaves paper behind. */
double gms_holes_closed(gms_holes_t *holes, const gms_change_t *change,
    const gms_gain_t *gain, const gms_disc_t *disc);

#endif /* GMS_HOLES_H */
