#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/log.h"
#include "../lane/gauges.h"
#include "process.h"

/* A life shorter than this counts against the process. */
#define GMS_LIFE_SHORT_NS (2 * GMS_S)
#define GMS_BACKOFF_NS (50 * GMS_MS)
#define GMS_BACKOFF_MAX_NS (5 * GMS_S)

/* Longer than any wait a thread is allowed (a camera's connect: 5 s), and than
 * a search for the target takes, which is many times slower with sanitizers. */
#ifdef __SANITIZE_ADDRESS__
#define GMS_HANG_NS (30 * GMS_S)
#else
#define GMS_HANG_NS (10 * GMS_S)
#endif


static int
process_compare(const void *a, const void *b)
{
    return *(const int *) a - *(const int *) b;
}


/* CLOEXEC does nothing without exec: closes all descriptors but these. */
static void
process_close_others(int *keep, unsigned n)
{
    unsigned i, from;

    qsort(keep, n, sizeof(*keep), process_compare);
    from = 3;

    for (i = 0; i < n; i++) {
        if (keep[i] < (int) from) {
            continue;
        }

        if ((unsigned) keep[i] > from) {
            close_range(from, (unsigned) keep[i] - 1, 0);
        }

        from = (unsigned) keep[i] + 1;
    }

    close_range(from, ~0U, 0);
}


static void
process_child(gms_process_t *p, const gms_process_setup_t *setup, int control,
    pid_t parent)
{
    gms_lane_birth_t birth;
    sigset_t         none;
    int              keep[GMS_WAKES_MAX + 64];
    unsigned         i, n;

    /* The lanes must not outlive who holds their memory. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(1);
    }

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    memset(&birth, 0, sizeof(birth));
    birth.lanes = p->lanes;
    birth.state_dir = setup->state_dir;
    birth.control = control;
    birth.restarts = p->lives;
    birth.pending = p->pending;
    memcpy(birth.config, p->config, sizeof(birth.config));
    memcpy(birth.memory, p->memory, sizeof(birth.memory));
    memcpy(birth.wake, setup->wake, sizeof(birth.wake));

    n = 0;
    keep[n++] = control;

    /* The archive wakes nobody. */
    for (i = 0; p->lanes > 0 && i < GMS_WAKES_MAX; i++) {
        if (setup->wake[i] != -1) {
            keep[n++] = setup->wake[i];
        }
    }
    for (i = 0; i < setup->keeps && n < sizeof(keep) / sizeof(*keep); i++) {
        keep[n++] = setup->keep[i];
    }

    setup->forget(setup->data, p);
    process_close_others(keep, n);

    _exit(p->lanes > 0 ? gms_lane_run(&birth)
                       : gms_archive_run(setup->state_dir, control, p->beat));
}


int
gms_process_start(gms_process_t *p, const gms_process_setup_t *setup)
{
    int      pair[2], beat;
    unsigned i;
    pid_t    pid, parent;

    if (socketpair(
            AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair)
        == -1)
    {
        return GMS_ESYS;
    }

    for (i = 0; i < p->lanes; i++) {
        for (beat = 0; beat < GMS_BEATS; beat++) {
            gms_memory_beat(p->memory[i], beat, 0);
        }

        gms_gauges_clear(p->memory[i]);

        if (p->lives > 0) {
            gms_memory_count(p->memory[i], GMS_COUNTER_RESTARTS, 1);
        }
    }

    if (p->beat != NULL) {
        atomic_store(p->beat, 0);
    }

    parent = getpid();
    pid = fork();

    if (pid == 0) {
        close(pair[0]);
        process_child(p, setup, pair[1], parent);
    }

    close(pair[1]);

    if (pid == -1) {
        close(pair[0]);
        return GMS_ESYS;
    }

    p->pid = pid;
    p->control = pair[0];
    p->born_ns = gms_clock_mono_ns();
    p->killed_ns = 0;
    p->lives++;

    return GMS_OK;
}


void
gms_process_ended(gms_process_t *p, int64_t now_ns)
{
    int64_t wait_ns;

    p->pid = 0;
    close(p->control);
    p->control = -1;

    if (now_ns - p->born_ns >= GMS_LIFE_SHORT_NS) {
        p->short_lives = 0;
        p->birth_at_ns = 0;
        return;
    }

    /* The first short life is made good at once, the next ones wait. */
    wait_ns = 0;
    if (p->short_lives > 0) {
        wait_ns = p->short_lives > 6 ? GMS_BACKOFF_MAX_NS
                                     : GMS_BACKOFF_NS << p->short_lives;
    }

    p->short_lives++;
    p->birth_at_ns =
        now_ns + (wait_ns > GMS_BACKOFF_MAX_NS ? GMS_BACKOFF_MAX_NS : wait_ns);
}


static bool
process_is_silent(int64_t beat_ns, int64_t now_ns)
{
    return beat_ns == 0 || now_ns - beat_ns > GMS_HANG_NS;
}


bool
gms_process_hangs(const gms_process_t *p, int64_t now_ns)
{
    unsigned i;
    int      beat;

    if (p->pid == 0 || now_ns - p->born_ns < GMS_HANG_NS) {
        return false;
    }

    if (p->beat != NULL && process_is_silent(atomic_load(p->beat), now_ns)) {
        return true;
    }

    for (i = 0; i < p->lanes; i++) {
        for (beat = 0; beat < GMS_BEATS; beat++) {
            if (process_is_silent(
                    gms_memory_last_beat(p->memory[i], beat), now_ns)) {
                return true;
            }
        }
    }

    return false;
}
