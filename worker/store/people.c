#include "people.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "../../ipc/error.h"
#include "../session/session.h"

/* A lane waits no longer: who starts a session stands at the line. */
#define GMS_PEOPLE_BUSY_MS 100


/* What is usual changes over the years: so many sessions tell it, of the
 * shooter's newest ones. */
#define GMS_PEOPLE_USUAL_SESSIONS 20
#define GMS_PEOPLE_USUAL_AMONG "500"

/* Shots in rounds of a session that is one of these, less their centres. */
#define GMS_PEOPLE_USUAL_DF "8"


/* *st NULL: it cannot be read. */
static int
ask(const char *history, const char *sql, sqlite3 **db, sqlite3_stmt **st)
{
    int rc;

    *st = NULL;
    rc = sqlite3_open_v2(
        history, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(*db, GMS_PEOPLE_BUSY_MS);
        rc = sqlite3_prepare_v2(*db, sql, -1, st, NULL);
    }
    return rc;
}


/* The row of this id. */
static int
find_row(const char *history, const char *sql, const char *id, sqlite3 **db,
    sqlite3_stmt **st)
{
    int rc = ask(history, sql, db, st);

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


/* The newest come first: they are found without reading the others. */
void
gms_people_usual(const char *history, const char *shooter,
    const gms_event_session_t *session, gms_usual_t *usual)
{
    static const char sql[] =
        "SELECT within, df, placed FROM (SELECT * FROM session"
        " WHERE shooter = ?1 ORDER BY started_us DESC, no DESC"
        " LIMIT " GMS_PEOPLE_USUAL_AMONG ")"
        " WHERE state = ?5 AND target = ?2 AND abs(caliber_mm - ?3) < 0.0005"
        " AND abs(distance_m - ?4) < 0.0005 AND df >= " GMS_PEOPLE_USUAL_DF
        " ORDER BY started_us DESC, no DESC LIMIT ?6";

    gms_scatter_t found[GMS_PEOPLE_USUAL_SESSIONS];
    sqlite3      *db;
    sqlite3_stmt *st;
    int           n = 0;

    if (ask(history, sql, &db, &st) == SQLITE_OK) {
        sqlite3_bind_text(st, 1, shooter, -1, SQLITE_STATIC);
        sqlite3_bind_text(st, 2, session->face.name, -1, SQLITE_STATIC);
        sqlite3_bind_double(st, 3, session->caliber_mm);
        sqlite3_bind_double(st, 4, session->distance_m);
        sqlite3_bind_int(st, 5, GMS_SESSION_ENDED);
        sqlite3_bind_int(st, 6, GMS_PEOPLE_USUAL_SESSIONS);

        while (n < GMS_PEOPLE_USUAL_SESSIONS && sqlite3_step(st) == SQLITE_ROW)
        {
            found[n].squares = sqlite3_column_double(st, 0);
            found[n].df = sqlite3_column_double(st, 1);
            found[n++].shots = sqlite3_column_int(st, 2);
        }
    }

    leave(db, st);
    gms_usual_of(usual, found, n);
}
