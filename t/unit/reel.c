/* The pictures that a camera gave last: all of the last seconds, older ones
 * ever sparser, and never more memory than was said. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/capture/reel.h"

#define START_US INT64_C(1795000000000000)
#define MB (1024 * 1024)


/* Bytes that tell which picture it is, from the first to the last. */
static void
paint(uint8_t *bytes, size_t size, unsigned n)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t) (n * 31 + i * 7 + i / 251);
    }
}


static void
put(gms_reel_t *reel, int64_t t_us, unsigned n, size_t size)
{
    gms_frame_t frame = { 0 };
    uint8_t    *bytes = malloc(size + 1);

    paint(bytes, size, n);
    frame.id = n;
    frame.real_ns = t_us * 1000;
    frame.mono_ns = (t_us - START_US) * 1000 + GMS_S;
    frame.width = 1280;
    frame.height = 720;
    frame.jpeg = bytes;
    frame.jpeg_size = size;
    gms_reel_put(reel, &frame);
    free(bytes);
}


static size_t
count(gms_reel_t *reel, double from_s, double to_s)
{
    static gms_reel_picture_t list[GMS_REEL_PICTURES_MAX];

    return gms_reel_list(reel, START_US + (int64_t) (from_s * 1e6),
        START_US + (int64_t) (to_s * 1e6), list, GMS_REEL_PICTURES_MAX);
}


static void
a_picture_comes_back_as_it_was_given(void **state)
{
    gms_reel_t        *reel = gms_reel_create(MB);
    gms_reel_picture_t picture;
    uint8_t            expected[40001];
    void              *bytes;

    (void) state;

    /* of one byte, of a block, of one more, of several */
    for (unsigned n = 0; n < 4; n++) {
        put(reel, START_US + n * 1000, n,
            (size_t[]){ 1, 16384, 16385, 40001 }[n]);
    }

    for (unsigned n = 0; n < 4; n++) {
        assert_int_equal(
            gms_reel_read(reel, START_US + n * 1000, &picture, &bytes), GMS_OK);
        paint(expected, picture.size, n);
        assert_memory_equal(bytes, expected, picture.size);
        assert_int_equal(picture.width, 1280);
        free(bytes);
    }

    assert_int_equal(gms_reel_read(reel, START_US + 1, &picture, &bytes),
        GMS_ENOTFOUND);
    gms_reel_destroy(reel);
}


static void
the_newest_are_whole_and_the_oldest_sparse(void **state)
{
    gms_reel_t *reel = gms_reel_create(32 * MB);
    size_t      bytes;
    int64_t     span_ns;

    (void) state;

    /* 100 kB at 25 a second: 32 MB hold twelve seconds of it */
    for (unsigned n = 0; n < 25 * 100; n++) {
        put(reel, START_US + n * 40000, n, 100000);
    }

    gms_reel_about(reel, &bytes, &span_ns);
    assert_true(bytes <= 32 * MB);
    assert_true(span_ns >= GMS_REEL_SPAN_NS);
    assert_true(span_ns < 2 * GMS_REEL_SPAN_NS);
    assert_int_equal(count(reel, 95, 100), 125);

    assert_true(count(reel, 90, 95) > count(reel, 80, 85));

    /* nowhere a hole of more than some seconds */
    for (double s = 41; s < 95; s += 6) {
        assert_true(count(reel, s, s + 6) >= 1);
    }

    gms_reel_destroy(reel);
}


static void
large_pictures_leave_room_for_those_before(void **state)
{
    gms_reel_t *reel = gms_reel_create(16 * MB);
    size_t      bytes;
    int64_t     span_ns;

    (void) state;

    /* 400 kB at 25 a second: not two seconds of it */
    for (unsigned n = 0; n < 25 * 100; n++) {
        put(reel, START_US + n * 40000, n, 400000);
    }

    gms_reel_about(reel, &bytes, &span_ns);
    assert_true(bytes <= 16 * MB && span_ns >= GMS_REEL_SPAN_NS);
    assert_true(count(reel, 99.3, 100) >= 17);

    gms_reel_destroy(reel);
}


static void
pictures_of_any_size_never_take_more_than_was_said(void **state)
{
    gms_reel_t        *reel = gms_reel_create(4 * MB);
    gms_reel_picture_t picture;
    size_t             bytes;
    int64_t            span_ns;
    void              *read;
    uint8_t           *expected = malloc(2 * MB);

    (void) state;
    srand(1);

    for (unsigned n = 0; n < 5000; n++) {
        size_t size = 1 + (size_t) rand() % (n % 7 == 0 ? 900000 : 60000);

        put(reel, START_US + n * 33000, n, size);
        gms_reel_about(reel, &bytes, &span_ns);
        assert_true(bytes <= 4 * MB && span_ns <= 2 * GMS_REEL_SPAN_NS);

        assert_int_equal(
            gms_reel_read(reel, START_US + n * 33000, &picture, &read), GMS_OK);
        paint(expected, size, n);
        assert_int_equal(picture.size, size);
        assert_memory_equal(read, expected, size);
        free(read);
    }

    /* what no room could be made for without losing all is left out */
    put(reel, START_US + INT64_C(5000) * 33000, 5000, MB + 1);
    assert_int_equal(gms_reel_read(reel, START_US + INT64_C(5000) * 33000,
                         &picture, &read),
        GMS_ENOTFOUND);

    free(expected);
    gms_reel_destroy(reel);
}


static void
a_picture_that_is_repeated_is_kept_once(void **state)
{
    gms_reel_t *reel = gms_reel_create(MB);

    (void) state;

    put(reel, START_US, 1, 50000);
    put(reel, START_US + 40000, 1, 50000);
    put(reel, START_US + 80000, 2, 50000);
    put(reel, START_US + 120000, 1, 50000);
    assert_int_equal(count(reel, 0, 1), 3);

    gms_reel_destroy(reel);
}


static void
of_too_many_the_evenly_spread_are_listed(void **state)
{
    gms_reel_t        *reel = gms_reel_create(MB);
    gms_reel_picture_t list[7];

    (void) state;

    for (unsigned n = 0; n < 50; n++) {
        put(reel, START_US + n * 10000, n, 1000);
    }

    assert_int_equal(
        gms_reel_list(reel, START_US, START_US + 490000, list, 7), 7);
    assert_true(list[0].t_us == START_US);

    for (unsigned i = 1; i < 7; i++) {
        assert_in_range(list[i].t_us - list[i - 1].t_us, 70000, 80000);
    }

    gms_reel_destroy(reel);
}


static void *
reader(void *data)
{
    gms_reel_t        *reel = data;
    gms_reel_picture_t list[64], picture;
    uint8_t           *expected = malloc(MB);
    void              *bytes;

    for (unsigned k = 0; k < 300; k++) {
        size_t n = gms_reel_list(reel, 0, INT64_MAX, list, 64);

        for (size_t i = 0; i < n; i += 9) {
            if (gms_reel_read(reel, list[i].t_us, &picture, &bytes) == GMS_OK) {
                paint(expected, picture.size,
                    (unsigned) ((picture.t_us - START_US) / 1000));
                assert_memory_equal(bytes, expected, picture.size);
                free(bytes);
            }
        }
    }

    free(expected);
    return NULL;
}


static void
who_reads_meanwhile_gets_whole_pictures(void **state)
{
    gms_reel_t *reel = gms_reel_create(2 * MB);
    pthread_t   thread;

    (void) state;

    assert_int_equal(pthread_create(&thread, NULL, reader, reel), 0);

    for (unsigned n = 0; n < 3000; n++) {
        put(reel, START_US + n * 1000, n, 10000 + n);
    }

    pthread_join(thread, NULL);
    gms_reel_destroy(reel);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a picture comes back as it was given",
          .test_func = a_picture_comes_back_as_it_was_given },
        { .name = "the newest are whole and the oldest sparse",
          .test_func = the_newest_are_whole_and_the_oldest_sparse },
        { .name = "large pictures leave room for those before",
            .test_func = large_pictures_leave_room_for_those_before },
        { .name = "pictures of any size never take more than was said",
          .test_func = pictures_of_any_size_never_take_more_than_was_said },
        { .name = "a picture that is repeated is kept once",
          .test_func = a_picture_that_is_repeated_is_kept_once },
        { .name = "of too many the evenly spread are listed",
          .test_func = of_too_many_the_evenly_spread_are_listed },
        { .name = "who reads meanwhile gets whole pictures",
          .test_func = who_reads_meanwhile_gets_whole_pictures },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
