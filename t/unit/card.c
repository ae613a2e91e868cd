/* A session as a file: what is in it, and that nothing that people typed is
 * taken for a formula or for markup. */

#include "t/lib/sample.h"

#include <math.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "worker/card/card.h"
#include "worker/card/formats.h"
#include "worker/card/qr.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static gms_scorebook_t book;


static void
shoot(uint32_t hole, double x_mm, double y_mm, bool sighter)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_shot(&input, hole, x_mm, y_mm);
    input.u.shot.frame_real_ns = SAMPLE_REAL_NS + hole * INT64_C(30000000000);
    input.u.shot.frame_mono_ns = 5000000000 + hole * INT64_C(30000000000);
    input.real_ns = input.u.shot.frame_real_ns;
    input.mono_ns = input.u.shot.frame_mono_ns;
    input.u.shot.sighter = sighter;
    assert_true(sample_step(&book, &input, out) >= 1);
}


static void
open_as(const char *shooter)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    sample_fresh(&book);
    sample_calibration(&input, 1);
    assert_int_equal(sample_step(&book, &input, out), 1);
    sample_start(&input, "start-1");
    snprintf(input.u.session.shooter, sizeof(input.u.session.shooter), "%s",
        shooter);
    assert_int_equal(sample_step(&book, &input, out), 1);
}


static char *
text_of(gms_card_format_e format, const char *title, const char *hash)
{
    gms_card_t card = { .session = sample_session(&book),
        .lane = "lane1", .title = title, .hash = hash };
    char      *text = gms_card_text(&card, format);

    assert_non_null(text);
    return text;
}


/* A sighter, three that count, one of them taken back. */
static void
some_shots(const char *shooter)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    open_as(shooter);
    shoot(1, 20, -20, true);
    shoot(2, 1.25, -2.5, false);
    shoot(3, -30, 10, false);
    shoot(4, 0, 0, false);
    sample_input(&input, GMS_INPUT_REMOVE);
    input.u.removed.n = 3;
    strcpy(input.u.removed.author, "coach");
    assert_int_equal(sample_step(&book, &input, out), 1);
}


static size_t
count(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)) != NULL; text++) {
        n++;
    }
    return n;
}


static void
a_table_has_a_line_for_each_shot_and_y_is_up(void **state)
{
    char *text;

    (void) state;
    some_shots("anna");
    text = text_of(GMS_CARD_CSV, "Lane 1", "");

    assert_int_equal(count(text, "\r\n"), 5);
    assert_memory_equal(text, "n,round,x_mm,y_mm,score,ring,inner,", 35);
    assert_non_null(strstr(text, "\r\n1,1,20.0000,-20.0000,"));
    assert_non_null(strstr(text,
        "\r\n2,1,1.2500,-2.5000,10.6,10,1,\"\",\"\",0,0,"));
    assert_non_null(strstr(text, "\r\n3,1,-30.0000,10.0000,7.0,7,0,\"\",\"\",0,1,"));
    assert_non_null(strstr(text, ",2023-11-14T22:14:20.000000Z,60.000,4.5,10,"
        "\"issf-10m-air-pistol\",\"anna\",\"lane1\",\""));
    free(text);
    gms_scorebook_free(&book);
}


static void
a_name_is_no_formula_and_no_markup(void **state)
{
    static const struct {
        const char *name, *csv, *xml;
    } rows[] = {
        { "=1+2", ",\"'=1+2\",", "=1+2" },
        { "+49 1", ",\"'+49 1\",", "+49 1" },
        { "-anna", ",\"'-anna\",", "-anna" },
        { "@anna", ",\"'@anna\",", "@anna" },
        { "a \"b\", c", ",\"a \"\"b\"\", c\",", "a &quot;b&quot;, c" },
        { "<script>alert(1)</script>", ",\"<script>alert(1)</script>\",",
            "&lt;script&gt;alert(1)&lt;/script&gt;" },
        { "a'b&c", ",\"a'b&c\",", "a&#39;b&amp;c" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text;

        some_shots(rows[i].name);
        text = text_of(GMS_CARD_CSV, rows[i].name, HASH);
        assert_int_equal(count(text, rows[i].csv), 4);
        free(text);
        for (int f = GMS_CARD_SVG; f <= GMS_CARD_HTML; f++) {
            text = text_of((gms_card_format_e) f, rows[i].name, HASH);
            assert_non_null(strstr(text, rows[i].xml));
            assert_null(strstr(text, "<script"));
            free(text);
        }
        gms_scorebook_free(&book);
    }
}


static void
a_document_holds_all_shots_rounds_and_statistics(void **state)
{
    cJSON *json;
    char  *text;

    (void) state;
    some_shots("anna");
    text = text_of(GMS_CARD_JSON, "Lane 1", HASH);
    json = cJSON_Parse(text);
    assert_non_null(json);

    assert_string_equal(cJSON_GetObjectItem(json, "hash")->valuestring, HASH);
    assert_int_equal(cJSON_GetObjectItem(json, "counted")->valueint, 2);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "shots")), 4);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "series")), 1);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "rounds")), 1);
    assert_int_equal(
        cJSON_GetObjectItem(
            cJSON_GetObjectItem(
                cJSON_GetObjectItem(json, "statistics"), "session"), "n")
            ->valueint,
        2);
    assert_string_equal(
        cJSON_GetObjectItem(cJSON_GetObjectItem(json, "face"), "name")
            ->valuestring,
        "issf-10m-air-pistol");
    cJSON_Delete(json);
    free(text);
    gms_scorebook_free(&book);
}


/* Two of a shot that came as 10.6: what a jury gave it, and out it went. */
static void
correct_twice(void)
{
    gms_input_t input;
    gms_event_t out[GMS_DECIDE_MAX];

    some_shots("anna");
    for (int i = 0; i < 2; i++) {
        sample_input(&input, GMS_INPUT_CORRECT);
        input.u.correcting.what =
            i == 0 ? GMS_CORRECTION_SCORE : GMS_CORRECTION_IGNORE;
        input.u.correcting.n = 2;
        input.u.correcting.base =
            sample_session(&book)->shot[1].changed_seq;
        input.u.correcting.valued = true;
        input.u.correcting.score_tenths = 91;
        input.u.correcting.inner = -1;
        strcpy(input.u.correcting.author, "jury");
        strcpy(input.u.correcting.reason, i == 0 ? "<gauge>, \"1\"" : "wind");
        assert_int_equal(sample_step(&book, &input, out), 1);
    }
}


static void
each_correction_says_who_and_why_and_what_was_before(void **state)
{
    const cJSON *list, *last;
    cJSON       *json;
    char        *text;

    (void) state;
    correct_twice();
    text = text_of(GMS_CARD_HTML, "Lane 1", "");
    assert_non_null(strstr(text, "<td>3</td><td>remove</td><td>7 at -30.00, "
        "10.00</td><td>7 at -30.00, 10.00, removed</td><td>coach</td>"));
    assert_non_null(strstr(text, "<td>score</td><td>10* at 1.25, -2.50</td>"
        "<td>9 at 1.25, -2.50</td><td>jury</td><td>&lt;gauge&gt;, "
        "&quot;1&quot;</td>"));
    assert_non_null(strstr(text, "<td>ignore</td><td>9 at 1.25, -2.50</td>"
        "<td>9 at 1.25, -2.50, ignored</td>"));
    free(text);

    text = text_of(GMS_CARD_JSON, "Lane 1", "");
    json = cJSON_Parse(text);
    list = cJSON_GetObjectItem(json, "corrections");
    assert_int_equal(cJSON_GetArraySize(list), 3);
    last = cJSON_GetArrayItem(list, 2);
    assert_string_equal(cJSON_GetObjectItem(last, "reason")->valuestring,
        "wind");
    assert_int_equal(
        cJSON_GetObjectItem(cJSON_GetObjectItem(last, "before"),
            "score_tenths")->valueint, 91);
    assert_string_equal(
        cJSON_GetObjectItem(cJSON_GetObjectItem(last, "after"), "standing")
            ->valuestring, "ignored");
    cJSON_Delete(json);
    free(text);

    text = text_of(GMS_CARD_CSV, "Lane 1", "");
    assert_non_null(strstr(text, ",\"ignored\",\"\",0,0,\"ignore\",\"jury\","
        "\"wind\",1.2500,-2.5000,10.6\r\n"));
    assert_non_null(strstr(text, ",\"stands\",\"\",0,0,\"\",\"\",\"\",,,\r\n"));
    free(text);
    gms_scorebook_free(&book);
}


static void
a_page_alone_has_its_photographs_inside(void **state)
{
    static const struct {
        const char *bytes, *text;
    } rows[] = {
        { "a", "data:image/jpeg;base64,YQ==\"" },
        { "ab", "data:image/jpeg;base64,YWI=\"" },
        { "abc", "data:image/jpeg;base64,YWJj\"" },
        { "\xff\xd8\xff\xe0", "data:image/jpeg;base64,/9j/4A==\"" },
        { NULL, "The photograph is too large for a page" },
    };
    gms_card_photo_t photo = { 1, NULL, 0 };
    gms_card_t       card = { .title = "Lane 1", .lane = "lane1", .hash = "",
        .alone = true, .photo = &photo, .photos = 1 };
    char            *text;

    (void) state;
    some_shots("anna");
    card.session = sample_session(&book);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        photo.bytes = rows[i].bytes;
        photo.size = rows[i].bytes != NULL ? strlen(rows[i].bytes) : 0;
        text = gms_card_text(&card, GMS_CARD_HTML);
        assert_non_null(text);
        assert_non_null(strstr(text, rows[i].text));
        assert_null(strstr(text, "/api/"));
        free(text);
    }
    card.photos = 0;
    text = gms_card_text(&card, GMS_CARD_HTML);
    assert_non_null(strstr(text, "No photograph was kept."));
    free(text);
    gms_scorebook_free(&book);
}


static void
a_drawing_turns_y_down_and_leaves_out_what_was_taken_back(void **state)
{
    char *text;

    (void) state;
    some_shots("anna");
    text = text_of(GMS_CARD_SVG, "Lane 1", "");
    assert_non_null(strstr(text, "cx=\"1.250\" cy=\"2.500\" r=\"2.250\""));
    assert_null(strstr(text, "cx=\"-30.000\""));
    assert_non_null(strstr(text, "cx=\"20.000\" cy=\"20.000\""));
    assert_int_equal(count(text, "stroke-dasharray"), 1);
    free(text);
    gms_scorebook_free(&book);
}


static void
a_page_says_how_sure_places_are(void **state)
{
    char *text;
    int   n;

    (void) state;
    some_shots("anna");
    assert_float_equal(
        gms_card_error_mm(sample_session(&book), &n), 0.0402, 0.0001);
    text = text_of(GMS_CARD_HTML, "Lane 1", HASH);
    assert_int_equal(n, 3);
    assert_non_null(strstr(text, "Mean standard error of the places of 3 shots,"
        " as the lane estimates it from its pictures: &#177;0.04 mm."));
    assert_non_null(strstr(text, "The calibration left 0.05 mm (RMS)"));
    assert_non_null(strstr(text, "/papers/1.jpg\""));
    assert_non_null(strstr(text, "class=\"qr\""));
    free(text);

    text = text_of(GMS_CARD_HTML, "Lane 1", "");
    assert_null(strstr(text, "class=\"qr\""));
    assert_non_null(strstr(text, "The session is open"));
    free(text);
    gms_scorebook_free(&book);
}


static void
a_session_without_shots_is_a_card_too(void **state)
{
    (void) state;
    open_as("");
    for (int f = 0; f < GMS_CARD_FORMATS; f++) {
        char *text = text_of((gms_card_format_e) f, "", "");

        assert_true(text[0] != '\0');
        assert_null(strstr(text, "nan"));
        if (f == GMS_CARD_CSV) {
            assert_int_equal(count(text, "\r\n"), 1);
        }
        free(text);
    }
    gms_scorebook_free(&book);
}


/* As many as a session holds still fit into an answer. */
static void
the_longest_session_fits_into_an_answer(void **state)
{
    uint64_t random = 5;

    (void) state;
    open_as("anna");
    for (uint32_t i = 1; i <= GMS_SESSION_SHOTS_MAX; i++) {
        shoot(i, sample_uniform(&random, -80, 80),
            sample_uniform(&random, -80, 80), false);
    }
    for (int f = 0; f < GMS_CARD_FORMATS; f++) {
        char *text = text_of((gms_card_format_e) f, "Lane 1", HASH);

        assert_in_range(strlen(text), 500000, 4 * 1024 * 1024 - 1);
        free(text);
    }
    gms_scorebook_free(&book);
}


static void
series_are_of_ten_that_count(void **state)
{
    gms_session_part_t series = { 0 };

    (void) state;
    open_as("anna");
    for (uint32_t i = 1; i <= 25; i++) {
        shoot(i, 0, 0, i % 5 == 0);
    }
    assert_true(gms_session_next_series(sample_session(&book), &series));
    assert_int_equal(series.first, 1);
    assert_int_equal(series.last, 12);
    assert_int_equal(series.sum.tenths, 1090);
    assert_true(gms_session_next_series(sample_session(&book), &series));
    assert_int_equal(series.first, 13);
    assert_int_equal(series.last, 24);
    assert_false(gms_session_next_series(sample_session(&book), &series));
    gms_scorebook_free(&book);
}


static void
formats_have_names(void **state)
{
    (void) state;
    assert_int_equal(gms_card_format("csv"), GMS_CARD_CSV);
    assert_int_equal(gms_card_format("html"), GMS_CARD_HTML);
    assert_int_equal(gms_card_format("pdf"), GMS_CARD_FORMATS);
    assert_int_equal(gms_card_format(""), GMS_CARD_FORMATS);
}


static void
no_code_holds_a_book(void **state)
{
    char  text[4000];
    FILE *out = tmpfile();

    (void) state;
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_non_null(out);
    assert_int_equal(gms_qr_svg(out, text), GMS_ETOOBIG);
    assert_int_equal(ftell(out), 0);
    fclose(out);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_has_a_line_for_each_shot_and_y_is_up),
        cmocka_unit_test(a_name_is_no_formula_and_no_markup),
        cmocka_unit_test(a_document_holds_all_shots_rounds_and_statistics),
        cmocka_unit_test(each_correction_says_who_and_why_and_what_was_before),
        cmocka_unit_test(a_page_alone_has_its_photographs_inside),
        cmocka_unit_test(a_drawing_turns_y_down_and_leaves_out_what_was_taken_back),
        cmocka_unit_test(a_page_says_how_sure_places_are),
        cmocka_unit_test(a_session_without_shots_is_a_card_too),
        cmocka_unit_test(the_longest_session_fits_into_an_answer),
        cmocka_unit_test(series_are_of_ten_that_count),
        cmocka_unit_test(formats_have_names),
        cmocka_unit_test(no_code_holds_a_book),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("card", tests, NULL, NULL);
}
