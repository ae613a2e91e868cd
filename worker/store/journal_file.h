/* The inside of a journal, shared by journal*.c alone. */

#ifndef GMS_JOURNAL_FILE_H
#define GMS_JOURNAL_FILE_H

#include <limits.h>

#include <sqlite3.h>

#include "chain.h"
#include "journal.h"

/* 2: events "paper" and "range", and more members in those that were.
 * 3: a hash chain over the events. */
#define GMS_JOURNAL_SCHEMA 3

/* Set in a copy: whoever opens it first draws a new epoch. */
#define GMS_JOURNAL_COPY_KEY "copy"

struct gms_journal_s {
    sqlite3      *db;
    sqlite3_stmt *begin;
    sqlite3_stmt *insert;
    sqlite3_stmt *commit;
    uint64_t      epoch;
    uint64_t      last_seq;
    uint64_t      chained_since;        /* 0: not chained, an older version's */
    uint8_t       head[GMS_CHAIN_SIZE]; /* hash of the last event */
    long          schema;               /* of the file when it was opened */
    int           system;               /* errno of the last failure, 0: none */
    bool          reading;
    bool          following; /* reading, and its pages are not checked */
    char          lane[64];
    char          first_epoch[17]; /* hex: where the chain begins */
    char          path[PATH_MAX];
    const char   *row_session; /* of the row that is replayed */
    uint64_t      trouble_seq;
    char          trouble[PATH_MAX + 256]; /* what a replay found */
};

/* Turns what SQLite says into a cause and a sentence that says what to do. */
int gms_journal_explain(const gms_journal_t *j, int sql, const char *doing,
    char *err, size_t err_size);

/* SQLite has rolled back by itself after most failures, but not all. */
void gms_journal_roll_back(gms_journal_t *j);

/* Opens j->path, and creates the tables unless there are any (reading: never);
 * SQL alone, no check of what it says.  What SQLite answers. */
int gms_journal_tables_open(gms_journal_t *j);

/* Is it ours, of this lane (reading: of any), of a version that we know, and
 * whole?  An error with a sentence. */
int gms_journal_tables_check(gms_journal_t *j, char *err, size_t err_size);

/* Brings an older journal up to this version, and a copy to an epoch of its
 * own.  What SQLite answers. */
int gms_journal_tables_update(gms_journal_t *j);

/* Where the chain ends; GMS_JOURNAL_ROW of a step is what to hash.  What
 * SQLite answers, SQLITE_CORRUPT for a row without a hash. */
int gms_journal_chain_at(
    gms_journal_t *j, uint64_t seq, uint8_t hash[GMS_CHAIN_SIZE]);

/* The columns of a row as they are hashed, the hash last; a journal of an
 * older version has none. */
#define GMS_JOURNAL_ROW                                                        \
    "seq, name, session, real_ns, mono_ns, frame_mono_ns, boot_id, key, json"

/* False: a column is not of its type, or a text holds a zero byte.  The texts
 * live until the next step. */
bool gms_journal_row_of(sqlite3_stmt *st, gms_chain_row_t *row);

#endif /* GMS_JOURNAL_FILE_H */
