/*
 * bench_listener: one client of an event stream over HTTP/1.1, chunked or
 * not.  Reads what it is given, byte by byte if need be, and says what every
 * event holds.
 */

#ifndef BENCH_LISTENER_H
#define BENCH_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An event with a number and the time when it was published. */
typedef struct {
    uint64_t seq;
    int64_t  publish_us; /* CLOCK_REALTIME */
    bool     odd;        /* its id says another number */
} bench_event_t;

typedef struct {
    bool          open;    /* the head of an answer with status 200 is here */
    bool          refused; /* another status came */
    bool          chunked;
    bool          in_size_line; /* of a chunk */
    unsigned      skip;         /* bytes behind a chunk */
    uint64_t      left;         /* of this chunk */
    bench_event_t event;        /* that is being read */
    uint64_t      id;
    char         *line; /* unfinished */
    size_t        size;
    size_t        room;
} bench_listener_t;

typedef void (*bench_heard_pt)(void *data, const bench_event_t *event);

/* Starts as all zeros.  Calls heard for each event; exits without memory. */
void bench_listener_read(bench_listener_t *l, const char *bytes, size_t size,
    bench_heard_pt heard, void *data);
void bench_listener_free(bench_listener_t *l);

#endif /* BENCH_LISTENER_H */
