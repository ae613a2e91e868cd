/*
 * gms_scenery: a bullet hole.  Seen from the front it is an opening with a
 * torn edge through which the backer shows, smaller than the bullet; around
 * it the gray ring that bullet and lead leave on paper; and fibres of the
 * torn paper, pale on the printed black.
 */

#include <math.h>
#include <string.h>

#include "scenery.h"

/* What shows through, in the order of backer=. */
static const double gms_hole_backer[] = { 15, 78, 182 };

#define GMS_HOLE_WAVES 5
#define GMS_HOLE_TEARS_MAX 6

typedef struct {
    double   opening; /* radii in mm */
    double   smear;
    double   inside; /* gray level of what shows through */
    double   wave[GMS_HOLE_WAVES];
    double   phase[GMS_HOLE_WAVES];
    int      tears;
    double   tear_at[GMS_HOLE_TEARS_MAX];
    double   tear_length[GMS_HOLE_TEARS_MAX];
    double   tear_width[GMS_HOLE_TEARS_MAX];
    uint64_t key;
} gms_hole_t;


static void
gms_hole_shape(
    gms_hole_t *hole, const gms_scenery_t *s, const gms_scenery_shot_t *shot)
{
    uint64_t key = gms_scenery_hash(shot->key, 3);

    memset(hole, 0, sizeof(gms_hole_t));
    hole->key = key;
    hole->opening = shot->radius_mm;
    hole->smear =
        s->caliber_mm / 2 * (0.99 + 0.06 * gms_scenery_uniform(key, 1));
    hole->inside = gms_hole_backer[(size_t) s->options.backer]
        * (0.85 + 0.3 * gms_scenery_uniform(key, 2));

    for (int i = 0; i < GMS_HOLE_WAVES; i++) {
        uint64_t n = 10 + (uint64_t) i;

        /* from the second wave on: the first would move the centre */
        hole->wave[i] = 0.05 * gms_scenery_gauss(key, n) / (1 + i * 0.3);
        hole->phase[i] = 2 * M_PI * gms_scenery_uniform(key, 100 + n);
    }

    hole->tears = 3 + (int) (4 * gms_scenery_uniform(key, 4));

    for (int i = 0; i < hole->tears; i++) {
        uint64_t n = 20 + (uint64_t) i;
        double   u = gms_scenery_uniform(key, 200 + n);

        hole->tear_at[i] =
            2 * M_PI * (i + gms_scenery_uniform(key, n)) / hole->tears;
        hole->tear_length[i] = hole->opening * (0.05 + 0.32 * u * u);
        hole->tear_width[i] = 0.12 + 0.2 * gms_scenery_uniform(key, 300 + n);
    }
}


static double
gms_hole_edge(const gms_hole_t *hole, double angle)
{
    double r = hole->opening;

    for (int i = 0; i < GMS_HOLE_WAVES; i++) {
        r += hole->opening * hole->wave[i]
            * cos((i + 2) * angle + hole->phase[i]);
    }

    for (int i = 0; i < hole->tears; i++) {
        double d = fabs(remainder(angle - hole->tear_at[i], 2 * M_PI));

        if (d < hole->tear_width[i]) {
            r += hole->tear_length[i] * (1 - d / hole->tear_width[i]);
        }
    }

    return r;
}


static double
gms_hole_clamp(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}


/* Noise round the rim, 0 .. 1. */
static double
gms_hole_rim(const gms_hole_t *hole, uint64_t n, double angle, double waves)
{
    double u = gms_scenery_cloud(
        hole->key + n, 50 + waves * cos(angle), 50 + waves * sin(angle));

    return gms_hole_clamp(0.5 + 0.8 * u);
}


/* What the bullet leaves of paper that had this level. */
static double
gms_hole_around(const gms_hole_t *hole, double level, bool ink, double r,
    double edge, double angle, double scale)
{
    double smear, width, share, pale;

    smear = hole->smear * (0.95 + 0.1 * gms_hole_rim(hole, 1, angle, 1.3));
    smear = fmax(smear, edge);

    /* gray within the bullet's print, then a breath of it outside */
    share = gms_hole_clamp(0.5 + (smear - r) * scale);
    share = 0.75 * share
        + 0.22 * (1 - share) * exp(-(r - smear) * 4.5 / hole->smear);

    if (ink) {
        level += (58 + 14 * gms_hole_rim(hole, 2, angle, 2) - level) * share;
    } else {
        level += (82 + 50 * gms_hole_rim(hole, 2, angle, 2) - level) * share;
    }

    /* torn fibres stand up in places: as bright as paper is */
    pale = gms_hole_rim(hole, 3, angle, 3.2);
    width = hole->opening * (0.04 + 0.36 * gms_hole_rim(hole, 4, angle, 4));
    share = gms_hole_clamp((pale - (ink ? 0.5 : 0.62)) * 5)
        * gms_hole_clamp(0.5 + (edge + width - r) * scale);

    return level + ((ink ? 100 + 90 * pale : 190) - level) * share;
}


static void
gms_hole_pixel(const gms_hole_t *hole, double dx, double dy, bool ink,
    double scale, uint8_t *sharp, uint8_t *open)
{
    double r, angle, edge, level, gone, inside, share;

    r = hypot(dx, dy);
    angle = atan2(dy, dx);
    edge = gms_hole_edge(hole, angle);
    gone = *open / 255.0;

    level = gms_hole_around(hole, *sharp, ink, r, edge, angle, scale);
    level = *sharp + (level - *sharp) * (1 - gone);

    /* the thickness of the paper shades the upper side of the backer */
    inside = hole->inside * (1 - 0.25 * gms_hole_clamp(dy / hole->opening));

    share = gms_hole_clamp(0.5 + (edge - r) * scale);
    level += (inside - level) * share * (1 - gone * 0.8);
    gone = fmax(gone, share);

    *sharp = (uint8_t) fmin(fmax(level + 0.5, 0), 255);
    *open = (uint8_t) (gone * 255 + 0.5);
}


void
gms_scenery_draw_hole(gms_scenery_t *s, const gms_scenery_shot_t *shot)
{
    int                x0, y0, x1, y1, reach;
    bool               ink;
    double             w, cx, cy, scale;
    gms_hole_t         hole;
    gms_scenery_tear_t tear;
    const double      *b = s->px_to_mm;

    gms_hole_shape(&hole, s, shot);
    ink = hypot(shot->x_mm, shot->y_mm) < s->face.black_mm / 2;
    gms_scenery_tear_shape(&tear, s, shot, ink);

    gms_scenery_to_px(s, shot->x_mm, shot->y_mm, &cx, &cy);
    scale = gms_scenery_scale(s, cx, cy);

    reach = (int) (s->caliber_mm * 1.1 * scale) + 3;
    x0 = cx - reach > 0 ? (int) cx - reach : 0;
    y0 = cy - reach > 0 ? (int) cy - reach : 0;
    x1 = cx + reach < s->width ? (int) cx + reach : s->width - 1;
    y1 = cy + reach < s->height ? (int) cy + reach : s->height - 1;

    for (int py = y0; py <= y1; py++) {
        size_t row = (size_t) py * (size_t) s->sharp.stride;

        for (int px = x0; px <= x1; px++) {
            double x, y;

            w = b[6] * px + b[7] * py + b[8];
            x = (b[0] * px + b[1] * py + b[2]) / w;
            y = (b[3] * px + b[4] * py + b[5]) / w;
            ink = hypot(x, y) < s->face.black_mm / 2;
            x -= shot->x_mm;
            y -= shot->y_mm;

            if (s->options.tears > 0) {
                gms_scenery_tear_pixel(&tear, x, y, ink, scale,
                    s->sharp.px + row + px, s->open.px + row + px);
            } else {
                gms_hole_pixel(&hole, x, y, ink, scale, s->sharp.px + row + px,
                    s->open.px + row + px);
            }
        }
    }
}
