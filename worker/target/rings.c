/*
 * gms_rings: printed rings, and the homography they tell.
 *
 * Circles round one centre fix a homography but for its roll.  The border of
 * the black gives a first one without perspective; the ring next to it is
 * sought where that predicts it, the fit done anew, and so on outwards and
 * inwards: at each step the prediction is good to a small part of the step
 * from ring to ring, so that no ring is taken for its neighbour.
 */

#include "rings.h"

#include "../../ipc/error.h"
#include "circles.h"
#include "median.h"
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RAYS GMS_CIRCLES_RAYS

/* A profile across a line: half a pixel a sample, each the mean over a few
 * pixels along the line. */
#define STEP_PX 0.5
#define HALF_PX_MAX 20
#define SAMPLES_MAX 81
#define ALONG 2

/* Rings closer than this run into each other; smaller ones are blots. */
#define ROOM_PX_MIN 4.5
#define RADIUS_PX_MIN 5.0

/* A line stands out from the ground beside it by so many gray levels, and by
 * so many times the ground's own spread. */
#define LINE_LEVELS_MIN 3.0
#define LINE_TO_NOISE 2.5

/* Points of one ring lie on a smooth curve round it, this near. */
#define SMOOTH_PX 1.2
#define SMOOTH_SHARE 0.4
#define SMOOTH_ROUNDS 8

#define FINAL_ROUNDS 3

/* A lens is believed in when the rings are off by this much without it, when
 * it explains so much of that, and moves the outermost ring by so much: fewer
 * rings, and other causes, are explained as well by the width of a line. */
#define LENS_OFF_PX 0.15
#define LENS_LEAVES 0.75
#define LENS_MOVES_PX 0.3
#define LENS_LINES_MIN 4
#define LENS_BEND_MAX 0.12 /* of the outermost ring's distance from the axis */

/* Bright paper spills over the black, blur does not do it evenly: the border
 * tells the shape as well as a line does, but not the size. */
#define BORDER_WEIGHT 0.15
#define BORDER_LINES 3 /* fewer lines have nothing better to go by */

/* One circle is any ellipse without perspective: what else it seems to tell,
 * a border half hidden by pasters, leads the next step astray. */
#define PERSPECTIVE_LINES 2

/* A point this near to its ring is on it, however sharp the others are. */
#define ON_RING_PX 1.0

static int
by_ring_radius(const void *a, const void *b)
{
    double x = ((const gms_ring_t *) a)->radius_mm;
    double y = ((const gms_ring_t *) b)->radius_mm;

    return (x > y) - (x < y);
}


/* What the face should show, from the inside out. */
static void
expect(gms_rings_t *r, const gms_face_t *face)
{
    double black = face->black_mm / 2;

    r->rings = 0;
    r->ring[r->rings++] = (gms_ring_t){ .radius_mm = black, .border = true };
    for (int i = 0; i < face->rings; i++) {
        double radius = face->ring[i].diameter_mm / 2;

        /* The border of the black is the line of its ring. */
        if (fabs(radius - black) > 0.01 * black) {
            r->ring[r->rings++] =
                (gms_ring_t){ .radius_mm = radius, .light = radius < black };
        }
    }
    qsort(r->ring, (size_t) r->rings, sizeof(r->ring[0]), by_ring_radius);

    for (int i = 0; i < r->rings; i++) {
        double below = i > 0 ? r->ring[i - 1].radius_mm : 0;
        double room = r->ring[i].radius_mm - below;

        if (i + 1 < r->rings) {
            room = fmin(room, r->ring[i + 1].radius_mm - r->ring[i].radius_mm);
        }
        r->ring[i].room_mm = room;
    }
}


/* Where the model puts a point of a line, and how many px a mm outwards. */
typedef struct {
    double x;
    double y;
    double out_x; /* unit, px */
    double out_y;
    double px_per_mm;
    double reach_px; /* from the centre */
} crossing_t;


static bool
cross(const gms_rings_t *r, double radius_mm, double angle, crossing_t *c)
{
    double x = radius_mm * cos(angle), y = radius_mm * sin(angle);
    double j[4], flat[4], det, ox, oy;

    if (gms_homography_apply(r->mm_to_px, x, y, &c->x, &c->y) != GMS_OK
        || gms_homography_jacobian(r->mm_to_px, x, y, j) != GMS_OK)
    {
        return false;
    }
    gms_lens_bend(&r->lens, c->x, c->y, &c->x, &c->y);
    gms_lens_jacobian(&r->lens, c->x, c->y, flat);
    det = flat[0] * flat[3] - flat[1] * flat[2];
    ox = j[0] * cos(angle) + j[1] * sin(angle);
    oy = j[2] * cos(angle) + j[3] * sin(angle);
    x = (flat[3] * ox - flat[1] * oy) / det;
    oy = (flat[0] * oy - flat[2] * ox) / det;
    ox = x;
    c->px_per_mm = hypot(ox, oy);
    c->out_x = ox / c->px_per_mm;
    c->out_y = oy / c->px_per_mm;
    c->reach_px = radius_mm * c->px_per_mm;
    return isfinite(c->x) && isfinite(c->y) && c->px_per_mm > 0;
}


/* Levels across the line, means over 2 * ALONG + 1 neighbours along it. */
static bool
profile(const gms_image_t *image, const crossing_t *c, double half, double *v,
    int n)
{
    double along = fmin(1.0, 0.02 * c->reach_px);

    for (int k = 0; k < n; k++) {
        double d = -half + k * STEP_PX, sum = 0;

        for (int a = -ALONG; a <= ALONG; a++) {
            double level =
                gms_sample(image, c->x + d * c->out_x - a * along * c->out_y,
                    c->y + d * c->out_y + a * along * c->out_x);

            if (level < 0) {
                return false;
            }
            sum += level;
        }
        v[k] = sum / (2 * ALONG + 1);
    }
    return true;
}


/* Middle of the line in samples: centre of gravity of what stands above half
 * of its height. */
static bool
find_line(
    const double *v, int n, bool light, gms_circles_point_t *p, double *at)
{
    double sorted[SAMPLES_MAX], ground, spread, sign = light ? 1 : -1;
    double height = 0, weight = 0, moment = 0;
    int    peak = -1, from, to;

    /* A short profile is half line: the ground is found on its far side. */
    for (int i = 0; i < n; i++) {
        sorted[i] = sign * v[i];
    }
    ground = gms_smallest(sorted, n, n * 3 / 10);
    spread = ground - gms_smallest(sorted, n, n / 20);
    ground *= sign;
    for (int i = 1; i < n - 1; i++) {
        double h = sign * (v[i] - ground);

        if (h > height) {
            height = h;
            peak = i;
        }
    }
    if (peak < 0 || height < LINE_LEVELS_MIN || height < LINE_TO_NOISE * spread)
    {
        return false;
    }

    for (from = peak; from > 0; from--) {
        if (sign * (v[from - 1] - ground) < height / 2) {
            break;
        }
    }
    for (to = peak; to < n - 1; to++) {
        if (sign * (v[to + 1] - ground) < height / 2) {
            break;
        }
    }
    if (from == 0 || to == n - 1) {
        return false; /* wider than the window: a digit, a hole, a hand */
    }
    for (int i = from - 1; i <= to + 1; i++) {
        double h = fmax(sign * (v[i] - ground), 0);

        weight += h;
        moment += h * i;
    }
    *at = moment / weight;
    p->contrast = height;
    p->width_px = (to - from + 1) * STEP_PX;
    return true;
}


/* The step between black and paper, where it crosses the middle. */
static bool
find_border(const double *v, int n, gms_circles_point_t *p, double *at)
{
    int    side = 6, best = -1;
    double most = 10, middle, nearest = 1e9;

    for (int i = side; i + side < n; i++) {
        double d = 0;

        for (int k = 1; k <= side; k++) {
            d += (v[i + k] - v[i - k]) / side;
        }
        if (d > most) {
            most = d;
            best = i;
        }
    }
    if (best < 0) {
        return false;
    }

    middle = 0;
    for (int k = 3; k <= side; k++) {
        middle += (v[best + k] + v[best - k]) / (2 * (side - 2));
    }
    for (int i = best - side; i < best + side; i++) {
        if (v[i] < middle && v[i + 1] >= middle) {
            double c = i + (middle - v[i]) / (v[i + 1] - v[i]);

            if (fabs(c - best) < nearest) {
                nearest = fabs(c - best);
                *at = c;
            }
        }
    }
    p->contrast = most;
    p->width_px = 0;
    return nearest < 1e9;
}


/* Looks for one ring within `half` px of the prediction; adds its points. */
static int
look(gms_circles_t *f, const gms_image_t *image, int index, double half)
{
    gms_ring_t *ring = &f->r->ring[index];
    double      radius = ring->radius_mm - (ring->border ? 0 : f->r->line_mm);
    double      v[SAMPLES_MAX], at = 0;
    int         first = f->n, n;

    half = fmin(half, HALF_PX_MAX);
    n = (int) (2 * half / STEP_PX) + 1;
    ring->seen = 0;
    ring->outside = 0;
    for (int i = 0; i < RAYS; i++) {
        double               angle = 2 * M_PI * (i + 0.5) / RAYS, d;
        gms_circles_point_t *p = &f->point[f->n];
        crossing_t           c;

        if (!cross(f->r, radius, angle, &c) || !profile(image, &c, half, v, n))
        {
            ring->outside++;
            continue;
        }
        ring->seen++;
        if (!(ring->border ? find_border(v, n, p, &at)
                           : find_line(v, n, ring->light, p, &at)))
        {
            continue;
        }
        d = -half + at * STEP_PX;
        p->x = c.x + d * c.out_x;
        p->y = c.y + d * c.out_y;
        p->angle = angle;
        p->offset_px = d;
        p->ring = index;
        f->n++;
    }
    return f->n - first;
}


static double
smooth_at(const double a[5], double angle)
{
    return a[0] + a[1] * cos(angle) + a[2] * sin(angle) + a[3] * cos(2 * angle)
        + a[4] * sin(2 * angle);
}


static int
smooth_step(double a[5], const gms_circles_point_t *p, int n, double scale)
{
    double m[25] = { 0 }, b[5] = { 0 };

    for (int i = 0; i < n; i++) {
        double row[5] = { 1, cos(p[i].angle), sin(p[i].angle),
            cos(2 * p[i].angle), sin(2 * p[i].angle) };
        double d = (p[i].offset_px - smooth_at(a, p[i].angle)) / scale;
        double w = fabs(d) < 1 ? (1 - d * d) * (1 - d * d) : 0;

        for (int r = 0; r < 5; r++) {
            for (int c = 0; c < 5; c++) {
                m[5 * r + c] += w * row[r] * row[c];
            }
            b[r] += w * row[r] * p[i].offset_px;
        }
    }
    for (int r = 0; r < 5; r++) {
        m[6 * r] += 1e-6; /* a third of the ring may be hidden */
    }
    if (gms_linear_solve(m, b, 5) != GMS_OK) {
        return GMS_EINVALID;
    }
    memcpy(a, b, 5 * sizeof(*a));
    return GMS_OK;
}


/*
 * Of the points from `first` on keeps those on one smooth curve: a ring that
 * the model puts a little wrong deviates from the prediction by such a one,
 * digits and holes do not.  Too few: keeps none.
 */
static void
keep_smooth(gms_circles_t *f, int first, int seen, double half)
{
    gms_circles_point_t *p = f->point + first;
    double               a[5] = { 0 }, sorted[RAYS];
    int                  n = f->n - first, kept = 0;

    for (int i = 0; i < n; i++) {
        sorted[i] = p[i].offset_px;
    }
    a[0] = gms_median(sorted, n);
    f->n = first;
    for (int i = 0; i < SMOOTH_ROUNDS; i++) {
        if (smooth_step(a, p, n, fmax(half, 2 * SMOOTH_PX)) != GMS_OK) {
            return;
        }
        half *= 0.7;
    }
    for (int i = 0; i < n; i++) {
        if (fabs(p[i].offset_px - smooth_at(a, p[i].angle)) <= SMOOTH_PX) {
            p[kept++] = p[i];
        }
    }
    if (kept >= SMOOTH_SHARE * seen && kept >= RAYS / 8) {
        f->n = first + kept;
    }
}


/* Rings by how near they are to the border of the black, it first. */
static void
order_rings(const gms_rings_t *r, double black, int *order)
{
    for (int i = 0; i < r->rings; i++) {
        int    k = i;
        double d = fabs(log(r->ring[i].radius_mm / black));

        for (; k > 0; k--) {
            if (fabs(log(r->ring[order[k - 1]].radius_mm / black)) <= d) {
                break;
            }
            order[k] = order[k - 1];
        }
        order[k] = i;
    }
}


static bool
can_be_seen(const gms_rings_t *r, const gms_ring_t *ring)
{
    return ring->room_mm * r->px_per_mm >= ROOM_PX_MIN
        && ring->radius_mm * r->px_per_mm >= RADIUS_PX_MIN;
}


static int
grow(gms_circles_t *f, const gms_image_t *image)
{
    int order[GMS_RINGS_MAX] = { 0 }, lines = 0, rc;

    order_rings(f->r, f->unit_mm, order);
    for (int i = 0; i < f->r->rings; i++) {
        gms_ring_t *ring = &f->r->ring[order[i]];
        double      half = 0.45 * ring->room_mm * f->r->px_per_mm;
        int         first = f->n;

        ring->wanted = can_be_seen(f->r, ring);
        if (!ring->wanted && !ring->border) {
            continue;
        }
        half = fmin(ring->border ? fmax(half, 5) : half, HALF_PX_MAX);
        look(f, image, order[i], half);
        keep_smooth(f, first, ring->seen, half);
        if (f->n == first) {
            if (ring->border) {
                return GMS_ENOTFOUND;
            }
            continue;
        }
        lines += !ring->border;
        f->border_weight = lines < BORDER_LINES ? 1 : BORDER_WEIGHT;
        f->holds = lines < PERSPECTIVE_LINES;
        rc = gms_circles_fit(f);
        if (rc != GMS_OK) {
            return rc;
        }
    }
    return GMS_OK;
}


static int
settle(gms_circles_t *f, const gms_image_t *image)
{
    for (int round = 0; round < FINAL_ROUNDS; round++) {
        int rc;

        f->n = 0;
        for (int i = 0; i < f->r->rings; i++) {
            gms_ring_t *ring = &f->r->ring[i];
            double      room = ring->room_mm * f->r->px_per_mm;
            double      half = fmin(fmax(0.3 * room, 3.5), fmin(0.5 * room, 8));

            if (ring->border) {
                look(f, image, i, fmax(half, 5));

            } else if (ring->wanted) {
                look(f, image, i, half);
            }
        }
        rc = gms_circles_fit(f);
        if (rc != GMS_OK) {
            return rc;
        }
    }
    return GMS_OK;
}


/* What each ring contributed to the fit that is done. */
static int
take_stock(gms_circles_t *f)
{
    double offset[RAYS], width[RAYS], contrast[RAYS], sum = 0;
    double px_unit = f->unit_mm * f->r->px_per_mm;
    double scale = gms_circles_scale(f), near;
    int    total = 0;

    if (scale < 0) {
        return GMS_ENOMEM;
    }
    near = fmax(scale / 1.5, ON_RING_PX / px_unit);
    for (int i = 0; i < f->r->rings; i++) {
        gms_ring_t *ring = &f->r->ring[i];
        int         n = 0;

        ring->points = 0;
        for (int k = 0; k < f->n; k++) {
            double d;

            if (f->point[k].ring != i) {
                continue;
            }
            d = gms_circles_misfit(f, &f->point[k]);
            offset[n] = d * px_unit;
            width[n] = f->point[k].width_px;
            contrast[n] = f->point[k].contrast;
            n++;
            if (fabs(d) < near) {
                ring->points++;
                sum += d * d;
            }
        }
        total += ring->points;
        ring->coverage =
            ring->seen > 0 ? (double) ring->points / ring->seen : 0;
        ring->offset_px = gms_median(offset, n);
        ring->width_px = gms_median(width, n);
        ring->contrast = gms_median(contrast, n);
    }
    f->r->residual_mm = total > 0 ? sqrt(sum / total) * f->unit_mm : -1;
    return total > 0 ? GMS_OK : GMS_ENOTFOUND;
}


/* Puts the axis into the middle of the picture, where lens and sensor meet to
 * a few per cent; returns the distance from it of what lies furthest out. */
static double
set_axis(gms_circles_t *f, const gms_image_t *image)
{
    gms_lens_t *lens = &f->r->lens;
    double      most = 0, sum = 0;

    *lens = (gms_lens_t){ .x = (image->width - 1) / 2.0,
        .y = (image->height - 1) / 2.0 };
    for (int i = 0; i < f->n; i++) {
        double d = hypot(f->point[i].x - lens->x, f->point[i].y - lens->y);

        most = fmax(most, d);
        sum += d * d;
    }
    lens->at2 = f->n > 0 ? sum / f->n : 0;
    return most;
}


static int
lines_found(const gms_rings_t *r)
{
    int n = 0;

    for (int i = 0; i < r->rings; i++) {
        n += !r->ring[i].border && r->ring[i].points > 0;
    }
    return n;
}


/* Rings that no homography fits may be seen through a lens that bends. */
static int
try_lens(gms_circles_t *f, const gms_image_t *image)
{
    gms_rings_t flat = *f->r;
    double      g[9], reach, bend;
    int         rc;

    if (flat.residual_mm * flat.px_per_mm < LENS_OFF_PX
        || lines_found(&flat) < LENS_LINES_MIN)
    {
        return GMS_OK;
    }
    memcpy(g, f->g, sizeof(g));
    reach = set_axis(f, image);
    f->bends = true;
    rc = gms_circles_fit(f);
    if (rc == GMS_OK) {
        rc = settle(f, image);
    }
    if (rc == GMS_OK) {
        rc = take_stock(f);
    }
    bend = fabs(f->r->lens.bend) * reach * reach;
    if (rc == GMS_ENOMEM) {
        return rc;
    }
    if (rc != GMS_OK || !gms_lens_is_sane(&f->r->lens) || bend > LENS_BEND_MAX
        || bend * reach < LENS_MOVES_PX
        || f->r->residual_mm > LENS_LEAVES * flat.residual_mm)
    {
        *f->r = flat;
        memcpy(f->g, g, sizeof(g));
    }
    return GMS_OK;
}


int
gms_rings_fit(gms_rings_t *r, const gms_image_t *image, const gms_face_t *face,
    const gms_mark_t *mark)
{
    gms_circles_t f = { .r = r, .unit_mm = face->black_mm / 2 };
    int           rc;

    memset(r, 0, sizeof(*r));
    expect(r, face);
    f.point = malloc(((size_t) r->rings * RAYS + 1) * sizeof(*f.point));
    if (f.point == NULL) {
        return GMS_ENOMEM;
    }
    rc = gms_circles_begin(&f, mark);
    if (rc == GMS_OK) {
        rc = grow(&f, image);
    }
    if (rc == GMS_OK) {
        rc = settle(&f, image);
    }
    if (rc == GMS_OK) {
        rc = take_stock(&f);
    }
    if (rc == GMS_OK) {
        rc = try_lens(&f, image);
    }
    free(f.point);
    return rc;
}
