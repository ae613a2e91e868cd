/* What the questions to the history share; for history_*.c alone. */

#ifndef GMS_HISTORY_ASK_H
#define GMS_HISTORY_ASK_H

#include "../base/jsontext.h"
#include "history_file.h"
#include "history_query.h"

/*
 * Makes "<select> FROM session s WHERE <filter> <more>" with the filter's
 * values bound; parameters of `more` begin with ?20.
 */
int gms_history_ask(gms_history_t *h, const char *select,
    const gms_history_filter_t *filter, const char *more, sqlite3_stmt **st);

/* After the last step: frees the statement; the text of j is the answer. */
int gms_history_answer(gms_history_t *h, sqlite3_stmt *st, int sql,
    gms_jsontext_t *j, char **json);

/* A column; NULL is null. */
void gms_history_put_number(
    gms_jsontext_t *j, const char *key, sqlite3_stmt *st, int column);
void gms_history_put_text(
    gms_jsontext_t *j, const char *key, sqlite3_stmt *st, int column);

const char *gms_history_text(sqlite3_stmt *st, int column);

/* ?21 and ?22, where a statement has a cursor. */
void gms_history_bind_cursor(
    sqlite3_stmt *st, const gms_history_cursor_t *after);

/* A cursor behind this row, as JSON: of its instant and its number. */
void gms_history_next(
    char *next, size_t size, sqlite3_stmt *st, int t_us, int no);

/*
 * After preparing: at most limit rows of st, each what `put` writes between two
 * braces, as a list of that name, with a cursor behind them where there are
 * more.  Columns 0 and 1 are number and instant of a row; ?20 is its LIMIT.
 */
int gms_history_page(gms_history_t *h, sqlite3_stmt *st,
    const gms_history_cursor_t *after, int limit, const char *name,
    void (*put)(gms_jsontext_t *j, sqlite3_stmt *st), char **json);

#endif /* GMS_HISTORY_ASK_H */
