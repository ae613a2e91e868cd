#include "people.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "../../ipc/error.h"

/* A lane waits no longer: who starts a session stands at the line. */
#define GMS_PEOPLE_BUSY_MS 100


/* The row of this id; *st NULL: it cannot be read. */
static int
find_row(const char *history, const char *sql, const char *id, sqlite3 **db,
    sqlite3_stmt **st)
{
    int rc;

    *st = NULL;
    rc = sqlite3_open_v2(
        history, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(*db, GMS_PEOPLE_BUSY_MS);
        rc = sqlite3_prepare_v2(*db, sql, -1, st, NULL);
    }
    if (rc == SQLITE_OK) {
        sqlite3_bind_text(*st, 1, id, -1, SQLITE_STATIC);
        rc = sqlite3_step(*st);
    }

    return rc == SQLITE_ROW ? GMS_OK
        : rc == SQLITE_DONE ? GMS_ENOTFOUND
                            : GMS_ESTORE;
}


static void
leave(sqlite3 *db, sqlite3_stmt *st)
{
    sqlite3_finalize(st);
    sqlite3_close(db);
}


static void
take(char *text, size_t size, sqlite3_stmt *st, int column)
{
    const char *value = (const char *) sqlite3_column_text(st, column);

    snprintf(text, size, "%s", value != NULL ? value : "");
}


int
gms_people_shooter(const char *history, const char *id)
{
    sqlite3      *db;
    sqlite3_stmt *st;
    int           rc;

    rc = find_row(history, "SELECT 1 FROM shooter WHERE id = ?1 AND erased = 0",
        id, &db, &st);
    leave(db, st);
    return rc;
}


int
gms_people_equipment(
    const char *history, const char *id, gms_people_equipment_t *out)
{
    gms_event_equipment_t *e = &out->equipment;
    sqlite3               *db;
    sqlite3_stmt          *st;
    int                    rc;

    memset(out, 0, sizeof(*out));
    rc = find_row(history,
        "SELECT gun, click, sight, hand, caliber_mm, retired FROM equipment"
        " WHERE id = ?1",
        id, &db, &st);

    if (rc == GMS_OK) {
        snprintf(e->id, sizeof(e->id), "%s", id);
        take(e->gun, sizeof(e->gun), st, 0);
        take(e->click, sizeof(e->click), st, 1);
        take(e->sight, sizeof(e->sight), st, 2);
        take(e->hand, sizeof(e->hand), st, 3);
        out->caliber_mm = sqlite3_column_double(st, 4);
        out->retired = sqlite3_column_int(st, 5) != 0;
    }

    leave(db, st);
    return rc;
}
