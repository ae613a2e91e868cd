/*
 * gms_grading: the scene before one lane, as its state document says it.
 *
 * The analysis thread lets the grade look at pictures in which the detector
 * knows where the card is; what it found goes to the main thread as a
 * gms_scene_status_t.
 */

#ifndef GMS_GRADING_H
#define GMS_GRADING_H

#include <cJSON.h>

#include "../detect/detector.h"
#include "../detect/grade.h"

typedef struct {
    bool                 known; /* enough was seen */
    gms_scene_measures_t measures;
    int                  advices;
    gms_advice_e         advice[GMS_ADVICES]; /* worst first */
} gms_scene_status_t;

typedef struct {
    gms_grade_t grade;
    double      mm_to_px[9];
    int64_t     look_ns; /* when it may look again */
} gms_grading_t;

/* Before every detector that is opened.  Of another card, caliber or place of
 * the camera what was seen says nothing. */
void gms_grading_begin(
    gms_grading_t *grading, const gms_detector_config_t *config);

/* A picture that was pushed to the detector; most are passed over. */
void gms_grading_look(gms_grading_t *grading, const gms_detector_t *detector,
    const gms_image_t *image, int64_t mono_ns);

void gms_grading_status(
    const gms_grading_t *grading, gms_scene_status_t *status);

/* title: of the face; reason: why the target was not found, or "".  The
 * caller's to delete; NULL: no memory. */
cJSON *gms_grading_to_json(
    const gms_scene_status_t *status, const char *title, const char *reason);

#endif /* GMS_GRADING_H */
