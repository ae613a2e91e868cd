#include "journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"

#define GMS_JOURNAL_FILE "journal.db"


int
gms_journal_explain(const gms_journal_t *j, int sql, const char *doing,
    char *err, size_t err_size)
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


void
gms_journal_roll_back(gms_journal_t *j)
{
    if (!sqlite3_get_autocommit(j->db)) {
        sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
    }
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
            " frame_mono_ns, boot_id, key, json, hash)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            -1, SQLITE_PREPARE_PERSISTENT, &j->insert, NULL);
    }

    if (rc == SQLITE_OK) {
        rc = sqlite3_prepare_v3(
            j->db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &j->commit, NULL);
    }

    return rc;
}


/* The last event, from which both numbers and chain go on. */
static int
find_head(gms_journal_t *j)
{
    sqlite3_stmt *st;
    int           rc;

    rc =
        sqlite3_prepare_v2(j->db, "SELECT max(seq) FROM events", -1, &st, NULL);

    if (rc != SQLITE_OK) {
        return rc;
    }

    rc = sqlite3_step(st);

    if (rc == SQLITE_ROW) {
        j->last_seq = (uint64_t) sqlite3_column_int64(st, 0);
    }

    sqlite3_finalize(st);

    if (rc != SQLITE_ROW) {
        return rc;
    }

    return j->chained_since > 0 ? gms_journal_chain_at(j, j->last_seq, j->head)
                                : SQLITE_OK;
}


/* A file of no bytes is one that was never filled, unless what lies beside it
 * shows that it was.  SQLite would throw such a log away. */
static int
refuse_emptied(
    const gms_journal_t *j, const char *dir, char *err, size_t err_size)
{
    char        path[PATH_MAX + 16];
    struct stat sb;

    if (stat(j->path, &sb) != 0 || sb.st_size > 0) {
        return GMS_OK;
    }

    snprintf(path, sizeof(path), "%s-wal", j->path);

    if (stat(path, &sb) != 0 || sb.st_size == 0) {
        snprintf(path, sizeof(path), "%s/pictures", dir);

        if (stat(path, &sb) != 0) {
            return GMS_OK;
        }
    }

    snprintf(err, err_size,
        "%s is damaged (it is empty, but %s is there); it was left as it is: "
        "restore it from a backup, or move its folder away to begin a new "
        "journal",
        j->path, path);
    return GMS_ESTORE;
}


static int
open_tables(gms_journal_t *j, char *err, size_t err_size)
{
    int rc;

    errno = 0;
    rc = gms_journal_tables_open(j);

    if (rc != SQLITE_OK) {
        j->system = errno;
        return gms_journal_explain(
            j, rc, "cannot open the journal", err, err_size);
    }

    rc = gms_journal_tables_check(j, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }

    rc = j->reading ? SQLITE_OK : gms_journal_tables_update(j);

    if (rc == SQLITE_OK) {
        rc = find_head(j);
    }

    if (rc == SQLITE_OK && !j->reading) {
        rc = prepare(j);
    }

    if (rc != SQLITE_OK) {
        return gms_journal_explain(
            j, rc, "cannot read the journal", err, err_size);
    }

    return GMS_OK;
}


static int
open_journal(gms_journal_t *j, const char *dir, char *err, size_t err_size)
{
    int rc;

    rc = make_folder(dir, err, err_size);

    if (rc == GMS_OK) {
        snprintf(j->path, sizeof(j->path), "%s/%s", dir, GMS_JOURNAL_FILE);
        rc = make_file(j, dir, err, err_size);
    }

    if (rc == GMS_OK) {
        rc = refuse_emptied(j, dir, err, err_size);
    }

    return rc == GMS_OK ? open_tables(j, err, err_size) : rc;
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


static int
open_reading(gms_journal_t **out, const char *path, bool following, char *err,
    size_t err_size)
{
    gms_journal_t *j;
    struct stat    sb;
    int            rc;

    *out = NULL;

    j = calloc(1, sizeof(*j));

    if (j == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    j->reading = true;
    j->following = following;
    snprintf(j->path, sizeof(j->path), "%s", path);

    if (stat(path, &sb) != 0) {
        snprintf(err, err_size, "%s: %s", path, strerror(errno));
        rc = GMS_ENOTFOUND;

    } else if (!S_ISREG(sb.st_mode)) {
        snprintf(err, err_size, "%s is no file", path);
        rc = GMS_ECORRUPT;

    } else if (sb.st_size == 0) {
        snprintf(err, err_size,
            "%s is empty: no journal, or one that was cut "
            "off",
            path);
        rc = GMS_ECORRUPT;

    } else {
        rc = open_tables(j, err, err_size);
    }

    if (rc != GMS_OK) {
        gms_journal_close(j);
        return rc;
    }

    *out = j;
    return GMS_OK;
}


int
gms_journal_open_reading(
    gms_journal_t **j, const char *path, char *err, size_t err_size)
{
    return open_reading(j, path, false, err, err_size);
}


int
gms_journal_open_following(
    gms_journal_t **j, const char *path, char *err, size_t err_size)
{
    return open_reading(j, path, true, err, err_size);
}


int
gms_journal_look(gms_journal_t *j, char *err, size_t err_size)
{
    int rc, sql;

    rc = gms_journal_tables_check(j, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }

    sql = find_head(j);
    return sql == SQLITE_OK
        ? GMS_OK
        : gms_journal_explain(j, sql, "cannot read the journal", err, err_size);
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


const char *
gms_journal_lane(const gms_journal_t *j)
{
    return j->lane;
}


uint64_t
gms_journal_epoch(const gms_journal_t *j)
{
    return j->epoch;
}


uint64_t
gms_journal_chained_since(const gms_journal_t *j)
{
    return j->chained_since;
}


uint64_t
gms_journal_last_seq(const gms_journal_t *j)
{
    return j->last_seq;
}


void
gms_journal_head(const gms_journal_t *j, char text[GMS_CHAIN_HEX_SIZE])
{
    gms_chain_to_hex(j->head, text);
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


/* Hash is that of the row before, and becomes this one's. */
static int
insert(gms_journal_t *j, const gms_event_t *event, uint8_t hash[GMS_CHAIN_SIZE])
{
    sqlite3_stmt   *st = j->insert;
    gms_chain_row_t row;
    char           *json;
    int             rc;

    json = gms_event_to_json(event, j->lane);

    if (json == NULL) {
        return SQLITE_NOMEM;
    }

    row.seq = (int64_t) event->seq;
    row.name = gms_event_name(event->kind);
    row.session = event->session;
    row.real_ns = event->real_ns;
    row.mono_ns = event->mono_ns;
    row.frame_mono_ns =
        event->kind == GMS_EVENT_SHOT ? event->u.shot.frame_mono_ns : 0;
    row.boot_id = event->boot_id;
    row.key = event->key;
    row.json = json;
    gms_chain_next(hash, &row);

    sqlite3_bind_int64(st, 1, row.seq);
    sqlite3_bind_text(st, 2, row.name, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 3, row.session, -1, SQLITE_STATIC);
    sqlite3_bind_int64(st, 4, row.real_ns);
    sqlite3_bind_int64(st, 5, row.mono_ns);
    sqlite3_bind_int64(st, 6, row.frame_mono_ns);
    sqlite3_bind_text(st, 7, row.boot_id, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 8, row.key, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 9, row.json, -1, SQLITE_STATIC);
    sqlite3_bind_blob(st, 10, hash, GMS_CHAIN_SIZE, SQLITE_STATIC);

    rc = run(j, st);
    sqlite3_clear_bindings(st);
    free(json);
    return rc;
}


int
gms_journal_append(gms_journal_t *j, const gms_event_t *events, int n,
    char *err, size_t err_size)
{
    uint8_t hash[GMS_CHAIN_SIZE];
    int     i, rc, cause;

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

    memcpy(hash, j->head, sizeof(hash));
    rc = run(j, j->begin);

    for (i = 0; rc == SQLITE_OK && i < n; i++) {
        rc = insert(j, &events[i], hash);
    }

    if (rc == SQLITE_OK) {
        rc = run(j, j->commit);
    }

    if (rc != SQLITE_OK) {
        cause = gms_journal_explain(
            j, rc, "cannot write to the journal", err, err_size);
        gms_journal_roll_back(j);
        return cause;
    }

    memcpy(j->head, hash, sizeof(hash));
    j->last_seq += (uint64_t) n;
    return GMS_OK;
}
