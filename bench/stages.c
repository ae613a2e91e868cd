/*
 * stages: what each stage costs a picture.  The linker puts a clock around
 * the stages' doors (--wrap), so that they know nothing of it.
 */

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"
#include "scene.h"
#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/library/library.h"
#include "worker/detect/builtin.h"

#define PICTURES_MAX 100000

static const char help[] =
    "usage: stages [--rows a,b] [--scenes N] [--seed A] [--per-scene N]\n"
    "\n"
    "Microseconds of processor time a picture and stage: mean, median, 95 %\n"
    "and most, of pictures in state live; of the others the whole alone.\n";

typedef enum {
    STAGE_DECODE,
    STAGE_REGISTER,
    STAGE_FIELD,
    STAGE_WARP,
    STAGE_GAIN,
    STAGE_FIND,
    STAGE_FOLLOW,
    STAGE_RENEW,
    STAGE_MEASURE,
    STAGE_BLOBS,
    STAGE_TRACKS,
    STAGE_CANDIDATES,
    STAGE_REST,
    STAGE_WHOLE,
    STAGE_OTHER, /* the whole, in another state */
    STAGE_AGAIN, /* the picture before once more */
    STAGES
} stage_e;

static const char *const stage_names[STAGES] = { "decode", "register", "field",
    "warp", "gain", "change: find", "change: follow", "change: renew",
    "change: measure", "blobs", "tracks", "candidates", "rest", "whole",
    "not live", "again" };

static int64_t spent_ns[STAGES]; /* of this picture */
static float   taken_us[STAGES][PICTURES_MAX];
static int     taken[STAGES];


#define WRAP(stage, name, args, pass)                                          \
    void __real_##name args;                                                   \
    void __wrap_##name args;                                                   \
    void __wrap_##name args                                                    \
    {                                                                          \
        int64_t begin = gms_clock_thread_ns();                                 \
                                                                               \
        __real_##name pass;                                                    \
        spent_ns[stage] += gms_clock_thread_ns() - begin;                      \
    }

WRAP(STAGE_FIELD, gms_field_update,
    (gms_field_t * f, const gms_register_t *r, const gms_image_t *i), (f, r, i))
WRAP(STAGE_WARP, gms_warp,
    (const gms_zone_t *z, const gms_image_t *i, const double *m,
        const gms_field_t *f, int16_t *o, int32_t *s),
    (z, i, m, f, o, s))
WRAP(STAGE_GAIN, gms_gain_update,
    (gms_gain_t * g, const int32_t *p, const int32_t *b), (g, p, b))
WRAP(STAGE_FIND, gms_change_find, (gms_change_t * c, const gms_gain_t *g),
    (c, g))
WRAP(STAGE_FOLLOW, gms_change_follow,
    (gms_change_t * c, const gms_gain_t *g, int period, int phase, int shift),
    (c, g, period, phase, shift))
WRAP(STAGE_RENEW, gms_change_renew_some, (gms_change_t * c), (c))
WRAP(STAGE_MEASURE, gms_change_measure, (gms_change_t * c, const gms_gain_t *g),
    (c, g))
WRAP(STAGE_BLOBS, gms_blobs_join,
    (gms_blobs_t * b, const gms_run_t *r, int n, const int16_t *d, int w, int h,
        int reach, int size, int least),
    (b, r, n, d, w, h, reach, size, least))
WRAP(STAGE_TRACKS, gms_tracks_update,
    (gms_tracks_t * t, const gms_blobs_t *b, const gms_change_t *c,
        const gms_gain_t *g, uint64_t frame, int64_t ns),
    (t, b, c, g, frame, ns))
WRAP(STAGE_CANDIDATES, gms_candidates_attend,
    (gms_builtin_t * b, const gms_detector_config_t *c, uint64_t frame,
        int64_t ns),
    (b, c, frame, ns))


int __real_gms_register_find(gms_register_t *reg, const gms_image_t *image);
int __wrap_gms_register_find(gms_register_t *reg, const gms_image_t *image);

int
__wrap_gms_register_find(gms_register_t *reg, const gms_image_t *image)
{
    int64_t begin = gms_clock_thread_ns();
    int     rc = __real_gms_register_find(reg, image);

    spent_ns[STAGE_REGISTER] += gms_clock_thread_ns() - begin;
    return rc;
}


int __real_gms_jpeg_decode_gray(
    gms_jpeg_t *jpeg, const void *data, size_t size, gms_image_t *image);
int __wrap_gms_jpeg_decode_gray(
    gms_jpeg_t *jpeg, const void *data, size_t size, gms_image_t *image);

/* The last one before a push is the lane's own. */
int
__wrap_gms_jpeg_decode_gray(
    gms_jpeg_t *jpeg, const void *data, size_t size, gms_image_t *image)
{
    int64_t begin = gms_clock_thread_ns();
    int     rc = __real_gms_jpeg_decode_gray(jpeg, data, size, image);

    spent_ns[STAGE_DECODE] = gms_clock_thread_ns() - begin;
    return rc;
}


static void
note(stage_e stage, int64_t ns)
{
    if (taken[stage] < PICTURES_MAX) {
        taken_us[stage][taken[stage]++] = (float) ns / 1000;
    }
}


int __real_gms_detector_push(gms_detector_t *d, const gms_image_t *image,
    uint64_t frame, int64_t ns, gms_detection_t *out, int max);
int __wrap_gms_detector_push(gms_detector_t *d, const gms_image_t *image,
    uint64_t frame, int64_t ns, gms_detection_t *out, int max);

int
__wrap_gms_detector_push(gms_detector_t *d, const gms_image_t *image,
    uint64_t frame, int64_t ns, gms_detection_t *out, int max)
{
    bool    live = gms_detector_state(d) == GMS_DETECTOR_LIVE;
    int64_t begin = gms_clock_thread_ns(), whole;
    int     n = __real_gms_detector_push(d, image, frame, ns, out, max);

    whole = gms_clock_thread_ns() - begin + spent_ns[STAGE_DECODE];
    live = live && gms_detector_state(d) == GMS_DETECTOR_LIVE;
    spent_ns[STAGE_REST] = whole;
    for (int i = 0; i < STAGE_REST; i++) {
        spent_ns[STAGE_REST] -= spent_ns[i];
    }
    for (int i = 0; live && i <= STAGE_REST; i++) {
        note(i, spent_ns[i]);
    }
    note(live ? STAGE_WHOLE : STAGE_OTHER, whole);
    memset(spent_ns, 0, sizeof(spent_ns));
    if (live) {
        begin = gms_clock_thread_ns();
        (void) __real_gms_detector_push(d, image, frame, ns, NULL, 0);
        note(STAGE_AGAIN, gms_clock_thread_ns() - begin);
        memset(spent_ns, 0, sizeof(spent_ns));
    }
    return n;
}


static int
compare(const void *a, const void *b)
{
    float x = *(const float *) a, y = *(const float *) b;

    return (x > y) - (x < y);
}


static void
print_stages(const char *row)
{
    printf("%-16s %8s %8s %8s %8s   of %d\n", row, "mean", "p50", "p95", "most",
        taken[STAGE_WHOLE]);
    for (int i = 0; i < STAGES; i++) {
        int    n = taken[i];
        double sum = 0;

        if (n == 0) {
            continue;
        }
        qsort(taken_us[i], (size_t) n, sizeof(float), compare);
        for (int k = 0; k < n; k++) {
            sum += (double) taken_us[i][k];
        }
        printf("  %-14s %8.0f %8.0f %8.0f %8.0f\n", stage_names[i], sum / n,
            (double) taken_us[i][n / 2], (double) taken_us[i][n * 95 / 100],
            (double) taken_us[i][n - 1]);
    }
    fflush(stdout);
}


static int
run_row(const bench_row_t *row, const gms_library_t *library, uint64_t seed,
    int scenes, int shots)
{
    char err[400];

    memset(taken, 0, sizeof(taken));
    for (int k = 0; k < scenes; k++) {
        bench_scene_t     scene;
        bench_result_t    result;
        const gms_face_t *face;
        int               rc;

        if (!bench_row_scene(row, seed + (uint64_t) k, shots, NULL, 0, &scene))
        {
            fprintf(stderr, "stages: no face fits\n");
            return 1;
        }
        face = gms_library_find(library, scene.target, err, sizeof(err));
        if (face == NULL) {
            fprintf(stderr, "stages: %s\n", err);
            return 1;
        }
        rc = bench_scene_play(
            &scene, face, false, NULL, &result, err, sizeof(err));
        bench_result_free(&result);
        if (rc != GMS_OK) {
            fprintf(stderr, "stages: %s\n", err);
            return 1;
        }
    }
    print_stages(row->name);
    return 0;
}


static int
run_rows(char *names, const gms_library_t *library, uint64_t seed, int scenes,
    int shots)
{
    char *save = NULL;
    int   rc = 0;

    for (char *name = strtok_r(names, ",", &save); rc == 0 && name != NULL;
         name = strtok_r(NULL, ",", &save))
    {
        const bench_row_t *row = bench_row_find(name);

        if (row == NULL) {
            fprintf(stderr, "stages: no row %s\n", name);
            return 2;
        }
        rc = run_row(row, library, seed, scenes, shots);
    }
    return rc;
}


int
main(int argc, char **argv)
{
    static const struct option options[] = {
        { "rows", required_argument, NULL, 'r' },
        { "scenes", required_argument, NULL, 'n' },
        { "seed", required_argument, NULL, 's' },
        { "per-scene", required_argument, NULL, 'p' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    char          rows[400] = "clean,shake,1080p,ip-1M", err[400];
    int           c, rc, scenes = 1, shots = 12;
    uint64_t      seed = 100;
    gms_library_t library;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'r':
            snprintf(rows, sizeof(rows), "%s", optarg);
            break;
        case 'n':
            scenes = (int) strtol(optarg, NULL, 10);
            break;
        case 's':
            seed = strtoull(optarg, NULL, 10);
            break;
        case 'p':
            shots = (int) strtol(optarg, NULL, 10);
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs(help, stderr);
            return 2;
        }
    }
    if (gms_library_load(&library, "conf/targets.conf", err, sizeof(err))
        != GMS_OK) {
        fprintf(stderr, "stages: %s\n", err);
        return 1;
    }
    rc = run_rows(rows, &library, seed, scenes, shots);
    gms_library_free(&library);
    return rc;
}
