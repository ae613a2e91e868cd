/*
 * How far the reading of a live stream is behind.  What a camera has sent waits
 * in the sockets when decoding takes longer than its pictures are apart, or
 * this program was held up; each picture is then as old as what waits before
 * it.  Who is behind leaves pictures out, until nothing waits any more: no old
 * one is given.
 *
 * Nobody's clock is believed for that: nothing that is read is older than the
 * moment at which nothing waited last.
 */

#ifndef GMS_AV_LAG_H
#define GMS_AV_LAG_H

#include <poll.h>
#include <stdint.h>

/* Pictures, reports and commands. */
#define GMS_AV_LAG_SOCKETS 8

typedef enum {
    GMS_AV_CURRENT,
    GMS_AV_BEHIND, /* decode what comes, and give none of it */
    GMS_AV_ASTRAY  /* that is not enough: do not even decode it */
} gms_av_lag_e;

typedef struct {
    struct pollfd socket[GMS_AV_LAG_SOCKETS];
    unsigned      sockets;
    int64_t       drained_ns; /* when nothing waited last */
    int64_t       behind_ns;  /* since when it is behind; 0: it is not */
} gms_av_lag_t;

/* Of all connections that this program has now. */
void gms_av_lag_begin(gms_av_lag_t *lag, int64_t now_ns);

/* Before the reader waits for more, as often as it likes. */
void gms_av_lag_look(gms_av_lag_t *lag, int64_t now_ns);

/* What to do with what was just read. */
gms_av_lag_e gms_av_lag_state(gms_av_lag_t *lag, int64_t now_ns);

#endif /* GMS_AV_LAG_H */
