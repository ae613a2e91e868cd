/* gms_calibration: a homography checked and put to use. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/target/calibration.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))


static void
assert_near(double got, double want, double by)
{
    if (!(fabs(got - want) <= by)) {
        fail_msg("%.9g instead of %.9g +- %g", got, want, by);
    }
}


static void
there_and_back(void **state)
{
    static const double h[9] = { 3.4, 0.2, 640, -0.2, -3.7, 355, -3e-4, 1e-4,
        1 };
    gms_calibration_t c;
    double x, y;

    (void) state;
    assert_int_equal(gms_calibration_set(&c, h, GMS_CALIBRATION_HAND, 0.1),
        GMS_OK);
    assert_int_equal(c.origin, GMS_CALIBRATION_HAND);
    assert_near(c.residual_mm, 0.1, 0);
    gms_calibration_to_px(&c, 0, 0, &x, &y);
    assert_near(x, 640, 1e-9);
    assert_near(y, 355, 1e-9);
    gms_calibration_to_px(&c, -41, 77, &x, &y);
    gms_calibration_to_mm(&c, x, y, &x, &y);
    assert_near(x, -41, 1e-9);
    assert_near(y, 77, 1e-9);
}


static void
any_multiple(void **state)
{
    static const double h[9] = { -8, 0, -1280, 0, 8, -720, 0, 0, -2 };
    gms_calibration_t c;

    (void) state;
    assert_int_equal(gms_calibration_set(&c, h, GMS_CALIBRATION_FILE, -1),
        GMS_OK);
    assert_near(c.mm_to_px[0], 4, 0);
    assert_near(c.mm_to_px[8], 1, 0);
    assert_near(c.px_per_mm, 4, 1e-12);
    assert_near(c.tilt_deg, 0, 1e-6);
    assert_true(c.residual_mm < 0);
}


static void
tilt_from_squeeze(void **state)
{
    static const double degrees[] = { 0, 10, 30, 60 };
    gms_calibration_t c;

    (void) state;
    for (size_t i = 0; i < COUNT(degrees); i++) {
        double squeeze = cos(degrees[i] * M_PI / 180);
        double h[9] = { 5 * squeeze, 0, 100, 0, -5, 100, 0, 0, 1 };

        assert_int_equal(gms_calibration_set(&c, h, GMS_CALIBRATION_HAND, 0),
            GMS_OK);
        assert_near(c.tilt_deg, degrees[i], 1e-6);
        assert_near(c.px_per_mm, 5 * sqrt(squeeze), 1e-9);
    }
}


static void
no_view_of_a_card(void **state)
{
    static const struct {
        const char  *what;
        double       h[9];
    } table[] = {
        { "nothing", { 0 } },
        { "singular", { 1, 2, 3, 2, 4, 6, 0, 0, 1 } },
        { "not a number", { NAN, 0, 0, 0, -1, 0, 0, 0, 1 } },
        { "endless", { 1, 0, INFINITY, 0, -1, 0, 0, 0, 1 } },
        { "centre on the horizon", { 4, 0, 640, 0, -4, 360, 0.01, 0, 0 } },
        { "horizon across the card", { 68, 0, 640, 36, -4, 360, 0.1, 0, 1 } },
        { "a card smaller than a pixel",
            { 1e-3, 0, 640, 0, -1e-3, 360, 0, 0, 1 } },
        { "a pixel of a micrometre", { 1e4, 0, 640, 0, -1e4, 360, 0, 0, 1 } },
        { "edge on", { 4, 0, 640, 0, -0.4, 360, 0, 0, 1 } },
    };
    gms_calibration_t c, before;

    (void) state;
    memset(&c, 42, sizeof(c));
    before = c;
    for (size_t i = 0; i < COUNT(table); i++) {
        if (gms_calibration_set(&c, table[i].h, GMS_CALIBRATION_HAND, 0)
            != GMS_EINVALID)
        {
            fail_msg("taken: %s", table[i].what);
        }
        assert_memory_equal(&c, &before, sizeof(c));
    }
}


static void
json_forms(void **state)
{
    static const char *const table[] = {
        "{\"homography_mm_to_px\":[[4,0,640],[0,-4,360],[0,0,1]]}",
        "{\"homography_mm_to_px\":[4,0,640,0,-4,360,0,0,1]}",
        "[4,0,640,0,-4,360,0,0,1]",
        " [[4,0,640],[0,-4,360],[0,0,1]] ",
        "{\"origin\":\"auto\",\"residual_mm\":0.05,"
        "\"homography_mm_to_px\":[8,0,1280,0,-8,720,0,0,2]}",
    };
    gms_calibration_t c;
    char err[128];
    double x, y;

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(
            gms_calibration_from_json(&c, table[i], err, sizeof(err)),
            GMS_OK);
        assert_int_equal(c.origin, GMS_CALIBRATION_FILE);
        gms_calibration_to_px(&c, 10, 10, &x, &y);
        assert_near(x, 680, 1e-9);
        assert_near(y, 320, 1e-9);
    }
    assert_near(c.residual_mm, 0.05, 0);
}


static void
json_refused(void **state)
{
    static const struct {
        const char  *text;
        const char  *says;
    } table[] = {
        { "", "not JSON" },
        { "{", "not JSON" },
        { "{}", "nine numbers" },
        { "[]", "nine numbers" },
        { "[[]]", "nine numbers" },
        { "17", "nine numbers" },
        { "[1,2,3,4,5,6,7,8]", "nine numbers" },
        { "[1,0,0,0,1,0,0,0,1,0]", "nine numbers" },
        { "[1,0,0,0,1,0,0,0,\"1\"]", "nine numbers" },
        { "[[1,0],[0,0],[1,0],[0,0],[1]]", "nine numbers" },
        { "{\"homography_mm_to_px\":{}}", "nine numbers" },
        { "{\"homography_mm_to_px\":[0,0,0,0,0,0,0,0,0]}", "no view" },
        { "[1e999,0,0,0,1,0,0,0,1]", "no view" },
    };
    gms_calibration_t c;
    char err[128], *large;

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(
            gms_calibration_from_json(&c, table[i].text, err, sizeof(err)),
            GMS_EINVALID);
        if (strstr(err, table[i].says) == NULL) {
            fail_msg("%s: %s", table[i].text, err);
        }
    }

    large = malloc(1100000);
    assert_non_null(large);
    memset(large, '[', 1099999);
    large[1099999] = '\0';
    assert_int_equal(gms_calibration_from_json(&c, large, err, sizeof(err)),
        GMS_EINVALID);
    assert_non_null(strstr(err, "1 MiB"));
    free(large);
}


/* A cloud of places around one, taken over to the face, has this spread. */
static void
error_on_the_face(void **state)
{
    static const double maps[][9] = {
        { 4, 0, 640, 0, -4, 360, 0, 0, 1 },
        { 0, -3, 640, 5, 0, 360, 0, 0, 1 },
        { 3.5, 0.4, 640, 0.2, -3.1, 360, 0.0004, -0.0002, 1 },
    };
    static const double error_px2[3] = { 0.04, 0.015, 0.02 };

    (void) state;
    for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        gms_calibration_t c;
        double            mm2[3], x, y, sum[3] = { 0 }, a, b;

        /* four points that have this covariance about their middle */
        double l = sqrt(error_px2[0]), k = error_px2[1] / l;
        double m = sqrt(error_px2[2] - k * k);
        double way[4][2] = { { l, k }, { -l, -k }, { 0, m }, { 0, -m } };

        assert_int_equal(gms_calibration_set(&c, maps[i],
            GMS_CALIBRATION_FILE, -1), GMS_OK);
        gms_calibration_error_mm2(&c, 700, 300, error_px2, mm2);
        gms_calibration_to_mm(&c, 700, 300, &x, &y);
        for (int n = 0; n < 4; n++) {
            gms_calibration_to_mm(&c, 700 + way[n][0], 300 + way[n][1], &a,
                &b);
            sum[0] += (a - x) * (a - x) / 2;
            sum[1] += (a - x) * (b - y) / 2;
            sum[2] += (b - y) * (b - y) / 2;
        }
        for (int n = 0; n < 3; n++) {
            assert_true(fabs(mm2[n] - sum[n]) < 1e-5);
        }
    }
}


/* Rings that do not fit make every place on the face less sure; a place that
 * is not known at all stays so. */
static void
error_of_the_rings(void **state)
{
    const double      h[9] = { 4, 0, 600, 0, -4, 350, 0, 0, 1 };
    const double      px2[3] = { 0.04, 0.01, 0.02 }, none[3] = { 0 };
    double            good[3], bad[3];
    gms_calibration_t c;

    (void) state;
    assert_int_equal(
        gms_calibration_set(&c, h, GMS_CALIBRATION_HAND, 0), GMS_OK);
    gms_calibration_error_mm2(&c, 700, 300, px2, good);
    c.residual_mm = 0.4;
    gms_calibration_error_mm2(&c, 700, 300, px2, bad);
    assert_true(fabs(bad[0] - good[0] - 0.04) < 1e-9);
    assert_true(fabs(bad[1] - good[1]) < 1e-9);
    assert_true(fabs(bad[2] - good[2] - 0.04) < 1e-9);

    gms_calibration_error_mm2(&c, 700, 300, none, bad);
    assert_true(!(bad[0] > 0) && !(bad[2] > 0));
}


/* A lens lies between the picture and the map: there and back, and what it
 * does to errors is what it does to places. */
static void
through_a_lens(void **state)
{
    static const double bends[] = { -3e-7, -5e-8, 2e-7 };
    const double        h[9] = { 4, 0.2, 600, 0.1, -4, 350, 1e-4, -2e-4, 1 };

    (void) state;
    for (int i = 0; i < 3; i++) {
        gms_calibration_t c;
        const double px2[3] = { 1e-6, 0, 0 };
        double x, y, u, v, a, b, mm2[3];

        assert_int_equal(
            gms_calibration_set(&c, h, GMS_CALIBRATION_AUTO, -1), GMS_OK);
        c.lens = (gms_lens_t){ 639.5, 359.5, bends[i], 40000 };
        assert_true(gms_lens_is_sane(&c.lens));
        for (int k = 0; k < 24; k++) {
            double r = 3.0 * k;

            gms_calibration_to_px(&c, r * cos(k), r * sin(k), &x, &y);
            gms_calibration_to_mm(&c, x, y, &u, &v);
            assert_true(hypot(u - r * cos(k), v - r * sin(k)) < 1e-9);
            gms_calibration_to_mm(&c, x + 1e-3, y, &a, &b);
            gms_calibration_error_mm2(&c, x, y, px2, mm2);
            assert_true(fabs(sqrt(mm2[0] + mm2[2]) - hypot(a - u, b - v))
                < 1e-7);
        }
        /* far outside of what it was fitted to it stays a number */
        gms_calibration_to_px(&c, 1e6, -1e6, &x, &y);
        assert_true(isfinite(x) && isfinite(y));
    }
    assert_false(gms_lens_is_sane(&(gms_lens_t){ 1, 1, NAN, 1 }));
    assert_false(gms_lens_is_sane(&(gms_lens_t){ 1, 1, 1, 1e6 }));
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "millimetres go to pixels and come back",
            .test_func = there_and_back },
        { .name = "any multiple of a homography is the same calibration",
            .test_func = any_multiple },
        { .name = "the tilt of the card follows from how it is squeezed",
            .test_func = tilt_from_squeeze },
        { .name = "a homography that no camera can have is refused",
            .test_func = no_view_of_a_card },
        { .name = "a calibration file is read in every form",
            .test_func = json_forms },
        { .name = "a broken calibration file is refused with a sentence",
            .test_func = json_refused },
        { .name = "a lens lies between the picture and the map",
            .test_func = through_a_lens },
        { .name = "an error in the picture is one on the face",
            .test_func = error_on_the_face },
        { .name = "rings that do not fit make every place less sure",
            .test_func = error_of_the_rings },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("calibration", tests, NULL, NULL);
}
