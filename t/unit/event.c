#include "t/lib/sample.h"

#include <math.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "ipc/error.h"
#include "worker/base/jsontext.h"
#include "worker/session/event.h"


static char *
number(double value)
{
    gms_jsontext_t j;

    gms_jsontext_init(&j);
    gms_jsontext_number(&j, NULL, value);
    return gms_jsontext_take(&j);
}


static void
numbers_are_short(void **state)
{
    static const struct {
        double      value;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { 1, "1" },
        { -1, "-1" },
        { 0.5, "0.5" },
        { -0.0001, "-0.0001" },
        { 10.25, "10.25" },
        { 100, "100" },
        { 640.125, "640.125" },
        { 99999.9999, "99999.9999" },
        { -9999.9999, "-9999.9999" },
        { 0.00001, "1e-05" }, /* more decimals than the short form */
        { 1.0 / 3, "0.333333333333333" }, /* 15 digits are not enough */
        { 1e300, "1e+300" },
        { 1700000000000000.0, "1.7e+15" },
        { (double) NAN, "null" },
        { (double) INFINITY, "null" },
    };
    size_t i;
    char  *text;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = number(cases[i].value);
        assert_non_null(text);

        if (cases[i].value == 1.0 / 3) {
            assert_memory_equal(text, cases[i].text, 17);
        } else {
            assert_string_equal(text, cases[i].text);
        }
        free(text);
    }
}


static void
numbers_are_exact(void **state)
{
    uint64_t random = 42, bits, back_bits;
    double   value, back;
    char    *text;
    int      i;

    (void) state;

    for (i = 0; i < 50000; i++) {
        bits = sample_random(&random);
        memcpy(&value, &bits, sizeof(value));

        if (i & 1) {
            value = sample_uniform(&random, -1e4, 1e4);
            value = (i & 2) ? nearbyint(value * 1e4) / 1e4 : value;
        }

        if (!isfinite(value)) {
            continue;
        }

        text = number(value);
        assert_non_null(text);
        back = strtod(text, NULL);
        free(text);

        memcpy(&bits, &value, sizeof(bits));
        memcpy(&back_bits, &back, sizeof(back_bits));
        assert_int_equal(bits, back_bits);
    }
}


static void
strings_are_json(void **state)
{
    static const struct {
        const char *text;
        const char *json;
    } cases[] = {
        { "", "\"\"" }, { "a\"b\\c", "\"a\\\"b\\\\c\"" },
        { "line\r\n\x7f", "\"line\\u000d\\u000a\\u007f\"" },
        { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xaf",
            "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xaf\"" },
        { "\xff", "\"\xef\xbf\xbd\"" },
        { "\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\"" }, /* overlong NUL */
        { "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"" }, /* cut short */
        { "\xed\xa0\x80",
            "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" }, /* surrogate */
    };
    gms_jsontext_t j;
    size_t         i;
    char          *text;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gms_jsontext_init(&j);
        gms_jsontext_string(&j, NULL, cases[i].text);
        text = gms_jsontext_take(&j);
        assert_non_null(text);
        assert_string_equal(text, cases[i].json);
        free(text);
    }

    assert_true(gms_jsontext_is_clean("abc \xc3\xa9", 10));
    assert_false(gms_jsontext_is_clean("abc", 3)); /* no room for its end */
    assert_false(gms_jsontext_is_clean("a\nb", 10));
    assert_false(gms_jsontext_is_clean("a\xff", 10));
}


/* Through its text into another fold. */
static void
read_back(gms_scorebook_t *folded, const gms_event_t *event)
{
    gms_event_t back;
    char       *json = gms_event_to_json(event, "lane1");

    assert_non_null(json);
    assert_null(strpbrk(json, "\r\n"));
    assert_true(strlen(json) < 4096);

    assert_int_equal(
        gms_event_from_json(&back, gms_event_name(event->kind), json), GMS_OK);
    free(json);

    assert_int_equal(back.seq, event->seq);
    assert_int_equal(back.real_ns, event->real_ns);
    memcpy(back.key, event->key, sizeof(back.key));
    memcpy(back.boot_id, event->boot_id, sizeof(back.boot_id));
    back.mono_ns = event->mono_ns;
    if (back.kind == GMS_EVENT_CALIBRATION) {
        const gms_lens_t *a = &back.u.calibration.map.lens;
        const gms_lens_t *b = &event->u.calibration.map.lens;

        assert_true(a->x == b->x && a->y == b->y && a->bend == b->bend
            && a->at2 == b->at2);
    }
    if (back.kind == GMS_EVENT_SHOT) {
        back.u.shot.frame_mono_ns = event->u.shot.frame_mono_ns;
    }

    assert_int_equal(gms_scorebook_apply(folded, &back), GMS_OK);
}


static void
shot_has_its_members(void **state)
{
    gms_event_t event;
    char       *json;

    (void) state;

    memset(&event, 0, sizeof(event));
    event.kind = GMS_EVENT_SHOT;
    event.seq = 42;
    strcpy(event.session, "lane1-00-3");
    event.real_ns = 1700000000000000000;
    event.u.shot.n = 3;
    event.u.shot.hole = 7;
    event.u.shot.x_mm = -1.2345;
    event.u.shot.y_mm = 0.5;
    event.u.shot.x_px = 640.125;
    event.u.shot.y_px = 360;
    event.u.shot.radius_px = 8.1;
    event.u.shot.score_tenths = 104;
    event.u.shot.ring = 10;
    event.u.shot.inner = true;
    strcpy(event.u.shot.zone, "A");
    strcpy(event.u.shot.bull, "12");
    event.u.shot.window = GMS_WINDOW_LATE;
    event.u.shot.near_line = true;
    event.u.shot.confidence = 0.95;
    event.u.shot.x_error_mm = 0.03;
    event.u.shot.y_error_mm = 0.04;
    event.u.shot.error_correlation = -0.5;
    event.u.shot.paper = 2;
    event.u.shot.calibration = 17;
    event.u.shot.frame_real_ns = 1699999999999001000;

    json = gms_event_to_json(&event, "lane1");
    assert_non_null(json);
    assert_string_equal(json,
        "{\"lane\":\"lane1\",\"seq\":42,\"session\":\"lane1-00-3\",\"n\":3,"
        "\"hole\":7,\"x_mm\":-1.2345,\"y_mm\":0.5,\"x_px\":640.125,"
        "\"y_px\":360,\"radius_px\":8.1,\"score_tenths\":104,\"ring\":10,"
        "\"inner\":true,\"zone\":\"A\",\"bull\":\"12\","
        "\"sighter\":false,\"window\":\"late\",\"overlap\":false,"
        "\"recovered\":false,\"near_line\":true,\"possible_double\":false,"
        "\"order_unknown\":false,\"by_hand\":false,\"unplaced\":false,"
        "\"confidence\":0.95,\"x_error_mm\":0.03,"
        "\"y_error_mm\":0.04,\"error_correlation\":-0.5,\"paper\":2,"
        "\"calibration\":17,\"t_frame_us\":1699999999999001,\"t_us\":"
        "1700000000000000}");
    free(json);

    assert_string_equal(gms_event_name(GMS_EVENT_SHOT), "shot");
    assert_string_equal(gms_event_name(GMS_EVENT_SHOT_REMOVED), "shot.removed");
    assert_string_equal(gms_event_name(GMS_EVENT_SESSION_PAUSED), "session");
    assert_string_equal(gms_event_name(GMS_EVENT_CALIBRATION), "calibration");
    assert_string_equal(gms_event_name((gms_event_kind_e) 99), "unknown");
}


/* One event of each kind, as decide makes them. */
static void
each_kind_reads_back(void **state)
{
    gms_scorebook_t live, folded;
    gms_input_t     input;
    gms_event_t     event[GMS_DECIDE_MAX];
    int             i, k, n;

    (void) state;

    assert_int_equal(gms_scorebook_init(&live, "lane1", 0xabcdef), GMS_OK);
    assert_int_equal(gms_scorebook_init(&folded, "lane1", 0xabcdef), GMS_OK);

    for (i = 0; i < 14; i++) {
        switch (i) {
        case 0:
            sample_calibration(&input, 1.0 / 3);
            break;
        case 1:
            sample_start(&input, "k1");
            /* takes 17 digits; cJSON is content with 15 */
            input.u.session.face.ring[9].diameter_mm = nextafter(155.5, 200);
            break;
        case 2:
            sample_shot(&input, 1, 1.23456789, -2.5);
            break;
        case 3:
            sample_shot(&input, 2, -0.00001, 1e3 / 7);
            break;
        case 4:
            sample_input(&input, GMS_INPUT_PAUSE);
            break;
        case 5:
            sample_input(&input, GMS_INPUT_REMOVE);
            input.hole = 2;
            strcpy(input.u.removed.reason, "paper is whole \\ \"\xc3\xa9\"");
            strcpy(input.u.removed.author, "detector");
            break;
        case 6:
            sample_input(&input, GMS_INPUT_RESUME);
            break;
        case 7:
            sample_input(&input, GMS_INPUT_RANGE);
            input.u.range.cold = true;
            strcpy(input.u.range.author, "admin");
            break;
        case 8:
            sample_input(&input, GMS_INPUT_PAPER);
            input.paper.what = GMS_PAPER_GONE_NEW;
            input.paper.expected = -1;
            input.paper.holes = 4;
            strcpy(input.paper.reason, "another sheet");
            strcpy(input.paper.author, "detector");
            input.paper.odd = 2;
            input.paper.spotted = true;
            input.paper.spot_mm[0] = 12.1;
            input.paper.spot_mm[1] = -30.4;
            break;
        case 9:
            sample_calibration(&input, 2);
            input.u.calibration.map.confirmed = true;
            input.u.calibration.map.lens =
                (gms_lens_t){ 639.5, 359.5, -1.25e-7, 40000 };
            input.u.calibration.of = 1;
            strcpy(input.u.calibration.reason, "undone");
            break;
        case 10:
            sample_input(&input, GMS_INPUT_COMPLAINT);
            strcpy(input.u.complaint.author, "shooter");
            strcpy(input.u.complaint.reason, "it is \"ten\" \xc3\xa9");
            strcpy(input.session, gms_scorebook_shown(&live)->id);
            input.u.complaint.shot = 1;
            break;
        case 11:
            sample_input(&input, GMS_INPUT_COMPLAINT_CLOSE);
            input.u.closing.closed.complaint = live.complaint[0].seq;
            input.u.closing.closed.what = GMS_COMPLAINT_DENIED;
            strcpy(input.u.closing.closed.text, "a nine \\");
            strcpy(input.u.closing.closed.author, "Olga");
            break;
        case 12:
            sample_call(&input, gms_scorebook_shown(&live)->id, 1, 1.0 / 3, -7);
            break;
        default:
            sample_input(&input, GMS_INPUT_END);
            break;
        }

        n = sample_step(&live, &input, event);
        assert_true(n > 0);
        for (k = 0; k < n; k++) {
            read_back(&folded, &event[k]);
        }
        sample_same_book(&live, &folded);
    }

    gms_scorebook_free(&live);
    gms_scorebook_free(&folded);
}


#define HEX                                                                    \
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\""
#define TOKENS(list) ",\"tokens_sha256\":[" list "]"
#define SESSION(tail)                                                          \
    "{\"seq\":1,\"t_us\":1,\"state\":\"started\",\"session\":\"l-1-1\","        \
    "\"shooter\":\"a\",\"caliber_mm\":4.5,\"distance_m\":10,"                   \
    "\"face\":{\"name\":\"f\",\"title\":\"F\",\"rings\":[{\"value\":10,"        \
    "\"diameter_mm\":11.5},{\"value\":9,\"diameter_mm\":27.5}],"               \
    "\"black_mm\":27.5,\"inner_mm\":5,\"inner_rule\":\"touch\","               \
    "\"gauges\":[{\"gauge_mm\":4.5,\"above_mm\":0}],\"decimal\":\"linear\","  \
    "\"card_mm\":170}" tail "}"

#define SHOT_TAIL                                                              \
    ",\"ring\":10,\"inner\":true,\"sighter\":false,"                           \
    "\"overlap\":false,\"recovered\":false,\"confidence\":1,"                  \
    "\"t_frame_us\":1,\"t_us\":1}"
#define SHOT_HEAD                                                              \
    "{\"seq\":1,\"x_mm\":0,\"y_mm\":0,\"x_px\":0,\"y_px\":0,"                  \
    "\"radius_px\":1,\"score_tenths\":100,\"hole\":1"


#define PAPER(what, shots, holes)                                              \
    "{\"seq\":1,\"t_us\":1,\"paper\":1,"                                       \
    "\"what\":" what ",\"reason\":\"\",\"author\":\"a\","                      \
    "\"expected\":null,\"shots\":" shots ",\"holes\":" holes ",\"odd\":0}"


static void
counts_become_sentences(void **state)
{
    static const struct {
        int32_t     expected;
        int32_t     shots;
        int32_t     holes;
        uint32_t    odd;
        const char *detail;
    } cases[] = {
        { -1, 30, 30, 0, "30 holes, 30 shots" },
        { -1, 1, 1, 0, "1 hole, 1 shot" },
        { -1, 3, -1, 0, "3 shots" },
        { 5, 5, 5, 0, "5 expected, 5 holes, 5 shots" },
        { 5, 6, 6, 0,
            "5 expected, 6 holes, 6 shots: a neighbour's shot may be among "
            "them, or one was not counted" },
        { 5, 4, 4, 3,
            "5 expected, 4 holes, 4 shots: shot 3 may be two in one "
            "hole" },
        { 5, 4, 4, 0,
            "5 expected, 4 holes, 4 shots: look at the paper for a "
            "hole that is no shot here" },
        { -1, 30, 31, 0,
            "31 holes, 30 shots: a hole was made while shots did "
            "not count, or taken back" },
        { -1, 31, 30, 0,
            "30 holes, 31 shots: look for a shot that is no hole "
            "of this paper" },
        { INT32_MAX, INT32_MAX, INT32_MAX, 0,
            "2147483647 expected, "
            "2147483647 holes, 2147483647 shots" },
        { -1, 30, 29, 7, "29 holes, 30 shots: shot 7 shows no hole" },
    };
    gms_event_paper_t paper;
    char              text[GMS_REASON_SIZE];
    size_t            i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&paper, 0, sizeof(paper));
        paper.expected = cases[i].expected;
        paper.shots = cases[i].shots;
        paper.holes = cases[i].holes;
        paper.odd = cases[i].odd;
        gms_event_paper_detail(&paper, text, sizeof(text));
        assert_string_equal(text, cases[i].detail);
    }

    paper.expected = -1;
    paper.shots = 30;
    paper.holes = 31;
    paper.spotted = true;
    paper.spot_mm[0] = 12.1;
    paper.spot_mm[1] = -30.4;
    gms_event_paper_detail(&paper, text, sizeof(text));
    assert_string_equal(text,
        "31 holes, 30 shots: the hole at 12.1, -30.4 mm"
        " is no shot here");
}


#define SHOT(more) SHOT_HEAD more SHOT_TAIL
#define CALIBRATION(origin, numbers, more)                                     \
    "{\"seq\":1,\"t_us\":1,\"origin\":\"" origin                               \
    "\",\"residual_mm\":0.1,\"homography_mm_to_px\":[" numbers "]" more "}"
#define CLOSED(what)                                                           \
    "{\"seq\":2,\"t_us\":1,\"complaint\":1,\"what\":" what                      \
    ",\"text\":\"\",\"author\":\"a\"}"
#define RANGE(word)                                                            \
    "{\"seq\":1,\"t_us\":1,\"range\":\"" word "\",\"author\":\"a\"}"


/* What a damaged or foreign journal may hold, beside its like that is good. */
static const struct {
    const char *name;
    const char *json;
    int         rc;
} damaged[] = {
    { "shot", SHOT(",\"n\":1"), GMS_OK },
    { "shot", SHOT(""), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":-1"), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":1.5"), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":\"1\""), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":4294967296"), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":1e999"), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":1") "x", GMS_ECORRUPT },
    { "shots", SHOT(",\"n\":1"), GMS_ECORRUPT },
    { "session", SHOT(",\"n\":1"), GMS_ECORRUPT },
    { "session", "{\"seq\":1,\"t_us\":1,\"state\":\"ended\"}", GMS_ECORRUPT },
    { "session", "{\"seq\":1,\"t_us\":1,\"state\":7}", GMS_ECORRUPT },
    { "session", SESSION(""), GMS_OK },
    { "session", SESSION(TOKENS(HEX)), GMS_OK },
    { "session", SESSION(TOKENS(HEX "," HEX "," HEX "," HEX "," HEX "," HEX
        "," HEX "," HEX)), GMS_OK },
    { "session", SESSION(TOKENS(HEX "," HEX "," HEX "," HEX "," HEX "," HEX
        "," HEX "," HEX "," HEX)), GMS_ECORRUPT },
    { "session", SESSION(",\"tokens_sha256\":" HEX), GMS_ECORRUPT },
    { "session", SESSION(TOKENS("1")), GMS_ECORRUPT },
    { "session", SESSION(TOKENS("\"\"")), GMS_ECORRUPT },
    { "session", SESSION(TOKENS("\"0123\"")), GMS_ECORRUPT },
    { "shot.removed",
        "{\"seq\":1,\"t_us\":1,\"n\":1,\"reason\":\"r\",\"author\":\"a\"}",
        GMS_OK },
    { "shot.removed", "{\"seq\":1,\"t_us\":1,\"n\":1,\"reason\":\"r\"}",
        GMS_ECORRUPT },
    { "shot.removed",
        "{\"seq\":1,\"t_us\":1,\"n\":1,\"reason\":\"a\\nb\",\"author\":\"a\"}",
        GMS_ECORRUPT },
    { "calibration", CALIBRATION("auto", "3,0,0,0,-3,0,0,0,1", ""), GMS_OK },
    { "calibration", CALIBRATION("auto", "3,0,0,0,-3,0,0,0", ""),
        GMS_ECORRUPT },
    { "calibration", CALIBRATION("auto", "3,0,0,0,-3,0,0,0,1,1", ""),
        GMS_ECORRUPT },
    { "calibration", CALIBRATION("auto", "3,0,0,0,-3,0,0,0,\"1\"", ""),
        GMS_ECORRUPT },
    { "calibration", CALIBRATION("none", "3,0,0,0,-3,0,0,0,1", ""),
        GMS_ECORRUPT },
    { "calibration", CALIBRATION("auto", "0,0,0,0,0,0,0,0,0", ""),
        GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":1,\"paper\":\"1\""), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":1,\"zone\":7"), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":1,\"bull\":\"12345678\""), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":1,\"near_line\":1"), GMS_ECORRUPT },
    { "shot", SHOT(",\"n\":1,\"x_error_mm\":null"), GMS_ECORRUPT },
    { "calibration",
        CALIBRATION("auto", "3,0,0,0,-3,0,0,0,1", ",\"confirmed\":1"),
        GMS_ECORRUPT },
    { "paper", PAPER("\"new\"", "3", "null"), GMS_OK },
    { "paper", PAPER("\"old\"", "3", "null"), GMS_ECORRUPT },
    { "paper", PAPER("\"new\"", "null", "3"), GMS_ECORRUPT },
    { "paper", PAPER("\"new\"", "3", "-1"), GMS_ECORRUPT },
    { "range", RANGE("cold"), GMS_OK },
    { "range", RANGE("warm"), GMS_ECORRUPT },
    { "complaint", "{\"seq\":1,\"t_us\":1,\"author\":\"a\"}", GMS_OK },
    { "complaint", "{\"seq\":1,\"t_us\":1,\"author\":\"a\",\"shot\":1}",
        GMS_ECORRUPT },
    { "complaint", "{\"seq\":1,\"t_us\":1,\"author\":\"a\",\"shot\":-1}",
        GMS_ECORRUPT },
    { "complaint.closed", CLOSED("\"denied\""), GMS_OK },
    { "complaint.closed", CLOSED("\"open\""), GMS_ECORRUPT },
    { "complaint.closed", CLOSED("7"), GMS_ECORRUPT },
    { "shot", "", GMS_ECORRUPT },
    { "shot", "null", GMS_ECORRUPT },
    { "shot", "[]", GMS_ECORRUPT },
    { "shot", "{\"seq\":1", GMS_ECORRUPT },
};


static void
damaged_events_are_refused(void **state)
{
    gms_event_t event;
    size_t      i;

    (void) state;

    for (i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        if (gms_event_from_json(&event, damaged[i].name, damaged[i].json)
            != damaged[i].rc)
        {
            fail_msg("case %zu: %s", i, damaged[i].json);
        }
    }
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "numbers are written as short as they are",
            .test_func = numbers_are_short },
        { .name = "a number reads back to the same bits",
            .test_func = numbers_are_exact },
        { .name = "any text becomes valid JSON on one line",
            .test_func = strings_are_json },
        { .name = "a shot event has the documented members",
            .test_func = shot_has_its_members },
        { .name = "every kind of event reads back as it was made",
            .test_func = each_kind_reads_back },
        { .name = "a count of holes and shots is said in a sentence",
            .test_func = counts_become_sentences },
        { .name = "a damaged event is refused",
            .test_func = damaged_events_are_refused },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
