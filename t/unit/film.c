/* Films: pictures come back with their times, players and the clip source read
 * them, and what is broken is no film; of those that are kept the oldest go. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/base/film.h"
#include "worker/base/image.h"
#include "worker/capture/avi.h"
#include "worker/store/films.h"

#define START_US INT64_C(1795000000000000)
#define DAY_NS (INT64_C(86400) * GMS_S)

static char dir[64];


static int
set_up(void **state)
{
    (void) state;
    strcpy(dir, "/tmp/gms-film-XXXXXX");
    return mkdtemp(dir) == NULL;
}


static int
tear_down(void **state)
{
    char command[96];

    (void) state;
    snprintf(command, sizeof(command), "rm -rf %s", dir);
    return system(command);
}


/* A film of n pictures in an open file, picture i of i + 1 bytes at 100 i ms. */
static int
filmed(uint32_t n, uint32_t most)
{
    char               path[96];
    gms_film_t         film;
    gms_film_picture_t about = { 0 };
    uint8_t            bytes[300];
    int                fd;

    snprintf(path, sizeof(path), "%s/film.avi", dir);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(gms_film_begin(&film, fd, most), GMS_OK);

    for (uint32_t i = 0; i < n; i++) {
        memset(bytes, (int) i, sizeof(bytes));
        about.t_us = START_US + i * 100000;
        about.mono_ns = 7 * GMS_S + (int64_t) i * 100 * GMS_MS;
        assert_int_equal(gms_film_add(&film, &about, bytes, i + 1), GMS_OK);
    }

    assert_int_equal(
        gms_film_end(&film, 640, 480), n > 0 ? GMS_OK : GMS_EINVALID);
    gms_film_free(&film);

    return fd;
}


static void
round_trip(void **state)
{
    gms_film_t film;
    gms_avi_t  avi;
    char       err[200];
    uint8_t   *bytes;
    int        fd = filmed(200, 250);

    (void) state;

    assert_int_equal(gms_film_open(&film, fd), GMS_OK);
    assert_int_equal(film.pictures, 200);
    assert_int_equal(gms_avi_open(&avi, fd, err, sizeof(err)), GMS_OK);
    assert_int_equal(avi.frames, 200);
    assert_false(avi.broken);
    assert_true(avi.fps > 9.99 && avi.fps < 10.01);

    for (uint32_t i = 0; i < 200; i++) {
        assert_true(film.picture[i].t_us == START_US + i * 100000);
        assert_int_equal(
            gms_film_read(&film, &film.picture[i], (void **) &bytes), GMS_OK);
        assert_int_equal(film.picture[i].size, i + 1);
        assert_int_equal(bytes[i], (uint8_t) i);
        free(bytes);
        assert_true(avi.frame[i].offset == film.picture[i].offset);
        assert_int_equal(avi.frame[i].size, i + 1);
    }

    gms_avi_close(&avi);
    gms_film_free(&film);
    close(fd);
}


static void
unfinished(void **state)
{
    char       path[96];
    gms_film_t film;
    uint8_t    byte = 1;
    int        fd;

    (void) state;

    close(filmed(0, 5));
    snprintf(path, sizeof(path), "%s/film.avi", dir);
    fd = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(gms_film_open(&film, fd), GMS_ECORRUPT);

    /* killed before the table was written */
    assert_int_equal(gms_film_begin(&film, fd, 5), GMS_OK);
    assert_int_equal(
        gms_film_add(&film, &(gms_film_picture_t){ 0 }, &byte, 1), GMS_OK);
    gms_film_free(&film);
    assert_int_equal(gms_film_open(&film, fd), GMS_ECORRUPT);
    close(fd);
}


/* Whatever a byte of the table becomes, nothing is read beyond the file. */
static void
hostile(void **state)
{
    gms_film_t film;
    gms_avi_t  avi;
    char       err[200];
    void      *bytes;
    uint8_t    was, is;
    int        fd = filmed(9, 9);

    (void) state;

    for (off_t at = 0; at < 212 + 16 + 9 * 24; at++) {
        assert_int_equal(pread(fd, &was, 1, at), 1);

        for (int bit = 0; bit < 8; bit++) {
            is = (uint8_t) (was ^ (1 << bit));
            assert_int_equal(pwrite(fd, &is, 1, at), 1);

            if (gms_film_open(&film, fd) == GMS_OK) {
                for (uint32_t i = 0; i < film.pictures; i++) {
                    if (gms_film_read(&film, &film.picture[i], &bytes)
                        == GMS_OK) {
                        free(bytes);
                    }
                }
                gms_film_free(&film);
            }

            if (gms_avi_open(&avi, fd, err, sizeof(err)) == GMS_OK) {
                gms_avi_close(&avi);
            }
        }

        assert_int_equal(pwrite(fd, &was, 1, at), 1);
    }

    /* cut off anywhere it is none, or has what is left */
    for (off_t size = lseek(fd, 0, SEEK_END) - 1; size >= 0; size -= 7) {
        assert_int_equal(ftruncate(fd, size), 0);
        if (gms_film_open(&film, fd) == GMS_OK) {
            assert_true(film.picture[8].offset + film.picture[8].size
                <= (uint64_t) size);
            gms_film_free(&film);
        }
    }

    close(fd);
}


/* Keeps 100 kB as a shot's film that is so many days old. */
static void
keep(const char *session, unsigned n, unsigned days)
{
    static uint8_t  bytes[100 * 1024];
    char            name[32], path[256], err[200];
    int             fd;
    struct timespec times[2];

    snprintf(name, sizeof(name), "shot-%u.avi", n);
    fd = gms_films_create(dir, GMS_FILMS_SHOTS, session, err, sizeof(err));
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
    assert_int_equal(gms_films_keep(dir, GMS_FILMS_SHOTS, session, name, fd,
                         GMS_OK, err, sizeof(err)),
        GMS_OK);
    assert_true(gms_films_path(
        dir, GMS_FILMS_SHOTS, session, name, path, sizeof(path)));
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec -= (time_t) days * 86400;
    times[1] = times[0];
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}


static bool
is_kept(const char *session, unsigned n)
{
    char name[32], path[256];

    snprintf(name, sizeof(name), "shot-%u.avi", n);
    assert_true(gms_films_path(
        dir, GMS_FILMS_SHOTS, session, name, path, sizeof(path)));
    return access(path, F_OK) == 0;
}


static void
oldest_go(void **state)
{
    gms_films_limits_t limits = { INT64_C(1) << 40, 30 * DAY_NS };
    char               path[256];

    (void) state;

    for (unsigned n = 1; n <= 10; n++) {
        keep("old", n, 40 - n);
        keep("new", n, 10 - n);
    }

    assert_int_equal(gms_films_trim(dir, GMS_FILMS_SHOTS, &limits, 0,
                         gms_clock_real_ns()),
        GMS_OK);
    assert_false(is_kept("old", 9));
    assert_true(is_kept("new", 1));

    limits.age_ns = 9 * DAY_NS + GMS_S;
    gms_films_trim(
        dir, GMS_FILMS_SHOTS, &limits, 0, gms_clock_real_ns());
    snprintf(path, sizeof(path), "%s/films/old", dir);
    assert_int_not_equal(access(path, F_OK), 0); /* with its folder */
    assert_true(is_kept("new", 1));

    limits.bytes = 420 * 1024;
    gms_films_trim(
        dir, GMS_FILMS_SHOTS, &limits, 0, gms_clock_real_ns());
    assert_false(is_kept("new", 6));
    assert_true(is_kept("new", 7));
    assert_true(is_kept("new", 10));
}


static void
full_disk(void **state)
{
    gms_films_limits_t limits = { INT64_C(1) << 40, 30 * DAY_NS };

    (void) state;
    keep("s", 1, 0);

    /* no disk has so much room: all are given for it */
    assert_int_equal(gms_films_trim(dir, GMS_FILMS_SHOTS, &limits,
                         INT64_C(1) << 60, gms_clock_real_ns()),
        GMS_ESTORE_FULL);
    assert_false(is_kept("s", 1));
}


static void
failed(void **state)
{
    char err[200], path[256];
    int  fd;

    (void) state;
    fd = gms_films_create(dir, GMS_FILMS_SHOTS, "s", err, sizeof(err));
    assert_true(fd >= 0);
    errno = ENOSPC;
    assert_int_equal(gms_films_keep(dir, GMS_FILMS_SHOTS, "s", "shot-1.avi", fd,
                         GMS_ESYS, err, sizeof(err)),
        GMS_ESTORE_FULL);
    assert_non_null(strstr(err, "No space left"));
    assert_false(is_kept("s", 1));
    assert_true(
        gms_films_path(dir, GMS_FILMS_SHOTS, "s", "new", path, sizeof(path)));
    assert_int_not_equal(access(path, F_OK), 0);

    static const char *const names[] = { "", ".", "..", "a/b", "../x", ".x",
        "a b", "\xff" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(gms_films_create(dir, GMS_FILMS_SHOTS, names[i], err,
                             sizeof(err)),
            GMS_EINVALID);
        assert_int_equal(
            gms_films_remove(dir, GMS_FILMS_SHOTS, names[i]), GMS_EINVALID);
    }
}


static void
removed(void **state)
{
    (void) state;
    keep("a", 1, 0);
    keep("a", 2, 0);
    keep("b", 1, 0);
    assert_int_equal(gms_films_remove(dir, GMS_FILMS_SHOTS, "a"), GMS_OK);
    assert_false(is_kept("a", 1));
    assert_true(is_kept("b", 1));
    assert_int_equal(
        gms_films_remove(dir, GMS_FILMS_SHOTS, "a"), GMS_ENOTFOUND);
}


int
main(void)
{
#define WITH_FOLDER .setup_func = set_up, .teardown_func = tear_down
    const struct CMUnitTest tests[] = {
        { .name = "a film gives its pictures and their times back",
          .test_func = round_trip, WITH_FOLDER },
        { .name = "what was not finished is no film",
          .test_func = unfinished, WITH_FOLDER },
        { .name = "a damaged film is refused, or read within its file",
          .test_func = hostile, WITH_FOLDER },
        { .name = "films that are too old or too many go, the oldest first",
          .test_func = oldest_go, WITH_FOLDER },
        { .name = "films make room on a full disk",
          .test_func = full_disk, WITH_FOLDER },
        { .name = "a film that fails leaves nothing, and no name leads out",
          .test_func = failed, WITH_FOLDER },
        { .name = "a complaint goes with all that is beside it",
          .test_func = removed, WITH_FOLDER },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
