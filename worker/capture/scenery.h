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

/* Of a picture, px. */
#define GMS_SCENERY_SIDE_MAX 4096

/* Bytes of noise that rows draw from; a power of two. */
#define GMS_SCENERY_GRAIN (1 << 18)

/* Shots that never fall do so then. */
#define GMS_SCENERY_NEVER_S 1e9

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
    double dirt;
    double hide;
    double zoom;
    double zoom_at;
    double noise;
    double shake;
    double sway;
    double recoil;
    double bend;
    double shown;
    double away;
    double paper;
    double drift;
    double step;
    double hunt;
    double glare;
    double lamps;
    double night;
    double flicker;
    double shadow;
    double hand;
    double people;
    double insects;
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
    uint64_t sheet;     /* of the turn, from 0: paper changes meanwhile */
    uint64_t key;       /* of its random shape */
} gms_scenery_shot_t;

/* How the camera stands against its start. */
typedef struct {
    double  zoom;
    double  dx_px;
    double  dy_px;
    double  roll_deg;
    int64_t since_ns; /* it was moved then, and focuses anew */
} gms_scenery_camera_t;

/* A torn hole: see tear.c. */
typedef struct {
    double   radius;   /* of the bullet, mm */
    double   angle;    /* the tear runs along this */
    double   centre;   /* its middle, along it, mm */
    double   half;     /* half its length, mm */
    double   width;    /* half its width, mm */
    double   inside;   /* gray level */
    double   lip;      /* levels by which the flap is paler */
    double   lip_at;   /* its direction */
    double   lip_far;  /* its middle, mm */
    double   lip_wide; /* half of it across, mm */
    double   lip_deep; /* half of it outwards, mm */
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
    double                pose[9]; /* of the first sheet before the camera */
    double                mm_to_px[9];
    double                px_to_mm[9];
    gms_scenery_camera_t  camera;

    uint64_t            turn;
    uint64_t            sheet;
    int                 shots;
    int                 fired;
    gms_scenery_shot_t *shot; /* in the order of time */
    int                 olds;
    gms_scenery_shot_t *old; /* in the paper from the start */

    gms_image_t sharp;   /* wall, card, holes as they are */
    gms_image_t open;    /* 255 where the paper is gone */
    gms_image_t plate;   /* as the lens shows them */
    gms_image_t frame;   /* one picture of it */
    bool        staged;  /* more than light and a moved plate: */
    gms_image_t bare;    /* the wall without its card */
    gms_image_t stage;   /* one picture before it is lit */
    gms_image_t through; /* of 255, what obstacles and dirt let through */
    gms_image_t added;   /* and what they add */
    float      *node;    /* of the grid that bends the paper, x and y */
    float      *place;   /* of a row's pixels on the plate, x then y */
    uint8_t    *hole;    /* states of holes, for sheets: old ones first */

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

/*
 * Moves the camera, against where it stood at first: zoom 0.3 to 4, the
 * picture by so many px (y down), and turned clockwise about its middle.
 * Card and holes are drawn anew, the focus hunts for a second.  GMS_EINVALID
 * when the zoom is out of its limits or the card cannot be seen so;
 * GMS_ENOMEM.
 */
int gms_scenery_camera(
    gms_scenery_t *s, double zoom, double dx_px, double dy_px, double roll_deg);

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

/* Draws all of the sheet that hangs now, from the camera as it stands. */
int gms_scenery_redraw(gms_scenery_t *s);

/* Sheet that hangs at an instant of the scene. */
uint64_t gms_scenery_sheet_at(const gms_scenery_t *s, int64_t t_ns);

/* mm of a sheet to mm of the first one: what a person hangs is never quite in
 * the same place. */
void gms_scenery_sheet_pose(
    const gms_scenery_t *s, uint64_t sheet, double m[9]);

/* What the change to this sheet does to the first `holes` holes: all gone
 * with the paper, or the last ones pasted. */
#define GMS_SCENERY_GONE 0
#define GMS_SCENERY_OPEN 1
#define GMS_SCENERY_PASTED 2

void gms_scenery_sheet_change(
    const gms_scenery_t *s, uint64_t sheet, uint8_t *hole, int holes);

void gms_scenery_draw_paster(gms_scenery_t *s, const gms_scenery_shot_t *hole);

/* Hole i of those of a turn: the old ones, then the shots. */
const gms_scenery_shot_t *gms_scenery_hole(const gms_scenery_t *s, int i);

/* The person who changes the paper: 0 away .. 1 before the card. */
double gms_scenery_changing(const gms_scenery_t *s, double t);

/* First instant from t on, in seconds of the scene, at which shots may fall:
 * the face is shown, nobody stands before it; GMS_SCENERY_NEVER_S. */
double gms_scenery_range_hot(const gms_scenery_t *s, double t);

/* How the picture moves and the card in it. */
typedef struct {
    double dx; /* the picture moves by this, px */
    double dy;
    double card_dx; /* and the card in it by this */
    double card_dy;
    double turn; /* of the card about the middle of its top edge, rad */
    double away; /* of the card about its upright axis, rad */
} gms_scenery_motion_t;

/* Adds what a turning target does at now_ns. */
void gms_scenery_turning(const gms_scenery_t *s, gms_scenery_motion_t *m);

/* Row y of a plate moved by (dx, dy), bilinear; valid until the next call. */
const uint8_t *gms_scenery_shift(
    gms_scenery_t *s, const gms_image_t *plate, int y, double dx, double dy);

/* Fill stage: the wall, then the card before it, moved, bent and turned. */
void gms_scenery_warp_wall(gms_scenery_t *s, const gms_scenery_motion_t *m);
void gms_scenery_warp_card(
    gms_scenery_t *s, const gms_scenery_motion_t *m, double t);

/* What comes behind the card, and between card and camera, into stage. */
void gms_scenery_visit_behind(gms_scenery_t *s, double t);
void gms_scenery_visit(gms_scenery_t *s, double t);

/* Insects on the paper, into stage. */
void gms_scenery_insects(gms_scenery_t *s, double t);

/* Obstacles and dirt: made once a pose, put over stage in each picture. */
void gms_scenery_obstruct(gms_scenery_t *s);
void gms_scenery_cover(gms_scenery_t *s);

/* Share to which somebody stands before the card, and whether the camera opens
 * up for it (above 0) or closes: -1 .. 1. */
double gms_scenery_before(const gms_scenery_t *s, double t);

/* Gain of lamps and of the camera's own exposure. */
double gms_scenery_light(const gms_scenery_t *s, double t);

/* Factor of the noise in the light that there is, 1 to 3. */
double gms_scenery_noise(const gms_scenery_t *s, double t);

/* Share of night 0 .. 1 in the picture's rendering. */
double gms_scenery_night(const gms_scenery_t *s, double t);

/* Out of focus by this, px of sigma. */
double gms_scenery_unfocused(const gms_scenery_t *s, double t);

/* What the sensor makes of stage before it is lit: focus, infra-red. */
void gms_scenery_sense(gms_scenery_t *s, double t);

/* What the camera does to its finished picture: halos, a clock. */
void gms_scenery_finish(gms_scenery_t *s, double t);

#endif /* GMS_SCENERY_H */
