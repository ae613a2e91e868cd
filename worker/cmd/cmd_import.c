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

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "../base/clock.h"
#include "../base/jsontext.h"
#include "cmd.h"
#include "../importing.h"
#include "../store/folder.h"
#include "../store/imported.h"

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
    gms_importing_t importing;
    const char     *undo;
} import_t;


static void
import_print(const import_t *m, const gms_importing_line_t *line)
{
    struct tm tm;
    time_t    t = (time_t) (line->started_ns / GMS_S);
    char      when[32];

    gmtime_r(&t, &tm);
    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);

    if (line->there) {
        printf("%s: there already, as %s\n", line->title, line->id);
        return;
    }

    printf("%s: %u shots of %s, %s %s", line->title, line->shots, when,
        m->importing.dry_run ? "would become" : "is",
        m->importing.dry_run ? "a session" : line->id);
    if (line->differ > 0) {
        printf(", %u of other rings than their places give", line->differ);
    }
    putchar('\n');
}


/* The worker must be able to read what is made here. */
static int
import_become_owner(const import_t *m, char *err, size_t err_size)
{
    struct stat sb;

    if (m->importing.state_dir == NULL
        || stat(m->importing.state_dir, &sb) != 0) {
        snprintf(err, err_size, "%s is no state folder: %s",
            m->importing.state_dir, strerror(errno));
        return GMS_ENOTFOUND;
    }
    if (geteuid() == 0 && sb.st_uid != 0
        && (setegid(sb.st_gid) != 0 || seteuid(sb.st_uid) != 0))
    {
        snprintf(err, err_size, "cannot write as the owner of %s: %s",
            m->importing.state_dir, strerror(errno));
        return GMS_ESYS;
    }

    return GMS_OK;
}


/* Opened before it is another user's turn to write. */
static FILE *
import_open(const import_t *m, char *err, size_t err_size)
{
    FILE *in = strcmp(m->importing.name, "-") == 0
        ? stdin
        : fopen(m->importing.name, "re");

    if (in == NULL) {
        snprintf(err, err_size, "cannot open %s: %s", m->importing.name,
            strerror(errno));
    }

    return in;
}


static int
import_file(const import_t *m, char *err, size_t err_size)
{
    gms_importing_result_t result;
    FILE                  *in = import_open(m, err, err_size);
    int                    rc = GMS_ESYS;

    if (in == NULL) {
        return rc;
    }

    rc = import_become_owner(m, err, err_size);
    if (rc != GMS_OK) {
        fclose(in);
        return rc;
    }

    rc = gms_importing(&m->importing, in, &result, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    for (int i = 0; i < result.lines; i++) {
        import_print(m, &result.line[i]);
    }
    if (result.left_out > 0) {
        printf("left out: %u lines that are no shots\n", result.left_out);
    }

    free(result.line);
    return GMS_OK;
}


static int
import_undo(const import_t *m, char *err, size_t err_size)
{
    gms_imported_t im;
    int            rc = import_become_owner(m, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }

    rc = gms_imported_open(&im, m->importing.state_dir, false, err, err_size);
    if (rc == GMS_OK && im.journal != NULL) {
        gms_imported_close(&im);
        rc =
            gms_imported_open(&im, m->importing.state_dir, true, err, err_size);
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
            GMS_UNIT_LENGTH, "caliber", CALIBER_MAX, &m->importing.caliber_mm);

    case 'd':
        return import_length(GMS_UNIT_DISTANCE, "distance", DISTANCE_MAX,
            &m->importing.distance_m);

    case 'l':
        m->importing.read.layout = gms_import_layout(optarg);
        return m->importing.read.layout != GMS_IMPORT_LAYOUTS;

    case 'p':
        m->importing.shooter = optarg;
        return optarg[0] != '\0'
            && gms_jsontext_is_clean(optarg, GMS_SHOOTER_SIZE);

    case 'y':
        return gms_unit_integer(optarg, 1970, 9999, &m->importing.read.year,
                   err, sizeof(err))
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

    import_t m = { .importing = { .state_dir = GMS_STATE_DIR,
                       .read = { .layout = GMS_IMPORT_LAYOUTS } } };
    int      c;

    m.importing.read.now_ns = gms_clock_real_ns();
    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 's':
            m.importing.state_dir = optarg;
            break;
        case 'n':
            m.importing.target = optarg;
            break;
        case 't':
            m.importing.targets = optarg;
            break;
        case 'o':
            m.importing.read.only = optarg;
            break;
        case 'i':
            m.importing.read.y_down = true;
            break;
        case 'r':
            m.importing.dry_run = true;
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

    m.importing.name = argv[optind];
    return import_run(&m);
}
