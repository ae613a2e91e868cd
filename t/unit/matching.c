/* A camera that was away: is the face where its calibration says?  What was
 * seen until that is known is kept in its order. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/library/library.h"
#include "worker/lane/matching.h"

static gms_library_t         library;
static gms_detector_config_t config;
static gms_image_t           gray;
static const double one[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };


/* The picture shifted by so many millimetres. */
static void
shifted(double pose[9], double mm)
{
    memcpy(pose, one, sizeof(one));
    pose[2] = mm * config.calibration.px_per_mm;
}


static void
fits(void **state)
{
    gms_matching_t m = { 0 };
    double         pose[9];

    (void) state;

    /* where it was: nothing is looked for */
    gms_matching_begin(&m, false);
    shifted(pose, 0.3);
    assert_true(gms_matching_try(
        &m, &config.calibration, pose, &config, &gray, GMS_S));
    assert_int_equal(m.since_ns, 0);

    /* the rings say that it is not where the detector sees it */
    gms_matching_begin(&m, false);
    shifted(pose, 1.5);
    assert_false(gms_matching_try(
        &m, &config.calibration, pose, &config, &gray, GMS_S));
    assert_true(m.astray);
    assert_true(fabs(m.off_mm - 1.5) < 0.1);

    /* not looked for in each picture; and then it fits */
    shifted(pose, 0);
    m.fresh = true;
    assert_false(gms_matching_try(
        &m, &config.calibration, pose, &config, &gray, GMS_S + GMS_MS));
    assert_true(gms_matching_try(
        &m, &config.calibration, pose, &config, &gray, 2 * GMS_S));
    assert_false(m.astray || m.on);
}


/* The detector learnt there by a calibration of another time. */
static void
doubts(void **state)
{
    gms_matching_t        m = { 0 };
    gms_detector_config_t other = config;
    double                map[9];

    (void) state;
    gms_matching_begin(&m, true);
    assert_true(gms_matching_try(
        &m, &config.calibration, one, &config, &gray, GMS_S));

    /* of a zoom 4 % nearer: 1.2 mm at the edge of the mark */
    memcpy(map, config.calibration.mm_to_px, sizeof(map));
    map[0] *= 1.04;
    map[1] *= 1.04;
    map[3] *= 1.04;
    map[4] *= 1.04;
    assert_int_equal(
        gms_calibration_set(
            &other.calibration, map, GMS_CALIBRATION_AUTO, 0.1),
        GMS_OK);
    gms_matching_begin(&m, true);
    assert_false(gms_matching_try(
        &m, &other.calibration, one, &other, &gray, GMS_S));
    assert_true(m.astray);
    assert_true(fabs(m.off_mm - 1.2) < 0.25);

    /* no rings to be found, by a paper that is known, and one that is not */
    memset(gray.px, 200, (size_t) gray.stride * (size_t) gray.height);

    for (int fresh = 0; fresh < 2; fresh++) {
        shifted(map, 2);
        gms_matching_begin(&m, fresh == 1);
        assert_false(gms_matching_try(
            &m, &config.calibration, map, &config, &gray, 1 * GMS_S));
        assert_false(gms_matching_try(
            &m, &config.calibration, map, &config, &gray, 9 * GMS_S));
        assert_int_equal(gms_matching_try(&m, &config.calibration, map,
                             &config, &gray, 12 * GMS_S),
            fresh == 0);
        assert_int_equal(m.astray, fresh == 1);
    }

    other.face.rings = 0; /* nothing to be compared */
    gms_matching_begin(&m, true);
    assert_true(gms_matching_try(
        &m, &config.calibration, map, &other, &gray, GMS_S));
}


static void
holds(void **state)
{
    gms_matching_t m = { 0 };
    gms_note_t     note = { .kind = GMS_NOTE_DETECTION };

    (void) state;
    gms_matching_begin(&m, false);

    for (uint32_t i = 0; i < GMS_MATCHING_HELD_MAX; i++) {
        note.u.seen.detection.id = i;
        assert_true(gms_matching_hold(&m, &note));
    }

    assert_false(gms_matching_hold(&m, &note));

    for (uint32_t i = 0; i < 5; i++) {
        assert_true(gms_matching_take(&m, &note));
        assert_int_equal(note.u.seen.detection.id, i);
    }

    gms_matching_forget(&m);
    assert_false(gms_matching_take(&m, &note));
    assert_false(m.on);
}


static int
setup(void **state)
{
    char                err[400], why[400];
    const gms_face_t   *face;
    gms_source_t        source;
    gms_source_config_t c = { .caliber_mm = 4.5 };
    gms_frame_t         frame;
    gms_jpeg_t         *jpeg = gms_jpeg_create();
    int                 rc = 1;

    (void) state;

    if (jpeg == NULL
        || gms_library_load(&library, "conf/targets.conf", err, sizeof(err))
            != GMS_OK)
    {
        return 1;
    }

    face = gms_library_find(&library, "issf-10m-air-pistol", err, sizeof(err));
    c.face = face;

    if (face != NULL
        && gms_camera_parse_text(&c.camera,
               "simulate: seed=5 size=640x480 shots=0", err, sizeof(err))
            == GMS_OK
        && gms_source_init(&source, &c) == GMS_OK
        && gms_source_open(&source, err, sizeof(err)) == GMS_OK)
    {
        config.face = *face;
        config.caliber_mm = 4.5;
        rc = gms_source_next(&source, &frame, 1000, err, sizeof(err)) == GMS_OK
                && gms_jpeg_decode_gray(
                       jpeg, frame.jpeg, frame.jpeg_size, &gray)
                    == GMS_OK
                && gms_calibrate(&config.calibration, &gray, face,
                       &config.view, why, sizeof(why))
                    == GMS_OK
            ? 0
            : 1;
        gms_source_close(&source);
    }

    gms_jpeg_destroy(jpeg);

    return rc;
}


static int
teardown(void **state)
{
    (void) state;
    gms_image_free(&gray);
    gms_library_free(&library);
    return 0;
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits),
        cmocka_unit_test(doubts),
        cmocka_unit_test(holds),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
