/* Print that is seen in another focus is told from a new hole. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "worker/detect/change.h"
#include "worker/detect/focus.h"

#define SIDE 96
#define MIDDLE 48.0
#define RADIUS 13.0
#define PAPER 215.0
#define INK 42.0
#define REACH 12 /* of the blur, px */
#define FINE 4   /* samples of a pixel each way */

typedef struct {
    const char *name;
    double      ground;
    double      print;   /* of the digit; as the ground: none */
    double      was_px;  /* sigma of the focus before, */
    double      is_px;   /* ... and now */
    double      torn;    /* level inside the hole; < 0: none */
    double      rim;     /* level of its rim */
    double      aside;   /* of the hole, px */
    bool        explained;
} case_t;

static const case_t cases[] = {
    { "a digit in the black", INK, 200, 2.2, 0.7, -1, 0, 0, true },
    { "a digit on paper", PAPER, 60, 2.2, 0.7, -1, 0, 0, true },
    { "a digit that came half into focus", INK, 200, 3, 1.5, -1, 0, 0, true },
    { "a hole in paper", PAPER, PAPER, 2.2, 0.7, 12, 12, 0, false },
    { "a hole in the black", INK, INK, 2.2, 0.7, 8, 8, 0, false },
    { "a hole in the black with a pale rim", INK, INK, 2.2, 0.7, 8, 90, 0,
        false },
    { "the same, out of focus", INK, INK, 3, 2, 8, 90, 0, false },
    { "a hole that took a digit", INK, 200, 2.2, 0.7, 8, 8, 0, false },
    { "a hole beside a digit", PAPER, 60, 2.2, 0.7, 12, 12, 9, false },
};

typedef struct {
    gms_zone_t zone;
    uint8_t    inside[SIDE * SIDE];
    int16_t    was[SIDE * SIDE];
    int16_t    is[SIDE * SIDE];
    int16_t    scratch[SIDE * SIDE];
    float      drawn[SIDE * SIDE];
} scene_t;


/* An eight of two rings, as high as a hole is wide. */
static double
level(const case_t *c, bool torn, double x, double y)
{
    double r = hypot(x - c->aside, y), up = hypot(x, y + 4.5);
    double down = hypot(x, y - 4.5);

    if (torn && c->torn >= 0 && r < RADIUS) {
        return r < 0.8 * RADIUS || x < 0 ? c->torn : c->rim;
    }
    return fabs(up - 4.5) < 1.2 || fabs(down - 4.5) < 1.2 ? c->print
                                                          : c->ground;
}


static void
blur(const scene_t *s, double sigma, int16_t *out)
{
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            double sum = 0, weights = 0;

            for (int j = -REACH; j <= REACH; j++) {
                for (int i = -REACH; i <= REACH; i++) {
                    double w = exp(-(i * i + j * j) / (2 * sigma * sigma));
                    int    u = x + i, v = y + j;

                    if (u >= 0 && v >= 0 && u < SIDE && v < SIDE) {
                        sum += w * (double) s->drawn[v * SIDE + u];
                        weights += w;
                    }
                }
            }
            out[y * SIDE + x] = (int16_t) lrint(sum / weights * GMS_DEEP);
        }
    }
}


static void
draw(scene_t *s, const case_t *c, bool torn, double sigma, int16_t *out)
{
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            double sum = 0;

            for (int i = 0; i < FINE * FINE; i++) {
                double u = (i % FINE + 0.5) / FINE - 0.5;
                double v = (i / FINE + 0.5) / FINE - 0.5;

                sum += level(c, torn, x - MIDDLE + u, y - MIDDLE + v);
            }
            s->drawn[y * SIDE + x] = (float) (sum / (FINE * FINE));
        }
    }
    blur(s, sigma, out);
}


static void
tells(void **unused)
{
    scene_t *s = calloc(1, sizeof(*s));

    (void) unused;
    assert_non_null(s);
    memset(s->inside, 1, sizeof(s->inside));
    s->zone.w = s->zone.h = SIDE;
    s->zone.inside = s->inside;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const case_t *c = &cases[i];

        draw(s, c, false, c->was_px, s->was);
        draw(s, c, true, c->is_px, s->is);
        if (gms_focus_explains(&s->zone, s->was, s->is, s->scratch,
                MIDDLE + c->aside, MIDDLE, RADIUS)
            != c->explained)
        {
            fail_msg("%s", c->name);
        }
    }
    free(s);
}


/* Cut by the border of the zone, with nothing inside it. */
static void
keeps_to_the_zone(void **unused)
{
    scene_t *s = calloc(1, sizeof(*s));

    (void) unused;
    assert_non_null(s);
    s->zone.w = s->zone.h = SIDE;
    s->zone.inside = s->inside;
    draw(s, &cases[0], true, 0.7, s->is);
    assert_false(gms_focus_explains(
        &s->zone, s->was, s->is, s->scratch, 0, SIDE - 1, RADIUS));
    assert_false(gms_focus_explains(
        &s->zone, s->was, s->is, s->scratch, -40, 2 * SIDE, RADIUS));
    free(s);
}


#define TEST(sentence, function)                                              \
    { .name = sentence, .test_func = function }


int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("print in another focus is told from a new hole", tells),
        TEST("at the border of the zone nothing beyond it is read",
            keeps_to_the_zone),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
