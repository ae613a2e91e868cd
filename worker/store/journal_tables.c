/* A journal's file: its tables, their versions, and what it says of itself. */

#include "journal_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "../../ipc/error.h"

/* The archive reads in short transactions, which block no writer in WAL mode;
 * what may be waited for is a program that takes the file's lock. */
#define GMS_JOURNAL_BUSY_MS 2000

/* A check of the whole file takes 1 ms a megabyte when it is cached and many
 * times that from a slow card: above this size a restarted lane might not
 * serve again within its second.  16 MB are some 30,000 shots. */
#define GMS_JOURNAL_CHECK_BYTES (INT64_C(16) << 20)

/* The frame's monotonic time stands beside the JSON: gaps between shots are
 * measured with it, but it means nothing to a client. */
static const char create_sql[] =
    "CREATE TABLE meta ("
    "    key TEXT PRIMARY KEY,"
    "    value TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE events ("
    "    seq INTEGER PRIMARY KEY,"
    "    name TEXT NOT NULL,"
    "    session TEXT NOT NULL,"
    "    real_ns INTEGER NOT NULL,"
    "    mono_ns INTEGER NOT NULL,"
    "    frame_mono_ns INTEGER NOT NULL,"
    "    boot_id TEXT NOT NULL,"
    "    key TEXT NOT NULL,"
    "    json TEXT NOT NULL,"
    "    hash BLOB NOT NULL DEFAULT x''"
    ");"
    "CREATE INDEX events_session ON events (seq) WHERE name = 'session';"
    "CREATE INDEX events_calibration ON events (seq)"
    "    WHERE name = 'calibration';"
    "CREATE INDEX events_range ON events (seq) WHERE name = 'range';";

/* What journals of versions 1 and 2 lack. */
static const char *const migrate_sql[] = {
    "CREATE INDEX events_range ON events (seq) WHERE name = 'range'",
    "ALTER TABLE events ADD COLUMN hash BLOB NOT NULL DEFAULT x''",
};


/* Value of a meta key into buf; false: no such key, or sql failed (*rc). */
static bool
read_meta(gms_journal_t *j, const char *key, char *buf, size_t size, int *rc)
{
    sqlite3_stmt        *st;
    const unsigned char *text;
    bool                 found = false;

    *rc = sqlite3_prepare_v2(
        j->db, "SELECT value FROM meta WHERE key = ?1", -1, &st, NULL);

    if (*rc != SQLITE_OK) {
        return false;
    }

    sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
    *rc = sqlite3_step(st);

    if (*rc == SQLITE_ROW) {
        text = sqlite3_column_text(st, 0);
        found = text != NULL && strlen((const char *) text) < size;

        if (found) {
            strcpy(buf, (const char *) text);
        }
    }

    if (*rc == SQLITE_ROW || *rc == SQLITE_DONE) {
        *rc = SQLITE_OK;
    }

    sqlite3_finalize(st);
    return found;
}


static int
write_meta(gms_journal_t *j, const char *key, const char *value)
{
    sqlite3_stmt *st;
    int           rc;

    rc = sqlite3_prepare_v2(
        j->db, "INSERT OR REPLACE INTO meta VALUES (?1, ?2)", -1, &st, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, value, -1, SQLITE_STATIC);
    rc = sqlite3_step(st);
    sqlite3_finalize(st);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}


static int
write_number(gms_journal_t *j, const char *key, uint64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRIu64, value);
    return write_meta(j, key, text);
}


/* An integer that a query returns as its only value. */
static int
query_integer(gms_journal_t *j, const char *sql, int64_t *value)
{
    sqlite3_stmt *st;
    int           rc;

    rc = sqlite3_prepare_v2(j->db, sql, -1, &st, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    rc = sqlite3_step(st);
    *value = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_finalize(st);

    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}


/* A new epoch, written under this key; 0 stands for "no journal yet" in the
 * shared memory. */
static int
draw_epoch(gms_journal_t *j, const char *key)
{
    uint64_t epoch = 0;
    char     text[17];

    while (epoch == 0) {
        if (getrandom(&epoch, sizeof(epoch), 0) != (ssize_t) sizeof(epoch)
            && errno != EINTR)
        {
            return SQLITE_IOERR;
        }
    }

    snprintf(text, sizeof(text), "%016" PRIx64, epoch);
    return write_meta(j, key, text);
}


/* The chain begins with the epoch that the journal has now. */
static int
begin_chain(gms_journal_t *j, uint64_t since)
{
    int rc;

    rc = write_number(j, "chained_since", since);

    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(j->db,
            "INSERT INTO meta SELECT 'first_epoch', value FROM meta"
            " WHERE key = 'epoch'",
            NULL, NULL, NULL);
    }

    return rc;
}


/* Tables and a new epoch, in the transaction that the caller began. */
static int
create_tables(gms_journal_t *j)
{
    int rc;

    rc = sqlite3_exec(j->db, create_sql, NULL, NULL, NULL);

    if (rc == SQLITE_OK) {
        rc = write_meta(j, "lane", j->lane);
    }

    if (rc == SQLITE_OK) {
        rc = draw_epoch(j, "epoch");
    }

    if (rc == SQLITE_OK) {
        rc = begin_chain(j, 1);
    }

    return rc == SQLITE_OK ? write_number(j, "schema", GMS_JOURNAL_SCHEMA) : rc;
}


/* Runs a change as one transaction: all of it or nothing. */
static int
change(gms_journal_t *j, int (*what)(gms_journal_t *j))
{
    int rc;

    rc = sqlite3_exec(j->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    rc = what(j);

    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(j->db, "COMMIT", NULL, NULL, NULL);
    }

    gms_journal_roll_back(j);
    return rc;
}


static int
use_wal(gms_journal_t *j)
{
    return sqlite3_exec(j->db,
        "PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL;",
        NULL, NULL, NULL);
}


/* A process that dies while it creates the tables leaves an empty file, which
 * the next one fills.  A file that is not ours is not touched, not even by
 * its closing: what its log holds stays there. */
int
gms_journal_tables_open(gms_journal_t *j)
{
    int64_t tables;
    int     rc;

    rc = sqlite3_open_v2(j->path, &j->db,
        j->reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    sqlite3_extended_result_codes(j->db, 1);
    sqlite3_busy_timeout(j->db, GMS_JOURNAL_BUSY_MS);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    rc = sqlite3_exec(j->db, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL);

    if (rc == SQLITE_OK) {
        rc = query_integer(j, "SELECT count(*) FROM sqlite_master", &tables);
    }

    if (rc != SQLITE_OK || tables > 0 || j->reading) {
        return rc;
    }

    rc = use_wal(j);
    return rc == SQLITE_OK ? change(j, create_tables) : rc;
}


static int
refuse_foreign(const gms_journal_t *j, char *err, size_t err_size)
{
    snprintf(err, err_size,
        "%s is a database, but no journal of a lane; it "
        "was left as it is: move it away",
        j->path);
    return GMS_ESTORE;
}


/* Whose it is; reading takes the name from it. */
static int
check_lane(gms_journal_t *j, char *err, size_t err_size, int *rc)
{
    char text[sizeof(j->lane)];

    if (!read_meta(j, "lane", text, sizeof(text), rc)) {
        return GMS_ENOTFOUND;
    }

    if (j->reading) {
        strcpy(j->lane, text);
        return GMS_OK;
    }

    if (strcmp(text, j->lane) == 0) {
        return GMS_OK;
    }

    snprintf(err, err_size,
        "%s is the journal of lane \"%s\", not of "
        "\"%s\": each lane keeps its own folder",
        j->path, text, j->lane);
    return GMS_ESTORE;
}


/* Since when and from what the chain runs; nothing in older versions. */
static bool
read_chain(gms_journal_t *j, int *rc)
{
    char text[24];

    if (j->schema < 3) {
        return true;
    }

    if (!read_meta(j, "chained_since", text, sizeof(text), rc)
        || !read_meta(
            j, "first_epoch", j->first_epoch, sizeof(j->first_epoch), rc))
    {
        return false;
    }

    j->chained_since = strtoull(text, NULL, 10);
    return j->chained_since > 0;
}


/* Is it ours, of this lane, of a version that we can read? */
static int
check_meta(gms_journal_t *j, char *err, size_t err_size)
{
    char text[64], *end;
    int  rc, cause;

    if (!read_meta(j, "schema", text, sizeof(text), &rc)) {
        goto unreadable;
    }

    j->schema = strtol(text, &end, 10);

    if (end == text || *end != '\0' || j->schema < 1) {
        return refuse_foreign(j, err, err_size);
    }

    if (j->schema > GMS_JOURNAL_SCHEMA) {
        snprintf(err, err_size,
            "%s has schema version %ld, this program "
            "knows %d: install the newer program again",
            j->path, j->schema, GMS_JOURNAL_SCHEMA);
        return GMS_EVERSION;
    }

    cause = check_lane(j, err, err_size, &rc);

    if (cause == GMS_ENOTFOUND) {
        goto unreadable;
    }

    if (cause != GMS_OK) {
        return cause;
    }

    if (!read_meta(j, "epoch", text, sizeof(text), &rc) || !read_chain(j, &rc))
    {
        goto unreadable;
    }

    j->epoch = strtoull(text, &end, 16);

    if (end != text + 16 || *end != '\0' || j->epoch == 0) {
        return refuse_foreign(j, err, err_size);
    }

    return GMS_OK;

unreadable:

    /* SQLITE_ERROR: there is no such table */
    if (rc == SQLITE_OK || rc == SQLITE_ERROR) {
        return refuse_foreign(j, err, err_size);
    }
    return gms_journal_explain(j, rc, "cannot read the journal", err, err_size);
}


/* Reads the pages of a journal small enough from end to end: better no lane
 * than one that finds out in the middle of a match. */
static int
check_pages(gms_journal_t *j, char *err, size_t err_size)
{
    sqlite3_stmt *st;
    struct stat   sb;
    const char   *verdict;
    int           rc;

    if (j->following) {
        return GMS_OK;
    }

    if (!j->reading
        && (stat(j->path, &sb) != 0 || sb.st_size > GMS_JOURNAL_CHECK_BYTES))
    {
        return GMS_OK;
    }

    rc = sqlite3_prepare_v2(j->db, "PRAGMA quick_check(1)", -1, &st, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);

        if (rc == SQLITE_ROW) {
            verdict = (const char *) sqlite3_column_text(st, 0);
            rc = verdict != NULL && strcmp(verdict, "ok") == 0 ? SQLITE_OK
                                                               : SQLITE_CORRUPT;
        }

        sqlite3_finalize(st);
    }

    if (rc != SQLITE_OK) {
        return gms_journal_explain(
            j, rc, "cannot read the journal", err, err_size);
    }
    return GMS_OK;
}


int
gms_journal_tables_check(gms_journal_t *j, char *err, size_t err_size)
{
    int rc;

    rc = check_meta(j, err, err_size);
    return rc == GMS_OK ? check_pages(j, err, err_size) : rc;
}


bool
gms_journal_row_of(sqlite3_stmt *st, gms_chain_row_t *row)
{
    const char *text[9];
    int         i;

    for (i = 0; i < 9; i++) {
        text[i] = NULL;

        if (i == 0 || (i >= 3 && i <= 5)) {
            if (sqlite3_column_type(st, i) != SQLITE_INTEGER) {
                return false;
            }
            continue;
        }

        text[i] = (const char *) sqlite3_column_text(st, i);

        if (text[i] == NULL
            || strlen(text[i]) != (size_t) sqlite3_column_bytes(st, i)) {
            return false;
        }
    }

    row->seq = sqlite3_column_int64(st, 0);
    row->name = text[1];
    row->session = text[2];
    row->real_ns = sqlite3_column_int64(st, 3);
    row->mono_ns = sqlite3_column_int64(st, 4);
    row->frame_mono_ns = sqlite3_column_int64(st, 5);
    row->boot_id = text[6];
    row->key = text[7];
    row->json = text[8];
    return true;
}


int
gms_journal_chain_at(
    gms_journal_t *j, uint64_t seq, uint8_t hash[GMS_CHAIN_SIZE])
{
    sqlite3_stmt *st;
    int           rc;

    if (seq == 0) {
        gms_chain_begin(hash, j->lane, j->first_epoch);
        return SQLITE_OK;
    }

    rc = sqlite3_prepare_v2(
        j->db, "SELECT hash FROM events WHERE seq = ?1", -1, &st, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    sqlite3_bind_int64(st, 1, (int64_t) seq);
    rc = sqlite3_step(st);

    if (rc == SQLITE_ROW && sqlite3_column_bytes(st, 0) == GMS_CHAIN_SIZE) {
        memcpy(hash, sqlite3_column_blob(st, 0), GMS_CHAIN_SIZE);
        rc = SQLITE_OK;

    } else if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
        rc = SQLITE_CORRUPT;
    }

    sqlite3_finalize(st);
    return rc;
}


/* The rows that were there get the hashes that they would have. */
static int
chain_rows(gms_journal_t *j, sqlite3_stmt *read, sqlite3_stmt *write)
{
    gms_chain_row_t row;
    uint8_t         hash[GMS_CHAIN_SIZE];
    int             rc;

    gms_chain_begin(hash, j->lane, j->first_epoch);

    while ((rc = sqlite3_step(read)) == SQLITE_ROW) {
        if (!gms_journal_row_of(read, &row)) {
            return SQLITE_CORRUPT;
        }

        gms_chain_next(hash, &row);
        sqlite3_bind_int64(write, 1, row.seq);
        sqlite3_bind_blob(write, 2, hash, sizeof(hash), SQLITE_STATIC);
        rc = sqlite3_step(write);
        sqlite3_reset(write);

        if (rc != SQLITE_DONE) {
            return rc;
        }
    }

    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}


static int
chain_old(gms_journal_t *j)
{
    sqlite3_stmt *read = NULL, *write = NULL;
    int64_t       last = 0;
    int           rc;

    snprintf(j->first_epoch, sizeof(j->first_epoch), "%016" PRIx64, j->epoch);

    rc = query_integer(j, "SELECT max(seq) FROM events", &last);
    j->chained_since = (uint64_t) last + 1;

    if (rc == SQLITE_OK) {
        rc = sqlite3_prepare_v2(j->db,
            "SELECT " GMS_JOURNAL_ROW " FROM events ORDER BY seq", -1, &read,
            NULL);
    }

    if (rc == SQLITE_OK) {
        rc = sqlite3_prepare_v2(j->db,
            "UPDATE events SET hash = ?2 WHERE seq = ?1", -1, &write, NULL);
    }

    if (rc == SQLITE_OK) {
        rc = chain_rows(j, read, write);
    }

    sqlite3_finalize(read);
    sqlite3_finalize(write);

    return rc == SQLITE_OK ? begin_chain(j, j->chained_since) : rc;
}


/* What the journal holds stays as it is. */
static int
migrate(gms_journal_t *j)
{
    int  rc = SQLITE_OK;
    long i;

    for (i = 0; rc == SQLITE_OK && i < GMS_JOURNAL_SCHEMA - 1; i++) {
        if (i + 1 >= j->schema) {
            rc = sqlite3_exec(j->db, migrate_sql[i], NULL, NULL, NULL);
        }
    }

    if (rc == SQLITE_OK && j->chained_since == 0) {
        rc = chain_old(j);
    }

    return rc == SQLITE_OK ? write_number(j, "schema", GMS_JOURNAL_SCHEMA) : rc;
}


/* The original goes on elsewhere, perhaps, and gives its numbers to other
 * events. */
static int
leave_original(gms_journal_t *j)
{
    int rc;

    rc = draw_epoch(j, "epoch");

    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(j->db,
            "DELETE FROM meta WHERE key = '" GMS_JOURNAL_COPY_KEY "'", NULL,
            NULL, NULL);
    }

    return rc;
}


int
gms_journal_tables_update(gms_journal_t *j)
{
    char text[24];
    int  rc;

    sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    rc = use_wal(j);

    if (rc == SQLITE_OK && j->schema < GMS_JOURNAL_SCHEMA) {
        rc = change(j, migrate);
    }

    if (rc == SQLITE_OK
        && read_meta(j, GMS_JOURNAL_COPY_KEY, text, sizeof(text), &rc))
    {
        rc = change(j, leave_original);

        if (rc == SQLITE_OK && read_meta(j, "epoch", text, sizeof(text), &rc)) {
            j->epoch = strtoull(text, NULL, 16);
        }
    }

    return rc;
}
