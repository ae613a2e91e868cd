/* gms_orientation: which way the camera hangs. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "t/lib/card.h"
#include "t/lib/clip_head.h"
#include "t/lib/scenes.h"
#include "t/lib/seen.h"
#include "worker/target/orientation.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define REASON_SIZE 256

static gms_library_t library;


static const gms_face_t *
face_of(const char *name)
{
    char err[256];
    const gms_face_t *face = gms_library_find(&library, name, err, sizeof(err));

    if (face == NULL) {
        fail_msg("%s", err);
    }
    return face;
}


/* Calibrates as if nobody had said how the camera hangs, then asks. */
static int
propose(gms_orientation_t *o, const gms_image_t *image, const gms_face_t *face,
    const gms_view_t *view)
{
    gms_calibration_t c;
    char reason[REASON_SIZE] = "";

    if (gms_calibrate(&c, image, face, view, reason, REASON_SIZE) != GMS_OK) {
        fail_msg("%s: %s", face->name, reason);
    }
    return gms_orientation_propose(o, image, &c, face);
}


static void
all_eight(void **state)
{
    static const char *const names[] = { "issf-10m-air-rifle",
        "issf-10m-air-pistol", "issf-25m-precision-pistol",
        "issf-25m-rapid-fire-pistol", "issf-50m-rifle", "issf-300m-rifle",
        "danish-m2000-15m" };

    (void) state;
    for (size_t i = 0; i < COUNT(names); i++) {
        for (int way = 0; way < 8; way++) {
            seen_t seen = { .face = face_of(names[i]), .width = 640,
                .height = 480, .seed = way + 1, .fill = 0.92, .tilt = 4 * way,
                .blur = 0.7, .noise = 2,
                .view = { .rotate = way % 4 * 90, .mirror = way >= 4 } };
            gms_view_t unknown = { 0 };
            gms_orientation_t o = { 0 };
            gms_image_t image;
            double truth[9];
            int rc;

            /* A way for each, all for one: the rest is in bench/. */
            if ((i != 1 || way % SCENES_EACH != 0) && way != (int) i) {
                continue;
            }
            seen_render(&image, truth, &seen);
            rc = propose(&o, &image, seen.face, &unknown);
            gms_image_free(&image);
            if (rc != GMS_OK || o.rotate != seen.view.rotate
                || o.mirror != seen.view.mirror)
            {
                fail_msg("%s, rotate %d, mirror %d: %d, %d, %d", names[i],
                    seen.view.rotate, seen.view.mirror, rc, o.rotate,
                    o.mirror);
            }
            if (!(o.confidence > 0.6) || o.digits < 8) {
                fail_msg("%s: %d digits, confidence %.2f", names[i], o.digits,
                    o.confidence);
            }
        }
    }
}


/* Whatever the calibration took for upright, the proposal is of the picture. */
static void
whatever_was_taken(void **state)
{
    seen_t seen = { .face = face_of("issf-10m-air-pistol"), .width = 640,
        .height = 480, .seed = 3, .fill = 0.9, .tilt = 10, .blur = 0.7,
        .noise = 2, .old = 6, .view = { .rotate = 90, .mirror = true } };
    gms_image_t image;
    double truth[9];

    (void) state;
    seen_render(&image, truth, &seen);
    for (int way = 0; way < 8; way++) {
        gms_view_t taken = { .rotate = way % 4 * 90, .mirror = way >= 4 };
        gms_orientation_t o = { 0 };

        assert_int_equal(propose(&o, &image, seen.face, &taken), GMS_OK);
        assert_int_equal(o.rotate, 90);
        assert_true(o.mirror);
    }
    gms_image_free(&image);
}


/* A black dot at two o'clock, seen every way, calibrated as proposed. */
static void
two_o_clock(void **state)
{
    (void) state;
    for (int way = 0; way < 8; way += SCENES_EACH) {
        seen_t seen = { .face = face_of("issf-10m-air-pistol"), .width = 640,
            .height = 480, .seed = 9, .fill = 0.9, .tilt = 6, .blur = 0.7,
            .noise = 2,
            .view = { .rotate = way % 4 * 90, .mirror = way >= 4 } };
        double r = 60, a = M_PI / 6, truth[9], x, y; /* 30 degrees up */
        char reason[REASON_SIZE] = "";
        gms_view_t view = { 0 };
        gms_orientation_t o;
        gms_calibration_t c;
        gms_image_t image;

        seen_render(&image, truth, &seen);
        assert_int_equal(propose(&o, &image, seen.face, &view), GMS_OK);
        view.rotate = o.rotate;
        view.mirror = o.mirror;
        assert_int_equal(gms_calibrate(&c, &image, seen.face, &view, reason,
                             REASON_SIZE),
            GMS_OK);
        gms_image_free(&image);
        gms_homography_apply(truth, r * cos(a), r * sin(a), &x, &y);
        gms_calibration_to_mm(&c, x, y, &x, &y);
        if (!(hypot(x - r * cos(a), y - r * sin(a)) < 0.5)) {
            fail_msg("rotate %d, mirror %d: it is at (%.2f, %.2f) mm",
                seen.view.rotate, seen.view.mirror, x, y);
        }
    }
}


/* One card hangs on its side, the other upright. */
static void
photographs(void **state)
{
    static const struct {
        const char *clip;
        const char *face;
        int         rotate;
    } table[] = {
        { "real/asoee-m2000.avi", "danish-m2000-15m", 270 },
        { "real/ranger-quiet.avi", "issf-25m-precision-pistol", 0 },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_view_t view = { .rotate = 90, .mirror = true };
        gms_orientation_t o = { 0 };
        gms_image_t image;

        if (!first_frame(&image, table[i].clip)) {
            skip();
        }
        assert_int_equal(propose(&o, &image, face_of(table[i].face), &view),
            GMS_OK);
        gms_image_free(&image);
        assert_int_equal(o.rotate, table[i].rotate);
        assert_false(o.mirror);
        assert_true(o.confidence > 0.9);
    }
}


/* Digits that are no digits, none, and such too small to be read. */
static void
no_guess(void **state)
{
    static const struct {
        const char *what;
        bool        blank;
        double      card_px;
    } table[] = {
        { "marks that look alike any way", false, 430 },
        { "no digits", true, 430 },
        { "too small", false, 150 },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_face_t face = make_face(AIR_PISTOL);
        scene_t s = plain;
        gms_view_t view = { 0 };
        gms_orientation_t o = { .rotate = 42 };
        gms_image_t image;
        double truth[9];

        s.blank = table[i].blank;
        s.card_px = table[i].card_px;
        render(&image, truth, &s);
        if (propose(&o, &image, &face, &view) != GMS_EUNSURE
            || o.rotate != 42) {
            fail_msg("%s: rotate %d, mirror %d, %.2f", table[i].what, o.rotate,
                o.mirror, o.confidence);
        }
        free(image.px);
    }
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "digits tell which of eight ways the camera hangs",
            .test_func = all_eight },
        { .name = "the proposal does not depend on what was assumed",
            .test_func = whatever_was_taken },
        { .name = "two o'clock is two o'clock as proposed, seen any way",
            .test_func = two_o_clock },
        { .name = "photographed cards on real ranges are turned upright",
            .test_func = photographs },
        { .name = "what looks alike any way is not guessed",
            .test_func = no_guess },
    };
    char err[256];

    if (gms_library_load(&library, "conf/targets.conf", err, sizeof(err))
        != GMS_OK)
    {
        fprintf(stderr, "%s\n", err);
        return 1;
    }
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("orientation", tests, NULL, NULL);
}
