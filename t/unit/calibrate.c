/* gms_calibrate: from a picture to a calibration, or to a refusal. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/lib/card.h"
#include "t/lib/clip_head.h"
#include "t/lib/scenes.h"
#include "worker/target/sample.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define REASON_SIZE 256


static int
calibrate(gms_calibration_t *c, const scene_t *s, const gms_face_t *face,
    double truth[9], char reason[REASON_SIZE])
{
    gms_image_t image;
    int rc;

    render(&image, truth, s);
    reason[0] = '\0';
    memset(c, 0, sizeof(*c));
    rc = gms_calibrate(c, &image, face, &s->view, reason, REASON_SIZE);
    free(image.px);
    return rc;
}


static int
by_value(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}


/* 95th percentile of how far points of the true rings lie from ours, px. */
static double
ring_error(const gms_calibration_t *c, const double truth[9],
    const gms_face_t *face)
{
    double error[GMS_FACE_RINGS_MAX * 36];
    int n = 0;

    for (int i = 0; i < face->rings; i++) {
        double r = face->ring[i].diameter_mm / 2, x, y;

        for (int k = 0; k < 36; k++) {
            gms_homography_apply(truth, r * cos(k * M_PI / 18),
                r * sin(k * M_PI / 18), &x, &y);
            gms_calibration_to_mm(c, x, y, &x, &y);
            error[n++] = fabs(hypot(x, y) - r) * c->px_per_mm;
        }
    }
    qsort(error, (size_t) n, sizeof(error[0]), by_value);
    return error[n * 95 / 100];
}


static double
centre_error(const gms_calibration_t *c, const double truth[9])
{
    double x, y, u, v;

    gms_homography_apply(truth, 0, 0, &x, &y);
    gms_calibration_to_px(c, 0, 0, &u, &v);
    return hypot(x - u, y - v);
}


static void
check(const char *what, const scene_t *s, double within_px)
{
    gms_face_t face = make_face(s->face);
    gms_calibration_t c;
    char reason[REASON_SIZE];
    double truth[9], centre, rings;

    if (calibrate(&c, s, &face, truth, reason) != GMS_OK) {
        fail_msg("%s: %s", what, reason);
    }
    centre = centre_error(&c, truth);
    rings = ring_error(&c, truth, &face);
    if (!(centre < within_px && rings < within_px)) {
        fail_msg("%s: centre %.3f px, rings %.3f px", what, centre, rings);
    }
    assert_int_equal(c.origin, GMS_CALIBRATION_AUTO);
    assert_true(c.residual_mm >= 0 && c.residual_mm * c.px_per_mm < 0.5);
    if (fabs(c.tilt_deg - s->tilt_deg) > 3) {
        fail_msg("%s: tilt %.1f", what, c.tilt_deg);
    }
}


static void
every_face(void **state)
{
    (void) state;
    for (size_t i = 0; i < COUNT(faces); i += SCENES_EACH) {
        scene_t s = plain;

        s.face = (int) i;
        s.tilt_deg = 12;
        s.axis_deg = 25.0 * (double) i;
        check(faces[i].name, &s, 0.3);
    }
}


static void
any_tilt(void **state)
{
    static const double degrees[] = { 0, 10, 20, 30 };
    static const double axes[] = { 0, 90, 35 };

    (void) state;
    for (size_t i = 0; i < COUNT(degrees); i++) {
        for (size_t k = 0; k < COUNT(axes); k += SCENES_EACH) {
            char what[64];
            scene_t s = plain;

            s.tilt_deg = degrees[i];
            s.axis_deg = axes[k];
            s.shift_x = 20;
            snprintf(what, sizeof(what), "%g degrees about %g", degrees[i],
                axes[k]);
            check(what, &s, 0.3);
        }
    }
}


static void
any_camera(void **state)
{
    static const struct {
        const char  *what;
        scene_t      scene;
    } table[] = {
        { "640x480",
            { .face = PRECISION, .width = 640, .height = 480, .card_px = 400,
                .blur_px = 0.7, .noise = 2 } },
        { "1920x1080",
            { .face = AIR_PISTOL, .width = 1920, .height = 1080,
                .card_px = 900, .tilt_deg = 15, .blur_px = 1.5,
                .noise = 1 } },
        { "a small card in 1920x1080",
            { .face = PRECISION, .width = 1920, .height = 1080,
                .card_px = 220, .shift_x = 600, .shift_y = -300,
                .blur_px = 0.7, .noise = 1 } },
        { "blurred and noisy",
            { .face = AIR_RIFLE, .width = 960, .height = 720, .card_px = 640,
                .tilt_deg = 20, .axis_deg = 70, .blur_px = 1.5,
                .noise = 4 } },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        check(table[i].what, &table[i].scene, 0.3);
    }
}


/* The flat picture of s as a lens shows it. */
static void
render_bent(gms_image_t *image, double truth[9], const gms_lens_t *lens,
    const scene_t *s)
{
    gms_image_t flat;

    render(&flat, truth, s);
    render(image, truth, s); /* for its size */
    for (int y = 0; y < image->height; y++) {
        for (int x = 0; x < image->width; x++) {
            double u, v, level;

            gms_lens_flatten(lens, x, y, &u, &v);
            level = gms_sample(&flat, u, v);
            image->px[y * image->stride + x] =
                (uint8_t) (level < 0 ? 60 : level + 0.5);
        }
    }
    free(flat.px);
}


/* Largest distance of a point of a ring as the lens shows it from that ring,
 * by the calibration, px. */
static double
bent_error(const gms_calibration_t *c, const double truth[9],
    const gms_lens_t *lens, const gms_face_t *face)
{
    double most = 0;

    for (int i = 0; i < face->rings; i++) {
        double r = face->ring[i].diameter_mm / 2, x, y;

        for (int k = 0; k < 36; k++) {
            gms_homography_apply(truth, r * cos(k * M_PI / 18),
                r * sin(k * M_PI / 18), &x, &y);
            gms_lens_bend(lens, x, y, &x, &y);
            gms_calibration_to_mm(c, x, y, &x, &y);
            most = fmax(most, fabs(hypot(x, y) - r) * c->px_per_mm);
        }
    }
    return most;
}


/* Wide lenses bend lines at a card's edge by one to four per cent. */
static void
bending_lens(void **state)
{
    static const double bends[] = { -0.1, -0.04, 0.04, 0.08 };

    (void) state;
    for (size_t i = 0; i < 2 * COUNT(bends); i += SCENES_EACH) {
        scene_t           s = plain;
        gms_face_t        face;
        gms_calibration_t c;
        gms_image_t       image;
        gms_lens_t        lens = { .at2 = 0 };
        char              reason[REASON_SIZE] = "";
        double            truth[9], half = s.width / 2.0, off;

        s.face = i % 2 == 0 ? AIR_PISTOL : PRECISION;
        s.tilt_deg = 14;
        s.axis_deg = 40.0 * (double) i;
        lens.x = half - 0.5;
        lens.y = (s.height - 1) / 2.0;
        lens.bend = bends[i / 2] / (half * half);
        face = make_face(s.face);
        render_bent(&image, truth, &lens, &s);
        if (gms_calibrate(&c, &image, &face, &s.view, reason, REASON_SIZE)
            != GMS_OK)
        {
            fail_msg("a bend of %g: %s", bends[i / 2], reason);
        }
        free(image.px);
        off = bent_error(&c, truth, &lens, &face);
        if (!(off < 0.4)) {
            fail_msg("a bend of %g: rings %.3f px off", bends[i / 2], off);
        }
    }
}


static void
a_third_hidden(void **state)
{
    scene_t s = plain;

    (void) state;
    s.hidden_deg = 100;
    s.tilt_deg = 15;
    check("air pistol", &s, 0.3);
    s.face = RIFLE_50;
    check("50 m rifle", &s, 0.3);
}


static void
two_o_clock(void **state)
{
    gms_face_t face = make_face(AIR_PISTOL);
    double a = M_PI / 6, r = 60;

    (void) state;
    for (int i = 0; i < 8; i += SCENES_EACH) {
        scene_t s = plain;
        gms_calibration_t c;
        char reason[REASON_SIZE];
        double truth[9], x, y;

        s.view.rotate = i / 2 * 90;
        s.view.mirror = i % 2;
        s.tilt_deg = 20;
        s.axis_deg = i < 4 ? 0 : 90;
        if (calibrate(&c, &s, &face, truth, reason) != GMS_OK) {
            fail_msg("rotate %d mirror %d: %s", s.view.rotate, s.view.mirror,
                reason);
        }
        gms_homography_apply(truth, r * cos(a), r * sin(a), &x, &y);
        gms_calibration_to_mm(&c, x, y, &x, &y);
        if (hypot(x - r * cos(a), y - r * sin(a)) > 0.2) {
            fail_msg("rotate %d mirror %d: at (%.2f, %.2f) mm",
                s.view.rotate, s.view.mirror, x, y);
        }
    }
}


static void
askew(void **state)
{
    static const struct {
        double  roll_deg;
        bool    blank;
        double  seen_deg;
    } table[] = { { 0, false, 0 }, { 4, false, 0 }, { -7, false, 0 },
        { 0, true, 0 }, { 4, true, 4 } };
    static const int turned[] = { AIR_PISTOL, PRECISION, RAPID_FIRE };

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        for (size_t k = 0; k < COUNT(turned); k += SCENES_EACH) {
            gms_face_t face = make_face(turned[k]);
            scene_t s = plain;
            gms_calibration_t c;
            char reason[REASON_SIZE];
            double truth[9], x, y, off;

            s.face = turned[k];
            s.roll_deg = table[i].roll_deg;
            s.blank = table[i].blank;
            s.view.rotate = 90;
            assert_int_equal(calibrate(&c, &s, &face, truth, reason), GMS_OK);
            gms_homography_apply(truth, 0, face.black_mm, &x, &y);
            gms_calibration_to_mm(&c, x, y, &x, &y);
            off = atan2(-x, y) * 180 / M_PI - table[i].seen_deg;
            if (fabs(off) > 0.25) {
                fail_msg("%s, roll %g: off by %.2f degrees", face.title,
                    s.roll_deg, off);
            }
        }
    }
}


static void
fill(gms_image_t *image, int width, int height, int level, int noise)
{
    uint32_t random = 3;

    memset(image, 0, sizeof(*image));
    image->px = malloc((size_t) width * (size_t) height);
    assert_non_null(image->px);
    image->width = width;
    image->height = height;
    image->stride = width;
    for (int i = 0; i < width * height; i++) {
        int v = level;

        if (noise > 0) {
            v += (int) (next_random(&random) % (uint32_t) (2 * noise + 1))
                 - noise;
        }
        image->px[i] = (uint8_t) (v < 0 ? 0 : v > 255 ? 255 : v);
    }
}


static void
assert_refused(int rc, const char *reason, const char *says, const char *what)
{
    if (rc != GMS_EUNSURE || strstr(reason, says) == NULL) {
        fail_msg("%s: %d, \"%s\" instead of \"%s\"", what, rc, reason, says);
    }
}


static void
nothing_to_see(void **state)
{
    static const struct {
        int          width;
        int          height;
        int          level;
        int          noise;
        const char  *says;
    } table[] = {
        { 640, 480, 0, 0, "picture is black" },
        { 1280, 720, 12, 6, "picture is black" },
        { 640, 480, 255, 0, "picture is white" },
        { 640, 480, 120, 5, "even gray" },
        { 1280, 720, 128, 100, "No round black aiming mark" },
        { 640, 480, 128, 30, "No round black aiming mark" },
        { 30, 20, 128, 30, "picture is too small" },
    };
    gms_face_t face = make_face(AIR_PISTOL);

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_image_t image;
        gms_view_t view = { 0 };
        gms_calibration_t c, before;
        char reason[REASON_SIZE] = "";
        int rc;

        memset(&c, 42, sizeof(c));
        before = c;
        fill(&image, table[i].width, table[i].height, table[i].level,
            table[i].noise);
        rc = gms_calibrate(&c, &image, &face, &view, reason, REASON_SIZE);
        free(image.px);
        assert_refused(rc, reason, table[i].says, table[i].says);
        assert_memory_equal(&c, &before, sizeof(c));
    }
}


/* Rings that light took away are not called another face's. */
static void
rings_lost(void **state)
{
    scene_t           s = plain;
    gms_face_t        face = make_face(AIR_PISTOL);
    gms_calibration_t c;
    gms_image_t       image;
    char              reason[REASON_SIZE] = "";
    double            truth[9];

    (void) state;
    s.face = AIR_PISTOL;
    render(&image, truth, &s);
    for (size_t i = 0; i < (size_t) image.stride * (size_t) image.height; i++) {
        image.px[i] = (uint8_t) fmin(image.px[i] * 3.0, 255);
    }
    assert_refused(
        gms_calibrate(&c, &image, &face, &s.view, reason, REASON_SIZE), reason,
        "overexposed", "an overexposed picture");
    free(image.px);
}


static void
black_plate(void **state)
{
    static const double noise[] = { 3, 25 };

    (void) state;
    for (size_t i = 0; i < COUNT(noise); i++) {
        for (size_t k = 0; k < COUNT(faces); k += SCENES_EACH) {
            gms_face_t face = make_face((int) k);
            scene_t s = plain;
            gms_calibration_t c;
            char reason[REASON_SIZE];
            double truth[9];
            int rc;

            s.face = (int) k;
            s.noise = noise[i];
            s.card_px = k % 2 ? 430 : 260;
            s.ringless = true;
            rc = calibrate(&c, &s, &face, truth, reason);
            if (rc != GMS_EUNSURE || reason[0] == '\0') {
                fail_msg("%s, noise %g: taken", face.title, noise[i]);
            }
        }
    }
}


static void
wrong_face(void **state)
{
    (void) state;
    for (size_t i = 0; i < COUNT(faces); i += SCENES_EACH) {
        gms_image_t image;
        double truth[9];
        scene_t s = plain;

        s.face = (int) i;
        s.tilt_deg = 10;
        render(&image, truth, &s);
        for (size_t k = 0; k < COUNT(faces); k += SCENES_EACH) {
            gms_face_t face = make_face((int) k);
            gms_calibration_t c;
            char reason[REASON_SIZE] = "", what[128];
            int rc;

            if (i == k) {
                continue;
            }
            rc = gms_calibrate(&c, &image, &face, &s.view, reason,
                REASON_SIZE);
            snprintf(what, sizeof(what), "%s as %s", faces[i].name,
                faces[k].name);
            assert_refused(rc, reason, "is another face chosen", what);
        }
        free(image.px);
    }
}


/* Copies one picture to the side of another. */
static void
beside(gms_image_t *both, const gms_image_t *a, const gms_image_t *b)
{
    fill(both, a->width + b->width, a->height, 0, 0);
    for (int y = 0; y < a->height; y++) {
        uint8_t *row = both->px + (size_t) y * (size_t) both->stride;

        memcpy(row, a->px + (size_t) y * (size_t) a->stride,
            (size_t) a->width);
        memcpy(row + a->width, b->px + (size_t) y * (size_t) b->stride,
            (size_t) b->width);
    }
}


static void
two_targets(void **state)
{
    gms_face_t face = make_face(AIR_PISTOL);
    gms_image_t one, both;
    gms_calibration_t c;
    gms_view_t view = { 0 };
    scene_t s = plain;
    char reason[REASON_SIZE] = "";
    double truth[9], x, y;

    (void) state;
        render(&one, truth, &s);
    beside(&both, &one, &one);
    assert_refused(gms_calibrate(&c, &both, &face, &view, reason,
                       REASON_SIZE),
        reason, "region=", "two targets");

    view.has_region = true;
    memcpy(view.region, (int[4]){ 640, 0, 640, 480 }, sizeof(view.region));
    assert_int_equal(
        gms_calibrate(&c, &both, &face, &view, reason, REASON_SIZE), GMS_OK);
    gms_calibration_to_px(&c, 0, 0, &x, &y);
    assert_true(hypot(x - 640 - truth[2] / truth[8], y - truth[5] / truth[8])
                < 0.3);

    memcpy(view.region, (int[4]){ 2000, -5, 640, 480 }, sizeof(view.region));
    assert_refused(gms_calibrate(&c, &both, &face, &view, reason,
                       REASON_SIZE),
        reason, "region lies outside", "region");
    memcpy(view.region, (int[4]){ -100, -2147483647 - 1, 2147483647,
                            2147483647 },
        sizeof(view.region));
    assert_refused(gms_calibrate(&c, &both, &face, &view, reason,
                       REASON_SIZE),
        reason, "region=", "a region larger than the picture");
    free(one.px);
    free(both.px);
}


static void
not_whole(void **state)
{
    static const struct {
        const char  *what;
        double       shift_x;
        double       shift_y;
    } table[] = {
        { "half of the mark", 320, 0 },
        { "a third of the mark is gone", -295, 0 },
        { "the mark is whole, its rings are not", 200, 0 },
        { "from below", 0, 220 },
        { "into the corner", 265, -200 },
    };
    gms_face_t face = make_face(AIR_PISTOL);

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_calibration_t c;
        char reason[REASON_SIZE];
        double truth[9];
        scene_t s = plain;
        int rc;

        s.shift_x = table[i].shift_x;
        s.shift_y = table[i].shift_y;
        rc = calibrate(&c, &s, &face, truth, reason);
        assert_refused(rc, reason, "cut off by the edge", table[i].what);
    }
}


static void
too_small(void **state)
{
    gms_face_t face = make_face(AIR_PISTOL), other = make_face(AIR_RIFLE);
    gms_calibration_t c;
    char reason[REASON_SIZE];
    double truth[9];
    scene_t s = plain;
    int rc;

    (void) state;
    s.card_px = 95;
    rc = calibrate(&c, &s, &face, truth, reason);
    assert_refused(rc, reason, "pixels wide", "air pistol");

    s.face = AIR_RIFLE;
    s.card_px = 115;
    rc = calibrate(&c, &s, &other, truth, reason);
    assert_refused(rc, reason, "too fine", "air rifle");

    other.black_mm = 0;
    rc = calibrate(&c, &s, &other, truth, reason);
    assert_refused(rc, reason, "by hand", "a face without a mark");
}


static bool
clip_truth(double h[9], const char *name)
{
    size_t size;
    char *text = read_head(name, &size);
    const cJSON *row, *item;
    cJSON *json;
    int n = 0;

    if (text == NULL) {
        return false;
    }
    json = cJSON_Parse(text);
    free(text);
    cJSON_ArrayForEach (row, cJSON_GetObjectItem(json, "H_mm2px")) {
        cJSON_ArrayForEach (item, row) {
            h[n++] = item->valuedouble;
        }
    }
    cJSON_Delete(json);
    assert_int_equal(n, 9);
    for (int i = 1; i < 9; i += 3) {
        h[i] = -h[i]; /* theirs is y down */
    }
    return true;
}


static void
rendered_clips(void **state)
{
    static const struct {
        const char  *name;
        int          face;
    } table[] = { { "clean", AIR_PISTOL }, { "shake", AIR_PISTOL },
        { "all", AIR_PISTOL }, { "shadow", AIR_RIFLE },
        { "wind", RIFLE_50 } };

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_face_t face = make_face(table[i].face);
        gms_view_t view = { 0 };
        gms_calibration_t c;
        gms_image_t image;
        char path[64], reason[REASON_SIZE] = "";
        double h[9], centre, rings, x, y;

        snprintf(path, sizeof(path), "sim/%s.json", table[i].name);
        if (!clip_truth(h, path)) {
            skip();
        }
        snprintf(path, sizeof(path), "sim/%s.avi", table[i].name);
        if (!first_frame(&image, path)) {
            skip();
        }
        if (gms_calibrate(&c, &image, &face, &view, reason, REASON_SIZE)
            != GMS_OK)
        {
            fail_msg("%s: %s", table[i].name, reason);
        }
        free(image.px);

        /* The clips sway: the truth is that of the pose at rest. */
        centre = centre_error(&c, h);
        rings = ring_error(&c, h, &face);
        if (!(centre < 0.3 && rings < 0.3)) {
            fail_msg("%s: centre %.3f px, rings %.3f px", table[i].name,
                centre, rings);
        }
        gms_homography_apply(h, 0, 50, &x, &y);
        gms_calibration_to_mm(&c, x, y, &x, &y);
        if (fabs(atan2(x, y)) * 180 / M_PI > 0.2) {
            fail_msg("%s: up is at (%.2f, %.2f)", table[i].name, x, y);
        }
    }
}


static void
real_cards(void **state)
{
    static const struct {
        const char  *name;
        int          face;
        gms_view_t   view;
        int          seen[2][2]; /* where a digit of the outermost ring on
                                    top, and one to the right, is, px */
        double       at_mm;
        double       residual_mm;
    } table[] = {
        { "real/asoee-m2000.avi", M2000, { .rotate = 270 },
            { { 957, 470 }, { 648, 788 } }, 112.5, 0.2 },
        { "real/ranger-quiet.avi", PRECISION, { 0 },
            { { 775, 105 }, { 1142, 476 } }, 237, 0.5 },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(table); i++) {
        gms_face_t face = make_face(table[i].face);
        gms_calibration_t c;
        gms_image_t image;
        char reason[REASON_SIZE] = "";
        double x, y, near = 0.1 * table[i].at_mm;

        if (!first_frame(&image, table[i].name)) {
            skip();
        }
        if (gms_calibrate(&c, &image, &face, &table[i].view, reason,
                REASON_SIZE)
            != GMS_OK)
        {
            fail_msg("%s: %s", table[i].name, reason);
        }
        free(image.px);
        if (!(c.residual_mm < table[i].residual_mm)) {
            fail_msg("%s: residual %.3f mm", table[i].name, c.residual_mm);
        }
        gms_calibration_to_mm(&c, table[i].seen[0][0], table[i].seen[0][1],
            &x, &y);
        assert_true(hypot(x, y - table[i].at_mm) < near);
        gms_calibration_to_mm(&c, table[i].seen[1][0], table[i].seen[1][1],
            &x, &y);
        assert_true(hypot(x - table[i].at_mm, y) < near);
    }
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "every ISSF face is found to a third of a pixel",
            .test_func = every_face },
        { .name = "a card tilted up to 30 degrees any way is found",
            .test_func = any_tilt },
        { .name = "small, large, blurred and noisy pictures will do",
            .test_func = any_camera },
        { .name = "a lens that bends the picture is seen through",
            .test_func = bending_lens },
        { .name = "a hand over a quarter of all rings does no harm",
            .test_func = a_third_hidden },
        { .name = "a mark at two o'clock is there however the camera hangs",
            .test_func = two_o_clock },
        { .name = "numerals tell how far the card hangs askew",
            .test_func = askew },
        { .name = "black, white, even and noisy pictures are refused",
            .test_func = nothing_to_see },
        { .name = "rings lost to too much light are told as such",
            .test_func = rings_lost },
        { .name = "a black plate without rings is refused",
            .test_func = black_plate },
        { .name = "the rings of another face are refused",
            .test_func = wrong_face },
        { .name = "of two targets none is taken until a region says which",
            .test_func = two_targets },
        { .name = "a target cut off by the picture's edge is refused",
            .test_func = not_whole },
        { .name = "a target too small for its rings is refused",
            .test_func = too_small },
        { .name = "rendered clips agree with their truth",
            .test_func = rendered_clips },
        { .name = "photographed cards on real ranges are found",
            .test_func = real_cards },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("calibrate", tests, NULL, NULL);
}
