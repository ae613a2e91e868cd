/*
 * gms_scenery: one picture of the plate: moved by wind and recoil, lit by
 * lamps that drift and flicker, with the noise of the sensor.
 *
 * The only part of the simulation that costs time with every frame: loops run
 * over whole blocks of a row, which the compiler turns into vectors.
 */

#include <math.h>
#include <string.h>

#include "scenery.h"
#include "../base/clock.h"

#define GMS_WEATHER_BLOCK 64

/* One in the fixed point of gains. */
#define GMS_WEATHER_ONE 4096

/* Lamps light twice a period of 50 Hz; a rolling shutter reads the picture
 * in about this time, so that flicker shows as bands. */
#define GMS_WEATHER_LAMP_HZ 100.0
#define GMS_WEATHER_READOUT_S 0.012

/* Beyond this the margin of a row does not reach. */
#define GMS_WEATHER_SHIFT_MAX 40.0

/* A shaking camera's kick dies away in this time. */
#define GMS_WEATHER_KICK_S 0.12

/* Recoil swings so fast, falls to a third in this time, and is over. */
#define GMS_WEATHER_RECOIL_HZ 13.0
#define GMS_WEATHER_RECOIL_S 0.045
#define GMS_WEATHER_RECOIL_END_S 0.12

/* Sum of three slow and fast waves, rms 1. */
static double
gms_weather_wave(uint64_t key, double t, double hz)
{
    double sum = 0;

    static const double pitch[3] = { 1, 2.63, 5.81 };

    for (uint64_t i = 0; i < 3; i++) {
        sum +=
            sin(2 * M_PI * (hz * pitch[i] * t + gms_scenery_uniform(key, i)));
    }

    return sum * 0.816;
}


static double
gms_weather_clamp(double v, double limit)
{
    return v < -limit ? -limit : v > limit ? limit : v;
}


static void
gms_weather_recoil(const gms_scenery_t *s, gms_scenery_motion_t *m)
{
    double                    since, kick, angle;
    const gms_scenery_shot_t *shot;

    if (s->fired == 0) {
        return;
    }

    shot = &s->shot[s->fired - 1];
    since = (double) (s->now_ns - shot->at_ns) / (double) GMS_S;

    if (since >= GMS_WEATHER_RECOIL_END_S) {
        return;
    }

    kick = s->options.recoil * exp(-since / GMS_WEATHER_RECOIL_S)
        * cos(2 * M_PI * GMS_WEATHER_RECOIL_HZ * since);
    angle = 2 * M_PI * gms_scenery_uniform(shot->key, 5);
    m->dx += kick * cos(angle);
    m->dy += kick * sin(angle);
}


static gms_scenery_motion_t
gms_weather_motion(const gms_scenery_t *s, double t)
{
    double               since, kick;
    uint64_t             key = gms_scenery_hash(s->seed, 31);
    gms_scenery_motion_t m = { 0, 0, 0, 0, 0, 0 };

    if (s->options.shake > 0) {
        m.dx = s->options.shake * gms_weather_wave(key, t, 1.3);
        m.dy = s->options.shake * gms_weather_wave(key + 1, t, 1.7);

        if (s->fired > 0) {
            since = (double) (s->now_ns - s->shot[s->fired - 1].at_ns)
                / (double) GMS_S;
            kick = 3 * s->options.shake * exp(-since / GMS_WEATHER_KICK_S);
            m.dx += kick * sin(40 * since);
            m.dy += kick * cos(34 * since);
        }
    }

    gms_weather_recoil(s, &m);
    m.dx = gms_weather_clamp(m.dx, GMS_WEATHER_SHIFT_MAX);
    m.dy = gms_weather_clamp(m.dy, GMS_WEATHER_SHIFT_MAX);

    if (s->options.sway > 0) {
        m.turn = s->options.sway * M_PI / 180 * sin(2 * M_PI * t / 2.3)
            * (0.65 + 0.35 * sin(2 * M_PI * t / 13));
    }

    gms_scenery_turning(s, &m);

    return m;
}


const uint8_t *
gms_scenery_shift(
    gms_scenery_t *s, const gms_image_t *plate, int y, double dx, double dy)
{
    int            ix, row[2];
    double         sx = -dx, sy = y - dy;
    uint32_t       fx, fy;
    uint16_t      *sum = s->sum + GMS_SCENERY_MARGIN;
    const uint8_t *in[2];

    for (int i = 0; i < 2; i++) {
        row[i] = (int) floor(sy) + i;
        row[i] = row[i] < 0 ? 0 : row[i] >= s->height ? s->height - 1 : row[i];
        in[i] = plate->px + (size_t) row[i] * (size_t) plate->stride;
    }

    ix = (int) floor(sx);
    fx = (uint32_t) ((sx - ix) * 256);
    fy = (uint32_t) ((sy - floor(sy)) * 256);

    for (int x = 0; x < s->width; x++) {
        sum[x] = (uint16_t) (in[0][x] * (256 - fy) + in[1][x] * fy);
    }

    for (int i = 0; i < GMS_SCENERY_MARGIN; i++) {
        sum[-1 - i] = sum[0];
        sum[s->width + i] = sum[s->width - 1];
    }

    for (int x = 0; x < s->width; x++) {
        s->moved[x] =
            (uint8_t) ((sum[x + ix] * (256 - fx) + sum[x + ix + 1] * fx + 32768)
                >> 16);
    }

    return s->moved;
}


static void
gms_weather_block(uint8_t *restrict out, const uint8_t *restrict in,
    const int32_t *restrict gain, const int8_t *restrict grain)
{
    for (int i = 0; i < GMS_WEATHER_BLOCK; i++) {
        int32_t v = ((in[i] * gain[i] + GMS_WEATHER_ONE / 2) >> 12) + grain[i];

        v = v < 0 ? 0 : v;
        out[i] = (uint8_t) (v > 255 ? 255 : v);
    }
}


static void
gms_weather_grain(uint8_t *restrict out, const int8_t *restrict grain, int n)
{
    for (int i = 0; i < n; i++) {
        int v = out[i] + grain[i];

        v = v < 0 ? 0 : v;
        out[i] = (uint8_t) (v > 255 ? 255 : v);
    }
}


/* In the dark the sensor's gain lifts its noise: the same once more, and
 * again, until the square of its sigma is that of the gain. */
static void
gms_weather_more_noise(gms_scenery_t *s, uint64_t key, double t)
{
    double more = gms_scenery_noise(s, t);
    int    times = (int) lround(more * more) - 1;

    for (int y = 0; y < s->height && times > 0; y++) {
        uint8_t *out = s->frame.px + (size_t) y * (size_t) s->frame.stride;

        for (int i = 0; i < times; i++) {
            uint64_t n = (uint64_t) (i + 1) * 10007 + (uint64_t) y;

            gms_weather_grain(out,
                s->grain + (gms_scenery_hash(key, n) & (GMS_SCENERY_GRAIN - 1)),
                s->width);
        }
    }
}


/* Column shares of a round soft shadow, and where its middle is in y. */
static void
gms_weather_shadow(gms_scenery_t *s, double t, double *cy, double *size)
{
    double   cx, d;
    uint64_t key = gms_scenery_hash(s->seed, 41);

    *size = 0.28 * s->height;
    cx = s->width
        * (0.5 + 0.42 * sin(2 * M_PI * (t / 9 + gms_scenery_uniform(key, 0))));
    *cy = s->height
        * (0.5 + 0.3 * sin(2 * M_PI * (t / 23 + gms_scenery_uniform(key, 1))));

    for (int x = 0; x < s->width; x++) {
        d = (x - cx) / *size;
        s->shade[x] =
            (int32_t) (s->options.shadow * GMS_WEATHER_ONE * exp(-d * d));
    }
}


const gms_image_t *
gms_scenery_frame(gms_scenery_t *s, int64_t t_ns)
{
    bool                 still;
    double               t, light, cy, size;
    uint64_t             key;
    gms_scenery_motion_t m;

    const gms_scenery_options_t *o = &s->options;

    t = (double) t_ns / (double) GMS_S;
    m = gms_weather_motion(s, t);
    still = fabs(m.dx) < 0.004 && fabs(m.dy) < 0.004;
    key = gms_scenery_hash(s->seed ^ 0x5555, (uint64_t) t_ns);
    light = gms_scenery_light(s, t);

    if (s->staged) {
        gms_scenery_warp_wall(s, &m);
        gms_scenery_visit_behind(s, t);
        gms_scenery_warp_card(s, &m, t);
        gms_scenery_visit(s, t);
        gms_scenery_cover(s);
        gms_scenery_sense(s, t);
    }

    cy = 0;
    size = 1;

    if (o->shadow > 0) {
        gms_weather_shadow(s, t, &cy, &size);
    }

    for (int y = 0; y < s->height; y++) {
        double         gain = light, phase;
        size_t         row = (size_t) y * (size_t) s->frame.stride;
        const int8_t  *grain;
        const uint8_t *in;

        if (o->flicker > 0) {
            phase = GMS_WEATHER_LAMP_HZ
                * (t * 1.003 + GMS_WEATHER_READOUT_S * y / s->height);
            gain *= 1 + o->flicker * sin(2 * M_PI * phase);
        }

        if (y == 0 || o->flicker > 0 || o->shadow > 0) {
            double  d = (y - cy) / size;
            int32_t g = (int32_t) (gain * GMS_WEATHER_ONE);
            int32_t e = (int32_t) (g * exp(-d * d));

            for (int x = 0; x < s->width; x++) {
                s->gain[x] = g - ((s->shade[x] * e) >> 12);
            }
        }

        in = s->staged ? s->stage.px + row
            : still    ? s->plate.px + row
                       : gms_scenery_shift(s, &s->plate, y, m.dx, m.dy);

        grain = s->grain
            + (gms_scenery_hash(key, (uint64_t) y) & (GMS_SCENERY_GRAIN - 1));

        for (int x = 0; x < s->frame.stride; x += GMS_WEATHER_BLOCK) {
            gms_weather_block(
                s->frame.px + row + x, in + x, s->gain + x, grain + x);
        }
    }

    gms_weather_more_noise(s, key, t);
    gms_scenery_finish(s, t);

    return &s->frame;
}
