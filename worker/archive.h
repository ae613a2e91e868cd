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

/* control: socketpair to the supervisor.  Runs until SIGTERM or until the
 * supervisor's end closes; returns the exit status. */
int gms_archive_run(const char *state_dir, int control);

#endif /* GMS_ARCHIVE_H */
