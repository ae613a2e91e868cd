/* When a candidate becomes a shot, and when not: slow cameras, many holes in
 * one picture, fast shots. */

#include <math.h>
#include <string.h>

#include "detect_range.h"
#include "t/lib/scenes.h"

#define R (CARD_CALIBER_PX / 2 * 0.95)
#define FAINT 31.5 /* levels of ink a hole, a little darker */


/* One picture, and then the time to the next. */
static void
see(range_t *r, double seconds)
{
    int k = gms_detector_push(&r->detector, card_shot(&r->card, r->drawing, 1,
        1), r->frame++, r->ns, r->detection + r->found,
        FOUND_MAX - r->found);

    assert_true(k >= 0);
    r->found += k;
    r->ns += (int64_t) (seconds * (double) GMS_S);
}


/* Distance of the nearest shot to a place, px from the centre. */
static const gms_detection_t *
shot_at(const range_t *r, double x, double y, double most_px)
{
    for (int i = 0; i < r->found; i++) {
        const gms_detection_t *d = &r->detection[i];

        if (d->kind == GMS_DETECTION_SHOT
            && hypot(d->x_px - CARD_X - x, d->y_px - CARD_Y - y) < most_px)
        {
            return d;
        }
    }
    return NULL;
}


static void
believes_the_second_still(void **state)
{
    static const double gaps[] = { 2.0, 1.0, 0.5, 0.4 };
    range_t            *r = *state;

    show(r, 20);
    for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
        shoot(r, 130 - 60 * (double) i, -110);
        see(r, gaps[i]);
        assert_int_equal(count(r, GMS_DETECTION_HOLE), i + 1);
        assert_int_equal(count(r, GMS_DETECTION_SHOT), i);
        see(r, gaps[i]);
        assert_int_equal(count(r, GMS_DETECTION_SHOT), i + 1);
        assert_false(last(r, GMS_DETECTION_SHOT)->order_unknown);
    }

    /* Where pictures come quickly two are not enough. */
    shoot(r, -130, -110);
    see(r, 0.1);
    see(r, 0.1);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 4);
    see(r, 0.1);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 5);
}


static void
parts_what_touches(void **state)
{
    /* Places from the centre of the face, how many of them are shot. */
    static const struct {
        const char  *what;
        int          holes;
        double       at[3][2];
    } cases[] = {
        { "apart", 2, { { 130, -20 }, { -120, 60 } } },
        { "touching on paper", 2, { { 130, -20 }, { 147, -20 } } },
        { "overlapping on paper", 2, { { -130, 20 }, { -122, 30 } } },
        { "touching in the black", 2, { { 30, 31 }, { 30, 48 } } },
        { "three in a corner", 3,
            { { -10, -120 }, { 7, -120 }, { 7, -103 } } },
        { "three apart", 3, { { 0, 120 }, { 60, 130 }, { -60, 130 } } },
    };
    range_t *r = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]);
        i += SCENES_EACH) {
        card_draw(r->drawing, identity);
        gms_detector_relearn(&r->detector);
        r->found = 0;
        show(r, 20);
        see(r, 1);
        for (int k = 0; k < cases[i].holes; k++) {
            shoot(r, cases[i].at[k][0], cases[i].at[k][1]);
        }
        see(r, 1);
        see(r, 1);
        see(r, 1);
        if (count(r, GMS_DETECTION_SHOT) != cases[i].holes) {
            fail_msg("%s: %d shots", cases[i].what,
                count(r, GMS_DETECTION_SHOT));
        }
        for (int k = 0; k < cases[i].holes; k++) {
            const gms_detection_t *d = shot_at(r, cases[i].at[k][0],
                cases[i].at[k][1], 1.6);

            if (d == NULL || !d->order_unknown) {
                fail_msg("%s: hole %d %s", cases[i].what, k,
                    d == NULL ? "is lost" : "claims to know the order");
            }
        }
        show(r, 10);
        assert_int_equal(count(r, GMS_DETECTION_SHOT), cases[i].holes);
        assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);
    }
}


/* Nobody fires twice within 1/15 s: what looks like two is one that is torn. */
static void
takes_one_torn_hole_for_one(void **state)
{
    range_t *r = *state;

    show(r, 20);
    shoot(r, -130, 20);
    shoot(r, -122, 30);
    show(r, 40);
    assert_in_range(count(r, GMS_DETECTION_SHOT), 0, 1);
}


static void
keeps_up_with_rapid_fire(void **state)
{
    /* Pictures of 1/15 s between the two. */
    static const struct {
        double  x;
        double  y;
        int     pictures;
    } second[] = {
        { 142, -20, 1 },
        { 130, -8, 2 },
        { 119, -26, 3 },
        { 139, -33, 4 },
    };
    range_t *r = *state;

    for (size_t i = 0; i < sizeof(second) / sizeof(second[0]);
        i += SCENES_EACH) {
        const gms_detection_t *one, *two;

        card_draw(r->drawing, identity);
        gms_detector_relearn(&r->detector);
        r->found = 0;
        show(r, 20);
        shoot(r, 130, -20);
        show(r, second[i].pictures);
        shoot(r, second[i].x, second[i].y);
        show(r, 20);
        one = shot_at(r, 130, -20, 1.5);
        two = shot_at(r, second[i].x, second[i].y, 1.5);
        if (count(r, GMS_DETECTION_SHOT) != 2 || one == NULL || two == NULL) {
            fail_msg("a second shot after %d pictures: %d shots",
                second[i].pictures, count(r, GMS_DETECTION_SHOT));
        }
        assert_int_equal(two->first_frame - one->first_frame,
            second[i].pictures);
        assert_false(one->order_unknown);
        assert_false(two->order_unknown);
    }
}


static void
says_when_nobody_saw(void **state)
{
    range_t *r = *state;
    float   *clean = malloc(CARD_W * CARD_H * sizeof(float));

    assert_non_null(clean);
    show(r, 20);
    shoot(r, 100, 100);
    show(r, 5);
    assert_false(last(r, GMS_DETECTION_SHOT)->order_unknown);

    /* A hand, and a shot behind it. */
    shoot(r, -130, -20);
    memcpy(clean, r->drawing, CARD_W * CARD_H * sizeof(float));
    for (int i = 0; i < CARD_H * CARD_W; i++) {
        if (i % CARD_W > 160 && i % CARD_W < 300) {
            r->drawing[i] = (float) (100 + (i % CARD_W + i / CARD_W) % 17);
        }
    }
    show(r, 8);
    memcpy(r->drawing, clean, CARD_W * CARD_H * sizeof(float));
    show(r, 20);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 2);
    assert_true(last(r, GMS_DETECTION_SHOT)->order_unknown);

    /* The camera was away. */
    r->ns += 5 * GMS_S;
    shoot(r, 130, -20);
    show(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 3);
    assert_true(last(r, GMS_DETECTION_SHOT)->order_unknown);
    free(clean);
}


static void
loses_no_shot_for_want_of_room(void **state)
{
    range_t *r = *state;
    int      shots = 0, holes = 0;

    show(r, 20);
    for (int i = 0; i < 40; i++) { /* nobody fetches; two reports a hole */
        shoot(r, -157 + 45 * (i % 8), -120 + 60 * (double) (i / 8));
        for (int k = 0; k < 4; k++) {
            gms_detection_t none;

            assert_int_equal(gms_detector_push(&r->detector,
                card_shot(&r->card, r->drawing, 1, 1), r->frame++, r->ns,
                &none, 0), 0);
            r->ns += GMS_S / FPS;
        }
    }
    for (int i = 0; i < 40; i++) {
        gms_detection_t some[4];
        int n = gms_detector_push(&r->detector, card_shot(&r->card,
            r->drawing, 1, 1), r->frame++, r->ns, some, 4);

        r->ns += GMS_S / FPS;
        for (int k = 0; k < n; k++) {
            shots += some[k].kind == GMS_DETECTION_SHOT;
            holes += some[k].kind == GMS_DETECTION_HOLE;
        }
    }
    assert_int_equal(shots, 40);
    assert_true(holes < 40);
}


/* The card as it was, but what came since. */
static void
clean_card(range_t *r)
{
    card_draw(r->drawing, identity);
}


static void
takes_back_what_rested_long(void **state)
{
    range_t *r = *state;

    show(r, 20);
    shoot(r, -120, 60);
    show(r, 5);
    shoot(r, 130, -20); /* an insect lands */
    show(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 2);
    for (int i = 0; i < 60; i++) { /* rests for half a minute */
        see(r, 0.5);
    }
    shoot(r, 145, -12); /* a shot beside it, and over its edge */
    show(r, 6);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 3);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);

    clean_card(r);
    shoot(r, -120, 60);
    shoot(r, 145, -12);
    show(r, 20);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 1);
    assert_true(fabs(last(r, GMS_DETECTION_REMOVED)->x_px - CARD_X - 130) < 1);
    assert_non_null(last(r, GMS_DETECTION_REMOVED)->reason);

    shoot(r, 128, -22); /* the place is good for a hole */
    show(r, 6);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 4);
    show(r, 20);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 1);
}


static void
takes_nothing_back_under_a_hand(void **state)
{
    range_t *r = *state;

    show(r, 20);
    shoot(r, 130, -20);
    shoot(r, 30, 30);
    show(r, 6);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 2);

    /* A finger, too small to disturb. */
    card_hole(r->drawing, CARD_X + 130, CARD_Y - 20, 16, 170);
    card_hole(r->drawing, CARD_X + 30, CARD_Y + 30, 16, 60);
    show(r, 30);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);

    /* A hand; when it is gone a hole is pasted. */
    for (int i = 0; i < CARD_H * CARD_W; i++) {
        if (i % CARD_W > 360) {
            r->drawing[i] = (float) (100 + (i % CARD_W + i / CARD_W) % 17);
        }
    }
    show(r, 8);
    assert_int_equal(gms_detector_state(&r->detector),
        GMS_DETECTOR_DISTURBED);
    clean_card(r);
    shoot(r, 30, 30);
    show(r, 30);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 2);
}


static void
does_not_shoot_an_insect(void **state)
{
    range_t *r = *state;

    show(r, 20);
    for (int i = 0; i < 100; i++) { /* crawls, rests for 3 s, crawls on */
        int    k = i < 30 ? i : i < 75 ? 30 : i - 45;
        double x = -180 + 4.5 * k, y = 90 - 0.7 * k;

        clean_card(r);
        card_hole(r->drawing, CARD_X + x, CARD_Y + y, R, 20);
        see(r, 1.0 / FPS);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    clean_card(r);
    show(r, 5);

    /* One that landed unseen is taken for a shot; where it crawls from there
     * it makes no more of them. */
    shoot(r, -60, -130);
    show(r, 30);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
    for (int i = 0; i < 60; i++) { /* on, with pauses */
        clean_card(r);
        shoot(r, -60 + 3.5 * (i / 6 * 2 + (i % 6 > 3)), -130);
        see(r, 1.0 / FPS);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 1);
}


/* It walks half a caliber a second, as large calibers see it, and pauses. */
static void
waits_for_what_crept(void **state)
{
    range_t *r = *state;

    show(r, 20);
    for (int i = 0; i < 75; i++) {
        double x = -160 + 0.6 * (i < 15 ? i : 15) + (i > 45 ? 3 * i - 135 : 0);

        clean_card(r);
        card_hole(r->drawing, CARD_X + x, CARD_Y + 90, R, 20);
        see(r, 1.0 / FPS);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
}


/* An insect of this radius came and rests there. */
static void
let_come(range_t *r, double radius, double x, double y)
{
    for (int i = 0; i < 45; i++) {
        double left = i < 25 ? 25 - i : 0;

        clean_card(r);
        card_hole(r->drawing, CARD_X + x - 3 * left, CARD_Y + y, radius, 20);
        see(r, 1.0 / FPS);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
}


/* What is known of the insect is not the hole's, nor what is known of what was
 * none. */
static void
finds_what_hits_an_insect(void **state)
{
    static const double radii[] = { 0.6 * R, 0.85 * R };
    range_t            *r = *state;

    for (int i = 0; i < 2; i++) {
        show(r, 20);
        let_come(r, radii[i], -80, 110);
        shoot(r, -72, 117);
        show(r, 8);
        assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
        assert_true(hypot(last(r, GMS_DETECTION_SHOT)->x_px - CARD_X + 72,
            last(r, GMS_DETECTION_SHOT)->y_px - CARD_Y - 117) < 5);
        clean_card(r); /* the insect leaves */
        shoot(r, -72, 117);
        show(r, 90);
        assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
        assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);
        teardown(state);
        setup(state);
        r = *state;
    }
}


static void
finds_what_hits_what_was_none(void **state)
{
    range_t *r = *state;

    show(r, 20);
    for (int i = -6; i <= 6; i++) { /* a thread, for less than 3 s */
        card_hole(r->drawing, CARD_X - 90 + i, CARD_Y + 120, 1.2, 20);
    }
    show(r, 45);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    shoot(r, -90, 120);
    show(r, 12);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
}


static void
waits_for_what_is_odd(void **state)
{
    range_t *r = *state;
    float   *clean = malloc(CARD_W * CARD_H * sizeof(float));

    assert_non_null(clean);
    show(r, 20);
    for (int i = 0; i < 3; i++) {
        shoot(r, -45 + 45 * i, 30);
        show(r, 5);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 3);
    card_hole(r->drawing, CARD_X - 20, CARD_Y - 45, R, 27);
    show(r, 5); /* nothing moved about */
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 4);

    for (int i = 0; i < 3; i++) { /* three more as they were, for the last 8 */
        shoot(r, -60 + 60 * i, 60);
        show(r, 5);
    }
    memcpy(clean, r->drawing, CARD_W * CARD_H * sizeof(float));
    for (int i = 0; i < 10; i++) { /* an insect hurries by */
        memcpy(r->drawing, clean, CARD_W * CARD_H * sizeof(float));
        card_hole(r->drawing, CARD_X + 120, CARD_Y + 120 - 15 * i, R, 20);
        show(r, 1);
    }
    memcpy(r->drawing, clean, CARD_W * CARD_H * sizeof(float));
    card_hole(r->drawing, CARD_X + 20, CARD_Y - 20, R, 31.5);
    show(r, 75);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 7);
    shoot(r, -30, -10); /* as the others: at once */
    show(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 8);
    show(r, 30); /* it stays, and so it was one */
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 9);
    free(clean);
}


/* What looks no more like a hole than a fly in the black does. */
static void
waits_for_what_is_doubtful(void **state)
{
    range_t *r = *state;

    show(r, 20);
    card_hole(r->drawing, CARD_X - 20, CARD_Y - 45, R, FAINT);
    show(r, 5); /* nothing moved about */
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);

    for (int i = 0; i < 10; i++) { /* an insect hurries by */
        clean_card(r);
        card_hole(r->drawing, CARD_X - 20, CARD_Y - 45, R, FAINT);
        card_hole(r->drawing, CARD_X + 120, CARD_Y + 120 - 15 * i, R, 20);
        show(r, 1);
    }
    clean_card(r);
    card_hole(r->drawing, CARD_X - 20, CARD_Y - 45, R, FAINT);
    card_hole(r->drawing, CARD_X + 20, CARD_Y - 20, R, FAINT);
    show(r, 75);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
    show(r, 60); /* it stays, and so it was one */
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 2);
}


/* A hole further out than a caliber from the outermost ring is none of this
 * face, nor is what comes in there, cut by the border of what is looked at. */
static void
leaves_out_what_lies_outside(void **state)
{
    range_t *r = *state;
    double   border_px = CARD_SCALE * CARD_ZONE_MM + CARD_CALIBER_PX;

    show(r, 20);
    shoot(r, border_px + 0.3 * CARD_CALIBER_PX, 0);
    show(r, 75);
    assert_int_equal(count(r, GMS_DETECTION_HOLE), 0);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    assert_int_equal(count(r, GMS_DETECTION_REJECTED), 1);
    assert_string_equal(last(r, GMS_DETECTION_REJECTED)->reason, "outside");
    shoot(r, 0, border_px - 0.3 * CARD_CALIBER_PX);
    show(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
}


static void
uncovers_no_shot(void **state)
{
    range_t *r = *state;

    shoot(r, 130, -20); /* insects, when the paper is learnt */
    card_hole(r->drawing, CARD_X - 120, CARD_Y + 60, 0.7 * R, 45);
    show(r, 20);
    clean_card(r);
    show(r, 90);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    shoot(r, 139, -12); /* and then a hole there */
    show(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
}


static void
tells_what_was_none(void **state)
{
    range_t              *r = *state;
    gms_evidence_t        evidence;
    const gms_detection_t *d;

    show(r, 20);
    shoot(r, 130, -20); /* for two pictures only */
    show(r, 2);
    clean_card(r);
    show(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    assert_int_equal(count(r, GMS_DETECTION_REJECTED), 1);
    d = last(r, GMS_DETECTION_REJECTED);
    assert_string_equal(d->reason, "gone again");
    assert_true(fabs(d->x_px - CARD_X - 130) < 1);
    assert_int_equal(d->id, last(r, GMS_DETECTION_HOLE)->id);
    assert_int_equal(gms_detector_evidence(&r->detector, d->id, &evidence),
        GMS_OK);

    /* A swarm for two seconds: told of, within bounds. */
    for (int i = 0; i < 30; i++) {
        clean_card(r);
        for (int k = 0; k < 4; k++) {
            card_hole(r->drawing, CARD_X - 150 + 90 * k + i / 2 % 2 * 45,
                CARD_Y - 110, R, 20);
        }
        see(r, 1.0 / FPS);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    assert_in_range(count(r, GMS_DETECTION_REJECTED), 5, 1 + 3 * 4);
}


#define TEST(sentence, function)                                              \
    { .name = sentence, .test_func = function, .setup_func = setup,           \
      .teardown_func = teardown }


int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("of stills the next one confirms a hole",
            believes_the_second_still),
        TEST("holes that touch in one still are told apart, their order is not",
            parts_what_touches),
        TEST("two at once in a stream of pictures are one that is torn",
            takes_one_torn_hole_for_one),
        TEST("two shots at one place within a third of a second are two",
            keeps_up_with_rapid_fire),
        TEST("a hole that came while nobody saw has no order",
            says_when_nobody_saw),
        TEST("reports that nobody fetches push out no shot",
            loses_no_shot_for_want_of_room),
        TEST("what rested for half a minute is taken back when it leaves",
            takes_back_what_rested_long),
        TEST("no shot is taken back under a hand, nor after one",
            takes_nothing_back_under_a_hand),
        TEST("an insect that crawls makes no shots", does_not_shoot_an_insect),
        TEST("what crept and pauses is no shot yet", waits_for_what_crept),
        TEST("a shot that hits an insect is found", finds_what_hits_an_insect),
        TEST("and one that hits what was none",
            finds_what_hits_what_was_none),
        TEST("what is unlike the last holes waits where something moved about",
            waits_for_what_is_odd),
        TEST("what may be a fly waits where something moved about",
            waits_for_what_is_doubtful),
        TEST("what lies beyond the zone is no shot",
            leaves_out_what_lies_outside),
        TEST("paper that comes to light is no shot", uncovers_no_shot),
        TEST("what was no shot is told with its reason, in a swarm of some",
            tells_what_was_none)
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
