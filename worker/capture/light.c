/* gms_scenery: the light on the card and what the camera's exposure makes
 * of it. */

#include <math.h>

#include "scenery.h"

/* The exposure steps about so often, and takes so long for it. */
#define GMS_LIGHT_STEP_S 7.0
#define GMS_LIGHT_RAMP_S 0.25


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


double
gms_scenery_light(const gms_scenery_t *s, double t)
{
    double light = 1
        + s->options.drift * sin(2 * M_PI * t / 47)
            * (0.7 + 0.3 * sin(2 * M_PI * t / 11));

    return s->options.step > 0 ? light * gms_light_step(s, t) : light;
}
