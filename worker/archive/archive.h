/*
 * gms_archive: the process that keeps history.db.  It follows the lanes'
 * journals, reading alone, and answers questions that the supervisor passes
 * on: ASK messages to the lane "" (docs/history.md).
 *
 * The body of such a message is an object of what the address says, all of
 * them texts, and behind it, where the request had one, its own object.
 */

#ifndef GMS_ARCHIVE_H
#define GMS_ARCHIVE_H

#include <stdatomic.h>
#include <stdint.h>

/* When it last showed that it lives, CLOCK_MONOTONIC: in memory that it shares
 * with the supervisor; 0: not yet. */
typedef _Atomic int64_t gms_beat_t;

/* control: socketpair to the supervisor; beat: or NULL.  Runs until SIGTERM or until the supervisor's end closes; returns
 * the exit status. */
int gms_archive_run(const char *state_dir, int control, gms_beat_t *beat);

#endif /* GMS_ARCHIVE_H */
