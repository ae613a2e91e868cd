#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "histogram.h"
#include "pace.h"

#define TEXT_BYTES 4096


static int64_t
now_ns(clockid_t clock)
{
    struct timespec ts;

    clock_gettime(clock, &ts);

    return (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}


static size_t
write_text(char text[TEXT_BYTES], unsigned long seq, size_t size)
{
    size_t n;

    n = (size_t) snprintf(text, TEXT_BYTES,
        "{\"lane\":\"lane1\",\"seq\":%lu,\"t_publish_us\":%" PRId64
        ",\"fill\":\"",
        seq, now_ns(CLOCK_REALTIME) / 1000);

    while (n < size && n < TEXT_BYTES - 3) {
        text[n++] = 'x';
    }

    return n + (size_t) snprintf(text + n, TEXT_BYTES - n, "\"}");
}


static void
publish_all(bench_publish_pt publish, void *data, const unsigned long of[4])
{
    static bench_histogram_t took_ns;
    static char              text[TEXT_BYTES];
    unsigned long            i;
    int64_t                  due, began;
    size_t                   size;
    struct timespec          at;

    memset(&took_ns, 0, sizeof(took_ns));
    due = now_ns(CLOCK_MONOTONIC);

    for (i = 0; i < of[1]; i++) {
        at.tv_sec = due / 1000000000;
        at.tv_nsec = due % 1000000000;
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL)) {
            continue;
        }

        began = now_ns(CLOCK_MONOTONIC);
        size = write_text(text, of[0] + i, of[3]);
        publish(data, of[0] + i, text, size);
        bench_histogram_add(
            &took_ns, (uint64_t) (now_ns(CLOCK_MONOTONIC) - began));
        due += (int64_t) of[2] * 1000;
    }

    printf("published %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
        bench_histogram_quantile(&took_ns, 0.50),
        bench_histogram_quantile(&took_ns, 0.99), took_ns.max);
}


void
bench_pace_run(bench_publish_pt publish, void *data)
{
    char          line[128];
    unsigned long of[4];

    setvbuf(stdout, NULL, _IOLBF, 0);

    while (fgets(line, sizeof(line), stdin) != NULL) {
        if (sscanf(
                line, "publish %lu %lu %lu %lu", &of[0], &of[1], &of[2], &of[3])
            != 4)
        {
            fprintf(stderr, "what is %s", line);
            exit(2);
        }
        publish_all(publish, data, of);
    }
}
