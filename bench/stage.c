/* bench_stage: see stage.h. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stage.h"
#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/target/calibrate.h"
#include "worker/target/homography.h"

#define START_NS (5 * GMS_S)
#define QUALITY 85
#define CLAIM_CALIBERS 0.75
#define DETECTIONS_MAX 64


static int
open_scenery(bench_stage_t *s, const char *options, char *err, size_t err_size)
{
    int          rc;
    char         text[1300];
    gms_camera_t camera;

    snprintf(text, sizeof(text), "simulate: shots=%d first=0 %s",
        BENCH_STAGE_SHOTS, options);
    rc = gms_camera_parse_text(&camera, text, err, err_size);
    if (rc == GMS_OK) {
        rc = gms_options_read(gms_scenery_table, &camera,
            "simulate:", &s->scenery.options, err, err_size);
    }
    if (rc != GMS_OK) {
        return rc;
    }
    s->scenery.width = camera.width > 0 ? camera.width : 1280;
    s->scenery.height = camera.height > 0 ? camera.height : 720;
    rc = gms_scenery_open(&s->scenery, err, err_size);
    if (rc != GMS_OK) {
        memset(&s->scenery, 0, sizeof(s->scenery));
    }
    return rc;
}


int
bench_stage_open(bench_stage_t *s, const char *options, const gms_face_t *face,
    double caliber_mm, double fps, char *err, size_t err_size)
{
    int rc;

    memset(s, 0, sizeof(*s));
    s->fps = fps;
    s->scenery.face = *face;
    s->scenery.caliber_mm = caliber_mm;
    s->scenery.fps = fps;
    rc = open_scenery(s, options, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    for (int i = 0; i < s->scenery.shots; i++) {
        s->scenery.shot[i].at_ns =
            (int64_t) (GMS_SCENERY_NEVER_S * (double) GMS_S);
    }

    s->encoder = gms_jpeg_create();
    s->decoder = gms_jpeg_create();
    if (s->encoder == NULL || s->decoder == NULL) {
        bench_stage_close(s);
        snprintf(err, err_size, "no memory for pictures");
        return GMS_ENOMEM;
    }

    return GMS_OK;
}


void
bench_stage_close(bench_stage_t *s)
{
    if (s->open) {
        gms_detector_close(&s->detector);
    }
    gms_scenery_close(&s->scenery);
    gms_jpeg_destroy(s->encoder);
    gms_jpeg_destroy(s->decoder);
    gms_image_free(&s->image);
    memset(s, 0, sizeof(*s));
}


static int
calibrate(bench_stage_t *s)
{
    int                   rc;
    gms_detector_config_t config = { .caliber_mm = s->scenery.caliber_mm,
        .face = s->scenery.face,
        .zone_mm = gms_face_radius_mm(&s->scenery.face),
        .view = s->view };

    rc = gms_calibrate(&config.calibration, &s->image, &s->scenery.face,
        &s->view, s->why, sizeof(s->why));
    if (rc != GMS_OK) {
        return rc == GMS_EUNSURE ? GMS_OK : rc; /* the next picture may do */
    }

    rc = gms_detector_open(
        &s->detector, "builtin", &config, s->why, sizeof(s->why));
    s->open = rc == GMS_OK;
    s->calibration = config.calibration;

    return rc;
}


/* What of the sheet is seen there in this picture. */
static void
find_spot(
    const bench_stage_t *s, const gms_detection_t *d, bench_stage_report_t *r)
{
    double map[9], back[9], x, y;

    gms_detector_pose(&s->detector, map);
    gms_homography_apply(map, d->x_px, d->y_px, &x, &y);
    if (gms_homography_invert(back, s->scenery.mm_to_px) == GMS_OK) {
        gms_homography_apply(back, x, y, &r->spot_x_mm, &r->spot_y_mm);
    }
}


static void
take(bench_stage_t *s, const gms_detection_t *d)
{
    bench_stage_report_t *r;

    switch (d->kind) {
    case GMS_DETECTION_SHOT:
        if (s->reports == BENCH_STAGE_SHOTS) {
            snprintf(s->why, sizeof(s->why), "more reports than have room");
            return;
        }
        r = &s->report[s->reports++];
        memset(r, 0, sizeof(*r));
        r->id = d->id;
        r->t_s = s->t_s;
        r->sheet = s->scenery.sheet;
        r->order_unknown = d->order_unknown;
        r->shot = -1;
        gms_calibration_to_mm(
            &s->calibration, d->x_px, d->y_px, &r->x_mm, &r->y_mm);
        find_spot(s, d, r);
        break;
    case GMS_DETECTION_REMOVED:
        for (int i = 0; i < s->reports; i++) {
            s->report[i].removed |= s->report[i].id == d->id;
        }
        break;
    case GMS_DETECTION_PAPER:
        if (s->papers < BENCH_STAGE_TOLD) {
            s->paper[s->papers] = d->reason;
        }
        s->papers++;
        break;
    case GMS_DETECTION_CALIBRATION:
        s->calibration = *gms_detector_calibration(&s->detector);
        s->calibrations++;
        break;
    default:
        break;
    }
}


static int
push(bench_stage_t *s)
{
    gms_detection_t found[DETECTIONS_MAX];
    int64_t         ns = START_NS + (int64_t) (s->t_s * (double) GMS_S);
    int             n = gms_detector_push(
                    &s->detector, &s->image, s->frame, ns, found, DETECTIONS_MAX);

    for (int i = 0; i < n; i++) {
        take(s, &found[i]);
    }
    s->state = gms_detector_state(&s->detector);

    return n < 0 ? n : GMS_OK;
}


int
bench_stage_look(bench_stage_t *s)
{
    int                rc;
    size_t             size;
    const void        *bytes;
    const gms_image_t *image;
    int64_t            ns = (int64_t) (s->t_s * (double) GMS_S);

    gms_scenery_fire(&s->scenery, ns);
    image = gms_scenery_frame(&s->scenery, ns);
    rc = gms_jpeg_encode_gray(s->encoder, image, QUALITY, &bytes, &size);
    if (rc == GMS_OK) {
        rc = gms_jpeg_decode_gray(s->decoder, bytes, size, &s->image);
    }
    if (rc == GMS_OK && !s->open) {
        rc = calibrate(s);
    }
    if (rc == GMS_OK && s->open) {
        rc = push(s);
    }
    s->frame++;
    s->t_s += 1 / s->fps;

    return rc;
}


int
bench_stage_show(bench_stage_t *s, double seconds, int pictures)
{
    int rc = GMS_OK, n = (int) lrint(seconds * s->fps);

    for (int i = 0; rc == GMS_OK && i < (n < pictures ? pictures : n); i++) {
        rc = bench_stage_look(s);
    }

    return rc;
}


void
bench_stage_shoot(bench_stage_t *s)
{
    gms_scenery_shot_t *planned;
    bench_stage_shot_t *shot;

    if (s->shots == s->scenery.shots) {
        return;
    }
    planned = &s->scenery.shot[s->shots];
    shot = &s->shot[s->shots++];
    planned->at_ns = (int64_t) (s->t_s * (double) GMS_S);
    planned->sheet = s->scenery.sheet;
    *shot = (bench_stage_shot_t){ .t_s = s->t_s,
        .sheet = s->scenery.sheet,
        .x_mm = planned->x_mm,
        .y_mm = planned->y_mm,
        .report = -1 };
}


static bool
may_be(const bench_stage_report_t *r, const bench_stage_shot_t *shot)
{
    return r->shot < 0 && shot->report < 0 && !r->removed
        && r->sheet == shot->sheet && r->t_s >= shot->t_s;
}


void
bench_stage_match(bench_stage_t *s)
{
    for (;;) {
        int    a = -1, b = -1;
        double best = CLAIM_CALIBERS * s->scenery.caliber_mm;

        for (int i = 0; i < s->reports; i++) {
            for (int k = 0; k < s->shots; k++) {
                double d = hypot(s->report[i].x_mm - s->shot[k].x_mm,
                    s->report[i].y_mm - s->shot[k].y_mm);

                if (may_be(&s->report[i], &s->shot[k]) && d < best) {
                    best = d;
                    a = i;
                    b = k;
                }
            }
        }
        if (a < 0) {
            return;
        }
        s->report[a].shot = b;
        s->shot[b].report = a;
    }
}


double
bench_stage_error_mm(const bench_stage_t *s, int shot)
{
    const bench_stage_shot_t   *p = &s->shot[shot];
    const bench_stage_report_t *r = &s->report[p->report];

    return hypot(r->x_mm - p->x_mm, r->y_mm - p->y_mm);
}


/* From a report's place to where a place of the sheet is by now. */
static double
off_mm(
    const bench_stage_t *s, const bench_stage_report_t *r, double x, double y)
{
    double map[9], back[9];

    gms_homography_apply(s->scenery.mm_to_px, x, y, &x, &y);
    gms_detector_pose(&s->detector, map);
    if (gms_homography_invert(back, map) != GMS_OK) {
        return NAN;
    }
    gms_homography_apply(back, x, y, &x, &y);
    gms_calibration_to_mm(&s->calibration, x, y, &x, &y);

    return hypot(x - r->x_mm, y - r->y_mm);
}


double
bench_stage_again_mm(const bench_stage_t *s, int shot)
{
    const bench_stage_shot_t   *p = &s->shot[shot];
    const bench_stage_report_t *r = &s->report[p->report];

    return p->report < 0 ? NAN : off_mm(s, r, r->spot_x_mm, r->spot_y_mm);
}


double
bench_stage_centre_mm(const bench_stage_t *s, int shot)
{
    const bench_stage_shot_t *p = &s->shot[shot];

    return p->report < 0 ? NAN
                         : off_mm(s, &s->report[p->report], p->x_mm, p->y_mm);
}
