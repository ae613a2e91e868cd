/* gms_handles: a calibration from points set by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "t/lib/card.h"
#include "worker/target/handles.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define REASON_SIZE 256


/* The centre, then `n` points all round the ring of this value. */
static int
put(gms_handle_t *handle, const double truth[9], const gms_face_t *face,
    int value, int n, double from_deg)
{
    double r = face->ring[10 - value].diameter_mm / 2;

    handle[0] = (gms_handle_t) { .kind = GMS_HANDLE_CENTRE };
    gms_homography_apply(truth, 0, 0, &handle[0].x_px, &handle[0].y_px);
    for (int i = 1; i <= n; i++) {
        double a = from_deg * M_PI / 180 + 2 * M_PI * i / n;

        handle[i] = (gms_handle_t) { .kind = GMS_HANDLE_RING, .value = value };
        gms_homography_apply(truth, r * cos(a), r * sin(a), &handle[i].x_px,
            &handle[i].y_px);
    }
    return n + 1;
}


static void
all_ways(void **state)
{
    static const struct {
        int    value;
        int    points;
        double tilt_deg;
        double axis_deg;
        double shaken_px; /* each point set so far off its place */
        double within_px;
    } table[] = {
        { 1, 8, 0, 0, 0, 1e-6 },
        { 1, 8, 30, 90, 0, 0.01 },
        { 1, 5, 30, 20, 0, 0.01 },
        { 7, 12, 30, 45, 0, 0.01 },
        { 1, 12, 20, 70, 0.7, 2 },
        { 3, 24, 30, 200, 0.7, 2 },
    };
    gms_face_t face = make_face(AIR_PISTOL);
    uint32_t random = 5;

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        for (int way = 0; way < 8; way++) {
            scene_t s = plain;
            gms_handle_t handle[GMS_HANDLES_MAX];
            gms_calibration_t c;
            double truth[9], away[9], x, y, off;
            char reason[REASON_SIZE] = "";
            int n, w, h;

            s.tilt_deg = table[i].tilt_deg;
            s.axis_deg = table[i].axis_deg;
            s.view.rotate = way % 4 * 90;
            s.view.mirror = way >= 4;
            pinhole(truth, &s);
            turned_away(away, &w, &h, &s);
            gms_homography_multiply(truth, away, truth);
            n = put(handle, truth, &face, table[i].value, table[i].points, 7);
            for (int k = 0; k < n; k++) {
                handle[k].x_px += table[i].shaken_px * noise_of(&random);
                handle[k].y_px += table[i].shaken_px * noise_of(&random);
            }
            if (gms_handles_fit(&c, handle, n, &face, &s.view, reason,
                    REASON_SIZE)
                != GMS_OK)
            {
                fail_msg("row %d: %s", (int) i, reason);
            }
            assert_int_equal(c.origin, GMS_CALIBRATION_HAND);
            assert_false(c.confirmed);
            /* Up in the picture is not quite up on a card tilted askew: 8
             * degrees at most. */
            gms_homography_apply(truth, 30, 52, &x, &y);
            gms_calibration_to_mm(&c, x, y, &x, &y);
            assert_true(hypot(x - 30, y - 52) < 10);
            /* Circles do not tell the roll; all else they do. */
            for (int k = 0; k < 12; k++) {
                gms_homography_apply(truth, 70 * cos(k), 70 * sin(k), &x, &y);
                gms_calibration_to_mm(&c, x, y, &x, &y);
                off = fabs(hypot(x, y) - 70) * c.px_per_mm;
                if (!(off < table[i].within_px)) {
                    fail_msg("row %d: a radius is %.4f px off", (int) i, off);
                }
            }
        }
    }
}


static void
refused(void **state)
{
    static const struct {
        const char *what;
        int         points; /* on the ring, after the centre */
        int         from;   /* of them */
        int         value;
        double      wrong_px; /* the third */
        int         wrong_value;
        const char *says;
    } table[] = {
        { "the centre alone", 0, 0, 1, 0, 0, "on a ring" },
        { "none", 0, 1, 1, 0, 0, "From 1 to 64" },
        { "one on a ring", 1, 0, 1, 0, 0, "all round" },
        { "only at right angles", 4, 0, 1, 0, 0, "all round" },
        { "no centre", 4, 1, 1, 0, 0, "all round" },
        { "one far off", 10, 0, 1, 40, 0, "Point 3 is" },
        { "one on the next ring", 10, 0, 1, 0, 2, "Point 3 is" },
        { "no such ring", 10, 0, 1, 0, 11, "no such ring" },
        { "not in the picture", 10, 0, 1, INFINITY, 0, "nowhere near" },
        { "no number", 10, 0, 1, NAN, 0, "nowhere near" },
    };
    gms_face_t face = make_face(AIR_PISTOL);

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_handle_t handle[GMS_HANDLES_MAX];
        gms_calibration_t c, same;
        scene_t s = plain;
        char reason[REASON_SIZE] = "";
        double truth[9];
        int n, rc;

        pinhole(truth, &s);
        n = put(handle, truth, &face, table[i].value, table[i].points, 0);
        handle[2].x_px += table[i].wrong_px;
        if (table[i].wrong_value != 0) {
            handle[2].value = table[i].wrong_value;
        }
        memset(&c, 42, sizeof(c));
        same = c;
        rc = gms_handles_fit(&c, handle + table[i].from, n - table[i].from,
            &face, &s.view, reason, REASON_SIZE);
        if (rc != GMS_EINVALID || strstr(reason, table[i].says) == NULL) {
            fail_msg("%s: %d, \"%s\"", table[i].what, rc, reason);
        }
        assert_memory_equal(&c, &same, sizeof(c));
    }
}


static void
known_hole(void **state)
{
    double h[9] = { 4, 0, 320, 0, -4, 240, 0, 0, 1 };
    gms_calibration_t c;
    gms_point_t off;

    (void) state;
    assert_int_equal(gms_calibration_set(&c, h, GMS_CALIBRATION_HAND, -1),
        GMS_OK);
    assert_true(fabs(gms_handles_verify(&c, (gms_point_t) { 10, 20 },
                         (gms_point_t) { 360, 160 }, &off))
                < 1e-9);
    assert_true(fabs(gms_handles_verify(&c, (gms_point_t) { 10, 20 },
                         (gms_point_t) { 372, 144 }, &off)
                    - 5)
                < 1e-9);
    assert_true(fabs(off.x - 3) < 1e-9 && fabs(off.y - 4) < 1e-9);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "centre and ring points give the card's place, seen any way",
            .test_func = all_ways },
        { .name = "points that say too little or contradict are refused",
            .test_func = refused },
        { .name = "a known hole tells the error in millimetres",
            .test_func = known_hole },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("handles", tests, NULL, NULL);
}
