/* Complaints: a shot that is missing, the protest of one, and what becomes of
 * them; what the book holds is bounded, and no protest is lost by others. */

#include "t/lib/sample.h"

#include <cjson/cJSON.h>

#include "worker/session/complaints.h"


/* A session with two shots. */
static void
shoot_two(gms_scorebook_t *s)
{
    sample_opened(s);
    assert_int_equal(sample_shoot(s, 1, 0, 0), 1);
    assert_int_equal(sample_shoot(s, 2, 10, 0), 1);
}


/* What decide says of a complaint about this shot of the session on show. */
static int
complain(gms_scorebook_t *s, uint32_t shot, const char *reason)
{
    const gms_session_t *shown = gms_scorebook_shown(s);
    gms_input_t          input;
    gms_event_t          out[GMS_DECIDE_MAX];

    sample_input(&input, GMS_INPUT_COMPLAINT);
    input.u.complaint.shot = shot;
    strcpy(input.u.complaint.reason, reason);
    strcpy(input.u.complaint.author, "shooter");
    strcpy(input.session, shown != NULL ? shown->id : "");
    return sample_step(s, &input, out);
}


/* Olga decides. */
static int
decide(gms_scorebook_t *s, uint64_t complaint, gms_complaint_state_e what,
    const char *text, bool official)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_input(&input, GMS_INPUT_COMPLAINT_CLOSE);
    input.u.closing.closed.complaint = complaint;
    input.u.closing.closed.what = what;
    input.u.closing.official = official;
    strcpy(input.u.closing.closed.text, text);
    strcpy(input.u.closing.closed.author, "Olga");
    return sample_step(s, &input, out);
}


static void
protest_names_its_shot(void **state)
{
    static gms_scorebook_t s;
    const gms_complaint_t *c;

    (void) state;

    shoot_two(&s);
    assert_int_equal(complain(&s, 2, "it is a ten"), 1);
    c = &s.complaint[0];
    assert_int_equal(c->seq, s.seq);
    assert_string_equal(c->session, gms_scorebook_shown(&s)->id);
    assert_int_equal(c->event.shot, 2);
    assert_int_equal(c->event.score_tenths,
        gms_scorebook_shown(&s)->shot[1].shot.score_tenths);
    assert_int_equal(c->closed.what, GMS_COMPLAINT_OPEN);
    assert_ptr_equal(gms_complaints_find(&s, c->seq), c);

    /* what it was worth then stays, whatever becomes of it */
    assert_int_equal(sample_drop(&s, 0, 2), 1);
    assert_int_equal(s.complaint[0].event.shot, 2);

    assert_true(sample_command(&s, GMS_INPUT_END, "end") > 0);
    assert_int_equal(complain(&s, 1, "also when it has ended"), 1);
    gms_scorebook_free(&s);
}


static void
protest_needs_a_reason_and_a_shot(void **state)
{
    static gms_scorebook_t s;
    gms_event_t            out[GMS_DECIDE_MAX];
    gms_input_t            input;

    (void) state;

    shoot_two(&s);
    assert_int_equal(complain(&s, 1, ""), GMS_EINVALID);
    assert_int_equal(complain(&s, 1, "two\nlines"), GMS_EINVALID);
    assert_int_equal(complain(&s, 3, "there is none"), GMS_ENOTFOUND);

    sample_input(&input, GMS_INPUT_COMPLAINT);
    input.u.complaint.shot = 1;
    strcpy(input.u.complaint.reason, "of nobody");
    strcpy(input.u.complaint.author, "shooter");
    strcpy(input.session, "lane1-0-1");
    assert_int_equal(gms_scorebook_decide(&s, &input, out), GMS_ENOTFOUND);

    assert_int_equal(complain(&s, 1, "once"), 1);
    assert_int_equal(complain(&s, 1, "twice"), GMS_ESTATE);
    assert_int_equal(s.complaints, 1);
    gms_scorebook_free(&s);
}


static void
decisions_are_made_once(void **state)
{
    static gms_scorebook_t s;
    uint64_t               id;

    (void) state;

    shoot_two(&s);
    assert_int_equal(complain(&s, 1, "why"), 1);
    id = s.seq;
    assert_int_equal(
        decide(&s, 1, GMS_COMPLAINT_DENIED, "no", true), GMS_ENOTFOUND);
    assert_int_equal(
        decide(&s, id, GMS_COMPLAINT_DENIED, "", true), GMS_EINVALID);
    assert_int_equal(
        decide(&s, id, GMS_COMPLAINT_OPEN, "x", true), GMS_EINVALID);
    assert_int_equal(decide(&s, id, GMS_COMPLAINT_UPHELD, "a ten", false), 1);
    assert_int_equal(s.complaint[0].closed.what, GMS_COMPLAINT_UPHELD);
    assert_string_equal(s.complaint[0].closed.text, "a ten");
    assert_int_equal(
        decide(&s, id, GMS_COMPLAINT_DENIED, "no", true), GMS_ESTATE);

    /* who was not content may say so again, and think better of it */
    assert_int_equal(complain(&s, 1, "again"), 1);
    assert_int_equal(
        decide(&s, s.seq, GMS_COMPLAINT_WITHDRAWN, "", false), 1);
    gms_scorebook_free(&s);
}


static void
officials_decide_a_competition(void **state)
{
    static gms_scorebook_t s;
    gms_input_t            input;
    gms_event_t            out[GMS_DECIDE_MAX];
    uint64_t               id;

    (void) state;

    sample_fresh(&s);
    sample_start(&input, "start");
    input.u.session.competition = true;
    assert_int_equal(sample_step(&s, &input, out), 1);
    assert_int_equal(sample_shoot(&s, 1, 0, 0), 1);
    assert_int_equal(complain(&s, 1, "why"), 1);
    id = s.seq;
    assert_int_equal(
        decide(&s, id, GMS_COMPLAINT_DENIED, "no", false), GMS_EFORBIDDEN);
    assert_int_equal(decide(&s, id, GMS_COMPLAINT_DENIED, "no", true), 1);
    assert_int_equal(complain(&s, 1, "once more"), 1);
    assert_int_equal(
        decide(&s, s.seq, GMS_COMPLAINT_WITHDRAWN, "", false), 1);
    gms_scorebook_free(&s);
}


/* Decided ones give way first, then shots that are missing, whose films are
 * listed all the same; protests never. */
static void
book_is_bounded(void **state)
{
    static gms_scorebook_t s;
    uint64_t               missing, decided;
    uint32_t               i;

    (void) state;

    sample_opened(&s);
    for (i = 0; i < GMS_COMPLAINTS_MAX + 1; i++) {
        assert_int_equal(sample_shoot(&s, i + 1, 3.0 * i - 30, 0), 1);
    }

    assert_int_equal(complain(&s, 0, ""), 1);
    missing = s.seq;
    for (i = 1; i < GMS_COMPLAINTS_MAX; i++) {
        assert_int_equal(complain(&s, i, "why"), 1);
    }
    decided = s.complaint[3].seq;
    assert_int_equal(
        decide(&s, decided, GMS_COMPLAINT_DENIED, "no", true), 1);

    assert_int_equal(complain(&s, i, "why"), 1);
    assert_null(gms_complaints_find(&s, decided));
    assert_non_null(gms_complaints_find(&s, missing));
    assert_int_equal(complain(&s, i + 1, "why"), 1);
    assert_null(gms_complaints_find(&s, missing));
    assert_int_equal(s.complaints, GMS_COMPLAINTS_MAX);

    assert_int_equal(complain(&s, 3, "why"), GMS_ETOOBIG);
    assert_int_equal(complain(&s, 0, ""), GMS_ETOOBIG);

    /* and go with what a restart would not fold any more */
    for (i = 0; i < 2; i++) {
        assert_true(sample_command(&s, GMS_INPUT_END, "") > 0);
        assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);
    }
    assert_int_equal(s.complaints, 0);
    gms_scorebook_free(&s);
}


static void
document_tells_of_them(void **state)
{
    static gms_scorebook_t s;
    cJSON                 *json, *one;
    char                  *text;

    (void) state;

    shoot_two(&s);
    assert_int_equal(complain(&s, 0, ""), 1);
    assert_int_equal(complain(&s, 2, "<img src=x> \"ten\""), 1);
    assert_int_equal(decide(&s, s.seq, GMS_COMPLAINT_DENIED, "a 9", true), 1);
    json = gms_complaints_to_json(&s);
    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    json = cJSON_Parse(text);
    cJSON_free(text);
    assert_int_equal(cJSON_GetArraySize(json), 2);
    one = cJSON_GetArrayItem(json, 0);
    assert_string_equal(
        cJSON_GetObjectItem(one, "state")->valuestring, "open");
    assert_null(cJSON_GetObjectItem(one, "score_tenths"));
    one = cJSON_GetArrayItem(json, 1);
    assert_int_equal(cJSON_GetObjectItem(one, "shot")->valueint, 2);
    assert_string_equal(
        cJSON_GetObjectItem(one, "reason")->valuestring,
        "<img src=x> \"ten\"");
    assert_string_equal(
        cJSON_GetObjectItem(one, "state")->valuestring, "denied");
    assert_string_equal(
        cJSON_GetObjectItem(one, "decided_by")->valuestring, "Olga");
    cJSON_Delete(json);
    gms_scorebook_free(&s);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a protest names its shot as it stood",
            .test_func = protest_names_its_shot },
        { .name = "a protest has a reason and a shot, and is made once",
            .test_func = protest_needs_a_reason_and_a_shot },
        { .name = "a complaint is decided once, with a text",
            .test_func = decisions_are_made_once },
        { .name = "officials decide in a competition",
            .test_func = officials_decide_a_competition },
        { .name = "protests wait until somebody decides, and are not too many",
            .test_func = book_is_bounded },
        { .name = "the state document tells of complaints",
            .test_func = document_tells_of_them },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
