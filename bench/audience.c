/*
 * audience: many clients of one event stream, in one thread.
 *
 *   audience PORT PATH CLIENTS
 *
 * Says "open N" when the last of them has its answer.  Every line "expect
 * COUNT MS" on stdin is answered by one line of JSON as soon as all of them
 * have heard COUNT more events, or after MS milliseconds: how late they were,
 * one by one and the last client of each event, and which were lost, came
 * twice or out of order.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "histogram.h"
#include "listener.h"

/* Connections that wait for their answer: fewer than a backlog holds. */
#define FLIGHT 128

#define READ_BYTES (256 * 1024)
#define TURN 256

/* Events of one count whose last client is known. */
#define EVENTS 16384

typedef struct {
    int              fd;
    bool             sent; /* the request */
    uint64_t         last; /* highest number heard */
    bench_listener_t listener;
} client_t;

typedef struct {
    uint64_t          wanted;
    int64_t           until_ms; /* 0: nobody asked */
    uint64_t          heard;
    uint64_t          doubled;
    uint64_t          reordered;
    uint64_t          odd;
    int64_t           first_us; /* publishing of the first event */
    int64_t           last_us;  /* arrival of the last */
    bench_histogram_t late_us;
} count_t;

static struct sockaddr_in to;
static const char        *path;
static client_t          *clients;
static int                clients_n;
static int                dialed, opened, closed;
static int                epoll;
static int64_t            now_us; /* when the bytes at hand were read */
static count_t            count;
static uint32_t           slowest_us[EVENTS];


static int64_t
clock_us(clockid_t clock)
{
    struct timespec ts;

    clock_gettime(clock, &ts);

    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


static int64_t
clock_ms(void)
{
    return clock_us(CLOCK_MONOTONIC) / 1000;
}


static void
fail(const char *what)
{
    fprintf(stderr, "audience: %s: %s\n", what, strerror(errno));
    exit(1);
}


static void
watch(client_t *c, int operation, uint32_t events)
{
    struct epoll_event ev = { .events = events, .data.ptr = c };

    if (epoll_ctl(epoll, operation, c ? c->fd : STDIN_FILENO, &ev) == -1) {
        fail("epoll_ctl");
    }
}


static void
dial(client_t *c)
{
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd == -1) {
        fail("socket");
    }

    if (connect(c->fd, (struct sockaddr *) &to, sizeof(to)) == -1
        && errno != EINPROGRESS)
    {
        fail("connect");
    }

    watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}


static void
heard(void *data, const bench_event_t *event)
{
    client_t *c = data;
    uint32_t *slowest;
    int64_t   late;

    if (event->seq == c->last) {
        count.doubled++;
        return;
    }

    if (event->seq < c->last) {
        count.reordered++;
        return;
    }

    c->last = event->seq;

    late = now_us - event->publish_us;
    late = late > 0 ? late : 0;

    if (count.first_us == 0 || event->publish_us < count.first_us) {
        count.first_us = event->publish_us;
    }

    count.last_us = now_us;
    count.heard++;
    count.odd += event->odd;
    bench_histogram_add(&count.late_us, (uint64_t) late);

    slowest = &slowest_us[event->seq % EVENTS];
    if (late + 1 > *slowest) {
        *slowest = (uint32_t) late + 1;
    }
}


static void
ask(client_t *c)
{
    char request[512];
    int  n;

    n = snprintf(request, sizeof(request),
        "GET %s HTTP/1.1\r\nHost: localhost\r\n"
        "Accept: text/event-stream\r\n\r\n",
        path);

    if (send(c->fd, request, (size_t) n, MSG_NOSIGNAL) != n) {
        fail("send");
    }

    c->sent = true;
    c->listener.heard = heard;
    c->listener.data = c;
    watch(c, EPOLL_CTL_MOD, EPOLLIN);
}


static void
leave(client_t *c)
{
    if (!c->listener.answer.open) {
        fprintf(stderr, "audience: a client was not let in\n");
        exit(1);
    }

    close(c->fd);
    bench_listener_free(&c->listener);
    memset(&c->listener, 0, sizeof(c->listener));
    c->fd = -1;
    closed++;
}


static void
attend(client_t *c)
{
    static char bytes[READ_BYTES];
    ssize_t     n;
    bool        was_open = c->listener.answer.open;

    if (!c->sent) {
        ask(c);
        return;
    }

    n = recv(c->fd, bytes, sizeof(bytes), 0);
    if (n == -1 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }

    if (n <= 0) {
        leave(c);
        return;
    }

    now_us = clock_us(CLOCK_REALTIME);
    bench_listener_read(&c->listener, bytes, (size_t) n);

    if (c->listener.answer.refused) {
        fprintf(stderr, "audience: %.60s\n", bytes);
        exit(1);
    }

    if (c->listener.answer.open && !was_open) {
        opened++;
        if (opened == clients_n) {
            printf("open %d\n", opened);
        }
    }
}


static void
report(void)
{
    static bench_histogram_t last;
    uint64_t                 lost;
    unsigned                 i;

    memset(&last, 0, sizeof(last));
    for (i = 0; i < EVENTS; i++) {
        if (slowest_us[i] != 0) {
            bench_histogram_add(&last, slowest_us[i] - 1);
        }
    }

    lost = count.heard < count.wanted ? count.wanted - count.heard : 0;

    printf("{\"deliveries\":%" PRIu64 ",\"lost\":%" PRIu64
           ",\"doubled\":%" PRIu64 ",\"reordered\":%" PRIu64 ",\"odd\":%" PRIu64
           ",\"closed\":%d,\"p50_us\":%" PRIu64 ",\"p99_us\":%" PRIu64
           ",\"max_us\":%" PRIu64 ",\"last_p50_us\":%" PRIu64
           ",\"last_p99_us\":%" PRIu64 ",\"span_us\":%" PRId64 "}\n",
        count.heard, lost, count.doubled, count.reordered, count.odd, closed,
        bench_histogram_quantile(&count.late_us, 0.50),
        bench_histogram_quantile(&count.late_us, 0.99), count.late_us.max,
        bench_histogram_quantile(&last, 0.50),
        bench_histogram_quantile(&last, 0.99), count.last_us - count.first_us);

    count.until_ms = 0;
}


static void
command(void)
{
    static char line[128];
    uint64_t    events;
    int64_t     wait_ms;
    ssize_t     n;

    n = read(STDIN_FILENO, line, sizeof(line) - 1);
    if (n <= 0) {
        exit(0);
    }
    line[n] = '\0';

    if (sscanf(line, "expect %" SCNu64 " %" SCNd64, &events, &wait_ms) != 2) {
        fprintf(stderr, "audience: what is %s", line);
        exit(2);
    }

    memset(&count, 0, sizeof(count));
    memset(slowest_us, 0, sizeof(slowest_us));
    count.wanted = events * (uint64_t) clients_n;
    count.until_ms = clock_ms() + wait_ms;
    printf("ready\n");
}


static void
turn(void)
{
    struct epoll_event events[TURN];
    int                i, n;

    while (dialed < clients_n && dialed - opened - closed < FLIGHT) {
        dial(&clients[dialed++]);
    }

    n = epoll_wait(epoll, events, TURN, 20);
    for (i = 0; i < n; i++) {
        if (events[i].data.ptr == NULL) {
            command();
        } else {
            attend(events[i].data.ptr);
        }
    }

    if (count.until_ms != 0
        && (count.heard >= count.wanted || clock_ms() >= count.until_ms))
    {
        report();
    }
}


int
main(int argc, char **argv)
{
    if (argc != 4 || atoi(argv[3]) <= 0) {
        fprintf(stderr, "usage: audience PORT PATH CLIENTS\n");
        return 2;
    }

    to.sin_family = AF_INET;
    to.sin_port = htons((uint16_t) atoi(argv[1]));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    path = argv[2];
    clients_n = atoi(argv[3]);

    setvbuf(stdout, NULL, _IOLBF, 0);
    clients = calloc((size_t) clients_n, sizeof(client_t));
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (clients == NULL || epoll == -1) {
        fail("start");
    }

    watch(NULL, EPOLL_CTL_ADD, EPOLLIN);

    for (;;) {
        turn();
    }
}
