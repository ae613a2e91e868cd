/* Field: paper that bends between its clamps is brought home everywhere, and
 * what is no bend does not pull. */

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
#include "worker/detect/field.h"
#include "worker/detect/warp.h"

typedef struct {
    card_t          card;
    float          *drawing;
    gms_zone_t      zone;
    gms_register_t  reg;
    gms_field_t     field;
} scene_t;

/* The drawn card, and marks all over it: rings alone cannot tell how far the
 * paper slid along them. */
static double
printed(double x, double y)
{
    double mx = fabs(fmod(x + 1000, 50) - 25), my = fabs(fmod(y + 1000, 50) - 25);
    double level = card_level(x, y), on = card_edge(4 - mx) * card_edge(3 - my);

    return level + ((level > 120 ? 90 : 150) - level) * on;
}


/* Displacement of the paper at a point of the card, px of the picture. */
typedef void (*bend_t)(double x, double y, double *dx, double *dy);


static void
flat(double x, double y, double *dx, double *dy)
{
    (void) x;
    (void) y;
    *dx = *dy = 0;
}


static void
draw_bent(float *out, bend_t bend)
{
    for (int y = 0; y < CARD_H; y++) {
        for (int x = 0; x < CARD_W; x++) {
            double dx, dy, u = x, v = y;

            for (int i = 0; i < 3; i++) { /* u + bend(u) = x */
                bend(u, v, &dx, &dy);
                u = x - dx;
                v = y - dy;
            }
            out[y * CARD_W + x] = (float) printed(u - CARD_X, v - CARD_Y);
        }
    }
}


static int
setup(void **state)
{
    scene_t              *s = calloc(1, sizeof(*s));
    gms_detector_config_t config = card_config();
    gms_image_t           box;
    char                  err[200];

    assert_non_null(s);
    card_open(&s->card);
    s->drawing = calloc(CARD_W * CARD_H, sizeof(float));
    assert_non_null(s->drawing);
    assert_int_equal(gms_zone_init(&s->zone, &config, CARD_W, CARD_H, err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_register_init(&s->reg, &s->zone), GMS_OK);
    assert_int_equal(gms_field_init(&s->field, &s->zone), GMS_OK);
    draw_bent(s->drawing, flat);
    box = *card_shot(&s->card, s->drawing, 1, 1);
    box.px += (ptrdiff_t) s->zone.y * box.stride + s->zone.x;
    box.width = s->zone.w;
    box.height = s->zone.h;
    assert_int_equal(gms_register_reference(&s->reg, &box), GMS_OK);
    *state = s;
    return 0;
}


static int
teardown(void **state)
{
    scene_t *s = *state;

    gms_field_close(&s->field);
    gms_register_close(&s->reg);
    gms_zone_close(&s->zone);
    gms_image_free(&s->card.image);
    free(s->drawing);
    free(s);
    return 0;
}


static void
look(scene_t *s, double light, int pictures)
{
    for (int i = 0; i < pictures; i++) {
        const gms_image_t *shot = card_shot(&s->card, s->drawing, light, 1);

        assert_int_equal(gms_register_find(&s->reg, shot), GMS_OK);
        gms_field_update(&s->field, &s->reg, shot);
    }
}


/* Largest error over the printed card of map and field together. */
static double
worst(const scene_t *s, bend_t bend)
{
    double most = 0;

    for (int i = 0; i < 80; i++) {
        double a = i * M_PI / 8, r = 28.0 * (i / 16 + 1);
        double x = CARD_X + r * cos(a), y = CARD_Y + r * sin(a);
        double bx = x - s->zone.x, by = y - s->zone.y, fx, fy, u, v, dx, dy;

        bend(x, y, &dx, &dy);
        gms_field_at(&s->field, bx, by, &fx, &fy);
        gms_homography_apply(s->reg.map, bx + fx, by + fy, &u, &v);
        most = fmax(most, hypot(u - bx - dx, v - by - dy));
    }
    return most;
}


/* Clamped at the top, the lower edge swings out and twists. */
static void
hanging(double x, double y, double *dx, double *dy)
{
    double v = y / CARD_H, u = x / CARD_W - 0.5;

    *dx = 1.6 * v * v * (1 + u);
    *dy = 0.5 * v * sin(4 * u);
}


static void
wave(double x, double y, double *dx, double *dy)
{
    *dx = 0.5 * sin(y * 2 * M_PI / 560);
    *dy = 0.45 * cos(x * 2 * M_PI / 600);
}


/* And the camera shakes by much more. */
static void
shaken_wave(double x, double y, double *dx, double *dy)
{
    wave(x, y, dx, dy);
    *dx += 3.3;
    *dy -= 2.1;
}


static void
follows_the_paper(void **state)
{
    static const struct {
        const char  *what;
        bend_t       bend;
        double       light;
    } cases[] = {
        { "nothing moved", flat, 1 },
        { "hanging paper", hanging, 1 },
        { "a wave", wave, 1 },
        { "a wave in half the light", wave, 0.5 },
        { "a wave, and a shaken camera", shaken_wave, 1 },
        { "flat again", flat, 1 }
    };
    scene_t *s = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        double alone, off;

        draw_bent(s->drawing, cases[i].bend);
        look(s, cases[i].light, 4);
        off = worst(s, cases[i].bend);
        gms_field_reset(&s->field);
        alone = worst(s, cases[i].bend);
        look(s, cases[i].light, 1);
        print_message("# %s: off by %.3f px, without the field %.3f px\n",
            cases[i].what, off, alone);
        assert_true(off < 0.1);
    }
}


static void
still_paper_is_flat(void **state)
{
    scene_t *s = *state;

    draw_bent(s->drawing, flat);
    look(s, 1, 20);
    assert_false(s->field.on);
    assert_true(worst(s, flat) < 0.03);
}


/* As large as a hole gets, on a ring: only the anchors around it see it. */
static void
a_hole_does_not_pull(void **state)
{
    static const double places[][2] = { { 0, -120 }, { 84, 84 }, { -80, 0 },
        { 8, 40 } };
    scene_t *s = *state;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        double off;

        draw_bent(s->drawing, flat);
        card_hole(s->drawing, CARD_X + places[i][0], CARD_Y + places[i][1],
            9, 12);
        gms_field_reset(&s->field);
        gms_register_reset(&s->reg);
        look(s, 1, 20);
        off = worst(s, flat);
        print_message("# a hole at %.0f, %.0f: %.3f px\n", places[i][0],
            places[i][1], off);
        assert_true(off < 0.1);
    }
}


/* What the warp makes of the field, pixel by pixel. */
static void
bent_picture_comes_home(void **state)
{
    scene_t *s = *state;
    float   *home = calloc(CARD_W * CARD_H, sizeof(float));
    int16_t *out = gms_zone_plane(&s->zone);
    int32_t *sums = calloc((size_t) (s->zone.w / 8) * (size_t) s->zone.blocks,
        sizeof(int32_t));
    double   square[2] = { 0 };

    assert_non_null(home);
    assert_non_null(out);
    assert_non_null(sums);
    draw_bent(home, flat);
    draw_bent(s->drawing, wave);
    look(s, 1, 2);
    for (int pass = 0; pass < 2; pass++) {
        gms_warp(&s->zone, card_shot(&s->card, s->drawing, 1, 0), s->reg.map,
            pass == 0 ? NULL : &s->field, out, sums);
        for (int y = 0; y < s->zone.h; y++) {
            for (int x = 0; x < s->zone.w; x++) {
                ptrdiff_t at = (ptrdiff_t) y * s->zone.w + x;
                int       px = (s->zone.y + y) * CARD_W + s->zone.x + x;
                double    d = (double) out[at] / GMS_LEVEL - (double) home[px];

                square[pass] += s->zone.inside[at] ? d * d : 0;
            }
        }
    }
    print_message("# RMS %.2f levels, without the field %.2f\n",
        sqrt(square[1] / (double) s->zone.area),
        sqrt(square[0] / (double) s->zone.area));
    assert_true(square[1] < 0.7 * square[0]);
    free(home);
    free(out);
    free(sums);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "bent paper is followed to a tenth of a pixel",
          .test_func = follows_the_paper, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "still paper stays flat",
          .test_func = still_paper_is_flat, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "a new hole does not bend the paper",
          .test_func = a_hole_does_not_pull, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "a bent picture is brought home pixel by pixel",
          .test_func = bent_picture_comes_home, .setup_func = setup,
          .teardown_func = teardown }
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
