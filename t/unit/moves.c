/* A camera that moves in mid-session, on a simulated lane: what is on record
 * stays where it is in millimetres, and the next shots are as right as
 * before. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/stage.h"
#include "ipc/error.h"
#include "t/lib/scenes.h"
#include "worker/library/library.h"
#include "worker/target/homography.h"

#define FPS 15
#define CALIBER_MM 4.5

/* Calibers, as the issue of this lane has it. */
#define AGAIN_MOST 0.04

static gms_library_t library;


static int
setup(void **state)
{
    char err[400] = "";

    (void) state;
    if (gms_library_load(&library, NULL, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }
    return 0;
}


static int
teardown(void **state)
{
    (void) state;
    gms_library_free(&library);
    return 0;
}


static void
open_stage(bench_stage_t *s, const char *options)
{
    char              err[400] = "";
    const gms_face_t *face = gms_library_find(
        &library, "issf-10m-air-pistol", err, sizeof(err));

    assert_non_null(face);
    if (bench_stage_open(s, options, face, CALIBER_MM, FPS, err, sizeof(err))
        != GMS_OK)
    {
        fail_msg("%s", err);
    }
}


static void
show(bench_stage_t *s, double seconds)
{
    assert_int_equal(bench_stage_show(s, seconds, 1), GMS_OK);
}


static void
shoot(bench_stage_t *s, int n)
{
    for (int i = 0; i < n; i++) {
        bench_stage_shoot(s);
        show(s, 0.5);
    }
}


/* The camera goes there within so many pictures; it focuses anew. */
static void
move(bench_stage_t *s, gms_scenery_camera_t to, int pictures)
{
    gms_scenery_camera_t from = s->scenery.camera;

    for (int i = 1; i <= pictures; i++) {
        double part = (double) i / pictures;

        assert_int_equal(gms_scenery_camera(&s->scenery,
            from.zoom * pow(to.zoom / from.zoom, part),
            from.dx_px + part * (to.dx_px - from.dx_px),
            from.dy_px + part * (to.dy_px - from.dy_px),
            from.roll_deg + part * (to.roll_deg - from.roll_deg)), GMS_OK);
        show(s, 0);
    }
}


/* The first so many shots are where they were; all were found, none more. */
static void
check(bench_stage_t *s, int before, double error_most)
{
    for (int i = 0; i < s->reports; i++) {
        s->report[i].shot = -1;
    }
    for (int i = 0; i < s->shots; i++) {
        s->shot[i].report = -1;
    }
    bench_stage_match(s);
    assert_int_equal(s->reports, s->shots);
    for (int i = 0; i < s->shots; i++) {
        assert_true(s->shot[i].report >= 0);
        assert_true(bench_stage_error_mm(s, i) < error_most * CALIBER_MM);
        if (i < before) {
            assert_true(
                bench_stage_again_mm(s, i) < AGAIN_MOST * CALIBER_MM);
        }
    }
}


static void
follows(void **unused)
{
    static const struct {
        gms_scenery_camera_t to;
        int                  pictures;
    } moves[] = {
        { { .zoom = 1, .roll_deg = 5 }, 1 },
        { { .zoom = 1, .roll_deg = -4 }, FPS },
        { { .zoom = 1.2 }, FPS },
        { { .zoom = 1, .dx_px = 4, .dy_px = 3 }, FPS },
    };

    (void) unused;
    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]);
        i += SCENES_EACH) {
        bench_stage_t s;

        open_stage(&s, "seed=31 size=640x480 fill=0.75 overlap=0.3 "
                       "backer=grey");
        show(&s, 1.5);
        shoot(&s, 4);
        move(&s, moves[i].to, moves[i].pictures);
        show(&s, 3);
        assert_int_equal(s.state, GMS_DETECTOR_LIVE);
        assert_int_equal(s.papers, 0);
        shoot(&s, 2);
        show(&s, 1);
        check(&s, 4, 0.15);
        bench_stage_close(&s);
    }
}


/* Presets, one after the other; a shot falls while it moves. */
static void
jumps(void **unused)
{
    static const gms_scenery_camera_t presets[] = {
        { .zoom = 1.6, .dx_px = 15, .dy_px = -10 },
        { .zoom = 0.75, .dx_px = -25, .dy_px = 10 },
        { .zoom = 1.6, .dx_px = 15, .dy_px = -10 },
        { .zoom = 1, .dx_px = 2, .dy_px = -1 },
    };
    const int     n = SCENES_FEW ? 1 : 4;
    bench_stage_t s;
    double        x[4] = { 0 }, y[4] = { 0 }, pose[9];

    (void) unused;
    open_stage(&s, "seed=33 size=1280x720 fill=0.5 overlap=0.2 backer=grey");
    show(&s, 1.5);
    shoot(&s, 3);
    for (int i = 0; i < n; i++) {
        move(&s, presets[i], 2);
        assert_int_not_equal(s.state, GMS_DETECTOR_LIVE);
        bench_stage_shoot(&s);
        show(&s, 4);
        assert_int_equal(s.state, GMS_DETECTOR_LIVE);
        shoot(&s, 1);
        show(&s, 1);
        check(&s, s.shots, 0.35); /* at 7 px */
        gms_calibration_to_px(&s.calibration, 60, -40, &x[i], &y[i]);
        gms_detector_pose(&s.detector, pose);
        gms_homography_apply(pose, x[i], y[i], &x[i], &y[i]);
    }
    assert_int_equal(s.papers, 0);

    /* the preset that it came back to is where it was, to 0.01 calibers */
    assert_true(n < 4 || hypot(x[0] - x[2], y[0] - y[2]) < 0.25);
    bench_stage_close(&s);
}


static void
ignores_sway(void **unused)
{
    bench_stage_t s;

    (void) unused;
    open_stage(&s, "seed=32 size=640x480 fill=0.75 sway=3 backer=grey");
    show(&s, 1.5);
    for (int i = 0; i < 8 * FPS; i++) {
        assert_int_equal(bench_stage_look(&s), GMS_OK);
        assert_int_equal(s.state, GMS_DETECTOR_LIVE);
    }
    assert_int_equal(s.calibrations, 0);
    bench_stage_close(&s);
}


#define TEST(sentence, function)                                              \
    { .name = sentence, .test_func = function }


int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a roll, a zoom and a nudge move nothing that is on record",
            follows),
        TEST("a jump to a preset, and back to it, loses no shot and moves none",
            jumps),
        TEST("paper that sways is no camera that moves", ignores_sway),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
