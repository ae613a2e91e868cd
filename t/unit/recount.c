/* gms_recount: a sheet's holes counted anew, beside what is on record. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "t/lib/seen.h"
#include "worker/base/clock.h"
#include "worker/detect/recount.h"

#define SHOTS 12
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

typedef struct {
    const char *face;
    double      caliber_mm;
    double      fill;
    int         seed;
    double      backer; /* 0 dark, 1 grey, 2 white */
} sheet_t;

typedef struct {
    gms_library_t   library;
    gms_face_t      face;
    gms_image_t     fresh;
    gms_image_t     last;
    double          shot[SHOTS + 1][2];
    gms_recount_t   recount;
    gms_recounted_t found;
} count_t;

static const sheet_t sheets[] = {
    { "issf-10m-air-pistol", 4.5, 0.7, 5, 0 },
    { "issf-10m-air-pistol", 4.5, 0.7, 6, 2 },
    { "issf-25m-precision-pistol", 9.65, 0.9, 11, 1 },
    { "issf-10m-air-rifle", 4.5, 0.55, 12, 0 },
    { "issf-50m-rifle", 5.6, 0.7, 14, 0 },
};


static void
keep(gms_image_t *image, gms_scenery_t *s, int64_t ns)
{
    const gms_image_t *frame;

    gms_scenery_fire(s, ns);
    frame = gms_scenery_frame(s, ns);
    memset(image, 0, sizeof(*image));
    assert_int_equal(gms_image_resize(image, frame->width, frame->height),
        GMS_OK);
    for (int y = 0; y < frame->height; y++) {
        memcpy(image->px + (ptrdiff_t) y * image->stride,
            frame->px + (ptrdiff_t) y * frame->stride,
            (size_t) frame->width);
    }
    seen_compress(image, 80);
}


/* Two pictures of one sheet, before and after its shots, all on record. */
static void
begin(count_t *c, const sheet_t *sheet)
{
    gms_scenery_t s = { .caliber_mm = sheet->caliber_mm, .width = 1280,
        .height = 720, .fps = 15 };
    char err[256];

    memset(c, 0, sizeof(*c));
    assert_int_equal(gms_library_load(&c->library, "conf/targets.conf", err,
                         sizeof(err)),
        GMS_OK);
    c->face = *gms_library_find(&c->library, sheet->face, err, sizeof(err));
    s.face = c->face;
    for (const gms_option_t *o = gms_scenery_table; o->key != NULL; o++) {
        memcpy((char *) &s.options + o->offset, &o->value, sizeof(double));
    }
    s.options.seed = sheet->seed;
    s.options.fill = sheet->fill;
    s.options.tilt = 7;
    s.options.noise = 1.5;
    s.options.old = 4;
    s.options.overlap = 0.3;
    s.options.shots = SHOTS;
    s.options.shake = 0.5;
    s.options.drift = 0.2;
    if (sheet->backer > 0) {
        s.options.backer = sheet->backer;
    }
    assert_int_equal(gms_scenery_open(&s, err, sizeof(err)), GMS_OK);
    for (int i = 0; i < s.shots; i++) {
        s.shot[i].at_ns = (i < SHOTS ? 2 : 1000000) * GMS_S;
    }
    for (int i = 0; i < SHOTS; i++) {
        c->shot[i][0] = s.shot[i].x_mm;
        c->shot[i][1] = s.shot[i].y_mm;
    }
    keep(&c->fresh, &s, GMS_S);
    keep(&c->last, &s, 300 * GMS_S);
    c->recount = (gms_recount_t){ .fresh = &c->fresh, .last = &c->last,
        .face = &c->face, .caliber_mm = sheet->caliber_mm,
        .shot = (const double(*)[2]) c->shot, .shots = SHOTS };
    memcpy(c->recount.map, s.mm_to_px, sizeof(c->recount.map));
    gms_scenery_close(&s);
}


static void
end(count_t *c)
{
    gms_image_free(&c->fresh);
    gms_image_free(&c->last);
    gms_library_free(&c->library);
}


/* How far a place lies from all shots but one, calibers. */
static double
alone(const count_t *c, double x, double y, int but)
{
    double near = INFINITY;

    for (int i = 0; i < SHOTS; i++) {
        if (i != but) {
            near = fmin(near,
                hypot(c->shot[i][0] - x, c->shot[i][1] - y));
        }
    }
    return near / c->recount.caliber_mm;
}


static void
counts_what_is_on_record(void **state)
{
    (void) state;
    for (size_t i = 0; i < COUNT(sheets); i++) {
        count_t c;

        begin(&c, &sheets[i]);
        assert_int_equal(gms_recount(&c.found, &c.recount), GMS_OK);
        assert_int_equal(c.found.shown, SHOTS);
        assert_int_equal(c.found.missing, -1);
        assert_int_equal(c.found.odd, 0);
        end(&c);
    }
}


static void
shows_a_hole_that_nobody_counted(void **state)
{
    int tried = 0;

    (void) state;
    for (size_t i = 0; i < COUNT(sheets); i++) {
        count_t c;
        int     k = 0;
        double  lost[2];

        begin(&c, &sheets[i]);
        while (k < SHOTS - 1
            && alone(&c, c.shot[k][0], c.shot[k][1], k) < 1.4)
        {
            k++;
        }
        memcpy(lost, c.shot[k], sizeof(lost));
        memcpy(c.shot[k], c.shot[SHOTS - 1], sizeof(lost));
        c.recount.shots = SHOTS - 1;
        if (k < SHOTS - 1) {
            tried++;
            assert_int_equal(gms_recount(&c.found, &c.recount), GMS_OK);
            assert_int_equal(c.found.shown, SHOTS - 1);
            assert_int_equal(c.found.odd, 1);
            assert_true(hypot(c.found.odd_mm[0][0] - lost[0],
                            c.found.odd_mm[0][1] - lost[1])
                < 0.4 * c.recount.caliber_mm);

            /* one that came so late that it may be there, or not yet */
            memcpy(c.shot[SHOTS - 1], lost, sizeof(lost));
            c.recount.later = 1;
            assert_int_equal(gms_recount(&c.found, &c.recount), GMS_OK);
            assert_int_equal(c.found.shown, SHOTS - 1);
            assert_int_equal(c.found.missing, -1);
            assert_int_equal(c.found.odd, 0);
        }
        end(&c);
    }
    assert_true(tried >= 4);
}


static void
shows_a_shot_that_is_no_hole(void **state)
{
    (void) state;
    for (size_t i = 0; i < COUNT(sheets); i++) {
        count_t c;
        double  r, a = 0;

        begin(&c, &sheets[i]);
        r = 0.1 * gms_face_radius_mm(&c.face);
        while (alone(&c, r * cos(a), r * sin(a), -1) < 1.5) {
            a += 0.7;
            r += 0.01 * gms_face_radius_mm(&c.face);
        }
        c.shot[SHOTS][0] = r * cos(a);
        c.shot[SHOTS][1] = r * sin(a);
        c.recount.shots = SHOTS + 1;
        assert_int_equal(gms_recount(&c.found, &c.recount), GMS_OK);
        assert_int_equal(c.found.shown, SHOTS);
        assert_int_equal(c.found.missing, SHOTS);
        assert_int_equal(c.found.odd, 0);
        end(&c);
    }
}


static void
does_not_count_another_sheet(void **state)
{
    count_t     c, other;
    gms_image_t image;

    (void) state;
    begin(&c, &sheets[0]);
    begin(&other, &sheets[1]);
    c.recount.last = &other.last; /* other holes, other old ones */
    assert_int_equal(gms_recount(&c.found, &c.recount), GMS_EUNSURE);
    c.recount.last = &c.fresh; /* a sheet that nobody has shot at */
    assert_int_equal(gms_recount(&c.found, &c.recount), GMS_EUNSURE);
    memset(&image, 0, sizeof(image));
    assert_int_equal(gms_image_resize(&image, 1280, 720), GMS_OK);
    memset(image.px, 90, (size_t) image.stride * 720);
    c.recount.last = &image;
    assert_int_equal(gms_recount(&c.found, &c.recount), GMS_EUNSURE);
    gms_image_free(&image);
    end(&other);
    end(&c);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "12 holes, 12 shots",
            .test_func = counts_what_is_on_record },
        { .name = "a hole that is no shot's is shown",
            .test_func = shows_a_hole_that_nobody_counted },
        { .name = "a shot without a hole is named",
            .test_func = shows_a_shot_that_is_no_hole },
        { .name = "another sheet, or a wall, is not counted",
            .test_func = does_not_count_another_sheet },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
