#include "t/lib/shelf.h"

#include <sys/stat.h>

#include "worker/keeper.h"

static gms_keeper_t k;


static void
read_all(void)
{
    while (gms_keeper_step(&k)) {
        continue;
    }
}


static void
look(int times)
{
    for (int i = 0; i < times; i++) {
        gms_keeper_look(&k);
        read_all();
    }
}


static const char *
lane_path(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/lanes/lane1/%s", folder, name);
    return path;
}


static void
make_lane(void)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/lanes", folder);
    assert_int_equal(mkdir(path, 0750), 0);
    assert_int_equal(mkdir(lane_path(""), 0750), 0);
    memset(&k, 0, sizeof(k));
    k.state_dir = folder;
}


/* A session of n shots. */
static void
shoot(unsigned n)
{
    gms_journal_t  *j = NULL;
    gms_scorebook_t book;
    gms_event_t     out[GMS_DECIDE_MAX];
    gms_input_t     input;

    assert_int_equal(gms_journal_open(&j, lane_path(""), "lane1", err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_scorebook_init(&book, "lane1", gms_journal_epoch(j)),
        GMS_OK);

    for (unsigned i = 0; i <= n; i++) {
        if (i == 0) {
            sample_start(&input, "start");
        } else {
            sample_shot(&input, i, i, 1);
        }
        assert_int_equal(sample_step(&book, &input, out), 1);
        assert_int_equal(gms_journal_append(j, out, 1, err, sizeof(err)),
            GMS_OK);
    }
    gms_scorebook_free(&book);
    gms_journal_close(j);
}


/* The archive may come before the lane has written the first byte. */
static void
test_a_journal_that_is_being_made(void **state)
{
    (void) state;
    make_lane();
    fclose(fopen(lane_path("journal.db"), "w"));
    look(2);
    assert_int_equal(k.lanes, 1);
    assert_string_not_equal(k.lane[0]->why, "");
    assert_string_equal(k.said[0], "");

    unlink(lane_path("journal.db"));
    shoot(3);
    look(1);
    assert_string_equal(k.lane[0]->why, "");
    assert_string_equal(k.said[0], "");
    gms_keeper_close(&k);
}


static void
test_what_stays_so_is_said(void **state)
{
    (void) state;
    make_lane();
    fclose(fopen(lane_path("journal.db"), "w"));
    look(3);
    assert_non_null(strstr(k.said[0], "is empty"));
    gms_keeper_close(&k);
}


static void
test_how_far_behind(void **state)
{
    (void) state;
    make_lane();
    shoot(5);
    assert_int_equal(gms_keeper_behind(&k), 6);
    assert_int_equal(gms_keeper_behind(&k), 6); /* asking reads nothing */
    look(1);
    assert_int_equal(gms_keeper_behind(&k), 0);
    gms_keeper_close(&k);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER("a journal that is being made is no trouble",
            test_a_journal_that_is_being_made),
        IN_FOLDER("one that stays unreadable is said to be",
            test_what_stays_so_is_said),
        IN_FOLDER("it tells how far behind it is", test_how_far_behind),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
}
