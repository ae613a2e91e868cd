/*
 * gms_csv: lines of cells between commas (RFC 4180), or between semicolons
 * for who takes these too, from a file or standard input.
 *
 * The first line may name the columns; then those that are wanted are found
 * by name, in any order, and all others ignored.  Without such a line the
 * needed ones stand in their order and are all there is.  A file that is made
 * otherwise is read by gms_csv_line() alone.
 */

#ifndef GMS_CSV_H
#define GMS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define GMS_CSV_COLUMNS_MAX 64
#define GMS_CSV_WANTED_MAX 40
#define GMS_CSV_LINE_MAX 4096

typedef struct {
    FILE              *in;
    const char        *name; /* of in, for messages */
    const char *const *want; /* names of columns, the needed ones first; "a|b":
                                either */
    int                wanted;
    int                needed;
    unsigned long      line;
    int                columns; /* 0: not known before the first line */
    int                column[GMS_CSV_WANTED_MAX]; /* -1: not there */
    const char        *cell[GMS_CSV_WANTED_MAX];   /* of this row, or NULL */
    bool               loose;     /* case, blanks and brackets make no name */
    char               separator; /* 0: what the first line has more of */
    int                cells;     /* of the line, all of them */
    const char        *row[GMS_CSV_COLUMNS_MAX]; /* these */
    char               text[GMS_CSV_LINE_MAX];
} gms_csv_t;

/* file NULL or "-": standard input.  GMS_ESYS with a sentence. */
int gms_csv_open(gms_csv_t *csv, const char *file, const char *const *want,
    int wanted, int needed, char *err, size_t err_size);

/* 1: a row; 0: the end; GMS_EINVALID with a sentence that names the line. */
int gms_csv_next(gms_csv_t *csv, char *err, size_t err_size);

/* The next line that holds anything, cut into its cells: 1; 0: the end;
 * GMS_EINVALID with a sentence. */
int gms_csv_line(gms_csv_t *csv, char *err, size_t err_size);

/* Takes this line as one that names the columns; GMS_EINVALID when a needed
 * one is missing or any is named twice. */
int gms_csv_header(gms_csv_t *csv, char *err, size_t err_size);

/* The wanted cells of this line, by the last header: as many as it has. */
void gms_csv_take(gms_csv_t *csv);

/* Writes "name:line: what" and returns GMS_EINVALID. */
int gms_csv_complain(
    const gms_csv_t *csv, const char *what, char *err, size_t err_size);

void gms_csv_close(gms_csv_t *csv);

/* A number with nothing around it, plain and decimal; with a decimal comma
 * where commas do not end cells. */
bool gms_csv_is_number(
    const gms_csv_t *csv, const char *text, double most, double *value);

/* The number in the k-th wanted cell, plain and decimal, at most most away from
 * 0; NaN when the column is not there or the cell empty, which only columns
 * that are not needed may be.  GMS_EINVALID with a sentence. */
int gms_csv_number(const gms_csv_t *csv, int k, double most, double *value,
    char *err, size_t err_size);

#endif /* GMS_CSV_H */
