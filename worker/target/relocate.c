/*
 * gms_relocate: a card that was calibrated once, in a later picture.
 *
 * Two ways.  The near one lays the reference onto the picture from where it
 * was, coarse to fine.  When that does not fit, the rings are found as in any
 * calibration, what stands between them tells the roll, and the reference is
 * then laid onto the picture from there, if both are of about the same scale.
 */

#include "relocate.h"

#include "../../ipc/error.h"
#include "align.h"
#include "calibrate.h"
#include "homography.h"
#include "numerals.h"
#include "reason.h"
#include "roll.h"

#include <math.h>
#include <string.h>

/* The near way: what must agree, for nobody looked at the rings. */
#define NEAR_MATCH 0.85
#define NEAR_SHARE 0.55

/* What is no ring must agree as well, and a card that seems to have moved more
 * than this was found by luck. */
#define NEAR_PRINT 0.6
#define NEAR_TURN_DEG 2.0
#define NEAR_SCALE_PCT 4.0

/* The far way, after the rings. */
#define FAR_MATCH 0.6
#define FAR_SHARE 0.4
#define FAR_SCALE 1.8

/* A roll found after the fit is no more than its own error. */
#define ROLL_LEFT_DEG 0.6

/* How far apart rings and picture may put a place of the outermost ring: px,
 * and of its radius. */
#define APART_PX 1.5
#define APART_SHARE 0.012

#define LEVELS 3 /* whole, half, quarter */

typedef struct {
    gms_image_t level[LEVELS]; /* the first is a view of the caller's */
} pyramid_t;

typedef struct {
    const gms_relocate_from_t *from;
    const gms_image_t         *picture;
    double                     was[9]; /* mm -> px of the reference */
    pyramid_t                  reference;
    pyramid_t                  now;
} search_t;


static int
halve(gms_image_t *out, const gms_image_t *in)
{
    int rc = gms_image_resize(out, in->width / 2, in->height / 2);

    for (int y = 0; rc == GMS_OK && y < out->height; y++) {
        const uint8_t *p = in->px + 2 * (size_t) y * (size_t) in->stride;
        const uint8_t *q = p + in->stride;
        uint8_t       *o = out->px + (size_t) y * (size_t) out->stride;

        for (int x = 0; x < out->width; x++) {
            o[x] = (uint8_t) ((p[2 * x] + p[2 * x + 1] + q[2 * x] + q[2 * x + 1]
                                  + 2)
                / 4);
        }
    }
    return rc;
}


static int
pyramid_open(pyramid_t *p, const gms_image_t *image)
{
    int rc = GMS_OK;

    p->level[0] = *image;
    p->level[0].capacity = 0;
    for (int i = 1; rc == GMS_OK && i < LEVELS; i++) {
        rc = halve(&p->level[i], &p->level[i - 1]);
    }
    return rc;
}


static void
pyramid_close(pyramid_t *p)
{
    for (int i = 1; i < LEVELS; i++) {
        gms_image_free(&p->level[i]);
    }
}


/* A shrunken pixel's centre is the middle of those that it was made of. */
static void
to_level(double out[9], const double h[9], int level)
{
    double f = 1 << level;

    gms_homography_multiply(out,
        (double[9]){
            1 / f, 0, (1 / f - 1) / 2, 0, 1 / f, (1 / f - 1) / 2, 0, 0, 1 },
        h);
}


static void
from_level(double out[9], const double h[9], int level)
{
    double f = 1 << level;

    gms_homography_multiply(
        out, (double[9]){ f, 0, (f - 1) / 2, 0, f, (f - 1) / 2, 0, 0, 1 }, h);
}


/* Lays the reference onto the picture from h on, coarse to fine. */
static int
align(const search_t *s, double h[9], int first, gms_align_result_t *result)
{
    int rc = GMS_OK;

    for (int level = first; rc == GMS_OK && level >= 0; level--) {
        double       was[9], is[9];
        gms_align_t *a;

        to_level(was, s->was, level);
        to_level(is, h, level);
        a = gms_align_learn(&s->reference.level[level], was, s->from->face);
        rc = a != NULL ? gms_align_fit(a, &s->now.level[level], is, result)
                       : GMS_EUNSURE;
        gms_align_destroy(a);
        if (rc == GMS_OK) {
            from_level(h, is, level);
        }
    }
    return rc;
}


static int
find_roll(const search_t *s, const double h[9], double *roll, double *match)
{
    gms_roll_view_t was = { &s->reference.level[0], s->was };
    gms_roll_view_t is = { s->picture, h };

    return gms_roll_find(roll, match, &was, &is, s->from->face);
}


static int
look_near(const search_t *s, double h[9], gms_relocated_t *out)
{
    const gms_calibration_t *old = s->from->calibration;
    gms_align_result_t       r;
    gms_drift_t              drift;
    double                   roll, pose[9];
    int                      rc;

    memcpy(h, old->mm_to_px, 9 * sizeof(*h));
    rc = align(s, h, LEVELS - 1, &r);
    if (rc != GMS_OK || r.match < NEAR_MATCH || r.share < NEAR_SHARE) {
        return GMS_EUNSURE;
    }
    gms_homography_multiply(pose, h, old->px_to_mm);
    if (gms_calibration_drift(&drift, old, pose) != GMS_OK
        || fabs(drift.turn_deg) > NEAR_TURN_DEG
        || fabs(drift.scale_pct) > NEAR_SCALE_PCT)
    {
        return GMS_EUNSURE;
    }
    rc = find_roll(s, h, &roll, &out->match);
    if (rc != GMS_OK) {
        return rc;
    }
    out->way = GMS_RELOCATE_NEAR;
    out->calibration.lens = old->lens;
    out->error_mm = r.error_mm;
    return fabs(roll) < ROLL_LEFT_DEG && out->match >= NEAR_PRINT ? GMS_OK
                                                                  : GMS_EUNSURE;
}


/* Of the same handedness as the old calibration, and what was up in the
 * picture is up in it still. */
static int
set_roll(double h[9], const double rings[9], const gms_calibration_t *old)
{
    double a[4], b[4], det, cos_sum, sin_sum, norm;

    memcpy(h, rings, 9 * sizeof(*h));
    if (gms_homography_jacobian(old->mm_to_px, 0, 0, a) != GMS_OK
        || gms_homography_jacobian(h, 0, 0, b) != GMS_OK)
    {
        return GMS_EINVALID;
    }
    det = (a[0] * a[3] - a[1] * a[2]) * (b[0] * b[3] - b[1] * b[2]);
    if (det < 0) {
        gms_homography_multiply(
            h, h, (double[9]){ -1, 0, 0, 0, 1, 0, 0, 0, 1 });
        b[0] = -b[0];
        b[2] = -b[2];
    }
    /* The roll R for which b R is nearest to a: Procrustes in the plane. */
    cos_sum = b[0] * a[0] + b[2] * a[2] + b[1] * a[1] + b[3] * a[3];
    sin_sum = b[1] * a[0] + b[3] * a[2] - b[0] * a[1] - b[2] * a[3];
    norm = hypot(cos_sum, sin_sum);
    if (!(norm > 0)) {
        return GMS_EINVALID;
    }
    cos_sum /= norm;
    sin_sum /= norm;
    gms_homography_multiply(h, h,
        (double[9]){ cos_sum, -sin_sum, 0, sin_sum, cos_sum, 0, 0, 0, 1 });
    return GMS_OK;
}


/* Largest distance between two maps on the outermost ring, px. */
static double
apart(const double a[9], const double b[9], double radius_mm)
{
    double most = 0;

    for (int i = 0; i < 12; i++) {
        double x = radius_mm * cos(i * M_PI / 6), p[2];
        double y = radius_mm * sin(i * M_PI / 6), q[2];

        if (gms_homography_apply(a, x, y, &p[0], &p[1]) != GMS_OK
            || gms_homography_apply(b, x, y, &q[0], &q[1]) != GMS_OK)
        {
            return INFINITY;
        }
        most = fmax(most, hypot(p[0] - q[0], p[1] - q[1]));
    }
    return most;
}


/* The same by where the printed values stand in both: pasters are most of
 * what lies between the rings, but no numeral. */
static int
read_roll(const search_t *s, const double h[9], const gms_rings_t *rings,
    double *roll)
{
    gms_rings_t before = *rings;
    double      was;

    before.px_per_mm = s->from->calibration->px_per_mm;
    if (gms_numerals_roll(&was, s->was, &before, s->from->image) != GMS_OK
        || gms_numerals_roll(roll, h, rings, s->picture) != GMS_OK)
    {
        return GMS_EUNSURE;
    }
    *roll -= was;
    return GMS_OK;
}


static int
by_rings(const search_t *s, const gms_view_t *view, gms_rings_t *rings,
    double h[9], gms_relocated_t *out, char *reason, size_t size)
{
    double roll, c, n;
    int    rc;

    rc = gms_calibrate_rings(
        rings, s->picture, s->from->face, view, reason, size);
    if (rc != GMS_OK) {
        return rc;
    }
    rc = set_roll(h, rings->mm_to_px, s->from->calibration);
    if (rc == GMS_OK) {
        rc = find_roll(s, h, &roll, &out->match);
    }
    if (rc == GMS_ENOMEM) {
        return rc;
    }
    if (rc == GMS_EUNSURE) {
        rc = read_roll(s, h, rings, &roll);
    }
    if (rc != GMS_OK) {
        return unsure(reason, size,
            "The rings are found, but neither digits nor holes tell how far "
            "the card is turned: calibrate anew.");
    }
    c = cos(roll * M_PI / 180);
    n = sin(roll * M_PI / 180);
    gms_homography_multiply(h, h, (double[9]){ c, -n, 0, n, c, 0, 0, 0, 1 });
    return GMS_OK;
}


static int
look_far(const search_t *s, const gms_view_t *view, double h[9],
    gms_relocated_t *out, char *reason, size_t size)
{
    const gms_face_t  *face = s->from->face;
    gms_align_result_t r;
    gms_rings_t        rings;
    double             fine[9], radius = gms_face_radius_mm(face), scale, off;
    int                rc;

    rc = by_rings(s, view, &rings, h, out, reason, size);
    if (rc != GMS_OK) {
        return rc;
    }
    out->way = GMS_RELOCATE_RINGS;
    out->calibration.lens = rings.lens;
    out->error_mm = rings.residual_mm;
    scale = rings.px_per_mm / s->from->calibration->px_per_mm;
    if (scale > FAR_SCALE || scale < 1 / FAR_SCALE) {
        return GMS_OK;
    }

    memcpy(fine, h, sizeof(fine));
    if (align(s, fine, 1, &r) != GMS_OK || r.match < FAR_MATCH
        || r.share < FAR_SHARE)
    {
        return GMS_OK;
    }
    off = apart(h, fine, radius);
    if (off > fmax(APART_PX, APART_SHARE * radius * rings.px_per_mm)) {
        return unsure(reason, size,
            "Rings and digits of the card do not agree (%.1f pixels apart): "
            "is the paper bent, or another sheet in front of the camera?",
            off);
    }
    memcpy(h, fine, sizeof(fine));
    out->way = GMS_RELOCATE_FAR;
    out->error_mm = r.error_mm;
    return GMS_OK;
}


static int
search(search_t *s, const gms_view_t *view, gms_relocated_t *out, char *reason,
    size_t size)
{
    const gms_calibration_t *old = s->from->calibration;
    gms_lens_t               lens;
    double                   h[9], pose[9];
    int                      rc;

    rc = pyramid_open(&s->reference, s->from->image);
    if (rc == GMS_OK) {
        rc = pyramid_open(&s->now, s->picture);
    }
    if (rc == GMS_OK) {
        rc = look_near(s, h, out);
        if (rc == GMS_EUNSURE) {
            rc = look_far(s, view, h, out, reason, size);
        }
    }
    if (rc != GMS_OK) {
        return rc;
    }
    gms_homography_multiply(pose, h, old->px_to_mm);
    lens = out->calibration.lens;
    if (gms_calibration_set(&out->calibration, h, old->origin, old->residual_mm)
            != GMS_OK
        || gms_calibration_drift(&out->drift, old, pose) != GMS_OK)
    {
        return unsure(reason, size,
            "What was found is no view of a card: calibrate anew.");
    }
    out->calibration.confirmed = old->confirmed;
    out->calibration.lens = lens;
    return GMS_OK;
}


static void
search_init(
    search_t *s, const gms_relocate_from_t *from, const gms_image_t *picture)
{
    memset(s, 0, sizeof(*s));
    s->from = from;
    s->picture = picture;
    gms_homography_multiply(s->was,
        (double[9]){ 1, 0, -from->x0, 0, 1, -from->y0, 0, 0, 1 },
        from->calibration->mm_to_px);
}


static void
search_close(search_t *s)
{
    pyramid_close(&s->reference);
    pyramid_close(&s->now);
}


int
gms_relocate(gms_relocated_t *out, const gms_relocate_from_t *from,
    const gms_image_t *picture, const gms_view_t *view, char *reason,
    size_t reason_size)
{
    search_t        s;
    gms_relocated_t found = { 0 };
    int             rc;

    if (from->image->width < 16 || from->image->height < 16
        || picture->width < 16 || picture->height < 16)
    {
        return unsure(reason, reason_size, "The picture is too small.");
    }
    search_init(&s, from, picture);
    rc = search(&s, view, &found, reason, reason_size);
    search_close(&s);
    if (rc == GMS_OK) {
        *out = found;
    }
    return rc;
}


int
gms_relocate_refine(gms_calibration_t *out, const gms_relocate_from_t *from,
    const gms_image_t *picture, const double guess[9])
{
    const gms_calibration_t *old = from->calibration;
    gms_align_result_t       r;
    search_t                 s;
    double                   h[9], roll, match;
    int                      rc;

    search_init(&s, from, picture);
    memcpy(h, guess, sizeof(h));
    rc = pyramid_open(&s.reference, from->image);
    rc = rc != GMS_OK ? rc : pyramid_open(&s.now, picture);
    rc = rc != GMS_OK ? rc : align(&s, h, 1, &r);
    if (rc == GMS_OK
        && (r.match < FAR_MATCH || r.share < FAR_SHARE
            || find_roll(&s, h, &roll, &match) != GMS_OK
            || fabs(roll) > ROLL_LEFT_DEG))
    {
        rc = GMS_EUNSURE;
    }
    search_close(&s);
    if (rc == GMS_OK) {
        rc = gms_calibration_set(out, h, old->origin, old->residual_mm);
    }
    if (rc == GMS_OK) {
        out->confirmed = old->confirmed;
        out->lens = old->lens;
    }
    return rc;
}


int
gms_calibration_drift(
    gms_drift_t *drift, const gms_calibration_t *c, const double pose[9])
{
    double map[9], m[9], j[4], x, y, size;

    gms_homography_multiply(m, pose, c->mm_to_px);
    gms_homography_multiply(map, c->px_to_mm, m);
    if (gms_homography_apply(map, 0, 0, &x, &y) != GMS_OK
        || gms_homography_jacobian(map, 0, 0, j) != GMS_OK)
    {
        return GMS_EINVALID;
    }
    size = j[0] * j[3] - j[1] * j[2];
    if (!(size > 0) || !isfinite(size)) {
        return GMS_EINVALID;
    }
    drift->shift_mm = hypot(x, y);
    drift->turn_deg = atan2(j[2] - j[1], j[0] + j[3]) * 180 / M_PI;
    drift->scale_pct = 100 * (sqrt(size) - 1);
    return GMS_OK;
}
