/*
 * gms_scenery: the card as it hangs at one instant, before a wall that only
 * the camera moves.  A card in the wind turns about its top edge; paper that
 * hangs from clamps bends besides, differently at every place, which no
 * homography describes.  Where a pixel comes from is known at the nodes of a
 * grid and interpolated between them.
 */

#include <math.h>
#include <string.h>

#include "scenery.h"

/* Waves that bend the paper: length in cards, period in seconds. */
#define GMS_WARP_WAVES 5
#define GMS_WARP_LENGTH_MIN 0.4
#define GMS_WARP_LENGTH_MAX 1.4
#define GMS_WARP_PERIOD_MIN 3.0
#define GMS_WARP_PERIOD_MAX 11.0

/* Beyond this the card is not looked for outside its place, px. */
#define GMS_WARP_REACH 48

typedef struct {
    double kx; /* of the wave, rad / px */
    double ky;
    double at; /* its phase now */
    double dx; /* where it pushes */
    double dy;
} gms_wave_t;


static void
gms_warp_waves(
    const gms_scenery_t *s, double t, gms_wave_t wave[GMS_WARP_WAVES])
{
    double   length, angle, period, share, side;
    uint64_t key = gms_scenery_hash(s->seed, 61);

    side = s->box[2] - s->box[0];

    for (uint64_t i = 0; i < GMS_WARP_WAVES; i++) {
        length = GMS_WARP_LENGTH_MIN
            + (GMS_WARP_LENGTH_MAX - GMS_WARP_LENGTH_MIN)
                * gms_scenery_uniform(key, i);
        angle = 2 * M_PI * gms_scenery_uniform(key, 20 + i);
        period = GMS_WARP_PERIOD_MIN
            + (GMS_WARP_PERIOD_MAX - GMS_WARP_PERIOD_MIN)
                * gms_scenery_uniform(key, 40 + i);
        share = s->options.bend / GMS_WARP_WAVES;

        wave[i].kx = 2 * M_PI * cos(angle) / (length * side);
        wave[i].ky = 2 * M_PI * sin(angle) / (length * side);
        wave[i].at = 2 * M_PI * (t / period + gms_scenery_uniform(key, 60 + i));

        angle = 2 * M_PI * gms_scenery_uniform(key, 80 + i);
        wave[i].dx = share * cos(angle);
        wave[i].dy = share * sin(angle);
    }
}


/* Where the nodes of the grid come from on the plate. */
static void
gms_warp_grid(gms_scenery_t *s, const gms_scenery_motion_t *m, double t)
{
    int        columns = s->width / GMS_SCENERY_CELL + 2;
    int        rows = s->height / GMS_SCENERY_CELL + 2;
    double     px, py, c = cos(m->turn), n = sin(m->turn);
    float     *node = s->node;
    gms_wave_t wave[GMS_WARP_WAVES];

    gms_scenery_to_px(s, 0, s->card_mm / 2, &px, &py);
    gms_warp_waves(s, t, wave);

    for (int j = 0; j < rows; j++) {
        for (int i = 0; i < columns; i++, node += 2) {
            double x = i * GMS_SCENERY_CELL - px - m->dx;
            double y = j * GMS_SCENERY_CELL - py - m->dy;
            double u = c * x + n * y + px, v = -n * x + c * y + py;
            double free;

            /* clamps hold the upper edge */
            free =
                gms_scenery_ramp(s->box[1], (s->box[1] + s->box[3]) / 2.0, v);
            free = 0.35 + 0.65 * free;

            for (int k = 0; k < GMS_WARP_WAVES && s->options.bend > 0; k++) {
                double push =
                    free * sin(wave[k].kx * u + wave[k].ky * v + wave[k].at);

                u -= push * wave[k].dx;
                v -= push * wave[k].dy;
            }

            node[0] = (float) u;
            node[1] = (float) v;
        }
    }
}


/* Interpolates the grid for columns x0 to x1 of row y. */
static void
gms_warp_places(gms_scenery_t *s, int y, int x0, int x1)
{
    int          columns = s->width / GMS_SCENERY_CELL + 2;
    float        f = (float) (y % GMS_SCENERY_CELL) / GMS_SCENERY_CELL;
    float       *u = s->place, *v = s->place + s->stage.stride;
    const float *a = s->node + 2 * (y / GMS_SCENERY_CELL) * columns;
    const float *b = a + 2 * columns;

    for (int cell = x0 / GMS_SCENERY_CELL; cell * GMS_SCENERY_CELL < x1; cell++)
    {
        int   x = cell * GMS_SCENERY_CELL;
        float left[2], step[2];

        for (int i = 0; i < 2; i++) {
            int k = 2 * cell + i;

            left[i] = a[k] + (b[k] - a[k]) * f;
            step[i] = a[k + 2] + (b[k + 2] - a[k + 2]) * f - left[i];
            step[i] /= GMS_SCENERY_CELL;
        }

        for (int i = 0; i < GMS_SCENERY_CELL && x + i < s->stage.stride; i++) {
            u[x + i] = left[0] + step[0] * (float) i;
            v[x + i] = left[1] + step[1] * (float) i;
        }
    }
}


static void
gms_warp_row(gms_scenery_t *s, int y, int x0, int x1)
{
    size_t         stride = (size_t) s->plate.stride;
    uint8_t       *out = s->stage.px + (size_t) y * (size_t) s->stage.stride;
    const float   *u = s->place, *v = s->place + s->stage.stride;
    const uint8_t *plate = s->plate.px;

    for (int x = x0; x < x1; x++) {
        int32_t        fx, fy, sx = (int32_t) (u[x] * 256 + 0.5F);
        int32_t        sy = (int32_t) (v[x] * 256 + 0.5F);
        int            ix = sx >> 8, iy = sy >> 8;
        const uint8_t *p;

        if (iy < 0 || iy >= s->height - 1 || ix < s->span[iy].lo
            || ix >= s->span[iy].hi)
        {
            continue;
        }

        fx = sx & 255;
        fy = sy & 255;
        p = plate + (size_t) iy * stride + (size_t) ix;
        out[x] =
            (uint8_t) (((p[0] * (256 - fx) + p[1] * fx) * (256 - fy)
                           + (p[stride] * (256 - fx) + p[stride + 1] * fx) * fy
                           + 32768)
                >> 16);
    }
}


void
gms_scenery_warp(gms_scenery_t *s, const gms_scenery_motion_t *m, double t)
{
    int x0, y0, x1, y1, reach;

    for (int y = 0; y < s->height; y++) {
        memcpy(s->stage.px + (size_t) y * (size_t) s->stage.stride,
            gms_scenery_shift(s, &s->bare, y, m->dx, m->dy), (size_t) s->width);
    }

    gms_warp_grid(s, m, t);

    /* a turned card's lower edge swings far out */
    reach =
        GMS_WARP_REACH + (int) (fabs(sin(m->turn)) * (s->box[3] - s->box[1]));
    x0 = s->box[0] > reach ? s->box[0] - reach : 0;
    y0 = s->box[1] > reach ? s->box[1] - reach : 0;
    x1 = s->box[2] + reach < s->width ? s->box[2] + reach : s->width;
    y1 = s->box[3] + reach < s->height ? s->box[3] + reach : s->height;

    for (int y = y0; y < y1; y++) {
        gms_warp_places(s, y, x0, x1);
        gms_warp_row(s, y, x0, x1);
    }
}
