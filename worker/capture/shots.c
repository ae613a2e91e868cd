/* gms_scenery: the options of a simulated lane, and when and where it fires. */

#include <math.h>
#include <stddef.h>

#include "scenery.h"
#include "../base/clock.h"

/* A place that is mostly torn away already is drawn again this many times,
 * a little wider each time. */
#define GMS_SHOTS_TRIES 200
#define GMS_SHOTS_WIDEN 1.01

/* Spread when none is given: the shooter of a club, in widths of a ring. */
#define GMS_SHOTS_SIGMA_RINGS 1.25

/* -1 stands for "as the cadence says". */
#define CADENCE (-1)

static const char *const gms_backers[] = { "dark", "grey", "white", NULL };
static const char *const gms_cadences[] = { "steady", "slow", "rapid", "casual",
    NULL };

static const struct {
    double interval;
    double jitter;
    double series;
    double pause;
} gms_cadence[] = {
    { 5, 0.25, 10, 12 },   /* steady: a demonstration */
    { 40, 0.35, 10, 120 }, /* slow: precision in a match */
    { 0.8, 0.15, 5, 25 },  /* rapid: five shots in four seconds */
    { 4, 0.6, 5, 30 },     /* casual: groups of five */
};

#define AT(name) offsetof(gms_scenery_options_t, name)

const gms_option_t gms_scenery_table[] = {
    { "seed", 1, 0, 9007199254740992.0, NULL, AT(seed),
        "number that everything random is drawn from" },
    { "quality", 85, 20, 100, NULL, AT(quality), "of the JPEG" },
    { "fill", 0.88, 0.2, 1.5, NULL, AT(fill),
        "share of the picture's height that the card fills" },
    { "tilt", 8, 0, 45, NULL, AT(tilt),
        "degrees of the card against the camera, about an axis of the seed" },
    { "vignette", 0.15, 0, 0.8, NULL, AT(vignette),
        "share of light lost in the corners" },
    { "blur", 0.7, 0, 5, NULL, AT(blur), "sigma of the lens's blur, px" },
    { "noise", 1, 0, 12, NULL, AT(noise), "sigma of the noise, gray levels" },
    { "shake", 0, 0, 8, NULL, AT(shake),
        "rms of the camera's shaking, px; shots kick it three times as far" },
    { "sway", 0, 0, 10, NULL, AT(sway),
        "degrees that the card swings about its top edge" },
    { "drift", 0, 0, 0.5, NULL, AT(drift),
        "share by which the light wanders within a minute" },
    { "flicker", 0, 0, 0.5, NULL, AT(flicker),
        "share by which lamps on the mains flicker, as rolling bands" },
    { "shadow", 0, 0, 0.9, NULL, AT(shadow),
        "depth of a soft shadow that wanders over the card" },
    { "backer", 0, 0, 0, gms_backers, AT(backer),
        "what shows through a hole: dark, grey or white" },
    { "shots", 60, 0, GMS_SCENERY_SHOTS_MAX, NULL, AT(shots),
        "shots a turn of the scene" },
    { "first", 3, 0, 3600, NULL, AT(first), "seconds before the first shot" },
    { "cadence", 0, 0, 0, gms_cadences, AT(cadence),
        "steady, slow, rapid or casual: sets the four below" },
    { "interval", CADENCE, 0.05, 3600, NULL, AT(interval),
        "seconds from shot to shot" },
    { "jitter", CADENCE, 0, 0.95, NULL, AT(jitter),
        "share by which the interval varies" },
    { "series", CADENCE, 0, GMS_SCENERY_SHOTS_MAX, NULL, AT(series),
        "shots before a pause; 0: no pauses" },
    { "pause", CADENCE, 0, 3600, NULL, AT(pause),
        "seconds of that pause, on top of the interval" },
    { "sigma", 0, 0, 1000, NULL, AT(sigma),
        "spread of the hits in x and in y, mm; 0: 1.25 rings" },
    { "overlap", 0.6, 0, 1, NULL, AT(overlap),
        "largest share of a hole that may be torn away already; 1: any" },
    { .key = NULL },
};


/* splitmix64 over a mix of both arguments (Steele, Lea, Flood, "Fast
 * splittable pseudorandom number generators"). */
uint64_t
gms_scenery_hash(uint64_t key, uint64_t n)
{
    uint64_t z = key + (n + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);

    return z ^ (z >> 31);
}


double
gms_scenery_uniform(uint64_t key, uint64_t n)
{
    return (double) (gms_scenery_hash(key, n) >> 11) * 0x1p-53;
}


double
gms_scenery_gauss(uint64_t key, uint64_t n)
{
    double u = 1 - gms_scenery_uniform(key, 2 * n);
    double v = gms_scenery_uniform(key, 2 * n + 1);

    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}


static double
gms_shots_interval(const gms_scenery_t *s, uint64_t key, int k)
{
    double interval, jitter, series, pause;

    const gms_scenery_options_t *o = &s->options;
    size_t                       c = (size_t) o->cadence;

    interval = o->interval < 0 ? gms_cadence[c].interval : o->interval;
    jitter = o->jitter < 0 ? gms_cadence[c].jitter : o->jitter;
    series = o->series < 0 ? gms_cadence[c].series : o->series;
    pause = o->pause < 0 ? gms_cadence[c].pause : o->pause;

    interval *= 1 + jitter * (2 * gms_scenery_uniform(key, 0) - 1);

    if (series >= 1 && k % (int) series == 0) {
        interval += pause * (0.9 + 0.2 * gms_scenery_uniform(key, 1));
    }

    return interval;
}


/* Share of a hole at (x, y) where older holes left nothing to tear. */
static double
gms_shots_covered(const gms_scenery_t *s, int older, double x, double y)
{
    int    in, gone;
    double r = s->caliber_mm / 2;

    in = 0;
    gone = 0;

    for (int i = -4; i <= 4; i++) {
        for (int j = -4; j <= 4; j++) {
            double px = x + i * r / 4;
            double py = y + j * r / 4;

            if (i * i + j * j > 16) {
                continue;
            }

            in++;

            for (int k = 0; k < older; k++) {
                if (hypot(px - s->shot[k].x_mm, py - s->shot[k].y_mm) < r) {
                    gone++;
                    break;
                }
            }
        }
    }

    return (double) gone / in;
}


static void
gms_shots_place(gms_scenery_t *s, int k, double sigma, double limit)
{
    double              x, y;
    gms_scenery_shot_t *shot = &s->shot[k];

    x = 0;
    y = 0;

    for (uint64_t i = 0; i < GMS_SHOTS_TRIES; i++) {
        x = sigma * gms_scenery_gauss(shot->key, 10 + 2 * i);
        y = sigma * gms_scenery_gauss(shot->key, 11 + 2 * i);

        sigma *= GMS_SHOTS_WIDEN;

        if (hypot(x, y) > limit) {
            continue;
        }

        if (s->options.overlap >= 1
            || gms_shots_covered(s, k, x, y) <= s->options.overlap)
        {
            break;
        }
    }

    if (hypot(x, y) > limit) {
        x = y = 0;
    }

    shot->x_mm = x;
    shot->y_mm = y;
}


void
gms_scenery_plan(gms_scenery_t *s)
{
    double   t, sigma, ring, outer, limit;
    uint64_t key;

    const gms_face_t *face = &s->face;

    outer = face->ring[face->rings - 1].diameter_mm / 2;
    ring = outer / face->rings;

    if (face->rings > 1) {
        ring = (outer - face->ring[0].diameter_mm / 2) / (face->rings - 1);
    }

    sigma =
        s->options.sigma > 0 ? s->options.sigma : GMS_SHOTS_SIGMA_RINGS * ring;
    limit = fmin(outer, s->card_mm / 2 - s->caliber_mm);
    limit = fmax(limit, 0);

    key = gms_scenery_hash(s->seed, 1000 + s->turn);
    t = s->options.first;

    for (int k = 0; k < s->shots; k++) {
        gms_scenery_shot_t *shot = &s->shot[k];

        shot->key = gms_scenery_hash(key, (uint64_t) k);

        if (k > 0) {
            t += gms_shots_interval(s, shot->key, k);
        }

        shot->at_ns = (int64_t) (t * (double) GMS_S);

        /* the opening is smaller than the bullet: paper springs back */
        shot->radius_mm = s->caliber_mm / 2
            * (0.82 + 0.1 * gms_scenery_uniform(shot->key, 2));

        gms_shots_place(s, k, sigma, limit);
    }
}
