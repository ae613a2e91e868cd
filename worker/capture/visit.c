/* gms_scenery: people: hands before the card, who walks by before or behind
 * it, who changes the paper. */

#include <math.h>
#include <string.h>

#include "figure.h"
#include "scenery.h"
#include "../base/clock.h"

/* Of a hand, mm. */
#define GMS_VISIT_PALM_MM 42.0
#define GMS_VISIT_FINGER_MM 8.5
#define GMS_VISIT_ARM_MM 38.0

/* A hand comes and goes in this time. */
#define GMS_VISIT_REACH_S 0.6

/* People who walk by take so long, and go so often behind the card. */
#define GMS_VISIT_PERSON_MIN_S 1.2
#define GMS_VISIT_PERSON_MAX_S 6.0
#define GMS_VISIT_BEHIND 0.3


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


/* Of people who walk by: is one there, and how far, 0 .. 1? */
static bool
gms_visit_walks(const gms_scenery_t *s, double t, uint64_t *key, bool *behind,
    double *share, double *in)
{
    double   since, length;
    uint64_t which;

    *key = gms_scenery_hash(s->seed, 52);

    if (!gms_visit_now(*key, s->options.people, GMS_VISIT_PERSON_MIN_S,
            GMS_VISIT_PERSON_MAX_S, t, &which, &since, &length))
    {
        return false;
    }

    *key = gms_scenery_hash(*key, which);
    *behind = gms_scenery_uniform(*key, 0) < GMS_VISIT_BEHIND;
    *share = since / length;
    *in = gms_scenery_ramp(0, 0.3, *share)
        * (1 - gms_scenery_ramp(0.7, 1, *share));

    return true;
}


/* Somebody upright whose chest is at (x, y); scale in px a mm. */
static void
gms_visit_person(gms_scenery_t *s, uint64_t key, double x, double y,
    double scale, double stride)
{
    gms_figure_t f;

    double coat = 30 + 150 * gms_scenery_uniform(key, 20);
    double trousers = 25 + 90 * gms_scenery_uniform(key, 21);
    double skin = 110 + 60 * gms_scenery_uniform(key, 22);

    memset(&f, 0, sizeof(gms_figure_t));
    f.key = key;
    f.soft = fmax(0.008 * s->height, 3);
    f.shadow = 0.3;
    f.shadow_px = 30 * scale;
    f.grain = 60 * scale;

    for (int i = -1; i <= 1; i += 2) {
        gms_visit_limb(&f, x + 90 * i * scale, y + 420 * scale,
            M_PI / 2 + 0.35 * i * stride, 800 * scale, 95 * scale, 70 * scale,
            trousers);
    }

    gms_visit_limb(&f, x, y - 90 * scale, M_PI / 2, 480 * scale, 185 * scale,
        165 * scale, coat);
    gms_visit_limb(&f, x, y - 430 * scale, M_PI / 2, 60 * scale, 85 * scale,
        80 * scale, skin);

    for (int i = -1; i <= 1; i += 2) {
        gms_visit_limb(&f, x + 190 * i * scale, y - 160 * scale,
            M_PI / 2 - 0.5 * i * stride, 330 * scale, 62 * scale, 52 * scale,
            0.93 * coat);
    }

    gms_figure_draw(&f, &s->stage);
}


static void
gms_visit_walk(gms_scenery_t *s, double t, bool behind)
{
    bool     is_behind;
    double   share, in, x, y, scale, way, pause;
    uint64_t key;

    if (!gms_visit_walks(s, t, &key, &is_behind, &share, &in)
        || is_behind != behind)
    {
        return;
    }

    gms_scenery_to_px(s, 0, 0, &x, &y);
    scale = gms_scenery_scale(s, x, y)
        * (behind ? 0.8 : 1 + 1.2 * gms_scenery_uniform(key, 1));

    /* across the picture, slower before the card than beside it */
    pause = 0.75 * gms_scenery_uniform(key, 2);
    way = 2 * share - 1;
    way = (1 - pause) * way + pause * way * way * way;
    way *= gms_scenery_uniform(key, 3) < 0.5 ? -1 : 1;

    x += way * (0.75 * s->width + 350 * scale);
    y += scale * (500 * gms_scenery_uniform(key, 4) - 200)
        + 12 * scale * fabs(sin(30 * way));
    gms_visit_person(s, key, x, y, scale, sin(30 * way));
}


/* Who changes the paper comes from a side and covers all of it. */
static void
gms_visit_change(gms_scenery_t *s)
{
    double   t, x, y, scale, in;
    uint64_t key = gms_scenery_hash(s->seed ^ 0x9a9e6, s->turn);

    /* of the scene, as the paper is */
    t = (double) s->now_ns / (double) GMS_S;
    in = gms_scenery_changing(s, t);

    if (in <= 0) {
        return;
    }

    key = gms_scenery_hash(key, (uint64_t) (t / s->options.paper));
    gms_scenery_to_px(s, 0, 0, &x, &y);
    scale = gms_scenery_scale(s, x, y);
    scale *= fmax(1, s->card_mm * 1.25 / 370);

    x += (1 - in) * (gms_scenery_uniform(key, 1) < 0.5 ? -1 : 1)
        * (0.6 * s->width + 450 * scale);
    x += 25 * scale * sin(1.9 * t);
    gms_visit_person(s, key, x, y - 30 * scale, scale, 0.3 * sin(2.7 * t));
}


double
gms_scenery_before(const gms_scenery_t *s, double t)
{
    bool     behind;
    double   share, in, body = 0;
    uint64_t key;

    if (s->options.people > 0
        && gms_visit_walks(s, t, &key, &behind, &share, &in) && !behind)
    {
        body = in * (gms_scenery_uniform(key, 20) < 0.7 ? 1 : -1);
    }

    if (s->options.paper > 0) {
        body += gms_scenery_changing(s, (double) s->now_ns / (double) GMS_S);
    }

    return fmin(body, 1);
}


void
gms_scenery_visit_behind(gms_scenery_t *s, double t)
{
    gms_visit_walk(s, t, true);
}


void
gms_scenery_visit(gms_scenery_t *s, double t)
{
    gms_scenery_insects(s, t);
    gms_visit_hands(s, t);
    gms_visit_walk(s, t, false);
    gms_visit_change(s);
}
