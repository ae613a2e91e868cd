/* The log: one JSON object a line, whatever is put into it; and the clocks
 * that its stamps come from. */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <cjson/cJSON.h>

#include "worker/base/clock.h"
#include "worker/base/log.h"

static int   saved;
static int   wire[2];
static char  text[16384];


/* From here on stderr goes into a pipe. */
static void
listen_in(void)
{
    assert_int_equal(pipe(wire), 0);
    saved = dup(STDERR_FILENO);
    dup2(wire[1], STDERR_FILENO);
}


static cJSON *
heard(void)
{
    ssize_t  n;
    cJSON   *json;

    dup2(saved, STDERR_FILENO);
    close(saved);
    close(wire[1]);
    n = read(wire[0], text, sizeof(text) - 1);
    close(wire[0]);
    text[n > 0 ? n : 0] = '\0';

    if (n <= 0) {
        return NULL;
    }

    assert_int_equal(text[n - 1], '\n');
    json = cJSON_Parse(text);

    if (json == NULL) {
        fail_msg("no JSON: %s", text);
    }

    return json;
}


static const char *
member(const cJSON *json, const char *name)
{
    const char  *value = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(json, name));

    return value != NULL ? value : "(none)";
}


static void
line(void **state)
{
    cJSON  *json;

    (void) state;
    gms_log_identity("lane", "lane \"1\"");
    listen_in();
    gms_log(GMS_LOG_WARN, "camera lost", "\"fps\":%.1f,\"tries\":%d", 14.5, 3);
    json = heard();
    assert_non_null(json);
    assert_string_equal(member(json, "level"), "warn");
    assert_string_equal(member(json, "msg"), "camera lost");
    assert_string_equal(member(json, "component"), "lane");
    assert_string_equal(member(json, "lane"), "lane \"1\"");
    assert_int_equal(strlen(member(json, "ts")), 24);
    assert_int_equal(cJSON_GetObjectItem(json, "tries")->valueint, 3);
    cJSON_Delete(json);

    gms_log_identity("supervisor", "");
    listen_in();
    gms_log(GMS_LOG_ERROR, "bare", NULL);
    json = heard();
    assert_non_null(json);
    assert_string_equal(member(json, "lane"), "(none)");
    cJSON_Delete(json);
}


static void
quiet(void **state)
{
    cJSON  *json;

    (void) state;
    listen_in();
    gms_log(GMS_LOG_DEBUG, "detail", NULL);
    assert_null(heard());

    gms_log_threshold(GMS_LOG_DEBUG);
    listen_in();
    gms_log(GMS_LOG_DEBUG, "detail", NULL);
    json = heard();
    assert_non_null(json);
    cJSON_Delete(json);
    gms_log_threshold(GMS_LOG_INFO);
}


static void
too_long(void **state)
{
    char    big[5000];
    cJSON  *json;

    (void) state;
    memset(big, 'x', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';

    listen_in();
    gms_log(GMS_LOG_INFO, big, "\"detail\":\"%s\"", big);
    json = heard();
    assert_non_null(json);
    assert_true(strlen(text) <= 4096);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(json, "truncated")));
    cJSON_Delete(json);
}


static void
escapes(void **state)
{
    char  buf[64], small[8];

    static const struct {
        const char  *in;
        const char  *out;
    } table[] = {
        { "plain", "plain" },
        { "a\"b\\c", "a\\\"b\\\\c" },
        { "line\nnext\x01", "line\\u000anext\\u0001" },
        { "Gr\xc3\xbc\xc3\x9f" "e", "Gr\xc3\xbc\xc3\x9f" "e" },
        { "bad\xff\xc3", "bad??" },           /* no UTF-8 */
        { "\xed\xa0\x80", "???" },            /* a surrogate */
        { "\xf0\x9f\x8e\xaf", "\xf0\x9f\x8e\xaf" },
        { "\xc0\xaf", "??" },                 /* an overlong slash */
        { NULL, "" },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_string_equal(gms_log_escape(buf, sizeof(buf), table[i].in),
                            table[i].out);
    }

    /* cut only between whole pieces */
    assert_string_equal(gms_log_escape(small, sizeof(small), "123456\n"),
                        "123456");
    assert_string_equal(gms_log_escape(small, sizeof(small), "123456\xc3\xbc"),
                        "123456");
    assert_string_equal(gms_log_escape(small, sizeof(small), "12345678"),
                        "1234567");
}


static void
clocks(void **state)
{
    char     id[33], again[33];
    int64_t  a, b;

    (void) state;
    a = gms_clock_mono_ns();
    b = gms_clock_mono_ns();
    assert_true(a > 0 && b >= a);
    assert_true(gms_clock_boot_ns() >= b);
    assert_true(gms_clock_real_ns() > INT64_C(1700000000) * GMS_S);
    assert_true(gms_clock_thread_ns() > 0);

    gms_clock_boot_id(id);
    gms_clock_boot_id(again);
    assert_true(strlen(id) == 32 || strlen(id) == 0);
    assert_string_equal(id, again);
    assert_int_equal(strspn(id, "0123456789abcdef"), strlen(id));
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a line of log is one JSON object", .test_func = line },
        { .name = "details are left out until they are asked for",
          .test_func = quiet },
        { .name = "a line that is too long stays JSON",
          .test_func = too_long },
        { .name = "no text breaks the line it is in", .test_func = escapes },
        { .name = "clocks run forward and the boot has a name",
          .test_func = clocks },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
