/* The grade of the scene: what stands in the way of seeing every hole is
 * said in plain words, and of a good scene nothing is said. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bench/h264.h"
#include "ipc/error.h"
#include "worker/base/clock.h"
#include "worker/library/library.h"
#include "worker/capture/scenery.h"
#include "worker/detect/grade.h"

#define GOOD GMS_ADVICES

/* Twelve seconds are looked at. */
#define PICTURES 60
#define PICTURE_NS (GMS_S / 5)
#define FIRST_NS (15 * GMS_S)

typedef struct {
    const char  *what;
    const char  *options;
    const char  *target;
    double       caliber_mm;
    int          width;
    int          height;
    double       bits_per_s; /* 0: no codec */
    gms_advice_e advice;
    const char  *taken_for; /* another face with the same aiming mark */
} scene_t;

static const scene_t scenes[] = {
    { "a good scene", "backer=grey", "issf-10m-air-pistol", 4.5, 1280, 720, 0, GOOD, NULL },
    { "shaking hands on a tripod", "backer=grey shake=0.7 recoil=2", "issf-10m-air-pistol",
        4.5, 1280, 720, 0, GOOD, NULL },
    { "paper that sways", "backer=grey bend=2", "issf-25m-precision-pistol", 9,
        1920, 1080, 0, GOOD, NULL },
    { "a gray backer and a shadow", "backer=grey shadow=0.3",
        "issf-10m-air-rifle", 4.5, 1280, 720, 0, GOOD, NULL },
    { "light that drifts", "backer=grey drift=0.25 step=0.1", "issf-10m-air-pistol", 4.5,
        1280, 720, 0, GOOD, NULL },
    { "flicker of 5 %", "backer=grey flicker=0.05", "issf-10m-air-pistol", 4.5, 1280, 720,
        0, GOOD, NULL },
    { "a white backer", "backer=white tilt=15", "issf-50m-rifle", 5.6, 1280,
        720, 0, GOOD, NULL },
    { "an IP camera of 2 Mbit/s", "backer=grey sharpen=1 clock=1 old=5",
        "issf-25m-precision-pistol", 9, 1920, 1080, 2e6, GOOD, NULL },
    { "a small picture", "backer=grey", "issf-10m-air-pistol", 4.5, 640, 480,
        0, GOOD, NULL },
    { "noise of a cheap camera", "backer=grey noise=2.5", "issf-10m-air-pistol",
        4.5, 1280, 720, 0, GOOD, NULL },
    { "a camera 25 degrees aside", "backer=grey tilt=25", "issf-10m-air-pistol", 4.5, 1280,
        720, 0, GOOD, NULL },
    { "a hand now and then", "backer=grey hand=6", "issf-10m-air-pistol", 4.5, 1280, 720,
        0, GOOD, NULL },

    { "a blurred picture", "backer=grey blur=3.5", "issf-10m-air-pistol", 4.5, 1280, 720,
        0, GMS_ADVICE_BLUR, NULL },
    { "a camera 40 degrees aside", "backer=grey tilt=40", "issf-10m-air-pistol", 4.5, 1280,
        720, 0, GMS_ADVICE_TILT, NULL },
    { "holes of 4 px", "backer=grey", "issf-25m-precision-pistol", 4.5, 640, 480, 0,
        GMS_ADVICE_SMALL, NULL },
    { "a black backer", "", "issf-10m-air-pistol", 4.5, 1280, 720, 0,
        GMS_ADVICE_BACKER, NULL },
    { "an overexposed picture", "backer=grey glare=1.5", "issf-10m-air-pistol",
        4.5, 1280, 720, 0, GMS_ADVICE_GLARE, NULL },
    { "an exposure that hunts", "backer=grey hunt=0.4", "issf-10m-air-pistol",
        4.5, 1280, 720, 0, GMS_ADVICE_EXPOSURE, NULL },
    { "a dirty lens", "backer=grey dirt=0.6", "issf-10m-air-pistol", 4.5, 1280,
        720, 0, GMS_ADVICE_DIRT, NULL },
    { "half the target hidden", "backer=grey hide=0.5", "issf-10m-air-pistol",
        4.5, 1280, 720, 0, GMS_ADVICE_HIDDEN, NULL },
    { "night mode", "backer=grey night=14", "issf-10m-air-pistol", 4.5, 1280,
        720, 0, GMS_ADVICE_NIGHT, NULL },
    { "too little light", "backer=grey glare=0.2", "issf-10m-air-pistol", 4.5,
        1280, 720, 0, GMS_ADVICE_DARK, NULL },
    { "a rifle's face taken for a pistol's", "backer=grey",
        "issf-50m-rifle", 4.5, 1280, 720, 0, GMS_ADVICE_FACE,
        "issf-10m-air-pistol" },
    { "a target far away", "backer=grey fill=0.2", "issf-10m-air-pistol", 4.5,
        1920, 1080, 0, GMS_ADVICE_FAR, NULL },
    { "a stream of 0.2 Mbit/s", "backer=grey sharpen=1 clock=1 bend=1",
        "issf-25m-precision-pistol", 9, 1920, 1080, 0.2e6, GMS_ADVICE_CODEC, NULL },
};

static gms_library_t library;


static int
setup(void **state)
{
    char err[400];

    (void) state;
    if (gms_library_load(&library, "conf/targets.conf", err, sizeof(err))
        != GMS_OK)
    {
        print_message("# %s\n", err);
        return 1;
    }
    return 0;
}


static int
teardown(void **state)
{
    (void) state;
    gms_library_free(&library);
    return 0;
}


static void
set_scene(gms_scenery_t *s, const scene_t *scene)
{
    char         err[400], text[200];
    gms_camera_t camera;
    const gms_face_t *face;

    memset(s, 0, sizeof(*s));
    snprintf(text, sizeof(text), "simulate: seed=5 first=15 interval=1 %s",
        scene->options);
    if (gms_camera_parse_text(&camera, text, err, sizeof(err)) != GMS_OK
        || gms_options_read(gms_scenery_table, &camera, "simulate:",
               &s->options, err, sizeof(err))
            != GMS_OK)
    {
        fail_msg("%s: %s", text, err);
    }
    face = gms_library_find(&library, scene->target, err, sizeof(err));
    assert_non_null(face);
    s->face = *face;
    s->caliber_mm = scene->caliber_mm;
    s->width = scene->width;
    s->height = scene->height;
    if (gms_scenery_open(s, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s: %s", text, err);
    }
}


/* Holes fired so far, in the picture. */
static int
holes(const gms_scenery_t *s, double discs[][3], int max)
{
    int n = s->fired < max ? s->fired : max;

    for (int i = 0; i < n; i++) {
        gms_scenery_to_px(
            s, s->shot[i].x_mm, s->shot[i].y_mm, &discs[i][0], &discs[i][1]);
        discs[i][2] = s->caliber_mm / 2
            * gms_scenery_scale(s, discs[i][0], discs[i][1]);
    }
    return n;
}


static int
watch(const scene_t *scene, gms_grade_t *grade, gms_advice_e *advice)
{
    gms_scenery_t     s;
    gms_calibration_t calibration;
    gms_h264_t       *codec = NULL;
    gms_image_t       seen = { 0 };
    const gms_face_t *face;
    double            discs[20][3], map[9];
    char              err[400];

    set_scene(&s, scene);
    face = &s.face;
    memcpy(map, s.mm_to_px, sizeof(map));
    if (scene->taken_for != NULL) {
        face = gms_library_find(&library, scene->taken_for, err, sizeof(err));
        assert_non_null(face);
        for (int i = 0; i < 9; i++) {
            map[i] *= i % 3 == 2 ? 1 : s.face.black_mm / face->black_mm;
        }
    }
    assert_int_equal(
        gms_calibration_set(&calibration, map, GMS_CALIBRATION_FILE, 0),
        GMS_OK);
    gms_grade_init(grade, face, s.caliber_mm);
    if (scene->bits_per_s > 0) {
        gms_h264_options_t options = { s.width, s.height, 5,
            scene->bits_per_s, 2, false };

        codec = gms_h264_open(&options, err, sizeof(err));
        assert_non_null(codec);
    }
    for (int i = 0; i < PICTURES; i++) {
        const gms_image_t *picture;

        gms_scenery_fire(&s, FIRST_NS + i * PICTURE_NS);
        picture = gms_scenery_frame(&s, FIRST_NS + i * PICTURE_NS);
        if (codec != NULL) {
            assert_int_equal(gms_h264_pass(codec, picture, &seen), GMS_OK);
            picture = &seen;
        }
        gms_grade_look(grade, picture, &calibration,
            (const double (*)[3]) discs, holes(&s, discs, 20),
            FIRST_NS + i * PICTURE_NS);
    }
    gms_h264_close(codec);
    gms_image_free(&seen);
    gms_scenery_close(&s);
    return gms_grade_advice(grade, advice);
}


static void
a_bad_scene_gets_its_advice_and_a_good_one_none(void **state)
{
    int wrong = 0;

    (void) state;
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        const scene_t              *scene = &scenes[i];
        gms_advice_e                advice[GMS_ADVICES];
        gms_grade_t                 grade;
        const gms_scene_measures_t *m = &grade.measures;
        int                         n = watch(scene, &grade, advice);
        bool right = scene->advice == GOOD ? n == 0
                                           : n == 1 && advice[0] == scene->advice;

        wrong += !right;
        print_message("# %s: paper %.0f ink %.0f contrast %.2f uneven %.3f"
                      " edge %.2f noise %.2f rough %.4f glare %.2f hidden"
                      " %.2f swing %.2f flicker %.3f rings %.2f tilt %.0f hole %.1f wide"
                      " %.2f inside %.0f\n",
            scene->what, m->paper, m->ink, m->contrast, m->uneven, m->edge_px,
            m->noise, m->rough, m->glare, m->hidden, m->swing, m->flicker,
            m->rings, m->tilt_deg, m->hole_px, m->wide, m->hole_level);
        for (int k = 0; k < n; k++) {
            char sentence[300];

            gms_advice_sentence(m, grade.face.title, advice[k], sentence,
                sizeof(sentence));
            print_message("#     %s%s: %s\n", right ? "" : "WRONG ",
                gms_advice_name(advice[k]), sentence);
        }
        if (n == 0 && !right) {
            print_message("#     WRONG: nothing is said\n");
        }
    }
    assert_int_equal(wrong, 0);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_scene_gets_its_advice_and_a_good_one_none),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
