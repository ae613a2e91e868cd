#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/error.h"
#include "worker/target/calibrate.h"
#include "worker/target/turn.h"

/* A camera that looks from the side at a card that leans by 6 degrees. */
static const double leaning[9] = { 3.68, -0.39, 640, -0.37, -3.6, 360, 1e-5,
    4e-5, 1 };


static gms_view_t
view_of(int i)
{
    gms_view_t view;

    memset(&view, 0, sizeof(view));
    view.rotate = i % 4 * 90;
    view.mirror = i >= 4;
    return view;
}


static void
every_view_is_found_again(void **state)
{
    gms_calibration_t c;
    gms_view_t        view, seen;
    int               i, k;

    (void) state;

    for (i = 0; i < 8; i++) {
        assert_int_equal(gms_calibration_set(&c, leaning,
            GMS_CALIBRATION_AUTO, 0.1), GMS_OK);
        c.confirmed = true;

        for (k = 0; k < 8; k++) {
            view = view_of((i * 3 + k) % 8);
            seen = view_of(0);
            assert_int_equal(gms_turn_to(&c, &view), GMS_OK);
            assert_int_equal(gms_turn_view(&c, &seen), GMS_OK);
            assert_int_equal(seen.rotate, view.rotate);
            assert_int_equal(seen.mirror, view.mirror);
            assert_true(c.confirmed);
            assert_int_equal(c.origin, GMS_CALIBRATION_AUTO);
        }
    }
}


/* A hole of the picture is as far from the centre as before, and what is at
 * 2 o'clock in the upright picture is at 2 o'clock on the card. */
static void
holes_turn_with_the_card(void **state)
{
    static const struct {
        int    rotate;
        bool   mirror;
        double hour; /* of a hole right above the centre in the picture */
    } cases[] = {
        { 0, false, 12 }, { 90, false, 3 }, { 180, false, 6 },
        { 270, false, 9 }, { 0, true, 12 }, { 90, true, 3 }, { 180, true, 6 },
        { 270, true, 9 },
    };
    double            straight[9] = { 4, 0, 640, 0, -4, 360, 0, 0, 1 };
    gms_calibration_t c;
    gms_view_t        view;
    double            x, y, hour;
    size_t            i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(gms_calibration_set(&c, straight,
            GMS_CALIBRATION_HAND, 0), GMS_OK);
        view = view_of(0);
        view.rotate = cases[i].rotate;
        view.mirror = cases[i].mirror;
        assert_int_equal(gms_turn_to(&c, &view), GMS_OK);

        gms_calibration_to_mm(&c, 640, 360 - 80, &x, &y);
        assert_true(fabs(hypot(x, y) - 20) < 1e-9);
        hour = fmod(atan2(x, y) / M_PI * 6 + 12, 12);
        hour = hour < 0.5 ? 12 : hour;
        if (fabs(hour - cases[i].hour) > 1e-6) {
            fail_msg("rotate=%d mirror=%d: %g o'clock", cases[i].rotate,
                cases[i].mirror, hour);
        }
    }
}


static void
a_lean_stays(void **state)
{
    gms_calibration_t c, d;
    gms_view_t        view = view_of(0);
    int               i;

    (void) state;

    assert_int_equal(gms_calibration_set(&c, leaning, GMS_CALIBRATION_AUTO,
        0.1), GMS_OK);
    d = c;

    for (i = 1; i <= 4; i++) {
        view.rotate = i % 4 * 90;
        assert_int_equal(gms_turn_to(&d, &view), GMS_OK);
    }
    for (i = 0; i < 9; i++) {
        assert_true(fabs(d.mm_to_px[i] - c.mm_to_px[i]) < 1e-9);
    }
}


static void
no_card_is_refused(void **state)
{
    gms_calibration_t c, before;
    gms_view_t        view = view_of(1);

    (void) state;

    memset(&c, 0, sizeof(c));
    before = c;
    assert_int_equal(gms_turn_to(&c, &view), GMS_EINVALID);
    assert_memory_equal(&c, &before, sizeof(c));
    assert_int_equal(gms_turn_view(&c, &view), GMS_EINVALID);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a calibration that was turned is upright in that view",
          .test_func = every_view_is_found_again },
        { .name = "a hole above the centre is where the turned card has it",
          .test_func = holes_turn_with_the_card },
        { .name = "a card that leans keeps its lean", .test_func = a_lean_stays },
        { .name = "what is no card is refused and left alone",
          .test_func = no_card_is_refused },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
