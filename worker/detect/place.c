/*
 * The builtin detector's card: where it is when it is not where it was, after
 * a move of the camera or on a sheet that was hung anew.
 */

#include "builtin.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../target/homography.h"
#include "../target/relocate.h"

/* Two findings of the card this near, px, are of one place. */
#define ARRIVED_PX 2.0

/* The registration led by the print of another sheet, with other holes, may
 * be off; by less than this the two agree. */
#define AGREE_PX 0.5

/* A sheet that hangs so far from the last one, px, is not followed: what is
 * learnt anew may as well begin there. */
#define HUNG_PX 2.0

/* So long its print is looked for; then it is where the registration has it. */
#define SHEET_NS (150 * GMS_MS)

/* Another pose is taken for good beyond these. */
#define FOLLOW_PX 30.0
#define FOLLOW_SCALE 0.03
#define FOLLOWED_PX 1.5


/* How far two maps lie apart at the corners of x0 .. x1, y0 .. y1. */
static double
apart(const double a[9], const double b[9], const double box[4])
{
    double most = 0;

    for (int i = 0; i < 4; i++) {
        double x = box[(i & 1) * 2], y = box[(i & 2) + 1], u, v, p, q;

        if (gms_homography_apply(a, x, y, &u, &v) != GMS_OK
            || gms_homography_apply(b, x, y, &p, &q) != GMS_OK)
        {
            return INFINITY;
        }
        most = fmax(most, hypot(u - p, v - q));
    }
    return most;
}


double
gms_place_poses_apart(
    const gms_builtin_t *run, const double a[9], const double b[9])
{
    const double box[4] = { 0, 0, run->zone.w, run->zone.h };

    return apart(a, b, box);
}


double
gms_place_apart(const gms_detector_config_t *config, const gms_calibration_t *a,
    const gms_calibration_t *b)
{
    double       r = config->zone_mm;
    const double box[4] = { -r, -r, r, r };

    return apart(a->mm_to_px, b->mm_to_px, box);
}


/* By what the card looked like, which tells how it is rolled; where nothing of
 * it is recognised, by its rings alone. */
static int
look_for(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, gms_calibration_t *found)
{
    const gms_relocate_from_t from = { .image = &run->reg.level[0].reference,
        .x0 = run->zone.x,
        .y0 = run->zone.y,
        .calibration = &config->calibration,
        .face = &config->face };
    gms_relocated_t           out;
    char                      why[200];
    int                       rc;

    rc = gms_relocate(&out, &from, image, &config->view, why, sizeof(why));
    if (rc == GMS_OK) {
        *found = out.calibration;
    }
    return rc;
}


bool
gms_place_find(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, gms_calibration_t *found)
{
    gms_calibration_t last = run->sighted;
    bool              had = run->has_sighted;
    char              why[200];

    run->has_sighted = false;
    if (look_for(run, config, image, found) != GMS_OK
        && gms_calibrate(
               found, image, &config->face, &config->view, why, sizeof(why))
            != GMS_OK)
    {
        return false;
    }
    run->sighted = *found;
    run->has_sighted = true;
    return had && gms_place_apart(config, &last, found) < ARRIVED_PX;
}


bool
gms_place_arrive(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_calibration_t *there, uint64_t frame, int64_t ns)
{
    double map[9];
    char   err[200];

    gms_homography_multiply(map, there->mm_to_px, config->calibration.px_to_mm);
    if (gms_move(run, config, there, map, err, sizeof(err)) != GMS_OK) {
        gms_states_say(run, GMS_DETECTOR_GONE, err);
        return false;
    }
    run->moved = true;
    run->has_sighted = false;
    gms_states_tell(run, GMS_DETECTION_CALIBRATION, NULL, frame, ns);
    return true;
}


bool
gms_place_sheet(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    gms_calibration_t there, here = config->calibration;
    double            map[9];

    if (config->face.rings == 0) {
        return false;
    }
    gms_builtin_pose(run, map);
    gms_homography_multiply(map, map, here.mm_to_px);
    memcpy(here.mm_to_px, map, sizeof(map));
    if (look_for(run, config, image, &there) != GMS_OK) {
        if (ns - run->learn_ns < SHEET_NS
            || gms_calibration_set(&there, map, here.origin, here.residual_mm)
                != GMS_OK)
        {
            return false;
        }
        there.confirmed = here.confirmed;
    }
    run->placed = true;
    if ((gms_place_apart(config, &here, &there) < AGREE_PX
            && gms_place_apart(config, &config->calibration, &there) < HUNG_PX)
        || !gms_place_arrive(run, config, &there, frame, ns))
    {
        return false;
    }
    run->moved = false; /* all is learnt from here */
    return true;
}


bool
gms_place_follow(gms_builtin_t *run, gms_detector_config_t *config,
    uint64_t frame, int64_t ns)
{
    static const double one[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };
    const double       *m = run->steady;
    double              scale = sqrt(fabs(m[0] * m[4] - m[1] * m[3])), map[9];
    gms_calibration_t   there;

    if ((gms_place_poses_apart(run, m, one) < FOLLOW_PX
            && fabs(scale - 1) < FOLLOW_SCALE)
        || gms_place_poses_apart(run, m, run->reg.map) > FOLLOWED_PX
        || ns < run->search_ns)
    {
        return false;
    }
    run->search_ns = ns + GMS_BUILTIN_SEARCH_NS;
    gms_builtin_pose(run, map);
    gms_homography_multiply(map, map, config->calibration.mm_to_px);
    if (gms_calibration_set(&there, map, config->calibration.origin,
            config->calibration.residual_mm)
        != GMS_OK)
    {
        return false;
    }
    there.lens = config->calibration.lens;
    return gms_place_arrive(run, config, &there, frame, ns);
}
