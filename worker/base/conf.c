/* gms_conf: see conf.h. */

#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"

/* What ended a directive. */
typedef enum {
    END_FAILED,
    END_FILE,
    END_DIRECTIVE, /* ; */
    END_OPEN,      /* { */
    END_CLOSE      /* } */
} end_e;

/* One call of gms_conf_read. */
typedef struct {
    gms_grammar_t *g;
    char          *err;
    size_t         err_size;
    unsigned       files;
} reader_t;

/* One file under way. */
typedef struct {
    reader_t   *r;
    const char *path;
    unsigned    depth;
    char       *text; /* NUL-terminated */
    const char *at;
    unsigned    line;
    unsigned    first_line; /* of the directive */
    int         argc;
    const char *argv[GMS_CONF_ARGS_MAX];
    char        words[GMS_CONF_ARGS_MAX * 64 + GMS_CONF_WORD_MAX];
    size_t      used;
} file_t;

static int read_file(reader_t *r, const char *path, unsigned depth,
    const char *from, unsigned from_line);


static int __attribute__((format(printf, 5, 6))) complain(reader_t *r,
    int error, const char *path, unsigned line, const char *format, ...)
{
    int     n;
    va_list args;

    /* Line 0: the caller's own file, before its first line. */
    n = line ? snprintf(r->err, r->err_size, "%s:%u: ", path, line)
             : snprintf(r->err, r->err_size, "%s: ", path);
    if (n >= 0 && (size_t) n < r->err_size) {
        va_start(args, format);
        vsnprintf(r->err + n, r->err_size - (size_t) n, format, args);
        va_end(args);
    }

    return error;
}


/* Adds a byte to the word under way. */
static bool
put(file_t *f, char c)
{
    const char *word = f->argv[f->argc];

    if (f->used == sizeof(f->words)
        || (size_t) (f->words + f->used - word) == GMS_CONF_WORD_MAX)
    {
        complain(f->r, GMS_ETOOBIG, f->path, f->line,
            "a word or a directive "
            "is too long: is a quote or a ; missing before?");
        return false;
    }

    f->words[f->used++] = c;

    return true;
}


/* nginx's escapes: these are taken away, a backslash elsewhere stays. */
static char
escaped(char c)
{
    switch (c) {
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'n':
        return '\n';
    case '"':
    case '\'':
    case '\\':
        return c;
    default:
        return '\0';
    }
}


/* Reads up to the byte that ends the word; quote '\0': an unquoted word. */
static bool
read_word(file_t *f, char quote)
{
    char     c;
    unsigned start = f->line;

    for (;;) {
        c = *f->at;
        if (c == '\0') {
            if (quote == '\0') {
                return true;
            }
            complain(f->r, GMS_EINVALID, f->path, start,
                "a quote is opened here and never closed");
            return false;
        }
        if (quote != '\0' ? c == quote : strchr(" \t\r\n;{", c) != NULL) {
            return true;
        }

        f->at++;
        f->line += c == '\n';

        if (c == '\\' && *f->at != '\0') {
            if (escaped(*f->at) != '\0') {
                c = escaped(*f->at++);
            } else {
                /* Kept, and what it stands before ends nothing. */
                if (!put(f, c)) {
                    return false;
                }
                c = *f->at++;
                f->line += c == '\n';
            }
        }
        if (!put(f, c)) {
            return false;
        }
    }
}


static bool
next_word(file_t *f)
{
    char quote = '\0';

    if (f->argc == GMS_CONF_ARGS_MAX) {
        complain(f->r, GMS_ETOOBIG, f->path, f->line,
            "more than %d words: "
            "is a ; missing before?",
            GMS_CONF_ARGS_MAX);
        return false;
    }

    if (f->argc == 0) {
        f->first_line = f->line;
    }

    f->argv[f->argc] = f->words + f->used;

    if (*f->at == '"' || *f->at == '\'') {
        quote = *f->at++;
    }
    if (!read_word(f, quote) || !put(f, '\0')) {
        return false;
    }
    f->argc++;

    if (quote != '\0') {
        f->at++;
        if (strchr(" \t\r\n;{", *f->at) == NULL) {
            complain(f->r, GMS_EINVALID, f->path, f->line,
                "a blank, ; or { belongs after the closing quote");
            return false;
        }
    }

    return true;
}


/* Words up to ; { } or the end of the file. */
static end_e
next_directive(file_t *f)
{
    f->argc = 0;
    f->used = 0;

    for (;;) {
        switch (*f->at) {
        case '\0':
            if (f->argc == 0) {
                return END_FILE;
            }
            complain(f->r, GMS_EINVALID, f->path, f->line,
                "the file ends within a directive: ; is missing");
            return END_FAILED;

        case '\n':
            f->line++;
            f->at++;
            break;

        case ' ':
        case '\t':
        case '\r':
            f->at++;
            break;

        case '#':
            f->at += strcspn(f->at, "\n");
            break;

        case ';':
        case '{':
            if (f->argc == 0) {
                complain(f->r, GMS_EINVALID, f->path, f->line,
                    "unexpected \"%c\"", *f->at);
                return END_FAILED;
            }
            return *f->at++ == ';' ? END_DIRECTIVE : END_OPEN;

        case '}':
            if (f->argc != 0) {
                complain(f->r, GMS_EINVALID, f->path, f->line,
                    "unexpected \"}\": ; is missing before");
                return END_FAILED;
            }
            f->at++;
            return END_CLOSE;

        default:
            if (!next_word(f)) {
                return END_FAILED;
            }
        }
    }
}


/* What the grammar says of the last call, as this reader's own message. */
static int
grammar_error(file_t *f, int error)
{
    const char *file = gms_grammar_file(f->r->g);

    if (error == GMS_EINVALID || error == GMS_ETOOBIG) {
        return complain(f->r, error, *file ? file : f->path,
            gms_grammar_line_number(f->r->g), "%s",
            gms_grammar_message(f->r->g));
    }

    return complain(f->r, error, f->path, f->first_line, "out of memory");
}


static int
read_block(file_t *f)
{
    int            rc;
    unsigned       opened = f->first_line;
    gms_grammar_t *g = f->r->g;

    if (f->argc != 2) {
        return complain(f->r, GMS_EINVALID, f->path, opened,
            "\"%s\" takes one name before {", f->argv[0]);
    }

    gms_grammar_at(g, f->path, opened);
    rc = gms_grammar_open(g, f->argv[0], f->argv[1]);

    while (rc == GMS_OK) {
        switch (next_directive(f)) {
        case END_DIRECTIVE:
            gms_grammar_at(g, f->path, f->first_line);
            rc = gms_grammar_line(g, f->argc, f->argv);
            break;

        case END_CLOSE:
            gms_grammar_at(g, f->path, f->line);
            rc = gms_grammar_close(g);
            return rc == GMS_OK ? rc : grammar_error(f, rc);

        case END_OPEN:
            return complain(f->r, GMS_EINVALID, f->path, f->first_line,
                "\"%s\": a block within a block", f->argv[0]);

        case END_FILE:
            return complain(f->r, GMS_EINVALID, f->path, opened,
                "this block is never closed: } is missing");

        case END_FAILED:
        default:
            return GMS_EINVALID;
        }
    }

    return grammar_error(f, rc);
}


static int
include(file_t *f)
{
    int    rc = GMS_OK, n;
    char   path[4096];
    glob_t found;

    if (f->argc != 2) {
        return complain(f->r, GMS_EINVALID, f->path, f->first_line,
            "include takes one file name");
    }

    if (f->argv[1][0] == '/' || strchr(f->path, '/') == NULL) {
        n = snprintf(path, sizeof(path), "%s", f->argv[1]);
    } else {
        n = snprintf(path, sizeof(path), "%.*s/%s",
            (int) (strrchr(f->path, '/') - f->path), f->path, f->argv[1]);
    }
    if (n < 0 || (size_t) n >= sizeof(path)) {
        return complain(f->r, GMS_ETOOBIG, f->path, f->first_line,
            "the name of the included file is too long");
    }

    if (strpbrk(path, "*?[") == NULL) {
        return read_file(f->r, path, f->depth + 1, f->path, f->first_line);
    }

    n = glob(path, 0, NULL, &found);
    if (n == GLOB_NOMATCH) {
        return GMS_OK; /* as nginx: an empty folder is no mistake */
    }
    if (n != 0) {
        return complain(
            f->r, GMS_ESYS, f->path, f->first_line, "cannot list %s", path);
    }

    for (size_t i = 0; rc == GMS_OK && i < found.gl_pathc; i++) {
        rc = read_file(
            f->r, found.gl_pathv[i], f->depth + 1, f->path, f->first_line);
    }
    globfree(&found);

    return rc;
}


static int
parse(file_t *f)
{
    int   rc = GMS_OK;
    end_e end;

    while (rc == GMS_OK) {
        end = next_directive(f);

        if (end == END_FILE) {
            return GMS_OK;
        }
        if (end == END_FAILED) {
            return GMS_EINVALID;
        }
        if (end == END_CLOSE) {
            return complain(
                f->r, GMS_EINVALID, f->path, f->line, "unexpected \"}\"");
        }

        if (end == END_OPEN
            && (strcmp(f->argv[0], "gmshoot_range") == 0
                || strcmp(f->argv[0], "gmshoot_target") == 0
                || strcmp(f->argv[0], "gmshoot_course") == 0))
        {
            rc = read_block(f);
        } else if (end == END_DIRECTIVE && strcmp(f->argv[0], "include") == 0) {
            rc = include(f);
        } else {
            rc = complain(f->r, GMS_EINVALID, f->path, f->first_line,
                "\"%.40s\" is not known here: this file holds gmshoot_range, "
                "gmshoot_target and gmshoot_course blocks, and include",
                f->argv[0]);
        }
    }

    return rc;
}


/* The whole file with a NUL behind; NULL with a message. */
static char *
load(reader_t *r, const char *path, const char *from, unsigned line)
{
    int         fd;
    char       *text = NULL;
    size_t      size = 0;
    ssize_t     n = -1;
    struct stat st;

    /* O_NONBLOCK: a FIFO of that name must not hold the program. */
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        complain(r, GMS_ESYS, from, line, "cannot open %s: %s", path,
            strerror(errno));
        return NULL;
    }

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)
        || st.st_size > GMS_CONF_FILE_MAX)
    {
        complain(r, GMS_ETOOBIG, from, line,
            "%s is no regular file of at "
            "most %d KiB",
            path, GMS_CONF_FILE_MAX / 1024);
        goto failed;
    }

    text = malloc((size_t) st.st_size + 1);
    if (text == NULL) {
        complain(r, GMS_ENOMEM, from, line, "out of memory");
        goto failed;
    }

    while (size < (size_t) st.st_size) {
        n = read(fd, text + size, (size_t) st.st_size - size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        size += (size_t) n;
    }
    text[size] = '\0';

    if (n < 0 && st.st_size > 0) {
        complain(r, GMS_ESYS, from, line, "cannot read %s: %s", path,
            strerror(errno));
        goto failed;
    }
    if (memchr(text, '\0', size) != NULL) {
        complain(r, GMS_EINVALID, from, line, "%s is no text", path);
        goto failed;
    }

    close(fd);

    return text;

failed:

    free(text);
    close(fd);

    return NULL;
}


static int
read_file(reader_t *r, const char *path, unsigned depth, const char *from,
    unsigned from_line)
{
    int     rc;
    file_t *f;

    if (depth > GMS_CONF_DEPTH_MAX) {
        return complain(r, GMS_ETOOBIG, from, from_line,
            "%s: files lie more "
            "than %d deep in each other: does one include itself?",
            path, GMS_CONF_DEPTH_MAX);
    }
    if (r->files == GMS_CONF_INCLUDES_MAX) {
        return complain(r, GMS_ETOOBIG, from, from_line,
            "%s: more than %d "
            "files",
            path, GMS_CONF_INCLUDES_MAX);
    }
    r->files++;

    f = calloc(1, sizeof(file_t));
    if (f == NULL) {
        return complain(r, GMS_ENOMEM, from, from_line, "out of memory");
    }

    f->r = r;
    f->path = path;
    f->depth = depth;
    f->line = 1;
    f->text = load(r, path, from, from_line);
    f->at = f->text;

    rc = f->text != NULL ? parse(f) : GMS_EINVALID;

    free(f->text);
    free(f);

    return rc;
}


int
gms_conf_read(gms_grammar_t *g, const char *path, char *err, size_t err_size)
{
    reader_t r = { g, err, err_size, 0 };

    return read_file(&r, path, 0, path, 0);
}


int
gms_conf_finish(gms_grammar_t *g, char *err, size_t err_size)
{
    int rc = gms_grammar_finish(g);

    if (rc != GMS_OK) {
        snprintf(err, err_size, "%s:%u: %s", gms_grammar_file(g),
            gms_grammar_line_number(g), gms_grammar_message(g));
    }

    return rc;
}
