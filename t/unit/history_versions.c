#include "t/lib/shelf.h"

#include <cjson/cJSON.h>

#include "worker/store/history.h"
#include "worker/store/history_people.h"
#include "worker/store/history_query.h"

/*
 * Files as every earlier version made them, filled, word for word: what its
 * programs wrote must be there after the present one has opened it.
 */

/* The tables of the first one. */
static const char first[] =
    "CREATE TABLE shooter ( id TEXT PRIMARY KEY, name TEXT, hand TEXT, "
    "erased INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE TABLE equipment ( id TEXT PRIMARY KEY, shooter TEXT NOT "
    "NULL, name TEXT NOT NULL, gun TEXT, caliber_mm REAL, click TEXT, "
    "sight TEXT, hand TEXT, retired INTEGER NOT NULL DEFAULT 0) WITHOUT "
    "ROWID;"
    "CREATE INDEX equipment_shooter ON equipment (shooter);"
    "CREATE TABLE used ( session TEXT PRIMARY KEY, equipment TEXT NOT "
    "NULL) WITHOUT ROWID;"
    "CREATE INDEX used_equipment ON used (equipment);"
    "CREATE TABLE session ( no INTEGER PRIMARY KEY, id TEXT NOT NULL "
    "UNIQUE, lane TEXT NOT NULL, shooter TEXT NOT NULL, target TEXT NOT "
    "NULL, caliber_mm REAL NOT NULL, distance_m REAL NOT NULL, state "
    "INTEGER NOT NULL, walk_up INTEGER NOT NULL, started_us INTEGER NOT "
    "NULL, ended_us INTEGER NOT NULL, started_seq INTEGER NOT NULL, "
    "last_seq INTEGER NOT NULL, shots INTEGER NOT NULL, rounds INTEGER "
    "NOT NULL, counted INTEGER NOT NULL, tenths INTEGER NOT NULL, rings "
    "INTEGER NOT NULL, inner INTEGER NOT NULL, x_mm REAL, y_mm REAL, "
    "squares REAL, sigma_mm REAL, spread_mm REAL, radius_mm REAL);"
    "CREATE INDEX session_time ON session (started_us, no);"
    "CREATE INDEX session_shooter ON session (shooter, started_us, no);"
    "CREATE INDEX session_lane ON session (lane, started_us, no);"
    "CREATE INDEX session_target ON session (target, started_us, no);"
    "CREATE TABLE round ( session INTEGER NOT NULL, n INTEGER NOT NULL, "
    "first INTEGER NOT NULL, last INTEGER NOT NULL, ended_by TEXT, "
    "counted INTEGER NOT NULL, tenths INTEGER NOT NULL, rings INTEGER "
    "NOT NULL, inner INTEGER NOT NULL, x_mm REAL, y_mm REAL, sigma_mm "
    "REAL, spread_mm REAL, PRIMARY KEY (session, n)) WITHOUT ROWID;"
    "CREATE TABLE shot ( session INTEGER NOT NULL, n INTEGER NOT NULL, "
    "t_us INTEGER NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, "
    "tenths INTEGER NOT NULL, ring INTEGER NOT NULL, flags INTEGER NOT "
    "NULL, paper INTEGER NOT NULL, round INTEGER NOT NULL, zone TEXT, "
    "bull TEXT, PRIMARY KEY (session, n)) WITHOUT ROWID;"
    "CREATE TABLE position ( lane TEXT NOT NULL, epoch TEXT NOT NULL, "
    "seq INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (lane, "
    "epoch)) WITHOUT ROWID;"
    "CREATE TABLE answered ( no INTEGER PRIMARY KEY, key TEXT NOT NULL, "
    "verb TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (key, verb));";

static const char first_index[] =
    "CREATE INDEX session_sums ON session (lane, target, caliber_mm, counted,"
    " tenths, rings, inner, squares, shots);";

static const char second[] =
    "ALTER TABLE session ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;"
    "DROP INDEX session_sums;"
    "CREATE INDEX session_sums ON session (lane, target, caliber_mm, counted,"
    " tenths, rings, inner, squares, shots, placed);";

static const char third[] =
    "CREATE TABLE calibration ( no INTEGER PRIMARY KEY, lane TEXT NOT NULL, "
    "seq INTEGER NOT NULL, t_us INTEGER NOT NULL, origin TEXT NOT NULL, "
    "confirmed INTEGER NOT NULL, residual_mm REAL, px_per_mm REAL, tilt_deg "
    "REAL, of INTEGER NOT NULL, reason TEXT NOT NULL, map TEXT NOT NULL, "
    "UNIQUE (lane, seq, t_us));"
    "CREATE INDEX calibration_time ON calibration (t_us, no);"
    "CREATE INDEX calibration_lane ON calibration (lane, t_us, no);"
    "CREATE TABLE tip ( session INTEGER NOT NULL, rank INTEGER NOT NULL, rule "
    "TEXT NOT NULL, category TEXT NOT NULL, hypothesis INTEGER NOT NULL, text "
    "TEXT NOT NULL, action TEXT, drill TEXT, sign TEXT NOT NULL, n INTEGER, p "
    "REAL, p_family REAL, PRIMARY KEY (session, rank)) WITHOUT ROWID;"
    "CREATE TABLE evidence ( session INTEGER NOT NULL, kind INTEGER NOT NULL, "
    "n INTEGER NOT NULL, bytes INTEGER NOT NULL, written_us INTEGER NOT NULL, "
    "sha256 BLOB NOT NULL, PRIMARY KEY (session, kind, n)) WITHOUT ROWID;"
    "CREATE TABLE unseen ( session INTEGER PRIMARY KEY, changed_ns INTEGER NOT "
    "NULL);";

static const char fourth[] =
    "ALTER TABLE session ADD COLUMN source TEXT;"
    "ALTER TABLE session ADD COLUMN within REAL;"
    "ALTER TABLE session ADD COLUMN df INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE stale (session INTEGER PRIMARY KEY);";

static const char rows[] =
    "INSERT INTO shooter VALUES ('anna', 'Anna Berg', 'left', 0),"
    " ('s7', NULL, NULL, 1);"
    "INSERT INTO equipment VALUES ('old', 'anna', 'Old one', 'pistol', 4.5,"
    " '0.25moa', 'rear', NULL, 1);"
    "INSERT INTO used VALUES ('lane1-5f3a9c0112345678-2', 'old');"
    "INSERT INTO session (no, id, lane, shooter, target, caliber_mm,"
    " distance_m, state, walk_up, started_us, ended_us, started_seq, last_seq,"
    " shots, rounds, counted, tenths, rings, inner, x_mm, y_mm, squares,"
    " sigma_mm, spread_mm, radius_mm) VALUES"
    " (1, 'lane1-5f3a9c0112345678-2', 'lane1', 'anna', 'issf-10m-air-pistol',"
    " 4.5, 10, 2, 0, 1700000000000000, 1700000900000000, 2, 9, 3, 1, 2, 194,"
    " 19, 1, 1.5, -0.5, 4.5, 1.7, 3, 1.5),"
    " (4, 'lane2-5f3a9c0112345679-1', 'lane2', 's7', 'issf-10m-air-rifle',"
    " 4.5, 10, 1, 1, 1700000001000000, 0, 1, 1, 0, 0, 0, 0, 0, 0, NULL, NULL,"
    " NULL, NULL, NULL, NULL);"
    "INSERT INTO round VALUES (1, 1, 1, 3, 'end', 2, 194, 19, 1, 1.5, -0.5,"
    " 1.7, 3);"
    "INSERT INTO shot VALUES (1, 1, 1700000001000000, 15000, -5000, 97, 9, 1,"
    " 1, 1, NULL, NULL), (1, 2, 1700000002000000, 0, 0, 109, 10, 4, 1, 1,"
    " NULL, NULL), (1, 3, 1700000003000000, 15000, -5000, 97, 9, 0, 1, 1,"
    " NULL, '3');"
    "INSERT INTO position VALUES ('lane1', '5f3a9c0112345678', 9, 'abc');"
    "INSERT INTO answered (key, verb, body) VALUES ('k', 'shooters.add',"
    " '{\"id\":\"anna\"}');";

/* What is read of each table, whatever else a later version adds to it. */
static const char *const reads[] = {
    "SELECT * FROM shooter ORDER BY id",
    "SELECT * FROM equipment ORDER BY id",
    "SELECT * FROM used ORDER BY session",
    "SELECT no, id, lane, shooter, target, caliber_mm, distance_m, state,"
    " walk_up, started_us, ended_us, started_seq, last_seq, shots, rounds,"
    " counted, tenths, rings, inner, x_mm, y_mm, squares, sigma_mm, spread_mm,"
    " radius_mm FROM session ORDER BY no",
    "SELECT * FROM round ORDER BY session, n",
    "SELECT session, n, t_us, x, y, tenths, ring, flags, paper, round, zone,"
    " bull FROM shot ORDER BY session, n",
    "SELECT key, verb, body FROM answered ORDER BY no",
};

static char seen[8192];


static int
put_row(void *data, int n, char **value, char **name)
{
    (void) data;
    (void) name;

    for (int i = 0; i < n; i++) {
        size_t used = strlen(seen);

        snprintf(seen + used, sizeof(seen) - used, "%s|",
            value[i] != NULL ? value[i] : "null");
    }
    strcat(seen, "\n");
    return 0;
}


static sqlite3 *
open_sql(void)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(file_of("history.db"), &db), SQLITE_OK);
    return db;
}


static void
run(sqlite3 *db, const char *sql)
{
    char *trouble = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &trouble) != SQLITE_OK) {
        fail_msg("%s", trouble);
    }
}


/* All rows that there were in any version, as text. */
static void
read_rows(sqlite3 *db)
{
    seen[0] = '\0';
    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
        assert_int_equal(sqlite3_exec(db, reads[i], put_row, NULL, NULL),
            SQLITE_OK);
    }
}


static int64_t
integer(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st;
    int64_t       value;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    value = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return value;
}


/* Opened by this program, it holds what it held. */
static void
brought_up(int version, const char *const *sql, int n)
{
    static char    before[sizeof(seen)];
    gms_history_t *h;
    char           pragma[128], *text;
    sqlite3       *db = open_sql();

    run(db, "PRAGMA journal_mode = WAL");
    for (int i = 0; i < n; i++) {
        run(db, sql[i]);
    }
    snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d;"
        "PRAGMA user_version = %d", 0x474d5348, version);
    run(db, pragma);
    read_rows(db);
    strcpy(before, seen);
    assert_true(strlen(before) > 500);
    sqlite3_close(db);

    if (gms_history_open(&h, file_of("history.db"), err, sizeof(err))
        != GMS_OK) {
        fail_msg("%s", err);
    }

    /* It answers, and what was shot with an old gun still was. */
    assert_int_equal(gms_history_session(h, "lane1-5f3a9c0112345678-2", &text),
        GMS_OK);
    assert_non_null(strstr(text, "\"name\":\"Anna Berg\""));
    assert_non_null(strstr(text, "\"equipment\":\"old\""));
    assert_non_null(strstr(text, "\"bull\":\"3\""));
    assert_non_null(strstr(text, "\"tips\":[],\"evidence\":[],\"coaching\":[]"));
    free(text);
    gms_history_close(h);

    db = open_sql();
    read_rows(db);
    assert_string_equal(seen, before);
    assert_int_equal(integer(db, "PRAGMA user_version"), 7);
    assert_int_equal(integer(db, "SELECT count(*) FROM session"
        " WHERE source IS NULL AND within IS NULL AND df = 0"), 2);
    assert_int_equal(integer(db, "SELECT placed FROM session WHERE no = 1"), 2);
    assert_int_equal(integer(db, "SELECT seq FROM position"),
        version < 4 ? 0 : 9);
    sqlite3_close(db);

    /* Once more changes nothing: it is of this version now. */
    db = open_sql();
    run(db, "UPDATE position SET seq = 5");
    sqlite3_close(db);
    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_OK);
    gms_history_close(h);
    db = open_sql();
    assert_int_equal(integer(db, "SELECT seq FROM position"), 5);
    sqlite3_close(db);
}


/* Its index for sums came later, under the same number. */
static void
test_first_of_all(void **state)
{
    static const char *const sql[] = { first, rows };

    (void) state;
    brought_up(1, sql, 2);
}


static void
test_first(void **state)
{
    static const char *const sql[] = { first, first_index, rows };

    (void) state;
    brought_up(1, sql, 3);
}


static void
test_second(void **state)
{
    static const char *const sql[] = { first, first_index, second, rows,
        "UPDATE session SET placed = 2 WHERE no = 1" };

    (void) state;
    brought_up(2, sql, 5);
}


static void
test_third(void **state)
{
    static const char *const sql[] = { first, first_index, second, third, rows,
        "UPDATE session SET placed = 2 WHERE no = 1" };

    (void) state;
    brought_up(3, sql, 6);
}


static void
test_fourth(void **state)
{
    static const char *const sql[] = { first, first_index, second, third,
        fourth, rows, "UPDATE session SET placed = 2 WHERE no = 1" };

    (void) state;
    brought_up(4, sql, 7);
}


/* Killed in the middle, or out of room: the file is as it was. */
static void
test_all_or_nothing(void **state)
{
    static const char *const sql[] = { first, first_index, rows,
        "CREATE TABLE tip (a);" /* what a step makes is there */
        "PRAGMA application_id = 1196249928; PRAGMA user_version = 1" };
    static char    before[sizeof(seen)];
    gms_history_t *h;
    sqlite3       *db = open_sql();

    (void) state;
    for (int i = 0; i < 4; i++) {
        run(db, sql[i]);
    }
    read_rows(db);
    strcpy(before, seen);
    sqlite3_close(db);

    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_ESTORE);
    db = open_sql();
    read_rows(db);
    assert_string_equal(seen, before);
    assert_int_equal(integer(db, "PRAGMA user_version"), 1);
    assert_int_equal(integer(db, "SELECT count(*) FROM"
        " pragma_table_info('session') WHERE name = 'placed'"), 0);
    sqlite3_close(db);
}


/* As a process leaves it that was killed before it had written a schema. */
static void
test_empty(void **state)
{
    FILE                  *file = fopen(file_of("history.db"), "w");
    gms_history_t         *h = NULL;
    gms_history_position_t position;

    (void) state;
    assert_non_null(file);
    fclose(file);
    assert_int_equal(gms_history_open(&h, file_of("history.db"), err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_history_position(h, "lane1", 1, &position), GMS_OK);
    assert_int_equal(position.seq, 0);
    gms_history_close(h);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER("a file of the first programs is brought up",
            test_first_of_all),
        IN_FOLDER("an empty file is begun", test_empty),
        IN_FOLDER("a file of version 1 is brought up", test_first),
        IN_FOLDER("a file of version 2 is brought up", test_second),
        IN_FOLDER("a file of version 3 is brought up", test_third),
        IN_FOLDER("a file of version 4 is brought up", test_fourth),
        IN_FOLDER("one that cannot be is left as it was", test_all_or_nothing),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("history_versions", tests, NULL, NULL);
}
