/*
 * gms_quiet: blocks of the zone in which nothing can be over its threshold.
 *
 * Most of a picture is as it was.  A block whose largest difference lies below
 * its least threshold needs no look at its pixels' thresholds and kinds, which
 * are half of what would be read.
 */

#ifndef GMS_QUIET_H
#define GMS_QUIET_H

#include "zone.h"

/* Stretches of a row of blocks, more than two quiet blocks between any two. */
#define GMS_QUIET_STRETCHES (GMS_IMAGE_SIDE_MAX / GMS_BLOCK_W / 3 + 1)

/* Shares of the threshold are told in so many parts. */
#define GMS_QUIET_PARTS 16

typedef struct {
    int from; /* first pixel, a multiple of GMS_BLOCK_W */
    int to;   /* one past the last */
} gms_stretch_t;

typedef struct {
    const gms_zone_t *zone;
    int               across; /* blocks in a row */
    int16_t          *least;  /* threshold in each block */
    int16_t          *most;   /* absolute difference in each block */
} gms_quiet_t;

/* GMS_ENOMEM. */
int  gms_quiet_init(gms_quiet_t *quiet, const gms_zone_t *zone);
void gms_quiet_close(gms_quiet_t *quiet);

/* Thresholds (a plane of the zone) of pixels from .. to - 1, whole blocks of
 * row b, are new. */
void gms_quiet_learn(
    gms_quiet_t *quiet, const int16_t *threshold, int b, int from, int to);

/* The differences of row b of blocks are new. */
void gms_quiet_look(gms_quiet_t *quiet, const int16_t *difference, int b);

/*
 * Where in row b of blocks differences may reach this share, in parts, of
 * their thresholds, none of which is below floor: from left to right.  How
 * many.
 */
int gms_quiet_stretches(const gms_quiet_t *quiet, int b, int floor, int parts,
    gms_stretch_t stretch[GMS_QUIET_STRETCHES]);

#endif /* GMS_QUIET_H */
