/* bench_scene: see scene.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "h264.h"
#include "naive.h"
#include "scene.h"
#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/capture/simulate.h"
#include "worker/target/homography.h"

#define DETECTIONS_MAX 32
#define SPOTS_MAX 256

#define LISTS 5 /* of a result */

/* As the lane's worker: no card in so many pictures, and it gives up. */
#define CALIBRATE_PICTURES 30

/* JPEG of simulated pictures that are turned or coded before the detector's
 * JPEG is made: as good as raw. */
#define RAW_QUALITY "100"

typedef struct {
    const bench_scene_t *scene;
    const gms_face_t    *face;
    const bench_dump_t  *dump;
    bench_result_t      *result;
    gms_source_t         source;
    gms_jpeg_t          *jpeg;   /* decodes */
    gms_jpeg_t          *recode; /* encodes what was turned */
    gms_image_t          image;
    gms_image_t          raw;
    gms_image_t          turned;
    gms_h264_t          *h264; /* NULL: not through a codec */
    gms_image_t          coded;
    double               truth[9]; /* mm to px of the undisturbed picture */
    gms_view_t           view;
    bool                 open;
    gms_detector_t       detector;
    bool                 with_naive;
    bool                 naive_open;
    bench_naive_t        naive;
    uint8_t             *last; /* the JPEG before this one */
    size_t               last_size;
    size_t               last_room;
    int64_t              first_ns; /* of the first picture, and of the last */
    int64_t              last_ns;
    double               dark_s; /* not live for so long, up to now */
    int                  tried;
} play_t;


static void *
list_add(bench_list_t *list, size_t size)
{
    void *grown;

    if (list->n == list->room) {
        int room = list->room == 0 ? 64 : 2 * list->room;

        grown = realloc(list->at, (size_t) room * size);
        if (grown == NULL) {
            return NULL;
        }
        list->at = grown;
        list->room = room;
    }

    return memset((char *) list->at + (size_t) list->n++ * size, 0, size);
}


bench_shot_t *
bench_result_shot(const bench_result_t *result, int i)
{
    return (bench_shot_t *) result->shots.at + i;
}


bench_report_t *
bench_report_at(const bench_list_t *reports, int i)
{
    return (bench_report_t *) reports->at + i;
}


void
bench_result_free(bench_result_t *result)
{
    free(result->shots.at);
    free(result->reports.at);
    free(result->naive.at);
    free(result->rejected.at);
    free(result->ms.at);
    memset(result, 0, sizeof(*result));
}


/* Lists and sizes of their elements. */
static bench_list_t *
list_of(bench_result_t *r, int i, size_t *size)
{
    static const size_t sizes[] = { sizeof(bench_shot_t),
        sizeof(bench_report_t), sizeof(bench_report_t), sizeof(bench_report_t),
        sizeof(double) };
    bench_list_t *lists[] = { &r->shots, &r->reports, &r->naive, &r->rejected,
        &r->ms };

    *size = sizes[i];

    return lists[i];
}


int
bench_result_write(const bench_result_t *result, FILE *out)
{
    size_t         size;
    bench_result_t copy = *result;

    if (fwrite(&copy, sizeof(copy), 1, out) != 1) {
        return GMS_ESYS;
    }

    for (int i = 0; i < LISTS; i++) {
        bench_list_t *list = list_of(&copy, i, &size);

        if (fwrite(list->at, size, (size_t) list->n, out) != (size_t) list->n) {
            return GMS_ESYS;
        }
    }

    return fflush(out) == 0 ? GMS_OK : GMS_ESYS;
}


int
bench_result_read(bench_result_t *result, FILE *in)
{
    size_t size;

    if (fread(result, sizeof(*result), 1, in) != 1) {
        memset(result, 0, sizeof(*result));
        return GMS_ESYS;
    }

    for (int i = 0; i < LISTS; i++) {
        list_of(result, i, &size)->at = NULL;
    }

    for (int i = 0; i < LISTS; i++) {
        bench_list_t *list = list_of(result, i, &size);

        list->room = list->n;
        list->at = calloc((size_t) list->n + 1, size);
        if (list->at == NULL
            || fread(list->at, size, (size_t) list->n, in) != (size_t) list->n)
        {
            bench_result_free(result);
            return GMS_ESYS;
        }
    }

    return GMS_OK;
}


/* The picture as a camera sees it that hangs so, and the truth with it. */
static int
turn_once(gms_image_t *out, const gms_image_t *in, double truth[9])
{
    double map[9] = { 0, 1, 0, -1, 0, in->width - 1, 0, 0, 1 };
    int    rc = gms_image_resize(out, in->height, in->width);

    if (rc != GMS_OK) {
        return rc;
    }

    for (int y = 0; y < in->height; y++) {
        const uint8_t *row = in->px + (size_t) y * (size_t) in->stride;

        for (int x = 0; x < in->width; x++) {
            out->px[(size_t) (in->width - 1 - x) * (size_t) out->stride
                + (size_t) y] = row[x];
        }
    }

    if (truth != NULL) {
        gms_homography_multiply(truth, map, truth);
    }

    return GMS_OK;
}


static void
mirror(gms_image_t *image, double truth[9])
{
    double map[9] = { -1, 0, image->width - 1, 0, 1, 0, 0, 0, 1 };

    for (int y = 0; y < image->height; y++) {
        uint8_t *row = image->px + (size_t) y * (size_t) image->stride;

        for (int a = 0, b = image->width - 1; a < b; a++, b--) {
            uint8_t v = row[a];

            row[a] = row[b];
            row[b] = v;
        }
    }

    if (truth != NULL) {
        gms_homography_multiply(truth, map, truth);
    }
}


/* Turns p->raw; truth too, with the first picture. */
static int
hang(play_t *p, double truth[9])
{
    int rc;

    for (int i = 0; i < p->scene->rotate / 90; i++) {
        gms_image_t swap;

        rc = turn_once(&p->turned, &p->raw, truth);
        if (rc != GMS_OK) {
            return rc;
        }
        swap = p->raw;
        p->raw = p->turned;
        p->turned = swap;
    }

    if (p->scene->mirror) {
        mirror(&p->raw, truth);
    }

    return GMS_OK;
}


/* Makes the frame's JPEG anew from a picture that is turned. */
static int
recode(play_t *p, gms_frame_t *frame)
{
    int         rc;
    const void *bytes;

    if (p->scene->quality == 0) {
        return GMS_OK;
    }

    rc =
        gms_jpeg_decode_gray(p->recode, frame->jpeg, frame->jpeg_size, &p->raw);
    if (rc != GMS_OK) {
        return rc;
    }

    rc = hang(p, p->last_size == 0 ? p->truth : NULL);
    if (rc != GMS_OK) {
        return rc;
    }

    if (p->h264 != NULL) {
        rc = gms_h264_pass(p->h264, &p->raw, &p->coded);
        if (rc != GMS_OK) {
            return rc;
        }
    }

    rc = gms_jpeg_encode_gray(p->recode, p->h264 != NULL ? &p->coded : &p->raw,
        p->scene->quality, &bytes, &frame->jpeg_size);
    frame->jpeg = bytes;

    return rc;
}


/* The same bytes again?  Keeps them if not. */
static bool
is_repeated(play_t *p, const gms_frame_t *frame)
{
    if (p->last_size == frame->jpeg_size
        && memcmp(p->last, frame->jpeg, p->last_size) == 0)
    {
        return true;
    }

    if (p->last_room < frame->jpeg_size) {
        uint8_t *grown = realloc(p->last, 2 * frame->jpeg_size);

        if (grown == NULL) {
            p->last_size = 0;
            return false;
        }
        p->last = grown;
        p->last_room = 2 * frame->jpeg_size;
    }

    memcpy(p->last, frame->jpeg, frame->jpeg_size);
    p->last_size = frame->jpeg_size;

    return false;
}


/* Root mean square over all rings of what the calibration is beside the
 * truth of the undisturbed picture, px. */
static double
calibration_error(const play_t *p, const gms_calibration_t *c)
{
    int    n = 0;
    double sum = 0;

    for (int i = 0; i < p->face->rings; i++) {
        for (int k = 0; k < 8; k++) {
            double r = p->face->ring[i].diameter_mm / 2;
            double x = r * cos(k * M_PI / 4), y = r * sin(k * M_PI / 4);
            double ax, ay, bx, by;

            gms_calibration_to_px(c, x, y, &ax, &ay);
            gms_homography_apply(p->truth, x, y, &bx, &by);
            sum += (ax - bx) * (ax - bx) + (ay - by) * (ay - by);
            n++;
        }
    }

    return sqrt(sum / n);
}


static int
begin(play_t *p, char *err, size_t err_size)
{
    int                   rc;
    bench_result_t       *r = p->result;
    gms_detector_config_t config = { .caliber_mm = p->scene->caliber_mm,
        .face = *p->face,
        .zone_mm = gms_face_radius_mm(p->face),
        .view = p->view };
    gms_calibration_t    *c = &config.calibration;

    rc = gms_calibrate(c, &p->image, p->face, &p->view, r->why, sizeof(r->why));
    if (rc == GMS_EUNSURE && ++p->tried < CALIBRATE_PICTURES) {
        return GMS_OK;
    }
    if (rc != GMS_OK) {
        return GMS_EEND; /* why says it; all shots are missed */
    }

    rc = gms_detector_open(&p->detector, "builtin", &config, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    p->open = true;
    r->calibrated = true;
    r->why[0] = '\0';
    r->calibration_px = calibration_error(p, c);
    r->px_per_mm = c->px_per_mm;
    r->caliber_px = c->px_per_mm * p->scene->caliber_mm;

    if (p->with_naive) {
        double x, y;

        gms_calibration_to_px(c, 0, 0, &x, &y);
        rc = bench_naive_open(&p->naive, &p->image, x, y,
            (config.zone_mm + p->scene->caliber_mm) * c->px_per_mm,
            r->caliber_px);
        p->naive_open = rc == GMS_OK;
    }

    return rc;
}


static bench_report_t *
report(play_t *p, bench_list_t *list, const gms_frame_t *frame, double x_px,
    double y_px)
{
    bench_report_t          *report = list_add(list, sizeof(bench_report_t));
    const gms_calibration_t *c = gms_detector_calibration(&p->detector);

    if (report == NULL) {
        return NULL;
    }

    report->frame = report->first_frame = frame->id;
    report->real_ns = frame->real_ns;
    report->x_px = x_px;
    report->y_px = y_px;
    gms_calibration_to_mm(c, x_px, y_px, &report->x_mm, &report->y_mm);

    return report;
}


static int
take(play_t *p, const gms_frame_t *frame, const gms_detection_t *d)
{
    bench_report_t *shot;
    bench_list_t   *reports = &p->result->reports;

    if (d->kind == GMS_DETECTION_REMOVED) {
        for (int i = 0; i < reports->n; i++) {
            shot = bench_report_at(reports, i);
            shot->removed = shot->removed || shot->id == d->id;
        }
    }

    if (d->kind != GMS_DETECTION_SHOT && d->kind != GMS_DETECTION_REJECTED) {
        return GMS_OK;
    }

    shot = report(p,
        d->kind == GMS_DETECTION_SHOT ? reports : &p->result->rejected, frame,
        d->x_px, d->y_px);
    if (shot == NULL) {
        return GMS_ENOMEM;
    }

    shot->id = d->id;
    shot->first_frame = d->first_frame;
    memcpy(shot->error_px2, d->error_px2, sizeof(shot->error_px2));
    gms_calibration_error_mm2(gms_detector_calibration(&p->detector), d->x_px,
        d->y_px, d->error_px2, shot->error_mm2);
    shot->confidence = d->confidence;
    shot->possible_double = d->possible_double;
    shot->order_unknown = d->order_unknown;

    return GMS_OK;
}


static int
push_naive(play_t *p, const gms_frame_t *frame)
{
    int          n;
    bench_spot_t spot[SPOTS_MAX];

    if (!p->naive_open) {
        return GMS_OK;
    }

    n = bench_naive_push(&p->naive, &p->image, spot, SPOTS_MAX);

    for (int i = 0; i < n && i < SPOTS_MAX; i++) {
        if (report(p, &p->result->naive, frame, spot[i].x, spot[i].y) == NULL) {
            return GMS_ENOMEM;
        }
    }

    return GMS_OK;
}


static int
push(play_t *p, const gms_frame_t *frame, int64_t spent_ns, bool repeated)
{
    int             n, rc;
    int64_t         start = gms_clock_thread_ns();
    double         *ms;
    gms_detection_t found[DETECTIONS_MAX];
    bench_result_t *r = p->result;

    n = gms_detector_push(&p->detector, &p->image, frame->id, frame->mono_ns,
        found, DETECTIONS_MAX);
    spent_ns += gms_clock_thread_ns() - start;
    if (n < 0) {
        return n;
    }

    for (int i = 0; i < n; i++) {
        rc = take(p, frame, &found[i]);
        if (rc != GMS_OK) {
            return rc;
        }
    }

    if (repeated) {
        return GMS_OK;
    }

    ms = list_add(&r->ms, sizeof(double));
    if (ms == NULL) {
        return GMS_ENOMEM;
    }
    *ms = (double) spent_ns / (double) GMS_MS;
    r->frames++;

    return push_naive(p, frame);
}


static void
count_state(play_t *p, const gms_frame_t *frame)
{
    double               passed;
    bench_result_t      *r = p->result;
    gms_detector_state_e state = GMS_DETECTOR_LEARNING;

    if (p->last_ns == 0) {
        p->first_ns = frame->mono_ns;
        p->last_ns = frame->mono_ns;
    }

    passed = (double) (frame->mono_ns - p->last_ns) / (double) GMS_S;
    p->last_ns = frame->mono_ns;

    if (p->open) {
        state = gms_detector_state(&p->detector);
    }

    r->seconds += passed;
    r->state_s[state] += passed;
    p->dark_s = state == GMS_DETECTOR_LIVE ? 0 : p->dark_s + passed;
    r->dark_s = fmax(r->dark_s, p->dark_s);
}


static int
keep_picture(const play_t *p, const gms_frame_t *frame)
{
    FILE *out;
    char  path[700];
    bool  ok;

    for (int i = 0; p->dump != NULL && i < p->dump->n; i++) {
        if (p->dump->frame[i] != frame->id) {
            continue;
        }
        snprintf(path, sizeof(path), "%s/%s-%06llu.jpg", p->dump->dir,
            p->dump->name, (unsigned long long) frame->id);
        out = fopen(path, "wbe");
        if (out == NULL) {
            return GMS_ESYS;
        }
        ok = fwrite(frame->jpeg, frame->jpeg_size, 1, out) == 1;
        return fclose(out) == 0 && ok ? GMS_OK : GMS_ESYS;
    }

    return GMS_OK;
}


static int
one_frame(play_t *p, gms_frame_t *frame, char *err, size_t err_size)
{
    int     rc;
    int64_t start, spent = 0;
    bool    repeated;

    rc = recode(p, frame);
    if (rc == GMS_OK) {
        rc = keep_picture(p, frame);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    count_state(p, frame);
    repeated = is_repeated(p, frame);

    if (!repeated) {
        start = gms_clock_thread_ns();
        rc = gms_jpeg_decode_gray(
            p->jpeg, frame->jpeg, frame->jpeg_size, &p->image);
        if (rc != GMS_OK) {
            return rc;
        }
        spent = gms_clock_thread_ns() - start;
    }

    if (!p->open && !repeated) {
        rc = begin(p, err, err_size);
    }
    if (rc != GMS_OK || !p->open) {
        return rc;
    }

    /* as the worker does: repeats are pushed while it learns */
    return !repeated
            || gms_detector_state(&p->detector) == GMS_DETECTOR_LEARNING
        ? push(p, frame, spent, repeated)
        : GMS_OK;
}


/* What really was fired, once all is over. */
static int
note_shots(play_t *p)
{
    gms_truth_t     truth;
    bench_shot_t   *shot, *other;
    bench_result_t *r = p->result;

    for (size_t i = 0; gms_source_truth(&p->source, i, &truth, 1) == 1; i++) {
        shot = list_add(&r->shots, sizeof(bench_shot_t));
        if (shot == NULL) {
            return GMS_ENOMEM;
        }
        shot->frame = truth.frame;
        shot->real_ns = truth.real_ns;
        shot->x_mm = truth.x_mm;
        shot->y_mm = truth.y_mm;
        shot->nearest_mm = INFINITY;
        shot->black = truth.on_black;
        shot->extra = p->scene->counted > 0 && (int) i >= p->scene->counted;
        shot->overlap = truth.overlap;
        gms_homography_apply(
            p->truth, truth.x_mm, truth.y_mm, &shot->x_px, &shot->y_px);

        for (int k = 0; k < r->shots.n - 1; k++) {
            double d;

            other = bench_result_shot(r, k);
            d = hypot(other->x_mm - shot->x_mm, other->y_mm - shot->y_mm);
            shot->nearest_mm = fmin(shot->nearest_mm, d);
            other->nearest_mm = fmin(other->nearest_mm, d);
        }
    }

    return GMS_OK;
}


static bool
is_over(const play_t *p)
{
    return p->scene->until_s > 0
        && (double) (p->last_ns - p->first_ns)
        >= p->scene->until_s * (double) GMS_S;
}


static int
play_all(play_t *p, char *err, size_t err_size)
{
    int         rc;
    gms_frame_t frame;

    do {
        rc = gms_source_next(&p->source, &frame, 1000, err, err_size);
        if (rc == GMS_OK) {
            rc = one_frame(p, &frame, err, err_size);
        }
        if (rc == GMS_OK && is_over(p)) {
            rc = GMS_EEND;
        }
    } while (rc == GMS_OK || rc == GMS_EAGAIN);

    if (rc != GMS_EEND) {
        return rc;
    }

    if (p->open) {
        p->result->calibration = *gms_detector_calibration(&p->detector);
    }

    /* a scene that was given up is still shot at to its end */
    while (p->scene->until_s <= 0
        && gms_source_next(&p->source, &frame, 1000, err, err_size) == GMS_OK)
    {
        continue;
    }

    return note_shots(p);
}


static int
open_codec(play_t *p, char *err, size_t err_size)
{
    const gms_camera_t *camera = &p->source.config.camera;
    gms_h264_options_t  options = {
         .width = camera->width,
         .height = camera->height,
         .fps = camera->fps,
         .bits_per_s = 1e6 * p->scene->mbit,
         .key_s = p->scene->key_s,
    };

    p->h264 = gms_h264_open(&options, err, err_size);

    return p->h264 != NULL ? GMS_OK : GMS_ENOMEM;
}


static int
open_all(play_t *p, char *err, size_t err_size)
{
    int                 rc;
    char                text[1300];
    gms_source_config_t config = { .face = p->face,
        .caliber_mm = p->scene->caliber_mm };

    snprintf(text, sizeof(text), "%s%s", p->scene->camera,
        p->scene->quality != 0 ? " quality=" RAW_QUALITY : "");
    rc = gms_camera_parse_text(&config.camera, text, err, err_size);
    if (rc == GMS_OK) {
        rc = gms_source_init(&p->source, &config);
    }
    if (rc == GMS_OK) {
        rc = gms_source_open(&p->source, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = gms_source_simulate_homography(&p->source, p->truth);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    p->view =
        (gms_view_t){ .rotate = p->scene->rotate, .mirror = p->scene->mirror };
    p->jpeg = gms_jpeg_create();
    p->recode = gms_jpeg_create();

    if (p->jpeg == NULL || p->recode == NULL) {
        return GMS_ENOMEM;
    }

    return p->scene->mbit > 0 ? open_codec(p, err, err_size) : GMS_OK;
}


int
bench_scene_play(const bench_scene_t *scene, const gms_face_t *face, bool naive,
    const bench_dump_t *dump, bench_result_t *result, char *err,
    size_t err_size)
{
    int    rc;
    play_t p = { .scene = scene,
        .face = face,
        .dump = dump,
        .result = result,
        .with_naive = naive };

    memset(result, 0, sizeof(*result));
    err[0] = '\0';

    rc = open_all(&p, err, err_size);
    if (rc == GMS_OK) {
        rc = play_all(&p, err, err_size);
    }
    if (rc != GMS_OK && err[0] == '\0') {
        snprintf(err, err_size, "%s", gms_strerror(rc));
    }

    if (p.open) {
        gms_detector_close(&p.detector);
    }
    bench_naive_close(&p.naive);
    gms_source_close(&p.source);
    gms_jpeg_destroy(p.jpeg);
    gms_jpeg_destroy(p.recode);
    gms_image_free(&p.image);
    gms_image_free(&p.raw);
    gms_image_free(&p.turned);
    gms_image_free(&p.coded);
    gms_h264_close(p.h264);
    free(p.last);

    return rc;
}
