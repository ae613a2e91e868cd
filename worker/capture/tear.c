/*
 * gms_scenery: a hole as IP cameras show those of large calibers: no disc but
 * a tear, longer than wide, with a jagged edge.  On paper it is far darker
 * than the paper, with a soft dent on its upper side; in the black it is
 * darker than ink, and a flap of the card's pale inside stands up, mostly
 * below, where lamps light it.  The bullet's disc is where the
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
        + 0.18
            * gms_scenery_cloud(tear->key, 40 + 2.2 * u / r, 40 + 2.2 * v / r)
        + 0.14
            * gms_scenery_cloud(tear->key + 1, 40 + 6 * u / r, 40 + 6 * v / r);

    return r * (jag / f - 1);
}


/* How far from the bullet's centre the tear's edge is in a direction, mm. */
static double
gms_tear_reach(const gms_scenery_tear_t *tear, double angle)
{
    double r = 0, step = tear->radius / 20;

    while (r < 2 * tear->radius
        && gms_tear_depth(tear, r * cos(angle), r * sin(angle)) > 0)
    {
        r += step;
    }

    return r;
}


void
gms_scenery_tear_shape(gms_scenery_tear_t *tear, const gms_scenery_t *s,
    const gms_scenery_shot_t *shot, bool ink)
{
    double   elongation, loss, u;
    uint64_t key = gms_scenery_hash(shot->key, 7);
    size_t   backer = (size_t) s->options.backer;

    memset(tear, 0, sizeof(gms_scenery_tear_t));
    tear->key = key;
    tear->radius = s->caliber_mm / 2;
    tear->angle = 2 * M_PI * gms_scenery_uniform(key, 0);

    u = gms_scenery_uniform(key, 1);
    elongation = 1.15 + (GMS_TEAR_LONG_MAX - 1.15) * u * u;
    tear->half = tear->radius * (0.9 + 0.35 * gms_scenery_uniform(key, 2));

    /* a bullet leaves no slit: what it went through is at least so wide */
    tear->width = fmax(tear->half / elongation, 0.55 * tear->radius);

    /* the paper gives way to one side */
    tear->centre = 0.1 * tear->radius * gms_scenery_gauss(key, 3);
    tear->centre =
        fmin(fmax(tear->centre, -0.2 * tear->radius), 0.2 * tear->radius);

    loss = GMS_TEAR_LOSS_MIN
        + (GMS_TEAR_LOSS_MAX - GMS_TEAR_LOSS_MIN) * gms_scenery_uniform(key, 4);
    tear->inside = backer == 0 && !ink ? GMS_TEAR_PAPER * (1 - loss)
                                       : gms_tear_backer[backer];

    tear->lip = ink ? 70 + 60 * gms_scenery_uniform(key, 5)
                    : 10 + 14 * gms_scenery_uniform(key, 5);

    /* lamps hang above: a flap that stands up below the tear is lit */
    tear->lip_at = -M_PI / 2 + 0.7 * gms_scenery_gauss(key, 6);
    tear->lip_wide = tear->radius * (0.4 + 0.4 * gms_scenery_uniform(key, 7));
    tear->lip_deep = tear->radius * (0.2 + 0.2 * gms_scenery_uniform(key, 8));
    tear->lip_far = gms_tear_reach(tear, tear->lip_at) + 0.6 * tear->lip_deep;
}


static double
gms_tear_clamp(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}


/* Share of the flap at a place: a mottled patch just outside the edge. */
static double
gms_tear_flap(const gms_scenery_tear_t *tear, double dx, double dy)
{
    double u, v, f, c = cos(tear->lip_at), n = sin(tear->lip_at);
    double size = 0.3 * tear->radius;

    u = (c * dx + n * dy - tear->lip_far) / tear->lip_deep;
    v = (c * dy - n * dx) / tear->lip_wide;
    f = 1.15 - sqrt(u * u + v * v)
        + 0.55
            * gms_scenery_cloud(tear->key + 3, 60 + dx / size, 60 + dy / size);

    return gms_tear_clamp(1.6 * f);
}


void
gms_scenery_tear_pixel(const gms_scenery_tear_t *tear, double dx, double dy,
    bool ink, double scale, uint8_t *sharp, uint8_t *open)
{
    double depth, level, gone, share, side;

    depth = gms_tear_depth(tear, dx, dy);
    side = cos(atan2(dy, dx) - tear->lip_at);
    gone = *open / 255.0;
    level = *sharp;

    /* pushed aside within the bullet's disc: gray on paper, dull in ink */
    share = gms_tear_clamp(0.5 + (tear->radius - hypot(dx, dy)) * scale)
        * (0.28 + 0.2 * gms_scenery_cloud(tear->key + 2, 9 + dx, 9 + dy));

    /* and the dent behind the edge that is away from the lamps */
    share = fmax(share,
        0.7 * gms_tear_clamp(0.2 - side)
            * exp(fmin(depth, 0) / (0.3 * tear->radius)));
    level += ((ink ? 26 : 95) - level) * share * (1 - gone);

    level += tear->lip * gms_tear_flap(tear, dx, dy) * (1 - gone);

    share = gms_tear_clamp(0.5 + depth * scale);
    level += (tear->inside - level) * share * (1 - gone * 0.8);
    gone = fmax(gone, share);

    *sharp = (uint8_t) fmin(fmax(level + 0.5, 0), 255);
    *open = (uint8_t) (gone * 255 + 0.5);
}
