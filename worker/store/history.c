/* history.db: its file, its versions, its transactions. */

#include "history_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "../../ipc/error.h"

/* `gmshoot backup` reads it meanwhile; nobody else writes. */
#define GMS_HISTORY_BUSY_MS 2000

/* The sessions of ten years of a club are some 30 MB with their indexes. */
#define GMS_HISTORY_CACHE "-16384"

/* What brings a file from each version to the next; the first line makes the
 * tables.  Instants are CLOCK_REALTIME in microseconds. */
static const char *const steps[GMS_HISTORY_SCHEMA] = {

    "CREATE TABLE shooter ("
    "    id TEXT PRIMARY KEY,"
    "    name TEXT,"
    "    hand TEXT,"
    "    erased INTEGER NOT NULL DEFAULT 0"
    ") WITHOUT ROWID;"

    "CREATE TABLE equipment ("
    "    id TEXT PRIMARY KEY,"
    "    shooter TEXT NOT NULL,"
    "    name TEXT NOT NULL,"
    "    gun TEXT,"
    "    caliber_mm REAL,"
    "    click TEXT,"
    "    sight TEXT,"
    "    hand TEXT,"
    "    retired INTEGER NOT NULL DEFAULT 0"
    ") WITHOUT ROWID;"
    "CREATE INDEX equipment_shooter ON equipment (shooter);"

    /* Which a session was shot with: a person may say so afterwards, and the row
     * of the session may be made anew at any time. */
    "CREATE TABLE used ("
    "    session TEXT PRIMARY KEY,"
    "    equipment TEXT NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX used_equipment ON used (equipment);"

    "CREATE TABLE session ("
    "    no INTEGER PRIMARY KEY,"
    "    id TEXT NOT NULL UNIQUE,"
    "    lane TEXT NOT NULL,"
    "    shooter TEXT NOT NULL,"
    "    target TEXT NOT NULL,"
    "    caliber_mm REAL NOT NULL,"
    "    distance_m REAL NOT NULL,"
    "    state INTEGER NOT NULL,"
    "    walk_up INTEGER NOT NULL,"
    "    started_us INTEGER NOT NULL,"
    "    ended_us INTEGER NOT NULL,"
    "    started_seq INTEGER NOT NULL,"
    "    last_seq INTEGER NOT NULL,"
    "    shots INTEGER NOT NULL,"
    "    rounds INTEGER NOT NULL,"
    "    counted INTEGER NOT NULL,"
    "    tenths INTEGER NOT NULL,"
    "    rings INTEGER NOT NULL,"
    "    inner INTEGER NOT NULL,"
    "    x_mm REAL," /* mean point of impact */
    "    y_mm REAL,"
    "    squares REAL," /* sum of squares about it, both axes */
    "    sigma_mm REAL,"
    "    spread_mm REAL," /* extreme, centre to centre */
    "    radius_mm REAL"  /* mean, as sigma has it */
    ");"
    "CREATE INDEX session_time ON session (started_us, no);"
    "CREATE INDEX session_shooter ON session (shooter, started_us, no);"
    "CREATE INDEX session_lane ON session (lane, started_us, no);"
    "CREATE INDEX session_target ON session (target, started_us, no);"

    /* All that sums of all sessions need, in a quarter of the pages. */
    "CREATE INDEX session_sums ON session (lane, target, caliber_mm, counted,"
    " tenths, rings, inner, squares, shots);"

    "CREATE TABLE round ("
    "    session INTEGER NOT NULL,"
    "    n INTEGER NOT NULL,"
    "    first INTEGER NOT NULL,"
    "    last INTEGER NOT NULL,"
    "    ended_by TEXT," /* NULL: it is open */
    "    counted INTEGER NOT NULL,"
    "    tenths INTEGER NOT NULL,"
    "    rings INTEGER NOT NULL,"
    "    inner INTEGER NOT NULL,"
    "    x_mm REAL,"
    "    y_mm REAL,"
    "    sigma_mm REAL,"
    "    spread_mm REAL,"
    "    PRIMARY KEY (session, n)"
    ") WITHOUT ROWID;"

    "CREATE TABLE shot ("
    "    session INTEGER NOT NULL,"
    "    n INTEGER NOT NULL,"
    "    t_us INTEGER NOT NULL,"
    "    x INTEGER NOT NULL," /* 0.0001 mm */
    "    y INTEGER NOT NULL,"
    "    tenths INTEGER NOT NULL,"
    "    ring INTEGER NOT NULL,"
    "    flags INTEGER NOT NULL,"
    "    paper INTEGER NOT NULL,"
    "    round INTEGER NOT NULL,"
    "    zone TEXT,"
    "    bull TEXT,"
    "    PRIMARY KEY (session, n)"
    ") WITHOUT ROWID;"

    "CREATE TABLE position ("
    "    lane TEXT NOT NULL,"
    "    epoch TEXT NOT NULL,"
    "    seq INTEGER NOT NULL,"
    "    hash TEXT NOT NULL,"
    "    PRIMARY KEY (lane, epoch)"
    ") WITHOUT ROWID;"

    /* Commands that are answered again when they are repeated. */
    "CREATE TABLE answered ("
    "    no INTEGER PRIMARY KEY,"
    "    key TEXT NOT NULL,"
    "    verb TEXT NOT NULL,"
    "    body TEXT NOT NULL,"
    "    UNIQUE (key, verb)"
    ");",

    /* Shots that counted, and not by a value alone: squares is theirs. */
    "ALTER TABLE session ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;"
    "UPDATE session SET placed = counted;"
    "DROP INDEX IF EXISTS session_sums;" /* the first files had none */
    "CREATE INDEX session_sums ON session (lane, target, caliber_mm, counted,"
    " tenths, rings, inner, squares, shots, placed);",

    /* An event is known by its lane, number and instant: a backup that is
     * brought back has another epoch, but the same events. */
    "CREATE TABLE calibration ("
    "    no INTEGER PRIMARY KEY,"
    "    lane TEXT NOT NULL,"
    "    seq INTEGER NOT NULL,"
    "    t_us INTEGER NOT NULL,"
    "    origin TEXT NOT NULL,"
    "    confirmed INTEGER NOT NULL,"
    "    residual_mm REAL," /* NULL: unknown */
    "    px_per_mm REAL,"
    "    tilt_deg REAL,"
    "    of INTEGER NOT NULL," /* the one that it brings back; 0 */
    "    reason TEXT NOT NULL,"
    "    map TEXT NOT NULL,"
    "    UNIQUE (lane, seq, t_us)"
    ");"
    "CREATE INDEX calibration_time ON calibration (t_us, no);"
    "CREATE INDEX calibration_lane ON calibration (lane, t_us, no);"

    "CREATE TABLE tip ("
    "    session INTEGER NOT NULL,"
    "    rank INTEGER NOT NULL," /* 0: the main finding */
    "    rule TEXT NOT NULL,"
    "    category TEXT NOT NULL,"
    "    hypothesis INTEGER NOT NULL,"
    "    text TEXT NOT NULL,"
    "    action TEXT,"
    "    drill TEXT,"
    "    sign TEXT NOT NULL,"
    "    n INTEGER,"
    "    p REAL,"
    "    p_family REAL,"
    "    PRIMARY KEY (session, rank)"
    ") WITHOUT ROWID;"

    /* Pictures: kind as gms_picture_kind_e has it. */
    "CREATE TABLE evidence ("
    "    session INTEGER NOT NULL,"
    "    kind INTEGER NOT NULL,"
    "    n INTEGER NOT NULL,"
    "    bytes INTEGER NOT NULL,"
    "    written_us INTEGER NOT NULL,"
    "    sha256 BLOB NOT NULL,"
    "    PRIMARY KEY (session, kind, n)"
    ") WITHOUT ROWID;"

    /* Sessions whose pictures are not all known, and when the folder of these
     * had changed as it was looked at. */
    "CREATE TABLE unseen ("
    "    session INTEGER PRIMARY KEY,"
    "    changed_ns INTEGER NOT NULL"
    ");"

    /* All journals are followed once more, for what is new here. */
    "UPDATE position SET seq = 0, hash = '';",

    "ALTER TABLE session ADD COLUMN source TEXT;" /* of an import; else NULL */
    "ALTER TABLE session ADD COLUMN within REAL;" /* squares about the centres
                                                     of its rounds .. */
    "ALTER TABLE session ADD COLUMN df INTEGER NOT NULL DEFAULT 0;"

    /* Sessions whose tips another hand, gun or click may change. */
    "CREATE TABLE stale (session INTEGER PRIMARY KEY);"
    "UPDATE position SET seq = 0, hash = '';",

    /* What a coach said, as the state document has it. */
    "CREATE TABLE coaching ("
    "    session INTEGER NOT NULL,"
    "    n INTEGER NOT NULL,"
    "    json TEXT NOT NULL,"
    "    PRIMARY KEY (session, n)"
    ") WITHOUT ROWID;",

    /* What was wrong with a lane; no journal tells of it. */
    "CREATE TABLE problem ("
    "    no INTEGER PRIMARY KEY,"
    "    lane TEXT NOT NULL,"
    "    type TEXT NOT NULL,"
    "    title TEXT NOT NULL,"
    "    detail TEXT NOT NULL,"
    "    began_us INTEGER NOT NULL,"
    "    ended_us INTEGER" /* NULL: it is so now */
    ");"
    "CREATE INDEX problem_time ON problem (began_us, no);"
    "CREATE INDEX problem_now ON problem (lane) WHERE ended_us IS NULL;",

    /* Where shots were called, and how far off the calls were: mean distance,
     * and mean offset. */
    "ALTER TABLE session ADD COLUMN called INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE session ADD COLUMN call_mm REAL;"
    "ALTER TABLE session ADD COLUMN call_x_mm REAL;"
    "ALTER TABLE session ADD COLUMN call_y_mm REAL;"
    "ALTER TABLE shot ADD COLUMN call_x INTEGER;" /* 0.0001 mm; NULL: it was
                                                     not called */
    "ALTER TABLE shot ADD COLUMN call_y INTEGER;"
};


static const char *const statements[GMS_HISTORY_STATEMENTS] = {
    [GMS_HISTORY_NUMBER] = "SELECT no FROM session WHERE id = ?1",
    [GMS_HISTORY_DROP_SHOTS] = "DELETE FROM shot WHERE session = ?1",
    [GMS_HISTORY_DROP_ROUNDS] = "DELETE FROM round WHERE session = ?1",
    [GMS_HISTORY_DROP_SESSION] = "DELETE FROM session WHERE no = ?1",
    [GMS_HISTORY_PUT_SESSION] =
        "INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
        " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,"
        " ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)",
    [GMS_HISTORY_PUT_ROUND] =
        "INSERT INTO round VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
        " ?11, ?12, ?13)",
    [GMS_HISTORY_PUT_SHOT] =
        "INSERT INTO shot VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
        " ?11, ?12, ?13, ?14)",
    [GMS_HISTORY_PUT_SHOOTER] =
        "INSERT OR IGNORE INTO shooter (id) VALUES (?1)",
    [GMS_HISTORY_PUT_USED] =
        "INSERT OR IGNORE INTO used (session, equipment) VALUES (?1, ?2)",
    [GMS_HISTORY_GET_POSITION] =
        "SELECT seq, hash FROM position WHERE lane = ?1 AND epoch = ?2",
    [GMS_HISTORY_PUT_POSITION] =
        "INSERT OR REPLACE INTO position VALUES (?1, ?2, ?3, ?4)",
    [GMS_HISTORY_PUT_CALIBRATION] =
        "INSERT OR IGNORE INTO calibration (lane, seq, t_us, origin,"
        " confirmed, residual_mm, px_per_mm, tilt_deg, of, reason, map)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [GMS_HISTORY_GET_EQUIPMENT] =
        "SELECT e.gun, e.sight, coalesce(e.hand, s.hand), e.click"
        " FROM (SELECT 1) LEFT JOIN shooter s ON s.id = ?2"
        " LEFT JOIN used u ON u.session = ?1"
        " LEFT JOIN equipment e ON e.id = u.equipment",
    [GMS_HISTORY_DROP_TIPS] = "DELETE FROM tip WHERE session = ?1",
    [GMS_HISTORY_PUT_TIP] =
        "INSERT INTO tip VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
        " ?12)",
    [GMS_HISTORY_DROP_COACHING] = "DELETE FROM coaching WHERE session = ?1",
    [GMS_HISTORY_PUT_COACHING] = "INSERT INTO coaching VALUES (?1, ?2, ?3)",
    [GMS_HISTORY_GET_EVIDENCE] = "SELECT bytes, written_us FROM evidence"
                                 " WHERE session = ?1 AND kind = ?2 AND n = ?3",
    [GMS_HISTORY_PUT_EVIDENCE] =
        "INSERT OR REPLACE INTO evidence VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [GMS_HISTORY_DROP_EVIDENCE] = "DELETE FROM evidence WHERE session = ?1",
    [GMS_HISTORY_PUT_UNSEEN] =
        "INSERT OR IGNORE INTO unseen (session, changed_ns) VALUES (?1, 0)",
    [GMS_HISTORY_GET_UNSEEN] =
        "SELECT u.session, u.changed_ns, s.id, s.lane, s.ended_us"
        " FROM unseen u JOIN session s ON s.no = u.session"
        " WHERE u.session > ?1 ORDER BY u.session LIMIT 1",
    [GMS_HISTORY_SET_UNSEEN] =
        "UPDATE unseen SET changed_ns = ?2 WHERE session = ?1",
    [GMS_HISTORY_DROP_UNSEEN] = "DELETE FROM unseen WHERE session = ?1",
    [GMS_HISTORY_GET_STALE] =
        "SELECT t.session, s.id, s.lane, s.started_seq, s.last_seq"
        " FROM stale t LEFT JOIN session s ON s.no = t.session"
        " ORDER BY t.session DESC LIMIT 1",
    [GMS_HISTORY_DROP_STALE] = "DELETE FROM stale WHERE session = ?1",
};


/* A sentence that says what to do about it. */
static int
explain(const char *path, int sql, const char *says, char *err, size_t err_size)
{
    switch (sql & 0xff) {

    case SQLITE_NOMEM:
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;

    case SQLITE_FULL:
        snprintf(err, err_size, "the disk of %s is full: free some", path);
        return GMS_ESTORE_FULL;

    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        snprintf(err, err_size,
            "%s is damaged (%s): restore it from a backup, or move it away: "
            "sessions are made anew from the journals, names of shooters are "
            "not",
            path, says);
        return GMS_ECORRUPT;

    default:
        snprintf(err, err_size, "%s cannot be used (%s)", path, says);
        return GMS_ESTORE;
    }
}


int
gms_history_result(gms_history_t *h, int sql)
{
    int rc;

    if (sql == SQLITE_OK || sql == SQLITE_ROW || sql == SQLITE_DONE) {
        return GMS_OK;
    }

    rc = explain(
        h->path, sql, sqlite3_errmsg(h->db), h->trouble, sizeof(h->trouble));
    h->damaged |= rc == GMS_ECORRUPT;
    return rc;
}


bool
gms_history_is_damaged(const gms_history_t *h)
{
    return h->damaged;
}


const char *
gms_history_trouble(const gms_history_t *h)
{
    return h->trouble;
}


int
gms_history_run(gms_history_t *h, sqlite3_stmt *st)
{
    int rc;

    rc = gms_history_result(h, sqlite3_step(st));
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    return rc;
}


void
gms_history_bind_text(sqlite3_stmt *st, int i, const char *text)
{
    sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC);
}


void
gms_history_bind_number(sqlite3_stmt *st, int i, double value)
{
    if (value == value && value - value == 0) {
        sqlite3_bind_double(st, i, value);
    } else {
        sqlite3_bind_null(st, i);
    }
}


static int
integer_of(gms_history_t *h, const char *sql, int64_t *value)
{
    sqlite3_stmt *st;
    int           rc;

    rc = sqlite3_prepare_v2(h->db, sql, -1, &st, NULL);

    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
        *value = rc == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
        sqlite3_finalize(st);
    }

    return gms_history_result(h, rc);
}


/* Each version's step, all of them or none. */
static int
update(gms_history_t *h, int64_t version)
{
    char pragma[128];
    int  rc;

    rc = sqlite3_exec(h->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

    while (rc == SQLITE_OK && version < GMS_HISTORY_SCHEMA) {
        rc = sqlite3_exec(h->db, steps[version++], NULL, NULL, NULL);
    }

    snprintf(pragma, sizeof(pragma),
        "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
        GMS_HISTORY_APPLICATION, GMS_HISTORY_SCHEMA);

    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(h->db, pragma, NULL, NULL, NULL);
    }

    rc = gms_history_result(h, rc);

    if (rc != GMS_OK) {
        gms_history_roll_back(h);
    }

    return rc;
}


static int
check_version(gms_history_t *h)
{
    int64_t tables = 0, owner = 0, version = 0;
    int     rc;

    rc = integer_of(h, "SELECT count(*) FROM sqlite_master", &tables);

    if (rc == GMS_OK) {
        rc = integer_of(h, "PRAGMA application_id", &owner);
    }
    if (rc == GMS_OK) {
        rc = integer_of(h, "PRAGMA user_version", &version);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    if (tables > 0 && owner != GMS_HISTORY_APPLICATION) {
        snprintf(h->trouble, sizeof(h->trouble),
            "%s is a database, but no history; it was left as it is: move it "
            "away",
            h->path);
        return GMS_ESTORE;
    }

    if (version > GMS_HISTORY_SCHEMA) {
        snprintf(h->trouble, sizeof(h->trouble),
            "%s has schema version %ld, this program knows %d: install the "
            "newer program again",
            h->path, (long) version, GMS_HISTORY_SCHEMA);
        return GMS_EVERSION;
    }

    return version < GMS_HISTORY_SCHEMA ? update(h, version) : GMS_OK;
}


static int
open_file(gms_history_t *h)
{
    int fd, i, rc;

    /* Made here for its mode: it holds names. */
    fd = open(h->path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

    if (fd == -1) {
        snprintf(h->trouble, sizeof(h->trouble), "%s cannot be used (%s)",
            h->path, strerror(errno));
        return errno == ENOSPC ? GMS_ESTORE_FULL : GMS_ESTORE;
    }

    close(fd);
    rc = sqlite3_open_v2(h->path, &h->db, SQLITE_OPEN_READWRITE, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_extended_result_codes(h->db, 1);
        sqlite3_busy_timeout(h->db, GMS_HISTORY_BUSY_MS);
        rc = sqlite3_exec(h->db,
            "PRAGMA trusted_schema = OFF;"
            "PRAGMA secure_delete = ON;" /* a name that is erased is gone */
            "PRAGMA cache_size = " GMS_HISTORY_CACHE,
            NULL, NULL, NULL);
    }

    rc = gms_history_result(h, rc);
    rc = rc == GMS_OK ? check_version(h) : rc;

    if (rc == GMS_OK) {
        rc = gms_history_result(h,
            sqlite3_exec(h->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL));
    }

    for (i = 0; rc == GMS_OK && i < GMS_HISTORY_STATEMENTS; i++) {
        rc = gms_history_result(h,
            sqlite3_prepare_v3(h->db, statements[i], -1,
                SQLITE_PREPARE_PERSISTENT, &h->statement[i], NULL));
    }

    return rc;
}


int
gms_history_open(
    gms_history_t **out, const char *path, char *err, size_t err_size)
{
    gms_history_t *h;
    int            rc;

    *out = NULL;
    h = calloc(1, sizeof(*h));

    if (h == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    snprintf(h->path, sizeof(h->path), "%s", path);
    rc = open_file(h);

    if (rc != GMS_OK) {
        snprintf(err, err_size, "%s", h->trouble);
        gms_history_close(h);
        return rc;
    }

    *out = h;
    return GMS_OK;
}


void
gms_history_close(gms_history_t *h)
{
    int i;

    for (i = 0; i < GMS_HISTORY_STATEMENTS; i++) {
        sqlite3_finalize(h->statement[i]);
    }

    sqlite3_close(h->db);
    free(h);
}


int
gms_history_begin(gms_history_t *h, bool safe)
{
    return gms_history_result(h,
        sqlite3_exec(h->db,
            safe ? "PRAGMA synchronous = FULL; BEGIN IMMEDIATE"
                 : "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
            NULL, NULL, NULL));
}


int
gms_history_commit(gms_history_t *h)
{
    return gms_history_result(
        h, sqlite3_exec(h->db, "COMMIT", NULL, NULL, NULL));
}


void
gms_history_roll_back(gms_history_t *h)
{
    if (!sqlite3_get_autocommit(h->db)) {
        sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
    }
}
