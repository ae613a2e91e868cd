/* What the builtin detector does when the scene is not simply live: hands,
 * lamps, targets that turn, a camera that moves or sees nothing.  Each at 15
 * pictures a second and at one. */

#include "detect_scene.h"


static void
says_why_it_is_blind(void **unused)
{
    static const struct {
        double                level;
        const char           *word;
    } cases[] = {
        { 3, "black" },
        { 255, "white" },
        { 120, "gray" }
    };
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            fill(r.seen, cases[i].level);
            show(&r, 4, 4);
            assert_int_equal(state(&r), GMS_DETECTOR_BLIND);
            assert_non_null(strstr(r.detail, cases[i].word));
            show_paper(&r, 1, 3);
            expect_live(&r, 0);
        }
    }
}


static void
learns_nothing_blind(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        fill(r.seen, 2);
        show(&r, 3, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_BLIND);
        wall(r.seen);
        show(&r, 3, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_GONE);
        assert_non_null(strstr(r.detail, "No target"));
        show_paper(&r, 1, 2);
        expect_live(&r, 0);
        shoot(&r, 100, 90);
        show_paper(&r, 1, 4);
        expect_live(&r, 1);
    }
}


/* Somebody steps aside as the first picture is taken: at one a second the next
 * is already without them, and their half is no paper. */
static void
learns_nobody(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        arm(r.seen, 60, 140);
        show(&r, 0, 1);
        show_paper(&r, 1, 3);
        expect_live(&r, 0);
        shoot(&r, -100, 60);
        show_paper(&r, 1, 3);
        expect_live(&r, 1);
        assert_int_equal(count(&r, GMS_DETECTION_HOLE), 1);
        assert_int_equal(count(&r, GMS_DETECTION_REJECTED), 0);
    }
}


/* Lamps on the mains, read row by row: bands that wander. */
static void
show_flicker(range_t *r, double seconds, int pictures)
{
    int n = (int) lrint(seconds * r->fps);

    for (int i = 0; i < (n < pictures ? pictures : n); i++) {
        for (int k = 0; k < PIXELS; k++) {
            double band = sin(0.03 * (k / CARD_W) + 2.1 * (double) r->frame);

            r->seen[k] = (float) (r->paper[k] * (1 + 0.08 * band));
        }
        look(r);
    }
}


static void
learns_in_flickering_light(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show_flicker(&r, 1, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_LIVE);
        shoot(&r, 100, 90);
        show_flicker(&r, 1, 4);
        expect_live(&r, 1);
    }
}


/* Something flutters over the card all the time. */
static void
does_not_learn_for_ever(void **unused)
{
    range_t r;

    (void) unused;
    begin(&r, 15);
    for (int i = 0; i < 60; i++) {
        memcpy(r.seen, r.paper, PIXELS * sizeof(float));
        for (int y = 40; y < 140; y++) {
            for (int x = 30; x < 150; x++) {
                r.seen[y * CARD_W + x + 20 * (i % 2)] = 100;
            }
        }
        look(&r);
    }
    assert_true(state(&r) != GMS_DETECTOR_LEARNING);
    end(&r);
}


static void
waits_for_a_turned_target(void **unused)
{
    range_t r;
    int     shots = 0;

    (void) unused;
    EACH_RATE(r) {
        shots = 0;
        show(&r, 1, 3);
        for (int turn = 0; turn < 3; turn++) {
            wall(r.seen);
            show(&r, 2, 7);
            assert_int_equal(state(&r), GMS_DETECTOR_AWAY);
            assert_true(r.detail[0] != '\0');
            if (turn % 2 == 1) { /* just as it turned away */
                shoot(&r, -120 + 30 * turn, 60);
                shots++;
            }
            show_paper(&r, 1, 1);
            shoot(&r, 90, -60 + 45 * turn);
            show_paper(&r, 2, 2);
            shots++;
        }
        show(&r, 1, 2);
        expect_live(&r, shots);
    }
}


static void
tells_that_it_is_gone(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        wall(r.seen);
        show(&r, 1, 3);
        r.ns += 20 * GMS_S; /* a camera that stops for a while */
        show(&r, 1, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_GONE);
        assert_non_null(strstr(r.detail, "hang"));
        show_paper(&r, 1, 3);
        expect_live(&r, 0);
    }
}


static void
catches_up_after_a_hand(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, -130, 20);
        show_paper(&r, 1, 4);
        expect_live(&r, 1);
        for (int i = 0; i < 3 * r.fps; i++) { /* longer than anything lasts */
            if (i == r.fps) {
                shoot(&r, 110, 100); /* elsewhere */
            }
            memcpy(r.seen, r.paper, PIXELS * sizeof(float));
            arm(r.seen, 150 + i * 11 % 90, 130);
            look(&r);
            assert_int_equal(state(&r), GMS_DETECTOR_DISTURBED);
        }
        show_paper(&r, 1, 4);
        expect_live(&r, 2);
        assert_true(shot_at(&r, 110, 100, 0.25));
        assert_true(last(&r, GMS_DETECTION_SHOT)->order_unknown);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
    }
}


/* A hand with fingers, folds and a soft shadow, from below; it is never quite
 * still. */
static void
hand(float *out, double x, double y, double level)
{
    for (int v = 0; v < CARD_H; v++) {
        for (int u = 0; u < CARD_W; u++) {
            float *p = out + v * CARD_W + u;
            double d = fabs(u - x) - 45, shade;

            for (int finger = -1; finger <= 1; finger++) {
                double l = fabs(u - x - 34 * finger) - 13;

                d = v < y ? fmin(d < 0 ? 99 : d, l) : d;
            }
            d = v < y - 90 ? 99 : d;
            shade = 1 - 0.3 * fmin(fmax(1 - (d - 4) / 40, 0), 1);
            *p = d < 0 ? (float) (level * (1 + 0.12 * sin(0.31 * (u - x) )
                             * cos(0.23 * (v - y))))
                       : (float) ((double) *p * shade);
        }
    }
}


static void
is_not_misled_by_a_resting_hand(void **unused)
{
    static const double levels[] = { 150, 60, 205 };
    range_t             r;

    (void) unused;
    for (size_t k = 0; k < sizeof(levels) / sizeof(levels[0]); k++) {
        EACH_RATE(r) {
            show(&r, 1, 3);
            for (int i = 0; i < 4; i++) { /* of which it hides some */
                shoot(&r, 30 * i - 50, 95);
                show_paper(&r, 1, 4);
            }
            expect_live(&r, 4);
            for (int i = 0; i < 8 * r.fps; i++) {
                double t = (double) i / r.fps;

                if (i == 3 * r.fps) {
                    shoot(&r, 10, 60);
                } else if (i == 6 * r.fps) {
                    shoot(&r, -110, -60); /* beside it */
                }
                memcpy(r.seen, r.paper, PIXELS * sizeof(float));
                hand(r.seen, CARD_X + 9 * sin(1.7 * t),
                    CARD_Y + 20 + 7 * sin(2.3 * t), levels[k]);
                look(&r);
            }
            show_paper(&r, 2, 5);
            expect_live(&r, 6);
            assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
        }
    }
}


static void
works_on_beside_what_stays(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        float *with = malloc(PIXELS * sizeof(float));

        assert_non_null(with);
        show(&r, 1, 3);
        memcpy(r.seen, r.paper, PIXELS * sizeof(float));
        arm(r.seen, 180, 60);
        show(&r, 3, 4);
        expect_live(&r, 0);
        shoot(&r, 110, 100);
        memcpy(with, r.paper, PIXELS * sizeof(float));
        arm(with, 180, 60);
        memcpy(r.seen, with, PIXELS * sizeof(float));
        show(&r, 1, 4);
        expect_live(&r, 1);
        shoot(&r, -100, 60); /* behind it */
        show_paper(&r, 2, 5);
        expect_live(&r, 2);
        assert_true(shot_at(&r, -100, 60, 0.25));
        free(with);
    }
}


static void
bridges_a_change_of_light(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, -130, 20);
        show_paper(&r, 1, 4);
        for (double gain = 0.15; gain < 0.45; gain += 0.12) {
            r.gain = gain;
            show(&r, 1, 4);
            assert_int_equal(state(&r), GMS_DETECTOR_LIVE);
            r.gain = 1;
            show(&r, 1, 4);
            expect_live(&r, 1);
        }
        r.gain = 0.3;
        show(&r, 2, 2);
        shoot(&r, 110, 100);
        show_paper(&r, 3, 6);
        expect_live(&r, 2);
        r.gain = 1;
        show(&r, 3, 6);
        expect_live(&r, 2);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
    }
}


/* Infra-red: ink is gray, paper a little darker, nothing as sharp. */
static void
see_at_night(range_t *r)
{
    for (int y = 1; y < CARD_H - 1; y++) {
        for (int x = 1; x < CARD_W - 1; x++) {
            const float *p = r->paper + y * CARD_W + x;
            float        v = (4 * p[0] + p[-1] + p[1] + p[CARD_W]
                           + p[-CARD_W]) / 8;

            r->seen[y * CARD_W + x] = 20 + 150 * powf(v / 255, 0.45F);
        }
    }
}


static void
bridges_the_night_switch(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, -130, 20);
        show_paper(&r, 1, 4);
        expect_live(&r, 1);
        shoot(&r, 120, -80); /* as it switches */
        see_at_night(&r);
        show(&r, 3, 5);
        expect_live(&r, 2);
        assert_true(shot_at(&r, 120, -80, 0.25));
        shoot(&r, 110, 100);
        see_at_night(&r);
        show(&r, 3, 5);
        expect_live(&r, 3);
        show_paper(&r, 4, 6);
        expect_live(&r, 3);
        shoot(&r, 30, 140);
        show_paper(&r, 1, 4);
        expect_live(&r, 4);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
    }
}


/* From night to day, and the exposure follows: for some pictures too much light
 * drowns all but the black and what is printed there. */
static void
bridges_too_much_light(void **unused)
{
    static const double gains[] = { 1.5, 1.7, 2.0, 2.4 };
    range_t             r;

    (void) unused;
    for (size_t k = 0; k < sizeof(gains) / sizeof(gains[0]); k++) {
        EACH_RATE(r) {
            see_at_night(&r);
            show(&r, 3, 5);
            memcpy(r.seen, r.paper, PIXELS * sizeof(float));
            r.gain = gains[k];
            show(&r, 0.4, 2);
            for (; r.gain > 1.01; r.gain = 1 + 0.7 * (r.gain - 1)) {
                show(&r, 0, 1);
            }
            r.gain = 1;
            show(&r, 3, 5);
            expect_live(&r, 0);
            shoot(&r, 110, 100);
            show_paper(&r, 1, 4);
            expect_live(&r, 1);
        }
    }
}


static void
refuses_another_face(void **unused)
{
    const double big[9] = { 1.3, 0, -0.3 * CARD_X, 0, 1.3, -0.3 * CARD_Y,
        0, 0, 1 };
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        card_draw(r.paper, big);
        show_paper(&r, 3, 4);
        assert_int_equal(state(&r), GMS_DETECTOR_GONE);
        assert_non_null(strstr(r.detail, "1.3 times"));
        arm(r.seen, 0, 330);
        card_draw(r.paper, identity);
        memcpy(r.seen, r.paper, PIXELS * sizeof(float));
        arm(r.seen, 0, 330);
        show(&r, 1, 3);
        assert_int_equal(state(&r), GMS_DETECTOR_GONE);
        assert_non_null(strstr(r.detail, "part of the target"));
        show_paper(&r, 1, 3);
        expect_live(&r, 0);
    }
}


/* The picture after a zoom and a pan, about the middle of the picture. */
static void
aim(const range_t *r, double zoom, double dx, double dy, float *out)
{
    for (int y = 0; y < CARD_H; y++) {
        for (int x = 0; x < CARD_W; x++) {
            double u = (x - 320 - dx) / zoom + 320;
            double v = (y - 240 - dy) / zoom + 240;
            int    i = (int) floor(u), j = (int) floor(v);
            double fx = u - i, fy = v - j;

            if (i < 0 || j < 0 || i + 1 >= CARD_W || j + 1 >= CARD_H) {
                out[y * CARD_W + x] = 90;
                continue;
            }
            out[y * CARD_W + x] = (float) (
                (1 - fy) * ((1 - fx) * (double) r->paper[j * CARD_W + i]
                    + fx * (double) r->paper[j * CARD_W + i + 1])
                + fy * ((1 - fx) * (double) r->paper[(j + 1) * CARD_W + i]
                    + fx * (double) r->paper[(j + 1) * CARD_W + i + 1]));
        }
    }
}


static void
follows_the_camera(void **unused)
{
    static const double moves[][3] = {
        { 1.1, 0, 0 }, { 0.83, 10, -6 }, { 0.6, 30, 20 }, { 1, 75, 0 },
        { 1, -40, 8 }
    };
    range_t r;

    (void) unused;
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]);
        i += SCENES_EACH) {
        for (begin(&r, rates[i % 2]); r.fps != 0; end(&r)) {
            show(&r, 1, 3);
            shoot(&r, -100, 60);
            show_paper(&r, 1, 4);
            shoot(&r, 100, 100); /* while it moves */
            aim(&r, moves[i][0], moves[i][1], moves[i][2], r.seen);
            show(&r, 2, 8);
            expect_live(&r, 2);
            assert_true(shot_at(&r, 100, 100, 0.3));
            assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
        }
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a black, white or gray picture is said to be so",
            says_why_it_is_blind),
        TEST("nothing is learnt from darkness or from a wall",
            learns_nothing_blind),
        TEST("who is in the first picture only is no part of the paper",
            learns_nobody),
        TEST("a card in flickering light is learnt within a second",
            learns_in_flickering_light),
        TEST("what moves before the card does not keep it learning for ever",
            does_not_learn_for_ever),
        TEST("a target that turns away is waited for, and its holes counted",
            waits_for_a_turned_target),
        TEST("a target that does not come back is gone",
            tells_that_it_is_gone),
        TEST("a hole shot while a hand is before the card is caught up",
            catches_up_after_a_hand),
        TEST("a hand that rests before the card makes no shot and no paper,"
             " and hides none for good", is_not_misled_by_a_resting_hand),
        TEST("what stays before the card is worked around, and seen through"
             " when it goes", works_on_beside_what_stays),
        TEST("lamps go off and on: no shot, none lost",
            bridges_a_change_of_light),
        TEST("the camera's night switch makes no shot and hides none",
            bridges_the_night_switch),
        TEST("too much light for a moment makes no shot and blinds nobody",
            bridges_too_much_light),
        TEST("another face, or half of one, is refused with a sentence",
            refuses_another_face),
        TEST("the camera pans or zooms: holes stay where they are on the"
             " paper", follows_the_camera)
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
