#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "grading.h"
#include "../target/homography.h"

/* Light is compared from look to look: the limits of the grade are for five
 * looks a second, also of pictures that come a little early. */
#define GMS_GRADING_NS (180 * GMS_MS)

/* What shows through so many holes is enough to tell. */
#define GMS_GRADING_HOLES 32

/* Light that stays within this share for 12 s is not of an automatic that
 * follows every hand; one that is steady by chance is not told from it. */
#define GMS_STEADY_SHARE 0.03


void
gms_grading_begin(gms_grading_t *grading, const gms_detector_config_t *config)
{
    if (strcmp(grading->grade.face.name, config->face.name) == 0
        && grading->grade.caliber_mm == config->caliber_mm
        && memcmp(grading->mm_to_px, config->calibration.mm_to_px,
               sizeof(grading->mm_to_px))
            == 0)
    {
        return;
    }

    gms_grade_init(&grading->grade, &config->face, config->caliber_mm);
    memcpy(grading->mm_to_px, config->calibration.mm_to_px,
        sizeof(grading->mm_to_px));
    grading->look_ns = 0;
}


void
gms_grading_look(gms_grading_t *grading, const gms_detector_t *detector,
    const gms_image_t *image, int64_t mono_ns)
{
    gms_calibration_t        seen;
    const gms_calibration_t *calibration;
    double                   pose[9], map[9], disc[GMS_GRADING_HOLES][3];
    int                      n, i;

    if (mono_ns < grading->look_ns || grading->grade.face.rings == 0
        || gms_detector_state(detector) != GMS_DETECTOR_LIVE)
    {
        return;
    }

    grading->look_ns = mono_ns + GMS_GRADING_NS;

    calibration = gms_detector_calibration(detector);
    gms_detector_pose(detector, pose);
    gms_homography_multiply(map, pose, calibration->mm_to_px);

    if (gms_calibration_set(
            &seen, map, calibration->origin, calibration->residual_mm)
        != GMS_OK)
    {
        return;
    }

    seen.lens = calibration->lens;
    n = gms_detector_holes(detector, disc, GMS_GRADING_HOLES);

    for (i = 0; i < n; i++) {
        if (gms_homography_apply(
                pose, disc[i][0], disc[i][1], &disc[i][0], &disc[i][1])
            != GMS_OK)
        {
            return;
        }
    }

    gms_grade_look(
        &grading->grade, image, &seen, (const double(*)[3]) disc, n, mono_ns);
}


void
gms_grading_status(const gms_grading_t *grading, gms_scene_status_t *status)
{
    status->known = gms_grade_known(&grading->grade);
    status->measures = grading->grade.measures;
    status->advices = gms_grade_advice(&grading->grade, status->advice);
}


static const char *
grading_word(const gms_scene_status_t *status, const char *reason)
{
    const char *word;
    int         i;

    if (reason[0] != '\0') {
        return "none";
    }

    word = status->known ? "good" : "unknown";

    for (i = 0; i < status->advices; i++) {
        if (gms_advice_is_grave(status->advice[i])) {
            return "poor";
        }
        word = "fair";
    }

    return word;
}


static void
grading_add(cJSON *json, const char *name, double value, double step)
{
    cJSON_AddNumberToObject(json, name, round(value / step) * step);
}


static void
grading_measures(cJSON *json, const gms_scene_measures_t *m)
{
    grading_add(json, "paper", m->paper, 1);
    grading_add(json, "ink", m->ink, 1);
    grading_add(json, "contrast", m->contrast, 0.01);
    grading_add(json, "edge_px", m->edge_px, 0.1);
    grading_add(json, "hole_px", m->hole_px, 0.1);
    grading_add(json, "tilt_deg", m->tilt_deg, 0.1);
    grading_add(json, "width", m->wide, 0.01);
    grading_add(json, "hidden", m->hidden, 0.01);
    grading_add(json, "noise", m->noise, 0.1);
    grading_add(json, "flicker", m->flicker, 0.01);
    grading_add(json, "light_swing", m->swing, 0.01);
}


/* Nobody can ask the camera: a swing tells that it is not locked, light that
 * stays that nothing changes it. */
static cJSON *
grading_locked(const gms_scene_status_t *status)
{
    int i;

    for (i = 0; i < status->advices; i++) {
        if (status->advice[i] == GMS_ADVICE_EXPOSURE) {
            return cJSON_CreateFalse();
        }
    }

    return status->known && status->measures.steady >= 0
            && status->measures.steady < GMS_STEADY_SHARE
        ? cJSON_CreateTrue()
        : cJSON_CreateNull();
}


static void
grading_advise(cJSON *list, const char *type, const char *text)
{
    cJSON *item;

    item = cJSON_CreateObject();
    cJSON_AddStringToObject(item, "type", type);
    cJSON_AddStringToObject(item, "text", text);
    cJSON_AddItemToArray(list, item);
}


cJSON *
gms_grading_to_json(
    const gms_scene_status_t *status, const char *title, const char *reason)
{
    cJSON *json, *list;
    char   text[256];
    int    i;

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "grade", grading_word(status, reason));

    if (status->known) {
        grading_measures(json, &status->measures);
    }

    cJSON_AddItemToObject(json, "exposure_locked", grading_locked(status));
    list = cJSON_AddArrayToObject(json, "advice");

    if (reason[0] != '\0') {
        grading_advise(list, "none", reason);
    }

    for (i = 0; i < status->advices; i++) {
        gms_advice_sentence(
            &status->measures, title, status->advice[i], text, sizeof(text));
        grading_advise(list, gms_advice_name(status->advice[i]), text);
    }

    return json;
}
