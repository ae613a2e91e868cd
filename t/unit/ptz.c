/* A camera that is asked for a zoom preset: what the file may say, and what
 * the other end may do to who asks. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
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
#include "worker/base/clock.h"
#include "worker/capture/ptz.h"

static char folder[40], file[60], key[60];


static void
write_file(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}


static void
camera_of(gms_camera_t *camera)
{
    char line[300], err[300];

    snprintf(line, sizeof(line),
        "http://127.0.0.1/still.jpg presets=%s credentials=%s", file, key);
    assert_int_equal(
        gms_camera_parse_text(camera, line, err, sizeof(err)), GMS_OK);
    assert_true(gms_ptz_has(camera));
}


static void
files(void **state)
{
    static const struct {
        const char *text;
        mode_t      mode;
        const char *says; /* "": fine */
    } table[] = {
        { "POST http://h/zoom\nA: b\n\n{\"number\":{preset}}\n", 0600, "" },
        { "GET http://h/zoom?to={preset}&again={preset}", 0640, "" },
        { "PUT https://h/{preset}\r\nA: b\r\n\r\n<p/>\r\n", 0600, "" },
        { "GET http://h/{preset}", 0604, "is open to everybody" },
        { "", 0600, "must be the text of a request" },
        { "GET http://h/3\n", 0600, "has no {preset} where" },
        { "FETCH http://h/{preset}", 0600, "line 1 must be a method" },
        { "GET", 0600, "has no {preset} where" },
        { "{preset}", 0600, "line 1 must be a method" },
        { "GET ftp://h/{preset}", 0600, "line 1 must be a method" },
        { "GET file:///etc/passwd?{preset}", 0600, "line 1 must be a method" },
        { "GET http://h/{preset} HTTP/1.1", 0600, "line 1 must be a method" },
        { "GET http://h/{preset}\nno header\n", 0600, "line 2: a line must" },
        { "GET http://h/{preset}\nA: b\nB: \033\n", 0600,
            "line 3: a line must" },
    };
    char         err[400], *large;
    gms_camera_t camera;
    gms_ptz_t   *ptz;
    int          rc;

    (void) state;
    write_file(key, "hans:geheim\n", 0600);
    camera_of(&camera);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        write_file(file, table[i].text, table[i].mode);
        ptz = NULL;
        err[0] = '\0';
        rc = gms_ptz_begin(&ptz, &camera, 3, err, sizeof(err));

        if (rc != (table[i].says[0] == '\0' ? GMS_OK : GMS_ECAMERA_GONE)
            || strstr(err, table[i].says) == NULL)
        {
            fail_msg("\"%s\": %d %s", table[i].text, rc, err);
        }

        assert_null(strstr(err, "geheim"));
        gms_ptz_end(ptz);
    }

    /* longer than any request, and none at all */
    large = calloc(1, 40000);
    assert_non_null(large);
    memset(large, 'x', 39999);
    write_file(file, large, 0600);
    free(large);
    assert_int_equal(gms_ptz_begin(&ptz, &camera, 3, err, sizeof(err)),
        GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "at most 16384 bytes"));
    unlink(file);
    assert_int_equal(gms_ptz_begin(&ptz, &camera, 3, err, sizeof(err)),
        GMS_ECAMERA_GONE);
    assert_non_null(strstr(err, "cannot be read: No such file"));
}


/* What the other end does with one request, and what it heard. */
typedef struct {
    const char *answer; /* NULL: nothing, for as long as it is listened to */
    bool        endless;
    int         listener;
    char        heard[2000];
} peer_t;


static void *
peer(void *data)
{
    peer_t *p = data;
    int     fd = accept(p->listener, NULL, NULL);
    ssize_t n;
    size_t  size = 0;
    char    more[4096];

    do {
        n = read(fd, p->heard + size, sizeof(p->heard) - 1 - size);
        size += n > 0 ? (size_t) n : 0;
    } while (n > 0 && strstr(p->heard, "}") == NULL);

    if (p->answer != NULL) {
        n = send(fd, p->answer, strlen(p->answer), MSG_NOSIGNAL);
    }

    memset(more, 'x', sizeof(more));
    while (p->endless && send(fd, more, sizeof(more), MSG_NOSIGNAL) > 0) {
        continue;
    }

    while (p->answer == NULL && read(fd, more, sizeof(more)) > 0) {
        continue;
    }

    close(fd);

    return NULL;
}


static int
ask(peer_t *p, char *err, size_t err_size)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
        .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t          size = sizeof(at);
    pthread_t          thread;
    char               text[300];
    gms_camera_t       camera;
    gms_ptz_t         *ptz;
    int                rc;
    int64_t            longest = 0, began;

    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(p->listener, (void *) &at, sizeof(at)), 0);
    assert_int_equal(listen(p->listener, 1), 0);
    assert_int_equal(getsockname(p->listener, (void *) &at, &size), 0);
    assert_int_equal(pthread_create(&thread, NULL, peer, p), 0);

    snprintf(text, sizeof(text),
        "POST http://127.0.0.1:%d/zoom/{preset}?key=sesame\n"
        "Content-Type: application/json\nX-Token: t\n\n"
        "{\"number\":{preset}}\n",
        ntohs(at.sin_port));
    write_file(file, text, 0600);
    camera_of(&camera);
    err[0] = '\0';
    assert_int_equal(gms_ptz_begin(&ptz, &camera, 12, err, err_size), GMS_OK);

    do {
        usleep(2000);
        began = gms_clock_mono_ns();
        rc = gms_ptz_drive(ptz, err, err_size);
        began = gms_clock_mono_ns() - began;
        longest = began > longest ? began : longest;
    } while (rc == GMS_EAGAIN);

    gms_ptz_end(ptz);
    pthread_join(thread, NULL);
    close(p->listener);

    /* who takes pictures meanwhile is not kept waiting */
    assert_true(longest < GMS_S);
    assert_null(strstr(err, "sesame"));
    assert_null(strstr(err, "geheim"));

    return rc;
}


static void
answers(void **state)
{
    static const struct {
        const char *answer;
        bool        endless;
        int         rc;
        const char *says;
    } table[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false, GMS_OK, "" },
        { "HTTP/1.1 204 No Content\r\n\r\n", false, GMS_OK, "" },
        { "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", false,
            GMS_ECAMERA_GONE, "answers 401 to the preset: it wants a user" },
        { "HTTP/1.1 302 Gone\r\nLocation: http://elsewhere/\r\n"
          "Content-Length: 0\r\n\r\n",
            false, GMS_ECAMERA_GONE, "answers 302 to the preset" },
        { "HTTP/1.1 200 OK\r\n\r\n", true, GMS_ECAMERA_GONE,
            "answers with more than 64 KiB" },
        { "HTTP/1.1 200 OK\r\nX: ", true, GMS_ECAMERA_GONE,
            "cannot be reached" }, /* a header without end */
        { "what?\r\n", false, GMS_ECAMERA_GONE, "cannot be reached" },
        { NULL, false, GMS_ECAMERA_GONE, "did not answer in time" },
    };
    char   err[400];
    peer_t p;
    int    rc;

    (void) state;
    write_file(key, "hans:geheim\n", 0600);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        memset(&p, 0, sizeof(p));
        p.answer = table[i].answer;
        p.endless = table[i].endless;
        rc = ask(&p, err, sizeof(err));

        if (rc != table[i].rc || strstr(err, table[i].says) == NULL) {
            fail_msg("%s: %d %s",
                table[i].answer != NULL ? table[i].answer : "silence", rc,
                err);
        }
    }

    assert_non_null(strstr(p.heard, "POST /zoom/12?key=sesame HTTP/1.1\r\n"));
    assert_non_null(strstr(p.heard, "\r\nX-Token: t\r\n"));
    assert_null(strstr(p.heard, "Expect:"));
    assert_non_null(strstr(p.heard, "\r\n\r\n{\"number\":12}"));
}


static int
setup(void **state)
{
    (void) state;
    strcpy(folder, "/tmp/gmshoot-ptz-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(file, sizeof(file), "%s/ptz", folder);
    snprintf(key, sizeof(key), "%s/key", folder);
    return 0;
}


static int
teardown(void **state)
{
    (void) state;
    unlink(file);
    unlink(key);
    return rmdir(folder);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files),
        cmocka_unit_test(answers),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
