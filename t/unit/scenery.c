/* The simulated lane: what its camera and its paper look like. */

#include "simulate_range.h"


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


int
main(void)
{
    const struct CMUnitTest tests[] = {
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
        { .name = "the rapid fire target has bars left and right of its black",
          .test_func = numbers },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, setup, teardown);
}
