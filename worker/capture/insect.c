/*
 * gms_scenery: insects.  Each has a time of so many seconds that it is there
 * or not: it flies in or crawls in from the edge, crawls and pauses, rests
 * for seconds or up to a minute, and flies off.  All of it follows from the
 * number of that time, so that nothing need be remembered.
 */

#include <math.h>
#include <string.h>

#include "figure.h"
#include "scenery.h"

#define GMS_INSECT_TIME_S 120.0
#define GMS_INSECT_STEPS 7

/* The rest among its steps, the longest of them. */
#define GMS_INSECT_REST_MIN_S 4.0
#define GMS_INSECT_REST_MAX_S 60.0

#define GMS_INSECT_FLIGHT_S 0.25

/* Length of the body in calibers. */
#define GMS_INSECT_MIN 0.5
#define GMS_INSECT_MAX 1.2

typedef struct {
    double x; /* mm of the card */
    double y;
    double heading;
    double legs;  /* phase of its steps */
    double smear; /* of a flight, mm */
} gms_insect_t;


/* Where it is `since` its time began; false: nowhere. */
static bool
gms_insect_place(
    const gms_scenery_t *s, uint64_t key, double since, gms_insect_t *at)
{
    double half = 0.45 * s->card_mm, angle, length, speed, far;
    int rest = 1 + (int) ((GMS_INSECT_STEPS - 1) * gms_scenery_uniform(key, 0));

    since -= 15 * gms_scenery_uniform(key, 1);

    if (since < 0) {
        return false;
    }

    at->x = half * (2 * gms_scenery_uniform(key, 2) - 1);
    at->y = half * (2 * gms_scenery_uniform(key, 3) - 1);
    at->heading = 2 * M_PI * gms_scenery_uniform(key, 4);
    at->legs = 0;
    at->smear = 0;

    if (since < GMS_INSECT_FLIGHT_S) {
        far = (1 - since / GMS_INSECT_FLIGHT_S) * s->card_mm;
        at->x += far * cos(at->heading);
        at->y += far * sin(at->heading);
        at->smear = s->card_mm / 25;
        return true;
    }

    since -= GMS_INSECT_FLIGHT_S;

    for (int i = 0; i < GMS_INSECT_STEPS; i++) {
        uint64_t n = 10 + 10 * (uint64_t) i;

        /* crawl, steered back where the paper ends */
        length = 0.6 + 2.6 * gms_scenery_uniform(key, n);
        speed = 4 + 11 * gms_scenery_uniform(key, n + 1);
        angle = hypot(at->x, at->y) > half
            ? atan2(-at->y, -at->x)
            : at->heading + 1.1 * gms_scenery_gauss(key, n + 2);
        at->heading = angle;
        at->x += speed * fmin(since, length) * cos(angle);
        at->y += speed * fmin(since, length) * sin(angle);

        if (since < length) {
            at->legs = 2 * M_PI * 5 * since;
            return true;
        }

        since -= length;

        /* and pause */
        length = i == rest ? GMS_INSECT_REST_MIN_S
                + (GMS_INSECT_REST_MAX_S - GMS_INSECT_REST_MIN_S)
                    * pow(gms_scenery_uniform(key, 5), 2)
                           : 0.2 + 2.5 * gms_scenery_uniform(key, n + 3);

        if (since < length) {
            return true;
        }

        since -= length;
    }

    far = since / GMS_INSECT_FLIGHT_S * s->card_mm;
    at->x += far * cos(at->heading);
    at->y += far * sin(at->heading);
    at->smear = s->card_mm / 25;

    return since < GMS_INSECT_FLIGHT_S;
}


static void
gms_insect_limb(gms_figure_t *f, double x, double y, double angle, double from,
    double to, double r0, double r1, double level, double cover)
{
    gms_limb_t limb = { x + from * cos(angle), y + from * sin(angle),
        x + to * cos(angle), y + to * sin(angle), r0, r1, level, cover };

    gms_figure_add(f, &limb);
}


/* Abdomen, thorax and head along `angle`, legs, and wings over them. */
static void
gms_insect_draw(gms_scenery_t *s, uint64_t key, const gms_insect_t *at)
{
    double       x, y, u, v, angle, size, dark, thick;
    gms_figure_t f;

    gms_scenery_to_px(s, at->x, at->y, &x, &y);
    gms_scenery_to_px(
        s, at->x + cos(at->heading), at->y + sin(at->heading), &u, &v);
    angle = atan2(v - y, u - x);

    /* half its length */
    size = hypot(u - x, v - y) * s->caliber_mm / 2
        * (GMS_INSECT_MIN
            + (GMS_INSECT_MAX - GMS_INSECT_MIN) * gms_scenery_uniform(key, 6));
    dark = 12 + 34 * gms_scenery_uniform(key, 7);
    thick = 0.22 + 0.16 * gms_scenery_uniform(key, 8);

    memset(&f, 0, sizeof(gms_figure_t));
    f.key = key;
    f.soft = 1.4 + at->smear * hypot(u - x, v - y);
    f.grain = fmax(size / 4, 1);

    for (int i = 0; i < 6; i++) {
        uint64_t n = 400 + (uint64_t) i;
        double   side = i % 2 ? 1 : -1;
        double   root = (0.35 - 0.3 * (i / 2)) * size;
        double   spread = side
            * (0.8 + 0.5 * (i / 2) + 0.2 * gms_scenery_gauss(key, n)
                + 0.25 * sin(at->legs + M_PI * (i % 2 + i / 2)));

        gms_insect_limb(&f, x + root * cos(angle), y + root * sin(angle),
            angle + spread, 0, size * (0.7 + 0.4 * gms_scenery_uniform(key, n)),
            0.07 * size, 0.03 * size, dark + 15, 0.8);
    }

    gms_insect_limb(&f, x, y, angle, -size * (1 - thick), -0.2 * size,
        0.8 * thick * size, thick * size, dark, 1);
    gms_insect_limb(&f, x, y, angle, -0.1 * size, 0.35 * size,
        0.85 * thick * size, 0.75 * thick * size, dark + 8, 1);
    gms_insect_limb(&f, x, y, angle, 0.6 * size, 0.75 * size,
        0.6 * thick * size, 0.5 * thick * size, dark, 1);

    for (int i = -1; i <= 1 && gms_scenery_uniform(key, 9) < 0.6; i += 2) {
        gms_insect_limb(&f, x, y,
            angle + i * (2.6 + 0.2 * gms_scenery_gauss(key, 410)), 0,
            1.25 * size, 0.1 * size, 0.26 * size, 135, 0.4);
    }

    gms_figure_draw(&f, &s->stage);
}


void
gms_scenery_insects(gms_scenery_t *s, double t)
{
    gms_insect_t at;

    for (int i = 0; i < (int) s->options.insects && t >= 0; i++) {
        uint64_t key = gms_scenery_hash(s->seed ^ 0x1b5ec7, (uint64_t) i);
        double   shifted = t + GMS_INSECT_TIME_S * gms_scenery_uniform(key, 0);
        uint64_t n = (uint64_t) (shifted / GMS_INSECT_TIME_S);

        key = gms_scenery_hash(key, n);

        if (gms_insect_place(
                s, key, shifted - (double) n * GMS_INSECT_TIME_S, &at)) {
            gms_insect_draw(s, key, &at);
        }
    }
}
