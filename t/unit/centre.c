/* The centre of a hole and its error, on drawn holes with known centres. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drawn_hole.h"
#include "worker/detect/centre.h"

/* Noise that is new in every picture, and a codec's. */
#define FRESH 1.2
#define FROZEN 0.6

/* Each pixel becomes the mean of three, both ways. */
static void
soften(float *now)
{
    static float tmp[SIDE * SIDE];

    for (int step = 1; step <= SIDE; step += SIDE - 1) {
        memcpy(tmp, now, sizeof(tmp));
        for (int i = step; i < SIDE * SIDE - step; i++) {
            now[i] = (tmp[i - step] + tmp[i] + tmp[i + step]) / 3;
        }
    }
}


/* Lamps above: the torn edge throws its shade on the paper around its upper
 * side, darker than what is behind. */
static void
shade(float *now, const scene_t *s)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        double dx = i % SIDE - MIDDLE - s->x;
        double dy = i / SIDE - MIDDLE - s->y; /* NOLINT: whole pixels */
        double d = hypot(dx, dy), out = d - 0.43 * CALIBER;

        if (out > 0 && dy < 0) {
            now[i] -= (float) (110 * -dy / d * exp(-out / (0.13 * CALIBER)));
        }
    }
}


/* Finds the hole that was drawn; the result is relative to the truth, in
 * calibers, the covariance in squares of calibers. */
static gms_centre_t
find_drawn(stage_t *g, const scene_t *s)
{
    static gms_patch_t patch;
    gms_fit_t          fit;
    gms_centre_t       c;

    assert_int_equal(gms_patch_init(&patch, SIDE), 0);
    gms_patch_look(&patch, &g->about, &g->track, g->now);
    gms_fit_disc(&patch, &g->about, g->track.blob.x, g->track.blob.y, &fit);
    gms_centre_find(&patch, &g->about, &fit, &c);
    gms_patch_close(&patch);

    c.x = (c.x - MIDDLE - s->x) / CALIBER;
    c.y = (c.y - MIDDLE - s->y) / CALIBER;
    for (int i = 0; i < 3; i++) {
        c.error_px2[i] /= CALIBER * CALIBER;
    }
    return c;
}


/* Draws and finds the hole, of a bullet so many times as wide. */
static gms_centre_t
find_by(
    const scene_t *s, uint32_t seed, double freshness, int blur, double wide)
{
    static stage_t g;

    draw_scene(&g, s, seed);
    g.about.freshness = freshness;
    g.about.caliber_px *= wide;
    for (int i = 0; i < blur; i++) {
        soften(g.now);
    }
    return find_drawn(&g, s);
}


static gms_centre_t
find(const scene_t *s, uint32_t seed, double freshness)
{
    return find_by(s, seed, freshness, 0, 1);
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
        { "paper, backer nearly as pale", 0.008,
            { 0, .4, .1, 215, 0, 120, 0, 0, 0 } },
        { "paper, backer as pale, torn", 0.006,
            { 0, .4, .1, 229, 0, 140, .1, 1, 0 } },
        { "paper, backer as pale, torn far", 0.015,
            { 0, .4, .1, 229, 0, 140, .2, 1, 0 } },
        { "black", 0.005, { SIDE, -.4, .3, 12, 0, 0, 0, 0, 0 } },
        { "black, fibres on one side", 0.015,
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
        { "black, half overlapped, pale backer", 0.02,
            { SIDE, .2, .3, 170, 0, 0, 0, 0, .5 } },
        { "black, torn, overlapped, pale backer", 0.05,
            { SIDE, .2, .3, 170, 0, 0, .15, 0, .5 } },
    };
    bool good = true;

    (void) state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        gms_centre_t c = find(&table[i].scene, 1 + (uint32_t) i, FRESH);

        if (!(hypot(c.x, c.y) <= table[i].most)) {
            print_error(
                "%s: off by %.3f, %.3f calibers\n", table[i].what, c.x, c.y);
            good = false;
        }
    }
    assert_true(good);
}


static void
test_shade(void **state)
{
    static const scene_t pale = { 0, .3, -.2, 190, 0, 0, .1, 1, 0 };
    static stage_t       g;
    gms_centre_t         c;

    (void) state;
    draw_scene(&g, &pale, 7);
    g.about.freshness = FROZEN;
    shade(g.now, &pale);
    soften(g.now);
    c = find_drawn(&g, &pale);
    if (!(hypot(c.x, c.y) <= 0.04)) {
        fail_msg("off by %.3f, %.3f calibers", c.x, c.y);
    }
}


/* Before a backer hardly brighter than ink a codec smears the light of fibres,
 * which is far brighter, beyond what it leaves of the opening. */
static void
test_fibres_of_codec(void **state)
{
    static const scene_t grey = { SIDE, .2, -.3, 66, 130, 0, .1, 1, 0 };
    static stage_t       g;
    gms_centre_t         c;

    (void) state;
    draw_scene(&g, &grey, 7);
    g.about.freshness = FROZEN;
    soften(g.now);
    soften(g.now);
    c = find_drawn(&g, &grey);
    if (!(hypot(c.x, c.y) <= 0.08)) {
        fail_msg("off by %.3f, %.3f calibers", c.x, c.y);
    }
}


/* Paper that stands up below the opening, brighter than what is behind. */
static void
flap(float *now, const scene_t *s)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        double dx = i % SIDE - MIDDLE - s->x;
        double dy = i / SIDE - MIDDLE - s->y; /* NOLINT: whole pixels */

        if (hypot(dx, dy - 0.75 * CALIBER) < 0.4 * CALIBER
            && hypot(dx, dy) > 0.43 * CALIBER)
        {
            now[i] = 150;
        }
    }
}


/* A codec blurs the light of a flap into that of a gray backer, where the
 * disc came to lie on both. */
static void
test_flap_of_codec(void **state)
{
    static const scene_t grey = { SIDE, .2, -.3, 66, 0, 0, .1, 1, 0 };
    static stage_t       g;
    gms_centre_t         c;

    (void) state;
    draw_scene(&g, &grey, 7);
    g.about.freshness = FROZEN;
    flap(g.now, &grey);
    soften(g.now);
    soften(g.now);
    c = find_drawn(&g, &grey);
    if (!(hypot(c.x, c.y) <= 0.03)) {
        fail_msg("off by %.3f, %.3f calibers", c.x, c.y);
    }
}


/* The bullet's print on ink, a little paler, and card that hangs in a third of
 * the opening, as pale as that. */
static void
print_on_ink(float *now, const scene_t *s)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        double dx = i % SIDE - MIDDLE - s->x;
        double dy = i / SIDE - MIDDLE - s->y; /* NOLINT: whole pixels */
        double d = hypot(dx, dy);

        if (d < 0.56 * CALIBER && (d > 0.43 * CALIBER || dx > 0.12 * CALIBER)) {
            now[i] = (float) INK + 12;
        }
    }
}


/* Out of focus what is behind lies to one side, what changed around it does
 * not; a codec keeps no print. */
static void
test_surround(void **state)
{
    static const scene_t ink = { SIDE, .2, -.3, 20, 0, 0, 0, 1, 0 };
    static stage_t       g;
    gms_centre_t         sensor, codec;

    (void) state;
    draw_scene(&g, &ink, 7);
    print_on_ink(g.now, &ink);
    for (int i = 0; i < 4; i++) {
        soften(g.now);
    }
    sensor = find_drawn(&g, &ink);
    g.about.freshness = FROZEN;
    codec = find_drawn(&g, &ink);
    if (!(hypot(sensor.x, sensor.y) <= 0.08)) {
        fail_msg("off by %.3f, %.3f calibers, through a codec %.3f, %.3f",
            sensor.x, sensor.y, codec.x, codec.y);
    }
    assert_true(hypot(codec.x, codec.y) > 0.1);
}


/* Trace of the covariance. */
static double
spread(const scene_t *s, double freshness)
{
    gms_centre_t c = find(s, 5, freshness);

    assert_true(c.error_px2[0] > 0 && c.error_px2[2] > 0);
    assert_true(
        c.error_px2[0] * c.error_px2[2] > c.error_px2[1] * c.error_px2[1]);
    return c.error_px2[0] + c.error_px2[2];
}


static void
test_error_grows(void **state)
{
    static const scene_t paper = { 0, .2, -.3, 20, 0, 0, 0, 0, 0 };
    static const scene_t ring = { 0, .2, -.3, 20, 0, 120, 0, 0, 0 };
    static const scene_t ink = { SIDE, .2, -.3, 12, 0, 0, .1, 0, 0 };
    static const scene_t smooth = { SIDE, .2, -.3, 12, 0, 0, 0, 0, 0 };
    static const struct {
        const char    *what;
        const scene_t *than;
        double         least; /* times its spread */
        double         freshness;
        scene_t        scene;
    } table[] = {
        { "torn", &paper, 1.5, FRESH, { 0, .2, -.3, 20, 0, 0, .2, 0, 0 } },
        { "overlapped", &paper, 2, FRESH, { 0, .2, -.3, 20, 0, 0, 0, 0, .8 } },
        { "a pale backer", &ring, 1.3, FRESH,
            { 0, .2, -.3, 200, 0, 120, 0, 0, 0 } },
        { "in the black", &paper, 1.15, FRESH,
            { SIDE, .2, -.3, 12, 0, 0, 0, 0, 0 } },
        { "in the black, torn", &ink, 1.2, FRESH,
            { SIDE, .2, -.3, 12, 0, 0, .25, 0, 0 } },
        { "in the black, noisy", &smooth, 1.05, FRESH,
            { SIDE, .2, -.3, 12, 0, 0, 0, 8, 0 } },
        { "in the black, hardly darker behind", &ink, 2, FRESH,
            { SIDE, .2, -.3, 38, 0, 0, .1, 0, 0 } },
        { "in the black, a codec", &ink, 1.2, FROZEN,
            { SIDE, .2, -.3, 12, 0, 0, .1, 0, 0 } },
    };
    bool good = true;

    (void) state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        double times = spread(&table[i].scene, table[i].freshness)
            / spread(table[i].than, FRESH);

        if (!(times >= table[i].least)) {
            print_error("%s: %.2f times\n", table[i].what, times);
            good = false;
        }
    }
    assert_true(good);
}


/* A codec smears the shade of a torn edge into what is behind, where that is
 * as pale as paper; a dark hole it leaves nearly as it was. */
static void
test_error_of_codec(void **state)
{
    static const scene_t dark = { 0, .2, -.3, 20, 0, 0, 0, 0, 0 };
    static const scene_t pale = { 0, .2, -.3, 200, 0, 120, 0, 0, 0 };
    static const scene_t ink = { SIDE, .2, -.3, 12, 0, 0, 0, 0, 0 };
    static const scene_t bright = { SIDE, .2, -.3, 120, 0, 0, 0, 0, 0 };

    (void) state;
    assert_true(spread(&pale, FROZEN) > 3 * spread(&dark, FROZEN));
    assert_true(spread(&bright, FROZEN) > 1.5 * spread(&ink, FROZEN));
}


/* The bullet went through a long tear anywhere along it; only a codec's holes
 * are so long. */
static void
test_error_along_a_tear(void **state)
{
    static const scene_t paper = { 0, .2, -.3, 20, 0, 0, 0, 0, 0 };
    static stage_t       g;
    gms_centre_t         c, sensor;

    (void) state;
    draw_scene(&g, &paper, 7);
    for (int i = 0; i < SIDE * SIDE; i++) {
        double dx = i % SIDE - MIDDLE - paper.x;
        double dy = i / SIDE - MIDDLE - paper.y; /* NOLINT: whole pixels */
        bool   hole = hypot(dx, 1.6 * dy) < 0.53 * CALIBER;

        g.now[i] = (float) (hole ? paper.backer : PAPER);
    }
    sensor = find_drawn(&g, &paper);
    g.about.freshness = FROZEN;
    c = find_drawn(&g, &paper);
    assert_true(c.error_px2[0] - c.error_px2[2] > 0.04 * 0.04);
    assert_true(sensor.error_px2[0] - sensor.error_px2[2] < 0.02 * 0.02);
}


/* What a codec leaves of a tear to one side is no disc: the bullet's centre
 * lies between that of the best disc and the centroid, and less surely so. */
static void
test_lopsided(void **state)
{
    static const scene_t ink = { SIDE, .2, -.3, 12, 0, 0, 0, 0, 0 };
    static stage_t       g;
    gms_centre_t         sensor, c, round = find(&ink, 7, FROZEN);

    (void) state;
    draw_scene(&g, &ink, 7);
    for (int i = 0; i < SIDE * SIDE; i++) {
        double dx = i % SIDE - MIDDLE - ink.x;
        double dy = i / SIDE - MIDDLE - ink.y; /* NOLINT: whole pixels */

        if (dx > 0 && dx < 0.7 * CALIBER && fabs(dy) < 0.2 * CALIBER) {
            g.now[i] = (float) ink.backer;
        }
    }
    sensor = find_drawn(&g, &ink);
    g.about.freshness = FROZEN;
    c = find_drawn(&g, &ink);
    if (!(c.x > sensor.x + 0.01 && c.error_px2[2] > 1.2 * round.error_px2[2])) {
        fail_msg("at %.3f, before %.3f calibers; error %.5f, round %.5f", c.x,
            sensor.x, c.error_px2[2], round.error_px2[2]);
    }
}


/* Blur hides tears and fibres, but not what they do to the disc. */
static void
test_error_of_blur(void **state)
{
    static const scene_t ink = { SIDE, .2, -.3, 12, 0, 0, .1, 0, 0 };
    static const scene_t paper = { 0, .2, -.3, 20, 0, 0, .05, 0, 0 };
    gms_centre_t         sharp = find(&ink, 3, FRESH);
    gms_centre_t         blurred = find_by(&ink, 3, FRESH, 4, 1);

    (void) state;
    assert_true(blurred.error_px2[0] > 1.5 * sharp.error_px2[0]);
    assert_true(blurred.error_px2[2] > 1.5 * sharp.error_px2[2]);

    sharp = find(&paper, 3, FRESH);
    blurred = find_by(&paper, 3, FRESH, 10, 1);
    assert_true(blurred.error_px2[0] > 1.2 * sharp.error_px2[0]);
    assert_true(blurred.error_px2[2] > 1.2 * sharp.error_px2[2]);
}


/* An opening that paper closed by more than it usually does. */
static void
test_error_of_closed(void **state)
{
    static const scene_t ink = { SIDE, .2, -.3, 12, 0, 0, .1, 0, 0 };
    gms_centre_t         open = find(&ink, 3, FRESH);
    gms_centre_t         closed = find_by(&ink, 3, FRESH, 0, 1.3);

    (void) state;
    assert_true(closed.error_px2[0] > 3 * open.error_px2[0]);
    assert_true(closed.error_px2[2] > 3 * open.error_px2[2]);
}


/* Nothing in a perfect hole says how far it may be off: pixels and pose do. */
static void
test_error_has_a_floor(void **state)
{
    static const scene_t paper = { 0, .2, -.3, 20, 0, 0, 0, 0, 0 };
    static const scene_t ink = { SIDE, .2, -.3, 12, 0, 0, 0, 0, 0 };

    (void) state;
    assert_true(spread(&paper, FRESH) * CALIBER * CALIBER > 2 * .07 * .07);
    assert_true(spread(&ink, FRESH) * CALIBER * CALIBER > 2 * .1 * .1);
}


/* A crescent tells its disc along the line of both centres less well than a
 * whole rim, and across it even less. */
static void
test_error_of_crescent(void **state)
{
    gms_centre_t c =
        find(&(scene_t){ 0, .2, -.3, 20, 0, 0, 0, 0, .8 }, 3, FRESH);

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
        { "shade on one side of a hole before a pale backer does not pull its"
          " centre",
            test_shade, NULL, NULL, NULL },
        { "fibres that a codec smears do not pull a hole's centre",
            test_fibres_of_codec, NULL, NULL, NULL },
        { "a flap that a codec smears does not pull a hole's centre",
            test_flap_of_codec, NULL, NULL, NULL },
        { "in the black what changed around a hole says where it lies, too",
            test_surround, NULL, NULL, NULL },
        { "the error of the centre grows with tears, noise, overlap, codec and"
          " a pale backer",
            test_error_grows, NULL, NULL, NULL },
        { "through a codec the error of the centre grows with a pale backer",
            test_error_of_codec, NULL, NULL, NULL },
        { "through a codec the error of the centre is larger along a tear",
            test_error_along_a_tear, NULL, NULL, NULL },
        { "through a codec the centre in ink lies between that of the disc and"
          " the centroid",
            test_lopsided, NULL, NULL, NULL },
        { "the error of the centre grows with blur", test_error_of_blur, NULL,
            NULL, NULL },
        { "the error of the centre grows where paper closed the opening",
            test_error_of_closed, NULL, NULL, NULL },
        { "the error of the centre has a floor, higher in the black",
            test_error_has_a_floor, NULL, NULL, NULL },
        { "the error of a crescent has a direction", test_error_of_crescent,
            NULL, NULL, NULL },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
