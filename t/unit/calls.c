/* Where who shoots says that a shot went: once, before he has seen it; how far
 * off that was; and that the history has it. */

#include "t/lib/shelf.h"
#include "t/lib/sample.h"

#include <cjson/cJSON.h>
#include <math.h>

#include "worker/session/calls.h"
#include "worker/store/history.h"
#include "worker/store/history_query.h"


/* What decide says of a call in the session on show. */
static int
call(gms_scorebook_t *s, uint32_t n, double x_mm, double y_mm)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_call(&input, gms_scorebook_shown(s)->id, n, x_mm, y_mm);
    return sample_step(s, &input, out);
}


/* Three shots, of which the second is taken back, and one by hand. */
static void
shoot(gms_scorebook_t *s)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_opened(s);
    assert_int_equal(sample_shoot(s, 1, 3, 4), 1);
    assert_int_equal(sample_shoot(s, 2, 0, 0), 1);
    assert_int_equal(sample_drop(s, 2, 0), 1);
    assert_int_equal(sample_shoot(s, 3, -6, 0), 1);
    sample_add(&input, gms_scorebook_active(s));
    input.u.correcting.valued = true;
    input.u.correcting.score_tenths = 80;
    assert_true(sample_step(s, &input, out) > 0);
}


static void
a_shot_is_called_once(void **state)
{
    static gms_scorebook_t s;
    uint64_t               seq;

    (void) state;

    shoot(&s);
    assert_int_equal(call(&s, 0, 0, 0), GMS_ENOTFOUND);
    assert_int_equal(call(&s, 5, 0, 0), GMS_ENOTFOUND);
    assert_int_equal(call(&s, 1, 2001, 0), GMS_EINVALID);
    assert_int_equal(call(&s, 1, 0, (double) NAN), GMS_EINVALID);
    assert_int_equal(call(&s, 2, 0, 0), GMS_ESTATE); /* it was taken back */
    assert_int_equal(call(&s, 4, 0, 0), GMS_ESTATE); /* no camera saw it */
    seq = gms_scorebook_active(&s)->shot[0].changed_seq;
    assert_int_equal(call(&s, 1, 0, 0), 1);
    assert_int_equal(gms_scorebook_active(&s)->shot[0].changed_seq, seq);
    assert_int_equal(call(&s, 1, 3, 4), GMS_ESTALE);
    assert_true(sample_command(&s, GMS_INPUT_END, "end") > 0);
    assert_int_equal(call(&s, 3, 0, 0), GMS_ESTATE);
    gms_scorebook_free(&s);
}


static void
errors_follow_the_shots(void **state)
{
    static gms_scorebook_t s;
    const gms_session_t   *session;
    gms_input_t            input;
    gms_event_t            out[GMS_DECIDE_MAX];
    gms_calls_t            calls;

    (void) state;

    shoot(&s);
    session = gms_scorebook_active(&s);
    assert_int_equal(gms_calls_measure(session).n, 0);
    assert_true(isnan(gms_calls_measure(session).error_mm));
    assert_int_equal(call(&s, 1, 0, 0), 1);
    assert_int_equal(call(&s, 3, -6, 3), 1);
    calls = gms_calls_measure(session);
    assert_int_equal(calls.n, 2);
    assert_true(fabs(calls.error_mm - 4) < 1e-9);
    assert_true(fabs(calls.off.x_mm - 1.5) < 1e-9);
    assert_true(fabs(calls.off.y_mm - 0.5) < 1e-9);

    /* a shot that lies elsewhere now was called as it was; one that is none
     * tells nothing */
    sample_correct(&input, session, 3, GMS_CORRECTION_MOVE);
    input.u.correcting.placed = true;
    input.u.correcting.x_mm = -6;
    input.u.correcting.y_mm = 3;
    assert_true(sample_step(&s, &input, out) > 0);
    assert_true(fabs(gms_calls_measure(session).error_mm - 2.5) < 1e-9);
    assert_int_equal(sample_drop(&s, 1, 0), 1);
    assert_int_equal(gms_calls_measure(session).n, 1);
    gms_scorebook_free(&s);
}


static void
directions_are_hours(void **state)
{
    static const struct {
        gms_call_off_t off;
        int            clock;
    } cases[] = { { { 0, 5 }, 12 }, { { 5, 0 }, 3 }, { { 0, -5 }, 6 },
        { { -5, 0 }, 9 }, { { 3, 4 }, 1 }, { { -0.1, 5 }, 12 },
        { { -3, 4 }, 11 }, { { 0.2, 0.2 }, 0 }, { { 0.3, 0 }, 3 } };

    (void) state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(gms_call_clock(cases[i].off), cases[i].clock);
    }
}


static void
document_and_event_tell_of_it(void **state)
{
    static gms_scorebook_t s;
    gms_input_t            input;
    gms_event_t            out[GMS_DECIDE_MAX];
    cJSON                 *json;
    char                  *text;

    (void) state;

    shoot(&s);
    sample_call(&input, gms_scorebook_active(&s)->id, 1, 0, 0);
    assert_int_equal(sample_step(&s, &input, out), 1);
    text = gms_event_to_json(&out[0], "lane1");
    assert_non_null(strstr(text, "\"n\":1,\"x_mm\":0,\"y_mm\":0,\"x_off_mm\":3,"
        "\"y_off_mm\":4,\"error_mm\":5,\"clock\":1,\"author\":\"shooter\""));
    free(text);

    json = gms_scorebook_session_to_json(gms_scorebook_active(&s));
    text = cJSON_PrintUnformatted(json);
    assert_non_null(strstr(text, "\"calls\":[{\"n\":1,\"x_mm\":0,\"y_mm\":0,"
        "\"x_off_mm\":3,\"y_off_mm\":4,\"error_mm\":5,\"clock\":1}]"));
    free(text);
    cJSON_Delete(json);
    gms_scorebook_free(&s);
}


/* Many of them leave the document small. */
static void
document_is_bounded(void **state)
{
    static gms_scorebook_t s;
    cJSON                 *json, *list;

    (void) state;

    sample_opened(&s);
    for (uint32_t n = 1; n <= 150; n++) {
        assert_true(sample_shoot(&s, n, n % 80, 0) > 0);
        assert_int_equal(call(&s, n, 0, 0), 1);
    }

    json = gms_calls_to_json(gms_scorebook_active(&s));
    list = cJSON_Parse(json->valuestring);
    assert_int_equal(cJSON_GetArraySize(list), 100);
    assert_int_equal(cJSON_GetObjectItem(
        cJSON_GetArrayItem(list, 0), "n")->valueint, 51);
    cJSON_Delete(list);
    cJSON_Delete(json);
    gms_scorebook_free(&s);
}


static void
history_keeps_it(void **state)
{
    static gms_scorebook_t s;
    gms_history_t         *h;
    char                  *text;

    (void) state;

    shoot(&s);
    assert_int_equal(call(&s, 1, 0, 1), 1);
    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_history_write(h, "lane1", gms_scorebook_active(&s),
        s.seq), GMS_OK);
    assert_int_equal(gms_history_session(h, gms_scorebook_active(&s)->id,
        &text), GMS_OK);
    assert_non_null(strstr(text, "\"called\":1,\"call_error_mm\":4.24"));
    assert_non_null(strstr(text, "\"call_x_off_mm\":3,\"call_y_off_mm\":3"));
    assert_non_null(strstr(text, "\"call_x_mm\":0,\"call_y_mm\":1}"));
    assert_non_null(strstr(text, "\"call_x_mm\":null,\"call_y_mm\":null}"));
    free(text);
    gms_history_close(h);
    gms_scorebook_free(&s);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a shot is called once, in an open session, if it was seen",
            .test_func = a_shot_is_called_once },
        { .name = "how far off calls are follows the shots as they stand",
            .test_func = errors_follow_the_shots },
        { .name = "the direction from the call to the shot is an hour",
            .test_func = directions_are_hours },
        { .name = "the state document and the event tell of a call",
            .test_func = document_and_event_tell_of_it },
        { .name = "a document holds the last hundred calls",
            .test_func = document_is_bounded },
        { .name = "the history has calls of shots, and their error",
            .test_func = history_keeps_it, .setup_func = make_folder,
            .teardown_func = remove_folder },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
