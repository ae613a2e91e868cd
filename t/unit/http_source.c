/* A camera that gives one JPEG a GET, played by a little server that can be
 * slow, wrong, and rude. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "t/lib/flat.h"
#include "worker/base/clock.h"
#include "worker/capture/source.h"

#define PEERS 8

static struct {
    int               listener;
    int               port;
    pthread_t         thread;
    _Atomic bool      stop;
    _Atomic int       connections;
    _Atomic int       requests;
    _Atomic int       matches;  /* requests with the right If-None-Match */
    _Atomic int       picture;  /* which one is shown now */
    _Atomic int       seen;     /* pictures of a stream, by the test */
} stub;

static gms_jpeg_t  *jpeg;

/* Encoded at the start: the stub's thread only reads. */
static struct {
    uint8_t  bytes[4000];
    size_t   size;
} shot[16];


static void
send_all(int fd, const void *bytes, size_t size)
{
    ssize_t  n;

    while (size > 0) {
        n = send(fd, bytes, size, MSG_NOSIGNAL);
        if (n <= 0) {
            return;
        }
        bytes = (const char *) bytes + n;
        size -= (size_t) n;
    }
}


static void
answer(int fd, const char *status, const char *headers, const void *body,
    size_t size)
{
    char  head[600];
    int   n;

    n = snprintf(head, sizeof(head), "HTTP/1.1 %s\r\n%sContent-Length: %zu"
                 "\r\n\r\n", status, headers, size);
    send_all(fd, head, (size_t) n);
    send_all(fd, body, size);
}


#define STREAM "Content-Type: multipart/x-mixed-replace;boundary=--b\r\n"


static void
part(int fd, int n, size_t size)
{
    dprintf(fd, "--b\r\nContent-Type: image/jpeg\r\n\r\n");
    send_all(fd, shot[n].bytes, size);
    send_all(fd, "\r\n", 2);
}


/* Gives a byte now and then, on a connection of its own. */
static void *
drip(void *data)
{
    int  fd = *(int *) data;

    free(data);

    for (int i = 0; i < 80 && !stub.stop; i++) {
        send_all(fd, "x", 1);
        usleep(100000);
    }

    close(fd);

    return NULL;
}


static void
drip_on(int fd)
{
    int        *own = malloc(sizeof(int));
    pthread_t   thread;

    assert_non_null(own);
    *own = dup(fd);
    assert_int_equal(pthread_create(&thread, NULL, drip, own), 0);
    pthread_detach(thread);
}


/* Streams of the stub; false when there is none of that path. */
static bool
serve_stream(int fd, const char *path)
{
    if (strcmp(path, "/stream") != 0 && strcmp(path, "/burst") != 0
        && strcmp(path, "/torn") != 0 && strcmp(path, "/text") != 0)
    {
        return false;
    }

    dprintf(fd, "HTTP/1.1 200 OK\r\n" STREAM "\r\n");

    for (int i = 0; i < 6 && !stub.stop; i++) {
        if (strcmp(path, "/torn") == 0 && i % 2 == 0) {
            part(fd, i, shot[i].size - 2); /* without its end */

        } else if (strcmp(path, "/text") == 0) {
            for (int k = 0; k < 4000; k++) {
                send_all(fd, "--b\r\n\r\nno picture\r\n\r\n", 22);
            }

        } else {
            part(fd, i, shot[i].size);
        }

        /* the next comes when this one was seen */
        for (int k = 0; strcmp(path, "/burst") != 0
                 && strcmp(path, "/text") != 0 && stub.seen <= i && k < 100
                 && !stub.stop; k++)
        {
            usleep(10000);
        }
    }

    return true;
}


/* Paths of the stub; returns false when the connection shall be closed. */
static bool
serve(int fd, const char *request)
{
    char         path[60] = "", headers[100], tag[40];
    uint8_t      bomb[4000];
    int          n = stub.picture % 16, since = -1;
    const char  *jpg = "Content-Type: image/jpeg\r\n";

    sscanf(request, "GET %59s", path);

    if (strcmp(path, "/still") == 0) {
        answer(fd, "200 OK", jpg, shot[n].bytes, shot[n].size);

    } else if (strcmp(path, "/tagged") == 0) {
        snprintf(tag, sizeof(tag), "If-None-Match: \"p%d\"", n);
        snprintf(headers, sizeof(headers), "%sETag: \"p%d\"\r\n", jpg, n);

        if (strstr(request, tag) != NULL) {
            stub.matches++;
            answer(fd, "304 Not Modified", headers, "", 0);
        } else {
            answer(fd, "200 OK", headers, shot[n].bytes, shot[n].size);
        }

    } else if (strcmp(path, "/locked") == 0) {
        if (strstr(request, "Authorization: Basic aGFuczpnZWhlaW0=") != NULL) {
            answer(fd, "200 OK", jpg, shot[n].bytes, shot[n].size);
        } else {
            answer(fd, "401 Unauthorized", "WWW-Authenticate: Basic "
                   "realm=\"camera\"\r\nContent-Type: text/html\r\n", "no",
                   2);
        }

    } else if (strcmp(path, "/garbage") == 0) {
        answer(fd, "200 OK", jpg, "garbage, no picture", 19);

    } else if (strcmp(path, "/page") == 0) {
        answer(fd, "200 OK", "Content-Type: text/html; charset=utf-8\r\n",
               "<html>", 6);

    } else if (strcmp(path, "/half") == 0
               || (strcmp(path, "/mixed") == 0 && n % 2 == 1))
    {
        dprintf(fd, "HTTP/1.1 200 OK\r\n%sContent-Length: %zu\r\n\r\n", jpg,
                shot[n].size);
        send_all(fd, shot[n].bytes, shot[n].size / 2);
        return false;

    } else if (strcmp(path, "/mixed") == 0) {
        answer(fd, "200 OK", jpg, shot[n].bytes, shot[n].size);

    } else if (sscanf(path, "/next?since=f%d", &since) == 1
               || strcmp(path, "/next?since=0") == 0)
    {
        if (stub.picture > 15) {
            answer(fd, "503 Service Unavailable", "", "", 0);

        } else if (since == n) {
            stub.matches++;
            answer(fd, "204 No Content", "", "", 0);

        } else {
            snprintf(headers, sizeof(headers), "%sX-Frame-Id:  f%d\r\n", jpg,
                n);
            answer(fd, "200 OK", headers, shot[n].bytes, shot[n].size);
        }

    } else if (strcmp(path, "/keyed") == 0) {
        if (strstr(request, "\r\nX-Key: geheim\r\n") != NULL
            && strstr(request, "\r\nAccept: image/jpeg\r\n") != NULL)
        {
            answer(fd, "200 OK", jpg, shot[n].bytes, shot[n].size);
        } else {
            answer(fd, "403 Forbidden", "", "", 0);
        }

    } else if (strcmp(path, "/drip") == 0) {
        dprintf(fd, "HTTP/1.1 200 OK\r\n%sContent-Length: 1000\r\n\r\n", jpg);
        drip_on(fd);
        return false;

    } else if (strcmp(path, "/stall") == 0) {
        dprintf(fd, "HTTP/1.1 200 OK\r\n" STREAM "\r\n");
        part(fd, n, shot[n].size);
        drip_on(fd);
        return false;

    } else if (serve_stream(fd, path)) {
        return false;

    } else if (strcmp(path, "/flood") == 0) {
        dprintf(fd, "HTTP/1.1 200 OK\r\n%s\r\n", jpg);
        for (int i = 0; i < 20 * 1024 * 1024 / 4000 && !stub.stop; i++) {
            send_all(fd, shot[0].bytes, 4000);
        }
        return false;

    } else if (strcmp(path, "/headers") == 0) {
        dprintf(fd, "HTTP/1.1 200 OK\r\n%s", jpg);
        for (int i = 0; i < 200000 && !stub.stop; i++) {
            if (send(fd, "X-More: and more\r\n", 18, MSG_NOSIGNAL) < 0) {
                break;
            }
        }
        return false;

    } else if (strcmp(path, "/line") == 0) {
        dprintf(fd, "HTTP/1.1 200 OK\r\nX-Long: ");
        for (int i = 0; i < 4000 && !stub.stop; i++) {
            send_all(fd, "a line without end, a line without end,", 39);
        }
        return false;

    } else if (strcmp(path, "/bomb") == 0) {
        memcpy(bomb, shot[n].bytes, shot[n].size);
        for (size_t i = 0; i + 8 < shot[n].size; i++) {
            if (bomb[i] == 0xff && bomb[i + 1] == 0xc0) {
                memset(bomb + i + 5, 0xff, 4); /* 65535 x 65535 */
            }
        }
        answer(fd, "200 OK", jpg, bomb, shot[n].size);

    } else if (strcmp(path, "/moved") == 0) {
        answer(fd, "302 Found", "Location: /still\r\n", "", 0);

    } else if (strcmp(path, "/round") == 0) {
        answer(fd, "302 Found", "Location: /round\r\n", "", 0);

    } else if (strcmp(path, "/file") == 0) {
        answer(fd, "302 Found", "Location: file:///etc/hostname\r\n", "", 0);

    } else {
        answer(fd, "404 Not Found", "", "", 0);
    }

    return true;
}


static void *
stub_thread(void *data)
{
    int            n, peers = 1;
    char           request[4000];
    ssize_t        size;
    struct pollfd  peer[PEERS + 1];

    (void) data;
    peer[0].fd = stub.listener;

    while (!stub.stop) {
        for (int i = 0; i < peers; i++) {
            peer[i].events = POLLIN;
        }

        n = poll(peer, (nfds_t) peers, 20);

        for (int i = peers - 1; n > 0 && i > 0; i--) {
            if (peer[i].revents == 0) {
                continue;
            }

            size = recv(peer[i].fd, request, sizeof(request) - 1, 0);
            if (size > 0) {
                request[size] = '\0';
                stub.requests++;
            }

            if (size <= 0 || !serve(peer[i].fd, request)) {
                close(peer[i].fd);
                peer[i] = peer[--peers];
            }
        }

        if (n > 0 && (peer[0].revents & POLLIN) && peers <= PEERS) {
            peer[peers].fd = accept(stub.listener, NULL, NULL);
            if (peer[peers].fd >= 0) {
                stub.connections++;
                peers++;
            }
        }
    }

    while (--peers > 0) {
        close(peer[peers].fd);
    }

    return NULL;
}


static int
setup(void **state)
{
    gms_image_t         image = { 0 };
    const void         *bytes;
    socklen_t           size;
    struct sockaddr_in  sin;

    (void) state;
    signal(SIGPIPE, SIG_IGN); /* the stub writes to who has gone */
    jpeg = gms_jpeg_create();
    if (jpeg == NULL || gms_image_resize(&image, 32, 24) != GMS_OK) {
        return 1;
    }

    for (int i = 0; i < 16; i++) {
        memset(image.px, 10 + 15 * i, image.capacity);
        if (gms_jpeg_encode_gray(jpeg, &image, 80, &bytes, &shot[i].size)
            != GMS_OK || shot[i].size > sizeof(shot[i].bytes))
        {
            return 1;
        }
        memcpy(shot[i].bytes, bytes, shot[i].size);
    }

    gms_image_free(&image);

    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    size = sizeof(sin);

    stub.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(stub.listener, (struct sockaddr *) &sin, size) != 0
        || listen(stub.listener, 8) != 0
        || getsockname(stub.listener, (struct sockaddr *) &sin, &size) != 0)
    {
        return 1;
    }

    stub.port = ntohs(sin.sin_port);

    return pthread_create(&stub.thread, NULL, stub_thread, NULL);
}


static int
teardown(void **state)
{
    (void) state;
    stub.stop = true;
    pthread_join(stub.thread, NULL);
    close(stub.listener);
    gms_jpeg_destroy(jpeg);
    return 0;
}


static void
open_url(gms_source_t *s, const char *user, const char *path, double fps)
{
    char                 err[400] = "";
    gms_source_config_t  config;

    memset(&config, 0, sizeof(config));
    config.camera.kind = GMS_CAMERA_HTTP;
    config.camera.fps = fps;
    snprintf(config.camera.locator, sizeof(config.camera.locator),
             "http://%s127.0.0.1:%d%s", user, stub.port, path);
    assert_int_equal(gms_source_init(s, &config), GMS_OK);

    if (gms_source_open(s, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }
}


static int
open_text(gms_source_t *s, const char *text, char *err, size_t size)
{
    gms_source_config_t  config;

    memset(&config, 0, sizeof(config));
    assert_int_equal(gms_camera_parse_text(&config.camera, text, err, size),
                     GMS_OK);
    assert_int_equal(gms_source_init(s, &config), GMS_OK);

    return gms_source_open(s, err, size);
}


/* The first result that is not GMS_EAGAIN, or that after `ms`. */
static int
result(gms_source_t *s, gms_frame_t *frame, int ms, char *err, size_t size)
{
    int      rc;
    int64_t  until = gms_clock_mono_ns() + ms * GMS_MS;

    do {
        rc = gms_source_next(s, frame, 50, err, size);
    } while (rc == GMS_EAGAIN && gms_clock_mono_ns() < until);

    return rc;
}


static void
keeps_connection(void **state)
{
    int           before = stub.connections;
    char          err[400];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    stub.picture = 0;
    open_url(&s, "", "/still", 100);

    for (int i = 0; i < 10; i++) {
        assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)), GMS_OK);
        assert_int_equal(frame.id, i);
        assert_int_equal(frame.width, 32);
        assert_int_equal(frame.height, 24);
        assert_int_equal(frame.jpeg_size, shot[i].size);
        assert_memory_equal(frame.jpeg, shot[i].bytes, frame.jpeg_size);
        assert_true(llabs(frame.mono_ns - gms_clock_mono_ns()) < GMS_S);
        stub.picture++;
    }

    assert_int_equal(stub.connections - before, 1);
    gms_source_close(&s);
}


static void
same_bytes(void **state)
{
    int           requests;
    char          err[400];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    stub.picture = 3;
    open_url(&s, "", "/still", 100);
    assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)), GMS_OK);

    requests = stub.requests;
    assert_int_equal(result(&s, &frame, 150, err, sizeof(err)), GMS_EAGAIN);
    assert_true(stub.requests > requests);

    stub.picture = 4;
    assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)), GMS_OK);
    assert_int_equal(frame.id, 1);
    gms_source_close(&s);
}


static void
tagged(void **state)
{
    int           matches;
    char          err[400];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    stub.picture = 5;
    open_url(&s, "", "/tagged", 100);
    assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)), GMS_OK);

    matches = stub.matches;
    assert_int_equal(result(&s, &frame, 150, err, sizeof(err)), GMS_EAGAIN);
    assert_true(stub.matches > matches);

    stub.picture = 6;
    assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)), GMS_OK);
    assert_memory_equal(frame.jpeg, shot[6].bytes, frame.jpeg_size);
    gms_source_close(&s);
}


/* A camera that is asked for what comes after the last picture. */
static void
waits(void **state)
{
    int           matches;
    char          err[400];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    stub.picture = 16;
    open_url(&s, "", "/next?since={since}", 100);
    assert_int_equal(result(&s, &frame, 150, err, sizeof(err)), GMS_EAGAIN);

    for (int i = 5; i < 8; i++) {
        stub.picture = i;
        assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)), GMS_OK);
        assert_memory_equal(frame.jpeg, shot[i].bytes, frame.jpeg_size);

        matches = stub.matches;
        assert_int_equal(result(&s, &frame, 150, err, sizeof(err)), GMS_EAGAIN);
        assert_true(stub.matches > matches);
    }

    gms_source_close(&s);

    stub.picture = 0;
}


static void
keyed(void **state)
{
    int           fd;
    char          err[400], path[] = "/tmp/gmshoot-headers-XXXXXX", text[200];
    gms_frame_t   frame;
    gms_source_t  s;

    static const struct {
        const char  *text;
        mode_t       mode;
        int          rc;
        const char  *says;
    } table[] = {
        { "X-Key: geheim\nAccept: image/jpeg\n", 0600, GMS_OK, "" },
        { "Accept: image/jpeg\r\nX-Key: geheim", 0640, GMS_OK, "" },
        { "X-Key: falsch\n", 0600, GMS_ECAMERA_GONE, "answers 403" },
        { "X-Key: geheim\nAccept image\n", 0600, GMS_ECAMERA_GONE, "line 2" },
        { "X Key: geheim\n", 0600, GMS_ECAMERA_GONE, "must be Name: value" },
        { "X-Key: geheim\n", 0604, GMS_ECAMERA_GONE, "open to everybody" },
    };

    (void) state;
    fd = mkstemp(path);
    assert_true(fd >= 0);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        int  rc;

        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, table[i].text, strlen(table[i].text), 0),
                         strlen(table[i].text));
        assert_int_equal(fchmod(fd, table[i].mode), 0);

        snprintf(text, sizeof(text), "http://127.0.0.1:%d/keyed headers=%s",
                 stub.port, path);
        memset(&s, 0, sizeof(s));
        rc = open_text(&s, text, err, sizeof(err));

        if (rc == GMS_OK) {
            rc = result(&s, &frame, 2000, err, sizeof(err));
        }

        if (rc != table[i].rc || strstr(err, table[i].says) == NULL) {
            fail_msg("%zu: %d \"%s\"", i, rc, err);
        }

        assert_null(strstr(err, "geheim"));
        gms_source_close(&s);
    }

    close(fd);
    unlink(path);
}


static void
polite(void **state)
{
    int           requests;
    char          err[400];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    open_url(&s, "", "/still", 10);
    requests = stub.requests;
    assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)), GMS_OK);
    result(&s, &frame, 500, err, sizeof(err));
    assert_in_range(stub.requests - requests, 2, 8);
    gms_source_close(&s);
}


static void
troubles(void **state)
{
    char          err[400];
    gms_frame_t   frame;
    gms_source_t  s;

    static const struct {
        const char  *user;
        const char  *path;
        int          rc;
        const char  *says;
    } table[] = {
        { "", "/nothing", GMS_ECAMERA_GONE,
          "answers 404: it knows no picture under this path" },
        { "", "/locked", GMS_ECAMERA_GONE,
          "answers 401: it wants a user and a password" },
        { "hans:falsch@", "/locked", GMS_ECAMERA_GONE, "answers 401" },
        { "hans:geheim@", "/locked", GMS_OK, "" },
        { "hans:geheim@", "/nothing?token=geheim", GMS_ECAMERA_GONE, "404" },
        { "", "/garbage", GMS_EBAD_FRAME, "19 bytes that are no JPEG" },
        { "", "/page", GMS_ECAMERA_GONE,
          "gives text/html instead of image/jpeg" },
        { "", "/half", GMS_EBAD_FRAME, "broke off after" },
        { "", "/text", GMS_ECAMERA_GONE, "a stream without JPEG pictures" },
        { "", "/flood", GMS_ECAMERA_GONE, "more than 16 MiB" },
        { "", "/headers", GMS_ECAMERA_GONE, "" },
        { "", "/line", GMS_ECAMERA_GONE, "cannot be reached" },
        { "", "/bomb", GMS_EBAD_FRAME, "that are no JPEG" },
        { "", "/moved", GMS_OK, "" },
        { "", "/round", GMS_ECAMERA_GONE, "redirects" },
        { "", "/file", GMS_ECAMERA_GONE, "rotocol" },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        int  rc;

        stub.picture++;
        open_url(&s, table[i].user, table[i].path, 20);
        rc = result(&s, &frame, 4000, err, sizeof(err));

        if (rc != table[i].rc || strstr(err, table[i].says) == NULL) {
            fail_msg("%s: %d \"%s\"", table[i].path, rc, err);
        }

        /* neither a password nor a token ever shows */
        assert_null(strstr(err, "geheim"));
        assert_null(strstr(err, "falsch"));
        assert_null(strstr(err, "hans"));

        if (rc != GMS_OK) {
            assert_non_null(strstr(err, "http://127.0.0.1:"));
        }

        gms_source_close(&s);
    }
}


/* After a bad picture the next one is fine, on the same source. */
static void
recovers(void **state)
{
    char          err[400];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    stub.picture = 1;
    open_url(&s, "", "/mixed", 50);

    for (int i = 1; i < 7; i++) {
        assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)),
                         i & 1 ? GMS_EBAD_FRAME : GMS_OK);
        stub.picture++;
    }

    assert_int_equal(frame.id, 2);
    gms_source_close(&s);
}


static void
streams(void **state)
{
    int           rc, whole = 0, had = 0;
    char          err[400];
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    stub.seen = 0;
    open_url(&s, "", "/stream", 0);

    for (int i = 0; i < 6; i++) {
        assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)), GMS_OK);
        assert_int_equal(frame.id, i);
        assert_int_equal(frame.width, 32);
        assert_int_equal(frame.jpeg_size, shot[i].size);
        assert_memory_equal(frame.jpeg, shot[i].bytes, frame.jpeg_size);
        assert_true(llabs(frame.mono_ns - gms_clock_mono_ns()) < GMS_S);
        stub.seen++;
    }

    assert_int_equal(result(&s, &frame, 2000, err, sizeof(err)),
                     GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "/stream has ended"));
    gms_source_close(&s);

    /* what was not fetched in time: the newest of it, the others are missed */
    open_url(&s, "", "/burst", 0);
    assert_int_equal(gms_source_next(&s, &frame, 0, err, sizeof(err)),
                     GMS_EAGAIN);
    usleep(50000);
    stub.picture = 0;

    while (result(&s, &frame, 2000, err, sizeof(err)) == GMS_OK) {
        stub.picture = (int) frame.id;
        assert_memory_equal(frame.jpeg, shot[frame.id].bytes, frame.jpeg_size);
        had++;
    }

    assert_int_equal(stub.picture, 5);
    assert_int_equal((uint64_t) had + s.about.passed, 6); /* counted as dropped */
    gms_source_close(&s);

    /* 0 without its end, 1 whole, ...: what broke off is told when the next begins */
    stub.seen = 1;
    open_url(&s, "", "/torn", 0);

    for (int i = 0; i < 6; i++) {
        rc = result(&s, &frame, 2000, err, sizeof(err));

        if (rc == GMS_OK) {
            assert_int_equal(frame.id, whole++);
        } else {
            assert_int_equal(rc, GMS_EBAD_FRAME);
            assert_non_null(strstr(err, "broke off"));
        }

        stub.seen++;
    }

    assert_int_equal(whole, 3);
    gms_source_close(&s);
}


/* fps= leaves out what comes sooner. */
static void
thinned(void **state)
{
    char          err[400];
    int           seen = 0;
    gms_frame_t   frame;
    gms_source_t  s;

    (void) state;
    stub.seen = 100;
    open_url(&s, "", "/stream", 1);

    while (result(&s, &frame, 2000, err, sizeof(err)) == GMS_OK) {
        assert_int_equal(frame.id, seen++);
    }

    assert_int_equal(seen, 1);
    gms_source_close(&s);
}


static void
slow(void **state)
{
    int           rc;
    char          err[400];
    int64_t       began;
    gms_frame_t   frame;
    gms_source_t  s, stalled, none;

    (void) state;
    open_url(&s, "", "/drip", 20);
    open_url(&stalled, "", "/stall", 20);
    stub.picture = 16;
    open_url(&none, "", "/next?since={since}", 50);
    began = gms_clock_mono_ns();

    /* whoever asks is never kept, and after 5 s the camera counts as gone */
    assert_int_equal(gms_source_next(&s, &frame, 50, err, sizeof(err)),
                     GMS_EAGAIN);
    assert_true(gms_clock_mono_ns() - began < GMS_S);
    assert_int_equal(result(&stalled, &frame, 2000, err, sizeof(err)), GMS_OK);
    assert_int_equal(result(&s, &frame, 9000, err, sizeof(err)),
                     GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "did not give a picture in time"));
    assert_true(gms_clock_mono_ns() - began > 4 * GMS_S);
    assert_true(gms_clock_mono_ns() - began < 8 * GMS_S);

    /* so does a stream that gives no picture any more */
    do {
        rc = result(&stalled, &frame, 4000, err, sizeof(err));
    } while (rc == GMS_EBAD_FRAME);

    assert_int_equal(rc, GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "did not give a picture in time"));
    gms_source_close(&stalled);

    /* and one that has none yet, for ever */
    assert_int_equal(result(&none, &frame, 4000, err, sizeof(err)),
                     GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "/next answers 503: it is busy"));
    gms_source_close(&none);

    /* closed in mid-transfer */
    gms_source_close(&s);
    open_url(&s, "", "/drip", 20);
    gms_source_next(&s, &frame, 50, err, sizeof(err));
    gms_source_close(&s);
}


static void
unreachable(void **state)
{
    int                  fd;
    char                 err[400];
    socklen_t            size;
    gms_frame_t          frame;
    gms_source_t         s;
    gms_source_config_t  config;
    struct sockaddr_in   sin;

    (void) state;

    /* a port that nobody listens at */
    memset(&sin, 0, sizeof(sin));
    sin.sin_family = AF_INET;
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    size = sizeof(sin);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *) &sin, size), 0);
    getsockname(fd, (struct sockaddr *) &sin, &size);

    memset(&config, 0, sizeof(config));
    config.camera.kind = GMS_CAMERA_HTTP;
    snprintf(config.camera.locator, sizeof(config.camera.locator),
             "http://u:geheim@127.0.0.1:%d/", ntohs(sin.sin_port));
    gms_source_init(&s, &config);
    assert_int_equal(gms_source_open(&s, err, sizeof(err)), GMS_OK);
    assert_int_equal(result(&s, &frame, 4000, err, sizeof(err)),
                     GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "cannot be reached"));
    assert_null(strstr(err, "geheim"));
    gms_source_close(&s);
    close(fd);

    strcpy(config.camera.locator, "http://[broken geheim");
    gms_source_init(&s, &config);
    assert_int_equal(gms_source_open(&s, err, sizeof(err)), GMS_EINVALID);
    assert_null(strstr(err, "geheim"));
}


/* Two kinds of camera that are there for one picture each time. */
static void
one_round(int i)
{
    gms_source_t  s;
    gms_frame_t   frame;
    char          err[400];

    stub.picture = i;
    stub.seen = 10;
    open_url(&s, "hans:geheim@", i % 2 == 0 ? "/still" : "/torn", 0);
    (void) result(&s, &frame, 4000, err, sizeof(err));
    gms_source_close(&s);

    open_url(&s, "", i % 2 == 0 ? "/half" : "/nothing", 0);
    assert_int_not_equal(result(&s, &frame, 4000, err, sizeof(err)), GMS_OK);
    gms_source_close(&s);
}


static void
reconnects(void **state)
{
    (void) state;
    flat_play(one_round, 60);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "ten pictures come over one connection",
          .test_func = keeps_connection },
        { .name = "a picture that did not change is not handed over",
          .test_func = same_bytes },
        { .name = "a camera with ETags sends each picture once",
          .test_func = tagged },
        { .name = "a camera may be asked for what comes next",
          .test_func = waits },
        { .name = "request headers come out of a file", .test_func = keyed },
        { .name = "a camera is never asked more often than fps=",
          .test_func = polite },
        { .name = "every trouble has a sentence and no password in it",
          .test_func = troubles },
        { .name = "a picture that broke off is skipped, the next one shown",
          .test_func = recovers },
        { .name = "a stream is looked at as it comes, the newest first",
          .test_func = streams },
        { .name = "fps= thins a stream", .test_func = thinned },
        { .name = "a camera that drips is given up in time",
          .test_func = slow },
        { .name = "a camera that is not there is gone, not wrong",
          .test_func = unreachable },
        { .name = "a camera that is lost and found costs nothing",
          .test_func = reconnects },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
