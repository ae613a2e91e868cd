/* Faces of zones, and cards of several bulls. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "ipc/error.h"
#include "worker/library/library.h"
#include "worker/target/outline.h"
#include "worker/target/score.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define POINTS 20000

static gms_library_t library;


static int
setup(void **state)
{
    char err[512];

    (void) state;
    if (gms_library_load(&library, "conf/targets.conf", err, sizeof(err))
        != GMS_OK)
    {
        print_error("%s\n", err);
        return -1;
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


static const gms_face_t *
shipped(const char *name)
{
    char              err[512];
    const gms_face_t *face = gms_library_find(&library, name, err, sizeof(err));

    if (face == NULL) {
        fail_msg("%s", err);
    }
    return face;
}


/* From 0 to 1, the same at every run. */
static double
dice(void)
{
    static uint64_t x = 88172645463325252ULL;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return (double) (x >> 11) / 9007199254740992.0;
}


/* A zone of 100 x 100 mm with a notch: a corner that points inwards. */
static const gms_face_zone_t notched = {
    .name = "N", .points = 5, .corners = 5,
    .corner_um = { { -50000, -50000 }, { 50000, -50000 }, { 50000, 50000 },
        { 0, 0 }, { -50000, 50000 } },
};


static void
ways(void **state)
{
    static const struct {
        double x, y, mm, ux, uy;
    } rows[] = {
        { 0, -40, -10, 0, -1 }, /* inside, the lower side is nearest */
        { 0, -60, 10, 0, 1 },   /* below it */
        { 60, -60, 14.1421356, -M_SQRT1_2, M_SQRT1_2 }, /* off a corner */
        { 0, 20, 14.1421356, M_SQRT1_2, M_SQRT1_2 },    /* in the notch */
        { -70, 0, 20, 1, 0 },
        { 80, 50, 30, -1, 0 },
        { 50, 0, 0, 1, 0 }, /* on the line: across it */
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        gms_outline_way_t way = gms_outline_way(&notched, rows[i].x, rows[i].y);

        if (fabs(way.mm - rows[i].mm) > 1e-6
            || fabs(fabs(way.ux) - fabs(rows[i].ux)) > 1e-6
            || fabs(fabs(way.uy) - fabs(rows[i].uy)) > 1e-6)
        {
            fail_msg("%g, %g: %g mm along %g, %g", rows[i].x, rows[i].y, way.mm,
                way.ux, way.uy);
        }
    }
}


/* Walking the way to the line ends on the line. */
static void
ways_lead_there(void **state)
{
    (void) state;
    for (int i = 0; i < POINTS; i++) {
        double            x = 200 * dice() - 100, y = 200 * dice() - 100;
        gms_outline_way_t way = gms_outline_way(&notched, x, y);
        double            far = fabs(way.mm);

        assert_true(fabs(hypot(way.ux, way.uy) - 1) < 1e-9);
        assert_true(fabs(gms_outline_way(
                             &notched, x + far * way.ux, y + far * way.uy)
                             .mm)
            < 1e-6);
    }
}


static void
check_zone(const gms_face_t *face, double caliber, double x, double y,
    const char *zone, int points)
{
    gms_score_t s = gms_score(face, caliber, x, y);
    const char *got = s.zone >= 0 ? face->zone[s.zone].name : "";

    if (strcmp(got, zone) != 0 || s.ring != points || s.tenths != 10 * points) {
        fail_msg("%s at %g, %g with %g mm: zone \"%s\", %d points, %d tenths; "
                 "expected \"%s\", %d",
            face->name, x, y, caliber, got, s.ring, s.tenths, zone, points);
    }
}


/* A line touched counts the higher zone, by the gauge of the caliber. */
static void
zones_touched(void **state)
{
    static const struct {
        const char *face;
        double      caliber, x, y;
        const char *zone;
        int         points;
    } rows[] = {
        { "ipsc-classic-major", 9, 0, 0, "A", 5 },
        { "ipsc-classic-major", 9, 100, 0, "C", 4 },
        { "ipsc-classic-minor", 9, 100, 0, "C", 3 },
        { "ipsc-classic-minor", 9, 200, -50, "D", 1 },
        { "ipsc-classic-minor", 9, 300, 0, "", 0 },
        { "ipsc-classic-minor", 9, 79.5, -40, "A", 5 },   /* 4.51 reaches it */
        { "ipsc-classic-minor", 9, 79.52, -40, "C", 3 },  /* and no more */
        { "ipsc-classic-minor", 5.7, 77.84, -40, "A", 5 },
        { "ipsc-classic-minor", 5.7, 77.86, -40, "C", 3 },
        { "ipsc-classic-minor", 11.43, 80.73, -40, "A", 5 },
        /* off the sharp end of the D: a corner is a place, not a line */
        { "ipsc-classic-minor", 9, 75 + 3.1, -380 - 3.1, "D", 1 },
        { "ipsc-classic-minor", 9, 75 + 3.3, -380 - 3.3, "", 0 },
        { "uspsa-minor", 9, 0, 285, "A", 5 },  /* head */
        { "uspsa-minor", 9, 65, 285, "C", 3 },
        { "uspsa-major", 9, 85, 285, "", 0 },
        { "nra-b27", 5.6, 0, 0, "X", 10 },
        { "nra-b27", 5.6, 0, 60, "10", 10 },
        { "nra-b27", 5.6, 0, 200, "8", 8 },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_zone(shipped(rows[i].face), rows[i].caliber, rows[i].x, rows[i].y,
            rows[i].zone, rows[i].points);
    }
    assert_true(gms_score(shipped("nra-b27"), 5.6, 0, 0).inner);
    assert_false(gms_score(shipped("nra-b27"), 5.6, 0, 60).inner);
    check_zone(shipped("ipsc-classic-minor"), 9, NAN, 0, "", 0);
    check_zone(shipped("ipsc-classic-minor"), 9, 0, -INFINITY, "", 0);
}


/* Inside by the angle that the corners sweep, seen from the point: another way
 * than that of the code. */
static bool
is_around(const cJSON *corners, double x, double y)
{
    double sum = 0;
    int    n = cJSON_GetArraySize(corners);

    for (int i = 0; i < n; i++) {
        const cJSON *a = cJSON_GetArrayItem(corners, i);
        const cJSON *b = cJSON_GetArrayItem(corners, (i + 1) % n);
        double       ax = cJSON_GetArrayItem(a, 0)->valuedouble - x;
        double       ay = cJSON_GetArrayItem(a, 1)->valuedouble - y;
        double       bx = cJSON_GetArrayItem(b, 0)->valuedouble - x;
        double       by = cJSON_GetArrayItem(b, 1)->valuedouble - y;

        sum += atan2(ax * by - ay * bx, ax * bx + ay * by);
    }
    return fabs(sum) > M_PI;
}


/* Nearest of many points on the sides. */
static double
distance_to(const cJSON *corners, double x, double y)
{
    double best = INFINITY;
    int    n = cJSON_GetArraySize(corners);

    for (int i = 0; i < n; i++) {
        const cJSON *a = cJSON_GetArrayItem(corners, i);
        const cJSON *b = cJSON_GetArrayItem(corners, (i + 1) % n);

        for (int k = 0; k <= 400; k++) {
            double t = k / 400.0;
            double px = (1 - t) * cJSON_GetArrayItem(a, 0)->valuedouble
                + t * cJSON_GetArrayItem(b, 0)->valuedouble;
            double py = (1 - t) * cJSON_GetArrayItem(a, 1)->valuedouble
                + t * cJSON_GetArrayItem(b, 1)->valuedouble;

            best = fmin(best, hypot(px - x, py - y));
        }
    }
    return best;
}


static cJSON *
read_reference(void)
{
    FILE       *f;
    char        path[1024], text[16384];
    size_t      n;
    const char *shared = getenv("GMS_SHARED");

    snprintf(path, sizeof(path), "%s/reference/scoring/ipsc_polygons.json",
        shared ? shared : "../shared");
    f = fopen(path, "r");
    if (f == NULL) {
        print_message("# SKIP no reference data: %s\n", path);
        skip();
    }
    n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[n] = '\0';
    return cJSON_Parse(text);
}


static void
ipsc_reference(void **state)
{
    static const char *const names[][2] = {
        { "ipsc_classic_450x570", "ipsc-classic-major" },
        { "ipsc_universal_450x750", "ipsc-universal-major" },
    };
    static const struct {
        const char *zone;
        int         points;
    } zones[] = { { "A", 5 }, { "C", 4 }, { "D", 2 } };

    cJSON       *root = read_reference();
    const double gauge = 9.02;
    int          decided = 0;

    (void) state;
    assert_non_null(root);
    for (size_t f = 0; f < COUNT(names); f++) {
        const cJSON *set = cJSON_GetObjectItem(root, names[f][0]);

        for (int i = 0; i < POINTS / 10; i++) {
            double x = 520 * dice() - 260, y = 820 * dice() - 480;
            bool   near = false;
            int    points = 0;

            for (size_t z = 0; z < COUNT(zones); z++) {
                const cJSON *corners =
                    cJSON_GetObjectItem(set, zones[z].zone);
                double       d = distance_to(corners, x, y);

                assert_int_equal(cJSON_GetArraySize(corners), 8);
                near |= fabs(d - gauge / 2) < 0.1;
                if (points == 0
                    && (is_around(corners, x, y) || d <= gauge / 2)) {
                    points = zones[z].points;
                }
            }
            if (!near) { /* the sampled sides cannot tell those apart */
                assert_int_equal(
                    gms_score(shipped(names[f][1]), 9, x, y).ring, points);
                decided++;
            }
        }
    }
    cJSON_Delete(root);
    assert_true(decided > POINTS / 10);
}


/* Zones lie within each other as they are meant to. */
static void
sizes(void **state)
{
    static const struct {
        const char *face;
        int         zone;
        double      left, right, low, high;
    } rows[] = {
        { "ipsc-classic-minor", 0, -75, 75, -160, 165 },
        { "ipsc-classic-minor", 1, -150, 150, -260, 190 },
        { "ipsc-classic-minor", 2, -225, 225, -380, 190 },
        { "ipsc-universal-minor", 2, -225, 225, -445, 305 },
        { "uspsa-minor", 0, -75, 75, -140, 140 },
        { "uspsa-minor", 1, -50, 50, 260, 310 },
        { "uspsa-minor", 2, -75, 75, 180, 330 },
        { "uspsa-minor", 4, -225, 225, -420, 180 },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gms_face_zone_t *z = &shipped(rows[i].face)->zone[rows[i].zone];
        double                 box[4] = { 1e9, -1e9, 1e9, -1e9 };

        for (int k = 0; k < z->corners; k++) {
            box[0] = fmin(box[0], z->corner_um[k][0] / 1e3);
            box[1] = fmax(box[1], z->corner_um[k][0] / 1e3);
            box[2] = fmin(box[2], z->corner_um[k][1] / 1e3);
            box[3] = fmax(box[3], z->corner_um[k][1] / 1e3);
        }
        if (box[0] != rows[i].left || box[1] != rows[i].right
            || box[2] != rows[i].low || box[3] != rows[i].high)
        {
            fail_msg("%s %s: %g .. %g, %g .. %g", rows[i].face, z->name, box[0],
                box[1], box[2], box[3]);
        }
    }
}


/* Of 20,000 shots with an error, those whose true zone is another one: a
 * shot's doubt is how often that happens. */
static void
doubt(void **state)
{
    static const struct {
        double x, y;
        bool   near;
    } rows[] = {
        { 0, 0, false },       /* deep in the A */
        { 77, -40, false },    /* the gauge reaches well over its line */
        { 78, -40, true },
        { 79.5, -40, true },   /* just touches */
        { 81, -40, true },     /* just does not */
        { 90, -40, false },
        { 154, -40, true },    /* from the C into the D */
        { 400, 0, false },     /* a miss is a miss */
        { 229, -60, true },    /* a miss that may be a D */
    };
    const double      error[3] = { 1, 0.3, 0.8 };
    const gms_face_t *face = shipped("ipsc-classic-minor");

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        double told = gms_score_doubt(
            face, 9, rows[i].x, rows[i].y, error, GMS_SHOWN_RING);
        int other = 0, is = gms_score(face, 9, rows[i].x, rows[i].y).ring;

        for (int k = 0; k < POINTS; k++) {
            double a = sqrt(-2 * log(1 - dice())), b = 2 * M_PI * dice();
            double u = a * cos(b), v = a * sin(b);
            double x = rows[i].x + u;
            double y = rows[i].y + 0.3 * u + sqrt(0.8 - 0.09) * v;

            other += gms_score(face, 9, x, y).ring != is;
        }
        if (fabs(told - other / (double) POINTS) > 0.02
            || gms_score_near_line(face, 9, rows[i].x, rows[i].y, error)
                != rows[i].near)
        {
            fail_msg("%g, %g: told %.3f, happens %.3f", rows[i].x, rows[i].y,
                told, other / (double) POINTS);
        }
    }

    assert_true(gms_score_doubt(face, 9, NAN, 0, error, GMS_SHOWN_RING) == 1);
    assert_true(gms_score_doubt(face, 9, 76, 0, (double[3]){ 0, 0, 0 },
                    GMS_SHOWN_RING)
        == 0);
    assert_true(gms_score_doubt(face, 9, 76, 0, (double[3]){ -1, 0, -1 },
                    GMS_SHOWN_RING)
        == 1);
}


static void
bulls(void **state)
{
    static const struct {
        double      x, y;
        const char *bull;
    } rows[] = {
        { 0, 0, "S" },
        { 20, -20, "S" },
        { 76.2, 35.56, "3" },
        { 76.2, 0, "3" },      /* as far from 3 as from 4 */
        { -76.2, 35.5, "9" },
        { 0, 1000, "1" },      /* far off any: the nearest all the same */
        { -900, -900, "7" },
    };
    const gms_face_t *card = shipped("nra-a17-card");

    (void) state;
    assert_int_equal(card->bulls, 11);
    assert_true(card->by_hand);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gms_face_bull_t *bull =
            gms_face_bull(card, rows[i].x, rows[i].y);

        assert_non_null(bull);
        assert_string_equal(bull->name, rows[i].bull);
        assert_int_equal(bull->sighter, strcmp(bull->name, "S") == 0);
    }

    assert_int_equal(shipped("issf-10m-air-rifle-5")->bulls, 5);
    assert_int_equal(shipped("issf-10m-air-rifle-10")->bulls, 10);
    assert_null(gms_face_bull(shipped("issf-10m-air-rifle"), 0, 0));
}


/* What no camera looks for says so, and nothing else does. */
static void
by_hand(void **state)
{
    int n = 0;

    (void) state;
    for (int i = 0; i < library.faces; i++) {
        const gms_face_t *f = &library.face[i];
        bool              said = strstr(f->title, "scored by hand") != NULL;

        assert_int_equal(f->by_hand, said);
        assert_int_equal(f->by_hand,
            f->zones > 0 || f->bulls > 0 || strncmp(f->name, "wa-", 3) == 0);
        n += f->by_hand;
    }
    assert_int_equal(n, 14);
}


static void
counted(void **state)
{
    static const char *const tenths[] = { "issf-10m-air-rifle",
        "issf-10m-air-rifle-5", "issf-10m-air-rifle-10", "issf-50m-rifle" };

    int n = 0;

    (void) state;
    for (int i = 0; i < library.faces; i++) {
        n += library.face[i].tenths;
    }
    for (size_t i = 0; i < COUNT(tenths); i++) {
        assert_true(shipped(tenths[i])->tenths);
    }
    assert_int_equal(n, COUNT(tenths));
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "the way to the line round a zone is known from either side",
            .test_func = ways },
        { .name = "who goes that way comes to the line",
            .test_func = ways_lead_there },
        { .name = "a line touched counts the higher zone",
            .test_func = zones_touched },
        { .name = "random shots fall into the zones of the reference",
            .test_func = ipsc_reference },
        { .name = "zones are as wide and as high as they are said to be",
            .test_func = sizes },
        { .name = "a shot's zone is in doubt as often as its error changes it",
            .test_func = doubt },
        { .name = "a shot belongs to the nearest bull", .test_func = bulls },
        { .name = "zones, cards of bulls and archery are scored by hand",
            .test_func = by_hand },
        { .name = "tenths count where the discipline counts them",
            .test_func = counted },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("zones", tests, setup, teardown);
}
