/* gmshoot score: what shots given as coordinates are worth. */

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ipc/error.h"
#include "../ipc/text.h"
#include "../ipc/unit.h"
#include "base/library.h"
#include "cmd.h"
#include "target/score.h"

#define LINE_MAX_BYTES 4096
#define COLUMNS_MAX 64

/* No target is 100 m wide: such a number is a slip of the unit. */
#define PLACE_MAX_MM 1e5

static const char help[] =
    "usage: gmshoot score --target NAME [--caliber 4.5mm] [--targets FILE] "
    "[FILE.csv]\n"
    "\n"
    "Reads lines of x_mm,y_mm (millimetres from the centre of the face, x "
    "right,\n"
    "y up) from FILE.csv or standard input, and writes\n"
    "x_mm,y_mm,decimal,ring,inner.  A header line is optional; with one, the\n"
    "columns named x_mm and y_mm are read and all others ignored.\n"
    "\n"
    "  --target NAME    the face; `gmshoot targets` lists them\n"
    "  --caliber C      chooses the gauge where the face has several\n"
    "  --targets FILE   the target library\n";

typedef struct {
    FILE             *in;
    const char       *name; /* of in, for messages */
    const gms_face_t *face;
    double            caliber_mm;
    int               x_column;
    int               y_column;
    int               columns; /* 0: not known before the first line */
    unsigned long     line;
} score_t;


static int
complain(const score_t *s, const char *what)
{
    fprintf(stderr, "gmshoot score: %s:%lu: %s\n", s->name, s->line, what);

    return 1;
}


/* Cuts a line at its commas in place, blanks around the cells taken away;
 * 0: too many cells. */
static int
split(char *line, char **cell)
{
    bool   last;
    char  *end;
    size_t size;

    for (int n = 0; n < COLUMNS_MAX; n++) {
        size = strcspn(line, ",");
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


static bool
read_number(const char *text, double *value)
{
    char *end;

    errno = 0;
    *value = strtod(text, &end);

    return end != text && *end == '\0' && isfinite(*value)
        && fabs(*value) <= PLACE_MAX_MM && strpbrk(text, "xXnN") == NULL;
}


/* The first line: true if it is a header; names the columns then. */
static bool
read_header(score_t *s, char **cell, int n)
{
    double value;

    s->columns = n;
    s->x_column = 0;
    s->y_column = 1;

    if (read_number(cell[0], &value) || !isalpha((unsigned char) *cell[0])) {
        return false;
    }

    s->x_column = -1;
    s->y_column = -1;
    for (int i = 0; i < n; i++) {
        if (strcmp(cell[i], "x_mm") == 0) {
            s->x_column = i;
        } else if (strcmp(cell[i], "y_mm") == 0) {
            s->y_column = i;
        }
    }

    return true;
}


static int
score_line(score_t *s, char *line)
{
    int         n;
    char       *cell[COLUMNS_MAX];
    double      x, y;
    gms_score_t score;

    n = split(line, cell);
    if (n == 0) {
        return complain(s, "too many columns");
    }

    if (s->columns == 0) {
        if (read_header(s, cell, n)) {
            return s->x_column < 0 || s->y_column < 0
                ? complain(s, "the header names no x_mm or no y_mm")
                : 0;
        }
        if (n != 2) {
            return complain(s, "without a header a line is x_mm,y_mm");
        }
    }

    if (n != s->columns) {
        return complain(s, "not as many columns as in the first line");
    }
    if (!read_number(cell[s->x_column], &x)
        || !read_number(cell[s->y_column], &y)) {
        return complain(s, "x_mm or y_mm is no number of millimetres");
    }

    score = gms_score(s->face, s->caliber_mm, x, y);
    printf("%s,%s,%d.%d,%d,%d\n", cell[s->x_column], cell[s->y_column],
        score.tenths / 10, score.tenths % 10, score.ring, score.inner);

    return 0;
}


static int
score_file(score_t *s)
{
    int    rc = 0;
    char   line[LINE_MAX_BYTES];
    size_t n;

    puts("x_mm,y_mm,decimal,ring,inner");

    while (rc == 0 && fgets(line, sizeof(line), s->in) != NULL) {
        n = strlen(line);
        if (++s->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) {
            memmove(line, line + 3, n - 2); /* a spreadsheet's UTF-8 mark */
            n -= 3;
        }
        if ((n == 0 || line[n - 1] != '\n') && !feof(s->in)) {
            return complain(s, "the line is too long, or no text");
        }
        if (line[strspn(line, " \t\r\n")] != '\0') {
            rc = score_line(s, line);
        }
    }

    if (ferror(s->in)) {
        return complain(s, "cannot be read");
    }

    return rc;
}


static int
open_input(score_t *s, const char *file)
{
    s->in = stdin;
    s->name = "stdin";

    if (file == NULL || strcmp(file, "-") == 0) {
        return 0;
    }

    s->name = file;
    s->in = fopen(file, "re");
    if (s->in == NULL) {
        fprintf(stderr, "gmshoot score: cannot open %s: %s\n", file,
            strerror(errno));
        return 1;
    }

    return 0;
}


static int
run(score_t *s, const char *targets, const char *target, const char *file)
{
    int           rc = 1;
    char          err[512];
    gms_library_t library;

    if (gms_library_load(&library, targets, err, sizeof(err)) != GMS_OK) {
        fprintf(stderr, "gmshoot score: %s\n", err);
        return 1;
    }

    s->face = gms_library_find(&library, target, err, sizeof(err));
    if (s->face == NULL) {
        fprintf(stderr, "gmshoot score: %s\n", err);
    } else if (open_input(s, file) == 0) {
        rc = score_file(s);
        if (s->in != stdin) {
            fclose(s->in);
        }
    }

    gms_library_free(&library);

    return fflush(stdout) == 0 && !ferror(stdout) ? rc : 1;
}


int
gms_cmd_score(int argc, char **argv)
{
    static const struct option options[] = {
        { "target", required_argument, NULL, 'n' },
        { "targets", required_argument, NULL, 't' },
        { "caliber", required_argument, NULL, 'c' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int         c;
    char        err[512];
    score_t     s = { 0 };
    int64_t     micro;
    const char *target = NULL, *targets = NULL;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'n':
            target = optarg;
            break;
        case 't':
            targets = optarg;
            break;
        case 'c':
            if (gms_unit_parse(GMS_UNIT_LENGTH, optarg, GMS_MICRO / 10,
                    20 * GMS_MICRO, &micro, err, sizeof(err))
                != GMS_OK)
            {
                fprintf(stderr, "gmshoot score: --caliber %s\n", err);
                return 2;
            }
            s.caliber_mm = (double) micro / (double) GMS_MICRO;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs(help, stderr);
            return 2;
        }
    }

    if (target == NULL || argc - optind > 1) {
        fputs(help, stderr);
        return 2;
    }

    return run(&s, targets, target, argv[optind]);
}
