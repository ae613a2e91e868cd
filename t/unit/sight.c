#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/image.h"
#include "worker/detect/sight.h"

#define WIDTH 640
#define HEIGHT 360
#define BLACK_MM 100.0
#define WALL 35
#define PAPER 210
#define INK 40


/* A mark of this radius on a sheet of that half width, before a dark wall. */
static void
draw(gms_image_t *image, double black_px, double half_px, int from_x)
{
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            double dx = x - WIDTH / 2.0, dy = y - HEIGHT / 2.0;
            int    level = WALL;

            if (fabs(dx) < half_px && fabs(dy) < half_px && x >= from_x) {
                level = hypot(dx, dy) < black_px ? INK : PAPER;
            }
            image->px[y * image->stride + x] = (uint8_t) level;
        }
    }
}


static void
a_mark_is_seen_where_it_is_and_as_large_as_it_is(void **state)
{
    static const struct {
        const char *why;
        double      expected_px;
        double      black_px;
        double      half_px; /* of the sheet */
        int         from_x;
        double      card_mm;
        gms_mark_e  mark;
    } cases[] = {
        { "as expected", 100, 100, 170, 0, 170, GMS_MARK_SEEN },
        { "the ground around it lies beyond the picture above and below", 170,
            170, 230, 0, 230 / 1.7, GMS_MARK_SEEN },
        { "the sheet ends soon beyond the mark", 100, 100, 110, 0, 110,
            GMS_MARK_SEEN },
        { "an unknown sheet", 100, 100, 170, 0, 0, GMS_MARK_SEEN },
        { "half of it hidden", 100, 100, 170, 330, 170, GMS_MARK_HALF },
        { "larger by half", 100, 150, 175, 0, 175, GMS_MARK_OTHER },
        { "a bare sheet", 100, 0, 170, 0, 170, GMS_MARK_NONE },
        { "nothing at all", 100, 0, 0, 0, 170, GMS_MARK_NONE },
    };
    gms_image_t       image = { 0 };
    gms_calibration_t c;
    gms_face_t        face;
    double            factor;

    (void) state;
    assert_int_equal(gms_image_resize(&image, WIDTH, HEIGHT), GMS_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        double scale = cases[i].expected_px / (BLACK_MM / 2);
        double map[9] = { scale, 0, WIDTH / 2.0, 0, -scale, HEIGHT / 2.0, 0, 0,
            1 };

        memset(&face, 0, sizeof(face));
        face.black_mm = BLACK_MM;
        face.card_mm = cases[i].card_mm;
        assert_int_equal(
            gms_calibration_set(&c, map, GMS_CALIBRATION_AUTO, 0.1), GMS_OK);
        draw(&image, cases[i].black_px, cases[i].half_px, cases[i].from_x);
        print_message("# %s\n", cases[i].why);
        assert_int_equal(
            gms_sight_mark(&image, &face, &c, NULL, &factor), cases[i].mark);
    }
    gms_image_free(&image);
}


static void
a_mark_is_missed_only_where_there_is_none(void **state)
{
    static const struct {
        const char *why;
        double      expected_px;
        double      black_px;
        double      half_px;
        bool        narrow;
        bool        seen;
    } cases[] = {
        { "as expected", 60, 60, 130, false, true },
        { "a third", 120, 40, 90, false, true },
        { "between two of the sizes that are tried", 60, 68, 140, false, true },
        { "three times", 40, 120, 178, false, true },
        { "it fills the picture", 100, 130, 320, false, true },
        { "a bare sheet", 60, 0, 130, false, false },
        { "nothing at all", 60, 0, 0, false, false },
        { "much too small", 170, 20, 60, false, false },
        { "a narrow sheet", 60, 60, 66, true, true },
        { "a narrow sheet, a third", 120, 40, 44, true, true },
        { "a narrow sheet between two sizes", 60, 68, 75, true, true },
        { "a narrow sheet, twice", 60, 120, 132, true, true },
        { "a bare narrow sheet", 60, 0, 66, true, false },
        { "nothing at all of a narrow sheet", 60, 0, 0, true, false },
    };
    gms_image_t image = { 0 };

    (void) state;
    assert_int_equal(gms_image_resize(&image, WIDTH, HEIGHT), GMS_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        draw(&image, cases[i].black_px, cases[i].half_px, 0);
        print_message("# %s\n", cases[i].why);
        assert_int_equal(
            gms_sight_any_mark(&image, cases[i].expected_px, cases[i].narrow),
            cases[i].seen);
    }
    gms_image_free(&image);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a mark is seen where it is and as large as it is",
            .test_func = a_mark_is_seen_where_it_is_and_as_large_as_it_is },
        { .name = "that no mark is anywhere is said only where there is none",
            .test_func = a_mark_is_missed_only_where_there_is_none },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("sight", tests, NULL, NULL);
}
