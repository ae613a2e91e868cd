/*
 * bench_table: what came of a row, for people (a line of the table and what
 * belongs below it) and for programs (JSON).
 */

#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "tally.h"

void bench_table_head(void);
void bench_table_row(const bench_row_t *row, bench_tally_t *t, bool naive);

/* Misses and false reports, below the camera line that shows them again. */
void bench_table_odd(const bench_tally_t *t);

/* Adds the row to an array; why: it could not be played, "": it was. */
void bench_table_add(
    cJSON *rows, const bench_row_t *row, bench_tally_t *t, const char *why);

#endif /* BENCH_TABLE_H */
