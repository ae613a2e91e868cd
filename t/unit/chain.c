#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "worker/store/chain.h"

static const gms_chain_row_t first = { 1, "range", "", 1700000000000000000,
    5000000123, 0, "0123456789abcdef0123456789abcdef", "",
    "{\"range\":\"cold\"}" };
static const gms_chain_row_t second = { 2, "shot",
    "lane1-5f3a9c0112345678-1", -1, INT64_C(1) << 62, 7, "", "key-\xc3\xa9",
    "{\"n\":1}" };


static void
says(const uint8_t *hash, const char *expected)
{
    char text[GMS_CHAIN_HEX_SIZE];

    gms_chain_to_hex(hash, text);
    assert_string_equal(text, expected);
}


/* Computed from the header's words by another program (hashlib). */
static void
known_answers(void **state)
{
    uint8_t hash[GMS_CHAIN_SIZE];

    (void) state;

    gms_chain_begin(hash, "lane1", "5f3a9c0112345678");
    says(hash,
        "8fc7ec7d140d7d606efd19fde6b01d7dcb6b5b2dba3af853019b9f250f3f95f0");
    gms_chain_next(hash, &first);
    says(hash,
        "62f7e0714771a56975f54d7f24c01410f77fdf86567db1b6dc497e862cecfade");
    gms_chain_next(hash, &second);
    says(hash,
        "5b92240c3e80e50cfd07e7365849dd6254ab3df01dd8edac571bc840e3771fd0");
}


static void
every_column_counts(void **state)
{
    gms_chain_row_t row[10];
    uint8_t         hash[10][GMS_CHAIN_SIZE];
    int             i, k;

    (void) state;

    for (i = 0; i < 10; i++) {
        row[i] = second;
    }
    row[1].seq++;
    row[2].name = "shou";
    row[3].session = "lane1-5f3a9c0112345678-2";
    row[4].real_ns--;
    row[5].mono_ns++;
    row[6].frame_mono_ns++;
    row[7].boot_id = "k"; /* a letter moved from one text to the next */
    row[7].key = "ey-\xc3\xa9";
    row[8].key = "";
    row[9].json = "{\"n\":2}";

    for (i = 0; i < 10; i++) {
        gms_chain_begin(hash[i], "lane1", "5f3a9c0112345678");
        gms_chain_next(hash[i], &row[i]);
        for (k = 0; k < i; k++) {
            assert_memory_not_equal(hash[i], hash[k], GMS_CHAIN_SIZE);
        }
    }
}


static void
hex_is_read_back(void **state)
{
    static const char *const bad[] = { "", "0", 
        "8fc7ec7d140d7d606efd19fde6b01d7dcb6b5b2dba3af853019b9f250f3f95f",
        "8fc7ec7d140d7d606efd19fde6b01d7dcb6b5b2dba3af853019b9f250f3f95f01",
        "8fc7ec7d140d7d606efd19fde6b01d7dcb6b5b2dba3af853019b9f250f3f95g0",
        " fc7ec7d140d7d606efd19fde6b01d7dcb6b5b2dba3af853019b9f250f3f95f0" };
    uint8_t hash[GMS_CHAIN_SIZE];
    size_t  i;

    (void) state;

    assert_true(gms_chain_from_hex(hash,
        "8FC7ec7d140d7d606efd19fde6b01d7dcb6b5b2dba3af853019b9f250f3f95f0"));
    says(hash,
        "8fc7ec7d140d7d606efd19fde6b01d7dcb6b5b2dba3af853019b9f250f3f95f0");

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(gms_chain_from_hex(hash, bad[i]));
    }
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { "hashes are those of the written rule", known_answers, NULL, NULL,
          NULL },
        { "every column and every border of one counts", every_column_counts,
          NULL, NULL, NULL },
        { "a hash is read back from its digits, and from nothing else",
          hex_is_read_back, NULL, NULL, NULL },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
