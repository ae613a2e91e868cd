/* The pictures of an MJPEG stream, as well-bred and as odd cameras send them,
 * in pieces of every size. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/base/image.h"
#include "worker/capture/parts.h"

#define PICTURES 3
#define STREAM_MAX 40000

static struct {
    uint8_t bytes[6000];
    size_t  size;
} shot[PICTURES];

static struct {
    uint8_t bytes[STREAM_MAX];
    size_t  size;
} stream;


static void
put(const void *bytes, size_t size)
{
    assert_true(stream.size + size <= STREAM_MAX);
    memcpy(stream.bytes + stream.size, bytes, size);
    stream.size += size;
}


static void
text(const char *s)
{
    put(s, strlen(s));
}


/* Pictures 0, 1, ... in the stream's words; #: the length said. */
typedef struct {
    const char *what;
    const char *before; /* once */
    const char *head;   /* of each part */
    const char *after;
    long        wrong; /* added to the length said */
} words_t;

static void
compose(const words_t *w)
{
    const char *length;
    char        number[24];

    stream.size = 0;
    text(w->before);

    for (int i = 0; i < PICTURES; i++) {
        length = strchr(w->head, '#');
        put(w->head,
            length != NULL ? (size_t) (length - w->head) : strlen(w->head));

        if (length != NULL) {
            snprintf(
                number, sizeof(number), "%ld", (long) shot[i].size + w->wrong);
            text(number);
            text(length + 1);
        }

        put(shot[i].bytes, shot[i].size);
        text(w->after);
    }
}


/* Feeds the stream in pieces; each result that is not GMS_EAGAIN is a letter:
 * a, b, c the picture, x a broken one, ! an end. */
static void
play(size_t piece, char *said, size_t max)
{
    gms_parts_t p;
    size_t      at, size, used, n;
    int         rc, i;

    memset(&p, 0, sizeof(p));
    n = 0;

    for (at = 0; at < stream.size; at += used) {
        size = stream.size - at < piece ? stream.size - at : piece;
        used = SIZE_MAX;
        rc = gms_parts_feed(&p, stream.bytes + at, size, &used);
        assert_true(used <= size && used > 0);

        if (rc == GMS_EAGAIN) {
            assert_int_equal(used, size);
            continue;
        }

        assert_true(n + 1 < max);

        if (rc == GMS_OK) {
            said[n] = '?';
            for (i = 0; i < PICTURES; i++) {
                if (p.size == shot[i].size
                    && memcmp(p.bytes, shot[i].bytes, p.size) == 0) {
                    said[n] = (char) ('a' + i);
                }
            }
        } else if (rc == GMS_EBAD_FRAME) {
            said[n] = 'x';
        } else {
            said[n] = '!';
            n++;
            break;
        }
        n++;
    }

    said[n] = '\0';
    gms_parts_free(&p);
}


static void
says(const char *what, const char *expected)
{
    static const size_t pieces[] = { STREAM_MAX, 1, 2, 3, 7, 61, 512, 4096 };
    char                said[200];

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        play(pieces[i], said, sizeof(said));

        if (strcmp(said, expected) != 0) {
            fail_msg("%s in pieces of %zu: \"%s\", not \"%s\"", what, pieces[i],
                said, expected);
        }
    }
}


static void
manners(void **state)
{
    static const words_t table[] = {
        { "as written", "",
            "--b\r\nContent-Type: image/jpeg\r\nContent-Length: #\r\n\r\n",
            "\r\n", 0 },
        { "without length", "", "--b\r\nContent-Type: image/jpeg\r\n\r\n",
            "\r\n", 0 },
        { "ustreamer's: the next head at once",
            "--boundarydonotcross\r\nContent-Type: image/jpeg\r\n",
            "Content-Length: #\r\nX-Timestamp: 1.0\r\n\r\n",
            "\r\n--boundarydonotcross\r\nContent-Type: image/jpeg\r\n", 0 },
        { "bare newlines", "\n", "--b\nContent-Type: image/jpeg\n\n", "\n", 0 },
        { "no header at all", "", "--b\r\n\r\n", "\r\n", 0 },
        { "another boundary than announced, twice", "\r\n\r\n",
            "----other\r\n--b\r\nContent-Length: #\r\n\r\n", "\r\n\r\n\r\n",
            0 },
        { "a length that is too short", "", "--b\r\nContent-Length: #\r\n\r\n",
            "\r\n", -100 },
        { "a length that is too long", "", "--b\r\nContent-Length: #\r\n\r\n",
            "\r\n", 5000 },
        { "padding behind each picture", "", "--b\r\n\r\n",
            "\xff\xff\r\n\r\n--b\r\n\r\nno picture, text\r\n\r\n", 0 },
        { "a part of text before each picture", "",
            "--b\r\nContent-Type: text/plain\r\n\r\nwind 3 m/s\r\n\r\n"
            "--b\r\n\r\n",
            "", 0 },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        compose(&table[i]);
        says(table[i].what, "abc");
    }
}


static void
head_and(size_t i, size_t size)
{
    text("--b\r\nContent-Type: image/jpeg\r\n\r\n");
    put(shot[i].bytes, size);
    text("\r\n");
}


static void
broken(void **state)
{
    (void) state;

    stream.size = 0;
    head_and(0, shot[0].size / 2);
    head_and(1, shot[1].size);
    head_and(2, shot[2].size);
    says("half a picture", "xbc");

    stream.size = 0;
    head_and(0, shot[0].size);
    head_and(1, shot[1].size - 2);
    head_and(2, shot[2].size);
    says("a picture without its end", "axc");

    stream.size = 0;
    head_and(0, 30);
    says("an end in mid-picture", "");

    stream.size = 0;
    text("--b\r\n\r\n");
    put("\xff\xd8\xff\xe0\x00\x01", 6);
    text("\r\n");
    head_and(1, shot[1].size);
    says("a segment that cannot be", "xb");

    stream.size = 0;
    text("--b\r\n\r\n");
    put("\xff\xd8\xff\xd9", 4);
    head_and(1, shot[1].size);
    says("nothing between beginning and end", "xb");
}


/* A thumbnail within a picture is part of it. */
static void
nested(void **state)
{
    uint8_t length[2];
    size_t  size;

    (void) state;
    stream.size = 0;
    text("--b\r\n\r\n");
    size = shot[0].size + 2;
    length[0] = (uint8_t) (size >> 8);
    length[1] = (uint8_t) size;
    put("\xff\xd8\xff\xe1", 4);
    put(length, 2);
    put(shot[0].bytes, shot[0].size);
    put(shot[1].bytes + 2, shot[1].size - 2);
    text("\r\n");
    head_and(2, shot[2].size);
    says("a thumbnail", "?c");
}


static void
endless(void **state)
{
    gms_parts_t p;
    size_t      used, n;
    uint8_t     bytes[4096];
    int         rc;

    (void) state;
    memset(&p, 0, sizeof(p));

    /* a head that never ends */
    memset(bytes, 'h', sizeof(bytes));
    for (n = 0; n < 1000; n++) {
        rc = gms_parts_feed(&p, bytes, sizeof(bytes), &used);
        if (rc != GMS_EAGAIN) {
            break;
        }
    }
    assert_int_equal(rc, GMS_EINVALID);
    assert_true(n < 100);
    assert_int_equal(p.size, 0);

    /* a picture that never ends */
    gms_parts_restart(&p);
    assert_int_equal(
        gms_parts_feed(
            &p, (const uint8_t *) "--b\n\n\xff\xd8\xff\xda\0\2", 11, &used),
        GMS_EAGAIN);
    for (n = 0; n < 10000; n++) {
        rc = gms_parts_feed(&p, bytes, sizeof(bytes), &used);
        if (rc != GMS_EAGAIN) {
            break;
        }
    }
    assert_int_equal(rc, GMS_ETOOBIG);
    assert_true(n * sizeof(bytes) <= GMS_PARTS_BYTES_MAX);
    assert_true(p.capacity <= GMS_PARTS_BYTES_MAX);

    gms_parts_free(&p);
}


/* Whatever comes, each call goes on, and what it calls a picture begins and
 * ends like one. */
static void
noise(void **state)
{
    gms_parts_t p;
    size_t      at, used, size;
    unsigned    seed;
    int         rc;

    (void) state;
    memset(&p, 0, sizeof(p));
    seed = 7;

    for (int round = 0; round < 300; round++) {
        stream.size = 0;
        for (size_t i = 0; i < PICTURES; i++) {
            head_and(i, shot[i].size);
        }

        for (int i = 0; i < 8; i++) {
            seed = seed * 1103515245 + 12345;
            stream.bytes[(seed >> 8) % stream.size] =
                (uint8_t) (seed & 64 ? 0xff : seed >> 3);
        }

        for (at = 0; at < stream.size; at += used) {
            seed = seed * 1103515245 + 12345;
            size = 1 + (seed >> 8) % 900;
            size = size < stream.size - at ? size : stream.size - at;
            rc = gms_parts_feed(&p, stream.bytes + at, size, &used);
            assert_true(used > 0 && used <= size);

            if (rc == GMS_OK) {
                assert_true(p.size >= 4);
                assert_memory_equal(p.bytes, "\xff\xd8", 2);
                assert_memory_equal(p.bytes + p.size - 2, "\xff\xd9", 2);
            }
        }
    }

    gms_parts_free(&p);
}


static int
setup(void **state)
{
    gms_image_t image = { 0 };
    gms_jpeg_t *jpeg;
    const void *bytes;

    (void) state;
    jpeg = gms_jpeg_create();

    if (jpeg == NULL || gms_image_resize(&image, 80, 60) != GMS_OK) {
        return 1;
    }

    for (int i = 0; i < PICTURES; i++) {
        for (int k = 0; k < 80 * 60; k++) {
            image.px[k] = (uint8_t) (k * k * (i + 3) >> 5);
        }
        if (gms_jpeg_encode_gray(
                jpeg, &image, 60 + 10 * i, &bytes, &shot[i].size)
                != GMS_OK
            || shot[i].size > sizeof(shot[i].bytes))
        {
            return 1;
        }
        memcpy(shot[i].bytes, bytes, shot[i].size);
    }

    gms_image_free(&image);
    gms_jpeg_destroy(jpeg);

    return 0;
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "pictures are cut out in every camera's manner",
            .test_func = manners },
        { .name = "a picture that broke off costs itself alone",
            .test_func = broken },
        { .name = "a thumbnail belongs to its picture", .test_func = nested },
        { .name = "what never ends is refused", .test_func = endless },
        { .name = "noise is survived", .test_func = noise },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, NULL);
}
