/* Courses of fire: what their commands mean for shots, and what is shipped. */

#include "t/lib/sample.h"

#include <math.h>
#include <stdlib.h>

#include "ipc/grammar.h"
#include "worker/base/conf.h"
#include "worker/session/conduct.h"

#define COURSES_MAX 32

static gms_course_t shipped[COURSES_MAX];
static int          shippeds;


static int
load(void **state)
{
    char           err[512];
    gms_grammar_t *g = gms_grammar_create();
    cJSON         *json;
    const cJSON   *item;

    (void) state;
    if (gms_conf_read(g, "conf/targets.conf", err, sizeof(err)) != GMS_OK
        || gms_conf_read(g, "conf/courses.conf", err, sizeof(err)) != GMS_OK
        || gms_grammar_finish(g) != GMS_OK)
    {
        print_error("%s%s\n", err, gms_grammar_message(g));
        return 1;
    }
    json = cJSON_Parse(gms_grammar_json(g, NULL, NULL));
    cJSON_ArrayForEach(
        item, cJSON_GetObjectItemCaseSensitive(json, "courses"))
    {
        if (gms_course_from_json(&shipped[shippeds++], item, err, sizeof(err))
            != GMS_OK)
        {
            print_error("%s\n", err);
            return 1;
        }
    }
    cJSON_Delete(json);
    gms_grammar_destroy(g);
    return 0;
}


static const gms_course_t *
course_of(const char *name)
{
    for (int i = 0; i < shippeds; i++) {
        if (strcmp(shipped[i].name, name) == 0) {
            return &shipped[i];
        }
    }
    fail_msg("no course %s", name);
    return NULL;
}


/* A lane, and the seconds that have passed on it. */
typedef struct {
    gms_scorebook_t book;
    double          t_s;
    uint32_t        hole;
    gms_event_t     out[GMS_DECIDE_MAX];
    char           *journal[2000];
    gms_event_t     told[2000];
    int             events;
} play_t;


static void
at(const play_t *p, gms_input_t *input)
{
    input->real_ns += (int64_t) (p->t_s * 1e9);
    input->mono_ns += (int64_t) (p->t_s * 1e9);
}


static int
take(play_t *p, const gms_input_t *input)
{
    int n = sample_step(&p->book, input, p->out);

    for (int i = 0; i < n; i++) {
        p->told[p->events] = p->out[i];
        p->journal[p->events++] = gms_event_to_json(&p->out[i], "lane1");
    }
    return n;
}


static void
begin(play_t *p, const gms_course_t *course)
{
    gms_input_t input;

    memset(p, 0, sizeof(*p));
    sample_fresh(&p->book);
    sample_start(&input, "");
    input.u.session.course = *course;
    assert_int_equal(take(p, &input), 1);
}


static void
end(play_t *p)
{
    for (int i = 0; i < p->events; i++) {
        free(p->journal[i]);
    }
    gms_scorebook_free(&p->book);
}


static int
command(play_t *p, gms_course_command_e what)
{
    gms_input_t input;

    sample_input(&input, GMS_INPUT_COURSE);
    at(p, &input);
    input.u.course.command = what;
    strcpy(input.u.course.author, "coach");
    return take(p, &input);
}


/* Fired now; the number of events. */
static int
fire(play_t *p)
{
    gms_input_t input;

    sample_shot(&input, ++p->hole, 1, 2);
    at(p, &input);
    input.u.shot.frame_real_ns = input.real_ns;
    input.u.shot.frame_mono_ns = input.mono_ns;
    return take(p, &input);
}


static const gms_session_shot_t *
last(const play_t *p)
{
    const gms_session_t *s = sample_session(&p->book);

    return &s->shot[s->shots - 1];
}


static gms_session_instant_t
now(const play_t *p)
{
    gms_input_t           input;
    gms_session_instant_t i;

    sample_input(&input, GMS_INPUT_TIME);
    at(p, &input);
    i.real_ns = input.real_ns;
    i.mono_ns = input.mono_ns;
    strcpy(i.boot_id, input.boot_id);
    return i;
}


/* The lane's own timer. */
static int
tick(play_t *p)
{
    gms_input_t           input;
    gms_session_instant_t i = now(p);
    bool                  due = gms_scorebook_is_due(&p->book, &i, 0);
    int                   n;

    sample_input(&input, GMS_INPUT_TIME);
    at(p, &input);
    n = take(p, &input);
    assert_int_equal(due, n > 0);
    return n;
}


static void
phase_is(const play_t *p, gms_course_phase_e phase, double left_s)
{
    gms_session_instant_t i = now(p);
    double                left;

    assert_string_equal(gms_course_phase_name[gms_conduct_phase(
                            sample_session(&p->book), &i, &left)],
        gms_course_phase_name[phase]);
    if (isfinite(left_s)) {
        assert_float_equal(left, left_s, 1e-6);
    } else {
        assert_int_equal(isfinite(left), 0);
    }
}


static void
window_is(play_t *p, gms_window_e window)
{
    fire(p);
    assert_string_equal(
        gms_window_name[last(p)->shot.window], gms_window_name[window]);
}


/* What was journaled folds to what is live, cut at every event. */
static void
folds(const play_t *p)
{
    gms_scorebook_t folded;
    gms_event_t     back;

    sample_fresh(&folded);
    for (int i = 0; i < p->events; i++) {
        assert_int_equal(gms_event_from_json(&back,
                             gms_event_name(p->told[i].kind), p->journal[i]),
            GMS_OK);
        back.mono_ns = p->told[i].mono_ns;
        strcpy(back.key, p->told[i].key);
        strcpy(back.boot_id, p->told[i].boot_id);
        if (back.kind == GMS_EVENT_SHOT) {
            back.u.shot.frame_mono_ns = p->told[i].u.shot.frame_mono_ns;
        }
        assert_int_equal(gms_scorebook_apply(&folded, &back), GMS_OK);
    }
    sample_same_book(&folded, &p->book);
    gms_scorebook_free(&folded);
}


/* How a course is shot from its first LOAD to its end. */
typedef struct {
    const char *name;
    int         strings; /* of all stages */
    int         counted; /* shots for the record */
    int         rounds;  /* of them and of the sighters that were fired */
    double      fired_s; /* all windows together; sighters too */
    bool        official;
} row_t;

static const row_t rows[] = {
    { "free-practice", 0, 0, 0, 0, true },
    { "issf-10m-air-60", 2, 60, 7, 90 * 60, false },
    { "issf-50m-prone-60", 2, 60, 7, 65 * 60, false },
    { "issf-25m-precision", 7, 30, 7, 35 * 60, false },
    { "issf-25m-duel", 7, 30, 7, 7 * 50, false },
    { "issf-25m-rapid-fire", 14, 60, 14, 2 * (8 + 36), false },
    { "issf-25m-standard-pistol", 13, 60, 13, 150 + 4 * 180, false },
    { "nra-national-match", 5, 30, 5, 600 + 40 + 20, false },
    { "nra-bullseye-900", 15, 90, 15, 3 * 600 + 6 * 20 + 6 * 10, false },
    { "issf-10m-final", 17, 24, 17, 300 + 2 * 250 + 14 * 50, true },
};


/* One string: every shot at the earliest instant that it may be fired. */
static double
shoot_string(play_t *p)
{
    const gms_session_t      *s = sample_session(&p->book);
    const gms_course_stage_t *stage;
    double                    start_s;
    int                       n;

    assert_int_equal(command(p, GMS_COURSE_LOAD), 1);
    stage = &s->setup.course.stage[s->conduct.at.stage];
    assert_int_equal(s->setup.sighters, stage->sighters);
    phase_is(p, GMS_COURSE_LOADED, INFINITY);
    p->t_s += 60;
    start_s = p->t_s;
    assert_int_equal(command(p, GMS_COURSE_START), 1);
    phase_is(p, stage->prepare_s > 0 ? GMS_COURSE_PREPARING : GMS_COURSE_RUNNING,
        stage->prepare_s > 0 ? stage->prepare_s : gms_course_length_s(stage));
    n = stage->shots > 0 ? stage->shots : 3;
    for (int i = 0; i < n; i++) {
        p->t_s = start_s + stage->prepare_s + 0.01 * (i + 1);
        if (stage->shown_s > 0) {
            p->t_s = start_s + i * (stage->away_s + stage->shown_s)
                + stage->away_s + 1;
        }
        assert_int_equal(tick(p), 0);
        window_is(p, GMS_WINDOW_IN);
        folds(p);
    }
    if (stage->shots == 0) {
        p->t_s = start_s + gms_course_length_s(stage) - 0.01;
        assert_int_equal(tick(p), 0);
        p->t_s += 0.01;
        assert_int_equal(tick(p), 1);
    }
    phase_is(p, GMS_COURSE_STOPPED, INFINITY);
    assert_int_equal(tick(p), 0);
    command(p, GMS_COURSE_UNLOAD);
    folds(p);
    return gms_course_length_s(stage) - stage->prepare_s;
}


static void
every_course(void **state)
{
    static play_t p;
    double        fired_s;
    int           strings;

    (void) state;
    assert_int_equal(shippeds, (int) (sizeof(rows) / sizeof(rows[0])));
    for (int i = 0; i < shippeds; i++) {
        const gms_course_t *course = course_of(rows[i].name);

        assert_int_equal(course->official, rows[i].official);
        begin(&p, course);
        fired_s = 0;
        for (strings = 0; gms_course_next(course,
                 &sample_session(&p.book)->conduct.at) != 0; strings++)
        {
            fired_s += shoot_string(&p);
            p.t_s += 10;
        }
        phase_is(&p, GMS_COURSE_FINISHED, INFINITY);
        if (strings != rows[i].strings
            || sample_session(&p.book)->total.counted != rows[i].counted
            || (int) sample_session(&p.book)->rounds != rows[i].rounds
            || fabs(fired_s - rows[i].fired_s) > 1e-6)
        {
            fail_msg("%s: %d strings, %d shots, %u rounds, %g s", rows[i].name,
                strings, sample_session(&p.book)->total.counted,
                sample_session(&p.book)->rounds, fired_s);
        }
        end(&p);
    }
}


/* Standard pistol: 7 s of ATTENTION, 150 s of fire. */
static void
windows(void **state)
{
    static play_t p;

    (void) state;
    begin(&p, course_of("issf-25m-standard-pistol"));
    window_is(&p, GMS_WINDOW_EARLY); /* before LOAD */
    command(&p, GMS_COURSE_LOAD);
    window_is(&p, GMS_WINDOW_EARLY); /* before START */
    command(&p, GMS_COURSE_START);
    p.t_s += 6.9;
    window_is(&p, GMS_WINDOW_EARLY); /* ATTENTION */
    p.t_s += 0.2;
    window_is(&p, GMS_WINDOW_IN);
    p.t_s += 149.9;
    assert_int_equal(tick(&p), 1); /* STOP by itself */
    p.t_s += 0.3;
    window_is(&p, GMS_WINDOW_IN); /* the picture came late */
    p.t_s += 0.3;
    window_is(&p, GMS_WINDOW_LATE);
    assert_int_equal(sample_session(&p.book)->shots, 6);
    assert_int_equal(sample_session(&p.book)->total.counted, 0); /* sighters */
    assert_int_equal(command(&p, GMS_COURSE_UNLOAD), 2); /* and a round */
    window_is(&p, GMS_WINDOW_LATE);

    /* a string for the record, with a shot too many */
    phase_is(&p, GMS_COURSE_UNLOADED, INFINITY);
    command(&p, GMS_COURSE_LOAD);
    window_is(&p, GMS_WINDOW_EARLY); /* of this string, whatever was before */
    command(&p, GMS_COURSE_START);
    p.t_s += 8;
    for (int i = 0; i < 5; i++) {
        p.t_s += 1;
        window_is(&p, GMS_WINDOW_IN);
    }
    phase_is(&p, GMS_COURSE_STOPPED, INFINITY);
    p.t_s += 1;
    window_is(&p, GMS_WINDOW_EXTRA);
    assert_int_equal(sample_session(&p.book)->total.counted, 5);
    assert_int_equal(command(&p, GMS_COURSE_UNLOAD), 1); /* no other round */
    phase_is(&p, GMS_COURSE_UNLOADED, 60);
    p.t_s += 20;
    phase_is(&p, GMS_COURSE_UNLOADED, 40);

    /* stopped by a person */
    command(&p, GMS_COURSE_LOAD);
    command(&p, GMS_COURSE_START);
    p.t_s += 20;
    command(&p, GMS_COURSE_STOP);
    p.t_s += 1;
    window_is(&p, GMS_WINDOW_LATE);
    folds(&p);
    end(&p);
}


/* The fifth shot was a fly: the string takes another, though it had ended. */
static void
taken_back(void **state)
{
    static play_t p;
    gms_input_t   input;

    (void) state;
    begin(&p, course_of("nra-national-match"));
    command(&p, GMS_COURSE_LOAD);
    command(&p, GMS_COURSE_START);
    for (int i = 0; i < 10; i++) {
        p.t_s += 10;
        window_is(&p, GMS_WINDOW_IN);
    }
    phase_is(&p, GMS_COURSE_STOPPED, INFINITY);
    sample_input(&input, GMS_INPUT_REMOVE);
    input.hole = p.hole;
    strcpy(input.u.removed.author, "detector");
    assert_int_equal(take(&p, &input), 1);
    assert_int_equal(gms_conduct_left(sample_session(&p.book)), 1);
    p.t_s += 10;
    window_is(&p, GMS_WINDOW_IN);
    p.t_s += 10;
    window_is(&p, GMS_WINDOW_EXTRA);
    assert_int_equal(sample_session(&p.book)->total.counted, 10);
    folds(&p);
    end(&p);
}


/* 7 s away, 3 s shown: one shot at each showing. */
static void
duel(void **state)
{
    static play_t p;

    (void) state;
    begin(&p, course_of("issf-25m-duel"));
    command(&p, GMS_COURSE_LOAD);
    command(&p, GMS_COURSE_START);
    p.t_s += 5;
    window_is(&p, GMS_WINDOW_EARLY);
    p.t_s += 3;
    window_is(&p, GMS_WINDOW_IN);
    p.t_s += 1;
    window_is(&p, GMS_WINDOW_EXTRA);
    p.t_s += 1.2; /* it turns; the picture came late */
    window_is(&p, GMS_WINDOW_EXTRA);
    p.t_s += 2;
    window_is(&p, GMS_WINDOW_EARLY); /* for the next showing */
    p.t_s += 5;
    window_is(&p, GMS_WINDOW_IN);
    p.t_s = 50;
    assert_int_equal(tick(&p), 1);
    phase_is(&p, GMS_COURSE_STOPPED, INFINITY);
    p.t_s = 50.3;
    window_is(&p, GMS_WINDOW_IN);
    p.t_s = 50.6;
    window_is(&p, GMS_WINDOW_LATE);
    folds(&p);
    end(&p);
}


/* Time was over after four: the next string is a series of its own. */
static void
series(void **state)
{
    static play_t      p;
    gms_session_part_t part = { 0 };

    (void) state;
    begin(&p, course_of("issf-25m-standard-pistol"));
    for (int i = 0; i < 3; i++) {
        command(&p, GMS_COURSE_LOAD);
        command(&p, GMS_COURSE_START);
        p.t_s += 7;
        for (int k = 0; k < (i == 1 ? 4 : 5); k++) {
            p.t_s += 10;
            window_is(&p, GMS_WINDOW_IN);
        }
        p.t_s += 200;
        tick(&p);
        window_is(&p, GMS_WINDOW_LATE);
        command(&p, GMS_COURSE_UNLOAD);
    }
    assert_int_equal(gms_session_series_length(sample_session(&p.book)), 5);
    assert_true(gms_session_next_series(sample_session(&p.book), &part));
    assert_int_equal(part.first, 7); /* sighters, and one too late */
    assert_int_equal(part.last, 10);
    assert_int_equal(part.sum.counted, 4);
    assert_true(gms_session_next_series(sample_session(&p.book), &part));
    assert_int_equal(part.first, 12);
    assert_int_equal(part.sum.counted, 5);
    assert_false(gms_session_next_series(sample_session(&p.book), &part));
    end(&p);

    begin(&p, course_of("nra-bullseye-900"));
    assert_int_equal(gms_session_series_length(sample_session(&p.book)), 10);
    end(&p);
}


static void
order(void **state)
{
    static play_t        p;
    gms_course_command_e next;
    gms_input_t          input;

    (void) state;
    begin(&p, course_of("nra-national-match"));
    for (int i = 0; i < 8; i++) {
        next = gms_course_next(&sample_session(&p.book)->setup.course,
            &sample_session(&p.book)->conduct.at);
        for (gms_course_command_e c = GMS_COURSE_NOTHING;
             c < GMS_COURSE_COMMANDS; c++)
        {
            if (c != next) {
                assert_int_equal(command(&p, c), GMS_ESTATE);
            }
        }
        assert_int_equal(command(&p, next), 1);
    }

    /* people at the targets: nobody loads */
    sample_input(&input, GMS_INPUT_RANGE);
    input.u.range.cold = true;
    assert_int_equal(take(&p, &input), 1);
    assert_int_equal(command(&p, GMS_COURSE_LOAD), GMS_ESTATE);
    sample_input(&input, GMS_INPUT_SIGHTERS);
    assert_int_equal(take(&p, &input), GMS_ESTATE);
    end(&p);

    /* without a course there is nothing to command */
    begin(&p, course_of("free-practice"));
    assert_int_equal(command(&p, GMS_COURSE_LOAD), GMS_ESTATE);
    window_is(&p, GMS_WINDOW_IN);
    assert_int_equal(sample_session(&p.book)->total.counted, 1);
    end(&p);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "every shipped course is shot to its end, and folds",
            .test_func = every_course },
        { .name = "shots before START and after STOP are kept and marked",
            .test_func = windows },
        { .name = "a shot that was none leaves room for another",
            .test_func = taken_back },
        { .name = "a target that turns takes one shot a showing",
            .test_func = duel },
        { .name = "a series is as long as the course says, and ends with a string",
            .test_func = series },
        { .name = "commands come in their order, and never on a cold range",
            .test_func = order },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("course", tests, load, NULL);
}
