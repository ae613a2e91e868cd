/* The shot log of a SIUS target: a line for each shot, 28 cells in a fixed
 * order between semicolons or commas, usually without a header. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "layouts.h"

/* Cells of a line, by their place. */
enum {
    SIUS_START = 0,
    SIUS_PRIMARY = 1,
    SIUS_MATCH = 2, /* 0: sighter, 1: match, 8: final */
    SIUS_LANE = 3,
    SIUS_SECONDARY = 4,
    SIUS_TIME = 6, /* HH:MM:SS.cc of the range */
    SIUS_INNER = 7,
    SIUS_X = 8,
    SIUS_Y = 9,
    SIUS_DEMONSTRATION = 13,
    SIUS_INSERTED = 16, /* 1: by hand, 2: to be ignored */
    SIUS_TOTAL = 17,    /* not 0: a sum, no shot */
    SIUS_LOG = 21,
    SIUS_YEAR = 22, /* hundredths of a second since the year began */
    SIUS_CELLS
};

/* What SIUS_LOG says of a line; others are no shots. */
#define SIUS_OWN 3
#define SIUS_CROSS 10
#define SIUS_ILLEGAL 12

#define SIUS_DAY_CS (24.0 * 3600 * 100)
#define SIUS_YEAR_CS (366 * SIUS_DAY_CS - 1)

/* Nobody goes home for less, and comes back to the same start number. */
#define SIUS_PAUSE_NS (3 * 3600 * GMS_S)


static bool
is_header(const gms_csv_t *csv)
{
    return strncmp(csv->row[0], "Start", 5) == 0
        || strncmp(csv->row[0], "start", 5) == 0;
}


bool
gms_import_is_sius(const gms_csv_t *csv)
{
    double start, x;

    return csv->cells >= SIUS_CELLS
        && (is_header(csv)
            || (gms_csv_is_number(csv, csv->row[SIUS_START], 1e9, &start)
                && gms_csv_is_number(csv, csv->row[SIUS_X], 1e9, &x)));
}


/* Its day by the second of the year, its time by the clock of the range. */
static int
read_time(gms_import_file_t *f, int64_t *real_ns)
{
    struct tm tm = { .tm_year = f->option->year - 1900 };
    double    since = 0;
    int       cs = 0, size = 0, rc;

    rc = gms_import_number(
        f, f->csv.row[SIUS_YEAR], "time of the year", 0, SIUS_YEAR_CS, &since);
    if (rc != GMS_OK) {
        return rc;
    }

    if (sscanf(f->csv.row[SIUS_TIME], "%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min,
            &tm.tm_sec, &size)
            != 3
        || tm.tm_hour < 0 || tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59
        || tm.tm_sec < 0 || tm.tm_sec > 59
        || (f->csv.row[SIUS_TIME][size] != '\0'
            && (sscanf(f->csv.row[SIUS_TIME] + size, ".%2d%n", &cs, &rc) != 1
                || cs < 0 || f->csv.row[SIUS_TIME][size + rc] != '\0')))
    {
        return gms_import_complain(f, "time is none like 18:03:21.45");
    }

    tm.tm_mday = 1 + (int) (since / SIUS_DAY_CS);
    rc = gms_import_local(f, &tm, real_ns);
    *real_ns += cs * 10 * GMS_MS;
    return rc;
}


/* Whole where the discipline counts so; the other one has the decimals. */
static int
read_score(gms_import_file_t *f, gms_event_shot_t *shot)
{
    double primary = 0, secondary = 0;
    int    inner = 0, rc;

    rc = gms_import_number(
        f, f->csv.row[SIUS_PRIMARY], "primary score", 0, 109, &primary);
    if (rc == GMS_OK && f->csv.row[SIUS_SECONDARY][0] != '\0') {
        rc = gms_import_number(f, f->csv.row[SIUS_SECONDARY], "secondary score",
            0, 109, &secondary);
    }
    if (rc == GMS_OK) {
        rc = gms_import_whole(f, f->csv.row[SIUS_INNER], "innerten", 1, &inner);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    shot->ring = (int) floor(primary + 1e-6);
    shot->score_tenths = (int) lround(10 * fmax(primary, secondary));
    shot->inner = inner != 0;
    return GMS_OK;
}


/* Says what a shot does not count for, as a correction. */
static void
ignore(gms_import_shot_t *row, const char *reason)
{
    row->corrected = true;
    row->correction.what = GMS_CORRECTION_IGNORE;
    row->correction.standing = GMS_STANDING_IGNORED;
    strcpy(row->correction.author, "SIUS");
    strcpy(row->correction.reason, reason);
    gms_correction_describe(&row->correction, &row->shot);
}


static int
read_shot(gms_import_file_t *f, gms_import_shot_t *row)
{
    gms_event_shot_t *shot = &row->shot;
    int               match = 0, rc;

    rc = gms_import_number(f, f->csv.row[SIUS_X], "X", -GMS_IMPORT_PLACE_MM_MAX,
        GMS_IMPORT_PLACE_MM_MAX, &shot->x_mm);
    if (rc == GMS_OK) {
        rc = gms_import_number(f, f->csv.row[SIUS_Y], "Y",
            -GMS_IMPORT_PLACE_MM_MAX, GMS_IMPORT_PLACE_MM_MAX, &shot->y_mm);
    }
    if (rc == GMS_OK) {
        rc = gms_import_whole(
            f, f->csv.row[SIUS_MATCH], "match shot", 8, &match);
    }
    if (rc == GMS_OK) {
        rc = read_score(f, shot);
    }
    if (rc == GMS_OK) {
        rc = read_time(f, &shot->frame_real_ns);
    }

    shot->sighter = match == 0;
    shot->confidence = 1;
    shot->paper = 1;
    shot->unplaced = shot->ring == 0 && shot->x_mm == 0 && shot->y_mm == 0;
    row->valued = true;
    row->in_tenths = true;
    return rc;
}


/* A start number on a lane; after a long pause it is another session. */
static gms_import_session_t *
session_of(gms_import_file_t *f, int start, int lane, int64_t real_ns)
{
    gms_import_session_t *s = NULL;
    char                  title[GMS_IMPORT_TITLE_SIZE];

    for (int k = 1; s == NULL
         || (s->shots > 0
             && real_ns
                 > s->shot[s->shots - 1].shot.frame_real_ns + SIUS_PAUSE_NS);
         k++)
    {
        snprintf(title, sizeof(title),
            k == 1 ? "start %d lane %d" : "start %d lane %d part %d", start,
            lane, k);
        s = gms_import_session(f, title);
        if (s == NULL) {
            return NULL;
        }
    }

    if (s->shots == 0) {
        s->started_ns = real_ns;
        snprintf(s->who, sizeof(s->who), "start number %d", start);
    }
    return s;
}


static int
read_row(gms_import_file_t *f)
{
    gms_import_shot_t     row = { .valued = true };
    gms_import_session_t *s;
    int start = 0, lane = 0, demonstration = 0, inserted = 0, total = 0;
    int log = 0, rc;

    rc = gms_import_whole(
        f, f->csv.row[SIUS_START], "start nr", 99999999, &start);
    if (rc == GMS_OK) {
        rc = gms_import_whole(
            f, f->csv.row[SIUS_LANE], "firingpoint", 99999, &lane);
    }
    if (rc == GMS_OK) {
        rc = gms_import_whole(f, f->csv.row[SIUS_DEMONSTRATION],
            "demonstration", 1, &demonstration);
    }
    if (rc == GMS_OK) {
        rc = gms_import_whole(
            f, f->csv.row[SIUS_INSERTED], "insdel", 99, &inserted);
    }
    if (rc == GMS_OK) {
        rc = gms_import_whole(
            f, f->csv.row[SIUS_TOTAL], "totalkind", 99, &total);
    }
    if (rc == GMS_OK) {
        rc = gms_import_whole(f, f->csv.row[SIUS_LOG], "logtype", 9999, &log);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    if (demonstration != 0 || total != 0
        || (log != SIUS_OWN && log != SIUS_CROSS && log != SIUS_ILLEGAL))
    {
        f->import->left_out++;
        return GMS_OK;
    }

    rc = read_shot(f, &row);
    if (rc != GMS_OK) {
        return rc;
    }

    row.shot.by_hand = inserted == 1;
    if (log == SIUS_CROSS) {
        ignore(&row, "cross-shot");
    } else if (log == SIUS_ILLEGAL) {
        ignore(&row, "illegal shot");
    } else if (inserted == 2) {
        ignore(&row, "ignored");
    }

    s = session_of(f, start, lane, row.shot.frame_real_ns);
    return s != NULL ? gms_import_add(f, s, &row) : GMS_ENOMEM;
}


int
gms_import_sius(gms_import_file_t *f)
{
    int rc = 1;

    if (f->option->year == 0) {
        return gms_import_complain(
            f, "no line of a SIUS log names the year: say --year");
    }

    if (is_header(&f->csv)) {
        if (f->csv.cells < SIUS_CELLS || strcmp(f->csv.row[SIUS_X], "X") != 0
            || strcmp(f->csv.row[SIUS_Y], "Y") != 0)
        {
            return gms_import_complain(
                f, "columns 9 and 10 of the header are not X and Y");
        }
        rc = gms_csv_line(&f->csv, f->err, f->err_size);
    }

    while (rc == 1) {
        if (f->csv.cells < SIUS_CELLS) {
            return gms_import_complain(
                f, "a line has %d cells, not 28", f->csv.cells);
        }
        rc = read_row(f);
        if (rc == GMS_OK) {
            rc = gms_csv_line(&f->csv, f->err, f->err_size);
        }
    }

    return rc;
}
