/* The mailbox between camera and analysis: newest frame wins. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/capture/mailbox.h"

#define MANY 20000


static gms_frame_t
frame_of(uint64_t id, const void *bytes, size_t size)
{
    gms_frame_t  frame;

    memset(&frame, 0, sizeof(frame));
    frame.id = id;
    frame.mono_ns = (int64_t) id * 1000;
    frame.real_ns = (int64_t) id * 2000;
    frame.width = 640;
    frame.height = 480;
    frame.jpeg = bytes;
    frame.jpeg_size = size;

    return frame;
}


static void
newest(void **state)
{
    char            bytes[] = "frame 0";
    uint64_t        put, dropped;
    gms_frame_t     frame;
    gms_mailbox_t  *m = gms_mailbox_create();

    (void) state;
    assert_non_null(m);
    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_EAGAIN);

    for (int i = 0; i < 5; i++) {
        bytes[6] = (char) ('0' + i);
        frame = frame_of((uint64_t) i, bytes, sizeof(bytes));
        assert_int_equal(gms_mailbox_put(m, &frame), i);
    }

    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_OK);
    assert_int_equal(frame.id, 4);
    assert_int_equal(frame.mono_ns, 4000);
    assert_int_equal(frame.real_ns, 8000);
    assert_int_equal(frame.width, 640);
    assert_int_equal(frame.height, 480);
    assert_int_equal(frame.jpeg_size, sizeof(bytes));
    assert_string_equal((const char *) frame.jpeg, "frame 4");

    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_EAGAIN);

    gms_mailbox_counts(m, &put, &dropped);
    assert_int_equal(put, 5);
    assert_int_equal(dropped, 4);

    gms_mailbox_destroy(m);
}


/* What the taker holds stands still however many frames come. */
static void
held(void **state)
{
    char            bytes[100];
    gms_frame_t     frame, next;
    gms_mailbox_t  *m = gms_mailbox_create();

    (void) state;
    assert_non_null(m);

    memset(bytes, 'a', sizeof(bytes));
    frame = frame_of(0, bytes, sizeof(bytes));
    gms_mailbox_put(m, &frame);
    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_OK);

    for (int i = 1; i < 9; i++) {
        memset(bytes, 'a' + i, sizeof(bytes));
        next = frame_of((uint64_t) i, bytes, sizeof(bytes));
        gms_mailbox_put(m, &next);
        assert_int_equal(frame.jpeg[0], 'a');
        assert_int_equal(frame.jpeg[99], 'a');
    }

    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_OK);
    assert_int_equal(frame.jpeg[0], 'i');
    gms_mailbox_destroy(m);
}


static void
too_big(void **state)
{
    char            small[] = "small";
    gms_frame_t     frame;
    gms_mailbox_t  *m = gms_mailbox_create();

    (void) state;
    assert_non_null(m);

    frame = frame_of(0, small, sizeof(small));
    assert_int_equal(gms_mailbox_put(m, &frame), 0);

    /* the bytes are not read: the size alone refuses it */
    frame = frame_of(1, small, GMS_MAILBOX_BYTES + 1);
    assert_int_equal(gms_mailbox_put(m, &frame), 1);

    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_OK);
    assert_int_equal(frame.id, 0);
    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_EAGAIN);
    gms_mailbox_destroy(m);
}


static void
closed(void **state)
{
    gms_frame_t     frame = frame_of(7, "x", 1);
    gms_mailbox_t  *m = gms_mailbox_create();

    (void) state;
    assert_non_null(m);
    gms_mailbox_put(m, &frame);
    gms_mailbox_close(m);
    assert_int_equal(gms_mailbox_take(m, &frame, 1000), GMS_OK);
    assert_int_equal(frame.id, 7);
    assert_int_equal(gms_mailbox_take(m, &frame, 1000), GMS_EEND);
    gms_mailbox_destroy(m);
}


static void
patience(void **state)
{
    int64_t         began, took;
    gms_frame_t     frame;
    gms_mailbox_t  *m = gms_mailbox_create();

    (void) state;
    assert_non_null(m);
    began = gms_clock_mono_ns();
    assert_int_equal(gms_mailbox_take(m, &frame, 50), GMS_EAGAIN);
    took = gms_clock_mono_ns() - began;
    assert_true(took >= 50 * GMS_MS);
    assert_true(took < 2 * GMS_S);
    gms_mailbox_destroy(m);
}


static void *
camera(void *data)
{
    uint8_t         bytes[512];
    gms_frame_t     frame;
    gms_mailbox_t  *m = data;

    for (uint64_t i = 0; i < MANY; i++) {
        memset(bytes, (int) (i & 255), sizeof(bytes));
        frame = frame_of(i, bytes, 1 + i % sizeof(bytes));
        gms_mailbox_put(m, &frame);
    }

    gms_mailbox_close(m);

    return NULL;
}


static void
threads(void **state)
{
    int             rc;
    uint64_t        taken, last, put, dropped;
    pthread_t       thread;
    gms_frame_t     frame;
    gms_mailbox_t  *m = gms_mailbox_create();

    (void) state;
    assert_non_null(m);
    assert_int_equal(pthread_create(&thread, NULL, camera, m), 0);

    taken = 0;
    last = 0;

    while ((rc = gms_mailbox_take(m, &frame, 5000)) == GMS_OK) {
        assert_true(taken == 0 || frame.id > last);
        assert_int_equal(frame.jpeg_size, 1 + frame.id % 512);

        for (size_t i = 0; i < frame.jpeg_size; i++) {
            assert_int_equal(frame.jpeg[i], frame.id & 255);
        }

        last = frame.id;
        taken++;
    }

    assert_int_equal(rc, GMS_EEND);
    assert_int_equal(last, MANY - 1);

    pthread_join(thread, NULL);
    gms_mailbox_counts(m, &put, &dropped);
    assert_int_equal(put, MANY);
    assert_int_equal(taken + dropped, MANY);
    gms_mailbox_destroy(m);
}


/* Of a picture that has its plane, that is what the taker gets. */
static void
planes(void **state)
{
    static uint8_t  px[128 * 3];
    gms_frame_t     frame;
    gms_mailbox_t  *m = gms_mailbox_create();

    (void) state;
    assert_non_null(m);

    for (size_t i = 0; i < sizeof(px); i++) {
        px[i] = (uint8_t) i;
    }

    frame = frame_of(1, "jpeg", 4);
    frame.gray.px = px;
    frame.gray.width = 100;
    frame.gray.height = 3;
    frame.gray.stride = 128;
    gms_mailbox_put(m, &frame);

    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_OK);
    assert_ptr_not_equal(frame.gray.px, px);
    assert_int_equal((uintptr_t) frame.gray.px % 64, 0);
    assert_int_equal(frame.gray.stride, 128);
    assert_memory_equal(frame.gray.px, px, sizeof(px));
    assert_int_equal(frame.jpeg_size, 0);

    /* and the next may be a JPEG again */
    frame = frame_of(2, "jpeg", 4);
    gms_mailbox_put(m, &frame);
    assert_int_equal(gms_mailbox_take(m, &frame, 0), GMS_OK);
    assert_null(frame.gray.px);
    assert_memory_equal(frame.jpeg, "jpeg", 4);

    gms_mailbox_destroy(m);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "the newest frame wins and the others count as dropped",
          .test_func = newest },
        { .name = "a frame that is being looked at does not change",
          .test_func = held },
        { .name = "of a gray plane and a JPEG the plane is looked at",
          .test_func = planes },
        { .name = "a monstrous frame is dropped and the one before stays",
          .test_func = too_big },
        { .name = "after the last frame the end is told", .test_func = closed },
        { .name = "nobody waits longer than asked", .test_func = patience },
        { .name = "between two threads frames come whole and in order",
          .test_func = threads },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
