#include "t/lib/shelf.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <sys/stat.h>

#include "worker/archive/keeper.h"
#include "worker/store/history_calibrations.h"
#include "worker/store/history_people.h"
#include "worker/store/people.h"
#include "worker/store/pictures.h"

static gms_keeper_t k;
static char         session[GMS_ID_SIZE];


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
    gms_keeper_init(&k, folder);
}


static void
decide(gms_journal_t *j, gms_scorebook_t *book, const gms_input_t *input)
{
    gms_event_t out[GMS_DECIDE_MAX];
    int         n = sample_step(book, input, out);

    assert_true(n > 0);
    assert_int_equal(gms_journal_append(j, out, n, err, sizeof(err)), GMS_OK);
}


/* Sessions of n shots, of which nobody can say that they are about the
 * middle; the number of the last is that of its first event. */
static void
shoot_sessions(int sessions, unsigned n)
{
    gms_journal_t  *j = NULL;
    gms_scorebook_t book;
    gms_input_t     input;

    assert_int_equal(gms_journal_open(&j, lane_path(""), "lane1", err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_scorebook_init(&book, "lane1", gms_journal_epoch(j)),
        GMS_OK);

    sample_calibration(&input, 1);
    input.u.calibration.map.confirmed = true;
    decide(j, &book, &input);
    for (int s = 0; s < sessions; s++) {
        sample_start(&input, "");
        decide(j, &book, &input);
        for (unsigned i = 1; i <= n; i++) {
            sample_shot(&input, i, 20 + i % 3, i % 4);
            decide(j, &book, &input);
        }
        sample_input(&input, GMS_INPUT_END);
        decide(j, &book, &input);
    }
    snprintf(session, sizeof(session), "%s", sample_session(&book)->id);
    gms_scorebook_free(&book);
    gms_journal_close(j);
}


static void
shoot(unsigned n)
{
    shoot_sessions(1, n);
}


/* The session as the history has it. */
static cJSON *
recorded(void)
{
    char  *text = NULL;
    cJSON *json;

    assert_int_equal(gms_history_session(k.history, session, &text), GMS_OK);
    json = cJSON_Parse(text);
    assert_non_null(json);
    free(text);
    return json;
}


static const char *
word(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(json, name));
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
    uint64_t behind = gms_keeper_behind(&k);
    assert_in_range(behind, 8, 20);
    assert_int_equal(gms_keeper_behind(&k), behind); /* asking reads nothing */
    look(1);
    assert_int_equal(gms_keeper_behind(&k), 0);
    gms_keeper_close(&k);
}


/* The rules say why, with the test that they stand on. */
static void
test_tips(void **state)
{
    cJSON *json, *tips;

    (void) state;
    make_lane();
    shoot(10);
    look(1);
    json = recorded();
    tips = cJSON_GetObjectItem(json, "tips");
    assert_int_equal(cJSON_GetArraySize(tips), 1);
    assert_string_equal(word(cJSON_GetArrayItem(tips, 0), "rule"),
        "sights-off");
    assert_string_equal(word(cJSON_GetArrayItem(tips, 0), "sign"), "offset");
    assert_non_null(strstr(word(cJSON_GetArrayItem(tips, 0), "action"),
        "left"));
    cJSON_Delete(json);
    gms_keeper_close(&k);
}


/* What the tip of the session says to do. */
static void
is_to_do(const char *action)
{
    cJSON *json = recorded();
    cJSON *tip = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "tips"), 0);

    if (strcmp(word(tip, "action"), action) != 0) {
        fail_msg("%s instead of %s", word(tip, "action"), action);
    }
    cJSON_Delete(json);
}


/* Whoever says afterwards what a click moves gets clicks. */
static void
test_tips_are_renewed(void **state)
{
    static const gms_history_value_t gun[] = {
        { .column = "shooter", .text = "anna" },
        { .column = "name", .text = "LP500" },
        { .column = "click", .text = "1mm" },
    };
    static const gms_history_value_t two = { .column = "click", .text = "2mm" };
    static const gms_history_value_t front = { .column = "sight",
        .text = "front" };
    char id[GMS_HISTORY_ID_SIZE] = "lp500";

    (void) state;
    make_lane();
    shoot_sessions(3, 10);
    look(1);
    is_to_do("Turn the sights: 21.0 ± 0.6 mm left, 1.5 ± 0.8 mm down.");

    assert_int_equal(gms_history_begin(k.history, true), GMS_OK);
    assert_int_equal(gms_history_add(k.history, GMS_HISTORY_EQUIPMENT, id, gun,
        3), GMS_OK);
    assert_int_equal(gms_history_equip(k.history, session, id), GMS_OK);
    assert_int_equal(gms_history_commit(k.history), GMS_OK);
    read_all();
    is_to_do("Turn the sights: 21 ± 1 clicks left, 2 ± 1 clicks down.");

    assert_int_equal(gms_history_change(k.history, GMS_HISTORY_EQUIPMENT, id,
        &two, 1), GMS_OK);
    read_all();
    is_to_do("Turn the sights: 11 ± 1 clicks left.");

    /* Told, but not done when the archive was killed. */
    assert_int_equal(gms_history_change(k.history, GMS_HISTORY_EQUIPMENT, id,
        &front, 1), GMS_OK);
    gms_keeper_close(&k);
    gms_keeper_init(&k, folder);
    look(1);
    is_to_do("Turn the sights: front sight 11 ± 1 clicks right.");

    /* Nothing tells it any more: what was said stays. */
    assert_int_equal(gms_history_change(k.history, GMS_HISTORY_EQUIPMENT, id,
        &gun[2], 1), GMS_OK);
    unlink(lane_path("journal.db"));
    read_all();
    is_to_do("Turn the sights: front sight 11 ± 1 clicks right.");
    gms_keeper_close(&k);
}


/* The newest sessions on this face tell what is usual. */
static void
test_usual(void **state)
{
    gms_scatter_t       one = { 0, 0, 10 };
    gms_input_t         input;
    gms_event_session_t asked;
    gms_usual_t         usual;
    double              x = 0, y = 0;

    (void) state;
    make_lane();
    sample_start(&input, "start");
    asked = input.u.session;
    gms_people_usual(file_of("history.db"), "anna", &asked, &usual);
    assert_float_equal(usual.sigma_mm, 0, 0);
    shoot_sessions(25, 10);
    look(1);

    /* Of sessions of one kind 20, each as scattered as the other. */
    for (unsigned i = 1; i <= 10; i++) {
        x += (20 + i % 3) / 10.0;
        y += i % 4 / 10.0;
    }
    for (unsigned i = 1; i <= 10; i++) {
        one.squares += pow(20 + i % 3 - x, 2) + pow(i % 4 - y, 2);
    }
    gms_people_usual(file_of("history.db"), "anna", &asked, &usual);
    assert_int_equal(usual.sessions, 20);
    assert_int_equal(usual.shots, 200);
    assert_float_equal(usual.df, 20 * 18, 0);
    assert_float_equal(usual.sigma_mm, sqrt(one.squares / 18), 1e-9);

    gms_people_usual(file_of("history.db"), "bob", &asked, &usual);
    assert_float_equal(usual.sigma_mm, 0, 0);
    asked.distance_m += 1;
    gms_people_usual(file_of("history.db"), "anna", &asked, &usual);
    assert_float_equal(usual.sigma_mm, 0, 0);
    gms_keeper_close(&k);
}


static void
put_picture(gms_picture_kind_e kind, uint32_t n, const char *text)
{
    gms_picture_t picture = { kind, n, (void *) (uintptr_t) text,
        strlen(text) };

    assert_int_equal(gms_pictures_write(lane_path(""), session, &picture, err,
        sizeof(err)), GMS_OK);
}


/* 40 of them: more than one step hashes. */
static void
test_evidence(void **state)
{
    cJSON *json, *evidence, *item;

    (void) state;
    make_lane();
    shoot(40);
    look(1);
    json = recorded();
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItem(json, "evidence")), 0);
    cJSON_Delete(json);
    gms_keeper_close(&k);

    /* Pictures of before; the history begins anew. */
    put_picture(GMS_PICTURE_PAPER, 1, "abc");
    for (uint32_t n = 1; n <= 40; n++) {
        put_picture(GMS_PICTURE_SHOT, n, n == 1 ? "abc" : "x");
    }
    unlink(file_of("history.db"));
    gms_keeper_init(&k, folder);
    look(1);
    json = recorded();
    evidence = cJSON_GetObjectItem(json, "evidence");
    assert_int_equal(cJSON_GetArraySize(evidence), 41);
    item = cJSON_GetArrayItem(evidence, 0);
    assert_string_equal(word(item, "of"), "shot");
    assert_non_null(strstr(word(item, "href"), "/shots/1.jpg"));
    assert_string_equal(word(item, "sha256"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(word(cJSON_GetArrayItem(evidence, 40), "of"), "paper");
    cJSON_Delete(json);
    gms_keeper_close(&k);
}


static void
test_calibrations(void **state)
{
    gms_history_cursor_t newest = { 0, 0 };
    cJSON               *json, *list;
    char                *text;

    (void) state;
    make_lane();
    shoot(5);
    look(1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(gms_history_calibrations(k.history, "lane1", &newest,
            2, &text), GMS_OK);
        json = cJSON_Parse(text);
        free(text);
        list = cJSON_GetObjectItem(json, "calibrations");
        assert_int_equal(cJSON_GetArraySize(list), 1);
        assert_string_equal(word(cJSON_GetArrayItem(list, 0), "origin"),
            "auto");
        assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "next")));
        cJSON_Delete(json);

        /* Followed once more they are there once. */
        sqlite3 *db;
        assert_int_equal(sqlite3_open(file_of("history.db"), &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, "UPDATE position SET seq = 0", NULL,
            NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        gms_keeper_close(&k);
        gms_keeper_init(&k, folder);
        look(1);
    }
    assert_int_equal(gms_history_calibrations(k.history, "lane2", &newest, 2,
        &text), GMS_OK);
    assert_non_null(strstr(text, "[]"));
    free(text);
    gms_keeper_close(&k);
}


/* Overwrites all pages of the file, or so many at its end. */
static void
damage(long pages)
{
    FILE *file = fopen(file_of("history.db"), "r+");

    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fseek(file, pages == 0 ? 0 : size - pages * 4096, SEEK_SET);
    while (ftell(file) < size) {
        fputc('x', file);
    }
    fclose(file);
}


static void
name_anna(void)
{
    gms_history_value_t name = { "name", "Anna Berg", 0, false };

    assert_int_equal(gms_history_begin(k.history, true), GMS_OK);
    assert_int_equal(gms_history_change(k.history, GMS_HISTORY_SHOOTERS,
        "anna", &name, 1), GMS_OK);
    assert_int_equal(gms_history_commit(k.history), GMS_OK);
}


static void
test_damaged_at_the_start(void **state)
{
    cJSON *json;

    (void) state;
    make_lane();
    shoot(10);
    look(1);
    gms_keeper_close(&k);
    damage(0);

    gms_keeper_init(&k, folder);
    look(1);
    assert_non_null(k.history);
    assert_string_equal(k.why, "");
    json = recorded();
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "shots")),
        10);
    cJSON_Delete(json);
    assert_int_equal(access(file_of("history.db.damaged-1"), F_OK), 0);
    gms_keeper_close(&k);
}


/* Pages of sessions are damaged, those of people are not: found out when they
 * are read. */
static void
test_damaged_inside(void **state)
{
    cJSON *json;
    char  *text;

    (void) state;
    make_lane();
    shoot(200);
    look(1);
    name_anna();
    gms_keeper_close(&k);
    damage(2);

    gms_keeper_init(&k, folder);
    look(1);
    assert_int_not_equal(gms_history_session(k.history, session, &text),
        GMS_OK);
    look(1);
    json = recorded();
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "shots")),
        200);
    assert_string_equal(word(cJSON_GetObjectItem(json, "session"), "name"),
        "Anna Berg");
    cJSON_Delete(json);
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
        IN_FOLDER("tips are kept with their tests", test_tips),
        IN_FOLDER("and said anew when the gun is corrected",
            test_tips_are_renewed),
        IN_FOLDER("they tell how large groups usually are", test_usual),
        IN_FOLDER("pictures are kept by their hash", test_evidence),
        IN_FOLDER("calibrations are kept, once", test_calibrations),
        IN_FOLDER("a damaged history is set aside", test_damaged_at_the_start),
        IN_FOLDER("so is one that shows its damage later",
            test_damaged_inside),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("keeper", tests, NULL, NULL);
}
