#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>

#include "ipc/error.h"
#include "worker/lane/inbox.h"

#define ITEMS 20000
#define WRITERS 3


static void *
writer(void *data)
{
    gms_inbox_t *inbox;
    unsigned i;

    inbox = data;

    for (i = 1; i <= ITEMS; i++) {
        gms_inbox_put(inbox, &i);
    }

    return NULL;
}


static void
keeps_every_item(void **state)
{
    pthread_t thread[WRITERS];
    gms_inbox_t inbox;
    struct pollfd p;
    unsigned item, n;
    uint64_t sum;
    int i;

    (void) state;

    /* Far smaller than what is put in: the writers must wait for room. */
    assert_int_equal(gms_inbox_init(&inbox, sizeof(item), 8), GMS_OK);

    for (i = 0; i < WRITERS; i++) {
        pthread_create(&thread[i], NULL, writer, &inbox);
    }

    p.fd = inbox.fd;
    p.events = POLLIN;
    n = 0;
    sum = 0;

    while (n < WRITERS * ITEMS) {
        assert_int_equal(poll(&p, 1, 5000), 1);

        while (gms_inbox_take(&inbox, &item)) {
            n++;
            sum += item;
        }
    }

    for (i = 0; i < WRITERS; i++) {
        pthread_join(thread[i], NULL);
    }

    assert_int_equal(sum, (uint64_t) WRITERS * ITEMS * (ITEMS + 1) / 2);
    assert_false(gms_inbox_take(&inbox, &item));
    gms_inbox_close(&inbox);
}


static void
keeps_the_order(void **state)
{
    gms_inbox_t inbox;
    int i, item;

    (void) state;

    assert_int_equal(gms_inbox_init(&inbox, sizeof(item), 4), GMS_OK);

    for (i = 0; i < 10; i++) {
        gms_inbox_put(&inbox, &i);
        item = i + 100;
        gms_inbox_put(&inbox, &item);
        assert_true(gms_inbox_take(&inbox, &item));
        assert_int_equal(item, i);
        assert_true(gms_inbox_take(&inbox, &item));
        assert_int_equal(item, i + 100);
    }

    gms_inbox_close(&inbox);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "an inbox keeps every item of several threads although it "
                  "is small",
          .test_func = keeps_every_item },
        { .name = "an inbox hands items out in the order they came",
          .test_func = keeps_the_order }
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
