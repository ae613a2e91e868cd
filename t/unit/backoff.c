/* When what failed is tried again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "worker/base/backoff.h"
#include "worker/base/clock.h"


static void
seldom(void **state)
{
    static const int64_t most_ms[] = { 100, 200, 400, 800, 1600, 3200, 5000,
        5000 };
    gms_backoff_t        b = { .min_ns = 100 * GMS_MS, .max_ns = 5 * GMS_S };
    int64_t              wait_ns;

    (void) state;

    for (unsigned seed = 0; seed < 200; seed++) {
        b.seed = seed;
        gms_backoff_reset(&b);

        for (size_t i = 0; i < sizeof(most_ms) / sizeof(most_ms[0]); i++) {
            gms_backoff_failed(&b, 7 * GMS_S);
            wait_ns = b.due_ns - 7 * GMS_S;

            if (wait_ns > most_ms[i] * GMS_MS
                || wait_ns < most_ms[i] * GMS_MS * 2 / 3)
            {
                fail_msg("%zu: %ld", i, (long) wait_ns);
            }
        }
    }
}


/* Many that lost one thing at once. */
static void
apart(void **state)
{
    int tenth[10] = { 0 };

    (void) state;

    for (unsigned i = 0; i < 1000; i++) {
        gms_backoff_t b = { .min_ns = 3 * GMS_S, .max_ns = 5 * GMS_S,
            .seed = i * 7919 };

        gms_backoff_failed(&b, 0);
        tenth[(3 * GMS_S - b.due_ns) * 10 / GMS_S]++;
    }

    for (int i = 0; i < 10; i++) {
        assert_in_range(tenth[i], 50, 200);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "what fails is tried again after a tenth of a second, then "
                  "ever more seldom, and soon again once it worked",
          .test_func = seldom },
        { .name = "many do not come at once", .test_func = apart },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
