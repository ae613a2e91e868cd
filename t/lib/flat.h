/*
 * Memory and descriptors of a test's process before and after many rounds of
 * something: what a camera that is lost and found costs must be nothing.
 * GMS_RECONNECTS says how many rounds; a week of one a minute is 10,080.
 */

#ifndef GMS_T_FLAT_H
#define GMS_T_FLAT_H

#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What is kept for later (buffers that grew, names that were looked up) is
 * there after so many rounds; the rest may add less than this. */
#define FLAT_WARM 10
#define FLAT_SLACK (64 * 1024)

typedef struct {
    int    descriptors;
    size_t bytes; /* from malloc; 0 under a sanitizer, which looks itself */
} flat_t;


static flat_t
flat_now(void)
{
    DIR    *dir = opendir("/proc/self/fd");
    flat_t  now = { -1, mallinfo2().uordblks };

    while (dir != NULL && readdir(dir) != NULL) {
        now.descriptors++;
    }

    if (dir != NULL) {
        closedir(dir);
    }

    return now;
}


/* Rounds that a test plays: so many, or what the environment says. */
static int
flat_rounds(int usual)
{
    const char *text = getenv("GMS_RECONNECTS");

    return text != NULL && atoi(text) > usual ? atoi(text) : usual;
}


/* `round` is called for each; what it returns is no matter of this. */
static void
flat_play(void (*round)(int), int usual)
{
    int     rounds = flat_rounds(usual);
    flat_t  before = { 0, 0 }, after;

    for (int i = 0; i < FLAT_WARM + rounds; i++) {
        if (i == FLAT_WARM) {
            before = flat_now();
        }
        round(i);
    }

    /* what plays the camera lets go of the last round in its own time, and
     * may have done so late in the first one */
    after = flat_now();
    for (int i = 0; i < 300 && after.descriptors > before.descriptors; i++) {
        usleep(10000);
        after = flat_now();
    }
    assert_true(after.descriptors <= before.descriptors);

    if (after.bytes > before.bytes + FLAT_SLACK) {
        fail_msg("%d rounds took %zu bytes", rounds,
            after.bytes - before.bytes);
    }
}

#endif /* GMS_T_FLAT_H */
