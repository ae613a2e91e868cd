/* What a shot is worth. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "worker/target/score.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The faces of the reference, by the reference's names. */
static const struct {
    const char    *name;
    int            lowest;
    double         first_mm;
    double         step_mm;
    double         inner_mm;
    bool           shot_out;
    double         gauge_mm;
    gms_decimal_e  decimal;
} faces[] = {
    { "air_rifle_10m", 1, 0.5, 5, 0.5, true, 4.5, GMS_DECIMAL_LINEAR },
    { "air_pistol_10m", 1, 11.5, 16, 5, false, 4.5, GMS_DECIMAL_LINEAR },
    { "rifle_50m", 1, 10.4, 16, 5, false, 5.6, GMS_DECIMAL_LINEAR },
    { "pistol_25m_50m_precision", 1, 50, 50, 25, false, 5.6,
        GMS_DECIMAL_TWO_PART },
    { "pistol_25m_rapid", 5, 100, 80, 50, false, 5.6, GMS_DECIMAL_TWO_PART },
    { "rifle_300m", 1, 100, 100, 50, false, 8, GMS_DECIMAL_TWO_PART },
    { "running_10m", 1, 5.5, 5, 0.5, false, 4.5, GMS_DECIMAL_TWO_PART },
};


static gms_face_t
make_face(const char *name)
{
    gms_face_t  face = { 0 };

    for (size_t i = 0; i < COUNT(faces); i++) {
        if (strcmp(faces[i].name, name) != 0) {
            continue;
        }
        for (int v = 10; v >= faces[i].lowest; v--) {
            face.ring[face.rings].value = v;
            face.ring[face.rings++].diameter_mm =
                faces[i].first_mm + (10 - v) * faces[i].step_mm;
        }
        face.inner_mm = faces[i].inner_mm;
        face.inner_shot_out = faces[i].shot_out;
        face.decimal = faces[i].decimal;
        face.gauges = 1;
        face.gauge[0].gauge_mm = faces[i].gauge_mm;
    }

    assert_true(face.rings > 0);

    return face;
}


static FILE *
open_shared(const char *file)
{
    FILE        *f;
    char         path[1024];
    const char  *shared = getenv("GMS_SHARED");

    snprintf(path, sizeof(path), "%s/%s", shared ? shared : "../shared", file);

    f = fopen(path, "r");
    if (f == NULL) {
        print_message("# SKIP no reference data: %s\n", file);
        skip();
    }

    return f;
}


static void
check(const gms_face_t *face, double x, double y, int tenths, int ring,
    bool inner, const char *what)
{
    gms_score_t  s = gms_score(face, 4.5, x, y);

    if (s.tenths != tenths || s.ring != ring || s.inner != inner) {
        fail_msg("%s (%.6f, %.6f): %d tenths, ring %d, inner %d; expected "
            "%d, %d, %d", what, x, y, s.tenths, s.ring, s.inner, tenths,
            ring, inner);
    }
}


static void
known_answers(void **state)
{
    static const struct {
        const char  *face;
        double       x, y;
        int          tenths, ring;
        bool         inner;
    } rows[] = {
        { "air_rifle_10m", 0, 0, 109, 10, true },
        { "air_rifle_10m", 0.59, 0.30, 107, 10, true },
        { "air_rifle_10m", 2.0, 0, 102, 10, true },     /* dot just gone */
        { "air_rifle_10m", 2.0001, 0, 101, 10, false },
        { "air_rifle_10m", 0.35, 2.47, 100, 10, false },
        { "air_rifle_10m", -0.82, 2.48, 99, 9, false },
        { "air_rifle_10m", 0, -25.0, 10, 1, false },
        { "air_rifle_10m", 0, -25.01, 0, 0, false },
        { "air_pistol_10m", 0.8, 0, 109, 10, true },
        { "air_pistol_10m", 4.75, 0, 104, 10, true },   /* the limit */
        { "air_pistol_10m", 4.79, 0, 104, 10, false },  /* same decimal */
        { "air_pistol_10m", 8.0, 0, 100, 10, false },
        { "air_pistol_10m", 80.0, 0, 10, 1, false },
        { "rifle_50m", 4.30, 2.01, 104, 10, true },
        { "rifle_50m", 6.04, 5.28, 99, 9, false },
        { "rifle_50m", 5.30, 0, 103, 10, true },
        { "rifle_50m", 5.35, 0, 103, 10, false },
        /* One formula for all faces gives 7.2 here. */
        { "pistol_25m_50m_precision", -30, 0, 99, 9, false },
        { "pistol_25m_50m_precision", 15.3, 0, 104, 10, true },
        { "pistol_25m_rapid", 27.8, 0, 104, 10, true },
        { "pistol_25m_rapid", 252.8, 0, 50, 5, false },
        { "pistol_25m_rapid", 252.9, 0, 0, 0, false },
        { "rifle_300m", 29.0, 0, 104, 10, true },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        gms_face_t  face = make_face(rows[i].face);

        check(&face, rows[i].x, rows[i].y, rows[i].tenths, rows[i].ring,
            rows[i].inner, rows[i].face);
    }
}


/* The line is reached from all sides, also where sine and cosine round. */
static void
on_the_ten_line(void **state)
{
    (void) state;
    for (size_t i = 0; i < COUNT(faces); i++) {
        gms_face_t  face = make_face(faces[i].name);
        double      r = (faces[i].first_mm + faces[i].gauge_mm) / 2;

        for (int a = 0; a < 360; a++) {
            double       t = a * acos(-1) / 180;
            gms_score_t  s = gms_score(&face, 0, r * cos(t), r * sin(t));

            assert_int_equal(s.ring, 10);
            assert_int_equal(s.tenths, 100);
            s = gms_score(&face, 0, (r + 1e-6) * cos(t),
                (r + 1e-6) * sin(t));
            assert_int_equal(s.ring, 9);
            assert_int_equal(s.tenths, 99);
        }
    }
}


static void
real_shots(void **state)
{
    int         n = 0, shot, series;
    char        line[256];
    FILE       *f = open_shared("reference/scoring/megalink_50m_rifle.csv");
    double      x, y, decimal;
    gms_face_t  face = make_face("rifle_50m");

    (void) state;
    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%d,%d,%lf,%lf,%lf", &shot, &series, &x, &y,
                &decimal) != 5)
        {
            continue;
        }
        n++;
        assert_int_equal(gms_score(&face, 5.6, x, y).tenths,
            (int) lround(decimal * 10));
    }

    fclose(f);
    assert_int_equal(n, 65);
}


static void
boundary_cases(void **state)
{
    int     n = 0, ring, inner;
    char    line[256], name[64];
    FILE   *f = open_shared("reference/scoring/decimal_formula.csv");
    double  r, gauge, decimal;

    (void) state;
    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%63[^,],%lf,%lf,%d,%lf,%d", name, &r, &gauge, &ring,
                &decimal, &inner) != 6)
        {
            continue;
        }
        n++;
        gms_face_t  face = make_face(name);

        assert_true(face.gauge[0].gauge_mm == gauge);
        check(&face, r, 0, (int) lround(decimal * 10), ring, inner != 0,
            name);
        check(&face, 0, -r, (int) lround(decimal * 10), ring, inner != 0,
            name);
    }

    fclose(f);
    assert_int_equal(n, 2009);
}


static void
never_rises(void **state)
{
    (void) state;
    for (size_t i = 0; i < COUNT(faces); i++) {
        for (int d = GMS_DECIMAL_NONE; d <= GMS_DECIMAL_TWO_PART; d++) {
            gms_face_t   face = make_face(faces[i].name);
            gms_score_t  last = { 999, 10, true, -1 }, s;

            face.decimal = (gms_decimal_e) d;
            /* Also with a gauge that a linear face was not made for. */
            face.gauge[0].gauge_mm += (double) (i % 3) * 3 - 3;
            for (int k = 0; k < 20000; k++) {
                s = gms_score(&face, 0, k * 0.03, 0);
                assert_true(s.tenths <= last.tenths);
                assert_true(s.ring <= last.ring);
                assert_true(s.inner <= last.inner);
                assert_int_equal(s.tenths / 10, s.ring);
                last = s;
            }
            assert_int_equal(last.tenths, 0);
        }
    }
}


static void
not_finite(void **state)
{
    static const double  bad[] = { NAN, INFINITY, -INFINITY, 1e300 };

    gms_face_t  face = make_face("air_pistol_10m");

    (void) state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        check(&face, bad[i], 0, 0, 0, false, "x");
        check(&face, 0, bad[i], 0, 0, false, "y");
        for (size_t k = 0; k < COUNT(bad); k++) {
            check(&face, bad[i], bad[k], 0, 0, false, "both");
        }
    }
}


static void
gauge_by_caliber(void **state)
{
    gms_face_t  face = make_face("pistol_25m_50m_precision");

    (void) state;
    face.gauges = 2;
    face.gauge[1].gauge_mm = 9.65;
    face.gauge[1].above_mm = 5.7;

    /* 29 mm: outside the ten (27.8) of the small gauge, inside that (29.825)
     * of the large one. */
    assert_int_equal(gms_score(&face, 5.6, 29, 0).ring, 9);
    assert_int_equal(gms_score(&face, 5.7, 29, 0).ring, 9);
    assert_int_equal(gms_score(&face, 9, 29, 0).ring, 10);
}


static void
whole_rings(void **state)
{
    gms_face_t  face = make_face("rifle_300m");

    (void) state;
    face.decimal = GMS_DECIMAL_NONE;
    check(&face, 0, 0, 100, 10, true, "centre");
    check(&face, 54, 0, 100, 10, false, "ten line");
    check(&face, 54.1, 0, 90, 9, false, "nine");
    check(&face, 600, 0, 0, 0, false, "miss");
}


static void
unequal_rings(void **state)
{
    static const double  in[] = { 3.36, 5.54, 8.00, 11.00, 14.80, 19.68 };

    gms_face_t  face = { 0 };

    (void) state;
    face.gauges = 1;
    face.gauge[0].gauge_mm = 5.6;
    face.decimal = GMS_DECIMAL_TWO_PART;
    for (size_t i = 0; i < COUNT(in); i++) {
        face.ring[i].value = 10 - (int) i;
        face.ring[i].diameter_mm = in[i] * 25.4;
        face.rings++;
    }

    for (size_t i = 0; i < COUNT(in); i++) {
        double  r = (in[i] * 25.4 + 5.6) / 2;
        int     v = 10 - (int) i;

        check(&face, r, 0, v * 10, v, false, "on the line");
        check(&face, r + 1e-4, 0, v > 5 ? v * 10 - 1 : 0, v > 5 ? v - 1 : 0,
            false, "outside the line");
    }
}


/* Air pistol: the nine ends at 13.75 + 2.25 = 16 mm, the ten at 8. */
static void
near_line(void **state)
{
    static const struct {
        const char *what;
        double      x_mm, y_mm, error_mm2[3];
        double      doubt;
        bool        near;
    } table[] = {
        { "on the line: as likely in as out", 8, 0, { .01, 0, .01 }, .5, true },
        { "one sigma inside", 7.9, 0, { .01, 0, .01 }, .1587, true },
        { "one sigma outside", 0, -8.1, { .01, 0, .01 }, .1587, true },
        { "three sigmas away", 8.3, 0, { .01, 0, .01 }, .0013, false },
        { "in the middle of a band", 12, 0, { .01, 0, .01 }, 0, false },
        { "the error lies along the line", 8.1, 0, { .0001, 0, 1 }, 0, false },
        { "the error lies across the line", 0, 8.1, { .0001, 0, .01 }, .1587,
            true },
        { "correlated, across the line", 5.8, 5.8, { .01, .0099, .01 }, .0769,
            true },
        { "correlated, along the line", 5.8, 5.8, { .01, -.0099, .01 }, 0,
            false },
        { "no error is known", 8, 0, { 0, 0, 0 }, 0, false },
        { "the centre of the face", 0, 0, { .01, 0, .01 }, 0, false },
        { "off the target, near its border", 80.1, 0, { .01, 0, .01 }, .1587,
            true },
        { "far off the target", 300, 0, { .01, 0, .01 }, 0, false },
        { "no number", NAN, 0, { .01, 0, .01 }, 1, true },
        { "an error without bounds", 1, 0, { INFINITY, 0, 1 }, 1, true },
        { "no covariance", 1, 0, { -1, 0, -1 }, 1, true },
    };

    gms_face_t  face = make_face("air_pistol_10m");

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        double  doubt = gms_score_doubt(&face, 4.5, table[i].x_mm,
            table[i].y_mm, table[i].error_mm2, GMS_SHOWN_RING);

        if (!(fabs(doubt - table[i].doubt) < 0.002)) {
            fail_msg("%s: %.4f, not %.4f", table[i].what, doubt,
                table[i].doubt);
        }
        if (gms_score_near_line(&face, 4.5, table[i].x_mm, table[i].y_mm,
                table[i].error_mm2) != table[i].near) {
            fail_msg("%s", table[i].what);
        }
    }
    /* 12.8 is where 9.4 begins, the ring goes on */
    assert_true(fabs(gms_score_doubt(&face, 4.5, 12.7, 0,
        (double[3]){ .01, 0, .01 }, GMS_SHOWN_TENTHS) - .1587) < .002);
    assert_true(gms_score_doubt(&face, 4.5, 12.7, 0,
        (double[3]){ .01, 0, .01 }, GMS_SHOWN_RING) < 1e-6);
}


static uint64_t  dice = 88172645463325252u;


static double
roll(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (double) (dice >> 11) / 9007199254740992.0;
}


static double
normal(void)
{
    return sqrt(-2 * log(1 - roll())) * cos(2 * M_PI * roll());
}


/* Shots with normal errors of .02 calibers: nearly all wrong rings carry the
 * flag, and few of all shots do. */
static void
near_line_rates(void **state)
{
    static const struct {
        const char *face;
        double      caliber_mm, spread_mm, flagged_most;
    } table[] = {
        { "air_pistol_10m", 4.5, 24, .08 },
        { "air_rifle_10m", 4.5, 6, .15 },
        { "pistol_25m_50m_precision", 5.6, 80, .05 },
        { "pistol_25m_50m_precision", 9, 80, .05 },
        { "rifle_50m", 5.6, 20, .08 },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_face_t  face = make_face(table[i].face);
        int         shots = 20000, wrong = 0, told = 0, flagged = 0;
        double      s = .02 * table[i].caliber_mm;

        for (int n = 0; n < shots; n++) {
            double  x = normal() * table[i].spread_mm;
            double  y = normal() * table[i].spread_mm;
            double  u = x + s * normal(), v = y + s * normal();
            bool    flag = gms_score_near_line(&face, table[i].caliber_mm, u,
                v, (double[3]){ s * s, 0, s * s });
            bool    is_wrong = gms_score(&face, table[i].caliber_mm, u, v).ring
                != gms_score(&face, table[i].caliber_mm, x, y).ring;

            wrong += is_wrong;
            told += is_wrong && flag;
            flagged += flag;
        }
        assert_true(wrong > 20);
        assert_true(told >= 0.95 * wrong);
        assert_true(flagged <= table[i].flagged_most * shots);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "shots of the rule tables get their known values",
            .test_func = known_answers },
        { .name = "a shot exactly on the ten line counts ten",
            .test_func = on_the_ten_line },
        { .name = "65 real shots score what an electronic target gave them",
            .test_func = real_shots },
        { .name = "2009 shots beside the lines fall on the right side",
            .test_func = boundary_cases },
        { .name = "a score never rises with the radius, nor contradicts "
                  "its ring",
            .test_func = never_rises },
        { .name = "a place that is no number is a miss",
            .test_func = not_finite },
        { .name = "a larger caliber is scored with the larger gauge",
            .test_func = gauge_by_caliber },
        { .name = "a face without decimals gives whole rings",
            .test_func = whole_rings },
        { .name = "rings of unequal width have tenths of their own width",
            .test_func = unequal_rings },
        { .name = "a shot is near a line when its error crosses it",
            .test_func = near_line },
        { .name = "wrong rings are flagged and few others",
            .test_func = near_line_rates },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
