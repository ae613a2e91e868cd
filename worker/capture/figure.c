/* gms_figure: see figure.h. */

#include <math.h>

#include "figure.h"
#include "scenery.h"


void
gms_figure_add(gms_figure_t *figure, const gms_limb_t *limb)
{
    if (figure->limbs < GMS_FIGURE_LIMBS_MAX) {
        figure->limb[figure->limbs++] = *limb;
    }
}


static bool
gms_limb_beside(double v, double a, double b, double reach)
{
    return a < b ? v < a - reach || v > b + reach
                 : v < b - reach || v > a + reach;
}


/* Distance of a place outside a limb, in px, negative inside, of most or more
 * only that it is so; *middle is 1 on its axis and 0 at its edge. */
static double
gms_limb_distance(
    const gms_limb_t *limb, double x, double y, double most, double *middle)
{
    double dx = limb->x1 - limb->x0, dy = limb->y1 - limb->y0;
    double along, r, d, length = dx * dx + dy * dy;
    double reach = (limb->r0 > limb->r1 ? limb->r0 : limb->r1) + most;

    *middle = 0;
    if (gms_limb_beside(x, limb->x0, limb->x1, reach)
        || gms_limb_beside(y, limb->y0, limb->y1, reach))
    {
        return most;
    }
    along =
        length > 0 ? ((x - limb->x0) * dx + (y - limb->y0) * dy) / length : 0;
    along = fmin(fmax(along, 0), 1);
    r = limb->r0 + (limb->r1 - limb->r0) * along;
    d = hypot(x - limb->x0 - along * dx, y - limb->y0 - along * dy);
    *middle = r > 0 ? fmax(1 - d / r, 0) : 0;

    return d - r;
}


static void
gms_figure_box(const gms_figure_t *figure, const gms_image_t *image, int box[4])
{
    double reach, lo[2] = { 1e9, 1e9 }, hi[2] = { -1e9, -1e9 };

    for (int i = 0; i < figure->limbs; i++) {
        const gms_limb_t *limb = &figure->limb[i];

        reach = fmax(limb->r0, limb->r1) + figure->soft;
        lo[0] = fmin(lo[0], fmin(limb->x0, limb->x1) - reach);
        lo[1] = fmin(lo[1], fmin(limb->y0, limb->y1) - reach);
        hi[0] = fmax(hi[0], fmax(limb->x0, limb->x1) + reach);
        hi[1] = fmax(hi[1], fmax(limb->y0, limb->y1) + reach);
    }

    reach = figure->shadow > 0 ? 2 * figure->shadow_px : 0;
    box[0] = (int) fmax(lo[0], 0);
    box[1] = (int) fmax(lo[1], 0);
    box[2] = (int) fmin(hi[0] + reach, image->width);
    box[3] = (int) fmin(hi[1] + reach, image->height);
}


/* Share of a soft shadow at a place. */
static double
gms_figure_shade(const gms_figure_t *figure, double x, double y)
{
    double d, middle, soft = fmax(figure->shadow_px, 1), deepest = 0;

    for (int i = 0; i < figure->limbs; i++) {
        d = gms_limb_distance(&figure->limb[i], x - figure->shadow_px,
            y - figure->shadow_px, soft, &middle);
        deepest = fmax(deepest, 1 - gms_scenery_ramp(-soft, soft, d));
    }

    return deepest * figure->shadow;
}


/* Folds, and what is finer than them. */
static double
gms_figure_texture(const gms_figure_t *figure, double x, double y)
{
    double u = 1000 + x / figure->grain, v = 1000 + y / figure->grain;

    return 1 + 0.2 * gms_scenery_cloud(figure->key, u, v)
        + 0.1 * gms_scenery_cloud(figure->key + 1, 4.3 * u, 3.1 * v);
}


static uint8_t
gms_figure_pixel(const gms_figure_t *figure, double under, double x, double y)
{
    int    top, i;
    double level = under, texture = 0, d, middle;
    double cover[GMS_FIGURE_LIMBS_MAX] = { 0 };
    double shine[GMS_FIGURE_LIMBS_MAX] = { 0 }, soft = fmax(figure->soft, 1);

    /* from the uppermost limb down to the first that hides all below it */
    for (top = figure->limbs - 1; top >= 0; top--) {
        const gms_limb_t *limb = &figure->limb[top];

        d = gms_limb_distance(limb, x, y, soft / 2, &middle);
        cover[top] = d >= soft / 2
            ? 0
            : limb->cover * (1 - gms_scenery_ramp(-soft / 2, soft / 2, d));
        shine[top] = middle;

        if (cover[top] >= 1) {
            break;
        }
    }

    if (top < 0 && figure->shadow > 0) {
        level *= 1 - gms_figure_shade(figure, x, y);
    }

    for (i = top < 0 ? 0 : top; i < figure->limbs; i++) {
        if (cover[i] <= 0) {
            continue;
        }

        texture = texture > 0 ? texture : gms_figure_texture(figure, x, y);
        level +=
            (figure->limb[i].level * (0.72 + 0.4 * sqrt(shine[i])) * texture
                - level)
            * cover[i];
    }

    return (uint8_t) fmin(fmax(level + 0.5, 0), 255);
}


void
gms_figure_draw(const gms_figure_t *figure, gms_image_t *image)
{
    int box[4];

    if (figure->limbs == 0) {
        return;
    }

    gms_figure_box(figure, image, box);

    for (int y = box[1]; y < box[3]; y++) {
        uint8_t *row = image->px + (size_t) y * (size_t) image->stride;

        for (int x = box[0]; x < box[2]; x++) {
            row[x] = gms_figure_pixel(figure, row[x], x, y);
        }
    }
}
