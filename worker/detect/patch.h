/*
 * gms_patch: what changed in a piece of the zone.
 *
 * Planes of one piece: the background before, the change since, and a soft
 * map that says for each pixel how much of a hole it is.  Scratch of gms_verify
 * and its parts; belongs to one thread.
 */

#ifndef GMS_PATCH_H
#define GMS_PATCH_H

#include "holes.h"
#include "tracks.h"

/* What is known about the place and its surroundings. */
typedef struct {
    const gms_change_t *change;
    const gms_holes_t  *holes;
    double              caliber_px;  /* at the place */
    double              paper_level; /* background of the paper */
    double              radius_px;   /* this session's, <= 0: unknown */
    double              freshness;   /* of the noise: gms_change_t */
    bool                young;       /* no key frame may have been seen yet */
    bool                settled;     /* one since the candidate came, likely */
} gms_circumstances_t;

/* Columns x0 .. x1 - 1 of rows y0 .. y1 - 1. */
typedef struct {
    int x0;
    int y0;
    int x1;
    int y1;
} gms_part_t;

typedef struct {
    int        side;
    float     *before;
    float     *raw;    /* before less now */
    float     *change; /* the same, smoothed */
    float     *size;   /* its absolute value */
    float     *map;    /* 0 .. 1: how much of a hole */
    float     *gain;   /* what a disc gains by covering the pixel */
    float     *stake;  /* how much could be gained there, 0 .. 1 */
    float     *sums;   /* of gain along rows, for the coarse search */
    float     *tmp;
    uint8_t   *known;
    uint8_t   *paper;
    uint8_t   *box; /* inside the blob's box */
    uint8_t   *hard;
    uint8_t   *closed;
    int       *points; /* of the hull, x and y */
    double     levels; /* of the change */
    bool       overlap;
    gms_part_t blob; /* its box */
    int        w;
    int        h;
    int        x0;
    int        y0;
} gms_patch_t;

/* For pieces of at most side x side.  GMS_ENOMEM. */
int  gms_patch_init(gms_patch_t *patch, int side);
void gms_patch_close(gms_patch_t *patch);

/* Fills all planes but gain and sums.  now: the piece as it looks since the
 * candidate came, levels. */
void gms_patch_look(gms_patch_t *patch, const gms_circumstances_t *about,
    const gms_track_t *track, const float *now);

/* The part within reach of a place, and a little more. */
gms_part_t gms_patch_part(
    const gms_patch_t *patch, double x, double y, double reach);

/* a b a, both ways. */
void gms_patch_smooth(
    const gms_patch_t *patch, const float *in, float a, float b, float *out);

#endif /* GMS_PATCH_H */
