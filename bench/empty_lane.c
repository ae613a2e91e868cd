/*
 * empty-lane: nobody shoots, but light changes, people walk by, lamps go off
 * and on, the camera switches to its night picture.  Every shot that is
 * reported is one too many.  See docs/accuracy.md.
 */

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"
#include "ipc/error.h"
#include "ipc/unit.h"
#include "worker/library/library.h"

/* The simulation's first shot falls after the end: it needs one to go on. */
#define ALONE "shots=1 first=3600"
#define MINUTES_MAX 60

static const char help[] =
    "usage: empty-lane [--scenes a,b|all] [--minutes N] [--fps F] [--seed N]\n"
    "       [--target NAME --caliber 4.5mm] [--targets FILE]\n"
    "       [--list] [--help]\n"
    "\n"
    "Watches lanes at which nobody shoots, for simulated minutes, and prints\n"
    "what was reported and in which state the detector was for how long.\n"
    "Ends with 1 when a shot was reported (but for those of insects).\n"
    "\n"
    "  --scenes a,b   conditions; --list names them (all)\n"
    "  --minutes N    of each, 1 to 60 (60)\n"
    "  --fps F        pictures a second (5)\n"
    "  --seed N       of what is random (1)\n";

static const struct {
    const char *name;
    const char *options;
    bool        may_shoot; /* insects are taken for holes while they rest */
} scenes[] = {
    { "still", "", false },
    { "light", "drift=0.25 step=0.15 flicker=0.05 shadow=0.45", false },
    { "wind", "sway=2 bend=2 shake=0.7", false },
    { "hands", "hand=20", false },
    { "people", "people=40", false },
    { "lamps", "lamps=90", false },
    { "night", "night=300", false },
    { "hour",
        "drift=0.25 step=0.1 flicker=0.03 shadow=0.3 sway=0.7 people=120 "
        "lamps=300 night=900",
        false },
    { "insects", "insects=2", true },
};

#define SCENES (sizeof(scenes) / sizeof(scenes[0]))

typedef struct {
    const char   *wanted;
    int           minutes;
    double        fps;
    uint64_t      seed;
    const char   *target;
    double        caliber_mm;
    const char   *library_file;
    gms_library_t library;
} empty_t;


static int
complain(const char *what)
{
    fprintf(stderr, "empty-lane: %s\n", what);

    return 1;
}


static void
print_result(const char *name, const empty_t *e, const bench_result_t *r)
{
    int removed = 0;

    for (int i = 0; i < r->reports.n; i++) {
        removed += bench_report_at(&r->reports, i)->removed;
    }

    printf("%-8s %5.1f min %3d shots, %d taken back; not live at most %.1f s "
           "in a row;",
        name, r->seconds / 60, r->reports.n, removed, r->dark_s);
    for (int i = 0; i < BENCH_STATES; i++) {
        if (r->state_s[i] > 0) {
            printf(" %s %.1f %%",
                gms_detector_state_name((gms_detector_state_e) i),
                100 * r->state_s[i] / r->seconds);
        }
    }
    printf("%s%s\n", r->calibrated ? "" : " no calibration: ", r->why);

    for (int i = 0; i < r->reports.n; i++) {
        const bench_report_t *p = bench_report_at(&r->reports, i);

        printf("         %s at %.1f s, picture %llu, (%.1f, %.1f) mm\n",
            p->removed ? "shot, taken back," : "shot",
            (double) p->first_frame / e->fps, (unsigned long long) p->frame,
            p->x_mm, p->y_mm);
    }
    fflush(stdout);
}


/* 0, 1: broken, 2: shots that nobody fired. */
static int
watch(const empty_t *e, size_t i)
{
    int               rc;
    char              err[500];
    bench_result_t    result;
    bench_scene_t     scene = { .seed = e->seed,
            .target = e->target,
            .caliber_mm = e->caliber_mm,
            .until_s = 60.0 * e->minutes };
    const gms_face_t *face =
        gms_library_find(&e->library, e->target, err, sizeof(err));

    if (face == NULL) {
        return complain(err);
    }
    snprintf(scene.camera, sizeof(scene.camera),
        "simulate: seed=%llu fps=%g " ALONE " %s", (unsigned long long) e->seed,
        e->fps, scenes[i].options);

    rc = bench_scene_play(&scene, face, false, NULL, &result, err, sizeof(err));
    if (rc == GMS_EINVALID) {
        printf("%-8s not available yet: %.*s\n", scenes[i].name,
            (int) strcspn(err, ";"), err);
        rc = 0;
    } else if (rc != GMS_OK) {
        rc = complain(err);
    } else {
        print_result(scenes[i].name, e, &result);
        rc = result.reports.n > 0 && !scenes[i].may_shoot ? 2 : 0;
    }
    bench_result_free(&result);

    return rc;
}


static bool
is_wanted(const char *list, const char *name)
{
    size_t n = strlen(name);

    if (strcmp(list, "all") == 0) {
        return true;
    }
    for (;;) {
        if (strncmp(list, name, n) == 0 && (list[n] == ',' || list[n] == 0)) {
            return true;
        }
        list = strchr(list, ',');
        if (list == NULL) {
            return false;
        }
        list++;
    }
}


static int
watch_all(const empty_t *e)
{
    int  worst = 0;
    bool any = false;

    for (size_t i = 0; i < SCENES; i++) {
        if (is_wanted(e->wanted, scenes[i].name)) {
            int rc = watch(e, i);

            if (rc == 1) {
                return 1;
            }
            worst = rc > worst ? rc : worst;
            any = true;
        }
    }

    if (!any) {
        complain("no such scene; --list names them");
        return 2;
    }

    return worst > 0 ? 1 : 0;
}


static int
run(empty_t *e)
{
    int  rc;
    char err[500];

    if (gms_library_load(&e->library, e->library_file, err, sizeof(err))
        != GMS_OK) {
        return complain(err);
    }
    rc = watch_all(e);
    gms_library_free(&e->library);

    return rc;
}


static bool
read_number(const char *text, double least, double most, double *value)
{
    char *end;

    errno = 0;
    *value = strtod(text, &end);

    return errno == 0 && end != text && *end == '\0' && *value >= least
        && *value <= most;
}


static bool
value_option(empty_t *e, int c, const char *text)
{
    double  v;
    int64_t micro;
    char    err[200];

    switch (c) {
    case 's':
        e->wanted = text;
        return true;
    case 't':
        e->target = text;
        return true;
    case 'f':
        e->library_file = text;
        return true;
    case 'm':
        e->minutes = (int) (read_number(text, 1, MINUTES_MAX, &v) ? v : 0);
        return e->minutes > 0;
    case 'r':
        return read_number(text, 0.1, 60, &e->fps);
    case 'n':
        e->seed = (uint64_t) (read_number(text, 0, 1e15, &v) ? v : 0);
        return v >= 0;
    case 'c':
        if (gms_unit_parse(GMS_UNIT_LENGTH, text, GMS_MICRO / 10,
                20 * GMS_MICRO, &micro, err, sizeof(err))
            != GMS_OK)
        {
            return false;
        }
        e->caliber_mm = (double) micro / (double) GMS_MICRO;
        return true;
    default:
        return false;
    }
}


static int
usage(void)
{
    fputs(help, stderr);

    return 2;
}


int
main(int argc, char **argv)
{
    static const struct option options[] = {
        { "scenes", required_argument, NULL, 's' },
        { "minutes", required_argument, NULL, 'm' },
        { "fps", required_argument, NULL, 'r' },
        { "seed", required_argument, NULL, 'n' },
        { "target", required_argument, NULL, 't' },
        { "caliber", required_argument, NULL, 'c' },
        { "targets", required_argument, NULL, 'f' },
        { "list", no_argument, NULL, 'l' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int     c;
    empty_t e = { .wanted = "all",
        .minutes = MINUTES_MAX,
        .fps = 5,
        .seed = 1,
        .target = "issf-10m-air-pistol",
        .caliber_mm = 4.5 };

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (c == 'l') {
            for (size_t i = 0; i < SCENES; i++) {
                printf("%-8s %s\n", scenes[i].name, scenes[i].options);
            }
            return 0;
        }
        if (!value_option(&e, c, optarg)) {
            return usage();
        }
    }

    return argc == optind ? run(&e) : usage();
}
