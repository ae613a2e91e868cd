#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ipc/error.h"
#include "worker/config.h"
#include "worker/supervisor/config_show.h"

#define FACE                                                                  \
    "{\"name\":\"f\",\"title\":\"F\",\"rings\":[{\"value\":10,"               \
    "\"diameter_mm\":11.5},{\"value\":9,\"diameter_mm\":27.5}],"              \
    "\"black_mm\":27.5,\"inner_mm\":5,\"inner_rule\":\"touch\","              \
    "\"gauges\":[{\"gauge_mm\":4.5,\"above_mm\":0}],"                         \
    "\"decimal\":\"linear\",\"card_mm\":170}"

#define LANE(name, camera, target, calibers)                                  \
    "{\"name\":\"" name "\",\"title\":\"T\",\"camera\":[" camera "],"         \
    "\"target\":\"" target "\",\"caliber_mm\":4.5,\"distance_m\":10,"         \
    "\"targets\":[\"f\"],\"calibers_mm\":" calibers ","                       \
    "\"detector\":\"builtin\",\"rounds\":{}}"

#define CONFIG(lanes) "{\"lanes\":[" lanes "],\"targets\":[" FACE "]}"

#define VIEW(n)                                                               \
    LANE("v" n, "\"clip:a.avi\",\"region=" n "00,0,100,100\"", "f", "[4.5]")

#define EIGHT_VIEWS                                                           \
    VIEW("1") "," VIEW("2") "," VIEW("3") "," VIEW("4") "," VIEW("5") ","     \
    VIEW("6") "," VIEW("7") "," VIEW("8")

#define GOOD LANE("lane1", "\"simulate:\",\"seed=1\"", "f", "[4.5]")


static void
takes_a_good_one(void **state)
{
    gms_config_t config;
    char err[512];

    (void) state;

    assert_int_equal(
        gms_config_parse(&config, CONFIG(GOOD), err, sizeof(err)), GMS_OK);
    assert_int_equal(config.lanes, 1);
    assert_string_equal(config.lane[0].name, "lane1");
    assert_string_equal(config.lane[0].face[0].name, "f");
    assert_int_equal(config.lane[0].camera.kind, GMS_CAMERA_SIMULATE);
    assert_true(config.lane[0].idle_s == 4 * 3600.0); /* an older text */
    assert_non_null(gms_config_lane(&config, "lane1"));
    assert_null(gms_config_lane(&config, "lane2"));
    gms_config_free(&config);

    assert_int_equal(
        gms_config_parse(&config, CONFIG(EIGHT_VIEWS), err, sizeof(err)),
        GMS_OK);
    assert_int_equal(config.lanes, 8);
    gms_config_free(&config);
}


static void
refuses_bad_ones(void **state)
{
    static const struct {
        const char *what;
        const char *text;
    } bad[] = {
        { "no JSON", "{" },
        { "no lanes", "{\"targets\":[]}" },
        { "a name that is a path",
          CONFIG(LANE("../x", "\"simulate:\"", "f", "[4.5]")) },
        { "a doubled name", CONFIG(GOOD "," GOOD) },
        { "a camera of no kind",
          CONFIG(LANE("a", "\"nothing:\"", "f", "[4.5]")) },
        { "a camera that is no text", CONFIG(LANE("a", "7", "f", "[4.5]")) },
        { "a target that is not offered",
          CONFIG(LANE("a", "\"simulate:\"", "g", "[4.5]")) },
        { "no caliber", CONFIG(LANE("a", "\"simulate:\"", "f", "[]")) },
        { "a caliber of nothing",
          CONFIG(LANE("a", "\"simulate:\"", "f", "[0]")) },
        { "a ninth lane at one camera",
          CONFIG(EIGHT_VIEWS "," VIEW("9")) }
    };
    gms_config_t config;
    char err[512];
    size_t i;

    (void) state;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        err[0] = '\0';
        if (gms_config_parse(&config, bad[i].text, err, sizeof(err)) ==
                GMS_OK ||
            err[0] == '\0' || config.lanes != 0) {
            fail_msg("taken, or refused without a sentence: %s", bad[i].what);
        }
    }
}


static void
survives_on_disk(void **state)
{
    gms_config_t config, again;
    char dir[] = "/tmp/gms-config-XXXXXX", err[512], path[64];
    FILE *f;

    (void) state;

    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/config.json", dir);

    assert_int_equal(gms_config_load(&again, dir, err, sizeof(err)),
                     GMS_ENOTFOUND);
    assert_int_equal(
        gms_config_parse(&config, CONFIG(GOOD), err, sizeof(err)), GMS_OK);
    config.id = UINT64_C(0xfedcba9876543210);
    config.generation = UINT64_C(1) << 60;
    assert_int_equal(gms_config_save(&config, dir), GMS_OK);

    assert_int_equal(gms_config_load(&again, dir, err, sizeof(err)), GMS_OK);
    assert_string_equal(again.text, config.text);
    assert_true(again.id == config.id);
    assert_true(again.generation == config.generation);
    gms_config_free(&again);
    gms_config_free(&config);

    f = fopen(path, "w");
    fputs("rubbish", f);
    fclose(f);
    assert_int_equal(gms_config_load(&again, dir, err, sizeof(err)),
                     GMS_ECORRUPT);

    unlink(path);
    rmdir(dir);
}


static void
masks_what_is_secret(void **state)
{
    static const char *const cases[][2] = {
        { "simulate:", "simulate:" },
        { "v4l2:/dev/video0", "v4l2:/dev/video0" },
        { "http://cam/a.jpg", "http://cam/a.jpg" },
        { "http://cam:80/a.jpg", "http://cam:80/a.jpg" },
        { "http://cam/a@b.jpg", "http://cam/a@b.jpg" },
        { "http://me:word@cam/a", "http://***@cam/a" },
        { "rtsp://me@cam", "rtsp://***@cam" },
        { "rtsp://me:w@rd@cam:554/s", "rtsp://***@cam:554/s" },
        { "rtsp://me:w/rd@cam/s", "rtsp://***@cam/s" },
        { "rtsp://me:w?rd@cam/s", "rtsp://***@cam/s" },
        { "http://@cam", "http://***@cam" },
        { "http://cam?", "http://cam?" },
        { "http://cam?a", "http://cam?***" },
        { "http://cam?a=b=c&d;e=#f", "http://cam?a=***&***;e=***" },
        { "http://cam?&&", "http://cam?***&***&" },
        { "http://a:b@c/?d=e@f", "http://***@f" },
        { "still=http://me:word@cam/?k=v", "still=http://***@cam/?k=***" },
        { "://?", "://?" },
        { "", "" },
    };
    char  *text;
    size_t i;

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        text = gms_config_mask(cases[i][0]);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "a valid configuration becomes lanes",
          .test_func = takes_a_good_one },
        { .name = "a configuration with a mistake is refused whole, with a "
                  "sentence",
          .test_func = refuses_bad_ones },
        { .name = "the last accepted configuration is there after a restart",
          .test_func = survives_on_disk },
        { .name = "passwords and tokens of a camera's address are masked",
          .test_func = masks_what_is_secret }
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests(tests, NULL, NULL);
}
