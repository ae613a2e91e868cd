/* Registration, warp and gain: the card is brought home to a small fraction
 * of a pixel, whatever the light, or not at all. */

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
#include "worker/detect/anchor.h"
#include "worker/detect/gain.h"
#include "worker/detect/register.h"
#include "worker/detect/warp.h"


static const double identity[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };

typedef struct {
    card_t          card;
    float          *drawing;
    gms_zone_t      zone;
    gms_register_t  reg;
} scene_t;


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
    card_draw(s->drawing, identity);
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

    gms_register_close(&s->reg);
    gms_zone_close(&s->zone);
    gms_image_free(&s->card.image);
    free(s->drawing);
    free(s);
    return 0;
}


/* Largest distance, over the zone, between the map found and the true one. */
static double
worst(const scene_t *s, const double truth[9])
{
    double most = 0;

    for (int i = 0; i < 64; i++) {
        double a = i * M_PI / 8, r = 24.0 * (i / 16 + 1), u, v, p, q;
        double x = CARD_X + r * cos(a), y = CARD_Y + r * sin(a);

        gms_homography_apply(truth, x, y, &u, &v);
        gms_homography_apply(s->reg.map, x - s->zone.x, y - s->zone.y, &p,
            &q);
        most = fmax(most, hypot(p + s->zone.x - u, q + s->zone.y - v));
    }
    return most;
}


static void
finds_poses(void **state)
{
    static const struct {
        const char  *what;
        double       map[9];
        double       gain;
        double       most_px;
    } cases[] = {
        { "nothing moved", { 1, 0, 0, 0, 1, 0, 0, 0, 1 }, 1, 0.02 },
        { "a third of a pixel", { 1, 0, 0.37, 0, 1, -0.61, 0, 0, 1 }, 1,
            0.03 },
        { "recoil", { 1, 0, 2.6, 0, 1, 3.3, 0, 0, 1 }, 1, 0.03 },
        { "a knock", { 1, 0, -9.4, 0, 1, 6.2, 0, 0, 1 }, 1, 0.04 },
        { "a bump", { 1, 0, 27.2, 0, 1, -31.5, 0, 0, 1 }, 1, 0.04 },
        { "a turn of .3 degrees", { 0.99998, -0.0052, 1.7, 0.0052, 0.99998,
            -1.1, 0, 0, 1 }, 1, 0.05 },
        { "swaying paper", { 1.001, 0.0004, 0.3, -0.0003, 0.998, 0.8, 1e-6,
            -3e-6, 1 }, 1, 0.06 },
        { "in half the light", { 1, 0, 0.37, 0, 1, -0.61, 0, 0, 1 }, 0.5,
            0.05 }
    };
    scene_t *s = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        double off;

        card_draw(s->drawing, cases[i].map);
        gms_register_reset(&s->reg);
        assert_int_equal(gms_register_find(&s->reg, card_shot(&s->card,
            s->drawing, cases[i].gain, 1)), GMS_OK);
        off = worst(s, cases[i].map);
        print_message("# %s: off by %.3f px\n", cases[i].what, off);
        assert_true(off < cases[i].most_px);
    }
}


/* Between two looks people hung it askew and pasted half of what tells its
 * roll: rings fit at any, and near one that was guessed. */
static void
finds_a_roll_at_once(void **state)
{
    static const struct {
        double   turn;
        double   dx;
        double   dy;
        uint64_t pasted; /* of the marks, a bit each */
    } cases[] = {
        { -0.0009, -4, 5, 0xc87cbfe4e0 },
        { -0.0367, 15, 6, 0x201a75e502 }
    };
    scene_t *s = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        double c = cos(cases[i].turn), n = sin(cases[i].turn);
        double map[9] = { c, -n, 0, n, c, 0, 0, 0, 1 };

        card_draw(s->drawing, identity);
        gms_register_reset(&s->reg);
        assert_int_equal(gms_register_find(&s->reg, card_shot(&s->card,
            s->drawing, 1, 1)), GMS_OK);
        map[2] = CARD_X + cases[i].dx - c * CARD_X + n * CARD_Y;
        map[5] = CARD_Y + cases[i].dy - n * CARD_X - c * CARD_Y;
        card_draw(s->drawing, map);
        for (int k = 0; k < 40; k++) {
            double far = (k / 4 * 5 + 2.5) * CARD_SCALE, x, y;

            gms_homography_apply(map, CARD_X + far * cos(k % 4 * M_PI / 2),
                CARD_Y + far * sin(k % 4 * M_PI / 2), &x, &y);
            if ((cases[i].pasted >> k & 1) != 0) {
                card_hole(s->drawing, x, y, 9,
                    k < 16 ? CARD_INK : CARD_PAPER);
            }
        }
        assert_int_equal(gms_register_find(&s->reg, card_shot(&s->card,
            s->drawing, 1, 1)), GMS_OK);
        assert_true(worst(s, map) < 0.1);
    }
}


static void
ignores_a_hand(void **state)
{
    const double map[9] = { 1, 0, 0.8, 0, 1, 0.4, 0, 0, 1 };
    scene_t     *s = *state;

    card_draw(s->drawing, map);
    for (int y = 0; y < CARD_H; y++) {
        for (int x = 0; x < 270; x++) {
            s->drawing[y * CARD_W + x] = (float) (90 + (x / 9 + y / 7) % 30);
        }
    }
    assert_int_equal(gms_register_find(&s->reg, card_shot(&s->card,
        s->drawing, 1, 1)), GMS_OK);
    assert_true(worst(s, map) < 0.1);
    assert_true(s->reg.inliers < 0.9);
}


static void
refuses_another_picture(void **state)
{
    scene_t *s = *state;
    double   before[9];

    memcpy(before, s->reg.map, sizeof(before));
    for (int i = 0; i < CARD_W * CARD_H; i++) {
        s->drawing[i] = (float) (128 + 60 * sin(i % CARD_W / 7.0)
                                 * cos(i / CARD_W / 5.0));
    }
    assert_int_equal(gms_register_find(&s->reg, card_shot(&s->card,
        s->drawing, 1, 1)), GMS_EUNSURE);
    assert_memory_equal(before, s->reg.map, sizeof(before));
}


/* Print that drowned in light leaves windows with nothing but an edge just
 * outside of them: no correlation may come of the last digits of sums. */
static void
flat_windows_say_nothing(void **state)
{
    uint8_t           px[2][40 * 40];
    gms_image_t       flat = { .px = px[0], .width = 40, .height = 40,
        .stride = 40 }, busy = flat;
    gms_anchor_t      anchor;
    gms_anchor_seen_t seen;

    (void) state;
    busy.px = px[1];
    memset(px[0], 255, sizeof(px[0]));
    for (int i = 0; i < 40 * 40; i++) {
        px[1][i] = (uint8_t) (200 + 20 * (i % 7 == 0) + 10 * (i / 40 % 5 == 0));
    }
    memset(px[0] + (12 + GMS_ANCHOR_WINDOW) * 40, 60, 40);
    for (int i = 0; i < 100; i++) {
        double x = 10 + 0.04 * i, y = 9.5 + 0.025 * i;

        gms_anchor_fill(&anchor, &flat, 12, 12, 0);
        assert_true(anchor.strength > 0);
        assert_false(gms_anchor_look(&anchor, &flat, x, y, NULL, &seen));
        assert_false(gms_anchor_look(&anchor, &busy, x, y, NULL, &seen));
        gms_anchor_fill(&anchor, &busy, 12, 12, 0);
        assert_false(gms_anchor_look(&anchor, &flat, x, y, NULL, &seen));
    }
    assert_true(gms_anchor_look(&anchor, &busy, 12, 12, NULL, &seen));
    assert_true(seen.match > 0.999 && seen.match < 1.001);
}


static void
warp_brings_home(void **state)
{
    const double map[9] = { 1, 0, 1.37, 0, 1, -2.61, 0, 0, 1 };
    scene_t     *s = *state;
    float       *home = calloc(CARD_W * CARD_H, sizeof(float));
    int16_t     *out = gms_zone_plane(&s->zone);
    int32_t     *sums = calloc((size_t) (s->zone.w / 8)
                               * (size_t) s->zone.blocks, sizeof(int32_t));
    double       square = 0, before = 0, n = 0;

    assert_non_null(home);
    assert_non_null(out);
    assert_non_null(sums);
    card_draw(home, identity);
    card_draw(s->drawing, map);
    gms_warp(&s->zone, card_shot(&s->card, s->drawing, 1, 0), map,
        NULL, out,
        sums);
    for (int y = 0; y < s->zone.h; y++) {
        for (int x = 0; x < s->zone.w; x++) {
            ptrdiff_t at = (ptrdiff_t) y * s->zone.w + x;
            int       px = (s->zone.y + y) * CARD_W + s->zone.x + x;
            double    d = (double) (out[at]) / GMS_LEVEL - (double) home[px];
            double    e = (double) s->drawing[px] - (double) home[px];

            if (s->zone.inside[at]) {
                square += d * d;
                before += e * e;
                n++;
            }
        }
    }
    print_message("# RMS before %.2f, after %.2f levels\n", sqrt(before / n),
        sqrt(square / n));
    assert_true(square < 0.05 * before);

    gms_warp(&s->zone, card_shot(&s->card, home, 1, 0), NULL, NULL, out,
        sums);
    assert_int_equal(out[s->zone.w * 150 + 150], GMS_LEVEL
        * s->card.image.px[(s->zone.y + 150) * s->card.image.stride
                           + s->zone.x + 150]);
    free(home);
    free(out);
    free(sums);
}


static void
gain_follows_light(void **state)
{
    scene_t    *s = *state;
    size_t      cells = (size_t) (s->zone.w / 8) * (size_t) s->zone.blocks;
    int32_t    *now = calloc(cells, sizeof(int32_t));
    int32_t    *before = calloc(cells, sizeof(int32_t));
    int16_t    *row = calloc((size_t) s->zone.w + 2 * GMS_GAIN_ROOM,
        sizeof(int16_t));
    gms_gain_t  gain;

    assert_non_null(now);
    assert_non_null(before);
    assert_non_null(row);
    assert_int_equal(gms_gain_init(&gain, &s->zone), GMS_OK);
    for (size_t i = 0; i < cells; i++) {
        double x = (double) (i % (size_t) (s->zone.w / 8));

        before[i] = 200 * 64 * GMS_LEVEL;
        now[i] = (int32_t) (before[i] * (0.6 + 0.004 * x));
    }
    /* Four dark cells: a hole, which is not a shadow. */
    for (int i = 0; i < 4; i++) {
        now[(size_t) ((20 + i / 2) * (s->zone.w / 8) + 20 + i % 2)] /= 4;
    }
    gms_gain_update(&gain, now, before);
    gms_gain_row(&gain, 165, 0, s->zone.w, row + GMS_GAIN_ROOM);
    for (int x = 24; x < s->zone.w - 24; x++) {
        double want = 0.6 + 0.004 * ((x - 3.5) / 8);
        double got = (double) row[GMS_GAIN_ROOM + x] / GMS_GAIN_ONE;

        assert_true(fabs(got - want) < 0.012);
        assert_true(fabs(gms_gain_at(&gain, x, 165) - got) < 0.002);
    }
    gms_gain_close(&gain);
    free(now);
    free(before);
    free(row);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "the card is found again to a small part of a pixel",
          .test_func = finds_poses, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "a card that was hung askew is found at the first look",
          .test_func = finds_a_roll_at_once, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "a hand over a part of the card does not pull it away",
          .test_func = ignores_a_hand, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "another picture is not taken for the card",
          .test_func = refuses_another_picture, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "a window in which too much light drowned the print says"
                  " nothing",
          .test_func = flat_windows_say_nothing },
        { .name = "a moved picture is brought home pixel by pixel",
          .test_func = warp_brings_home, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "a shadow is light, a hole in it is not",
          .test_func = gain_follows_light, .setup_func = setup,
          .teardown_func = teardown }
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
