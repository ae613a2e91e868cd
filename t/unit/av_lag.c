/* Who reads a stream and is behind leaves out what is old. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "av/lag.h"

#define MS INT64_C(1000000)
#define EACH 66 /* ms from picture to picture */

/* What the camera sends into, and what is read from. */
static int          there, here;
static gms_av_lag_t lag;
static int64_t      t_ns;


static int
begin(void **state)
{
    int pair[2];

    (void) state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    there = pair[0];
    here = pair[1];
    t_ns = 1000000 * MS;

    /* sockets of a network alone count */
    gms_av_lag_begin(&lag, t_ns);
    assert_int_equal(lag.sockets, 0);
    lag.socket[0].fd = here;
    lag.socket[0].events = POLLIN;
    lag.sockets = 1;

    return 0;
}


static int
end(void **state)
{
    (void) state;
    close(there);
    close(here);

    return 0;
}


static void
comes(int pictures)
{
    for (int i = 0; i < pictures; i++) {
        assert_int_equal(write(there, "p", 1), 1);
    }
}


/* One more, waited for or not, and what becomes of it. */
static gms_av_lag_e
reads(void)
{
    char byte;

    gms_av_lag_look(&lag, t_ns);
    assert_int_equal(read(here, &byte, 1), 1);

    return gms_av_lag_state(&lag, t_ns);
}


/* Waits, as the library does, until one comes. */
static gms_av_lag_e
waits(void)
{
    gms_av_lag_look(&lag, t_ns);
    t_ns += EACH * MS;
    comes(1);

    return reads();
}


static void
current(void **state)
{
    (void) state;

    for (int i = 0; i < 1000; i++) {
        assert_int_equal(waits(), GMS_AV_CURRENT);
    }

    /* some come at once, and take their time */
    comes(4);
    for (int i = 0; i < 4; i++, t_ns += 50 * MS) {
        assert_int_equal(reads(), GMS_AV_CURRENT);
    }

    assert_int_equal(waits(), GMS_AV_CURRENT);
}


static void
held_up(void **state)
{
    (void) state;
    assert_int_equal(waits(), GMS_AV_CURRENT);

    /* for three seconds; then all is read, a few milliseconds each */
    gms_av_lag_look(&lag, t_ns);
    t_ns += 3000 * MS;
    comes(45);

    for (int i = 0; i < 45; i++, t_ns += 8 * MS) {
        assert_int_equal(reads(), GMS_AV_BEHIND);
    }

    for (int i = 0; i < 10; i++) {
        assert_int_equal(waits(), GMS_AV_CURRENT);
    }
}


/* One that takes half as long again as pictures are apart. */
static void
slow(void **state)
{
    int64_t sent_ns, until_ns, taken;
    int     given, behind, astray;

    (void) state;
    assert_int_equal(waits(), GMS_AV_CURRENT);
    given = behind = astray = 0;
    sent_ns = t_ns;
    until_ns = t_ns + 30000 * MS;
    taken = 0;

    while (t_ns < until_ns) {
        for (; sent_ns + EACH * MS <= t_ns; sent_ns += EACH * MS, taken++) {
            comes(1);
        }

        gms_av_lag_look(&lag, t_ns);

        if (taken == 0) {
            t_ns = sent_ns + EACH * MS;
            continue;
        }

        taken--;

        switch (reads()) {

        case GMS_AV_CURRENT:
            /* how many wait behind it is how old it is */
            assert_in_range(taken, 0, 2);
            given++;
            t_ns += EACH * 3 / 2 * MS;
            break;

        case GMS_AV_BEHIND:
            behind++;
            t_ns += EACH * 3 / 2 * MS;
            break;

        default: /* costs nothing */
            astray++;
            break;
        }
    }

    assert_in_range(given, 50, 200);
    assert_true(behind > 0);
    assert_true(astray > 0);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "who reads what comes is not behind",
            .test_func = current,
            .setup_func = begin,
            .teardown_func = end },
        { .name = "who was held up reads on until nothing waits",
            .test_func = held_up,
            .setup_func = begin,
            .teardown_func = end },
        { .name = "a decoder that is too slow gives fewer, never old ones",
            .test_func = slow,
            .setup_func = begin,
            .teardown_func = end },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
