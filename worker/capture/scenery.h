/*
 * gms_scenery: what a simulated camera sees: a printed card on a wall, shots
 * that tear holes into it, and the weather between card and camera.
 *
 * Everything is a pure function of (seed, turn of the scene, time), so that a
 * paper survives the process that drew it.  The card is drawn once a turn
 * into a plate and each hole once when it is fired; a frame is that plate,
 * moved, lit and made noisy.  Belongs to one thread.
 */

#ifndef GMS_SCENERY_H
#define GMS_SCENERY_H

#include "../base/image.h"
#include "../target/face.h"
#include "option.h"

#define GMS_SCENERY_SHOTS_MAX 1000
#define GMS_SCENERY_OLD_MAX 60

/* Pictures a second when nobody asks for others. */
#define GMS_SCENERY_FPS 15

/* Bytes of noise that rows draw from; a power of two. */
#define GMS_SCENERY_GRAIN (1 << 18)

/* Pixels from node to node of the grid that bends the paper. */
#define GMS_SCENERY_CELL 16

/* Room to either side of a row of sums. */
#define GMS_SCENERY_MARGIN 64

/* Characters beside the digits. */
#define GMS_SCENERY_COLON 10
#define GMS_SCENERY_DASH 11

/* See gms_scenery_table for limits and meaning of each. */
typedef struct {
    double seed;
    double quality;
    double fill;
    double tilt;
    double vignette;
    double blur;
    double noise;
    double shake;
    double sway;
    double recoil;
    double bend;
    double drift;
    double step;
    double flicker;
    double shadow;
    double hand;
    double backer;
    double tears;
    double old;
    double sharpen;
    double clock;
    double shots;
    double first;
    double cadence;
    double interval;
    double jitter;
    double series;
    double pause;
    double together;
    double sigma;
    double overlap;
    double pairs;
    double uneven; /* these two are the source's */
    double repeat;
} gms_scenery_options_t;

/* Its texts are the table in docs/simulate.md. */
extern const gms_option_t gms_scenery_table[];

typedef struct {
    int64_t  at_ns; /* since the scene's start */
    double   x_mm;
    double   y_mm;
    double   radius_mm; /* of the opening, before it is torn */
    double   overlap;   /* 1 - distance / caliber to the nearest hole that was
                            there before; 0: none so near */
    uint64_t key;       /* of its random shape */
} gms_scenery_shot_t;

/* A torn hole: see tear.c. */
typedef struct {
    double   radius; /* of the bullet, mm */
    double   length; /* of the tear beyond the disc, share of the radius */
    double   angle;  /* it runs along this */
    double   centre; /* middle of the tear, along it, mm */
    double   half;   /* half its length, mm */
    double   width;  /* half its width, mm */
    double   inside; /* gray level */
    double   lip;    /* level of the pale edge; 0: none */
    double   lip_at; /* the side it stands up at */
    uint64_t key;
} gms_scenery_tear_t;

/* Where the card's pixels are in a row, wall that swings with it included. */
typedef struct {
    int lo;
    int hi; /* first pixel behind it */
} gms_scenery_span_t;

typedef struct {
    gms_scenery_options_t options;
    gms_face_t            face;
    double                caliber_mm;
    int                   width;
    int                   height;
    double                fps; /* for together=; 0: 15 */
    uint64_t              seed;
    double                card_mm; /* side of the sheet */
    double                mm_to_px[9];
    double                px_to_mm[9];

    uint64_t            turn;
    int                 shots;
    int                 fired;
    gms_scenery_shot_t *shot; /* in the order of time */
    int                 olds;
    gms_scenery_shot_t *old; /* in the paper from the start */

    gms_image_t sharp;  /* wall, card, holes as they are */
    gms_image_t open;   /* 255 where the paper is gone */
    gms_image_t plate;  /* as the lens shows them */
    gms_image_t frame;  /* one picture of it */
    bool        staged; /* more than light and a moved plate: */
    gms_image_t bare;   /* the wall without its card */
    gms_image_t stage;  /* one picture before it is lit */
    float      *node;   /* of the grid that bends the paper, x and y */
    float      *place;  /* of a row's pixels on the plate, x then y */

    gms_scenery_span_t *span;   /* a row each */
    int8_t             *grain;  /* noise to draw from */
    uint16_t           *sum;    /* of rows, for blurring and moving */
    uint8_t            *moved;  /* a row of the plate, moved */
    int32_t            *gain;   /* of light, for a row, 12 bits */
    int32_t            *shade;  /* share of the shadow in each column */
    int64_t             now_ns; /* of the scene: last shots were torn */
    int                 box[4]; /* of the card: x0, y0, x1, y1 */
} gms_scenery_t;

/* Options, face, caliber and size are set by the caller.  GMS_EINVALID with
 * a sentence in err; GMS_ENOMEM. */
int  gms_scenery_open(gms_scenery_t *s, char *err, size_t err_size);
void gms_scenery_close(gms_scenery_t *s);

/* Puts up a fresh card and plans the shots at it. */
void gms_scenery_turn(gms_scenery_t *s, uint64_t turn);

/* Tears the holes of all shots up to this time; how many there are then.  A
 * time before shots that were fired puts up the card of this turn anew. */
int gms_scenery_fire(gms_scenery_t *s, int64_t t_ns);

/* When the last shot falls. */
int64_t gms_scenery_last_ns(const gms_scenery_t *s);

/* The picture at this time of the weather; valid until the next call. */
const gms_image_t *gms_scenery_frame(gms_scenery_t *s, int64_t t_ns);


/* Between the files of the scenery. */

/* Random numbers that depend on nothing but their arguments. */
uint64_t gms_scenery_hash(uint64_t key, uint64_t n);
double   gms_scenery_uniform(uint64_t key, uint64_t n); /* 0 <= u < 1 */
double   gms_scenery_gauss(uint64_t key, uint64_t n);   /* sigma 1 */

/* Smooth noise -1 .. 1 with features of size 1. */
double gms_scenery_cloud(uint64_t key, double x, double y);

/* 0 up to `from`, 1 from `to` on, smooth in between. */
double gms_scenery_ramp(double from, double to, double x);

void gms_scenery_plan(gms_scenery_t *s);
void gms_scenery_draw_card(gms_scenery_t *s, gms_image_t *out, bool card);
void gms_scenery_draw_hole(gms_scenery_t *s, const gms_scenery_shot_t *shot);

/* A pixel of a hole as such cameras show 9 mm: an irregular tear. */
void gms_scenery_tear_pixel(const gms_scenery_tear_t *tear, double dx,
    double dy, bool ink, double scale, uint8_t *sharp, uint8_t *open);
void gms_scenery_tear_shape(gms_scenery_tear_t *tear, const gms_scenery_t *s,
    const gms_scenery_shot_t *shot, bool ink);

/* Share of ink of a character of this height, centred at the origin, y up;
 * 0 to 9, GMS_SCENERY_COLON, GMS_SCENERY_DASH. */
double gms_scenery_glyph(
    int glyph, double height, double x, double y, double scale);

/* Where a place of the card is in the picture. */
void gms_scenery_to_px(const gms_scenery_t *s, double x_mm, double y_mm,
    double *x_px, double *y_px);

/* Pixels of a millimetre at a place of the picture. */
double gms_scenery_scale(const gms_scenery_t *s, double x_px, double y_px);

/* How the picture moves and the card in it. */
typedef struct {
    double dx; /* the picture moves by this, px */
    double dy;
    double turn; /* of the card about the middle of its top edge, rad */
} gms_scenery_motion_t;

/* Row y of a plate moved by (dx, dy), bilinear; valid until the next call. */
const uint8_t *gms_scenery_shift(
    gms_scenery_t *s, const gms_image_t *plate, int y, double dx, double dy);

/* Fills stage: card moved, bent and turned before its wall. */
void gms_scenery_warp(
    gms_scenery_t *s, const gms_scenery_motion_t *m, double t);

/* What comes between card and camera, into stage. */
void gms_scenery_visit(gms_scenery_t *s, double t);

/* Gain of lamps and of the camera's own exposure. */
double gms_scenery_light(const gms_scenery_t *s, double t);

/* What the camera does to its finished picture: halos, a clock. */
void gms_scenery_finish(gms_scenery_t *s, double t);

#endif /* GMS_SCENERY_H */
