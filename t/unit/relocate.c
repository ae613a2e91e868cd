/* gms_relocate: a card found again after the camera or the paper moved. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/lib/card.h"
#include "t/lib/scenes.h"
#include "t/lib/seen.h"
#include "worker/target/relocate.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define REASON_SIZE 256

/* A hole is as wide as this share of a card: 4.5 mm of 170. */
#define CALIBER_SHARE (4.5 / 170)

typedef struct {
    gms_image_t       image;
    double            truth[9];
    gms_calibration_t calibration;
    gms_face_t        face;
} before_t;

static const scene_t scene = { .face = AIR_PISTOL, .width = 640,
    .height = 480, .card_px = 360, .blur_px = 0.7, .noise = 1.5,
    .dot_x = 30, .dot_y = 21 };


static void
before_open(before_t *b, const scene_t *s)
{
    char reason[REASON_SIZE] = "";

    b->face = make_face(s->face);
    render(&b->image, b->truth, s);
    if (gms_calibrate(&b->calibration, &b->image, &b->face, &s->view, reason,
            REASON_SIZE)
        != GMS_OK)
    {
        fail_msg("%s: %s", b->face.title, reason);
    }
    b->calibration.confirmed = true;
}


/* Far out of focus: the mean of a wide square, twice. */
static void
defocus(gms_image_t *image, int half)
{
    int n = image->width * image->height, d[2] = { 1, image->width };
    uint8_t *copy = malloc((size_t) n);

    assert_non_null(copy);
    for (int i = 0; i < 4; i++) {
        memcpy(copy, image->px, (size_t) n);
        for (int k = half * d[i % 2]; k + half * d[i % 2] < n; k++) {
            int sum = 0;

            for (int j = -half; j <= half; j++) {
                sum += copy[k + j * d[i % 2]];
            }
            image->px[k] = (uint8_t) (sum / (2 * half + 1));
        }
    }
    free(copy);
}


static int
relocate(gms_relocated_t *out, double truth[9], const before_t *b,
    const scene_t *s, char reason[REASON_SIZE])
{
    gms_relocate_from_t from = { &b->image, 0, 0, &b->calibration, &b->face };
    gms_image_t image;
    int rc;

    reason[0] = '\0';
    render(&image, truth, s);
    if (s->blur_px >= 3) {
        defocus(&image, (int) s->blur_px);
    }
    /* Another exposure, too. */
    for (int i = 0; i < image.width * image.height; i++) {
        image.px[i] = (uint8_t) (image.px[i] * 0.9 + 6);
    }
    rc = gms_relocate(out, &from, &image, &s->view, reason, REASON_SIZE);
    free(image.px);
    return rc;
}


/* Largest distance of a known place of the card from where it was recorded,
 * in calibers. */
static double
moved(const before_t *b, const gms_calibration_t *now, const double truth[9],
    int face)
{
    double most = 0, radius = 0.95 * gms_face_radius_mm(&b->face);

    for (int i = 0; i < 48; i++) {
        double r = radius * (i / 12) / 3, a = i % 12 * M_PI / 6, p[2], q[2];
        double x, y;

        gms_homography_apply(b->truth, r * cos(a), r * sin(a), &x, &y);
        gms_calibration_to_mm(&b->calibration, x, y, &p[0], &p[1]);
        gms_homography_apply(truth, r * cos(a), r * sin(a), &x, &y);
        gms_calibration_to_mm(now, x, y, &q[0], &q[1]);
        most = fmax(most, hypot(p[0] - q[0], p[1] - q[1]));
    }
    return most / (CALIBER_SHARE * faces[face].card);
}


static void
camera_moved(void **state)
{
    static const struct {
        const char *what;
        double      scale;
        double      shift_x;
        double      shift_y;
        double      roll_deg;
        double      tilt_deg;
        double      blur_px;
        double      noise;
        double      within; /* calibers */
    } table[] = {
        { "nothing", 1, 0, 0, 0, 0, 0.7, 1.5, 0.005 },
        { "a pixel or two", 1, 2.3, -1.6, 0.05, 0, 0.7, 1.5, 0.02 },
        { "a nudge", 1, 21, -14, 1, 0, 0.7, 1.5, 0.02 },
        { "zoomed in", 1.2, 10, 0, 0, 0, 0.7, 1.5, 0.02 },
        { "zoomed out", 0.8, -20, 9, 5, 0, 0.7, 1.5, 0.02 },
        { "all at once", 1.2, -20, 9, -5, 6, 0.7, 1.5, 0.02 },
        { "not quite sharp yet", 1.2, -20, 9, -5, 6, 1.6, 1.5, 0.03 },
        { "in the dark", 1.1, -20, 9, -5, 6, 0.7, 6, 0.03 },
    };
    before_t b;

    (void) state;
    before_open(&b, &scene);
    for (size_t i = 0; i < COUNT(table); i++) {
        scene_t s = scene;
        gms_relocated_t out;
        char reason[REASON_SIZE];
        double truth[9], off;

        s.card_px *= table[i].scale;
        s.shift_x = table[i].shift_x;
        s.shift_y = table[i].shift_y;
        s.roll_deg = table[i].roll_deg;
        s.tilt_deg = table[i].tilt_deg;
        s.blur_px = table[i].blur_px;
        s.noise = table[i].noise;
        if (relocate(&out, truth, &b, &s, reason) != GMS_OK) {
            fail_msg("%s: %s", table[i].what, reason);
        }
        off = moved(&b, &out.calibration, truth, s.face);
        if (!(off < table[i].within)) {
            fail_msg("%s: off by %.4f calibers (%d, match %.2f)",
                table[i].what, off, out.way, out.match);
        }
        assert_true(out.calibration.confirmed);
        assert_true(fabs(out.drift.turn_deg - table[i].roll_deg) < 0.2);
        assert_true(table[i].tilt_deg > 0
                    || fabs(out.drift.scale_pct - 100 * (table[i].scale - 1))
                           < 0.2);
    }
    free(b.image.px);
}


/* A camera on its side behind a mirror follows as any other does. */
static void
hung_any_way(void **state)
{
    (void) state;
    for (int way = 1; way < 8; way += 2 * SCENES_EACH) {
        scene_t first = scene, then;
        gms_relocated_t out;
        before_t b;
        char reason[REASON_SIZE];
        double truth[9];

        first.view.rotate = way % 4 * 90;
        first.view.mirror = way >= 4;
        before_open(&b, &first);
        then = first;
        then.card_px *= 1.1;
        then.shift_x = 14;
        then.roll_deg = 3;
        if (relocate(&out, truth, &b, &then, reason) != GMS_OK) {
            fail_msg("way %d: %s", way, reason);
        }
        assert_true(moved(&b, &out.calibration, truth, then.face) < 0.02);
        free(b.image.px);
    }
}


/* Black stickers over all that is nearer to the centre than this. */
static void
paste(gms_image_t *image, const double truth[9], double radius_mm)
{
    double back[9], x, y;

    assert_int_equal(gms_homography_invert(back, truth), GMS_OK);
    for (int v = 0; v < image->height; v++) {
        uint8_t *row = image->px + (ptrdiff_t) v * image->stride;

        for (int u = 0; u < image->width; u++) {
            if (gms_homography_apply(back, u, v, &x, &y) == GMS_OK
                && hypot(x, y) < radius_mm)
            {
                int piece = (int) (x + 50) / 9 + (int) (y + 50) / 9;

                row[u] = (uint8_t) (40 + piece % 2 * 6);
            }
        }
    }
}


/* Square ones by hand, half of each beyond the border of a small black. */
static void
stick(gms_image_t *image, const double truth[9], int stickers)
{
    static const double at[][3] = { { -1.1, 13.5, -0.43 },
        { -0.5, 7.4, -0.2 }, { -9, 5, -0.43 }, { -3.4, 8.7, -0.54 },
        { -9.4, -4.4, 0.6 } };
    double back[9], x, y;

    assert_int_equal(gms_homography_invert(back, truth), GMS_OK);
    for (int i = 0; i < image->width * image->height; i++) {
        int u = i % image->width, v = i / image->width;

        assert_int_equal(gms_homography_apply(back, u, v, &x, &y), GMS_OK);
        for (int k = 0; k < stickers; k++) {
            double c = cos(at[k][2]), n = sin(at[k][2]);
            double dx = x - at[k][0], dy = y - at[k][1];

            if (fmax(fabs(c * dx + n * dy), fabs(c * dy - n * dx)) < 6.4) {
                image->px[(ptrdiff_t) v * image->stride + u] =
                    (uint8_t) (40 + 3 * k);
            }
        }
    }
}


/* Other scales, and another sheet of the same print: x, y in mm. */
static void
presets_and_sheets(void **state)
{
    static const struct {
        const char *what;
        const char *face;
        double      fill; /* before */
        double      zoom;
        double      turn_deg;
        double      sheet_x;
        double      sheet_y;
        double      sheet_deg;
        int         turn;
        double      within; /* px, in the new picture */
        double      pasted; /* share of the black's radius */
        int         stickers;
    } table[] = {
        { "x0.45", "issf-10m-air-pistol", 0.9, 0.45, 1, 0, 0, 0, 0, 0.35, 0, 0 },
        { "x2.2", "issf-10m-air-pistol", 0.41, 2.2, -2, 0, 0, 0, 0, 0.35, 0, 0 },
        { "x4", "issf-25m-precision-pistol", 0.23, 4, 1, 0, 0, 0, 0, 0.5, 0, 0 },
        { "x0.3", "issf-25m-rapid-fire-pistol", 0.9, 0.3, 0, 0, 0, 0, 0, 0.5,
            0, 0 },
        { "a new sheet", "issf-10m-air-pistol", 0.8, 1, 0, 9, -12, 2, 1, 0.3,
            0, 0 },
        { "a new sheet that hangs the other way",
            "issf-25m-precision-pistol", 0.8, 1, 0, -16, 12, -2, 2, 0.3, 0, 0 },
        { "a small card whose black was pasted over",
            "issf-10m-air-rifle", 0.6, 1, 0, 14, -12, 2, 1, 0.5, 0.93, 0 },
        { "a small card, half of whose border is pasted over",
            "issf-10m-air-rifle", 0.6, 1, 0, -10, 3.5, 1.5, 1, 0.5, 0.7, 5 },
    };
    gms_library_t library;
    char err[256];

    (void) state;
    assert_int_equal(gms_library_load(&library, "conf/targets.conf", err,
                         sizeof(err)),
        GMS_OK);
    for (size_t i = 0; i < COUNT(table); i += SCENES_EACH) {
        before_t b;
        seen_t s = { .width = 1280, .height = 720, .seed = 4, .tilt = 6,
            .blur = 0.7, .noise = 1.5, .old = 8, .quality = 80 };
        gms_relocate_from_t from = { &b.image, 0, 0, &b.calibration, &b.face };
        gms_relocated_t out;
        gms_image_t now;
        gms_view_t view = { 0 };
        char reason[REASON_SIZE] = "";
        double truth[9], most = 0, radius;

        s.face = gms_library_find(&library, table[i].face, err, sizeof(err));
        assert_non_null(s.face);
        s.fill = table[i].fill;
        b.face = *s.face;
        radius = gms_face_radius_mm(s.face);
        seen_render(&b.image, b.truth, &s);
        assert_int_equal(gms_calibrate(&b.calibration, &b.image, &b.face,
                             &view, reason, REASON_SIZE),
            GMS_OK);

        s.zoom = table[i].zoom;
        s.turn_deg = table[i].turn_deg;
        s.sheet_x = table[i].sheet_x;
        s.sheet_y = table[i].sheet_y;
        s.sheet_deg = table[i].sheet_deg;
        s.turn = table[i].turn;
        seen_render(&now, truth, &s);
        paste(&now, truth, table[i].pasted * s.face->black_mm / 2);
        stick(&now, truth, table[i].stickers);
        if (gms_relocate(&out, &from, &now, &view, reason, REASON_SIZE)
            != GMS_OK)
        {
            fail_msg("%s: %s", table[i].what, reason);
        }
        for (int k = 0; k < 48; k++) {
            double r = radius * (k / 12) / 3, a = k % 12 * M_PI / 6, p[2], q[2];

            gms_homography_apply(b.truth, r * cos(a), r * sin(a), &p[0],
                &p[1]);
            gms_calibration_to_mm(&b.calibration, p[0], p[1], &p[0], &p[1]);
            gms_homography_apply(truth, r * cos(a), r * sin(a), &q[0], &q[1]);
            gms_calibration_to_mm(&out.calibration, q[0], q[1], &q[0], &q[1]);
            most = fmax(most, hypot(p[0] - q[0], p[1] - q[1]));
        }
        most *= out.calibration.px_per_mm;
        if (!(most < table[i].within)) {
            fail_msg("%s: %.3f px off (way %d, match %.2f)", table[i].what,
                most, out.way, out.match);
        }
        gms_image_free(&now);
        gms_image_free(&b.image);
    }
    gms_library_free(&library);
}


static void
not_sure(void **state)
{
    static const struct {
        const char *what;
        const char *says;
        double      shift_x;
        double      blur_px;
        bool        blank;
        int         face;
    } table[] = {
        { "half out of the picture", "cut off", 250, 0.7, false, AIR_PISTOL },
        { "no digits", "neither digits", 30, 0.7, true, AIR_PISTOL },
        { "out of focus", "", 30, 6, false, AIR_PISTOL },
        { "another face", "another face", 30, 0.7, false, RIFLE_50 },
    };
    scene_t first = scene;
    before_t b;

    (void) state;
    first.dot_x = first.dot_y = 0;
    before_open(&b, &first);
    for (size_t i = 0; i < COUNT(table); i++) {
        scene_t s = first;
        gms_relocated_t out, same;
        char reason[REASON_SIZE];
        double truth[9];
        int rc;

        memset(&out, 42, sizeof(out));
        same = out;
        s.face = table[i].face;
        s.shift_x = table[i].shift_x;
        s.blur_px = table[i].blur_px;
        s.blank = table[i].blank;
        rc = relocate(&out, truth, &b, &s, reason);
        if (rc != GMS_EUNSURE || strstr(reason, table[i].says) == NULL
            || reason[0] == '\0')
        {
            fail_msg("%s: %d, \"%s\"", table[i].what, rc, reason);
        }
        assert_memory_equal(&out, &same, sizeof(out));
    }
    free(b.image.px);
}


static void
drift(void **state)
{
    double c = cos(0.03), n = sin(0.03);
    double card[9] = { 4, 0, 300, 0, -4, 200, 0, 0, 1 };
    struct {
        double      pose[9];
        int         rc;
        gms_drift_t drift;
    } table[] = {
        { { 1, 0, 0, 0, 1, 0, 0, 0, 1 }, GMS_OK, { 0, 0, 0 } },
        { { 1, 0, 12, 0, 1, -16, 0, 0, 1 }, GMS_OK, { 5, 0, 0 } },
        { { 1.1, 0, -30, 0, 1.1, -20, 0, 0, 1 }, GMS_OK, { 0, 0, 10 } },
        /* Clockwise in a picture whose y runs down. */
        { { c, -n, 300 - 300 * c + 200 * n, n, c, 200 - 300 * n - 200 * c, 0,
              0, 1 },
            GMS_OK, { 0, -0.03 * 180 / M_PI, 0 } },
        { { -1, 0, 600, 0, 1, 0, 0, 0, 1 }, GMS_EINVALID, { 0, 0, 0 } },
        { { 0, 0, 0, 0, 0, 0, 0, 0, 0 }, GMS_EINVALID, { 0, 0, 0 } },
        { { NAN, 0, 0, 0, 1, 0, 0, 0, 1 }, GMS_EINVALID, { 0, 0, 0 } },
    };
    gms_calibration_t calibration;

    (void) state;
    assert_int_equal(
        gms_calibration_set(&calibration, card, GMS_CALIBRATION_HAND, -1),
        GMS_OK);
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_drift_t d = { 0 };

        assert_int_equal(gms_calibration_drift(&d, &calibration,
                             table[i].pose),
            table[i].rc);
        assert_true(fabs(d.shift_mm - table[i].drift.shift_mm) < 1e-9);
        assert_true(fabs(d.turn_deg - table[i].drift.turn_deg) < 1e-9);
        assert_true(fabs(d.scale_pct - table[i].drift.scale_pct) < 1e-9);
    }
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "after a zoom or a nudge known places are where they were",
            .test_func = camera_moved },
        { .name = "however the camera hangs, it follows the card",
            .test_func = hung_any_way },
        { .name = "another preset or a new sheet is found to half a pixel",
            .test_func = presets_and_sheets },
        { .name = "what cannot be told is not told",
            .test_func = not_sure },
        { .name = "drift is told in millimetres, degrees and per cent",
            .test_func = drift },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("relocate", tests, NULL, NULL);
}
