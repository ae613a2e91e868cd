/*
 * gms_scenery: a hole as IP cameras show those of large calibers: no disc but
 * a tear, longer than wide, with a jagged edge.  On paper it is far darker
 * than the paper; in the black it is darker than ink, and a flap of the
 * card's pale inside stands up on one side.  The bullet's disc is where the
 * shot counts; what it pushed aside but did not tear away is gray.
 */

#include <math.h>
#include <string.h>

#include "scenery.h"

/* What shows through a tear in the black, in the order of backer=.  Around
 * the dark one the paper's own light spills into the opening: there the
 * tear is a share of the paper's level. */
static const double gms_tear_backer[] = { 5, 70, 175 };

#define GMS_TEAR_PAPER 214.0

/* Share of the paper's light that a tear loses before the dark. */
#define GMS_TEAR_LOSS_MIN 0.70
#define GMS_TEAR_LOSS_MAX 0.88

/* A tear is a superellipse with this exponent: its ends are pointed. */
#define GMS_TEAR_POWER 1.7

#define GMS_TEAR_LONG_MAX 2.2


void
gms_scenery_tear_shape(gms_scenery_tear_t *tear, const gms_scenery_t *s,
    const gms_scenery_shot_t *shot, bool ink)
{
    double   elongation, paper;
    uint64_t key = gms_scenery_hash(shot->key, 7);
    size_t   backer = (size_t) s->options.backer;

    memset(tear, 0, sizeof(gms_scenery_tear_t));
    tear->key = key;
    tear->radius = s->caliber_mm / 2;
    tear->angle = 2 * M_PI * gms_scenery_uniform(key, 0);

    elongation =
        1.15 + (GMS_TEAR_LONG_MAX - 1.15) * pow(gms_scenery_uniform(key, 1), 2);
    tear->half = tear->radius * (0.95 + 0.35 * gms_scenery_uniform(key, 2));
    tear->width = tear->half / elongation;

    /* a bullet leaves no slit: what it went through is at least so wide */
    tear->width = fmax(tear->width, 0.55 * tear->radius);

    /* the paper gives way to one side */
    tear->centre = 0.1 * tear->radius * gms_scenery_gauss(key, 3);
    tear->centre =
        fmin(fmax(tear->centre, -0.2 * tear->radius), 0.2 * tear->radius);

    paper = GMS_TEAR_PAPER
        * (1 - GMS_TEAR_LOSS_MIN
            - (GMS_TEAR_LOSS_MAX - GMS_TEAR_LOSS_MIN)
                * gms_scenery_uniform(key, 4));

    tear->inside = backer == 0 && !ink ? paper : gms_tear_backer[backer];

    if (ink) {
        tear->lip = 60 + 55 * gms_scenery_uniform(key, 5);
    } else {
        tear->lip = 14 * gms_scenery_uniform(key, 5);
    }

    tear->lip_at = 2 * M_PI * gms_scenery_uniform(key, 6);
}


/* How far inside the tear's edge a place is, mm; outside it is negative. */
static double
gms_tear_depth(const gms_scenery_tear_t *tear, double dx, double dy)
{
    double u, v, f, r, jag, c = cos(tear->angle), n = sin(tear->angle);

    u = c * dx + n * dy - tear->centre;
    v = c * dy - n * dx;
    r = hypot(u, v);
    f = pow(pow(fabs(u) / tear->half, GMS_TEAR_POWER)
            + pow(fabs(v) / tear->width, GMS_TEAR_POWER),
        1 / GMS_TEAR_POWER);

    if (f < 0.05) {
        return tear->width;
    }

    jag = 1
        + 0.13
            * gms_scenery_cloud(tear->key, 40 + 2.2 * u / r, 40 + 2.2 * v / r)
        + 0.08
            * gms_scenery_cloud(tear->key + 1, 40 + 6 * u / r, 40 + 6 * v / r);

    return r * (jag / f - 1);
}


static double
gms_tear_clamp(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}


void
gms_scenery_tear_pixel(const gms_scenery_tear_t *tear, double dx, double dy,
    bool ink, double scale, uint8_t *sharp, uint8_t *open)
{
    double depth, level, gone, share, side, lip;

    depth = gms_tear_depth(tear, dx, dy);
    gone = *open / 255.0;
    level = *sharp;

    /* pushed aside within the bullet's disc: gray on paper, dull in ink */
    share = gms_tear_clamp(0.5 + (tear->radius - hypot(dx, dy)) * scale)
        * (0.55 + 0.35 * gms_scenery_cloud(tear->key + 2, 9 + dx, 9 + dy));
    level += ((ink ? 30 : 105) - level) * share * (1 - gone);

    /* the flap stands up along one side of the edge */
    side = cos(atan2(dy, dx) - tear->lip_at);
    lip = tear->radius * (0.16 + 0.3 * gms_tear_clamp(side));
    share = gms_tear_clamp((side - 0.1) * 3)
        * gms_tear_clamp(0.5 + (lip + depth) * scale);
    level += tear->lip * share * (1 - gone);

    share = gms_tear_clamp(0.5 + depth * scale);
    level += (tear->inside - level) * share * (1 - gone * 0.8);
    gone = fmax(gone, share);

    *sharp = (uint8_t) fmin(fmax(level + 0.5, 0), 255);
    *open = (uint8_t) (gone * 255 + 0.5);
}
