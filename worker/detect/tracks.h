/*
 * gms_tracks: blobs followed from picture to picture, each with the mean of
 * what was seen at its place since it came.
 */

#ifndef GMS_TRACKS_H
#define GMS_TRACKS_H

#include "blobs.h"
#include "change.h"

#define GMS_TRACKS_MAX 32
#define GMS_GHOSTS_MAX 64
#define GMS_HEIRS_MAX 8
#define GMS_ENDED_MAX 8

/* A square piece of the zone, cut at its borders. */
typedef struct {
    int x0;
    int y0;
    int w;
    int h;
} gms_piece_t;

typedef struct {
    gms_blob_t  blob; /* of the pictures that the mean is of */
    double      x;    /* where it was last seen */
    double      y;
    double      came_x; /* where it was first seen */
    double      came_y;
    double      start_x; /* where it was at the first of these pictures */
    double      start_y;
    double      home_x; /* where it stays: mean place and area of these */
    double      home_y;
    double      area;
    int         slot; /* whose mean[] it owns */
    gms_piece_t piece;
    int         mixed;    /* pictures in the mean, at most a dozen */
    int         pictures; /* seen unchanged for so many */
    int64_t     since_ns; /* ... and from this instant */
    int64_t     first_ns;
    uint64_t    first_frame;
    int         moved;  /* how often it left its place: an insect */
    double      rest_x; /* where it seems to rest */
    double      rest_y;
    double      now_x; /* where it is, of the last few pictures */
    double      now_y;
    int64_t     crept_ns; /* when it last crept away from there, 0: never */
    bool        haunted;  /* came where something ended */
    int         unsteady; /* how often it changed and stayed */
    bool        big;      /* no hole is that large */
    bool        grown;    /* another came to it; the mean is of before that */
    int64_t     grown_ns;
    uint64_t    grown_frame;
    int         substantial; /* pictures that showed much of a hole */
    uint32_t    id;          /* 0: not announced */
    int64_t     examined_ns; /* when last rejected, 0: never */
    int64_t     rejected_ns; /* when first rejected, 0: never */
    int64_t     gap_ns;      /* since the picture before its first */
    bool        unseen;      /* nobody had looked for a while */
    bool        order_unknown;
} gms_track_t;

/* Where a track ended: what comes near by next may be the same insect. */
typedef struct {
    double   x;
    double   y;
    double   area;
    int64_t  ns;
    uint64_t update;
} gms_ghost_t;

/* What had come to a candidate that is a shot now shows alone from the next
 * picture on. */
typedef struct {
    double   x;
    double   y;
    int64_t  ns;
    uint64_t frame;
    uint64_t update; /* of the tracks when it was left */
} gms_heir_t;

typedef struct {
    double      caliber_px;
    double      hole_px2; /* area of a hole of the caliber */
    int         side;     /* of a piece */
    uint64_t    updates;
    bool        unseen;  /* no picture was looked at before this one, or long
                           ago */
    bool        resumed; /* ... was so in this picture */
    int64_t     last_ns;
    int         tracks;
    gms_track_t track[GMS_TRACKS_MAX];
    float      *mean[GMS_TRACKS_MAX]; /* levels, in the background's light */
    bool        taken[GMS_TRACKS_MAX];
    float      *now;   /* scratch: one piece */
    int16_t    *gains; /* scratch: one row */
    int         ghosts;
    gms_ghost_t ghost[GMS_GHOSTS_MAX]; /* in a ring */
    int         ended; /* in this picture, of those that were something */
    gms_track_t end[GMS_ENDED_MAX]; /* with their means until the next */
    int         heirs;
    gms_heir_t  heir[GMS_HEIRS_MAX]; /* in a ring */
} gms_tracks_t;

int  gms_tracks_init(gms_tracks_t *tracks, const gms_zone_t *zone);
void gms_tracks_close(gms_tracks_t *tracks);

/* Forgets all tracks: the scene is disturbed. */
void gms_tracks_clear(gms_tracks_t *tracks);

/* Continues, begins and ends tracks by the blobs of this picture, and mixes
 * the picture into the means. */
void gms_tracks_update(gms_tracks_t *tracks, const gms_blobs_t *blobs,
    const gms_change_t *change, const gms_gain_t *gain, uint64_t frame,
    int64_t ns);

/* Did something move about on the paper lately, anywhere? */
bool gms_tracks_stirred(const gms_tracks_t *tracks, int64_t ns);

/* Ends a track: it became a shot, or background. */
void gms_tracks_drop(gms_tracks_t *tracks, int i);

/* A track is about to become a shot: what had come to it follows. */
void gms_tracks_leave(gms_tracks_t *tracks, const gms_track_t *t);

/* The piece of this side around a place. */
gms_piece_t gms_piece_around(
    const gms_zone_t *zone, double x, double y, int side);

/* The picture in the light of the background, levels; gains: scratch row of
 * the width of the zone and twice GMS_GAIN_ROOM. */
void gms_piece_read(const gms_change_t *change, const gms_gain_t *gain,
    const gms_piece_t *piece, int16_t *gains, float *out);

#endif /* GMS_TRACKS_H */
