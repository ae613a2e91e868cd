/* bench_trace: see trace.h. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "h264.h"
#include "trace.h"
#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/capture/scenery.h"

/* After the shot the picture shakes; the hole is weighed from here on. */
#define WAIT_S 0.5
#define KEYS 2

/* The streams begin so long before the shot: the codec has settled by then,
 * and most of the scene need not be played. */
#define AHEAD_S 4.0

/* Pictures before the shot that the noise is taken from. */
#define BEFORE 20

/* How far sway and shake can carry a hole from its place, px. */
#define REACH_PX 40


/* One of the two cameras. */
typedef struct {
    gms_scenery_t      scenery;
    gms_h264_t        *h264;
    const gms_image_t *raw; /* the scenery's */
    gms_image_t        coded;
} camera_t;

/* The window around the hole. */
typedef struct {
    int    x0;
    int    y0;
    int    w;
    int    h;
    int    errors;        /* pictures seen; the last BEFORE are kept */
    float *error[BEFORE]; /* of the codec, before the shot */
    float *shape;         /* what the shot changed before the codec */
    float *left;          /* of that, after it */
} window_t;


static void
camera_close(camera_t *c)
{
    gms_scenery_close(&c->scenery);
    gms_h264_close(c->h264);

    gms_image_free(&c->coded);
}


static int
camera_open(camera_t *c, const bench_scene_t *scene, const gms_face_t *face,
    int shots, char *err, size_t err_size)
{
    int                rc;
    gms_camera_t       words;
    gms_h264_options_t options = { .bits_per_s = 1e6 * scene->mbit,
        .key_s = scene->key_s };

    rc = gms_camera_parse_text(&words, scene->camera, err, err_size);
    if (rc == GMS_OK) {
        rc = gms_options_read(gms_scenery_table, &words,
            "simulate:", &c->scenery.options, err, err_size);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    c->scenery.face = *face;
    c->scenery.caliber_mm = scene->caliber_mm;
    c->scenery.fps = options.fps = words.fps;
    c->scenery.width = options.width = words.width;
    c->scenery.height = options.height = words.height;
    rc = gms_scenery_open(&c->scenery, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }
    if (shots < 0 || shots > c->scenery.shots) {
        snprintf(err, err_size, "no such shot");
        return GMS_EINVALID;
    }
    c->scenery.shots = shots; /* the plan stays that of all of them */

    c->h264 = gms_h264_open(&options, err, err_size);
    return c->h264 != NULL ? GMS_OK : GMS_ENOMEM;
}


/* The picture of an instant, before and after the codec. */
static int
camera_see(camera_t *c, int64_t t_ns)
{
    gms_scenery_fire(&c->scenery, t_ns);
    c->raw = gms_scenery_frame(&c->scenery, t_ns);

    return gms_h264_pass(c->h264, c->raw, &c->coded);
}


static void
window_close(window_t *w)
{
    for (int i = 0; i < BEFORE; i++) {
        free(w->error[i]);
    }
    free(w->shape);
    free(w->left);
}


static int
window_open(window_t *w, const gms_scenery_t *s, const gms_scenery_shot_t *shot)
{
    double x, y, reach;
    size_t size;

    gms_scenery_to_px(s, shot->x_mm, shot->y_mm, &x, &y);
    reach = 1.5 * s->caliber_mm * gms_scenery_scale(s, x, y) + REACH_PX;
    w->x0 = (int) fmax(x - reach, 0);
    w->y0 = (int) fmax(y - reach, 0);
    w->w = (int) fmin(x + reach, s->width - 1) - w->x0 + 1;
    w->h = (int) fmin(y + reach, s->height - 1) - w->y0 + 1;
    size = (size_t) w->w * (size_t) w->h;

    w->shape = malloc(size * sizeof(float));
    w->left = malloc(size * sizeof(float));
    for (int i = 0; i < BEFORE; i++) {
        w->error[i] = malloc(size * sizeof(float));
        if (w->error[i] == NULL) {
            return GMS_ENOMEM;
        }
    }

    return w->shape != NULL && w->left != NULL ? GMS_OK : GMS_ENOMEM;
}


/* out = a - b inside the window; the sum of its squares. */
static double
window_difference(
    const window_t *w, float *out, const gms_image_t *a, const gms_image_t *b)
{
    double sum = 0;

    for (int y = 0; y < w->h; y++) {
        const uint8_t *p =
            a->px + (size_t) (w->y0 + y) * (size_t) a->stride + w->x0;
        const uint8_t *q =
            b->px + (size_t) (w->y0 + y) * (size_t) b->stride + w->x0;

        for (int x = 0; x < w->w; x++) {
            float d = (float) p[x] - (float) q[x];

            out[(size_t) y * (size_t) w->w + (size_t) x] = d;
            sum += (double) d * d;
        }
    }

    return sum;
}


static double
window_weigh(const window_t *w, const float *with)
{
    double sum = 0;

    for (size_t i = 0; i < (size_t) w->w * (size_t) w->h; i++) {
        sum += (double) w->shape[i] * with[i];
    }

    return sum;
}


/* Signal over noise in the pictures that both cameras see now. */
static double
window_snr(window_t *w, const camera_t *with, const camera_t *without)
{
    int    n = w->errors < BEFORE ? w->errors : BEFORE;
    double signal, mean = 0, square = 0, v;

    if (window_difference(w, w->shape, with->raw, without->raw) <= 0 || n < 2) {
        return 0;
    }
    for (int i = 0; i < n; i++) {
        v = window_weigh(w, w->error[i]);
        mean += v / n;
        square += v * v / n;
    }

    window_difference(w, w->left, &with->coded, &without->coded);
    signal = window_weigh(w, w->left);
    v = square - mean * mean;

    return v > 0 ? fabs(signal) / sqrt(v) : signal != 0 ? INFINITY : 0;
}


static int
play(camera_t *with, camera_t *without, window_t *w, double key_s, double *snr)
{
    double  fps = with->scenery.fps;
    int64_t at = with->scenery.shot[with->scenery.shots - 1].at_ns;
    int64_t from = at + (int64_t) (WAIT_S * (double) GMS_S);
    int64_t first = (int64_t) (((double) at / (double) GMS_S - AHEAD_S) * fps);
    int64_t to = from + (int64_t) (KEYS * key_s * (double) GMS_S);

    *snr = 0;
    for (int64_t i = first > 0 ? first : 0;; i++) {
        int64_t t = (int64_t) ((double) i / fps * (double) GMS_S);
        int     rc = camera_see(with, t);

        if (rc == GMS_OK) {
            rc = camera_see(without, t);
        }
        if (rc != GMS_OK || t > to) {
            return rc;
        }
        if (t < at) {
            window_difference(w, w->error[w->errors++ % BEFORE],
                &without->coded, without->raw);
        } else if (t >= from) {
            *snr = fmax(*snr, window_snr(w, with, without));
        }
    }
}


int
bench_trace(const bench_scene_t *scene, const gms_face_t *face, int n,
    double *snr, char *err, size_t err_size)
{
    int      rc;
    camera_t with, without;
    window_t window;

    if (scene->mbit <= 0) {
        snprintf(err, err_size, "a scene without a codec");
        return GMS_EINVALID;
    }

    memset(&with, 0, sizeof(with));
    memset(&without, 0, sizeof(without));
    memset(&window, 0, sizeof(window));
    rc = camera_open(&with, scene, face, n, err, err_size);
    if (rc == GMS_OK) {
        rc = camera_open(&without, scene, face, n - 1, err, err_size);
    }
    if (rc == GMS_OK) {
        rc = window_open(&window, &with.scenery, &with.scenery.shot[n - 1]);
    }
    if (rc == GMS_OK) {
        rc = play(&with, &without, &window, scene->key_s, snr);
    }
    window_close(&window);
    camera_close(&with);
    camera_close(&without);

    return rc;
}
