/* Holes drawn with known centres, on a piece of a zone. */

#ifndef T_UNIT_DRAWN_HOLE_H
#define T_UNIT_DRAWN_HOLE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "worker/detect/verify.h"

#define SIDE 61
#define MIDDLE 30
#define CALIBER 16.0
#define PAPER 230.0
#define INK 45.0
#define FINE 8 /* samples of a pixel each way */

/* What is drawn: in order, each on top. */
typedef struct {
    double black; /* ink left of this x; 0: none, SIDE: all */
    double x;     /* the hole, from the middle */
    double y;
    double backer; /* level behind the paper */
    double fibres; /* level of fibres on the upper side; 0: none */
    double ring;   /* level of the bullet's print on paper; 0: none */
    double ragged; /* waves of the outline, share of its radius */
    double noise;  /* sigma, levels */
    double older;  /* how much an older hole to the left overlaps; 0: none */
} scene_t;

typedef struct {
    gms_zone_t          zone;
    gms_change_t        change;
    gms_holes_t         holes;
    int16_t             background[SIDE * SIDE];
    int16_t             threshold[SIDE * SIDE];
    uint8_t             kind[SIDE * SIDE]; /* of noise: all one */
    float               now[SIDE * SIDE];
    gms_track_t         track;
    gms_circumstances_t about;
} stage_t;


static double
random_unit(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) / 16777216.0;
}


static double
outline(const scene_t *s, double r, double angle)
{
    return r
        * (1
            + s->ragged
                * (cos(2 * angle + 1) + cos(3 * angle + 2) + cos(5 * angle))
                / 2);
}


/* Level of a point; hole: is the new one torn already? */
static double
level_at(const scene_t *s, double x, double y, bool hole)
{
    bool   ink = x < s->black;
    double level = ink ? INK : PAPER, dx, dy, d;
    double old = MIDDLE + s->x - CALIBER * (1 - s->older);

    d = hypot(x - old, y - MIDDLE - s->y);
    if (s->older > 0 && s->ring > 0 && !ink && d < 0.5 * CALIBER) {
        level = s->ring;
    }
    if (s->older > 0 && d < 0.43 * CALIBER) {
        level = s->backer;
    }
    if (!hole) {
        return level;
    }
    dx = x - MIDDLE - s->x;
    dy = y - MIDDLE - s->y;
    d = hypot(dx, dy);
    if (s->fibres > 0 && dy < 0 && d < 0.54 * CALIBER) {
        level = s->fibres;
    }
    if (s->ring > 0 && !ink && d < 0.5 * CALIBER && level > s->backer) {
        level = s->ring;
    }
    return d < outline(s, 0.43 * CALIBER, atan2(dy, dx)) ? s->backer : level;
}


static double
pixel(const scene_t *s, int x, int y, bool hole)
{
    double sum = 0;

    for (int i = 0; i < FINE * FINE; i++) {
        sum += level_at(s, x + (i % FINE + 0.5) / FINE - 0.5,
            y + (i / FINE + 0.5) / FINE - 0.5, hole);
    }
    return sum / (FINE * FINE);
}


/* Puts the scene on the stage, and what it looks like since. */
static void
draw_scene(stage_t *g, const scene_t *s, uint32_t seed)
{
    memset(g, 0, sizeof(*g));
    g->zone.w = g->zone.h = SIDE;
    g->change.zone = &g->zone;
    g->change.background = g->background;
    g->change.threshold = g->threshold;
    g->change.now.kind = g->kind;
    if (s->older > 0) {
        gms_disc_t older = { .x = (float) (MIDDLE + s->x
                                 - CALIBER * (1 - s->older)),
            .y = (float) (MIDDLE + s->y),
            .r = 0.45F * (float) CALIBER };

        gms_holes_add(&g->holes, &older);
    }
    for (int i = 0; i < SIDE * SIDE; i++) {
        double n = 0;

        for (int k = 0; k < 12; k++) {
            n += random_unit(&seed) - 0.5;
        }
        g->background[i] =
            (int16_t) lrint(pixel(s, i % SIDE, i / SIDE, false) * GMS_DEEP);
        g->now[i] = (float) (pixel(s, i % SIDE, i / SIDE, true) + s->noise * n);
        g->threshold[i] = 80; /* noise of one level */
    }
    g->track.pictures = 8;
    g->track.piece = (gms_piece_t){ .w = SIDE, .h = SIDE };
    g->track.blob.x = MIDDLE + 1;
    g->track.blob.y = MIDDLE - 1;
    g->track.blob.x0 = g->track.blob.y0 = MIDDLE - 12;
    g->track.blob.x1 = g->track.blob.y1 = MIDDLE + 13;
    g->about = (gms_circumstances_t){ .change = &g->change,
        .holes = &g->holes,
        .caliber_px = CALIBER,
        .paper_level = PAPER,
        .freshness = 1.2 };
}

#endif /* T_UNIT_DRAWN_HOLE_H */
