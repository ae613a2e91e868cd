/* Camera pictures in shared memory: the newest, never a torn one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/error.h"
#include "ipc/frames.h"

/* Words of the region, as they lie in memory. */
#define SLOTS 0
#define BYTES 1
#define BEGUN 8
#define SLOT0 16


typedef struct {
    gms_memory_t   m;
    gms_frames_t   frames;
    uint64_t      *words;
    unsigned char  buf[GMS_FRAME_SLOT_MIN];
} lane_t;


static int
setup(void **state)
{
    lane_t            *lane = calloc(1, sizeof(lane_t));
    gms_region_t       region;
    gms_memory_spec_t  spec = { 0 };

    if (lane == NULL
        || gms_memory_create(&lane->m, "gmshoot-test", &spec) != GMS_OK
        || gms_memory_region(&lane->m, GMS_REGION_FRAMES, 0, &region)
               != GMS_OK
        || gms_frames_attach(&lane->frames, &lane->m) != GMS_OK)
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


static void
test_newest(void **state)
{
    int               i;
    lane_t           *lane = *state;
    gms_frame_info_t  in, out;

    assert_int_equal(lane->frames.slots, GMS_FRAME_SLOTS);
    assert_true(lane->frames.slot_bytes >= GMS_FRAME_SLOT_MIN);
    assert_int_equal(gms_frames_version(&lane->frames), 0);
    assert_int_equal(gms_frames_read(&lane->frames, &out, lane->buf,
                         sizeof(lane->buf)), GMS_EAGAIN);

    /* more than once round all slots */
    for (i = 1; i < 12; i++) {
        in = (gms_frame_info_t) {
            .id = (uint64_t) i * 3, .t_us = 1700000000000000 + i,
            .mono_ns = -i, .width = 1280, .height = UINT32_MAX,
            .size = (size_t) i * 13,
        };
        memset(lane->buf, i, sizeof(lane->buf));
        assert_int_equal(gms_frames_write(&lane->frames, &in, lane->buf),
            GMS_OK);

        memset(lane->buf, 0xee, sizeof(lane->buf));
        memset(&out, 0, sizeof(out));
        assert_int_equal(gms_frames_read(&lane->frames, &out, lane->buf,
                             sizeof(lane->buf)), GMS_OK);
        assert_int_equal(out.id, in.id);
        assert_int_equal(out.t_us, in.t_us);
        assert_int_equal(out.mono_ns, in.mono_ns);
        assert_int_equal(out.width, 1280);
        assert_int_equal(out.height, UINT32_MAX);
        assert_int_equal(out.size, in.size);
        assert_int_equal(lane->buf[0], i);
        assert_int_equal(lane->buf[in.size - 1], i);
        assert_int_equal(lane->buf[in.size], 0xee);
        assert_int_equal(gms_frames_version(&lane->frames), i);
    }
}


static void
test_limits(void **state)
{
    lane_t           *lane = *state;
    gms_frame_info_t  info = { .id = 1, .size = GMS_FRAME_SLOT_MIN + 1 };

    assert_int_equal(gms_frames_write(&lane->frames, &info, lane->buf),
        GMS_ETOOBIG);
    assert_int_equal(gms_frames_version(&lane->frames), 0);
    info.size--;
    assert_int_equal(gms_frames_write(&lane->frames, &info, lane->buf),
        GMS_OK);
    info.size = 0;
    assert_int_equal(gms_frames_read(&lane->frames, &info, lane->buf,
                         GMS_FRAME_SLOT_MIN - 1), GMS_ETOOBIG);
    assert_int_equal(info.size, GMS_FRAME_SLOT_MIN);
    assert_int_equal(info.id, 1);
}


static void
test_three_frames_of_time(void **state)
{
    lane_t           *lane = *state;
    gms_frame_info_t  info = { .id = 1, .size = 4 };

    assert_int_equal(gms_frames_write(&lane->frames, &info, "jpeg"), GMS_OK);

    lane->words[BEGUN] = 4;
    assert_int_equal(gms_frames_read(&lane->frames, &info, lane->buf, 4),
        GMS_OK);
    lane->words[BEGUN] = 5;
    assert_int_equal(gms_frames_read(&lane->frames, &info, lane->buf, 4),
        GMS_EAGAIN);
}


static void
test_hostile(void **state)
{
    size_t            i;
    lane_t           *lane = *state;
    gms_frames_t      other;
    gms_frame_info_t  info = { .id = 1, .size = 4 };

    static const struct {
        unsigned  word;
        uint64_t  value;
    } rows[] = {
        { SLOTS, 0 }, { SLOTS, 1 }, { SLOTS, 5 }, { SLOTS, 65 },
        { SLOTS, UINT64_C(1) << 32 }, { BYTES, GMS_FRAME_SLOT_MIN + 64 },
        { BYTES, 1 }, { BYTES, UINT64_MAX }, { BYTES, UINT64_C(1) << 62 },
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t  before = lane->words[rows[i].word];

        lane->words[rows[i].word] = rows[i].value;
        assert_int_equal(gms_frames_attach(&other, &lane->m), GMS_ECORRUPT);
        lane->words[rows[i].word] = before;
    }

    /* a size that no slot holds: no picture, and nothing read */
    assert_int_equal(gms_frames_write(&lane->frames, &info, "jpeg"), GMS_OK);
    lane->words[SLOT0 + 8 + lane->frames.slot_bytes / 8] = UINT64_MAX;
    assert_int_equal(gms_frames_read(&lane->frames, &info, lane->buf,
                         SIZE_MAX), GMS_EAGAIN);
}


/* One picture in four is large: while a reader copies it, the writer does the
 * three small ones and begins the next large one in the same slot. */
#define ROUNDS 8000

static size_t
picture_size(uint64_t n)
{
    return n % 4 == 0 ? GMS_FRAME_SLOT_MIN - n : 100;
}


static void *
run_writer(void *data)
{
    static unsigned char  jpeg[GMS_FRAME_SLOT_MIN];

    lane_t    *lane = data;
    uint64_t   n;

    for (n = 1; n <= ROUNDS; n++) {
        gms_frame_info_t  info = { .id = n, .size = picture_size(n) };

        memset(jpeg, (int) (n % 251), info.size);
        (void) gms_frames_write(&lane->frames, &info, jpeg);
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
    gms_frame_info_t  info;

    assert_int_equal(pthread_create(&thread, NULL, run_writer, lane), 0);

    while (last < ROUNDS) {
        rc = gms_frames_read(&lane->frames, &info, lane->buf,
            sizeof(lane->buf));

        if (rc == GMS_EAGAIN) {
            continue;
        }

        assert_int_equal(rc, GMS_OK);
        assert_true(info.id >= last);
        assert_int_equal(info.size, picture_size(info.id));
        last = info.id;

        for (i = 0; i < info.size; i++) {
            if (lane->buf[i] != info.id % 251) {
                fail_msg("torn frame %lu", (unsigned long) info.id);
            }
        }
    }

    assert_int_equal(pthread_join(thread, NULL), 0);
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        { "a reader gets the camera's newest picture", test_newest, setup,
          teardown, NULL },
        { "a picture larger than its slot is refused", test_limits, setup,
          teardown, NULL },
        { "a reader has the time of three frames for its copy",
          test_three_frames_of_time, setup, teardown, NULL },
        { "frame slots with hostile sizes are refused", test_hostile, setup,
          teardown, NULL },
        { "no picture is ever torn, however fast the camera",
          test_threads, setup, teardown, NULL },
    };

    alarm(60);
    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
