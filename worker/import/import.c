/* gms_import: see import.h. */

#include "import.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sha2.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "../session/decide.h"
#include "layouts.h"

/* A clock that was set to another zone is no reason to refuse a file. */
#define IMPORT_SLACK_NS (24 * 3600 * GMS_S)

const char *const gms_import_layout_name[GMS_IMPORT_LAYOUTS] = { "gmshoot",
    "shotmarker", "sius" };

typedef struct {
    bool (*is)(const gms_csv_t *csv);
    int (*read)(gms_import_file_t *f);
} import_layout_t;

static const import_layout_t layouts[GMS_IMPORT_LAYOUTS] = {
    { gms_import_is_gmshoot, gms_import_gmshoot },
    { gms_import_is_shotmarker, gms_import_shotmarker },
    { gms_import_is_sius, gms_import_sius },
};


gms_import_layout_e
gms_import_layout(const char *name)
{
    int i;

    for (i = 0; i < GMS_IMPORT_LAYOUTS; i++) {
        if (strcmp(name, gms_import_layout_name[i]) == 0) {
            break;
        }
    }

    return (gms_import_layout_e) i;
}


void
gms_import_free(gms_import_t *import)
{
    for (int i = 0; i < import->sessions; i++) {
        free(import->session[i].shot);
    }

    free(import->session);
    memset(import, 0, sizeof(*import));
}


int
gms_import_complain(gms_import_file_t *f, const char *what, ...)
{
    char    text[300];
    va_list args;

    va_start(args, what);
    vsnprintf(text, sizeof(text), what, args);
    va_end(args);

    return gms_csv_complain(&f->csv, text, f->err, f->err_size);
}


int
gms_import_number(gms_import_file_t *f, const char *cell, const char *name,
    double least, double most, double *value)
{
    if (cell == NULL || !gms_csv_is_number(&f->csv, cell, most, value)
        || *value < least)
    {
        return gms_import_complain(
            f, "%s is no number from %g to %g", name, least, most);
    }

    return GMS_OK;
}


int
gms_import_whole(gms_import_file_t *f, const char *cell, const char *name,
    int most, int *value)
{
    double number;

    if (cell == NULL || !gms_csv_is_number(&f->csv, cell, most, &number)
        || number < 0 || number != floor(number))
    {
        return gms_import_complain(
            f, "%s is no whole number from 0 to %d", name, most);
    }

    *value = (int) number;
    return GMS_OK;
}


int
gms_import_text(gms_import_file_t *f, const char *cell, const char *name,
    char *text, size_t size)
{
    if (cell == NULL || strlen(cell) >= size) {
        return gms_import_complain(
            f, "%s is missing or longer than %zu bytes", name, size - 1);
    }
    if (!gms_jsontext_is_clean(cell, size)) {
        return gms_import_complain(f, "%s is no UTF-8 text", name);
    }

    strcpy(text, cell);
    return GMS_OK;
}


int
gms_import_local(gms_import_file_t *f, struct tm *tm, int64_t *real_ns)
{
    time_t t;

    tm->tm_isdst = -1;
    t = mktime(tm);

    if (t <= 0 || t > INT64_MAX / GMS_S) {
        return gms_import_complain(f, "time is no time of these years");
    }

    *real_ns = (int64_t) t * GMS_S;
    return GMS_OK;
}


gms_import_session_t *
gms_import_session(gms_import_file_t *f, const char *title)
{
    gms_import_t         *import = f->import;
    gms_import_session_t *s;
    int                   capacity;

    /* mostly the last one goes on */
    for (int i = import->sessions - 1; i >= 0; i--) {
        if (strcmp(import->session[i].title, title) == 0) {
            return &import->session[i];
        }
    }

    if (import->sessions == import->capacity) {
        capacity = import->capacity > 0 ? 2 * import->capacity : 16;
        s = realloc(import->session, (size_t) capacity * sizeof(*s));

        if (s == NULL) {
            return NULL;
        }

        import->session = s;
        import->capacity = capacity;
    }

    s = &import->session[import->sessions++];
    memset(s, 0, sizeof(*s));
    snprintf(s->title, sizeof(s->title), "%s", title);
    return s;
}


static int
add_row(gms_import_file_t *f, gms_import_session_t *s)
{
    uint32_t capacity;
    void    *rows;

    if (f->import->shots >= GMS_IMPORT_SHOTS_MAX) {
        return gms_import_complain(
            f, "a file holds %d shots at most", GMS_IMPORT_SHOTS_MAX);
    }
    if (s->shots >= GMS_SESSION_SHOTS_MAX) {
        return gms_import_complain(
            f, "a session holds %d shots at most", GMS_SESSION_SHOTS_MAX);
    }

    if (s->shots == s->capacity) {
        capacity = s->capacity > 0 ? 2 * s->capacity : 64;
        rows = realloc(s->shot, capacity * sizeof(*s->shot));

        if (rows == NULL) {
            return GMS_ENOMEM;
        }

        s->shot = rows;
        s->capacity = capacity;
    }

    return GMS_OK;
}


int
gms_import_add(gms_import_file_t *f, gms_import_session_t *s,
    const gms_import_shot_t *shot)
{
    gms_import_shot_t *row;
    int                rc;

    if (shot->shot.frame_real_ns > f->option->now_ns + IMPORT_SLACK_NS) {
        return gms_import_complain(f, "time lies in the future");
    }

    rc = add_row(f, s);

    if (rc != GMS_OK) {
        return rc;
    }

    row = &s->shot[s->shots++];
    *row = *shot;
    row->line = f->csv.line;
    row->shot.n = s->shots;
    f->import->shots++;

    if (f->option->y_down) {
        row->shot.y_mm = -row->shot.y_mm + 0.0;
        row->correction.y_mm = -row->correction.y_mm + 0.0;
    }

    gms_decide_journaled(&row->shot);
    return GMS_OK;
}


static int
read_lines(gms_import_file_t *f)
{
    gms_import_layout_e layout = f->option->layout;
    int                 rc = gms_csv_line(&f->csv, f->err, f->err_size);

    if (rc == 0) {
        return gms_import_complain(f, "the file is empty");
    }
    if (rc < 0) {
        return rc;
    }

    if (layout == GMS_IMPORT_LAYOUTS) {
        for (layout = 0; layout < GMS_IMPORT_LAYOUTS; layout++) {
            if (layouts[layout].is(&f->csv)) {
                break;
            }
        }
    }
    if (layout == GMS_IMPORT_LAYOUTS) {
        return gms_import_complain(f,
            "no layout begins so: what gmshoot export, ShotMarker and SIUS "
            "write is known");
    }

    f->import->layout = layout;
    return layouts[layout].read(f);
}


/* The same shots have the same key, whatever they are said to be. */
static void
make_key(gms_import_layout_e layout, gms_import_session_t *s)
{
    SHA2_CTX c;
    char     line[200], hex[SHA256_DIGEST_STRING_LENGTH];
    int      size;

    SHA256Init(&c);
    size = snprintf(
        line, sizeof(line), "%s\n%s\n", gms_import_layout_name[layout], s->id);
    SHA256Update(&c, (const uint8_t *) line, (size_t) size);

    for (uint32_t i = 0; i < s->shots && s->id[0] == '\0'; i++) {
        const gms_event_shot_t *shot = &s->shot[i].shot;

        size = snprintf(line, sizeof(line), "%lld %.4f %.4f %d %d %d %d\n",
            (long long) (shot->frame_real_ns / GMS_US), shot->x_mm, shot->y_mm,
            shot->score_tenths, shot->ring, shot->inner, shot->sighter);
        SHA256Update(&c, (const uint8_t *) line, (size_t) size);
    }

    SHA256End(&c, hex);
    snprintf(s->key, sizeof(s->key), "sha256:%.64s", hex);
}


static int
by_start(const void *a, const void *b)
{
    const gms_import_session_t *x = a, *y = b;

    return x->started_ns < y->started_ns ? -1
        : x->started_ns > y->started_ns  ? 1
                                         : strcmp(x->title, y->title);
}


/* Those that were asked for stay. */
static int
choose(gms_import_file_t *f)
{
    gms_import_t *import = f->import;
    int           kept = 0;

    import->shots = 0;

    for (int i = 0; i < import->sessions; i++) {
        gms_import_session_t *s = &import->session[i];

        if (s->shots == 0
            || (f->option->only != NULL
                && strcmp(f->option->only, s->title) != 0))
        {
            free(s->shot);
            continue;
        }

        make_key(import->layout, s);
        import->shots += s->shots;
        import->session[kept++] = *s;
    }

    import->sessions = kept;

    if (kept == 0) {
        snprintf(f->err, f->err_size, "%s holds no shots%s%s", f->csv.name,
            f->option->only != NULL ? " of " : "",
            f->option->only != NULL ? f->option->only : "");
        return GMS_EINVALID;
    }

    qsort(import->session, (size_t) kept, sizeof(*import->session), by_start);
    return GMS_OK;
}


int
gms_import_read(gms_import_t *import, FILE *in, const char *name,
    const gms_import_option_t *option, char *err, size_t err_size)
{
    gms_import_file_t f = { .csv = { .in = in, .name = name },
        .import = import,
        .option = option,
        .err = err,
        .err_size = err_size };
    int               rc;

    memset(import, 0, sizeof(*import));
    rc = read_lines(&f);

    if (rc == GMS_OK) {
        rc = choose(&f);
    }
    if (rc == GMS_ENOMEM) {
        snprintf(err, err_size, "out of memory");
    }

    gms_csv_close(&f.csv);
    return rc;
}
