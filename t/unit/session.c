#include "t/lib/sample.h"

#include <math.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "ipc/error.h"
#include "worker/base/clock.h"


static void
session_id_tells_where_it_began(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];

    (void) state;

    sample_fresh(&s);
    sample_calibration(&input, 1);
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);

    assert_string_equal(sample_session(&s)->id, "lane1-5f3a9c0112345678-2");
    assert_int_equal(gms_scorebook_state(&s), GMS_LANE_LIVE);
    assert_true(s.has_calibration);
    assert_int_equal(sample_session(&s)->started_ns, SAMPLE_REAL_NS / 1000 * 1000);
    gms_scorebook_free(&s);
}


/* Every command in every state: what it answers, and the state after. */
static void
commands_meet_states(void **state)
{
    static const struct {
        int               before; /* 0 none, 1 live, 2 paused, 3 ended */
        gms_input_kind_e  kind;
        int               answer;
        gms_lane_state_e  after;
    } cases[] = {
        { 0, GMS_INPUT_START, 1, GMS_LANE_LIVE },
        { 0, GMS_INPUT_END, GMS_ESTATE, GMS_LANE_IDLE },
        { 0, GMS_INPUT_PAUSE, GMS_ESTATE, GMS_LANE_IDLE },
        { 0, GMS_INPUT_RESUME, GMS_ESTATE, GMS_LANE_IDLE },
        { 1, GMS_INPUT_START, GMS_ESTATE, GMS_LANE_LIVE },
        { 1, GMS_INPUT_END, 1, GMS_LANE_IDLE },
        { 1, GMS_INPUT_PAUSE, 1, GMS_LANE_PAUSED },
        { 1, GMS_INPUT_RESUME, 0, GMS_LANE_LIVE },
        { 2, GMS_INPUT_START, GMS_ESTATE, GMS_LANE_PAUSED },
        { 2, GMS_INPUT_END, 1, GMS_LANE_IDLE },
        { 2, GMS_INPUT_PAUSE, 0, GMS_LANE_PAUSED },
        { 2, GMS_INPUT_RESUME, 1, GMS_LANE_LIVE },
        { 3, GMS_INPUT_START, 1, GMS_LANE_LIVE },
        { 3, GMS_INPUT_END, GMS_ESTATE, GMS_LANE_IDLE },
        { 3, GMS_INPUT_PAUSE, GMS_ESTATE, GMS_LANE_IDLE },
        { 3, GMS_INPUT_RESUME, GMS_ESTATE, GMS_LANE_IDLE },
    };
    gms_scorebook_t s;
    size_t        i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sample_fresh(&s);

        if (cases[i].before > 0) {
            assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);
        }
        if (cases[i].before == 2) {
            assert_int_equal(sample_command(&s, GMS_INPUT_PAUSE, ""), 1);
        }
        if (cases[i].before == 3) {
            assert_int_equal(sample_command(&s, GMS_INPUT_END, ""), 1);
        }

        if (sample_command(&s, cases[i].kind, "") != cases[i].answer
            || gms_scorebook_state(&s) != cases[i].after)
        {
            fail_msg("case %zu", i);
        }
        gms_scorebook_free(&s);
    }
}


static void
repeats_change_nothing(void **state)
{
    gms_scorebook_t s;

    (void) state;

    sample_fresh(&s);
    assert_int_equal(sample_command(&s, GMS_INPUT_START, "a"), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_START, "a"), 0);
    assert_int_equal(sample_command(&s, GMS_INPUT_START, "b"), GMS_ESTATE);

    assert_int_equal(sample_command(&s, GMS_INPUT_END, "c"), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_END, "c"), 0);
    assert_int_equal(sample_command(&s, GMS_INPUT_END, "d"), GMS_ESTATE);
    assert_int_equal(sample_command(&s, GMS_INPUT_START, "a"), 0);

    /* a late repeat of the old end must not end the new session */
    assert_int_equal(sample_command(&s, GMS_INPUT_START, "e"), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_END, "c"), 0);
    assert_int_equal(gms_scorebook_state(&s), GMS_LANE_LIVE);
    gms_scorebook_free(&s);
}


static void
shots_are_scored_and_counted(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];

    (void) state;

    sample_opened(&s);
    assert_int_equal(sample_shoot(&s, 1, 0, 0), 1);
    assert_int_equal(sample_session(&s)->shot[0].shot.n, 1);
    assert_int_equal(sample_session(&s)->shot[0].shot.score_tenths, 109);
    assert_int_equal(sample_session(&s)->shot[0].shot.ring, 10);
    assert_true(sample_session(&s)->shot[0].shot.inner);

    assert_int_equal(sample_shoot(&s, 2, 8, 0), 1); /* on the ten line */
    assert_int_equal(sample_session(&s)->shot[1].shot.score_tenths, 100);
    assert_int_equal(sample_shoot(&s, 3, 0, -500), 1);
    assert_int_equal(sample_session(&s)->shot[2].shot.score_tenths, 0);

    assert_int_equal(sample_session(&s)->total.counted, 3);
    assert_int_equal(sample_session(&s)->total.tenths, 209);
    assert_int_equal(sample_session(&s)->total.rings, 20);
    assert_int_equal(sample_session(&s)->total.inner, 1);

    assert_int_equal(sample_shoot(&s, 4, 10.5, 0), 1);
    assert_int_equal(sample_session(&s)->shot[3].shot.ring, 9);
    assert_int_equal(sample_command(&s, GMS_INPUT_END, ""), 2); /* and its round */

    /* the same place with a larger caliber's gauge */
    sample_start(&input, "");
    input.u.session.caliber_mm = 9;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_shoot(&s, 5, 10.5, 0), 1);
    assert_int_equal(sample_session(&s)->shot[0].shot.ring, 10);
    gms_scorebook_free(&s);
}


static void
shots_need_a_live_session(void **state)
{
    gms_scorebook_t s;

    (void) state;

    sample_fresh(&s);
    assert_int_equal(sample_shoot(&s, 1, 0, 0), 0);

    assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);
    assert_int_equal(sample_shoot(&s, 2, 0, 0), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_PAUSE, ""), 1);
    assert_int_equal(sample_shoot(&s, 3, 0, 0), 0);
    assert_int_equal(sample_command(&s, GMS_INPUT_RESUME, ""), 1);
    assert_int_equal(sample_shoot(&s, 4, 0, 0), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_END, ""), 2); /* and its round */
    assert_int_equal(sample_shoot(&s, 5, 0, 0), 0);

    assert_int_equal(sample_session(&s)->total.counted, 2);
    assert_int_equal(sample_session(&s)->shots, 2);
    gms_scorebook_free(&s);
}


static void
a_hole_is_one_shot(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];

    (void) state;

    sample_opened(&s);
    assert_int_equal(sample_shoot(&s, 7, 1, 1), 1);
    assert_int_equal(sample_shoot(&s, 7, 1, 1), 0);

    /* a detector that began anew counts from 1 again: other instant */
    sample_shot(&input, 7, 1, 1);
    input.u.shot.frame_real_ns += GMS_S;
    assert_int_equal(sample_step(&s, &input, out), 1);

    /* removed, and reported once more: stays removed */
    assert_int_equal(sample_drop(&s, 7, 0), 1);
    assert_int_equal(
        sample_session(&s)->shot[1].standing, GMS_STANDING_REMOVED);
    assert_int_equal(sample_step(&s, &input, out), 0);
    assert_int_equal(sample_session(&s)->shots, 2);
    gms_scorebook_free(&s);
}


static int
change_paper(gms_scorebook_t *s, int32_t expected, const char *key)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_input(&input, GMS_INPUT_PAPER);
    input.paper.what = GMS_PAPER_GONE_NEW;
    input.paper.expected = expected;
    input.paper.holes = -1;
    strcpy(input.paper.author, "shooter");
    strcpy(input.key, key);
    return sample_step(s, &input, out);
}


static void
papers_come_and_go(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];

    (void) state;

    sample_fresh(&s);
    assert_int_equal(change_paper(&s, -1, ""), 0); /* nothing to record */
    assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);
    assert_int_equal(sample_shoot(&s, 1, 0, 0), 1);
    sample_shot(&input, 2, 1, 1);
    input.u.shot.possible_double = true;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_shoot(&s, 3, 2, 2), 1);
    assert_int_equal(sample_drop(&s, 3, 0), 1);

    assert_int_equal(change_paper(&s, 3, "k"), 2); /* and its round */
    assert_int_equal(sample_session(&s)->last_paper.paper, 1);
    assert_int_equal(sample_session(&s)->last_paper.shots, 2);
    assert_int_equal(sample_session(&s)->last_paper.odd, 2); /* of three, this one is two */
    assert_int_equal(change_paper(&s, 3, "k"), 0);
    assert_int_equal(sample_session(&s)->paper, 2);

    /* numbers and totals go on; the paper of a shot stays what it was */
    assert_int_equal(sample_shoot(&s, 4, 0, 0), 1);
    assert_int_equal(sample_session(&s)->shot[3].shot.n, 4);
    assert_int_equal(sample_session(&s)->shot[3].shot.paper, 2);
    assert_int_equal(sample_session(&s)->shot[0].shot.paper, 1);
    assert_int_equal(sample_session(&s)->total.counted, 3);

    /* the last one is counted before the session ends */
    sample_input(&input, GMS_INPUT_END);
    input.count = true;
    input.paper.what = GMS_PAPER_GONE_END;
    input.paper.expected = -1;
    input.paper.holes = 1;
    assert_int_equal(sample_step(&s, &input, out), 3);
    assert_int_equal(out[0].kind, GMS_EVENT_PAPER);
    assert_int_equal(out[0].u.paper.shots, 1);
    assert_int_equal(out[1].kind, GMS_EVENT_ROUND);
    assert_int_equal(out[1].u.round.by, GMS_ROUND_BY_END);
    assert_int_equal(out[2].kind, GMS_EVENT_SESSION_ENDED);
    assert_int_equal(gms_scorebook_state(&s), GMS_LANE_IDLE);
    assert_int_equal(sample_session(&s)->paper, 2);
    gms_scorebook_free(&s);
}


static void
nothing_is_a_shot_while_cold(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];

    (void) state;

    sample_opened(&s);
    sample_input(&input, GMS_INPUT_RANGE);
    input.u.range.cold = true;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_step(&s, &input, out), 0); /* it is so already */
    assert_int_equal(sample_shoot(&s, 1, 0, 0), 0);
    assert_int_equal(sample_command(&s, GMS_INPUT_END, ""), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);
    assert_int_equal(sample_shoot(&s, 2, 0, 0), 0); /* cold is the range, not a
                                                session */
    input.u.range.cold = false;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_shoot(&s, 3, 0, 0), 1);
    gms_scorebook_free(&s);
}


static void
calibrations_stay_confirmed(void **state)
{
    static const struct {
        const char *name;
        double      turn[4]; /* of the card against the first */
        bool        asked;
        bool        confirmed;
    } cases[] = {
        { "the same again", { 1, 0, 0, 1 }, false, true },
        { "turned by 20 degrees", { .94, -.34, .34, .94 }, false, true },
        { "turned by 90 degrees", { 0, -1, 1, 0 }, false, false },
        { "upside down", { -1, 0, 0, -1 }, false, false },
        { "mirrored", { -1, 0, 0, 1 }, false, false },
        { "mirrored, and said to be right", { -1, 0, 0, 1 }, true, true },
    };
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];
    double        h[9];
    size_t        i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sample_fresh(&s);
        sample_calibration(&input, 1);
        assert_int_equal(sample_step(&s, &input, out), 1);
        assert_false(s.calibration.map.confirmed);
        input.u.calibration.map.confirmed = true;
        assert_int_equal(sample_step(&s, &input, out), 1);
        assert_int_equal(s.calibration_seq, 2);

        memcpy(h, input.u.calibration.map.mm_to_px, sizeof(h));
        memset(input.u.calibration.map.mm_to_px, 0, sizeof(h));
        input.u.calibration.map.mm_to_px[0] = 3.7 * cases[i].turn[0];
        input.u.calibration.map.mm_to_px[1] = -3.7 * cases[i].turn[1];
        input.u.calibration.map.mm_to_px[3] = 3.7 * cases[i].turn[2];
        input.u.calibration.map.mm_to_px[4] = -3.7 * cases[i].turn[3];
        input.u.calibration.map.mm_to_px[8] = 1;
        input.u.calibration.map.confirmed = cases[i].asked;
        assert_int_equal(sample_step(&s, &input, out), 1);

        if (s.calibration.map.confirmed != cases[i].confirmed) {
            fail_msg("%s", cases[i].name);
        }
        gms_scorebook_free(&s);
    }
}


static void
numbers_are_never_reused(void **state)
{
    gms_scorebook_t s;

    (void) state;

    sample_opened(&s);
    assert_int_equal(sample_shoot(&s, 1, 0, 0), 1);
    assert_int_equal(sample_shoot(&s, 2, 0, 0), 1);
    assert_int_equal(sample_drop(&s, 2, 0), 1);
    assert_int_equal(sample_shoot(&s, 3, 0, 0), 1);
    assert_int_equal(sample_session(&s)->shot[2].shot.n, 3);
    assert_int_equal(sample_session(&s)->total.counted, 2);
    assert_int_equal(sample_session(&s)->total.tenths, 218);

    assert_int_equal(sample_drop(&s, 2, 0), 0); /* gone already */
    assert_int_equal(sample_drop(&s, 9, 0), 0); /* never was */
    assert_int_equal(sample_drop(&s, 0, 1), 1); /* by number */
    assert_int_equal(sample_drop(&s, 0, 1), 0);
    assert_int_equal(sample_drop(&s, 0, 4), GMS_ENOTFOUND);

    assert_int_equal(sample_command(&s, GMS_INPUT_END, ""), 2); /* and its round */
    assert_int_equal(sample_drop(&s, 0, 3), GMS_ESTATE);
    assert_int_equal(sample_drop(&s, 3, 0), 0);
    assert_int_equal(sample_session(&s)->total.counted, 1);
    gms_scorebook_free(&s);
}


static void
earlier_shots_stay_where_they_are(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];

    (void) state;

    sample_fresh(&s);
    assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);
    assert_int_equal(sample_shoot(&s, 1, 1, 2), 1);
    assert_int_equal(sample_session(&s)->shot[0].shot.calibration, 0); /* none on record */

    sample_calibration(&input, 1);
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_shoot(&s, 2, 3, 4), 1);
    sample_calibration(&input, 1.2); /* the camera zooms */
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_shoot(&s, 3, 5, 6), 1);

    assert_int_equal(sample_session(&s)->shot[1].shot.calibration, 3);
    assert_true(sample_session(&s)->shot[1].shot.x_mm == 3 && sample_session(&s)->shot[1].shot.y_mm == 4);
    assert_int_equal(sample_session(&s)->shot[2].shot.calibration, 5);
    gms_scorebook_free(&s);
}


static void
one_word_confirms(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];

    (void) state;

    sample_fresh(&s);
    assert_int_equal(sample_command(&s, GMS_INPUT_CONFIRM, ""), GMS_ESTATE);
    sample_calibration(&input, 1);
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);
    assert_int_equal(sample_command(&s, GMS_INPUT_CONFIRM, ""), 1);
    assert_true(s.calibration.map.confirmed);
    assert_int_equal(s.calibration_seq, 3);
    assert_int_equal(sample_command(&s, GMS_INPUT_CONFIRM, ""), 0);

    /* an undone one is what it was, not what followed */
    input.u.calibration.of = 1;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_false(s.calibration.map.confirmed);
    gms_scorebook_free(&s);
}


/* The seven's line lies at 29.75 mm, its value is touched from 32 mm on. */
static void
doubtful_shots_are_marked(void **state)
{
    static const struct {
        double x_mm;
        double error_mm;
        bool   near_line;
    } cases[] = {
        { 32, 0.05, true },   /* on it */
        { 31.98, 0.05, true },
        { 28, 0.05, false },  /* in the middle of a ring */
        { 28, 4, true },      /* and so unsure that it may be any */
        { 32, 0, false },     /* whose error nobody knows */
    };
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];
    uint32_t      i;

    (void) state;

    sample_opened(&s);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sample_shot(&input, i + 1, cases[i].x_mm, 0);
        input.u.shot.x_error_mm = cases[i].error_mm;
        input.u.shot.y_error_mm = cases[i].error_mm;
        input.u.shot.error_correlation = 0;
        assert_int_equal(sample_step(&s, &input, out), 1);

        if (sample_session(&s)->shot[i].shot.near_line != cases[i].near_line) {
            fail_msg("case %u", i);
        }
    }

    gms_scorebook_free(&s);
}


static void
sighters_never_count(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];

    (void) state;

    sample_opened(&s);
    sample_shot(&input, 1, 0, 0);
    input.u.shot.sighter = true;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_session(&s)->shots, 1);
    assert_int_equal(sample_session(&s)->total.counted, 0);
    assert_int_equal(sample_drop(&s, 1, 0), 1);
    assert_int_equal(sample_session(&s)->total.counted, 0);
    assert_int_equal(sample_session(&s)->total.tenths, 0);
    gms_scorebook_free(&s);
}


static void
absurd_values_are_refused(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];
    int           i;

    (void) state;

    sample_opened(&s);

    for (i = 0; i < 10; i++) {
        sample_shot(&input, 1, 0, 0);
        switch (i) {
        case 0: input.u.shot.x_mm = (double) NAN; break;
        case 1: input.u.shot.y_mm = (double) INFINITY; break;
        case 2: input.u.shot.x_mm = 1e6; break;
        case 3: input.u.shot.x_px = (double) NAN; break;
        case 4: input.u.shot.radius_px = -1; break;
        case 5: input.u.shot.confidence = 1.5; break;
        case 6: input.real_ns = -1; break;
        case 7: memset(input.key, 'k', sizeof(input.key)); break;
        case 8: input.u.shot.frame_real_ns = -1; break;
        default: input.kind = (gms_input_kind_e) 99; break;
        }
        assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EINVALID);
    }

    assert_int_equal(sample_command(&s, GMS_INPUT_END, ""), 1);

    for (i = 0; i < 6; i++) {
        sample_start(&input, "");
        switch (i) {
        case 0: input.u.session.caliber_mm = 0; break;
        case 1: input.u.session.caliber_mm = (double) NAN; break;
        case 2: input.u.session.distance_m = -1; break;
        case 3: strcpy(input.u.session.shooter, "a\xff"); break;
        case 4: input.u.session.face.rings = 0; break;
        default: memset(input.u.session.shooter, 'a', GMS_SHOOTER_SIZE);
        }
        assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EINVALID);
    }

    sample_calibration(&input, 1);
    input.u.calibration.map.mm_to_px[0] = (double) NAN;
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EINVALID);
    sample_calibration(&input, 1);
    input.u.calibration.map.origin = GMS_CALIBRATION_NONE;
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EINVALID);

    gms_scorebook_free(&s);
}


static void
a_fold_refuses_what_cannot_follow(void **state)
{
    gms_scorebook_t s;
    gms_input_t   input;
    gms_event_t   out[GMS_DECIDE_MAX];
    int           i;

    (void) state;

    for (i = 0; i < 8; i++) {
        sample_opened(&s);
        assert_int_equal(sample_shoot(&s, 1, 0, 0), 1);
        sample_shot(&input, 2, 0, 0);
        assert_int_equal(gms_scorebook_decide(&s, &input, out), 1);

        switch (i) {
        case 0: out->seq++; break;
        case 1: out->seq--; break;
        case 2: out->u.shot.n = 1; break;
        case 3: out->u.shot.n = 3; break;
        case 4: out->kind = (gms_event_kind_e) 99; break;
        case 5:
            out->kind = GMS_EVENT_SHOT_REMOVED;
            out->u.removed.n = 2;
            break;
        case 6:
            out->kind = GMS_EVENT_SESSION_ENDED;
            strcpy(out->session, "another");
            break;
        default:
            sample_start(&input, "");
            out->kind = GMS_EVENT_SESSION_STARTED;
            break;
        }

        assert_int_equal(gms_scorebook_apply(&s, out), GMS_ECORRUPT);
        assert_int_equal(s.seq, 2);
        assert_int_equal(sample_session(&s)->shots, 1);
        assert_int_equal(sample_session(&s)->total.counted, 1);
        assert_int_equal(gms_scorebook_state(&s), GMS_LANE_LIVE);
        gms_scorebook_free(&s);
    }
}


static void
recount(const gms_session_t *s)
{
    gms_totals_t total = { 0, 0, 0, 0 };
    uint32_t     i;

    for (i = 0; i < s->shots; i++) {
        assert_int_equal(s->shot[i].shot.n, i + 1);

        if (s->shot[i].standing != GMS_STANDING_YES || s->shot[i].shot.sighter) {
            continue;
        }
        total.counted++;
        total.tenths += s->shot[i].shot.score_tenths;
        total.rings += s->shot[i].shot.ring;
        total.inner += s->shot[i].shot.inner;
    }

    assert_memory_equal(&s->total, &total, sizeof(total));
}


/* What holds whatever happens: an open session has the lane, if there is
 * one. */
static void
check_book(const gms_scorebook_t *b)
{
    int i, open = 0, ended = 0;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        recount(&b->session[i]);
        open += gms_session_is_open(&b->session[i]);
        ended += b->session[i].state == GMS_SESSION_ENDED;
    }

    assert_int_equal(gms_scorebook_open(b), open);
    assert_in_range(open, 0, GMS_SESSIONS_OPEN_MAX);
    assert_in_range(ended, 0, 1);
    assert_int_equal(b->active >= 0, open > 0);
    if (open > 0) {
        assert_true(gms_session_is_open(&b->session[b->active]));
    }
}


/* Random inputs: the live state, and the one that reads the live one's
 * events from their JSON. */
static void
fold_equals_live(void **state)
{
    gms_scorebook_t  live, folded;
    gms_input_t    input;
    gms_event_t    out[GMS_DECIDE_MAX], back;
    uint64_t       random;
    unsigned       seed, i, events;
    char          *json;
    int            k, n, most = 0;

    (void) state;

    for (seed = 1; seed <= 20; seed++) {
        random = seed * UINT64_C(0x9e3779b97f4a7c15);
        events = 0;
        sample_fresh(&live);
        sample_fresh(&folded);

        for (i = 1; i <= 400; i++) {
            sample_any(&live, &input, &random, i);
            n = sample_step(&live, &input, out);

            for (k = 0; k < n; k++) {
                json = gms_event_to_json(&out[k], "lane1");
                assert_non_null(json);
                assert_int_equal(gms_event_from_json(&back,
                    gms_event_name(out[k].kind), json), GMS_OK);
                free(json);

                memcpy(back.key, out[k].key, sizeof(back.key));
                memcpy(back.boot_id, out[k].boot_id, sizeof(back.boot_id));
                back.mono_ns = out[k].mono_ns;
                if (back.kind == GMS_EVENT_SHOT) {
                    back.u.shot.frame_mono_ns = out[k].u.shot.frame_mono_ns;
                }
                assert_int_equal(gms_scorebook_apply(&folded, &back), GMS_OK);
                events++;
            }

            check_book(&live);
            most = gms_scorebook_open(&live) > most
                ? gms_scorebook_open(&live) : most;
        }

        assert_true(events > 50);
        sample_same_book(&live, &folded);
        gms_scorebook_free(&live);
        gms_scorebook_free(&folded);
    }

    assert_int_equal(most, GMS_SESSIONS_OPEN_MAX);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a session's id names lane, epoch and first event",
          .test_func = session_id_tells_where_it_began },
        { .name = "every command meets every state as documented",
          .test_func = commands_meet_states },
        { .name = "a repeated command changes nothing, even a late one",
          .test_func = repeats_change_nothing },
        { .name = "shots are scored, numbered and counted",
          .test_func = shots_are_scored_and_counted },
        { .name = "a shot counts in a live session only",
          .test_func = shots_need_a_live_session },
        { .name = "a hole reported twice is one shot",
          .test_func = a_hole_is_one_shot },
        { .name = "a paper is counted when it goes, and shots go on after it",
          .test_func = papers_come_and_go },
        { .name = "nothing is a shot while the range is cold",
          .test_func = nothing_is_a_shot_while_cold },
        { .name = "what was confirmed stays so as long as it is found that way",
          .test_func = calibrations_stay_confirmed },
        { .name = "a removed shot's number is never used again",
          .test_func = numbers_are_never_reused },
        { .name = "a later calibration moves no earlier shot",
          .test_func = earlier_shots_stay_where_they_are },
        { .name = "a calibration is confirmed by one word, and undone to none",
          .test_func = one_word_confirms },
        { .name = "a shot whose value may be the one beside it is marked",
          .test_func = doubtful_shots_are_marked },
        { .name = "sighters are kept and never counted",
          .test_func = sighters_never_count },
        { .name = "absurd values become no event",
          .test_func = absurd_values_are_refused },
        { .name = "a fold refuses an event that cannot follow, unchanged",
          .test_func = a_fold_refuses_what_cannot_follow },
        { .name = "the fold of the events' JSON equals the live state",
          .test_func = fold_equals_live },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
