/*
 * What a ShotMarker exports as CSV: for each string a line of its day, name,
 * face and distance, a line that names the columns, and a line for each shot
 * with an empty first cell.  Newer ones write millimetres ("x mm"), older ones
 * inches ("x (inch)"); y is up.  Two or three who shoot in turn at one target
 * are told apart by a letter in front of the shot's number: R1, 1, R2, 2.
 */

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "layouts.h"

typedef enum {
    COLUMN_TIME,
    COLUMN_TAGS,
    COLUMN_ID,
    COLUMN_SCORE,
    COLUMNS_NEEDED,

    COLUMN_X_MM = COLUMNS_NEEDED,
    COLUMN_Y_MM,
    COLUMN_X_INCH,
    COLUMN_Y_INCH,
    COLUMN_X_MOA,
    COLUMN_Y_MOA,
    COLUMN_X_MRAD,
    COLUMN_Y_MRAD,
    COLUMNS
} column_e;

static const char *const columns[COLUMNS] = { "time", "tags", "id", "score",
    "x mm", "y mm", "x inch|x in", "y inch|y in", "x moa", "y moa",
    "x mil|x mrad", "y mil|y mrad" };

/* A shot after midnight is of the next day. */
#define SHOTMARKER_HALF_DAY_NS (12 * 3600 * GMS_S)

/* The string whose lines are read. */
typedef struct {
    struct tm day;
    char      name[GMS_IMPORT_TITLE_SIZE];
    double    distance_m;
    double    x_scale_mm; /* of a unit in its columns; 0: an angle */
    double    angle;      /* of a unit, in radians */
    column_e  x;          /* y is the next one */
    int64_t   last_ns;
    bool      named;  /* its line has come */
    bool      headed; /* its columns are known */
} string_t;


bool
gms_import_is_shotmarker(const gms_csv_t *csv)
{
    return strncasecmp(csv->row[0], "ShotMarker", 10) == 0;
}


/* Nothing in it, or the sums below a string. */
static bool
is_none(const gms_csv_t *csv)
{
    bool empty = true;

    for (int i = 0; i < csv->cells; i++) {
        if (strcasecmp(csv->row[i], "avg:") == 0
            || strcasecmp(csv->row[i], "SD:") == 0) {
            return true;
        }
        empty = empty && csv->row[i][0] == '\0';
    }

    return empty;
}


/* "Sep 12 2026" */
static bool
read_day(const char *text, struct tm *day)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    char month[4] = "";
    int  size = 0;

    memset(day, 0, sizeof(*day));
    if (sscanf(text, "%3[A-Za-z] %2d %4d%n", month, &day->tm_mday,
            &day->tm_year, &size)
            != 3
        || text[size] != '\0' || day->tm_mday < 1 || day->tm_mday > 31
        || day->tm_year < 1970)
    {
        return false;
    }

    day->tm_year -= 1900;
    for (; day->tm_mon < 12; day->tm_mon++) {
        if (strncasecmp(months + 3 * (size_t) day->tm_mon, month, 3) == 0) {
            return strlen(month) == 3;
        }
    }

    return false;
}


/* "NRA Long Range FC at 1000y" */
static bool
read_distance(const char *cell, double *distance_m)
{
    static const struct {
        const char *name;
        double      m;
    } units[] = { { "m", 1 }, { "y", 0.9144 }, { "yd", 0.9144 },
        { "f", 0.3048 }, { "ft", 0.3048 } };

    const char *at, *next;
    char        unit[4] = "";
    int         size = 0;

    for (at = NULL, next = strstr(cell, " at "); next != NULL;
         next = strstr(next + 4, " at "))
    {
        at = next;
    }

    if (at == NULL
        || sscanf(at, " at %7lf%3[a-z]%n", distance_m, unit, &size) != 2
        || at[size] != '\0')
    {
        return false;
    }

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(units[i].name, unit) == 0) {
            *distance_m *= units[i].m;
            return *distance_m > 0 && *distance_m <= 5000;
        }
    }

    return false;
}


static int
read_string(gms_import_file_t *f, string_t *string)
{
    int rc;

    memset(string, 0, sizeof(*string));
    if (!read_day(f->csv.row[0], &string->day)) {
        return gms_import_complain(
            f, "the string's day is none like Sep 12 2026");
    }

    rc = gms_import_text(f, f->csv.cells > 1 ? f->csv.row[1] : NULL,
        "the string's name", string->name, sizeof(string->name));
    if (rc != GMS_OK) {
        return rc;
    }

    for (int i = 2; i < f->csv.cells && string->distance_m == 0; i++) {
        double distance_m;

        if (read_distance(f->csv.row[i], &distance_m)) {
            string->distance_m = distance_m;
        }
    }
    if (string->distance_m == 0) {
        return gms_import_complain(
            f, "no face and distance of the string, like NRA LR at 1000y");
    }

    string->named = true;
    return GMS_OK;
}


/* Which of its columns tell the place, in which unit. */
static int
read_columns(gms_import_file_t *f, string_t *string)
{
    static const struct {
        column_e x;
        double   mm;
        double   angle;
    } units[] = { { COLUMN_X_MM, 1, 0 }, { COLUMN_X_INCH, 25.4, 0 },
        { COLUMN_X_MOA, 0, M_PI / 10800 }, { COLUMN_X_MRAD, 0, 1e-3 } };

    int rc = gms_csv_header(&f->csv, f->err, f->err_size);

    if (rc != GMS_OK) {
        return rc;
    }

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (f->csv.column[units[i].x] >= 0
            && f->csv.column[units[i].x + 1] >= 0) {
            string->x = units[i].x;
            string->x_scale_mm = units[i].mm;
            string->angle = units[i].angle;
            string->headed = true;
            return GMS_OK;
        }
    }

    return gms_import_complain(
        f, "the header names no x and y in mm, inch, MOA or mil");
}


/* What an angle spans at the target is 2 d tan(a / 2). */
static int
read_place(
    gms_import_file_t *f, const string_t *string, column_e column, double *mm)
{
    char name[8];
    int  rc;

    snprintf(name, sizeof(name), "%.*s", (int) strcspn(columns[column], "|"),
        columns[column]);
    rc = gms_import_number(f, f->csv.cell[column], name,
        -GMS_IMPORT_PLACE_MM_MAX, GMS_IMPORT_PLACE_MM_MAX, mm);
    if (rc != GMS_OK) {
        return rc;
    }

    *mm *= string->x_scale_mm > 0 ? string->x_scale_mm : string->angle;
    if (string->x_scale_mm == 0) {
        *mm = fabs(*mm) < 1 ? 2000 * string->distance_m * tan(*mm / 2) : NAN;
    }

    return fabs(*mm) <= GMS_IMPORT_PLACE_MM_MAX
        ? GMS_OK
        : gms_import_complain(f, "%s is more than 10 m away", name);
}


/* "1:53.24 pm", "1:53:24 pm", "13:53.24" */
static int
read_time(gms_import_file_t *f, string_t *string, int64_t *real_ns)
{
    const char *text = f->csv.cell[COLUMN_TIME];
    struct tm   tm = string->day;
    char        half[4] = "";
    int         n, size = 0, rc;

    n = text == NULL
        ? 0
        : sscanf(text, "%2d:%2d%*1[:.]%2d%n %3[apmAPM]%n", &tm.tm_hour,
            &tm.tm_min, &tm.tm_sec, &size, half, &size);
    if (n < 3 || text[size] != '\0' || tm.tm_hour < 0 || tm.tm_min < 0
        || tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60
        || tm.tm_hour > (n == 4 ? 12 : 23) || (n == 4 && tm.tm_hour == 0)
        || (n == 4 && strcasecmp(half, "am") != 0
            && strcasecmp(half, "pm") != 0))
    {
        return gms_import_complain(f, "time is none like 1:53.24 pm");
    }
    if (n == 4) {
        tm.tm_hour = tm.tm_hour % 12 + (strcasecmp(half, "pm") == 0 ? 12 : 0);
    }

    rc = gms_import_local(f, &tm, real_ns);
    if (rc == GMS_OK && *real_ns < string->last_ns - SHOTMARKER_HALF_DAY_NS) {
        string->day.tm_mday++;
        *real_ns += 24 * 3600 * GMS_S;
    }

    string->last_ns = *real_ns;
    return rc;
}


/* A number, X or V: the innermost ring; nothing: the place tells. */
static int
read_score(gms_import_file_t *f, gms_import_shot_t *row)
{
    const char *text = f->csv.cell[COLUMN_SCORE];
    int         rc = GMS_OK;

    row->valued = text != NULL && text[0] != '\0';
    if (!row->valued) {
        return GMS_OK;
    }

    row->highest = strcasecmp(text, "X") == 0 || strcasecmp(text, "V") == 0;
    row->shot.inner = row->highest;
    if (!row->highest) {
        rc = gms_import_whole(f, text, "score", 10, &row->shot.ring);
    }

    return rc;
}


/* Words between slashes: this one is of them. */
static bool
is_tagged(const char *tags, const char *word)
{
    size_t size = strlen(word), n;

    while (tags != NULL && *tags != '\0') {
        n = strcspn(tags, "/");
        if (n == size && strncasecmp(tags, word, n) == 0) {
            return true;
        }
        tags += n + (tags[n] == '/');
    }

    return false;
}


/* Those who share a string have one each: "M6 R1, R"; of those before first
 * none goes on, though it be called the same. */
static gms_import_session_t *
session_of(gms_import_file_t *f, const string_t *string, int first)
{
    const char           *id = f->csv.cell[COLUMN_ID];
    gms_import_session_t *s = NULL;
    char title[GMS_IMPORT_TITLE_SIZE], who[4] = "", part[16] = "";
    int  letter = id != NULL ? toupper((unsigned char) id[0]) : 0;

    if (isalpha(letter) && letter != 'S') {
        snprintf(who, sizeof(who), ", %c", letter);
    }

    for (int k = 1; s == NULL || s - f->import->session < first; k++) {
        if (k > 1) {
            snprintf(part, sizeof(part), " (%d)", k);
        }
        snprintf(title, sizeof(title), "%.56s%s%s", string->name, part, who);
        s = gms_import_session(f, title);

        if (s == NULL) {
            return NULL;
        }
    }

    snprintf(s->who, sizeof(s->who), "%s", who);
    return s;
}


static int
read_shot(gms_import_file_t *f, string_t *string, int first)
{
    gms_import_shot_t     row = { .shot = { .confidence = 1, .paper = 1 } };
    gms_import_session_t *s;
    int                   rc;

    gms_csv_take(&f->csv);
    rc = read_place(f, string, string->x, &row.shot.x_mm);
    if (rc == GMS_OK) {
        rc = read_place(f, string, string->x + 1, &row.shot.y_mm);
    }
    if (rc == GMS_OK) {
        rc = read_score(f, &row);
    }
    if (rc == GMS_OK) {
        rc = read_time(f, string, &row.shot.frame_real_ns);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    row.shot.sighter = is_tagged(f->csv.cell[COLUMN_TAGS], "sighter");
    s = session_of(f, string, first);
    if (s == NULL) {
        return GMS_ENOMEM;
    }
    if (s->shots == 0) {
        s->started_ns = row.shot.frame_real_ns;
        s->distance_m = string->distance_m;
    }

    return gms_import_add(f, s, &row);
}


static bool
is_header(const gms_csv_t *csv)
{
    for (int i = 0; i < csv->cells; i++) {
        if (strcasecmp(csv->row[i], "time") == 0) {
            return true;
        }
    }

    return false;
}


int
gms_import_shotmarker(gms_import_file_t *f)
{
    string_t string = { .named = false };
    int      first = 0, rc = 1;

    f->csv.want = columns;
    f->csv.wanted = COLUMNS;
    f->csv.needed = COLUMNS_NEEDED;
    f->csv.loose = true;

    while (rc == 1) {
        if (is_none(&f->csv) || gms_import_is_shotmarker(&f->csv)
            || strncmp(f->csv.row[0], "Exported ", 9) == 0)
        {
            rc = GMS_OK;
        } else if (is_header(&f->csv)) {
            rc = read_columns(f, &string);
        } else if (f->csv.row[0][0] != '\0') {
            rc = read_string(f, &string);
            first = f->import->sessions;
        } else if (!string.named || !string.headed) {
            rc = gms_import_complain(
                f, "a shot comes before the line of its string");
        } else {
            rc = read_shot(f, &string, first);
        }
        if (rc == GMS_OK) {
            rc = gms_csv_line(&f->csv, f->err, f->err_size);
        }
    }

    return rc;
}
