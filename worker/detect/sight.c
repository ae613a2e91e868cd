/* gms_sight: see sight.h. */

#include "sight.h"

#include <math.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../target/homography.h"

/* Pixels looked at: every so many of a row, of every so many rows. */
#define STRIDE 4

/* Black: nearly all is darker than this.  White: more than half is cut off
 * at the top, and what is not says nothing.  Flat: nearly all within this. */
#define BLACK_LEVEL 14
#define WHITE_LEVEL 250
#define WHITE_SHARE 0.8
#define FLAT_LEVELS 14

/* Rays, and samples on each side of the edge, in shares of its radius. */
#define RAYS 48
#define SAMPLES 5
#define NEAR 0.03
#define STEP 0.03

/* Ink under infra-red light still is this much darker than paper, as a share
 * of both. */
#define CONTRAST_MIN 0.12

/* Shares of the rays that show the edge. */
#define SEEN_SHARE 0.75
#define HALF_SHARE 0.3

/* A mark that fills the picture may leave it with the ground around it on the
 * other rays. */
#define RAYS_INSIDE (RAYS / 3)

/* Other sizes tried. */
#define FACTOR_MIN 0.3
#define FACTOR_STEP 1.03
#define FACTORS 78 /* up to 3 */
#define FACTOR_SAME 1.07

/* Any mark: so many cells across the longer side; its radii as shares of the
 * one that is expected; what is looked at inside and around it, so near that
 * the paper of a small card is still there, and how much of that is seen. */
#define CELLS 128
#define RADIUS_FROM 0.3
#define RADIUS_TO 4.0
#define RADIUS_STEP 1.3
#define MARK_CONTRAST 0.2 /* print in a veil of light has it still */
#define INNER_RADII 0.4
#define AROUND_RADII 1.3
#define AROUND 8
#define AROUND_SEEN 6

/* Of a sheet hardly wider than its mark there is paper toward the corners
 * alone: less far out, which takes more sizes and places to meet. */
#define CORNERS 4
#define CORNERS_SEEN 3
#define CORNERS_RADII 1.2
#define CORNERS_STEP 1.12


/* Level below which this share of the counted pixels lies. */
static int
quantile(const long count[256], long n, double share)
{
    long sum = 0;
    int  level = 0;

    while (level < 255 && (double) (sum += count[level]) <= share * (double) n)
    {
        level++;
    }
    return level;
}


gms_sight_e
gms_sight_judge(const gms_image_t *image, int x, int y, int w, int h)
{
    long count[256] = { 0 }, n = 0, cut = 0;
    int  low, high;

    for (int v = y < 0 ? 0 : y; v < y + h && v < image->height; v += STRIDE) {
        const uint8_t *row = image->px + (ptrdiff_t) v * image->stride;

        for (int u = x < 0 ? 0 : x; u < x + w && u < image->width; u += STRIDE)
        {
            count[row[u]]++;
            n++;
        }
    }
    for (int level = WHITE_LEVEL; level < 256; level++) {
        cut += count[level];
    }
    low = quantile(count, n, 0.02);
    high = quantile(count, n, 0.98);
    if (high < BLACK_LEVEL) {
        return GMS_SIGHT_BLACK;
    }
    if ((double) cut > WHITE_SHARE * (double) n) {
        return GMS_SIGHT_WHITE;
    }
    return high - low < FLAT_LEVELS ? GMS_SIGHT_FLAT : GMS_SIGHT_CLEAR;
}


typedef struct {
    const gms_image_t *image;
    double             map[9]; /* mm -> pixels of this picture */
    double             radius_mm;
    double             step; /* outwards, in radii: not beyond the sheet */
} ray_t;


/* Median level on a ray from a radius on, a ring's line between does not
 * matter; false: beyond the picture. */
static bool
stretch(const ray_t *ray, double angle, double from, double step, int *level)
{
    uint8_t v[SAMPLES] = { 0 };

    for (int i = 0; i < SAMPLES; i++) {
        double  r = (from + i * step) * ray->radius_mm, x, y;
        int     k = i;
        uint8_t now;

        if (gms_homography_apply(
                ray->map, r * cos(angle), r * sin(angle), &x, &y)
                != GMS_OK
            || !(x >= 0 && y >= 0 && x < ray->image->width - 0.5
                && y < ray->image->height - 0.5))
        {
            return false;
        }
        now = ray->image->px[(ptrdiff_t) (y + 0.5) * ray->image->stride
            + (ptrdiff_t) (x + 0.5)];
        for (; k > 0 && v[k - 1] > now; k--) {
            v[k] = v[k - 1];
        }
        v[k] = now;
    }
    *level = v[SAMPLES / 2];
    return true;
}


/* Share of the rays on which it gets brighter at this radius; of so many at
 * least, those that leave the picture apart. */
static double
edge_share(const ray_t *ray, double factor, int least)
{
    int seen = 0, inside = 0;

    for (int i = 0; i < RAYS; i++) {
        double a = 2 * M_PI * i / RAYS;
        int    in, out;

        if (stretch(ray, a, factor - NEAR, -STEP, &in)
            && stretch(ray, a, factor + NEAR, ray->step, &out))
        {
            inside++;
            seen += out - in > CONTRAST_MIN * (out + in + 4);
        }
    }
    return (double) seen / (inside > least ? inside : least);
}


gms_mark_e
gms_sight_mark(const gms_image_t *image, const gms_face_t *face,
    const gms_calibration_t *calibration, const double *pose, double *factor)
{
    ray_t ray = {
        .image = image, .radius_mm = face->black_mm / 2, .step = STEP
    };
    double here, best = 0, last = 1;

    *factor = 1;
    if (!(ray.radius_mm > 0)) {
        return GMS_MARK_SEEN;
    }
    if (face->card_mm > face->black_mm) {
        ray.step =
            fmin(STEP, (face->card_mm / face->black_mm - 1 - NEAR) / SAMPLES);
    }
    for (int i = 0; i < 9; i++) {
        ray.map[i] = calibration->mm_to_px[i];
    }
    if (pose != NULL) {
        gms_homography_multiply(ray.map, pose, ray.map);
    }
    here = edge_share(&ray, 1, RAYS_INSIDE);
    for (int i = 0; i < FACTORS; i++) {
        double f = FACTOR_MIN * pow(FACTOR_STEP, i);
        double share = edge_share(&ray, f, RAYS);

        if (share > best) {
            best = share;
            *factor = last = f;
        } else if (share >= best && f < last * FACTOR_STEP * FACTOR_STEP) {
            last = f; /* seen as well a little further out */
        }
    }
    *factor = sqrt(*factor * last);
    /* A mark a little smaller is still dark to one side of the ray. */
    if (best >= SEEN_SHARE && here < best - 0.1
        && (*factor > FACTOR_SAME || *factor < 1 / FACTOR_SAME))
    {
        return GMS_MARK_OTHER;
    }
    *factor = 1;
    return here >= SEEN_SHARE ? GMS_MARK_SEEN
        : here >= HALF_SHARE  ? GMS_MARK_HALF
                              : GMS_MARK_NONE;
}


/* Sums of the picture's cells, all above and to the left of each. */
typedef struct {
    int      w;
    int      h;
    int      cell; /* px */
    uint32_t sum[CELLS + 1][CELLS + 1];
} cells_t;


static void
cells_fill(cells_t *c, const gms_image_t *image)
{
    int side = image->width > image->height ? image->width : image->height;

    c->cell = (side + CELLS - 1) / CELLS;
    c->w = image->width / c->cell;
    c->h = image->height / c->cell;
    memset(c->sum, 0, sizeof(c->sum));
    for (int y = 0; y < c->h; y++) {
        uint32_t row = 0;

        for (int x = 0; x < c->w; x++) {
            uint32_t sum = 0, n = 0;

            for (int v = 0; v < c->cell; v += 2) {
                const uint8_t *p = image->px
                    + (ptrdiff_t) (y * c->cell + v) * image->stride
                    + x * c->cell;

                for (int u = 0; u < c->cell; u += 2, n++) {
                    sum += p[u];
                }
            }
            row += sum * 16 / (n > 0 ? n : 1); /* sixteenths of a level */
            c->sum[y + 1][x + 1] = c->sum[y][x + 1] + row;
        }
    }
}


/* Mean level of a square about a cell; < 0: not wholly in the picture. */
static double
square(const cells_t *c, double x, double y, double half)
{
    int x0 = (int) floor(x - half + 0.5), x1 = (int) floor(x + half + 0.5) + 1;
    int y0 = (int) floor(y - half + 0.5), y1 = (int) floor(y + half + 0.5) + 1;

    if (x0 < 0 || y0 < 0 || x1 > c->w || y1 > c->h) {
        return -1;
    }
    return (double) (c->sum[y1][x1] - c->sum[y0][x1] - c->sum[y1][x0]
               + c->sum[y0][x0])
        / (16.0 * (x1 - x0) * (y1 - y0));
}


/* Where paper is looked for around a mark, and in which steps. */
typedef struct {
    int    first; /* of the ways to look */
    int    most;  /* that need not show it */
    double radii;
    double radius_step;
    double place_step; /* radii */
} around_t;

static const around_t all_around = { 0, AROUND - AROUND_SEEN, AROUND_RADII,
    RADIUS_STEP, 1 / 3.0 };
static const around_t at_corners = { AROUND - CORNERS, CORNERS - CORNERS_SEEN,
    CORNERS_RADII, CORNERS_STEP, 1 / 6.0 };


static bool
may_be_mark(
    const cells_t *c, double x, double y, double r, const around_t *look)
{
    static const double way[AROUND][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 },
        { 0, -1 }, { 0.7071, 0.7071 }, { -0.7071, -0.7071 },
        { 0.7071, -0.7071 }, { -0.7071, 0.7071 } };

    double in = square(c, x, y, INNER_RADII * r), out;
    int    failed = 0;

    if (in < 0) {
        return false;
    }
    for (int i = look->first; i < AROUND && failed <= look->most; i++) {
        out = square(c, x + look->radii * r * way[i][0],
            y + look->radii * r * way[i][1], 0);
        failed += !(out - in > MARK_CONTRAST * (out + in + 4));
    }
    return failed <= look->most;
}


static bool
any_of_radius(const cells_t *c, double r, const around_t *look)
{
    int step = r * look->place_step < 2 ? 1 : (int) (r * look->place_step);

    for (int y = 0; y < c->h; y += step) {
        for (int x = 0; x < c->w; x += step) {
            if (may_be_mark(c, x, y, r, look)) {
                return true;
            }
        }
    }
    return false;
}


bool
gms_sight_any_mark(const gms_image_t *image, double radius_px, bool narrow)
{
    const around_t *look = narrow ? &at_corners : &all_around;
    cells_t         c;
    double          r, most;

    if (image->width < CELLS || image->height < CELLS) {
        return true; /* too small to say */
    }
    cells_fill(&c, image);
    r = fmax(RADIUS_FROM * radius_px / c.cell, 1.5);
    most = fmin(RADIUS_TO * radius_px / c.cell, CELLS / 2.0);
    while (r <= most && !any_of_radius(&c, r, look)) {
        r *= look->radius_step;
    }
    return r <= most;
}
