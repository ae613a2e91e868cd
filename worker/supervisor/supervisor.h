/*
 * gms_supervisor: the parent of all lane processes.  Single-threaded: keeps
 * the lanes' memories, forks and restarts their processes, watches their
 * heartbeats, and passes messages between nginx processes (and the command
 * line) and the lanes.  It decodes no picture and opens no journal.
 */

#ifndef GMS_SUPERVISOR_H
#define GMS_SUPERVISOR_H

typedef struct {
    const char *state_dir;
    const char *link;    /* socket path */
    const char *ranges;  /* configuration file, NULL: comes from nginx */
    const char *targets; /* target library for ranges, NULL: the usual */
} gms_supervisor_options_t;

/* Runs until SIGTERM or SIGINT; returns the exit status. */
int gms_supervisor_run(const gms_supervisor_options_t *options);

#endif /* GMS_SUPERVISOR_H */
