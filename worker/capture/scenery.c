/* gms_scenery: the camera in front of the card, the plate, the shots in it. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenery.h"
#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../target/homography.h"

/* Of the lens, in widths of the picture: as a club's zoom camera has it. */
#define GMS_SCENERY_FOCAL 1.9

/* Side of a card whose face does not tell it, in diameters of its outermost
 * ring. */
#define GMS_SCENERY_CARD 1.09

#define GMS_SCENERY_SIDE_MIN 160

/* The card's shadow on the wall reaches so far; it swings with the card. */
#define GMS_SCENERY_EDGE_MM 9.0

#define GMS_SCENERY_BLUR_TAPS 31

/* Two changes of paper are at least so far apart. */
#define GMS_SCENERY_PAPER_MIN_S 12.0

#define GMS_SCENERY_ZOOM_MIN 0.3
#define GMS_SCENERY_ZOOM_MAX 4.0


void
gms_scenery_to_px(const gms_scenery_t *s, double x_mm, double y_mm,
    double *x_px, double *y_px)
{
    (void) gms_homography_apply(s->mm_to_px, x_mm, y_mm, x_px, y_px);
}


/* Pinhole camera, card tilted about an axis in its plane. */
static int
gms_scenery_pose(gms_scenery_t *s)
{
    double axis, tilt, roll, c, n, f, d, cx, cy, r[9], m[9];

    uint64_t key = gms_scenery_hash(s->seed, 5);

    axis = 2 * M_PI * gms_scenery_uniform(key, 0);
    tilt = s->options.tilt * M_PI / 180;
    roll = 1.2 * (2 * gms_scenery_uniform(key, 1) - 1) * M_PI / 180;

    /* rotation about (cos axis, sin axis, 0); the third column is not used */
    c = cos(axis);
    n = sin(axis);
    r[0] = cos(tilt) + c * c * (1 - cos(tilt));
    r[1] = c * n * (1 - cos(tilt));
    r[3] = r[1];
    r[4] = cos(tilt) + n * n * (1 - cos(tilt));
    r[6] = -n * sin(tilt);
    r[7] = c * sin(tilt);

    f = GMS_SCENERY_FOCAL * s->width;
    d = f / (s->options.fill * s->height / s->card_mm);
    cx = (s->width - 1) / 2.0
        + 0.015 * s->height * (2 * gms_scenery_uniform(key, 2) - 1);
    cy = (s->height - 1) / 2.0
        + 0.015 * s->height * (2 * gms_scenery_uniform(key, 3) - 1);

    for (int i = 0; i < 2; i++) {
        double x = r[i] * cos(roll) - r[3 + i] * sin(roll);
        double y = r[i] * sin(roll) + r[3 + i] * cos(roll);
        double z = r[6 + i];

        /* the picture's y runs down, and what comes near has larger z */
        m[i] = (f * x - cx * z) / d;
        m[3 + i] = (-f * y - cy * z) / d;
        m[6 + i] = -z / d;
    }

    m[2] = cx;
    m[5] = cy;
    m[8] = 1;

    memcpy(s->pose, m, sizeof(m));

    return gms_homography_invert(s->px_to_mm, m);
}


/* The camera as it stands, the first pose, the sheet as it hangs. */
static int
gms_scenery_look(gms_scenery_t *s)
{
    double cx = (s->width - 1) / 2.0, cy = (s->height - 1) / 2.0, m[9];
    double roll = s->camera.roll_deg * M_PI / 180;
    double c = s->camera.zoom * cos(roll), n = s->camera.zoom * sin(roll);

    const double camera[9] = { c, -n, cx + s->camera.dx_px - c * cx + n * cy, n,
        c, cy + s->camera.dy_px - n * cx - c * cy, 0, 0, 1 };

    gms_scenery_sheet_pose(s, s->sheet, m);
    gms_homography_multiply(m, s->pose, m);
    gms_homography_multiply(s->mm_to_px, camera, m);

    return gms_homography_invert(s->px_to_mm, s->mm_to_px);
}


static void
gms_scenery_box(gms_scenery_t *s)
{
    double x, y, lo[2] = { 1e9, 1e9 }, hi[2] = { -1e9, -1e9 };
    double half = s->card_mm / 2 + GMS_SCENERY_EDGE_MM;

    for (int i = 0; i < 4; i++) {
        gms_scenery_to_px(
            s, i & 1 ? half : -half, i & 2 ? half : -half, &x, &y);
        lo[0] = fmin(lo[0], x);
        lo[1] = fmin(lo[1], y);
        hi[0] = fmax(hi[0], x);
        hi[1] = fmax(hi[1], y);
    }

    s->box[0] = (int) fmin(fmax(lo[0], 0), s->width);
    s->box[1] = (int) fmin(fmax(lo[1], 0), s->height);
    s->box[2] = (int) fmax(fmin(hi[0], s->width), 0);
    s->box[3] = (int) fmax(fmin(hi[1], s->height), 0);
}


/* Rows of the card and of the wall that swings with it, on the plate. */
static void
gms_scenery_spans(gms_scenery_t *s)
{
    double half = s->card_mm / 2 + GMS_SCENERY_EDGE_MM, x[5], y[5];

    static const int corner[5][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 },
        { -1, 1 }, { -1, -1 } };

    for (int i = 0; i < 5; i++) {
        gms_scenery_to_px(
            s, half * corner[i][0], half * corner[i][1], &x[i], &y[i]);
    }

    for (int row = 0; row < s->height; row++) {
        double lo = s->width, hi = 0;

        for (int i = 0; i < 4; i++) {
            double share = (row - y[i]) / (y[i + 1] - y[i]);

            if (share >= 0 && share <= 1) {
                lo = fmin(lo, x[i] + share * (x[i + 1] - x[i]));
                hi = fmax(hi, x[i] + share * (x[i + 1] - x[i]));
            }
        }

        s->span[row].lo = (int) fmax(lo, 0);
        s->span[row].hi = (int) fmin(hi, s->width - 1);
    }
}


/* Does a picture need more than a moved plate and its light? */
static bool
gms_scenery_staged(const gms_scenery_options_t *o)
{
    return o->sway > 0 || o->bend > 0 || o->shown > 0 || o->paper > 0
        || o->hand > 0 || o->people > 0 || o->insects > 0 || o->night > 0
        || o->dirt > 0 || o->hide > 0 || o->sharpen > 0 || o->zoom != 1;
}


static int
gms_scenery_blank(const gms_scenery_t *s, gms_image_t *const plane[], int n)
{
    int rc;

    for (int i = 0; i < n; i++) {
        rc = gms_image_resize(plane[i], s->width, s->height);
        if (rc != GMS_OK) {
            return rc;
        }

        memset(plane[i]->px, 0, plane[i]->capacity);
    }

    return GMS_OK;
}


static int
gms_scenery_stage(gms_scenery_t *s)
{
    gms_image_t *plane[] = { &s->bare, &s->stage, &s->through, &s->added };

    s->staged = true;

    return gms_scenery_blank(s, plane, 4);
}


static int
gms_scenery_planes(gms_scenery_t *s)
{
    int    rc;
    size_t row, cells;

    gms_image_t *plane[] = { &s->sharp, &s->open, &s->plate, &s->frame };

    rc = gms_scenery_blank(s, plane, 4);

    if (rc == GMS_OK && s->staged) {
        rc = gms_scenery_stage(s);
    }

    if (rc != GMS_OK) {
        return rc;
    }

    row = (size_t) s->frame.stride;
    cells = (size_t) (s->width / GMS_SCENERY_CELL + 2)
        * (size_t) (s->height / GMS_SCENERY_CELL + 2);

    s->shot = calloc((size_t) s->shots + 1, sizeof(gms_scenery_shot_t));
    s->old = calloc((size_t) s->olds + 1, sizeof(gms_scenery_shot_t));
    s->hole = calloc((size_t) (s->olds + s->shots) + 1, 1);
    s->grain = malloc(GMS_SCENERY_GRAIN + row);
    s->sum = calloc(row + 2 * GMS_SCENERY_MARGIN, sizeof(uint16_t));
    s->moved = calloc(row, 1);
    s->gain = calloc(row, sizeof(int32_t));
    s->shade = calloc(row, sizeof(int32_t));
    s->node = calloc(cells, 2 * sizeof(float));
    s->place = calloc(row, 2 * sizeof(float));
    s->span = calloc((size_t) s->height, sizeof(gms_scenery_span_t));

    if (s->shot == NULL || s->old == NULL || s->hole == NULL || s->grain == NULL
        || s->sum == NULL || s->moved == NULL || s->gain == NULL
        || s->shade == NULL || s->node == NULL || s->place == NULL
        || s->span == NULL)
    {
        return GMS_ENOMEM;
    }

    for (size_t i = 0; i < GMS_SCENERY_GRAIN + row; i++) {
        double v = s->options.noise * gms_scenery_gauss(s->seed ^ 0xabcd, i);

        s->grain[i] = (int8_t) lround(fmin(fmax(v, -127), 127));
    }

    return GMS_OK;
}


int
gms_scenery_open(gms_scenery_t *s, char *err, size_t err_size)
{
    int               rc;
    const gms_face_t *face = &s->face;

    if (face->rings < 1 || face->rings > GMS_FACE_RINGS_MAX
        || face->ring[face->rings - 1].diameter_mm <= 0 || s->caliber_mm <= 0)
    {
        snprintf(err, err_size,
            "a simulated camera needs a target with rings "
            "and a caliber");
        return GMS_EINVALID;
    }

    if (s->width < GMS_SCENERY_SIDE_MIN || s->height < GMS_SCENERY_SIDE_MIN
        || s->width > GMS_SCENERY_SIDE_MAX || s->height > GMS_SCENERY_SIDE_MAX)
    {
        snprintf(err, err_size,
            "size=%dx%d: a simulated picture has %d to %d "
            "pixels a side",
            s->width, s->height, GMS_SCENERY_SIDE_MIN, GMS_SCENERY_SIDE_MAX);
        return GMS_EINVALID;
    }

    if (s->options.paper > 0 && s->options.paper < GMS_SCENERY_PAPER_MIN_S) {
        snprintf(err, err_size,
            "paper=%g: a change of paper takes a while; every %g s at most",
            s->options.paper, GMS_SCENERY_PAPER_MIN_S);
        return GMS_EINVALID;
    }

    s->seed = (uint64_t) s->options.seed;
    s->shots = (int) s->options.shots;
    s->olds = (int) s->options.old;
    s->staged = gms_scenery_staged(&s->options);
    s->card_mm = face->card_mm > 0
        ? face->card_mm
        : GMS_SCENERY_CARD * face->ring[face->rings - 1].diameter_mm;

    s->camera = (gms_scenery_camera_t){ 1, 0, 0, 0, -GMS_S * 3600 };

    rc = gms_scenery_pose(s);
    if (rc != GMS_OK) {
        snprintf(err, err_size,
            "the card cannot be seen so; use another "
            "tilt= or fill=");
        return GMS_EINVALID;
    }

    rc = gms_scenery_planes(s);
    if (rc != GMS_OK) {
        snprintf(err, err_size,
            "not enough memory for a simulated picture "
            "of %dx%d",
            s->width, s->height);
        gms_scenery_close(s);
        return rc;
    }

    gms_scenery_turn(s, 0);

    return GMS_OK;
}


void
gms_scenery_close(gms_scenery_t *s)
{
    gms_image_free(&s->sharp);
    gms_image_free(&s->open);
    gms_image_free(&s->plate);
    gms_image_free(&s->frame);
    gms_image_free(&s->bare);
    gms_image_free(&s->stage);
    gms_image_free(&s->through);
    gms_image_free(&s->added);
    free(s->hole);
    free(s->shot);
    free(s->old);
    free(s->grain);
    free(s->sum);
    free(s->moved);
    free(s->gain);
    free(s->shade);
    free(s->node);
    free(s->place);
    free(s->span);
    memset(s, 0, sizeof(gms_scenery_t));
}


/* A Gaussian in 1/256; returns its reach to either side. */
static int
gms_scenery_kernel(double sigma, uint16_t kernel[GMS_SCENERY_BLUR_TAPS])
{
    int    reach, rest;
    double sum, g[GMS_SCENERY_BLUR_TAPS] = { 0 };

    reach = (int) ceil(3 * sigma);
    if (reach > GMS_SCENERY_BLUR_TAPS / 2) {
        reach = GMS_SCENERY_BLUR_TAPS / 2;
    }

    sum = 0;
    for (int i = -reach; i <= reach; i++) {
        g[i + reach] = sigma > 0 ? exp(-0.5 * i * i / (sigma * sigma)) : 1;
        sum += g[i + reach];
    }

    rest = 256;
    for (int i = 0; i <= 2 * reach; i++) {
        kernel[i] = (uint16_t) lround(256 * g[i] / sum);
        rest -= kernel[i];
    }

    kernel[reach] = (uint16_t) (kernel[reach] + rest);

    return reach;
}


static int
gms_scenery_clamp(int v, int max)
{
    return v < 0 ? 0 : v > max ? max : v;
}


/* The lens: what is sharp goes with blur and vignette to a plate, the pixels from
 * (x0, y0) to (x1, y1). */
static void
gms_scenery_lens(
    gms_scenery_t *s, gms_image_t *to, int x0, int y0, int x1, int y1)
{
    int      reach;
    double   cx, cy, fall;
    uint16_t kernel[GMS_SCENERY_BLUR_TAPS] = { 0 };

    reach = gms_scenery_kernel(s->options.blur, kernel);
    cx = (s->width - 1) / 2.0;
    cy = (s->height - 1) / 2.0;
    fall = s->options.vignette / (cx * cx + cy * cy);

    x0 = gms_scenery_clamp(x0, s->width - 1);
    y0 = gms_scenery_clamp(y0, s->height - 1);
    x1 = gms_scenery_clamp(x1, s->width - 1);
    y1 = gms_scenery_clamp(y1, s->height - 1);

    for (int y = y0; y <= y1; y++) {
        uint8_t *out = to->px + (size_t) y * (size_t) to->stride;

        memset(s->sum, 0,
            ((size_t) s->width + 2 * GMS_SCENERY_MARGIN) * sizeof(uint16_t));

        for (int j = -reach; j <= reach; j++) {
            int            row = gms_scenery_clamp(y + j, s->height - 1);
            const uint8_t *in =
                s->sharp.px + (size_t) row * (size_t) s->sharp.stride;

            for (int x = x0 - reach; x <= x1 + reach; x++) {
                uint16_t *sum = &s->sum[x + GMS_SCENERY_MARGIN];

                *sum = (uint16_t) (*sum
                    + kernel[j + reach]
                        * in[gms_scenery_clamp(x, s->width - 1)]);
            }
        }

        for (int x = x0; x <= x1; x++) {
            double   dx = x - cx, dy = y - cy;
            uint32_t v = 0;

            for (int i = -reach; i <= reach; i++) {
                v += (uint32_t) kernel[i + reach]
                    * s->sum[x + i + GMS_SCENERY_MARGIN];
            }

            out[x] = (uint8_t) (v / 65536.0 * (1 - fall * (dx * dx + dy * dy))
                + 0.5);
        }
    }
}


/* Holes as the sheet shows them: every change of paper is gone through. */
static void
gms_scenery_draw_holes(gms_scenery_t *s)
{
    int      n = 0, holes = s->olds + s->fired;
    uint64_t sheet = 0;

    for (; n < s->olds; n++) {
        s->hole[n] = GMS_SCENERY_OPEN;
    }

    for (;;) {
        while (n < holes && gms_scenery_hole(s, n)->sheet <= sheet) {
            s->hole[n++] = GMS_SCENERY_OPEN;
        }

        if (sheet == s->sheet) {
            break;
        }

        gms_scenery_sheet_change(s, ++sheet, s->hole, n);
    }

    /* pasters lie over what was there, later holes go through them */
    for (int state = GMS_SCENERY_PASTED; state >= GMS_SCENERY_OPEN; state--) {
        for (int i = 0; i < n; i++) {
            const gms_scenery_shot_t *hole = gms_scenery_hole(s, i);

            if (s->hole[i] != state) {
                continue;
            }

            if (state == GMS_SCENERY_PASTED) {
                gms_scenery_draw_paster(s, hole);
            } else {
                gms_scenery_draw_hole(s, hole);
            }
        }
    }
}


int
gms_scenery_redraw(gms_scenery_t *s)
{
    int rc = gms_scenery_look(s);

    if (rc != GMS_OK) {
        return rc;
    }

    gms_scenery_box(s);
    memset(s->open.px, 0, s->open.capacity);

    if (s->staged) {
        gms_scenery_spans(s);
        gms_scenery_draw_card(s, &s->sharp, false);
        gms_scenery_lens(s, &s->bare, 0, 0, s->width - 1, s->height - 1);
        gms_scenery_obstruct(s);
    }

    gms_scenery_draw_card(s, &s->sharp, true);
    gms_scenery_draw_holes(s);
    gms_scenery_lens(s, &s->plate, 0, 0, s->width - 1, s->height - 1);

    return GMS_OK;
}


void
gms_scenery_turn(gms_scenery_t *s, uint64_t turn)
{
    s->turn = turn;
    s->sheet = 0;
    s->fired = 0;
    s->now_ns = -GMS_S;

    gms_scenery_plan(s);
    (void) gms_scenery_redraw(s); /* this pose was looked at before */
}


int
gms_scenery_camera(
    gms_scenery_t *s, double zoom, double dx_px, double dy_px, double roll_deg)
{
    int                  rc;
    gms_scenery_camera_t before = s->camera;

    if (!(zoom >= GMS_SCENERY_ZOOM_MIN && zoom <= GMS_SCENERY_ZOOM_MAX)
        || !isfinite(dx_px) || !isfinite(dy_px) || !isfinite(roll_deg))
    {
        return GMS_EINVALID;
    }

    /* to be out of focus takes a stage */
    rc = s->staged ? GMS_OK : gms_scenery_stage(s);
    if (rc != GMS_OK) {
        return rc;
    }

    s->camera =
        (gms_scenery_camera_t){ zoom, dx_px, dy_px, roll_deg, s->now_ns };

    rc = gms_scenery_redraw(s);
    if (rc != GMS_OK) {
        s->camera = before;
        (void) gms_scenery_redraw(s);
    }

    return rc;
}


static void
gms_scenery_tear(gms_scenery_t *s, const gms_scenery_shot_t *shot)
{
    int    reach;
    double x, y;

    gms_scenery_draw_hole(s, shot);
    gms_scenery_to_px(s, shot->x_mm, shot->y_mm, &x, &y);
    reach = (int) (1.2 * s->caliber_mm * gms_scenery_scale(s, x, y))
        + GMS_SCENERY_BLUR_TAPS / 2 + 4;
    gms_scenery_lens(s, &s->plate, (int) x - reach, (int) y - reach,
        (int) x + reach, (int) y + reach);
}


int
gms_scenery_fire(gms_scenery_t *s, int64_t t_ns)
{
    double   zoom = 1;
    uint64_t sheet = gms_scenery_sheet_at(s, t_ns);

    if (s->sheet > sheet
        || (s->fired > 0 && s->shot[s->fired - 1].at_ns > t_ns)) {
        gms_scenery_turn(s, s->turn);
    }

    while (s->fired < s->shots && s->shot[s->fired].at_ns <= t_ns) {
        const gms_scenery_shot_t *shot = &s->shot[s->fired++];

        if (sheet == s->sheet) {
            gms_scenery_tear(s, shot);
        }
    }

    s->now_ns = t_ns;

    if (sheet != s->sheet) {
        s->sheet = sheet;
        (void) gms_scenery_redraw(s);
    }

    if (s->options.zoom != 1) {
        if ((double) t_ns >= s->options.zoom_at * (double) GMS_S) {
            zoom = s->options.zoom;
        }

        if (s->camera.zoom != zoom) {
            (void) gms_scenery_camera(s, zoom, 0, 0, 0);
        }
    }

    return s->fired;
}


int64_t
gms_scenery_last_ns(const gms_scenery_t *s)
{
    return s->shots > 0 ? s->shot[s->shots - 1].at_ns : 0;
}
