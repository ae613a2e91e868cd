/* The builtin detector on drawn cards: what it reports, when, where; what it
 * keeps over a crash; what it refuses. */

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "detect_range.h"
#include "t/lib/scenes.h"


static void
finds_each_once(void **state)
{
    /* px from the centre; how exact the place must be. */
    static const struct {
        const char  *what;
        double       x;
        double       y;
        double       most_px;
    } cases[] = {
        { "on paper", 130.27, -21.61, 0.25 },
        { "on paper, elsewhere", -97.5, 110.25, 0.25 },
        { "in the black", 30.4, 31.8, 0.8 },
        { "on the edge of the black", -77.3, 19.2, 0.8 },
        { "over half of an older hole", 138.3, -17.2, 0.35 },
        { "near the border of the zone", 4.2, -202.4, 0.4 }
    };
    range_t *r = *state;

    assert_int_equal(show(r, 20), 0);
    assert_int_equal(gms_detector_state(&r->detector), GMS_DETECTOR_LIVE);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const gms_detection_t *hole, *shot;
        uint64_t               first = r->frame;
        double                 off;

        shoot(r, cases[i].x, cases[i].y);
        show(r, 14);
        hole = last(r, GMS_DETECTION_HOLE);
        shot = last(r, GMS_DETECTION_SHOT);
        if (hole == NULL || shot == NULL
            || count(r, GMS_DETECTION_SHOT) != (int) i + 1)
        {
            fail_msg("%s: %d shots", cases[i].what,
                count(r, GMS_DETECTION_SHOT));
        }
        off = hypot(shot->x_px - CARD_X - cases[i].x,
            shot->y_px - CARD_Y - cases[i].y);
        print_message("# %s: off by %.3f px, frame %d\n", cases[i].what, off,
            (int) (shot->frame - first));
        assert_true(off < cases[i].most_px);
        assert_int_equal(hole->id, shot->id);
        assert_int_equal(hole->frame, first);
        assert_int_equal(shot->frame, first + 2);
        assert_int_equal(shot->first_frame, first);
        assert_int_equal(shot->overlap, i == 4);
    }
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);
}


static void
shakes_and_darkens(void **state)
{
    range_t *r = *state;

    show(r, 20);
    shoot(r, 130.27, -21.61);
    for (int i = 0; i < 40; i++) {
        double map[9];
        float *seen = calloc(CARD_W * CARD_H, sizeof(float));
        int    k;

        assert_non_null(seen);
        memcpy(map, identity, sizeof(map));
        map[2] = 1.3 * sin(i * 1.7);
        map[5] = 0.9 * cos(i * 2.3);
        card_draw(seen, map);
        card_hole(seen, CARD_X + 130.27 + map[2], CARD_Y - 21.61 + map[5],
            CARD_CALIBER_PX / 2 * 0.95, 12);
        k = gms_detector_push(&r->detector, card_shot(&r->card, seen,
            1 - 0.01 * i, 1), r->frame++, r->ns += GMS_S / FPS,
            r->detection + r->found, FOUND_MAX - r->found);
        assert_true(k >= 0);
        r->found += k;
        free(seen);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);
    assert_true(hypot(last(r, GMS_DETECTION_SHOT)->x_px - CARD_X - 130.27,
        last(r, GMS_DETECTION_SHOT)->y_px - CARD_Y + 21.61) < 0.2);
}


static void
takes_back_an_insect(void **state)
{
    range_t *r = *state;

    show(r, 20);
    shoot(r, 130, -20);
    show(r, 20);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
    card_draw(r->drawing, identity);
    show(r, 10);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 1);
    assert_int_equal(last(r, GMS_DETECTION_REMOVED)->id,
        last(r, GMS_DETECTION_SHOT)->id);

    /* The place is free again. */
    shoot(r, 130, -20);
    show(r, 20);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 2);
    assert_true(last(r, GMS_DETECTION_SHOT)->id
                > last(r, GMS_DETECTION_REMOVED)->id);
}


static void
ignores_repetition(void **state)
{
    range_t           *r = *state;
    const gms_image_t *image;

    show(r, 20);
    shoot(r, 130, -20);
    image = card_shot(&r->card, r->drawing, 1, 1);
    for (int i = 0; i < 30; i++) {
        r->found += gms_detector_push(&r->detector, image, r->frame++,
            r->ns += GMS_S / FPS, r->detection + r->found,
            FOUND_MAX - r->found);
    }
    assert_int_equal(count(r, GMS_DETECTION_HOLE), 1);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    show(r, 2);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
}


static void
keeps_what_does_not_fit(void **state)
{
    range_t        *r = *state;
    gms_detection_t one;
    int             holes = 0;

    show(r, 20);
    shoot(r, 130, -20);
    shoot(r, -130, -20);
    shoot(r, 90, 110);
    for (int i = 0; i < 3; i++) {
        holes += gms_detector_push(&r->detector, card_shot(&r->card,
            r->drawing, 1, 1), r->frame++, r->ns += GMS_S / FPS, &one, 1);
    }
    assert_int_equal(holes, 3);
    assert_int_equal(one.kind, GMS_DETECTION_HOLE);
}


static void
outlives_a_hand(void **state)
{
    range_t *r = *state;
    float   *clean = malloc(CARD_W * CARD_H * sizeof(float));

    assert_non_null(clean);
    show(r, 20);
    memcpy(clean, r->drawing, CARD_W * CARD_H * sizeof(float));
    for (int i = 0; i < CARD_H; i++) {
        for (int x = 200; x < 330; x++) {
            r->drawing[i * CARD_W + x] = (float) (100 + (x + i) % 17);
        }
    }
    show(r, 8);
    assert_int_equal(gms_detector_state(&r->detector),
        GMS_DETECTOR_DISTURBED);
    memcpy(r->drawing, clean, CARD_W * CARD_H * sizeof(float));
    show(r, 10);
    assert_int_equal(gms_detector_state(&r->detector), GMS_DETECTOR_LIVE);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    shoot(r, 100, 100);
    show(r, 5);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
    free(clean);
}


static void
never_stays_blind(void **state)
{
    const double turned[9] = { 0, -1, CARD_X + CARD_Y + 11, 1, 0,
        CARD_Y - CARD_X - 7, 0, 0, 1 };
    range_t *r = *state;

    show(r, 20);
    /* Another card, turned and with other print, stays. */
    card_draw(r->drawing, turned);
    for (int i = 0; i < 25; i++) {
        card_hole(r->drawing, 170 + i % 5 * 70, 100 + i / 5 * 65, 24,
            60 + i * 5);
    }
    show(r, 35);
    show(r, 20);
    assert_int_equal(gms_detector_state(&r->detector), GMS_DETECTOR_LIVE);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    shoot(r, 15, 130);
    show(r, 6);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
}


static void
relearns_when_told(void **state)
{
    range_t *r = *state;

    show(r, 20);
    shoot(r, 100, 100);
    gms_detector_relearn(&r->detector);
    assert_int_equal(gms_detector_state(&r->detector),
        GMS_DETECTOR_LEARNING);
    show(r, 30);
    assert_int_equal(r->found, 0);
    assert_int_equal(gms_detector_state(&r->detector), GMS_DETECTOR_LIVE);
}


static void
learns_at_any_rate(void **state)
{
    range_t *r = *state;
    int      n = 0;

    /* One still a second: two of them, not a dozen. */
    while (gms_detector_state(&r->detector) != GMS_DETECTOR_LIVE && n < 50) {
        gms_detector_push(&r->detector, card_shot(&r->card, r->drawing, 1, 1),
            r->frame++, r->ns += GMS_S, r->detection, FOUND_MAX);
        n++;
    }
    assert_int_equal(n, 2);
    shoot(r, 100, 100);
    for (int i = 0; i < 3; i++) {
        r->found += gms_detector_push(&r->detector, card_shot(&r->card,
            r->drawing, 1, 1), r->frame++, r->ns += GMS_S,
            r->detection + r->found, FOUND_MAX - r->found);
    }
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
}


static void
refuses_another_size(void **state)
{
    range_t    *r = *state;
    gms_image_t small = { 0 };

    show(r, 5);
    assert_int_equal(gms_image_resize(&small, 320, 240), GMS_OK);
    memset(small.px, 128, (size_t) small.stride * 240);
    assert_int_equal(gms_detector_push(&r->detector, &small, 9, r->ns,
        r->detection, 1), GMS_EINVALID);
    gms_image_free(&small);
    assert_int_equal(show(r, 20), 0);
    assert_int_equal(gms_detector_state(&r->detector), GMS_DETECTOR_LIVE);
}


static void
refuses_nonsense(void **state)
{
    static const struct {
        const char  *what;
        double       caliber_mm;
        double       zone_mm;
        double       scale;
        bool         at_open; /* else at the first picture */
    } cases[] = {
        { "no caliber", 0, 50, 4, true },
        { "no zone", 4.5, 0, 4, true },
        { "a caliber under three pixels", 4.5, 50, 0.5, false },
        { "a caliber over eighty pixels", 4.5, 50, 30, false },
        { "not a number", NAN, 50, 4, true }
    };
    range_t *r = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const double map[9] = { cases[i].scale, 0, CARD_X, 0,
            -cases[i].scale, CARD_Y, 0, 0, 1 };
        gms_detector_config_t config = { .caliber_mm = cases[i].caliber_mm,
            .zone_mm = cases[i].zone_mm };
        gms_detector_t        d;
        char                  err[200] = "";
        int                   rc;

        assert_int_equal(gms_calibration_set(&config.calibration, map,
            GMS_CALIBRATION_HAND, 0), GMS_OK);
        rc = gms_detector_open(&d, "builtin", &config, err, sizeof(err));
        if (cases[i].at_open) {
            assert_int_equal(rc, GMS_EINVALID);
            assert_true(err[0] != '\0');
            continue;
        }
        assert_int_equal(rc, GMS_OK);
        assert_int_equal(gms_detector_push(&d, card_shot(&r->card,
            r->drawing, 1, 1), 0, r->ns, r->detection, 1), GMS_EINVALID);
        gms_detector_close(&d);
    }
}


/* The detector dies; the next one opens, with the memory of the first. */
static int
succeed(range_t *r)
{
    gms_detector_close(&r->detector);
    detector_open(r);
    return gms_detector_load(&r->detector, r->path);
}


static void
remembers_over_a_crash(void **state)
{
    range_t *r = *state;

    show(r, 20);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 0);
    shoot(r, 130, -20);
    show(r, 6);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
    assert_true(gms_detector_save(&r->detector, r->path) > 0);

    shoot(r, -100, 80); /* while nobody looks */
    assert_true(succeed(r) > 0);
    assert_int_equal(gms_detector_state(&r->detector), GMS_DETECTOR_LIVE);
    show(r, 6);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 2);
    assert_true(fabs(last(r, GMS_DETECTION_SHOT)->x_px - CARD_X + 100) < 0.3);
    assert_int_equal(last(r, GMS_DETECTION_SHOT)->id, 2);
    assert_int_equal(count(r, GMS_DETECTION_REMOVED), 0);
}


/* What was seen but not believed yet when the detector died: alone, in the
 * black, beside an older hole, and the second of two that came fast. */
static void
finds_what_was_pending(void **state)
{
    static const struct {
        const char *what;
        double      x;
        double      y;
        double      second_x; /* shot a picture later, 0: none */
        double      second_y;
    } cases[] = {
        { "on paper", 130, -20, 0, 0 },
        { "in the black", 30, 31, 0, 0 },
        { "over an older hole", -105, 92, 0, 0 },
        { "two in a row", 130, -20, 119, -26 },
    };
    range_t *r = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]);
        i += SCENES_EACH) {
        int shots = 2 + (cases[i].second_x != 0);

        for (int seen = 1; seen <= 2; seen++) { /* pictures with the hole */
            card_draw(r->drawing, identity);
            gms_detector_close(&r->detector);
            detector_open(r);
            r->found = 0;
            show(r, 20);
            shoot(r, -100, 80);
            show(r, 6);
            shoot(r, cases[i].x, cases[i].y);
            show(r, seen);
            if (shots == 3) {
                shoot(r, cases[i].second_x, cases[i].second_y);
                show(r, 1);
            }
            assert_true(count(r, GMS_DETECTION_SHOT) < shots);
            assert_true(gms_detector_save(&r->detector, r->path) > 0);
            r->ns += (int64_t) 2 * GMS_S;
            r->found = 0;
            assert_true(succeed(r) > 0);
            show(r, 20);
            if (count(r, GMS_DETECTION_SHOT)
                != shots - 1 - (shots == 3 && seen == 2))
            {
                fail_msg("%s, seen %d times: %d shots", cases[i].what, seen,
                    count(r, GMS_DETECTION_SHOT));
            }
            assert_true(last(r, GMS_DETECTION_SHOT)->order_unknown);
            assert_true(last(r, GMS_DETECTION_SHOT)->id >= 2);
        }
    }
}


/* The memory is of another pose than the card's: a nudge while the detector
 * was down. */
static void
remembers_a_card_that_moved(void **state)
{
    static const struct {
        const char *what;
        double      map[9];
    } cases[] = {
        { "a pixel", { 1, 0, 1.3, 0, 1, -0.8, 0, 0, 1 } },
        { "a few pixels", { 1, 0, 6.2, 0, 1, 4.4, 0, 0, 1 } },
        { "a nudge", { 1, 0, 21, 0, 1, -14, 0, 0, 1 } },
        { "a turn and a zoom", { 1.01, -0.008, 5, 0.008, 1.01, -6, 0, 0, 1 } },
    };
    range_t *r = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]);
        i += SCENES_EACH) {
        const double *m = cases[i].map;
        double        x, y;

        card_draw(r->drawing, identity);
        gms_detector_close(&r->detector);
        detector_open(r);
        r->found = 0;
        show(r, 20);
        shoot(r, -100, 80);
        show(r, 6);
        assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
        assert_true(gms_detector_save(&r->detector, r->path) > 0);

        card_draw(r->drawing, m);
        gms_homography_apply(m, CARD_X - 100, CARD_Y + 80, &x, &y);
        card_hole(r->drawing, x, y, CARD_CALIBER_PX / 2 * 0.95, 12);
        gms_homography_apply(m, CARD_X + 130, CARD_Y - 20, &x, &y);
        card_hole(r->drawing, x, y, CARD_CALIBER_PX / 2 * 0.95, 12);
        assert_true(succeed(r) > 0);
        r->found = 0;
        show(r, 45);
        if (count(r, GMS_DETECTION_SHOT) != 1
            || count(r, GMS_DETECTION_REMOVED) != 0)
        {
            fail_msg("%s: %d shots, %d taken back, %s", cases[i].what,
                count(r, GMS_DETECTION_SHOT), count(r, GMS_DETECTION_REMOVED),
                gms_detector_state_name(gms_detector_state(&r->detector)));
        }
        assert_true(hypot(last(r, GMS_DETECTION_SHOT)->x_px - CARD_X - 130,
            last(r, GMS_DETECTION_SHOT)->y_px - CARD_Y + 20) < 0.3);
    }
}


static void
believes_the_journal(void **state)
{
    range_t *r = *state;

    show(r, 20);
    assert_true(gms_detector_save(&r->detector, r->path) > 0);
    shoot(r, 130, -20); /* journaled, but the memory is older */
    shoot(r, -100, 80); /* not even journaled */
    assert_true(succeed(r) > 0);
    gms_detector_know(&r->detector, CARD_X + 130, CARD_Y - 20, 8.5);
    show(r, 12);
    assert_int_equal(count(r, GMS_DETECTION_SHOT), 1);
    assert_int_equal(count(r, GMS_DETECTION_HOLE), 1);
    assert_true(fabs(last(r, GMS_DETECTION_SHOT)->x_px - CARD_X + 100) < 0.3);
}


static void
refuses_a_bad_memory(void **state)
{
    range_t    *r = *state;
    uint8_t    *file;
    struct stat st;
    int         fd;

    assert_int_equal(gms_detector_save(&r->detector, r->path), GMS_EAGAIN);
    show(r, 20);
    assert_true(gms_detector_save(&r->detector, r->path) > 0);
    assert_int_equal(stat(r->path, &st), 0);
    file = malloc((size_t) st.st_size);
    assert_non_null(file);
    fd = open(r->path, O_RDWR);
    assert_int_equal(read(fd, file, (size_t) st.st_size), st.st_size);

    for (off_t at = 0; at < st.st_size;
        at += at < 200 ? 1 : st.st_size / 40)
    {
        uint8_t broken = (uint8_t) (file[at] ^ 0x10);

        assert_int_equal(pwrite(fd, &broken, 1, at), 1);
        assert_int_equal(succeed(r), GMS_ECORRUPT);
        assert_int_equal(gms_detector_state(&r->detector),
            GMS_DETECTOR_LEARNING);
        assert_int_equal(pwrite(fd, file + at, 1, at), 1);
    }
    assert_true(succeed(r) > 0);

    for (off_t size = st.st_size - 1; size >= 0; size -= st.st_size / 7) {
        assert_int_equal(ftruncate(fd, size), 0);
        assert_int_equal(succeed(r), GMS_ECORRUPT);
    }
    close(fd);
    free(file);
    unlink(r->path);
    assert_int_equal(succeed(r), GMS_ESYS);
    show(r, 20);
    assert_int_equal(gms_detector_state(&r->detector), GMS_DETECTOR_LIVE);
}


static void
refuses_anothers_memory(void **state)
{
    range_t              *r = *state;
    gms_detector_config_t config = card_config();
    double                map[9];
    char                  err[200];

    show(r, 20);
    assert_true(gms_detector_save(&r->detector, r->path) > 0);
    gms_detector_close(&r->detector);
    memcpy(map, config.calibration.mm_to_px, sizeof(map));
    map[2] += 0.01; /* calibrated anew */
    assert_int_equal(gms_calibration_set(&config.calibration, map,
        GMS_CALIBRATION_HAND, 0), GMS_OK);
    assert_int_equal(gms_detector_open(&r->detector, "builtin", &config, err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_detector_load(&r->detector, r->path), GMS_ECORRUPT);
    show(r, 20);
    assert_int_equal(gms_detector_state(&r->detector), GMS_DETECTOR_LIVE);
}


#define TEST(sentence, function)                                              \
    { .name = sentence, .test_func = function, .setup_func = setup,           \
      .teardown_func = teardown }


int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("each hole is found once, in its first picture and in its place",
            finds_each_once),
        TEST("shaking and fading light make no shot and lose none",
            shakes_and_darkens),
        TEST("a shot is taken back when the paper is whole again",
            takes_back_an_insect),
        TEST("the same picture again is no evidence", ignores_repetition),
        TEST("reports that do not fit come with the next pictures",
            keeps_what_does_not_fit),
        TEST("a hand before the card disturbs and leaves no shot",
            outlives_a_hand),
        TEST("a new card in its place is learnt: never blind for long",
            never_stays_blind),
        TEST("told to relearn, the holes there are old", relearns_when_told),
        TEST("two stills a second apart are enough to learn",
            learns_at_any_rate),
        TEST("a picture of another size is an error, not the end",
            refuses_another_size),
        TEST("an absurd caliber or zone is refused with a sentence",
            refuses_nonsense),
        TEST("a hole shot while the detector was down is found by the next",
            remembers_over_a_crash),
        TEST("a hole that was seen but not believed yet is found by the next",
            finds_what_was_pending),
        TEST("a card that moved while the detector was down is known again",
            remembers_a_card_that_moved),
        TEST("a hole that only the journal knows is not found again",
            believes_the_journal),
        TEST("a broken, cut or missing memory is refused",
            refuses_a_bad_memory),
        TEST("the memory of another calibration is refused",
            refuses_anothers_memory)
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
