/*
 * floor: the least that a server of events can do, to compare others with.
 * Each of its processes accepts, answers with a head, and gives what its
 * parent tells it to every socket by one send().  What a socket does not take
 * at once is lost.
 *
 *   floor PORT PROCESSES
 *
 * Says "processes PID ..." when it listens, then does what bench_pace says.
 */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pace.h"

#define PROCESSES 16
#define FDS 65536
#define TURN 256

typedef struct {
    int  listener;
    int  parent;
    int  epoll;
    int  n;
    int  fds[FDS];
    bool asked[FDS]; /* by fd: its head was sent */
} server_t;

static const char head[] = "HTTP/1.1 200 OK\r\n"
                           "Content-Type: text/event-stream\r\n"
                           "Cache-Control: no-store\r\n\r\n";

static int processes[PROCESSES];
static int processes_n;


static void
fail(const char *what)
{
    perror(what);
    exit(1);
}


static void
watch(server_t *s, int fd)
{
    struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

    if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev) == -1) {
        fail("floor: epoll_ctl");
    }
}


static int
listen_at(int port)
{
    int                fd, one = 1;
    struct sockaddr_in at;

    memset(&at, 0, sizeof(at));
    at.sin_family = AF_INET;
    at.sin_port = htons((uint16_t) port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd == -1
        || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == -1
        || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) == -1
        || bind(fd, (struct sockaddr *) &at, sizeof(at)) == -1
        || listen(fd, 4096) == -1)
    {
        fail("floor: listen");
    }

    return fd;
}


static void
accept_all(server_t *s)
{
    int fd, one = 1;

    while ((fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= FDS) {
            close(fd);
            continue;
        }
        (void) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        s->asked[fd] = false;
        watch(s, fd);
    }
}


static void
answer(server_t *s, int fd)
{
    char    bytes[2048];
    ssize_t n;
    int     i;

    n = recv(fd, bytes, sizeof(bytes), 0);

    if (n > 0 && !s->asked[fd]) {
        if (send(fd, head, sizeof(head) - 1, MSG_NOSIGNAL) > 0) {
            s->asked[fd] = true;
            s->fds[s->n++] = fd;
        }
        return;
    }

    if (n > 0) {
        return;
    }

    for (i = 0; i < s->n; i++) {
        if (s->fds[i] == fd) {
            s->fds[i] = s->fds[--s->n];
            break;
        }
    }

    close(fd);
}


static void
give(server_t *s)
{
    char    bytes[8192];
    ssize_t n, sent;
    int     i;

    n = recv(s->parent, bytes, sizeof(bytes), 0);
    if (n <= 0) {
        exit(0);
    }

    for (i = 0; i < s->n; i++) {
        sent = send(s->fds[i], bytes, (size_t) n, MSG_NOSIGNAL | MSG_DONTWAIT);
        (void) sent; /* the client misses it, and says so */
    }
}


static void
serve(int port, int parent)
{
    static server_t    server;
    server_t          *s = &server;
    struct epoll_event events[TURN];
    int                i, n;

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    s->parent = parent;
    s->listener = listen_at(port);
    s->epoll = epoll_create1(0);
    watch(s, s->listener);
    watch(s, s->parent);

    if (send(parent, "listening", 9, 0) != 9) {
        fail("floor: send");
    }

    for (;;) {
        n = epoll_wait(s->epoll, events, TURN, -1);

        for (i = 0; i < n; i++) {
            if (events[i].data.fd == s->listener) {
                accept_all(s);
            } else if (events[i].data.fd == s->parent) {
                give(s);
            } else {
                answer(s, events[i].data.fd);
            }
        }
    }
}


static void
publish(void *data, unsigned long seq, const char *text, size_t size)
{
    char bytes[8192];
    int  i, n;

    (void) data;

    n = snprintf(bytes, sizeof(bytes),
        "id: 00000000000000aa-%lu\nevent: shot\ndata: %.*s\n\n", seq,
        (int) size, text);

    for (i = 0; i < processes_n; i++) {
        if (send(processes[i], bytes, (size_t) n, MSG_NOSIGNAL) != n) {
            fail("floor: send");
        }
    }
}


static pid_t
start(int port)
{
    int   pair[2];
    char  word[16];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1) {
        fail("floor: socketpair");
    }

    pid = fork();
    if (pid == -1) {
        fail("floor: fork");
    }
    if (pid == 0) {
        close(pair[0]);
        serve(port, pair[1]);
    }

    close(pair[1]);
    processes[processes_n++] = pair[0];
    if (recv(pair[0], word, sizeof(word), 0) <= 0) {
        exit(1);
    }

    return pid;
}


int
main(int argc, char **argv)
{
    pid_t pids[PROCESSES];
    int   i, n;

    if (argc != 3 || atoi(argv[2]) < 1 || atoi(argv[2]) > PROCESSES) {
        fprintf(stderr, "usage: floor PORT PROCESSES\n");
        return 2;
    }

    n = atoi(argv[2]);
    for (i = 0; i < n; i++) {
        pids[i] = start(atoi(argv[1]));
    }

    printf("processes");
    for (i = 0; i < n; i++) {
        printf(" %d", (int) pids[i]);
    }
    printf("\n");
    fflush(stdout);

    bench_pace_run(publish, NULL);

    return 0;
}
