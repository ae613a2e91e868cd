/*
 * changes: what the detector makes of a lane that does not stay as it is:
 * paper is changed or pasted, the camera is nudged or zooms, or jumps from
 * preset to preset.  One scene a seed.  See docs/accuracy.md.
 */

#include <cjson/cJSON.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"
#include "ipc/error.h"

#define SCENES_MAX 10000

static const char help[] =
    "usage: changes [--kinds paper,zoom,presets,turned|all] [--seeds A..B]\n"
    "       [--targets FILE] [--json FILE] [--help]\n"
    "\n"
    "Plays simulated lanes whose paper is changed or pasted, whose camera is\n"
    "nudged or zooms, or jumps between presets, and prints what was found.\n"
    "Ends with 1 when a shot was reported that nobody fired.\n"
    "\n"
    "  --kinds a,b   what changes (all)\n"
    "  --seeds A..B  one scene each, of each kind (1..20)\n"
    "  --json FILE   all figures\n";


static void
tell_odd(const bench_play_t *p, const char *what, int i, double value)
{
    printf("  %s, seed %llu, %g/s: %s %d (%.3f)\n", p->row->name,
        (unsigned long long) p->seed, p->stage.fps, what, i, value);
}


static int
add_shot(bench_play_t *p, int i)
{
    bench_play_row_t         *row = p->row;
    const bench_stage_t      *s = &p->stage;
    const bench_stage_shot_t *shot = &s->shot[i];
    bool                      found = shot->report >= 0;
    double                    mm = found ? bench_stage_error_mm(s, i) : NAN;
    int                       rc = GMS_OK;

    if (i == p->during) {
        row->meanwhile++;
        row->meanwhile_found += found;
        row->meanwhile_known += found && !s->report[shot->report].order_unknown;
    } else {
        row->shots++;
        row->found += found;
    }
    if (i == p->first) {
        row->firsts++;
        row->first_found += found;
    }
    if (!found) {
        tell_odd(
            p, i == p->during ? "missed meanwhile" : "missed", i, shot->t_s);
        return GMS_OK;
    }
    if (i >= p->before && i != p->during) {
        rc = bench_play_keep(&row->after_mm, mm);
    }
    if (mm > 0.25 * s->scenery.caliber_mm) {
        tell_odd(p, "far off, mm,", i, mm);
    }

    return rc != GMS_OK
        ? rc
        : bench_play_keep(i < p->before ? &row->before : &row->after,
            mm / s->scenery.caliber_mm);
}


static int
add_scene(bench_play_all_t *b, bench_play_t *p)
{
    int            rc = GMS_OK;
    bench_stage_t *s = &p->stage;

    p->row->scenes++;
    if (!s->open) {
        p->row->uncalibrated++;
        printf("  seed %llu: %s\n", (unsigned long long) p->seed, s->why);
        return GMS_OK;
    }

    bench_stage_match(s);
    for (int i = 0; rc == GMS_OK && i < s->shots; i++) {
        rc = add_shot(p, i);
    }
    for (int i = 0; i < s->reports; i++) {
        p->row->removed += s->report[i].removed;
        if (s->report[i].shot < 0 && !s->report[i].removed) {
            p->row->invented++;
            b->invented++;
            tell_odd(p, "invented", i, s->report[i].t_s);
        }
    }

    return rc;
}


static const struct {
    const char *name;
    int (*play)(bench_play_all_t *b, bench_play_t *p);
} kinds[] = {
    { "paper", bench_play_paper },
    { "zoom", bench_play_zoom },
    { "presets", bench_play_presets },
    { "turned", bench_play_turned },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))


static bool
is_wanted(const char *list, const char *name)
{
    size_t n = strlen(name);

    for (; list != NULL && strcmp(list, "all") != 0; list++) {
        if (strncmp(list, name, n) == 0 && (list[n] == ',' || list[n] == 0)) {
            return true;
        }
        list = strchr(list, ',');
        if (list == NULL) {
            return false;
        }
    }

    return true;
}


static int
play_all(bench_play_all_t *b)
{
    for (size_t k = 0; k < KINDS; k++) {
        for (uint64_t seed = b->from;
             is_wanted(b->kinds, kinds[k].name) && seed <= b->to; seed++)
        {
            int          rc;
            bench_play_t p = { .seed = seed,
                .key = gms_scenery_hash(seed, 77 + k),
                .first = -1,
                .during = -1 };

            rc = kinds[k].play(b, &p);
            if (rc == GMS_OK) {
                rc = add_scene(b, &p);
            }
            bench_stage_close(&p.stage);
            if (rc != GMS_OK) {
                return bench_play_complain(gms_strerror(rc));
            }
            fflush(stdout);
        }
    }

    return 0;
}


static void
print_pair(bench_samples_t *s)
{
    if (s->n > 0) {
        printf(
            " %.3f / %.3f |", bench_quantile(s, 0.5), bench_quantile(s, 0.95));
    } else {
        printf(" - |");
    }
}


static void
print_row(bench_play_row_t *r)
{
    printf("| %s | %d | %d / %d |", r->name, r->scenes, r->told, r->wrong);
    printf(" %d | %d |", r->invented, r->removed);
    if (r->live_s.n > 0) {
        printf(" %.1f / %.1f / %.1f |", bench_quantile(&r->live_s, 0.5),
            bench_quantile(&r->live_s, 0.95), bench_quantile(&r->live_s, 1));
    } else {
        printf(" - |");
    }
    printf(" %d | %d of %d | %d of %d, %d | %d of %d |", r->late,
        r->first_found, r->firsts, r->meanwhile_found, r->meanwhile,
        r->meanwhile_known, r->found, r->shots);
    print_pair(&r->again);
    print_pair(&r->centre);
    print_pair(&r->before);
    print_pair(&r->after);
    print_pair(&r->after_mm);
    printf("\n");
}


static void
print_rows(bench_play_all_t *b)
{
    printf("| scene | scenes | told right / wrong | invented | taken back "
           "| live again p50 / p95 / max, s | late | first shots "
           "| meanwhile, with order | shots | known again p50 / p95, D "
           "| its centre, D | before, D | after, D | after, mm |\n");
    printf("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < b->rows; i++) {
        print_row(&b->row[i]);
    }
}


static void
add_row(cJSON *rows, bench_play_row_t *r)
{
    cJSON *json = cJSON_CreateObject();

    const struct {
        const char *name;
        int         value;
    } count[] = { { "scenes", r->scenes }, { "uncalibrated", r->uncalibrated },
        { "told", r->told }, { "told_wrong", r->wrong }, { "late", r->late },
        { "first_shots", r->firsts }, { "first_found", r->first_found },
        { "meanwhile", r->meanwhile },
        { "meanwhile_found", r->meanwhile_found },
        { "meanwhile_with_order", r->meanwhile_known }, { "shots", r->shots },
        { "found", r->found }, { "invented", r->invented },
        { "taken_back", r->removed } };

    cJSON_AddItemToArray(rows, json);
    cJSON_AddStringToObject(json, "scene", r->name);
    for (size_t i = 0; i < sizeof(count) / sizeof(count[0]); i++) {
        cJSON_AddNumberToObject(json, count[i].name, count[i].value);
    }
    bench_add_quantiles(json, "live_s", &r->live_s);
    bench_add_quantiles(json, "again_calibers", &r->again);
    bench_add_quantiles(json, "again_centre_calibers", &r->centre);
    bench_add_quantiles(json, "before_calibers", &r->before);
    bench_add_quantiles(json, "after_calibers", &r->after);
    bench_add_quantiles(json, "after_mm", &r->after_mm);
}


static int
write_json(bench_play_all_t *b)
{
    FILE  *out;
    char  *text;
    bool   ok;
    cJSON *json = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(json, "rows");

    cJSON_AddNumberToObject(json, "seed_from", (double) b->from);
    cJSON_AddNumberToObject(json, "seed_to", (double) b->to);
    for (int i = 0; i < b->rows; i++) {
        add_row(rows, &b->row[i]);
    }
    text = cJSON_Print(json);
    cJSON_Delete(json);
    out = text != NULL ? fopen(b->json, "we") : NULL;
    ok = out != NULL && fputs(text, out) >= 0;
    ok = out != NULL && fclose(out) == 0 && ok;
    free(text);

    return ok ? 0 : bench_play_complain("cannot write the JSON file");
}


static int
run(bench_play_all_t *b)
{
    int  rc;
    char err[500];

    if (gms_library_load(&b->library, b->library_file, err, sizeof(err))
        != GMS_OK) {
        return bench_play_complain(err);
    }
    rc = play_all(b);
    if (rc == 0) {
        print_rows(b);
    }
    if (rc == 0 && b->json != NULL) {
        rc = write_json(b);
    }
    for (int i = 0; i < b->rows; i++) {
        free(b->row[i].live_s.v);
        free(b->row[i].before.v);
        free(b->row[i].after.v);
        free(b->row[i].after_mm.v);
        free(b->row[i].again.v);
        free(b->row[i].centre.v);
    }
    gms_library_free(&b->library);

    return rc == 0 && b->invented > 0 ? 1 : rc;
}


static bool
read_seeds(const char *text, uint64_t *from, uint64_t *to)
{
    char *end;

    errno = 0;
    *from = strtoull(text, &end, 10);
    if (errno != 0 || end == text || strncmp(end, "..", 2) != 0) {
        return false;
    }
    text = end + 2;
    *to = strtoull(text, &end, 10);

    return errno == 0 && end != text && *end == '\0' && *to >= *from
        && *to - *from < SCENES_MAX;
}


int
main(int argc, char **argv)
{
    static const struct option options[] = {
        { "kinds", required_argument, NULL, 'k' },
        { "seeds", required_argument, NULL, 'n' },
        { "targets", required_argument, NULL, 'f' },
        { "json", required_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    static bench_play_all_t b = { .kinds = "all", .from = 1, .to = 20 };

    int  c;
    bool ok = true;

    while (ok && (c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'h':
            fputs(help, stdout);
            return 0;
        case 'k':
            b.kinds = optarg;
            break;
        case 'n':
            ok = read_seeds(optarg, &b.from, &b.to);
            break;
        case 'f':
            b.library_file = optarg;
            break;
        case 'j':
            b.json = optarg;
            break;
        default:
            ok = false;
            break;
        }
    }
    if (!ok || argc != optind) {
        fputs(help, stderr);
        return 2;
    }

    return run(&b);
}
