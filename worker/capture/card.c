/* gms_scenery: the printed card in front of its wall, before any shot. */

#include <math.h>
#include <string.h>

#include "scenery.h"

/* Gray levels, as a camera shows a lit card. */
#define GMS_CARD_PAPER 214.0
#define GMS_CARD_INK 46.0
#define GMS_CARD_WALL 70.0

#define GMS_CARD_SHADOW_MM 5.0

/* Rings up to eight carry their number; the nine too where it is so wide, as
 * the rules for 25 m and 300 m have it, and the Danish M2000. */
#define GMS_CARD_NUMBER_MAX 8
#define GMS_CARD_NINE_MM 12.0

/* The rapid fire target has bars left and right instead of numbers. */
#define GMS_CARD_RAPID "issf-25m-rapid-fire-pistol"
#define GMS_CARD_BAR_LONG_MM 125.0
#define GMS_CARD_BAR_WIDE_MM 5.0

#define GMS_GLYPH_W 5
#define GMS_GLYPH_H 7

/* Digits 0 to 9, colon and dash, a row a byte, the left column in bit 4. */
static const uint8_t gms_glyph[12][GMS_GLYPH_H] = {
    { 0x0e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e },
    { 0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e },
    { 0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f },
    { 0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e },
    { 0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02 },
    { 0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e },
    { 0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e },
    { 0x1f, 0x01, 0x02, 0x04, 0x04, 0x04, 0x04 },
    { 0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e },
    { 0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c },
    { 0x00, 0x0c, 0x0c, 0x00, 0x0c, 0x0c, 0x00 },
    { 0x00, 0x00, 0x00, 0x1f, 0x00, 0x00, 0x00 },
};


double
gms_scenery_scale(const gms_scenery_t *s, double x_px, double y_px)
{
    const double *h = s->px_to_mm;
    double        w, det;

    /* the determinant of a homography's Jacobian is det(h) / w^3 */
    w = h[6] * x_px + h[7] * y_px + h[8];
    det = h[0] * (h[4] * h[8] - h[5] * h[7])
        - h[1] * (h[3] * h[8] - h[5] * h[6])
        + h[2] * (h[3] * h[7] - h[4] * h[6]);

    return sqrt(fabs(w * w * w / det));
}


static double
gms_card_lattice(uint64_t key, double x, double y)
{
    int64_t ix = (int64_t) x, iy = (int64_t) y;

    return 2 * gms_scenery_uniform(key, (uint64_t) (ix * 7919 + iy)) - 1;
}


double
gms_scenery_cloud(uint64_t key, double x, double y)
{
    double ix = floor(x), iy = floor(y);
    double fx = x - ix, fy = y - iy;
    double a, b;

    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);

    a = gms_card_lattice(key, ix, iy) * (1 - fx)
        + gms_card_lattice(key, ix + 1, iy) * fx;
    b = gms_card_lattice(key, ix, iy + 1) * (1 - fx)
        + gms_card_lattice(key, ix + 1, iy + 1) * fx;

    return a * (1 - fy) + b * fy;
}


/* Share of a pixel inside an edge that is inside_mm away. */
static double
gms_card_cover(double inside_mm, double scale)
{
    double c = 0.5 + inside_mm * scale;

    return c < 0 ? 0 : c > 1 ? 1 : c;
}


static double
gms_card_mix(double a, double b, double share)
{
    return a + (b - a) * share;
}


double
gms_scenery_glyph(int glyph, double height, double x, double y, double scale)
{
    int    ix, iy;
    double cell, u, v, fu, fv, sum;

    cell = height / GMS_GLYPH_H;
    u = x / cell + (GMS_GLYPH_W - 1) / 2.0;
    v = -y / cell + (GMS_GLYPH_H - 1) / 2.0;

    if (u < -1 || v < -1 || u > GMS_GLYPH_W || v > GMS_GLYPH_H) {
        return 0;
    }

    ix = (int) floor(u);
    iy = (int) floor(v);
    fu = u - ix;
    fv = v - iy;
    sum = 0;

    /* the level line of the interpolated cells makes round strokes */
    for (int j = 0; j < 2; j++) {
        for (int i = 0; i < 2; i++) {
            int cx = ix + i, cy = iy + j;

            if (cx < 0 || cy < 0 || cx >= GMS_GLYPH_W || cy >= GMS_GLYPH_H
                || !(gms_glyph[glyph][cy] >> (GMS_GLYPH_W - 1 - cx) & 1))
            {
                continue;
            }

            sum += (i ? fu : 1 - fu) * (j ? fv : 1 - fv);
        }
    }

    return gms_card_cover((sum - 0.45) * cell, scale);
}


static double
gms_card_numbers(
    const gms_face_t *face, double level, double x, double y, double scale)
{
    bool   bars = strcmp(face->name, GMS_CARD_RAPID) == 0;
    double ax = fabs(x), ay = fabs(y), along;

    along = ax > ay ? ax : ay;

    if (bars && ax > ay) {
        along = face->ring[face->rings - 1].diameter_mm / 2
            - GMS_CARD_BAR_LONG_MM / 2 - ax;
        along = fmin(GMS_CARD_BAR_LONG_MM / 2 - fabs(along),
            GMS_CARD_BAR_WIDE_MM / 2 - ay);

        return gms_card_mix(
            level, GMS_CARD_PAPER, gms_card_cover(along, scale));
    }

    for (int i = 1; i < face->rings; i++) {
        double outer = face->ring[i].diameter_mm / 2;
        double inner = face->ring[i - 1].diameter_mm / 2;
        double middle = (outer + inner) / 2;
        double height = 0.46 * (outer - inner);
        double share;
        int    most = GMS_CARD_NUMBER_MAX + (outer - inner >= GMS_CARD_NINE_MM);

        if (face->ring[i].value > most || face->ring[i].value < 0
            || fabs(along - middle) > height)
        {
            continue;
        }

        share = gms_scenery_glyph(face->ring[i].value, height,
            ax > ay ? x - copysign(middle, x) : x,
            ax > ay ? y : y - copysign(middle, y), scale);

        level = gms_card_mix(level,
            middle < face->black_mm / 2 ? GMS_CARD_PAPER : GMS_CARD_INK, share);
    }

    return level;
}


/* A printed line whose outside edge has this radius. */
static double
gms_card_line(double level, double r, double radius, double line, double black,
    double scale)
{
    double share;

    if (fabs(r - radius) > line + 2 / scale || fabs(radius - black) < 0.01) {
        return level;
    }

    share = gms_card_cover(radius - r, scale)
        - gms_card_cover(radius - line - r, scale);

    return gms_card_mix(
        level, radius < black ? GMS_CARD_PAPER : GMS_CARD_INK, share);
}


/* Level of the print at a place of the card. */
static double
gms_card_print(const gms_face_t *face, double x, double y, double scale)
{
    double r, level, black, line, outer;

    r = hypot(x, y);
    black = face->black_mm / 2;
    outer = face->ring[face->rings - 1].diameter_mm;
    line = fmin(fmax(outer * 0.0015, 0.15), 0.6);

    level = gms_card_mix(
        GMS_CARD_PAPER, GMS_CARD_INK, gms_card_cover(black - r, scale));

    for (int i = 0; i < face->rings; i++) {
        level = gms_card_line(
            level, r, face->ring[i].diameter_mm / 2, line, black, scale);
    }

    if (face->inner_mm > 0) {
        if (face->inner_shot_out) {
            level = gms_card_mix(level, GMS_CARD_PAPER,
                gms_card_cover(face->inner_mm / 2 - r, scale));
        } else {
            level =
                gms_card_line(level, r, face->inner_mm / 2, line, black, scale);
        }
    }

    return gms_card_numbers(face, level, x, y, scale);
}


/* Where a pixel was before the camera moved: the wall stays. */
static void
gms_card_at_first(const gms_scenery_t *s, int px, int py, double *x, double *y)
{
    double cx = (s->width - 1) / 2.0, cy = (s->height - 1) / 2.0;
    double roll = s->camera.roll_deg * M_PI / 180;
    double dx = (px - cx - s->camera.dx_px) / s->camera.zoom;
    double dy = (py - cy - s->camera.dy_px) / s->camera.zoom;

    *x = cos(roll) * dx + sin(roll) * dy + cx;
    *y = cos(roll) * dy - sin(roll) * dx + cy;
}


static double
gms_card_wall(
    const gms_scenery_t *s, double x, double y, int px, int py, bool card)
{
    double   level, half, outside, wx, wy;
    uint64_t key = gms_scenery_hash(s->seed, 77);

    gms_card_at_first(s, px, py, &wx, &wy);

    level = GMS_CARD_WALL + 14 * gms_scenery_cloud(key, wx / 190, wy / 140)
        + 7 * gms_scenery_cloud(key + 1, wx / 31, wy / 27)
        + 3 * gms_scenery_cloud(key + 2, wx / 4, wy / 4);

    /* the card's own shadow, a little down and to the right */
    half = s->card_mm / 2;
    outside = fmax(fabs(x - 1.5) - half, fabs(y + 1.5) - half);

    if (card && outside < GMS_CARD_SHADOW_MM) {
        level *= 0.6 + 0.4 * fmax(outside, 0) / GMS_CARD_SHADOW_MM;
    }

    return level;
}


static double
gms_card_paper(
    const gms_scenery_t *s, double x, double y, double scale, int px, int py)
{
    double   level;
    uint64_t key = gms_scenery_hash(s->seed, 88 + s->turn);

    level = gms_card_print(&s->face, x, y, scale);

    /* fibres, and sheets that do not lie quite flat */
    level *= 1 + 0.006 * gms_scenery_cloud(key, x * 1.1, y * 1.1)
        + 0.015 * gms_scenery_cloud(key + 1, x / 45, y / 45)
        + 0.004
            * (gms_scenery_uniform(
                   key + 2, (uint64_t) py * 8192 + (uint64_t) px)
                    * 2
                - 1);

    return level;
}


void
gms_scenery_draw_card(gms_scenery_t *s, gms_image_t *out, bool card)
{
    const double *h = s->px_to_mm;

    for (int py = 0; py < s->height; py++) {
        uint8_t *row = out->px + (size_t) py * (size_t) out->stride;

        for (int px = 0; px < s->width; px++) {
            double w, x, y, scale, share, level;

            w = h[6] * px + h[7] * py + h[8];
            x = (h[0] * px + h[1] * py + h[2]) / w;
            y = (h[3] * px + h[4] * py + h[5]) / w;
            scale = gms_scenery_scale(s, px, py);
            share = !card ? 0
                          : gms_card_cover(
                              s->card_mm / 2 - fmax(fabs(x), fabs(y)), scale);

            level = share < 1 ? gms_card_wall(s, x, y, px, py, card) : 0;

            if (share > 0) {
                level = gms_card_mix(
                    level, gms_card_paper(s, x, y, scale, px, py), share);
            }

            row[px] = (uint8_t) fmin(fmax(level + 0.5, 0), 255);
        }
    }
}
