/*
 * gms_scenery: the light on the card and what the camera's exposure makes of
 * it: it follows late, so that lamps that go off leave the picture dark for a
 * while and lamps that come back burn it out.
 */

#include <math.h>

#include "scenery.h"

/* The exposure steps about so often, and takes so long for it. */
#define GMS_LIGHT_STEP_S 7.0
#define GMS_LIGHT_RAMP_S 0.25

/* Lamps go off to a share of light, for a while. */
#define GMS_LIGHT_OFF_MIN 0.15
#define GMS_LIGHT_OFF_MAX 0.40
#define GMS_LIGHT_OFF_MIN_S 3.0
#define GMS_LIGHT_OFF_MAX_S 8.0
#define GMS_LIGHT_SWITCH_S 0.12

/* The exposure follows with these times, and has so much in reserve. */
#define GMS_LIGHT_UP_S 0.8
#define GMS_LIGHT_DOWN_S 0.5
#define GMS_LIGHT_RESERVE 2.2

/* What stands before a card makes the camera open up, or close. */
#define GMS_LIGHT_BODY 0.1

#define GMS_LIGHT_HUNT_S 1.9

/* The camera's filter moves, the picture is made anew. */
#define GMS_LIGHT_NIGHT_S 0.4
#define GMS_LIGHT_NIGHT_NOISE 1.8


double
gms_scenery_ramp(double from, double to, double x)
{
    x = (x - from) / (to - from);
    x = x < 0 ? 0 : x > 1 ? 1 : x;

    return x * x * (3 - 2 * x);
}


/* Where the exposure stands after step n: the old and the new place are
 * always on two sides of the middle, so that every step is one. */
static double
gms_light_place(const gms_scenery_t *s, int64_t n)
{
    uint64_t key = gms_scenery_hash(s->seed, 43);

    if (n < 0) {
        return 0;
    }

    return s->options.step * (n % 2 ? -0.5 : 0.5)
        * (0.4 + 0.6 * gms_scenery_uniform(key, (uint64_t) n));
}


static double
gms_light_step(const gms_scenery_t *s, double t)
{
    double   at;
    int64_t  n = (int64_t) floor(t / GMS_LIGHT_STEP_S);
    uint64_t key = gms_scenery_hash(s->seed, 44);

    at = GMS_LIGHT_STEP_S
        * ((double) n + 0.1 + 0.8 * gms_scenery_uniform(key, (uint64_t) n));

    return 1 + gms_light_place(s, n - 1)
        + (gms_light_place(s, n) - gms_light_place(s, n - 1))
        * gms_scenery_ramp(at, at + GMS_LIGHT_RAMP_S, t);
}


/* Light of the lamps and the exposure's answer to it. */
static void
gms_light_lamps(const gms_scenery_t *s, double t, double *lamps, double *gain)
{
    double   every = s->options.lamps, off, length, since, reserve;
    uint64_t n, key = gms_scenery_hash(s->seed, 45);

    *lamps = *gain = 1;

    if (every <= 0 || t < every) {
        return;
    }

    n = (uint64_t) (t / every);
    since = t - (double) n * every;
    off = GMS_LIGHT_OFF_MIN
        + (GMS_LIGHT_OFF_MAX - GMS_LIGHT_OFF_MIN)
            * gms_scenery_uniform(key, 2 * n);
    length = GMS_LIGHT_OFF_MIN_S
        + (GMS_LIGHT_OFF_MAX_S - GMS_LIGHT_OFF_MIN_S)
            * gms_scenery_uniform(key, 2 * n + 1);
    length = fmin(length, every / 2);
    reserve = fmin(1 / off, GMS_LIGHT_RESERVE) - 1;

    *lamps = 1
        - (1 - off) * gms_scenery_ramp(0, GMS_LIGHT_SWITCH_S, since)
            * (1
                - gms_scenery_ramp(length, length + GMS_LIGHT_SWITCH_S, since));

    *gain += reserve * (1 - exp(-fmin(since, length) / GMS_LIGHT_UP_S));

    if (since > length) {
        *gain = 1 + (*gain - 1) * exp(-(since - length) / GMS_LIGHT_DOWN_S);
    }
}


double
gms_scenery_noise(const gms_scenery_t *s, double t)
{
    double lamps, gain;

    gms_light_lamps(s, t, &lamps, &gain);

    return gain * (1 + (GMS_LIGHT_NIGHT_NOISE - 1) * gms_scenery_night(s, t));
}


double
gms_scenery_night(const gms_scenery_t *s, double t)
{
    double every = s->options.night, since, share;

    if (every <= 0 || t < every) {
        return 0;
    }

    since = fmod(t, every);
    share = gms_scenery_ramp(0, GMS_LIGHT_NIGHT_S, since);

    return fmod(t / every, 2) >= 1 ? share : 1 - share;
}


/* The exposure finds its place anew in another light. */
static double
gms_light_switch(const gms_scenery_t *s, double t)
{
    double every = s->options.night, since;

    if (every <= 0 || t < every) {
        return 1;
    }

    since = fmod(t, every);

    return 1 + (fmod(t / every, 2) >= 1 ? -0.5 : 0.6) * exp(-since / 0.45);
}


double
gms_scenery_light(const gms_scenery_t *s, double t)
{
    double lamps, gain, light;

    const gms_scenery_options_t *o = &s->options;

    gms_light_lamps(s, t, &lamps, &gain);

    light = 1
        + o->drift * sin(2 * M_PI * t / 47)
            * (0.7 + 0.3 * sin(2 * M_PI * t / 11));
    light *= o->glare * lamps * gain * gms_light_switch(s, t);

    if (o->step > 0) {
        light *= gms_light_step(s, t);
    }

    if (o->hunt > 0) {
        light *= 1
            + o->hunt
                * sin(2 * M_PI * t / GMS_LIGHT_HUNT_S
                    + 0.8 * sin(2 * M_PI * t / 5.3));
    }

    return light * (1 + GMS_LIGHT_BODY * gms_scenery_before(s, t));
}
