/* Blobs: which changed pixels belong to one hole. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "worker/detect/blobs.h"

#define W 64
#define H 48

static gms_blobs_t  blobs;
static int16_t      difference[W * H];


/* Runs of a picture in which '#' is a changed pixel of 20 levels, '+' one of
 * 10. */
static int
runs_of(const char *const *rows, int n, gms_run_t *run)
{
    int runs = 0;

    memset(difference, 0, sizeof(difference));
    for (int y = 0; y < n; y++) {
        int start = -1, length = (int) strlen(rows[y]);

        for (int x = 0; x <= length; x++) {
            bool on = x < length && rows[y][x] != ' ';

            if (on) {
                difference[y * W + x] = rows[y][x] == '#' ? -20 : 10;
            }
            if (on && start < 0) {
                start = x;
            } else if (!on && start >= 0) {
                run[runs].y = (int16_t) y;
                run[runs].x0 = (int16_t) start;
                run[runs++].x1 = (int16_t) x;
                start = -1;
            }
        }
    }
    return runs;
}


static void
joins(void **state)
{
    static const struct {
        const char  *what;
        const char  *rows[12];
        int          n;
        int          size;
        int          area_min;
        int          blobs;
        int          area; /* of the first */
        double       x;
        double       y;
    } cases[] = {
        { "nothing", { "" }, 1, 0, 1, 0, 0, 0, 0 },
        { "one square", { "", "  ###", "  ###", "  ###" }, 4, 0, 1, 1, 9, 3,
            2 },
        { "near pieces are one", { "###", "", "", "###" }, 4, 0, 1, 1, 6, 1,
            1.5 },
        { "far pieces are two", { "###", "", "", "", "", "", "###" }, 7, 0,
            1, 2, 3, 1, 0 },
        { "far pieces that a hole would fill are one",
            { "###", "", "", "", "", "", "###" }, 7, 9, 1, 1, 6, 1, 3 },
        { "side by side, near", { "##  ##" }, 1, 0, 1, 1, 4, 2.5, 0 },
        { "side by side, far", { "##      ##" }, 1, 0, 1, 2, 2, 0.5, 0 },
        { "a speck of dust is none", { "##", "", "", "", "", "", "",
            "#####" }, 8, 0, 3, 1, 5, 2, 7 },
        { "strong pixels pull the centre", { "++#" }, 1, 0, 1, 1, 3, 1.25,
            0 },
        { "a U joins at its end", { "##       ##", "##       ##",
            "##       ##", "###########" }, 4, 0, 1, 1, 23, 5, 2.0 }
    };
    gms_run_t run[64];

    (void) state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int n = runs_of(cases[i].rows, cases[i].n, run);

        gms_blobs_join(&blobs, run, n, difference, W, H, 1, cases[i].size,
            cases[i].area_min);
        if (blobs.blobs != cases[i].blobs) {
            fail_msg("%s: %d blobs", cases[i].what, blobs.blobs);
        }
        if (cases[i].blobs > 0
            && (blobs.blob[0].area != cases[i].area
                || fabs(blobs.blob[0].x - cases[i].x) > 0.4
                || fabs(blobs.blob[0].y - cases[i].y) > 0.4))
        {
            fail_msg("%s: area %d at %.2f, %.2f", cases[i].what,
                blobs.blob[0].area, blobs.blob[0].x, blobs.blob[0].y);
        }
    }
}


static void
keeps_boxes_inside(void **state)
{
    static const char *const rows[] = { "##" };
    gms_run_t                run[4];

    (void) state;
    gms_blobs_join(&blobs, run, runs_of(rows, 1, run), difference, W, H, 3, 0,
        1);
    assert_int_equal(blobs.blobs, 1);
    assert_int_equal(blobs.blob[0].x0, 0);
    assert_int_equal(blobs.blob[0].y0, 0);
    assert_int_equal(blobs.blob[0].x1, 5);
    assert_int_equal(blobs.blob[0].y1, 4);
}


static void
survives_a_storm(void **state)
{
    static gms_run_t run[GMS_CHANGE_RUNS_MAX];
    int16_t         *plane = calloc(4096 * 64, sizeof(int16_t));
    int              n = 0, largest = 0;

    (void) state;
    assert_non_null(plane);
    /* A grid of dots, one of them larger: only the largest are kept. */
    for (int y = 0; y < 64 && n < GMS_CHANGE_RUNS_MAX; y += 4) {
        for (int x = 0; x + 4 < 4096 && n < GMS_CHANGE_RUNS_MAX; x += 8) {
            run[n].y = (int16_t) y;
            run[n].x0 = (int16_t) x;
            run[n].x1 = (int16_t) (x + (x == 800 && y == 32 ? 4 : 1));
            n++;
        }
    }
    assert_true(n > 4096);
    gms_blobs_join(&blobs, run, n, plane, 4096, 64, 1, 0, 1);
    assert_in_range(blobs.blobs, 1, GMS_BLOBS_MAX);
    for (int i = 0; i < blobs.blobs; i++) {
        largest = blobs.blob[i].area > largest ? blobs.blob[i].area : largest;
    }
    assert_int_equal(largest, 4);
    free(plane);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "pieces of one hole are one blob, two holes are two",
          .test_func = joins },
        { .name = "a blob at the border keeps its box inside the picture",
          .test_func = keeps_boxes_inside },
        { .name = "a storm of dots is cut to the largest blobs",
          .test_func = survives_a_storm }
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
