/* Several sessions on a lane: shooters who share it, walk-ups, sighters, what
 * a power cut leaves, and answers to repeats. */

#include "t/lib/sample.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "worker/base/clock.h"

#define HOURS_4 (4 * 3600.0)


/* A session of this shooter beside the others; its id. */
static const char *
join(gms_scorebook_t *b, const char *shooter, double caliber_mm,
    const char *face)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];
    int         n;

    sample_start(&input, "");
    input.beside = true;
    input.count = true;
    input.paper.what = GMS_PAPER_GONE_NEW;
    input.paper.expected = -1;
    strcpy(input.u.session.shooter, shooter);
    strcpy(input.u.session.face.name, face);
    input.u.session.caliber_mm = caliber_mm;
    n = sample_step(b, &input, out);
    assert_true(n >= 1);
    assert_int_equal(out[n - 1].kind, GMS_EVENT_SESSION_STARTED);
    return gms_scorebook_active(b)->id;
}


/* A command about a session; the events that it makes. */
static int
tell(gms_scorebook_t *b, gms_input_kind_e kind, const char *id,
    const char *shooter, gms_event_t *out)
{
    gms_input_t input;

    sample_input(&input, kind);
    strcpy(input.session, id);
    strcpy(input.u.session.shooter, shooter);
    input.count = true;
    input.paper.what =
        kind == GMS_INPUT_END ? GMS_PAPER_GONE_END : GMS_PAPER_GONE_NEW;
    input.paper.expected = -1;
    input.paper.holes = -1;
    return sample_step(b, &input, out);
}


/* A shot that opens a session when none is open. */
static int
shoot(gms_scorebook_t *b, uint32_t hole, double x_mm)
{
    gms_event_t out[GMS_DECIDE_MAX];
    gms_input_t input, start;

    sample_start(&start, "");
    start.u.session.shooter[0] = '\0';
    sample_shot(&input, hole, x_mm, 0);
    input.walk_up = &start.u.session;
    return sample_step(b, &input, out);
}


static void
shooters_share_a_lane(void **state)
{
    gms_scorebook_t      b;
    gms_event_t          out[GMS_DECIDE_MAX];
    const gms_session_t *anna, *bob;
    char                 first[GMS_ID_SIZE], second[GMS_ID_SIZE];

    (void) state;

    sample_fresh(&b);
    strcpy(first, join(&b, "anna", 4.5, "face"));
    assert_int_equal(shoot(&b, 1, 10.5), 1);
    strcpy(second, join(&b, "bob", 9, "face"));
    assert_int_equal(shoot(&b, 2, 10.5), 1); /* a larger gauge */
    assert_int_equal(shoot(&b, 3, 0), 1);

    anna = gms_scorebook_find(&b, first);
    bob = gms_scorebook_find(&b, second);
    assert_int_equal(anna->total.rings, 9);
    assert_int_equal(bob->total.rings, 20);
    assert_int_equal(bob->shot[0].shot.n, 1);
    assert_int_equal(bob->paper, 1);
    assert_int_equal(gms_scorebook_paper_shots(&b), 3);

    /* one tap, no new paper; a second one changes nothing */
    assert_int_equal(tell(&b, GMS_INPUT_ACTIVATE, first, "", out), 1);
    assert_string_equal(out[0].session, first);
    assert_int_equal(tell(&b, GMS_INPUT_ACTIVATE, first, "", out), 0);
    assert_int_equal(shoot(&b, 4, 0), 1);
    assert_int_equal(anna->total.counted, 2);
    assert_int_equal(bob->total.counted, 2);
    assert_int_equal(anna->paper, 1);

    /* a pause is of one */
    assert_int_equal(tell(&b, GMS_INPUT_PAUSE, second, "", out), 1);
    assert_int_equal(gms_scorebook_state(&b), GMS_LANE_LIVE);
    assert_int_equal(shoot(&b, 5, 0), 1);

    assert_int_equal(tell(&b, GMS_INPUT_ACTIVATE, "nobody", "", out),
        GMS_ESTATE);
    gms_scorebook_free(&b);
}


static void
the_detector_takes_back_whose_hole_it_is(void **state)
{
    gms_scorebook_t b;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];
    char            first[GMS_ID_SIZE];

    (void) state;

    sample_fresh(&b);
    strcpy(first, join(&b, "anna", 4.5, "face"));
    assert_int_equal(shoot(&b, 1, 0), 1);
    join(&b, "bob", 4.5, "face");
    assert_int_equal(shoot(&b, 1, 0), 0); /* reported again, to another */
    assert_int_equal(shoot(&b, 2, 0), 1);

    sample_input(&input, GMS_INPUT_REMOVE);
    input.hole = 1;
    assert_int_equal(sample_step(&b, &input, out), 1);
    assert_string_equal(out[0].session, first);
    assert_int_equal(gms_scorebook_find(&b, first)->total.counted, 0);
    assert_int_equal(gms_scorebook_active(&b)->total.counted, 1);
    gms_scorebook_free(&b);
}


static void
four_share_a_lane(void **state)
{
    gms_scorebook_t b;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];
    int             i;

    (void) state;

    sample_fresh(&b);
    for (i = 0; i < GMS_SESSIONS_OPEN_MAX; i++) {
        join(&b, "anna", 4.5, "face");
    }
    sample_start(&input, "");
    assert_int_equal(sample_step(&b, &input, out), GMS_ESTATE);
    input.beside = true;
    assert_int_equal(sample_step(&b, &input, out), GMS_ETOOBIG);
    assert_int_equal(tell(&b, GMS_INPUT_END, "", "", out), 3);
    assert_int_equal(sample_step(&b, &input, out), 1);
    gms_scorebook_free(&b);
}


static void
another_face_is_another_paper(void **state)
{
    gms_scorebook_t      b;
    gms_event_t          out[GMS_DECIDE_MAX];
    const gms_session_t *anna;
    char                 first[GMS_ID_SIZE], second[GMS_ID_SIZE];

    (void) state;

    sample_fresh(&b);
    strcpy(first, join(&b, "anna", 4.5, "pistol"));
    assert_int_equal(shoot(&b, 1, 0), 1);
    strcpy(second, join(&b, "bob", 4.5, "rifle"));
    anna = gms_scorebook_find(&b, first);
    assert_int_equal(anna->paper, 2);
    assert_int_equal(anna->last_paper.what, GMS_PAPER_GONE_NEW);
    assert_int_equal(anna->last_paper.shots, 1);
    assert_int_equal(anna->rounds, 1); /* it ended with its paper */
    assert_int_equal(gms_scorebook_find(&b, second)->paper, 1);

    assert_int_equal(shoot(&b, 2, 0), 1);
    assert_int_equal(tell(&b, GMS_INPUT_ACTIVATE, first, "", out), 3);
    assert_int_equal(out[0].kind, GMS_EVENT_PAPER);
    assert_string_equal(out[0].session, second);
    assert_int_equal(out[1].kind, GMS_EVENT_ROUND);
    assert_int_equal(out[2].kind, GMS_EVENT_SESSION_ACTIVATED);
    assert_int_equal(gms_scorebook_find(&b, second)->paper, 2);
    assert_int_equal(anna->paper, 3);
    gms_scorebook_free(&b);
}


static void
who_stays_has_the_lane(void **state)
{
    gms_scorebook_t b;
    gms_event_t     out[GMS_DECIDE_MAX];
    char            id[3][GMS_ID_SIZE];
    int             i;

    (void) state;

    sample_fresh(&b);
    for (i = 0; i < 3; i++) {
        strcpy(id[i], join(&b, "anna", 4.5, "face"));
    }
    assert_int_equal(tell(&b, GMS_INPUT_ACTIVATE, id[0], "", out), 1);

    /* the one that had it before; the end comes last, and closes the session */
    assert_int_equal(tell(&b, GMS_INPUT_END, "", "", out), 3);
    assert_int_equal(out[0].u.paper.what, GMS_PAPER_GONE_END);
    assert_int_equal(out[2].kind, GMS_EVENT_SESSION_ENDED);
    assert_string_equal(out[2].session, id[0]);
    assert_string_equal(gms_scorebook_active(&b)->id, id[2]);

    /* one that has not the lane ends alone */
    assert_int_equal(tell(&b, GMS_INPUT_END, id[1], "", out), 1);
    assert_string_equal(gms_scorebook_active(&b)->id, id[2]);
    assert_null(gms_scorebook_find(&b, id[0])); /* another ended since */

    assert_int_equal(tell(&b, GMS_INPUT_END, "", "", out), 2);
    assert_null(gms_scorebook_active(&b));
    assert_string_equal(gms_scorebook_shown(&b)->id, id[2]);
    gms_scorebook_free(&b);
}


static void
a_shot_alone_opens_a_session(void **state)
{
    gms_scorebook_t b;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];

    (void) state;

    sample_fresh(&b);

    /* while the range is cold nothing is a shot */
    sample_input(&input, GMS_INPUT_RANGE);
    input.u.range.cold = true;
    assert_int_equal(sample_step(&b, &input, out), 1);
    assert_int_equal(shoot(&b, 1, 0), 0);
    input.u.range.cold = false;
    assert_int_equal(sample_step(&b, &input, out), 1);

    /* nor a hole that was made while nobody looked */
    sample_shot(&input, 2, 0, 0);
    assert_int_equal(sample_step(&b, &input, out), 0);
    input.u.shot.recovered = true;
    input.walk_up = &out[0].u.session;
    assert_int_equal(sample_step(&b, &input, out), 0);

    assert_int_equal(shoot(&b, 3, 0), 2);
    assert_true(gms_scorebook_active(&b)->setup.walk_up);
    assert_string_equal(gms_scorebook_active(&b)->setup.shooter, "");
    assert_int_equal(shoot(&b, 4, 8), 1);
    assert_int_equal(gms_scorebook_active(&b)->total.counted, 2);

    assert_int_equal(tell(&b, GMS_INPUT_CLAIM, "", "", out), GMS_EINVALID);
    assert_int_equal(tell(&b, GMS_INPUT_CLAIM, "", "anna", out), 1);
    assert_string_equal(gms_scorebook_active(&b)->setup.shooter, "anna");
    assert_int_equal(tell(&b, GMS_INPUT_CLAIM, "", "bob", out), GMS_ESTATE);
    assert_int_equal(tell(&b, GMS_INPUT_DISCARD, "", "", out), GMS_ESTATE);
    gms_scorebook_free(&b);
}


/* One shot of a walk-up after the other, until it is gone; how many steps. */
static int
hand_over(gms_scorebook_t *b, const char *walk_up, const char *to)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];
    int         n, steps = 0;

    sample_input(&input, GMS_INPUT_INTO);
    strcpy(input.session, walk_up);
    snprintf(input.key, sizeof(input.key), "into %.60s", walk_up);
    strcpy(input.u.correcting.other, to);
    strcpy(input.u.correcting.reason, "claimed");
    strcpy(input.u.correcting.author, "shooter");

    do {
        n = sample_step(b, &input, out);
        steps++;
        assert_true(n <= 0 || out[0].key[0] == '\0' /* not known by it yet */
            || out[n - 1].kind == GMS_EVENT_SESSION_DISCARDED);
    } while (n > 0 && out[n - 1].kind != GMS_EVENT_SESSION_DISCARDED);

    if (n > 0) { /* a repeat is none */
        assert_int_equal(sample_step(b, &input, out), 0);
        assert_non_null(gms_scorebook_answered(b, &input));
    }
    return n > 0 ? steps : n;
}


static void
a_walk_up_is_claimed_into_a_session(void **state)
{
    const gms_session_t *anna;
    gms_scorebook_t      b;
    gms_input_t          input;
    gms_event_t          out[GMS_DECIDE_MAX];
    char                 walk_up[GMS_ID_SIZE], id[GMS_ID_SIZE];

    (void) state;

    sample_fresh(&b);
    assert_int_equal(shoot(&b, 1, 0), 2);
    assert_int_equal(shoot(&b, 2, 8), 1);
    assert_int_equal(shoot(&b, 3, 16), 1);
    strcpy(walk_up, gms_scorebook_active(&b)->id);
    assert_int_equal(sample_drop(&b, 2, 0), 1); /* it was none */

    strcpy(id, join(&b, "anna", 4.5, "face"));
    anna = gms_scorebook_find(&b, id);
    assert_int_equal(shoot(&b, 4, 24), 1);
    assert_true(tell(&b, GMS_INPUT_ACTIVATE, walk_up, "", out) > 0);

    assert_int_equal(hand_over(&b, walk_up, walk_up), GMS_EINVALID);
    assert_int_equal(hand_over(&b, walk_up, "none"), GMS_EINVALID);
    assert_int_equal(hand_over(&b, id, walk_up), GMS_ESTATE);

    /* two shots, and the end, each a step of its own */
    assert_int_equal(hand_over(&b, walk_up, id), 3);
    assert_null(gms_scorebook_find(&b, walk_up));
    assert_ptr_equal(gms_scorebook_active(&b), anna);
    assert_int_equal(anna->shots, 3);
    assert_int_equal(anna->total.counted, 3);
    assert_int_equal(anna->shot[1].shot.hole, 1);
    assert_int_equal(anna->shot[2].shot.hole, 3);
    assert_int_equal(anna->shot[2].shot.n, 3);
    assert_string_equal(anna->shot[1].other, walk_up);

    /* a hole that was handed over is no other shot */
    sample_shot(&input, 1, 0, 0);
    assert_int_equal(gms_scorebook_decide(&b, &input, out), 0);

    /* into a competition an official alone */
    assert_true(tell(&b, GMS_INPUT_END, "", "", out) > 0);
    assert_int_equal(shoot(&b, 5, 0), 2);
    strcpy(walk_up, gms_scorebook_active(&b)->id);
    sample_start(&input, "");
    input.u.session.competition = true;
    assert_true(sample_step(&b, &input, out) > 0);
    assert_int_equal(hand_over(&b, walk_up, gms_scorebook_active(&b)->id),
        GMS_EFORBIDDEN);
    gms_scorebook_free(&b);
}


/* All of its shots or none: what a session cannot take is refused first. */
static void
a_long_walk_up_is_handed_over_whole(void **state)
{
    gms_scorebook_t b;
    char            walk_up[GMS_ID_SIZE], id[GMS_ID_SIZE];
    uint32_t        hole = 0;

    (void) state;

    for (int more = 0; more < 2; more++) {
        sample_fresh(&b);
        assert_int_equal(shoot(&b, ++hole, 0), 2);
        strcpy(walk_up, gms_scorebook_active(&b)->id);
        for (int i = 1; i < GMS_SESSION_CORRECTIONS_MAX + more; i++) {
            assert_int_equal(shoot(&b, ++hole, i % 50), 1);
        }
        strcpy(id, join(&b, "anna", 4.5, "face"));
        assert_int_equal(hand_over(&b, walk_up, id),
            more ? GMS_ETOOBIG : GMS_SESSION_CORRECTIONS_MAX + 1);
        assert_int_equal(gms_scorebook_find(&b, id)->shots,
            more ? 0 : GMS_SESSION_CORRECTIONS_MAX);
        gms_scorebook_free(&b);
    }
}


static void
a_discarded_session_comes_back(void **state)
{
    const gms_session_t *s;
    gms_scorebook_t      b;
    gms_event_t          out[GMS_DECIDE_MAX];
    char                 first[GMS_ID_SIZE], second[GMS_ID_SIZE] = "";
    int                  i;

    (void) state;

    sample_fresh(&b);
    assert_int_equal(shoot(&b, 1, 0), 2);
    strcpy(first, gms_scorebook_active(&b)->id);
    assert_int_equal(tell(&b, GMS_INPUT_DISCARD, "", "", out), 1);
    assert_null(gms_scorebook_find(&b, first));
    assert_int_equal(tell(&b, GMS_INPUT_CLAIM, first, "bob", out), GMS_ESTATE);

    assert_int_equal(tell(&b, GMS_INPUT_RESUME, first, "", out), 2);
    s = gms_scorebook_find(&b, first);
    assert_ptr_equal(s, gms_scorebook_active(&b));
    assert_int_equal(s->total.counted, 1);
    assert_int_equal(tell(&b, GMS_INPUT_CLAIM, first, "bob", out), 1);
    assert_true(tell(&b, GMS_INPUT_END, "", "", out) > 0);

    /* the newest alone */
    for (i = 0; i < 2; i++) {
        strcpy(first, second);
        join(&b, "anna", 4.5, "face");
        assert_true(tell(&b, GMS_INPUT_END, "", "", out) > 0);
        assert_int_equal(shoot(&b, 10 + (uint32_t) i, 0), 2);
        strcpy(second, gms_scorebook_active(&b)->id);
        assert_int_equal(tell(&b, GMS_INPUT_DISCARD, "", "", out), 1);
    }
    assert_int_equal(tell(&b, GMS_INPUT_RESUME, first, "", out), GMS_ESTATE);

    /* not as a fifth */
    for (i = 0; i < GMS_SESSIONS_OPEN_MAX; i++) {
        join(&b, "anna", 4.5, "face");
    }
    assert_int_equal(tell(&b, GMS_INPUT_RESUME, second, "", out), GMS_ESTATE);
    gms_scorebook_free(&b);
}


static void
a_walk_up_is_discarded_or_left(void **state)
{
    gms_scorebook_t       b;
    gms_input_t           input;
    gms_event_t           out[GMS_DECIDE_MAX];
    gms_session_instant_t now;
    char                  anna[GMS_ID_SIZE];
    int                   n;

    (void) state;

    sample_fresh(&b);
    assert_int_equal(shoot(&b, 1, 0), 2);
    assert_int_equal(tell(&b, GMS_INPUT_DISCARD, "", "", out), 1);
    assert_null(gms_scorebook_shown(&b));

    /* a session may begin beside it, and has the lane again after it */
    assert_int_equal(shoot(&b, 2, 0), 2);
    sample_start(&input, "");
    assert_int_equal(sample_step(&b, &input, out), 1);
    strcpy(anna, gms_scorebook_active(&b)->id);
    assert_int_equal(gms_scorebook_open(&b), 2);

    /* half an hour: less, and more */
    sample_input(&input, GMS_INPUT_TIME);
    now.real_ns = input.real_ns;
    strcpy(now.boot_id, input.boot_id);
    now.mono_ns = 5002000000 + 1799 * GMS_S;
    input.mono_ns = now.mono_ns;

    while ((n = sample_step(&b, &input, out)) > 0) { /* its round may end */
        assert_int_equal(out[0].kind, GMS_EVENT_ROUND);
    }
    assert_int_equal(n, 0);
    assert_false(gms_scorebook_is_due(&b, &now, 0));
    now.mono_ns += 2 * GMS_S;
    assert_true(gms_scorebook_is_due(&b, &now, 0));
    input.mono_ns = now.mono_ns;
    assert_int_equal(sample_step(&b, &input, out), 1);
    assert_int_equal(out[0].kind, GMS_EVENT_SESSION_ENDED);
    assert_string_equal(out[0].u.session.reason, "left alone for 30 min");
    assert_string_equal(gms_scorebook_active(&b)->id, anna);

    /* and can still be claimed */
    assert_int_equal(tell(&b, GMS_INPUT_CLAIM, out[0].session, "bob", out), 1);
    gms_scorebook_free(&b);
}


static void
sighters_end_with_a_word(void **state)
{
    gms_scorebook_t      b;
    gms_input_t          input;
    gms_event_t          out[GMS_DECIDE_MAX];
    const gms_session_t *s;
    uint32_t             i;

    (void) state;

    sample_fresh(&b);
    sample_start(&input, "");
    input.u.session.sighters = true;
    input.u.session.rounds.shots = 3;
    assert_int_equal(sample_step(&b, &input, out), 1);
    s = gms_scorebook_active(&b);

    for (i = 1; i <= 4; i++) { /* as many as one likes */
        assert_int_equal(shoot(&b, i, 0), 1);
        assert_true(s->shot[i - 1].shot.sighter);
    }
    assert_int_equal(s->total.counted, 0);

    assert_int_equal(tell(&b, GMS_INPUT_SIGHTERS, "", "", out), 0);
    assert_int_equal(tell(&b, GMS_INPUT_RECORD, "", "", out), 2);
    assert_int_equal(out[0].u.round.by, GMS_ROUND_BY_COMMAND);
    assert_int_equal(out[0].u.round.last, 4);

    for (i = 5; i <= 7; i++) {
        assert_int_equal(shoot(&b, i, 0), i == 7 ? 2 : 1);
    }
    assert_int_equal(s->total.counted, 3);
    assert_int_equal(s->round[1].first, 5);
    assert_int_equal(tell(&b, GMS_INPUT_SIGHTERS, "", "", out), 1);
    assert_int_equal(shoot(&b, 8, 0), 1);
    assert_int_equal(s->total.counted, 3);
    gms_scorebook_free(&b);
}


static const char *
detail_of(const gms_session_t *s, char *text, size_t size)
{
    cJSON *json = gms_scorebook_session_to_json(s);

    assert_non_null(json);
    snprintf(text, size, "%s", cJSON_GetObjectItem(cJSON_GetObjectItem(json,
        "session"), "detail")->valuestring);
    cJSON_Delete(json);
    return text;
}


/* The input of an instant: so many seconds after the last one, < 0: the
 * first, in this boot. */
static void
at(gms_input_t *input, gms_input_kind_e kind, double seconds, const char *boot)
{
    static int64_t real_ns, mono_ns;

    if (seconds < 0) {
        real_ns = SAMPLE_REAL_NS;
        mono_ns = 100 * GMS_S;
    } else {
        real_ns += (int64_t) (seconds * GMS_S);
        mono_ns += (int64_t) (seconds * GMS_S);
    }

    sample_input(input, kind);
    input->real_ns = real_ns;
    input->mono_ns = mono_ns;
    input->idle_s = HOURS_4;
    strcpy(input->boot_id, boot);
}


static void
at_start(gms_input_t *input, double seconds, const char *boot)
{
    gms_input_t start;

    sample_start(&start, "");
    at(input, GMS_INPUT_START, seconds, boot);
    input->u.session = start.u.session;
}


static void
a_session_left_alone_ends(void **state)
{
    gms_scorebook_t b;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];
    char            text[64];

    (void) state;

    sample_fresh(&b);
    at_start(&input, -1, "boot 1");
    assert_int_equal(sample_step(&b, &input, out), 1);

    /* whatever is done to it counts, a second before the time is over */
    at(&input, GMS_INPUT_SIGHTERS, HOURS_4 - 1, "boot 1");
    assert_int_equal(sample_step(&b, &input, out), 1);
    at(&input, GMS_INPUT_PAUSE, HOURS_4 - 1, "boot 1");
    assert_int_equal(sample_step(&b, &input, out), 1);
    at(&input, GMS_INPUT_TIME, HOURS_4 - 1, "boot 1");
    assert_int_equal(sample_step(&b, &input, out), 0);

    /* without a limit it stays for ever */
    at(&input, GMS_INPUT_TIME, 100 * HOURS_4, "boot 1");
    input.idle_s = 0;
    assert_int_equal(sample_step(&b, &input, out), 0);

    /* the computer was off meanwhile: the wall clock tells */
    at(&input, GMS_INPUT_BOOT, 1, "boot 2");
    input.mono_ns = 5;
    assert_int_equal(sample_step(&b, &input, out), 0);
    at(&input, GMS_INPUT_TIME, 0, "boot 2");
    input.mono_ns = 6;
    assert_int_equal(sample_step(&b, &input, out), 1);
    assert_int_equal(out[0].kind, GMS_EVENT_SESSION_ENDED);
    assert_string_equal(out[0].u.session.reason, "left alone for 4 h");
    assert_null(gms_scorebook_active(&b));
    assert_string_equal(detail_of(gms_scorebook_shown(&b), text, sizeof(text)),
        "left alone for 4 h");

    /* a clock that is set back is no time that passes */
    at_start(&input, 1, "boot 2");
    input.mono_ns = 7;
    assert_int_equal(sample_step(&b, &input, out), 1);
    at(&input, GMS_INPUT_TIME, 1, "boot 3");
    input.real_ns -= (int64_t) (100 * HOURS_4) * GMS_S;
    assert_int_equal(sample_step(&b, &input, out), 0);
    gms_scorebook_free(&b);
}


static void
of_two_the_one_left_alone_ends(void **state)
{
    gms_scorebook_t b;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];
    char            anna[GMS_ID_SIZE], bob[GMS_ID_SIZE];

    (void) state;

    sample_fresh(&b);
    at_start(&input, -1, "boot 1");
    assert_int_equal(sample_step(&b, &input, out), 1);
    strcpy(anna, gms_scorebook_active(&b)->id);
    at_start(&input, 1, "boot 1");
    input.beside = true;
    assert_int_equal(sample_step(&b, &input, out), 1);
    strcpy(bob, gms_scorebook_active(&b)->id);

    at(&input, GMS_INPUT_SIGHTERS, HOURS_4 - 2, "boot 1");
    assert_int_equal(sample_step(&b, &input, out), 1);
    at(&input, GMS_INPUT_TIME, 2, "boot 1");
    assert_int_equal(sample_step(&b, &input, out), 1);
    assert_int_equal(out[0].kind, GMS_EVENT_SESSION_ENDED);
    assert_string_equal(out[0].session, anna);
    assert_string_equal(gms_scorebook_active(&b)->id, bob);
    at(&input, GMS_INPUT_TIME, 1, "boot 1");
    assert_int_equal(sample_step(&b, &input, out), 0);
    gms_scorebook_free(&b);
}


static int
give_token(gms_scorebook_t *b, int token, const char *session)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_input(&input, GMS_INPUT_JOIN);
    strcpy(input.session, session);
    memset(input.u.session.token[0], token, GMS_SECRET_HASH_SIZE);
    return sample_step(b, &input, out);
}


static void
tokens_end_with_their_session(void **state)
{
    gms_scorebook_t      b;
    gms_input_t          input;
    gms_event_t          out[GMS_DECIDE_MAX];
    const gms_session_t *s;
    int                  i;

    (void) state;

    assert_int_equal(gms_scorebook_init(&b, "lane1", 1), GMS_OK);
    assert_int_equal(give_token(&b, 1, ""), GMS_ESTATE);
    sample_start(&input, "");
    assert_int_equal(sample_step(&b, &input, out), 1);
    s = gms_scorebook_active(&b);
    assert_int_equal(s->setup.tokens, 1);

    for (i = 1; i <= 8; i++) {
        assert_int_equal(give_token(&b, i, s->id), 1);
    }

    /* who started it was the first, and the first to give way */
    assert_int_equal(s->setup.tokens, GMS_SESSION_TOKENS_MAX);
    assert_int_equal(s->setup.token[0][31], 1);
    assert_int_equal(s->setup.token[7][0], 8);

    assert_int_equal(tell(&b, GMS_INPUT_PAUSE, "", "", out), 1);
    assert_int_equal(s->setup.tokens, GMS_SESSION_TOKENS_MAX);
    assert_int_equal(tell(&b, GMS_INPUT_END, "", "", out), 2);
    assert_int_equal(s->setup.tokens, 0);
    assert_int_equal(give_token(&b, 9, s->id), GMS_ESTATE);
    gms_scorebook_free(&b);
}


static void
a_power_cut_leaves_them_paused(void **state)
{
    gms_scorebook_t b;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];
    char            first[GMS_ID_SIZE], text[64];
    uint32_t        i;

    (void) state;

    sample_fresh(&b);
    strcpy(first, join(&b, "anna", 4.5, "face"));
    for (i = 1; i <= 23; i++) {
        assert_int_equal(shoot(&b, i, 0), 1);
    }
    join(&b, "bob", 4.5, "face");

    sample_input(&input, GMS_INPUT_BOOT);
    assert_int_equal(sample_step(&b, &input, out), 0); /* the process alone */
    strcpy(input.boot_id, "fedcba9876543210fedcba9876543210");
    assert_int_equal(sample_step(&b, &input, out), 2);
    assert_int_equal(gms_scorebook_state(&b), GMS_LANE_PAUSED);
    assert_string_equal(detail_of(gms_scorebook_find(&b, first), text,
        sizeof(text)), "Resume, 23 shots kept");
    assert_int_equal(sample_step(&b, &input, out), 0);
    assert_int_equal(shoot(&b, 24, 0), 0);

    assert_int_equal(tell(&b, GMS_INPUT_RESUME, first, "", out), 1);
    assert_string_equal(detail_of(gms_scorebook_find(&b, first), text,
        sizeof(text)), "");

    /* a pause that somebody asked for says nothing */
    assert_int_equal(tell(&b, GMS_INPUT_PAUSE, first, "", out), 1);
    assert_string_equal(detail_of(gms_scorebook_find(&b, first), text,
        sizeof(text)), "");
    gms_scorebook_free(&b);
}


static void
a_repeat_gets_the_first_answer(void **state)
{
    gms_scorebook_t     b;
    gms_input_t         input;
    gms_event_t         out[GMS_DECIDE_MAX];
    const gms_answer_t *answer;
    char                first[GMS_ID_SIZE], key[16];
    int                 i;

    (void) state;

    sample_fresh(&b);
    sample_start(&input, "start");
    assert_null(gms_scorebook_answered(&b, &input));
    assert_int_equal(sample_step(&b, &input, out), 1);
    strcpy(first, gms_scorebook_active(&b)->id);
    for (i = 0; i < 2; i++) { /* pressed three times */
        assert_int_equal(sample_step(&b, &input, out), 0);
    }
    assert_int_equal(shoot(&b, 1, 0), 1);
    assert_int_equal(sample_command(&b, GMS_INPUT_END, "end"), 2);
    assert_int_equal(sample_command(&b, GMS_INPUT_START, "next"), 1);

    answer = gms_scorebook_answered(&b, &input);
    assert_non_null(answer);
    assert_string_equal(answer->session, first);
    assert_int_equal(answer->total.counted, 0); /* as it was then */
    sample_input(&input, GMS_INPUT_END);
    strcpy(input.key, "end");
    answer = gms_scorebook_answered(&b, &input);
    assert_non_null(answer);
    assert_string_equal(answer->session, first);
    assert_int_equal(answer->total.counted, 1);

    /* a key is of its command */
    strcpy(input.key, "start");
    assert_null(gms_scorebook_answered(&b, &input));

    /* the table is bounded: the oldest goes */
    for (i = 0; i < GMS_ANSWERS_MAX; i++) {
        snprintf(key, sizeof(key), "p%d", i);
        assert_int_equal(sample_command(&b, i & 1 ? GMS_INPUT_RESUME
                                                  : GMS_INPUT_PAUSE, key), 1);
    }
    assert_int_equal(b.answers, GMS_ANSWERS_MAX);
    sample_start(&input, "next");
    assert_null(gms_scorebook_answered(&b, &input));
    gms_scorebook_free(&b);
}


static void
a_clock_that_was_not_set_is_told(void **state)
{
    static const struct {
        int64_t     later_s; /* than the event before */
        bool        unset;   /* the lane knows that it is */
        bool        told;
        const char *name;
    } cases[] = {
        { 5, false, false, "it goes on" },
        { -30, false, false, "set back a little" },
        { -3600, false, true, "an hour before what is on record" },
        { 5, true, true, "before the program was made" },
        { 5, false, false, "it was set" },
    };
    gms_scorebook_t b;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX], back;
    char           *json;
    size_t          i;

    (void) state;

    sample_opened(&b);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sample_input(&input, i & 1 ? GMS_INPUT_RESUME : GMS_INPUT_PAUSE);
        input.real_ns = b.newest_ns + cases[i].later_s * GMS_S;
        input.clock_unset = cases[i].unset;
        assert_int_equal(sample_step(&b, &input, out), 1);

        if (out[0].clock_unset != cases[i].told
            || b.clock_unset != cases[i].told)
        {
            fail_msg("%s", cases[i].name);
        }

        json = gms_event_to_json(&out[0], "lane1");
        assert_int_equal(strstr(json, "\"clock_set\":false") != NULL,
            cases[i].told);
        assert_int_equal(gms_event_from_json(&back, "session", json), GMS_OK);
        assert_int_equal(back.clock_unset, cases[i].told);
        free(json);
    }

    gms_scorebook_free(&b);
}


static void
four_full_sessions_fit(void **state)
{
    gms_scorebook_t b;
    cJSON          *session, *sessions;
    char           *text;
    size_t          size;
    uint32_t        i;
    int             k;

    (void) state;

    sample_fresh(&b);
    for (k = 0; k < GMS_SESSIONS_OPEN_MAX; k++) {
        join(&b, "anna", 4.5, "face");
        for (i = 1; i <= 1500; i++) {
            assert_true(shoot(&b, (uint32_t) k * 2000 + i, -9999.1234) >= 1);
        }
    }

    session = gms_scorebook_session_to_json(gms_scorebook_active(&b));
    sessions = gms_scorebook_sessions_to_json(&b);
    text = cJSON_PrintUnformatted(session);
    size = strlen(text);
    cJSON_free(text);
    text = cJSON_PrintUnformatted(sessions);
    size += strlen(text);
    cJSON_free(text);
    print_message("# %zu bytes\n", size);
    assert_true(size < 200 * 1024);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(sessions,
        "sessions")), GMS_SESSIONS_OPEN_MAX);
    cJSON_Delete(session);
    cJSON_Delete(sessions);
    gms_scorebook_free(&b);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "two shooters share a lane, each with totals of his own",
          .test_func = shooters_share_a_lane },
        { .name = "the detector takes a shot back from whose it is",
          .test_func = the_detector_takes_back_whose_hole_it_is },
        { .name = "four sessions share a lane at most",
          .test_func = four_share_a_lane },
        { .name = "another face is another paper, for everybody",
          .test_func = another_face_is_another_paper },
        { .name = "when a session ends, who had the lane before has it again",
          .test_func = who_stays_has_the_lane },
        { .name = "a shot without a session opens one, and somebody claims it",
          .test_func = a_shot_alone_opens_a_session },
        { .name = "a walk-up is claimed into a session, shot by shot",
          .test_func = a_walk_up_is_claimed_into_a_session },
        { .name = "all of its shots, or none",
          .test_func = a_long_walk_up_is_handed_over_whole },
        { .name = "a discarded session comes back",
          .test_func = a_discarded_session_comes_back },
        { .name = "a walk-up is discarded, or ends after half an hour",
          .test_func = a_walk_up_is_discarded_or_left },
        { .name = "sighters count nowhere until somebody says record",
          .test_func = sighters_end_with_a_word },
        { .name = "a session that nobody touches for four hours ends by itself",
          .test_func = a_session_left_alone_ends },
        { .name = "of two that share a lane, the one left alone ends",
          .test_func = of_two_the_one_left_alone_ends },
        { .name = "tokens are those of the last eight, and end with their session",
          .test_func = tokens_end_with_their_session },
        { .name = "a power cut leaves sessions paused, a crash does not",
          .test_func = a_power_cut_leaves_them_paused },
        { .name = "a repeat gets the first answer",
          .test_func = a_repeat_gets_the_first_answer },
        { .name = "a clock that was not set is told",
          .test_func = a_clock_that_was_not_set_is_told },
        { .name = "four full sessions fit into the state document",
          .test_func = four_full_sessions_fit },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
