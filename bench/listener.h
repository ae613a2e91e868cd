/*
 * bench_listener: one client of an event stream.  Reads what it is given,
 * byte by byte if need be, and says what every event holds.
 */

#ifndef BENCH_LISTENER_H
#define BENCH_LISTENER_H

#include "answer.h"

/* An event with a number and the time when it was published. */
typedef struct {
    uint64_t seq;
    int64_t  publish_us; /* CLOCK_REALTIME */
    bool     odd;        /* its id says another number */
} bench_event_t;

typedef void (*bench_heard_pt)(void *data, const bench_event_t *event);

/* Starts as zeros but for whom each event is given to. */
typedef struct {
    bench_heard_pt heard;
    void          *data;
    bench_answer_t answer;
    bench_event_t  event; /* that is being read */
    uint64_t       id;
    bench_kept_t   line; /* unfinished */
} bench_listener_t;

void bench_listener_read(bench_listener_t *l, const char *bytes, size_t size);
void bench_listener_free(bench_listener_t *l);

#endif /* BENCH_LISTENER_H */
