/* An end that was a mistake is undone for a minute, a start as long as no shot
 * has come. */

#include "t/lib/sample.h"

#include "worker/base/clock.h"


/* A command about a session so many seconds after the samples' instant. */
static int
tell(gms_scorebook_t *b, gms_input_kind_e kind, const char *id, double after_s,
    gms_event_t *out)
{
    gms_input_t input;

    sample_input(&input, kind);
    strcpy(input.session, id);
    input.real_ns += (int64_t) (after_s * GMS_S);
    input.mono_ns += (int64_t) (after_s * GMS_S);
    input.count = kind == GMS_INPUT_END;
    input.paper.what = GMS_PAPER_GONE_END;
    input.paper.expected = -1;
    input.paper.holes = 7;
    return sample_step(b, &input, out);
}


/* One more session, at this face; its id. */
static const char *
join(gms_scorebook_t *b, const char *face)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_start(&input, "");
    input.beside = true;
    strcpy(input.u.session.face.name, face);
    assert_int_equal(sample_step(b, &input, out), 1);
    return gms_scorebook_active(b)->id;
}


/* A book that was folded from the events' JSON is as sure as the live one. */
static void
reopened_it_is_as_it_was(void **state)
{
    gms_scorebook_t      b;
    gms_event_t          out[GMS_DECIDE_MAX];
    const gms_session_t *s;
    gms_input_t          input;
    gms_rounds_t         pace;
    char                 id[GMS_ID_SIZE];
    uint32_t             i;

    (void) state;

    sample_opened(&b);
    sample_input(&input, GMS_INPUT_PAPER);
    input.paper.what = GMS_PAPER_GONE_NEW;
    input.paper.expected = -1;
    input.paper.holes = 0;
    assert_int_equal(sample_step(&b, &input, out), 1);

    for (i = 1; i <= 3; i++) {
        assert_int_equal(sample_shoot(&b, i, i, 0), 1);
    }

    s = gms_scorebook_active(&b);
    strcpy(id, s->id);
    pace = s->pace;

    /* the paper, the round, the end */
    assert_int_equal(tell(&b, GMS_INPUT_END, "", 10, out), 3);
    assert_int_equal(s->rounds, 1);
    assert_int_equal(s->setup.tokens, 0);
    assert_int_equal(s->last_paper.what, GMS_PAPER_GONE_END);

    sample_input(&input, GMS_INPUT_REOPEN);
    input.mono_ns += 69 * GMS_S;
    strcpy(input.key, "undo");
    assert_int_equal(sample_step(&b, &input, out), 2);
    assert_int_equal(sample_step(&b, &input, out + 2), 0);
    assert_string_equal(gms_scorebook_answered(&b, &input)->session, id);
    assert_int_equal(out[0].kind, GMS_EVENT_SESSION_REOPENED);
    assert_ptr_equal(s, gms_scorebook_active(&b));
    assert_string_equal(s->id, id);
    assert_int_equal(s->state, GMS_SESSION_LIVE);
    assert_int_equal(s->ended_ns, 0);
    assert_int_equal(s->total.counted, 3);
    assert_int_equal(s->rounds, 0);
    assert_memory_equal(&s->pace, &pace, sizeof(pace));
    assert_int_equal(s->last_paper.what, GMS_PAPER_GONE_NEW);
    assert_int_equal(s->paper, 2);
    assert_int_equal(s->setup.tokens, 1);
    assert_int_equal(s->setup.token[0][0], 0xa5);

    /* and goes on: the next shot is of the same round, the next end is one */
    assert_int_equal(sample_shoot(&b, 4, 4, 0), 1);
    assert_int_equal(s->shot[3].shot.n, 4);
    assert_int_equal(tell(&b, GMS_INPUT_END, "", 80, out), 3);
    assert_int_equal(s->rounds, 1);
    assert_int_equal(s->round[0].last, 4);
    assert_int_equal(s->last_paper.shots, 4);
    gms_scorebook_free(&b);
}


static void
a_paused_one_is_paused_again(void **state)
{
    gms_scorebook_t b;
    gms_event_t     out[GMS_DECIDE_MAX];

    (void) state;

    sample_opened(&b);
    assert_int_equal(sample_command(&b, GMS_INPUT_PAUSE, ""), 1);
    assert_true(tell(&b, GMS_INPUT_END, "", 0, out) > 0);
    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, "", 1, out), 2);
    assert_int_equal(gms_scorebook_state(&b), GMS_LANE_PAUSED);
    gms_scorebook_free(&b);
}


static void
a_minute_is_all(void **state)
{
    static const struct {
        double      after_s;
        const char *boot_id; /* by the wall clock then */
        int         answer;
    } cases[] = {
        { 0, SAMPLE_BOOT, 2 },
        { 60, SAMPLE_BOOT, 2 },
        { 60.001, SAMPLE_BOOT, GMS_ESTALE },
        { 3600, SAMPLE_BOOT, GMS_ESTALE },
        { 59, "another boot", 2 },
        { 61, "another boot", GMS_ESTALE },
        { -1, "another boot", GMS_ESTALE },
    };
    gms_scorebook_t b;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];
    size_t          i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sample_opened(&b);
        assert_true(tell(&b, GMS_INPUT_END, "", 0, out) > 0);
        sample_input(&input, GMS_INPUT_REOPEN);
        input.real_ns += (int64_t) (cases[i].after_s * GMS_S);
        input.mono_ns += (int64_t) (cases[i].after_s * GMS_S);
        strcpy(input.boot_id, cases[i].boot_id);
        assert_int_equal(sample_step(&b, &input, out), cases[i].answer);
        gms_scorebook_free(&b);
    }
}


static void
what_never_ended_or_is_gone_is_not_reopened(void **state)
{
    gms_scorebook_t b;
    gms_event_t     out[GMS_DECIDE_MAX];
    char            id[GMS_ID_SIZE];

    (void) state;

    sample_fresh(&b);
    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, "", 0, out), GMS_ESTATE);
    assert_int_equal(sample_command(&b, GMS_INPUT_START, ""), 1);
    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, "", 0, out), GMS_ESTATE);
    strcpy(id, gms_scorebook_active(&b)->id);
    assert_true(tell(&b, GMS_INPUT_END, "", 0, out) > 0);

    /* the lane is somebody else's now, and idle again */
    assert_int_equal(sample_command(&b, GMS_INPUT_START, ""), 1);
    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, id, 1, out), GMS_ESTATE);
    assert_true(tell(&b, GMS_INPUT_END, "", 2, out) > 0);
    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, id, 3, out), GMS_ESTATE);
    gms_scorebook_free(&b);
}


static void
who_had_the_lane_has_it_again(void **state)
{
    gms_scorebook_t b;
    gms_event_t     out[GMS_DECIDE_MAX];
    char            anna[GMS_ID_SIZE], bob[GMS_ID_SIZE];
    int             i;

    (void) state;

    sample_fresh(&b);
    strcpy(bob, join(&b, "face"));
    strcpy(anna, join(&b, "face"));

    assert_true(tell(&b, GMS_INPUT_END, anna, 0.5, out) > 0);
    assert_string_equal(gms_scorebook_active(&b)->id, bob);
    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, anna, 1, out), 2);
    assert_string_equal(gms_scorebook_active(&b)->id, anna);

    /* who had it not leaves it to the others */
    assert_true(tell(&b, GMS_INPUT_END, bob, 2, out) > 0);
    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, bob, 3, out), 1);
    assert_string_equal(gms_scorebook_active(&b)->id, anna);

    /* nor does he take another paper down */
    strcpy(bob, join(&b, "another"));
    assert_true(tell(&b, GMS_INPUT_END, bob, 4, out) > 0);
    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, bob, 5, out), 1);
    assert_string_equal(gms_scorebook_active(&b)->setup.face.name, "face");

    /* and nobody is a fifth */
    assert_true(tell(&b, GMS_INPUT_END, bob, 6, out) > 0);

    for (i = gms_scorebook_open(&b); i < GMS_SESSIONS_OPEN_MAX; i++) {
        join(&b, "face");
    }

    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, bob, 7, out), GMS_ETOOBIG);
    gms_scorebook_free(&b);
}


static void
what_was_added_meanwhile_is_of_the_open_round(void **state)
{
    gms_scorebook_t      b;
    gms_event_t          out[GMS_DECIDE_MAX];
    gms_input_t          input;
    const gms_session_t *s;
    uint32_t             closed = 0;

    (void) state;

    sample_opened(&b);
    assert_int_equal(sample_shoot(&b, 1, 1, 0), 1);
    assert_true(tell(&b, GMS_INPUT_END, "", 0, out) > 0);
    s = gms_scorebook_shown(&b);

    sample_add(&input, s);
    input.u.correcting.placed = true;
    assert_int_equal(sample_step(&b, &input, out), 2);

    assert_int_equal(tell(&b, GMS_INPUT_REOPEN, "", 1, out), 2);
    assert_int_equal(s->rounds, 0);
    assert_int_equal(gms_session_round_first(s), 1);
    assert_int_equal(gms_session_round_of(s, &s->shot[1], &closed), 1);
    assert_int_equal(s->total.counted, 2);
    gms_scorebook_free(&b);
}


static void
a_start_is_undone_until_a_shot_comes(void **state)
{
    gms_scorebook_t b;
    gms_event_t     out[GMS_DECIDE_MAX];
    char            id[GMS_ID_SIZE];

    (void) state;

    sample_opened(&b);
    strcpy(id, gms_scorebook_active(&b)->id);
    assert_int_equal(tell(&b, GMS_INPUT_DISCARD, id, 1, out), 1);
    assert_int_equal(gms_scorebook_state(&b), GMS_LANE_IDLE);
    assert_null(gms_scorebook_shown(&b));

    /* that was the mistake */
    assert_int_equal(tell(&b, GMS_INPUT_RESUME, id, 2, out), 2);
    assert_string_equal(gms_scorebook_active(&b)->id, id);

    assert_int_equal(sample_shoot(&b, 1, 1, 0), 1);
    assert_int_equal(sample_drop(&b, 1, 0), 1);
    assert_int_equal(tell(&b, GMS_INPUT_DISCARD, id, 3, out), GMS_ESTATE);
    gms_scorebook_free(&b);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a session that is opened again is as it was",
          .test_func = reopened_it_is_as_it_was },
        { .name = "a paused one is paused again",
          .test_func = a_paused_one_is_paused_again },
        { .name = "a minute after the end it is too late",
          .test_func = a_minute_is_all },
        { .name = "what never ended, or before another began, is not opened",
          .test_func = what_never_ended_or_is_gone_is_not_reopened },
        { .name = "who had the lane has it again, but takes nobody's paper",
          .test_func = who_had_the_lane_has_it_again },
        { .name = "what was added meanwhile is of the round that is open again",
          .test_func = what_was_added_meanwhile_is_of_the_open_round },
        { .name = "a start is undone until a shot comes",
          .test_func = a_start_is_undone_until_a_shot_comes },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
