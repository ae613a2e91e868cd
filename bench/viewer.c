/*
 * viewer: one client of a lane's live pictures, as fake_worker makes them.
 *
 *   viewer PORT PATH [BYTES]    reads at most so many bytes a second
 *
 * Says "open" when it has its first picture.  Every line "expect ID MS" on
 * stdin is answered by one line of JSON as soon as picture ID or a newer one
 * is here, or after MS milliseconds: how long each picture took from when it
 * was made to its last byte, how many were passed over, and how many were
 * torn, came twice or went back.
 */

#include <arpa/inet.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "histogram.h"

#define READ_BYTES (256 * 1024)

/* Of a slow viewer, so that the server soon waits for it. */
#define RECEIVE_BYTES (16 * 1024)

static const char sign[] = "picture ";

typedef struct {
    bench_answer_t    answer;
    bench_kept_t      kept; /* from the sign of a picture on, once it came */
    uint64_t          last;
    int64_t           now_us;
    uint64_t          wanted;
    int64_t           until_ms; /* 0: nobody asked */
    uint64_t          pictures;
    uint64_t          skipped;
    uint64_t          torn;
    uint64_t          back;
    bench_histogram_t took_us;
} viewer_t;


static int64_t
clock_us(clockid_t clock)
{
    struct timespec ts;

    clock_gettime(clock, &ts);

    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


static void
fail(const char *what)
{
    perror(what);
    exit(1);
}


/* As fake_worker fills it behind its first line. */
static bool
is_whole(const char *bytes, size_t from, size_t size, uint64_t id)
{
    size_t i;

    for (i = from; i < size; i++) {
        if (bytes[i] != (char) ((id * 31 + i * 7) & 0xff)) {
            return false;
        }
    }

    return true;
}


static void
seen(viewer_t *v, uint64_t id, int64_t made_us, bool whole)
{
    v->torn += !whole;
    v->back += v->last != 0 && id <= v->last;
    v->skipped += v->last != 0 && id > v->last ? id - v->last - 1 : 0;
    v->last = id;
    v->pictures++;
    bench_histogram_add(&v->took_us,
        v->now_us > made_us ? (uint64_t) (v->now_us - made_us) : 0);

    if (v->wanted == 0 && v->pictures == 1) {
        printf("open\n");
    }
}


/* The picture at the beginning of what is kept; false: not all of it. */
static bool
picture(viewer_t *v)
{
    uint64_t id;
    int64_t  made_us;
    size_t   size, head;
    char    *at, *feed;

    at = memmem(v->kept.bytes, v->kept.size, sign, sizeof(sign) - 1);
    if (at == NULL) {
        return false;
    }

    v->kept.size -= (size_t) (at - v->kept.bytes);
    memmove(v->kept.bytes, at, v->kept.size + 1);
    at = v->kept.bytes;

    feed = memchr(at, '\n', v->kept.size);
    if (feed == NULL) {
        return false;
    }

    if (sscanf(at, "picture %" SCNu64 " %" SCNd64 " %zu", &id, &made_us, &size)
        != 3)
    {
        fprintf(stderr, "viewer: odd picture %.40s\n", at);
        exit(1);
    }
    if (v->kept.size < size) {
        return false;
    }

    head = (size_t) (feed + 1 - at);
    seen(v, id, made_us, is_whole(at, head, size, id));

    v->kept.size -= size;
    memmove(at, at + size, v->kept.size + 1);

    return true;
}


static void
body(void *data, const char *bytes, size_t size)
{
    viewer_t *v = data;

    bench_kept_add(&v->kept, bytes, size);
    while (v->kept.size > 0 && picture(v)) {
        continue;
    }
}


static void
report(viewer_t *v)
{
    printf("{\"pictures\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"torn\":%" PRIu64
           ",\"back\":%" PRIu64 ",\"last\":%" PRIu64 ",\"p50_us\":%" PRIu64
           ",\"p99_us\":%" PRIu64 ",\"max_us\":%" PRIu64 "}\n",
        v->pictures, v->skipped, v->torn, v->back, v->last,
        bench_histogram_quantile(&v->took_us, 0.50),
        bench_histogram_quantile(&v->took_us, 0.99), v->took_us.max);
    v->until_ms = 0;
}


static void
command(viewer_t *v)
{
    char    line[128];
    int64_t wait_ms;
    ssize_t n;

    n = read(STDIN_FILENO, line, sizeof(line) - 1);
    if (n <= 0) {
        exit(0);
    }
    line[n] = '\0';

    if (sscanf(line, "expect %" SCNu64 " %" SCNd64, &v->wanted, &wait_ms) != 2)
    {
        fprintf(stderr, "viewer: what is %s", line);
        exit(2);
    }

    v->until_ms = clock_us(CLOCK_MONOTONIC) / 1000 + wait_ms;
    v->pictures = v->skipped = v->torn = v->back = 0;
    memset(&v->took_us, 0, sizeof(v->took_us));
    printf("ready\n");
}


static int
dial(int port, const char *path, size_t rate)
{
    char               request[512];
    int                fd, n, small = RECEIVE_BYTES;
    struct sockaddr_in to;

    memset(&to, 0, sizeof(to));
    to.sin_family = AF_INET;
    to.sin_port = htons((uint16_t) port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1
        || (rate > 0
            && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small))
                == -1)
        || connect(fd, (struct sockaddr *) &to, sizeof(to)) == -1)
    {
        fail("viewer: connect");
    }

    n = snprintf(request, sizeof(request),
        "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    if (send(fd, request, (size_t) n, MSG_NOSIGNAL) != n) {
        fail("viewer: send");
    }

    return fd;
}


/* One read; a slow viewer then rests as long as its bytes should take. */
static void
attend(viewer_t *v, int fd, size_t rate)
{
    static char bytes[READ_BYTES];
    size_t      room = rate > 0 ? rate / 20 : sizeof(bytes);
    ssize_t     n;

    n = recv(fd, bytes, room, 0);
    if (n <= 0) {
        fail("viewer: recv");
    }

    v->now_us = clock_us(CLOCK_REALTIME);
    bench_answer_read(&v->answer, bytes, (size_t) n, body, v);

    if (rate > 0) {
        usleep((useconds_t) (1e6 * (double) n / (double) rate));
    }
}


int
main(int argc, char **argv)
{
    static viewer_t viewer;
    viewer_t       *v = &viewer;
    size_t          rate;
    struct pollfd   set[2];

    if (argc < 3) {
        fprintf(stderr, "usage: viewer PORT PATH [BYTES]\n");
        return 2;
    }

    setvbuf(stdout, NULL, _IOLBF, 0);
    rate = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    set[0].fd = STDIN_FILENO;
    set[1].fd = dial(atoi(argv[1]), argv[2], rate);
    set[0].events = set[1].events = POLLIN;

    for (;;) {
        if (poll(set, 2, 20) == -1) {
            fail("viewer: poll");
        }
        if (set[0].revents != 0) {
            command(v);
        }
        if (set[1].revents != 0) {
            attend(v, set[1].fd, rate);
        }
        if (v->until_ms != 0
            && (v->last >= v->wanted
                || clock_us(CLOCK_MONOTONIC) / 1000 >= v->until_ms))
        {
            report(v);
        }
    }
}
