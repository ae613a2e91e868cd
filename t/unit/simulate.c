/* The simulated lane: what it claims to have fired is what its pictures
 * show, and the same seed shoots the same shots in every life. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ipc/error.h"
#include "ipc/memory.h"
#include "worker/base/clock.h"
#include "worker/capture/scenery.h"
#include "worker/capture/simulate.h"
#include "worker/target/homography.h"

static gms_face_t   pistol;
static gms_jpeg_t  *jpeg;


static int
setup(void **state)
{
    (void) state;

    pistol.rings = 10;
    pistol.black_mm = 59.5;
    pistol.inner_mm = 5;
    pistol.card_mm = 170;

    for (int i = 0; i < 10; i++) {
        pistol.ring[i].value = 10 - i;
        pistol.ring[i].diameter_mm = 11.5 + 16 * i;
    }

    jpeg = gms_jpeg_create();

    return jpeg == NULL;
}


static int
teardown(void **state)
{
    (void) state;
    gms_jpeg_destroy(jpeg);
    return 0;
}


static gms_source_config_t
config_of(const char *text)
{
    char                 err[300];
    gms_source_config_t  config;

    memset(&config, 0, sizeof(config));

    if (gms_camera_parse_text(&config.camera, text, err, sizeof(err))
        != GMS_OK)
    {
        fail_msg("%s: %s", text, err);
    }

    config.face = &pistol;
    config.caliber_mm = 4.5;

    return config;
}


static void
open_source(gms_source_t *s, const gms_source_config_t *config)
{
    char  err[300] = "";

    assert_int_equal(gms_source_init(s, config), GMS_OK);

    if (gms_source_open(s, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }
}


static int
next(gms_source_t *s, gms_frame_t *frame)
{
    char  err[300];

    return gms_source_next(s, frame, 1000, err, sizeof(err));
}


static void
decode(const gms_frame_t *frame, gms_image_t *image)
{
    assert_int_equal(gms_jpeg_decode_gray(jpeg, frame->jpeg, frame->jpeg_size,
                                          image), GMS_OK);
}


/* Mean level in a disc of this radius round a place of the card. */
static double
level_at(const gms_image_t *image, const double h[9], double x, double y,
    int radius)
{
    int     n = 0;
    double  u, v, sum = 0;

    assert_int_equal(gms_homography_apply(h, x, y, &u, &v), GMS_OK);

    for (int j = -radius; j <= radius; j++) {
        for (int i = -radius; i <= radius; i++) {
            if (i * i + j * j <= radius * radius) {
                sum += image->px[((int) lround(v) + j) * image->stride
                                 + (int) lround(u) + i];
                n++;
            }
        }
    }

    return sum / n;
}


/* Each shot: whole paper in the frame before it, a hole in its frame. */
static void
truth_is_seen(void **state)
{
    double               h[9], before, after, worst = 255;
    size_t               known = 0, fired;
    gms_truth_t          truth[40];
    gms_frame_t          frame;
    gms_image_t          image[2] = { { 0 }, { 0 } };
    gms_source_t         s;
    gms_source_config_t  config = config_of(
        "simulate: seed=5 fps=5 shots=30 interval=1 pause=0 first=1 noise=0 "
        "backer=white overlap=0 sigma=20");

    (void) state;
    open_source(&s, &config);
    assert_int_equal(gms_source_simulate_homography(&s, h), GMS_OK);

    for (uint64_t i = 0; next(&s, &frame) == GMS_OK; i++) {
        assert_int_equal(frame.id, i);
        decode(&frame, &image[i & 1]);
        fired = gms_source_truth(&s, known, truth, 40);

        for (size_t k = 0; k < fired; k++) {
            assert_int_equal(truth[k].n, known + k + 1);
            assert_int_equal(truth[k].frame, i);
            assert_true(hypot(truth[k].x_mm, truth[k].y_mm) < 80);

            if (hypot(truth[k].x_mm, truth[k].y_mm) > 26) {
                continue; /* white backer: clear in the black alone */
            }

            before = level_at(&image[~i & 1], h, truth[k].x_mm, truth[k].y_mm,
                              4);
            after = level_at(&image[i & 1], h, truth[k].x_mm, truth[k].y_mm,
                             4);
            worst = fmin(worst, after - before);
        }

        known += fired;
    }

    assert_int_equal(known, 30);
    assert_true(worst > 50);
    assert_true(worst < 200);

    gms_image_free(&image[0]);
    gms_image_free(&image[1]);
    gms_source_close(&s);
}


/* The centre of what changed is where the shot was fired. */
static void
hole_is_centred(void **state)
{
    double               h[9], b[9], x, y, u, v, m, sum, sx, sy, mean = 0;
    int                  shots = 0;
    gms_truth_t          truth;
    gms_frame_t          frame;
    gms_image_t          clean = { 0 }, torn = { 0 };
    gms_source_t         s;
    gms_source_config_t  config = config_of(
        "simulate: seed=9 fps=2 shots=12 interval=2 pause=0 first=1 noise=0 "
        "backer=dark overlap=0 sigma=60 quality=95");

    (void) state;
    open_source(&s, &config);
    assert_int_equal(gms_source_simulate_homography(&s, h), GMS_OK);
    assert_int_equal(gms_homography_invert(b, h), GMS_OK);

    while (next(&s, &frame) == GMS_OK) {
        decode(&frame, &torn);

        if (gms_source_truth(&s, (size_t) shots, &truth, 1) == 1) {
            shots++;
            sum = sx = sy = 0;
            gms_homography_apply(h, truth.x_mm, truth.y_mm, &u, &v);

            for (int j = -14; j <= 14; j++) {
                for (int i = -14; i <= 14; i++) {
                    int  px = (int) u + i, py = (int) v + j;

                    m = fabs((double) clean.px[py * clean.stride + px]
                             - torn.px[py * torn.stride + px]);

                    if (m > 20) {
                        gms_homography_apply(b, px, py, &x, &y);
                        sum += m;
                        sx += m * x;
                        sy += m * y;
                    }
                }
            }

            assert_true(sum > 0);
            m = hypot(sx / sum - truth.x_mm, sy / sum - truth.y_mm);
            assert_true(m < 0.8);
            mean += m / 12;
        }

        decode(&frame, &clean);
    }

    assert_int_equal(shots, 12);
    assert_true(mean < 0.35);
    gms_image_free(&clean);
    gms_image_free(&torn);
    gms_source_close(&s);
}


static void
upright(void **state)
{
    double               h[9], u, v, u2, v2;
    gms_source_t         s;
    gms_source_config_t  config = config_of("simulate: shots=0");

    (void) state;
    open_source(&s, &config);
    assert_int_equal(gms_source_simulate_homography(&s, h), GMS_OK);
    gms_homography_apply(h, 0, 0, &u, &v);
    gms_homography_apply(h, 50, 50, &u2, &v2);
    assert_true(u2 > u + 100);
    assert_true(v2 < v - 100);
    gms_source_close(&s);
    assert_int_equal(gms_source_simulate_homography(&s, h), GMS_EINVALID);
}


/* FNV-1a over every byte of every frame. */
static uint64_t
fingerprint(const char *text, size_t *frames)
{
    uint64_t             hash = UINT64_C(0xcbf29ce484222325);
    gms_frame_t          frame;
    gms_source_t         s;
    gms_source_config_t  config = config_of(text);

    open_source(&s, &config);
    *frames = 0;

    while (next(&s, &frame) == GMS_OK) {
        for (size_t i = 0; i < frame.jpeg_size; i++) {
            hash = (hash ^ frame.jpeg[i]) * UINT64_C(0x100000001b3);
        }

        ++*frames;
    }

    gms_source_close(&s);

    return hash;
}


static void
repeatable(void **state)
{
    size_t       n[3];
    uint64_t     a, b, c;
    const char  *rough = "simulate: seed=3 fps=4 size=640x360 shots=5 "
                         "cadence=rapid shake=1 sway=2 drift=0.1 "
                         "flicker=0.05 shadow=0.3";

    (void) state;
    a = fingerprint(rough, &n[0]);
    b = fingerprint(rough, &n[1]);
    c = fingerprint("simulate: seed=4 fps=4 size=640x360 shots=5 "
                    "cadence=rapid", &n[2]);

    assert_true(a == b);
    assert_int_equal(n[0], n[1]);
    assert_true(a != c);

    /* 3 s, four gaps of about 0.8 s, and 2 s to look at it */
    assert_in_range(n[0], 30, 36);
}


static void
refused(void **state)
{
    char                 err[300];
    gms_source_t         s;
    gms_source_config_t  config;

    static const struct {
        const char  *text;
        const char  *says;
    } table[] = {
        { "simulate: sped=1", "no option sped" },
        { "simulate: tilt=90", "tilt=90 must be a number from 0 to 60" },
        { "simulate: paper=5", "every 12 s at most" },
        { "simulate: tilt=much", "must be a number" },
        { "simulate: tilt=nan", "must be a number" },
        { "simulate: backer=blue", "dark, grey, white" },
        { "simulate: cadence=fast", "steady, slow, rapid, casual" },
        { "simulate: shots=100000", "from 0 to 1000" },
        { "simulate: size=64x64", "size=64x64" },
    };

    (void) state;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        config = config_of(table[i].text);
        gms_source_init(&s, &config);
        assert_int_equal(gms_source_open(&s, err, sizeof(err)), GMS_EINVALID);

        if (strstr(err, table[i].says) == NULL) {
            fail_msg("%s: \"%s\"", table[i].text, err);
        }

        gms_source_close(&s);
    }

    config = config_of("simulate:");
    config.face = NULL;
    gms_source_init(&s, &config);
    assert_int_equal(gms_source_open(&s, err, sizeof(err)), GMS_EINVALID);
}


static void
faces(void **state)
{
    gms_face_t           rifle;
    gms_frame_t          frame;
    gms_source_t         s;
    gms_source_config_t  config = config_of("simulate: shots=3 first=0");

    (void) state;

    /* one ring, no black, no card; then an air rifle's dot */
    memset(&rifle, 0, sizeof(rifle));
    rifle.rings = 1;
    rifle.ring[0].value = 10;
    rifle.ring[0].diameter_mm = 0.5;
    config.face = &rifle;
    open_source(&s, &config);
    assert_int_equal(next(&s, &frame), GMS_OK);
    gms_source_close(&s);

    rifle.rings = 10;
    rifle.black_mm = 30.5;
    rifle.inner_mm = 0.5;
    rifle.inner_shot_out = true;
    for (int i = 0; i < 10; i++) {
        rifle.ring[i].value = 10 - i;
        rifle.ring[i].diameter_mm = 0.5 + 5 * i;
    }
    open_source(&s, &config);
    assert_int_equal(next(&s, &frame), GMS_OK);
    gms_source_close(&s);
}


static void
lane_clock(void **state)
{
    size_t               n;
    uint64_t             id;
    gms_truth_t          truth[10], again[10];
    gms_scene_t          scene = { 0, 0, 0 };
    gms_memory_t         m;
    gms_frame_t          frame;
    gms_source_t         s;
    gms_memory_spec_t    spec = { 0 };
    gms_source_config_t  config = config_of(
        "simulate: size=320x240 fps=60 shots=5 first=0.05 interval=0.05 "
        "jitter=0 series=0");

    (void) state;
    assert_int_equal(gms_memory_create(&m, "test", &spec), GMS_OK);
    config.memory = &m;
    open_source(&s, &config);

    /* nobody began: clean paper, real time */
    for (int i = 0; i < 12; i++) {
        assert_int_equal(next(&s, &frame), GMS_OK);
    }

    assert_true(frame.id >= 11);
    assert_int_equal(gms_source_truth(&s, 0, truth, 10), 0);

    /* begun 0.16 s ago: shots at 0.05, 0.10, 0.15 */
    scene.start_ns = gms_clock_mono_ns() - 160 * GMS_MS;
    scene.stop_ns = scene.start_ns + 170 * GMS_MS;
    gms_memory_set_scene(&m, &scene);
    usleep(40000);
    assert_int_equal(next(&s, &frame), GMS_OK);
    n = gms_source_truth(&s, 0, truth, 10);
    assert_int_equal(n, 3);
    assert_int_equal(gms_source_truth(&s, 2, again, 10), 1);
    assert_true(llabs(truth[2].real_ns - gms_clock_real_ns()) < GMS_S);

    /* the process dies: its successor shows the same paper */
    gms_source_close(&s);
    open_source(&s, &config);
    assert_int_equal(next(&s, &frame), GMS_OK);
    assert_int_equal(gms_source_truth(&s, 0, again, 10), 3);

    for (int i = 0; i < 3; i++) {
        assert_true(again[i].x_mm == truth[i].x_mm);
        assert_true(again[i].y_mm == truth[i].y_mm);
    }

    /* it never ends on a lane; stopped, no further shot falls */
    for (int i = 0; i < 5; i++) {
        assert_int_equal(next(&s, &frame), GMS_OK);
        id = frame.id;
        assert_int_equal(next(&s, &frame), GMS_OK);
        assert_true(frame.id > id);
    }

    assert_int_equal(gms_source_truth(&s, 0, again, 10), 3);

    /* new paper */
    scene.turn = 1;
    scene.start_ns = scene.stop_ns = 0;
    gms_memory_set_scene(&m, &scene);
    assert_int_equal(next(&s, &frame), GMS_OK);
    assert_int_equal(gms_source_truth(&s, 0, again, 10), 0);

    scene.start_ns = gms_clock_mono_ns() - GMS_S;
    gms_memory_set_scene(&m, &scene);
    usleep(40000);
    assert_int_equal(next(&s, &frame), GMS_OK);
    assert_int_equal(gms_source_truth(&s, 0, again, 10), 5);
    assert_int_equal(again[0].turn, 1);
    assert_true(again[0].x_mm != truth[0].x_mm);

    gms_source_close(&s);
    gms_memory_close(&m);
}


static void
overlaps(void **state)
{
    int                  close = 0;
    size_t               n;
    gms_truth_t          t[60];
    gms_frame_t          frame;
    gms_source_t         s;
    gms_source_config_t  config = config_of(
        "simulate: size=320x240 fps=1 shots=40 interval=0.05 pause=0 "
        "first=0 overlap=0.5");

    (void) state;
    open_source(&s, &config);

    while (next(&s, &frame) == GMS_OK) {
        /* to the end */
    }

    n = gms_source_truth(&s, 0, t, 60);
    assert_int_equal(n, 40);

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            double  d = hypot(t[i].x_mm - t[k].x_mm, t[i].y_mm - t[k].y_mm);

            /* half of a disc is covered when centres are 0.4 D apart */
            assert_true(d > 0.36 * 4.5);
            close += d < 4.5;
        }
    }

    assert_true(close > 3);
    gms_source_close(&s);
}


/* One picture of a scene, at t seconds after its start, as it is before any
 * JPEG. */
static const gms_image_t *
scene(gms_scenery_t *s, const char *text, double t)
{
    char                 err[300];
    gms_source_config_t  config = config_of(text);

    if (s->frame.px == NULL) {
        memset(s, 0, sizeof(gms_scenery_t));
        assert_int_equal(gms_options_read(gms_scenery_table, &config.camera,
                                          "simulate:", &s->options, err,
                                          sizeof(err)), GMS_OK);
        s->face = pistol;
        s->caliber_mm = 4.5;
        s->width = 640;
        s->height = 480;
        s->fps = config.camera.fps;

        if (gms_scenery_open(s, err, sizeof(err)) != GMS_OK) {
            fail_msg("%s", err);
        }
    }

    gms_scenery_fire(s, (int64_t) (t * 1e9));

    return gms_scenery_frame(s, (int64_t) (t * 1e9));
}


/* Mean absolute difference of two pictures in a box. */
static double
difference(const gms_image_t *a, const gms_image_t *b, int x0, int y0, int x1,
    int y1)
{
    double  sum = 0;

    for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++) {
            sum += abs(a->px[y * a->stride + x] - b->px[y * b->stride + x]);
        }
    }

    return sum / (x1 - x0) / (y1 - y0);
}


static void
keep(gms_image_t *copy, const gms_image_t *image)
{
    assert_int_equal(gms_image_resize(copy, image->width, image->height),
                     GMS_OK);

    for (int y = 0; y < image->height; y++) {
        memcpy(copy->px + y * copy->stride, image->px + y * image->stride,
               (size_t) image->width);
    }
}


/* How far the small square of a about (x, y) has moved in b, whole px. */
static void
moved(const gms_image_t *a, const gms_image_t *b, int x, int y, int half,
    int *dx, int *dy)
{
    double  best = 1e18;

    *dx = *dy = 0;

    for (int j = -8; j <= 8; j++) {
        for (int i = -8; i <= 8; i++) {
            double  sum = 0;

            for (int v = -half; v <= half; v++) {
                for (int u = -half; u <= half; u++) {
                    double d = a->px[(y + v) * a->stride + x + u]
                        - b->px[(y + v + j) * b->stride + x + u + i];

                    sum += d * d;
                }
            }

            if (sum < best) {
                best = sum;
                *dx = i;
                *dy = j;
            }
        }
    }
}


static void
recoil(void **state)
{
    int                 dx, dy;
    double              far = 0;
    gms_image_t         before = { 0 };
    gms_scenery_t       s = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: seed=2 noise=0 recoil=6 first=1 "
                               "interval=1 pause=0 jitter=0 shots=8";

    (void) state;
    keep(&before, scene(&s, text, 0.9));

    for (int k = 0; k < 8; k++) {
        now = scene(&s, text, 1.001 + k);
        moved(&before, now, 320, 240, 60, &dx, &dy);
        far = hypot(dx, dy);
        assert_in_range(lround(far), 5, 7);

        now = scene(&s, text, 1.121 + k);
        moved(&before, now, 320, 240, 60, &dx, &dy);
        assert_true(dx == 0 && dy == 0);
    }

    gms_image_free(&before);
    gms_scenery_close(&s);
}


static void
bends(void **state)
{
    int                 dx[2], dy[2], apart = 0, far = 0;
    gms_image_t         flat = { 0 };
    gms_scenery_t       s = { 0 }, bent = { 0 };
    const gms_image_t  *now;

    (void) state;
    keep(&flat, scene(&s, "simulate: seed=2 noise=0 shots=0", 0));

    for (int t = 0; t < 30; t++) {
        now = scene(&bent, "simulate: seed=2 noise=0 shots=0 bend=5", t);

        /* the numbers left and right of the black, and below it */
        moved(&flat, now, 200, 243, 30, &dx[0], &dy[0]);
        moved(&flat, now, 320, 370, 30, &dx[1], &dy[1]);

        apart += abs(dx[0] - dx[1]) + abs(dy[0] - dy[1]) > 1;
        far = abs(dx[0]) > far ? abs(dx[0]) : far;
        far = abs(dy[1]) > far ? abs(dy[1]) : far;
    }

    assert_true(apart > 10);
    assert_in_range(far, 2, 6);
    gms_image_free(&flat);
    gms_scenery_close(&s);
    gms_scenery_close(&bent);
}


static void
exposure_steps(void **state)
{
    int            steps = 0;
    double         last = 0, level;
    gms_scenery_t  s = { 0 };
    const char    *text = "simulate: seed=2 noise=0 shots=0 step=0.2";

    (void) state;

    for (int i = 0; i < 120; i++) {
        const gms_image_t  *now = scene(&s, text, i * 0.5);

        level = now->px[60 * now->stride + 150];
        steps += i > 0 && fabs(level / last - 1) > 0.05;
        assert_true(i == 0 || fabs(level / last - 1) < 0.25);
        last = level;
    }

    assert_in_range(steps, 4, 16);
    gms_scenery_close(&s);
}


/* Levels in a torn hole and beside it. */
static void
ragged(void **state)
{
    int                 black = 0, paper = 0, lips = 0, far = 0;
    double              u, v;
    gms_image_t         clean = { 0 };
    gms_scenery_t       s = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: seed=6 noise=0 tears=ragged shots=40 "
                               "blur=0.5 interval=1 jitter=0 pause=0 first=1 "
                               "sigma=35 overlap=0 fill=1";

    (void) state;

    for (int k = 0; k < 40; k++) {
        int     n = 0, change, dark = 255;
        double  r, up = 0, out = 0;

        keep(&clean, scene(&s, text, k + 0.5));
        now = scene(&s, text, k + 1.5);
        r = hypot(s.shot[k].x_mm, s.shot[k].y_mm);
        gms_scenery_to_px(&s, s.shot[k].x_mm, s.shot[k].y_mm, &u, &v);

        if (fabs(r - pistol.black_mm / 2) < 4.5) {
            continue;
        }

        for (int j = -13; j <= 13; j++) {
            for (int i = -13; i <= 13; i++) {
                int  at = ((int) lround(v) + j) * now->stride
                    + (int) lround(u) + i;

                change = now->px[at] - clean.px[at];
                dark = now->px[at] < dark ? now->px[at] : dark;
                up = fmax(up, change);

                if (abs(change) > 25) {
                    out = fmax(out, hypot(i, j));
                    n++;
                }
            }
        }

        assert_true(n > 20);
        far += out > 7;

        if (r < pistol.black_mm / 2) {
            black++;
            assert_in_range(dark, 3, 14);
            lips += up > 35;
        } else {
            paper++;
            assert_in_range(dark, 20, 80);
        }
    }

    assert_true(black > 5 && paper > 5);
    assert_true(lips > black * 3 / 4);
    assert_true(far > 4); /* tears reach beyond the bullet's disc: 6.2 px */
    gms_image_free(&clean);
    gms_scenery_close(&s);
}


static void
old_holes(void **state)
{
    gms_image_t          clean = { 0 };
    gms_truth_t          truth[10];
    gms_frame_t          frame;
    gms_source_t         source;
    gms_scenery_t        s = { 0 }, used = { 0 };
    gms_source_config_t  config = config_of("simulate: seed=4 old=7 shots=2");

    (void) state;
    keep(&clean, scene(&s, "simulate: seed=4 noise=0", 0));
    assert_true(difference(&clean, scene(&used,
        "simulate: seed=4 noise=0 old=7", 0), 100, 20, 540, 460) > 0.05);

    open_source(&source, &config);

    while (next(&source, &frame) == GMS_OK) {
        /* to the end */
    }

    assert_int_equal(gms_source_truth(&source, 0, truth, 10), 2);
    gms_source_close(&source);
    gms_image_free(&clean);
    gms_scenery_close(&s);
    gms_scenery_close(&used);
}


/* The black's edge: sharpened, it overshoots on both sides. */
static void
halos(void **state)
{
    int                 low[2] = { 255, 255 }, high[2] = { 0, 0 };
    double              u, v;
    gms_scenery_t       s[2];
    const gms_image_t  *now;

    (void) state;

    memset(s, 0, sizeof(s));

    for (int i = 0; i < 2; i++) {
        now = scene(&s[i], i ? "simulate: noise=0 shots=0 sharpen=1.5"
                             : "simulate: noise=0 shots=0", 0);

        /* off the numbers and between the lines of rings */
        gms_scenery_to_px(&s[i], 21, 21, &u, &v);

        for (int x = (int) u - 9; x <= (int) u + 9; x++) {
            int  level = now->px[(int) v * now->stride + x];

            low[i] = level < low[i] ? level : low[i];
            high[i] = level > high[i] ? level : high[i];
        }
    }

    assert_true(low[1] < low[0] - 8);
    assert_true(high[1] > high[0] + 8);
    gms_scenery_close(&s[0]);
    gms_scenery_close(&s[1]);
}


static void
clock_runs(void **state)
{
    gms_image_t         first = { 0 }, plain = { 0 };
    gms_scenery_t       s = { 0 }, none = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: noise=0 shots=0 clock=1";

    (void) state;
    keep(&plain, scene(&none, "simulate: noise=0 shots=0", 0));
    keep(&first, scene(&s, text, 0));
    assert_true(difference(&plain, &first, 0, 0, 320, 30) > 5);
    assert_true(difference(&plain, &first, 0, 40, 640, 480) == 0);

    now = scene(&s, text, 0.4);
    assert_true(difference(&first, now, 0, 0, 640, 480) < 0.2);
    now = scene(&s, text, 1.1);
    assert_true(difference(&first, now, 0, 0, 320, 30) > 0.05);

    gms_image_free(&first);
    gms_image_free(&plain);
    gms_scenery_close(&none);
    gms_scenery_close(&s);
}


static void
hands(void **state)
{
    int            here = 0, visits = 0;
    bool           in = false;
    gms_image_t    empty = { 0 };
    gms_scenery_t  s = { 0 };
    const char    *text = "simulate: noise=0 shots=0 hand=10";

    (void) state;
    keep(&empty, scene(&s, text, 0));

    for (int i = 0; i < 60; i++) {
        bool  now = difference(&empty, scene(&s, text, i / 2.0), 100, 20, 540,
                               460) > 3;

        here += now;
        visits += now && !in;
        in = now;
    }

    assert_int_equal(visits, 3);
    assert_in_range(here, 3 * 2, 3 * 4 * 2); /* halves of a second */
    gms_image_free(&empty);
    gms_scenery_close(&s);
}


static void
pairs(void **state)
{
    gms_scenery_t  s = { 0 };

    (void) state;
    scene(&s, "simulate: pairs=0.85 shots=40 overlap=0", 0);

    for (int k = 0; k < 40; k += 2) {
        double  d = hypot(s.shot[k].x_mm - s.shot[k + 1].x_mm,
                          s.shot[k].y_mm - s.shot[k + 1].y_mm);

        assert_true(fabs(d - 0.15 * 4.5) < 1e-9);
        assert_true(fabs(s.shot[k + 1].overlap - 0.85) < 1e-9);
        assert_true(s.shot[k].overlap < 0.3);
    }

    gms_scenery_close(&s);
}


/* Shots a picture, and gaps from picture to picture. */
static void
stills(void **state)
{
    int                  groups[4] = { 0 }, same = 0;
    size_t               n, known = 0, frames = 0, size = 0;
    int64_t              last = 0, gap, least = INT64_MAX, most = 0;
    uint8_t             *jpeg_last = malloc(1 << 20);
    gms_truth_t          truth[60];
    gms_frame_t          frame;
    gms_source_t         s;
    gms_source_config_t  config = config_of(
        "simulate: seed=8 fps=2 size=320x240 shots=60 interval=3 pause=0 "
        "together=3 uneven=0.6 repeat=0.25");

    (void) state;
    assert_non_null(jpeg_last);
    open_source(&s, &config);

    while (next(&s, &frame) == GMS_OK) {
        gap = frame.mono_ns - last;

        if (frames++ > 0) {
            least = gap < least ? gap : least;
            most = gap > most ? gap : most;
            same += frame.jpeg_size == size
                && memcmp(frame.jpeg, jpeg_last, size) == 0;
        }

        last = frame.mono_ns;
        size = frame.jpeg_size;
        assert_true(size < 1 << 20);
        memcpy(jpeg_last, frame.jpeg, size);

        n = gms_source_truth(&s, known, truth, 60);
        known += n;
        assert_true(n <= 6);
        groups[n > 3 ? 3 : n]++;
    }

    assert_int_equal(known, 60);
    assert_true(groups[1] > 5 && groups[2] > 5 && groups[3] > 5);
    assert_true(least < 300 * GMS_MS && most > 700 * GMS_MS);
    assert_true(same > 0.15 * (double) frames && same < 0.35 * (double) frames);

    free(jpeg_last);
    gms_source_close(&s);
}


/* Mean level of the paper between the rings two and one, left of the black. */
static double
paper_level(const gms_scenery_t *s, const gms_image_t *image)
{
    return level_at(image, s->mm_to_px, -71.5, 9, 3);
}


static void
turns_away(void **state)
{
    int                 dx, dy;
    double              since;
    gms_image_t         face = { 0 };
    gms_scenery_t       s = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: seed=3 noise=0 shown=3 away=4 "
                               "shots=40 interval=0.6 pause=0";

    (void) state;
    keep(&face, scene(&s, text, 0.1));

    for (int k = 0; k < 40; k++) {
        since = fmod((double) s.shot[k].at_ns / 1e9, 7);
        assert_true(since > 0.15 && since < 2.9);
        assert_true(k == 0 || s.shot[k].at_ns > s.shot[k - 1].at_ns);
    }

    assert_true(difference(&face, scene(&s, text, 3.15), 100, 20, 540, 460) > 5);

    for (int i = 0; i < 4; i++) {
        assert_true(difference(&face, scene(&s, text, 3.4 + i), 100, 20, 540,
                               460) > 60);
    }

    for (int i = 1; i < 4; i++) {
        now = scene(&s, text, 7.0 * i + 0.05);
        moved(&face, now, 200, 243, 30, &dx, &dy);
        assert_true(abs(dx) <= 2 && abs(dy) <= 2);
        assert_true(difference(&face, now, 100, 20, 540, 460) < 15);
    }

    gms_image_free(&face);
    gms_scenery_close(&s);
}


/* In two minutes: seconds with an insect, and such in which none moved. */
static void
insects(void **state)
{
    int                 there = 0, gone = 0, still = 0, crawls = 0;
    double              d;
    gms_image_t         empty = { 0 }, last = { 0 };
    gms_scenery_t       s = { 0 }, none = { 0 };
    const gms_image_t  *now;

    (void) state;
    keep(&empty, scene(&none, "simulate: seed=3 noise=0 shots=0", 0));

    for (int i = 0; i < 120; i++) {
        now = scene(&s, "simulate: seed=3 noise=0 shots=0 insects=1", i);
        d = difference(&empty, now, 100, 20, 540, 460);
        assert_true(d < 0.5);

        if (d > 0.005) {
            there++;

            if (last.px != NULL) {
                d = difference(&last, now, 100, 20, 540, 460);
                still += d == 0;
                crawls += d > 0;
            }
        } else {
            gone++;
        }

        keep(&last, now);
    }

    assert_true(there > 15 && gone > 15);
    assert_true(still > 4 && crawls > 4);
    gms_image_free(&empty);
    gms_image_free(&last);
    gms_scenery_close(&none);
    gms_scenery_close(&s);
}


static void
people_walk_by(void **state)
{
    int            visits = 0, behind = 0, last = -1;
    gms_image_t    empty = { 0 };
    gms_scenery_t  s = { 0 };
    const char    *text = "simulate: noise=0 shots=0 people=8";

    (void) state;
    keep(&empty, scene(&s, text, 0));

    for (int i = 0; i < 120; i++) {
        const gms_image_t  *now = scene(&s, text, i * 2 / 3.0);
        double              card = difference(&empty, now, 130, 40, 510, 440);
        double              wall = difference(&empty, now, 0, 0, 60, 480);

        if (card > 20 && last != i / 12) {
            visits++;
            last = i / 12;
        }

        behind += wall > 10 && card == 0;
    }

    assert_in_range(visits, 4, 9); /* of ten; some go behind the card */
    assert_true(behind > 0);
    gms_image_free(&empty);
    gms_scenery_close(&s);
}


static void
lamps_go_off(void **state)
{
    double         day, off, later, bright = 0, again;
    gms_scenery_t  s = { 0 };
    const char    *text = "simulate: seed=2 noise=0 shots=0 lamps=20";

    (void) state;
    day = paper_level(&s, scene(&s, text, 19.9));
    off = paper_level(&s, scene(&s, text, 20.3));
    later = paper_level(&s, scene(&s, text, 22.5));

    for (int i = 0; i < 80; i++) {
        bright = fmax(bright, paper_level(&s, scene(&s, text, 23 + i / 10.0)));
    }

    again = paper_level(&s, scene(&s, text, 38));
    assert_true(off < 0.6 * day);
    assert_true(later > 1.3 * off && later < 0.95 * day);
    assert_true(bright > 1.1 * day);
    assert_true(fabs(again - day) < 1.5);
    gms_scenery_close(&s);
}


static void
night_falls(void **state)
{
    double              paper[3], ink[3];
    gms_scenery_t       s = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: seed=2 noise=0 shots=0 night=20";

    (void) state;

    for (int i = 0; i < 3; i++) {
        now = scene(&s, text, 15 + 20 * i);
        paper[i] = paper_level(&s, now);
        ink[i] = level_at(now, s.mm_to_px, 9, 9, 2);
    }

    assert_true(ink[0] / paper[0] < 0.3);
    assert_true(ink[1] / paper[1] > 0.45);
    assert_true(paper[1] < paper[0] - 10);
    assert_true(fabs(ink[2] - ink[0]) < 1.5);
    gms_scenery_close(&s);
}


/* Shots lie in the sheet that hangs when they fall: dark where truth says,
 * whole paper or a paster where another sheet had a hole. */
static void
paper_changes(void **state)
{
    int                  fresh = 0, pasted = 0, far = 0;
    size_t               n, known = 0;
    double               work, before = 0;
    gms_frame_t          frame;
    gms_image_t          image = { 0 };
    gms_truth_t          truth[60];
    gms_source_t         s;
    gms_scenery_t        plan = { 0 };
    const char          *text = "simulate: seed=3 fps=2 noise=0 paper=14 "
                                "size=480x360 shots=16 interval=2 pause=0 "
                                "first=1 sigma=25 overlap=0";
    gms_source_config_t  config = config_of(text);

    (void) state;
    scene(&plan, text, 0);

    for (int k = 0; k < 16; k++) {
        const gms_scenery_shot_t  *shot = &plan.shot[k];

        work = fmod((double) shot->at_ns / 1e9, 14);
        assert_true(work < 13.6 && (shot->sheet == 0 || work > 5.9));
    }

    for (uint64_t sheet = 1; sheet <= 12; sheet++) {
        double   m[9];
        uint8_t  hole[30];

        gms_scenery_sheet_pose(&plan, sheet, m);
        assert_true(hypot(m[2], m[5]) <= 20 && fabs(asin(m[3])) < 0.0351);
        far += hypot(m[2], m[5]) > 5;

        memset(hole, GMS_SCENERY_OPEN, sizeof(hole));
        gms_scenery_sheet_change(&plan, sheet, hole, 30);
        fresh += hole[0] == GMS_SCENERY_GONE;
        pasted += hole[0] == GMS_SCENERY_OPEN
            && hole[20] == GMS_SCENERY_PASTED;
    }

    assert_true(fresh > 1 && pasted > 1 && far > 3);
    open_source(&s, &config);

    while (next(&s, &frame) == GMS_OK) {
        n = gms_source_truth(&s, known, truth, 60);
        known += n;

        if (n != 1 || hypot(truth[0].x_mm, truth[0].y_mm) < 33) {
            continue;
        }

        decode(&frame, &image);
        before = image.px[(int) lround(truth[0].y_px) * image.stride
                          + (int) lround(truth[0].x_px)];
        assert_true(before < 90);
    }

    assert_int_equal(known, 16);
    assert_true(before > 0);
    gms_image_free(&image);
    gms_source_close(&s);
    gms_scenery_close(&plan);
}


/* Largest step from pixel to pixel along the black's edge. */
static double
sharpness(const gms_scenery_t *s, const gms_image_t *image)
{
    int     best = 0;
    double  u, v;

    gms_scenery_to_px(s, -22, 20, &u, &v);

    for (int x = (int) u - 12; x < (int) u + 12; x++) {
        const uint8_t  *p = image->px + (int) v * image->stride + x;

        best = abs(p[1] - p[0]) > best ? abs(p[1] - p[0]) : best;
    }

    return best;
}


static void
camera_moves(void **state)
{
    double              u, v, sharp;
    gms_scenery_t       s = { 0 };
    const gms_image_t  *now;
    const char         *text = "simulate: seed=3 noise=0 shots=20 first=0.5 "
                               "interval=0.1 pause=0 overlap=0 sigma=20";

    (void) state;
    sharp = sharpness(&s, scene(&s, text, 4));
    gms_scenery_to_px(&s, 10, 10, &u, &v);
    assert_int_equal(gms_scenery_camera(&s, 5, 0, 0, 0), GMS_EINVALID);
    assert_int_equal(gms_scenery_camera(&s, 1.5, 20, -10, 0), GMS_OK);

    /* out of focus at first, sharp after a second */
    assert_true(sharpness(&s, scene(&s, text, 4.02)) < sharp / 3);
    now = scene(&s, text, 5.2);
    assert_true(sharpness(&s, now) > 0.8 * sharp);

    u = 319.5 + 1.5 * (u - 319.5) + 20;
    v = 239.5 + 1.5 * (v - 239.5) - 10;

    double  x, y;

    gms_scenery_to_px(&s, 10, 10, &x, &y);
    assert_true(hypot(x - u, y - v) < 1e-6);

    for (int k = 0; k < 20; k++) {
        if (hypot(s.shot[k].x_mm, s.shot[k].y_mm) < 40) {
            assert_true(level_at(now, s.mm_to_px, s.shot[k].x_mm,
                                 s.shot[k].y_mm, 2) < 60);
        }
    }

    gms_scenery_close(&s);

    /* and by the option */
    memset(&s, 0, sizeof(s));
    text = "simulate: shots=0 zoom=0.5 zoom_at=2";
    scene(&s, text, 1.9);
    assert_true(s.camera.zoom == 1);
    scene(&s, text, 2);
    assert_true(s.camera.zoom == 0.5);
    gms_scenery_close(&s);
}


static void
bad_scenes(void **state)
{
    double         low = 255, high = 0, level, sum = 0;
    gms_image_t    plain = { 0 };
    gms_scenery_t  s = { 0 };

    (void) state;
    keep(&plain, scene(&s, "simulate: noise=0 shots=0", 0));
    gms_scenery_close(&s);

    assert_true(paper_level(&s, scene(&s, "simulate: noise=0 shots=0 glare=2",
                                      0)) > 254);
    gms_scenery_close(&s);
    assert_true(paper_level(&s, scene(&s, "simulate: noise=0 shots=0 glare=0.2",
                                      0)) < 50);
    gms_scenery_close(&s);

    for (int i = 0; i < 40; i++) {
        level = paper_level(&s, scene(&s, "simulate: noise=0 shots=0 hunt=0.2",
                                      i / 10.0));
        low = fmin(low, level);
        high = fmax(high, level);
    }

    assert_true(high / low > 1.25);
    gms_scenery_close(&s);

    /* haze: ink is paler, paper grayer */
    level = level_at(scene(&s, "simulate: noise=0 shots=0 dirt=0.5", 0),
                     s.mm_to_px, 9, 9, 2);
    assert_true(level > 1.15 * level_at(&plain, s.mm_to_px, 9, 9, 2));
    assert_true(difference(&plain, &s.frame, 200, 100, 440, 380) > 15);
    gms_scenery_close(&s);

    scene(&s, "simulate: noise=0 shots=0 hide=0.4", 0);

    for (int j = -40; j <= 40; j++) {
        for (int i = -40; i <= 40; i++) {
            double  x, y;

            gms_scenery_to_px(&s, 2 * i, 2 * j, &x, &y);
            sum += s.through.px[(int) y * s.through.stride + (int) x] < 128;
        }
    }

    assert_true(fabs(sum / (81 * 81) - 0.4) < 0.05);
    gms_scenery_close(&s);
    gms_image_free(&plain);
}


/* Where numbers are, by which a calibration tells up from down. */
static void
numbers(void **state)
{
    char                 err[300];
    double               left, above;
    gms_scenery_t        s = { 0 };
    const gms_image_t   *now;
    gms_source_config_t  config = config_of("simulate: noise=0 shots=0 tilt=0");

    (void) state;
    assert_int_equal(gms_options_read(gms_scenery_table, &config.camera,
                                      "simulate:", &s.options, err,
                                      sizeof(err)), GMS_OK);
    snprintf(s.face.name, sizeof(s.face.name), "issf-25m-rapid-fire-pistol");
    s.face.rings = 6;
    s.face.black_mm = 500;
    s.face.card_mm = 550;
    s.caliber_mm = 5.6;
    s.width = s.height = 800;

    for (int i = 0; i < 6; i++) {
        s.face.ring[i].value = 10 - i;
        s.face.ring[i].diameter_mm = 100 + 80 * i;
    }

    assert_int_equal(gms_scenery_open(&s, err, sizeof(err)), GMS_OK);
    now = gms_scenery_frame(&s, 0);

    /* a white bar from ring to ring on the left, a number and ink above */
    left = level_at(now, s.mm_to_px, -138, 0, 1);
    above = level_at(now, s.mm_to_px, 0, 130 + 3, 1);
    assert_true(left > 150);
    assert_true(above < 80);
    gms_scenery_close(&s);
}


/* Every option is in the table of the document, in this order of words. */
static void
documented(void **state)
{
    char    *text, row[64];
    long     size;
    FILE    *f = fopen("docs/simulate.md", "r");

    (void) state;
    assert_non_null(f);
    text = calloc(1, 65536);
    assert_non_null(text);
    size = (long) fread(text, 1, 65535, f);
    fclose(f);
    assert_true(size > 0);

    for (const gms_option_t *o = gms_scenery_table; o->key != NULL; o++) {
        snprintf(row, sizeof(row), "| `%s` |", o->key);

        if (strstr(text, row) == NULL || strstr(text, o->text) == NULL) {
            fail_msg("docs/simulate.md lacks %s or its text \"%s\"", o->key,
                     o->text);
        }
    }

    free(text);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "every shot shows first in the frame that truth names",
          .test_func = truth_is_seen },
        { .name = "a hole is where its shot was fired",
          .test_func = hole_is_centred },
        { .name = "the card stands upright: y runs up", .test_func = upright },
        { .name = "one seed gives one range, byte for byte",
          .test_func = repeatable },
        { .name = "an option that means nothing is named in a sentence",
          .test_func = refused },
        { .name = "any face can be shot at", .test_func = faces },
        { .name = "on a lane paper and shots survive the process",
          .test_func = lane_clock },
        { .name = "holes overlap, but never more than allowed",
          .test_func = overlaps },
        { .name = "recoil kicks the picture at a shot and is over in 0.12 s",
          .test_func = recoil },
        { .name = "hanging paper bends differently at different places",
          .test_func = bends },
        { .name = "the exposure steps now and then", .test_func = exposure_steps },
        { .name = "a ragged hole is dark, with a pale lip in the black",
          .test_func = ragged },
        { .name = "old holes are in the paper and are no shots",
          .test_func = old_holes },
        { .name = "sharpening draws halos along edges", .test_func = halos },
        { .name = "the camera's clock changes every second, in its corner",
          .test_func = clock_runs },
        { .name = "a hand comes as often as asked and leaves again",
          .test_func = hands },
        { .name = "pairs overlap as far as asked", .test_func = pairs },
        { .name = "stills come unevenly, repeat, and show several shots at once",
          .test_func = stills },
        { .name = "a target turns away and back, and is shot at while shown",
          .test_func = turns_away },
        { .name = "an insect comes, crawls, rests and is gone",
          .test_func = insects },
        { .name = "people walk by before the card and behind it",
          .test_func = people_walk_by },
        { .name = "lamps go off, and the exposure follows late",
          .test_func = lamps_go_off },
        { .name = "in infra-red ink is pale, and day comes back",
          .test_func = night_falls },
        { .name = "paper is changed: pose and holes are those of the new sheet",
          .test_func = paper_changes },
        { .name = "the camera zooms and moves, and then focuses",
          .test_func = camera_moves },
        { .name = "glare, hunting exposure, dirt and obstacles spoil a scene",
          .test_func = bad_scenes },
        { .name = "the rapid fire target has bars left and right of its black",
          .test_func = numbers },
        { .name = "every option is documented", .test_func = documented },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
