#include "history_rescue.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "history_file.h"

#define GMS_RESCUE_FILES_MAX 9

/* Columns that all versions of the file have. */
static const struct {
    const char *select;
    const char *insert;
} tables[] = {
    { "SELECT id, name, hand, erased FROM shooter",
        "INSERT OR REPLACE INTO shooter (id, name, hand, erased)"
        " VALUES (?1, ?2, ?3, ?4)" },
    { "SELECT id, shooter, name, gun, caliber_mm, click, sight, hand, retired"
      " FROM equipment",
        "INSERT OR REPLACE INTO equipment (id, shooter, name, gun, caliber_mm,"
        " click, sight, hand, retired)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)" },
    { "SELECT session, equipment FROM used",
        "INSERT OR REPLACE INTO used (session, equipment) VALUES (?1, ?2)" },
    { "SELECT key, verb, body FROM answered ORDER BY no",
        "INSERT OR IGNORE INTO answered (key, verb, body)"
        " VALUES (?1, ?2, ?3)" },
};


int
gms_history_set_aside(const char *path, char *aside, size_t size)
{
    static const char *const ends[] = { "-wal", "-shm" };
    char                     from[PATH_MAX + 16], to[PATH_MAX + 32];
    size_t                   i;
    int                      n;

    for (n = 1; n <= GMS_RESCUE_FILES_MAX; n++) {
        snprintf(aside, size, "%s.damaged-%d", path, n);

        if (access(aside, F_OK) != 0) {
            break;
        }
    }

    if (n > GMS_RESCUE_FILES_MAX) {
        return GMS_ESTATE;
    }

    if (rename(path, aside) != 0) {
        return GMS_ESYS;
    }

    /* What is left of its log belongs to it, never to the next file. */
    for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        snprintf(from, sizeof(from), "%s%s", path, ends[i]);
        snprintf(to, sizeof(to), "%s%s", aside, ends[i]);

        if (rename(from, to) != 0 && errno != ENOENT) {
            return GMS_ESYS;
        }
    }

    return GMS_OK;
}


/* Rows until the damage; an error is the new file's alone. */
static int
copy_table(gms_history_t *h, sqlite3 *old, size_t table)
{
    sqlite3_stmt *from = NULL, *to = NULL;
    int           i, rc, rows = 0;

    rc = gms_history_result(
        h, sqlite3_prepare_v2(h->db, tables[table].insert, -1, &to, NULL));

    if (rc == GMS_OK
        && sqlite3_prepare_v2(old, tables[table].select, -1, &from, NULL)
            == SQLITE_OK)
    {
        while (rc == GMS_OK && sqlite3_step(from) == SQLITE_ROW) {
            for (i = 0; i < sqlite3_column_count(from); i++) {
                sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
            }
            rc = gms_history_run(h, to);
            rows += rc == GMS_OK;
        }
    }

    sqlite3_finalize(from);
    sqlite3_finalize(to);
    return rc == GMS_OK ? rows : rc;
}


int
gms_history_rescue(gms_history_t *h, const char *aside)
{
    sqlite3 *old = NULL;
    size_t   i;
    int      n, rc, rows = 0;

    rc = sqlite3_open_v2(aside, &old, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
        ? gms_history_begin(h, true)
        : GMS_OK;

    for (i = 0; rc == GMS_OK && !sqlite3_get_autocommit(h->db)
         && i < sizeof(tables) / sizeof(tables[0]);
         i++)
    {
        n = copy_table(h, old, i);
        rc = n < 0 ? n : GMS_OK;
        rows += n < 0 ? 0 : n;
    }

    if (rc == GMS_OK && !sqlite3_get_autocommit(h->db)) {
        rc = gms_history_commit(h);
    }

    gms_history_roll_back(h);
    sqlite3_close(old);
    return rc == GMS_OK ? rows : rc;
}
