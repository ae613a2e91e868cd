/* Rounds by the times of the shots: recorded and made-up strings, and what a
 * session makes of them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ipc/error.h"
#include "t/lib/sample.h"
#include "worker/base/clock.h"
#include "worker/session/rounds.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SHOTS_MAX 200


/* Rounds of these times, 1, 2, ...; returns how many. */
static int
sort(const gms_rounds_rule_t *rule, const double *t_s, int n, int *round)
{
    gms_rounds_t r = { 0 };
    int          k = 0;

    for (int i = 0; i < n; i++) {
        int fresh = gms_rounds_shot(&r, rule, t_s[i]);

        assert_in_range(fresh, 0, i == 0 ? 1 : 2);
        k += fresh > 0;
        round[i] = k;
        if (fresh == 2) {
            round[i - 1] = k;
        }
    }
    return k;
}


static void
strings(void **state)
{
    static const struct {
        const char *what;
        double      t_s[12];
        int         n;
        int         round[12];
    } rows[] = {
        { "one shot", { 3 }, 1, { 1 } },
        { "a slow shot among others goes on", { 0, 10, 20, 55, 65, 75 }, 6,
            { 1, 1, 1, 1, 1, 1 } },
        { "a long pause, then the old rhythm", { 0, 10, 20, 70, 80, 90 }, 6,
            { 1, 1, 1, 2, 2, 2 } },
        { "who slows down splits nothing", { 0, 3, 6, 30, 54, 78 }, 6,
            { 1, 1, 1, 1, 1, 1 } },
        { "below the floor no pause counts", { 0, 0.4, 0.8, 5, 5.4, 5.8 }, 6,
            { 1, 1, 1, 1, 1, 1 } },
        { "a fast series before a slow one",
            { 0, 2, 4, 6, 120, 150, 180, 210 }, 8, { 1, 1, 1, 1, 2, 2, 2, 2 } },
        { "a stop ends a round whatever follows", { 0, 200, 600, 900 }, 4,
            { 1, 1, 2, 2 } },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int round[12];

        sort(&gms_rounds_usual, rows[i].t_s, rows[i].n, round);
        for (int k = 0; k < rows[i].n; k++) {
            if (round[k] != rows[i].round[k]) {
                fail_msg("%s: shot %d in round %d, not %d", rows[i].what, k + 1,
                    round[k], rows[i].round[k]);
            }
        }
    }
}


static void
counted(void **state)
{
    gms_rounds_rule_t rule = gms_rounds_usual;
    double            t_s[20];
    int               round[20];

    (void) state;
    rule.shots = 5;
    for (int i = 0; i < 20; i++) {
        t_s[i] = 10 * i;
    }
    assert_int_equal(sort(&rule, t_s, 20, round), 4);
    assert_int_equal(round[4], 1);
    assert_int_equal(round[5], 2);
}


/* What a timer is told: pending after the pause, closed after the stop. */
static void
told_in_time(void **state)
{
    const gms_rounds_rule_t *rule = &gms_rounds_usual;
    gms_rounds_t             r = { 0 };
    double                   due_s;

    (void) state;
    assert_int_equal(gms_rounds_at(&r, rule, 1e6), GMS_ROUND_OPEN);
    assert_true(isinf(gms_rounds_due_s(&r, rule, 0)));
    for (int i = 0; i < 4; i++) {
        gms_rounds_shot(&r, rule, 10 * i);
    }
    due_s = gms_rounds_due_s(&r, rule, 31);
    assert_float_equal(due_s, 70, 1e-9);
    assert_int_equal(gms_rounds_at(&r, rule, due_s), GMS_ROUND_OPEN);
    assert_int_equal(gms_rounds_at(&r, rule, due_s + 0.001), GMS_ROUND_PENDING);
    assert_float_equal(gms_rounds_due_s(&r, rule, 100), 330, 1e-9);
    assert_int_equal(gms_rounds_at(&r, rule, 331), GMS_ROUND_CLOSED);
}


static const struct {
    const char *file;
    int         breaks;
} recorded[] = {
    { "real_megalink_50m_65shots", 2 },
    { "real_practical_29_splits", 0 },
    { "synthetic_25m_duel_6x5", 5 },
    { "synthetic_25m_precision_6x5", 5 },
    { "synthetic_rfp_8_6_4", 11 },
    { "synthetic_practical_stages", 4 },
    { "synthetic_standard_pistol", 11 },
    { "synthetic_nra_bullseye_900", 5 },
    { "synthetic_casual_5shot_groups", 7 },
};


static int
read_file(const char *name, double *t_s, int *label)
{
    const char *shared = getenv("GMS_SHARED");
    char        path[1024], line[256];
    FILE       *f;
    int         n = 0;

    snprintf(path, sizeof(path), "%s/reference/cadence/%s.csv",
        shared ? shared : "../shared", name);
    f = fopen(path, "r");
    if (f == NULL) {
        print_message("# SKIP no reference data: %s\n", name);
        skip();
    }
    while (fgets(line, sizeof(line), f) != NULL) {
        if (sscanf(line, "%lf,%d", &t_s[n], &label[n]) == 2) {
            assert_true(++n < SHOTS_MAX);
        }
    }
    fclose(f);
    return n;
}


static void
recordings(void **state)
{
    (void) state;
    for (size_t i = 0; i < COUNT(recorded); i++) {
        double t_s[SHOTS_MAX];
        int    label[SHOTS_MAX], round[SHOTS_MAX], hits = 0;
        int    n = read_file(recorded[i].file, t_s, label);

        assert_true(n > 0);
        sort(&gms_rounds_usual, t_s, n, round);
        for (int k = 1; k < n; k++) {
            bool is = label[k] != label[k - 1], found = round[k] != round[k - 1];

            if (is != found) {
                fail_msg("%s: break before shot %d %s", recorded[i].file,
                    k + 1, is ? "missed" : "invented");
            }
            hits += is;
        }
        assert_int_equal(hits, recorded[i].breaks);
    }
}


/* A shot at this second; the events that it makes. */
static int
shoot_at(gms_scorebook_t *s, uint32_t hole, double t_s, gms_event_t *out)
{
    gms_input_t input;

    sample_shot(&input, hole, 1, 1);
    input.u.shot.frame_mono_ns = GMS_S + (int64_t) (t_s * (double) GMS_S);
    return sample_step(s, &input, out);
}


static void
check_round(const gms_event_t *event, uint32_t round, uint32_t first,
    uint32_t last, gms_round_by_e by)
{
    assert_int_equal(event->kind, GMS_EVENT_ROUND);
    assert_int_equal(event->u.round.round, round);
    assert_int_equal(event->u.round.first, first);
    assert_int_equal(event->u.round.last, last);
    assert_int_equal(event->u.round.by, by);
}


static void
rounds_close_by_pause_and_stop(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];
    uint32_t      n;

    (void) state;

    sample_opened(&s);
    for (n = 1; n <= 4; n++) {
        assert_int_equal(shoot_at(&s, n, 10 * n, out), 1);
    }

    /* the shot after a pause alone proves nothing */
    assert_int_equal(shoot_at(&s, 5, 140, out), 1);
    assert_int_equal(sample_session(&s)->rounds, 0);
    assert_int_equal(shoot_at(&s, 6, 150, out), 2);
    check_round(&out[1], 1, 1, 4, GMS_ROUND_BY_PAUSE);

    /* nobody shoots any more */
    sample_input(&input, GMS_INPUT_TIME);
    input.mono_ns = GMS_S + 150 * GMS_S + 299 * GMS_S;
    assert_int_equal(sample_step(&s, &input, out), 0);
    input.mono_ns += 2 * GMS_S;
    assert_int_equal(sample_step(&s, &input, out), 1);
    check_round(&out[0], 2, 5, 6, GMS_ROUND_BY_STOP);
    assert_int_equal(sample_step(&s, &input, out), 0);

    assert_int_equal(shoot_at(&s, 7, 800, out), 1);
    assert_int_equal(shoot_at(&s, 8, 1200, out), 2); /* no timer came */
    check_round(&out[1], 3, 7, 7, GMS_ROUND_BY_STOP);
    gms_scorebook_free(&s);
}


static void
rounds_close_by_count_and_command(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];
    uint32_t      n;

    (void) state;

    sample_fresh(&s);
    sample_start(&input, "");
    input.u.session.rounds.shots = 3;
    assert_int_equal(sample_step(&s, &input, out), 1);

    for (n = 1; n <= 6; n++) {
        assert_int_equal(shoot_at(&s, n, 10 * n, out), n % 3 == 0 ? 2 : 1);
    }
    check_round(&out[1], 2, 4, 6, GMS_ROUND_BY_COUNT);

    assert_int_equal(sample_command(&s, GMS_INPUT_ROUND, "k"), 0); /* it is empty */
    assert_int_equal(shoot_at(&s, 7, 80, out), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_ROUND, "k"), 1);
    assert_int_equal(sample_session(&s)->round[2].first, 7);
    assert_int_equal(sample_session(&s)->round[2].by, GMS_ROUND_BY_COMMAND);
    assert_int_equal(shoot_at(&s, 8, 90, out), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_ROUND, "k"), 0); /* a repeat */
    assert_int_equal(sample_command(&s, GMS_INPUT_END, ""), 2);
    assert_int_equal(sample_command(&s, GMS_INPUT_ROUND, ""), GMS_ESTATE);
    gms_scorebook_free(&s);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a pause that shots follow ends a round, a slow shot does not",
            .test_func = strings },
        { .name = "a round may have a number of shots",
            .test_func = counted },
        { .name = "a timer is told when a pause may be the end",
            .test_func = told_in_time },
        { .name = "recorded strings fall into their rounds",
            .test_func = recordings },
        { .name = "rounds end with a pause that shots follow, or a stop",
            .test_func = rounds_close_by_pause_and_stop },
        { .name = "rounds end with their shots, or by a person's word",
            .test_func = rounds_close_by_count_and_command },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("rounds", tests, NULL, NULL);
}
