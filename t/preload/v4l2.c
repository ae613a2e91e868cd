/*
 * A camera for the unmodified program: loaded before libv4l2, it answers in
 * its place.  All that happens stands in the folder GMS_FAKE_CAMERA:
 *
 *   video0          the device node (a link to /dev/null); gone: unplugged
 *   00000.jpg ...   what it shows, FAKE_FPS a second
 *   until           last picture to be shown; the ones before it come again
 *   zoom            what somebody turns its zoom to; gone when it is done
 */

#include <dlfcn.h>
#include <poll.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#include "t/lib/fake_camera.h"

#define FAKE_FPS 20
#define FAKE_SHOWN_MAX 400
#define FAKE_AGAIN 8
#define FAKE_DELAY_US 40000

int v4l2_fd_open(int fd, int flags);
int v4l2_close(int fd);
int v4l2_ioctl(int fd, unsigned long request, ...);
void *v4l2_mmap(void *start, size_t size, int prot, int flags, int fd,
    int64_t offset);
int v4l2_munmap(void *start, size_t size);

/* The system's, under names of our own: headers say more of theirs. */
int own_poll(struct pollfd *fds, nfds_t n, int timeout_ms) __asm__("poll");
int own_ioctl(int fd, unsigned long request, ...) __asm__("ioctl");

static int      device = -1;
static int64_t  due_us;

static struct {
    void    *bytes;
    size_t   size;
} shown[FAKE_SHOWN_MAX];

static long  count, at = -1;


static int64_t
now_us(void)
{
    struct timespec  t;

    clock_gettime(CLOCK_MONOTONIC, &t);

    return (int64_t) t.tv_sec * 1000000 + t.tv_nsec / 1000;
}


static const char *
path_of(const char *name)
{
    static char  path[500];
    const char  *dir = getenv("GMS_FAKE_CAMERA");

    snprintf(path, sizeof(path), "%s/%s", dir != NULL ? dir : ".", name);

    return path;
}


/* The number in a file; without one it is n. */
static long
number(const char *name, long n)
{
    FILE  *f = fopen(path_of(name), "re");

    if (f != NULL) {
        if (fscanf(f, "%ld", &n) != 1) {
            n += 0;
        }
        fclose(f);
    }

    return n;
}


static void
load(void)
{
    char   name[32];
    long   size;
    FILE  *f;

    for (count = 0; count < FAKE_SHOWN_MAX; count++) {
        snprintf(name, sizeof(name), "%05ld.jpg", count);
        f = fopen(path_of(name), "re");
        if (f == NULL) {
            return;
        }
        fseek(f, 0, SEEK_END);
        size = ftell(f);
        rewind(f);
        shown[count].bytes = malloc((size_t) size);
        shown[count].size = fread(shown[count].bytes, 1, (size_t) size, f);
        fclose(f);
    }
}


/* What has happened since it was looked at last. */
static void
live(void)
{
    long                   until, zoom;
    const fake_control_t  *control = fake_control(V4L2_CID_ZOOM_ABSOLUTE);

    if (access(path_of("video0"), F_OK) != 0) {
        if (!fake.gone) {
            fake_unplug();
        }
        return;
    }

    zoom = number("zoom", control->value);
    if (zoom != control->value) {
        unlink(path_of("zoom"));
        fake_turn(V4L2_CID_ZOOM_ABSOLUTE, (int32_t) zoom);
    }

    until = number("until", 0);
    if (fake.on && now_us() >= due_us && fake.pictures < 4 && count > 0) {
        due_us = now_us() + 1000000 / FAKE_FPS;
        at = at < until && at + 1 < count ? at + 1
            : at >= FAKE_AGAIN ? at - FAKE_AGAIN + 1 : 0;
        fake_give(shown[at].bytes, shown[at].size);
        fake.picture[fake.pictures - 1].flags =
            V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC | V4L2_BUF_FLAG_TSTAMP_SRC_SOE;
        fake.picture[fake.pictures - 1].stamp_us = now_us() - FAKE_DELAY_US;
    }
}


static int
real_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    int  (*next)(struct pollfd *, nfds_t, int);

    *(void **) &next = dlsym(RTLD_NEXT, "poll");

    return next(fds, n, timeout_ms);
}


int
own_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    if (n != 1 || device == -1 || fds->fd != device) {
        return real_poll(fds, n, timeout_ms);
    }

    for (;;) {
        live();
        fds->revents = (short) ((fake.gone ? POLLERR : 0)
            | (fake.pictures > 0 ? POLLIN : 0)
            | (fake.events > 0 ? POLLPRI : 0));

        if (fds->revents != 0 || timeout_ms <= 0) {
            return fds->revents != 0;
        }

        real_poll(NULL, 0, 5);
        timeout_ms -= 5;
    }
}


/* Only this is asked without libv4l2: whether it is a camera. */
int
own_ioctl(int fd, unsigned long request, ...)
{
    int      (*next)(int, unsigned long, void *);
    va_list  args;
    void    *arg;

    va_start(args, request);
    arg = va_arg(args, void *);
    va_end(args);

    if (request == VIDIOC_QUERYCAP) {
        return 0;
    }

    *(void **) &next = dlsym(RTLD_NEXT, "ioctl");

    return next(fd, request, arg);
}


int
v4l2_fd_open(int fd, int flags)
{
    (void) flags;

    if (count == 0) {
        fake_reset();
        load();
    }

    /* what was shot meanwhile is there when it is seen again */
    if (fake.gone && at < number("until", 0) - FAKE_AGAIN) {
        at = number("until", 0) - FAKE_AGAIN;
    }

    fake.gone = false;
    device = fd;

    return fd;
}


int
v4l2_close(int fd)
{
    fake_closed();
    device = -1;

    return close(fd);
}


int
v4l2_ioctl(int fd, unsigned long request, ...)
{
    va_list  args;
    void    *arg;

    va_start(args, request);
    arg = va_arg(args, void *);
    va_end(args);
    live();

    return fake_ioctl(fd, request, arg);
}


void *
v4l2_mmap(void *start, size_t size, int prot, int flags, int fd,
    int64_t offset)
{
    (void) start, (void) prot, (void) flags, (void) fd;

    return fake_map(size, offset);
}


int
v4l2_munmap(void *start, size_t size)
{
    (void) size;

    return fake_unmap(start);
}
