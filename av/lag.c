#include "lag.h"

#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "wire.h"

#define MS_NS INT64_C(1000000)

/* The library looks every 100 ms while it waits, and a network delivers some
 * pictures at once now and then. */
#define LAG_BEHIND_NS (300 * MS_NS)

/* Decoding a picture takes less than giving it: who was held up for a while
 * has caught up within this, and has lost no picture that others are made
 * of. */
#define LAG_ASTRAY_NS (1000 * MS_NS)

#define LAG_DESCRIPTORS 64


void
gms_av_lag_begin(gms_av_lag_t *lag, int64_t now_ns)
{
    int       domain;
    socklen_t size;

    memset(lag, 0, sizeof(*lag));
    lag->drained_ns = now_ns;

    for (int fd = GMS_AV_MEMORY + 1; fd < LAG_DESCRIPTORS; fd++) {
        size = sizeof(domain);

        if (lag->sockets < GMS_AV_LAG_SOCKETS
            && getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0
            && (domain == AF_INET || domain == AF_INET6))
        {
            lag->socket[lag->sockets].fd = fd;
            lag->socket[lag->sockets].events = POLLIN;
            lag->sockets++;
        }
    }
}


void
gms_av_lag_look(gms_av_lag_t *lag, int64_t now_ns)
{
    if (poll(lag->socket, lag->sockets, 0) == 0) {
        lag->drained_ns = now_ns;
        lag->behind_ns = 0;
    }
}


gms_av_lag_e
gms_av_lag_state(gms_av_lag_t *lag, int64_t now_ns)
{
    if (lag->behind_ns == 0) {
        if (now_ns - lag->drained_ns <= LAG_BEHIND_NS) {
            return GMS_AV_CURRENT;
        }
        lag->behind_ns = now_ns;
    }

    return now_ns - lag->behind_ns > LAG_ASTRAY_NS ? GMS_AV_ASTRAY
                                                   : GMS_AV_BEHIND;
}
