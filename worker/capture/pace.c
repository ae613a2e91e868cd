/* gms_pace: see pace.h. */

#include <errno.h>
#include <math.h>
#include <time.h>

#include "pace.h"
#include "../../ipc/error.h"
#include "../base/clock.h"


void
gms_pace_init(gms_pace_t *pace, int64_t start_ns, double fps)
{
    pace->start_ns = start_ns;
    pace->fps = fps;
    pace->next = 0;
}


int64_t
gms_pace_at(const gms_pace_t *pace, uint64_t tick)
{
    return pace->start_ns
        + (int64_t) llround((double) tick * ((double) GMS_S / pace->fps));
}


int
gms_pace_wait(gms_pace_t *pace, int timeout_ms, uint64_t *tick)
{
    int64_t         now, due, until;
    uint64_t        newest;
    struct timespec ts;

    now = gms_clock_mono_ns();
    due = gms_pace_at(pace, pace->next);
    until = now + timeout_ms * GMS_MS;

    if (due > now) {
        until = due < until ? due : until;
        ts.tv_sec = until / GMS_S;
        ts.tv_nsec = until % GMS_S;

        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL)
            == EINTR) {
            /* sleep on */
        }

        now = gms_clock_mono_ns();
        if (due > now) {
            return GMS_EAGAIN;
        }
    }

    newest = (uint64_t) ((double) (now - pace->start_ns) * pace->fps
        / (double) GMS_S);
    *tick = newest > pace->next ? newest : pace->next;
    pace->next = *tick + 1;

    return GMS_OK;
}


uint64_t
gms_pace_step(gms_pace_t *pace)
{
    return pace->next++;
}
