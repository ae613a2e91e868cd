#include <stdlib.h>
#include <string.h>

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
line(bench_listener_t *l, const char *text, size_t size)
{
    const char *dash;

    if (size > 0 && text[size - 1] == '\r') {
        size--;
    }

    if (size == 0) {
        if (l->event.seq != 0 && l->event.publish_us != 0) {
            l->event.odd = l->id != 0 && l->id != l->event.seq;
            l->heard(l->data, &l->event);
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
body(void *data, const char *bytes, size_t size)
{
    bench_listener_t *l = data;
    const char       *end = bytes + size, *feed;

    for (/* void */; bytes < end; bytes = feed + 1) {
        feed = memchr(bytes, '\n', (size_t) (end - bytes));

        if (feed == NULL) {
            bench_kept_add(&l->line, bytes, (size_t) (end - bytes));
            return;
        }

        if (l->line.size == 0) {
            line(l, bytes, (size_t) (feed - bytes));
            continue;
        }

        bench_kept_add(&l->line, bytes, (size_t) (feed - bytes));
        line(l, l->line.bytes, l->line.size);
        l->line.size = 0;
    }
}


void
bench_listener_read(bench_listener_t *l, const char *bytes, size_t size)
{
    bench_answer_read(&l->answer, bytes, size, body, l);
}


void
bench_listener_free(bench_listener_t *l)
{
    bench_answer_free(&l->answer);
    free(l->line.bytes);
}
