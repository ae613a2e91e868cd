#include "watch.h"

#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "clock.h"


static struct timespec
time_of(int64_t ns)
{
    return (struct timespec){ .tv_sec = ns / GMS_S, .tv_nsec = ns % GMS_S };
}


int
gms_watch_init(
    gms_watch_t *w, const int *more, int64_t first_ns, int64_t every_ns)
{
    struct itimerspec tick = { .it_value = time_of(first_ns),
        .it_interval = time_of(every_ns) };
    sigset_t          set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);

    for (; more != NULL && *more != 0; more++) {
        sigaddset(&set, *more);
    }

    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);

    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    w->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

    return w->epoll == -1 || w->signals == -1 || w->timer == -1
            || timerfd_settime(w->timer, 0, &tick, NULL) == -1
            || gms_watch_add(w, w->signals) != GMS_OK
            || gms_watch_add(w, w->timer) != GMS_OK
        ? GMS_ESYS
        : GMS_OK;
}


int
gms_watch_add(const gms_watch_t *w, int fd)
{
    struct epoll_event ev;

    memset(&ev, 0, sizeof(ev));
    ev.events = EPOLLIN;
    ev.data.fd = fd;

    return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &ev) == 0 ? GMS_OK : GMS_ESYS;
}


void
gms_watch_remove(const gms_watch_t *w, int fd)
{
    epoll_ctl(w->epoll, EPOLL_CTL_DEL, fd, NULL);
}


bool
gms_watch_ticked(const gms_watch_t *w)
{
    uint64_t n;

    return read(w->timer, &n, sizeof(n)) == sizeof(n);
}
