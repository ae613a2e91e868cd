/* A target face as data. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "ipc/error.h"
#include "worker/library/library.h"
#include "worker/target/score.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char sound[] =
    "{\"name\":\"f\",\"title\":\"A face\",\"rings\":["
    "{\"value\":10,\"diameter_mm\":11.5},{\"value\":9,\"diameter_mm\":27.5}],"
    "\"black_mm\":27.5,\"inner_mm\":5,\"inner_rule\":\"touch\",\"gauges\":["
    "{\"gauge_mm\":4.5,\"above_mm\":0},{\"gauge_mm\":9.65,\"above_mm\":5.7},"
    "{\"gauge_mm\":7,\"above_mm\":5}],"
    "\"decimal\":\"two-part\",\"count\":\"integer\",\"card_mm\":170,"
    "\"scoring\":\"camera\",\"zones\":[],\"bulls\":[]}";

static const char zoned[] =
    "{\"name\":\"z\",\"title\":\"Zones\",\"rings\":[],\"black_mm\":0,"
    "\"inner_mm\":0,\"inner_rule\":\"touch\",\"gauges\":["
    "{\"gauge_mm\":9,\"above_mm\":0}],\"decimal\":\"none\","
    "\"count\":\"integer\",\"card_mm\":0,\"scoring\":\"by-hand\","
    "\"zones\":[{\"name\":\"A\",\"points\":5,\"inner\":false,"
    "\"corners_mm\":[[-75,0],[2.54,165],[75,-0.5]]},"
    "{\"name\":\"X\",\"points\":10,\"inner\":true,"
    "\"corners_mm\":[[0,0],[25.4,0],[25.4,25.4],[0,25.4]]}],\"bulls\":[]}";

static const char bulled[] =
    "{\"name\":\"b\",\"title\":\"Bulls\",\"rings\":["
    "{\"value\":10,\"diameter_mm\":3.81}],\"black_mm\":3.81,\"inner_mm\":0,"
    "\"inner_rule\":\"touch\",\"gauges\":[{\"gauge_mm\":5.6,"
    "\"above_mm\":0}],\"decimal\":\"none\",\"count\":\"integer\","
    "\"card_mm\":300,\"scoring\":\"by-hand\",\"zones\":[],\"bulls\":["
    "{\"name\":\"1\",\"at_mm\":[-76.2,35.56],\"sighter\":false},"
    "{\"name\":\"S\",\"at_mm\":[0,0],\"sighter\":true}]}";


static int
parse(gms_face_t *face, const char *text, char *err, size_t size)
{
    int     rc;
    cJSON  *json = cJSON_Parse(text);

    err[0] = '\0';
    rc = gms_face_from_json(face, json, err, size);
    cJSON_Delete(json);

    return rc;
}


static void
goes_round(const char *written)
{
    char         err[256], *text;
    cJSON       *json;
    gms_face_t   face, again;

    if (parse(&face, written, err, sizeof(err)) != GMS_OK) {
        fail_msg("%s", err);
    }

    json = gms_face_to_json(&face);
    assert_non_null(json);
    text = cJSON_PrintUnformatted(json);
    assert_string_equal(text, written);
    assert_int_equal(parse(&again, text, err, sizeof(err)), GMS_OK);
    assert_memory_equal(&face, &again, sizeof(face));
    cJSON_free(text);
    cJSON_Delete(json);
}


static void
round_trip(void **state)
{
    char         err[256];
    gms_face_t   face;

    (void) state;
    goes_round(sound);
    goes_round(zoned);
    goes_round(bulled);

    assert_int_equal(parse(&face, zoned, err, sizeof(err)), GMS_OK);
    assert_true(face.by_hand);
    assert_int_equal(face.zone[0].corner_um[2][1], -500);
    assert_float_equal(gms_face_radius_mm(&face), hypot(2.54, 165), 1e-9);

    assert_int_equal(parse(&face, sound, err, sizeof(err)), GMS_OK);
    assert_string_equal(face.name, "f");
    assert_int_equal(face.rings, 2);
    assert_int_equal(face.gauges, 3);
    assert_int_equal(face.decimal, GMS_DECIMAL_TWO_PART);
    assert_true(gms_face_radius_mm(&face) == 13.75);
}


/* As journals hold it from before there were zones, bulls and count. */
static void
old_face(void **state)
{
    static const char  tail[] = "\"card_mm\":170}";

    char         err[256], text[1024];
    gms_face_t   face;

    (void) state;
    snprintf(text, sizeof(text), "%.*s%s",
        (int) (strstr(sound, "\"count\"") - sound), sound, tail);
    assert_int_equal(parse(&face, text, err, sizeof(err)), GMS_OK);
    assert_true(face.tenths);
    assert_false(face.by_hand);
    assert_int_equal(face.zones, 0);
    assert_int_equal(face.bulls, 0);
    assert_true(face.card_mm == 170);
}


static void
gauges(void **state)
{
    static const struct {
        double  caliber, gauge;
    } rows[] = {
        { 0, 4.5 }, { 4.5, 4.5 }, { 5, 4.5 }, { 5.01, 7 }, { 5.7, 7 },
        { 5.71, 9.65 }, { 20, 9.65 },
    };

    char        err[256];
    gms_face_t  face;

    (void) state;
    assert_int_equal(parse(&face, sound, err, sizeof(err)), GMS_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(gms_face_gauge_mm(&face, rows[i].caliber) ==
            rows[i].gauge);
    }
}


static void
expect_refused(const char *face_text, const char *const row[2])
{
    char         err[256], text[1024];
    gms_face_t   face;
    const char  *at = strstr(face_text, row[0]);

    assert_non_null(at);
    snprintf(text, sizeof(text), "%.*s%s%s", (int) (at - face_text), face_text,
        row[1], at + strlen(row[0]));
    if (parse(&face, text, err, sizeof(err)) != GMS_EINVALID || err[0] == '\0')
    {
        fail_msg("taken: %s", text);
    }
}


/* Each row replaces a part of a sound face. */
static void
refused(void **state)
{
    static const char *const rows[][2] = {
        { "\"name\":\"f\"", "\"name\":\"\"" },
        { "\"name\":\"f\"", "\"name\":7" },
        { "\"title\":\"A face\",", "" },
        { "\"value\":10", "\"value\":11" },
        { "\"value\":10", "\"value\":9.5" },
        { "\"value\":9,", "\"value\":8," },
        { "11.5", "0" },
        { "11.5", "-3" },
        { "11.5", "27.5" },
        { "11.5", "1e999" },
        { "11.5", "\"11.5\"" },
        { "\"black_mm\":27.5,", "" },
        { "\"black_mm\":27.5", "\"black_mm\":-1" },
        { "\"inner_mm\":5", "\"inner_mm\":12" },
        { "touch", "feel" },
        { "\"above_mm\":0", "\"above_mm\":1" },
        { "\"gauge_mm\":4.5", "\"gauge_mm\":400" },
        { "two-part", "three-part" },
        { "\"card_mm\":170", "\"card_mm\":\"x\"" },
        { "\"rings\"", "\"wrings\"" },
        { "\"gauges\"", "\"gages\"" },
    };

    static const char *const zones[][2] = {
        { "\"A\"", "\"\"" },
        { "\"A\"", "\"12345678\"" },
        { "\"A\"", "\"<b>\"" },
        { "\"points\":5", "\"points\":11" },
        { "\"points\":5", "\"points\":1.5" },
        { "\"inner\":false", "\"inner\":0" },
        { "[75,-0.5]", "[75]" },
        { "[75,-0.5]", "[75,-5001]" },
        { "[75,-0.5]", "[75,1e999]" },
        { "[75,-0.5]", "7" },
        { "[-75,0],", "" },
        { "by-hand", "camera" },
        { "by-hand", "by-foot" },
        { "\"rings\":[]", "\"rings\":[{\"value\":9,\"diameter_mm\":1}]" },
        { "\"count\":\"integer\"", "\"count\":\"all\"" },
        { "\"inner_mm\":0", "\"inner_mm\":1" },
    };
    static const char *const bulls[][2] = {
        { "\"at_mm\":[0,0]", "\"at\":[0,0]" },
        { "\"at_mm\":[0,0]", "\"at_mm\":[0,\"0\"]" },
        { "\"sighter\":true", "\"sighter\":1" },
        { "\"S\"", "\"S S\"" },
        { "by-hand", "camera" },
    };

    char        err[256];
    gms_face_t  face;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_refused(sound, rows[i]);
    }
    for (size_t i = 0; i < COUNT(zones); i++) {
        expect_refused(zoned, zones[i]);
    }
    for (size_t i = 0; i < COUNT(bulls); i++) {
        expect_refused(bulled, bulls[i]);
    }

    assert_int_equal(parse(&face, "[]", err, sizeof(err)), GMS_EINVALID);
    assert_int_equal(gms_face_from_json(&face, NULL, err, sizeof(err)),
        GMS_EINVALID);
}


/* `fit` more of a part before this place are taken, one more is not. */
static void
too_many_of(const char *face_text, const char *place, const char *part, int fit,
    const char *says)
{
    char         err[256], text[4096];
    gms_face_t   face;
    const char  *at = strstr(face_text, place);

    assert_non_null(at);
    for (int n = fit; n <= fit + 1; n++) {
        snprintf(text, sizeof(text), "%.*s", (int) (at - face_text), face_text);
        for (int i = 0; i < n; i++) {
            strcat(text, part);
        }
        strcat(text, at);
        assert_int_equal(parse(&face, text, err, sizeof(err)),
            n == fit ? GMS_OK : GMS_EINVALID);
    }
    assert_non_null(strstr(err, says));
}


static void
too_many(void **state)
{
    char        err[256], text[4096] = "{\"name\":\"f\",\"title\":\"t\","
                "\"black_mm\":0,\"inner_mm\":0,\"inner_rule\":\"touch\","
                "\"decimal\":\"none\",\"rings\":[{\"value\":10,"
                "\"diameter_mm\":1}],\"gauges\":[";
    gms_face_t  face;

    (void) state;
    for (int i = 0; i < 9; i++) {
        snprintf(text + strlen(text), 64,
            "%s{\"gauge_mm\":4,\"above_mm\":%d}", i ? "," : "", i);
    }
    strcat(text, "]}");
    assert_int_equal(parse(&face, text, err, sizeof(err)), GMS_EINVALID);

    strcpy(text, "{\"name\":\"f\",\"title\":\"t\",\"rings\":[");
    for (int i = 0; i < 20; i++) {
        snprintf(text + strlen(text), 64,
            "%s{\"value\":%d,\"diameter_mm\":%d}", i ? "," : "", 10 - i,
            i + 1);
    }
    strcat(text, "]}");
    assert_int_equal(parse(&face, text, err, sizeof(err)), GMS_EINVALID);

    too_many_of(zoned, "{\"name\":\"A\"", "{\"name\":\"B\",\"points\":5,"
        "\"inner\":false,\"corners_mm\":[[0,0],[1,0],[0,1]]},", 10, "zones");
    too_many_of(zoned, "[2.54,165]", "[1,1],", 13, "zone 1");
    too_many_of(bulled, "{\"name\":\"1\"",
        "{\"name\":\"B\",\"at_mm\":[0,0],\"sighter\":false},", 10, "bulls");
}


#define IN(x) ((x) * 25.4)


/* Radii worked out by hand from the rule tables: where the ten, the inner
 * ten and the last ring end, gauge included. */
static void
shipped(void **state)
{
    static const struct {
        const char     *name;
        int             rings;
        double          black, ten, inner, last;
        gms_decimal_e   decimal;
    } rows[] = {
        { "issf-10m-air-rifle", 10, 30.5, 2.5, 2.0, 25,
            GMS_DECIMAL_LINEAR },
        { "issf-10m-air-pistol", 10, 59.5, 8, 4.75, 80,
            GMS_DECIMAL_LINEAR },
        { "issf-10m-running-target", 10, 30.5, 5, 2.5, 27.5,
            GMS_DECIMAL_TWO_PART },
        { "issf-25m-precision-pistol", 10, 200, 27.8, 15.3, 252.8,
            GMS_DECIMAL_TWO_PART },
        { "issf-25m-rapid-fire-pistol", 6, 500, 52.8, 27.8, 252.8,
            GMS_DECIMAL_TWO_PART },
        { "issf-50m-rifle", 10, 112.4, 8, 5.3, 80, GMS_DECIMAL_LINEAR },
        { "issf-50m-running-target", 10, 0, 32.8, 17.8, 185.8,
            GMS_DECIMAL_TWO_PART },
        { "issf-300m-rifle", 10, 600, 54, 29, 504, GMS_DECIMAL_TWO_PART },
        { "nra-sr", 6, IN(13), IN(7) / 2 + 2.85, IN(3) / 2 + 2.85, IN(37) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-sr3", 6, IN(19), IN(7) / 2 + 2.85, IN(3) / 2 + 2.85, IN(37) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-sr1", 6, IN(6.35), IN(3.35) / 2 + 2.85, IN(1.35) / 2 + 2.85, IN(18.35) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-sr21", 6, IN(6.12), IN(2.12) / 2 + 2.85, IN(0.79) / 2 + 2.85, IN(12.12) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-sr42", 6, IN(12.56), IN(4.56) / 2 + 2.85, IN(1.9) / 2 + 2.85, IN(24.56) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-mr1", 6, IN(36), IN(12) / 2 + 2.85, IN(6) / 2 + 2.85, IN(60) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-mr31", 6, IN(5.75), IN(1.75) / 2 + 2.85, IN(0.75) / 2 + 2.85, IN(9.75) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-mr52", 6, IN(11.79), IN(3.79) / 2 + 2.85, IN(1.79) / 2 + 2.85, IN(19.79) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-mr63", 6, IN(17.85), IN(5.85) / 2 + 2.85, IN(2.85) / 2 + 2.85, IN(29.85) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-lr", 4, IN(44), IN(20) / 2 + 2.85, IN(10) / 2 + 2.85, IN(60) / 2 + 2.85,
            GMS_DECIMAL_NONE },
        { "nra-b8", 6, IN(5.54), IN(3.36) / 2 + 2.8, IN(1.695) / 2 + 2.8, IN(19.68) / 2 + 2.8,
            GMS_DECIMAL_NONE },
        { "nra-b3", 5, IN(3.06), IN(1.8) / 2 + 2.8, IN(0.9) / 2 + 2.8, IN(8.32) / 2 + 2.8,
            GMS_DECIMAL_NONE },
        { "nra-b2", 7, IN(2.23), IN(0.9) / 2 + 2.8, 0, IN(7.33) / 2 + 2.8,
            GMS_DECIMAL_NONE },
        { "nra-a17", 6, IN(1.483), IN(0.15) / 2 + 2.8, 0, IN(1.817) / 2 + 2.8,
            GMS_DECIMAL_NONE },
        { "nra-a17-card", 6, IN(1.483), IN(0.15) / 2 + 2.8, 0,
            IN(1.817) / 2 + 2.8, GMS_DECIMAL_NONE },
        { "issf-10m-air-rifle-5", 10, 30.5, 2.5, 2.0, 25,
            GMS_DECIMAL_LINEAR },
        { "issf-10m-air-rifle-10", 10, 30.5, 2.5, 2.0, 25,
            GMS_DECIMAL_LINEAR },
        { "wa-122cm", 10, 0, 65.65, 35.15, 614.65, GMS_DECIMAL_NONE },
        { "wa-80cm", 10, 0, 44.65, 24.65, 404.65, GMS_DECIMAL_NONE },
        { "wa-60cm", 10, 0, 34.65, 19.65, 304.65, GMS_DECIMAL_NONE },
        { "wa-40cm", 10, 0, 24.65, 14.65, 204.65, GMS_DECIMAL_NONE },
        { "danish-m2000-15m", 8, 120, 17.8, 10.3, 122.8,
            GMS_DECIMAL_TWO_PART },
    };

    char           err[512];
    int            zoned_faces = 0;
    gms_library_t  library;

    (void) state;
    if (gms_library_load(&library, "conf/targets.conf", err, sizeof(err)) !=
        GMS_OK)
    {
        fail_msg("%s", err);
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        const gms_face_t  *f;

        f = gms_library_find(&library, rows[i].name, err, sizeof(err));
        if (f == NULL) {
            fail_msg("%s", err);
            return;
        }
        assert_int_equal(f->rings, rows[i].rings);
        assert_float_equal(f->black_mm, rows[i].black, 1e-6);
        assert_int_equal(f->decimal, rows[i].decimal);
        assert_int_equal(gms_score(f, 0, rows[i].ten - 1e-6, 0).ring, 10);
        assert_int_equal(gms_score(f, 0, rows[i].ten + 1e-3, 0).ring, 9);
        assert_int_equal(gms_score(f, 0, rows[i].inner - 1e-6, 0).inner,
            rows[i].inner > 0);
        assert_false(gms_score(f, 0, rows[i].inner + 1e-3, 0).inner);
        assert_true(gms_score(f, 0, rows[i].last - 1e-6, 0).ring > 0);
        assert_int_equal(gms_score(f, 0, rows[i].last + 1e-3, 0).ring, 0);
    }

    for (int i = 0; i < library.faces; i++) {
        zoned_faces += library.face[i].zones > 0;
    }
    assert_int_equal(library.faces, (int) COUNT(rows) + zoned_faces);

    gms_library_free(&library);
}


static void
find(void **state)
{
    static const char *const rows[][2] = {
        { "issf-10m-air-pistl", "issf-10m-air-pistol" },
        { "air-rifle", "issf-10m-air-rifle" },
        { "danish", "danish-m2000-15m" },
        { "zzz", "gmshoot targets" },
        { "", "gmshoot targets" },
        { "\x1b[31m", "?[31m" },
    };

    char           err[512], missing[] = "/nowhere/targets.conf";
    gms_library_t  library;

    (void) state;
    assert_int_equal(gms_library_load(&library, "conf/targets.conf", err,
        sizeof(err)), GMS_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_null(gms_library_find(&library, rows[i][0], err,
            sizeof(err)));
        if (strstr(err, rows[i][1]) == NULL) {
            fail_msg("%s: %s", rows[i][0], err);
        }
    }
    gms_library_free(&library);

    assert_int_not_equal(gms_library_load(&library, missing, err,
        sizeof(err)), GMS_OK);
    assert_non_null(strstr(err, missing));
    assert_int_equal(library.faces, 0);

    assert_int_equal(setenv("GMSHOOT_TARGETS", missing, 1), 0);
    assert_string_equal(gms_library_path(err, sizeof(err), NULL), missing);
    assert_string_equal(gms_library_path(err, sizeof(err), "x"), "x");
    assert_int_equal(unsetenv("GMSHOOT_TARGETS"), 0);
    assert_string_equal(gms_library_path(err, sizeof(err), NULL),
        "conf/targets.conf");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        { .name = "a face read from JSON is written back the same",
            .test_func = round_trip },
        { .name = "a face of an old journal is read as it was meant",
            .test_func = old_face },
        { .name = "a caliber is scored with the gauge of its class",
            .test_func = gauges },
        { .name = "a face that cannot be scored is refused",
            .test_func = refused },
        { .name = "a face with too many rings or gauges is refused",
            .test_func = too_many },
        { .name = "the shipped faces have the rings of the rule tables",
            .test_func = shipped },
        { .name = "a name that is slightly wrong gets a suggestion",
            .test_func = find },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("face", tests, NULL, NULL);
}
