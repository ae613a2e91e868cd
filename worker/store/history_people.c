#include "history_people.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "../../ipc/error.h"
#include "history_ask.h"

/* Commands that are answered again: more than a day has. */
#define GMS_HISTORY_ANSWERS 1000

static const struct {
    const char *table;
    const char *list;
    const char *select;
    char        letter; /* that ids made up begin with */
    const char *stale;  /* whose tips another value may change */
} kinds[] = {
    [GMS_HISTORY_SHOOTERS] = { "shooter", "shooters",
        "SELECT id, name, hand, erased FROM shooter"
        " WHERE ?1 IS NULL AND id > ?2 ORDER BY id LIMIT ?3",
        's',
        "INSERT OR IGNORE INTO stale SELECT no FROM session"
        " WHERE shooter = ?1" },
    [GMS_HISTORY_EQUIPMENT] = { "equipment", "equipment",
        "SELECT id, name, hand, retired, shooter, gun, caliber_mm, click, sight"
        " FROM equipment WHERE (?1 IS NULL OR shooter = ?1) AND id > ?2"
        " ORDER BY id LIMIT ?3",
        'e',
        "INSERT OR IGNORE INTO stale SELECT s.no FROM used u"
        " JOIN session s ON s.id = u.session WHERE u.equipment = ?1" },
};


static int
prepare(gms_history_t *h, const char *sql, sqlite3_stmt **st)
{
    return gms_history_result(h, sqlite3_prepare_v2(h->db, sql, -1, st, NULL));
}


/* Runs a statement that was prepared for this alone. */
static int
finish(gms_history_t *h, sqlite3_stmt *st)
{
    int rc = gms_history_result(h, sqlite3_step(st));

    sqlite3_finalize(st);
    return rc;
}


static void
put_person(gms_jsontext_t *j, gms_history_kind_e kind, sqlite3_stmt *st)
{
    bool flag = sqlite3_column_int(st, 3) != 0;

    gms_jsontext_open(j, NULL, '{');
    gms_history_put_text(j, "id", st, 0);
    gms_history_put_text(j, "name", st, 1);
    gms_history_put_text(j, "hand", st, 2);

    if (kind == GMS_HISTORY_SHOOTERS) {
        gms_jsontext_bool(j, "erased", flag);
    } else {
        gms_jsontext_bool(j, "retired", flag);
        gms_history_put_text(j, "shooter", st, 4);
        gms_history_put_text(j, "gun", st, 5);
        gms_history_put_number(j, "caliber_mm", st, 6);
        gms_history_put_text(j, "click", st, 7);
        gms_history_put_text(j, "sight", st, 8);
    }

    gms_jsontext_close(j, '}');
}


int
gms_history_people(gms_history_t *h, gms_history_kind_e kind,
    const char *shooter, const char *after, int limit, char **json)
{
    sqlite3_stmt  *st;
    gms_jsontext_t j;
    char           next[GMS_HISTORY_ID_SIZE] = "";
    int            n, rc, sql;

    *json = NULL;
    rc = prepare(h, kinds[kind].select, &st);
    if (rc != GMS_OK) {
        return rc;
    }

    gms_history_bind_text(st, 1, shooter);
    gms_history_bind_text(st, 2, after != NULL ? after : "");
    sqlite3_bind_int(st, 3, limit + 1);
    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_open(&j, kinds[kind].list, '[');

    for (n = 0; (sql = sqlite3_step(st)) == SQLITE_ROW && n < limit; n++) {
        put_person(&j, kind, st);
        snprintf(next, sizeof(next), "%s", gms_history_text(st, 0));
    }

    gms_jsontext_close(&j, ']');

    if (sql == SQLITE_ROW) {
        gms_jsontext_string(&j, "next", next);
    } else {
        gms_jsontext_raw(&j, "next", "null");
    }

    gms_jsontext_close(&j, '}');
    return gms_history_answer(h, st, sql, &j, json);
}


int
gms_history_is_known(
    gms_history_t *h, gms_history_kind_e kind, const char *id, bool *known)
{
    sqlite3_stmt *st;
    int           rc, sql;

    *known = false;
    rc = prepare(h,
        kind == GMS_HISTORY_SHOOTERS
            ? "SELECT 1 FROM shooter WHERE id = ?1 AND erased = 0"
            : "SELECT 1 FROM equipment WHERE id = ?1",
        &st);

    if (rc == GMS_OK) {
        gms_history_bind_text(st, 1, id);
        sql = sqlite3_step(st);
        *known = sql == SQLITE_ROW;
        rc = gms_history_result(h, sql);
        sqlite3_finalize(st);
    }

    return rc;
}


/* Not 1, 2, ...: journals hold ids of people whom a lost history has
 * forgotten, and nobody may be taken for one of them. */
static int
make_id(gms_history_t *h, char letter, char id[GMS_HISTORY_ID_SIZE])
{
    uint64_t number;

    if (getrandom(&number, sizeof(number), 0) != (ssize_t) sizeof(number)) {
        snprintf(h->trouble, sizeof(h->trouble), "no random number: %s",
            strerror(errno));
        return GMS_ESTORE;
    }

    snprintf(id, GMS_HISTORY_ID_SIZE, "%c%012" PRIx64, letter, number >> 16);
    return GMS_OK;
}


static void
bind_values(sqlite3_stmt *st, const gms_history_value_t *value, int n)
{
    int i;

    for (i = 0; i < n; i++) {
        if (value[i].is_number) {
            sqlite3_bind_double(st, i + 2, value[i].number);
        } else {
            gms_history_bind_text(st, i + 2, value[i].text);
        }
    }
}


int
gms_history_add(gms_history_t *h, gms_history_kind_e kind,
    char id[GMS_HISTORY_ID_SIZE], const gms_history_value_t *value, int n)
{
    char          sql[512], columns[256] = "", places[64] = "";
    sqlite3_stmt *st;
    int           i, rc = GMS_OK;

    if (id[0] == '\0') {
        rc = make_id(h, kinds[kind].letter, id);
    }

    for (i = 0; i < n; i++) {
        size_t a = strlen(columns), b = strlen(places);

        snprintf(columns + a, sizeof(columns) - a, ", %s", value[i].column);
        snprintf(places + b, sizeof(places) - b, ", ?%d", i + 2);
    }

    snprintf(sql, sizeof(sql), "INSERT INTO %s (id%s) VALUES (?1%s)",
        kinds[kind].table, columns, places);

    if (rc == GMS_OK) {
        rc = prepare(h, sql, &st);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    gms_history_bind_text(st, 1, id);
    bind_values(st, value, n);
    i = sqlite3_step(st);
    sqlite3_finalize(st);

    return i == SQLITE_CONSTRAINT_PRIMARYKEY ? GMS_ESTATE
                                             : gms_history_result(h, i);
}


/* A statement about this id alone. */
static int
run_about(gms_history_t *h, const char *sql, const char *id)
{
    sqlite3_stmt *st;
    int           rc = prepare(h, sql, &st);

    if (rc == GMS_OK) {
        gms_history_bind_text(st, 1, id);
        rc = finish(h, st);
    }

    return rc;
}


int
gms_history_change(gms_history_t *h, gms_history_kind_e kind, const char *id,
    const gms_history_value_t *value, int n)
{
    char          sql[512], sets[256] = "id = id";
    sqlite3_stmt *st;
    int           i, rc;

    for (i = 0; i < n; i++) {
        size_t a = strlen(sets);

        snprintf(
            sets + a, sizeof(sets) - a, ", %s = ?%d", value[i].column, i + 2);
    }

    snprintf(sql, sizeof(sql), "UPDATE %s SET %s WHERE id = ?1%s",
        kinds[kind].table, sets,
        kind == GMS_HISTORY_SHOOTERS ? " AND erased = 0" : "");
    rc = prepare(h, sql, &st);

    if (rc == GMS_OK) {
        gms_history_bind_text(st, 1, id);
        bind_values(st, value, n);
        rc = finish(h, st);
    }
    if (rc == GMS_OK && sqlite3_changes(h->db) == 0) {
        return GMS_ENOTFOUND;
    }

    return rc == GMS_OK ? run_about(h, kinds[kind].stale, id) : rc;
}


int
gms_history_erase(gms_history_t *h, const char *shooter)
{
    int rc;

    rc = run_about(h,
        "UPDATE shooter SET name = NULL, hand = NULL, erased = 1"
        " WHERE id = ?1",
        shooter);
    if (rc == GMS_OK && sqlite3_changes(h->db) == 0) {
        return GMS_ENOTFOUND;
    }

    /* People write their names on their guns. */
    return rc == GMS_OK ? run_about(h,
               "UPDATE equipment SET name = '', hand = NULL, retired = 1"
               " WHERE shooter = ?1",
               shooter)
                        : rc;
}


int
gms_history_settle(gms_history_t *h)
{
    return gms_history_result(h,
        sqlite3_wal_checkpoint_v2(
            h->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
}


int
gms_history_equip(gms_history_t *h, const char *session, const char *equipment)
{
    sqlite3_stmt *st;
    int           rc;

    rc = prepare(h,
        equipment != NULL ? "INSERT OR REPLACE INTO used"
                            " SELECT id, ?2 FROM session WHERE id = ?1"
                          : "INSERT OR REPLACE INTO used"
                            " SELECT id, '' FROM session WHERE id = ?1",
        &st);

    if (rc != GMS_OK) {
        return rc;
    }

    gms_history_bind_text(st, 1, session);
    if (equipment != NULL) {
        gms_history_bind_text(st, 2, equipment);
    }

    rc = finish(h, st);

    if (rc == GMS_OK && sqlite3_changes(h->db) == 0) {
        return GMS_ENOTFOUND;
    }
    if (rc == GMS_OK) {
        rc = gms_history_result(h,
            sqlite3_exec(h->db, "DELETE FROM used WHERE equipment = ''", NULL,
                NULL, NULL));
    }
    if (rc == GMS_OK) {
        rc = run_about(h,
            "INSERT OR IGNORE INTO stale SELECT no FROM session WHERE id = ?1",
            session);
    }

    return rc;
}


int
gms_history_answered(
    gms_history_t *h, const char *key, const char *verb, char **body)
{
    sqlite3_stmt *st;
    int           rc, sql;

    *body = NULL;
    rc = key[0] != '\0' ? prepare(
             h, "SELECT body FROM answered WHERE key = ?1 AND verb = ?2", &st)
                        : GMS_ENOTFOUND;

    if (rc != GMS_OK) {
        return rc == GMS_ENOTFOUND ? GMS_OK : rc;
    }

    gms_history_bind_text(st, 1, key);
    gms_history_bind_text(st, 2, verb);
    sql = sqlite3_step(st);

    if (sql == SQLITE_ROW) {
        *body = strdup(gms_history_text(st, 0));
        sql = *body != NULL ? sql : SQLITE_NOMEM;
    }

    rc = gms_history_result(h, sql);
    sqlite3_finalize(st);
    return rc;
}


int
gms_history_remember(
    gms_history_t *h, const char *key, const char *verb, const char *body)
{
    sqlite3_stmt *st;
    int           rc;

    if (key[0] == '\0') {
        return GMS_OK;
    }

    rc = prepare(
        h, "INSERT INTO answered (key, verb, body) VALUES (?1, ?2, ?3)", &st);
    if (rc == GMS_OK) {
        gms_history_bind_text(st, 1, key);
        gms_history_bind_text(st, 2, verb);
        gms_history_bind_text(st, 3, body);
        rc = finish(h, st);
    }
    if (rc == GMS_OK) {
        rc = prepare(h,
            "DELETE FROM answered WHERE no <= "
            "(SELECT max(no) FROM answered) - ?1",
            &st);
    }
    if (rc == GMS_OK) {
        sqlite3_bind_int(st, 1, GMS_HISTORY_ANSWERS);
        rc = finish(h, st);
    }

    return rc;
}
