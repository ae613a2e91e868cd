/* Noise of the picture of this moment: a codec renews all of it at once, and
 * no hole may come of that, nor be lost for long. */

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
#include "worker/detect/change.h"

#define HOLE_X 150 /* in the box, on the black */
#define HOLE_Y 130

typedef struct {
    card_t        card;
    gms_zone_t    zone;
    gms_change_t  change;
    gms_gain_t    gain;
    int16_t      *clean; /* the card, GMS_LEVEL */
    uint32_t      random;
} scene_t;


static int
setup(void **state)
{
    scene_t              *s = calloc(1, sizeof(*s));
    gms_detector_config_t config = card_config();
    char                  err[200];

    assert_non_null(s);
    s->random = 1;
    assert_int_equal(gms_zone_init(&s->zone, &config, CARD_W, CARD_H, err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_gain_init(&s->gain, &s->zone), GMS_OK);
    assert_int_equal(gms_change_init(&s->change, &s->zone), GMS_OK);
    s->clean = gms_zone_plane(&s->zone);
    assert_non_null(s->clean);
    for (int y = 0; y < s->zone.h; y++) {
        for (int x = 0; x < s->zone.w; x++) {
            s->clean[y * s->zone.w + x] = (int16_t) (GMS_LEVEL
                * card_level(s->zone.x + x - CARD_X, s->zone.y + y - CARD_Y));
        }
    }
    memcpy(s->change.picture, s->clean, (size_t) s->zone.w
        * (size_t) s->zone.h * sizeof(int16_t));
    gms_change_start(&s->change);
    gms_change_renew_all(&s->change);
    *state = s;
    return 0;
}


static int
teardown(void **state)
{
    scene_t *s = *state;

    gms_change_close(&s->change);
    gms_gain_close(&s->gain);
    gms_zone_close(&s->zone);
    free(s->clean);
    free(s);
    return 0;
}


/* A picture whose error grows with what is printed: blotches of 4 x 4 px of
 * `flat` levels, and `share` of the steps between neighbours. */
static void
picture(scene_t *s, double flat, double share)
{
    int w = s->zone.w;

    for (int y = 0; y < s->zone.h; y++) {
        for (int x = 0; x < w; x++) {
            const int16_t *p = s->clean + y * w + x;
            uint32_t       r = (uint32_t) (x / 4 * 73 + y / 4 * 179)
                * 2654435761U + s->random;
            double         step, sign;

            r = (r ^ (r >> 15)) * 2246822519U;
            sign = (double) (r >> 16) / 32768.0 - 1;
            step = x > 0 && y > 0 ? abs(p[0] - p[-1]) + abs(p[0] - p[-w]) : 0;
            s->change.picture[y * w + x] = (int16_t) (p[0]
                + sign * (flat * GMS_LEVEL + share * step));
        }
    }
}


/* A bare sensor's noise: every pixel's is its own. */
static void
grain(scene_t *s, int levels)
{
    size_t n = (size_t) s->zone.w * (size_t) s->zone.h;

    for (size_t i = 0; i < n; i++) {
        int sign;

        s->random = s->random * 1664525U + 1013904223U;
        sign = (int) (s->random >> 24) - 128;
        s->change.picture[i] =
            (int16_t) (s->clean[i] + sign * levels * GMS_LEVEL / 128);
    }
}


static void
hole(scene_t *s, int level)
{
    for (int y = -7; y <= 7; y++) {
        for (int x = -7; x <= 7; x++) {
            if (x * x + y * y <= 49) {
                s->change.picture[(HOLE_Y + y) * s->zone.w + HOLE_X + x] =
                    (int16_t) (level * GMS_LEVEL);
            }
        }
    }
}


static void
key_frame_is_no_change(void **state)
{
    static const struct {
        const char *what;
        double      flat;
        double      share;
        double      hole; /* level of a hole in the black; < 0: none */
        bool        quiet;
    } cases[] = {
        { "frozen", 0.2, 0, -1, true },
        { "a key frame", 1.5, 0.2, -1, true },
        { "frozen again", 0.2, 0, -1, true },
        { "a hole while frozen", 0.2, 0, 5, false },
        { "a hole in a key frame", 1.5, 0.2, 5, false }
    };
    scene_t *s = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        long over = 0;
        long learnt = 0;

        s->random += 77;
        picture(s, cases[i].flat, cases[i].share);
        if (cases[i].hole >= 0) {
            hole(s, (int) cases[i].hole);
        }
        gms_change_find(&s->change, &s->gain);
        over = s->change.over;
        for (long k = 0; k < (long) s->zone.w * s->zone.h; k++) {
            learnt += abs(s->change.difference[k]) > s->change.threshold[k];
        }
        print_message("# %s: %ld pixels, by what was learnt %ld\n",
            cases[i].what, over, learnt);
        assert_int_equal(over < 12, cases[i].quiet);
        assert_true(cases[i].quiet || over > 60);
    }
}


static void
rises_where_print_is(void **state)
{
    scene_t *s = *state;
    int      flat = -1, edge = -1, w = s->zone.w;
    double   calm, busy;

    for (int i = 4 * w; i < (s->zone.h - 4) * w; i++) {
        const int16_t *p = s->clean + i;

        if (!s->zone.inside[i - 4 * w] || !s->zone.inside[i + 4 * w]) {
            continue;
        }
        edge = abs(p[2] - p[-2]) > 100 * GMS_LEVEL ? i : edge;
        flat = p[-4] == p[4] && p[-4 * w] == p[4 * w] && p[-2 * w - 2] == p[0]
                && p[2 * w + 2] == p[0] && p[0] > 200 * GMS_LEVEL ? i : flat;
    }
    assert_true(edge > 0 && flat > 0);
    picture(s, 0.5, 0.3);
    gms_change_find(&s->change, &s->gain);
    calm = gms_change_noise(&s->change, flat % w, flat / w);
    busy = gms_change_noise(&s->change, edge % w, edge / w);
    print_message("# flat %.2f, edge %.2f levels\n", calm, busy);
    assert_true(calm < 1.2);
    assert_true(busy > 3 * calm);

    picture(s, 0, 0);
    gms_change_find(&s->change, &s->gain);
    assert_true(gms_change_noise(&s->change, edge % w, edge / w)
        < busy / 2);
}


/* A hand is seen, however much of the picture it covers. */
static void
a_hand_is_no_noise(void **state)
{
    scene_t *s = *state;

    memcpy(s->change.picture, s->clean, (size_t) s->zone.w
        * (size_t) s->zone.h * sizeof(int16_t));
    for (int y = 0; y < s->zone.h; y++) {
        for (int x = 0; x < s->zone.w / 2; x++) {
            s->change.picture[y * s->zone.w + x] = 120 * GMS_LEVEL;
        }
    }
    gms_change_find(&s->change, &s->gain);
    assert_true(s->change.over > s->zone.area / 4);
}


/* Sharpening makes white whiter than white: what follows it for long must
 * not come out on the dark side. */
static void
white_stays_white(void **state)
{
    scene_t *s = *state;
    size_t   n = (size_t) s->zone.w * (size_t) s->zone.h;

    for (int pass = 0; pass < 200; pass++) {
        for (size_t i = 0; i < n; i++) {
            s->change.picture[i] = 262 * GMS_LEVEL;
        }
        if (pass == 0) {
            gms_change_start(&s->change);
            gms_change_renew_all(&s->change);
        }
        gms_change_find(&s->change, &s->gain);
        gms_change_follow(&s->change, &s->gain, 1, 0, 2);
    }
    for (size_t i = 0; i < n; i++) {
        if (s->zone.inside[i]) {
            assert_in_range(s->change.background[i], 250 * GMS_DEEP,
                255 * GMS_DEEP);
        }
    }
}


/* As random noise that light alone does not renew. */
static void
light_is_not_fresh(void **state)
{
    scene_t *s = *state;
    size_t   n = (size_t) s->zone.w * (size_t) s->zone.h;
    size_t   cells = (size_t) s->gain.w * (size_t) s->gain.h;
    int16_t *frozen = calloc(n, sizeof(int16_t));

    assert_non_null(frozen);
    picture(s, 2, 0.1);
    memcpy(frozen, s->change.picture, n * sizeof(int16_t));
    for (int k = 0; k < 100; k++) {
        double light = 1 + 0.1 * sin(k);

        for (size_t i = 0; i < n; i++) {
            s->change.picture[i] = (int16_t) (frozen[i] * light);
        }
        for (size_t i = 0; i < cells; i++) {
            s->gain.gain[i] = (int16_t) lrint(GMS_GAIN_ONE * light);
        }
        gms_change_measure(&s->change, &s->gain);
    }
    print_message("# frozen under flickering light: %.2f\n",
        s->change.freshness);
    assert_true(s->change.freshness < 0.4);

    for (size_t i = 0; i < cells; i++) {
        s->gain.gain[i] = GMS_GAIN_ONE;
    }
    for (int k = 0; k < 100; k++) {
        grain(s, 2);
        gms_change_measure(&s->change, &s->gain);
    }
    print_message("# new in every picture: %.2f\n", s->change.freshness);
    assert_true(s->change.freshness > 1.1);
    free(frozen);
}


/* As a codec that redraws every picture in blotches. */
static void
blotches_are_not_fresh(void **state)
{
    scene_t *s = *state;

    for (int k = 0; k < 100; k++) {
        s->random += 977;
        picture(s, 2, 0.1);
        gms_change_measure(&s->change, &s->gain);
    }
    print_message("# blotches in every picture: %.2f\n", s->change.freshness);
    assert_true(s->change.freshness < GMS_FRESH_SENSOR);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a key frame renews all noise: no change comes of it",
          .test_func = key_frame_is_no_change, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "noise rises where print is, and falls with the picture",
          .test_func = rises_where_print_is, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "a hand is not taken for noise",
          .test_func = a_hand_is_no_noise, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "a background whiter than white stays white",
          .test_func = white_stays_white, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "flickering light does not make frozen noise look fresh",
          .test_func = light_is_not_fresh, .setup_func = setup,
          .teardown_func = teardown },
        { .name = "what changes in blotches is a codec's, not fresh",
          .test_func = blotches_are_not_fresh, .setup_func = setup,
          .teardown_func = teardown }
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
