/*
 * gms_calibrate: from a picture to a calibration, or to a sentence that says
 * why not.  A wrong calibration is worse than none: whatever does not fit on
 * all counts is refused.
 */

#include "calibrate.h"

#include "../../ipc/error.h"
#include "mark.h"
#include "median.h"
#include "numerals.h"
#include "reason.h"
#include "rings.h"
#include "sample.h"

#include <math.h>
#include <string.h>

/* A mark of fewer pixels carries rings that cannot be told apart. */
#define MARK_PX_MIN 40.0

/* So much of the outermost ring may lie outside of the picture. */
#define OUTSIDE_MAX 0.25

/* A ring is found when so much of it is: a third may be hidden. */
#define RING_COVERAGE 0.4
#define RINGS_FOUND_MIN 2
#define RINGS_FOUND_SHARE 0.65

/* Of a face that was seen before, pasters may hide all rings but the outer
 * ones: so many, the outermost among them, and so much of the border. */
#define RINGS_KNOWN_MIN 3
#define BORDER_KNOWN 0.5

/* All points together, in pixels, or of the largest radius: paper bends and
 * lenses distort, the more the larger it is seen. */
#define RESIDUAL_PX 1.0
#define RESIDUAL_SHARE 0.007

/* Where one ring, and the root mean square of all, may lie off the place that
 * the fit gives them: in pixels, or of the room between two rings, for
 * printers have tolerances.  The faces that look most alike, 300 m rifle and
 * 10 m running target, differ by .034 of it. */
#define LINE_OFF_PX 0.35
#define LINE_OFF_SHARE 0.03
#define LINES_OFF_PX 0.2
#define LINES_OFF_SHARE 0.015

/* Bright paper spills over the border of the black; in a blurred picture a
 * line's width, which is fitted, takes up what two faces differ by, and the
 * border alone tells them apart. */
#define BORDER_OFF_PX 0.9
#define BORDER_OFF_SHARE 0.06

#define TILT_MAX_DEG 45.0

/* Where rings are missed, the mark's border tells whether the picture lost
 * them: at so many places, within so many px, paper this white or an edge of
 * this sigma. */
#define BORDER_LOOKS 72
#define BORDER_REACH_PX 10
#define BORDER_WHITE 250
#define BORDER_BLURRED_PX 1.9

/* A second target of less than this size is another lane's, far away. */
#define RIVAL_SIZE 0.5

/* From the least to the most that was seen. */
typedef enum {
    NO_MARK,
    NO_RINGS,
    TOO_SMALL,
    MARK_CUT,
    RINGS_TOO_FINE,
    WRONG_FACE,
    BAD_FIT,
    TOO_OBLIQUE,
    RINGS_CUT,
    GOOD
} verdict_e;

typedef struct {
    gms_mark_t  mark;
    gms_rings_t rings;
    verdict_e   verdict;
    int         wanted;
    int         found;
} candidate_t;


/* Nothing to be seen at all gets its own sentence. */
static int
check_light(const gms_image_t *image, const int region[4], char *reason,
    size_t reason_size)
{
    long count[256] = { 0 }, n = 0, sum = 0;
    int  low = -1, high = -1;

    for (int y = region[1]; y < region[1] + region[3]; y += 2) {
        const uint8_t *p = image->px + (size_t) y * (size_t) image->stride;

        for (int x = region[0]; x < region[0] + region[2]; x += 2) {
            count[p[x]]++;
            n++;
        }
    }
    for (int i = 0; i < 256; i++) {
        sum += count[i];
        if (low < 0 && sum > n / 200) {
            low = i;
        }
        if (high < 0 && sum >= n - n / 200) {
            high = i;
        }
    }

    if (high - low >= 24) {
        return GMS_OK;
    }
    if (high < 48) {
        return unsure(reason, reason_size,
            "The picture is black: is the lens covered, or the light off?");
    }
    if (low > 200) {
        return unsure(reason, reason_size,
            "The picture is white: too much light or exposure.");
    }
    return unsure(reason, reason_size,
        "The picture is one even gray: nothing can be told apart in it.");
}


static bool
rings_fit(const gms_rings_t *r)
{
    double sum = 0, limit = 0;
    int    n = 0;

    for (int i = 0; i < r->rings; i++) {
        const gms_ring_t *ring = &r->ring[i];
        double            room = ring->room_mm * r->px_per_mm;
        double            off = fabs(ring->offset_px);

        if (ring->border) {
            /* Far off, few of its points are on it: all the more it counts. */
            if (off > fmax(BORDER_OFF_PX, BORDER_OFF_SHARE * room)) {
                return false;
            }
            continue;
        }
        if (ring->coverage < RING_COVERAGE) {
            continue;
        }
        if (off > fmax(LINE_OFF_PX, LINE_OFF_SHARE * room)) {
            return false;
        }
        sum += off * off;
        limit = fmax(limit, LINES_OFF_SHARE * room);
        n++;
    }
    return n == 0 || sqrt(sum / n) <= fmax(LINES_OFF_PX, limit);
}


static verdict_e
judge(candidate_t *c, bool known)
{
    const gms_rings_t *r = &c->rings;
    const gms_ring_t  *outer = &r->ring[r->rings - 1];
    double             reach = outer->radius_mm * r->px_per_mm;
    bool               outer_missing = false, enough;

    for (int i = 0; i < r->rings; i++) {
        const gms_ring_t *ring = &r->ring[i];
        bool              found = ring->coverage >= RING_COVERAGE;

        known = known && (!ring->border || ring->coverage >= BORDER_KNOWN);
        if (ring->border || !ring->wanted || ring->outside > ring->seen) {
            continue;
        }
        c->wanted++;
        c->found += found;
        outer_missing = ring == outer && !found;
    }

    if (c->wanted < RINGS_FOUND_MIN) {
        return outer->outside > outer->seen ? RINGS_CUT : RINGS_TOO_FINE;
    }
    if (c->found < RINGS_FOUND_MIN) {
        return NO_RINGS;
    }
    enough = c->found >= RINGS_FOUND_SHARE * c->wanted
        || (known && c->found >= RINGS_KNOWN_MIN);
    if (!rings_fit(r) || outer_missing || r->strangers > 0 || !enough) {
        return WRONG_FACE;
    }
    if (outer->outside > OUTSIDE_MAX * (outer->seen + outer->outside)) {
        return RINGS_CUT;
    }
    if (r->residual_mm * r->px_per_mm
        > fmax(RESIDUAL_PX, RESIDUAL_SHARE * reach)) {
        return BAD_FIT;
    }
    return GOOD;
}


static int
examine(candidate_t *c, const gms_image_t *image, const gms_face_t *face,
    const gms_mark_t *mark, bool known)
{
    int rc;

    *c = (candidate_t){ .mark = *mark, .verdict = NO_RINGS };
    if (mark->cut) {
        c->verdict = mark->diameter_px >= MARK_PX_MIN ? MARK_CUT : NO_MARK;
        return GMS_OK;
    }
    if (mark->diameter_px < MARK_PX_MIN) {
        c->verdict = mark->coverage > 0.85 ? TOO_SMALL : NO_MARK;
        return GMS_OK;
    }

    rc = gms_rings_fit(&c->rings, image, face, mark);
    if (rc == GMS_OK) {
        rc = gms_rings_find_strangers(&c->rings, image, face);
    }
    if (rc == GMS_OK) {
        c->verdict = judge(c, known);
    }
    return rc == GMS_ENOTFOUND ? GMS_OK : rc;
}


int
gms_calibrate_upright(double mm_to_px[9], const gms_view_t *view)
{
    double turn = view->rotate * M_PI / 180, j[4], det, x, y, norm;
    double side = view->mirror ? -1 : 1;
    double up_x = -sin(turn) * side, up_y = -cos(turn);
    double flip[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };

    if (gms_homography_jacobian(mm_to_px, 0, 0, j) != GMS_OK) {
        return GMS_EINVALID;
    }
    det = j[0] * j[3] - j[1] * j[2];
    /* y is up on the card and down in the picture: unmirrored is < 0. */
    flip[0] = det * side < 0 ? 1 : -1;
    j[0] *= flip[0];
    j[2] *= flip[0];
    det *= flip[0];

    x = (j[3] * up_x - j[1] * up_y) / det;
    y = (j[0] * up_y - j[2] * up_x) / det;
    norm = hypot(x, y);
    if (!(norm > 0) || !isfinite(norm)) {
        return GMS_EINVALID;
    }
    x /= norm;
    y /= norm;
    gms_homography_multiply(mm_to_px, mm_to_px, flip);
    gms_homography_multiply(
        mm_to_px, mm_to_px, (double[9]){ y, x, 0, -x, y, 0, 0, 0, 1 });
    return GMS_OK;
}


/* A roll cannot be seen in circles: what is up in the upright picture is up
 * on the card; left and right are as the view says.  Then the numerals, if
 * there are some, tell how far the card hangs askew. */
static int
set_upright(gms_calibration_t *c, const gms_image_t *image,
    const gms_rings_t *r, const gms_view_t *view)
{
    double h[9], roll, x, y;

    memcpy(h, r->mm_to_px, sizeof(h));
    if (gms_calibrate_upright(h, view) != GMS_OK) {
        return GMS_EINVALID;
    }
    (void) gms_numerals_roll(&roll, h, r, image);
    x = sin(roll * M_PI / 180);
    y = cos(roll * M_PI / 180);
    gms_homography_multiply(h, h, (double[9]){ y, -x, 0, x, y, 0, 0, 0, 1 });
    if (gms_calibration_set(c, h, GMS_CALIBRATION_AUTO, r->residual_mm)
        != GMS_OK) {
        return GMS_EINVALID;
    }
    c->lens = r->lens;
    return GMS_OK;
}


/* Paper behind the mark's border at this angle, and the border's sigma;
 * false: it is not in the picture. */
static bool
cross_border(const candidate_t *c, const gms_image_t *image, double angle,
    double *paper, double *sigma)
{
    const gms_ellipse_t *e = &c->mark.edge;
    double dx = cos(angle), dy = sin(angle), last = -1, ink = 0, slope = 1;
    double reach = gms_ellipse_reach(e, dx, dy);

    for (int i = -BORDER_REACH_PX; i <= BORDER_REACH_PX; i++) {
        double v =
            gms_sample(image, e->x + (reach + i) * dx, e->y + (reach + i) * dy);

        if (v < 0) {
            return false;
        }
        if (last >= 0) {
            slope = fmax(slope, v - last);
        } else {
            ink = v;
        }
        last = v;
    }
    *paper = last;
    *sigma = (last - ink) / (slope * sqrt(2 * M_PI));
    return true;
}


/* Rings that light or a lack of focus took away are of no other face. */
static const char *
lost_in_picture(const candidate_t *c, const gms_image_t *image)
{
    double paper[BORDER_LOOKS], sigma[BORDER_LOOKS];
    int    n = 0;

    for (int i = 0; i < BORDER_LOOKS; i++) {
        n += cross_border(
            c, image, 2 * M_PI * i / BORDER_LOOKS, &paper[n], &sigma[n]);
    }
    if (n < BORDER_LOOKS / 2) {
        return NULL;
    }
    if (gms_median(paper, n) >= BORDER_WHITE) {
        return "the paper is overexposed: shorten the exposure or take light "
               "away";
    }
    return gms_median(sigma, n) >= BORDER_BLURRED_PX
        ? "the picture is not sharp: focus on the target"
        : NULL;
}


static int
explain(const candidate_t *c, const gms_image_t *image, const gms_face_t *face,
    char *reason, size_t size)
{
    const char *lost = NULL;
    const char *title = face->title[0] != '\0' ? face->title : face->name;
    int         x = c != NULL ? (int) lround(c->mark.edge.x) : 0;
    int         y = c != NULL ? (int) lround(c->mark.edge.y) : 0;
    int         wide = c != NULL ? (int) lround(c->mark.diameter_px) : 0;

    if (c != NULL && (c->verdict == NO_RINGS || c->verdict == WRONG_FACE)) {
        lost = lost_in_picture(c, image);
    }
    if (lost != NULL) {
        return unsure(reason, size,
            "A round dark mark was found at (%d, %d), but not the rings of %s "
            "round it, as %s.",
            x, y, title, lost);
    }

    switch (c != NULL ? c->verdict : NO_MARK) {
    case NO_RINGS:
        return unsure(reason, size,
            "A round dark mark was found at (%d, %d), but no rings of %s "
            "around it: is another face chosen, or the picture blurred?",
            x, y, title);
    case TOO_SMALL:
        return unsure(reason, size,
            "The largest round dark mark, at (%d, %d), is only %d pixels "
            "wide and must have %d: zoom in or move the camera closer.",
            x, y, wide, (int) MARK_PX_MIN);
    case MARK_CUT:
    case RINGS_CUT:
        return unsure(reason, size,
            "The target at (%d, %d) is cut off by the edge of the picture: "
            "turn or move the camera until all rings are in it.",
            x, y);
    case RINGS_TOO_FINE:
        return unsure(reason, size,
            "The rings of %s at (%d, %d) are too fine to be told apart: "
            "zoom in or move the camera closer.",
            title, x, y);
    case WRONG_FACE:
        return unsure(reason, size,
            "The rings found at (%d, %d) do not fit %s (%d of its %d rings "
            "found, %d lines that it does not have): is another face "
            "chosen?",
            x, y, title, c->found, c->wanted, c->rings.strangers);
    case BAD_FIT:
        return unsure(reason, size,
            "The rings at (%d, %d) fit only to %.1f mm: is the paper "
            "bent, or hidden in part?",
            x, y, c->rings.residual_mm);
    case TOO_OBLIQUE:
        return unsure(reason, size,
            "The target at (%d, %d) is seen too much from the side: move "
            "the camera more in front of it.",
            x, y);
    case NO_MARK:
    case GOOD:
        break;
    }
    return unsure(reason, size,
        "No round black aiming mark was found: does the camera see the "
        "target, sharp and lit evenly?");
}


static bool
better(const candidate_t *a, const candidate_t *b)
{
    if (a->verdict != b->verdict) {
        return a->verdict > b->verdict;
    }
    return a->mark.diameter_px > b->mark.diameter_px;
}


static bool
rivals(const candidate_t *a, const candidate_t *b)
{
    double ratio = b->mark.diameter_px / a->mark.diameter_px;
    double apart =
        hypot(a->mark.edge.x - b->mark.edge.x, a->mark.edge.y - b->mark.edge.y);

    return a->verdict == GOOD && b->verdict == GOOD && ratio > RIVAL_SIZE
        && ratio < 1 / RIVAL_SIZE && apart > a->mark.diameter_px / 2;
}


static int
choose(candidate_t *chosen, const gms_image_t *image, const gms_face_t *face,
    bool known, const int region[4], char *reason, size_t size)
{
    gms_mark_t  marks[GMS_MARKS_MAX];
    candidate_t now, best = { .verdict = NO_MARK }, second = best;
    int n = gms_mark_find(marks, GMS_MARKS_MAX, image, region), have = 0, rc;

    if (n < 0) {
        return n;
    }
    for (int i = 0; i < n; i++) {
        rc = examine(&now, image, face, &marks[i], known);
        if (rc != GMS_OK) {
            return rc;
        }
        if (have == 0 || better(&now, &best)) {
            second = best;
            best = now;
            have = have < 2 ? have + 1 : 2;

        } else if (have == 1 || better(&now, &second)) {
            second = now;
            have = 2;
        }
    }

    if (have == 2 && rivals(&best, &second)) {
        return unsure(reason, size,
            "Two targets are in the picture, at (%d, %d) and (%d, %d): say "
            "which with region=x,y,width,height.",
            (int) lround(best.mark.edge.x), (int) lround(best.mark.edge.y),
            (int) lround(second.mark.edge.x), (int) lround(second.mark.edge.y));
    }
    if (have == 0 || best.verdict != GOOD) {
        return explain(have > 0 ? &best : NULL, image, face, reason, size);
    }
    *chosen = best;
    return GMS_OK;
}


static int
clamp(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}


/* The picture, or the part of it that the view names. */
static void
search_area(int area[4], const gms_image_t *image, const gms_view_t *view)
{
    const int *r = view->region;
    int        right, bottom;

    area[0] = 0;
    area[1] = 0;
    area[2] = image->width;
    area[3] = image->height;
    if (!view->has_region) {
        return;
    }
    area[0] = clamp(r[0], 0, image->width);
    area[1] = clamp(r[1], 0, image->height);
    right = clamp(r[0], 0, image->width) + clamp(r[2], 0, image->width);
    bottom = clamp(r[1], 0, image->height) + clamp(r[3], 0, image->height);
    area[2] = clamp(right, 0, image->width) - area[0];
    area[3] = clamp(bottom, 0, image->height) - area[1];
}


static int
find_target(candidate_t *chosen, const gms_image_t *image,
    const gms_face_t *face, bool known, const gms_view_t *view, char *reason,
    size_t reason_size)
{
    int area[4], rc;

    if (face->by_hand) {
        return unsure(reason, reason_size,
            "%s is scored by hand: a camera does not find it.",
            face->title[0] != '\0' ? face->title : face->name);
    }
    if (!(face->black_mm > 0) || face->rings < RINGS_FOUND_MIN
        || face->rings > GMS_FACE_RINGS_MAX)
    {
        return unsure(reason, reason_size,
            "%s has no round aiming mark with rings: set the calibration by "
            "hand.",
            face->title[0] != '\0' ? face->title : face->name);
    }
    search_area(area, image, view);
    if (area[2] < MARK_PX_MIN || area[3] < MARK_PX_MIN) {
        return unsure(reason, reason_size,
            view->has_region ? "The region lies outside of the picture, or "
                               "is too small."
                             : "The picture is too small.");
    }

    rc = check_light(image, area, reason, reason_size);
    return rc == GMS_OK
        ? choose(chosen, image, face, known, area, reason, reason_size)
        : rc;
}


int
gms_calibrate_rings(gms_rings_t *rings, const gms_image_t *image,
    const gms_face_t *face, const gms_view_t *view, char *reason,
    size_t reason_size)
{
    candidate_t chosen = { .verdict = NO_MARK };
    int rc = find_target(&chosen, image, face, true, view, reason, reason_size);

    if (rc == GMS_OK) {
        *rings = chosen.rings;
    }
    return rc;
}


int
gms_calibrate(gms_calibration_t *c, const gms_image_t *image,
    const gms_face_t *face, const gms_view_t *view, char *reason,
    size_t reason_size)
{
    gms_calibration_t found;
    candidate_t       chosen = { .verdict = NO_MARK };
    int               rc =
        find_target(&chosen, image, face, false, view, reason, reason_size);

    if (rc != GMS_OK) {
        return rc;
    }
    if (set_upright(&found, image, &chosen.rings, view) != GMS_OK
        || found.tilt_deg > TILT_MAX_DEG)
    {
        chosen.verdict = TOO_OBLIQUE;
        return explain(&chosen, image, face, reason, reason_size);
    }
    *c = found;
    return GMS_OK;
}
