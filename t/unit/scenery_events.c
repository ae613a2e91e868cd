/* The simulated lane: what comes, goes and changes while it is watched. */

#include "simulate_range.h"


static void
hands(void **state)
{
    int            here = 0, visits = 0;
    bool           in = false;
    gms_image_t    empty = { 0 };
    gms_scenery_t  s = { 0 };
    const char    *text = "simulate: noise=0 shots=0 hand=10";

    (void) state;
    keep(&empty, scene(&s, text, 0));

    for (int i = 0; i < 60; i++) {
        bool  now = difference(&empty, scene(&s, text, i / 2.0), 100, 20, 540,
                               460) > 3;

        here += now;
        visits += now && !in;
        in = now;
    }

    assert_int_equal(visits, 3);
    assert_in_range(here, 3 * 2, 3 * 4 * 2); /* halves of a second */
    gms_image_free(&empty);
    gms_scenery_close(&s);
}


/* Mean level of the paper between the rings two and one, left of the black. */
static double
paper_level(const gms_scenery_t *s, const gms_image_t *image)
{
    return level_at(image, s->mm_to_px, -71.5, 9, 3);
}


static void
turns_away(void **state)
{
    int                 dx, dy;
    double              since;
    gms_image_t         face = { 0 };
    gms_scenery_t       s = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: seed=3 noise=0 shown=3 away=4 "
                               "shots=40 interval=0.6 pause=0";

    (void) state;
    keep(&face, scene(&s, text, 0.1));

    for (int k = 0; k < 40; k++) {
        since = fmod((double) s.shot[k].at_ns / 1e9, 7);
        assert_true(since > 0.15 && since < 2.9);
        assert_true(k == 0 || s.shot[k].at_ns > s.shot[k - 1].at_ns);
    }

    assert_true(difference(&face, scene(&s, text, 3.15), 100, 20, 540, 460) > 5);

    for (int i = 0; i < 4; i++) {
        assert_true(difference(&face, scene(&s, text, 3.4 + i), 100, 20, 540,
                               460) > 60);
    }

    for (int i = 1; i < 4; i++) {
        now = scene(&s, text, 7.0 * i + 0.05);
        moved(&face, now, 200, 243, 30, &dx, &dy);
        assert_true(abs(dx) <= 2 && abs(dy) <= 2);
        assert_true(difference(&face, now, 100, 20, 540, 460) < 15);
    }

    gms_image_free(&face);
    gms_scenery_close(&s);
}


/* In two minutes: seconds with an insect, and such in which none moved. */
static void
insects(void **state)
{
    int                 there = 0, gone = 0, still = 0, crawls = 0;
    double              d;
    gms_image_t         empty = { 0 }, last = { 0 };
    gms_scenery_t       s = { 0 }, none = { 0 };
    const gms_image_t  *now;

    (void) state;
    keep(&empty, scene(&none, "simulate: seed=3 noise=0 shots=0", 0));

    for (int i = 0; i < 120; i++) {
        now = scene(&s, "simulate: seed=3 noise=0 shots=0 insects=1", i);
        d = difference(&empty, now, 100, 20, 540, 460);
        assert_true(d < 0.5);

        if (d > 0.005) {
            there++;

            if (last.px != NULL) {
                d = difference(&last, now, 100, 20, 540, 460);
                still += d == 0;
                crawls += d > 0;
            }
        } else {
            gone++;
        }

        keep(&last, now);
    }

    assert_true(there > 15 && gone > 15);
    assert_true(still > 4 && crawls > 4);
    gms_image_free(&empty);
    gms_image_free(&last);
    gms_scenery_close(&none);
    gms_scenery_close(&s);
}


static void
people_walk_by(void **state)
{
    int            visits = 0, behind = 0, last = -1;
    gms_image_t    empty = { 0 };
    gms_scenery_t  s = { 0 };
    const char    *text = "simulate: noise=0 shots=0 people=8";

    (void) state;
    keep(&empty, scene(&s, text, 0));

    for (int i = 0; i < 120; i++) {
        const gms_image_t  *now = scene(&s, text, i * 2 / 3.0);
        double              card = difference(&empty, now, 130, 40, 510, 440);
        double              wall = difference(&empty, now, 0, 0, 60, 480);

        if (card > 20 && last != i / 12) {
            visits++;
            last = i / 12;
        }

        behind += wall > 10 && card == 0;
    }

    assert_in_range(visits, 4, 9); /* of ten; some go behind the card */
    assert_true(behind > 0);
    gms_image_free(&empty);
    gms_scenery_close(&s);
}


static void
lamps_go_off(void **state)
{
    double         day, off, later, bright = 0, again;
    gms_scenery_t  s = { 0 };
    const char    *text = "simulate: seed=2 noise=0 shots=0 lamps=20";

    (void) state;
    day = paper_level(&s, scene(&s, text, 19.9));
    off = paper_level(&s, scene(&s, text, 20.3));
    later = paper_level(&s, scene(&s, text, 22.5));

    for (int i = 0; i < 80; i++) {
        bright = fmax(bright, paper_level(&s, scene(&s, text, 23 + i / 10.0)));
    }

    again = paper_level(&s, scene(&s, text, 38));
    assert_true(off < 0.6 * day);
    assert_true(later > 1.3 * off && later < 0.95 * day);
    assert_true(bright > 1.1 * day);
    assert_true(fabs(again - day) < 1.5);
    gms_scenery_close(&s);
}


static void
night_falls(void **state)
{
    double              paper[3], ink[3];
    gms_scenery_t       s = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: seed=2 noise=0 shots=0 night=20";

    (void) state;

    for (int i = 0; i < 3; i++) {
        now = scene(&s, text, 15 + 20 * i);
        paper[i] = paper_level(&s, now);
        ink[i] = level_at(now, s.mm_to_px, 9, 9, 2);
    }

    assert_true(ink[0] / paper[0] < 0.3);
    assert_true(ink[1] / paper[1] > 0.45);
    assert_true(paper[1] < paper[0] - 10);
    assert_true(fabs(ink[2] - ink[0]) < 1.5);
    gms_scenery_close(&s);
}


/* Shots lie in the sheet that hangs when they fall: dark where truth says,
 * whole paper or a paster where another sheet had a hole. */
static void
paper_changes(void **state)
{
    int                  fresh = 0, pasted = 0, far = 0;
    size_t               n, known = 0;
    double               work, before = 0;
    gms_frame_t          frame;
    gms_image_t          image = { 0 };
    gms_truth_t          truth[60];
    gms_source_t         s;
    gms_scenery_t        plan = { 0 };
    const char          *text = "simulate: seed=3 fps=2 noise=0 paper=14 "
                                "size=480x360 shots=16 interval=2 pause=0 "
                                "first=1 sigma=25 overlap=0";
    gms_source_config_t  config = config_of(text);

    (void) state;
    scene(&plan, text, 0);

    for (int k = 0; k < 16; k++) {
        const gms_scenery_shot_t  *shot = &plan.shot[k];

        work = fmod((double) shot->at_ns / 1e9, 14);
        assert_true(work < 13.6 && (shot->sheet == 0 || work > 5.9));
    }

    for (uint64_t sheet = 1; sheet <= 12; sheet++) {
        double   m[9];
        uint8_t  hole[30];

        gms_scenery_sheet_pose(&plan, sheet, m);
        assert_true(hypot(m[2], m[5]) <= 20 && fabs(asin(m[3])) < 0.0351);
        far += hypot(m[2], m[5]) > 5;

        memset(hole, GMS_SCENERY_OPEN, sizeof(hole));
        gms_scenery_sheet_change(&plan, sheet, hole, 30);
        fresh += hole[0] == GMS_SCENERY_GONE;
        pasted += hole[0] == GMS_SCENERY_OPEN
            && hole[20] == GMS_SCENERY_PASTED;
    }

    assert_true(fresh > 1 && pasted > 1 && far > 3);
    open_source(&s, &config);

    while (next(&s, &frame) == GMS_OK) {
        n = gms_source_truth(&s, known, truth, 60);
        known += n;

        if (n != 1 || hypot(truth[0].x_mm, truth[0].y_mm) < 33) {
            continue;
        }

        decode(&frame, &image);
        before = image.px[(int) lround(truth[0].y_px) * image.stride
                          + (int) lround(truth[0].x_px)];
        assert_true(before < 90);
    }

    assert_int_equal(known, 16);
    assert_true(before > 0);
    gms_image_free(&image);
    gms_source_close(&s);
    gms_scenery_close(&plan);
}


/* Largest step from pixel to pixel along the black's edge. */
static double
sharpness(const gms_scenery_t *s, const gms_image_t *image)
{
    int     best = 0;
    double  u, v;

    gms_scenery_to_px(s, -22, 20, &u, &v);

    for (int x = (int) u - 12; x < (int) u + 12; x++) {
        const uint8_t  *p = image->px + (int) v * image->stride + x;

        best = abs(p[1] - p[0]) > best ? abs(p[1] - p[0]) : best;
    }

    return best;
}


static void
camera_moves(void **state)
{
    double              u, v, sharp;
    gms_scenery_t       s = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: seed=3 noise=0 shots=20 first=0.5 "
                               "interval=0.1 pause=0 overlap=0 sigma=20";

    (void) state;
    sharp = sharpness(&s, scene(&s, text, 4));
    gms_scenery_to_px(&s, 10, 10, &u, &v);
    assert_int_equal(gms_scenery_camera(&s, 5, 0, 0, 0), GMS_EINVALID);
    assert_int_equal(gms_scenery_camera(&s, 1.5, 20, -10, 0), GMS_OK);

    /* out of focus at first, sharp after a second */
    assert_true(sharpness(&s, scene(&s, text, 4.02)) < sharp / 3);
    now = scene(&s, text, 5.2);
    assert_true(sharpness(&s, now) > 0.8 * sharp);

    u = 319.5 + 1.5 * (u - 319.5) + 20;
    v = 239.5 + 1.5 * (v - 239.5) - 10;

    double  x, y;

    gms_scenery_to_px(&s, 10, 10, &x, &y);
    assert_true(hypot(x - u, y - v) < 1e-6);

    for (int k = 0; k < 20; k++) {
        if (hypot(s.shot[k].x_mm, s.shot[k].y_mm) < 40) {
            assert_true(level_at(now, s.mm_to_px, s.shot[k].x_mm,
                                 s.shot[k].y_mm, 2) < 60);
        }
    }

    gms_scenery_close(&s);

    /* and by the option */
    memset(&s, 0, sizeof(s));
    text = "simulate: shots=0 zoom=0.5 zoom_at=2";
    scene(&s, text, 1.9);
    assert_true(s.camera.zoom == 1);
    scene(&s, text, 2);
    assert_true(s.camera.zoom == 0.5);
    gms_scenery_close(&s);
}


static void
bad_scenes(void **state)
{
    double         low = 255, high = 0, level, sum = 0;
    gms_image_t    plain = { 0 };
    gms_scenery_t  s = { 0 };

    (void) state;
    keep(&plain, scene(&s, "simulate: noise=0 shots=0", 0));
    gms_scenery_close(&s);

    assert_true(paper_level(&s, scene(&s, "simulate: noise=0 shots=0 glare=2",
                                      0)) > 254);
    gms_scenery_close(&s);
    assert_true(paper_level(&s, scene(&s, "simulate: noise=0 shots=0 glare=0.2",
                                      0)) < 50);
    gms_scenery_close(&s);

    for (int i = 0; i < 40; i++) {
        level = paper_level(&s, scene(&s, "simulate: noise=0 shots=0 hunt=0.2",
                                      i / 10.0));
        low = fmin(low, level);
        high = fmax(high, level);
    }

    assert_true(high / low > 1.25);
    gms_scenery_close(&s);

    /* haze: ink is paler, paper grayer */
    level = level_at(scene(&s, "simulate: noise=0 shots=0 dirt=0.5", 0),
                     s.mm_to_px, 9, 9, 2);
    assert_true(level > 1.15 * level_at(&plain, s.mm_to_px, 9, 9, 2));
    assert_true(difference(&plain, &s.frame, 200, 100, 440, 380) > 15);
    gms_scenery_close(&s);

    scene(&s, "simulate: noise=0 shots=0 hide=0.4", 0);

    for (int j = -40; j <= 40; j++) {
        for (int i = -40; i <= 40; i++) {
            double  x, y;

            gms_scenery_to_px(&s, 2 * i, 2 * j, &x, &y);
            sum += s.through.px[(int) y * s.through.stride + (int) x] < 128;
        }
    }

    assert_true(fabs(sum / (81 * 81) - 0.4) < 0.05);
    gms_scenery_close(&s);
    gms_image_free(&plain);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a hand comes as often as asked and leaves again",
          .test_func = hands },
        { .name = "a target turns away and back, and is shot at while shown",
          .test_func = turns_away },
        { .name = "an insect comes, crawls, rests and is gone",
          .test_func = insects },
        { .name = "people walk by before the card and behind it",
          .test_func = people_walk_by },
        { .name = "lamps go off, and the exposure follows late",
          .test_func = lamps_go_off },
        { .name = "in infra-red ink is pale, and day comes back",
          .test_func = night_falls },
        { .name = "paper is changed: pose and holes are those of the new sheet",
          .test_func = paper_changes },
        { .name = "the camera zooms and moves, and then focuses",
          .test_func = camera_moves },
        { .name = "glare, hunting exposure, dirt and obstacles spoil a scene",
          .test_func = bad_scenes },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
