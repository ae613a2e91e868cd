/* Recordings as a camera: AVI files, whole, cut and hostile, and folders. */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "ipc/memory.h"
#include "worker/base/clock.h"
#include "worker/capture/source.h"

#define FRAMES 6

/* A little AVI file in memory. */
typedef struct {
    uint8_t  bytes[200000];
    size_t   size;
    size_t   chunk[FRAMES + 1]; /* where each picture's chunk begins */
} film_t;

static char         folder[] = "/tmp/gms-clip-XXXXXX";
static gms_jpeg_t  *jpeg;
static film_t       film;


static void
put(film_t *f, const void *bytes, size_t size)
{
    assert_true(f->size + size <= sizeof(f->bytes));
    memcpy(f->bytes + f->size, bytes, size);
    f->size += size;
}


static void
put32(film_t *f, uint32_t v)
{
    uint8_t  b[4] = { (uint8_t) v, (uint8_t) (v >> 8), (uint8_t) (v >> 16),
                      (uint8_t) (v >> 24) };

    put(f, b, 4);
}


/* A picture whose level tells its number. */
static void
picture(int n, const void **bytes, size_t *size)
{
    gms_image_t  image = { 0 };

    assert_int_equal(gms_image_resize(&image, 64, 48), GMS_OK);
    memset(image.px, 20 + 20 * n, image.capacity);
    assert_int_equal(gms_jpeg_encode_gray(jpeg, &image, 90, bytes, size),
                     GMS_OK);
    gms_image_free(&image);
}


static void
begin_film(film_t *f, const char *codec)
{
    memset(f, 0, sizeof(film_t));

    /* sizes of RIFF and movi as a recorder leaves them that was killed */
    put(f, "RIFF\0\0\0\0AVI LIST\0\0\0\0hdrl", 24);

    put(f, "LIST", 4);
    put32(f, 4 + 8 + 28 + 8 + 20);
    put(f, "strlstrh", 8);
    put32(f, 28);
    put(f, "vidsMJPG", 8);
    put32(f, 0);
    put32(f, 0);
    put32(f, 0);
    put32(f, 1001);
    put32(f, 24000);
    put(f, "strf", 4);
    put32(f, 20);
    put32(f, 40);
    put32(f, 64);
    put32(f, 48);
    put32(f, 0x180001);
    put(f, codec, 4);

    put(f, "LIST\0\0\0\0movi", 12);
}


static void
add_chunk(film_t *f, const char *id, const void *bytes, size_t size)
{
    put(f, id, 4);
    put32(f, (uint32_t) size);
    put(f, bytes, size);

    if (size & 1) {
        put(f, "", 1);
    }
}


static void
make_film(film_t *f)
{
    size_t       size;
    const void  *bytes;

    begin_film(f, "MJPG");

    for (int i = 0; i < FRAMES; i++) {
        add_chunk(f, "01wb", "sound", 5);
        picture(i, &bytes, &size);
        f->chunk[i] = f->size;
        add_chunk(f, "00dc", bytes, size);
    }

    f->chunk[FRAMES] = f->size;
    put(f, "idx1\4\0\0\0evil", 12);
}


static int
setup(void **state)
{
    (void) state;
    jpeg = gms_jpeg_create();
    return jpeg == NULL || mkdtemp(folder) == NULL;
}


static int
teardown(void **state)
{
    char  command[100];

    (void) state;
    gms_jpeg_destroy(jpeg);
    snprintf(command, sizeof(command), "rm -r '%s'", folder);
    return system(command);
}


static const char *
save(const char *name, const void *bytes, size_t size)
{
    static char  path[200];
    FILE        *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    fclose(f);

    return path;
}


static int
open_clip(gms_source_t *s, const char *path, double fps, bool loop,
    gms_memory_t *memory, char *err, size_t err_size)
{
    gms_source_config_t  config;

    memset(&config, 0, sizeof(config));
    config.camera.kind = GMS_CAMERA_CLIP;
    config.camera.fps = fps;
    config.camera.loop = loop;
    config.memory = memory;
    snprintf(config.camera.locator, sizeof(config.camera.locator), "%s", path);
    assert_int_equal(gms_source_init(s, &config), GMS_OK);

    return gms_source_open(s, err, err_size);
}


/* The number of the picture in a frame. */
static int
number(const gms_frame_t *frame)
{
    int          n;
    gms_image_t  image = { 0 };

    assert_int_equal(gms_jpeg_decode_gray(jpeg, frame->jpeg, frame->jpeg_size,
                                          &image), GMS_OK);
    n = (image.px[10 * image.stride + 10] - 10) / 20;
    gms_image_free(&image);

    return n;
}


static void
whole(void **state)
{
    char          err[300];
    int64_t       began;
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    make_film(&film);
    assert_int_equal(open_clip(&s, save("a.avi", film.bytes, film.size), 0,
                               false, NULL, err, sizeof(err)), GMS_OK);
    began = 0;

    for (int i = 0; i < FRAMES; i++) {
        assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                         GMS_OK);
        assert_int_equal(frame.id, i);
        assert_int_equal(frame.width, 64);
        assert_int_equal(frame.height, 48);
        assert_int_equal(number(&frame), i);

        /* unpaced frames carry the clip's own time: 24000/1001 a second */
        began = i == 0 ? frame.mono_ns : began;
        assert_in_range(frame.mono_ns - began - i * INT64_C(1001000000) / 24
                        + 10, 0, 20);
    }

    for (int i = 0; i < 2; i++) {
        assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                         GMS_EEND);
        assert_string_equal(err, "the clip is over after 6 pictures");
    }

    assert_int_equal(gms_source_truth(&s, 0, NULL, 0), 0);
    gms_source_close(&s);
    gms_source_close(&s);
    assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                     GMS_ECAMERA_GONE);
}


/* Cut after any byte: refused with a sentence, or played to the break. */
static void
cut(void **state)
{
    int           rc, n;
    char          err[300];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    make_film(&film);

    for (size_t size = 0; size < film.size; size += 1 + size / 90) {
        rc = open_clip(&s, save("cut.avi", film.bytes, size), 0, false, NULL,
                       err, sizeof(err));

        if (size < film.chunk[1]) {
            int  whole_first = film.chunk[1] - size <= 5 + 9 + 1;

            assert_true(rc == GMS_EINVALID || whole_first);
            assert_true(rc == GMS_OK || strlen(err) > 20);
        }

        if (rc != GMS_OK) {
            continue;
        }

        n = 0;
        while ((rc = gms_source_next(&s, &frame, 0, err, sizeof(err)))
               == GMS_OK)
        {
            assert_int_equal(number(&frame), n);
            n++;
        }

        assert_int_equal(rc, GMS_EEND);
        assert_true(n >= FRAMES || film.chunk[n + 1] > size);

        if (n < FRAMES && size > film.chunk[n] + 20) {
            assert_non_null(strstr(err, "cut off after"));
        }

        gms_source_close(&s);
    }
}


static void
hostile(void **state)
{
    int           rc;
    char          err[300];
    uint32_t      seed = 11;
    gms_frame_t   frame;
    gms_source_t  s;

    static film_t  bad;

    (void) state;
    make_film(&film);

    for (int i = 0; i < 400; i++) {
        bad = film;

        for (int k = 0; k < 1 + i % 5; k++) {
            seed = seed * 1664525 + 1013904223;

            /* mostly heads of chunks */
            size_t  at = i & 1 ? (seed >> 8) % bad.size
                               : bad.chunk[(seed >> 8) % FRAMES]
                                 + (seed >> 16) % 8;

            bad.bytes[at] = i & 2 ? 0xff : (uint8_t) (seed >> 24);
        }

        rc = open_clip(&s, save("bad.avi", bad.bytes, bad.size), 0, false,
                       NULL, err, sizeof(err));

        for (int n = 0; rc != GMS_EINVALID && rc != GMS_EEND; n++) {
            assert_true(n < 100);
            rc = gms_source_next(&s, &frame, 0, err, sizeof(err));
            assert_true(rc == GMS_OK || rc == GMS_EBAD_FRAME
                        || rc == GMS_EEND);
        }

        gms_source_close(&s);
    }
}


static void
bad_picture(void **state)
{
    char          err[300];
    size_t        size;
    gms_frame_t   frame;
    gms_source_t  s;
    const void   *bytes;

    static const int  results[] = { GMS_OK, GMS_EBAD_FRAME, GMS_OK, GMS_OK,
                                    GMS_EEND };

    (void) state;
    begin_film(&film, "MJPG");
    picture(0, &bytes, &size);
    add_chunk(&film, "00dc", bytes, size);
    add_chunk(&film, "00dc", "this is no picture", 18);
    picture(2, &bytes, &size);
    add_chunk(&film, "00db", bytes, size);
    add_chunk(&film, "00dc", "", 0); /* the same again */

    assert_int_equal(open_clip(&s, save("b.avi", film.bytes, film.size), 0,
                               false, NULL, err, sizeof(err)), GMS_OK);

    for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                         results[i]);

        if (results[i] == GMS_OK) {
            assert_int_equal(frame.id, i);
            assert_int_equal(number(&frame), i == 3 ? 2 : i);
        } else {
            assert_true(strlen(err) > 10);
        }
    }

    gms_source_close(&s);
}


static void
refused(void **state)
{
    char          err[400], path[100];
    gms_source_t  s;

    (void) state;

    assert_int_equal(open_clip(&s, "/nonexistent.avi", 0, false, NULL, err,
                               sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "/nonexistent.avi cannot be opened"));

    assert_int_equal(open_clip(&s, save("empty.avi", "", 0), 0, false, NULL,
                               err, sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "it is empty"));

    assert_int_equal(open_clip(&s, save("x.mp4", "\0\0\0\x20" "ftypisom", 12),
                               0, false, NULL, err, sizeof(err)),
                     GMS_EINVALID);
    assert_non_null(strstr(err, "gmshoot-av")); /* which is not beside this */

    assert_int_equal(open_clip(&s, save("x.txt", "once upon a time", 16),
                               0, false, NULL, err, sizeof(err)),
                     GMS_EINVALID);
    assert_non_null(strstr(err, "not an AVI file"));
    assert_non_null(strstr(err, "ffmpeg"));

    begin_film(&film, "H264");
    add_chunk(&film, "00dc", "....", 4);
    assert_int_equal(open_clip(&s, save("h.avi", film.bytes, film.size), 0,
                               false, NULL, err, sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "coded as \"H264\""));

    begin_film(&film, "MJPG");
    assert_int_equal(open_clip(&s, save("n.avi", film.bytes, film.size), 0,
                               false, NULL, err, sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "holds no picture"));

    snprintf(path, sizeof(path), "%s/hollow", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(open_clip(&s, path, 0, false, NULL, err, sizeof(err)),
                     GMS_EINVALID);
    assert_non_null(strstr(err, "holds no picture named .jpg"));

    assert_int_equal(open_clip(&s, "/dev/null", 0, false, NULL, err,
                               sizeof(err)), GMS_EINVALID);
}


static void
pictures(void **state)
{
    char          err[300], path[200], name[40];
    size_t        size;
    gms_frame_t   frame;
    gms_source_t  s;
    const void   *bytes;

    static const struct {
        const char  *name;
        int          n;
    } files[] = {
        { "shot10.JPG", 4 }, { "shot9.jpg", 3 }, { "shot1.jpeg", 1 },
        { ".hidden.jpg", 9 }, { "notes.txt", 9 }, { "a.jpg", 0 },
        { "shot2.jpg", 2 },
    };

    (void) state;
    snprintf(path, sizeof(path), "%s/roll", folder);
    assert_int_equal(mkdir(path, 0700), 0);

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        picture(files[i].n, &bytes, &size);
        snprintf(name, sizeof(name), "roll/%s", files[i].name);
        save(name, bytes, size);
    }

    save("roll/shot11.jpg", "broken", 6);

    assert_int_equal(open_clip(&s, path, 0, false, NULL, err, sizeof(err)),
                     GMS_OK);

    for (int i = 0; i < 5; i++) {
        assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                         GMS_OK);
        assert_int_equal(number(&frame), i);
    }

    assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                     GMS_EBAD_FRAME);
    assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                     GMS_EEND);
    gms_source_close(&s);

    /* one picture alone is a clip too */
    picture(5, &bytes, &size);
    assert_int_equal(open_clip(&s, save("one.jpg", bytes, size), 0, false,
                               NULL, err, sizeof(err)), GMS_OK);
    assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)), GMS_OK);
    assert_int_equal(number(&frame), 5);
    assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                     GMS_EEND);
    gms_source_close(&s);
}


static void
looped(void **state)
{
    char          err[300];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    make_film(&film);
    assert_int_equal(open_clip(&s, save("l.avi", film.bytes, film.size), 0,
                               true, NULL, err, sizeof(err)), GMS_OK);

    for (int i = 0; i < 3 * FRAMES; i++) {
        assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                         GMS_OK);
        assert_int_equal(frame.id, i);
        assert_int_equal(number(&frame), i % FRAMES);
    }

    gms_source_close(&s);
}


/* Waits for a few frames; the picture of the last one. */
static int
watch(gms_source_t *s, int frames)
{
    char         err[300];
    gms_frame_t  frame;

    for (int i = 0; i < frames; i++) {
        assert_int_equal(gms_source_next(s, &frame, 1000, err, sizeof(err)),
                         GMS_OK);
    }

    return number(&frame);
}


static void
on_a_lane(void **state)
{
    char               err[300];
    int64_t            now;
    gms_scene_t        scene = { 0, 0, 0 };
    gms_memory_t       m;
    gms_source_t       s;
    gms_memory_spec_t  spec = { 0 };

    (void) state;
    make_film(&film);
    assert_int_equal(gms_memory_create(&m, "test", &spec), GMS_OK);
    assert_int_equal(open_clip(&s, save("c.avi", film.bytes, film.size), 20,
                               false, &m, err, sizeof(err)), GMS_OK);

    /* before the start the first picture stands still, in real time */
    now = gms_clock_mono_ns();
    assert_int_equal(watch(&s, 5), 0);
    assert_true(gms_clock_mono_ns() - now > 150 * GMS_MS);

    /* stopped 0.18 s after the start: the fourth picture, for ever */
    scene.start_ns = gms_clock_mono_ns() - GMS_S;
    scene.stop_ns = scene.start_ns + 180 * GMS_MS;
    gms_memory_set_scene(&m, &scene);
    usleep(60000);
    assert_int_equal(watch(&s, 1), 3);
    assert_int_equal(watch(&s, 3), 3);

    /* another life of the process sees the same */
    gms_source_close(&s);
    assert_int_equal(gms_source_open(&s, err, sizeof(err)), GMS_OK);
    assert_int_equal(watch(&s, 1), 3);

    /* running, it comes to the end and holds the last */
    scene.start_ns = gms_clock_mono_ns() - 10 * GMS_S;
    scene.stop_ns = 0;
    gms_memory_set_scene(&m, &scene);
    usleep(60000);
    assert_int_equal(watch(&s, 2), FRAMES - 1);
    gms_source_close(&s);

    /* looped, it begins anew: 10.32 s = 34 turns of 0.3 s and 2.4 frames */
    assert_int_equal(open_clip(&s, save("c.avi", film.bytes, film.size), 20,
                               true, &m, err, sizeof(err)), GMS_OK);
    scene.start_ns = gms_clock_mono_ns() - 20 * GMS_S;
    scene.stop_ns = scene.start_ns + 10320 * GMS_MS;
    gms_memory_set_scene(&m, &scene);
    assert_int_equal(watch(&s, 1), 2);

    gms_source_close(&s);
    gms_memory_close(&m);
}


static void
patience(void **state)
{
    char                 err[300];
    gms_frame_t          frame;
    gms_source_t         s;
    gms_source_config_t  config;

    (void) state;
    make_film(&film);
    assert_int_equal(open_clip(&s, save("p.avi", film.bytes, film.size), 2,
                               false, NULL, err, sizeof(err)), GMS_OK);
    gms_source_close(&s);
    config = s.config;
    config.paced = true;
    gms_source_init(&s, &config);
    assert_int_equal(gms_source_open(&s, err, sizeof(err)), GMS_OK);
    assert_int_equal(gms_source_next(&s, &frame, 100, err, sizeof(err)),
                     GMS_OK);
    assert_int_equal(gms_source_next(&s, &frame, 20, err, sizeof(err)),
                     GMS_EAGAIN);

    /* a slow taker misses pictures, it does not run behind */
    usleep(1050000);
    assert_int_equal(gms_source_next(&s, &frame, 100, err, sizeof(err)),
                     GMS_OK);
    assert_true(frame.id >= 2);
    assert_int_equal(number(&frame), frame.id);
    gms_source_close(&s);
}


static void
real_clips(void **state)
{
    int           n, rc;
    char          err[300], path[500];
    gms_frame_t   frame;
    gms_source_t  s;
    const char   *shared = getenv("GMS_SHARED");

    static const struct {
        const char  *name;
        int          frames, width, height;
    } clips[] = {
        { "data/sim/clean.avi", 144, 1280, 720 },
        { "data/real/asoee-m2000.avi", 120, 1280, 960 },
        { "data/real/ranger-quiet.avi", 90, 1612, 898 },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(clips) / sizeof(clips[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", shared ? shared : "../shared",
                 clips[i].name);

        if (access(path, R_OK) != 0) {
            print_message("# %s is not here\n", clips[i].name);
            skip();
        }

        assert_int_equal(open_clip(&s, path, 0, false, NULL, err,
                                   sizeof(err)), GMS_OK);
        n = 0;

        while ((rc = gms_source_next(&s, &frame, 0, err, sizeof(err)))
               == GMS_OK)
        {
            assert_int_equal(frame.width, clips[i].width);
            assert_int_equal(frame.height, clips[i].height);
            n++;
        }

        assert_int_equal(rc, GMS_EEND);
        assert_int_equal(n, clips[i].frames);
        gms_source_close(&s);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a clip is played picture by picture, then it is over",
          .test_func = whole },
        { .name = "a recording that broke off plays to its break",
          .test_func = cut },
        { .name = "a clip made to harm harms nothing", .test_func = hostile },
        { .name = "a bad picture is skipped and the next one shown",
          .test_func = bad_picture },
        { .name = "what is no clip is refused with advice",
          .test_func = refused },
        { .name = "a folder plays in the order of its names",
          .test_func = pictures },
        { .name = "a looped clip begins anew", .test_func = looped },
        { .name = "on a lane the clip follows the scene's clock",
          .test_func = on_a_lane },
        { .name = "in real time nobody waits too long or runs behind",
          .test_func = patience },
        { .name = "recordings of real cards play whole",
          .test_func = real_clips },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
