/* The text of one event, and the ids that browsers send back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "ipc/sse.h"


static void
test_format(void **unused)
{
    int     n;
    char    buf[256];
    size_t  i, id_size;

    static const struct {
        uint64_t     epoch, seq;
        const char  *event, *data;
        size_t       id_size;
        const char  *expected; /* NULL: refused */
    } rows[] = {
        { UINT64_C(0x5f3a9c0112345678), 42, "shot", "{}", 24,
          "id: 5f3a9c0112345678-42\nevent: shot\ndata: {}\n\n" },
        { 1, 0, "hole", "{\"x\":1}", 0, "event: hole\ndata: {\"x\":1}\n\n" },
        { 0, UINT64_MAX, "a", "", 42,
          "id: 0000000000000000-18446744073709551615\nevent: a\ndata: \n\n" },
        { 1, 1, "shot.removed", "{}", 23,
          "id: 0000000000000001-1\nevent: shot.removed\ndata: {}\n\n" },
        { 1, 1, "", "{}", 0, NULL },
        { 1, 1, "two words", "{}", 0, NULL },
        { 1, 1, "shot\ndata: x", "{}", 0, NULL },
        { 1, 1, "shot", "{\n}", 0, NULL },
        { 1, 1, "shot", "{}\r", 0, NULL },
        { 1, 1, "sh\xc3\xb8t", "{}", 0, NULL },
    };

    (void) unused;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        id_size = 99;
        n = gms_sse_format(buf, sizeof(buf), rows[i].epoch, rows[i].seq,
            rows[i].event, rows[i].data, &id_size);

        if (rows[i].expected == NULL) {
            assert_int_equal(n, GMS_EINVALID);
            continue;
        }

        assert_string_equal(buf, rows[i].expected);
        assert_int_equal(n, strlen(buf));
        assert_int_equal(id_size, rows[i].id_size);
    }
}


static void
test_size(void **unused)
{
    int     n, whole;
    char    buf[128];
    size_t  size;

    (void) unused;

    whole = gms_sse_format(buf, sizeof(buf), 7, 1234567, "shot", "{}", NULL);
    assert_true(whole > 0);

    for (size = 0; size <= (size_t) whole + 1; size++) {
        memset(buf, '#', sizeof(buf));
        n = gms_sse_format(buf, size, 7, 1234567, "shot", "{}", NULL);
        assert_int_equal(n, size > (size_t) whole ? whole : GMS_ETOOBIG);
        assert_int_equal(buf[size], '#');
    }
}


static void
test_parse(void **unused)
{
    size_t    i;
    uint64_t  epoch, seq;

    static const struct {
        const char  *text;
        int          expected;
        uint64_t     epoch, seq;
    } rows[] = {
        { "5f3a9c0112345678-42", GMS_OK, UINT64_C(0x5f3a9c0112345678), 42 },
        { "0000000000000000-1", GMS_OK, 0, 1 },
        { "ffffffffffffffff-18446744073709551615", GMS_OK, UINT64_MAX,
          UINT64_MAX },
        { "ffffffffffffffff-18446744073709551616", GMS_EINVALID, 0, 0 },
        { "ffffffffffffffff-99999999999999999999", GMS_EINVALID, 0, 0 },
        { "ffffffffffffffff-184467440737095516150", GMS_EINVALID, 0, 0 },
        { "", GMS_EINVALID, 0, 0 },
        { "-", GMS_EINVALID, 0, 0 },
        { "42", GMS_EINVALID, 0, 0 },
        { "5f3a9c0112345678", GMS_EINVALID, 0, 0 },
        { "5f3a9c0112345678-", GMS_EINVALID, 0, 0 },
        { "5f3a9c0112345678-0", GMS_EINVALID, 0, 0 },
        { "5f3a9c0112345678-042", GMS_EINVALID, 0, 0 },
        { "5f3a9c0112345678--2", GMS_EINVALID, 0, 0 },
        { "5f3a9c0112345678-+2", GMS_EINVALID, 0, 0 },
        { "5f3a9c0112345678-4 ", GMS_EINVALID, 0, 0 },
        { " 5f3a9c011234567-42", GMS_EINVALID, 0, 0 },
        { "5F3A9C0112345678-42", GMS_EINVALID, 0, 0 },
        { "0x3a9c0112345678-42", GMS_EINVALID, 0, 0 },
        { "5f3a9c01123456789-2", GMS_EINVALID, 0, 0 },
        { "5f3a9c0112345678-4x", GMS_EINVALID, 0, 0 },
    };

    (void) unused;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        epoch = seq = 7;

        if (gms_sse_parse_id(rows[i].text, strlen(rows[i].text), &epoch, &seq)
            != rows[i].expected)
        {
            fail_msg("id \"%s\"", rows[i].text);
        }

        if (rows[i].expected == GMS_OK) {
            assert_true(epoch == rows[i].epoch && seq == rows[i].seq);
        } else {
            assert_true(epoch == 7 && seq == 7);
        }
    }

    /* the size counts, not a terminating NUL */
    assert_int_equal(gms_sse_parse_id("5f3a9c0112345678-42", 18, &epoch, &seq),
        GMS_OK);
    assert_int_equal(seq, 4);
    assert_int_equal(
        gms_sse_parse_id("5f3a9c0112345678-4\0", 19, &epoch, &seq),
        GMS_EINVALID);
}


static void
test_round_trip(void **unused)
{
    int       n, i;
    char      buf[128];
    size_t    id_size;
    uint64_t  state = 1, epoch, seq, e, s;

    (void) unused;

    for (i = 0; i < 10000; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407U;
        epoch = state ^ state >> 29;
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407U;
        seq = (state >> (state % 60)) | 1;

        n = gms_sse_format(buf, sizeof(buf), epoch, seq, "shot", "{}",
            &id_size);
        assert_true(n > 0);
        assert_memory_equal(buf, "id: ", 4);
        assert_int_equal(buf[id_size - 1], '\n');
        assert_int_equal(gms_sse_parse_id(buf + 4, id_size - 5, &e, &s),
            GMS_OK);
        assert_true(e == epoch && s == seq);

        /* without its id line it is the event of a stream of many lanes */
        assert_memory_equal(buf + id_size, "event: shot\n", 12);
    }
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        { .name = "an event is one text, its id line first",
          .test_func = test_format },
        { .name = "an event that does not fit is refused, not cut",
          .test_func = test_size },
        { .name = "only an id of ours is taken from a browser",
          .test_func = test_parse },
        { .name = "an id that was written is read back",
          .test_func = test_round_trip },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
