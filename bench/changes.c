/*
 * changes: what the detector makes of a lane that does not stay as it is:
 * paper is changed or pasted, the camera is nudged or zooms, or jumps from
 * preset to preset.  One scene a seed.  See docs/accuracy.md.
 */

#include <cjson/cJSON.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"
#include "tally.h"
#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/base/library.h"

/* So many holes are pasted at most: of fewer nobody can tell whether a sheet
 * was pasted or is another one. */
#define PASTERS 10

#define SCENES_MAX 10000
#define ROWS_MAX 64

static const char help[] =
    "usage: changes [--kinds paper,zoom,presets|all] [--seeds A..B]\n"
    "       [--targets FILE] [--json FILE] [--help]\n"
    "\n"
    "Plays simulated lanes whose paper is changed or pasted, whose camera is\n"
    "nudged or zooms, or jumps between presets, and prints what was found.\n"
    "Ends with 1 when a shot was reported that nobody fired.\n"
    "\n"
    "  --kinds a,b   what changes (all)\n"
    "  --seeds A..B  one scene each, of each kind (1..20)\n"
    "  --json FILE   all figures\n";

/* One line of the table. */
typedef struct {
    char            name[40];
    int             scenes;
    int             uncalibrated;
    int             told;   /* changes of which the right word was said */
    int             wrong;  /* ... the wrong one, or one too many */
    int             late;   /* not live in time */
    int             firsts; /* first shots after a change */
    int             first_found;
    int             meanwhile; /* shots while it changed */
    int             meanwhile_found;
    int             meanwhile_known; /* ... of which the order was told */
    int             shots;
    int             found;
    int             invented;
    int             removed;
    bench_samples_t live_s;
    bench_samples_t before; /* errors, calibers */
    bench_samples_t after;
    bench_samples_t after_mm;
    bench_samples_t again; /* known holes beside their recorded places */
} row_t;

typedef struct {
    const char   *kinds;
    const char   *library_file;
    const char   *json;
    uint64_t      from;
    uint64_t      to;
    gms_library_t library;
    row_t         row[ROWS_MAX];
    int           rows;
    int           invented;
} changes_t;

/* What is played of one seed. */
typedef struct {
    bench_stage_t stage;
    row_t        *row;
    uint64_t      seed;
    uint64_t      key;
    int           before; /* shots before the change */
    int           first;  /* shot of interest after it; -1: none */
    int           during; /* shot while it changed; -1: none */
} play_t;

static const struct {
    const char *face;
    double      caliber_mm;
} faces[] = {
    { "issf-10m-air-pistol", 4.5 },
    { "issf-25m-precision-pistol", 9.65 },
    { "issf-10m-air-rifle", 4.5 },
    { "issf-25m-rapid-fire-pistol", 5.6 },
    { "issf-50m-rifle", 5.6 },
};

#define FACES (sizeof(faces) / sizeof(faces[0]))


static int
complain(const char *what)
{
    fprintf(stderr, "changes: %s\n", what);

    return 1;
}


static double
draw(const play_t *p, uint64_t n, double low, double high)
{
    return low + (high - low) * gms_scenery_uniform(p->key, n);
}


static int
keep(bench_samples_t *s, double v)
{
    if (s->n == s->room) {
        int     room = 2 * s->room + 64;
        double *grown = realloc(s->v, (size_t) room * sizeof(double));

        if (grown == NULL) {
            return GMS_ENOMEM;
        }
        s->v = grown;
        s->room = room;
    }
    s->v[s->n++] = v;

    return GMS_OK;
}


static row_t *
row_of(changes_t *b, const char *name)
{
    for (int i = 0; i < b->rows; i++) {
        if (strcmp(b->row[i].name, name) == 0) {
            return &b->row[i];
        }
    }
    if (b->rows == ROWS_MAX) {
        return NULL;
    }
    snprintf(b->row[b->rows].name, sizeof(b->row[b->rows].name), "%s", name);

    return &b->row[b->rows++];
}


static int
open_stage(
    const changes_t *b, play_t *p, size_t face, double fps, const char *options)
{
    char              err[400];
    const gms_face_t *f =
        gms_library_find(&b->library, faces[face].face, err, sizeof(err));

    if (f == NULL) {
        return complain(err);
    }
    if (bench_stage_open(&p->stage, options, f, faces[face].caliber_mm, fps,
            err, sizeof(err))
        != GMS_OK)
    {
        return complain(err);
    }

    return 0;
}


/* A second and two pictures to learn, then shots one after the other. */
static int
shoot_some(play_t *p, double lead_s, double gap_s, int shots)
{
    int rc = bench_stage_show(&p->stage, lead_s, lead_s > 0 ? 3 : 0);

    for (int i = 0; rc == GMS_OK && i < shots; i++) {
        bench_stage_shoot(&p->stage);
        rc = bench_stage_show(&p->stage, gap_s, 1);
    }

    return rc;
}


/* Looks until it was live for a second with nobody before the card, or so
 * long in vain; how long that took from since_s or the last time somebody
 * stood there, whichever is later. */
static int
wait_live(play_t *p, double since_s, double most_s)
{
    int            rc = GMS_OK;
    bench_stage_t *s = &p->stage;
    double         from_s = -1, late_s;

    for (;;) {
        double t_s = s->t_s;

        rc = bench_stage_look(s);
        if (rc != GMS_OK) {
            return rc;
        }
        if (gms_scenery_before(&s->scenery, t_s) != 0) {
            since_s = t_s;
            from_s = -1;
        } else if (s->state != GMS_DETECTOR_LIVE) {
            from_s = -1;
        } else if (from_s < 0) {
            from_s = t_s;
        }
        if ((from_s >= 0 && t_s - from_s > 0.95) || t_s - since_s > most_s) {
            break;
        }
    }

    late_s = from_s < 0 ? most_s : from_s - since_s;
    if (from_s < 0) {
        char why[256];

        gms_detector_detail(&s->detector, why, sizeof(why));
        printf("  %s, seed %llu: not live: %s\n", p->row->name,
            (unsigned long long) p->seed, why);
    }
    /* the second picture after it may be later than three seconds */
    p->row->late += late_s > fmax(3, 2 / s->fps) + 0.01;

    return keep(&p->row->live_s, late_s);
}


static void
tell_odd(const play_t *p, const char *what, int i, double value)
{
    printf("  %s, seed %llu, %g/s: %s %d (%.3f)\n", p->row->name,
        (unsigned long long) p->seed, p->stage.fps, what, i, value);
}


static int
add_shot(play_t *p, int i)
{
    row_t                    *row = p->row;
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
        rc = keep(&row->after_mm, mm);
    }
    if (mm > 0.25 * s->scenery.caliber_mm) {
        tell_odd(p, "far off, mm,", i, mm);
    }

    return rc != GMS_OK ? rc
                        : keep(i < p->before ? &row->before : &row->after,
                            mm / s->scenery.caliber_mm);
}


static int
add_scene(changes_t *b, play_t *p)
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


/* What the change of this scene does: the word for it, and how many holes of
 * so many it pastes. */
static const char *
paper_word(const bench_stage_t *s, int holes)
{
    uint8_t hole[BENCH_STAGE_SHOTS];

    memset(hole, GMS_SCENERY_OPEN, sizeof(hole));
    gms_scenery_sheet_change(&s->scenery, 1, hole, holes);

    return hole[0] == GMS_SCENERY_GONE ? "new paper" : "pasted";
}


/* The person comes, is told of or not, works, and leaves. */
static int
change_paper(play_t *p, bool ordered)
{
    int            rc = GMS_OK;
    bench_stage_t *s = &p->stage;
    bool           done = !ordered;
    const char    *word = paper_word(s, s->shots);
    double         end_s = s->scenery.options.paper;

    while (rc == GMS_OK && s->t_s < end_s) {
        rc = bench_stage_look(s);
    }
    while (rc == GMS_OK
        && (s->scenery.sheet == 0
            || gms_scenery_changing(&s->scenery, s->t_s) > 0))
    {
        if (!done && s->open) {
            gms_detector_paper(&s->detector,
                word[0] == 'n' ? GMS_PAPER_NEW : GMS_PAPER_PASTED);
            done = true;
        }
        rc = bench_stage_look(s);
    }
    if (rc == GMS_OK && s->open) {
        rc = wait_live(p, s->t_s, 15);
    }

    return rc;
}


static int
play_paper(changes_t *b, play_t *p)
{
    static const double rates[] = { 15, 2, 15, 1 };

    int            rc, holes = (int) draw(p, 0, 0, 15);
    bench_stage_t *s = &p->stage;
    double         fps = rates[p->seed / 2 % 4];
    bool           ordered = p->seed % 2 == 0;
    double         gap_s;
    size_t         face = (size_t) draw(p, 1, 0, FACES);
    char           name[40], options[400];
    const char    *word;

    snprintf(name, sizeof(name), "paper %g/s %s", fps,
        ordered ? "ordered" : "recognised");
    p->row = row_of(b, name);
    snprintf(options, sizeof(options),
        "seed=%llu paper=120 fill=%.2f overlap=0.3 people=%d shake=%.1f "
        "drift=%.2f tilt=%.0f size=1280x720",
        (unsigned long long) p->seed, draw(p, 2, 0.5, 0.66),
        draw(p, 3, 0, 1) < 0.7 ? 0 : 30, draw(p, 4, 0, 0.7), draw(p, 5, 0, 0.1),
        draw(p, 6, 0, 15));
    if (p->row == NULL || open_stage(b, p, face, fps, options) != 0) {
        return GMS_EINVALID;
    }

    gap_s = fmax(0.4, 1 / fps);
    s->t_s = s->scenery.options.paper - ceil(2 * fps) / fps - gap_s * holes;
    rc = shoot_some(p, 1, gap_s, holes);
    p->before = s->shots;
    word = paper_word(s, s->shots);
    if (rc == GMS_OK) {
        rc = change_paper(p, ordered);
    }
    if (rc == GMS_OK) {
        p->first = s->shots;
        rc = shoot_some(p, 0, fmax(1, 1 / fps), 3);
    }
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1.5, 4);
    }
    if (s->papers == 1 && strcmp(s->paper[0], word) == 0) {
        p->row->told++;
    } else if (holes > PASTERS || s->papers > 1 || (ordered && s->open)) {
        p->row->wrong++;
        printf("  %s, seed %llu: %d holes, %s: told %d times%s%s\n", name,
            (unsigned long long) p->seed, holes, word, s->papers,
            s->papers > 0 ? ", first " : "", s->papers > 0 ? s->paper[0] : "");
    }

    return rc;
}


/* Holes that are known, after all is calm again. */
static int
look_again(play_t *p)
{
    int rc = GMS_OK;

    bench_stage_match(&p->stage);
    for (int i = 0; rc == GMS_OK && i < p->before; i++) {
        if (p->stage.shot[i].report >= 0) {
            rc = keep(&p->row->again,
                bench_stage_again_mm(&p->stage, i)
                    / p->stage.scenery.caliber_mm);
        }
    }

    return rc;
}


/* Moves the camera within so many seconds, with a shot half-way. */
static int
move_camera(play_t *p, const gms_scenery_camera_t *to, double seconds)
{
    int                  rc = GMS_OK;
    bench_stage_t       *s = &p->stage;
    gms_scenery_camera_t from = s->scenery.camera;
    int                  n = (int) lrint(seconds * s->fps);

    n = n < 1 ? 1 : n;
    for (int i = 1; rc == GMS_OK && i <= n; i++) {
        double part = (double) i / n;

        rc = gms_scenery_camera(&s->scenery,
            from.zoom * pow(to->zoom / from.zoom, part),
            from.dx_px + part * (to->dx_px - from.dx_px),
            from.dy_px + part * (to->dy_px - from.dy_px),
            from.roll_deg + part * (to->roll_deg - from.roll_deg));
        if (rc == GMS_OK && i == (n + 1) / 2) {
            p->during = s->shots;
            bench_stage_shoot(s);
        }
        if (rc == GMS_OK) {
            rc = bench_stage_look(s);
        }
    }

    return rc;
}


static int
play_move(play_t *p, const gms_scenery_camera_t *to, double seconds)
{
    int            rc;
    bench_stage_t *s = &p->stage;

    rc = shoot_some(p, 1.5, fmax(0.5, 1 / s->fps), 6);
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1, 2);
    }
    p->before = s->shots;
    if (rc == GMS_OK) {
        rc = move_camera(p, to, seconds);
    }
    if (rc == GMS_OK && s->open) {
        rc = wait_live(p, s->t_s, 15);
    }
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1.5, 3);
    }
    if (rc == GMS_OK && s->open) {
        rc = look_again(p);
    }
    p->first = s->shots;
    if (rc == GMS_OK) {
        rc = shoot_some(p, 0, fmax(0.7, 1 / s->fps), 5);
    }
    if (rc == GMS_OK) {
        rc = bench_stage_show(s, 1.5, 4);
    }

    return rc;
}


static int
play_zoom(changes_t *b, play_t *p)
{
    static const struct {
        const char          *name;
        gms_scenery_camera_t to;
    } moves[] = {
        { "zoom 1.2", { .zoom = 1.2 } },
        { "zoom 1.2, pan, roll 3",
            { .zoom = 1.2, .dx_px = 20, .dy_px = -12, .roll_deg = 3 } },
        { "zoom 0.8", { .zoom = 0.8 } },
        { "pan 60 px", { .zoom = 1, .dx_px = 60, .dy_px = -20 } },
        { "nudge 5 px", { .zoom = 1, .dx_px = 4, .dy_px = 3 } },
        { "roll 5", { .zoom = 1, .roll_deg = 5 } },
    };

    size_t kind = p->seed % 6, face = (size_t) draw(p, 1, 0, FACES);
    double fps = p->seed / 6 % 4 == 3 ? 2 : 15;
    double seconds = p->seed / 12 % 2 == 0 ? 0 : 1;
    char   options[400];

    p->row = row_of(b, moves[kind].name);
    snprintf(options, sizeof(options),
        "seed=%llu fill=%.2f overlap=0.3 tilt=%.0f old=%d size=1280x720",
        (unsigned long long) p->seed, draw(p, 2, 0.6, 0.75), draw(p, 6, 0, 15),
        (int) draw(p, 7, 0, 4));
    if (p->row == NULL || open_stage(b, p, face, fps, options) != 0) {
        return GMS_EINVALID;
    }

    return play_move(p, &moves[kind].to, seconds);
}


static int
play_presets(changes_t *b, play_t *p)
{
    /* at 1080p the smallest still shows holes of air pistols in 6 px */
    static const gms_scenery_camera_t preset[] = {
        { .zoom = 0.46, .dx_px = 30, .dy_px = 20 },
        { .zoom = 0.65, .dx_px = -25, .dy_px = 10 },
        { .zoom = 0.95 },
        { .zoom = 1.3, .dx_px = 15, .dy_px = -12 },
        { .zoom = 1.82, .dx_px = -10, .dy_px = 5 },
    };

    int    rc, from = (int) (p->seed % 20 / 4), to = (int) (p->seed % 4);
    double fps = p->seed / 20 % 3 == 2 ? 2 : 15;
    char   options[400], name[40];

    to += to >= from;
    snprintf(name, sizeof(name), "preset %.2f -> %.2f", preset[from].zoom,
        preset[to].zoom);
    p->row = row_of(b, name);
    snprintf(options, sizeof(options),
        "seed=%llu fill=0.51 overlap=0.3 tilt=%.0f size=1920x1080",
        (unsigned long long) p->seed, draw(p, 6, 0, 10));
    if (p->row == NULL || open_stage(b, p, 0, fps, options) != 0) {
        return GMS_EINVALID;
    }
    rc = gms_scenery_camera(&p->stage.scenery, preset[from].zoom,
        preset[from].dx_px, preset[from].dy_px, 0);
    /* the focus of that is not what is watched */
    p->stage.scenery.camera.since_ns = -GMS_S * 3600;
    if (rc != GMS_OK) {
        return rc;
    }

    return play_move(p, &preset[to], 0.3);
}


static const struct {
    const char *name;
    int (*play)(changes_t *b, play_t *p);
} kinds[] = {
    { "paper", play_paper },
    { "zoom", play_zoom },
    { "presets", play_presets },
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
play_all(changes_t *b)
{
    for (size_t k = 0; k < KINDS; k++) {
        for (uint64_t seed = b->from;
             is_wanted(b->kinds, kinds[k].name) && seed <= b->to; seed++)
        {
            int    rc;
            play_t p = { .seed = seed,
                .key = gms_scenery_hash(seed, 77 + k),
                .first = -1,
                .during = -1 };

            rc = kinds[k].play(b, &p);
            if (rc == GMS_OK) {
                rc = add_scene(b, &p);
            }
            bench_stage_close(&p.stage);
            if (rc != GMS_OK) {
                return complain(gms_strerror(rc));
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
print_row(row_t *r)
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
    print_pair(&r->before);
    print_pair(&r->after);
    print_pair(&r->after_mm);
    printf("\n");
}


static void
print_rows(changes_t *b)
{
    printf("| scene | scenes | told right / wrong | invented | taken back "
           "| live again p50 / p95 / max, s | late | first shots "
           "| meanwhile, with order | shots | known again p50 / p95, D "
           "| before, D | after, D | after, mm |\n");
    printf("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < b->rows; i++) {
        print_row(&b->row[i]);
    }
}


static void
add_row(cJSON *rows, row_t *r)
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
    bench_add_quantiles(json, "before_calibers", &r->before);
    bench_add_quantiles(json, "after_calibers", &r->after);
    bench_add_quantiles(json, "after_mm", &r->after_mm);
}


static int
write_json(changes_t *b)
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

    return ok ? 0 : complain("cannot write the JSON file");
}


static int
run(changes_t *b)
{
    int  rc;
    char err[500];

    if (gms_library_load(&b->library, b->library_file, err, sizeof(err))
        != GMS_OK) {
        return complain(err);
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

    static changes_t b = { .kinds = "all", .from = 1, .to = 20 };

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
