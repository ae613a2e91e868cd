/* The state document in shared memory: always whole, always the newest. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/error.h"
#include "ipc/state.h"

/* Words of the region, as they lie in memory. */
#define SLOTS 0
#define BYTES 1
#define BEGUN 8
#define COMMITTED 9
#define SLOT0 16
#define SLOT1 (16 + 8 + GMS_STATE_BYTES / 8)


typedef struct {
    gms_memory_t  m;
    gms_state_t   state;
    uint64_t     *words;
    char          buf[GMS_STATE_BYTES];
} lane_t;


static int
setup(void **state)
{
    lane_t            *lane = calloc(1, sizeof(lane_t));
    gms_region_t       region;
    gms_memory_spec_t  spec = { 0 };

    if (lane == NULL
        || gms_memory_create(&lane->m, "gmshoot-test", &spec) != GMS_OK
        || gms_memory_region(&lane->m, GMS_REGION_STATE, 0, &region) != GMS_OK
        || gms_state_attach(&lane->state, &lane->m) != GMS_OK)
    {
        return -1;
    }

    lane->words = (uint64_t *) ((char *) lane->m.base + region.offset);
    *state = lane;

    return 0;
}


static int
teardown(void **state)
{
    lane_t  *lane = *state;

    gms_memory_close(&lane->m);
    free(lane);

    return 0;
}


static int
write_text(lane_t *lane, const char *text, uint64_t seq)
{
    gms_state_info_t  info = { .seq = seq, .ring_pos = seq * 100,
                               .size = strlen(text) };

    return gms_state_write(&lane->state, &info, text);
}


static void
expect(lane_t *lane, const char *text, uint64_t seq, uint64_t version)
{
    gms_state_info_t  info;

    assert_int_equal(gms_state_read(&lane->state, &info, lane->buf,
                         sizeof(lane->buf)), GMS_OK);
    assert_int_equal(info.size, strlen(text));
    assert_memory_equal(lane->buf, text, info.size);
    assert_int_equal(info.seq, seq);
    assert_int_equal(info.ring_pos, seq * 100);
    assert_int_equal(info.version, version);
    assert_int_equal(gms_state_version(&lane->state), version);
}


static void
test_newest(void **state)
{
    lane_t           *lane = *state;
    gms_state_info_t  info;

    assert_int_equal(gms_state_version(&lane->state), 0);
    assert_int_equal(gms_state_read(&lane->state, &info, lane->buf,
                         sizeof(lane->buf)), GMS_EAGAIN);

    assert_int_equal(write_text(lane, "{\"a\":1}", 1), GMS_OK);
    expect(lane, "{\"a\":1}", 1, 1);
    expect(lane, "{\"a\":1}", 1, 1);
    assert_int_equal(write_text(lane, "{}", 2), GMS_OK);
    expect(lane, "{}", 2, 2);
    assert_int_equal(write_text(lane, "a longer one than both", 3), GMS_OK);
    expect(lane, "a longer one than both", 3, 3);
}


static void
test_limits(void **state)
{
    char             *text;
    lane_t           *lane = *state;
    gms_state_info_t  info = { .seq = 1, .size = GMS_STATE_BYTES };

    text = malloc(GMS_STATE_BYTES + 1);
    assert_non_null(text);
    memset(text, 'x', GMS_STATE_BYTES + 1);

    assert_int_equal(gms_state_write(&lane->state, &info, text), GMS_OK);
    assert_int_equal(gms_state_write(&lane->state, &info, text), GMS_OK);
    assert_int_equal(gms_state_read(&lane->state, &info, lane->buf,
                         GMS_STATE_BYTES), GMS_OK);
    assert_memory_equal(lane->buf, text, GMS_STATE_BYTES);

    info.size++;
    assert_int_equal(gms_state_write(&lane->state, &info, text), GMS_ETOOBIG);
    assert_int_equal(gms_state_version(&lane->state), 2);

    info.size = 0;
    lane->buf[0] = '#';
    assert_int_equal(gms_state_read(&lane->state, &info, lane->buf,
                         GMS_STATE_BYTES - 1), GMS_ETOOBIG);
    assert_int_equal(info.size, GMS_STATE_BYTES);
    assert_int_equal(lane->buf[0], '#');

    free(text);
}


/* A writer killed at any word of its write leaves the older document, and its
 * successor rewrites the slot that was left half done. */
static void
test_killed_writer(void **state)
{
    lane_t  *lane = *state;

    assert_int_equal(write_text(lane, "one", 1), GMS_OK);
    assert_int_equal(write_text(lane, "two", 2), GMS_OK);

    lane->words[BEGUN] = 3;
    expect(lane, "two", 2, 2);
    lane->words[SLOT1] = UINT64_MAX;
    lane->words[SLOT1 + 8] = UINT64_MAX;
    expect(lane, "two", 2, 2);

    assert_int_equal(write_text(lane, "three", 3), GMS_OK);
    expect(lane, "three", 3, 3);
}


/* A reader that has chosen a slot which is then begun again says so. */
static void
test_overtaken(void **state)
{
    lane_t           *lane = *state;
    gms_state_info_t  info;

    assert_int_equal(write_text(lane, "one", 1), GMS_OK);
    lane->words[BEGUN] = 3;
    assert_int_equal(gms_state_read(&lane->state, &info, lane->buf,
                         sizeof(lane->buf)), GMS_EAGAIN);

    /* torn bytes of such a slot are no sign of corruption */
    lane->words[SLOT1] = UINT64_MAX;
    assert_int_equal(gms_state_read(&lane->state, &info, lane->buf,
                         sizeof(lane->buf)), GMS_EAGAIN);
    lane->words[BEGUN] = 1;
    assert_int_equal(gms_state_read(&lane->state, &info, lane->buf,
                         sizeof(lane->buf)), GMS_ECORRUPT);

    /* garbage in `begun` is healed by the next write */
    lane->words[BEGUN] = UINT64_MAX / 2;
    assert_int_equal(write_text(lane, "two", 2), GMS_OK);
    expect(lane, "two", 2, 2);
}


static void
test_hostile_header(void **state)
{
    size_t       i;
    lane_t      *lane = *state;
    gms_state_t  other;

    static const struct {
        unsigned  word;
        uint64_t  value;
    } rows[] = {
        { SLOTS, 0 }, { SLOTS, 1 }, { SLOTS, 3 }, { SLOTS, 4 },
        { SLOTS, UINT64_MAX }, { BYTES, GMS_STATE_BYTES + 64 },
        { BYTES, 8 }, /* slots would leave their cache lines */
        { BYTES, UINT64_MAX - 63 }, { BYTES, UINT64_C(1) << 63 },
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t  before = lane->words[rows[i].word];

        lane->words[rows[i].word] = rows[i].value;
        assert_int_equal(gms_state_attach(&other, &lane->m), GMS_ECORRUPT);
        lane->words[rows[i].word] = before;
    }

    assert_int_equal(gms_state_attach(&other, &lane->m), GMS_OK);

    /* room for it or not: a state document has two slots */
    lane->words[SLOTS] = 3;
    lane->words[BYTES] = 64;
    assert_int_equal(gms_state_attach(&other, &lane->m), GMS_ECORRUPT);
}


/* Every byte of document n is the letter of n, and its length follows: so
 * long a one that a reader is overtaken in mid-copy. */
#define ROUNDS 2000

static size_t
length_of(uint64_t n)
{
    return GMS_STATE_BYTES - n * 7919 % 4000;
}


static void *
run_writer(void *data)
{
    static char  text[GMS_STATE_BYTES];

    lane_t   *lane = data;
    uint64_t  n;

    for (n = 1; n <= ROUNDS; n++) {
        gms_state_info_t  info = { .seq = n, .size = length_of(n) };

        memset(text, 'a' + (char) (n % 26), info.size);
        (void) gms_state_write(&lane->state, &info, text);
    }

    return NULL;
}


static void
test_threads(void **state)
{
    int               rc;
    size_t            i;
    lane_t           *lane = *state;
    uint64_t          last = 0;
    pthread_t         thread;
    gms_state_info_t  info;

    assert_int_equal(pthread_create(&thread, NULL, run_writer, lane), 0);

    while (last < ROUNDS) {
        rc = gms_state_read(&lane->state, &info, lane->buf,
            sizeof(lane->buf));

        if (rc == GMS_EAGAIN) {
            continue;
        }

        assert_int_equal(rc, GMS_OK);
        assert_int_equal(info.version, info.seq);
        assert_true(info.seq >= last);
        assert_int_equal(info.size, length_of(info.seq));
        last = info.seq;

        for (i = 0; i < info.size; i++) {
            if (lane->buf[i] != 'a' + (char) (info.seq % 26)) {
                fail_msg("torn document %lu", (unsigned long) info.seq);
            }
        }
    }

    assert_int_equal(pthread_join(thread, NULL), 0);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        { "a reader gets the newest state document", test_newest, setup,
          teardown, NULL },
        { "a state document has a largest size", test_limits, setup,
          teardown, NULL },
        { "a writer killed in mid-document leaves the one before",
          test_killed_writer, setup, teardown, NULL },
        { "a reader that is overtaken says so", test_overtaken, setup,
          teardown, NULL },
        { "a state region with a hostile header is refused",
          test_hostile_header, setup, teardown, NULL },
        { "no state document is ever torn, however fast it is written",
          test_threads, setup, teardown, NULL },
    };

    alarm(60);
    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
