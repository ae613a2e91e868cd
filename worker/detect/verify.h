/*
 * gms_verify: is this candidate a hole, and where is its centre?
 *
 * Works on a piece of the zone: the background before, the mean of the
 * pictures since.  A soft map of change says for each pixel how much of a
 * hole it is; the disc of the known caliber that gathers most of it is the
 * hole.  Pixels of known holes weigh nothing, so an overlapping hole is found
 * by its crescent.  At last the evidence is judged: on paper a hole is
 * clearly darker, in the black contrast, noise and filling count together.
 */

#ifndef GMS_VERIFY_H
#define GMS_VERIFY_H

#include "holes.h"
#include "tracks.h"

typedef enum {
    GMS_VERDICT_HOLE,
    GMS_VERDICT_NOTHING, /* too little is new */
    GMS_VERDICT_HOLLOW,  /* the disc is not filled */
    GMS_VERDICT_LEAK,    /* too much change around the disc */
    GMS_VERDICT_LONG,    /* a shifted line, an edge */
    GMS_VERDICT_PALE,    /* paper that did not get darker */
    GMS_VERDICT_WEAK     /* in the black: not above the noise */
} gms_verdict_e;

typedef struct {
    gms_verdict_e verdict;
    double        x; /* in the box */
    double        y;
    double        r;
    bool          overlap;
    double        fill;       /* share of the disc that changed */
    double        fresh;      /* new area, in disc areas */
    double        leak;       /* share of change that lies outside */
    double        elongation; /* of the changed pixels; overlaps: 0 */
    double        darker;     /* share of them that darkened */
    double        paper;      /* share of the disc on paper */
    double        darkening;  /* of the core, share of what was there */
    double        contrast;   /* of the core, in noises */
    double        levels;     /* of the change */
    double        score;
} gms_finding_t;

typedef struct {
    const gms_change_t *change;
    const gms_holes_t  *holes;
    double              caliber_px;  /* at the place */
    double              paper_level; /* background of the paper */
    double              radius_px;   /* this session's, <= 0: unknown */
    double              freshness;   /* of the noise: gms_change_t */
} gms_circumstances_t;

typedef struct gms_verify_s gms_verify_t; /* scratch for one piece */

gms_verify_t *gms_verify_create(int side);
void          gms_verify_destroy(gms_verify_t *verify);

/* now: the piece as it looks since the candidate came, levels. */
void gms_verify(gms_verify_t *verify, const gms_circumstances_t *about,
    const gms_track_t *track, const float *now, gms_finding_t *finding);

const char *gms_verdict_name(gms_verdict_e verdict);

#endif /* GMS_VERIFY_H */
