/*
 * A card rendered by the tests themselves: any face, seen by a pinhole camera
 * that hangs any way, blurred, noisy, hidden in part.
 */

#ifndef T_LIB_CARD_H
#define T_LIB_CARD_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/target/calibration.h"
#include "worker/target/homography.h"

typedef struct {
    const char  *name;
    double       first;
    double       step;
    int          last; /* value of the outermost ring */
    double       black;
    double       card;
    double       line; /* printed width */
} face_row_t;

/* Sizes of docs/scoring.md; widths of lines as printers choose them. */
static const face_row_t faces[] = {
    { "10 m air rifle", 0.5, 5, 1, 30.5, 80, 0.2 },
    { "10 m air pistol", 11.5, 16, 1, 59.5, 170, 0.3 },
    { "25 m precision pistol", 50, 50, 1, 200, 550, 1 },
    { "25 m rapid fire", 100, 80, 5, 500, 550, 1.5 },
    { "50 m rifle", 10.4, 16, 1, 112.4, 200, 0.3 },
    { "300 m rifle", 100, 100, 1, 600, 1100, 2 },
    { "10 m running target", 5.5, 5, 1, 30.5, 90, 0.2 },
    { "Danish M2000", 30, 30, 3, 120, 280, 0.5 },
};

enum {
    AIR_RIFLE,
    AIR_PISTOL,
    PRECISION,
    RAPID_FIRE,
    RIFLE_50,
    RIFLE_300,
    RUNNING,
    M2000
};

/* A rendered picture; the card is seen upright unless the view turns it. */
typedef struct {
    int         face;
    int         width;
    int         height;
    double      card_px; /* side of the card */
    double      shift_x; /* of its centre from the middle of the picture */
    double      shift_y;
    double      tilt_deg;
    double      axis_deg; /* the card is tilted about this direction */
    double      roll_deg; /* counterclockwise on the card */
    bool        blank;    /* no numerals */
    bool        ringless; /* a plain black disc */
    double      blur_px;
    double      noise;
    double      hidden_deg; /* a hand from outside over so much of all rings */
    double      dot_x; /* a black dot, mm; 0, 0: none */
    double      dot_y;
    gms_view_t  view;
} scene_t;

static const scene_t plain = { .face = AIR_PISTOL, .width = 640,
    .height = 480, .card_px = 430, .blur_px = 0.7, .noise = 1.5 };


static gms_face_t
make_face(int index)
{
    const face_row_t *row = &faces[index];
    gms_face_t face = { .black_mm = row->black, .card_mm = row->card };

    snprintf(face.title, sizeof(face.title), "%s", row->name);
    for (int value = 10; value >= row->last; value--) {
        face.ring[face.rings].value = value;
        face.ring[face.rings].diameter_mm = row->first
                                            + (10 - value) * row->step;
        face.rings++;
    }
    return face;
}


static uint32_t
next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}


static double
noise_of(uint32_t *state)
{
    double sum = 0;

    for (int i = 0; i < 4; i++) {
        sum += (double) next_random(state) / (1 << 24) - 0.5;
    }
    return sum * 1.7;
}


/* Upright picture of a card that a pinhole camera sees: mm -> px. */
static void
pinhole(double h[9], const scene_t *s)
{
    double focal = 1.3 * (s->width > s->height ? s->width : s->height);
    double depth = focal * faces[s->face].card / s->card_px;
    double t = s->tilt_deg * M_PI / 180, a = s->axis_deg * M_PI / 180;
    double c = cos(t), d = 1 - c, kx = cos(a), ky = sin(a);
    double r[9] = { c + d * kx * kx, d * kx * ky, 0, d * kx * ky,
        c + d * ky * ky, 0, -sin(t) * ky, sin(t) * kx, depth };
    double k[9] = { focal, 0, (s->width - 1) / 2.0, 0, focal,
        (s->height - 1) / 2.0, 0, 0, 1 };
    double up[9] = { 1, 0, 0, 0, -1, 0, 0, 0, 1 };
    double b = s->roll_deg * M_PI / 180;
    double roll[9] = { cos(b), -sin(b), 0, sin(b), cos(b), 0, 0, 0, 1 };

    k[2] += s->shift_x;
    k[5] += s->shift_y;
    gms_homography_multiply(h, up, roll);
    gms_homography_multiply(h, r, h);
    gms_homography_multiply(h, k, h);
}


/* Upright pixels to the camera's: what view undoes, undone. */
static void
turned_away(double t[9], int *width, int *height, const scene_t *s)
{
    int w = s->width, h = s->height, turns = s->view.rotate / 90;
    double m[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };

    memcpy(t, m, sizeof(m));
    for (int i = 0; i < turns; i++) {
        /* A quarter turn back: what was on top goes to the left. */
        double quarter[9] = { 0, 1, 0, -1, 0, w - 1.0, 0, 0, 1 };
        int was = w;

        gms_homography_multiply(t, quarter, t);
        w = h;
        h = was;
    }
    if (s->view.mirror) {
        double mirror[9] = { -1, 0, w - 1.0, 0, 1, 0, 0, 0, 1 };

        gms_homography_multiply(t, mirror, t);
    }
    *width = w;
    *height = h;
}


/* A digit's worth of ink in each ring on the four arms. */
static bool
is_digit(const face_row_t *f, double x, double y)
{
    double along = fmax(fabs(x), fabs(y)), across = fmin(fabs(x), fabs(y));
    double ring = (along - f->first / 2) / (f->step / 2);
    double part = ring - floor(ring);

    return ring > 1 && along < f->first / 2 + (10 - f->last) * f->step / 2
           && part > 0.3 && part < 0.7 && across < 0.12 * f->step
           && fabs(across - 0.06 * f->step) > 0.03 * f->step;
}


static double
level_at(const scene_t *s, double x, double y)
{
    const face_row_t *f = &faces[s->face];
    double r = sqrt(x * x + y * y);
    bool ink = 2 * r < f->black;

    if (s->hidden_deg > 0 && r > 0.1 * f->black
        && fabs(atan2(y, x) * 180 / M_PI - 40) < s->hidden_deg / 2)
    {
        return 45 + 10 * sin(x / f->card * 40);
    }
    if (fabs(x) > f->card / 2 || fabs(y) > f->card / 2) {
        return 55 + 25 * sin(x / f->card * 19) * cos(y / f->card * 23)
               + 10 * sin((x + 2 * y) / f->card * 60);
    }
    if ((s->dot_x != 0 || s->dot_y != 0)
        && hypot(x - s->dot_x, y - s->dot_y) < 0.03 * f->black)
    {
        return 12;
    }
    for (int value = 10; value >= f->last && !s->ringless; value--) {
        double outer = (f->first + (10 - value) * f->step) / 2;

        if (r <= outer && r > outer - f->line
            && fabs(2 * outer - f->black) > 0.01)
        {
            return ink ? 200 : 40;
        }
    }
    if (!s->blank && is_digit(f, x, y)) {
        return ink ? 200 : 40;
    }
    return ink ? 32 : 205;
}


/* Box filters, three times, make a blur like that of a lens. */
static void
blur(double *v, int width, int height, double sigma)
{
    double side = sigma * sigma / (1 + 2 * sigma * sigma);
    size_t n = (size_t) width * (size_t) height;
    double *w = malloc(n * sizeof(*w));
    size_t steps[2] = { 1, (size_t) width };

    assert_non_null(w);
    for (int i = 0; i < 6; i++) {
        size_t d = steps[i % 2];
        double part = sigma > 0 ? side / (1 + side) : 0;

        memcpy(w, v, n * sizeof(*w));
        for (size_t k = d; k + d < n; k++) {
            v[k] = w[k] * (1 - 2 * part) + part * (w[k - d] + w[k + d]);
        }
    }
    free(w);
}


/* mm_to_px is the truth for the camera's picture. */
static __attribute__((unused)) void
render(gms_image_t *image, double mm_to_px[9], const scene_t *s)
{
    double t[9], back[9], *v;
    uint32_t random = 7;
    int w, h;

    pinhole(mm_to_px, s);
    turned_away(t, &w, &h, s);
    gms_homography_multiply(mm_to_px, t, mm_to_px);
    assert_int_equal(gms_homography_invert(back, mm_to_px), GMS_OK);

    memset(image, 0, sizeof(*image));
    image->px = malloc((size_t) w * (size_t) h);
    v = malloc((size_t) w * (size_t) h * sizeof(*v));
    assert_non_null(image->px);
    assert_non_null(v);
    image->width = w;
    image->height = h;
    image->stride = w;

    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            double sum = 0, mx, my, dx = x - w / 2.0, dy = y - h / 2.0;

            for (int k = 0; k < 4; k++) {
                gms_homography_apply(back, x + k % 2 / 2.0 - 0.25,
                    y + k / 2 / 2.0 - 0.25, &mx, &my);
                sum += level_at(s, mx, my) / 4;
            }
            v[y * w + x] = sum
                           * (1 - 0.3 * (dx * dx + dy * dy)
                                      / (0.25 * (w * w + h * h)));
        }
    }
    blur(v, w, h, s->blur_px);
    for (int i = 0; i < w * h; i++) {
        double level = v[i] + s->noise * noise_of(&random);

        image->px[i] = (uint8_t) fmin(fmax(level + 0.5, 0), 255);
    }
    free(v);
}

#endif /* T_LIB_CARD_H */
