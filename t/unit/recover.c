#include "t/lib/shelf.h"

#include <sys/eventfd.h>

#include "worker/lane/recover.h"

#define EVENTS 300


static uint64_t
wakes(int fd)
{
    uint64_t n = 0;

    return read(fd, &n, sizeof(n)) == sizeof(n) ? n : 0;
}


static unsigned
published(const gms_memory_t *memory)
{
    gms_ring_t        ring;
    gms_ring_record_t record;
    uint64_t          pos;
    unsigned          n;
    static char       text[GMS_EVENT_BYTES];

    assert_int_equal(gms_ring_attach(&ring, memory), GMS_OK);
    pos = gms_ring_oldest(&ring);

    for (n = 0;
         gms_ring_read(&ring, &pos, &record, text, sizeof(text)) == GMS_OK;
         n++)
    {
        assert_int_equal(record.seq, n + 1);
    }

    return n;
}


/* The journal of a lane that died, folded by its successor. */
static void
recover(gms_memory_t *memory, gms_journal_t *j, int fd)
{
    static gms_lane_config_t config = { .name = "lane1" };
    static gms_scorer_t      s;
    gms_wake_t               wake;

    memset(&s, 0, sizeof(s));
    gms_wake_init(&wake);
    gms_wake_set(&wake, 0, dup(fd));
    s.config = &config;
    s.memory = memory;
    s.wake = &wake;
    assert_int_equal(gms_ring_attach(&s.ring, memory), GMS_OK);
    assert_int_equal(
        gms_scorebook_init(&s.book, "lane1", gms_journal_epoch(j)), GMS_OK);
    assert_int_equal(gms_recover(&s, j, err, sizeof(err)), GMS_OK);
    gms_scorebook_free(&s.book);
    gms_wake_close(&wake);
}


static void
nginx_is_woken_once_for_all_that_a_lane_recovers(void **state)
{
    gms_memory_spec_t spec = { 0 };
    gms_memory_t      memory;
    gms_journal_t    *j;
    uint64_t          seq;
    int               fd;

    (void) state;

    fd = eventfd(0, EFD_NONBLOCK);
    assert_true(fd >= 0);
    assert_int_equal(gms_memory_create(&memory, "lane1", &spec), GMS_OK);
    j = open_lane("lane1");
    for (seq = 1; seq <= EVENTS; seq++) {
        assert_int_equal(append(j, seq), GMS_OK);
    }

    recover(&memory, j, fd);
    assert_int_equal(published(&memory), EVENTS);
    assert_int_equal(wakes(fd), 1);

    /* the same memory: what the ring has is not published again */
    assert_int_equal(append(j, EVENTS + 1), GMS_OK);
    recover(&memory, j, fd);
    assert_int_equal(published(&memory), EVENTS + 1);
    assert_int_equal(wakes(fd), 1);

    gms_journal_close(j);
    gms_memory_close(&memory);
    close(fd);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            nginx_is_woken_once_for_all_that_a_lane_recovers, make_folder,
            remove_folder),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
