/*
 * accuracy: shoots at simulated cards in one condition after the other and
 * measures what the detector makes of it.  See docs/accuracy.md.
 */

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "table.h"
#include "trace.h"
#include "ipc/error.h"
#include "ipc/unit.h"
#include "worker/library/library.h"

#define JOBS_MAX 64
#define TARGETS_MAX 16
#define SHOTS_MAX 100000

/* Pictures that --dump keeps around a miss or a false report, from the one
 * that shows the shot first. */
static const int dump_at[] = { -2, -1, 0, 1, 2, 5, 10, 20 };

#define DUMP_AT ((int) (sizeof(dump_at) / sizeof(dump_at[0])))

static const char help[] =
    "usage: accuracy [--rows a,b|all] [--shots N] [--seeds A..B]\n"
    "       [--target NAME ...] [--caliber 4.5mm] [--targets FILE]\n"
    "       [--per-scene N] [--jobs N] [--no-naive] [--list-misses]\n"
    "       [--no-traces] [--json FILE] [--dump DIR] [--list] [--help]\n"
    "\n"
    "Plays simulated shootings through calibration and detector and prints\n"
    "recall, precision, errors of place, latency and time for each condition.\n"
    "\n"
    "  --rows a,b        conditions; --list names them (all)\n"
    "  --shots N         at least so many a row (60)\n"
    "  --seeds A..B      a scene each; those below 1000 are for development,\n"
    "                    published figures use 5000 and more (1..999)\n"
    "  --target NAME     this face alone; again for more\n"
    "  --caliber C       this caliber alone, with its unit\n"
    "  --per-scene N     shots at one card (12)\n"
    "  --jobs N          scenes at a time (1)\n"
    "  --no-naive        leave out the naive detector\n"
    "  --no-traces       do not look which missed shots the codec swallowed\n"
    "  --list-misses     print every miss and false report\n"
    "  --json FILE       all figures, misses and false reports; written anew\n"
    "                    after each scene\n"
    "  --dump DIR        keep the pictures around misses and false reports\n";

typedef struct {
    const char   *rows;
    int           shots;
    int           per_scene;
    uint64_t      seed_from;
    uint64_t      seed_to;
    const char   *target[TARGETS_MAX];
    int           targets;
    double        caliber_mm;
    const char   *library_file;
    int           jobs;
    bool          naive;
    bool          traces;
    bool          list_misses;
    const char   *json;
    const char   *dump;
    gms_library_t library;
} bench_t;

typedef struct {
    bench_scene_t     scene;
    const gms_face_t *face;
    FILE             *out;
    pid_t             pid;
} job_t;


static int
complain(const char *what)
{
    fprintf(stderr, "accuracy: %s\n", what);

    return 1;
}


/* The process of one scene.  2: the simulation cannot do it. */
static int
job_run(const bench_t *b, const job_t *job)
{
    int            rc;
    char           err[400];
    bench_result_t result;

    rc = bench_scene_play(
        &job->scene, job->face, b->naive, NULL, &result, err, sizeof(err));
    if (rc != GMS_OK) {
        fprintf(job->out, "%s", err);
        fflush(job->out);
        bench_result_free(&result);
        return rc == GMS_EINVALID ? 2 : 1;
    }
    rc = bench_result_write(&result, job->out);
    bench_result_free(&result);

    return rc == GMS_OK ? 0 : 1;
}


static int
job_start(const bench_t *b, job_t *job)
{
    job->out = tmpfile();
    if (job->out == NULL) {
        return complain("no room for a temporary file");
    }
    fflush(NULL);
    job->pid = fork();
    if (job->pid == -1) {
        fclose(job->out);
        return complain("cannot fork");
    }
    if (job->pid == 0) {
        _exit(job_run(b, job));
    }

    return 0;
}


/* 0: in the tally, 2: the simulation cannot do this row, 1: broken. */
static int
job_end(job_t *job, bench_tally_t *tally, char *why, size_t why_size)
{
    int            status = 0, rc = 1;
    size_t         n;
    bench_result_t result;

    while (waitpid(job->pid, &status, 0) == -1 && errno == EINTR) {
        continue;
    }
    rewind(job->out);

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        rc = bench_result_read(&result, job->out) == GMS_OK
                && bench_tally_add(tally, &job->scene, job->face, &result)
                    == GMS_OK
            ? 0
            : 1;
        if (!result.calibrated) {
            fprintf(stderr, "accuracy: seed %llu: no calibration: %s\n",
                (unsigned long long) job->scene.seed, result.why);
        }
        bench_result_free(&result);
    } else if (WIFEXITED(status)) {
        rc = WEXITSTATUS(status);
        n = fread(why, 1, why_size - 1, job->out);
        why[n] = '\0';
    } else {
        snprintf(why, why_size, "died of signal %d", WTERMSIG(status));
    }
    fclose(job->out);

    return rc;
}


static bool
next_scene(const bench_t *b, const bench_row_t *row, int k, job_t *job)
{
    char        err[300];
    uint64_t    seed = b->seed_from + (uint64_t) k;
    const char *target =
        b->targets > 0 ? b->target[seed % (uint64_t) b->targets] : NULL;

    if (seed > b->seed_to
        || !bench_row_scene(
            row, seed, b->per_scene, target, b->caliber_mm, &job->scene))
    {
        return false;
    }
    job->face =
        gms_library_find(&b->library, job->scene.target, err, sizeof(err));

    return job->face != NULL;
}


/* Written beside the file and renamed, as a run may end at any moment.  The
 * last row is "playing" until all of its scenes are in it. */
static int
write_json(const bench_t *b, cJSON *rows, bool playing)
{
    FILE  *out;
    cJSON *json = cJSON_CreateObject();
    char  *text, name[PATH_MAX];
    bool   ok = snprintf(name, sizeof(name), "%s.new", b->json) < PATH_MAX;

    cJSON_AddNumberToObject(json, "seed_from", (double) b->seed_from);
    cJSON_AddNumberToObject(json, "seed_to", (double) b->seed_to);
    cJSON_AddBoolToObject(json, "playing", playing);
    cJSON_AddItemReferenceToObject(json, "rows", rows);
    text = cJSON_Print(json);
    cJSON_Delete(json);
    out = ok && text != NULL ? fopen(name, "we") : NULL;
    ok = out != NULL && fputs(text, out) >= 0 && fputc('\n', out) != EOF;
    free(text);
    ok = out != NULL && fclose(out) == 0 && ok;

    return ok && rename(name, b->json) == 0
        ? 0
        : complain("the JSON cannot be written");
}


/* The row as far as it was played, in place of what stood there before. */
static int
keep_row(const bench_t *b, cJSON *rows, const bench_row_t *row,
    bench_tally_t *tally, const char *why, bool playing)
{
    int          last = cJSON_GetArraySize(rows) - 1;
    const cJSON *name =
        cJSON_GetObjectItem(cJSON_GetArrayItem(rows, last), "row");

    if (rows == NULL) {
        return 0;
    }
    if (name != NULL && strcmp(name->valuestring, row->name) == 0) {
        cJSON_DeleteItemFromArray(rows, last);
    }
    bench_table_add(rows, row, tally, why);

    return write_json(b, rows, playing);
}


/* 0, 2: not available, 1: broken. */
static int
run_row(const bench_t *b, const bench_row_t *row, cJSON *rows,
    bench_tally_t *tally, char *why, size_t why_size)
{
    int    k = 0, started, rc = 0, end;
    job_t *job = calloc((size_t) b->jobs, sizeof(job_t));

    if (job == NULL) {
        return complain("no memory");
    }
    do {
        for (started = 0; rc == 0 && started < b->jobs
             && tally->shots + started * b->per_scene < b->shots
             && next_scene(b, row, k, &job[started]);
             k++)
        {
            rc = job_start(b, &job[started]);
            started += rc == 0;
        }
        for (int i = 0; i < started; i++) {
            end = job_end(&job[i], tally, why, why_size);
            rc = rc == 0 ? end : rc;
        }
        if (rc == 0 && started > 0) {
            rc = keep_row(b, rows, row, tally, why, true);
        }
    } while (rc == 0 && started > 0);
    free(job);

    if (k == 0) {
        snprintf(why, why_size, "no face fits");
        return 2;
    }
    if (rc == 1) {
        fprintf(stderr, "accuracy: %s, seed %llu: %s\n", row->name,
            (unsigned long long) b->seed_from + (unsigned) k - 1, why);
    }

    return rc;
}


/* Plays a scene with something odd again and keeps its pictures. */
static int
dump_scene(const bench_t *b, const bench_row_t *row, const cJSON *odd, int k)
{
    int            rc, n = 0;
    char           name[100], err[400] = "";
    uint64_t       frame[DUMP_AT];
    double         at = cJSON_GetObjectItem(odd, "frame")->valuedouble;
    job_t          job;
    bench_dump_t   dump = { .dir = b->dump, .name = name, .frame = frame };
    bench_result_t result;

    for (int i = 0; i < DUMP_AT; i++) {
        if (at + dump_at[i] >= 0) {
            frame[n++] = (uint64_t) (at + dump_at[i]);
        }
    }
    dump.n = n;
    snprintf(name, sizeof(name), "%s-%.0f-%s-%.0f", row->name,
        cJSON_GetObjectItem(odd, "seed")->valuedouble,
        cJSON_GetObjectItem(odd, "what")->valuestring,
        cJSON_GetObjectItem(odd, "n")->valuedouble);
    if (!next_scene(b, row, k, &job)) {
        return complain("a scene cannot be played again");
    }
    rc = bench_scene_play(
        &job.scene, job.face, false, &dump, &result, err, sizeof(err));
    bench_result_free(&result);

    return rc == GMS_OK ? 0 : complain(err);
}


static int
dump_row(const bench_t *b, const bench_row_t *row, const bench_tally_t *t)
{
    int          rc = 0;
    const cJSON *odd;

    cJSON_ArrayForEach(odd, t->odd)
    {
        double seed = cJSON_GetObjectItem(odd, "seed")->valuedouble;

        rc = rc == 0
            ? dump_scene(b, row, odd, (int) ((uint64_t) seed - b->seed_from))
            : rc;
    }

    return rc;
}


/* Which of the missed shots left nothing in the compressed pictures? */
static int
trace_row(const bench_t *b, const bench_row_t *row, bench_tally_t *t)
{
    int    rc;
    cJSON *odd;
    double snr;
    job_t  job;
    char   err[400] = "";

    cJSON_ArrayForEach(odd, t->odd)
    {
        double seed = cJSON_GetObjectItem(odd, "seed")->valuedouble;

        if (strcmp(cJSON_GetObjectItem(odd, "what")->valuestring, "missed") != 0
            || !next_scene(
                b, row, (int) ((uint64_t) seed - b->seed_from), &job))
        {
            continue;
        }
        rc = bench_trace(&job.scene, job.face,
            (int) cJSON_GetObjectItem(odd, "n")->valuedouble, &snr, err,
            sizeof(err));
        if (rc != GMS_OK) {
            return complain(err[0] != '\0' ? err : gms_strerror(rc));
        }
        t->traceless += snr < BENCH_TRACE_LEAST;
        cJSON_AddNumberToObject(odd, "trace", fmin(snr, 1e6));
    }

    return 0;
}


static int
one_row(const bench_t *b, const bench_row_t *row, cJSON *rows)
{
    int           rc;
    char          why[400] = "";
    bench_tally_t tally;

    if (bench_tally_init(&tally) != GMS_OK) {
        return complain("no memory");
    }
    rc = run_row(b, row, rows, &tally, why, sizeof(why));
    if (rc == 2) {
        printf("%-11s not available yet: %.*s\n", row->name,
            (int) strcspn(why, ";"), why);
        fflush(stdout);
        rc = 0;
    }
    if (rc == 0 && why[0] == '\0' && row->mbit > 0 && b->traces) {
        rc = trace_row(b, row, &tally);
    }
    if (rc == 0 && why[0] == '\0') {
        bench_table_row(row, &tally, b->naive);
        if (b->list_misses) {
            bench_table_odd(&tally);
        }
        rc = b->dump != NULL ? dump_row(b, row, &tally) : 0;
    }
    if (rc == 0) {
        rc = keep_row(b, rows, row, &tally, why, false);
    }
    bench_tally_free(&tally);

    return rc;
}


static bool
is_wanted(const bench_t *b, const char *name)
{
    size_t      n = strlen(name);
    const char *at = b->rows;

    if (strcmp(b->rows, "all") == 0) {
        return true;
    }
    while ((at = strstr(at, name)) != NULL) {
        if ((at == b->rows || at[-1] == ',') && (at[n] == ',' || at[n] == 0)) {
            return true;
        }
        at++;
    }

    return false;
}


static int
all_rows(const bench_t *b)
{
    int    rc = 0;
    cJSON *rows = b->json != NULL ? cJSON_CreateArray() : NULL;

    bench_table_head();
    for (const bench_row_t *row = bench_rows; rc == 0 && row->name; row++) {
        if (is_wanted(b, row->name)) {
            rc = one_row(b, row, rows);
        }
    }
    cJSON_Delete(rows);

    return rc;
}


static int
usage(const char *what)
{
    if (what[0] != '\0') {
        fprintf(stderr, "accuracy: %s\n", what);
    }
    fputs(help, stderr);

    return 2;
}


static bool
read_count(const char *text, int most, int *value)
{
    char *end;
    long  v;

    errno = 0;
    v = strtol(text, &end, 10);
    *value = (int) v;

    return errno == 0 && end != text && *end == '\0' && v >= 1 && v <= most;
}


static bool
read_seeds(bench_t *b, const char *text)
{
    char *end;

    errno = 0;
    b->seed_from = strtoull(text, &end, 10);
    b->seed_to = b->seed_from;
    if (strncmp(end, "..", 2) == 0) {
        b->seed_to = strtoull(end + 2, &end, 10);
    }

    return errno == 0 && *end == '\0' && b->seed_to >= b->seed_from
        && b->seed_to < UINT64_C(1000000000000);
}


static bool
read_caliber(bench_t *b, const char *text, char *err, size_t size)
{
    int64_t micro;

    if (gms_unit_parse(GMS_UNIT_LENGTH, text, GMS_MICRO / 10, 20 * GMS_MICRO,
            &micro, err, size)
        != GMS_OK)
    {
        return false;
    }
    b->caliber_mm = (double) micro / (double) GMS_MICRO;

    return true;
}


static bool
rows_exist(const bench_t *b, char *err, size_t size)
{
    char  copy[1000], *save = NULL;
    char *name;

    if (strcmp(b->rows, "all") == 0) {
        return true;
    }
    snprintf(copy, sizeof(copy), "%s", b->rows);
    for (name = strtok_r(copy, ",", &save); name != NULL;
         name = strtok_r(NULL, ",", &save))
    {
        if (bench_row_find(name) == NULL) {
            snprintf(err, size, "no row %s; --list names them", name);
            return false;
        }
    }

    return true;
}


static int
list_rows(void)
{
    for (const bench_row_t *row = bench_rows; row->name != NULL; row++) {
        printf("%-12s %-8s recall %.3f precision %.3f  %s\n", row->name,
            row->group, row->recall, row->precision, row->options);
    }

    return 0;
}


static int
run(bench_t *b)
{
    int  rc;
    char err[500];

    if (!rows_exist(b, err, sizeof(err))) {
        return usage(err);
    }
    if (b->dump != NULL && mkdir(b->dump, 0777) != 0 && errno != EEXIST) {
        return complain("the folder for pictures cannot be made");
    }
    if (gms_library_load(&b->library, b->library_file, err, sizeof(err))
        != GMS_OK) {
        return complain(err);
    }
    rc = all_rows(b);
    gms_library_free(&b->library);

    return rc;
}


static const struct option options[] = {
    { "rows", required_argument, NULL, 'r' },
    { "shots", required_argument, NULL, 'n' },
    { "seeds", required_argument, NULL, 's' },
    { "target", required_argument, NULL, 't' },
    { "caliber", required_argument, NULL, 'c' },
    { "targets", required_argument, NULL, 'f' },
    { "per-scene", required_argument, NULL, 'p' },
    { "jobs", required_argument, NULL, 'j' },
    { "no-naive", no_argument, NULL, 'N' },
    { "no-traces", no_argument, NULL, 'T' },
    { "list-misses", no_argument, NULL, 'm' },
    { "json", required_argument, NULL, 'o' },
    { "dump", required_argument, NULL, 'd' },
    { "list", no_argument, NULL, 'l' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};


/* An option that is text alone. */
static const char **
text_option(bench_t *b, int c)
{
    switch (c) {
    case 'r':
        return &b->rows;
    case 'f':
        return &b->library_file;
    case 'o':
        return &b->json;
    case 'd':
        return &b->dump;
    default:
        return b->targets < TARGETS_MAX ? &b->target[b->targets++] : NULL;
    }
}


static bool
value_option(bench_t *b, int c, const char *value, char *err, size_t size)
{
    const char **text;

    snprintf(err, size, "%s is out of place", value);
    switch (c) {
    case 'n':
        return read_count(value, SHOTS_MAX, &b->shots);
    case 'p':
        return read_count(value, 100, &b->per_scene);
    case 'j':
        return read_count(value, JOBS_MAX, &b->jobs);
    case 's':
        return read_seeds(b, value);
    case 'c':
        return read_caliber(b, value, err, size);
    default:
        text = text_option(b, c);
        if (text != NULL) {
            *text = value;
        }
        return text != NULL;
    }
}


int
main(int argc, char **argv)
{
    int     c;
    char    err[400];
    bench_t b = { .rows = "all",
        .shots = 60,
        .per_scene = 12,
        .seed_from = 1,
        .seed_to = 999,
        .jobs = 1,
        .naive = true,
        .traces = true };

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'N':
            b.naive = false;
            break;
        case 'T':
            b.traces = false;
            break;
        case 'm':
            b.list_misses = true;
            break;
        case 'l':
            return list_rows();
        case 'h':
            fputs(help, stdout);
            return 0;
        case '?':
            return usage("");
        default:
            if (!value_option(&b, c, optarg, err, sizeof(err))) {
                return usage(err);
            }
        }
    }

    return argc == optind ? run(&b) : usage("nothing but options");
}
