/* Statistics that follow a session: the same as taken from its shots anew,
 * whatever was corrected on the way. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/chance.h"
#include "ipc/error.h"
#include "worker/session/counted.h"
#include "worker/session/statistics.h"

#define SHOTS_MAX 300

static uint64_t chance;


static double
uniform(void)
{
    return chance_uniform(&chance);
}


static gms_counted_t
any_shot(uint32_t n, uint32_t round)
{
    return (gms_counted_t) { chance_normal(&chance), n, round, 30.0 * n,
        uniform() < 0.1 };
}


static char *
text_of(gms_running_t *r)
{
    cJSON *json = gms_statistics_rounds(r, 10000);
    char  *text = cJSON_PrintUnformatted(json);

    cJSON_Delete(json);
    assert_non_null(text);
    return text;
}


static void
check_anew(gms_running_t *r, const gms_counted_t *shot, int n)
{
    gms_running_t anew = { 0 };
    char         *a, *b;

    assert_int_equal(gms_running_follow(r, shot, n), GMS_OK);
    assert_int_equal(gms_running_follow(&anew, shot, n), GMS_OK);
    assert_int_equal(r->rounds, anew.rounds);
    a = text_of(r);
    b = text_of(&anew);
    assert_string_equal(a, b);
    free(a);
    free(b);
    gms_running_free(&anew);
}


static void
corrections_leave_what_the_shots_alone_would(void **state)
{
    gms_running_t r = { 0 };
    gms_counted_t shot[SHOTS_MAX] = { 0 };
    int           n = 0;
    uint32_t      number = 0, round = 1;

    (void) state;
    chance = 1;
    check_anew(&r, shot, 0);
    for (int step = 0; step < 250; step++) {
        int what = (int) (uniform() * 12), k = (int) (uniform() * n);

        round += uniform() < 0.1;
        if (what < 8 || n < 2) {
            shot[n++] = any_shot(++number, round);
        } else if (what == 8) { /* removed */
            memmove(shot + k, shot + k + 1,
                (size_t) (n - k - 1) * sizeof(shot[0]));
            n--;
        } else if (what == 9) { /* moved */
            shot[k].at = any_shot(0, 0).at;
        } else if (what == 10) { /* the last two begin another round */
            shot[n - 2].round = shot[n - 1].round = ++round;
        } else { /* the last one with its neighbours again */
            round = shot[n - 1].round = shot[n - 2].round;
        }
        check_anew(&r, shot, n);
    }
    check_anew(&r, shot, 1);
    check_anew(&r, shot, 0);
    gms_running_free(&r);
}


static double
member(const cJSON *json, const char *a, const char *b)
{
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(json, a);

    if (b != NULL) {
        at = cJSON_GetObjectItemCaseSensitive(at, b);
    }
    return cJSON_IsNumber(at) ? at->valuedouble : NAN;
}


/* What pages see is what `gmshoot stats` says. */
static void
short_figures_are_the_full_ones(void **state)
{
    static const char *const names[][4] = {
        { "mpi_x", "mm", "mpi_x", "mm" },
        { "mpi_y", "low_mm", "mpi_y", "low_mm" },
        { "sigma", "mm", "rayleigh_sigma", "mm" },
        { "sigma", "high_mm", "rayleigh_sigma", "high_mm" },
        { "extreme_spread", "mm", "extreme_spread", "mm" },
        { "mean_radius", "moa", "radii.mean", "moa" },
        { "aspect", NULL, "ellipse", "aspect" },
        { "round_p", NULL, "ellipse", "round_p" },
        { "offset_p", NULL, "offset_p", NULL },
    };

    gms_running_t r = { 0 };
    gms_counted_t shot[40];
    cJSON        *full, *brief, *session, *rounds;

    (void) state;
    chance = 9;
    for (int i = 0; i < 40; i++) {
        shot[i] = any_shot((uint32_t) i + 1, (uint32_t) i / 10 + 1);
        shot[i].order_unknown = false;
    }
    assert_int_equal(gms_running_follow(&r, shot, 40), GMS_OK);
    full = gms_statistics_full(&r, 50000, 1, 2);
    brief = gms_statistics_short(&r, 50000);
    session = cJSON_GetObjectItemCaseSensitive(brief, "session");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const cJSON *at = full;
        const char  *name = names[i][2];

        if (strcmp(name, "radii.mean") == 0) {
            at = cJSON_GetObjectItemCaseSensitive(full, "radii");
            name = "mean";
        }
        assert_true(member(session, names[i][0], names[i][1])
            == member(at, name, names[i][3]));
    }
    assert_true(member(brief, "pooled_sigma", "mm")
        == member(full, "pooled_sigma", "mm"));
    assert_int_equal(member(brief, "round", "round"), 4);
    assert_int_equal(member(brief, "round", "n"), 10);
    rounds = cJSON_GetObjectItemCaseSensitive(full, "rounds");
    assert_int_equal(cJSON_GetArraySize(rounds), 2);
    assert_int_equal(member(cJSON_GetArrayItem(rounds, 0), "round", NULL), 2);
    assert_int_equal(member(brief, "splits", "n"), 36);
    assert_float_equal(member(brief, "splits", "mean_s"), 30, 1e-9);
    assert_int_equal(member(brief, "first_shot", "rounds"), 4);
    cJSON_Delete(full);
    cJSON_Delete(brief);
    gms_running_free(&r);
}


static void
shots_without_order_are_left_out_of_what_asks_for_it(void **state)
{
    gms_running_t       r = { 0 };
    gms_running_order_t order;
    gms_counted_t       shot[20];

    (void) state;
    chance = 4;
    for (int i = 0; i < 20; i++) {
        shot[i] = any_shot((uint32_t) i + 1, (uint32_t) i / 10 + 1);
        shot[i].order_unknown = i == 4;
    }
    assert_int_equal(gms_running_follow(&r, shot, 20), GMS_OK);
    gms_running_order(&r, &order);
    assert_int_equal(order.drift.n, 19);
    assert_int_equal(order.first.rounds, 1);
    assert_int_equal(order.splits.n, 16);
    gms_running_free(&r);
}


static void
a_place_that_is_none_is_refused(void **state)
{
    gms_running_t r = { 0 };
    gms_counted_t shot[2] = { { { 1, 2 }, 1, 1, 0, false },
        { { NAN, 2 }, 2, 1, 0, false } };

    (void) state;
    assert_int_equal(gms_running_follow(&r, shot, 2), GMS_EINVALID);
    assert_int_equal(r.n, 0);
    assert_int_equal(gms_running_follow(&r, shot, 1), GMS_OK);
    assert_int_equal(r.all.n, 1);
    gms_running_free(&r);
}


static void
shots_that_do_not_count_are_left_out(void **state)
{
    gms_session_t      s;
    gms_session_shot_t row[7];
    gms_event_round_t  round[2] = { { 1, 1, 2, GMS_ROUND_BY_COUNT },
        { 2, 3, 4, GMS_ROUND_BY_COUNT } };
    gms_counted_t      c[7];

    (void) state;
    memset(&s, 0, sizeof(s));
    memset(row, 0, sizeof(row));
    for (int i = 0; i < 7; i++) {
        row[i].shot.n = (uint32_t) i + 1;
        row[i].shot.x_mm = i;
        row[i].shot.frame_real_ns = INT64_C(1000000000) * (100 + 7 * i);
    }
    row[1].standing = GMS_STANDING_REMOVED;
    row[2].shot.sighter = true;
    row[4].shot.recovered = true;
    row[5].shot.order_unknown = true;
    s.started_ns = INT64_C(90000000000);
    s.shots = 7;
    s.shot = row;
    s.rounds = 2;
    s.round = round;
    assert_int_equal(gms_counted_collect(&s, c), 5);
    for (int i = 0; i < 5; i++) {
        static const uint32_t n[5] = { 1, 4, 5, 6, 7 };
        static const uint32_t of[5] = { 1, 2, 3, 3, 3 };

        assert_int_equal(c[i].n, n[i]);
        assert_int_equal(c[i].round, of[i]);
        assert_true(c[i].at.x == n[i] - 1);
        assert_int_equal(c[i].order_unknown, i == 2 || i == 3);
    }
    assert_float_equal(c[1].t_s, 31, 1e-9);
    assert_true(isnan(c[2].t_s));
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corrections_leave_what_the_shots_alone_would),
        cmocka_unit_test(short_figures_are_the_full_ones),
        cmocka_unit_test(shots_without_order_are_left_out_of_what_asks_for_it),
        cmocka_unit_test(a_place_that_is_none_is_refused),
        cmocka_unit_test(shots_that_do_not_count_are_left_out),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
