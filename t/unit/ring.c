/* The ring of events: one writer that never waits, readers that are never
 * told a lie, and a writer that may die between any two stores. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/error.h"
#include "ipc/ring.h"

/* Words of the region, as they lie in memory. */
#define CAPACITY 0
#define OLDEST 8
#define RESERVED 9
#define COMMITTED 10
#define PAYLOAD 16
#define WORDS (PAYLOAD + GMS_RING_BYTES / 8)

#define HEADER 24 /* bytes of a record before its text */
#define RECORD_MAX (HEADER + GMS_EVENT_BYTES)


typedef struct {
    gms_memory_t  m;
    gms_ring_t    ring;
    uint64_t     *words;
    uint64_t      seq;   /* last durable one written */
    uint64_t      random;
    char          text[GMS_EVENT_BYTES + 1];
    char          buf[GMS_EVENT_BYTES];
} lane_t;


static int
setup(void **state)
{
    lane_t            *lane = calloc(1, sizeof(lane_t));
    gms_region_t       region;
    gms_memory_spec_t  spec = { 0 };

    if (lane == NULL
        || gms_memory_create(&lane->m, "gmshoot-test", &spec) != GMS_OK
        || gms_memory_region(&lane->m, GMS_REGION_RING, 0, &region) != GMS_OK
        || gms_ring_attach(&lane->ring, &lane->m) != GMS_OK)
    {
        return -1;
    }

    lane->words = (uint64_t *) ((char *) lane->m.base + region.offset);
    lane->random = 1;
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


static uint64_t
draw(lane_t *lane, uint64_t below)
{
    lane->random = lane->random * UINT64_C(6364136223846793005)
                   + UINT64_C(1442695040888963407);

    return (lane->random >> 33) % below;
}


/* The text of event n is a pattern of n, so that a reader can tell torn ones
 * from whole ones. */
static void
fill(char *text, uint64_t n, size_t size)
{
    size_t  i;

    for (i = 0; i < size; i++) {
        text[i] = (char) (n * 131 + i * 7 + (i >> 8));
    }
}


static int
write_event(lane_t *lane, uint64_t seq, size_t size)
{
    gms_ring_record_t  record = { .seq = seq, .size = (uint32_t) size,
                                  .id_size = size < 20 ? 0 : 20 };

    fill(lane->text, seq, size);

    return gms_ring_write(&lane->ring, &record, lane->text);
}


static void
write_next(lane_t *lane, size_t size)
{
    assert_int_equal(write_event(lane, ++lane->seq, size), GMS_OK);
}


static int
read_at(lane_t *lane, uint64_t *pos, gms_ring_record_t *record)
{
    return gms_ring_read(&lane->ring, pos, record, lane->buf,
        sizeof(lane->buf));
}


static void
expect_event(lane_t *lane, uint64_t *pos, uint64_t seq)
{
    gms_ring_record_t  record;

    assert_int_equal(read_at(lane, pos, &record), GMS_OK);
    assert_int_equal(record.seq, seq);
    fill(lane->text, seq, record.size);
    assert_memory_equal(lane->buf, lane->text, record.size);
}


/* Reads from the oldest to the head; returns the number of events, whose
 * durable numbers must follow one another up to `last`. */
static uint64_t
expect_whole(lane_t *lane, uint64_t last)
{
    int                rc;
    uint64_t           pos, n, seq;
    gms_ring_record_t  record;

    pos = gms_ring_oldest(&lane->ring);
    seq = 0;

    for (n = 0; /* void */; n++) {
        rc = read_at(lane, &pos, &record);
        if (rc == GMS_EAGAIN) {
            break;
        }

        assert_int_equal(rc, GMS_OK);
        assert_true(seq == 0 || record.seq == seq + 1);
        seq = record.seq;
        fill(lane->text, seq, record.size);
        assert_memory_equal(lane->buf, lane->text, record.size);
    }

    assert_true(pos == gms_ring_head(&lane->ring));
    assert_int_equal(seq, last);

    return n;
}


static void
test_round_trip(void **state)
{
    size_t             size;
    lane_t            *lane = *state;
    uint64_t           pos = 0;
    gms_ring_record_t  record;

    assert_int_equal(read_at(lane, &pos, &record), GMS_EAGAIN);

    for (size = 0; size <= GMS_EVENT_BYTES; size += size < 100 ? 1 : 37) {
        write_next(lane, size);
        assert_int_equal(read_at(lane, &pos, &record), GMS_OK);
        assert_int_equal(record.size, size);
        assert_int_equal(record.id_size, size < 20 ? 0 : 20);
        assert_int_equal(record.seq, lane->seq);
        assert_memory_equal(lane->buf, lane->text, size);
        assert_int_equal(read_at(lane, &pos, &record), GMS_EAGAIN);
        assert_true(pos == gms_ring_head(&lane->ring));
    }

    write_next(lane, GMS_EVENT_BYTES);
    expect_event(lane, &pos, lane->seq);
}


static void
test_limits(void **state)
{
    lane_t            *lane = *state;
    uint64_t           pos = 0;
    gms_ring_record_t  record = { .seq = 1, .size = 10, .id_size = 11 };

    assert_int_equal(write_event(lane, 1, GMS_EVENT_BYTES + 1), GMS_ETOOBIG);
    assert_int_equal(gms_ring_write(&lane->ring, &record, lane->text),
        GMS_EINVALID);
    assert_int_equal(gms_ring_head(&lane->ring), 0);

    write_next(lane, 100);
    assert_int_equal(gms_ring_read(&lane->ring, &pos, &record, lane->buf, 99),
        GMS_ETOOBIG);
    assert_int_equal(pos, 0);
    assert_int_equal(gms_ring_read(&lane->ring, &pos, &record, lane->buf,
                         100), GMS_OK);
}


static void
test_oldest(void **state)
{
    int        i;
    lane_t    *lane = *state;
    uint64_t   oldest = 0;

    for (i = 0; i < 3000; i++) {
        write_next(lane, draw(lane, draw(lane, 20) == 0
                                        ? GMS_EVENT_BYTES + 1 : 3000));

        assert_true(gms_ring_oldest(&lane->ring) >= oldest);
        oldest = gms_ring_oldest(&lane->ring);
        assert_true(lane->words[RESERVED] == gms_ring_head(&lane->ring));
        assert_true(lane->words[RESERVED] - oldest <= GMS_RING_BYTES);

        if (i % 50 == 0) {
            (void) expect_whole(lane, lane->seq);
        }
    }

    /* and it holds as many as fit: no more than one record of it is idle */
    assert_true(gms_ring_head(&lane->ring) - oldest
                > GMS_RING_BYTES - RECORD_MAX);
}


static void
test_overtaken(void **state)
{
    lane_t            *lane = *state;
    uint64_t           pos = 0, before;
    gms_ring_record_t  record;

    write_next(lane, 1000);
    expect_event(lane, &pos, 1);
    before = pos;

    while (gms_ring_oldest(&lane->ring) <= before) {
        write_next(lane, 777);
    }

    assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);
    assert_true(pos == before);

    /* after a snapshot it goes on at the oldest, or at the head */
    pos = gms_ring_oldest(&lane->ring);
    assert_int_equal(read_at(lane, &pos, &record), GMS_OK);
    pos = gms_ring_head(&lane->ring);
    assert_int_equal(read_at(lane, &pos, &record), GMS_EAGAIN);

    /* a writer that has only reserved yet has torn what it will overwrite,
     * whether it looks like garbage already or not: it is no corruption */
    pos = before = gms_ring_oldest(&lane->ring);
    lane->words[RESERVED] = before + GMS_RING_BYTES + 8;
    assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);
    lane->words[PAYLOAD + before % GMS_RING_BYTES / 8] = UINT64_MAX;
    assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);

    /* a cursor from another life of the ring */
    pos = gms_ring_head(&lane->ring) + 8;
    assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);
    pos = UINT64_MAX - 7;
    assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);
}


static void
test_find(void **state)
{
    int        i;
    lane_t    *lane = *state;
    uint64_t   pos, first;

    assert_int_equal(gms_ring_find(&lane->ring, 1, &pos), GMS_ENOTFOUND);

    for (i = 0; i < 2000; i++) {
        write_next(lane, draw(lane, 3000));
        assert_int_equal(write_event(lane, 0, 50), GMS_OK);
    }

    pos = gms_ring_oldest(&lane->ring);
    for (first = 0; first == 0; /* void */) {
        gms_ring_record_t  record;

        assert_int_equal(read_at(lane, &pos, &record), GMS_OK);
        first = record.seq;
    }

    assert_true(first > 1 && first < lane->seq);
    assert_int_equal(gms_ring_find(&lane->ring, 0, &pos), GMS_ENOTFOUND);
    assert_int_equal(gms_ring_find(&lane->ring, first - 1, &pos),
        GMS_ENOTFOUND);
    assert_int_equal(gms_ring_find(&lane->ring, lane->seq + 1, &pos),
        GMS_ENOTFOUND);

    for (i = 0; first + (uint64_t) i <= lane->seq; i += 37) {
        assert_int_equal(
            gms_ring_find(&lane->ring, first + (uint64_t) i, &pos), GMS_OK);
        expect_event(lane, &pos, 0);

        if (first + (uint64_t) i < lane->seq) {
            expect_event(lane, &pos, first + (uint64_t) i + 1);
        }
    }
}


/* The stores of a write, in their order, are known: so a writer that dies
 * after any number of them can be made.  Readers go on, the successor does,
 * and a client that had seen everything misses nothing and sees nothing
 * twice. */
static void
die_after(lane_t *lane, const uint64_t *before, const uint64_t *after,
    size_t stores, size_t next_size)
{
    size_t     i, done;
    uint64_t   pos, seq, last, start, end;

    memcpy(lane->words, before, WORDS * 8);
    pos = start = before[COMMITTED];
    end = after[COMMITTED];
    last = lane->seq;
    done = 0;

    if (done++ < stores) {
        lane->words[OLDEST] = after[OLDEST];
    }

    if (done++ < stores) {
        lane->words[RESERVED] = after[RESERVED];
    }

    for (i = start; i < end && done++ < stores; i += 8) {
        lane->words[PAYLOAD + i % GMS_RING_BYTES / 8]
            = after[PAYLOAD + i % GMS_RING_BYTES / 8];
    }

    if (done++ < stores) {
        lane->words[COMMITTED] = end;
        last++;
    }

    (void) expect_whole(lane, last);

    assert_int_equal(gms_ring_take_over(&lane->ring, &seq), GMS_OK);
    assert_int_equal(seq, last);
    assert_true(lane->words[RESERVED]
                >= (stores > 1 ? after[RESERVED] : before[RESERVED]));

    assert_int_equal(write_event(lane, seq + 1, next_size), GMS_OK);
    (void) expect_whole(lane, seq + 1);

    /* what the dead one had begun to destroy stays destroyed */
    if (stores > 1) {
        gms_ring_record_t  record;
        uint64_t           gone = before[OLDEST];

        assert_true(lane->words[RESERVED] >= after[RESERVED]);

        if (after[OLDEST] > gone) {
            assert_int_equal(read_at(lane, &gone, &record), GMS_EOVERTAKEN);
        }
    }

    /* the client that had read up to the head before the dead one's write */
    for (seq = lane->seq + 1; seq <= last + 1; seq++) {
        expect_event(lane, &pos, seq);
    }
}


static void
test_killed_at_every_store(void **state)
{
    size_t     i, stores;
    lane_t    *lane = *state;
    uint64_t  *before, *after;

    static const size_t  sizes[][2] = {
        { 500, 500 }, { 3000, 10 }, { 10, 3000 }, { 0, 0 },
        { GMS_EVENT_BYTES, 1 },
    };

    before = malloc(WORDS * 8);
    after = malloc(WORDS * 8);
    assert_true(before != NULL && after != NULL);

    for (i = 0; i < 2000; i++) {
        write_next(lane, draw(lane, 3000));
    }

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        memcpy(before, lane->words, WORDS * 8);
        assert_int_equal(write_event(lane, lane->seq + 1, sizes[i][0]),
            GMS_OK);
        memcpy(after, lane->words, WORDS * 8);

        /* oldest, reserved, header, text, committed; of a long text only
         * every 97th store, and the last ones all the same */
        size_t  all = 2 + 3 + (sizes[i][0] + 7) / 8 + 1;

        for (stores = 0; stores <= all; stores++) {
            if (stores < 12 || stores + 3 > all || stores % 97 == 0) {
                die_after(lane, before, after, stores, sizes[i][1]);
            }
        }

        memcpy(lane->words, after, WORDS * 8);
        lane->seq++;
    }

    free(before);
    free(after);
}


static void
test_take_over(void **state)
{
    lane_t    *lane = *state;
    uint64_t   seq = 99;

    assert_int_equal(gms_ring_take_over(&lane->ring, &seq), GMS_OK);
    assert_int_equal(seq, 0);
    assert_int_equal(write_event(lane, 0, 50), GMS_OK);
    assert_int_equal(gms_ring_take_over(&lane->ring, &seq), GMS_OK);
    assert_int_equal(seq, 0);
    write_next(lane, 50);
    assert_int_equal(write_event(lane, 0, 50), GMS_OK);
    assert_int_equal(gms_ring_take_over(&lane->ring, &seq), GMS_OK);
    assert_int_equal(seq, 1);

    /* numbers that go backwards are those of another journal */
    assert_int_equal(write_event(lane, 1, 50), GMS_OK);
    assert_int_equal(gms_ring_take_over(&lane->ring, &seq), GMS_ECORRUPT);
    assert_int_equal(seq, 0);
}


/* Whatever the words of the header hold, the successor ends up with a ring
 * that works, and a reader from before is told. */
static void
test_garbage(void **state)
{
    size_t             i;
    lane_t            *lane = *state;
    uint64_t          *before, pos, seq;
    gms_ring_record_t  record;

    static const struct {
        unsigned  word; /* PAYLOAD: in the ring, at the oldest record */
        uint64_t  value;
        bool      relative; /* to what the word holds */
    } rows[] = {
        { COMMITTED, 0, false },
        { COMMITTED, 8, true },
        { COMMITTED, (uint64_t) -8, true },
        { COMMITTED, 1, true },
        { COMMITTED, UINT64_MAX, false },
        { COMMITTED, UINT64_C(1) << 63, false },
        { RESERVED, 0, false },
        { RESERVED, 4, true },
        { RESERVED, RECORD_MAX + 8, true },
        { RESERVED, UINT64_MAX, false },
        { OLDEST, 0, false },
        { OLDEST, 8, true },
        { OLDEST, 3, true },
        { OLDEST, UINT64_MAX, false },
        { PAYLOAD, UINT64_MAX, false },
        { PAYLOAD, 0, false },
        { PAYLOAD + 1, 1, true },
        { PAYLOAD + 2, 1, true },
    };

    before = malloc(WORDS * 8);
    assert_non_null(before);

    for (i = 0; i < 2000; i++) {
        write_next(lane, draw(lane, 3000));
    }

    memcpy(before, lane->words, WORDS * 8);

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t  *word = &lane->words[rows[i].word];

        if (rows[i].word >= PAYLOAD) {
            word += before[OLDEST] % GMS_RING_BYTES / 8;
        }

        *word = rows[i].value + (rows[i].relative ? *word : 0);

        seq = 99;
        assert_int_equal(gms_ring_take_over(&lane->ring, &seq),
            GMS_ECORRUPT);
        assert_int_equal(seq, 0);
        assert_true(gms_ring_oldest(&lane->ring)
                    > before[COMMITTED] + GMS_RING_BYTES);

        pos = before[COMMITTED];
        assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);
        pos = before[OLDEST];
        assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);
        assert_int_equal(expect_whole(lane, 0), 0);

        pos = gms_ring_head(&lane->ring);
        assert_int_equal(write_event(lane, 7, 100), GMS_OK);
        assert_int_equal(write_event(lane, 8, GMS_EVENT_BYTES), GMS_OK);
        expect_event(lane, &pos, 7);
        assert_int_equal(expect_whole(lane, 8), 2);
        assert_int_equal(gms_ring_take_over(&lane->ring, &seq), GMS_OK);
        assert_int_equal(seq, 8);

        memcpy(lane->words, before, WORDS * 8);
    }

    free(before);
}


static void
test_clear(void **state)
{
    lane_t            *lane = *state;
    uint64_t           pos, seq;
    gms_ring_record_t  record;

    write_next(lane, 100);
    write_next(lane, 100);
    pos = gms_ring_head(&lane->ring);

    gms_ring_clear(&lane->ring);
    assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);
    assert_int_equal(gms_ring_find(&lane->ring, 2, &pos), GMS_ENOTFOUND);
    assert_int_equal(gms_ring_take_over(&lane->ring, &seq), GMS_OK);
    assert_int_equal(seq, 0);
    assert_int_equal(write_event(lane, 1, 100), GMS_OK);
    assert_int_equal(expect_whole(lane, 1), 1);
}


static void
test_hostile_header(void **state)
{
    size_t      i;
    lane_t     *lane = *state;
    gms_ring_t  other;

    static const uint64_t  capacities[] = {
        0, 1, 64, GMS_RING_BYTES - 8, GMS_RING_BYTES + 8, GMS_RING_BYTES * 2,
        GMS_EVENT_BYTES, (uint64_t) 3 << 16, UINT64_C(1) << 31,
        UINT64_C(1) << 63, UINT64_MAX,
    };

    for (i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++) {
        lane->words[CAPACITY] = capacities[i];
        assert_int_equal(gms_ring_attach(&other, &lane->m), GMS_ECORRUPT);
    }

    lane->words[CAPACITY] = GMS_RING_BYTES / 2;
    assert_int_equal(gms_ring_attach(&other, &lane->m), GMS_OK);
}


static void
test_hostile_record(void **state)
{
    size_t             i;
    lane_t            *lane = *state;
    uint64_t           pos, before;
    gms_ring_record_t  record;

    static const uint64_t  values[] = {
        0, 1, GMS_EVENT_BYTES, GMS_EVENT_BYTES + 1, UINT32_MAX,
        (uint64_t) UINT32_MAX << 32, UINT64_MAX,
    };

    for (i = 0; i < 5; i++) {
        write_next(lane, 100);
    }

    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        before = lane->words[PAYLOAD];
        lane->words[PAYLOAD] = values[i];
        pos = 0;
        assert_int_equal(read_at(lane, &pos, &record), GMS_ECORRUPT);
        assert_int_equal(pos, 0);
        assert_int_equal(gms_ring_find(&lane->ring, 3, &pos), GMS_ENOTFOUND);
        lane->words[PAYLOAD] = before;
    }

    /* the middle of a record, and the middle of a word */
    for (pos = 1; pos < HEADER + 104; pos++) {
        before = pos;
        assert_int_equal(read_at(lane, &pos, &record), GMS_ECORRUPT);
        assert_true(pos == before);
    }

    /* a record that ends beyond the head */
    lane->words[COMMITTED] = HEADER + 96;
    pos = 0;
    assert_int_equal(read_at(lane, &pos, &record), GMS_ECORRUPT);

    /* more between cursor and head than a ring can hold */
    lane->words[COMMITTED] = UINT64_MAX;
    assert_int_equal(read_at(lane, &pos, &record), GMS_EOVERTAKEN);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        { "an event is read as it was written", test_round_trip, setup,
          teardown, NULL },
        { "an event has a largest size", test_limits, setup, teardown, NULL },
        { "from the oldest event to the newest all are whole", test_oldest,
          setup, teardown, NULL },
        { "a reader that was overtaken is told so", test_overtaken, setup,
          teardown, NULL },
        { "a stream resumes behind the event last seen", test_find, setup,
          teardown, NULL },
        { "a writer may be killed after any of its stores",
          test_killed_at_every_store, setup, teardown, NULL },
        { "a successor learns the last durable number", test_take_over, setup,
          teardown, NULL },
        { "a ring of garbage is emptied and goes on", test_garbage, setup,
          teardown, NULL },
        { "a cleared ring sends every reader to a snapshot", test_clear,
          setup, teardown, NULL },
        { "a ring with a hostile capacity is refused", test_hostile_header,
          setup, teardown, NULL },
        { "a hostile record is refused", test_hostile_record, setup, teardown,
          NULL },
    };

    alarm(60);
    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
