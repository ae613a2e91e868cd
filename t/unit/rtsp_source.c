/* A camera that streams video, as the source sees it: the program that holds
 * the stream, played by one that says whatever the test wants. */

#include <libgen.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "av/wire.h"
#include "ipc/error.h"
#include "t/lib/flat.h"
#include "worker/base/clock.h"
#include "worker/capture/source.h"

static char           program[512]; /* gmshoot-av beside this test */
static char           words[512];   /* what it says */
static char           heard[512];   /* what it was asked */
static char           keys[512];    /* a file of credentials */
static const uint8_t *jpeg;
static size_t         jpeg_size;


static void
write_file(const char *path, const void *bytes, size_t size, mode_t mode)
{
    FILE *f;

    unlink(path);
    f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}


/* Says the bytes of `words`, then waits until its input ends. */
static void
play_after(const char *first, const char *last)
{
    char script[2600];

    snprintf(script, sizeof(script),
        "#!/bin/sh\n"
        "%s\n"
        "while read -r line && [ \"$line\" ]; do\n"
        "    echo \"$line\" >> '%s'\n"
        "done\n"
        "/bin/cat '%s'\n"
        "%s\n",
        first, heard, words, last);
    unlink(heard);
    write_file(program, script, strlen(script), 0755);
}


static void
play(const char *last)
{
    play_after("", last);
}


static void
begin(void)
{
    write_file(words, "", 0, 0600);
}


static void
say(uint32_t kind, const void *bytes, size_t size, uint32_t missed)
{
    gms_av_header_t header;
    FILE           *f;

    memset(&header, 0, sizeof(header));
    header.magic = GMS_AV_MAGIC;
    header.kind = kind;
    header.size = (uint32_t) size;
    header.slot = GMS_AV_NO_SLOT;
    header.missed = missed;
    header.mono_ns = gms_clock_mono_ns();

    f = fopen(words, "ae");
    assert_non_null(f);
    fwrite(&header, sizeof(header), 1, f);
    fwrite(bytes, 1, size < 4096 ? size : 0, f);
    assert_int_equal(fclose(f), 0);
}


static int
open_camera(gms_source_t *s, const char *text, char *err, size_t size)
{
    gms_source_config_t config;

    memset(&config, 0, sizeof(config));
    assert_int_equal(
        gms_camera_parse_text(&config.camera, text, err, size), GMS_OK);
    assert_int_equal(config.camera.kind, GMS_CAMERA_RTSP);
    assert_int_equal(gms_source_init(s, &config), GMS_OK);

    return gms_source_open(s, err, size);
}


static int
result(gms_source_t *s, gms_frame_t *frame, char *err, size_t size)
{
    int64_t until = gms_clock_mono_ns() + 5 * GMS_S;
    int     rc;

    do {
        rc = gms_source_next(s, frame, 50, err, size);
    } while (rc == GMS_EAGAIN && gms_clock_mono_ns() < until);

    return rc;
}


static void
pictures(void **state)
{
    gms_frame_t  frame;
    gms_source_t s;
    char         err[400], *text, line[700];
    FILE        *f;

    (void) state;
    begin();
    say(GMS_AV_PICTURE, jpeg, jpeg_size, 0);
    say(GMS_AV_PICTURE, jpeg, jpeg_size, 3);
    play("/bin/cat > /dev/null");

    write_file(keys, "hans:ge heim:x\n", 15, 0600);
    snprintf(line, sizeof(line),
        "rtsp://camera/stream?a=b transport=udp fps=7.5 credentials=%s", keys);
    assert_int_equal(open_camera(&s, line, err, sizeof(err)), GMS_OK);

    /* two at once: the newer one counts, the others are missed */
    assert_int_equal(result(&s, &frame, err, sizeof(err)), GMS_OK);

    if (frame.id == 0) {
        assert_int_equal(result(&s, &frame, err, sizeof(err)), GMS_OK);
    }

    assert_int_equal(frame.id, 4);
    assert_in_range(s.about.passed, 3, 4); /* what is counted as dropped */
    assert_int_equal(frame.width, 32);
    assert_int_equal(frame.jpeg_size, jpeg_size);
    assert_memory_equal(frame.jpeg, jpeg, jpeg_size);
    assert_int_equal(
        gms_source_next(&s, &frame, 20, err, sizeof(err)), GMS_EAGAIN);

    f = fopen(heard, "re");
    assert_non_null(f);
    text = line;
    line[fread(line, 1, sizeof(line) - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(text,
        "url rtsp://camera/stream?a=b\ntransport udp\nfps 7.5\nverify yes\n"
        "user hans\npassword ge heim:x\n");

    gms_source_close(&s);
}


/* As say(), of a plane that lies in a slot. */
static void
say_plane(uint32_t slot, uint32_t width, uint32_t height, const void *bytes,
    size_t size)
{
    gms_av_header_t header;
    FILE           *f;

    memset(&header, 0, sizeof(header));
    header.magic = GMS_AV_MAGIC;
    header.kind = GMS_AV_PICTURE;
    header.size = (uint32_t) size;
    header.slot = slot;
    header.width = width;
    header.height = height;
    header.mono_ns = gms_clock_mono_ns();

    f = fopen(words, "ae");
    assert_non_null(f);
    fwrite(&header, sizeof(header), 1, f);
    fwrite(bytes, 1, size, f);
    assert_int_equal(fclose(f), 0);
}


/* What it has put into a file, when it has come. */
static void
assert_file(const char *path, const char *lines)
{
    char    text[700] = "";
    int64_t until = gms_clock_mono_ns() + 5 * GMS_S;
    FILE   *f;

    while (strcmp(text, lines) != 0 && gms_clock_mono_ns() < until) {
        f = fopen(path, "re");
        if (f != NULL) {
            text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
            fclose(f);
        }
    }

    assert_string_equal(text, lines);
}


static void
assert_told(const char *lines)
{
    assert_file(keys, lines);
}


static void
assert_asked(const char *lines)
{
    assert_file(heard, lines);
}


static void
planes(void **state)
{
    static uint8_t px[GMS_AV_ROW(100) * 20];
    char           first[600], script[600], err[400];
    gms_frame_t    frame;
    gms_source_t   s;

    (void) state;

    for (size_t i = 0; i < sizeof(px); i++) {
        px[i] = (uint8_t) (i * 7);
    }

    /* into slot 0 before it is announced, and what it hears into a file */
    write_file(keys, px, sizeof(px), 0600);
    begin();
    say_plane(0, 100, 20, "", 0);
    snprintf(first, sizeof(first), "/bin/cat '%s' >&3", keys);
    snprintf(script, sizeof(script), "/bin/cat > '%s'", keys);
    play_after(first, script);

    assert_int_equal(
        open_camera(&s, "rtsp://camera/stream", err, sizeof(err)), GMS_OK);
    s.jpeg_ns = 200 * GMS_MS;
    assert_int_equal(result(&s, &frame, err, sizeof(err)), GMS_OK);
    assert_int_equal(frame.width, 100);
    assert_int_equal(frame.height, 20);
    assert_int_equal(frame.jpeg_size, 0);
    assert_int_equal(frame.gray.width, 100);
    assert_int_equal(frame.gray.stride, GMS_AV_ROW(100));
    assert_memory_equal(frame.gray.px, px, sizeof(px));

    /* wanted from now on; the slot goes back with the next call */
    s.jpeg_ns = 0;
    assert_int_equal(
        gms_source_next(&s, &frame, 20, err, sizeof(err)), GMS_EAGAIN);
    s.jpeg_ns = INT64_MAX;
    assert_int_equal(
        gms_source_next(&s, &frame, 20, err, sizeof(err)), GMS_EAGAIN);
    assert_told("jpeg 200\nfree 0\njpeg 0\njpeg -1\n");
    gms_source_close(&s);

    /* two, of which one was passed over; the JPEG comes with its plane */
    begin();
    say_plane(2, 64, 64, "", 0);
    say_plane(3, 100, 20, jpeg, jpeg_size);
    snprintf(script, sizeof(script), "/bin/cat > '%s'", keys);
    play(script);
    assert_int_equal(
        open_camera(&s, "rtsp://camera/stream", err, sizeof(err)), GMS_OK);
    do {
        assert_int_equal(result(&s, &frame, err, sizeof(err)), GMS_OK);
    } while (frame.jpeg_size == 0);
    assert_int_equal(frame.id, 1);
    assert_int_equal(frame.width, 100);
    assert_int_equal(frame.jpeg_size, jpeg_size);
    assert_memory_equal(frame.jpeg, jpeg, jpeg_size);
    assert_int_equal(
        gms_source_next(&s, &frame, 20, err, sizeof(err)), GMS_EAGAIN);
    assert_told("free 2\nfree 3\n");
    gms_source_close(&s);
}


/* Planes that cannot be. */
static void
false_planes(void **state)
{
    static const struct {
        uint32_t slot, width, height;
    } table[] = {
        { GMS_AV_SLOTS, 100, 20 },
        { 0, 0, 20 },
        { 0, 100, 0 },
        { 0, 8193, 2 },
        { 0, 2, 8193 },
        { 0, UINT32_MAX, UINT32_MAX },
        { 0, 8192, 4097 },
        { 0, 4097, 8128 }, /* its rows with their ends are too many */
    };

    gms_frame_t  frame;
    gms_source_t s;
    char         err[400];

    (void) state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        begin();
        say_plane(
            table[i].slot, table[i].width, table[i].height, "", 0);
        play("/bin/cat > /dev/null");
        assert_int_equal(
            open_camera(&s, "rtsp://camera/stream", err, sizeof(err)), GMS_OK);
        assert_int_equal(
            result(&s, &frame, err, sizeof(err)), GMS_ECAMERA_GONE);
        assert_non_null(strstr(err, "cannot be understood"));
        gms_source_close(&s);
    }
}


static void
lies(void **state)
{
    static const struct {
        const char *what;
        uint32_t    kind;
        uint32_t    size;
        int         rc;
        const char *says;
    } table[] = {
        { "a sentence that ends it", GMS_AV_GONE, 20, GMS_ECAMERA_GONE,
            "xxxxxxxxxxxxxxxxxxxx" },
        { "a sentence that does not", GMS_AV_SPOILT, 20, GMS_EBAD_FRAME,
            "xxxxxxxxxxxxxxxxxxxx" },
        { "no JPEG", GMS_AV_PICTURE, 100, GMS_EBAD_FRAME,
            "100 bytes that are no JPEG" },
        { "an empty picture", GMS_AV_PICTURE, 0, GMS_ECAMERA_GONE,
            "cannot be understood" },
        { "a picture too large", GMS_AV_PICTURE, GMS_AV_BYTES_MAX + 1,
            GMS_ECAMERA_GONE, "cannot be understood" },
        { "a sentence too long", GMS_AV_GONE, GMS_AV_SENTENCE_MAX,
            GMS_ECAMERA_GONE, "cannot be understood" },
        { "an unknown word", 9, 20, GMS_ECAMERA_GONE, "cannot be understood" },
        { "a picture that never ends", GMS_AV_PICTURE, GMS_AV_BYTES_MAX,
            GMS_ECAMERA_GONE, "has ended" },
    };

    char         bytes[GMS_AV_SENTENCE_MAX], err[400];
    gms_frame_t  frame;
    gms_source_t s;
    int          rc;

    (void) state;
    memset(bytes, 'x', sizeof(bytes));

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        begin();
        say(table[i].kind, bytes, table[i].size, 0);
        play(table[i].rc == GMS_EBAD_FRAME ? "/bin/cat > /dev/null" : "exit 1");

        assert_int_equal(
            open_camera(&s, "rtsp://camera/stream", err, sizeof(err)), GMS_OK);
        rc = result(&s, &frame, err, sizeof(err));

        if (rc != table[i].rc || strstr(err, table[i].says) == NULL) {
            fail_msg("%s: %d \"%s\"", table[i].what, rc, err);
        }

        gms_source_close(&s);
    }

    /* other bytes than a header; nothing at all; who is not there */
    write_file(words, "what are you talking about? I do not know.", 42, 0600);
    play("exit 0");
    assert_int_equal(
        open_camera(&s, "rtsp://camera/stream", err, sizeof(err)), GMS_OK);
    assert_int_equal(result(&s, &frame, err, sizeof(err)), GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "cannot be understood"));
    gms_source_close(&s);

    begin();
    play("exit 0");
    assert_int_equal(
        open_camera(&s, "rtsp://camera/stream", err, sizeof(err)), GMS_OK);
    assert_int_equal(result(&s, &frame, err, sizeof(err)), GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "gmshoot-av has ended"));
    gms_source_close(&s);

    unlink(program);
    assert_int_equal(open_camera(&s, "rtsp://camera/stream", err, sizeof(err)),
        GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "needs the program gmshoot-av"));
}


static void
one_round(int i)
{
    gms_frame_t  frame;
    gms_source_t s;
    char         err[400];

    (void) i;
    assert_int_equal(
        open_camera(&s, "rtsp://camera/stream", err, sizeof(err)), GMS_OK);
    assert_int_equal(result(&s, &frame, err, sizeof(err)), GMS_ECAMERA_GONE);
    gms_source_close(&s);
}


/* Each time another process, with its pipes and its memory. */
static void
reconnects(void **state)
{
    (void) state;
    begin();
    say(GMS_AV_GONE, "no camera is there...", 20, 0);
    play("exit 1");
    flat_play(one_round, 40);
}


static void
options(void **state)
{
    static const struct {
        const char *text; /* of the file; NULL: there is none */
        mode_t      mode;
        const char *says;
    } table[] = {
        { NULL, 0, "cannot be read: No such file" },
        { "hans:geheim\n", 0644, "is open to everybody" },
        { "geheim\n", 0600, "must be one line, user:password" },
        { ":geheim\n", 0600, "must be one line, user:password" },
        { "", 0600, "must be one line, user:password" },
        { "hans:geheim", 0600, "" },
    };

    gms_source_t s;
    char         err[400], line[600];
    int          rc;

    (void) state;
    begin();
    play("/bin/cat > /dev/null");

    assert_int_equal(
        open_camera(&s, "rtsp://camera/x transport=pigeon", err, sizeof(err)),
        GMS_EINVALID);
    assert_non_null(strstr(err, "allowed are tcp, udp"));
    assert_int_equal(
        open_camera(&s, "rtsp://camera/x seed=7", err, sizeof(err)),
        GMS_EINVALID);
    assert_int_equal(
        open_camera(&s, "rtsp://camera/x verify=maybe", err, sizeof(err)),
        GMS_EINVALID);
    assert_non_null(strstr(err, "allowed are yes, no"));

    /* what is to be secret goes by no open way */
    assert_int_equal(
        open_camera(&s, "rtsps://camera/x transport=udp", err, sizeof(err)),
        GMS_EINVALID);
    assert_non_null(strstr(err, "unencrypted"));

    assert_int_equal(open_camera(&s, "rtsps://camera/x ca=/etc/a.pem verify=no",
                         err, sizeof(err)),
        GMS_OK);
    assert_asked("url rtsps://camera/x\ntransport tcp\nfps 0\n"
                 "ca /etc/a.pem\nverify no\n");
    gms_source_close(&s);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        unlink(keys);
        if (table[i].text != NULL) {
            write_file(
                keys, table[i].text, strlen(table[i].text), table[i].mode);
        }

        snprintf(line, sizeof(line), "rtsp://camera/x credentials=%s", keys);
        rc = open_camera(&s, line, err, sizeof(err));
        assert_int_equal(
            rc, table[i].says[0] == '\0' ? GMS_OK : GMS_ECAMERA_GONE);
        assert_non_null(strstr(err, table[i].says));
        assert_null(strstr(err, "geheim"));
        gms_source_close(&s);
    }
}


static int
setup(void **state)
{
    static uint8_t kept[4096];
    gms_image_t    image = { 0 };
    gms_jpeg_t    *coder;
    const void    *bytes;
    char           path[400];
    ssize_t        n;

    (void) state;
    coder = gms_jpeg_create();

    if (coder == NULL || gms_image_resize(&image, 32, 24) != GMS_OK) {
        return 1;
    }

    memset(image.px, 90, image.capacity);
    if (gms_jpeg_encode_gray(coder, &image, 80, &bytes, &jpeg_size) != GMS_OK
        || jpeg_size > sizeof(kept))
    {
        return 1;
    }

    memcpy(kept, bytes, jpeg_size);
    jpeg = kept;
    gms_image_free(&image);
    gms_jpeg_destroy(coder);

    n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (n <= 0) {
        return 1;
    }

    path[n] = '\0';
    snprintf(program, sizeof(program), "%s/gmshoot-av", dirname(path));
    strcpy(words, "/tmp/gmshoot-av-XXXXXX");

    if (mkdtemp(words) == NULL) {
        return 1;
    }

    snprintf(heard, sizeof(heard), "%.40s/heard", words);
    snprintf(keys, sizeof(keys), "%.40s/keys", words);
    strcat(words, "/words");

    return 0;
}


static int
teardown(void **state)
{
    (void) state;
    unlink(program);
    unlink(words);
    unlink(heard);
    unlink(keys);
    *strrchr(words, '/') = '\0';

    return rmdir(words);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "pictures come, the newest first", .test_func = pictures },
        { .name = "planes come through shared memory", .test_func = planes },
        { .name = "none that cannot be", .test_func = false_planes },
        { .name = "what is said is not believed", .test_func = lies },
        { .name = "options and credentials", .test_func = options },
        { .name = "a stream that ends again and again costs nothing",
          .test_func = reconnects },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
