/* Whether what changed is a hole, on drawn holes and on what only looks like
 * one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "drawn_hole.h"

/* A card that moved instead of a hole: everything this much to the right. */
static void
shift_card(stage_t *g, int px)
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        int from = i % SIDE >= px ? i - px : i;

        g->now[i] = (float) g->background[from] / GMS_DEEP;
    }
}


static gms_finding_t
look(stage_t *g)
{
    gms_verify_t *verify = gms_verify_create(SIDE);
    gms_finding_t f;

    assert_non_null(verify);
    gms_verify(verify, &g->about, &g->track, g->now, &f);
    gms_verify_destroy(verify);
    return f;
}


static void
test_holes(void **state)
{
    static const struct {
        const char   *what;
        scene_t       scene;
        gms_verdict_e verdict;
        bool          possible_double;
    } table[] = {
        { "on paper", { 0, .2, .3, 20, 0, 120, 0, 1, 0 }, GMS_VERDICT_HOLE,
            false },
        { "in the black, fibres", { SIDE, .2, .3, 12, 160, 0, .1, 1, 0 },
            GMS_VERDICT_HOLE, false },
        { "on paper, a white backer", { 0, .2, .3, 200, 0, 0, 0, 1, 0 },
            GMS_VERDICT_HOLE, false },
        { "on paper, a backer as pale: a torn rim",
            { 0, .2, .3, 226, 0, 150, .1, 1, 0 }, GMS_VERDICT_HOLE, false },
        { "on paper, half a rim", { 0, .2, .3, 229, 150, 0, 0, 1, 0 },
            GMS_VERDICT_HOLLOW, false },
        { "across the edge of the black, a backer between ink and paper",
            { MIDDLE + 2, .2, .3, 105, 0, 0, .1, 1, 0 }, GMS_VERDICT_HOLE,
            false },
        { "half overlapped", { 0, .2, .3, 20, 0, 0, 0, 1, .5 },
            GMS_VERDICT_HOLE, false },
        { "on paper, a torn rim beside an older hole",
            { 0, .2, .3, 215, 0, 140, .1, 1, .35 }, GMS_VERDICT_HOLE, false },
        { "on paper, a torn rim half in an older hole",
            { 0, .2, .3, 226, 0, 140, .1, 1, .5 }, GMS_VERDICT_HOLE, false },
        { "a sliver: .94 overlapped", { 0, .2, .3, 20, 0, 120, 0, .4, .94 },
            GMS_VERDICT_HOLE, true },
        { "into the very same place", { 0, .2, .3, 20, 0, 120, 0, .4, .995 },
            GMS_VERDICT_NOTHING, false },
    };
    static stage_t g;

    (void) state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        gms_finding_t f;

        draw_scene(&g, &table[i].scene, 7);
        f = look(&g);
        if (f.verdict != table[i].verdict
            || f.possible_double != table[i].possible_double)
        {
            fail_msg("%s: %s%s, fresh %.3f fill %.2f leak %.2f darkening %.2f "
                     "contrast %.1f score %.1f darker %.2f",
                table[i].what, gms_verdict_name(f.verdict),
                f.possible_double ? ", possibly double" : "", f.fresh, f.fill,
                f.leak, f.darkening, f.contrast, f.score, f.darker);
        }
        assert_true(f.verdict != GMS_VERDICT_HOLE
            || (f.error_px2[0] > 0 && f.error_px2[2] > 0));
    }
}


/* Before a pale backer, over the edge of a print that a codec is noisy at: part
 * of it got brighter, part darker, and a rim is torn all around. */
static void
test_print(void **state)
{
    static const scene_t over = { MIDDLE - 3, .2, .3, 200, 0, 150, .1, 1, 0 };
    static stage_t       g;

    (void) state;
    draw_scene(&g, &over, 7);
    g.about.freshness = 0.5;
    for (int i = 0; i < SIDE * SIDE; i++) {
        g.threshold[i] *= 6;
    }
    assert_int_equal(look(&g).verdict, GMS_VERDICT_HOLE);
}


/* Through a codec what is noisy hides contrast: a hole before a pale backer whose
 * rim shows all around, and one across the edge of the black before what is
 * between paper and ink, are holes; fainter rims are what it draws by itself. */
static void
test_whole(void **state)
{
    static const struct {
        const char   *what;
        scene_t       scene;
        int           noise; /* times that of a bare sensor */
        gms_verdict_e verdict;
    } table[] = {
        { "a rim all around", { 0, .2, .3, 215, 0, 185, .1, 1, 0 }, 3,
            GMS_VERDICT_HOLE },
        { "a faint rim all around", { 0, .2, .3, 226, 0, 218, .1, .5, 0 }, 1,
            GMS_VERDICT_PALE },
        { "across the edge", { MIDDLE + 1.5, .2, .3, 105, 0, 0, .1, 1, 0 }, 10,
            GMS_VERDICT_HOLE },
    };
    static stage_t g;

    (void) state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        gms_finding_t f;

        draw_scene(&g, &table[i].scene, 7);
        g.about.freshness = 0.5;
        g.about.settled = true;
        for (int k = 0; k < SIDE * SIDE; k++) {
            g.threshold[k] = (int16_t) (g.threshold[k] * table[i].noise);
        }
        f = look(&g);
        if (f.verdict != table[i].verdict) {
            fail_msg("%s: %s, fill %.2f rim %.2f paper %.2f levels %.0f "
                     "darkening %.2f contrast %.1f",
                table[i].what, gms_verdict_name(f.verdict), f.fill, f.rim,
                f.paper, f.levels, f.darkening, f.contrast);
        }
    }
}


static void
test_slivers(void **state)
{
    static const scene_t sliver = { 0, .2, .3, 20, 0, 120, 0, .4, .94 };
    static stage_t       g;

    (void) state;
    draw_scene(&g, &sliver, 7);
    g.about.freshness = 0.9;
    assert_int_equal(look(&g).verdict, GMS_VERDICT_NOTHING);

    draw_scene(&g, &sliver, 7);
    g.track.pictures = 3;
    assert_int_equal(look(&g).verdict, GMS_VERDICT_NOTHING);

    draw_scene(&g, &sliver, 7);
    shift_card(&g, 1);
    g.track.blob.x0 = MIDDLE + 3; /* the darker side alone */
    g.track.blob.x = MIDDLE + 6;
    assert_int_equal(look(&g).verdict, GMS_VERDICT_NOTHING);
}


/* What half of the candidates of its kind turned out to be is half certain, and
 * nothing is beyond doubt. */
static void
test_confidence(void **state)
{
    static const struct {
        double score;
        double least;
        double most;
    } table[] = {
        { -INFINITY, 0, 0.001 },
        { -3, 0, 0.001 },
        { 6, 0, 0.3 },
        { 14, 0.98, 0.999 },
        { INFINITY, 0.98, 0.999 },
    };
    double last = 0;

    (void) state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        double p =
            gms_verdict_confidence(&(gms_finding_t){ .score = table[i].score });

        assert_true(p >= table[i].least && p <= table[i].most && p >= last);
        last = p;
    }
}


/* Through a codec what changes in the black must show more: a key frame
 * changes it by some levels, the first one by more. */
static void
test_codec(void **state)
{
    static const struct {
        const char   *what;
        double        backer;
        double        freshness;
        bool          young;
        bool          settled;
        int           noise; /* levels */
        gms_verdict_e verdict;
    } table[] = {
        { "faint, a bare sensor", 37, 1.2, false, true, 3, GMS_VERDICT_HOLE },
        { "faint, at once", 37, 1.2, false, false, 3, GMS_VERDICT_HOLE },
        { "faint, a codec", 37, .9, false, true, 3, GMS_VERDICT_WEAK },
        { "clear, a codec", 20, .9, false, true, 3, GMS_VERDICT_HOLE },
        { "clear, a codec, at once", 20, .9, false, false, 3,
            GMS_VERDICT_HOLE },
        { "middling, a codec", 31, .9, false, true, 3, GMS_VERDICT_HOLE },
        { "perhaps a ghost, at once", 33, .9, false, false, 4,
            GMS_VERDICT_WEAK },
        { "perhaps a ghost, later", 33, .9, false, true, 4, GMS_VERDICT_HOLE },
        { "middling, its first pictures", 31, .9, true, true, 3,
            GMS_VERDICT_WEAK },
        { "clear, its first pictures", 5, .9, true, true, 3, GMS_VERDICT_HOLE },
    };
    static stage_t g;

    (void) state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const scene_t scene = { SIDE, .2, .3, table[i].backer, 0, 0, 0, .5, 0 };
        gms_finding_t f;

        draw_scene(&g, &scene, 7);
        for (int k = 0; k < SIDE * SIDE; k++) {
            g.threshold[k] = (int16_t) (table[i].noise * 80);
        }
        g.about.freshness = table[i].freshness;
        g.about.young = table[i].young;
        g.about.settled = table[i].settled;
        f = look(&g);
        if (f.verdict != table[i].verdict) {
            fail_msg("%s: %s, fill %.2f levels %.1f contrast %.1f score %.1f",
                table[i].what, gms_verdict_name(f.verdict), f.fill, f.levels,
                f.contrast, f.score);
        }
    }
}


/* Half on paper, as bright on one side as dark on the other: an edge. */
static void
test_edge(void **state)
{
    static const scene_t edge = { MIDDLE, 0, 0, 0, 0, 0, 0, .5, 0 };
    static stage_t       g;

    (void) state;
    draw_scene(&g, &edge, 7);
    shift_card(&g, 1);
    assert_int_not_equal(look(&g).verdict, GMS_VERDICT_HOLE);
}


/* An old hole that nobody told of, beside its place since the paper swayed:
 * no hole, however much it differs.  A new one that cuts it is. */
static void
test_shift(void **state)
{
    static const scene_t old = { SIDE, .2, .3, 90, 0, 0, .5, .5, .4 };
    static const scene_t cut = { SIDE, .2, .3, 5, 0, 0, .5, .5, .8 };
    static stage_t       g;
    gms_finding_t        f;

    (void) state;
    draw_scene(&g, &cut, 7);
    g.holes.discs = 0;
    f = look(&g);
    assert_int_equal(f.verdict, GMS_VERDICT_HOLE);
    assert_true(f.shift < 0.05);

    draw_scene(&g, &old, 7);
    g.holes.discs = 0;
    shift_card(&g, 2);
    g.track.blob.x = MIDDLE - 9;
    g.track.blob.x0 = MIDDLE - 18;
    g.track.blob.x1 = MIDDLE;
    f = look(&g);
    assert_int_equal(f.verdict, GMS_VERDICT_SHIFT);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { "a hole before a pale backer that took print with it is one",
            test_print, NULL, NULL, NULL },
        { "through a codec a hole before a pale backer is told by its whole"
          " rim, one across the edge by its shape",
            test_whole, NULL, NULL, NULL },
        { "holes are holes, and a sliver may be one of two", test_holes, NULL,
            NULL, NULL },
        { "confidence grows with the evidence, from none to nearly certain",
            test_confidence, NULL, NULL, NULL },
        { "a codec's picture, a short look and a moved card make no sliver",
            test_slivers, NULL, NULL, NULL },
        { "a codec's hole in the black shows more than its key frames",
            test_codec, NULL, NULL, NULL },
        { "the edge of the black that moved is no hole", test_edge, NULL, NULL,
            NULL },
        { "an old hole beside its place is no new one", test_shift, NULL, NULL,
            NULL },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
