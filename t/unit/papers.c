/* What the builtin detector makes of paper that is changed or pasted, seen or
 * told of, at 15 pictures a second and at one. */

#include "detect_scene.h"


static void
shoot_many(range_t *r, int n)
{
    for (int i = 0; i < n; i++) {
        shoot(r, 130 * cos(i * 1.3) + i, 130 * sin(i * 1.3) - i);
        show_paper(r, 0.4, 5);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), n);
}


/* People before the target for so long. */
static void
people(range_t *r, double seconds)
{
    int n = (int) lrint(seconds * r->fps);

    for (int i = 0; i < (n < 2 ? 2 : n); i++) {
        memcpy(r->seen, r->paper, PIXELS * sizeof(float));
        arm(r->seen, 100 + i * 37 % 200, 220);
        look(r);
    }
}


static void
sees_another_sheet(void **unused)
{
    static const double hung[][3] = { /* mm, mm, degrees */
        { 0, 0, 0 }, { 3, -2, 0.5 }, { -18, 9, 2 }, { 12, 15, -2 }
    };
    range_t r;

    (void) unused;
    for (size_t i = 0; i < sizeof(hung) / sizeof(hung[0]);
        i += SCENES_EACH) {
        for (begin(&r, rates[i % 2]); r.fps != 0; end(&r)) {
            double a = hung[i][2] * M_PI / 180, x, y;
            double map[9] = { cos(a), -sin(a), 0, sin(a), cos(a), 0, 0, 0, 1 };
            double dx = CARD_SCALE * hung[i][0], dy = CARD_SCALE * hung[i][1];

            map[2] = CARD_X + dx - map[0] * CARD_X - map[1] * CARD_Y;
            map[5] = CARD_Y + dy - map[3] * CARD_X - map[4] * CARD_Y;
            show(&r, 1, 3);
            shoot_many(&r, 5);
            people(&r, 3);
            card_draw(r.paper, map);
            people(&r, 1);
            show_paper(&r, 2, 4);
            expect_live(&r, 5);
            assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
            assert_string_equal(last(&r, GMS_DETECTION_PAPER)->reason,
                "new paper");

            /* The same place on the sheet as a hole of the last one. */
            gms_homography_apply(map, CARD_X + 130, CARD_Y, &x, &y);
            shoot(&r, x - CARD_X, y - CARD_Y);
            show_paper(&r, 1, 4);
            expect_live(&r, 6);
            assert_true(shot_at(&r, 130, 0, 0.15));
        }
    }
}


/* Seen through this, a card hangs elsewhere: mm, mm, degrees. */
static void
hang(double map[9], double dx_mm, double dy_mm, double turn_deg)
{
    double a = turn_deg * M_PI / 180;
    double turned[9] = { cos(a), -sin(a), 0, sin(a), cos(a), 0, 0, 0, 1 };

    memcpy(map, turned, sizeof(turned));
    map[2] = CARD_X + CARD_SCALE * dx_mm - map[0] * CARD_X - map[1] * CARD_Y;
    map[5] = CARD_Y + CARD_SCALE * dy_mm - map[3] * CARD_X - map[4] * CARD_Y;
}


/* No hole tells that another sheet hangs there: it is followed, and what does
 * not lie where it lay is no shot. */
static void
follows_a_sheet_without_holes(void **unused)
{
    static const double hung[][3] = { /* mm, mm, degrees */
        { 8, -5, 1 }, { -9, 4, -1.5 }, { 3, 9, 2 }, { 6, 2, 1 }
    };
    range_t r;

    (void) unused;
    for (size_t i = 0; i < sizeof(hung) / sizeof(hung[0]);
        i += SCENES_EACH) {
        for (begin(&r, i % 2 == 0 ? 2 : 15); r.fps != 0; end(&r)) {
            double map[9], x, y;

            hang(map, hung[i][0], hung[i][1], hung[i][2]);
            show(&r, 1, 3);
            people(&r, 3);
            card_draw(r.paper, map);
            people(&r, 1);
            memcpy(r.seen, r.paper, PIXELS * sizeof(float));
            arm(r.seen, 600, 40); /* one leaves */
            show(&r, 0, 1);
            for (int n = 0; n < 3 * r.fps; n++) {
                show_paper(&r, 0, 1);
                assert_true(state(&r) != GMS_DETECTOR_LIVE
                    || count(&r, GMS_DETECTION_CALIBRATION) == 1);
            }
            expect_live(&r, 0);
            gms_homography_apply(map, CARD_X + 130, CARD_Y, &x, &y);
            shoot(&r, x - CARD_X, y - CARD_Y);
            show_paper(&r, 1, 4);
            expect_live(&r, 1);
        }
    }
}


/* Holes as dark as ink tell nothing when they are gone: a sheet that somebody
 * hung elsewhere, with none of its holes as it was, is another one all the
 * same, and one that was straightened is not. */
static void
knows_faint_holes(void **unused)
{
    static const double at[][2] = { { 40, 30 }, { -20, 50 } };
    range_t             r;

    (void) unused;
    for (int pasted = 2; pasted >= 0; pasted -= 2) {
        EACH_RATE(r) {
            double map[9];

            show(&r, 1, 3);
            for (int i = 0; i < 2; i++) {
                card_hole(r.paper, CARD_X + at[i][0], CARD_Y + at[i][1],
                    CARD_CALIBER_PX / 2, CARD_INK - 11);
                show_paper(&r, 1, 4);
            }
            people(&r, 3);
            hang(map, 3, -2, 0.5);
            card_draw(r.paper, map);
            for (int i = 0; i < 2; i++) {
                double x, y;

                gms_homography_apply(
                    map, CARD_X + at[i][0], CARD_Y + at[i][1], &x, &y);
                card_hole(r.paper, x, y, CARD_CALIBER_PX / 2, CARD_INK - 11);
                if (i < pasted) {
                    card_hole(r.paper, x, y, 18, CARD_INK - 18);
                }
            }
            people(&r, 1);
            show_paper(&r, 3, 4);
            expect_live(&r, 2);
            assert_int_equal(count(&r, GMS_DETECTION_PAPER), pasted / 2);
        }
    }
}


/* The same sheet, upside down from one picture to the next: it is another one,
 * with as many holes. */
static void
sees_a_sheet_turned_over(void **unused)
{
    static const int holes[] = { 1, 2, 3, 4, 6 };
    const double     map[9] = { -1, 0, 2 * CARD_X, 0, -1, 2 * CARD_Y, 0, 0, 1 };
    range_t          r;

    (void) unused;
    for (size_t k = 0; k < sizeof(holes) / sizeof(holes[0]); k++) {
        EACH_RATE(r) {
            show(&r, 1, 3);
            shoot_many(&r, holes[k]);
            card_draw(r.paper, map);
            for (int i = 0; i < holes[k]; i++) {
                card_hole(r.paper, CARD_X - 130 * cos(i * 1.3) - i,
                    CARD_Y - 130 * sin(i * 1.3) + i,
                    CARD_CALIBER_PX / 2 * 0.95, 12);
            }
            show_paper(&r, 2, 4);
            expect_live(&r, holes[k]);
            assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
            assert_string_equal(
                last(&r, GMS_DETECTION_PAPER)->reason, "new paper");
        }
    }
}


static void
sees_pasters(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot_many(&r, 6);
        people(&r, 4);
        for (int i = 0; i < 3; i++) {
            card_hole(r.paper, CARD_X + 130 * cos(i * 1.3) + i,
                CARD_Y + 130 * sin(i * 1.3) - i, 36, 205);
        }
        people(&r, 2);
        show_paper(&r, 3, 4);
        expect_live(&r, 6);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
        assert_string_equal(last(&r, GMS_DETECTION_PAPER)->reason, "pasted");
        shoot(&r, 130, 0);
        show_paper(&r, 1, 4);
        expect_live(&r, 7);
    }
}


/* On the border of the black a paster is of one colour, what it hides was of
 * two: nothing around the hole is as it was. */
static void
sees_pasters_across_the_border(void **unused)
{
    static const double level[] = { 212, 44 };
    range_t             r;

    (void) unused;
    for (size_t k = 0; k < 2; k++) {
        begin(&r, k == 0 ? 15 : 1);
        show(&r, 1, 3);
        for (int i = 0; i < 4; i++) {
            shoot(&r, 80 * cos(i * 1.3), 80 * sin(i * 1.3));
            show_paper(&r, 0.4, 5);
        }
        people(&r, 4);
        for (int i = 0; i < 3; i++) {
            card_hole(r.paper, CARD_X + 80 * cos(i * 1.3),
                CARD_Y + 80 * sin(i * 1.3), 18, level[k]);
        }
        people(&r, 2);
        show_paper(&r, 3, 4);
        expect_live(&r, 4);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
        assert_string_equal(last(&r, GMS_DETECTION_PAPER)->reason, "pasted");
        shoot(&r, 80, 0);
        show_paper(&r, 1, 4);
        expect_live(&r, 5);
        end(&r);
    }
}


/* Five shots around one on the border, while somebody is there: nothing around
 * it is as it was either. */
static void
knows_torn_paper_from_pasted(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, 80, 0);
        show_paper(&r, 1, 5);
        people(&r, 4);
        for (int i = 0; i < 5; i++) {
            shoot(&r, 80 + 13 * cos(i * 1.26), 13 * sin(i * 1.26));
        }
        show_paper(&r, 4, 6);
        assert_int_equal(state(&r), GMS_DETECTOR_LIVE);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
    }
}


static void
believes_what_people_say(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot_many(&r, 2);
        gms_detector_paper(&r.detector, GMS_PAPER_COLD);
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        people(&r, 3);
        shoot(&r, 100, 100); /* a pencil, not a bullet */
        show_paper(&r, 2, 2);
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        gms_detector_paper(&r.detector, GMS_PAPER_HOT);
        show_paper(&r, 2, 4);
        expect_live(&r, 2);
        shoot(&r, -100, 100);
        show_paper(&r, 1, 4);
        expect_live(&r, 3);

        gms_detector_paper(&r.detector, GMS_PAPER_NEW);
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        people(&r, 2);
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        shoot(&r, 0, 150);
        show_paper(&r, 1, 4);
        expect_live(&r, 3);
        assert_string_equal(last(&r, GMS_DETECTION_PAPER)->reason,
            "new paper");
    }
}


/* People come for so long, hang the sheet a little elsewhere, and leave. */
static void
rehang(range_t *r, double seconds, double dx_mm, double dy_mm, double turn_deg)
{
    double map[9];

    people(r, seconds);
    hang(map, dx_mm, dy_mm, turn_deg);
    card_draw(r->paper, map);
    people(r, 1);
}


/* Five shots, and what people say about the paper. */
static void
shoot_and_announce(range_t *r)
{
    show(r, 1, 3);
    shoot_many(r, 5);
    gms_detector_paper(&r->detector, GMS_PAPER_NEW);
}


/* The change was told once, and the next shot counts. */
static void
expect_one_change(range_t *r)
{
    expect_live(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_PAPER), 1);
    shoot(r, -60, 100);
    show_paper(r, 1, 4);
    expect_live(r, 6);
}


static void
waits_for_who_was_announced(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        shoot_and_announce(&r);
        show_paper(&r, 1.5, 2); /* on their way */
        assert_int_equal(state(&r), GMS_DETECTOR_MAINTENANCE);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
        rehang(&r, 2, -15, 9, 1.5);
        show_paper(&r, 1, 4);
        expect_one_change(&r);
    }
}


/* Somebody so near that nothing is seen of the target. */
static void
coat(range_t *r, int pictures)
{
    for (int i = 0; i < pictures; i++) {
        for (int k = 0; k < PIXELS; k++) {
            r->seen[k] = (float) (70 + (k + 30 * i) % CARD_W / 8);
        }
        look(r);
    }
}


/* A face of which too much is hidden is not found, and somebody is told what to
 * do about it. */
static void
says_when_the_face_is_hidden(void **unused)
{
    double  map[9];
    range_t r;

    (void) unused;
    begin(&r, 2);
    r.detector.config.face.card_mm = 120;
    show(&r, 1, 3);
    people(&r, 2);
    hang(map, 24, 3, 0);
    card_draw(r.paper, map);
    for (int i = 0; i < 9; i++) { /* pasters on all of the border but a rest */
        card_hole(r.paper, CARD_X + CARD_SCALE * 24 + 76 * cos(i * 0.6),
            CARD_Y + CARD_SCALE * 3 + 76 * sin(i * 0.6), 27, CARD_INK);
    }
    show_paper(&r, 9, 2);
    assert_null(strstr((state(&r), r.detail), "by hand"));
    show_paper(&r, 3, 2);
    assert_int_equal(state(&r), GMS_DETECTOR_GONE);
    assert_non_null(strstr(r.detail, "by hand"));
    assert_int_equal(count(&r, GMS_DETECTION_SHOT), 0);
    end(&r);
}


/* Where pictures come a second apart no one of them is lost, and a camera that
 * shakes stands still all the same. */
static void
follows_a_sheet_in_four_pictures(void **unused)
{
    static const double shaken_px[] = { 0, 2.6, 0.3, 2.9 };
    static const double hung[][3] = { { 15, 9, 1.5 }, { 3, -2, 1.5 } };
    range_t             r;

    (void) unused;
    for (size_t k = 0; k < sizeof(hung) / sizeof(hung[0]); k++) {
        begin(&r, 1);
        show(&r, 1, 3);
        shoot_many(&r, 5);
        coat(&r, 3);
        for (int i = 0; i < 4; i++) {
            double map[9];

            hang(map, hung[k][0] + shaken_px[i] / CARD_SCALE, hung[k][1],
                hung[k][2]);
            card_draw(r.paper, map);
            show_paper(&r, 0, 1);
        }
        expect_live(&r, 5);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
        end(&r);
    }
}


static void
tells_of_a_change_once(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        shoot_and_announce(&r);
        show_paper(&r, 5, 2); /* nobody goes */
        expect_live(&r, 5);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 1);
        rehang(&r, 3, 12, 11, -2);
        show_paper(&r, 2, 4);
        expect_one_change(&r);
    }
}


static void
absolves_at_once(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        show(&r, 1, 3);
        shoot(&r, 100, 100);
        show_paper(&r, 0, 1); /* seen, not yet confirmed */
        gms_detector_paper(&r.detector, GMS_PAPER_HOT);
        assert_int_equal(state(&r), GMS_DETECTOR_LIVE);
        show_paper(&r, 0, 1);
        expect_live(&r, 0);
        shoot(&r, -100, 100);
        show_paper(&r, 1, 4);
        expect_live(&r, 1);
        assert_true(shot_at(&r, -100, 100, 0.25));
    }
}


/* Paper between print is brighter than what is around it, as a hole before a
 * pale backer is in ink; a shot that takes it is no old hole that is gone. */
static void
shoots_the_paper_in_print(void **unused)
{
    range_t r;

    (void) unused;
    EACH_RATE(r) {
        card_hole(r.paper, CARD_X + 110, CARD_Y + 110, CARD_CALIBER_PX, 150);
        card_hole(
            r.paper, CARD_X + 110, CARD_Y + 110, 0.45 * CARD_CALIBER_PX, 215);
        show_paper(&r, 1, 3);
        people(&r, 1);
        card_hole(
            r.paper, CARD_X + 110, CARD_Y + 110, 0.46 * CARD_CALIBER_PX, 140);
        people(&r, 0.5);
        show_paper(&r, 3, 5);
        expect_live(&r, 1);
        assert_int_equal(count(&r, GMS_DETECTION_PAPER), 0);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("another sheet is seen as such, wherever it hangs",
            sees_another_sheet),
        TEST("a sheet without holes makes no shot where it hangs",
            follows_a_sheet_without_holes),
        TEST("another sheet is seen by faint holes, too", knows_faint_holes),
        TEST("a sheet that is turned over between two pictures is no shot",
            sees_a_sheet_turned_over),
        TEST("pasters over holes are seen as such", sees_pasters),
        TEST("so are pasters over the border of the black",
            sees_pasters_across_the_border),
        TEST("a hole that is torn wider is not pasted",
            knows_torn_paper_from_pasted),
        TEST("cold, hot and new paper are believed",
            believes_what_people_say),
        TEST("paper that is announced is not learnt before it hangs there",
            waits_for_who_was_announced),
        TEST("at one picture a second, a sheet that hangs elsewhere is known"
             " within three", follows_a_sheet_in_four_pictures),
        TEST("a face that cannot be found is said to be hidden",
            says_when_the_face_is_hidden),
        TEST("a change that people tell of late or early is told once",
            tells_of_a_change_once),
        TEST("at hot, what was seen before is no shot, and nothing is learnt"
             " anew", absolves_at_once),
        TEST("a shot into the paper between print is no hole that is gone",
            shoots_the_paper_in_print)
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
