/* gms_matching: see matching.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "matching.h"
#include "../target/homography.h"

/* A look for the rings costs tens of milliseconds. */
#define GMS_MATCHING_TRY_NS (300 * GMS_MS)

/* Rings that are not found for so long are hidden, or of no use: what was
 * registered by its print and holes is believed then. */
#define GMS_MATCHING_UNSURE_NS (10 * GMS_S)


void
gms_matching_begin(gms_matching_t *m, bool fresh)
{
    m->on = true;
    m->fresh = fresh;
    m->astray = false;
    m->since_ns = m->tried_ns = 0;
}


/* The pose by which the detector sees the paper, when it was here before. */
static bool
matching_still(
    const gms_calibration_t *calibration, const double pose[9], double mark_mm)
{
    gms_drift_t drift;

    return gms_calibration_drift(&drift, calibration, pose) == GMS_OK
        && drift.shift_mm <= GMS_MATCHING_MM
        && fabs(drift.scale_pct) / 100 * mark_mm <= GMS_MATCHING_MM;
}


/* How far a place of the face lies off, by the calibration that was found:
 * from the centre, whichever way the found one is rolled. */
static double
matching_off(const gms_calibration_t *found,
    const gms_calibration_t *calibration, const double pose[9], double x_mm,
    double y_mm)
{
    double x, y, u, v;

    gms_calibration_to_px(calibration, x_mm, y_mm, &x, &y);

    if (gms_homography_apply(pose, x, y, &u, &v) != GMS_OK) {
        return INFINITY;
    }

    gms_calibration_to_mm(found, u, v, &x, &y);

    return fabs(hypot(x, y) - hypot(x_mm, y_mm));
}


static double
matching_apart(const gms_calibration_t *found,
    const gms_calibration_t *calibration, const double pose[9], double mark_mm)
{
    double off, edge = 0;

    for (int i = 0; i < 4; i++) {
        edge += matching_off(found, calibration, pose,
                    mark_mm * cos(i * M_PI / 2), mark_mm * sin(i * M_PI / 2))
            / 4;
    }

    off = matching_off(found, calibration, pose, 0, 0);

    return off > edge ? off : edge;
}


bool
gms_matching_try(gms_matching_t *m, const gms_calibration_t *calibration,
    const double pose[9], const gms_detector_config_t *config,
    const gms_image_t *gray, int64_t ns)
{
    gms_calibration_t found;
    double            mark_mm = config->face.black_mm / 2;
    char              why[GMS_SENTENCE_SIZE];

    if (config->face.rings == 0
        || (!m->fresh && matching_still(calibration, pose, mark_mm)))
    {
        m->on = m->astray = false;
        return true;
    }

    if (m->since_ns == 0) {
        m->since_ns = ns;

    } else if (ns - m->tried_ns < GMS_MATCHING_TRY_NS) {
        return false;
    }

    m->tried_ns = ns;

    if (gms_calibrate(
            &found, gray, &config->face, &config->view, why, sizeof(why))
        == GMS_OK)
    {
        m->off_mm = matching_apart(&found, calibration, pose, mark_mm);
        m->astray = m->off_mm > GMS_MATCHING_MM;
        m->on = m->astray;

    } else if (ns - m->since_ns > GMS_MATCHING_UNSURE_NS) {
        m->off_mm = -1;
        m->astray = m->fresh;
        m->on = m->astray;
    }

    return !m->on;
}


bool
gms_matching_hold(gms_matching_t *m, const gms_note_t *note)
{
    gms_note_t *kept;

    kept = m->held < GMS_MATCHING_HELD_MAX ? malloc(sizeof(*kept)) : NULL;
    if (kept == NULL) {
        return false;
    }

    *kept = *note;
    m->note[m->held++] = kept;

    return true;
}


bool
gms_matching_take(gms_matching_t *m, gms_note_t *note)
{
    if (m->held == 0) {
        return false;
    }

    *note = *m->note[0];
    free(m->note[0]);
    m->held--;

    for (unsigned i = 0; i < m->held; i++) {
        m->note[i] = m->note[i + 1];
    }

    return true;
}


void
gms_matching_forget(gms_matching_t *m)
{
    gms_note_t note;

    while (gms_matching_take(m, &note)) {
        free(note.u.seen.patches);
    }

    m->on = m->astray = false;
}
