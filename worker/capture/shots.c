/* gms_scenery: when and where a simulated lane fires. */

#include <math.h>

#include "scenery.h"
#include "../base/clock.h"

/* A place that is mostly torn away already is drawn again this many times,
 * a little wider each time. */
#define GMS_SHOTS_TRIES 200
#define GMS_SHOTS_WIDEN 1.01

/* Spread when none is given: the shooter of a club, in widths of a ring. */
#define GMS_SHOTS_SIGMA_RINGS 1.25

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


const gms_scenery_shot_t *
gms_scenery_hole(const gms_scenery_t *s, int i)
{
    return i < s->olds ? &s->old[i] : &s->shot[i - s->olds];
}


/* Share of a hole at (x, y) where `older` holes left nothing to tear. */
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
                const gms_scenery_shot_t *hole = gms_scenery_hole(s, k);

                if (s->hole[k] == GMS_SCENERY_OPEN
                    && hypot(px - hole->x_mm, py - hole->y_mm) < r)
                {
                    gone++;
                    break;
                }
            }
        }
    }

    return (double) gone / in;
}


/* Number `older` of the holes, where older ones leave paper to tear. */
static void
gms_shots_place(gms_scenery_t *s, int older, gms_scenery_shot_t *shot,
    double sigma, double limit)
{
    double x, y;

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
            || gms_shots_covered(s, older, x, y) <= s->options.overlap)
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


/* Beside the shot before, at the distance that pairs= asks for; in a
 * direction where no third hole is near, when there is one. */
static void
gms_shots_pair(gms_scenery_t *s, int k, double limit)
{
    double              x, y, angle, distance;
    gms_scenery_shot_t *shot = &s->shot[k];

    distance = (1 - s->options.pairs) * s->caliber_mm;

    for (uint64_t i = 0; i < GMS_SHOTS_TRIES; i++) {
        angle = 2 * M_PI * gms_scenery_uniform(shot->key, 500 + i);
        x = shot[-1].x_mm + distance * cos(angle);
        y = shot[-1].y_mm + distance * sin(angle);

        shot->x_mm = x;
        shot->y_mm = y;

        if (hypot(x, y) <= limit
            && gms_shots_covered(s, s->olds + k - 1, x, y) == 0) {
            break;
        }
    }
}


static double
gms_shots_overlap(const gms_scenery_t *s, int k)
{
    double nearest = s->caliber_mm;

    for (int i = 0; i < s->olds + k; i++) {
        const gms_scenery_shot_t *hole = gms_scenery_hole(s, i);

        if (s->hole[i] == GMS_SCENERY_OPEN) {
            nearest = fmin(nearest,
                hypot(hole->x_mm - s->shot[k].x_mm,
                    hole->y_mm - s->shot[k].y_mm));
        }
    }

    return 1 - nearest / s->caliber_mm;
}


/* Shots that fall together do so between two pictures: each group as long
 * as chance has it, within one interval of the camera. */
static void
gms_shots_group(gms_scenery_t *s, uint64_t key)
{
    int    left = 0;
    double fps = s->fps > 0 ? s->fps : GMS_SCENERY_FPS;
    double share, tick = 0;

    for (int k = 0; k < s->shots; k++) {
        gms_scenery_shot_t *shot = &s->shot[k];

        if (left == 0) {
            left = 1
                + (int) (s->options.together
                    * gms_scenery_uniform(key, (uint64_t) k));
            tick = floor((double) shot->at_ns / (double) GMS_S * fps) + 1;
            tick = fmax(tick,
                k > 0 ? ceil((double) shot[-1].at_ns / (double) GMS_S * fps)
                      : 0);
        }

        /* after the latest instant of the picture before */
        share = 0.1 + 0.8 * (1 - left / s->options.together);
        share = s->options.uneven + (1 - s->options.uneven) * share;
        shot->at_ns = (int64_t) ((tick + share) / fps * (double) GMS_S);
        left--;
    }
}


static void
gms_shots_hole_size(gms_scenery_t *s, gms_scenery_shot_t *shot)
{
    /* the opening is smaller than the bullet: paper springs back */
    shot->radius_mm =
        s->caliber_mm / 2 * (0.82 + 0.1 * gms_scenery_uniform(shot->key, 2));
}


static void
gms_shots_old(gms_scenery_t *s, uint64_t key, double sigma, double limit)
{
    for (int k = 0; k < s->olds; k++) {
        s->old[k].key = gms_scenery_hash(key ^ 0x01d, (uint64_t) k);
        s->old[k].sheet = 0;
        gms_shots_hole_size(s, &s->old[k]);
        gms_shots_place(s, k, &s->old[k], 1.5 * sigma, limit);
        s->hole[k] = GMS_SCENERY_OPEN;
    }
}


/* When they fall, and into which sheet of the turn. */
static void
gms_shots_times(gms_scenery_t *s, uint64_t key)
{
    double hot, t = s->options.first;

    for (int k = 0; k < s->shots; k++) {
        gms_scenery_shot_t *shot = &s->shot[k];

        shot->key = gms_scenery_hash(key, (uint64_t) k);

        if (k > 0) {
            t += gms_shots_interval(s, shot->key, k);
        }

        hot = gms_scenery_range_hot(s, t);

        if (hot > t && hot < GMS_SCENERY_NEVER_S) {
            /* somebody is always first, but not always at once */
            hot += gms_scenery_uniform(shot->key, 4)
                * fmin(1, 0.3 * (s->options.shown > 0 ? s->options.shown : 3));
            hot = gms_scenery_range_hot(s, hot);
        }

        t = hot;
        shot->at_ns = (int64_t) (t * (double) GMS_S);
    }

    if (s->options.together > 0) {
        gms_shots_group(s, key);
    }

    for (int k = 0; k < s->shots; k++) {
        s->shot[k].sheet = gms_scenery_sheet_at(s, s->shot[k].at_ns);
    }
}


void
gms_scenery_plan(gms_scenery_t *s)
{
    double   sigma, ring, outer, limit;
    uint64_t key, sheet = 0;

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
    gms_shots_old(s, key, sigma, limit);
    gms_shots_times(s, key);

    for (int k = 0; k < s->shots; k++) {
        gms_scenery_shot_t *shot = &s->shot[k];

        while (sheet < shot->sheet) {
            gms_scenery_sheet_change(s, ++sheet, s->hole, s->olds + k);
        }

        gms_shots_hole_size(s, shot);

        if (s->options.pairs > 0 && k % 2 == 1 && shot[-1].sheet == shot->sheet)
        {
            gms_shots_pair(s, k, limit);
        } else {
            gms_shots_place(s, s->olds + k, shot, sigma, limit);
        }

        shot->overlap = gms_shots_overlap(s, k);
        s->hole[s->olds + k] = GMS_SCENERY_OPEN;
    }
}
