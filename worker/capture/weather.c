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

/* A kick of recoil dies away in this time. */
#define GMS_WEATHER_KICK_S 0.12

typedef struct {
    double dx; /* the picture moves by this, px */
    double dy;
    double turn; /* of the card about the middle of its top edge, rad */
} gms_motion_t;


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


static gms_motion_t
gms_weather_motion(const gms_scenery_t *s, double t)
{
    double       since, kick;
    uint64_t     key = gms_scenery_hash(s->seed, 31);
    gms_motion_t m = { 0, 0, 0 };

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

        m.dx = gms_weather_clamp(m.dx, GMS_WEATHER_SHIFT_MAX);
        m.dy = gms_weather_clamp(m.dy, GMS_WEATHER_SHIFT_MAX);
    }

    if (s->options.sway > 0) {
        m.turn = s->options.sway * M_PI / 180 * sin(2 * M_PI * t / 2.3)
            * (0.65 + 0.35 * sin(2 * M_PI * t / 13));
    }

    return m;
}


/* Row y of the plate moved by (dx, dy), bilinear. */
static const uint8_t *
gms_weather_shift(gms_scenery_t *s, int y, double dx, double dy)
{
    int            ix, row[2];
    double         sx = -dx, sy = y - dy;
    uint32_t       fx, fy;
    uint16_t      *sum = s->sum + GMS_SCENERY_MARGIN;
    const uint8_t *in[2];

    for (int i = 0; i < 2; i++) {
        row[i] = (int) floor(sy) + i;
        row[i] = row[i] < 0 ? 0 : row[i] >= s->height ? s->height - 1 : row[i];
        in[i] = s->plate.px + (size_t) row[i] * (size_t) s->plate.stride;
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


/* Row y with the card turned about its top edge; the wall stands still. */
static const uint8_t *
gms_weather_swing(gms_scenery_t *s, int y, const gms_motion_t *m)
{
    int32_t        u, v, du, dv;
    double         px, py, x, c = cos(m->turn), n = sin(m->turn);
    size_t         stride = (size_t) s->plate.stride;
    const uint8_t *plate = s->plate.px;

    memcpy(s->moved, plate + (size_t) y * stride, (size_t) s->width);

    if (y < s->box[1] || y >= s->box[3]) {
        return s->moved;
    }

    gms_scenery_to_px(s, 0, s->card_mm / 2, &px, &py);

    /* where a pixel comes from: turned back about (px, py) */
    x = s->box[0] - px - m->dx;
    u = (int32_t) ((c * x + n * (y - py - m->dy) + px) * 65536);
    v = (int32_t) ((-n * x + c * (y - py - m->dy) + py) * 65536);
    du = (int32_t) (c * 65536);
    dv = (int32_t) (-n * 65536);

    for (int i = s->box[0]; i < s->box[2]; i++, u += du, v += dv) {
        int32_t        ix = u >> 16, iy = v >> 16;
        int32_t        fx = (u >> 8) & 255, fy = (v >> 8) & 255;
        const uint8_t *p;

        if (ix < 0 || iy < 0 || ix >= s->width - 1 || iy >= s->height - 1) {
            continue;
        }

        p = plate + (size_t) iy * stride + (size_t) ix;
        s->moved[i] =
            (uint8_t) (((p[0] * (256 - fx) + p[1] * fx) * (256 - fy)
                           + (p[stride] * (256 - fx) + p[stride + 1] * fx) * fy
                           + 32768)
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
    bool         still;
    double       t, light, cy, size;
    uint64_t     key;
    gms_motion_t m;

    const gms_scenery_options_t *o = &s->options;

    t = (double) t_ns / (double) GMS_S;
    m = gms_weather_motion(s, t);
    still = fabs(m.dx) < 0.004 && fabs(m.dy) < 0.004;
    key = gms_scenery_hash(s->seed ^ 0x5555, (uint64_t) t_ns);
    light = 1
        + o->drift * sin(2 * M_PI * t / 47)
            * (0.7 + 0.3 * sin(2 * M_PI * t / 11));

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

        in = m.turn != 0 ? gms_weather_swing(s, y, &m)
            : still      ? s->plate.px + row
                         : gms_weather_shift(s, y, m.dx, m.dy);

        grain = s->grain
            + (gms_scenery_hash(key, (uint64_t) y) & (GMS_SCENERY_GRAIN - 1));

        for (int x = 0; x < s->frame.stride; x += GMS_WEATHER_BLOCK) {
            gms_weather_block(
                s->frame.px + row + x, in + x, s->gain + x, grain + x);
        }
    }

    return &s->frame;
}
