/* Who is known, as a lane asks the history's file. */

#include "t/lib/shelf.h"

#include <sys/stat.h>

#include "worker/store/history_people.h"
#include "worker/store/people.h"


static gms_history_t *
open_history(void)
{
    gms_history_t *h = NULL;

    if (gms_history_open(&h, file_of("history.db"), err, sizeof(err)) != GMS_OK)
    {
        fail_msg("%s", err);
    }
    return h;
}


static void
add(gms_history_t *h, gms_history_kind_e kind, const char *name,
    const gms_history_value_t *value, int n)
{
    char id[GMS_HISTORY_ID_SIZE];

    strcpy(id, name);
    assert_int_equal(gms_history_add(h, kind, id, value, n), GMS_OK);
}


static void
a_lane_asks_who_is_known(void **state)
{
    static const gms_history_value_t anna[] = { { .column = "name",
        .text = "Anna" } };
    static const gms_history_value_t gun[] = {
        { .column = "shooter", .text = "anna" },
        { .column = "name", .text = "LP500" },
        { .column = "gun", .text = "pistol" },
        { .column = "caliber_mm", .number = 4.5, .is_number = true },
        { .column = "click", .text = "0.1mrad" },
    };
    gms_people_equipment_t found;
    gms_history_t         *h = open_history();
    const char            *path = file_of("history.db");

    (void) state;

    assert_int_equal(gms_history_begin(h, true), GMS_OK);
    add(h, GMS_HISTORY_SHOOTERS, "anna", anna, 1);
    add(h, GMS_HISTORY_SHOOTERS, "bob", NULL, 0);
    add(h, GMS_HISTORY_EQUIPMENT, "lp500", gun, 5);
    assert_int_equal(gms_history_commit(h), GMS_OK);

    assert_int_equal(gms_people_shooter(path, "anna"), GMS_OK);
    assert_int_equal(gms_people_shooter(path, "nobody"), GMS_ENOTFOUND);
    assert_int_equal(gms_people_shooter(path, "' OR 1 --"), GMS_ENOTFOUND);
    assert_int_equal(gms_people_equipment(path, "bow", &found), GMS_ENOTFOUND);
    assert_int_equal(gms_people_equipment(path, "lp500", &found), GMS_OK);
    assert_string_equal(found.equipment.id, "lp500");
    assert_string_equal(found.equipment.gun, "pistol");
    assert_string_equal(found.equipment.click, "0.1mrad");
    assert_string_equal(found.equipment.hand, "");
    assert_true(found.caliber_mm == 4.5);
    assert_false(found.retired);

    /* while somebody writes, and of who was erased */
    assert_int_equal(gms_history_begin(h, true), GMS_OK);
    assert_int_equal(gms_history_erase(h, "anna"), GMS_OK);
    assert_int_equal(gms_people_shooter(path, "anna"), GMS_OK);
    assert_int_equal(gms_history_commit(h), GMS_OK);
    assert_int_equal(gms_people_shooter(path, "anna"), GMS_ENOTFOUND);
    assert_int_equal(gms_people_shooter(path, "bob"), GMS_OK);
    gms_history_close(h);
    assert_int_equal(gms_people_shooter(path, "bob"), GMS_OK);
}


static void
without_a_history_nobody_can_say(void **state)
{
    gms_people_equipment_t found;
    const char            *path = file_of("none.db");
    FILE                  *f;

    (void) state;
    assert_int_equal(gms_people_shooter(path, "anna"), GMS_ESTORE);
    assert_int_equal(gms_people_equipment(path, "x", &found), GMS_ESTORE);

    f = fopen(path, "w");
    assert_non_null(f);
    fputs("this is no database, whatever its name says", f);
    fclose(f);
    assert_int_equal(gms_people_shooter(path, "anna"), GMS_ESTORE);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a lane asks who is known",
            .test_func = a_lane_asks_who_is_known,
            .setup_func = make_folder, .teardown_func = remove_folder },
        { .name = "without a history nobody can say",
            .test_func = without_a_history_nobody_can_say,
            .setup_func = make_folder, .teardown_func = remove_folder },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
