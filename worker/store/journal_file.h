/* The inside of a journal, shared by journal.c and journal_read.c alone. */

#ifndef GMS_JOURNAL_FILE_H
#define GMS_JOURNAL_FILE_H

#include <limits.h>

#include <sqlite3.h>

#include "journal.h"

struct gms_journal_s {
    sqlite3      *db;
    sqlite3_stmt *begin;
    sqlite3_stmt *insert;
    sqlite3_stmt *commit;
    uint64_t      epoch;
    uint64_t      last_seq;
    long          schema; /* of the file when it was opened */
    int           system; /* errno of the last failure, 0: none */
    char          lane[64];
    char          path[PATH_MAX];
};

#endif /* GMS_JOURNAL_FILE_H */
