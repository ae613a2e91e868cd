#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "listener.h"


/* The whole number behind a key, 0: not there. */
static uint64_t
number(const char *text, size_t size, const char *key)
{
    const char *at, *end = text + size;
    uint64_t    n = 0;

    at = memmem(text, size, key, strlen(key));
    if (at == NULL) {
        return 0;
    }

    for (at += strlen(key); at < end && *at >= '0' && *at <= '9'; at++) {
        n = n * 10 + (uint64_t) (*at - '0');
    }

    return n;
}


static void
line(bench_listener_t *l, const char *text, size_t size, bench_heard_pt heard,
    void *data)
{
    const char *dash;

    if (size > 0 && text[size - 1] == '\r') {
        size--;
    }

    if (size == 0) {
        if (l->event.seq != 0 && l->event.publish_us != 0) {
            l->event.odd = l->id != 0 && l->id != l->event.seq;
            heard(data, &l->event);
        }
        memset(&l->event, 0, sizeof(l->event));
        l->id = 0;
        return;
    }

    if (size > 6 && memcmp(text, "data: ", 6) == 0) {
        l->event.seq = number(text, size, "\"seq\":");
        l->event.publish_us = (int64_t) number(text, size, "\"t_publish_us\":");

    } else if (size > 4 && memcmp(text, "id: ", 4) == 0) {
        /* others number their events in a way of their own */
        dash = memchr(text, '-', size);
        l->id = dash ? number(dash, size - (size_t) (dash - text), "-") : 0;
    }
}


static void
keep(bench_listener_t *l, const char *bytes, size_t size)
{
    if (l->size + size + 1 > l->room) {
        l->room = l->size + size + 512;
        l->line = realloc(l->line, l->room);
        if (l->line == NULL) {
            perror("realloc");
            exit(1);
        }
    }

    memcpy(l->line + l->size, bytes, size);
    l->size += size;
    l->line[l->size] = '\0';
}


static void
body(bench_listener_t *l, const char *bytes, size_t size, bench_heard_pt heard,
    void *data)
{
    const char *end = bytes + size, *feed;

    for (/* void */; bytes < end; bytes = feed + 1) {
        feed = memchr(bytes, '\n', (size_t) (end - bytes));

        if (feed == NULL) {
            keep(l, bytes, (size_t) (end - bytes));
            return;
        }

        if (l->size == 0) {
            line(l, bytes, (size_t) (feed - bytes), heard, data);
            continue;
        }

        keep(l, bytes, (size_t) (feed - bytes));
        line(l, l->line, l->size, heard, data);
        l->size = 0;
    }
}


static void
size_line(bench_listener_t *l, char byte)
{
    int digit = byte | 32;

    if (byte == '\n') {
        l->in_size_line = false;
    } else if (byte >= '0' && byte <= '9') {
        l->left = l->left * 16 + (uint64_t) (byte - '0');
    } else if (digit >= 'a' && digit <= 'f') {
        l->left = l->left * 16 + (uint64_t) (digit - 'a' + 10);
    }
}


static void
chunks(bench_listener_t *l, const char *bytes, size_t size,
    bench_heard_pt heard, void *data)
{
    const char *end = bytes + size;
    size_t      n;

    while (bytes < end) {
        if (l->skip > 0) {
            l->skip--;
            bytes++;
            continue;
        }

        if (l->in_size_line) {
            size_line(l, *bytes++);
            continue;
        }

        n = (size_t) (end - bytes);
        n = n < l->left ? n : (size_t) l->left;

        body(l, bytes, n, heard, data);
        bytes += n;
        l->left -= n;

        if (l->left == 0) {
            l->skip = 2;
            l->in_size_line = true;
        }
    }
}


/* How many of the bytes were of the answer's head. */
static size_t
head(bench_listener_t *l, const char *bytes, size_t size)
{
    char  *end;
    size_t before = l->size;

    keep(l, bytes, size);
    end = strstr(l->line, "\r\n\r\n");
    if (end == NULL) {
        return size;
    }

    *end = '\0';
    l->refused = strncmp(l->line, "HTTP/1.1 200", 12) != 0;
    l->open = !l->refused;
    l->chunked = strcasestr(l->line, "\r\ntransfer-encoding: chunked") != NULL;
    l->in_size_line = l->chunked;
    l->size = 0;

    return (size_t) (end + 4 - l->line) - before;
}


void
bench_listener_read(bench_listener_t *l, const char *bytes, size_t size,
    bench_heard_pt heard, void *data)
{
    size_t n = 0;

    if (!l->open && !l->refused) {
        n = head(l, bytes, size);
    }

    if (l->open && l->chunked) {
        chunks(l, bytes + n, size - n, heard, data);
    } else if (l->open) {
        body(l, bytes + n, size - n, heard, data);
    }
}


void
bench_listener_free(bench_listener_t *l)
{
    free(l->line);
}
