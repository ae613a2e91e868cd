/* The builtin detector on recordings with known holes, when they are there:
 * ../shared/data beside the repository, or in $GMS_SHARED. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cjson/cJSON.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "worker/library/library.h"
#include "worker/capture/source.h"
#include "worker/detect/detector.h"
#include "worker/target/homography.h"

#define SHOTS_MAX 64

/* A report is right within this part of a caliber, once, not before. */
#define MATCH_CALIBERS 0.75

/* So many marks of photographs lie within the ellipse that the report claims
 * for 95 %: a person's marks have an error of their own. */
#define HELD_LEAST 0.85
#define CHI2_95 5.991

typedef struct {
    const char  *clip;
    const char  *target;
    double       caliber_mm;
    double       median_most; /* error of place, calibers */
    int          false_most;  /* beyond those that were taken back */
    bool         marked_last; /* the truth is of the last picture's pose */
} clip_t;

typedef struct {
    int              shots; /* of the truth */
    uint64_t         frame[SHOTS_MAX];
    double           x[SHOTS_MAX];
    double           y[SHOTS_MAX];
    int              found;
    gms_detection_t  report[SHOTS_MAX];
    double           caliber_px;
} recording_t;


static const char *
data_path(char *buf, size_t size, const char *clip, const char *ending)
{
    const char *shared = getenv("GMS_SHARED");

    snprintf(buf, size, "%s/data/%s.%s", shared != NULL ? shared
        : "../shared", clip, ending);
    return buf;
}


static bool
read_truth(recording_t *r, const char *clip)
{
    static char  text[256 * 1024];
    char         path[500];
    FILE        *in = fopen(data_path(path, sizeof(path), clip, "json"),
        "re");
    size_t       n;
    cJSON       *json, *shot;

    if (in == NULL) {
        return false;
    }
    n = fread(text, 1, sizeof(text) - 1, in);
    fclose(in);
    text[n] = '\0';
    json = cJSON_Parse(text);
    assert_non_null(json);
    cJSON_ArrayForEach(shot, cJSON_GetObjectItem(json, "shots")) {
        cJSON *px = cJSON_GetObjectItem(shot, "px");

        assert_in_range(r->shots, 0, SHOTS_MAX - 1);
        r->frame[r->shots] = (uint64_t) cJSON_GetObjectItem(shot, "frame")
                                 ->valuedouble;
        r->x[r->shots] = cJSON_GetArrayItem(px, 0)->valuedouble;
        r->y[r->shots++] = cJSON_GetArrayItem(px, 1)->valuedouble;
    }
    cJSON_Delete(json);
    return true;
}


static void
take(recording_t *r, const gms_detection_t *d)
{
    if (d->kind == GMS_DETECTION_SHOT) {
        assert_in_range(r->found, 0, SHOTS_MAX - 1);
        r->report[r->found++] = *d;
    }
    for (int i = 0; d->kind == GMS_DETECTION_REMOVED && i < r->found; i++) {
        if (r->report[i].id == d->id) {
            r->report[i] = r->report[--r->found];
        }
    }
}


/* Places as they lie in the last picture. */
static void
to_last_pose(recording_t *r, const gms_detector_t *detector)
{
    double pose[9];

    gms_detector_pose(detector, pose);
    for (int i = 0; i < r->found; i++) {
        gms_detection_t *d = &r->report[i];

        gms_homography_apply(pose, d->x_px, d->y_px, &d->x_px, &d->y_px);
    }
}


/* Plays the clip through calibration and detection. */
static void
play(recording_t *r, const clip_t *clip)
{
    char                   path[500], err[400] = "";
    gms_library_t          library;
    gms_source_config_t    config = { .caliber_mm = clip->caliber_mm };
    gms_source_t           source;
    gms_frame_t            frame;
    gms_image_t            image = { 0 };
    gms_jpeg_t            *jpeg = gms_jpeg_create();
    gms_detector_config_t  detect = { .caliber_mm = clip->caliber_mm };
    gms_detector_t         detector;
    bool                   open = false;
    const gms_face_t      *face;

    assert_non_null(jpeg);
    assert_int_equal(gms_library_load(&library, "conf/targets.conf", err,
        sizeof(err)), GMS_OK);
    face = gms_library_find(&library, clip->target, err, sizeof(err));
    assert_non_null(face);
    snprintf(path, sizeof(path), "clip:");
    data_path(path + 5, sizeof(path) - 5, clip->clip, "avi");
    assert_int_equal(gms_camera_parse_text(&config.camera, path, err,
        sizeof(err)), GMS_OK);
    assert_int_equal(gms_source_init(&source, &config), GMS_OK);
    if (gms_source_open(&source, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }
    while (gms_source_next(&source, &frame, 1000, err, sizeof(err))
           == GMS_OK)
    {
        gms_detection_t found[16];
        int             n;

        assert_int_equal(gms_jpeg_decode_gray(jpeg, frame.jpeg,
            frame.jpeg_size, &image), GMS_OK);
        if (!open) {
            if (gms_calibrate(&detect.calibration, &image, face, &detect.view,
                    err, sizeof(err)) != GMS_OK)
            {
                fail_msg("%s", err);
            }
            detect.zone_mm = gms_face_radius_mm(face);
            assert_int_equal(gms_detector_open(&detector, "builtin", &detect,
                err, sizeof(err)), GMS_OK);
            open = true;
        }
        n = gms_detector_push(&detector, &image, frame.id, frame.mono_ns,
            found, 16);
        assert_true(n >= 0);
        for (int i = 0; i < n; i++) {
            take(r, &found[i]);
        }
    }
    assert_true(open);
    if (clip->marked_last) {
        to_last_pose(r, &detector);
    }
    r->caliber_px = clip->caliber_mm * detect.calibration.px_per_mm;
    gms_detector_close(&detector);
    gms_source_close(&source);
    gms_image_free(&image);
    gms_jpeg_destroy(jpeg);
    gms_library_free(&library);
}


static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}


static bool
holds(const gms_detection_t *d, double x, double y)
{
    const double *c = d->error_px2;
    double        det = c[0] * c[2] - c[1] * c[1];

    x -= d->x_px;
    y -= d->y_px;
    return c[2] * x * x - 2 * c[1] * x * y + c[0] * y * y < CHI2_95 * det;
}


/* Matches reports and truth one to one; errors in calibers, sorted; held:
 * marks within the ellipse of their report. */
static int
match(const recording_t *r, double *error, int *held)
{
    bool used[SHOTS_MAX] = { false };
    int  matched = 0;

    *held = 0;

    for (int s = 0; s < r->shots; s++) {
        double best = MATCH_CALIBERS;
        int    which = -1;

        for (int i = 0; i < r->found; i++) {
            double d = hypot(r->report[i].x_px - r->x[s],
                           r->report[i].y_px - r->y[s]) / r->caliber_px;

            if (!used[i] && r->report[i].frame >= r->frame[s] && d < best) {
                best = d;
                which = i;
            }
        }
        if (which >= 0) {
            used[which] = true;
            *held += holds(&r->report[which], r->x[s], r->y[s]);
            error[matched++] = best;
        }
    }
    qsort(error, (size_t) matched, sizeof(double), compare_doubles);
    return matched;
}


static void
all_holes(const clip_t *clip)
{
    recording_t *r = calloc(1, sizeof(*r));
    double       error[SHOTS_MAX];
    int          matched, extra, held;

    assert_non_null(r);
    if (!read_truth(r, clip->clip)) {
        print_message("# skipped: no %s in ../shared/data\n", clip->clip);
        free(r);
        return; /* cmocka's skip() is a failure to TAP */
    }
    play(r, clip);
    matched = match(r, error, &held);
    extra = r->found - matched;
    print_message("# %s: %d of %d, %d false, median error %.3f calibers, %d "
                  "within the ellipse\n",
        clip->clip, matched, r->shots, extra,
        matched > 0 ? error[matched / 2] : 0, held);
    assert_int_equal(matched, r->shots);
    assert_true(matched == 0 || error[matched / 2] <= clip->median_most);
    assert_in_range(extra, 0, clip->false_most);
    assert_true(!clip->marked_last || held >= HELD_LEAST * matched);
    free(r);
}


static void
photographs(void **state)
{
    (void) state;
    all_holes(&(clip_t){ "real/asoee-m2000", "danish-m2000-15m", 5.6, 0.1,
        0, true });
}


static void
compressed(void **state)
{
    (void) state;
    all_holes(&(clip_t){ "real/ranger-quiet", "issf-25m-precision-pistol", 9,
        0, 0, false });
}


static void
quiet(void **state)
{
    (void) state;
    all_holes(&(clip_t){ "sim/clean", "issf-10m-air-pistol", 4.5, 0.05, 0, false });
}


static void
shaken(void **state)
{
    (void) state;
    all_holes(&(clip_t){ "sim/shake", "issf-10m-air-pistol", 4.5, 0.06, 0, false });
}


static void
shaded(void **state)
{
    (void) state;
    all_holes(&(clip_t){ "sim/shadow", "issf-10m-air-rifle", 4.5, 0.05, 0, false });
}


static void
swaying(void **state)
{
    (void) state;
    all_holes(&(clip_t){ "sim/wind", "issf-50m-rifle", 5.6, 0.08, 0, false });
}


static void
everything(void **state)
{
    (void) state;
    all_holes(&(clip_t){ "sim/all", "issf-10m-air-pistol", 4.5, 0.12, 0, false });
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "every hole of a photographed session is found, no other",
          .test_func = photographs },
        { .name = "nobody shoots before a compressing camera: no shot",
          .test_func = compressed },
        { .name = "a quiet camera: every hole, no other",
          .test_func = quiet },
        { .name = "a shaken camera: every hole, no other",
          .test_func = shaken },
        { .name = "a shadow moves over the card: every hole, no other",
          .test_func = shaded },
        { .name = "the card sways in the wind: every hole, no other",
          .test_func = swaying },
        { .name = "all at once, and a fly: every hole, no other stays",
          .test_func = everything }
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
