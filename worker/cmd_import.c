/* gmshoot import: what was shot elsewhere, into the history of this range. */

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../ipc/error.h"
#include "../ipc/text.h"
#include "../ipc/unit.h"
#include "base/clock.h"
#include "base/jsontext.h"
#include "base/library.h"
#include "cmd.h"
#include "import/import.h"
#include "store/folder.h"
#include "store/imported.h"

#define CALIBER_MAX (20 * GMS_MICRO)
#define DISTANCE_MAX (5000 * GMS_MICRO)

static const char help[] =
    "usage: gmshoot import [OPTIONS] FILE.csv\n"
    "       gmshoot import [--state DIR] --undo SESSION\n"
    "\n"
    "Takes sessions that were shot elsewhere into the history: what `gmshoot\n"
    "export` writes, what a ShotMarker exports and what SIUS targets log, as\n"
    "CSV.  All of a file or nothing; what is there already stays as it is.\n"
    "FILE - is standard input.  A worker may run.\n"
    "\n"
    "  --state DIR     the state folder (" GMS_STATE_DIR ")\n"
    "  --layout L      gmshoot, shotmarker or sius; else the first line tells\n"
    "  --shooter ID    whose they are\n"
    "  --target NAME   the face; `gmshoot targets` lists them\n"
    "  --caliber C     4.5mm, .. where the file does not say\n"
    "  --distance D    10m, 50yd, .. where the file does not say\n"
    "  --year Y        when it was shot: a SIUS log names the day alone\n"
    "  --only TITLE    one session of several, as --dry-run names them\n"
    "  --y-down        in this file y grows downwards\n"
    "  --dry-run       says what would come in\n"
    "  --undo SESSION  takes an imported session out of the history again\n"
    "  --targets FILE  the target library\n";

typedef struct {
    gms_import_option_t read;
    const char         *state;
    const char         *file;
    const char         *shooter;
    const char         *target;
    const char         *targets;
    const char         *undo;
    double              caliber_mm;
    double              distance_m;
    bool                dry_run;
} import_t;

/* What is said of each session, when all of them have been taken. */
typedef struct {
    const char *title;
    char        id[GMS_ID_SIZE]; /* it became, or is; "": it was ours */
    bool        there;           /* already */
    uint32_t    differ;
} import_line_t;


static const char *
import_base(const import_t *m)
{
    const char *slash = strrchr(m->file, '/');

    return slash != NULL ? slash + 1 : m->file;
}


/* What the file does not say the command line must. */
static int
import_missing(const char *title, const char *what, char *err, size_t err_size)
{
    snprintf(err, err_size, "%s: the file does not say the %s: use --%s", title,
        what, what);
    return GMS_EINVALID;
}


static int
import_setup(const import_t *m, const gms_library_t *library,
    const gms_import_session_t *s, gms_import_layout_e layout,
    gms_event_session_t *setup, char *err, size_t err_size)
{
    const char       *target = m->target != NULL ? m->target : s->target;
    const char       *shooter = m->shooter != NULL ? m->shooter : s->shooter;
    const gms_face_t *face;
    char              base[64];

    memset(setup, 0, sizeof(*setup));
    setup->caliber_mm = m->caliber_mm > 0 ? m->caliber_mm : s->caliber_mm;
    setup->distance_m = m->distance_m > 0 ? m->distance_m : s->distance_m;
    setup->rounds = gms_rounds_usual;
    snprintf(setup->shooter, sizeof(setup->shooter), "%s", shooter);
    snprintf(setup->source, sizeof(setup->source), "%s, %s, %s",
        gms_import_layout_name[layout],
        gms_text_shorten(base, sizeof(base), import_base(m)), s->title);

    if (target[0] == '\0') {
        return import_missing(s->title, "target", err, err_size);
    }
    if (setup->caliber_mm <= 0) {
        return import_missing(s->title, "caliber", err, err_size);
    }
    if (setup->distance_m <= 0 && layout != GMS_IMPORT_GMSHOOT) {
        return import_missing(s->title, "distance", err, err_size);
    }

    face = gms_library_find(library, target, err, err_size);
    if (face == NULL) {
        return GMS_ENOTFOUND;
    }

    setup->face = *face;
    return GMS_OK;
}


/* Who says whose it is says it of one person. */
static int
import_persons(
    const import_t *m, const gms_import_t *import, char *err, size_t err_size)
{
    const gms_import_session_t *s = import->session;

    for (int i = 1; m->shooter != NULL && i < import->sessions; i++) {
        if (strcmp(s[i].who, s[0].who) != 0) {
            snprintf(err, err_size,
                "%s holds sessions of several shooters (%s; %s): choose with "
                "--only",
                import_base(m), s[0].title, s[i].title);
            return GMS_EINVALID;
        }
    }

    return GMS_OK;
}


/* 1: it is there already, as line says. */
static int
import_known(const import_t *m, const gms_imported_t *im,
    const gms_import_session_t *s, import_line_t *line, char *err,
    size_t err_size)
{
    const gms_imported_session_t *known = gms_imported_find(im, s->key);

    line->there = true;
    if (known == NULL && s->id[0] != '\0') {
        known = gms_imported_find(im, s->id);
    }
    if (known != NULL) {
        snprintf(line->id, sizeof(line->id), "%s", known->session);
        return 1;
    }
    if (s->id[0] != '\0') {
        snprintf(line->id, sizeof(line->id), "%s", s->id);
        return gms_imported_is_ours(m->state, s->id, err, err_size);
    }

    return 0;
}


/* One session to events, unless it is there. */
static int
import_session(const import_t *m, const gms_library_t *library,
    const gms_import_t *import, gms_import_session_t *s, gms_imported_t *im,
    gms_import_events_t *events, import_line_t *line, char *err,
    size_t err_size)
{
    gms_event_session_t setup;
    int                 first = events->n;
    int rc = import_setup(m, library, s, import->layout, &setup, err, err_size);

    line->title = s->title;
    if (rc == GMS_OK) {
        rc = import_known(m, im, s, line, err, err_size);
    }
    if (rc != GMS_OK) {
        return rc > 0 ? GMS_OK : rc;
    }

    line->there = false;
    if (import->layout != GMS_IMPORT_GMSHOOT) {
        line->differ = gms_import_value(s, &setup);
    }

    rc = gms_import_tell(events, &im->book, s, &setup, err, err_size);
    if (rc == GMS_OK) {
        memcpy(line->id, events->event[first].session, sizeof(line->id));
    }
    return rc;
}


static void
import_print(
    const import_t *m, const gms_import_session_t *s, const import_line_t *line)
{
    struct tm tm;
    time_t    t = (time_t) (s->started_ns / GMS_S);
    char      when[32];

    gmtime_r(&t, &tm);
    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);

    if (line->there) {
        printf("%s: there already, as %s\n", line->title, line->id);
        return;
    }

    printf("%s: %u shots of %s, %s %s", line->title, s->shots, when,
        m->dry_run ? "would become" : "is",
        m->dry_run ? "a session" : line->id);
    if (line->differ > 0) {
        printf(", %u of other rings than their places give", line->differ);
    }
    putchar('\n');
}


/* All of them in one transaction, or none. */
static int
import_write(const import_t *m, const gms_library_t *library,
    gms_import_t *import, gms_imported_t *im, import_line_t *line, char *err,
    size_t err_size)
{
    gms_import_events_t events = { NULL, 0, 0 };
    int                 rc = GMS_OK;

    for (int i = 0; rc == GMS_OK && i < import->sessions; i++) {
        rc = import_session(m, library, import, &import->session[i], im,
            &events, &line[i], err, err_size);
    }
    if (rc == GMS_OK && !m->dry_run && events.n > 0) {
        rc = gms_journal_append(
            im->journal, events.event, events.n, err, err_size);
    }
    for (int i = 0; rc == GMS_OK && i < import->sessions; i++) {
        import_print(m, &import->session[i], &line[i]);
    }

    free(events.event);
    return rc;
}


/* The worker must be able to read what is made here. */
static int
import_become_owner(const import_t *m, char *err, size_t err_size)
{
    struct stat sb;

    if (m->state == NULL || stat(m->state, &sb) != 0) {
        snprintf(err, err_size, "%s is no state folder: %s", m->state,
            strerror(errno));
        return GMS_ENOTFOUND;
    }
    if (geteuid() == 0 && sb.st_uid != 0
        && (setegid(sb.st_gid) != 0 || seteuid(sb.st_uid) != 0))
    {
        snprintf(err, err_size, "cannot write as the owner of %s: %s", m->state,
            strerror(errno));
        return GMS_ESYS;
    }

    return GMS_OK;
}


static int
import_into(const import_t *m, const gms_library_t *library,
    gms_import_t *import, char *err, size_t err_size)
{
    gms_imported_t im;
    import_line_t *line;
    int            rc;

    line = calloc((size_t) import->sessions, sizeof(*line));
    if (line == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    rc = gms_imported_open(&im, m->state, !m->dry_run, err, err_size);
    if (rc == GMS_OK) {
        rc = import_write(m, library, import, &im, line, err, err_size);
    }
    if (rc == GMS_OK && import->left_out > 0) {
        printf("left out: %u lines that are no shots\n", import->left_out);
    }

    gms_imported_close(&im);
    free(line);
    return rc;
}


static int
import_file(const import_t *m, char *err, size_t err_size)
{
    gms_import_t  import;
    gms_library_t library;
    int           rc;

    rc = gms_library_load(&library, m->targets, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    rc = gms_import_read(&import, m->file, &m->read, err, err_size);
    if (rc == GMS_OK) {
        rc = import_persons(m, &import, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = import_become_owner(m, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = import_into(m, &library, &import, err, err_size);
    }

    gms_import_free(&import);
    gms_library_free(&library);
    return rc;
}


static int
import_undo(const import_t *m, char *err, size_t err_size)
{
    gms_imported_t im;
    int            rc = import_become_owner(m, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }

    rc = gms_imported_open(&im, m->state, false, err, err_size);
    if (rc == GMS_OK && im.journal != NULL) {
        gms_imported_close(&im);
        rc = gms_imported_open(&im, m->state, true, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = gms_imported_discard(
            &im, m->undo, gms_clock_real_ns(), err, err_size);
    }
    if (rc == GMS_OK) {
        printf("%s is out of the history\n", m->undo);
    }

    gms_imported_close(&im);
    return rc;
}


static int
import_run(const import_t *m)
{
    char err[PATH_MAX + 512] = "";
    int  rc = m->undo != NULL ? import_undo(m, err, sizeof(err))
                              : import_file(m, err, sizeof(err));

    if (rc != GMS_OK) {
        fprintf(stderr, "gmshoot import: %s\n", err);
        return 1;
    }

    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}


/* A length of the command line, in what the unit's base is; false: it is none,
 * and that was said. */
static bool
import_length(gms_unit_e unit, const char *option, int64_t most, double *value)
{
    char    err[256];
    int64_t micro = 0;

    if (gms_unit_parse(
            unit, optarg, GMS_MICRO / 10, most, &micro, err, sizeof(err))
        != GMS_OK)
    {
        fprintf(stderr, "gmshoot import: --%s %s\n", option, err);
        return false;
    }

    *value = (double) micro / (double) GMS_MICRO;
    return true;
}


static bool
import_value(import_t *m, int option)
{
    char err[256];

    switch (option) {

    case 'c':
        return import_length(
            GMS_UNIT_LENGTH, "caliber", CALIBER_MAX, &m->caliber_mm);

    case 'd':
        return import_length(
            GMS_UNIT_DISTANCE, "distance", DISTANCE_MAX, &m->distance_m);

    case 'l':
        m->read.layout = gms_import_layout(optarg);
        return m->read.layout != GMS_IMPORT_LAYOUTS;

    case 'p':
        m->shooter = optarg;
        return optarg[0] != '\0'
            && gms_jsontext_is_clean(optarg, GMS_SHOOTER_SIZE);

    case 'y':
        return gms_unit_integer(
                   optarg, 1970, 9999, &m->read.year, err, sizeof(err))
            == GMS_OK;

    default:
        return false;
    }
}


int
gms_cmd_import(int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' },
        { "layout", required_argument, NULL, 'l' },
        { "shooter", required_argument, NULL, 'p' },
        { "target", required_argument, NULL, 'n' },
        { "targets", required_argument, NULL, 't' },
        { "caliber", required_argument, NULL, 'c' },
        { "distance", required_argument, NULL, 'd' },
        { "year", required_argument, NULL, 'y' },
        { "only", required_argument, NULL, 'o' },
        { "y-down", no_argument, NULL, 'i' },
        { "dry-run", no_argument, NULL, 'r' },
        { "undo", required_argument, NULL, 'u' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    import_t m = { .state = GMS_STATE_DIR,
        .read = { .layout = GMS_IMPORT_LAYOUTS } };
    int      c;

    m.read.now_ns = gms_clock_real_ns();
    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 's':
            m.state = optarg;
            break;
        case 'n':
            m.target = optarg;
            break;
        case 't':
            m.targets = optarg;
            break;
        case 'o':
            m.read.only = optarg;
            break;
        case 'i':
            m.read.y_down = true;
            break;
        case 'r':
            m.dry_run = true;
            break;
        case 'u':
            m.undo = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            if (!import_value(&m, c)) {
                fputs(help, stderr);
                return 2;
            }
        }
    }

    if (argc - optind != (m.undo == NULL)) {
        fputs(help, stderr);
        return 2;
    }

    m.file = argv[optind];
    return import_run(&m);
}
