#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ipc/error.h"
#include "ipc/link.h"
#include "worker/base/clock.h"
#include "worker/cmd/cmd.h"

#define SERVER_MS 20000
#define LARGE (100 * 1024) /* travels as a memfd */

static char  folder[64];
static char  link_path[128];
static pid_t server;


static void
answer(int fd, uint64_t id, uint32_t status, const char *body)
{
    gms_link_message_t m;

    memset(&m, 0, sizeof(m));
    m.fd = -1;
    m.header.type = GMS_LINK_ANSWER;
    m.header.layout = GMS_LAYOUT_VERSION;
    m.header.id = id;
    m.header.status = status;
    m.header.body_size = (uint32_t) strlen(body);
    m.body = (char *) (uintptr_t) body;
    gms_link_send(fd, &m);
}


/* What a worker would do, by the verb. */
static void
serve(int fd, const gms_link_message_t *m)
{
    static char large[LARGE + 1];
    char        seen[512];
    int64_t     left_ns = m->header.deadline_ns - gms_clock_mono_ns();

    if (strcmp(m->header.verb, "session.start") == 0) {
        snprintf(seen, sizeof(seen), "{\"type\":%u,\"lane\":\"%s\","
            "\"role\":%u,\"in_time\":%d,\"body\":%s}", m->header.type,
            m->header.lane, m->header.role,
            left_ns > 0 && left_ns < 16 * GMS_S,
            m->body[0] != '\0' ? m->body : "null");
        answer(fd, m->header.id, 201, seen);

    } else if (strcmp(m->header.verb, "refuse") == 0) {
        answer(fd, m->header.id, 409, "{\"status\":409}");

    } else if (strcmp(m->header.verb, "noise") == 0) {
        answer(fd, m->header.id + 1, 500, "{\"not\":\"for you\"}");
        answer(fd, m->header.id, 200, "{\"for\":\"you\"}");

    } else if (strcmp(m->header.verb, "large") == 0) {
        memset(large, 'x', LARGE);
        large[0] = large[LARGE - 1] = '"';
        answer(fd, m->header.id, 200, large);

    } else if (strcmp(m->header.verb, "empty") == 0) {
        answer(fd, m->header.id, 200, "");
    }
    /* "silent": no answer at all */
}


static void
serve_for_ever(int listener)
{
    gms_link_message_t m;
    struct pollfd      p = { .fd = listener, .events = POLLIN };
    struct pollfd      ask = { .events = POLLIN };
    int                fd;

    while (poll(&p, 1, SERVER_MS) > 0) {
        fd = accept(listener, NULL, NULL);

        if (fd == -1) {
            continue;
        }

        ask.fd = fd;

        if (poll(&ask, 1, SERVER_MS) > 0
            && gms_link_receive(fd, &m) == GMS_OK)
        {
            serve(fd, &m);

            if (strcmp(m.header.verb, "silent") == 0) {
                poll(NULL, 0, 2000);
            }
            gms_link_release(&m);
        }
        close(fd);
    }

    _exit(0);
}


static int
start_server(void **state)
{
    int listener;

    (void) state;

    strcpy(folder, "/tmp/gms-ctl-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }

    snprintf(link_path, sizeof(link_path), "%s/link.sock", folder);
    setenv("GMSHOOT_LINK", link_path, 1);

    listener = gms_link_listen(link_path);
    if (listener < 0) {
        return -1;
    }

    server = fork();
    if (server == 0) {
        serve_for_ever(listener);
    }

    close(listener);
    return server == -1 ? -1 : 0;
}


static int
stop_server(void **state)
{
    (void) state;

    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    unlink(link_path);
    return rmdir(folder);
}


/* Runs the command in a child; its exit status, and stdout and stderr. */
static int
ctl(const char *const *words, char *out, char *err, size_t size)
{
    char   *argv[8];
    char   *text[2] = { out, err };
    int     argc, status, i, pipes[2][2];
    size_t  used;
    ssize_t n;
    pid_t   pid;

    for (argc = 0; words[argc] != NULL; argc++) {
        argv[argc] = (char *) (uintptr_t) words[argc];
    }
    argv[argc] = NULL;

    assert_int_equal(pipe(pipes[0]), 0);
    assert_int_equal(pipe(pipes[1]), 0);
    pid = fork();
    assert_int_not_equal(pid, -1);

    if (pid == 0) {
        dup2(pipes[0][1], 1);
        dup2(pipes[1][1], 2);
        for (i = 0; i < 4; i++) {
            close(pipes[i / 2][i % 2]);
        }
        status = gms_cmd_ctl(argc, argv);
        fflush(stdout);
        _exit(status);
    }

    for (i = 0; i < 2; i++) {
        close(pipes[i][1]);
        used = 0;
        while ((n = read(pipes[i][0], text[i] + used, size - 1 - used)) > 0) {
            used += (size_t) n;
        }
        text[i][used] = '\0';
        close(pipes[i][0]);
    }

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}


static void
commands_are_answered(void **state)
{
    static const struct {
        const char *words[6];
        int         exit;
        const char *out;
        const char *err; /* a part of it, "" none */
    } cases[] = {
        { { "ctl", "lane1", "session.start" }, 0,
          "{\"type\":11,\"lane\":\"lane1\",\"role\":4,\"in_time\":1,"
          "\"body\":null}\n", "" },
        { { "ctl", "lane1", "session.start", "{\"shooter\":\"anna\"}" }, 0,
          "{\"type\":11,\"lane\":\"lane1\",\"role\":4,\"in_time\":1,"
          "\"body\":{\"shooter\":\"anna\"}}\n", "" },
        { { "ctl", "lane1", "refuse" }, 1, "{\"status\":409}\n", "" },
        { { "ctl", "lane1", "noise" }, 0, "{\"for\":\"you\"}\n", "" },
        { { "ctl", "lane1", "empty" }, 0, "", "" },
        { { "ctl", "lane1", "gone" }, 1, "", "no answer" },
        { { "ctl", "--timeout", "1", "lane1", "silent" }, 1, "",
          "may or may not" },
        { { "ctl", "lane1", "refuse", "{\"a\":1" }, 1, "",
          "not a JSON object" },
        { { "ctl", "lane1", "refuse", "[1]" }, 1, "", "not a JSON object" },
        { { "ctl", "--link", "/nonexistent/sock", "lane1", "x" }, 1, "",
          "/nonexistent/sock" },
        { { "ctl" }, 2, "", "usage" },
        { { "ctl", "lane1" }, 2, "", "usage" },
        { { "ctl", "a", "b", "{}", "d" }, 2, "", "usage" },
        { { "ctl", "--what", "lane1", "x" }, 2, "", "usage" },
        { { "ctl", "--timeout", "0", "lane1", "x" }, 2, "", "1 to 60" },
        { { "ctl", "", "x" }, 2, "", "no such" },
        { { "ctl", "lane1", "a.verb.much.longer.than.the.link.takes" }, 2,
          "", "no such" },
    };
    char   out[1024], err[1024];
    size_t i;
    int    rc;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rc = ctl(cases[i].words, out, err, sizeof(out));

        if (rc != cases[i].exit || strcmp(out, cases[i].out) != 0
            || (cases[i].err[0] == '\0' && err[0] != '\0')
            || strstr(err, cases[i].err) == NULL)
        {
            fail_msg("case %zu: exit %d\n%s%s", i, rc, out, err);
        }
    }
}


static void
large_answers_arrive(void **state)
{
    static const char *const words[] = { "ctl", "lane1", "large", NULL };
    static char              out[LARGE + 100], err[LARGE + 100];

    (void) state;

    assert_int_equal(ctl(words, out, err, sizeof(out)), 0);
    assert_int_equal(strlen(out), LARGE + 1);
    assert_int_equal(out[LARGE - 1], '"');
}


int
main(void)
{
    static const struct CMUnitTest tests[] = {
        { .name = "a command's answer is printed and its status is the exit",
          .test_func = commands_are_answered },
        { .name = "an answer larger than a packet arrives whole",
          .test_func = large_answers_arrive },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
