/* Blocks that are passed over hold nothing over its threshold, however the
 * differences lie; and most of a calm picture is passed over. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "detect_card.h"
#include "worker/detect/quiet.h"

#define FLOOR 40
#define THRESHOLD 64

typedef struct {
    gms_zone_t  zone;
    gms_quiet_t quiet;
    int16_t    *threshold;
    int16_t    *difference;
} scene_t;


static int
setup(void **state)
{
    scene_t              *s = calloc(1, sizeof(*s));
    gms_detector_config_t config = card_config();
    char                  err[200];

    assert_non_null(s);
    assert_int_equal(
        gms_zone_init(&s->zone, &config, CARD_W, CARD_H, err, sizeof(err)),
        GMS_OK);
    assert_int_equal(gms_quiet_init(&s->quiet, &s->zone), GMS_OK);
    s->threshold = gms_zone_plane(&s->zone);
    s->difference = gms_zone_plane(&s->zone);
    assert_non_null(s->threshold);
    assert_non_null(s->difference);
    srand(1);
    *state = s;
    return 0;
}


static int
teardown(void **state)
{
    scene_t *s = *state;

    gms_quiet_close(&s->quiet);
    gms_zone_close(&s->zone);
    free(s->threshold);
    free(s->difference);
    free(s);
    return 0;
}


/* Thresholds and differences by chance; so few of these are large. */
static void
fill(scene_t *s, int one_in)
{
    for (int i = 0; i < s->zone.w * s->zone.h; i++) {
        int d = rand() % one_in == 0 ? rand() % 200 : rand() % 20;

        s->threshold[i] = (int16_t) (THRESHOLD / 2 + rand() % THRESHOLD);
        s->difference[i] = (int16_t) (rand() % 2 != 0 ? d : -d);
    }
    for (int b = 0; b < s->zone.blocks; b++) {
        gms_quiet_learn(
            &s->quiet, s->threshold, b, s->zone.from[b], s->zone.to[b]);
        gms_quiet_look(&s->quiet, s->difference, b);
    }
}


static bool
is_within(const gms_stretch_t *stretch, int n, int x)
{
    for (int i = 0; i < n; i++) {
        if (x >= stretch[i].from && x < stretch[i].to) {
            return true;
        }
    }
    return false;
}


/* Pixels over this share of their thresholds that lie in no stretch. */
static int
missed(const scene_t *s, int parts)
{
    gms_stretch_t stretch[GMS_QUIET_STRETCHES];
    int           lost = 0;

    for (int y = 0; y < s->zone.h; y++) {
        int b = y / GMS_BLOCK_H;
        int n = gms_quiet_stretches(&s->quiet, b, FLOOR, parts, stretch);

        for (int x = s->zone.from[b]; x < s->zone.to[b]; x++) {
            int i = y * s->zone.w + x, t = s->threshold[i];

            t = t > FLOOR ? t : FLOOR;
            lost += abs(s->difference[i]) >= t * parts / GMS_QUIET_PARTS
                && !is_within(stretch, n, x);
        }
    }
    return lost;
}


static void
no_pixel_over_its_threshold_is_passed_over(void **state)
{
    scene_t *s = *state;

    for (int one_in = 1; one_in < 20000; one_in *= 3) {
        fill(s, one_in);
        assert_int_equal(missed(s, GMS_QUIET_PARTS), 0);
        assert_int_equal(missed(s, 10), 0);
    }
}


static void
stretches_are_whole_blocks_in_order(void **state)
{
    scene_t      *s = *state;
    gms_stretch_t stretch[GMS_QUIET_STRETCHES];

    fill(s, 1000);
    for (int b = 0; b < s->zone.blocks; b++) {
        int n =
            gms_quiet_stretches(&s->quiet, b, FLOOR, GMS_QUIET_PARTS, stretch);

        for (int i = 0; i < n; i++) {
            assert_int_equal(stretch[i].from % GMS_BLOCK_W, 0);
            assert_int_equal(stretch[i].to % GMS_BLOCK_W, 0);
            assert_true(stretch[i].from < stretch[i].to);
            assert_true(stretch[i].from >= s->zone.from[b]);
            assert_true(stretch[i].to <= s->zone.to[b]);
            assert_true(i == 0 || stretch[i - 1].to < stretch[i].from);
        }
    }
}


static void
a_calm_picture_is_passed_over(void **state)
{
    scene_t      *s = *state;
    gms_stretch_t stretch[GMS_QUIET_STRETCHES];
    int           looked_at = 0;

    fill(s, 1 << 30);
    for (int b = 0; b < s->zone.blocks; b++) {
        looked_at +=
            gms_quiet_stretches(&s->quiet, b, FLOOR, GMS_QUIET_PARTS, stretch);
    }
    assert_int_equal(looked_at, 0);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "no pixel over its threshold is passed over",
            .test_func = no_pixel_over_its_threshold_is_passed_over,
            .setup_func = setup,
            .teardown_func = teardown },
        { .name = "stretches are whole blocks, in order",
            .test_func = stretches_are_whole_blocks_in_order,
            .setup_func = setup,
            .teardown_func = teardown },
        { .name = "a calm picture is passed over",
            .test_func = a_calm_picture_is_passed_over,
            .setup_func = setup,
            .teardown_func = teardown },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("quiet", tests, NULL, NULL);
}
