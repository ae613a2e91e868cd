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
    csv->separator = ',';
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


bool
gms_csv_is_number(
    const gms_csv_t *csv, const char *text, double most, double *value)
{
    char  plain[64], *end;
    char *comma;

    if (strlen(text) >= sizeof(plain) || strpbrk(text, "xXnN") != NULL) {
        return false;
    }

    strcpy(plain, text);
    comma = csv->separator == ';' ? strchr(plain, ',') : NULL;
    if (comma != NULL) {
        *comma = '.';
    }

    errno = 0;
    *value = strtod(plain, &end);

    return end != plain && *end == '\0' && isfinite(*value)
        && fabs(*value) <= most;
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
    if (text != NULL && gms_csv_is_number(csv, text, most, value)) {
        return GMS_OK;
    }
    snprintf(what, sizeof(what), "%.*s is no number from %.0f to %.0f",
        (int) strcspn(csv->want[k], "|"), csv->want[k], -most, most);

    return gms_csv_complain(csv, what, err, err_size);
}


/* What stands in quotes, "" for each " in it, moved to where it begins; the
 * rest of the line, or NULL: nothing closes it. */
static char *
unquote(char *from, char **end)
{
    char *to = from;

    for (from++; *from != '"' || from[1] == '"'; from++) {
        if (*from == '\0') {
            return NULL;
        }
        from += *from == '"';
        *to++ = *from;
    }

    *end = to;
    return from + 1;
}


/* Up to the separator, blanks at its end left out. */
static char *
plain_end(const char *cell, char *end)
{
    while (end > cell && strchr(" \t\r\n", end[-1]) != NULL) {
        end--;
    }

    return end;
}


/* Cuts the line at its separators in place, blanks and quotes around the cells
 * taken away. */
static int
split(gms_csv_t *csv, char *err, size_t err_size)
{
    const char ends[] = { csv->separator, '\0' };
    char      *line = csv->text, *cell, *end = NULL;
    bool       last = false, quoted;

    for (csv->cells = 0; !last; csv->cells++) {
        if (csv->cells == GMS_CSV_COLUMNS_MAX) {
            return gms_csv_complain(csv, "too many columns", err, err_size);
        }

        cell = line + strspn(line, " \t");
        quoted = *cell == '"';
        line = quoted ? unquote(cell, &end) : cell;
        if (line == NULL) {
            return gms_csv_complain(
                csv, "a quote is not closed", err, err_size);
        }

        line += strcspn(line, ends);
        last = *line == '\0';
        *(quoted ? end : plain_end(cell, line)) = '\0';
        csv->row[csv->cells] = cell;
        line++;
    }

    return GMS_OK;
}


/* The first bytes of a file: a mark of a spreadsheet is none of its text. */
static int
read_mark(gms_csv_t *csv, char *err, size_t err_size)
{
    if (strncmp(csv->text, "\xff\xfe", 2) == 0
        || strncmp(csv->text, "\xfe\xff", 2) == 0)
    {
        return gms_csv_complain(
            csv, "the file is UTF-16: save it as UTF-8", err, err_size);
    }
    if (strncmp(csv->text, "\xef\xbb\xbf", 3) == 0) {
        memmove(csv->text, csv->text + 3, strlen(csv->text + 3) + 1);
    }

    return GMS_OK;
}


static char
separator_of(const char *line)
{
    int balance = 0;

    for (; *line != '\0'; line++) {
        balance += *line == ';' ? 1 : *line == ',' ? -1 : 0;
    }

    return balance > 0 ? ';' : ',';
}


int
gms_csv_line(gms_csv_t *csv, char *err, size_t err_size)
{
    size_t n;

    while (fgets(csv->text, sizeof(csv->text), csv->in) != NULL) {
        n = strlen(csv->text);
        if (++csv->line == 1 && read_mark(csv, err, err_size) != GMS_OK) {
            return GMS_EINVALID;
        }
        if ((n == 0 || n + 1 == sizeof(csv->text)
                || strchr(csv->text, '\n') == NULL)
            && !feof(csv->in))
        {
            return gms_csv_complain(
                csv, "the line is too long, or no text", err, err_size);
        }
        if (csv->text[strspn(csv->text, " \t\r\n")] == '\0') {
            continue;
        }
        if (csv->separator == '\0') {
            csv->separator = separator_of(csv->text);
        }
        return split(csv, err, err_size) == GMS_OK ? 1 : GMS_EINVALID;
    }

    return ferror(csv->in)
        ? gms_csv_complain(csv, "cannot be read", err, err_size)
        : 0;
}


/* The next letter or digit that makes a name. */
static int
next_letter(const char **name, const char *end)
{
    int c;

    while (*name < end) {
        c = (unsigned char) *(*name)++;
        if (isalnum(c)) {
            return tolower(c);
        }
    }

    return 0;
}


static bool
is_same(const gms_csv_t *csv, const char *a, size_t a_size, const char *b)
{
    const char *a_end = a + a_size, *b_end = b + strlen(b);
    int         letter;

    if (!csv->loose) {
        return a_size == strlen(b) && memcmp(a, b, a_size) == 0;
    }

    do {
        letter = next_letter(&a, a_end);
        if (letter != next_letter(&b, b_end)) {
            return false;
        }
    } while (letter != 0);

    return true;
}


/* Is it one of the names of "a|b"? */
static bool
is_named(const gms_csv_t *csv, const char *want, const char *name)
{
    size_t part;

    for (; *want != '\0'; want += part + (want[part] == '|')) {
        part = strcspn(want, "|");
        if (is_same(csv, want, part, name)) {
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


int
gms_csv_header(gms_csv_t *csv, char *err, size_t err_size)
{
    char what[200];

    csv->columns = csv->cells;
    for (int k = 0; k < csv->wanted; k++) {
        csv->column[k] = -1;
        for (int i = 0; i < csv->cells; i++) {
            if (!is_named(csv, csv->want[k], csv->row[i])) {
                continue;
            }
            if (csv->column[k] >= 0) {
                snprintf(what, sizeof(what), "the header names %.40s twice",
                    csv->row[i]);
                return gms_csv_complain(csv, what, err, err_size);
            }
            csv->column[k] = i;
        }
        if (k < csv->needed && csv->column[k] < 0) {
            snprintf(what, sizeof(what), "the header names no %.*s",
                (int) strcspn(csv->want[k], "|"), csv->want[k]);
            return gms_csv_complain(csv, what, err, err_size);
        }
    }

    return GMS_OK;
}


void
gms_csv_take(gms_csv_t *csv)
{
    int i;

    for (int k = 0; k < csv->wanted; k++) {
        i = csv->column[k];
        csv->cell[k] = i < 0 || i >= csv->cells ? NULL : csv->row[i];
    }
}


/* The first line: 1 if it names the columns, 0 if it is a row already. */
static int
read_first(gms_csv_t *csv, char *err, size_t err_size)
{
    double value;

    if (!gms_csv_is_number(csv, csv->row[0], INFINITY, &value)
        && isalpha((unsigned char) *csv->row[0]))
    {
        return gms_csv_header(csv, err, err_size) == GMS_OK ? 1 : GMS_EINVALID;
    }

    csv->columns = csv->cells;
    for (int k = 0; k < csv->wanted; k++) {
        csv->column[k] = k < csv->needed ? k : -1;
    }

    return csv->cells == csv->needed ? 0 : complain_order(csv, err, err_size);
}


int
gms_csv_next(gms_csv_t *csv, char *err, size_t err_size)
{
    int first = 1, rc = 1;

    while (first == 1 && rc == 1) {
        rc = gms_csv_line(csv, err, err_size);
        first = 0;
        if (rc == 1 && csv->columns == 0) {
            first = read_first(csv, err, err_size);
        }
    }
    if (rc != 1 || first < 0) {
        return rc != 1 ? rc : first;
    }
    if (csv->cells != csv->columns) {
        return gms_csv_complain(
            csv, "not as many columns as in the first line", err, err_size);
    }

    gms_csv_take(csv);
    return 1;
}
