#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"


void
bench_kept_add(bench_kept_t *k, const char *bytes, size_t size)
{
    if (k->size + size + 1 > k->room) {
        k->room = k->size + size + 512;
        k->bytes = realloc(k->bytes, k->room);
        if (k->bytes == NULL) {
            perror("realloc");
            exit(1);
        }
    }

    memcpy(k->bytes + k->size, bytes, size);
    k->size += size;
    k->bytes[k->size] = '\0';
}


static void
size_line(bench_answer_t *a, char byte)
{
    int digit = byte | 32;

    if (byte == '\n') {
        a->in_size_line = false;
    } else if (byte >= '0' && byte <= '9') {
        a->left = a->left * 16 + (uint64_t) (byte - '0');
    } else if (digit >= 'a' && digit <= 'f') {
        a->left = a->left * 16 + (uint64_t) (digit - 'a' + 10);
    }
}


static void
chunks(bench_answer_t *a, const char *bytes, size_t size, bench_body_pt body,
    void *data)
{
    const char *end = bytes + size;
    size_t      n;

    while (bytes < end) {
        if (a->skip > 0) {
            a->skip--;
            bytes++;
            continue;
        }

        if (a->in_size_line) {
            size_line(a, *bytes++);
            continue;
        }

        n = (size_t) (end - bytes);
        n = n < a->left ? n : (size_t) a->left;

        body(data, bytes, n);
        bytes += n;
        a->left -= n;

        if (a->left == 0) {
            a->skip = 2;
            a->in_size_line = true;
        }
    }
}


/* How many of the bytes were of the answer's head. */
static size_t
head(bench_answer_t *a, const char *bytes, size_t size)
{
    char  *end;
    size_t before = a->head.size;

    bench_kept_add(&a->head, bytes, size);
    end = strstr(a->head.bytes, "\r\n\r\n");
    if (end == NULL) {
        return size;
    }

    *end = '\0';
    a->refused = strncmp(a->head.bytes, "HTTP/1.1 200", 12) != 0;
    a->open = !a->refused;
    a->chunked = strcasestr(a->head.bytes, "\r\ntransfer-encoding: chunked");
    a->in_size_line = a->chunked;

    return (size_t) (end + 4 - a->head.bytes) - before;
}


void
bench_answer_read(bench_answer_t *a, const char *bytes, size_t size,
    bench_body_pt body, void *data)
{
    size_t n = 0;

    if (!a->open && !a->refused) {
        n = head(a, bytes, size);
    }

    if (a->open && a->chunked) {
        chunks(a, bytes + n, size - n, body, data);
    } else if (a->open) {
        body(data, bytes + n, size - n);
    }
}


void
bench_answer_free(bench_answer_t *a)
{
    free(a->head.bytes);
}
