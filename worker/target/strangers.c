/*
 * Lines where the face has none.
 *
 * The median level round each circle of the fitted model: a printed ring is
 * all round and stays in it, digits, holes and a hand are not.  A line that
 * stands out of this profile at no ring's place belongs to another face.
 */

#include "rings.h"

#include "../../ipc/error.h"
#include "median.h"
#include "sample.h"

#include <math.h>
#include <stdlib.h>

#define ANGLES 120
#define STEP_PX 0.4 /* at the centre of the face */
#define STEPS_MAX 6000

/* The ground on each side of a line lies from 2 to so many px beside it. */
#define GROUND_PX 6
#define GROUND_STEPS 15
#define LINE_STEPS 5

/* As strong as this beside the face's own lines, and at least so many
 * levels, counts as a line. */
#define SHARE_OF_OWN 0.45
#define LEVELS_MIN 3.0

/* Sharpening of cameras and the border's own slope look like lines. */
#define BORDER_PX 5.0
#define OWN_PX 3.0

/* How much of a circle must be in the picture to judge it. */
#define INSIDE_SHARE 0.6


/* < 0: too much of it lies outside. */
static double
level_round(const gms_rings_t *r, const gms_image_t *image, double radius)
{
    double v[ANGLES];
    int    n = 0;

    for (int i = 0; i < ANGLES; i++) {
        double a = 2 * M_PI * i / ANGLES, x, y;

        if (gms_homography_apply(
                r->mm_to_px, radius * cos(a), radius * sin(a), &x, &y)
            != GMS_OK)
        {
            continue;
        }
        gms_lens_bend(&r->lens, x, y, &x, &y);
        v[n] = gms_sample(image, x, y);
        n += v[n] >= 0;
    }
    return n < INSIDE_SHARE * ANGLES ? -1 : gms_median(v, n);
}


static bool
is_own(const gms_rings_t *r, double radius)
{
    for (int i = 0; i < r->rings; i++) {
        const gms_ring_t *ring = &r->ring[i];
        double at = ring->radius_mm - (ring->border ? 0 : r->line_mm);
        double room = 0.25 * ring->room_mm * r->px_per_mm;
        double near = fmax(room, ring->border ? BORDER_PX : OWN_PX);

        if (fabs(radius - at) * r->px_per_mm < near) {
            return true;
        }
    }
    return false;
}


/* Usual contrast of the face's own lines of this kind. */
static double
own_contrast(const gms_rings_t *r, bool light)
{
    double v[GMS_RINGS_MAX];
    int    n = 0;

    for (int i = 0; i < r->rings; i++) {
        const gms_ring_t *ring = &r->ring[i];

        if (!ring->border && ring->light == light && ring->coverage > 0.4) {
            v[n++] = ring->contrast;
        }
    }
    return n > 0 ? gms_median(v, n) : 0;
}


/* How far a line stands out from both sides: the edge of the paper, or of a
 * shadow, does so from one alone. */
static double
height_of(const double *level, bool light)
{
    double side[GROUND_STEPS], sign = light ? 1 : -1, height = INFINITY;

    for (int way = -1; way <= 1; way += 2) {
        int n = 0;

        for (int j = LINE_STEPS; j <= GROUND_STEPS; j++) {
            side[n++] = level[way * j];
        }
        height = fmin(height, sign * (level[0] - gms_median(side, n)));
    }
    return height;
}


static void
judge(gms_rings_t *r, const double *level, int n, double from, double step,
    double black)
{
    int    side = GROUND_STEPS;
    double last = -1;

    for (int i = side; i + side < n; i++) {
        double radius = from + i * step, own;
        bool   light = radius < black;

        own = own_contrast(r, light);
        if (own <= 0) {
            own = own_contrast(r, !light);
        }
        if (height_of(level + i, light) < fmax(SHARE_OF_OWN * own, LEVELS_MIN)
            || is_own(r, radius))
        {
            continue;
        }
        if (last < 0 || (radius - last) * r->px_per_mm > OWN_PX) {
            r->strangers++;
        }
        last = radius;
        r->stranger_mm = radius;
    }
}


int
gms_rings_find_strangers(
    gms_rings_t *r, const gms_image_t *image, const gms_face_t *face)
{
    const gms_ring_t *outer = &r->ring[r->rings - 1];
    double            from = 0, to, black = 0, step, *level;
    int               n, used = 0;

    for (int i = r->rings - 1; i >= 0; i--) {
        if (r->ring[i].wanted) {
            from = r->ring[i].radius_mm;
        }
        if (r->ring[i].border) {
            black = r->ring[i].radius_mm;
        }
    }
    r->strangers = 0;
    r->stranger_mm = 0;
    step = STEP_PX / r->px_per_mm;
    to = outer->radius_mm + 1.3 * outer->room_mm + GROUND_PX / r->px_per_mm;
    if (face->card_mm > 0) {
        /* Beyond the sheet are its edge and its shadow. */
        to = fmin(to, face->card_mm / 2 + GROUND_PX / r->px_per_mm);
    }
    if (!((to - from) / step < STEPS_MAX)) {
        return GMS_OK;
    }

    n = (int) fmax((to - from) / step, 0) + 1;
    level = malloc((size_t) n * sizeof(*level));
    if (level == NULL) {
        return GMS_ENOMEM;
    }
    for (; used < n; used++) {
        level[used] = level_round(r, image, from + used * step);
        if (level[used] < 0) {
            break;
        }
    }
    judge(r, level, used, from, step, black);
    free(level);
    return GMS_OK;
}
