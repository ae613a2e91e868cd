/* Where holes are looked for: every pixel of the face, and no other. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "detect_card.h"
#include "worker/detect/zone.h"

#define CALIBER 4.5
#define MARGIN(px_per_mm) (0.9 * CALIBER + 6.0 / (px_per_mm))

typedef struct {
    const char *name;
    double      scale; /* px per mm, across */
    double      squeeze; /* down: so much of it */
    double      turn; /* rad */
    double      tilt; /* of perspective, per mm */
    double      x; /* centre in the picture */
    double      y;
    bool        has_region;
} view_t;

static const view_t views[] = {
    { "the face upright", 4, 1, 0, 0, 321.3, 239.6, false },
    { "the face turned, squeezed and tilted", 4, 0.7, 0.6, 2e-3, 320, 240,
      false },
    { "the face squeezed to a sliver across its diagonal", 4, 0.15, 0.8, 0, 320,
      240, false },
    { "a face that is cut by the picture", 4, 1, 0, 1e-3, 60, 100, false },
    { "a face of which a part is to be looked at", 4, 0.9, 1.1, -2e-3, 330, 230,
      true },
};


static gms_detector_config_t
config_of(const view_t *v)
{
    gms_detector_config_t config = card_config();
    double                c = v->scale * cos(v->turn),
                          s = v->scale * sin(v->turn), q = v->squeeze;
    double                h[9] = { c + v->x * v->tilt, -s * q, v->x,
                                   s + v->y * v->tilt, c * q, v->y,
                                   v->tilt, 0, 1 };

    memcpy(config.calibration.mm_to_px, h, sizeof(h));
    assert_int_equal(gms_homography_invert(config.calibration.px_to_mm, h),
        GMS_OK);
    config.calibration.px_per_mm = v->scale * sqrt(v->squeeze);
    config.caliber_mm = CALIBER;
    if (v->has_region) {
        config.view.has_region = true;
        config.view.region[0] = 200;
        config.view.region[1] = 150;
        config.view.region[2] = 160;
        config.view.region[3] = 190;
    }
    return config;
}


static bool
in_region(const gms_view_t *view, int x, int y)
{
    return !view->has_region
        || (x >= view->region[0] && y >= view->region[1]
            && x < view->region[0] + view->region[2]
            && y < view->region[1] + view->region[3]);
}


static void
check(const view_t *v)
{
    gms_detector_config_t config = config_of(v);
    gms_zone_t            zone;
    char                  err[200];
    double                inner = config.zone_mm + CALIBER;
    double                outer = inner + MARGIN(config.calibration.px_per_mm);
    long                  area = 0;

    assert_int_equal(gms_zone_init(&zone, &config, CARD_W, CARD_H, err,
        sizeof(err)), GMS_OK);
    for (int y = 0; y < zone.h; y++) {
        int block = y / GMS_BLOCK_H;

        for (int x = 0; x < zone.w; x++) {
            int    px = zone.x + x, py = zone.y + y, inside;
            double mx, my, r = INFINITY;

            if (gms_homography_apply(config.calibration.px_to_mm, px, py, &mx,
                    &my) == GMS_OK) {
                r = hypot(mx, my);
            }
            inside = r <= inner && in_region(&config.view, px, py);
            if (zone.inside[y * zone.w + x] != inside) {
                fail_msg("%s: pixel %d, %d", v->name, px, py);
            }
            if (r <= outer
                && (x < zone.from[block] || x >= zone.to[block])) {
                fail_msg("%s: span of row %d leaves out %d", v->name, py, px);
            }
            area += inside;
        }
    }
    assert_int_equal(zone.area, area);
    gms_zone_close(&zone);
}


static void
the_zone_is_what_each_pixel_says(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
        check(&views[i]);
    }
}


/* Spans of whole blocks, none wider than what lies within the margin. */
static void
spans_are_no_wider_than_they_must_be(void **state)
{
    gms_detector_config_t config = config_of(&views[1]);
    gms_zone_t            zone;
    char                  err[200];
    double                outer = config.zone_mm + CALIBER
                           + MARGIN(config.calibration.px_per_mm);

    (void) state;
    assert_int_equal(gms_zone_init(&zone, &config, CARD_W, CARD_H, err,
        sizeof(err)), GMS_OK);
    for (int b = 0; b < zone.blocks; b++) {
        bool first = false, last = false;

        if (zone.from[b] >= zone.to[b]) {
            continue;
        }
        assert_int_equal(zone.from[b] % GMS_BLOCK_W, 0);
        assert_int_equal(zone.to[b] % GMS_BLOCK_W, 0);
        for (int i = 0; i < GMS_BLOCK_W * GMS_BLOCK_H; i++) {
            int    dx = i % GMS_BLOCK_W, y = b * GMS_BLOCK_H + i / GMS_BLOCK_W;
            double mx, my;

            gms_homography_apply(config.calibration.px_to_mm,
                zone.x + zone.from[b] + dx, zone.y + y, &mx, &my);
            first = first || hypot(mx, my) <= outer;
            gms_homography_apply(config.calibration.px_to_mm,
                zone.x + zone.to[b] - GMS_BLOCK_W + dx, zone.y + y, &mx, &my);
            last = last || hypot(mx, my) <= outer;
        }
        assert_true(first && last);
    }
    gms_zone_close(&zone);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "the zone is what each of its pixels says",
            .test_func = the_zone_is_what_each_pixel_says },
        { .name = "spans are no wider than they must be",
            .test_func = spans_are_no_wider_than_they_must_be },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
