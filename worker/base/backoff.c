#include "backoff.h"

#include <stdlib.h>

#define BACKOFF_JITTER 3


void
gms_backoff_failed(gms_backoff_t *b, int64_t now_ns)
{
    b->wait_ns = b->wait_ns == 0 ? b->min_ns : b->wait_ns * 2;
    if (b->wait_ns > b->max_ns) {
        b->wait_ns = b->max_ns;
    }

    b->due_ns =
        now_ns + b->wait_ns - rand_r(&b->seed) % (b->wait_ns / BACKOFF_JITTER);
}


void
gms_backoff_reset(gms_backoff_t *b)
{
    b->wait_ns = 0;
}
