/*
 * bench_pace: publishes events when their time has come, and measures how
 * long each one keeps the publisher.
 *
 * Reads lines "publish SEQ N US BYTES" from stdin until it ends: N events
 * from number SEQ on, one every US microseconds (one that is late is made up
 * for), each of about BYTES.  Answers with "published P50 P99 MAX", of the
 * nanoseconds that publishing took.
 */

#ifndef BENCH_PACE_H
#define BENCH_PACE_H

#include <stddef.h>

/* The text of an event's data: JSON with its number, the time, and fill. */
typedef void (*bench_publish_pt)(
    void *data, unsigned long seq, const char *text, size_t size);

void bench_pace_run(bench_publish_pt publish, void *data);

#endif /* BENCH_PACE_H */
