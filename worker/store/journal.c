#include "journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"

/* 2: events "paper" and "range", and more members in those that were. */
#define GMS_JOURNAL_SCHEMA 2
#define GMS_JOURNAL_FILE "journal.db"

/* The archive reads in short transactions, which block no writer in WAL mode;
 * what may be waited for is a backup that takes the file's lock. */
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
    "    json TEXT NOT NULL"
    ");"
    "CREATE INDEX events_session ON events (seq) WHERE name = 'session';"
    "CREATE INDEX events_calibration ON events (seq)"
    "    WHERE name = 'calibration';"
    "CREATE INDEX events_range ON events (seq) WHERE name = 'range';";

/* What a journal of version 1 lacks. */
static const char migrate_sql[] =
    "BEGIN IMMEDIATE;"
    "CREATE INDEX events_range ON events (seq) WHERE name = 'range';"
    "UPDATE meta SET value = '2' WHERE key = 'schema';"
    "COMMIT;";


/* Turns what SQLite says into a cause and a sentence that says what to do. */
static int
explain(const gms_journal_t *j, int sql, const char *doing, char *err,
    size_t err_size)
{
    bool io = (sql & 0xff) == SQLITE_IOERR || (sql & 0xff) == SQLITE_CANTOPEN;
    int  system = io ? j->system : 0;

    if ((sql & 0xff) == SQLITE_FULL
        || (io && (system == ENOSPC || system == EDQUOT || system == EFBIG)))
    {
        snprintf(err, err_size,
            "%s: no room left on the disk of %s; free "
            "some, nothing recorded so far is lost",
            doing, j->path);
        return GMS_ESTORE_FULL;
    }

    switch (sql & 0xff) {

    case SQLITE_NOMEM:
        snprintf(err, err_size, "%s: out of memory", doing);
        return GMS_ENOMEM;

    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        snprintf(err, err_size,
            "%s: %s is damaged (%s); it was left as it "
            "is: restore it from a backup, or move its folder away to begin "
            "a new journal",
            doing, j->path, sqlite3_errstr(sql));
        return GMS_ESTORE;

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        snprintf(err, err_size,
            "%s: another program holds %s locked; end "
            "it",
            doing, j->path);
        return GMS_ESTORE;

    default:
        snprintf(err, err_size,
            "%s: %s: %s%s%s; look at the disk, the "
            "folder and its owner",
            doing, j->path, sqlite3_errstr(sql), system != 0 ? ": " : "",
            system != 0 ? strerror(system) : "");
        return GMS_ESTORE;
    }
}


static int
explain_errno(const char *path, char *err, size_t err_size)
{
    int rc = errno == ENOSPC || errno == EDQUOT ? GMS_ESTORE_FULL : GMS_ESTORE;

    snprintf(err, err_size, "cannot make the journal's folder %s: %s", path,
        strerror(errno));
    return rc;
}


/* Makes the folder and those above it. */
static int
make_folder(const char *dir, char *err, size_t err_size)
{
    char   path[PATH_MAX];
    char  *p;
    size_t size = strlen(dir);

    /* what SQLite adds to the file's name must fit too */
    if (size == 0 || size + sizeof("/" GMS_JOURNAL_FILE "-wal") > PATH_MAX) {
        snprintf(err, err_size,
            "the journal's folder has no name or a too "
            "long one");
        return GMS_ESTORE;
    }

    memcpy(path, dir, size + 1);

    for (p = path + 1; *p != '\0'; p++) {
        if (*p != '/') {
            continue;
        }

        *p = '\0';
        if (mkdir(path, 0750) != 0 && errno != EEXIST) {
            return explain_errno(path, err, err_size);
        }
        *p = '/';
    }

    if (mkdir(path, 0750) != 0 && errno != EEXIST) {
        return explain_errno(path, err, err_size);
    }

    return GMS_OK;
}


/* Makes the file with the mode that it and SQLite's files beside it shall
 * have, and its name durable. */
static int
make_file(const gms_journal_t *j, const char *dir, char *err, size_t err_size)
{
    int fd;

    fd = open(j->path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

    if (fd == -1) {
        return explain_errno(j->path, err, err_size);
    }

    close(fd);

    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd == -1) {
        return explain_errno(dir, err, err_size);
    }

    (void) fsync(fd); /* not every file system can; then it is not needed */
    close(fd);
    return GMS_OK;
}


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
        j->db, "INSERT INTO meta VALUES (?1, ?2)", -1, &st, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, value, -1, SQLITE_STATIC);
    rc = sqlite3_step(st);
    sqlite3_finalize(st);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
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


/* Tables and a new epoch, in the transaction that the caller began. */
static int
create_tables(gms_journal_t *j)
{
    uint64_t epoch = 0;
    char     text[24];
    int      rc;

    /* 0 stands for "no journal yet" in the shared memory */
    while (epoch == 0) {
        if (getrandom(&epoch, sizeof(epoch), 0) != (ssize_t) sizeof(epoch)
            && errno != EINTR)
        {
            return SQLITE_IOERR;
        }
    }

    rc = sqlite3_exec(j->db, create_sql, NULL, NULL, NULL);

    if (rc == SQLITE_OK) {
        snprintf(text, sizeof(text), "%d", GMS_JOURNAL_SCHEMA);
        rc = write_meta(j, "schema", text);
    }

    if (rc == SQLITE_OK) {
        rc = write_meta(j, "lane", j->lane);
    }

    if (rc == SQLITE_OK) {
        snprintf(text, sizeof(text), "%016" PRIx64, epoch);
        rc = write_meta(j, "epoch", text);
    }

    return rc;
}


/* Creates the tables unless there are any.  A process that dies in here
 * leaves an empty file, which the next one fills. */
static int
ensure_tables(gms_journal_t *j)
{
    int64_t tables;
    int     rc;

    rc = query_integer(j, "SELECT count(*) FROM sqlite_master", &tables);

    if (rc != SQLITE_OK || tables > 0) {
        return rc;
    }

    rc = sqlite3_exec(j->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    rc = create_tables(j);

    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(j->db, "COMMIT", NULL, NULL, NULL);
    }

    if (!sqlite3_get_autocommit(j->db)) {
        sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
    }

    return rc;
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


/* Is it ours, of this lane, of a version that we can read? */
static int
check_meta(gms_journal_t *j, char *err, size_t err_size)
{
    char text[64], *end;
    long schema;
    int  rc;

    if (!read_meta(j, "schema", text, sizeof(text), &rc)) {
        goto unreadable;
    }

    schema = strtol(text, &end, 10);

    if (end == text || *end != '\0' || schema < 1) {
        return refuse_foreign(j, err, err_size);
    }

    if (schema > GMS_JOURNAL_SCHEMA) {
        snprintf(err, err_size,
            "%s has schema version %ld, this program "
            "knows %d: install the newer program again",
            j->path, schema, GMS_JOURNAL_SCHEMA);
        return GMS_EVERSION;
    }

    j->schema = schema;

    if (!read_meta(j, "lane", text, sizeof(text), &rc)) {
        goto unreadable;
    }

    if (strcmp(text, j->lane) != 0) {
        snprintf(err, err_size,
            "%s is the journal of lane \"%s\", not of "
            "\"%s\": each lane keeps its own folder",
            j->path, text, j->lane);
        return GMS_ESTORE;
    }

    if (!read_meta(j, "epoch", text, sizeof(text), &rc)) {
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
    return explain(j, rc, "cannot read the journal", err, err_size);
}


/* Reads a journal small enough from end to end: better no lane than one that
 * finds out in the middle of a match. */
static int
check_pages(gms_journal_t *j, char *err, size_t err_size)
{
    sqlite3_stmt *st;
    struct stat   sb;
    const char   *verdict;
    int           rc;

    if (stat(j->path, &sb) != 0 || sb.st_size > GMS_JOURNAL_CHECK_BYTES) {
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
        return explain(j, rc, "cannot read the journal", err, err_size);
    }
    return GMS_OK;
}


/* SQLite has rolled back by itself after most failures, but not all. */
static void
roll_back(gms_journal_t *j)
{
    if (!sqlite3_get_autocommit(j->db)) {
        sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
    }
}


/* Brings an older journal up to this version; what it holds stays as it is. */
static int
migrate(gms_journal_t *j)
{
    int rc;

    if (j->schema == GMS_JOURNAL_SCHEMA) {
        return SQLITE_OK;
    }

    rc = sqlite3_exec(j->db, migrate_sql, NULL, NULL, NULL);
    roll_back(j);

    return rc;
}


static int
prepare(gms_journal_t *j)
{
    int rc;

    rc = sqlite3_prepare_v3(j->db, "BEGIN IMMEDIATE", -1,
        SQLITE_PREPARE_PERSISTENT, &j->begin, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_prepare_v3(j->db,
            "INSERT INTO events (seq, name, session, real_ns, mono_ns,"
            " frame_mono_ns, boot_id, key, json)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            -1, SQLITE_PREPARE_PERSISTENT, &j->insert, NULL);
    }

    if (rc == SQLITE_OK) {
        rc = sqlite3_prepare_v3(
            j->db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &j->commit, NULL);
    }

    return rc;
}


/* The database with its tables; SQL alone, no check of what it says. */
static int
open_database(gms_journal_t *j)
{
    int rc;

    rc = sqlite3_open_v2(j->path, &j->db, SQLITE_OPEN_READWRITE, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    sqlite3_extended_result_codes(j->db, 1);
    sqlite3_busy_timeout(j->db, GMS_JOURNAL_BUSY_MS);

    rc = sqlite3_exec(j->db,
        "PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL;"
        "PRAGMA trusted_schema = OFF;",
        NULL, NULL, NULL);

    return rc == SQLITE_OK ? ensure_tables(j) : rc;
}


static int
open_journal(gms_journal_t *j, const char *dir, char *err, size_t err_size)
{
    int64_t last;
    int     rc;

    rc = make_folder(dir, err, err_size);

    if (rc == GMS_OK) {
        snprintf(j->path, sizeof(j->path), "%s/%s", dir, GMS_JOURNAL_FILE);
        rc = make_file(j, dir, err, err_size);
    }

    if (rc != GMS_OK) {
        return rc;
    }

    errno = 0;
    rc = open_database(j);

    if (rc != SQLITE_OK) {
        j->system = errno;
        return explain(j, rc, "cannot open the journal", err, err_size);
    }

    rc = check_meta(j, err, err_size);

    if (rc == GMS_OK) {
        rc = check_pages(j, err, err_size);
    }

    if (rc != GMS_OK) {
        return rc;
    }

    rc = migrate(j);

    if (rc == SQLITE_OK) {
        rc = query_integer(j, "SELECT max(seq) FROM events", &last);
    }

    if (rc == SQLITE_OK) {
        rc = prepare(j);
    }

    if (rc != SQLITE_OK) {
        return explain(j, rc, "cannot read the journal", err, err_size);
    }

    j->last_seq = last > 0 ? (uint64_t) last : 0;
    return GMS_OK;
}


int
gms_journal_open(gms_journal_t **out, const char *dir, const char *lane,
    char *err, size_t err_size)
{
    gms_journal_t *j;
    int            rc;

    *out = NULL;

    j = calloc(1, sizeof(*j));

    if (j == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    if (strlen(lane) >= sizeof(j->lane)) {
        snprintf(err, err_size, "the lane's name is too long");
        free(j);
        return GMS_ESTORE;
    }

    strcpy(j->lane, lane);
    rc = open_journal(j, dir, err, err_size);

    if (rc != GMS_OK) {
        gms_journal_close(j);
        return rc;
    }

    *out = j;
    return GMS_OK;
}


void
gms_journal_close(gms_journal_t *j)
{
    if (j == NULL) {
        return;
    }

    sqlite3_finalize(j->begin);
    sqlite3_finalize(j->insert);
    sqlite3_finalize(j->commit);
    sqlite3_close(j->db);
    free(j);
}


uint64_t
gms_journal_epoch(const gms_journal_t *j)
{
    return j->epoch;
}


uint64_t
gms_journal_last_seq(const gms_journal_t *j)
{
    return j->last_seq;
}


/* errno is taken here, since SQLite keeps none for a COMMIT that fails: it
 * alone tells a used-up quota from a broken disk. */
static int
run(gms_journal_t *j, sqlite3_stmt *st)
{
    int rc;

    errno = 0;
    rc = sqlite3_step(st);
    j->system = rc == SQLITE_DONE ? 0 : errno;

    sqlite3_reset(st);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}


static const char *
session_of(const gms_event_t *event, const char *session_id)
{
    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
    case GMS_EVENT_SESSION_ENDED:
    case GMS_EVENT_SESSION_PAUSED:
    case GMS_EVENT_SESSION_RESUMED:
        return event->u.session.id;

    default:
        return session_id;
    }
}


static int
insert(gms_journal_t *j, const gms_event_t *event, const char *session_id)
{
    sqlite3_stmt *st = j->insert;
    int64_t       frame_mono_ns;
    char         *json;
    int           rc;

    frame_mono_ns =
        event->kind == GMS_EVENT_SHOT ? event->u.shot.frame_mono_ns : 0;

    json = gms_event_to_json(event, j->lane, session_id);

    if (json == NULL) {
        return SQLITE_NOMEM;
    }

    sqlite3_bind_int64(st, 1, (int64_t) event->seq);
    sqlite3_bind_text(st, 2, gms_event_name(event->kind), -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 3, session_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64(st, 4, event->real_ns);
    sqlite3_bind_int64(st, 5, event->mono_ns);
    sqlite3_bind_int64(st, 6, frame_mono_ns);
    sqlite3_bind_text(st, 7, event->boot_id, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 8, event->key, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 9, json, -1, SQLITE_STATIC);

    rc = run(j, st);
    sqlite3_clear_bindings(st);
    free(json);
    return rc;
}


int
gms_journal_append(gms_journal_t *j, const gms_event_t *events, int n,
    const char *session_id, char *err, size_t err_size)
{
    int i, rc, cause;

    for (i = 0; i < n; i++) {
        if (events[i].seq != j->last_seq + 1 + (uint64_t) i) {
            snprintf(err, err_size,
                "event %" PRIu64 " cannot follow event "
                "%" PRIu64 " of the journal",
                events[i].seq, j->last_seq + (uint64_t) i);
            return GMS_EINVALID;
        }
    }

    if (n <= 0) {
        return GMS_OK;
    }

    rc = run(j, j->begin);

    for (i = 0; rc == SQLITE_OK && i < n; i++) {
        session_id = session_of(&events[i], session_id);
        rc = insert(j, &events[i], session_id);
    }

    if (rc == SQLITE_OK) {
        rc = run(j, j->commit);
    }

    if (rc != SQLITE_OK) {
        cause = explain(j, rc, "cannot write to the journal", err, err_size);
        roll_back(j);
        return cause;
    }

    j->last_seq += (uint64_t) n;
    return GMS_OK;
}
