/* What stands before the card is told from every light, and from holes. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "detect_card.h"
#include "worker/detect/occlusion.h"
#include "worker/detect/warp.h"

typedef struct {
    gms_zone_t      zone;
    gms_gain_t      gain;
    gms_holes_t     holes;
    gms_occlusion_t map;
    int16_t        *picture;
    int32_t        *before; /* cell sums of the card */
    int32_t        *now;
    uint32_t        noise;
} scene_t;


static double
paper(const scene_t *s, double x, double y)
{
    return card_level(s->zone.x + x - CARD_X, s->zone.y + y - CARD_Y);
}


/* The card, shifted to the right. */
static void
draw(scene_t *s, double shift)
{
    for (int y = 0; y < s->zone.h; y++) {
        for (int x = 0; x < s->zone.w; x++) {
            s->picture[y * s->zone.w + x] =
                (int16_t) (GMS_LEVEL * paper(s, x - shift, y));
        }
    }
}


static void
sum(const scene_t *s, int32_t *sums)
{
    for (int b = 0; b < s->zone.blocks; b++) {
        gms_cell_sums(s->picture + b * 8 * s->zone.w, s->zone.w,
            s->zone.w / 8, sums + b * (s->zone.w / 8));
    }
}


static int
setup(void **state)
{
    scene_t              *s = calloc(1, sizeof(*s));
    gms_detector_config_t config = card_config();
    char                  err[200];
    size_t                cells;

    assert_non_null(s);
    assert_int_equal(gms_zone_init(&s->zone, &config, CARD_W, CARD_H, err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_gain_init(&s->gain, &s->zone), GMS_OK);
    assert_int_equal(gms_occlusion_init(&s->map, &s->gain), GMS_OK);
    assert_int_equal(gms_holes_init(&s->holes, &s->zone, 65), GMS_OK);
    cells = (size_t) (s->zone.w / 8) * (size_t) s->zone.blocks;
    s->picture = gms_zone_plane(&s->zone);
    s->before = calloc(cells, sizeof(int32_t));
    s->now = calloc(cells, sizeof(int32_t));
    assert_true(s->picture != NULL && s->before != NULL && s->now != NULL);
    draw(s, 0);
    sum(s, s->before);
    *state = s;
    return 0;
}


static int
teardown(void **state)
{
    scene_t *s = *state;

    gms_holes_close(&s->holes);
    gms_occlusion_close(&s->map);
    gms_gain_close(&s->gain);
    gms_zone_close(&s->zone);
    free(s->picture);
    free(s->before);
    free(s->now);
    free(s);
    return 0;
}


/* Adds noise of three levels, and makes the map. */
static int
look(scene_t *s)
{
    for (int i = 0; i < s->zone.w * s->zone.h; i++) {
        int n = 0;

        for (int k = 0; k < 3; k++) {
            s->noise = s->noise * 1664525U + 1013904223U;
            n += (int) (s->noise >> 24);
        }
        s->picture[i] = (int16_t) (s->picture[i]
            + (n - 382) * 3 * GMS_LEVEL / 128);
    }
    sum(s, s->now);
    gms_gain_update(&s->gain, s->now, s->before);
    gms_occlusion_find(&s->map, &s->gain, &s->holes);
    return s->map.cells;
}


static void
shine(scene_t *s, double (*light)(const scene_t *s, int x, int y))
{
    for (int y = 0; y < s->zone.h; y++) {
        for (int x = 0; x < s->zone.w; x++) {
            int16_t *p = &s->picture[y * s->zone.w + x];

            *p = (int16_t) (*p * light(s, x, y));
        }
    }
}


static double
full_light(const scene_t *s, int x, int y)
{
    (void) s;
    (void) x;
    (void) y;
    return 1;
}


static double
half_light(const scene_t *s, int x, int y)
{
    return 0.5 * full_light(s, x, y);
}


static double
lamp_bands(const scene_t *s, int x, int y)
{
    (void) s;
    (void) x;
    return 1 + 0.1 * sin(0.03 * y);
}


static double
soft_shadow(const scene_t *s, int x, int y)
{
    double d = hypot(x - 0.3 * s->zone.w, y - 0.6 * s->zone.h) / 130;

    return 1 - 0.45 * exp(-d * d);
}


/* As an arm throws it: from light to dark within 50 px. */
static double
arm_shadow(const scene_t *s, int x, int y)
{
    double d = (x - 0.5 * s->zone.w + 0.3 * y) / 50;

    return 1 - 0.35 * (d < 0 ? 0 : d > 1 ? 1 : d * d * (3 - 2 * d));
}


static void
no_light_hides(void **state)
{
    static double (*const lights[])(const scene_t *, int, int) = { full_light,
        half_light, lamp_bands, soft_shadow, arm_shadow };
    scene_t *s = *state;

    for (size_t i = 0; i < sizeof(lights) / sizeof(lights[0]); i++) {
        draw(s, 0);
        shine(s, lights[i]);
        assert_int_equal(look(s), 0);
        assert_int_equal(s->map.large, 0);
    }
}


static void
no_shift_hides(void **state)
{
    scene_t *s = *state;

    for (double shift = 0.25; shift <= 1; shift += 0.25) {
        draw(s, shift);
        assert_int_equal(look(s), 0);
    }
}


/* An arm from below, 70 px wide, up to y0; folds: how strong its texture. */
static void
arm(scene_t *s, double level, double folds, int x0, int y0)
{
    for (int y = y0; y < s->zone.h; y++) {
        for (int x = x0; x < x0 + 70; x++) {
            s->picture[y * s->zone.w + x] = (int16_t) (GMS_LEVEL * level
                * (1 + folds * sin(0.5 * x + 0.2 * y) * sin(0.4 * y)));
        }
    }
}


/* Share of a box of the zone that the map hides. */
static double
hidden(const scene_t *s, int x0, int y0, int x1, int y1)
{
    int n = 0, all = 0;

    for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++) {
            if (s->zone.inside[y * s->zone.w + x] != 0) {
                n += gms_occlusion_hides(&s->map, x, y);
                all++;
            }
        }
    }
    return (double) n / all;
}


static void
an_arm_hides(void **state)
{
    static const struct {
        double level;
        double folds;
    } arms[] = { { 150, 0.15 }, { 60, 0.2 }, { 190, 0.1 }, { 30, 0.3 },
        { 120, 0 } /* of one gray: what lacks is the print */ };
    scene_t *s = *state;

    for (size_t i = 0; i < sizeof(arms) / sizeof(arms[0]); i++) {
        for (int lit = 0; lit < 2; lit++) {
            draw(s, 0);
            if (lit) {
                shine(s, soft_shadow);
            }
            arm(s, arms[i].level, arms[i].folds, 200, 120);
            assert_true(look(s) > 0);
            assert_true(hidden(s, 200, 120, 270, s->zone.h) > 0.9);
            assert_true(hidden(s, 0, 0, 160, s->zone.h) < 0.01);
            assert_true(hidden(s, 310, 0, s->zone.w, s->zone.h) < 0.01);
            assert_true(hidden(s, 0, 0, s->zone.w, 80) < 0.01);
        }
    }
}


static void
disc(scene_t *s, double x, double y, double r, double level)
{
    for (int v = (int) (y - r); v <= y + r; v++) {
        for (int u = (int) (x - r); u <= x + r; u++) {
            if (hypot(u - x, v - y) <= r) {
                s->picture[v * s->zone.w + u] = (int16_t) (level * GMS_LEVEL);
            }
        }
    }
}


static void
no_holes_hide(void **state)
{
    scene_t *s = *state;
    double   r = CARD_CALIBER_PX / 2;

    draw(s, 0);
    for (int i = 0; i < 6; i++) { /* so many at once, side by side */
        disc(s, 150 + 17 * (i % 3), 150 + 17 * (i / 3), r, 12);
    }
    assert_int_equal(look(s), 0);
    for (int i = 0; i < 6; i++) {
        disc(s, 12 + 17 * i, 0.5 * s->zone.h, r, 12); /* at the border */
    }
    assert_int_equal(look(s), 0);
}


static void
no_paster_hides(void **state)
{
    scene_t *s = *state;

    draw(s, 0);
    disc(s, 0.5 * s->zone.w, 0.5 * s->zone.h, 60, CARD_INK);
    disc(s, 0.5 * s->zone.w, 0.2 * s->zone.h, 40, CARD_PAPER);
    assert_int_equal(look(s), 0);
}


/* Eighty holes that hang together from the middle to the border. */
static void
no_new_paper_hides(void **state)
{
    scene_t *s = *state;
    double   r = CARD_CALIBER_PX / 2;

    draw(s, 0);
    for (int i = 0; i < 80; i++) {
        gms_disc_t d = { .x = (float) (10 + 23 * (i / 4)),
            .y = (float) (0.5 * s->zone.h + 23 * (i % 4)),
            .r = (float) r };

        disc(s, (double) d.x, (double) d.y, r, 12);
        gms_holes_add(&s->holes, &d);
    }
    sum(s, s->before);
    draw(s, 0);
    assert_int_equal(look(s), 0);
    gms_holes_clear(&s->holes);
    draw(s, 0);
    assert_true(look(s) > 0); /* not known, they look like an arm */
}


static void
another_scene_is_none(void **state)
{
    scene_t *s = *state;

    for (int i = 0; i < s->zone.w * s->zone.h; i++) {
        int x = i % s->zone.w, y = i / s->zone.w;

        s->picture[i] = (int16_t) (GMS_LEVEL
            * (110 + 40 * sin(0.3 * x) + 30 * cos(0.23 * y)));
    }
    assert_int_equal(look(s), 0);
    assert_true(s->map.large > 0);
}


int
main(void)
{
#define TEST(name, function)                                                   \
    { name, function, setup, teardown, NULL }

    const struct CMUnitTest tests[] = {
        TEST("no lamp, no band and no soft shadow passes for an arm",
            no_light_hides),
        TEST("print that is off by up to a pixel is no arm", no_shift_hides),
        TEST("an arm is found whatever its gray, with folds or without, in"
             " shadow too", an_arm_hides),
        TEST("six new holes side by side are no arm", no_holes_hide),
        TEST("what does not reach in from outside is no arm", no_paster_hides),
        TEST("a sheet without the known holes is no arm", no_new_paper_hides),
        TEST("another scene altogether is no arm", another_scene_is_none),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
