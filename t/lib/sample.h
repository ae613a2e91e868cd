/*
 * What tests of session, event and journal share: a face, inputs, and the
 * comparison of two states to the last bit.
 */

#ifndef GMS_T_SAMPLE_H
#define GMS_T_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/error.h"
#include "worker/session/scorebook.h"

/* 2023-11-14T22:13:20Z, and some nanoseconds that JSON does not keep. */
#define SAMPLE_REAL_NS INT64_C(1700000000000000789)
#define SAMPLE_BOOT "0123456789abcdef0123456789abcdef"


static inline void
sample_face(gms_face_t *face)
{
    int i;

    memset(face, 0, sizeof(*face));
    strcpy(face->name, "issf-10m-air-pistol");
    strcpy(face->title, "ISSF 10 m air \"pistol\" \xc3\xa9");

    face->rings = 10;
    for (i = 0; i < 10; i++) {
        face->ring[i].value = 10 - i;
        face->ring[i].diameter_mm = 11.5 + 16 * i;
    }

    face->black_mm = 59.5;
    face->inner_mm = 5;
    face->card_mm = 170;
    face->decimal = GMS_DECIMAL_LINEAR;
    face->gauges = 2;
    face->gauge[0].gauge_mm = 4.5;
    face->gauge[1].gauge_mm = 9.65;
    face->gauge[1].above_mm = 5.7;
}


static inline void
sample_input(gms_input_t *input, gms_input_kind_e kind)
{
    memset(input, 0, sizeof(*input));
    input->kind = kind;
    input->real_ns = SAMPLE_REAL_NS;
    input->mono_ns = 5000000123;
    strcpy(input->boot_id, SAMPLE_BOOT);
}


static inline void
sample_start(gms_input_t *input, const char *key)
{
    sample_input(input, GMS_INPUT_START);
    strcpy(input->key, key);
    strcpy(input->u.session.shooter, "anna");
    sample_face(&input->u.session.face);
    input->u.session.caliber_mm = 4.5;
    input->u.session.distance_m = 10;
    input->u.session.rounds = gms_rounds_usual;
    input->u.session.level = GMS_LEVEL_ADVANCED;
    input->u.session.advice = 0.9;
    strcpy(input->u.session.equipment.id, "lp500");
    strcpy(input->u.session.equipment.gun, "pistol");
    strcpy(input->u.session.equipment.click, "0.1mrad");
    strcpy(input->u.session.equipment.hand, "left");
    input->u.session.usual = (gms_usual_t) { 0.987654321, 40, 26, 6,
        0.0123456 };
    input->u.session.tokens = 1;
    memset(input->u.session.token[0], 0xa5, GMS_SECRET_HASH_SIZE);
}


static inline void
sample_shot(gms_input_t *input, uint32_t hole, double x_mm, double y_mm)
{
    sample_input(input, GMS_INPUT_SHOT);
    input->u.shot.hole = hole;
    input->u.shot.x_mm = x_mm;
    input->u.shot.y_mm = y_mm;
    input->u.shot.x_px = 640 + 3.7 * x_mm;
    input->u.shot.y_px = 360 - 3.7 * y_mm;
    input->u.shot.radius_px = 8.12345;
    input->u.shot.confidence = 0.98765;
    input->u.shot.x_error_mm = 0.034567;
    input->u.shot.y_error_mm = 0.045678;
    input->u.shot.error_correlation = -0.123456;
    input->u.shot.frame_real_ns = SAMPLE_REAL_NS + hole * INT64_C(1000000);
    input->u.shot.frame_mono_ns = 5000000000 + hole * INT64_C(1000000);
}


static inline void
sample_calibration(gms_input_t *input, double scale)
{
    double h[9] = { 3.7, 0.01, 640, 0.02, -3.7, 360, 1e-5 / 3, 2e-5, 1 };
    int    i;

    sample_input(input, GMS_INPUT_CALIBRATION);

    for (i = 0; i < 9; i++) {
        h[i] *= i < 6 ? scale : 1;
        input->u.calibration.map.mm_to_px[i] = h[i];
    }

    input->u.calibration.map.origin = GMS_CALIBRATION_AUTO;
    input->u.calibration.map.residual_mm = 0.051234567;
}


/* The session on show. */
static inline const gms_session_t *
sample_session(const gms_scorebook_t *s)
{
    const gms_session_t *shown = gms_scorebook_shown(s);

    assert_non_null(shown);
    return shown;
}


/* Decides and applies; returns what decide said. */
static inline int
sample_step(gms_scorebook_t *s, const gms_input_t *input, gms_event_t *out)
{
    int i, n;

    n = gms_scorebook_decide(s, input, out);

    for (i = 0; i < n; i++) {
        assert_int_equal(gms_scorebook_apply(s, &out[i]), 0);
    }

    return n;
}


/* A lane where nothing has happened. */
static inline void
sample_fresh(gms_scorebook_t *s)
{
    assert_int_equal(gms_scorebook_init(s, "lane1", 0x5f3a9c0112345678),
        GMS_OK);
}


/* The same with a session. */
static inline void
sample_opened(gms_scorebook_t *s)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_fresh(s);
    sample_start(&input, "start-1");
    assert_int_equal(sample_step(s, &input, out), 1);
}


/* A command with this key; how many events it makes. */
static inline int
sample_command(gms_scorebook_t *s, gms_input_kind_e kind, const char *key)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    if (kind == GMS_INPUT_START) {
        sample_start(&input, key);
    } else {
        sample_input(&input, kind);
        strcpy(input.key, key);
    }
    return sample_step(s, &input, out);
}


/* A hole at this place; how many events it makes. */
static inline int
sample_shoot(gms_scorebook_t *s, uint32_t hole, double x_mm, double y_mm)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_shot(&input, hole, x_mm, y_mm);
    return sample_step(s, &input, out);
}


/* The detector takes a hole, or shot n, back. */
static inline int
sample_drop(gms_scorebook_t *s, uint32_t hole, uint32_t n)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_input(&input, GMS_INPUT_REMOVE);
    input.hole = hole;
    input.u.removed.n = n;
    strcpy(input.u.removed.reason, "fly");
    strcpy(input.u.removed.author, "detector");
    return sample_step(s, &input, out);
}


static inline uint64_t
sample_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}


static inline double
sample_uniform(uint64_t *state, double low, double high)
{
    return low + (high - low) * (double) (sample_random(state) >> 11)
        / 9007199254740992.0;
}


/* Strings so short that a walk sees all of them. */
static inline void
sample_course(gms_course_t *course)
{
    static const gms_course_stage_t stages[] = {
        { .name = "sighters", .sighters = true, .strings = 1, .time_s = 30 },
        { .name = "match", .shots = 6, .series = 3, .strings = 2,
            .time_s = 20.5, .prepare_s = 1.5, .pause_s = 60 },
        { .name = "duel", .shots = 2, .strings = 1, .shown_s = 3,
            .away_s = 7 },
    };

    memset(course, 0, sizeof(*course));
    strcpy(course->name, "sample");
    strcpy(course->title, "A \"sample\"");
    course->official = true;
    course->stages = 3;
    memcpy(course->stage, stages, sizeof(stages));
}


/* Another target, and the paper that goes with it is counted. */
static inline void
sample_change(gms_input_t *input, unsigned step)
{
    input->count = true;
    input->paper.what = GMS_PAPER_GONE_NEW;
    input->paper.expected = -1;
    input->paper.holes = (int32_t) (step % 9);

    if (step % 3 == 0) {
        strcpy(input->u.session.face.name, "another-face");
    }
}


/* What sessions that share a lane see. */
static inline void
sample_any_change(
    const gms_scorebook_t *s, gms_input_t *input, unsigned dice, unsigned step)
{
    static const gms_input_kind_e kinds[] = { GMS_INPUT_ACTIVATE,
        GMS_INPUT_CLAIM, GMS_INPUT_DISCARD, GMS_INPUT_SIGHTERS,
        GMS_INPUT_RECORD, GMS_INPUT_ACTIVATE, GMS_INPUT_END, GMS_INPUT_BOOT,
        GMS_INPUT_INTO, GMS_INPUT_TIME, GMS_INPUT_JOIN, GMS_INPUT_REOPEN };

    sample_input(input, kinds[dice % 12]);
    input->count = true;
    input->paper.what = input->kind == GMS_INPUT_END ? GMS_PAPER_GONE_END
                                                     : GMS_PAPER_GONE_NEW;
    input->paper.expected = -1;
    input->paper.holes = 1;

    if (step & 1) {
        strcpy(input->session, s->session[step % GMS_SESSIONS_MAX].id);
    }
    if (input->kind == GMS_INPUT_JOIN) {
        memset(input->u.session.token[0], 1 + (int) (step % 200),
            GMS_SECRET_HASH_SIZE);
    }
    if (input->kind == GMS_INPUT_CLAIM) {
        strcpy(input->u.session.shooter, "bob");
    }
    if (input->kind == GMS_INPUT_INTO) {
        strcpy(input->u.correcting.other,
            s->session[(step / 2) % GMS_SESSIONS_MAX].id);
        strcpy(input->u.correcting.reason, "claimed");
        strcpy(input->u.correcting.author, "shooter");
        input->u.correcting.official = true;
    }
    if (input->kind == GMS_INPUT_BOOT && step % 5 == 0) {
        strcpy(input->boot_id, "another boot");
    }
}


/* A correction by an official of a shot of a session, as it stands. */
static inline void
sample_correct(gms_input_t *input, const gms_session_t *s, uint32_t n,
    gms_correction_e what)
{
    gms_correcting_t *c = &input->u.correcting;

    sample_input(input, GMS_INPUT_CORRECT);
    c->what = what;
    c->n = n;
    c->base = n >= 1 && n <= s->shots ? s->shot[n - 1].changed_seq : 0;
    c->official = true;
    c->inner = -1;
    strcpy(c->reason, "the jury \"saw\" it");
    strcpy(c->author, "Olga");
    strcpy(input->session, s->id);
}


/* One that no camera saw. */
static inline void
sample_add(gms_input_t *input, const gms_session_t *s)
{
    sample_correct(input, s, 0, GMS_CORRECTION_ADD);
    input->kind = GMS_INPUT_ADD;
}


/* What persons say of shots of any session, some of it nonsense. */
static inline void
sample_any_correction(const gms_scorebook_t *s, gms_input_t *input,
    uint64_t *random, unsigned step)
{
    const gms_session_t *session = &s->session[step % GMS_SESSIONS_MAX];
    gms_correcting_t    *c = &input->u.correcting;
    uint32_t n = (uint32_t) (sample_random(random) % (session->shots + 1));

    sample_correct(input, session, n,
        (gms_correction_e) (sample_random(random) % 11));

    if (c->what == GMS_CORRECTION_ADD) {
        sample_add(input, session);
    }

    c->official = step % 7 != 0;
    c->base += step % 11 == 0;
    c->placed = c->what == GMS_CORRECTION_MOVE || step % 3 == 0;
    c->x_mm = sample_uniform(random, -90, 90);
    c->y_mm = sample_uniform(random, -90, 90);
    c->valued = step % 3 != 0;
    c->score_tenths = (int) (sample_random(random) % 120);
    c->score_tenths -=
        c->what == GMS_CORRECTION_GAUGE ? c->score_tenths % 10 : 0;
    c->inner = (int) (step % 3) - 1;
    c->round = (uint32_t) (sample_random(random) % (session->rounds + 3));
    strcpy(c->other, s->session[sample_random(random) % GMS_SESSIONS_MAX].id);
}


static inline void
sample_drill(gms_drill_task_t *task)
{
    memset(task, 0, sizeof(*task));
    strcpy(task->id, "sample");
    strcpy(task->title, "A \"sample\"");
    task->rule = GMS_DRILL_RINGS;
    task->shots = 3;
    task->time_s = 20.5;
    task->hits = 2;
    task->limit = 95;
}


/* What a coach says, and what is done about it. */
static inline void
sample_any_tip(gms_input_t *input, uint64_t *random, unsigned step)
{
    sample_input(input, step % 8 == 0 ? GMS_INPUT_TIP : GMS_INPUT_TIP_CHANGE);

    if (input->kind == GMS_INPUT_TIP) {
        input->u.tip.hold = step % 3 == 0;
        input->u.tip.urgent = step % 5 == 0;
        input->u.tip.shot = (uint32_t) (step % 2);
        strcpy(input->u.tip.text, "The \"grip\" \xc3\xa9");
        strcpy(input->u.tip.author, "coach");
        if (step % 16 == 0) {
            sample_drill(&input->u.tip.drill);
        }
        return;
    }

    input->u.tip_changed.tip = (uint32_t) (sample_random(random) % 5);
    input->u.tip_changed.what =
        step % 12 == 4 ? GMS_TIP_WITHDRAWN : GMS_TIP_ACKNOWLEDGED;
    strcpy(input->u.tip_changed.author, "shooter");
}


/* What who shoots objects to, some of it nonsense, and what comes of it. */
static inline void
sample_any_complaint(const gms_scorebook_t *s, gms_input_t *input,
    uint64_t *random, unsigned step)
{
    gms_event_closed_t *closed = &input->u.closing.closed;

    if (step % 3 != 0 || s->complaints == 0) {
        sample_input(input, GMS_INPUT_COMPLAINT);
        input->u.complaint.shot = (uint32_t) (sample_random(random) % 4);
        strcpy(input->u.complaint.author, "shooter");
        strcpy(input->u.complaint.reason, "it is \"nine\" \xc3\xa9");
        strcpy(input->session, s->session[step % GMS_SESSIONS_MAX].id);
        return;
    }

    sample_input(input, GMS_INPUT_COMPLAINT_CLOSE);
    closed->complaint = s->complaint[step % s->complaints].seq;
    closed->what = (gms_complaint_state_e) (sample_random(random) % 4);
    input->u.closing.official = step % 2 == 0;
    strcpy(closed->text, "gauged by hand");
    strcpy(closed->author, "Olga");
}


/* Where who shoots says that a shot of this session went. */
static inline void
sample_call(gms_input_t *input, const char *session, uint32_t n, double x_mm,
    double y_mm)
{
    sample_input(input, GMS_INPUT_CALL);
    strcpy(input->session, session);
    input->u.call.n = n;
    input->u.call.x_mm = x_mm;
    input->u.call.y_mm = y_mm;
    strcpy(input->u.call.author, "shooter");
}


static inline void
sample_any_other(const gms_scorebook_t *s, gms_input_t *input,
    uint64_t *random, unsigned dice, unsigned step)
{
    if (dice < 47) {
        sample_any_change(s, input, dice, step);
    } else if (step % 4 == 2 && step % 3 == 0) {
        sample_call(input, s->session[step % GMS_SESSIONS_MAX].id,
            (uint32_t) (sample_random(random) % 12),
            sample_uniform(random, -90, 90), 7);
    } else if (step % 4 == 0) {
        sample_any_tip(input, random, step);
    } else if (step % 4 == 1) {
        sample_any_complaint(s, input, random, step);
    } else {
        sample_any_correction(s, input, random, step);
    }
}


/* Any input a lane may see, most of them shots. */
static inline void
sample_any(const gms_scorebook_t *s, gms_input_t *input, uint64_t *random,
    unsigned step)
{
    unsigned dice = (unsigned) (sample_random(random) % 100);
    double   x, y;
    static gms_input_t walk_up;

    sample_start(&walk_up, "");
    walk_up.u.session.shooter[0] = '\0';
    x = sample_uniform(random, -90, 90);
    y = sample_uniform(random, -90, 90);

    if (dice < 6) {
        sample_start(input, "");
        input->beside = (step & 1) != 0;
        sample_change(input, step);
        input->u.session.caliber_mm = sample_uniform(random, 4, 12);
        input->u.session.competition = step % 3 == 0;
        input->u.session.rounds.shots = (int) (step % 3) * 5;
        input->u.session.rounds.alpha = sample_uniform(random, 0.1, 1);
        if (step % 4 == 0) {
            sample_course(&input->u.session.course);
        }

    } else if (dice < 8) {
        sample_input(input, GMS_INPUT_END);
        input->count = dice == 7;
        input->paper.what = GMS_PAPER_GONE_END;
        input->paper.expected = -1;
        input->paper.holes = 3;

    } else if (dice < 12) {
        sample_input(input, GMS_INPUT_PAUSE);

    } else if (dice < 20) {
        sample_input(input, GMS_INPUT_RESUME);

    } else if (dice < 30) {
        sample_input(input, GMS_INPUT_REMOVE);
        input->hole = (uint32_t) (sample_random(random) % (step + 1));
        input->u.removed.n = (uint32_t) (sample_random(random) % 20);
        strcpy(input->u.removed.reason, "it was a \"fly\"");
        strcpy(input->u.removed.author, "detector");

    } else if (dice < 32) {
        sample_calibration(input, sample_uniform(random, 0.5, 2));
        input->u.calibration.map.confirmed = (dice & 1) != 0;
        input->u.calibration.of = step;
        strcpy(input->u.calibration.reason, "the camera was nudged");

    } else if (dice < 34) {
        sample_input(input, GMS_INPUT_PAPER);
        input->paper.what =
            dice & 1 ? GMS_PAPER_GONE_NEW : GMS_PAPER_GONE_PASTED;
        input->paper.expected = (int32_t) (step % 7) - 1;
        input->paper.holes = (int32_t) (step % 5) - 1;
        strcpy(input->paper.author, "shooter");

    } else if (dice >= 90 && dice < 96) {
        sample_input(input, GMS_INPUT_COURSE);
        input->u.course.command =
            (gms_course_command_e) (1 + sample_random(random) % 4);
        strcpy(input->u.course.author, "coach");

    } else if (dice < 35) {
        sample_input(input, dice & 1 ? GMS_INPUT_ROUND : GMS_INPUT_TIME);
        input->idle_s = step % 3 == 0 ? 60 : 0;

    } else if (dice < 37) {
        sample_input(input, GMS_INPUT_RANGE);
        input->u.range.cold = dice == 35;
        strcpy(input->u.range.author, "coach");

    } else if (dice < 57) {
        sample_any_other(s, input, random, dice, step);
    } else {
        /* now and then one that was reported already */
        sample_shot(input, dice < 60 ? step / 2 : step, x, y);
        input->u.shot.frame_mono_ns += input->u.shot.hole % 11 == 0
            ? step * INT64_C(20000000000)
            : step * INT64_C(1000000000);
        input->u.shot.sighter = dice < 66;
        input->walk_up = dice < 95 ? &walk_up.u.session : NULL;
        input->u.shot.overlap = (dice & 1) != 0;
        input->u.shot.recovered = (dice & 2) != 0;
        input->u.shot.near_line = (dice & 4) != 0;
        input->u.shot.possible_double = (dice & 8) != 0;
        input->u.shot.order_unknown = (dice & 16) != 0;
    }

    if (dice & 1) {
        snprintf(input->key, sizeof(input->key), "key-%u", step);
    }

    input->real_ns += step * INT64_C(1234567891);
    input->real_ns -= step % 13 == 0 ? INT64_C(500) * 1000000000 : 0;
    input->clock_unset = step % 17 == 0;
    input->mono_ns += step * INT64_C(1234567891);
}


#define SAMPLE_SAME(member) \
    assert_memory_equal(&a->member, &b->member, sizeof(a->member))


static inline void
sample_same_shot(const gms_event_shot_t *a, const gms_event_shot_t *b)
{
    SAMPLE_SAME(n);
    SAMPLE_SAME(hole);
    SAMPLE_SAME(x_mm);
    SAMPLE_SAME(y_mm);
    SAMPLE_SAME(x_px);
    SAMPLE_SAME(y_px);
    SAMPLE_SAME(radius_px);
    SAMPLE_SAME(score_tenths);
    SAMPLE_SAME(ring);
    SAMPLE_SAME(inner);
    SAMPLE_SAME(sighter);
    SAMPLE_SAME(window);
    SAMPLE_SAME(overlap);
    SAMPLE_SAME(recovered);
    SAMPLE_SAME(near_line);
    SAMPLE_SAME(possible_double);
    SAMPLE_SAME(order_unknown);
    SAMPLE_SAME(by_hand);
    SAMPLE_SAME(unplaced);
    assert_string_equal(a->zone, b->zone);
    assert_string_equal(a->bull, b->bull);
    SAMPLE_SAME(x_error_mm);
    SAMPLE_SAME(y_error_mm);
    SAMPLE_SAME(error_correlation);
    SAMPLE_SAME(paper);
    SAMPLE_SAME(calibration);
    SAMPLE_SAME(confidence);
    SAMPLE_SAME(frame_real_ns);
    SAMPLE_SAME(frame_mono_ns);
}


static inline void
sample_same_face(const gms_face_t *a, const gms_face_t *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->title, b->title);
    assert_int_equal(a->rings, b->rings);
    assert_memory_equal(&a->ring[9].diameter_mm, &b->ring[9].diameter_mm,
        sizeof(double));
    SAMPLE_SAME(black_mm);
    SAMPLE_SAME(inner_mm);
    SAMPLE_SAME(inner_shot_out);
    SAMPLE_SAME(card_mm);
    SAMPLE_SAME(decimal);
    assert_int_equal(a->gauges, b->gauges);
    SAMPLE_SAME(gauge[0].gauge_mm);
    SAMPLE_SAME(gauge[0].above_mm);
    SAMPLE_SAME(gauge[1].gauge_mm);
    SAMPLE_SAME(gauge[1].above_mm);
}


static inline void
sample_same_tips(const gms_session_t *a, const gms_session_t *b)
{
    uint32_t i;

    SAMPLE_SAME(tips);
    for (i = 0; i < a->tips; i++) {
        SAMPLE_SAME(tip[i].event.tip);
        SAMPLE_SAME(tip[i].event.to);
        SAMPLE_SAME(tip[i].event.urgent);
        SAMPLE_SAME(tip[i].event.hold);
        SAMPLE_SAME(tip[i].event.shot);
        assert_string_equal(a->tip[i].event.text, b->tip[i].event.text);
        assert_string_equal(a->tip[i].event.author, b->tip[i].event.author);
        assert_string_equal(a->tip[i].event.drill.id, b->tip[i].event.drill.id);
        SAMPLE_SAME(tip[i].event.drill.rule);
        SAMPLE_SAME(tip[i].event.drill.shots);
        SAMPLE_SAME(tip[i].event.drill.time_s);
        SAMPLE_SAME(tip[i].event.drill.hits);
        SAMPLE_SAME(tip[i].event.drill.limit);
        SAMPLE_SAME(tip[i].event.drill.most_s);
        SAMPLE_SAME(tip[i].real_ns);
        SAMPLE_SAME(tip[i].told_ns);
        SAMPLE_SAME(tip[i].acknowledged_ns);
        SAMPLE_SAME(tip[i].withdrawn_ns);
        SAMPLE_SAME(tip[i].result.tip);
        SAMPLE_SAME(tip[i].result.passed);
        SAMPLE_SAME(tip[i].result.hits);
        SAMPLE_SAME(tip[i].begun.mono_ns);
        SAMPLE_SAME(tip[i].begun.real_ns);
        assert_string_equal(a->tip[i].begun.boot_id, b->tip[i].begun.boot_id);
        SAMPLE_SAME(tip[i].first);
    }
}


static inline void
sample_same_rounds(const gms_session_t *a, const gms_session_t *b)
{
    uint32_t i;

    SAMPLE_SAME(setup.rounds.alpha);
    SAMPLE_SAME(setup.rounds.stop_s);
    SAMPLE_SAME(setup.rounds.shots);
    SAMPLE_SAME(setup.rounds.by_hand);
    SAMPLE_SAME(rounds);
    for (i = 0; i < a->rounds; i++) {
        SAMPLE_SAME(round[i].round);
        SAMPLE_SAME(round[i].first);
        SAMPLE_SAME(round[i].last);
        SAMPLE_SAME(round[i].by);
    }
    SAMPLE_SAME(pace.shots);
    SAMPLE_SAME(pace.last_s);
    SAMPLE_SAME(pace.average_s);
    SAMPLE_SAME(pace.pending);
    SAMPLE_SAME(last_shot.real_ns);
    SAMPLE_SAME(last_shot.mono_ns);
    assert_string_equal(a->last_shot.boot_id, b->last_shot.boot_id);
}


static inline void
sample_same_paper(const gms_event_paper_t *a, const gms_event_paper_t *b)
{
    SAMPLE_SAME(paper);
    SAMPLE_SAME(what);
    SAMPLE_SAME(expected);
    SAMPLE_SAME(shots);
    SAMPLE_SAME(holes);
    SAMPLE_SAME(odd);
    assert_string_equal(a->reason, b->reason);
    assert_string_equal(a->author, b->author);
}


static inline void
sample_same_instant(
    const gms_session_instant_t *a, const gms_session_instant_t *b)
{
    SAMPLE_SAME(real_ns);
    SAMPLE_SAME(mono_ns);
    assert_string_equal(a->boot_id, b->boot_id);
}


static inline void
sample_same_conduct(const gms_conduct_t *a, const gms_conduct_t *b)
{
    SAMPLE_SAME(at);
    SAMPLE_SAME(is_started);
    SAMPLE_SAME(is_stopped);
    SAMPLE_SAME(first);
    sample_same_instant(&a->commanded, &b->commanded);
    sample_same_instant(&a->started, &b->started);
    sample_same_instant(&a->stopped, &b->stopped);
}


static inline void
sample_same_course(const gms_course_t *a, const gms_course_t *b)
{
    int i;

    assert_string_equal(a->name, b->name);
    assert_string_equal(a->title, b->title);
    SAMPLE_SAME(official);
    SAMPLE_SAME(stages);
    for (i = 0; i < a->stages; i++) {
        assert_string_equal(a->stage[i].name, b->stage[i].name);
        SAMPLE_SAME(stage[i].sighters);
        SAMPLE_SAME(stage[i].shots);
        SAMPLE_SAME(stage[i].series);
        SAMPLE_SAME(stage[i].strings);
        SAMPLE_SAME(stage[i].time_s);
        SAMPLE_SAME(stage[i].prepare_s);
        SAMPLE_SAME(stage[i].pause_s);
        SAMPLE_SAME(stage[i].shown_s);
        SAMPLE_SAME(stage[i].away_s);
    }
}


static inline void
sample_same_corrections(const gms_session_t *a, const gms_session_t *b)
{
    const gms_event_correction_t *x, *y;
    uint32_t                      i;

    SAMPLE_SAME(corrections);

    for (i = 0; i < a->corrections; i++) {
        x = &a->correction[i].event;
        y = &b->correction[i].event;
        assert_int_equal(a->correction[i].seq, b->correction[i].seq);
        assert_int_equal(a->correction[i].real_ns, b->correction[i].real_ns);
        assert_int_equal(x->what, y->what);
        assert_int_equal(x->standing, y->standing);
        assert_int_equal(x->admitted, y->admitted);
        assert_int_equal(x->score_tenths, y->score_tenths);
        assert_memory_equal(&x->x_mm, &y->x_mm, sizeof(x->x_mm));
        assert_string_equal(x->reason, y->reason);
        assert_string_equal(x->author, y->author);
    }
}


static inline void
sample_same_ending(
    const gms_session_ending_t *a, const gms_session_ending_t *b)
{
    sample_same_instant(&a->at, &b->at);
    SAMPLE_SAME(active);
    SAMPLE_SAME(paused);
    SAMPLE_SAME(pace.shots);
    sample_same_paper(&a->paper, &b->paper);
    SAMPLE_SAME(tokens);
    assert_memory_equal(a->token, b->token, sizeof(a->token));
}


static inline void
sample_same_session(const gms_session_t *a, const gms_session_t *b)
{
    uint32_t i;

    assert_string_equal(a->id, b->id);
    SAMPLE_SAME(state);
    assert_true(a->residual_mm == b->residual_mm);
    assert_string_equal(a->setup.shooter, b->setup.shooter);
    assert_string_equal(a->setup.equipment.id, b->setup.equipment.id);
    assert_string_equal(a->setup.equipment.gun, b->setup.equipment.gun);
    assert_string_equal(a->setup.equipment.click, b->setup.equipment.click);
    assert_string_equal(a->setup.equipment.sight, b->setup.equipment.sight);
    assert_string_equal(a->setup.equipment.hand, b->setup.equipment.hand);
    assert_true(a->setup.usual.sigma_mm == b->setup.usual.sigma_mm);
    assert_true(a->setup.usual.df == b->setup.usual.df);
    assert_int_equal(a->setup.usual.shots, b->setup.usual.shots);
    assert_int_equal(a->setup.usual.sessions, b->setup.usual.sessions);
    assert_true(a->setup.usual.varies == b->setup.usual.varies);
    SAMPLE_SAME(setup.caliber_mm);
    SAMPLE_SAME(setup.distance_m);
    SAMPLE_SAME(setup.walk_up);
    SAMPLE_SAME(setup.sighters);
    SAMPLE_SAME(setup.competition);
    SAMPLE_SAME(setup.beside);
    SAMPLE_SAME(setup.level);
    SAMPLE_SAME(setup.advice);
    SAMPLE_SAME(setup.tokens);
    assert_memory_equal(
        a->setup.token, b->setup.token, sizeof(a->setup.token));
    assert_string_equal(a->setup.reason, b->setup.reason);
    assert_string_equal(a->setup.source, b->setup.source);
    sample_same_face(&a->setup.face, &b->setup.face);
    sample_same_course(&a->setup.course, &b->setup.course);
    sample_same_conduct(&a->conduct, &b->conduct);
    SAMPLE_SAME(started_ns);
    SAMPLE_SAME(ended_ns);
    SAMPLE_SAME(started_seq);
    SAMPLE_SAME(activated_seq);
    sample_same_instant(&a->touched, &b->touched);
    SAMPLE_SAME(shots);
    SAMPLE_SAME(total);

    for (i = 0; i < a->shots; i++) {
        sample_same_shot(&a->shot[i].shot, &b->shot[i].shot);
        assert_int_equal(a->shot[i].seq, b->shot[i].seq);
        sample_same_shot(&a->shot[i].first, &b->shot[i].first);
        assert_int_equal(a->shot[i].changed_seq, b->shot[i].changed_seq);
        assert_int_equal(a->shot[i].standing, b->shot[i].standing);
        assert_int_equal(a->shot[i].corrected, b->shot[i].corrected);
        assert_int_equal(a->shot[i].round, b->shot[i].round);
        assert_string_equal(a->shot[i].other, b->shot[i].other);
        assert_int_equal(a->shot[i].other_n, b->shot[i].other_n);
        assert_int_equal(a->shot[i].real_ns, b->shot[i].real_ns);
        assert_int_equal(a->shot[i].called, b->shot[i].called);
        assert_memory_equal(a->shot[i].call_mm, b->shot[i].call_mm,
            sizeof(a->shot[i].call_mm));
    }

    sample_same_corrections(a, b);
    SAMPLE_SAME(paper);
    sample_same_paper(&a->last_paper, &b->last_paper);
    sample_same_ending(&a->ending, &b->ending);
    sample_same_rounds(a, b);
    sample_same_tips(a, b);
}


static inline void
sample_same_answer(const gms_answer_t *a, const gms_answer_t *b)
{
    assert_string_equal(a->key, b->key);
    SAMPLE_SAME(kind);
    SAMPLE_SAME(n);
    SAMPLE_SAME(seq);
    assert_string_equal(a->session, b->session);
    SAMPLE_SAME(total);
    SAMPLE_SAME(round);
    SAMPLE_SAME(first);
    SAMPLE_SAME(cold);
    sample_same_paper(&a->paper, &b->paper);
}


static inline void
sample_same_complaint(const gms_complaint_t *a, const gms_complaint_t *b)
{
    SAMPLE_SAME(seq);
    SAMPLE_SAME(real_ns);
    SAMPLE_SAME(event.shot);
    SAMPLE_SAME(event.score_tenths);
    SAMPLE_SAME(event.ring);
    SAMPLE_SAME(event.inner);
    assert_string_equal(a->event.zone, b->event.zone);
    assert_string_equal(a->event.reason, b->event.reason);
    assert_string_equal(a->event.author, b->event.author);
    assert_string_equal(a->session, b->session);
    SAMPLE_SAME(closed.complaint);
    SAMPLE_SAME(closed.what);
    SAMPLE_SAME(closed_ns);
    assert_string_equal(a->closed.text, b->closed.text);
    assert_string_equal(a->closed.author, b->closed.author);
}


static inline void
sample_same_book(const gms_scorebook_t *a, const gms_scorebook_t *b)
{
    unsigned k;
    int      i;

    SAMPLE_SAME(seq);
    SAMPLE_SAME(epoch);
    SAMPLE_SAME(cold);
    SAMPLE_SAME(newest_ns);
    SAMPLE_SAME(active);
    assert_string_equal(a->face, b->face);
    assert_int_equal(a->answers, b->answers);

    for (k = 0; k < a->answers; k++) {
        sample_same_answer(&a->answer[k], &b->answer[k]);
    }

    assert_int_equal(a->complaints, b->complaints);

    for (k = 0; k < a->complaints; k++) {
        sample_same_complaint(&a->complaint[k], &b->complaint[k]);
    }

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        assert_int_equal(a->session[i].state, b->session[i].state);

        if (a->session[i].state != GMS_SESSION_NONE) {
            sample_same_session(&a->session[i], &b->session[i]);
        }
    }

    SAMPLE_SAME(has_calibration);

    if (a->has_calibration) {
        SAMPLE_SAME(calibration.map.origin);
        SAMPLE_SAME(calibration.map.mm_to_px);
        SAMPLE_SAME(calibration.map.px_to_mm);
        SAMPLE_SAME(calibration.map.residual_mm);
        SAMPLE_SAME(calibration.map.px_per_mm);
        SAMPLE_SAME(calibration.map.tilt_deg);
        SAMPLE_SAME(calibration.map.confirmed);
        SAMPLE_SAME(calibration.of);
        SAMPLE_SAME(calibration_seq);
        assert_string_equal(a->calibration.reason, b->calibration.reason);
    }
}

#endif /* GMS_T_SAMPLE_H */
