/* gms_homography: maps between two planes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/target/homography.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const double tilted[9] = { 3.4, 0.2, 640, -0.2, -3.7, 355, -3e-4, 1e-4,
    1 };


static void
assert_near(double got, double want, double by)
{
    if (!(fabs(got - want) <= by)) {
        fail_msg("%.9g instead of %.9g +- %g", got, want, by);
    }
}


static void
inverse_undoes(void **state)
{
    double back[9], one[9];

    (void) state;
    assert_int_equal(gms_homography_invert(back, tilted), GMS_OK);
    gms_homography_multiply(one, back, tilted);
    for (int i = 0; i < 9; i++) {
        assert_near(one[i] / one[8], i % 4 == 0, 1e-9);
    }
}


static void
multiply_in_place(void **state)
{
    double a[9], b[9], x, y, u, v;

    (void) state;
    memcpy(a, tilted, sizeof(a));
    gms_homography_multiply(a, a, tilted);
    gms_homography_multiply(b, tilted, tilted);
    assert_memory_equal(a, b, sizeof(a));

    gms_homography_apply(tilted, 1.5, -2, &x, &y);
    gms_homography_apply(tilted, x, y, &u, &v);
    gms_homography_apply(b, 1.5, -2, &x, &y);
    assert_near(x, u, 1e-6);
    assert_near(y, v, 1e-6);
}


static void
singular_is_refused(void **state)
{
    static const double bad[][9] = {
        { 0 },
        { 1, 2, 3, 2, 4, 6, 0, 0, 1 },
        { 1, 0, 0, 0, 1, 0, 0, 0, 0 },
        { NAN, 0, 0, 0, 1, 0, 0, 0, 1 },
        { INFINITY, 0, 0, 0, 1, 0, 0, 0, 1 },
    };
    double out[9] = { 7 };

    (void) state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(gms_homography_invert(out, bad[i]), GMS_EINVALID);
        assert_true(out[0] == 7);
    }
}


static void
horizon_has_no_place(void **state)
{
    static const double h[9] = { 1, 0, 0, 0, 1, 0, 0.01, 0, 1 };
    double x, y, j[4];

    (void) state;
    assert_int_equal(gms_homography_apply(h, -100, 0, &x, &y), GMS_EINVALID);
    assert_true(isnan(x) && isnan(y));
    assert_int_equal(gms_homography_jacobian(h, -100, 0, j), GMS_EINVALID);
    assert_int_equal(gms_homography_apply(h, NAN, 0, &x, &y), GMS_EINVALID);
}


static void
jacobian_is_the_slope(void **state)
{
    double j[4], x0, y0, x1, y1, d = 1e-5;

    (void) state;
    assert_int_equal(gms_homography_jacobian(tilted, 30, -20, j), GMS_OK);
    gms_homography_apply(tilted, 30 - d, -20, &x0, &y0);
    gms_homography_apply(tilted, 30 + d, -20, &x1, &y1);
    assert_near(j[0], (x1 - x0) / (2 * d), 1e-5);
    assert_near(j[2], (y1 - y0) / (2 * d), 1e-5);
    gms_homography_apply(tilted, 30, -20 - d, &x0, &y0);
    gms_homography_apply(tilted, 30, -20 + d, &x1, &y1);
    assert_near(j[1], (x1 - x0) / (2 * d), 1e-5);
    assert_near(j[3], (y1 - y0) / (2 * d), 1e-5);
}


static int
grid(gms_point_t *from, gms_point_t *to, int side, double noise)
{
    int n = 0;

    for (int i = 0; i < side; i++) {
        for (int k = 0; k < side; k++, n++) {
            from[n].x = -80 + 160.0 * i / (side - 1);
            from[n].y = -80 + 160.0 * k / (side - 1);
            gms_homography_apply(tilted, from[n].x, from[n].y, &to[n].x,
                &to[n].y);
            to[n].x += noise * sin(12.9 * n);
            to[n].y += noise * cos(78.2 * n);
        }
    }
    return n;
}


static void
fit_finds_the_map(void **state)
{
    static const struct {
        int     side;
        double  noise;
        double  within;
    } table[] = { { 2, 0, 1e-6 }, { 3, 0, 1e-6 }, { 8, 0.5, 0.4 } };
    gms_point_t from[64], to[64];
    double h[9], x, y, u, v;

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        int n = grid(from, to, table[i].side, table[i].noise);

        assert_int_equal(gms_homography_fit(h, from, to, n), GMS_OK);
        gms_homography_apply(h, 55, -62, &x, &y);
        gms_homography_apply(tilted, 55, -62, &u, &v);
        assert_near(x, u, table[i].within);
        assert_near(y, v, table[i].within);
    }
}


/* The linear equations weigh points by their depth; what is wanted is least
 * distance, so no small change may better it. */
static void
fit_is_least_distance(void **state)
{
    gms_point_t from[64], to[64];
    double h[9], best = 0, sum, x, y;
    int n = grid(from, to, 8, 2);

    (void) state;
    assert_int_equal(gms_homography_fit(h, from, to, n), GMS_OK);
    for (int change = 0; change < 17; change++) {
        double m[9];

        memcpy(m, h, sizeof(m));
        if (change > 0) {
            m[(change - 1) / 2] *= change % 2 ? 1.0001 : 0.9999;
        }
        sum = 0;
        for (int i = 0; i < n; i++) {
            gms_homography_apply(m, from[i].x, from[i].y, &x, &y);
            sum += (x - to[i].x) * (x - to[i].x)
                   + (y - to[i].y) * (y - to[i].y);
        }
        if (change == 0) {
            best = sum;

        } else if (sum < best) {
            fail_msg("change %d betters %.9g to %.9g", change, best, sum);
        }
    }
}


static void
fit_refuses_nonsense(void **state)
{
    gms_point_t line[4] = { { 0, 0 }, { 1, 1 }, { 2, 2 }, { 5, 0 } };
    gms_point_t same[4] = { { 3, 3 }, { 3, 3 }, { 3, 3 }, { 3, 3 } };
    gms_point_t good[4] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
    gms_point_t wild[4] = { { 0, 0 }, { NAN, 0 }, { 1, 1 }, { 0, 1 } };
    double h[9];

    (void) state;
    assert_int_equal(gms_homography_fit(h, good, good, 3), GMS_EINVALID);
    assert_int_equal(gms_homography_fit(h, line, good, 4), GMS_EINVALID);
    assert_int_equal(gms_homography_fit(h, good, line, 4), GMS_EINVALID);
    assert_int_equal(gms_homography_fit(h, same, good, 4), GMS_EINVALID);
    assert_int_equal(gms_homography_fit(h, wild, good, 4), GMS_EINVALID);
    assert_int_equal(gms_homography_fit(h, good, wild, 4), GMS_EINVALID);
}


static void
linear_system(void **state)
{
    double a[9] = { 0, 2, 1, 1, 0, 3, 4, 1, 0 }, b[3] = { 7, 10, 6 };
    double singular[4] = { 1, 2, 2, 4 }, c[2] = { 1, 1 };

    (void) state;
    assert_int_equal(gms_linear_solve(a, b, 3), GMS_OK);
    assert_near(b[0], 1, 1e-12);
    assert_near(b[1], 2, 1e-12);
    assert_near(b[2], 3, 1e-12);
    assert_int_equal(gms_linear_solve(singular, c, 2), GMS_EINVALID);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a map and its inverse lead back to the same place",
            .test_func = inverse_undoes },
        { .name = "a product may overwrite its factor",
            .test_func = multiply_in_place },
        { .name = "a map that squashes the card is refused",
            .test_func = singular_is_refused },
        { .name = "a point on the horizon has no place in the picture",
            .test_func = horizon_has_no_place },
        { .name = "the local scale is the slope of the map",
            .test_func = jacobian_is_the_slope },
        { .name = "pairs of points give the map that made them",
            .test_func = fit_finds_the_map },
        { .name = "noisy pairs give the map of least distance",
            .test_func = fit_is_least_distance },
        { .name = "points on a line, too few or not finite are refused",
            .test_func = fit_refuses_nonsense },
        { .name = "linear equations are solved or refused",
            .test_func = linear_system },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("homography", tests, NULL, NULL);
}
