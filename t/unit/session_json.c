/* What a session shows of itself in the state document. */

#include "t/lib/sample.h"

#include <math.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "ipc/error.h"
#include "worker/base/clock.h"


static double
at(const cJSON *json, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}


/* The document as a client reads it: printed, then parsed. */
static cJSON *
document(const gms_scorebook_t *s, size_t *size)
{
    cJSON *json, *parsed;
    char  *text;

    json = gms_scorebook_session_to_json(gms_scorebook_shown(s));
    assert_non_null(json);
    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    assert_non_null(text);
    *size = strlen(text);
    parsed = cJSON_Parse(text);
    assert_non_null(parsed);
    cJSON_free(text);
    return parsed;
}


static void
document_shows_the_session(void **state)
{
    gms_scorebook_t  s;
    cJSON         *json, *session, *shots, *series, *row;
    size_t         size;
    uint32_t       i;

    (void) state;

    sample_fresh(&s);
    json = document(&s, &size);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "session")));
    shots = cJSON_GetObjectItem(json, "shots");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(shots, "rows")),
        0);
    cJSON_Delete(json);

    assert_int_equal(sample_command(&s, GMS_INPUT_START, ""), 1);
    for (i = 1; i <= 13; i++) {
        assert_int_equal(sample_shoot(&s, i, i == 13 ? -1.23456 : 0, 0), 1);
    }
    assert_int_equal(sample_drop(&s, 1, 0), 1);

    json = document(&s, &size);
    session = cJSON_GetObjectItem(json, "session");
    assert_string_equal(cJSON_GetObjectItem(session, "id")->valuestring,
        sample_session(&s)->id);
    assert_string_equal(cJSON_GetObjectItem(session, "state")->valuestring,
        "open");
    assert_true(at(session, "counted") == 12);
    assert_true(at(session, "total_tenths") == 11 * 109 + 109 - 1);
    assert_true(at(session, "series_length") == 10);
    assert_true(at(session, "started_us") == 1700000000000000.0);
    assert_true(at(session, "ended_us") == 0);

    series = cJSON_GetObjectItem(session, "series");
    assert_int_equal(cJSON_GetArraySize(series), 2);
    assert_true(at(cJSON_GetArrayItem(series, 0), "n") == 10);
    assert_true(at(cJSON_GetArrayItem(series, 0), "total_tenths") == 1090);
    assert_true(at(cJSON_GetArrayItem(series, 1), "n") == 2);
    assert_true(at(cJSON_GetArrayItem(series, 1), "inner") == 2);

    shots = cJSON_GetObjectItem(json, "shots");
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItem(shots, "columns")), 31);
    row = cJSON_GetArrayItem(cJSON_GetObjectItem(shots, "rows"), 12);
    assert_int_equal(cJSON_GetArraySize(row), 31);
    assert_true(cJSON_GetArrayItem(row, 0)->valuedouble == 13);
    assert_true(cJSON_GetArrayItem(row, 1)->valuedouble == -1.2346);
    assert_true(cJSON_GetArrayItem(row, 12)->valuedouble == 0);
    row = cJSON_GetArrayItem(cJSON_GetObjectItem(shots, "rows"), 0);
    assert_true(cJSON_GetArrayItem(row, 12)->valuedouble == 1);
    cJSON_Delete(json);

    assert_int_equal(sample_command(&s, GMS_INPUT_END, ""), 2); /* and its round */
    json = document(&s, &size);
    session = cJSON_GetObjectItem(json, "session");
    assert_string_equal(cJSON_GetObjectItem(session, "state")->valuestring,
        "ended");
    row = cJSON_GetArrayItem(cJSON_GetObjectItem(session, "rounds"), 0);
    assert_string_equal(cJSON_GetObjectItem(row, "by")->valuestring, "end");
    assert_true(at(row, "first") == 1);
    assert_true(at(row, "last") == 13);
    assert_true(at(row, "n") == 12);
    assert_true(at(row, "total_tenths") == 11 * 109 + 109 - 1);
    cJSON_Delete(json);
    gms_scorebook_free(&s);
}


static void
the_largest_session_fits(void **state)
{
    gms_scorebook_t  s;
    cJSON         *json, *shots, *rows;
    size_t         size;
    uint32_t       i;
    int64_t        from;

    (void) state;

    sample_opened(&s);
    from = gms_clock_mono_ns();

    for (i = 1; i <= GMS_SESSION_SHOTS_MAX; i++) {
        assert_int_equal(sample_shoot(&s, i, -9999.1234, -9999.4321), 1);
    }
    print_message("# %d shots decided and applied in %.1f ms\n",
        GMS_SESSION_SHOTS_MAX, (double) (gms_clock_mono_ns() - from) / 1e6);

    assert_int_equal(sample_shoot(&s, i, 0, 0), GMS_ETOOBIG);

    from = gms_clock_mono_ns();
    json = gms_scorebook_session_to_json(gms_scorebook_shown(&s));
    print_message("# state document of %u shots in %.2f ms\n", sample_session(&s)->shots,
        (double) (gms_clock_mono_ns() - from) / 1e6);
    cJSON_Delete(json);

    json = document(&s, &size);
    print_message("# %zu bytes\n", size);
    assert_true(size < 200 * 1024);
    shots = cJSON_GetObjectItem(json, "shots");
    rows = cJSON_GetObjectItem(shots, "rows");
    assert_int_equal(cJSON_GetArraySize(rows), 1000);
    assert_true(at(shots, "truncated") == GMS_SESSION_SHOTS_MAX - 1000);
    assert_true(cJSON_GetArrayItem(cJSON_GetArrayItem(rows, 0), 0)
                    ->valuedouble == GMS_SESSION_SHOTS_MAX - 999);
    cJSON_Delete(json);
    gms_scorebook_free(&s);
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "the state document shows session, series and shots",
          .test_func = document_shows_the_session },
        { .name = "the largest session fits into the state document",
          .test_func = the_largest_session_fits },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
