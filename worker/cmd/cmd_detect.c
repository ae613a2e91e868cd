/* gmshoot detect: the lane's own detection over a finite recording. */

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "../base/clock.h"
#include "../library/library.h"
#include "../base/log.h"
#include "../capture/source.h"
#include "cmd.h"
#include "../detect/detector.h"
#include "../target/score.h"

#define DETECTIONS_MAX 32
#define WAIT_MS 1000
#define CALIBRATION_BYTES_MAX (1024 * 1024)

/* The card is looked for in so many pictures before the command gives up. */
#define CALIBRATE_PICTURES 30

static const char help[] =
    "usage: gmshoot detect --camera SPEC --target NAME --caliber 4.5mm\n"
    "       [--calibration FILE.json] [--detector NAME] [--targets FILE] "
    "[--all]\n"
    "\n"
    "Finds the shots in a finite recording, every picture of it, and writes\n"
    "one line of JSON for each event:\n"
    "{\"event\":\"hole|shot|shot.removed\",\"id\":N,\"frame\":F,"
    "\"first_frame\":F0,\n"
    " \"x_px\":..,\"y_px\":..,\"x_mm\":..,\"y_mm\":..,\"score\":10.4,"
    "\"ms\":..}\n"
    "a shot also with \"confidence\", \"x_error_mm\", \"y_error_mm\", "
    "\"near_line\",\n"
    "\"overlap\", \"possible_double\" and \"order_unknown\", shot.removed with "
    "\"reason\",\n"
    "and at last {\"event\":\"end\",\"frames\":..,\"ms_p50\":..,"
    "\"ms_p95\":..,\n"
    "\"decode_ms_p50\":..}; ms is CPU time of decoding and analysis.\n"
    "\n"
    "  --camera SPEC        \"clip:FILE.avi fps=15\", a folder of JPEGs, ...\n"
    "  --target NAME        the face; `gmshoot targets` lists them\n"
    "  --caliber C          with its unit, such as 5.6mm\n"
    "  --calibration FILE   {\"homography_mm_to_px\": 3x3}, perhaps with "
    "\"holes\"\n"
    "                       that are no shots of it, as the facts of a "
    "complaint;\n"
    "                       without it the card is looked for in the first\n"
    "                       pictures\n"
    "  --detector NAME      builtin\n"
    "  --targets FILE       the target library\n"
    "  --all                also {\"event\":\"rejected|paper|calibration|"
    "state\",..}:\n"
    "                       what was no shot and why, other paper, another\n"
    "                       place of the card, what the detector can see\n";

typedef struct {
    const char *camera;
    const char *target;
    const char *targets;
    const char *calibration;
    const char *detector;
    double      caliber_mm;
    bool        all; /* events, not shots alone */
} request_t;

/* One on record. */
typedef struct {
    double x_px;
    double y_px;
    double radius_px;
    double t_us; /* CLOCK_REALTIME when it was shot; 0: before all */
} hole_t;

/* Times of all pictures, in nanoseconds. */
typedef struct {
    size_t   n;
    size_t   room;
    int64_t *whole;
    int64_t *decode;
} times_t;

typedef struct {
    const request_t  *request;
    const gms_face_t *face;
    gms_source_t      source;
    gms_jpeg_t       *jpeg;
    gms_image_t       decoded;
    gms_image_t       image; /* decoded, or the source's */
    gms_calibration_t calibration;
    bool              calibrated;
    bool              open; /* the detector */
    gms_detector_t    detector;
    char              said[600]; /* the last line on its state, but the frame */
    times_t           times;
    uint8_t          *last; /* the JPEG before this one */
    size_t            last_size;
    size_t            last_room;
    unsigned long     bad;
    unsigned long     other; /* pictures of another size */
    int               width; /* of the first */
    int               height;
    unsigned long     tried; /* pictures without finding the card */
    char              why[512];
    hole_t           *hole; /* that are known already, or of the recording */
    size_t            holes;
} run_t;


static int
complain(const char *what)
{
    fprintf(stderr, "gmshoot detect: %s\n", what);

    return 1;
}


static bool
times_add(times_t *t, int64_t whole, int64_t decode)
{
    if (t->n == t->room) {
        size_t   room = t->room == 0 ? 1024 : 2 * t->room;
        int64_t *a = realloc(t->whole, room * sizeof(int64_t)), *b;

        if (a == NULL) {
            return false;
        }
        t->whole = a;
        b = realloc(t->decode, room * sizeof(int64_t));
        if (b == NULL) {
            return false;
        }
        t->decode = b;
        t->room = room;
    }
    t->whole[t->n] = whole;
    t->decode[t->n++] = decode;

    return true;
}


static int
compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}


/* Milliseconds at a percentile; sorts. */
static double
percentile(int64_t *ns, size_t n, unsigned percent)
{
    if (n == 0) {
        return 0;
    }
    qsort(ns, n, sizeof(*ns), compare_times);

    return (double) ns[(n - 1) * percent / 100] / (double) GMS_MS;
}


static double
number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}


/* Those on record: they are known when the pictures begin after them. */
static void
read_holes(run_t *run, const char *text)
{
    cJSON       *json = cJSON_Parse(text);
    const cJSON *list, *item;

    list = cJSON_GetObjectItemCaseSensitive(json, "holes");
    run->hole = cJSON_GetArraySize(list) > 0
        ? calloc((size_t) cJSON_GetArraySize(list), sizeof(*run->hole))
        : NULL;

    for (item = list != NULL ? list->child : NULL;
         run->hole != NULL && item != NULL; item = item->next)
    {
        hole_t *hole = &run->hole[run->holes++];

        hole->x_px = number_of(item, "x_px");
        hole->y_px = number_of(item, "y_px");
        hole->radius_px = number_of(item, "radius_px");
        hole->t_us = number_of(item, "t_us");
    }
    cJSON_Delete(json);
}


static int
read_calibration(run_t *run)
{
    FILE  *in = fopen(run->request->calibration, "re");
    char  *text;
    size_t n;
    int    rc;
    char   err[400];

    if (in == NULL) {
        fprintf(stderr, "gmshoot detect: cannot open %s: %s\n",
            run->request->calibration, strerror(errno));
        return 1;
    }
    text = malloc(CALIBRATION_BYTES_MAX);
    if (text == NULL) {
        fclose(in);
        return complain("no memory");
    }
    n = fread(text, 1, CALIBRATION_BYTES_MAX, in);
    fclose(in);
    if (n == CALIBRATION_BYTES_MAX) {
        free(text);
        return complain("the calibration file is too long");
    }
    text[n] = '\0';
    rc = gms_calibration_from_json(&run->calibration, text, err, sizeof(err));
    if (rc == GMS_OK) {
        read_holes(run, text);
    }
    free(text);
    if (rc != GMS_OK) {
        fprintf(
            stderr, "gmshoot detect: %s: %s\n", run->request->calibration, err);
        return 1;
    }
    run->calibrated = true;

    return 0;
}


static gms_view_t
view_of(const gms_camera_t *camera)
{
    gms_view_t view = { .rotate = camera->rotate,
        .mirror = camera->mirror,
        .has_region = camera->has_region };

    memcpy(view.region, camera->region, sizeof(view.region));

    return view;
}


/* Opens the detector once the card is found; 0 also when it is not yet. */
static int
begin(run_t *run, int64_t real_ns)
{
    gms_view_t            view = view_of(&run->source.config.camera);
    gms_detector_config_t config = { .caliber_mm = run->request->caliber_mm,
        .face = *run->face,
        .zone_mm = gms_face_radius_mm(run->face),
        .view = view };
    char                  err[400];

    if (!run->calibrated) {
        int rc = gms_calibrate(&run->calibration, &run->image, run->face, &view,
            run->why, sizeof(run->why));

        if (rc == GMS_EUNSURE && ++run->tried < CALIBRATE_PICTURES) {
            return 0;
        }
        if (rc != GMS_OK) {
            return complain(run->why[0] != '\0' ? run->why : gms_strerror(rc));
        }
        run->calibrated = true;
    }
    config.calibration = run->calibration;
    if (gms_detector_open(
            &run->detector, run->request->detector, &config, err, sizeof(err))
        != GMS_OK)
    {
        return complain(err);
    }
    run->open = true;
    for (size_t i = 0; i < run->holes; i++) {
        const hole_t *hole = &run->hole[i];

        if (hole->t_us <= (double) real_ns / (double) GMS_US) {
            gms_detector_know(
                &run->detector, hole->x_px, hole->y_px, hole->radius_px);
        }
    }

    return 0;
}


/* How sure the place is, and what else a person should know of a shot. */
static void
print_doubts(
    const run_t *run, const gms_detection_t *d, double x_mm, double y_mm)
{
    static const char *const word[] = { "false", "true" };
    double                   mm2[3];
    bool                     known, near_line;

    gms_calibration_error_mm2(
        &run->calibration, d->x_px, d->y_px, d->error_px2, mm2);
    known = mm2[0] > 0 && mm2[2] > 0 && isfinite(mm2[0]) && isfinite(mm2[2]);
    near_line = known
        && gms_score_near_line(
            run->face, run->request->caliber_mm, x_mm, y_mm, mm2);
    printf(",\"confidence\":%.3f,\"x_error_mm\":%.4f,\"y_error_mm\":%.4f,"
           "\"near_line\":%s,\"overlap\":%s,\"possible_double\":%s,"
           "\"order_unknown\":%s",
        d->confidence, known ? sqrt(mm2[0]) : 0, known ? sqrt(mm2[2]) : 0,
        word[near_line], word[d->overlap], word[d->possible_double],
        word[d->order_unknown]);
}


/* A hole in the picture, or what was taken for one. */
static void
print_hole(
    const run_t *run, const gms_detection_t *d, const char *name, double ms)
{
    double      x_mm, y_mm;
    gms_score_t score;

    gms_calibration_to_mm(&run->calibration, d->x_px, d->y_px, &x_mm, &y_mm);
    score = gms_score(run->face, run->request->caliber_mm, x_mm, y_mm);
    printf("{\"event\":\"%s\",\"id\":%u,\"frame\":%llu,\"first_frame\":%llu,"
           "\"x_px\":%.3f,\"y_px\":%.3f,\"x_mm\":%.4f,\"y_mm\":%.4f,"
           "\"score\":%d.%d,\"ms\":%.3f",
        name, (unsigned) d->id, (unsigned long long) d->frame,
        (unsigned long long) d->first_frame, d->x_px, d->y_px, x_mm, y_mm,
        score.tenths / 10, score.tenths % 10, ms);
    if (d->kind == GMS_DETECTION_SHOT) {
        print_doubts(run, d, x_mm, y_mm);
    }
    if (d->reason != NULL) {
        printf(",\"reason\":\"%s\"", d->reason);
    }
    puts("}");
}


static void
print_detection(run_t *run, const gms_detection_t *d, double ms)
{
    bool all = run->request->all;

    switch (d->kind) {
    case GMS_DETECTION_HOLE:
        print_hole(run, d, "hole", ms);
        return;
    case GMS_DETECTION_SHOT:
        print_hole(run, d, "shot", ms);
        return;
    case GMS_DETECTION_REMOVED:
        print_hole(run, d, "shot.removed", ms);
        return;
    case GMS_DETECTION_REJECTED:
        if (all) {
            print_hole(run, d, "rejected", ms);
        }
        return;
    case GMS_DETECTION_CALIBRATION:
        /* What follows in this picture is a place of the new one already. */
        run->calibration = *gms_detector_calibration(&run->detector);
        break;
    case GMS_DETECTION_PAPER:
        break;
    }
    if (all) {
        printf("{\"event\":\"%s\",\"frame\":%llu,\"reason\":\"%s\"}\n",
            d->kind == GMS_DETECTION_PAPER ? "paper" : "calibration",
            (unsigned long long) d->frame, d->reason != NULL ? d->reason : "");
    }
}


/* What the detector can see, when that has changed. */
static void
print_state(run_t *run, uint64_t frame)
{
    gms_detector_state_e state;
    char                 detail[256], escaped[512], said[600];

    state = gms_detector_detail(&run->detector, detail, sizeof(detail));
    snprintf(said, sizeof(said), "\"state\":\"%s\",\"detail\":\"%s\"",
        gms_detector_state_name(state),
        gms_log_escape(escaped, sizeof(escaped), detail));
    if (strcmp(said, run->said) != 0) {
        memcpy(run->said, said, sizeof(said));
        printf("{\"event\":\"state\",\"frame\":%llu,%s}\n",
            (unsigned long long) frame, said);
    }
}


/* Is this picture, byte for byte, the last one again?  Keeps it if not. */
static bool
is_repeated(run_t *run, const gms_frame_t *frame)
{
    size_t         size;
    const uint8_t *bytes = gms_frame_bytes(frame, &size);

    if (size == run->last_size && memcmp(bytes, run->last, size) == 0) {
        return true;
    }
    if (size > run->last_room) {
        uint8_t *room = realloc(run->last, 2 * size);

        if (room == NULL) {
            run->last_size = 0;
            return false; /* only the saving is lost */
        }
        run->last = room;
        run->last_room = 2 * size;
    }
    memcpy(run->last, bytes, size);
    run->last_size = size;

    return false;
}


static int
one_frame(run_t *run, const gms_frame_t *frame)
{
    gms_detection_t found[DETECTIONS_MAX];
    int64_t         start, decoded, end;
    int             n = 0;

    if (is_repeated(run, frame)) {
        return times_add(&run->times, 0, 0) ? 0 : complain("no memory");
    }
    start = gms_clock_thread_ns();
    run->image = frame->gray;
    if (frame->gray.px == NULL) {
        if (gms_jpeg_decode_gray(
                run->jpeg, frame->jpeg, frame->jpeg_size, &run->decoded)
            != GMS_OK)
        {
            run->bad++;
            run->last_size = 0;
            return 0;
        }
        run->image = run->decoded;
    }
    decoded = gms_clock_thread_ns();
    if (run->open
        && (run->image.width != run->width || run->image.height != run->height))
    {
        run->other = true;
        return 0;
    }
    if (!run->open) {
        if (begin(run, frame->real_ns) != 0) {
            return 1;
        }
        run->width = run->image.width;
        run->height = run->image.height;
        decoded = gms_clock_thread_ns();
        start = decoded; /* calibrating is no part of a picture's time */
    }
    if (run->open) {
        n = gms_detector_push(&run->detector, &run->image, frame->id,
            frame->mono_ns, found, DETECTIONS_MAX);
    }
    end = gms_clock_thread_ns();
    if (n == GMS_EINVALID && run->request->calibration != NULL) {
        return complain("the calibration does not fit these pictures: the "
                        "target lies outside of them, or a hole is too small "
                        "or too large in them");
    }
    if (n < 0) {
        fprintf(stderr, "gmshoot detect: picture %llu (%d x %d): %s\n",
            (unsigned long long) frame->id, run->image.width, run->image.height,
            gms_strerror(n));
        return 1;
    }
    for (int i = 0; i < n; i++) {
        print_detection(
            run, &found[i], (double) (end - start) / (double) GMS_MS);
    }
    if (run->open && run->request->all) {
        print_state(run, frame->id);
    }

    return times_add(&run->times, end - start, decoded - start)
        ? 0
        : complain("no memory");
}


static int
all_frames(run_t *run)
{
    for (;;) {
        gms_frame_t frame;
        char        err[400] = "";
        int         rc =
            gms_source_next(&run->source, &frame, WAIT_MS, err, sizeof(err));

        if (rc == GMS_EEND) {
            return 0;
        }
        if (rc == GMS_EAGAIN) {
            continue;
        }
        if (rc == GMS_EBAD_FRAME) {
            run->bad++;
            continue;
        }
        if (rc != GMS_OK) {
            return complain(err[0] != '\0' ? err : gms_strerror(rc));
        }
        if (one_frame(run, &frame) != 0) {
            return 1;
        }
    }
}


static int
finish(run_t *run)
{
    times_t *t = &run->times;

    if (run->bad > 0) {
        fprintf(stderr, "gmshoot detect: %lu broken pictures were skipped\n",
            run->bad);
    }
    if (run->other) {
        fprintf(stderr,
            "gmshoot detect: pictures of another size than the first (%d x %d) "
            "were skipped\n",
            run->width, run->height);
    }
    if (!run->open) {
        return complain(
            run->why[0] != '\0' ? run->why : "the recording has no picture");
    }
    printf("{\"event\":\"end\",\"frames\":%zu,\"ms_p50\":%.3f,"
           "\"ms_p95\":%.3f,\"decode_ms_p50\":%.3f}\n",
        t->n, percentile(t->whole, t->n, 50), percentile(t->whole, t->n, 95),
        percentile(t->decode, t->n, 50));

    return fflush(stdout) == 0 && !ferror(stdout)
        ? 0
        : complain("the output cannot be written");
}


static int
detect(run_t *run)
{
    gms_source_config_t config = { .face = run->face,
        .caliber_mm = run->request->caliber_mm };
    char                err[400];
    int                 rc;

    if (gms_camera_parse_text(
            &config.camera, run->request->camera, err, sizeof(err))
        != GMS_OK)
    {
        return complain(err);
    }
    if (run->request->calibration != NULL && read_calibration(run) != 0) {
        return 1;
    }
    rc = gms_source_init(&run->source, &config);
    if (rc != GMS_OK) {
        return complain(gms_strerror(rc));
    }
    run->source.jpeg_ns = INT64_MAX; /* nobody looks */
    rc = gms_source_open(&run->source, err, sizeof(err));
    if (rc != GMS_OK) {
        return complain(err);
    }
    run->jpeg = gms_jpeg_create();
    if (run->jpeg == NULL) {
        rc = complain("no memory");
    } else {
        rc = all_frames(run);
        rc = rc != 0 ? rc : finish(run);
    }

    if (run->open) {
        gms_detector_close(&run->detector);
    }
    gms_source_close(&run->source);
    gms_jpeg_destroy(run->jpeg);
    gms_image_free(&run->decoded);
    free(run->times.whole);
    free(run->times.decode);
    free(run->last);
    free(run->hole);

    return rc;
}


static int
with_library(const request_t *request)
{
    gms_library_t library;
    run_t        *run;
    char          err[512];
    int           rc = 1;

    if (gms_library_load(&library, request->targets, err, sizeof(err))
        != GMS_OK) {
        return complain(err);
    }
    run = calloc(1, sizeof(*run));
    if (run == NULL) {
        complain("no memory");
    } else {
        run->request = request;
        run->face =
            gms_library_find(&library, request->target, err, sizeof(err));
        if (run->face == NULL) {
            complain(err);
        } else if (run->face->by_hand) {
            complain("this face is scored by hand: no camera looks for "
                     "shots on it");
        } else {
            rc = detect(run);
        }
    }
    free(run);
    gms_library_free(&library);

    return rc;
}


int
gms_cmd_detect(int argc, char **argv)
{
    static const struct option options[] = {
        { "camera", required_argument, NULL, 'c' },
        { "target", required_argument, NULL, 'n' },
        { "targets", required_argument, NULL, 't' },
        { "caliber", required_argument, NULL, 'b' },
        { "calibration", required_argument, NULL, 'f' },
        { "detector", required_argument, NULL, 'd' },
        { "all", no_argument, NULL, 'a' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };

    int       c;
    char      err[512];
    int64_t   micro = 0;
    request_t request = { .detector = "builtin" };

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'c':
            request.camera = optarg;
            break;
        case 'n':
            request.target = optarg;
            break;
        case 't':
            request.targets = optarg;
            break;
        case 'b':
            if (gms_unit_parse(GMS_UNIT_LENGTH, optarg, GMS_MICRO / 10,
                    20 * GMS_MICRO, &micro, err, sizeof(err))
                != GMS_OK)
            {
                fprintf(stderr, "gmshoot detect: --caliber %s\n", err);
                return 2;
            }
            request.caliber_mm = (double) micro / (double) GMS_MICRO;
            break;
        case 'f':
            request.calibration = optarg;
            break;
        case 'd':
            request.detector = optarg;
            break;
        case 'a':
            request.all = true;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            fputs(help, stderr);
            return 2;
        }
    }

    if (request.camera == NULL || request.target == NULL || micro == 0
        || argc != optind)
    {
        fputs(help, stderr);
        return 2;
    }

    return with_library(&request);
}
