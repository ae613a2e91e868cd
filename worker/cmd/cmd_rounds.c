/* gmshoot rounds: into which rounds shots fall, by their times. */

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "../library/courses.h"
#include "../base/csv.h"
#include "cmd.h"
#include "../session/rounds.h"

#define TIME_MAX_S 1e9
#define SHOTS_MAX 100000 /* of a course */
#define TEXT_SIZE 64
#define HELD_MAX 2 /* shots whose round a later one may decide */

static const char help[] =
    "usage: gmshoot rounds [OPTIONS] [FILE.csv]\n"
    "\n"
    "Reads times of shots in seconds, one a line, rising, from FILE.csv or\n"
    "standard input, and writes seconds,round; of a course of fire also the\n"
    "stage and its string.  With a header the column seconds, or t_s, is\n"
    "read and all others ignored.\n"
    "\n"
    "By their times:\n"
    "\n"
    "  --alpha A    weight of a new gap in the moving average (0.3)\n"
    "  --high H     a pause above H averages may end a round (4)\n"
    "  --low L      a next gap under L averages confirms it (2)\n"
    "  --floor T    no shorter pause ends a round (8s)\n"
    "  --stop T     a longer pause always does (300s)\n"
    "  --shots N    a round has N shots at most (by time alone)\n"
    "\n"
    "By the course that was shot:\n"
    "\n"
    "  --course NAME    its strings and series one after the other\n"
    "  --sighters N     so many were sighters (what the course leaves over)\n"
    "  --courses FILE   the courses; else $GMSHOOT_COURSES, "
    "conf/courses.conf,\n"
    "                   or the installed ones\n"
    "  --targets FILE   the target library that they name faces of\n";

typedef struct {
    gms_rounds_rule_t rule;
    gms_rounds_t      rounds;
    unsigned          round;
    unsigned          of[HELD_MAX]; /* rounds of the shots not yet written */
    char              text[HELD_MAX][TEXT_SIZE];
    int               held;
    double            last_s;
} replay_t;

typedef struct {
    char   text[TEXT_SIZE];
    double t_s;
} row_t;

/* A course, shot by shot, as its commands would have followed the shots. */
typedef struct {
    const gms_course_t *course;
    gms_course_at_t     at;
    int                 sighters; /* still to come; -1: not known yet */
    int                 left;     /* of the string; -1: any number */
    int                 string;   /* shots of it so far */
    double              first_s;  /* its first one: START came before */
    int                 series;   /* shots of the open round */
    unsigned            round;
    row_t              *row; /* of each shot; owned */
    int                 shots;
} walk_t;

typedef struct {
    replay_t    replay;
    const char *course;
    const char *courses;
    const char *targets;
    int         sighters; /* -1: not said */
    bool        ruled;    /* times were spoken of */
} options_t;


static void
write_first(replay_t *p)
{
    printf("%s,%u\n", p->text[0], p->of[0]);
    memmove(p->text[0], p->text[1], sizeof(p->text[0]) * (HELD_MAX - 1));
    memmove(p->of, p->of + 1, sizeof(p->of[0]) * (HELD_MAX - 1));
    p->held--;
}


/* The time of a shot, not before the last one's. */
static int
take_time(const gms_csv_t *csv, bool first, double *last_s, char *err,
    size_t err_size)
{
    double t_s;
    int    rc = gms_csv_number(csv, 0, TIME_MAX_S, &t_s, err, err_size);

    if (rc == GMS_OK && !first && t_s < *last_s) {
        return gms_csv_complain(
            csv, "earlier than the line before", err, err_size);
    }
    *last_s = t_s;
    return rc;
}


/* A shot may belong to another round once the next one is known: each is held
 * back until then. */
static int
take_row(replay_t *p, const gms_csv_t *csv, char *err, size_t err_size)
{
    int fresh, rc = take_time(csv, p->round == 0, &p->last_s, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }
    if (p->held == HELD_MAX) {
        write_first(p);
    }
    snprintf(p->text[p->held], TEXT_SIZE, "%.60s", csv->cell[0]);
    p->held++;
    fresh = gms_rounds_shot(&p->rounds, &p->rule, p->last_s);
    p->round += fresh > 0;
    p->of[p->held - 1] = p->round;
    for (int i = 1; i < fresh; i++) {
        p->of[p->held - 1 - i] = p->round;
    }
    return GMS_OK;
}


static int
by_time(replay_t *p, gms_csv_t *csv, char *err, size_t err_size)
{
    int rc;

    puts("seconds,round");
    while ((rc = gms_csv_next(csv, err, err_size)) > 0) {
        rc = take_row(p, csv, err, err_size);
        if (rc != GMS_OK) {
            break;
        }
    }
    while (p->held > 0) {
        write_first(p);
    }
    return rc;
}


/* How many there are is known at the end alone. */
static int
keep_row(
    walk_t *w, const gms_csv_t *csv, double *last_s, char *err, size_t err_size)
{
    void *more;
    int   rc = take_time(csv, w->shots == 0, last_s, err, err_size);

    if (rc != GMS_OK) {
        return rc;
    }
    if (w->shots == SHOTS_MAX) {
        return gms_csv_complain(csv, "too many shots", err, err_size);
    }
    if ((w->shots & (w->shots - 1)) == 0) { /* a power of two is full */
        more = realloc(w->row, 2 * ((size_t) w->shots + 1) * sizeof(*w->row));
        if (more == NULL) {
            snprintf(err, err_size, "out of memory");
            return GMS_ENOMEM;
        }
        w->row = more;
    }
    snprintf(w->row[w->shots].text, TEXT_SIZE, "%.60s", csv->cell[0]);
    w->row[w->shots++].t_s = *last_s;
    return GMS_OK;
}


/* Sighters are what is more than the record takes. */
static int
left_over(const gms_course_t *course, int shots)
{
    const gms_course_stage_t *stage;

    for (int i = 0; i < course->stages; i++) {
        stage = &course->stage[i];
        if (!stage->sighters) {
            shots -= stage->shots > 0 ? stage->strings * stage->shots : shots;
        }
    }
    return shots > 0 ? shots : 0;
}


/* To START of the next string that is shot; false: there is none. */
static bool
begin_string(walk_t *w)
{
    const gms_course_stage_t *stage;

    while (gms_course_next(w->course, &w->at) != GMS_COURSE_NOTHING) {
        gms_course_step(w->course, &w->at);
        if (w->at.command != GMS_COURSE_START) {
            continue;
        }
        stage = &w->course->stage[w->at.stage];
        w->left = stage->shots > 0 ? stage->shots : -1;
        if (stage->sighters) {
            if (w->left < 0 || w->left > w->sighters) {
                w->left = w->sighters;
            }
            w->sighters -= w->left;
        }
        if (w->left != 0) {
            w->series = 0;
            w->string = 0;
            return true;
        }
    }
    return false;
}


/* Too late for its string, even if START came with the string's first shot?
 * Sighters are as many as they are. */
static bool
is_late(const walk_t *w, double t_s)
{
    const gms_course_stage_t *stage = &w->course->stage[w->at.stage];
    gms_course_shot_t         shot = {
                .started = true,
                .start_s = stage->prepare_s + t_s - w->first_s,
                .stop_s = -1,
                .before = w->string,
    };

    return w->string > 0 && !stage->sighters
        && gms_course_window(w->course, &w->at, &shot) == GMS_WINDOW_LATE;
}


/* The next shot; false: the course is over. */
static bool
step(walk_t *w, double t_s)
{
    int length;

    if ((w->left == 0 || is_late(w, t_s)) && !begin_string(w)) {
        return false;
    }
    length = gms_course_series(&w->course->stage[w->at.stage]);
    if (w->series == 0 || w->series == length) {
        w->round++;
        w->series = 0;
    }
    if (w->string++ == 0) {
        w->first_s = t_s;
    }
    w->series++;
    w->left -= w->left > 0;
    return true;
}


/* Quoted, as a name may hold anything. */
static void
write_name(const char *name)
{
    putchar('"');
    for (; *name != '\0'; name++) {
        if (*name == '"') {
            putchar('"');
        }
        putchar(*name);
    }
    putchar('"');
}


static int
by_course(walk_t *w, gms_csv_t *csv, char *err, size_t err_size)
{
    double last_s = 0;
    int    rc;

    while ((rc = gms_csv_next(csv, err, err_size)) > 0) {
        rc = keep_row(w, csv, &last_s, err, err_size);
        if (rc != GMS_OK) {
            return rc;
        }
    }
    if (w->sighters < 0) {
        w->sighters = left_over(w->course, w->shots);
    }
    puts("seconds,round,stage,string");
    for (int i = 0; rc == GMS_OK && i < w->shots; i++) {
        if (!step(w, w->row[i].t_s)) {
            snprintf(err, err_size,
                "shot %d is one more than the course takes, or too late for it",
                i + 1);
            return GMS_EINVALID;
        }
        printf("%s,%u,", w->row[i].text, w->round);
        write_name(w->course->stage[w->at.stage].name);
        printf(",%d\n", w->at.string + 1);
    }
    return rc;
}


static int
run(options_t *o, const gms_course_t *course, const char *file)
{
    static const char *const want[] = { "seconds|t_s" };

    int       rc;
    char      err[512];
    gms_csv_t csv;
    walk_t    w = { .course = course, .sighters = o->sighters };

    rc = gms_csv_open(&csv, file, want, 1, 1, err, sizeof(err));
    if (rc == GMS_OK) {
        rc = course != NULL ? by_course(&w, &csv, err, sizeof(err))
                            : by_time(&o->replay, &csv, err, sizeof(err));
        gms_csv_close(&csv);
    }
    free(w.row);
    if (rc != GMS_OK) {
        fprintf(stderr, "gmshoot rounds: %s\n", err);
        return 1;
    }
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}


/* By the course that is named, or by times. */
static int
run_named(options_t *o, const char *file)
{
    const gms_course_t *course = NULL;
    gms_courses_t       courses;
    char                err[512];
    int                 rc;

    if (o->course == NULL) {
        return run(o, NULL, file);
    }
    rc = gms_courses_load(&courses, o->courses, o->targets, err, sizeof(err));
    if (rc == GMS_OK) {
        course = gms_courses_find(&courses, o->course, err, sizeof(err));
    }
    if (course != NULL && course->stages == 0) {
        snprintf(err, sizeof(err), "%s has no stages", course->name);
        course = NULL;
    }
    if (course == NULL) {
        fprintf(stderr, "gmshoot rounds: %s\n", err);
    }
    rc = course != NULL ? run(o, course, file) : 1;
    gms_courses_free(&courses);
    return rc;
}


/* An option that is a quantity, from min to max. */
static bool
take_quantity(const char *name, gms_unit_e unit, const char *text, double min,
    double max, double *value)
{
    char    err[512];
    int64_t micro;

    if (gms_unit_parse(unit, text, (int64_t) (min * (double) GMS_MICRO),
            (int64_t) (max * (double) GMS_MICRO), &micro, err, sizeof(err))
        != GMS_OK)
    {
        fprintf(stderr, "gmshoot rounds: --%s %s\n", name, err);
        return false;
    }
    *value = (double) micro / (double) GMS_MICRO;
    return true;
}


static bool
take_count(const char *name, const char *text, int least, int most, int *value)
{
    char err[512];

    if (gms_unit_integer(text, least, most, value, err, sizeof(err)) == GMS_OK)
    {
        return true;
    }
    fprintf(stderr, "gmshoot rounds: --%s %s\n", name, err);
    return false;
}


static bool
take_rule(gms_rounds_rule_t *rule, int c, const char *text)
{
    switch (c) {
    case 'a':
        return take_quantity(
            "alpha", GMS_UNIT_NUMBER, text, 0.01, 1, &rule->alpha);
    case 'H':
        return take_quantity(
            "high", GMS_UNIT_NUMBER, text, 1.1, 100, &rule->high);
    case 'l':
        return take_quantity("low", GMS_UNIT_NUMBER, text, 1, 100, &rule->low);
    case 'f':
        return take_quantity(
            "floor", GMS_UNIT_DURATION, text, 0, 3600, &rule->floor_s);
    case 's':
        return take_quantity(
            "stop", GMS_UNIT_DURATION, text, 1, 86400, &rule->stop_s);
    default:
        return take_count("shots", text, 1, 1000, &rule->shots);
    }
}


static bool
take_option(options_t *o, int c, const char *text)
{
    switch (c) {
    case 'c':
        o->course = text;
        return true;
    case 'C':
        o->courses = text;
        return true;
    case 't':
        o->targets = text;
        return true;
    case 'S':
        return take_count("sighters", text, 0, SHOTS_MAX, &o->sighters);
    case '?':
        fputs(help, stderr);
        return false;
    default:
        o->ruled = true;
        return take_rule(&o->replay.rule, c, text);
    }
}


/* What cannot be meant together; true: all is well. */
static bool
agrees(const options_t *o)
{
    const char *wrong = NULL;

    if (o->replay.rule.low > o->replay.rule.high) {
        wrong = "--low above --high";
    } else if (o->course != NULL && o->ruled) {
        wrong = "a course asks for no times: --course alone";
    } else if (o->course == NULL
        && (o->sighters >= 0 || o->courses != NULL || o->targets != NULL))
    {
        wrong = "--sighters, --courses and --targets go with --course";
    }
    if (wrong != NULL) {
        fprintf(stderr, "gmshoot rounds: %s\n", wrong);
    }
    return wrong == NULL;
}


int
gms_cmd_rounds(int argc, char **argv)
{
    static const struct option options[] = {
        { "alpha", required_argument, NULL, 'a' },
        { "high", required_argument, NULL, 'H' },
        { "low", required_argument, NULL, 'l' },
        { "floor", required_argument, NULL, 'f' },
        { "stop", required_argument, NULL, 's' },
        { "shots", required_argument, NULL, 'n' },
        { "course", required_argument, NULL, 'c' },
        { "sighters", required_argument, NULL, 'S' },
        { "courses", required_argument, NULL, 'C' },
        { "targets", required_argument, NULL, 't' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int       c;
    options_t o = { .replay.rule = gms_rounds_usual, .sighters = -1 };

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (!take_option(&o, c, optarg)) {
            return 2;
        }
    }
    if (argc - optind > 1) {
        fputs(help, stderr);
        return 2;
    }
    return agrees(&o) ? run_named(&o, argv[optind]) : 2;
}
