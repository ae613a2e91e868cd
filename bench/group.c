/*
 * group: what a shot costs the statistics of a session of so many shots, in
 * rounds of ten: all that follows from it for the state of a lane, a
 * correction of the first shot, and the same from nothing.  Microseconds.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "chance.h"
#include "worker/session/statistics.h"

#define TIMES 101

static uint64_t state = 1;


static double
now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}


static int
by_size(const void *a, const void *b)
{
    double p = *(const double *) a, q = *(const double *) b;

    return (p > q) - (p < q);
}


/* Everything that is shown after a shot. */
static void
update(gms_running_t *r, const gms_counted_t *shot, int n)
{
    cJSON *json;
    char  *text;

    if (gms_running_follow(r, shot, n) != 0) {
        exit(1);
    }
    json = gms_statistics_short(r, 10000);
    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    free(text);
}


/* Median time of what a shot, a correction, or a start costs. */
static double
measure(int n, int what)
{
    double         time_us[TIMES];
    gms_running_t  r = { 0 };
    gms_counted_t *shot = calloc((size_t) n + TIMES, sizeof(*shot));

    for (int i = 0; shot != NULL && i < n + TIMES; i++) {
        shot[i] = (gms_counted_t){ chance_normal(&state), (uint32_t) i + 1,
            (uint32_t) i / 10 + 1, 30.0 * i, false };
    }
    if (shot == NULL || gms_running_follow(&r, shot, n) != 0) {
        exit(1);
    }
    for (int i = 0; i < TIMES; i++) {
        double before;

        if (what == 1) {
            shot[0].at.x += 0.001;
        } else if (what == 2) {
            gms_running_free(&r);
        }
        before = now_us();
        update(&r, shot, what == 0 ? n + i + 1 : n);
        time_us[i] = now_us() - before;
    }
    qsort(time_us, TIMES, sizeof(double), by_size);
    gms_running_free(&r);
    free(shot);
    return time_us[TIMES / 2];
}


int
main(void)
{
    static const int size[] = { 10, 100, 1000, 5000 };

    printf("shots   a shot  a correction  from nothing, us\n");
    for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
        printf("%5d %8.0f %13.0f %13.0f\n", size[i], measure(size[i], 0),
            measure(size[i], 1), measure(size[i], 2));
    }
    return 0;
}
