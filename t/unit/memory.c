/* The shared memory of a lane: how it is laid out, sealed and refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/error.h"
#include "ipc/memory.h"

#define ALL_SEALS \
    (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)

/* The layout as it is in memory, in words: pinned here, since two programs of
 * different age must agree on it. */
#define MAGIC 0
#define VERSION 1
#define HEADER_SIZE 2
#define SIZE 3
#define REGIONS 5
#define DIRECTORY 32
#define ENTRY 4
#define KIND(n) (DIRECTORY + (n) * ENTRY)
#define OFFSET(n) (DIRECTORY + (n) * ENTRY + 1)
#define EXTENT(n) (DIRECTORY + (n) * ENTRY + 2)


static gms_memory_t
create(void)
{
    gms_memory_t       m;
    gms_memory_spec_t  spec = { 0 };

    assert_int_equal(gms_memory_create(&m, "gmshoot-test", &spec), GMS_OK);

    return m;
}


/* A memfd of `size` bytes, the beginning of a good image with some words
 * changed, ready to be mapped. */
typedef struct {
    const char  *name;
    int          expected;
    long         size; /* 0: all of it; < 0: empty */
    int          seals;
    struct {
        unsigned  word; /* both 0: none */
        uint64_t  value;
    } patch[2];
} image_t;


static int
image_fd(const image_t *image)
{
    int            fd;
    size_t         i, size;
    uint64_t      *words;
    gms_memory_t   m = create();

    size = image->size > 0 ? (size_t) image->size : m.size;
    words = malloc(m.size);
    assert_non_null(words);
    memcpy(words, m.base, m.size);

    for (i = 0; i < 2; i++) {
        if (image->patch[i].word != 0 || image->patch[i].value != 0) {
            words[image->patch[i].word] = image->patch[i].value;
        }
    }

    fd = memfd_create("gmshoot-image", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_true(fd >= 0);

    if (image->size >= 0) {
        assert_int_equal(ftruncate(fd, (off_t) size), 0);
        size = size < m.size ? size : m.size;
        assert_int_equal(pwrite(fd, words, size, 0), (ssize_t) size);
    }

    assert_int_equal(fcntl(fd, F_ADD_SEALS, image->seals), 0);

    free(words);
    gms_memory_close(&m);

    return fd;
}


static void
test_hostile_images(void **unused)
{
    int           fd, rc;
    size_t        i;
    gms_memory_t  m;

    static const image_t  images[] = {
        { "untouched", GMS_OK, 0, ALL_SEALS, { { 0, 0 } } },
        { "no seals", GMS_EUNSEALED, 0, 0, { { 0, 0 } } },
        { "may shrink", GMS_EUNSEALED, 0, ALL_SEALS & ~F_SEAL_SHRINK,
          { { 0, 0 } } },
        { "may grow", GMS_EUNSEALED, 0, ALL_SEALS & ~F_SEAL_GROW,
          { { 0, 0 } } },
        { "may be written by anyone", GMS_EUNSEALED, 0,
          ALL_SEALS & ~F_SEAL_FUTURE_WRITE, { { 0, 0 } } },
        { "may be sealed further", GMS_EUNSEALED, 0, ALL_SEALS & ~F_SEAL_SEAL,
          { { 0, 0 } } },
        { "empty", GMS_ECORRUPT, -1, ALL_SEALS, { { 0, 0 } } },
        { "a few bytes", GMS_ECORRUPT, 8, ALL_SEALS, { { 0, 0 } } },
        { "header cut by a byte", GMS_ECORRUPT, 4095, ALL_SEALS,
          { { 0, 0 } } },
        { "header alone", GMS_ECORRUPT, 4096, ALL_SEALS, { { 0, 0 } } },
        { "header alone, and says so", GMS_ECORRUPT, 4096, ALL_SEALS,
          { { SIZE, 4096 } } },
        { "half of it", GMS_ECORRUPT, 1 << 20, ALL_SEALS, { { 0, 0 } } },
        { "half of it, and says so", GMS_ECORRUPT, 1 << 20, ALL_SEALS,
          { { SIZE, 1 << 20 } } },
        { "longer than it says", GMS_ECORRUPT, 16 << 20, ALL_SEALS,
          { { 0, 0 } } },
        { "larger than any", GMS_ECORRUPT, (1L << 30) + 4096, ALL_SEALS,
          { { SIZE, (1UL << 30) + 4096 } } },
        { "another magic", GMS_ECORRUPT, 0, ALL_SEALS, { { MAGIC, 1 } } },
        { "version 2", GMS_EVERSION, 0, ALL_SEALS, { { VERSION, 2 } } },
        { "a version of 64 bits", GMS_EVERSION, 0, ALL_SEALS,
          { { VERSION, UINT64_C(0x100000001) } } },
        { "a header of nothing", GMS_ECORRUPT, 0, ALL_SEALS,
          { { HEADER_SIZE, 8 } } },
        { "a header beyond the end", GMS_ECORRUPT, 0, ALL_SEALS,
          { { HEADER_SIZE, UINT64_MAX } } },
        { "an empty region more, as a newer writer may add", GMS_OK, 0,
          ALL_SEALS, { { REGIONS, 7 }, { OFFSET(6), 4096 } } },
        { "a region more, of zeros", GMS_ECORRUPT, 0, ALL_SEALS,
          { { REGIONS, 7 } } },
        { "65 regions", GMS_ECORRUPT, 0, ALL_SEALS, { { REGIONS, 65 } } },
        { "2^32 regions", GMS_ECORRUPT, 0, ALL_SEALS,
          { { REGIONS, UINT64_C(1) << 32 } } },
        { "2^64 - 1 regions", GMS_ECORRUPT, 0, ALL_SEALS,
          { { REGIONS, UINT64_MAX } } },
        { "a region in the header", GMS_ECORRUPT, 0, ALL_SEALS,
          { { OFFSET(0), 64 } } },
        { "a region off the cache line", GMS_ECORRUPT, 0, ALL_SEALS,
          { { OFFSET(0), 4096 + 8 }, { EXTENT(0), 64 } } },
        { "a region outside", GMS_ECORRUPT, 0, ALL_SEALS,
          { { OFFSET(4), 1 << 29 } } },
        { "a region that ends outside", GMS_ECORRUPT, 0, ALL_SEALS,
          { { EXTENT(4), 1 << 29 } } },
        { "a region that wraps round", GMS_ECORRUPT, 0, ALL_SEALS,
          { { EXTENT(4), UINT64_MAX - 4096 } } },
        { "an offset that wraps round", GMS_ECORRUPT, 0, ALL_SEALS,
          { { OFFSET(4), UINT64_MAX - 63 }, { EXTENT(4), 128 } } },
        { "two regions in one place", GMS_ECORRUPT, 0, ALL_SEALS,
          { { OFFSET(0), 4096 }, { OFFSET(1), 4096 } } },
        { "a region inside another", GMS_ECORRUPT, 0, ALL_SEALS,
          { { OFFSET(0), 1 << 20 }, { EXTENT(0), 64 } } },
    };

    (void) unused;

    for (i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
        fd = image_fd(&images[i]);
        rc = gms_memory_map(&m, fd, NULL);

        if (rc != images[i].expected) {
            fail_msg("image \"%s\": %s", images[i].name, gms_strerror(rc));
        }

        if (rc == GMS_OK) {
            gms_memory_close(&m);

        } else {
            /* a refused descriptor is still the caller's */
            assert_int_equal(close(fd), 0);
        }
    }
}


static void
test_foreign_descriptors(void **unused)
{
    int           fd;
    FILE         *file;
    gms_memory_t  m;

    (void) unused;

    assert_int_equal(gms_memory_map(&m, -1, NULL), GMS_ESYS);

    file = tmpfile();
    assert_non_null(file);
    fd = fileno(file);
    assert_int_equal(ftruncate(fd, 1 << 20), 0);
    assert_true(gms_memory_map(&m, fd, NULL) == GMS_EUNSEALED);
    (void) fclose(file);

    fd = open("/dev/zero", O_RDONLY);
    assert_int_equal(gms_memory_map(&m, fd, NULL), GMS_EUNSEALED);
    (void) close(fd);
}


static void
test_version(void **unused)
{
    int           fd;
    uint32_t      version = 0;
    gms_memory_t  m;
    image_t       image = { .seals = ALL_SEALS, .patch = { { VERSION, 2 } } };

    (void) unused;

    fd = image_fd(&image);
    assert_int_equal(gms_memory_map(&m, fd, &version), GMS_EVERSION);
    assert_int_equal(version, 2);
    (void) close(fd);
}


/* A newer writer may have added a region of a kind unknown here. */
static void
test_unknown_region(void **unused)
{
    int           fd;
    gms_memory_t  m;
    gms_region_t  region;
    image_t       image = { .seals = ALL_SEALS,
                            .patch = { { KIND(1), 77 } } };

    (void) unused;

    fd = image_fd(&image);
    assert_int_equal(gms_memory_map(&m, fd, NULL), GMS_OK);
    assert_int_equal(gms_memory_region(&m, GMS_REGION_SCENE, 0, &region),
        GMS_ENOTFOUND);
    assert_int_equal(gms_memory_region(&m, 77, 0, &region), GMS_OK);
    assert_int_equal(gms_memory_region(&m, GMS_REGION_RING, 0, &region),
        GMS_OK);
    assert_int_equal(gms_memory_region(&m, GMS_REGION_RING, 1, &region),
        GMS_ENOTFOUND);
    gms_memory_close(&m);
}


static void
test_regions(void **unused)
{
    unsigned      kind;
    gms_memory_t  m = create();
    gms_region_t  region;

    (void) unused;

    for (kind = GMS_REGION_STATE; kind <= GMS_REGION_GRANTS; kind++) {
        assert_int_equal(gms_memory_region(&m, kind, 0, &region), GMS_OK);
        assert_int_equal(region.kind, kind);
        assert_int_equal(region.offset % 64, 0);
        assert_true(region.size > 0);
        assert_true(region.offset + region.size <= m.size);
    }

    gms_memory_close(&m);
}


/* Between two reads of the directory its writer turned hostile. */
static void
test_directory_changed_later(void **unused)
{
    int           fd;
    gms_memory_t  m = create(), reader;
    gms_region_t  region;

    (void) unused;

    fd = dup(m.fd);
    assert_int_equal(gms_memory_map(&reader, fd, NULL), GMS_OK);
    ((uint64_t *) m.base)[EXTENT(2)] = UINT64_MAX;
    assert_int_equal(gms_memory_region(&reader, GMS_REGION_RING, 0, &region),
        GMS_ECORRUPT);
    ((uint64_t *) m.base)[EXTENT(0)] = 8;
    gms_memory_count(&m, GMS_COUNTER_SHOTS, 1);
    assert_int_equal(gms_memory_counter(&reader, GMS_COUNTER_SHOTS), 0);

    gms_memory_close(&reader);
    gms_memory_close(&m);
}


static void
test_sealed(void **unused)
{
    int           fd, again;
    char          path[64];
    void         *p;
    gms_memory_t  m = create(), reader;
    struct stat   st;

    (void) unused;

    assert_true(m.writable);
    assert_int_equal(fstat(m.fd, &st), 0);
    assert_int_equal(st.st_size, (off_t) m.size);
    assert_true((size_t) st.st_blocks * 512 >= m.size);
    assert_int_equal(fcntl(m.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);

    fd = dup(m.fd);
    assert_int_equal(gms_memory_map(&reader, fd, NULL), GMS_OK);
    assert_int_equal(reader.fd, fd);
    assert_false(reader.writable);

    /* not even through a descriptor that was opened anew for writing */
    (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    again = open(path, O_RDWR | O_CLOEXEC);

    if (again >= 0) {
        p = mmap(NULL, m.size, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0);
        assert_ptr_equal(p, MAP_FAILED);
        assert_int_equal(pwrite(again, "x", 1, 0), -1);
        assert_int_equal(ftruncate(again, 0), -1);
        (void) close(again);
    }

    assert_int_equal(mprotect(reader.base, reader.size,
                         PROT_READ | PROT_WRITE), -1);

    /* while who mapped it before goes on writing */
    gms_memory_set_epoch(&m, 42);
    assert_int_equal(gms_memory_epoch(&reader), 42);

    gms_memory_close(&reader);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    gms_memory_close(&reader);
    gms_memory_close(&m);
}


static void
test_frame_slot_bytes(void **unused)
{
    gms_memory_t       m;
    gms_memory_spec_t  spec = { .frame_slot_bytes = SIZE_MAX };

    (void) unused;

    assert_int_equal(gms_memory_create(&m, "gmshoot-test", &spec),
        GMS_EINVALID);
    gms_memory_close(&m);

    spec.frame_slot_bytes = 2000001;
    assert_int_equal(gms_memory_create(&m, "gmshoot-test", &spec), GMS_OK);
    assert_true(m.size > 4 * 2000001);
    gms_memory_close(&m);
}


static void
test_beats_and_counters(void **unused)
{
    int           fd;
    unsigned      i;
    gms_memory_t  m = create(), reader;

    (void) unused;

    fd = dup(m.fd);
    assert_int_equal(gms_memory_map(&reader, fd, NULL), GMS_OK);
    assert_int_equal(gms_memory_epoch(&reader), 0);

    for (i = 0; i < GMS_BEATS; i++) {
        assert_int_equal(gms_memory_last_beat(&reader, i), 0);
        gms_memory_beat(&m, i, 1000 + i);
    }

    for (i = 0; i < GMS_COUNTERS; i++) {
        assert_int_equal(gms_memory_counter(&reader, i), 0);
        gms_memory_count(&m, i, i);
        gms_memory_count(&m, i, 1);
    }

    for (i = 0; i < GMS_GAUGES; i++) {
        assert_int_equal(gms_memory_gauge(&reader, i), 0);
        gms_memory_tell(&m, i, 500);
        gms_memory_tell(&m, i, 100 - i);
    }

    /* out of range: neither written nor read */
    gms_memory_beat(&m, GMS_BEATS, 7);
    gms_memory_count(&m, GMS_COUNTERS, 7);
    gms_memory_count(&m, 64, 7); /* would be a bucket */
    gms_memory_tell(&m, GMS_GAUGES, 7);
    gms_memory_record(&m, GMS_HISTOGRAMS, 7);
    assert_int_equal(gms_memory_gauge(&reader, GMS_GAUGES), 0);
    assert_int_equal(gms_memory_sum_ns(&reader, GMS_HISTOGRAMS), 0);
    assert_int_equal(gms_memory_last_beat(&reader, GMS_BEATS), 0);
    assert_int_equal(gms_memory_counter(&reader, GMS_COUNTERS), 0);
    assert_int_equal(gms_memory_bucket(&reader, GMS_HISTOGRAMS, 0), 0);
    assert_int_equal(gms_memory_bucket(&reader, 0, 0), 0);
    assert_int_equal(gms_memory_bucket(&reader, 0, GMS_HISTOGRAM_BUCKETS), 0);

    for (i = 0; i < GMS_BEATS; i++) {
        assert_int_equal(gms_memory_last_beat(&reader, i), 1000 + i);
    }

    for (i = 0; i < GMS_COUNTERS; i++) {
        assert_int_equal(gms_memory_counter(&reader, i), i + 1);
    }

    for (i = 0; i < GMS_GAUGES; i++) {
        assert_int_equal(gms_memory_gauge(&reader, i), 100 - i);
    }

    gms_memory_close(&reader);
    gms_memory_close(&m);
}


/* The definition itself, in floating point. */
static unsigned
bucket_by_definition(int64_t value_ns)
{
    unsigned  i;

    for (i = 0; i < GMS_HISTOGRAM_BUCKETS - 1; i++) {
        if ((double) value_ns < 1000.0 * pow(2.0, i / 4.0)) {
            break;
        }
    }

    return i;
}


static void
test_histogram(void **unused)
{
    size_t        i;
    int64_t       value;
    unsigned      bucket;
    uint64_t      sum;
    gms_memory_t  m = create();

    static const struct {
        int64_t   value_ns;
        unsigned  bucket;
    } rows[] = {
        { INT64_MIN, 0 }, { -1, 0 }, { -1000, 0 }, { 0, 0 }, { 999, 0 },
        { 1000, 1 },   /* 1 us is not below 2^0 us */
        { 1189, 1 }, { 1190, 2 }, { 1999, 4 }, { 2000, 5 },
        { 1000000, 40 },    /* 1 ms lies in 2^(39/4) .. 2^(40/4) us */
        { 14263000000, 95 }, /* above 2^(95/4) us: the last takes the rest */
        { INT64_C(1) << 35, 95 }, { INT64_MAX, 95 },
    };

    (void) unused;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bucket = rows[i].bucket;
        value = (int64_t) gms_memory_bucket(&m, GMS_HISTOGRAM_COMMIT, bucket);
        gms_memory_record(&m, GMS_HISTOGRAM_COMMIT, rows[i].value_ns);
        assert_int_equal(gms_memory_bucket(&m, GMS_HISTOGRAM_COMMIT, bucket),
            value + 1);
        assert_int_equal(gms_memory_bucket(&m, GMS_HISTOGRAM_PUBLISH, bucket),
            0);
    }

    assert_int_equal(gms_memory_sum_ns(&m, GMS_HISTOGRAM_DECODE), 0);
    sum = 0;

    for (value = 1; value < INT64_C(40000000000); value += value / 50 + 1) {
        uint64_t  before;

        sum += (uint64_t) value;

        bucket = bucket_by_definition(value);
        before = gms_memory_bucket(&m, GMS_HISTOGRAM_DECODE, bucket);
        gms_memory_record(&m, GMS_HISTOGRAM_DECODE, value);
        assert_int_equal(gms_memory_bucket(&m, GMS_HISTOGRAM_DECODE, bucket),
            before + 1);
    }

    /* less than nothing takes nothing away */
    gms_memory_record(&m, GMS_HISTOGRAM_DECODE, -5);
    assert_true(gms_memory_sum_ns(&m, GMS_HISTOGRAM_DECODE) == sum);

    gms_memory_close(&m);
}


static void
test_scene(void **unused)
{
    gms_memory_t  m = create();
    gms_scene_t   scene = { 1, 2, 3 };

    (void) unused;

    gms_memory_scene(&m, &scene);
    assert_int_equal(scene.start_ns, 0);
    assert_int_equal(scene.stop_ns, 0);
    assert_int_equal(scene.turn, 0);

    scene = (gms_scene_t) { .start_ns = -5, .stop_ns = 9, .turn = 4 };
    gms_memory_set_scene(&m, &scene);
    scene.turn = 5;
    gms_memory_set_scene(&m, &scene);
    memset(&scene, 0, sizeof(scene));
    gms_memory_scene(&m, &scene);
    assert_int_equal(scene.start_ns, -5);
    assert_int_equal(scene.stop_ns, 9);
    assert_int_equal(scene.turn, 5);

    gms_memory_close(&m);
}


static void
test_errors(void **unused)
{
    int  i;

    (void) unused;

    for (i = GMS_OK; i >= GMS_EFORBIDDEN; i--) {
        assert_non_null(gms_strerror(i));
        assert_string_not_equal(gms_strerror(i), "unknown error");
    }

    assert_string_equal(gms_strerror(GMS_EFORBIDDEN - 1), "unknown error");
    assert_string_equal(gms_strerror(1), "unknown error");
    assert_string_equal(gms_strerror(INT32_MIN), "unknown error");
}


int
main(void)
{
    static const struct CMUnitTest  tests[] = {
        { .name = "a reader maps a lane's memory and can never write to it",
          .test_func = test_sealed },
        { .name = "hostile and truncated images are refused",
          .test_func = test_hostile_images },
        { .name = "a descriptor that is no sealed memfd is refused",
          .test_func = test_foreign_descriptors },
        { .name = "another layout is refused with the version found",
          .test_func = test_version },
        { .name = "a region of an unknown kind is skipped",
          .test_func = test_unknown_region },
        { .name = "every region lies inside, on a cache line of its own",
          .test_func = test_regions },
        { .name = "a directory that changes after the check is not believed",
          .test_func = test_directory_changed_later },
        { .name = "a frame slot is as large as asked, within a limit",
          .test_func = test_frame_slot_bytes },
        { .name = "heartbeats and counters of a lane are seen by readers",
          .test_func = test_beats_and_counters },
        { .name = "a latency lands in the bucket that its definition says",
          .test_func = test_histogram },
        { .name = "the scene in front of a camera outlives its writer",
          .test_func = test_scene },
        { .name = "every cause of failure has a phrase",
          .test_func = test_errors },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
