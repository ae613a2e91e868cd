/*
 * gms_scenery: the card as it hangs at one instant, before a wall that only
 * the camera moves.  A card in the wind turns about its top edge; paper that
 * hangs from clamps bends besides, differently at every place, which no
 * homography describes.  Where a pixel comes from is known at the nodes of a
 * grid and interpolated between them.
 */

#include <math.h>
#include <string.h>

#include "figure.h"
#include "scenery.h"
#include "../../ipc/error.h"
#include "../target/homography.h"

/* Waves that bend the paper: length in cards, period in seconds. */
#define GMS_WARP_WAVES 5
#define GMS_WARP_LENGTH_MIN 0.4
#define GMS_WARP_LENGTH_MAX 1.4
#define GMS_WARP_PERIOD_MIN 3.0
#define GMS_WARP_PERIOD_MAX 11.0

/* The camera stands so many cards away: what turns shows perspective. */
#define GMS_WARP_FAR 12.0

/* Thickness of the frame that holds a turning card. */
#define GMS_WARP_EDGE_MM 3.0

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
            double x = i * GMS_SCENERY_CELL - px - m->dx - m->card_dx;
            double y = j * GMS_SCENERY_CELL - py - m->dy - m->card_dy;
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
        int32_t        fx, fy, sx, sy;
        int            ix, iy;
        const uint8_t *p;

        /* far outside, and what is no number: the horizon of a turned card */
        if (!(u[x] >= 0 && v[x] >= 0 && u[x] < (float) s->width
                && v[x] < (float) s->height))
        {
            continue;
        }

        sx = (int32_t) (u[x] * 256 + 0.5F);
        sy = (int32_t) (v[x] * 256 + 0.5F);
        ix = sx >> 8;
        iy = sy >> 8;

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


/* A card turned about its upright axis: from its place in the picture to the
 * place it has when it faces the camera.  GMS_EINVALID: edge-on. */
static int
gms_warp_turned(const gms_scenery_t *s, double away, double h[9])
{
    double f, m[9];

    if (cos(away) < 0.01) {
        return GMS_EINVALID;
    }

    /* the left half comes nearer: a share of its mm, at the lens's distance */
    f = sin(away) / (s->card_mm * GMS_WARP_FAR);

    const double turn[9] = { cos(away), 0, 0, 0, 1, 0, f, 0, 1 };

    gms_homography_multiply(m, s->mm_to_px, turn);

    if (gms_homography_invert(m, m) != GMS_OK) {
        return GMS_EINVALID;
    }

    gms_homography_multiply(h, s->mm_to_px, m);

    return GMS_OK;
}


/* The frame that holds the card, from its edge. */
static void
gms_warp_edge(gms_scenery_t *s, const gms_scenery_motion_t *m)
{
    gms_limb_t   limb;
    gms_figure_t f;

    memset(&limb, 0, sizeof(limb));
    memset(&f, 0, sizeof(f));
    gms_scenery_to_px(s, 0, s->card_mm / 2, &limb.x0, &limb.y0);
    gms_scenery_to_px(s, 0, -s->card_mm / 2, &limb.x1, &limb.y1);
    limb.x0 += m->dx + m->card_dx;
    limb.x1 += m->dx + m->card_dx;
    limb.y0 += m->dy + m->card_dy;
    limb.y1 += m->dy + m->card_dy;
    limb.r0 = limb.r1 =
        1 + GMS_WARP_EDGE_MM / 2 * gms_scenery_scale(s, limb.x0, limb.y0);
    limb.level = 130;
    limb.cover = 1;
    f.soft = 2;
    f.grain = 7;
    gms_figure_add(&f, &limb);
    gms_figure_draw(&f, &s->stage);
}


static void
gms_warp_apply(gms_scenery_t *s, const double h[9], int x0, int x1)
{
    float *u = s->place, *v = s->place + s->stage.stride;

    for (int x = x0; x < x1; x++) {
        double px = u[x], py = v[x];
        double w = h[6] * px + h[7] * py + h[8];

        u[x] = (float) ((h[0] * px + h[1] * py + h[2]) / w);
        v[x] = (float) ((h[3] * px + h[4] * py + h[5]) / w);
    }
}


void
gms_scenery_warp_wall(gms_scenery_t *s, const gms_scenery_motion_t *m)
{
    for (int y = 0; y < s->height; y++) {
        memcpy(s->stage.px + (size_t) y * (size_t) s->stage.stride,
            gms_scenery_shift(s, &s->bare, y, m->dx, m->dy), (size_t) s->width);
    }
}


void
gms_scenery_warp_card(gms_scenery_t *s, const gms_scenery_motion_t *m, double t)
{
    int    x0, y0, x1, y1, reach;
    double h[9] = { 0 };

    if (m->away > 0 && gms_warp_turned(s, m->away, h) != GMS_OK) {
        gms_warp_edge(s, m);
        return;
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

        if (m->away > 0) {
            gms_warp_apply(s, h, x0, x1);
        }

        gms_warp_row(s, y, x0, x1);
    }
}
