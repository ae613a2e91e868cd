/* The simulated lane: what it claims to have fired is what its pictures
 * show, and the same seed shoots the same shots in every life. */

#include "simulate_range.h"

#include <unistd.h>

#include "ipc/memory.h"


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
        { .name = "pairs overlap as far as asked", .test_func = pairs },
        { .name = "stills come unevenly, repeat, and show several shots at once",
          .test_func = stills },
        { .name = "every option is documented", .test_func = documented },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
