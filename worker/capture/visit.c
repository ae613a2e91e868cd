/* gms_scenery: what comes between the card and the camera: hands. */

#include <math.h>
#include <string.h>

#include "figure.h"
#include "scenery.h"

/* Of a hand, mm. */
#define GMS_VISIT_PALM_MM 42.0
#define GMS_VISIT_FINGER_MM 8.5
#define GMS_VISIT_ARM_MM 38.0

/* A hand comes and goes in this time. */
#define GMS_VISIT_REACH_S 0.6


/* Is there a visit at t of those that come every so often?  Which one, since
 * when, and for how long, of lengths from min to max. */
static bool
gms_visit_now(uint64_t key, double every, double min, double max, double t,
    uint64_t *which, double *since, double *length)
{
    double at;

    if (every <= 0 || t < 0) {
        return false;
    }

    *which = (uint64_t) (t / every);
    at = every
        * ((double) *which + 0.4 + 0.2 * gms_scenery_uniform(key, *which));
    *length = min + (max - min) * gms_scenery_uniform(key + 1, *which);
    *since = t - at;

    return *since >= 0 && *since < *length;
}


static void
gms_visit_limb(gms_figure_t *f, double x, double y, double angle, double length,
    double r0, double r1, double level)
{
    gms_limb_t limb = { x, y, x + length * cos(angle), y + length * sin(angle),
        r0, r1, level, 1 };

    gms_figure_add(f, &limb);
}


/* A hand that reaches to (x, y) along angle: sleeve, arm, palm, fingers. */
static void
gms_visit_hand(gms_figure_t *f, uint64_t key, double x, double y, double angle,
    double scale, double diagonal)
{
    double palm = GMS_VISIT_PALM_MM * scale;
    double skin = 120 + 55 * gms_scenery_uniform(key, 10);
    double cloth = 35 + 120 * gms_scenery_uniform(key, 11);
    double back = angle + M_PI;
    double wrist[2] = { x + 1.6 * palm * cos(back),
        y + 1.6 * palm * sin(back) };

    gms_visit_limb(f, wrist[0] + 3 * palm * cos(back),
        wrist[1] + 3 * palm * sin(back), back, diagonal,
        1.5 * GMS_VISIT_ARM_MM * scale, 1.9 * GMS_VISIT_ARM_MM * scale, cloth);
    gms_visit_limb(f, wrist[0], wrist[1], back, 3.5 * palm,
        0.75 * GMS_VISIT_ARM_MM * scale, 1.05 * GMS_VISIT_ARM_MM * scale, skin);
    gms_visit_limb(f, x, y, back, palm, palm, 0.8 * palm, skin);

    for (int i = 0; i < 5; i++) {
        double spread =
            (i - 2) * 0.3 + 0.15 * gms_scenery_gauss(key, 20 + (uint64_t) i);
        double length = palm * (i == 0 ? 1.3 : 1.7 + 0.25 * (i == 2));

        if (i == 0) {
            spread -= 0.5;
        }

        gms_visit_limb(f, x + 0.5 * palm * cos(angle + 1.6 * spread),
            y + 0.5 * palm * sin(angle + 1.6 * spread), angle + spread, length,
            GMS_VISIT_FINGER_MM * 1.15 * scale, GMS_VISIT_FINGER_MM * scale,
            skin * 1.05);
    }
}


static void
gms_visit_hands(gms_scenery_t *s, double t)
{
    double       since, length, in, angle, far, x, y, scale;
    uint64_t     which, key = gms_scenery_hash(s->seed, 51);
    gms_figure_t f;

    if (!gms_visit_now(key, s->options.hand, 2, 4, t, &which, &since, &length))
    {
        return;
    }

    key = gms_scenery_hash(key, which);
    in = gms_scenery_ramp(0, GMS_VISIT_REACH_S, since)
        * (1 - gms_scenery_ramp(length - GMS_VISIT_REACH_S, length, since));

    /* to a place of the card, from any side but above */
    angle = -M_PI * (0.15 + 0.7 * gms_scenery_uniform(key, 1))
        + 0.08 * sin(2.1 * t);
    gms_scenery_to_px(s,
        0.35 * s->card_mm * (2 * gms_scenery_uniform(key, 2) - 1),
        0.35 * s->card_mm * (2 * gms_scenery_uniform(key, 3) - 1), &x, &y);
    x += 9 * sin(1.7 * t);
    y += 7 * sin(2.3 * t);

    scale = gms_scenery_scale(s, x, y);
    far = (1 - in) * hypot(s->width, s->height);

    memset(&f, 0, sizeof(gms_figure_t));
    f.key = key;
    f.soft =
        2 + 0.02 * s->height * (in > 0.02 && in < 0.98 ? 4 * in * (1 - in) : 0);
    f.shadow = 0.35;
    f.shadow_px = 14 * scale;
    f.grain = 9 * scale;
    gms_visit_hand(&f, key, x - far * cos(angle), y - far * sin(angle), angle,
        scale, hypot(s->width, s->height));
    gms_figure_draw(&f, &s->stage);
}


void
gms_scenery_visit(gms_scenery_t *s, double t)
{
    gms_visit_hands(s, t);
}
