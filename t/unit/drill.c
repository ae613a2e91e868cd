/* Drills: what shots make of each rule, and how a session does them. */

#include "t/lib/sample.h"

#include <math.h>
#include <stdlib.h>

#include "worker/base/clock.h"
#include "worker/library/rules.h"
#include "worker/session/tips.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RING_MM 8.0

/* A shot after so many seconds, worth that, at this place in widths of a
 * ring. */
typedef struct {
    double t_s;
    int    tenths;
    double x;
    double y;
} fired_t;

typedef struct {
    const char       *what;
    const char       *judge;
    double            passed_s;
    gms_drill_state_e state;
    int               shots;
    int               hits;
    double            figure;
    fired_t           fired[6];
    int               n;
} row_t;

#define RINGS "{\"rule\":\"rings\",\"shots\":3,\"hits\":2,\"value\":9.5}"
#define FAST                                                                   \
    "{\"rule\":\"rings\",\"shots\":3,\"hits\":2,\"value\":9,\"time_s\":20}"
#define STREAK "{\"rule\":\"streak\",\"shots\":6,\"hits\":2,\"value\":9}"
#define AVERAGE "{\"rule\":\"average\",\"shots\":2,\"value\":9}"
#define GROUP "{\"rule\":\"group\",\"shots\":2,\"widths\":1}"
#define CENTRE "{\"rule\":\"centre\",\"shots\":2,\"widths\":0.5}"
#define HEIGHT "{\"rule\":\"height\",\"shots\":2,\"widths\":1}"
#define WIDTH "{\"rule\":\"width\",\"shots\":2,\"widths\":1}"
#define PAIRS "{\"rule\":\"pairs\",\"shots\":4,\"hits\":1,\"widths\":1}"
#define PACE                                                                   \
    "{\"rule\":\"pace\",\"shots\":3,\"hits\":2,\"least_s\":5,\"most_s\":10}"
#define SLOW "{\"rule\":\"pace\",\"shots\":2,\"hits\":1,\"least_s\":45}"
#define RHYTHM "{\"rule\":\"rhythm\",\"shots\":3,\"ratio\":0.25}"
#define QUIET "{\"rule\":\"quiet\",\"time_s\":60}"

static const row_t rows[] = {
    { "nothing was fired", RINGS, 99, GMS_DRILL_RUNNING, 0, 0, NAN,
        { { 0, 0, 0, 0 } }, 0 },
    { "the last shot has not come", RINGS, 9, GMS_DRILL_RUNNING, 2, 2, NAN,
        { { 1, 95, 0, 0 }, { 2, 109, 0, 0 } }, 2 },
    { "exactly the value is a hit", RINGS, 9, GMS_DRILL_PASSED, 3, 2, NAN,
        { { 1, 95, 0, 0 }, { 2, 94, 0, 0 }, { 3, 95, 0, 0 } }, 3 },
    { "a tenth less is none", RINGS, 9, GMS_DRILL_FAILED, 3, 1, NAN,
        { { 1, 94, 0, 0 }, { 2, 94, 0, 0 }, { 3, 109, 0, 0 } }, 3 },
    { "what comes after the last does not count", RINGS, 9, GMS_DRILL_FAILED, 3,
        1, NAN,
        { { 1, 94, 0, 0 }, { 2, 94, 0, 0 }, { 3, 109, 0, 0 },
            { 4, 109, 0, 0 } },
        4 },
    { "the time is over, and it was enough", FAST, 20, GMS_DRILL_PASSED, 2, 2,
        NAN, { { 1, 90, 0, 0 }, { 2, 90, 0, 0 } }, 2 },
    { "the time is over, and it was not", FAST, 20, GMS_DRILL_FAILED, 1, 1, NAN,
        { { 1, 90, 0, 0 } }, 1 },
    { "a shot behind the time does not count", FAST, 30, GMS_DRILL_FAILED, 1, 1,
        NAN, { { 1, 90, 0, 0 }, { 20.1, 90, 0, 0 } }, 2 },
    { "a shot in its last moment does", FAST, 30, GMS_DRILL_PASSED, 2, 2, NAN,
        { { 1, 90, 0, 0 }, { 20, 90, 0, 0 } }, 2 },
    { "a row is done with its last shot", STREAK, 9, GMS_DRILL_PASSED, 2, 2,
        NAN, { { 1, 90, 0, 0 }, { 2, 90, 0, 0 } }, 2 },
    { "a worse one begins it anew", STREAK, 9, GMS_DRILL_RUNNING, 3, 1, NAN,
        { { 1, 90, 0, 0 }, { 2, 80, 0, 0 }, { 3, 90, 0, 0 } }, 3 },
    { "all of them are fired", STREAK, 9, GMS_DRILL_FAILED, 6, 0, NAN,
        { { 1, 90, 0, 0 }, { 2, 0, 0, 0 }, { 3, 90, 0, 0 }, { 4, 0, 0, 0 },
            { 5, 90, 0, 0 }, { 6, 0, 0, 0 } },
        6 },
    { "an average", AVERAGE, 9, GMS_DRILL_PASSED, 2, 0, 90,
        { { 1, 80, 0, 0 }, { 2, 100, 0, 0 } }, 2 },
    { "an average below", AVERAGE, 9, GMS_DRILL_FAILED, 2, 0, 89.5,
        { { 1, 80, 0, 0 }, { 2, 99, 0, 0 } }, 2 },
    { "a group wherever it lies", GROUP, 9, GMS_DRILL_PASSED, 2, 0, 1,
        { { 1, 0, 4, 5 }, { 2, 0, 6, 5 } }, 2 },
    { "a group that is too large", GROUP, 9, GMS_DRILL_FAILED, 2, 0, 1.5,
        { { 1, 0, 4, 5 }, { 2, 0, 7, 5 } }, 2 },
    { "the middle of two", CENTRE, 9, GMS_DRILL_PASSED, 2, 0, 0.5,
        { { 1, 0, -2, 0 }, { 2, 0, 3, 0 } }, 2 },
    { "their middle beside the aim", CENTRE, 9, GMS_DRILL_FAILED, 2, 0, 5,
        { { 1, 0, 3, 4 }, { 2, 0, 3, 4 } }, 2 },
    { "wide, but not high", HEIGHT, 9, GMS_DRILL_PASSED, 2, 0, 0,
        { { 1, 0, -9, 1 }, { 2, 0, 9, 1 } }, 2 },
    { "high", HEIGHT, 9, GMS_DRILL_FAILED, 2, 0, 2 * M_SQRT2,
        { { 1, 0, 0, -2 }, { 2, 0, 0, 2 } }, 2 },
    { "wide", WIDTH, 9, GMS_DRILL_FAILED, 2, 0, 2 * M_SQRT2,
        { { 1, 0, -2, 0 }, { 2, 0, 2, 0 } }, 2 },
    { "first and second, third and fourth are pairs", PAIRS, 9,
        GMS_DRILL_FAILED, 4, 0, NAN,
        { { 1, 0, 0, 0 }, { 2, 0, 5, 0 }, { 3, 0, 5, 0 }, { 4, 0, 0, 0 } }, 4 },
    { "one pair lies together", PAIRS, 9, GMS_DRILL_PASSED, 4, 1, NAN,
        { { 1, 0, 0, 0 }, { 2, 0, 5, 0 }, { 3, 0, 5, 0 }, { 4, 0, 5, 1 } }, 4 },
    { "not too fast, not too slow", PACE, 99, GMS_DRILL_PASSED, 3, 2, NAN,
        { { 30, 0, 0, 0 }, { 35, 0, 0, 0 }, { 45, 0, 0, 0 } }, 3 },
    { "once too slow", PACE, 99, GMS_DRILL_FAILED, 3, 1, NAN,
        { { 30, 0, 0, 0 }, { 35, 0, 0, 0 }, { 45.1, 0, 0, 0 } }, 3 },
    { "as slow as one likes", SLOW, 999, GMS_DRILL_PASSED, 2, 1, NAN,
        { { 1, 0, 0, 0 }, { 900, 0, 0, 0 } }, 2 },
    { "even pauses", RHYTHM, 99, GMS_DRILL_PASSED, 3, 0, 0,
        { { 10, 0, 0, 0 }, { 20, 0, 0, 0 }, { 30, 0, 0, 0 } }, 3 },
    { "uneven pauses", RHYTHM, 99, GMS_DRILL_FAILED, 3, 0, M_SQRT2 / 2,
        { { 10, 0, 0, 0 }, { 20, 0, 0, 0 }, { 50, 0, 0, 0 } }, 3 },
    { "quiet until now", QUIET, 59, GMS_DRILL_RUNNING, 0, 0, NAN,
        { { 0, 0, 0, 0 } }, 0 },
    { "quiet to the end", QUIET, 60, GMS_DRILL_PASSED, 0, 0, NAN,
        { { 0, 0, 0, 0 } }, 0 },
    { "a shot in the quiet", QUIET, 31, GMS_DRILL_FAILED, 1, 0, NAN,
        { { 30, 0, 0, 0 } }, 1 },
    { "a shot after it", QUIET, 61, GMS_DRILL_PASSED, 0, 0, NAN,
        { { 60.5, 0, 0, 0 } }, 1 },
};


static gms_drill_task_t
task_of(const char *text)
{
    gms_drill_task_t task;
    const char      *member = "", *what = "";
    cJSON           *json = cJSON_Parse(text);

    memset(&task, 0, sizeof(task));
    strcpy(task.id, "sample");
    if (!gms_drill_read(&task, json, &member, &what)) {
        fail_msg("%s: /%s: %s", text, member, what);
    }
    cJSON_Delete(json);
    return task;
}


static void
rules(void **state)
{
    unsigned seen = 0;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const row_t         *r = &rows[i];
        gms_drill_task_t     task = task_of(r->judge);
        gms_drill_shot_t     shot[COUNT(r->fired)];
        gms_drill_progress_t p;

        for (int k = 0; k < r->n; k++) {
            shot[k] =
                (gms_drill_shot_t){ r->fired[k].t_s, r->fired[k].x * RING_MM,
                    r->fired[k].y * RING_MM, r->fired[k].tenths, true };
        }
        p = gms_drill_judge(&task, RING_MM, shot, r->n, r->passed_s);
        seen |= 1U << task.rule;
        if (p.state != r->state || p.shots != r->shots || p.hits != r->hits
            || (isnan(r->figure) ? !isnan(p.figure)
                                 : !(fabs(p.figure - r->figure) < 1e-9)))
        {
            fail_msg("%s: state %d, %d shots, %d hits, %g", r->what, p.state,
                p.shots, p.hits, p.figure);
        }
    }
    /* each rule has its rows */
    assert_int_equal(seen, (1U << GMS_DRILL_RULES) - 2);
}


/* Shots without a place, faces without rings. */
static void
places(void **state)
{
    gms_drill_task_t task = task_of(GROUP);
    gms_drill_shot_t shot[2] = { { 1, 90, 0, 0, true },
        { 2, 90, 0, 0, false } };

    (void) state;
    assert_true(gms_drill_needs_rings(&task));
    assert_int_equal(
        gms_drill_judge(&task, RING_MM, shot, 2, 3).state, GMS_DRILL_FAILED);
    shot[1].placed = true;
    assert_int_equal(
        gms_drill_judge(&task, RING_MM, shot, 2, 3).state, GMS_DRILL_PASSED);
    assert_int_equal(
        gms_drill_judge(&task, 0, shot, 2, 3).state, GMS_DRILL_FAILED);
    task = task_of(RINGS);
    assert_false(gms_drill_needs_rings(&task));
    task.rule = GMS_DRILL_NONE;
    assert_int_equal(
        gms_drill_judge(&task, RING_MM, shot, 2, 9e9).state, GMS_DRILL_RUNNING);
}


static void
faults(void **state)
{
    static const struct {
        const char *judge;
        const char *member;
    } wrong[] = {
        { "{}", "rule" },
        { "{\"rule\":\"luck\",\"shots\":3}", "rule" },
        { "{\"rule\":\"rings\",\"hits\":2,\"value\":9}", "shots" },
        { "{\"rule\":\"rings\",\"shots\":61,\"hits\":2,\"value\":9}", "shots" },
        { "{\"rule\":\"rings\",\"shots\":2.5,\"hits\":2,\"value\":9}",
            "shots" },
        { "{\"rule\":\"rings\",\"shots\":3,\"hits\":4,\"value\":9}", "hits" },
        { "{\"rule\":\"rings\",\"shots\":3,\"hits\":0,\"value\":9}", "hits" },
        { "{\"rule\":\"rings\",\"shots\":3,\"hits\":2,\"value\":11}", "value" },
        { "{\"rule\":\"rings\",\"shots\":3,\"hits\":2}", "value" },
        { "{\"rule\":\"rings\",\"shots\":3,\"hits\":2,\"value\":9,"
          "\"widths\":1}",
            "widths" },
        { "{\"rule\":\"pairs\",\"shots\":4,\"hits\":3,\"widths\":1}", "hits" },
        { "{\"rule\":\"pace\",\"shots\":3,\"hits\":3,\"least_s\":5}", "hits" },
        { "{\"rule\":\"pace\",\"shots\":3,\"hits\":2,\"least_s\":5,"
          "\"most_s\":4}",
            "most_s" },
        { "{\"rule\":\"group\",\"shots\":3,\"widths\":-1}", "widths" },
        { "{\"rule\":\"group\",\"shots\":3,\"widths\":1,\"time_s\":0}",
            "time_s" },
        { "{\"rule\":\"quiet\"}", "time_s" },
        { "{\"rule\":\"quiet\",\"time_s\":9,\"shots\":3}", "shots" },
        { "{\"rule\":\"rhythm\",\"shots\":3,\"ratio\":0.2,\"most_s\":3}",
            "most_s" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        gms_drill_task_t task;
        const char      *member = "", *what = "";
        cJSON           *json = cJSON_Parse(wrong[i].judge);

        memset(&task, 0, sizeof(task));
        assert_non_null(json);
        if (gms_drill_read(&task, json, &member, &what)) {
            fail_msg("%s is taken", wrong[i].judge);
        }
        assert_string_equal(member, wrong[i].member);
        assert_true(what[0] != '\0');
        cJSON_Delete(json);
    }
}


/* What is shipped: many, each with a rule that is read back as it is. */
static void
shipped(void **state)
{
    gms_rulebook_t book;
    char           err[512];

    (void) state;
    assert_int_equal(
        gms_rules_load(&book, "conf/advice.json", err, sizeof(err)), GMS_OK);
    assert_true(book.drills >= 20);

    for (int i = 0; i < book.drills; i++) {
        const gms_drill_t *drill = &book.drill[i];
        cJSON             *json = gms_drill_to_json(&drill->task);
        gms_drill_task_t   back = drill->task;
        const char        *member, *what;

        assert_true(drill->aim[0] != '\0');
        assert_true(cJSON_GetArraySize(drill->steps) >= 2);
        assert_true(drill->task.rule != GMS_DRILL_NONE);
        assert_true(drill->task.shots > 0 || drill->task.time_s > 0);
        back.rule = GMS_DRILL_NONE;
        back.limit = back.most_s = back.time_s = 0;
        back.shots = back.hits = 0;
        assert_true(gms_drill_read(&back, json, &member, &what));
        assert_memory_equal(&back, &drill->task, sizeof(back));
        assert_ptr_equal(gms_rulebook_find_drill(&book, drill->id), drill);
        cJSON_Delete(json);
    }
    assert_null(gms_rulebook_find_drill(&book, "none"));
    gms_rulebook_free(&book);
}


/* A session, and the seconds that have passed on it. */
typedef struct {
    gms_scorebook_t book;
    double          t_s;
    uint32_t        hole;
    gms_event_t     out[GMS_DECIDE_MAX];
} play_t;


static int
take(play_t *p, gms_input_t *input)
{
    input->real_ns += (int64_t) (p->t_s * 1e9);
    input->mono_ns += (int64_t) (p->t_s * 1e9);
    return sample_step(&p->book, input, p->out);
}


static int
fire(play_t *p, double x_mm)
{
    gms_input_t input;

    sample_shot(&input, ++p->hole, x_mm, 0);
    input.u.shot.frame_real_ns += (int64_t) (p->t_s * 1e9);
    input.u.shot.frame_mono_ns += (int64_t) (p->t_s * 1e9);
    return take(p, &input);
}


static int
say(play_t *p, bool hold, const char *judge)
{
    gms_input_t input;

    sample_input(&input, GMS_INPUT_TIP);
    strcpy(input.u.tip.text, "Mind the grip");
    strcpy(input.u.tip.author, "coach");
    input.u.tip.hold = hold;
    if (judge != NULL) {
        input.u.tip.drill = task_of(judge);
    }
    return take(p, &input);
}


static int
change(play_t *p, uint32_t tip, gms_tip_change_e what)
{
    gms_input_t input;

    sample_input(&input, GMS_INPUT_TIP_CHANGE);
    input.u.tip_changed.tip = tip;
    input.u.tip_changed.what = what;
    return take(p, &input);
}


/* Time passes; the kind of what comes of it, 0: nothing. */
static gms_event_kind_e
wait(play_t *p, double s)
{
    gms_session_instant_t now;
    gms_input_t           input;
    int                   n;
    bool                  due;

    p->t_s += s;
    sample_input(&input, GMS_INPUT_TIME);
    now.real_ns = input.real_ns + (int64_t) (p->t_s * 1e9);
    now.mono_ns = input.mono_ns + (int64_t) (p->t_s * 1e9);
    strcpy(now.boot_id, SAMPLE_BOOT);
    due = gms_scorebook_is_due(&p->book, &now, 0);
    n = take(p, &input);
    assert_true(n <= 1 && due == (n == 1));
    return n > 0 ? p->out[0].kind : 0;
}


static const gms_session_tip_t *
running(const play_t *p)
{
    return gms_tips_running(sample_session(&p->book));
}


static void
done(void **state)
{
    play_t p;

    (void) state;
    memset(&p, 0, sizeof(p));
    sample_opened(&p.book);
    assert_int_equal(fire(&p, 0), 1);
    assert_int_equal(say(&p, false, RINGS), 1);
    assert_int_equal(p.out[0].u.tip.tip, 1);
    assert_non_null(running(&p));

    /* the shot of before is none of its */
    p.t_s += 5;
    fire(&p, 0);
    fire(&p, 0);
    assert_int_equal(wait(&p, 1), 0);

    /* one that is taken back is none either */
    sample_drop(&p.book, 3, 3);
    fire(&p, 40);
    assert_int_equal(wait(&p, 1), 0);
    fire(&p, 0);
    assert_int_equal(wait(&p, 1), GMS_EVENT_DRILL);
    assert_true(p.out[0].u.drill.passed);
    assert_int_equal(p.out[0].u.drill.shots, 3);
    assert_int_equal(p.out[0].u.drill.hits, 2);
    assert_null(running(&p));
    assert_int_equal(wait(&p, 1), 0);

    /* another that is not done takes its place, and gives way to a third */
    assert_int_equal(say(&p, false, RINGS), 1);
    assert_int_equal(running(&p)->event.tip, 2);
    assert_int_equal(say(&p, false, QUIET), 1);
    assert_int_equal(running(&p)->event.tip, 3);
    assert_int_equal(wait(&p, 59), 0);
    assert_int_equal(wait(&p, 2), GMS_EVENT_DRILL);
    assert_true(p.out[0].u.drill.passed);
    assert_int_equal(p.out[0].u.drill.tip, 3);

    /* one that is taken back brings none of those before back */
    assert_int_equal(say(&p, false, RINGS), 1);
    assert_int_equal(say(&p, false, QUIET), 1);
    assert_int_equal(change(&p, 5, GMS_TIP_WITHDRAWN), 1);
    assert_null(running(&p));
    gms_scorebook_free(&p.book);
}


/* It waits until who shoots pauses, and so does its drill. */
static void
held(void **state)
{
    const gms_session_t *s;
    play_t               p;

    (void) state;
    memset(&p, 0, sizeof(p));
    sample_opened(&p.book);

    /* nobody is in a round */
    assert_int_equal(say(&p, true, NULL), 1);
    assert_false(p.out[0].u.tip.hold);

    for (int i = 0; i < 4; i++) {
        p.t_s += 10;
        fire(&p, 0);
    }
    assert_int_equal(say(&p, true, RINGS), 1);
    assert_int_equal(say(&p, true, NULL), 1);
    s = sample_session(&p.book);
    assert_true(gms_tip_is_held(&s->tip[1]));
    assert_null(running(&p));
    assert_int_equal(change(&p, 2, GMS_TIP_ACKNOWLEDGED), GMS_ESTATE);
    p.t_s += 10;
    fire(&p, 0);
    assert_int_equal(wait(&p, 5), 0);
    assert_null(running(&p));

    /* a pause: the first, then the next */
    assert_int_equal(wait(&p, 60), GMS_EVENT_TIP_CHANGED);
    assert_int_equal(p.out[0].u.tip_changed.tip, 2);
    assert_int_equal(p.out[0].u.tip_changed.what, GMS_TIP_TOLD);
    assert_int_equal(running(&p)->first, 6);
    assert_int_equal(wait(&p, 0), GMS_EVENT_TIP_CHANGED);
    assert_int_equal(p.out[0].u.tip_changed.tip, 3);
    assert_int_equal(wait(&p, 1), 0);
    assert_int_equal(change(&p, 2, GMS_TIP_ACKNOWLEDGED), 1);
    assert_int_equal(change(&p, 2, GMS_TIP_ACKNOWLEDGED), 0);
    assert_true(s->tip[1].acknowledged_ns > s->tip[1].told_ns);
    gms_scorebook_free(&p.book);
}


static void
refused(void **state)
{
    gms_input_t input;
    play_t      p;

    (void) state;
    memset(&p, 0, sizeof(p));
    sample_fresh(&p.book);
    assert_int_equal(say(&p, false, NULL), GMS_ESTATE);
    gms_scorebook_free(&p.book);
    sample_opened(&p.book);
    assert_int_equal(change(&p, 1, GMS_TIP_WITHDRAWN), GMS_ENOTFOUND);
    assert_int_equal(change(&p, 0, GMS_TIP_WITHDRAWN), GMS_ENOTFOUND);

    sample_input(&input, GMS_INPUT_TIP);
    assert_int_equal(take(&p, &input), GMS_EINVALID); /* it says nothing */
    strcpy(input.u.tip.text, "two\nlines");
    assert_int_equal(take(&p, &input), GMS_EINVALID);
    strcpy(input.u.tip.text, "one");
    input.u.tip.shot = 1;
    assert_int_equal(take(&p, &input), GMS_EINVALID); /* nothing was fired */
    input.u.tip.shot = 0;
    input.u.tip.to = GMS_TIP_COACH;
    input.u.tip.drill = task_of(RINGS);
    assert_int_equal(take(&p, &input), GMS_EINVALID);
    input.u.tip.drill.id[0] = '\0';
    assert_int_equal(take(&p, &input), 1);

    /* a note is nobody's to acknowledge */
    assert_int_equal(change(&p, 1, GMS_TIP_ACKNOWLEDGED), GMS_ESTATE);

    for (int i = 1; i < GMS_SESSION_TIPS_MAX; i++) {
        assert_int_equal(say(&p, false, NULL), 1);
    }
    assert_int_equal(say(&p, false, NULL), GMS_ETOOBIG);
    gms_scorebook_free(&p.book);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "each rule of a drill judges its shots", .test_func = rules },
        { .name = "a group needs places, and a face with rings",
            .test_func = places },
        { .name = "a rule that says too little or too much is refused",
            .test_func = faults },
        { .name = "the shipped drills have aim, steps and a rule",
            .test_func = shipped },
        { .name = "a drill counts the shots behind it that stand",
            .test_func = done },
        { .name = "what is held is told when who shoots pauses",
            .test_func = held },
        { .name = "what cannot be said is refused", .test_func = refused },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("drill", tests, NULL, NULL);
}
