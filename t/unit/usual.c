/* What is usual for a shooter, and a group beside it: said when it is larger
 * or smaller, and seldom of a day like his others. */

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

#include "bench/chance.h"
#include "ipc/error.h"
#include "worker/library/rules.h"
#include "worker/session/advice.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SHOTS_MAX 20

static gms_rulebook_t book;
static uint64_t       chance;


/* So many sessions of three rounds of ten, sigma 1 but for what days do. */
static gms_usual_t
usual_of(int sessions, double days)
{
    gms_scatter_t day[20];
    gms_usual_t   u;

    for (int i = 0; i < sessions; i++) {
        double sigma = exp(days * chance_normal(&chance).x);

        day[i] = (gms_scatter_t) { 0, 2 * (30 - 3), 30 };
        for (int k = 0; k < 27; k++) {
            gms_point_t p = chance_normal(&chance);

            day[i].squares += sigma * sigma * (p.x * p.x + p.y * p.y);
        }
    }
    gms_usual_of(&u, day, sessions);
    return u;
}


static gms_advice_settings_t
settings_of(const gms_usual_t *usual, bool left_handed)
{
    return (gms_advice_settings_t) { .gun = GMS_GUN_PISTOL,
        .left_handed = left_handed,
        .distance_m = 10,
        .click_mm = 0.1,
        .level = GMS_LEVEL_CLUB,
        .confidence = GMS_ADVICE_CONFIDENCE,
        .about.usual = *usual };
}


static void
give(gms_advice_t *a, const gms_advice_settings_t *o,
    const gms_counted_t *shot, int n)
{
    assert_int_equal(gms_advice_give(a, &book, o, shot, n), GMS_OK);
}


/* n shots of this sigma, evenly around the aim, beside twelve sessions of
 * sigma 1. */
static gms_advice_t
beside_sessions(double sigma, int n, bool left_handed)
{
    /* Two circles: no shape, no drift, no flyer. */
    static const int order[SHOTS_MAX] = { 0, 5, 2, 7, 4, 9, 6, 1, 8, 3 };
    gms_counted_t         shot[SHOTS_MAX];
    gms_advice_settings_t o;
    gms_usual_t           usual;
    gms_advice_t          a;

    chance = 7;
    usual = usual_of(12, 0);
    o = settings_of(&usual, left_handed);
    for (int i = 0; i < n; i++) {
        double angle = order[i] * 2 * M_PI / n;
        double r = sigma * (order[i] % 2 ? 1.6 : 1.0);

        shot[i] = (gms_counted_t) {
            { r * sin(angle) * (left_handed ? -1 : 1), r * cos(angle) },
            (uint32_t) i + 1, 1, 30.0 * i, false };
    }
    give(&a, &o, shot, n);
    return a;
}


static bool
says(const gms_advice_t *a, const char *id)
{
    for (int i = 0; i < a->findings; i++) {
        if (strcmp(a->finding[i]->id, id) == 0) {
            return true;
        }
    }
    return false;
}


static const cJSON *
member(const cJSON *json, const char *a, const char *b)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, a);

    if (cJSON_IsArray(item)) {
        item = cJSON_GetArrayItem(item, 0);
    }
    return cJSON_GetObjectItemCaseSensitive(item, b);
}


static void
a_group_is_compared_with_earlier_sessions(void **state)
{
    gms_advice_t a;

    (void) state;
    for (int left = 0; left < 2; left++) {
        a = beside_sessions(2, 10, left);
        assert_true(says(&a, "larger"));
        assert_int_equal(a.signs.sign[GMS_SIGN_LARGER].n, 10);
        a = beside_sessions(0.3, 10, left);
        assert_true(says(&a, "praise-smaller"));
        a = beside_sessions(1, 10, left);
        assert_int_equal(a.findings, 0);
        assert_true(a.signs.sign[GMS_SIGN_LARGER].present);
        /* Too few shots: it is not even looked at. */
        a = beside_sessions(2, 7, left);
        assert_int_equal(a.signs.usual_from, GMS_USUAL_NONE);
        assert_false(a.signs.sign[GMS_SIGN_LARGER].present);
        assert_int_equal(a.findings, 0);
    }
}


static void
it_says_with_what(void **state)
{
    gms_advice_t a = beside_sessions(2, 10, false);
    cJSON       *json = gms_advice_to_json(&a);

    (void) state;
    assert_string_equal(member(json, "usual", "from")->valuestring,
        "sessions");
    assert_int_equal(member(json, "usual", "sessions")->valueint, 12);
    assert_int_equal(member(json, "usual", "shots")->valueint, 360);
    assert_float_equal(member(json, "usual", "ratio")->valuedouble,
        a.signs.size_ratio, 1e-9);
    assert_non_null(strstr(member(json, "findings", "text")->valuestring,
        "The group of 10 is 2.0 times your usual size (sigma 0.99 mm, 360 "
        "shots in 12 sessions)"));
    cJSON_Delete(json);
}


static void
too_few_sessions_are_nobodys_habit(void **state)
{
    gms_usual_t u;

    (void) state;
    chance = 9;
    u = usual_of(GMS_USUAL_SESSIONS_MIN - 1, 0);
    assert_float_equal(u.sigma_mm, 0, 0);
    u = usual_of(GMS_USUAL_SESSIONS_MIN, 0);
    assert_float_equal(u.sigma_mm, 1, 0.15);
    assert_int_equal(u.shots, 30 * GMS_USUAL_SESSIONS_MIN);
    assert_float_equal(u.df, 54 * GMS_USUAL_SESSIONS_MIN, 0);
}


/* Some days are better than others: that alone is no finding. */
static void
a_day_like_his_others_gets_few_findings(void **state)
{
    static const double days[] = { 0, 0.15, 0.3 };
    static const int    sessions[] = { GMS_USUAL_SESSIONS_MIN, 20 };

    (void) state;
    for (size_t d = 0; d < COUNT(days) * COUNT(sessions); d++) {
        int found = 0;

        chance = (d + 1) * 1000003;
        for (int g = 0; g < 1000; g++) {
            gms_counted_t         shot[10];
            gms_advice_t          a;
            gms_advice_settings_t o;
            gms_usual_t           usual;
            double sigma = exp(days[d / 2] * chance_normal(&chance).x);

            usual = usual_of(sessions[d % 2], days[d / 2]);
            o = settings_of(&usual, false);
            for (int i = 0; i < 10; i++) {
                gms_point_t p = chance_normal(&chance);

                shot[i] = (gms_counted_t) { { sigma * p.x, sigma * p.y },
                    (uint32_t) i + 1, 1, 30.0 * i, false };
            }
            give(&a, &o, shot, 10);
            found += a.findings > 0;
        }
        print_message("# days %.2f, %d sessions: %d of 1000\n", days[d / 2],
            sessions[d % 2], found);
        assert_in_range(found, 10, 50);
    }
}


static int
load(void **state)
{
    char err[1024];

    (void) state;
    return gms_rules_load(&book, "conf/advice.json", err, sizeof(err));
}


static int
unload(void **state)
{
    (void) state;
    gms_rulebook_free(&book);
    return 0;
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_is_compared_with_earlier_sessions),
        cmocka_unit_test(it_says_with_what),
        cmocka_unit_test(too_few_sessions_are_nobodys_habit),
        cmocka_unit_test(a_day_like_his_others_gets_few_findings),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load, unload);
}
