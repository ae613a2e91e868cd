/* What is shown of shots, as the pages come to it too: t/vectors/shots.json,
 * which t/browser/vectors.test.mjs reads as well. */

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
#include "worker/session/advice.h"
#include "worker/session/group.h"
#include "worker/target/score.h"

static gms_library_t     library;
static const gms_face_t *face;
static cJSON            *vectors;


static int
read_vectors(void **state)
{
    static char text[64 * 1024];
    char        err[512];
    FILE       *f = fopen("t/vectors/shots.json", "r");
    size_t      n;

    (void) state;
    assert_non_null(f);
    n = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[n] = '\0';
    vectors = cJSON_Parse(text);
    assert_non_null(vectors);
    assert_int_equal(gms_library_load(&library, "conf/targets.conf", err,
        sizeof(err)), GMS_OK);
    face = gms_library_find(&library,
        cJSON_GetObjectItem(vectors, "target")->valuestring, err, sizeof(err));
    assert_non_null(face);
    return 0;
}


static int
free_vectors(void **state)
{
    (void) state;
    cJSON_Delete(vectors);
    gms_library_free(&library);
    return 0;
}


static double
number(const cJSON *of, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(of, name);

    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}


static gms_score_t
scored(const cJSON *shot)
{
    return gms_score(face, number(vectors, "caliber_mm"), number(shot, "x_mm"),
        number(shot, "y_mm"));
}


/* Fails unless the value, written so, is the text of this name; a zero has no
 * sign. */
static void
shown(const cJSON *of, const char *name, int digits, double value)
{
    char        text[32];
    const char *want = cJSON_GetObjectItem(of, name)->valuestring;
    char       *json;

    snprintf(text, sizeof(text), "%.*f", digits, value);
    if (strtod(text, NULL) == 0 && text[0] == '-') {
        memmove(text, text + 1, strlen(text));
    }
    if (strcmp(text, want) != 0) {
        json = cJSON_PrintUnformatted(of);
        fail_msg("%s is %s, not %s: %s", name, text, want, json);
    }
}


static void
scores(void **state)
{
    const cJSON *shot;

    (void) state;
    cJSON_ArrayForEach(shot, cJSON_GetObjectItem(vectors, "shots"))
    {
        gms_score_t s = scored(shot);

        shown(shot, "score", 1, s.tenths / 10.0);
        assert_int_equal(s.ring, (int) number(shot, "ring"));
        assert_int_equal(s.inner,
            cJSON_IsTrue(cJSON_GetObjectItem(shot, "inner")));
    }
}


static void
directions(void **state)
{
    const cJSON *shot;

    (void) state;
    cJSON_ArrayForEach(shot, cJSON_GetObjectItem(vectors, "shots"))
    {
        double x = number(shot, "x_mm"), y = number(shot, "y_mm");
        int    hour = (int) number(shot, "hour");
        long   ours = lround(gms_advice_clock(x, y)) % 12;

        shown(shot, "radius", 1, hypot(x, y));
        if (hour > 0) { /* 0: too near to the centre to have one */
            assert_int_equal(ours == 0 ? 12 : ours, hour);
        }
    }
}


static void
groups(void **state)
{
    const cJSON *group, *i, *shot;

    (void) state;
    cJSON_ArrayForEach(group, cJSON_GetObjectItem(vectors, "groups"))
    {
        gms_group_t          g = { 0 };
        gms_group_measures_t m;
        int                  tenths = 0, rings = 0, inner = 0;

        cJSON_ArrayForEach(i, cJSON_GetObjectItem(group, "of"))
        {
            shot = cJSON_GetArrayItem(cJSON_GetObjectItem(vectors, "shots"),
                i->valueint);
            gms_score_t s = scored(shot);

            tenths += s.tenths;
            rings += s.ring;
            inner += s.inner;
            assert_int_equal(gms_group_add(&g, number(shot, "x_mm"),
                number(shot, "y_mm")), GMS_OK);
        }

        gms_group_measure_quick(&g, &m);
        shown(group, "total", 1, tenths / 10.0);
        shown(group, "average", 2, tenths / 10.0 / g.n);
        shown(group, "x", 1, m.x_mm.value);
        shown(group, "y", 1, m.y_mm.value);
        assert_int_equal(rings, (int) number(group, "rings"));
        assert_int_equal(inner, (int) number(group, "inner"));
        gms_group_free(&g);
    }
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "scores are shown as the pages show them",
          .test_func = scores },
        { .name = "so are directions and distances", .test_func = directions },
        { .name = "and what a group comes to", .test_func = groups },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name(
        "vectors", tests, read_vectors, free_vectors);
}
