/*
 * gms_backoff: when to try again what failed: ever more seldom, and up to a
 * third sooner by chance, so that many who lost the same do not come at once.
 */

#ifndef GMS_BACKOFF_H
#define GMS_BACKOFF_H

#include <stdint.h>

typedef struct {
    int64_t  min_ns; /* after the first failure */
    int64_t  max_ns;
    unsigned seed;
    int64_t  wait_ns; /* 0: nothing failed since it worked */
    int64_t  due_ns;
} gms_backoff_t;

/* It failed: sets due_ns. */
void gms_backoff_failed(gms_backoff_t *b, int64_t now_ns);

/* It works: what fails next is tried again soon. */
void gms_backoff_reset(gms_backoff_t *b);

#endif /* GMS_BACKOFF_H */
