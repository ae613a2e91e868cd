/* Bytes that came as a memfd: only one that cannot change any more is read. */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "ipc/sealed.h"

#define SIZE 100000

static char bytes[SIZE];


static int
memory(void)
{
    int fd = memfd_create("t", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, SIZE), SIZE);

    return fd;
}


static void
sealed(void **state)
{
    static char read[SIZE];
    size_t      size = 0;
    int         fd = memory();

    (void) state;
    assert_int_equal(gms_sealed_seal(fd), GMS_OK);
    assert_int_equal(gms_sealed_size(fd, &size), GMS_OK);
    assert_int_equal(size, SIZE);

    /* wherever who wrote it left off */
    assert_int_equal(gms_sealed_read(fd, read, SIZE), GMS_OK);
    assert_memory_equal(read, bytes, SIZE);
    assert_int_equal(gms_sealed_read(fd, read, 1), GMS_OK);
    assert_int_equal(read[0], bytes[0]);

    assert_int_equal(write(fd, bytes, 1), -1);
    assert_int_equal(ftruncate(fd, 1), -1);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), -1);
    close(fd);
}


static void
fewer(void **state)
{
    static char read[SIZE + 1];
    size_t      size = 7;
    int         fd = memfd_create("t", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    (void) state;
    assert_int_equal(gms_sealed_seal(fd), GMS_OK);
    assert_int_equal(gms_sealed_size(fd, &size), GMS_OK);
    assert_int_equal(size, 0);
    assert_int_equal(gms_sealed_read(fd, read, 0), GMS_OK);
    assert_int_equal(gms_sealed_read(fd, read, 1), GMS_ECORRUPT);
    close(fd);

    fd = memory();
    assert_int_equal(gms_sealed_seal(fd), GMS_OK);
    assert_int_equal(gms_sealed_read(fd, read, SIZE + 1), GMS_ECORRUPT);
    close(fd);
}


/* Each seal is needed: without it bytes or size change while they are read. */
static void
unsealed(void **state)
{
    static const int table[] = { 0, F_SEAL_SHRINK | F_SEAL_GROW,
        F_SEAL_SHRINK | F_SEAL_WRITE, F_SEAL_GROW | F_SEAL_WRITE };
    size_t           size;
    int              fd, pipes[2];

    (void) state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        fd = memory();
        assert_int_equal(fcntl(fd, F_ADD_SEALS, table[i]), 0);
        assert_int_equal(gms_sealed_size(fd, &size), GMS_EUNSEALED);
        close(fd);
    }

    /* what is no memory would let who reads it wait */
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(gms_sealed_size(pipes[0], &size), GMS_EUNSEALED);
    close(pipes[0]);
    close(pipes[1]);

    fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    assert_int_equal(gms_sealed_size(fd, &size), GMS_EUNSEALED);
    close(fd);
    assert_int_equal(gms_sealed_size(-1, &size), GMS_EUNSEALED);
    assert_int_equal(gms_sealed_seal(-1), GMS_ESYS);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "what is sealed is read, and stays as it is",
          .test_func = sealed },
        { .name = "more than there is is not", .test_func = fewer },
        { .name = "what could change meanwhile is not looked at",
          .test_func = unsealed },
    };

    for (size_t i = 0; i < SIZE; i++) {
        bytes[i] = (char) (i * 31 + i / 256);
    }

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
