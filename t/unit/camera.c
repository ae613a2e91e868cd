/* How a camera is described. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ipc/camera.h"
#include "ipc/error.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))


static gms_camera_t
parse(const char *text)
{
    int           rc;
    char          err[384] = "";
    gms_camera_t  c;

    rc = gms_camera_parse_text(&c, text, err, sizeof(err));
    if (rc != GMS_OK) {
        fail_msg("%s: %s", text, err);
    }

    return c;
}


static void
all_options(void **state)
{
    gms_camera_t  c = parse("clip:/srv/a.avi fps=29.97 loop=1 rotate=270 "
        "mirror=1 region=10,20,640,480 size=1280x720 gain=3 seed=x");

    (void) state;
    assert_int_equal(c.kind, GMS_CAMERA_CLIP);
    assert_string_equal(c.locator, "/srv/a.avi");
    assert_true(c.fps > 29.969 && c.fps < 29.971);
    assert_true(c.loop && c.mirror && c.has_region);
    assert_int_equal(c.rotate, 270);
    assert_int_equal(c.region[0], 10);
    assert_int_equal(c.region[1], 20);
    assert_int_equal(c.region[2], 640);
    assert_int_equal(c.region[3], 480);
    assert_int_equal(c.width, 1280);
    assert_int_equal(c.height, 720);
    assert_int_equal(c.options, 2);
    assert_string_equal(gms_camera_option(&c, "gain"), "3");
    assert_string_equal(gms_camera_option(&c, "seed"), "x");
    assert_null(gms_camera_option(&c, "rotate"));
}


static void
sources(void **state)
{
    static const struct {
        const char         *text;
        gms_camera_kind_e   kind;
        const char         *locator;
    } rows[] = {
        { "clip:a.avi", GMS_CAMERA_CLIP, "a.avi" },
        { "  clip:/a/b   fps=5 ", GMS_CAMERA_CLIP, "/a/b" },
        { "\"clip:/my clips/a.avi\" fps=5", GMS_CAMERA_CLIP,
            "/my clips/a.avi" },
        { "clip:\"/my clips/a.avi\"", GMS_CAMERA_CLIP, "/my clips/a.avi" },
        { "simulate:", GMS_CAMERA_SIMULATE, "" },
        { "simulate: seed=1", GMS_CAMERA_SIMULATE, "" },
        { "http://cam/x.jpg?a=b", GMS_CAMERA_HTTP, "http://cam/x.jpg?a=b" },
        { "rtsp://cam/1?a=b", GMS_CAMERA_RTSP, "rtsp://cam/1?a=b" },
        { "rtsps://cam/1", GMS_CAMERA_RTSP, "rtsps://cam/1" },
        { "https://cam", GMS_CAMERA_HTTP, "https://cam" },
        { "v4l2:/dev/video0 size=640x480", GMS_CAMERA_V4L2, "/dev/video0" },
        { "push: fps=15", GMS_CAMERA_PUSH, "" },
        { "\"v4l2:/dev/v4l/by-id/usb-A_B-video-index0\"", GMS_CAMERA_V4L2,
            "/dev/v4l/by-id/usb-A_B-video-index0" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        gms_camera_t  c = parse(rows[i].text);

        assert_int_equal(c.kind, rows[i].kind);
        assert_string_equal(c.locator, rows[i].locator);
    }
}


/* As one word, as the quotes of a configuration make it. */
static void
in_quotes(void **state)
{
    gms_camera_t      c;
    char              err[384], many[600];
    const char *const whole[] = { "simulate: seed=7 fps=5", "size=640x480" };
    const char *const url[] = { "http://cam/x.jpg fps=2" };
    const char *const path[] = { "clip:/my clips/a.avi", "fps=5" };
    const char *const wrong[] = { "simulate: seed=7 fps=many" };
    const char *const blank[] = { "simulate:seed=7 fps=3" };
    const char       *flood[1] = { many };

    (void) state;
    assert_int_equal(
        gms_camera_parse(&c, 2, whole, "/srv", err, sizeof(err)), GMS_OK);
    assert_int_equal(c.kind, GMS_CAMERA_SIMULATE);
    assert_string_equal(gms_camera_option(&c, "seed"), "7");
    assert_true(c.fps > 4.9 && c.fps < 5.1);
    assert_int_equal(c.width, 640);

    assert_int_equal(
        gms_camera_parse(&c, 1, url, "/srv", err, sizeof(err)), GMS_OK);
    assert_string_equal(c.locator, "http://cam/x.jpg");

    assert_int_equal(
        gms_camera_parse(&c, 2, path, "/srv", err, sizeof(err)), GMS_OK);
    assert_string_equal(c.locator, "/my clips/a.avi");

    assert_int_equal(
        gms_camera_parse(&c, 1, wrong, "/srv", err, sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "fps=many"));

    assert_int_equal(
        gms_camera_parse(&c, 1, blank, "/srv", err, sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "blank belongs after"));

    memset(many, 'a', sizeof(many));
    for (size_t i = 1; i < sizeof(many); i += 2) {
        many[i] = ' ';
    }
    many[sizeof(many) - 1] = '\0';
    assert_int_equal(
        gms_camera_parse(&c, 1, flood, "/srv", err, sizeof(err)), GMS_EINVALID);
    assert_non_null(strstr(err, "words"));
}


static void
refused(void **state)
{
    /* What is written, and the word that the sentence must hold. */
    static const char *const rows[][2] = {
        { "", "source" },
        { "   ", "source" },
        { "webcam", "simulate:" },
        { "push:phone", "a blank belongs after push:" },
        { "v4l2:", "/dev/video0" },
        { "v4l2:video0", "/dev/video0" },
        { "v4l2:0", "by-id" },
        { "file:///etc/passwd", "file:" },
        { "clip:", "file" },
        { "http://", "host" },
        { "rtsp://", "host" },
        { "http:///x", "host" },
        { "simulate:seed=1", "blank" },
        { "simulate: seed", "seed" },
        { "simulate: =1", "=1" },
        { "simulate: seed=", "seed=" },
        { "simulate: Seed=1", "Seed=1" },
        { "simulate: seed=1 seed=2", "once" },
        { "simulate: fps=1 fps=2", "once" },
        { "simulate: fps=0", "fps=0" },
        { "simulate: fps=-5", "fps=-5" },
        { "simulate: fps=500", "240" },
        { "simulate: fps=15fps", "fps=15fps" },
        { "simulate: fps=nan", "nan" },
        { "simulate: rotate=45", "270" },
        { "simulate: rotate=360", "270" },
        { "simulate: rotate=-90", "270" },
        { "simulate: mirror=yes", "0 or 1" },
        { "simulate: loop=2", "0 or 1" },
        { "simulate: region=1,2,3", "region=" },
        { "simulate: region=1,2,300,400,5", "region=" },
        { "simulate: region=0,0,10,100", "16" },
        { "simulate: region=8000,0,300,100", "8192" },
        { "simulate: region=0,0,99999999999,100", "region=" },
        { "simulate: size=0x0", "size=" },
        { "simulate: size=640", "size=" },
        { "simulate: size=640x9000", "8192" },
        { "clip:\"/a", "quote" },
    };

    char          err[384];
    gms_camera_t  c;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        err[0] = '\0';
        if (gms_camera_parse_text(&c, rows[i][0], err, sizeof(err)) !=
            GMS_EINVALID || strstr(err, rows[i][1]) == NULL)
        {
            fail_msg("\"%s\": %s", rows[i][0], err);
        }
    }
}


static void
limits(void **state)
{
    char          text[6000], err[384];
    gms_camera_t  c;

    (void) state;
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(gms_camera_parse_text(&c, text, err, sizeof(err)),
        GMS_EINVALID);

    memcpy(text, "clip:/", 6);
    text[1100] = '\0';
    assert_int_equal(gms_camera_parse_text(&c, text, err, sizeof(err)),
        GMS_EINVALID);
    assert_non_null(strstr(err, "1023"));

    memcpy(text, "http://", 7);
    assert_int_equal(gms_camera_parse_text(&c, text, err, sizeof(err)),
        GMS_EINVALID);

    strcpy(text, "simulate:");
    for (int i = 0; i < GMS_CAMERA_OPTIONS_MAX; i++) {
        snprintf(text + strlen(text), 16, " k%d=1", i);
    }
    assert_int_equal(gms_camera_parse_text(&c, text, err, sizeof(err)),
        GMS_OK);
    assert_int_equal(c.options, GMS_CAMERA_OPTIONS_MAX);
    strcat(text, " more=1");
    assert_int_equal(gms_camera_parse_text(&c, text, err, sizeof(err)),
        GMS_EINVALID);
    for (int i = 0; i < 20; i++) {
        strcat(text, " w");
    }
    assert_int_equal(gms_camera_parse_text(&c, text, err, sizeof(err)),
        GMS_EINVALID);
}


static void
relative_clip(void **state)
{
    static const struct {
        const char  *path, *base, *locator; /* @: the current folder */
    } rows[] = {
        { "clip:a.avi", "/etc/nginx", "/etc/nginx/a.avi" },
        { "clip:a.avi", "/", "/a.avi" },
        { "clip:/b/a.avi", "/etc/nginx", "/b/a.avi" },
        { "clip:../a.avi", "conf/ranges", "@/conf/ranges/../a.avi" },
        { "clip:a.avi", ".", "@/a.avi" },
        { "clip:a.avi", NULL, "a.avi" },
    };

    char          cwd[512], expected[1024], err[384];
    gms_camera_t  c;

    (void) state;
    assert_non_null(getcwd(cwd, sizeof(cwd)));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char  *argv[] = { rows[i].path, "fps=5" };
        bool         here = rows[i].locator[0] == '@';

        snprintf(expected, sizeof(expected), "%s%s", here ? cwd : "",
            rows[i].locator + here);
        assert_int_equal(gms_camera_parse(&c, 2, argv, rows[i].base, err,
            sizeof(err)), GMS_OK);
        assert_string_equal(c.locator, expected);
    }
}


static void
same(void **state)
{
    static const struct {
        const char  *a, *b;
        bool         same;
    } rows[] = {
        { "http://c/x", "http://c/x region=0,0,64,64", true },
        { "http://c/x", "http://c/y", false },
        { "http://c/x", "https://c/x", false },
        { "clip:/a", "clip:/a fps=3", true },
        { "clip:/a", "clip:/b", false },
        { "simulate: seed=1", "simulate: seed=1", false },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        gms_camera_t  a = parse(rows[i].a), b = parse(rows[i].b);

        assert_int_equal(gms_camera_same(&a, &b), rows[i].same);
        assert_int_equal(gms_camera_same(&b, &a), rows[i].same);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "every option of a camera is understood",
            .test_func = all_options },
        { .name = "clips, simulations and network cameras are told apart",
            .test_func = sources },
        { .name = "source and options may stand in one pair of quotes",
            .test_func = in_quotes },
        { .name = "a camera that means nothing is refused with the reason",
            .test_func = refused },
        { .name = "a description without end is refused",
            .test_func = limits },
        { .name = "a relative clip lies beside the file that names it",
            .test_func = relative_clip },
        { .name = "one device under two regions is one camera",
            .test_func = same },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("camera", tests, NULL, NULL);
}
