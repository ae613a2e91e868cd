/* gms_clock: see clock.h. */

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"


static int64_t
gms_clock_read(clockid_t clock)
{
    struct timespec ts;

    if (clock_gettime(clock, &ts) != 0) {
        return 0;
    }

    return (int64_t) ts.tv_sec * GMS_S + ts.tv_nsec;
}


int64_t
gms_clock_mono_ns(void)
{
    return gms_clock_read(CLOCK_MONOTONIC);
}


int64_t
gms_clock_real_ns(void)
{
    return gms_clock_read(CLOCK_REALTIME);
}


int64_t
gms_clock_boot_ns(void)
{
    return gms_clock_read(CLOCK_BOOTTIME);
}


int64_t
gms_clock_thread_ns(void)
{
    return gms_clock_read(CLOCK_THREAD_CPUTIME_ID);
}


void
gms_clock_boot_id(char id[33])
{
    char    text[64];
    int     fd, n;
    ssize_t size;

    id[0] = '\0';

    fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }

    size = read(fd, text, sizeof(text));
    close(fd);

    n = 0;
    for (ssize_t i = 0; i < size && n < 32; i++) {
        char c = text[i];

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
            id[n++] = c;
        }
    }

    id[n == 32 ? 32 : 0] = '\0';
}
