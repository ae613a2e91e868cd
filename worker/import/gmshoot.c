/* What `gmshoot export --format csv` writes: docs/card.md. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "layouts.h"

typedef enum {
    COLUMN_N,
    COLUMN_X,
    COLUMN_Y,
    COLUMN_SCORE,
    COLUMN_RING,
    COLUMN_INNER,
    COLUMN_T,
    COLUMN_CALIBER,
    COLUMN_DISTANCE,
    COLUMN_TARGET,
    COLUMN_SESSION,
    COLUMNS_NEEDED,

    COLUMN_ROUND = COLUMNS_NEEDED,
    COLUMN_ZONE,
    COLUMN_BULL,
    COLUMN_SIGHTER,
    COLUMN_REMOVED,
    COLUMN_NEAR_LINE,
    COLUMN_DOUBLE,
    COLUMN_ORDER,
    COLUMN_RECOVERED,
    COLUMN_CONFIDENCE,
    COLUMN_X_ERROR,
    COLUMN_Y_ERROR,
    COLUMN_PAPER,
    COLUMN_T_S,
    COLUMN_SHOOTER,
    COLUMN_STANDING,
    COLUMN_WINDOW,
    COLUMN_BY_HAND,
    COLUMN_UNPLACED,
    COLUMN_CORRECTED,
    COLUMN_AUTHOR,
    COLUMN_REASON,
    COLUMN_CAME_X,
    COLUMN_CAME_Y,
    COLUMN_CAME_SCORE,
    COLUMNS
} column_e;

static const char *const columns[COLUMNS] = {
    [COLUMN_N] = "n",
    [COLUMN_X] = "x_mm",
    [COLUMN_Y] = "y_mm",
    [COLUMN_SCORE] = "score",
    [COLUMN_RING] = "ring",
    [COLUMN_INNER] = "inner",
    [COLUMN_T] = "t",
    [COLUMN_CALIBER] = "caliber_mm",
    [COLUMN_DISTANCE] = "distance_m",
    [COLUMN_TARGET] = "target",
    [COLUMN_SESSION] = "session",
    [COLUMN_ROUND] = "round",
    [COLUMN_ZONE] = "zone",
    [COLUMN_BULL] = "bull",
    [COLUMN_SIGHTER] = "sighter",
    [COLUMN_REMOVED] = "removed",
    [COLUMN_NEAR_LINE] = "near_line",
    [COLUMN_DOUBLE] = "possible_double",
    [COLUMN_ORDER] = "order_unknown",
    [COLUMN_RECOVERED] = "recovered",
    [COLUMN_CONFIDENCE] = "confidence",
    [COLUMN_X_ERROR] = "x_error_mm",
    [COLUMN_Y_ERROR] = "y_error_mm",
    [COLUMN_PAPER] = "paper",
    [COLUMN_T_S] = "t_s",
    [COLUMN_SHOOTER] = "shooter",
    [COLUMN_STANDING] = "standing",
    [COLUMN_WINDOW] = "window",
    [COLUMN_BY_HAND] = "by_hand",
    [COLUMN_UNPLACED] = "unplaced",
    [COLUMN_CORRECTED] = "corrected",
    [COLUMN_AUTHOR] = "author",
    [COLUMN_REASON] = "reason",
    [COLUMN_CAME_X] = "came_x_mm",
    [COLUMN_CAME_Y] = "came_y_mm",
    [COLUMN_CAME_SCORE] = "came_score",
};

/* Of one session, while its lines are read. */
typedef struct {
    uint32_t round;      /* that is open */
    double   earliest_s; /* its start, by what the lines say of it */
    double   latest_s;
} progress_t;


bool
gms_import_is_gmshoot(const gms_csv_t *csv)
{
    return csv->cells >= COLUMNS_NEEDED && strcmp(csv->row[0], "n") == 0
        && strcmp(csv->row[1], "round") == 0;
}


/* The cell, or NULL where there is none or nothing in it. */
static const char *
cell_of(const gms_import_file_t *f, column_e column)
{
    const char *cell = f->csv.cell[column];

    return cell != NULL && cell[0] != '\0' ? cell : NULL;
}


static int
read_number(gms_import_file_t *f, column_e column, double least, double most,
    double *value)
{
    const char *cell = cell_of(f, column);

    return cell == NULL && column >= COLUMNS_NEEDED
        ? GMS_OK
        : gms_import_number(f, cell, columns[column], least, most, value);
}


static int
read_whole(gms_import_file_t *f, column_e column, int most, int *value)
{
    const char *cell = cell_of(f, column);

    return cell == NULL && column >= COLUMNS_NEEDED
        ? GMS_OK
        : gms_import_whole(f, cell, columns[column], most, value);
}


static int
read_flag(gms_import_file_t *f, column_e column, bool *flag)
{
    int value = 0, rc = read_whole(f, column, 1, &value);

    *flag = value != 0;
    return rc;
}


/* What was written with an apostrophe, so that it is no formula. */
static int
read_text(gms_import_file_t *f, column_e column, char *text, size_t size)
{
    const char *cell = cell_of(f, column);

    if (cell == NULL) {
        text[0] = '\0';
        return GMS_OK;
    }
    if (cell[0] == '\'' && cell[1] != '\0' && strchr("=+-@", cell[1]) != NULL) {
        cell++;
    }

    return gms_import_text(f, cell, columns[column], text, size);
}


static int
read_tenths(gms_import_file_t *f, column_e column, int *tenths)
{
    double value = *tenths / 10.0;
    int    rc = read_number(f, column, 0, 1000, &value);

    if (rc == GMS_OK) {
        *tenths = (int) lround(10 * value);
    }
    return rc;
}


/* One of some words, "" the first of them where no other is. */
static int
read_word(gms_import_file_t *f, column_e column, int words,
    const char *(*word)(int i), int *value)
{
    const char *cell = cell_of(f, column);

    *value = 0;

    if (cell == NULL) {
        return GMS_OK;
    }

    for (*value = 0; *value < words; (*value)++) {
        if (strcmp(cell, word(*value)) == 0) {
            return GMS_OK;
        }
    }

    return gms_import_complain(f, "%s is none that is known", columns[column]);
}


static const char *
standing_word(int i)
{
    return gms_event_standing((gms_standing_e) i);
}


static const char *
window_word(int i)
{
    return gms_window_name[i];
}


static const char *
correction_word(int i)
{
    return gms_event_correction((gms_correction_e) i);
}


/* 2026-05-01T18:00:00.123456Z */
static int
read_instant(gms_import_file_t *f, int64_t *real_ns)
{
    const char *cell = cell_of(f, COLUMN_T);
    struct tm   tm = { 0 };
    int         us = 0, size = 0;

    if (cell != NULL
        && sscanf(cell, "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ%n", &tm.tm_year,
               &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
               &us, &size)
            == 7
        && size == 27 && cell[size] == '\0' && us >= 0 && tm.tm_year >= 1970
        && tm.tm_year <= 2200)
    {
        tm.tm_year -= 1900;
        tm.tm_mon -= 1;
        *real_ns = (int64_t) timegm(&tm) * GMS_S + us * GMS_US;

        if (*real_ns > 0) {
            return GMS_OK;
        }
    }

    return gms_import_complain(
        f, "t is no instant like 2026-05-01T18:00:00.000000Z");
}


static int
read_doubts(gms_import_file_t *f, gms_event_shot_t *shot)
{
    int rc = read_flag(f, COLUMN_NEAR_LINE, &shot->near_line);

    if (rc == GMS_OK) {
        rc = read_flag(f, COLUMN_DOUBLE, &shot->possible_double);
    }
    if (rc == GMS_OK) {
        rc = read_flag(f, COLUMN_ORDER, &shot->order_unknown);
    }
    if (rc == GMS_OK) {
        rc = read_flag(f, COLUMN_RECOVERED, &shot->recovered);
    }
    if (rc == GMS_OK) {
        rc = read_flag(f, COLUMN_BY_HAND, &shot->by_hand);
    }
    if (rc == GMS_OK) {
        rc = read_flag(f, COLUMN_UNPLACED, &shot->unplaced);
    }
    if (rc == GMS_OK) {
        rc = read_number(f, COLUMN_CONFIDENCE, 0, 1, &shot->confidence);
    }
    if (rc == GMS_OK) {
        rc = read_number(
            f, COLUMN_X_ERROR, 0, GMS_IMPORT_PLACE_MM_MAX, &shot->x_error_mm);
    }
    if (rc == GMS_OK) {
        rc = read_number(
            f, COLUMN_Y_ERROR, 0, GMS_IMPORT_PLACE_MM_MAX, &shot->y_error_mm);
    }

    return rc;
}


static int
read_place(
    gms_import_file_t *f, column_e x, column_e y, double *x_mm, double *y_mm)
{
    int rc = read_number(
        f, x, -GMS_IMPORT_PLACE_MM_MAX, GMS_IMPORT_PLACE_MM_MAX, x_mm);

    return rc == GMS_OK ? read_number(
               f, y, -GMS_IMPORT_PLACE_MM_MAX, GMS_IMPORT_PLACE_MM_MAX, y_mm)
                        : rc;
}


/* The shot as it stands. */
static int
read_shot(gms_import_file_t *f, gms_event_shot_t *shot)
{
    int window = 0, paper = 1, rc;

    rc = read_place(f, COLUMN_X, COLUMN_Y, &shot->x_mm, &shot->y_mm);

    if (rc == GMS_OK && cell_of(f, COLUMN_SCORE) == NULL) {
        rc = gms_import_complain(f, "score is missing");
    }
    if (rc == GMS_OK) {
        rc = read_tenths(f, COLUMN_SCORE, &shot->score_tenths);
    }
    if (rc == GMS_OK) {
        rc = read_whole(f, COLUMN_RING, 1000, &shot->ring);
    }
    if (rc == GMS_OK) {
        rc = read_flag(f, COLUMN_INNER, &shot->inner);
    }
    if (rc == GMS_OK) {
        rc = read_flag(f, COLUMN_SIGHTER, &shot->sighter);
    }
    if (rc == GMS_OK) {
        rc = read_text(f, COLUMN_ZONE, shot->zone, sizeof(shot->zone));
    }
    if (rc == GMS_OK) {
        rc = read_text(f, COLUMN_BULL, shot->bull, sizeof(shot->bull));
    }
    if (rc == GMS_OK) {
        rc = read_word(f, COLUMN_WINDOW, GMS_WINDOWS, window_word, &window);
    }
    if (rc == GMS_OK) {
        rc = read_whole(f, COLUMN_PAPER, 1000000, &paper);
    }
    if (rc == GMS_OK) {
        rc = read_doubts(f, shot);
    }
    if (rc == GMS_OK) {
        rc = read_instant(f, &shot->frame_real_ns);
    }

    shot->window = (gms_window_e) window;
    shot->paper = (uint32_t) paper;
    return rc;
}


/* What was said of it last; the shot becomes what it was when it came. */
static int
read_correction(gms_import_file_t *f, gms_import_shot_t *row)
{
    gms_event_correction_t *c = &row->correction;
    gms_event_shot_t       *shot = &row->shot;
    int                     what = 0, standing = 0, rc;
    bool                    removed = false;

    rc = read_word(
        f, COLUMN_CORRECTED, GMS_CORRECTION_COUNT + 1, correction_word, &what);
    if (rc == GMS_OK) {
        rc = read_word(f, COLUMN_STANDING, GMS_STANDING_GIVEN + 1,
            standing_word, &standing);
    }
    if (rc == GMS_OK) {
        rc = read_flag(f, COLUMN_REMOVED, &removed);
    }
    if (rc != GMS_OK || (what == 0 && standing == 0 && !removed)) {
        return rc;
    }

    /* a file of an older program knows no more than that */
    standing = standing == 0 && removed ? GMS_STANDING_REMOVED : standing;
    row->corrected = true;
    c->what = what != 0 ? (gms_correction_e) what : GMS_CORRECTION_REMOVE;
    c->standing = (gms_standing_e) standing;
    gms_correction_describe(c, shot);

    rc = read_text(f, COLUMN_AUTHOR, c->author, sizeof(c->author));
    if (rc == GMS_OK) {
        rc = read_text(f, COLUMN_REASON, c->reason, sizeof(c->reason));
    }
    if (rc == GMS_OK) {
        rc = read_place(
            f, COLUMN_CAME_X, COLUMN_CAME_Y, &shot->x_mm, &shot->y_mm);
    }
    if (rc == GMS_OK && cell_of(f, COLUMN_CAME_SCORE) != NULL) {
        rc = read_tenths(f, COLUMN_CAME_SCORE, &shot->score_tenths);
        if (shot->score_tenths != c->score_tenths) {
            shot->ring = shot->score_tenths / 10;
            shot->inner = false;
        }
    }

    return rc;
}


/* The open round goes on or the next begins; any other one it was assigned
 * to. */
static int
read_round(gms_import_file_t *f, const gms_import_session_t *s,
    gms_import_shot_t *row, progress_t *p)
{
    int round = 0,
        rc = read_whole(f, COLUMN_ROUND, GMS_SESSION_ROUNDS_MAX, &round);

    if (rc != GMS_OK || round == 0) {
        return rc;
    }

    if (s->shots == 0) {
        p->round = 1;
    } else if ((uint32_t) round == p->round + 1) {
        p->round++;
    }
    if ((uint32_t) round > p->round) {
        return gms_import_complain(
            f, "round %d comes where round %u is open", round, p->round);
    }

    row->round = p->round;

    if ((uint32_t) round != p->round) {
        if (!row->corrected) {
            row->corrected = true;
            row->correction.what = GMS_CORRECTION_ROUND;
            gms_correction_describe(&row->correction, &row->shot);
        }
        row->correction.round = (uint32_t) round;
    }

    return GMS_OK;
}


/* t_s is rounded to milliseconds: the start lies where all lines agree. */
static int
read_start(gms_import_file_t *f, gms_import_session_t *s,
    const gms_event_shot_t *shot, progress_t *p)
{
    int64_t first_ns;
    double  t_s = NAN, at_s;
    int     rc = read_number(f, COLUMN_T_S, -1e9, 1e9, &t_s);

    if (rc != GMS_OK) {
        return rc;
    }

    if (s->shots == 0) {
        s->started_ns = shot->frame_real_ns;
        p->earliest_s = -INFINITY;
        p->latest_s = INFINITY;
    }
    if (isnan(t_s)) {
        return GMS_OK;
    }

    first_ns =
        s->shots > 0 ? s->shot[0].shot.frame_real_ns : shot->frame_real_ns;
    at_s = (double) (shot->frame_real_ns - first_ns) / 1e9;
    p->earliest_s = fmax(p->earliest_s, at_s - t_s - 0.0005);
    p->latest_s = fmin(p->latest_s, at_s - t_s + 0.0005);

    if (p->earliest_s > p->latest_s + 1e-6) {
        return gms_import_complain(
            f, "t_s and t do not agree with those of the lines before");
    }

    s->started_ns =
        first_ns + llround((p->earliest_s + p->latest_s) / 2 * 1e6) * GMS_US;
    return s->started_ns > 0 ? GMS_OK
                             : gms_import_complain(f, "t_s is more than t");
}


/* The same in every line. */
static int
read_setup(gms_import_file_t *f, gms_import_session_t *s)
{
    gms_import_session_t now = { .shots = 0 };
    int                  rc;

    rc = read_number(f, COLUMN_CALIBER, 0.01, 50, &now.caliber_mm);
    if (rc == GMS_OK) {
        rc = read_number(f, COLUMN_DISTANCE, 0, 5000, &now.distance_m);
    }
    if (rc == GMS_OK) {
        rc = read_text(f, COLUMN_TARGET, now.target, sizeof(now.target));
    }
    if (rc == GMS_OK) {
        rc = read_text(f, COLUMN_SHOOTER, now.shooter, sizeof(now.shooter));
    }
    if (rc != GMS_OK) {
        return rc;
    }

    if (s->shots == 0) {
        s->caliber_mm = now.caliber_mm;
        s->distance_m = now.distance_m;
        strcpy(s->target, now.target);
        strcpy(s->shooter, now.shooter);
        strcpy(s->who, now.shooter);
        return GMS_OK;
    }

    if (s->caliber_mm != now.caliber_mm || s->distance_m != now.distance_m
        || strcmp(s->target, now.target) != 0
        || strcmp(s->shooter, now.shooter) != 0)
    {
        return gms_import_complain(f,
            "caliber_mm, distance_m, target or shooter are not those of the "
            "session's lines before");
    }

    return GMS_OK;
}


static int
read_row(gms_import_file_t *f, progress_t *p)
{
    gms_import_session_t *s;
    gms_import_shot_t     row = { .valued = true, .in_tenths = true };
    char                  id[GMS_IMPORT_TITLE_SIZE];
    int                   n = 0, rc;

    rc = read_text(f, COLUMN_SESSION, id, sizeof(id));
    if (rc == GMS_OK && id[0] == '\0') {
        rc = gms_import_complain(f, "session is missing");
    }
    if (rc != GMS_OK) {
        return rc;
    }

    s = gms_import_session(f, id);
    if (s == NULL) {
        return GMS_ENOMEM;
    }
    if (s != &f->import->session[f->import->sessions - 1]) {
        return gms_import_complain(
            f, "session goes on after another one has begun");
    }

    snprintf(s->id, sizeof(s->id), "%s", id);
    rc = read_whole(f, COLUMN_N, GMS_SESSION_SHOTS_MAX, &n);
    if (rc == GMS_OK && (uint32_t) n != s->shots + 1) {
        rc = gms_import_complain(f, "n is not %u", s->shots + 1);
    }
    if (rc == GMS_OK) {
        rc = read_setup(f, s);
    }
    if (rc == GMS_OK) {
        rc = read_shot(f, &row.shot);
    }
    if (rc == GMS_OK) {
        rc = read_correction(f, &row);
    }
    if (rc == GMS_OK) {
        rc = read_round(f, s, &row, p);
    }
    if (rc == GMS_OK) {
        rc = read_start(f, s, &row.shot, p);
    }

    return rc == GMS_OK ? gms_import_add(f, s, &row) : rc;
}


int
gms_import_gmshoot(gms_import_file_t *f)
{
    progress_t progress = { .round = 0 };
    int        rc;

    f->csv.want = columns;
    f->csv.wanted = COLUMNS;
    f->csv.needed = COLUMNS_NEEDED;
    rc = gms_csv_header(&f->csv, f->err, f->err_size);

    while (rc == GMS_OK) {
        rc = gms_csv_line(&f->csv, f->err, f->err_size);

        if (rc <= 0) {
            return rc;
        }
        if (strcmp(f->csv.row[0], columns[0]) == 0) {
            rc = gms_csv_header(&f->csv, f->err, f->err_size);
            continue; /* one export after another in a file */
        }
        if (f->csv.cells != f->csv.columns) {
            return gms_import_complain(
                f, "not as many columns as in the header");
        }

        gms_csv_take(&f->csv);
        rc = read_row(f, &progress);
    }

    return rc;
}
