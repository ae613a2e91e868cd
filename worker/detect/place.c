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

/* A sheet that ends sooner beside its aiming mark shows paper toward its
 * corners alone: card to mark.  Corners may be hidden, or out of the picture:
 * so long after the last search the cheap look is not believed. */
#define ROOM 1.6
#define DOUBT_NS (10 * GMS_S)

/* What stands still stays this near, px, from one picture to the next; where
 * they come slowly a camera that shakes is further away, and what people move
 * further still. */
#define STANDS_PX 2.0
#define STANDS_SLOW_PX 4.0
#define SLOW_S 0.4

/* The registration led by the print of another sheet, with other holes, may
 * be off; by less than this the two agree. */
#define AGREE_PX 0.5

/* A sheet that hangs so far from the last one, px, is not followed: what is
 * learnt anew may as well begin there. */
#define HUNG_PX 2.0

/* ... and so much further than it strays while it stands still, nobody but who
 * was before it can have hung it. */
#define REHUNG 1.5

/* So long its print is looked for; then it is where the registration has it. */
#define SHEET_NS (150 * GMS_MS)

/* Another pose is taken for good beyond these, when it has stood still for so
 * long: the warp shifts whole blocks, and a turned one is sheared.  Paper that
 * sways never stands. */
#define FOLLOW_PX 30.0
#define FOLLOW_TURN 0.015
#define FOLLOW_SCALE 0.015
#define FOLLOW_NS GMS_S
#define FOLLOW_PICTURES 3

/* A pose stands still for so long before paper or light are judged by what is
 * seen there. */
#define STANDS_NS (150 * GMS_MS)


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


static double
stands_px(const gms_builtin_t *run)
{
    return run->interval_s > SLOW_S ? STANDS_SLOW_PX : STANDS_PX;
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


static gms_relocate_from_t
from_here(const gms_builtin_t *run, const gms_detector_config_t *config)
{
    return (gms_relocate_from_t){ .image = &run->reg.level[0].reference,
        .x0 = run->zone.x,
        .y0 = run->zone.y,
        .calibration = &config->calibration,
        .face = &config->face };
}


/* By what the card looked like, which tells how it is rolled; where nothing of
 * it is recognised, by its rings alone. */
static int
look_for(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, gms_calibration_t *found)
{
    const gms_relocate_from_t from = from_here(run, config);
    gms_relocated_t           out;
    char                      why[200];
    int                       rc;

    rc = gms_relocate(&out, &from, image, &config->view, why, sizeof(why));
    if (rc == GMS_OK) {
        *found = out.calibration;
    }
    return rc;
}


/* May the card be in the picture at all?  A target that turned away must not
 * cost a search in each picture.  marked: something like its mark is there. */
static bool
may_be_seen(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, bool *marked)
{
    const gms_face_t *face = &config->face;
    bool              narrow = !(face->card_mm > ROOM * face->black_mm);
    bool              told = face->black_mm > 0 && face->card_mm > 0;
    double radius_px = face->black_mm / 2 * config->calibration.px_per_mm;

    *marked = told && gms_sight_any_mark(image, radius_px, narrow);
    if (told && !*marked
        && !(narrow && run->last_ns - run->sought_ns >= DOUBT_NS)) {
        return false;
    }
    run->sought_ns = run->last_ns;
    return true;
}


bool
gms_place_find(gms_builtin_t *run, const gms_detector_config_t *config,
    const gms_image_t *image, gms_calibration_t *found)
{
    gms_calibration_t last = run->sighted;
    bool              had = run->has_sighted;
    char              why[200];
    bool              marked;
    int64_t           since_ns = run->marked_ns;

    run->has_sighted = false;
    run->marked_ns = 0;
    if (!may_be_seen(run, config, image, &marked)) {
        return false;
    }
    if (marked) {
        run->marked_ns = since_ns != 0 ? since_ns : run->last_ns;
    }
    if (!gms_places_find(&run->places, &config->face, image, found)
        && look_for(run, config, image, found) != GMS_OK
        && gms_calibrate(
               found, image, &config->face, &config->view, why, sizeof(why))
            != GMS_OK)
    {
        return false;
    }
    run->sighted = *found;
    run->has_sighted = true;
    return had && gms_place_apart(config, &last, found) < stands_px(run);
}


bool
gms_place_arrive(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_calibration_t *there, uint64_t frame, int64_t ns)
{
    double map[9];
    char   err[200];

    gms_homography_multiply(map, there->mm_to_px, config->calibration.px_to_mm);
    if (run->known) {
        gms_places_keep(&run->places, &config->calibration,
            &run->reg.level[0].reference, run->zone.x, run->zone.y);
    }
    if (gms_move(run, config, there, map, err, sizeof(err)) != GMS_OK) {
        gms_states_say(run, GMS_DETECTOR_GONE, err);
        return false;
    }
    run->moved = true;
    memcpy(run->left, run->reg.map, sizeof(run->left));
    run->has_sighted = false;
    run->stood = run->whole = 0;
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
        there.lens = here.lens;
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


void
gms_place_watch(gms_builtin_t *run, int64_t ns)
{
    if (run->stood == 0
        || gms_place_poses_apart(run, run->stand, run->reg.map)
            > stands_px(run))
    {
        memcpy(run->stand, run->reg.map, sizeof(run->stand));
        run->stand_ns = ns;
        run->stood = 0;
    }
    run->stood++;
}


bool
gms_place_stands(const gms_builtin_t *run, int64_t ns)
{
    return run->stood > 1 && ns - run->stand_ns >= STANDS_NS;
}


bool
gms_place_hung(const gms_builtin_t *run)
{
    return run->followed
        || gms_place_poses_apart(run, run->reg.map, run->left)
        > REHUNG * stands_px(run);
}


bool
gms_place_moved(const gms_builtin_t *run)
{
    static const double one[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };
    double              j[4];

    return gms_homography_jacobian(
               run->reg.map, run->zone.w / 2.0, run->zone.h / 2.0, j)
        == GMS_OK
        && (fabs(atan2(j[2] - j[1], j[0] + j[3])) > FOLLOW_TURN
            || fabs(sqrt(fabs(j[0] * j[3] - j[1] * j[2])) - 1) > FOLLOW_SCALE
            || gms_place_poses_apart(run, run->reg.map, one) > FOLLOW_PX);
}


bool
gms_place_follow(gms_builtin_t *run, gms_detector_config_t *config,
    const gms_image_t *image, uint64_t frame, int64_t ns)
{
    const gms_relocate_from_t from = from_here(run, config);
    double                    map[9];
    gms_calibration_t         there;

    if (!gms_place_moved(run)
        || (run->hung > 0 ? !gms_place_stands(run, ns)
                          : run->stood < FOLLOW_PICTURES
                    || ns - run->stand_ns < FOLLOW_NS || ns < run->search_ns))
    {
        return false;
    }
    run->search_ns = ns + GMS_BUILTIN_SEARCH_NS;
    gms_builtin_pose(run, map);
    gms_homography_multiply(map, map, config->calibration.mm_to_px);
    if (gms_relocate_refine(&there, &from, image, map) != GMS_OK
        && gms_calibration_set(&there, map, config->calibration.origin,
               config->calibration.residual_mm)
            != GMS_OK)
    {
        return false;
    }
    there.lens = config->calibration.lens;
    there.confirmed = config->calibration.confirmed;
    run->nudged = run->hung == 0;
    run->followed = run->hung > 0;
    run->hung = 0;
    return gms_place_arrive(run, config, &there, frame, ns);
}
