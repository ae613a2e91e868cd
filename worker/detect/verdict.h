/*
 * gms_verdict: is what changed a hole?
 *
 * On paper a hole is clearly darker; in the black contrast, noise and filling
 * count together; everywhere it has the shape of one.
 */

#ifndef GMS_VERDICT_H
#define GMS_VERDICT_H

#include "fit.h"

typedef enum {
    GMS_VERDICT_HOLE,
    GMS_VERDICT_NOTHING, /* too little is new */
    GMS_VERDICT_HOLLOW,  /* the disc is not filled */
    GMS_VERDICT_LEAK,    /* too much change around the disc */
    GMS_VERDICT_LONG,    /* a shifted line, an edge */
    GMS_VERDICT_SHIFT,   /* what was there moved a little */
    GMS_VERDICT_PALE,    /* paper that did not get darker */
    GMS_VERDICT_WEAK,    /* in the black: not above the noise */
    GMS_VERDICT_OUTSIDE  /* its centre lies beyond the zone */
} gms_verdict_e;

typedef struct {
    gms_verdict_e verdict;
    double        x; /* in the box */
    double        y;
    double        r;
    bool          overlap;
    bool          possible_double; /* a sliver beside an older hole */
    double        fill;            /* share of the disc that changed */
    double        fresh;           /* new area, in disc areas */
    double        leak;            /* share of change that lies outside */
    double        elongation;      /* of the changed pixels; overlaps: 0 */
    double        darker;          /* share of them that darkened */
    double        paper;           /* share of the disc on paper */
    double        rim;             /* share of the rim that changed */
    double        blank_darker;    /* share of changed blank paper there */
    double        darkening;       /* of the core, share of what was there */
    double        contrast;        /* of the core, in noises */
    double        levels;          /* of the change */
    double        shift;           /* share that a small shift explains */
    double        score;
    double        error_px2[3]; /* covariance of the centre: xx, xy, yy */
} gms_finding_t;

/* Measures the disc that was fitted, and judges.  pictures: of the mean. */
void gms_verdict_judge(gms_patch_t *patch, const gms_circumstances_t *about,
    const gms_fit_t *fit, int pictures, gms_finding_t *finding);

/* How likely it is that what looks so is a hole, whatever the verdict: by the
 * evidence, from what candidates of simulated lanes turned out to be. */
double gms_verdict_confidence(const gms_finding_t *finding);

const char *gms_verdict_name(gms_verdict_e verdict);

#endif /* GMS_VERDICT_H */
