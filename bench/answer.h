/*
 * bench_answer: an answer over HTTP/1.1 that goes on, chunked or not, read as
 * it comes.
 */

#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that wait for the rest of what they belong to. */
typedef struct {
    char  *bytes; /* with a NUL behind */
    size_t size;
    size_t room;
} bench_kept_t;

typedef struct {
    bool         open;    /* its head is here, with status 200 */
    bool         refused; /* with another */
    bool         chunked;
    bool         in_size_line; /* of a chunk */
    unsigned     skip;         /* bytes behind a chunk */
    uint64_t     left;         /* of this chunk */
    bench_kept_t head;
} bench_answer_t;

typedef void (*bench_body_pt)(void *data, const char *bytes, size_t size);

/* Starts as all zeros.  Gives the bytes of the body to `body`. */
void bench_answer_read(bench_answer_t *a, const char *bytes, size_t size,
    bench_body_pt body, void *data);
void bench_answer_free(bench_answer_t *a);

/* Starts as all zeros; exits without memory. */
void bench_kept_add(bench_kept_t *k, const char *bytes, size_t size);

#endif /* BENCH_ANSWER_H */
