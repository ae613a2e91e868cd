/* The centre of a hole and its error, on drawn holes with known centres. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "worker/detect/centre.h"
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
    gms_zone_t   zone;
    gms_change_t change;
    gms_holes_t  holes;
    gms_patch_t  patch;
    int16_t      background[SIDE * SIDE];
    int16_t      threshold[SIDE * SIDE];
    float        now[SIDE * SIDE];
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

    if (s->older > 0 && hypot(x - old, y - MIDDLE - s->y) < 0.43 * CALIBER) {
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


/* Draws and finds the hole; the result is relative to the truth, in
 * calibers, the covariance in squares of calibers. */
static gms_centre_t
find(const scene_t *s, uint32_t seed)
{
    static stage_t      g;
    gms_track_t         track = { .pictures = 3 };
    gms_fit_t           fit;
    gms_centre_t        c;
    gms_circumstances_t about = { .change = &g.change,
        .holes = &g.holes,
        .caliber_px = CALIBER,
        .paper_level = PAPER,
        .freshness = 1.2 };

    memset(&g, 0, sizeof(g));
    g.zone.w = g.zone.h = SIDE;
    g.change.zone = &g.zone;
    g.change.background = g.background;
    g.change.threshold = g.threshold;
    if (s->older > 0) {
        gms_holes_add(&g.holes,
            &(gms_disc_t){
                .x = (float) (MIDDLE + s->x - CALIBER * (1 - s->older)),
                .y = (float) (MIDDLE + s->y),
                .r = 0.45F * (float) CALIBER });
    }
    for (int i = 0; i < SIDE * SIDE; i++) {
        double n = 0;

        for (int k = 0; k < 12; k++) {
            n += random_unit(&seed) - 0.5;
        }
        g.background[i] =
            (int16_t) lrint(pixel(s, i % SIDE, i / SIDE, false) * GMS_DEEP);
        g.now[i] = (float) (pixel(s, i % SIDE, i / SIDE, true) + s->noise * n);
        g.threshold[i] = 80;
    }
    track.piece = (gms_piece_t){ .w = SIDE, .h = SIDE };
    track.blob.x = MIDDLE + 1;
    track.blob.y = MIDDLE - 1;
    track.blob.x0 = track.blob.y0 = MIDDLE - 12;
    track.blob.x1 = track.blob.y1 = MIDDLE + 13;
    assert_int_equal(gms_patch_init(&g.patch, SIDE), 0);
    gms_patch_look(&g.patch, &about, &track, g.now);
    gms_fit_disc(&g.patch, &about, track.blob.x, track.blob.y, &fit);
    gms_centre_find(&g.patch, &about, &fit, &c);
    gms_patch_close(&g.patch);

    c.x = (c.x - MIDDLE - s->x) / CALIBER;
    c.y = (c.y - MIDDLE - s->y) / CALIBER;
    for (int i = 0; i < 3; i++) {
        c.error_px2[i] /= CALIBER * CALIBER;
    }
    return c;
}


static void
test_centres(void **state)
{
    static const struct {
        const char *what;
        double      most; /* error, calibers */
        scene_t     scene;
    } table[] = {
        { "paper", 0.005, { 0, .2, -.3, 20, 0, 0, 0, 0, 0 } },
        { "paper, gray ring", 0.005, { 0, .4, .1, 20, 0, 120, 0, 0, 0 } },
        { "paper, gray backer", 0.008, { 0, .4, .1, 90, 0, 120, 0, 0, 0 } },
        { "black", 0.005, { SIDE, -.4, .3, 12, 0, 0, 0, 0, 0 } },
        { "black, fibres on one side", 0.008,
            { SIDE, .3, .3, 12, 160, 0, 0, 0, 0 } },
        { "black, fibres, backer barely darker", 0.015,
            { SIDE, .3, .3, 34, 160, 0, 0, 0.3, 0 } },
        { "black, bright backer", 0.008, { SIDE, .1, .4, 120, 0, 0, 0, 0, 0 } },
        { "edge of the black, fibres", 0.015,
            { MIDDLE + 2, .3, -.2, 12, 160, 120, 0, 0, 0 } },
        { "paper, ragged", 0.01, { 0, .3, -.2, 20, 0, 0, .15, 0, 0 } },
        { "black, ragged", 0.02, { SIDE, .3, -.2, 12, 0, 0, .15, 0, 0 } },
        { "paper, noise", 0.01, { 0, .3, -.2, 20, 0, 0, 0, 3, 0 } },
        { "black, noise", 0.01, { SIDE, .3, -.2, 12, 0, 0, 0, 3, 0 } },
        { "paper, half overlapped", 0.02, { 0, .2, .3, 20, 0, 0, 0, 0, .5 } },
        { "paper, .8 overlapped", 0.03, { 0, .2, .3, 20, 0, 0, 0, 0, .8 } },
        { "paper, .9 overlapped", 0.03, { 0, .2, .3, 20, 0, 0, 0, 0, .9 } },
        { "black, half overlapped", 0.02,
            { SIDE, .2, .3, 12, 0, 0, 0, 0, .5 } },
        { "black, .8 overlapped", 0.02, { SIDE, .2, .3, 12, 0, 0, 0, 0, .8 } },
    };
    bool good = true;

    (void) state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        gms_centre_t c = find(&table[i].scene, 1 + (uint32_t) i);

        if (!(hypot(c.x, c.y) <= table[i].most)) {
            print_error(
                "%s: off by %.3f, %.3f calibers\n", table[i].what, c.x, c.y);
            good = false;
        }
    }
    assert_true(good);
}


/* Trace of the covariance. */
static double
spread(const scene_t *s)
{
    gms_centre_t c = find(s, 5);

    assert_true(c.error_px2[0] > 0 && c.error_px2[2] > 0);
    assert_true(
        c.error_px2[0] * c.error_px2[2] > c.error_px2[1] * c.error_px2[1]);
    return c.error_px2[0] + c.error_px2[2];
}


static void
test_error_grows(void **state)
{
    static const scene_t clean = { 0, .2, -.3, 20, 0, 0, 0, 0, 0 };
    static const scene_t torn = { 0, .2, -.3, 20, 0, 0, .2, 0, 0 };
    static const scene_t ink = { SIDE, .2, -.3, 20, 0, 0, 0, 1, 0 };
    static const scene_t noisy = { SIDE, .2, -.3, 20, 0, 0, 0, 8, 0 };
    static const scene_t overlapped = { 0, .2, -.3, 20, 0, 0, 0, 0, .8 };

    (void) state;
    assert_true(spread(&torn) > 1.5 * spread(&clean));
    assert_true(spread(&noisy) > 1.5 * spread(&ink));
    assert_true(spread(&overlapped) > 2 * spread(&clean));
}


/* A crescent tells its disc along the line of both centres less well than a
 * whole rim, and across it even less. */
static void
test_error_of_crescent(void **state)
{
    gms_centre_t c = find(&(scene_t){ 0, .2, -.3, 20, 0, 0, 0, 0, .8 }, 3);

    (void) state;
    assert_true(c.error_px2[0] > 1.3 * c.error_px2[2]
        || c.error_px2[2] > 1.3 * c.error_px2[0]);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { "a hole's centre is found on paper, in the black and across its"
          " edge, torn, noisy and overlapped",
            test_centres, NULL, NULL, NULL },
        { "the error of the centre grows with tears, noise and overlap",
            test_error_grows, NULL, NULL, NULL },
        { "the error of a crescent has a direction", test_error_of_crescent,
            NULL, NULL, NULL },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
