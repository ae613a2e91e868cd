/* gms_csv: see csv.h. */

#include "csv.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"


int
gms_csv_open(gms_csv_t *csv, const char *file, const char *const *want,
    int wanted, int needed, char *err, size_t err_size)
{
    memset(csv, 0, sizeof(*csv));
    csv->want = want;
    csv->wanted = wanted;
    csv->needed = needed;
    csv->in = stdin;
    csv->name = "stdin";

    if (file == NULL || strcmp(file, "-") == 0) {
        return GMS_OK;
    }

    csv->name = file;
    csv->in = fopen(file, "re");
    if (csv->in == NULL) {
        snprintf(err, err_size, "cannot open %s: %s", file, strerror(errno));
        return GMS_ESYS;
    }

    return GMS_OK;
}


void
gms_csv_close(gms_csv_t *csv)
{
    if (csv->in != NULL && csv->in != stdin) {
        fclose(csv->in);
    }
    csv->in = NULL;
}


int
gms_csv_complain(
    const gms_csv_t *csv, const char *what, char *err, size_t err_size)
{
    snprintf(err, err_size, "%s:%lu: %s", csv->name, csv->line, what);

    return GMS_EINVALID;
}


static bool
read_number(const char *text, double most, double *value)
{
    char *end;

    errno = 0;
    *value = strtod(text, &end);

    return end != text && *end == '\0' && isfinite(*value)
        && fabs(*value) <= most && strpbrk(text, "xXnN") == NULL;
}


int
gms_csv_number(const gms_csv_t *csv, int k, double most, double *value,
    char *err, size_t err_size)
{
    const char *text = csv->cell[k];
    char        what[100];

    if (k >= csv->needed && (text == NULL || text[0] == '\0')) {
        *value = NAN;
        return GMS_OK;
    }
    if (read_number(text, most, value)) {
        return GMS_OK;
    }
    snprintf(what, sizeof(what), "%.*s is no number from %.0f to %.0f",
        (int) strcspn(csv->want[k], "|"), csv->want[k], -most, most);

    return gms_csv_complain(csv, what, err, err_size);
}


/* Bytes up to the comma that ends a cell; what is in quotes ends none. */
static size_t
cell_size(const char *line)
{
    bool   quoted = false;
    size_t n;

    for (n = 0; line[n] != '\0' && (quoted || line[n] != ','); n++) {
        quoted ^= line[n] == '"';
    }

    return n;
}


/* Cuts a line at its commas in place, blanks and quotes around the cells taken
 * away; 0: too many cells. */
static int
split(char *line, char **cell)
{
    bool   last;
    char  *end;
    size_t size;

    for (int n = 0; n < GMS_CSV_COLUMNS_MAX; n++) {
        size = cell_size(line);
        last = line[size] == '\0';
        line[size] = '\0';

        cell[n] = line + strspn(line, " \t\"");
        end = line + size;
        while (end > cell[n] && strchr(" \t\"\r\n", end[-1]) != NULL) {
            *--end = '\0';
        }
        if (last) {
            return n + 1;
        }
        line += size + 1;
    }

    return 0;
}


/* Is it one of the names of "a|b"? */
static bool
is_named(const char *want, const char *name)
{
    size_t size = strlen(name), part;

    for (; *want != '\0'; want += part + (want[part] == '|')) {
        part = strcspn(want, "|");
        if (part == size && strncmp(want, name, size) == 0) {
            return true;
        }
    }

    return false;
}


/* Not the needed columns, and nobody says which these are. */
static int
complain_order(const gms_csv_t *csv, char *err, size_t err_size)
{
    char what[200];
    int  size;

    size = snprintf(what, sizeof(what), "without a header a line is");
    for (int k = 0; k < csv->needed && size < (int) sizeof(what); k++) {
        size += snprintf(what + size, sizeof(what) - (size_t) size, "%c%.*s",
            k == 0 ? ' ' : ',', (int) strcspn(csv->want[k], "|"), csv->want[k]);
    }

    return gms_csv_complain(csv, what, err, err_size);
}


/* The first line: 1 if it names the columns, 0 if it is a row already. */
static int
read_header(gms_csv_t *csv, char **cell, int n, char *err, size_t err_size)
{
    double value;
    char   what[200];

    csv->columns = n;
    for (int k = 0; k < csv->wanted; k++) {
        csv->column[k] = k < csv->needed ? k : -1;
    }
    if (read_number(cell[0], INFINITY, &value)
        || !isalpha((unsigned char) *cell[0]))
    {
        return n == csv->needed ? 0 : complain_order(csv, err, err_size);
    }

    for (int k = 0; k < csv->wanted; k++) {
        csv->column[k] = -1;
        for (int i = 0; i < n; i++) {
            if (is_named(csv->want[k], cell[i])) {
                csv->column[k] = i;
            }
        }
        if (k < csv->needed && csv->column[k] < 0) {
            snprintf(what, sizeof(what), "the header names no %.*s",
                (int) strcspn(csv->want[k], "|"), csv->want[k]);
            return gms_csv_complain(csv, what, err, err_size);
        }
    }

    return 1;
}


/* 1: a row; 0: a header; GMS_EINVALID. */
static int
read_line(gms_csv_t *csv, char *err, size_t err_size)
{
    int   n, header;
    char *cell[GMS_CSV_COLUMNS_MAX] = { NULL };

    n = split(csv->text, cell);
    if (n == 0) {
        return gms_csv_complain(csv, "too many columns", err, err_size);
    }
    if (csv->columns == 0) {
        header = read_header(csv, cell, n, err, err_size);
        if (header != 0) {
            return header < 0 ? header : 0;
        }
    }
    if (n != csv->columns) {
        return gms_csv_complain(
            csv, "not as many columns as in the first line", err, err_size);
    }
    for (int k = 0; k < csv->wanted; k++) {
        csv->cell[k] = csv->column[k] < 0 ? NULL : cell[csv->column[k]];
    }

    return 1;
}


int
gms_csv_next(gms_csv_t *csv, char *err, size_t err_size)
{
    int    rc = 0;
    size_t n;

    while (rc == 0 && fgets(csv->text, sizeof(csv->text), csv->in) != NULL) {
        n = strlen(csv->text);
        if (++csv->line == 1 && strncmp(csv->text, "\xef\xbb\xbf", 3) == 0) {
            memmove(csv->text, csv->text + 3, n - 2); /* a spreadsheet's mark */
            n -= 3;
        }
        if ((n == 0 || csv->text[n - 1] != '\n') && !feof(csv->in)) {
            return gms_csv_complain(
                csv, "the line is too long, or no text", err, err_size);
        }
        if (csv->text[strspn(csv->text, " \t\r\n")] != '\0') {
            rc = read_line(csv, err, err_size);
        }
    }
    if (rc == 0 && ferror(csv->in)) {
        return gms_csv_complain(csv, "cannot be read", err, err_size);
    }

    return rc;
}
