/*
 * gms_align: the classical direct alignment of Lucas and Kanade with a
 * homography, on places with a gradient only.
 *
 * A picture that was learnt sharp may be seen blurred or larger: contrast is
 * therefore free part by part.  Lines and edges stay where they are when they
 * are blurred, so that the place found is not moved by it.
 */

#include "align.h"

#include "../../ipc/error.h"
#include "median.h"
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beyond the outermost ring print and paper go on for a little. */
#define REACH 1.06

/* What lies so near to a ring is a part of it: px, and of the room to the
 * next one, in which digits stand. */
#define RING_PX 3.0
#define RING_SHARE 0.15

#define POINTS_MAX 6000
#define POINTS_MIN 200

/* Gray levels a pixel, at least, and beside the strongest of them. */
#define GRADIENT_MIN 3.0
#define GRADIENT_SHARE 0.12

/* The card is divided into so many by so many parts. */
#define PARTS 5
#define PART_POINTS_MIN 24

#define ROUNDS 30
#define SETTLED_PX 0.001

/* A step of more is a flight. */
#define STEP_PX_MAX 12.0

#define UNKNOWNS 8

/* Noise of bilinear samples, one gray level of rounding included. */
#define NOISE_MIN 1.0

/* Neighbouring places share pixels and their errors. */
#define SHARED_PLACES 4.0

typedef struct {
    double u; /* place on the card, in radii */
    double v;
    double level;
    double gu; /* levels a radius */
    double gv;
    int    part;
} place_t;

struct gms_align_s {
    double   radius_mm;
    double   ring[GMS_FACE_RINGS_MAX + 2]; /* in radii */
    int      rings;
    double   room; /* from ring to ring, at least */
    double   ring_reach;
    int      n;
    int      outside; /* of the places, in the last picture */
    place_t *place;
    double  *seen; /* level there in the new picture; < 0: outside */
    double  *off;  /* of the two, after gain and offset */
    double  *weight;
    double  *sorted;
};

typedef struct {
    double gain;
    double offset;
    bool   known;
} light_t;


static int
part_of(double u, double v)
{
    int x = (int) ((u + 1) / 2 * PARTS), y = (int) ((v + 1) / 2 * PARTS);

    x = x < 0 ? 0 : x >= PARTS ? PARTS - 1 : x;
    y = y < 0 ? 0 : y >= PARTS ? PARTS - 1 : y;
    return y * PARTS + x;
}


static double
gradient_at(const uint8_t *p, int stride, double *gx, double *gy)
{
    *gx = (p[1] - p[-1]) / 2.0;
    *gy = (p[stride] - p[-stride]) / 2.0;
    return hypot(*gx, *gy);
}


/*
 * A ring is the same at every roll.  What there is of a gradient along it
 * comes from pixels and noise, stays where the pixels are, and would hold the
 * roll back: only the gradient across it counts.
 */
static void
keep_across(const gms_align_t *a, place_t *place)
{
    double r = hypot(place->u, place->v), across;
    bool   near = false;

    for (int i = 0; i < a->rings && !near; i++) {
        near = fabs(r - a->ring[i]) < a->ring_reach;
    }
    if (near && r > 0) {
        across = (place->gu * place->u + place->gv * place->v) / (r * r);
        place->gu = across * place->u;
        place->gv = across * place->v;
    }
}


/* The place of a pixel if it counts. */
static bool
take_place(place_t *place, const gms_image_t *image, const double to_u[9],
    const double to_px[9], int x, int y, double limit)
{
    const uint8_t *p = image->px + (size_t) y * (size_t) image->stride + x;
    double         gx, gy, u, v, j[4];

    if (gradient_at(p, image->stride, &gx, &gy) < limit
        || gms_homography_apply(to_u, x, y, &u, &v) != GMS_OK
        || u * u + v * v > 1
        || gms_homography_jacobian(to_px, u, v, j) != GMS_OK)
    {
        return false;
    }
    place->u = u;
    place->v = v;
    place->level = p[0];
    place->gu = gx * j[0] + gy * j[2];
    place->gv = gx * j[1] + gy * j[3];
    place->part = part_of(u, v);
    return true;
}


/* The box of the card in the picture, one pixel inside it. */
static bool
box_of(int box[4], const gms_image_t *image, const double to_px[9])
{
    double low[2] = { 1e9, 1e9 }, high[2] = { -1e9, -1e9 };

    for (int i = 0; i < 64; i++) {
        double a = 2 * M_PI * i / 64, p[2];

        if (gms_homography_apply(to_px, cos(a), sin(a), &p[0], &p[1]) != GMS_OK)
        {
            return false;
        }
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], p[k]);
            high[k] = fmax(high[k], p[k]);
        }
    }
    box[0] = (int) fmin(fmax(low[0], 1), image->width - 1);
    box[1] = (int) fmin(fmax(low[1], 1), image->height - 1);
    box[2] = (int) fmax(fmin(high[0] + 1, image->width - 1), 0);
    box[3] = (int) fmax(fmin(high[1] + 1, image->height - 1), 0);
    return box[2] - box[0] > 8 && box[3] - box[1] > 8;
}


/* The gradient above which there are about POINTS_MAX places. */
static double
gradient_limit(const gms_image_t *image, const int box[4])
{
    int    count[256] = { 0 }, n = 0, level = 255;
    double gx, gy;

    for (int y = box[1]; y < box[3]; y++) {
        const uint8_t *p = image->px + (size_t) y * (size_t) image->stride;

        for (int x = box[0]; x < box[2]; x++) {
            count[(int) fmin(
                gradient_at(p + x, image->stride, &gx, &gy), 255)]++;
        }
    }
    while (level > 0 && n + count[level] < 200) {
        n += count[level--];
    }
    return fmax(GRADIENT_SHARE * level, GRADIENT_MIN);
}


static bool
collect(gms_align_t *a, const gms_image_t *image, const double mm_to_px[9])
{
    double  r = a->radius_mm, to_px[9], to_u[9], limit, j[4];
    double  scale[9] = { r, 0, 0, 0, r, 0, 0, 0, 1 };
    place_t place;
    int     box[4], n = 0, step;

    gms_homography_multiply(to_px, mm_to_px, scale);
    if (gms_homography_invert(to_u, to_px) != GMS_OK
        || gms_homography_jacobian(to_px, 0, 0, j) != GMS_OK
        || !box_of(box, image, to_px))
    {
        return false;
    }
    a->ring_reach = fmin(
        RING_PX / sqrt(fabs(j[0] * j[3] - j[1] * j[2])), RING_SHARE * a->room);
    limit = gradient_limit(image, box);
    for (int y = box[1]; y < box[3]; y++) {
        for (int x = box[0]; x < box[2]; x++) {
            n += take_place(&place, image, to_u, to_px, x, y, limit);
        }
    }
    step = n / POINTS_MAX + 1;
    n = 0;
    for (int y = box[1]; y < box[3]; y++) {
        for (int x = box[0]; x < box[2]; x++) {
            if (take_place(&place, image, to_u, to_px, x, y, limit)
                && n++ % step == 0 && a->n < POINTS_MAX)
            {
                keep_across(a, &place);
                a->place[a->n++] = place;
            }
        }
    }
    return a->n >= POINTS_MIN;
}


gms_align_t *
gms_align_learn(
    const gms_image_t *image, const double mm_to_px[9], const gms_face_t *face)
{
    gms_align_t *a = calloc(1, sizeof(*a));

    if (a == NULL) {
        return NULL;
    }
    a->radius_mm = REACH * gms_face_radius_mm(face);
    a->room = 1;
    for (int i = 0; i < face->rings; i++) {
        a->ring[i] = face->ring[i].diameter_mm / 2 / a->radius_mm;
        if (i > 0) {
            a->room = fmin(a->room, a->ring[i] - a->ring[i - 1]);
        }
    }
    a->rings = face->rings;
    a->ring[a->rings++] = face->black_mm / 2 / a->radius_mm;
    a->ring[a->rings++] = face->inner_mm / 2 / a->radius_mm;
    a->place = malloc(POINTS_MAX * sizeof(*a->place));
    a->seen = malloc(4 * POINTS_MAX * sizeof(*a->seen));
    if (a->place == NULL || a->seen == NULL) {
        gms_align_destroy(a);
        return NULL;
    }
    a->off = a->seen + POINTS_MAX;
    a->weight = a->off + POINTS_MAX;
    a->sorted = a->weight + POINTS_MAX;
    if (image->width < 16 || image->height < 16 || !collect(a, image, mm_to_px))
    {
        gms_align_destroy(a);
        return NULL;
    }
    return a;
}


void
gms_align_destroy(gms_align_t *a)
{
    if (a != NULL) {
        free(a->place);
        free(a->seen);
        free(a);
    }
}


static void
look(gms_align_t *a, const gms_image_t *image, const double to_px[9])
{
    double x, y;

    a->outside = 0;
    for (int i = 0; i < a->n; i++) {
        const place_t *p = &a->place[i];

        a->seen[i] = gms_homography_apply(to_px, p->u, p->v, &x, &y) == GMS_OK
            ? gms_sample(image, x, y)
            : -1;
        a->outside += a->seen[i] < 0;
    }
}


/* Weighted line through (learnt, seen) of each part. */
static void
compare_light(const gms_align_t *a, light_t *light)
{
    double sum[PARTS * PARTS][6] = { { 0 } };

    for (int i = 0; i < a->n; i++) {
        const place_t *p = &a->place[i];
        double        *s = sum[p->part], w = a->weight[i];

        if (a->seen[i] < 0 || w <= 0) {
            continue;
        }
        s[0] += w;
        s[1] += w * p->level;
        s[2] += w * a->seen[i];
        s[3] += w * p->level * p->level;
        s[4] += w * p->level * a->seen[i];
        s[5] += 1;
    }
    for (int i = 0; i < PARTS * PARTS; i++) {
        double *s = sum[i], spread = s[3] * s[0] - s[1] * s[1];

        light[i].known = s[5] >= PART_POINTS_MIN && spread > 0;
        if (!light[i].known) {
            continue;
        }
        light[i].gain = (s[4] * s[0] - s[1] * s[2]) / spread;
        light[i].offset = (s[2] - light[i].gain * s[1]) / s[0];
        light[i].known = light[i].gain > 0.1 && light[i].gain < 5;
    }
}


/* Differences and their weights; the median's scale of them, < 0: none. */
static double
weigh(gms_align_t *a, const light_t *light)
{
    double scale;
    int    n = 0;

    for (int i = 0; i < a->n; i++) {
        const light_t *l = &light[a->place[i].part];

        a->weight[i] = 0;
        if (a->seen[i] >= 0 && l->known) {
            a->off[i] = a->seen[i] - l->gain * a->place[i].level - l->offset;
            a->sorted[n++] = fabs(a->off[i]);
            a->weight[i] = 1;
        }
    }
    if (n < POINTS_MIN / 2) {
        return -1;
    }
    scale = fmax(1.4826 * gms_median(a->sorted, n), NOISE_MIN);
    for (int i = 0; i < a->n; i++) {
        double d = a->off[i] / (4.685 * scale);

        if (a->weight[i] > 0) {
            a->weight[i] = fabs(d) < 1 ? (1 - d * d) * (1 - d * d) : 0;
        }
    }
    return scale;
}


static void
add_up(const gms_align_t *a, const light_t *light,
    double m[UNKNOWNS * UNKNOWNS], double b[UNKNOWNS])
{
    memset(m, 0, UNKNOWNS * UNKNOWNS * sizeof(*m));
    memset(b, 0, UNKNOWNS * sizeof(*b));
    for (int i = 0; i < a->n; i++) {
        const place_t *p = &a->place[i];
        double         w = a->weight[i], gain, row[UNKNOWNS], along;

        if (w <= 0) {
            continue;
        }
        gain = light[p->part].gain;
        along = p->gu * p->u + p->gv * p->v;
        row[0] = gain * p->gu * p->u;
        row[1] = gain * p->gu * p->v;
        row[2] = gain * p->gu;
        row[3] = gain * p->gv * p->u;
        row[4] = gain * p->gv * p->v;
        row[5] = gain * p->gv;
        row[6] = -gain * along * p->u;
        row[7] = -gain * along * p->v;
        for (int k = 0; k < UNKNOWNS; k++) {
            for (int c = 0; c <= k; c++) {
                m[UNKNOWNS * k + c] += w * row[k] * row[c];
            }
            b[k] -= w * row[k] * a->off[i];
        }
    }
    for (int k = 0; k < UNKNOWNS; k++) {
        for (int c = k + 1; c < UNKNOWNS; c++) {
            m[UNKNOWNS * k + c] = m[UNKNOWNS * c + k];
        }
    }
}


/* How far a step moves the border of the card at most, in radii. */
static double
length_of(const double d[UNKNOWNS])
{
    double most = 0;

    for (int i = 0; i < 8; i++) {
        double u = cos(M_PI * i / 4), v = sin(M_PI * i / 4);
        double w = d[6] * u + d[7] * v;

        most = fmax(most,
            hypot(d[0] * u + d[1] * v + d[2] - w * u,
                d[3] * u + d[4] * v + d[5] - w * v));
    }
    return most;
}


/* Standard error at the border, RMS over four places, in radii. */
static double
border_error(const double m[UNKNOWNS * UNKNOWNS], double scale)
{
    double sum = 0;

    for (int i = 0; i < 8; i++) {
        double u = cos(M_PI * (i / 2) / 2), v = sin(M_PI * (i / 2) / 2);
        double to_u[UNKNOWNS] = { u, v, 1, 0, 0, 0, -u * u, -u * v };
        double to_v[UNKNOWNS] = { 0, 0, 0, u, v, 1, -u * v, -v * v };
        double a[UNKNOWNS * UNKNOWNS], x[UNKNOWNS], *row = i % 2 ? to_v : to_u;

        memcpy(a, m, sizeof(a));
        memcpy(x, row, sizeof(x));
        if (gms_linear_solve(a, x, UNKNOWNS) != GMS_OK) {
            return INFINITY;
        }
        for (int k = 0; k < UNKNOWNS; k++) {
            sum += row[k] * x[k] * scale * scale / 4;
        }
    }
    return sqrt(sum * SHARED_PLACES);
}


static void
judge(const gms_align_t *a, const light_t *light, gms_align_result_t *result)
{
    double s[6] = { 0 };
    int    agree = 0;

    for (int i = 0; i < a->n; i++) {
        const light_t *l = &light[a->place[i].part];
        double         x, y;

        agree += a->weight[i] > 0.25;
        if (a->seen[i] < 0 || !l->known) {
            continue;
        }
        x = l->gain * a->place[i].level + l->offset;
        y = a->seen[i];
        s[0] += 1;
        s[1] += x;
        s[2] += y;
        s[3] += x * x;
        s[4] += y * y;
        s[5] += x * y;
    }
    result->share = (double) agree / a->n;
    result->match = (s[5] * s[0] - s[1] * s[2])
        / sqrt(
            (s[3] * s[0] - s[1] * s[1]) * (s[4] * s[0] - s[2] * s[2]) + 1e-9);
}


/* One round; the length of its step in px, or < 0. */
static double
step(gms_align_t *a, const gms_image_t *image, double to_px[9],
    gms_align_result_t *result)
{
    light_t light[PARTS * PARTS];
    double  m[UNKNOWNS * UNKNOWNS], d[UNKNOWNS], scale, j[4], kept[64];

    look(a, image, to_px);
    compare_light(a, light);
    scale = weigh(a, light);
    if (scale < 0 || gms_homography_jacobian(to_px, 0, 0, j) != GMS_OK) {
        return -1;
    }
    add_up(a, light, m, d);
    memcpy(kept, m, sizeof(kept));
    if (gms_linear_solve(m, d, UNKNOWNS) != GMS_OK) {
        return -1;
    }
    result->error_mm = border_error(kept, scale) * a->radius_mm;
    judge(a, light, result);
    gms_homography_multiply(to_px, to_px,
        (double[9]){
            1 + d[0], d[1], d[2], d[3], 1 + d[4], d[5], d[6], d[7], 1 });
    return length_of(d) * sqrt(fabs(j[0] * j[3] - j[1] * j[2]));
}


int
gms_align_fit(gms_align_t *a, const gms_image_t *image, double mm_to_px[9],
    gms_align_result_t *result)
{
    double r = a->radius_mm, to_px[9], length = 0;

    for (int i = 0; i < a->n; i++) {
        a->weight[i] = 1;
    }
    gms_homography_multiply(
        to_px, mm_to_px, (double[9]){ r, 0, 0, 0, r, 0, 0, 0, 1 });
    for (int round = 0; round < ROUNDS; round++) {
        length = step(a, image, to_px, result);
        if (!(length >= 0 && length < STEP_PX_MAX)) {
            return GMS_EUNSURE;
        }
        if (length < SETTLED_PX) {
            break;
        }
    }
    if (!(length < 0.1)) {
        return GMS_EUNSURE;
    }
    gms_homography_multiply(
        mm_to_px, to_px, (double[9]){ 1 / r, 0, 0, 0, 1 / r, 0, 0, 0, 1 });
    return GMS_OK;
}
