/*
 * uncertainty: many shots in groups of conditions, and whether the lane knew
 * how sure it may be of each.  See docs/accuracy.md.
 */

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"
#include "ipc/error.h"
#include "worker/library/library.h"

#define ROWS_MAX 16
#define SHOTS_MAX 100000

/* At one card: few enough that most holes lie alone. */
#define PER_SCENE 20

typedef struct {
    const char *name;
    const char *row[ROWS_MAX + 1]; /* ends with NULL */
    const char *options;           /* beyond the row's; may be NULL */
} group_t;

static const group_t groups[] = {
    { .name = "steady",
        .row = { "clean", "flicker", "drift", "shake", "recoil", "shadow",
            "hand", "defocus", "grey", "white", "dark", NULL } },
    { .name = "ip", .row = { "ip-0.5M", "ip-1M", "ip-2M", NULL } },
    { .name = "wind", .row = { "sway", NULL } },
    { .name = "noisy", .row = { "noisy", NULL } },
    { .name = "ragged", .row = { "clean", NULL }, .options = "tears=ragged" },
    { .name = "insects", .row = { "everything", "insects", NULL } },
    { .name = "small", .row = { "small", NULL } },
    { .name = "pairs", .row = { "pair-70", "pair-80", NULL } },
    { .name = "near", .row = { "pair-85", "pair-90", "pair-95", NULL } },
};

static const char help[] =
    "usage: uncertainty [--groups a,b|all] [--shots N] [--seeds A..B]\n"
    "       [--json FILE] [--help]\n"
    "\n"
    "Shoots in groups of conditions and prints how many ellipses of 95 % hold\n"
    "the truth, which wrong values were marked near_line, which second shots\n"
    "in an older hole were told, and how many candidates of some confidence\n"
    "were shots.\n"
    "\n"
    "  --groups a,b      steady, ip, wind, noisy, ragged, insects, small,\n"
    "                    pairs, near (all)\n"
    "  --shots N         at least so many on paper and in the black (60)\n"
    "  --seeds A..B      each is one scene of each row (1..999)\n"
    "  --json FILE       all figures\n";

typedef struct {
    const char   *groups;
    const char   *json;
    int           shots;
    uint64_t      seed_from;
    uint64_t      seed_to;
    gms_library_t library;
} run_t;


static int
complain(const char *what)
{
    fprintf(stderr, "uncertainty: %s\n", what);

    return 1;
}


static void
swap(char *text, const char *from, const char *to)
{
    char *at = strstr(text, from);

    if (at != NULL) {
        memcpy(at, to, strlen(to));
    }
}


/* Shots that fall faster, and no more pictures of them than it needs. */
static void
hurry(const bench_row_t *row, bench_scene_t *scene)
{
    swap(scene->camera, "interval=1.6", "interval=0.5");
    if (row->mbit <= 0) {
        swap(scene->camera, "fps=30", "fps=15");
    }
}


static int
one_scene(const run_t *run, const bench_row_t *row, const char *options,
    uint64_t seed, bench_tally_t *tally)
{
    int               rc;
    char              err[400] = "";
    bench_scene_t     scene;
    bench_result_t    result;
    const gms_face_t *face;

    if (!bench_row_scene(row, seed, PER_SCENE, NULL, 0, &scene)) {
        return complain("no face fits");
    }
    hurry(row, &scene);
    if (options != NULL) {
        size_t used = strlen(scene.camera);

        snprintf(
            scene.camera + used, sizeof(scene.camera) - used, " %s", options);
    }
    face = gms_library_find(&run->library, scene.target, err, sizeof(err));
    if (face == NULL) {
        return complain(err);
    }
    rc = bench_scene_play(&scene, face, false, NULL, &result, err, sizeof(err));
    if (rc != GMS_OK) {
        fprintf(stderr, "uncertainty: %s, seed %llu: %s\n", row->name,
            (unsigned long long) seed, err);
    } else {
        rc = bench_tally_add(tally, &scene, face, &result);
    }
    bench_result_free(&result);

    return rc == GMS_OK ? 0 : 1;
}


static bool
is_enough(const run_t *run, const bench_tally_t *t)
{
    return t->certain.known[BENCH_PAPER] >= run->shots
        && t->certain.known[BENCH_BLACK] >= run->shots;
}


static int
one_group(const run_t *run, const group_t *group, cJSON *list)
{
    int           rc = 0;
    cJSON        *json;
    bench_tally_t tally;

    if (bench_tally_init(&tally) != GMS_OK) {
        return complain("no memory");
    }
    for (uint64_t seed = run->seed_from;
         rc == 0 && seed <= run->seed_to && !is_enough(run, &tally); seed++)
    {
        for (int i = 0; rc == 0 && group->row[i] != NULL; i++) {
            rc = one_scene(run, bench_row_find(group->row[i]), group->options,
                seed, &tally);
        }
    }
    if (rc == 0) {
        printf("%-11s %d shots, recall %.3f, precision %.3f\n", group->name,
            tally.shots, bench_share(tally.found, tally.shots),
            bench_share(tally.found, tally.found + tally.false_n));
        bench_certain_print(&tally.certain, "");
        if (!is_enough(run, &tally)) {
            printf(
                "%-11s the seeds ended before %d on paper and in the black\n",
                "", run->shots);
        }
        fflush(stdout);
    }
    if (rc == 0 && list != NULL) {
        json = cJSON_CreateObject();
        cJSON_AddItemToArray(list, json);
        cJSON_AddStringToObject(json, "group", group->name);
        cJSON_AddNumberToObject(json, "shots", tally.shots);
        bench_certain_json(&tally.certain, json);
    }
    bench_tally_free(&tally);

    return rc;
}


static bool
is_wanted(const run_t *run, const char *name)
{
    size_t      n = strlen(name);
    const char *at = run->groups;

    if (strcmp(at, "all") == 0) {
        return true;
    }
    for (; (at = strstr(at, name)) != NULL; at++) {
        if ((at == run->groups || at[-1] == ',')
            && (at[n] == ',' || at[n] == 0)) {
            return true;
        }
    }

    return false;
}


static int
write_json(const run_t *run, const cJSON *list)
{
    FILE *out = fopen(run->json, "we");
    char *text = cJSON_Print(list);
    bool  ok = out != NULL && text != NULL && fputs(text, out) >= 0
        && fputc('\n', out) != EOF;

    free(text);
    ok = out != NULL && fclose(out) == 0 && ok;

    return ok ? 0 : complain("the JSON cannot be written");
}


static int
all_groups(const run_t *run)
{
    int    rc = 0, n = 0;
    cJSON *list = run->json != NULL ? cJSON_CreateArray() : NULL;

    for (size_t i = 0; rc == 0 && i < sizeof(groups) / sizeof(groups[0]); i++) {
        if (is_wanted(run, groups[i].name)) {
            rc = one_group(run, &groups[i], list);
            n++;
        }
    }
    if (rc == 0 && n == 0) {
        rc = complain("no such group; --help names them");
    }
    if (rc == 0 && list != NULL) {
        rc = write_json(run, list);
    }
    cJSON_Delete(list);

    return rc;
}


static bool
read_shots(run_t *run, const char *text)
{
    char *end;
    long  v;

    errno = 0;
    v = strtol(text, &end, 10);
    run->shots = (int) v;

    return errno == 0 && end != text && *end == '\0' && v >= 1
        && v <= SHOTS_MAX;
}


static bool
read_seeds(run_t *run, const char *text)
{
    char *end;

    errno = 0;
    run->seed_from = strtoull(text, &end, 10);
    run->seed_to = run->seed_from;
    if (strncmp(end, "..", 2) == 0) {
        run->seed_to = strtoull(end + 2, &end, 10);
    }

    return errno == 0 && *end == '\0' && run->seed_to >= run->seed_from
        && run->seed_to < UINT64_C(1000000000000);
}


static bool
read_option(run_t *run, int c, const char *value)
{
    switch (c) {
    case 'g':
        run->groups = value;
        return true;
    case 'o':
        run->json = value;
        return true;
    case 'n':
        return read_shots(run, value);
    default:
        return c == 's' && read_seeds(run, value);
    }
}


static const struct option options[] = {
    { "groups", required_argument, NULL, 'g' },
    { "shots", required_argument, NULL, 'n' },
    { "seeds", required_argument, NULL, 's' },
    { "json", required_argument, NULL, 'o' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};


int
main(int argc, char **argv)
{
    int   c, rc;
    char  err[400];
    run_t run = {
        .groups = "all", .shots = 60, .seed_from = 1, .seed_to = 999
    };

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (!read_option(&run, c, optarg)) {
            fputs(help, stderr);
            return 2;
        }
    }
    if (argc != optind) {
        fputs(help, stderr);
        return 2;
    }
    if (gms_library_load(&run.library, NULL, err, sizeof(err)) != GMS_OK) {
        return complain(err);
    }
    rc = all_groups(&run);
    gms_library_free(&run.library);

    return rc;
}
