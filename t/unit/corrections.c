/* Corrections of shots: each kind applied and undone, refused where it cannot
 * be, and every sum as if it had been so from the start. */

#include "t/lib/sample.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "worker/session/counted.h"


/* A session with four shots: 10.9, 9-something, a miss and another; and one
 * closed round of the first two. */
static void
shot_four(gms_scorebook_t *s)
{
    static const double x_mm[] = { 0, 10, 84, 20 };
    gms_input_t         input;
    gms_event_t         out[GMS_DECIDE_MAX];
    uint32_t            i;

    sample_opened(s);

    for (i = 0; i < 4; i++) {
        sample_shot(&input, i + 1, x_mm[i], 0);
        input.u.shot.x_error_mm = 0;
        input.u.shot.y_error_mm = 0;
        assert_int_equal(sample_step(s, &input, out), 1);

        if (i == 1) {
            assert_int_equal(sample_command(s, GMS_INPUT_ROUND, ""), 1);
        }
    }
}


/* Sums are those of its rows, whatever happened. */
static void
same_sums(const gms_scorebook_t *s)
{
    gms_totals_t         total;
    const gms_session_t *one;
    uint32_t             k;
    int                  i;

    for (i = 0; i < GMS_SESSIONS_MAX; i++) {
        one = &s->session[i];
        memset(&total, 0, sizeof(total));

        for (k = 0; k < one->shots; k++) {
            if (one->shot[k].standing == GMS_STANDING_YES) {
                gms_session_count(&total, &one->shot[k].shot, 1);
            }
        }

        assert_memory_equal(&total, &one->total, sizeof(total));
    }
}


typedef struct {
    const char      *name;
    gms_correction_e what;
    uint32_t         n;
    double           x_mm; /* MOVE */
    int              tenths;
    int              inner;
    uint32_t         round;
    gms_standing_e   standing; /* then */
    int              score;    /* of the shot, */
    int              counted;  /* and of the session */
    int              sum;
} gms_kind_t;

/* As they came: 109, 97, 0, 85. */
static const gms_kind_t kinds[] = {
    { "one that was none", GMS_CORRECTION_REMOVE, 1, 0, 0, -1, 0,
        GMS_STANDING_REMOVED, 109, 3, 182 },
    { "one that does not count", GMS_CORRECTION_IGNORE, 2, 0, 0, -1, 0,
        GMS_STANDING_IGNORED, 97, 3, 194 },
    { "one that was elsewhere", GMS_CORRECTION_MOVE, 3, 0, 0, -1, 0,
        GMS_STANDING_YES, 109, 4, 400 },
    { "a jury's value", GMS_CORRECTION_SCORE, 3, 0, 70, -1, 0, GMS_STANDING_YES,
        70, 4, 361 },
    { "a jury's miss", GMS_CORRECTION_SCORE, 1, 0, 0, -1, 0, GMS_STANDING_YES, 0,
        4, 182 },
    { "a gauge that says more", GMS_CORRECTION_GAUGE, 2, 0, 100, -1, 0,
        GMS_STANDING_YES, 100, 4, 294 },
    { "a gauge that says less", GMS_CORRECTION_GAUGE, 4, 0, 70, -1, 0,
        GMS_STANDING_YES, 79, 4, 285 },
    { "a gauge that agrees", GMS_CORRECTION_GAUGE, 4, 0, 80, -1, 0,
        GMS_STANDING_YES, 85, 4, 291 },
    { "one of another round", GMS_CORRECTION_ROUND, 4, 0, 0, -1, 1,
        GMS_STANDING_YES, 85, 4, 291 },
};


static void
kind_input(gms_input_t *input, const gms_scorebook_t *s, const gms_kind_t *kind)
{
    gms_correcting_t *c = &input->u.correcting;

    sample_correct(input, sample_session(s), kind->n, kind->what);
    c->placed = kind->what == GMS_CORRECTION_MOVE;
    c->x_mm = kind->x_mm;
    c->valued = kind->what == GMS_CORRECTION_SCORE
        || kind->what == GMS_CORRECTION_GAUGE;
    c->score_tenths = kind->tenths;
    c->inner = kind->inner;
    c->round = kind->round;
}


static void
each_kind_is_applied_and_undone(void **state)
{
    const gms_session_shot_t *row;
    gms_scorebook_t           s;
    gms_event_shot_t          was;
    gms_input_t               input;
    gms_event_t               out[GMS_DECIDE_MAX];
    size_t                    i;
    int                       again;

    (void) state;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        shot_four(&s);
        row = &sample_session(&s)->shot[kinds[i].n - 1];
        was = row->shot;

        kind_input(&input, &s, &kinds[i]);
        assert_int_equal(sample_step(&s, &input, out), 1);
        print_message("# %s\n", kinds[i].name);
        assert_int_equal(row->standing, kinds[i].standing);
        assert_int_equal(row->shot.score_tenths, kinds[i].score);
        assert_int_equal(row->round, kinds[i].round);
        assert_int_equal(row->corrected, kinds[i].what);
        assert_int_equal(row->changed_seq, s.seq);
        sample_same_shot(&row->first, &was);
        assert_int_equal(sample_session(&s)->total.counted, kinds[i].counted);
        assert_int_equal(sample_session(&s)->total.tenths, kinds[i].sum);
        assert_string_equal(out[0].u.correction.author, "Olga");
        same_sums(&s);

        /* and back */
        sample_correct(&input, sample_session(&s), kinds[i].n,
            GMS_CORRECTION_RESTORE);
        again = sample_step(&s, &input, out);
        assert_int_equal(again, kinds[i].what != GMS_CORRECTION_GAUGE
                || kinds[i].score != was.score_tenths);
        assert_int_equal(row->standing, GMS_STANDING_YES);
        assert_int_equal(row->round, 0);
        sample_same_shot(&row->shot, &was);
        assert_int_equal(sample_session(&s)->corrections, 1 + again);
        gms_scorebook_free(&s);
    }
}


/* Closed rounds keep their borders; what is assigned counts there. */
static void
an_assigned_shot_belongs_to_its_round(void **state)
{
    gms_scorebook_t s;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];
    gms_counted_t   counted[8];
    cJSON          *json, *rounds;

    (void) state;

    shot_four(&s);
    kind_input(&input, &s, &kinds[8]);
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_session(&s)->round[0].last, 2);

    json = gms_scorebook_session_to_json(sample_session(&s));
    rounds = cJSON_GetObjectItem(cJSON_GetObjectItem(json, "session"), "rounds");
    assert_true(cJSON_GetObjectItem(cJSON_GetArrayItem(rounds, 0),
                    "total_tenths")->valuedouble == 109 + 97 + 85);
    assert_true(cJSON_GetObjectItem(
                    cJSON_GetArrayItem(rounds, 1), "n")->valuedouble == 1);
    cJSON_Delete(json);

    assert_int_equal(gms_counted_collect(sample_session(&s), counted), 4);
    assert_int_equal(counted[2].n, 4);
    assert_int_equal(counted[2].round, 1);
    assert_int_equal(counted[3].n, 3);
    assert_int_equal(counted[3].round, 2);
    gms_scorebook_free(&s);
}


static int
add(gms_scorebook_t *s, double x_mm, int tenths, gms_event_t *out)
{
    gms_input_t input;

    sample_add(&input, sample_session(s));
    input.u.correcting.placed = tenths < 0;
    input.u.correcting.x_mm = x_mm;
    input.u.correcting.valued = tenths >= 0;
    input.u.correcting.score_tenths = tenths;
    return sample_step(s, &input, out);
}


static void
an_added_shot_is_by_hand(void **state)
{
    const gms_session_t *session;
    gms_scorebook_t      s;
    gms_input_t          input;
    gms_event_t          out[GMS_DECIDE_MAX];
    gms_counted_t        counted[8];

    (void) state;

    shot_four(&s);
    session = sample_session(&s);
    assert_int_equal(add(&s, 0, -1, out), 2);
    assert_int_equal(session->shot[4].shot.score_tenths, 109);
    assert_true(session->shot[4].shot.by_hand);
    assert_int_equal(session->shot[4].corrected, GMS_CORRECTION_ADD);
    assert_int_equal(session->total.tenths, 400);

    /* a value alone is of no place */
    assert_int_equal(add(&s, 0, 80, out), 2);
    assert_true(session->shot[5].shot.unplaced);
    assert_int_equal(session->total.tenths, 480);
    assert_int_equal(gms_counted_collect(session, counted), 5);

    /* after its end it is of the last round */
    assert_true(sample_command(&s, GMS_INPUT_END, "") > 0);
    assert_int_equal(add(&s, 0, 100, out), 2);
    assert_int_equal(session->shot[6].round, session->rounds);
    assert_int_equal(session->total.tenths, 580);

    /* and taken out again */
    sample_correct(&input, session, 7, GMS_CORRECTION_REMOVE);
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(session->total.tenths, 480);
    same_sums(&s);
    gms_scorebook_free(&s);
}


static void
a_shot_is_given_to_another_session(void **state)
{
    const gms_session_t *anna, *bob;
    gms_scorebook_t      s;
    gms_input_t          input;
    gms_event_t          out[GMS_DECIDE_MAX];

    (void) state;

    shot_four(&s);
    anna = sample_session(&s);
    sample_start(&input, "");
    input.beside = true;
    assert_int_equal(sample_step(&s, &input, out), 1);
    bob = sample_session(&s);

    sample_correct(&input, anna, 2, GMS_CORRECTION_SESSION);
    strcpy(input.u.correcting.other, bob->id);
    assert_int_equal(sample_step(&s, &input, out), 3);
    assert_int_equal(anna->shot[1].standing, GMS_STANDING_GIVEN);
    assert_string_equal(anna->shot[1].other, bob->id);
    assert_int_equal(anna->shot[1].other_n, 1);
    assert_string_equal(bob->shot[0].other, anna->id);
    assert_int_equal(bob->shot[0].other_n, 2);
    assert_int_equal(anna->total.tenths, 194);
    assert_int_equal(bob->total.tenths, 97);
    same_sums(&s);

    sample_correct(&input, anna, 2, GMS_CORRECTION_REMOVE);
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_ESTATE);

    /* back, and once more from the other side: it counts once */
    sample_correct(&input, anna, 2, GMS_CORRECTION_RESTORE);
    assert_int_equal(sample_step(&s, &input, out), 2);
    assert_int_equal(anna->total.tenths, 291);
    assert_int_equal(bob->total.counted, 0);
    sample_correct(&input, bob, 1, GMS_CORRECTION_RESTORE);
    assert_int_equal(sample_step(&s, &input, out), 2);
    assert_int_equal(anna->total.tenths, 194);
    assert_int_equal(bob->total.tenths, 97);
    same_sums(&s);
    gms_scorebook_free(&s);
}


/* What another lane is told of a shot that it may take. */
static void
sample_take(gms_input_t *input, const gms_session_t *from, uint32_t n,
    const gms_session_t *to, uint32_t back)
{
    gms_taking_t *taking;

    sample_correct(input, to, back, GMS_CORRECTION_SESSION);
    input->kind = GMS_INPUT_TAKE;
    taking = &input->u.taking;
    taking->correcting.other_n = n;
    strcpy(taking->correcting.other, from->id);
    taking->shot = from->shot[n - 1].shot;
    strcpy(taking->face, from->setup.face.name);
    taking->caliber_mm = from->setup.caliber_mm;
}


/* Two lanes, the first with four shots and the second with none. */
static void
two_lanes(gms_scorebook_t *a, gms_scorebook_t *b)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    shot_four(a);
    assert_int_equal(
        gms_scorebook_init(b, "lane-2", 0x1f3a9c0112345678), GMS_OK);
    sample_start(&input, "");
    assert_int_equal(sample_step(b, &input, out), 1);
}


static void
a_shot_goes_to_another_lane(void **state)
{
    const gms_session_t *anna, *bob;
    gms_scorebook_t      a, b;
    gms_input_t          give, take, back;
    gms_event_t          out[GMS_DECIDE_MAX];
    int32_t              holes;

    (void) state;

    two_lanes(&a, &b);
    anna = sample_session(&a);
    bob = sample_session(&b);
    holes = gms_session_paper_shots(anna, anna->paper);

    /* given: it counts nowhere until it is taken, and its hole stays */
    sample_correct(&give, anna, 2, GMS_CORRECTION_SESSION);
    strcpy(give.u.correcting.other, bob->id);
    assert_int_equal(sample_step(&a, &give, out), 1);
    assert_int_equal(anna->shot[1].standing, GMS_STANDING_GIVEN);
    assert_string_equal(anna->shot[1].other, bob->id);
    assert_int_equal(anna->total.tenths, 194);
    assert_int_equal(gms_session_paper_shots(anna, anna->paper), holes);
    assert_int_equal(gms_scorebook_decide(&a, &give, out), GMS_ESTALE);

    sample_correct(&back, anna, 2, GMS_CORRECTION_RESTORE);
    assert_int_equal(gms_scorebook_decide(&a, &back, out), GMS_ESTATE);

    /* taken once, however often it is sent */
    sample_take(&take, anna, 2, bob, 0);
    assert_int_equal(sample_step(&b, &take, out), 2);
    assert_int_equal(sample_step(&b, &take, out), 0);
    assert_int_equal(bob->total.tenths, 97);
    assert_string_equal(bob->shot[0].other, anna->id);
    assert_int_equal(bob->shot[0].other_n, 2);
    assert_int_equal(gms_session_paper_shots(bob, bob->paper), 0);

    /* there it is corrected as any other */
    sample_correct(&back, bob, 1, GMS_CORRECTION_REMOVE);
    assert_int_equal(sample_step(&b, &back, out), 1);
    assert_int_equal(sample_step(&b, &take, out), 0);
    assert_int_equal(bob->total.counted, 0);
    sample_correct(&back, bob, 1, GMS_CORRECTION_RESTORE);
    assert_int_equal(sample_step(&b, &back, out), 1);

    /* and back, once */
    sample_correct(&back, bob, 1, GMS_CORRECTION_SESSION);
    strcpy(back.u.correcting.other, anna->id);
    assert_int_equal(sample_step(&b, &back, out), 1);
    assert_int_equal(sample_step(&b, &take, out), 0);
    sample_take(&back, bob, 1, anna, 2);
    assert_int_equal(sample_step(&a, &back, out), 1);
    assert_int_equal(sample_step(&a, &back, out), 0);
    assert_int_equal(anna->total.tenths, 291);
    assert_int_equal(anna->shot[1].other_n, 1);
    assert_int_equal(bob->total.counted, 0);

    /* what is late finds nothing to do, and it goes there no more */
    assert_int_equal(sample_step(&b, &take, out), 0);
    sample_correct(&give, anna, 2, GMS_CORRECTION_SESSION);
    strcpy(give.u.correcting.other, bob->id);
    assert_int_equal(gms_scorebook_decide(&a, &give, out), GMS_ESTATE);

    same_sums(&a);
    same_sums(&b);
    gms_scorebook_free(&a);
    gms_scorebook_free(&b);
}


static void
another_lane_takes_no_nonsense(void **state)
{
    const gms_session_t *anna, *bob;
    gms_session_t       *there;
    gms_scorebook_t      a, b;
    gms_input_t          take, wrong;
    gms_event_t          out[GMS_DECIDE_MAX];

    (void) state;

    two_lanes(&a, &b);
    anna = sample_session(&a);
    bob = sample_session(&b);
    there = &b.session[b.active];
    sample_take(&take, anna, 2, bob, 0);

    wrong = take;
    strcpy(wrong.session, "lane-2-0000000000000000-1");
    assert_int_equal(gms_scorebook_decide(&b, &wrong, out), GMS_ESTATE);

    wrong = take;
    strcpy(wrong.u.correcting.other, bob->id);
    assert_int_equal(gms_scorebook_decide(&b, &wrong, out), GMS_ESTATE);

    wrong = take;
    wrong.u.correcting.n = 1; /* it never was of here */
    assert_int_equal(gms_scorebook_decide(&b, &wrong, out), GMS_ESTATE);

    wrong = take;
    wrong.u.correcting.reason[0] = '\0';
    assert_int_equal(gms_scorebook_decide(&b, &wrong, out), GMS_EINVALID);

    wrong = take;
    wrong.u.taking.shot.unplaced = true;
    strcpy(wrong.u.taking.face, "another");
    assert_int_equal(gms_scorebook_decide(&b, &wrong, out), GMS_EINVALID);

    there->setup.walk_up = true;
    assert_int_equal(gms_scorebook_decide(&b, &take, out), GMS_EINVALID);
    there->setup.walk_up = false;

    there->setup.competition = true;
    take.u.correcting.official = false;
    assert_int_equal(gms_scorebook_decide(&b, &take, out), GMS_EFORBIDDEN);
    there->setup.competition = false;

    /* what came from there goes to nobody else */
    assert_int_equal(sample_step(&b, &take, out), 2);
    sample_correct(&wrong, bob, 1, GMS_CORRECTION_SESSION);
    strcpy(wrong.u.correcting.other, "lane3-5f3a9c0112345678-1");
    assert_int_equal(gms_scorebook_decide(&b, &wrong, out), GMS_ESTATE);

    gms_scorebook_free(&a);
    gms_scorebook_free(&b);
}


typedef struct {
    const char      *name;
    gms_correction_e what;
    uint32_t         n;
    int64_t          base; /* more than the right one */
    bool             placed;
    double           x_mm;
    bool             valued;
    int              tenths;
    int              inner;
    uint32_t         round;
    const char      *zone;
    const char      *reason;
    const char      *author;
    int64_t          at_s; /* after now */
    int              rc;
    const char      *pointer;
} gms_refusal_t;

#define WHY "why"
#define WHO "Olga"

static const gms_refusal_t refusals[] = {
    { "no such shot", GMS_CORRECTION_REMOVE, 9, 0, false, 0, false, 0, -1, 0,
        "", WHY, WHO, 0, GMS_ENOTFOUND, NULL },
    { "shot nought", GMS_CORRECTION_REMOVE, 0, 0, false, 0, false, 0, -1, 0, "",
        WHY, WHO, 0, GMS_ENOTFOUND, NULL },
    { "of a state that is past", GMS_CORRECTION_REMOVE, 1, 1, false, 0, false,
        0, -1, 0, "", WHY, WHO, 0, GMS_ESTALE, NULL },
    { "nothing known of its state", GMS_CORRECTION_REMOVE, 1, -2, false, 0,
        false, 0, -1, 0, "", WHY, WHO, 0, GMS_ESTALE, NULL },
    { "without a reason", GMS_CORRECTION_REMOVE, 1, 0, false, 0, false, 0, -1,
        0, "", "", WHO, 0, GMS_EINVALID, "/reason" },
    { "by nobody", GMS_CORRECTION_REMOVE, 1, 0, false, 0, false, 0, -1, 0, "",
        WHY, "", 0, GMS_EINVALID, "/author" },
    { "with a line break", GMS_CORRECTION_REMOVE, 1, 0, false, 0, false, 0, -1,
        0, "", "a\nb", WHO, 0, GMS_EINVALID, "/reason" },
    { "moved nowhere", GMS_CORRECTION_MOVE, 1, 0, false, 0, false, 0, -1, 0, "",
        WHY, WHO, 0, GMS_EINVALID, "/x_mm" },
    { "moved off the card", GMS_CORRECTION_MOVE, 1, 0, true, 85.1, false, 0, -1,
        0, "", WHY, WHO, 0, GMS_EINVALID, "/x_mm" },
    { "moved to no number", GMS_CORRECTION_MOVE, 1, 0, true, 0.0 / 0.0, false,
        0, -1, 0, "", WHY, WHO, 0, GMS_EINVALID, "/x_mm" },
    { "a value of no shot", GMS_CORRECTION_SCORE, 1, 0, false, 0, true, 110, -1,
        0, "", WHY, WHO, 0, GMS_EINVALID, "/value" },
    { "no value", GMS_CORRECTION_SCORE, 1, 0, false, 0, false, 0, -1, 0, "",
        WHY, WHO, 0, GMS_EINVALID, "/value" },
    { "less than a ring", GMS_CORRECTION_SCORE, 1, 0, false, 0, true, 5, -1, 0,
        "", WHY, WHO, 0, GMS_EINVALID, "/value" },
    { "an inner nine", GMS_CORRECTION_SCORE, 1, 0, false, 0, true, 90, 1, 0, "",
        WHY, WHO, 0, GMS_EINVALID, "/value" },
    { "a zone of rings", GMS_CORRECTION_SCORE, 1, 0, false, 0, true, 0, -1, 0,
        "A", WHY, WHO, 0, GMS_EINVALID, "/zone" },
    { "a gauge of tenths", GMS_CORRECTION_GAUGE, 1, 0, false, 0, true, 95, -1,
        0, "", WHY, WHO, 0, GMS_EINVALID, "/ring" },
    { "round nought", GMS_CORRECTION_ROUND, 1, 0, false, 0, false, 0, -1, 0, "",
        WHY, WHO, 0, GMS_EINVALID, "/round" },
    { "a round to come", GMS_CORRECTION_ROUND, 1, 0, false, 0, false, 0, -1, 3,
        "", WHY, WHO, 0, GMS_EINVALID, "/round" },
    { "to no session", GMS_CORRECTION_SESSION, 1, 0, false, 0, false, 0, -1, 0,
        "", WHY, WHO, 0, GMS_EINVALID, "/to" },
    { "nothing at all", (gms_correction_e) 0, 1, 0, false, 0, false, 0, -1, 0,
        "", WHY, WHO, 0, GMS_EINVALID, "/what" },
    { "added without a word", GMS_CORRECTION_ADD, 0, 0, false, 0, false, 0, -1,
        0, "", WHY, WHO, 0, GMS_EINVALID, "/x_mm" },
    { "added in the future", GMS_CORRECTION_ADD, 0, 0, true, 0, false, 0, -1, 0,
        "", WHY, WHO, 60, GMS_EINVALID, "/t_us" },
    { "added before the session", GMS_CORRECTION_ADD, 0, 0, true, 0, false, 0,
        -1, 0, "", WHY, WHO, -3600, GMS_EINVALID, "/t_us" },
};


static void
what_cannot_be_changes_nothing(void **state)
{
    const gms_refusal_t *r;
    const char          *pointer, *detail;
    gms_scorebook_t      s;
    gms_input_t          input;
    gms_event_t          out[GMS_DECIDE_MAX];
    gms_correcting_t    *c = &input.u.correcting;
    size_t               i;

    (void) state;
    shot_four(&s);

    for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        r = &refusals[i];
        sample_correct(&input, sample_session(&s), r->n, r->what);
        input.kind = r->what == GMS_CORRECTION_ADD ? GMS_INPUT_ADD
                                                   : GMS_INPUT_CORRECT;
        c->base += (uint64_t) r->base;
        c->placed = r->placed;
        c->x_mm = r->x_mm;
        c->valued = r->valued;
        c->score_tenths = r->tenths;
        c->inner = r->inner;
        c->round = r->round;
        c->at_ns =
            r->at_s != 0 ? input.real_ns + r->at_s * INT64_C(1000000000) : 0;
        strcpy(c->zone, r->zone);
        strcpy(c->reason, r->reason);
        strcpy(c->author, r->author);

        print_message("# %s\n", r->name);
        assert_int_equal(gms_scorebook_decide(&s, &input, out), r->rc);

        if (r->pointer != NULL) {
            assert_true(gms_scorebook_faulty(&s, &input, &pointer, &detail));
            assert_string_equal(pointer, r->pointer);
        }
    }

    gms_scorebook_free(&s);
}


static void
in_a_competition_an_official_corrects(void **state)
{
    gms_scorebook_t s;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];

    (void) state;

    sample_fresh(&s);
    sample_start(&input, "");
    input.u.session.competition = true;
    assert_int_equal(sample_step(&s, &input, out), 1);
    sample_shot(&input, 1, 0, 0);
    assert_int_equal(sample_step(&s, &input, out), 1);

    sample_correct(&input, sample_session(&s), 1, GMS_CORRECTION_REMOVE);
    input.u.correcting.official = false;
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EFORBIDDEN);
    input.u.correcting.official = true;
    input.u.correcting.author[0] = '\0';
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EINVALID);
    strcpy(input.u.correcting.author, "Olga");
    assert_int_equal(sample_step(&s, &input, out), 1);

    /* the detector does not undo what a person said */
    sample_correct(&input, sample_session(&s), 1, GMS_CORRECTION_RESTORE);
    assert_int_equal(sample_step(&s, &input, out), 1);
    sample_input(&input, GMS_INPUT_REMOVE);
    input.hole = 1;
    assert_int_equal(sample_step(&s, &input, out), 0);
    gms_scorebook_free(&s);
}


/* Two in time, one after STOP that an official lets count. */
static void
an_official_counts_a_late_shot(void **state)
{
    const gms_session_shot_t *row;
    gms_scorebook_t           s;
    gms_input_t               input;
    gms_event_t               out[GMS_DECIDE_MAX];
    const char               *pointer, *detail;

    (void) state;

    sample_fresh(&s);
    sample_start(&input, "");
    sample_course(&input.u.session.course);
    assert_int_equal(sample_step(&s, &input, out), 1);
    sample_shot(&input, 1, 0, 0); /* before LOAD */
    assert_int_equal(sample_step(&s, &input, out), 1);
    row = &sample_session(&s)->shot[0];
    assert_int_equal(row->shot.window, GMS_WINDOW_EARLY);
    s.session[s.active].shot[0].shot.sighter = false;
    s.session[s.active].shot[0].first.sighter = false;
    assert_int_equal(sample_session(&s)->total.counted, 0);

    sample_correct(&input, sample_session(&s), 1, GMS_CORRECTION_COUNT);
    input.u.correcting.official = false;
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EFORBIDDEN);
    input.u.correcting.official = true;
    input.u.correcting.author[0] = '\0';
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EINVALID);
    assert_true(gms_scorebook_faulty(&s, &input, &pointer, &detail));
    assert_string_equal(pointer, "/author");
    strcpy(input.u.correcting.author, "Olga");
    input.u.correcting.base--;
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_ESTALE);
    input.u.correcting.base++;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(row->shot.window, GMS_WINDOW_IN);
    assert_int_equal(row->first.window, GMS_WINDOW_EARLY);
    assert_int_equal(sample_session(&s)->total.tenths, 109);
    same_sums(&s);

    /* what else is said of it leaves that */
    sample_correct(&input, sample_session(&s), 1, GMS_CORRECTION_SCORE);
    input.u.correcting.valued = true;
    input.u.correcting.score_tenths = 90;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_session(&s)->total.tenths, 90);
    sample_correct(&input, sample_session(&s), 1, GMS_CORRECTION_COUNT);
    assert_int_equal(sample_step(&s, &input, out), 0);

    /* and back: his to say, too */
    sample_correct(&input, sample_session(&s), 1, GMS_CORRECTION_RESTORE);
    input.u.correcting.official = false;
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EFORBIDDEN);
    input.u.correcting.official = true;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(row->shot.window, GMS_WINDOW_EARLY);
    assert_int_equal(sample_session(&s)->total.counted, 0);
    same_sums(&s);
    gms_scorebook_free(&s);

    /* a shot in its window counts by itself */
    shot_four(&s);
    sample_correct(&input, sample_session(&s), 1, GMS_CORRECTION_COUNT);
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_EINVALID);
    assert_true(gms_scorebook_faulty(&s, &input, &pointer, &detail));
    assert_string_equal(pointer, "/what");
    gms_scorebook_free(&s);
}


static void
a_repeated_correction_is_made_once(void **state)
{
    const gms_answer_t *answer;
    gms_scorebook_t     s;
    gms_input_t         input;
    gms_event_t         out[GMS_DECIDE_MAX];

    (void) state;

    shot_four(&s);
    sample_correct(&input, sample_session(&s), 2, GMS_CORRECTION_REMOVE);
    strcpy(input.key, "once");
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_step(&s, &input, out), 0);
    answer = gms_scorebook_answered(&s, &input);
    assert_non_null(answer);
    assert_int_equal(answer->n, 2);

    sample_add(&input, sample_session(&s));
    input.u.correcting.placed = true;
    strcpy(input.key, "added once");
    assert_int_equal(sample_step(&s, &input, out), 2);
    assert_int_equal(sample_step(&s, &input, out), 0);
    assert_int_equal(gms_scorebook_answered(&s, &input)->n, 5);
    gms_scorebook_free(&s);
}


/* Whatever is said of shots, each sum is that of the rows, and the original of
 * each row is what came. */
static void
random_corrections_add_up(void **state)
{
    uint64_t        random = 0x9e3779b97f4a7c15;
    unsigned        step, said = 0;
    gms_scorebook_t s;
    gms_input_t     input;
    gms_event_t     out[GMS_DECIDE_MAX];
    int             n;

    (void) state;
    sample_fresh(&s);

    for (step = 1; step < 6000; step++) {
        if (step % 3 == 0) {
            sample_any(&s, &input, &random, step);
        } else {
            sample_any_correction(&s, &input, &random, step);
            input.real_ns += step * INT64_C(1234567891);
            input.mono_ns += step * INT64_C(1234567891);
        }

        n = sample_step(&s, &input, out);
        said += n > 0 && out[n - 1].kind == GMS_EVENT_CORRECTION;

        if (n > 0) {
            same_sums(&s);
        }
    }

    print_message("# %u corrections\n", said);
    assert_true(said > 200);
    gms_scorebook_free(&s);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "each kind of correction is applied and undone",
            .test_func = each_kind_is_applied_and_undone },
        { .name = "an assigned shot belongs to its round",
            .test_func = an_assigned_shot_belongs_to_its_round },
        { .name = "an added shot is by hand",
            .test_func = an_added_shot_is_by_hand },
        { .name = "a shot is given to another session, and taken back",
            .test_func = a_shot_is_given_to_another_session },
        { .name = "a shot goes to another lane, and back, and counts once",
            .test_func = a_shot_goes_to_another_lane },
        { .name = "another lane takes no nonsense",
            .test_func = another_lane_takes_no_nonsense },
        { .name = "what cannot be changes nothing",
            .test_func = what_cannot_be_changes_nothing },
        { .name = "in a competition an official corrects",
            .test_func = in_a_competition_an_official_corrects },
        { .name = "an official counts a late shot, and takes that back",
            .test_func = an_official_counts_a_late_shot },
        { .name = "a repeated correction is made once",
            .test_func = a_repeated_correction_is_made_once },
        { .name = "random corrections add up",
            .test_func = random_corrections_add_up },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
