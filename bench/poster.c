/*
 * poster: publishes events to a server that takes them by POST, over one
 * connection, and waits for each answer.
 *
 *   poster PORT PATH        then as bench_pace says
 */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pace.h"

typedef struct {
    int         fd;
    const char *path;
} poster_t;


static void
fail(const char *what)
{
    perror(what);
    exit(1);
}


/* Reads one answer; its status. */
static int
answer(int fd)
{
    char        text[8192];
    size_t      size = 0, body = 0;
    const char *end = NULL, *length;
    ssize_t     n;

    while (end == NULL || size < (size_t) (end - text) + body) {
        n = recv(fd, text + size, sizeof(text) - 1 - size, 0);
        if (n <= 0) {
            fail("poster: recv");
        }
        size += (size_t) n;
        text[size] = '\0';

        end = strstr(text, "\r\n\r\n");
        if (end != NULL) {
            end += 4;
            length = strcasestr(text, "\r\ncontent-length: ");
            body = length ? strtoul(length + 18, NULL, 10) : 0;
        }
    }

    return atoi(text + 9);
}


static void
publish(void *data, unsigned long seq, const char *text, size_t size)
{
    poster_t *p = data;
    char      bytes[8192];
    int       n, status;

    n = snprintf(bytes, sizeof(bytes),
        "POST %s HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%.*s",
        p->path, size, (int) size, text);

    if (send(p->fd, bytes, (size_t) n, MSG_NOSIGNAL) != n) {
        fail("poster: send");
    }

    status = answer(p->fd);
    if (status < 200 || status > 299) {
        fprintf(stderr, "poster: status %d for event %lu\n", status, seq);
        exit(1);
    }
}


int
main(int argc, char **argv)
{
    struct sockaddr_in to;
    poster_t           poster;
    int                one = 1;

    if (argc != 3) {
        fprintf(stderr, "usage: poster PORT PATH\n");
        return 2;
    }

    memset(&to, 0, sizeof(to));
    to.sin_family = AF_INET;
    to.sin_port = htons((uint16_t) atoi(argv[1]));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    poster.path = argv[2];
    poster.fd = socket(AF_INET, SOCK_STREAM, 0);
    if (poster.fd == -1
        || setsockopt(poster.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one))
            == -1
        || connect(poster.fd, (struct sockaddr *) &to, sizeof(to)) == -1)
    {
        fail("poster: connect");
    }

    bench_pace_run(publish, &poster);

    return 0;
}
