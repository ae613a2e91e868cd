/* The inside of history.db, shared by history*.c alone. */

#ifndef GMS_HISTORY_FILE_H
#define GMS_HISTORY_FILE_H

#include <limits.h>

#include <sqlite3.h>

#include "history.h"

#define GMS_HISTORY_SCHEMA 7

/* "GMSH": whose file it is. */
#define GMS_HISTORY_APPLICATION 0x474d5348

/* Statements that are made once. */
typedef enum {
    GMS_HISTORY_NUMBER,
    GMS_HISTORY_DROP_SHOTS,
    GMS_HISTORY_DROP_ROUNDS,
    GMS_HISTORY_DROP_SESSION,
    GMS_HISTORY_PUT_SESSION,
    GMS_HISTORY_PUT_ROUND,
    GMS_HISTORY_PUT_SHOT,
    GMS_HISTORY_PUT_SHOOTER,
    GMS_HISTORY_PUT_USED,
    GMS_HISTORY_GET_POSITION,
    GMS_HISTORY_PUT_POSITION,
    GMS_HISTORY_PUT_CALIBRATION,
    GMS_HISTORY_GET_EQUIPMENT,
    GMS_HISTORY_DROP_TIPS,
    GMS_HISTORY_PUT_TIP,
    GMS_HISTORY_DROP_COACHING,
    GMS_HISTORY_PUT_COACHING,
    GMS_HISTORY_GET_EVIDENCE,
    GMS_HISTORY_PUT_EVIDENCE,
    GMS_HISTORY_DROP_EVIDENCE,
    GMS_HISTORY_PUT_UNSEEN,
    GMS_HISTORY_GET_UNSEEN,
    GMS_HISTORY_SET_UNSEEN,
    GMS_HISTORY_DROP_UNSEEN,
    GMS_HISTORY_GET_STALE,
    GMS_HISTORY_DROP_STALE,
    GMS_HISTORY_STATEMENTS
} gms_history_statement_e;

struct gms_history_s {
    sqlite3      *db;
    sqlite3_stmt *statement[GMS_HISTORY_STATEMENTS];
    bool          damaged; /* as a statement found out */
    char          path[PATH_MAX];
    char          trouble[PATH_MAX + 256];
};

/* Flags of a shot's row. */
#define GMS_SHOT_INNER 1
#define GMS_SHOT_SIGHTER 2
#define GMS_SHOT_REMOVED 4
#define GMS_SHOT_NEAR_LINE 8
#define GMS_SHOT_POSSIBLE_DOUBLE 16
#define GMS_SHOT_OVERLAP 32
#define GMS_SHOT_RECOVERED 64
#define GMS_SHOT_ORDER_UNKNOWN 128
#define GMS_SHOT_OUTSIDE 256 /* of the window of its course */
#define GMS_SHOT_BY_HAND 512
#define GMS_SHOT_UNPLACED 1024
#define GMS_SHOT_CORRECTED 2048

/* Places are kept in ten-thousandths of a millimetre, as the journal does. */
#define GMS_HISTORY_PER_MM 1e4

/* GMS_OK for SQLITE_OK, SQLITE_ROW and SQLITE_DONE, else the cause, with a
 * sentence for gms_history_trouble(). */
int gms_history_result(gms_history_t *h, int sql);

/* Runs a statement that returns no row, and makes it ready again. */
int gms_history_run(gms_history_t *h, sqlite3_stmt *st);

void gms_history_bind_text(sqlite3_stmt *st, int i, const char *text);

/* What is not finite is NULL. */
void gms_history_bind_number(sqlite3_stmt *st, int i, double value);

/* Number of a session's row; 0: it has none. */
int gms_history_number(
    gms_history_t *h, const char *session, sqlite3_int64 *no);

#endif /* GMS_HISTORY_FILE_H */
