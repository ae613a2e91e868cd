/* Statistics of groups: against an independent implementation where its
 * figures are there, and against known answers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/base/distribution.h"
#include "worker/session/angle.h"
#include "worker/session/cep.h"
#include "worker/session/group.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SHOTS_MAX 400

#define EXACT 1e-9
#define TIES_MAX 40
#define REFERENCE_CEP 2e-4  /* where the reference stops */

static const char *group_id;
static int         ties;


static void
check_near(const char *what, double got, double expected, double relative)
{
    if (!(fabs(got - expected) <= relative * fmax(fabs(expected), 1e-300))) {
        fail_msg("%s %s: %.15g, expected %.15g (off by %.3g)", group_id, what,
            got, expected, fabs(got / expected - 1));
    }
}


static char *
read_shared(const char *file)
{
    const char *shared = getenv("GMS_SHARED");
    char        path[1024], *text;
    FILE       *f;
    long        size;

    snprintf(path, sizeof(path), "%s/reference/shotgroups/%s",
        shared ? shared : "../shared", file);
    f = fopen(path, "r");
    if (f == NULL) {
        print_message("# SKIP no reference data: %s\n", file);
        skip();
    }
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    size = ftell(f);
    rewind(f);
    text = calloc(1, (size_t) size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t) size, f), (size_t) size);
    fclose(f);
    return text;
}


/* The shots of "set/series/subset" in their order. */
static int
read_shots(const char *id, gms_point_t *shot)
{
    char  name[64], series[32], subset[32], file[80], *text, *line, *next;
    int   n = 0;

    assert_int_equal(
        sscanf(id, "%63[^/]/%31[^/]/%31s", name, series, subset), 3);
    snprintf(file, sizeof(file), "%s.csv", name);
    text = read_shared(file);
    for (line = strchr(text, '\n'); line != NULL; line = next) {
        char   of[32];
        double x, y;

        line++;
        next = strchr(line, '\n');
        if (sscanf(line, "%*[^,],%31[^,],%*[^,],%lf,%lf", of, &x, &y) == 3
            && strcmp(of, series) == 0)
        {
            assert_true(n < SHOTS_MAX);
            shot[n++] = (gms_point_t) { x, y };
        }
    }
    free(text);
    if (strncmp(subset, "first", 5) == 0) {
        assert_true(atoi(subset + 5) <= n);
        n = atoi(subset + 5);
    }
    return n;
}


/* "a.b.c", names may not hold dots; "#2" is an element of a list. */
static double
figure(const cJSON *at, const char *path)
{
    char part[128];

    while (*path != '\0') {
        size_t size = strcspn(path, "|");

        memcpy(part, path, size);
        part[size] = '\0';
        path += size + (path[size] == '|');
        at = part[0] == '#'
            ? cJSON_GetArrayItem(at, atoi(part + 1))
            : cJSON_GetObjectItemCaseSensitive(at, part);
        if (at == NULL) {
            fail_msg("%s: no %s", group_id, part);
        }
    }
    return cJSON_IsNumber(at) ? at->valuedouble : NAN;
}


static void
check_interval(const cJSON *ref, const char *what, const char *value,
    const char *low, const char *high, gms_interval_t i, double bias)
{
    if (value != NULL) {
        check_near(what, i.value, figure(ref, value), EXACT);
    }
    check_near(what, i.low, figure(ref, low) / bias, EXACT);
    check_near(what, i.high, figure(ref, high) / bias, EXACT);
}


static void
check_ceps(const cJSON *ref, const gms_group_measures_t *m)
{
    static const char *const share[] = { "CEP0.5", "CEP0.9", "CEP0.95" };
    char                     path[128];

    for (int i = 0; i < GMS_SHARES; i++) {
        for (int aim = 0; aim < 2; aim++) {
            const gms_cep_t *c = aim ? &m->about_aim_mm[i] : &m->cep_mm[i];
            const char *of = aim ? "getCEP_accuracyTRUE" : "getCEP_accuracyFALSE";

            snprintf(path, sizeof(path), "%s|%s|CorrNormal", of, share[i]);
            if (!isnan(figure(ref, path))) { /* it has none for two groups */
                check_near(
                    path, c->correlated, figure(ref, path), REFERENCE_CEP);
            }
            snprintf(path, sizeof(path), "%s|%s|GrubbsPatnaik", of, share[i]);
            check_near(path, c->grubbs, figure(ref, path), EXACT);
            if (!aim) { /* about the aim the reference moves the offset */
                snprintf(path, sizeof(path), "%s|%s|Rayleigh", of, share[i]);
                check_near(path, c->round.value, figure(ref, path), EXACT);
            }
        }
    }
}


static void
check_places(const cJSON *ref, const gms_group_measures_t *m)
{
    check_near("x", m->x_mm.value, figure(ref, "groupLocation|ctr|x"), EXACT);
    check_near("y", m->y_mm.value, figure(ref, "groupLocation|ctr|y"), EXACT);
    check_interval(ref, "x", NULL, "groupLocation|ctrXci|lo",
        "groupLocation|ctrXci|up", m->x_mm, 1);
    check_interval(ref, "y", NULL, "groupLocation|ctrYci|lo",
        "groupLocation|ctrYci|up", m->y_mm, 1);
    check_near("offset", m->offset_mm,
        figure(ref, "groupLocation|distPOA|unit"), EXACT);
    check_near("F", m->hotelling_f, figure(ref, "groupLocation|Hotelling|F"),
        EXACT);
    check_near("p", m->offset_p, figure(ref, "groupLocation|Hotelling|p"),
        EXACT);
}


/* The reference calls width what lies along one side of the hull; here it is
 * the longer side. */
static void
check_box(const cJSON *ref, gms_box_t box)
{
    double w = figure(ref, "getMinBBox|width");
    double h = figure(ref, "getMinBBox|height");

    check_near("box area", box.width * box.height, w * h, EXACT);
    if (fabs(box.width - fmax(w, h)) > EXACT * w) {
        ties++; /* around a triangle all three boxes have one area */
        return;
    }
    check_near("box", box.height, fmin(w, h), EXACT);
    check_near("box", box.angle_deg, figure(ref, "getMinBBox|angle"), EXACT);
}


static void
check_sizes(const cJSON *ref, const gms_group_measures_t *m)
{
    double bias = gms_c4(2 * m->n - 1), aim_bias = gms_c4(2 * m->n + 1);

    check_interval(ref, "sd x", "groupSpread|sdXY|unit|x",
        "groupSpread|sdXci|sdX (", "groupSpread|sdXci|sdX )", m->sd_x_mm, 1);
    check_interval(ref, "sd y", "groupSpread|sdXY|unit|y",
        "groupSpread|sdYci|sdY (", "groupSpread|sdYci|sdY )", m->sd_y_mm, 1);
    check_near("correlation", m->correlation, figure(ref, "corXY"), EXACT);
    /* The reference divides the ends by the bias too, the textbook does not */
    check_interval(ref, "sigma", "getRayParam|sigma|#0",
        "getRayParam|sigma|#1", "getRayParam|sigma|#2", m->sigma_mm, 1 / bias);
    check_interval(ref, "mean radius", "getRayParam|MR|#0",
        "getRayParam|MR|#1", "getRayParam|MR|#2", m->mean_radius_mm, 1 / bias);
    check_interval(ref, "radius sd", "getRayParam|RSD|#0",
        "getRayParam|RSD|#1", "getRayParam|RSD|#2", m->radius_sd_mm, 1 / bias);
    check_interval(ref, "sigma about aim", "getRayParam_mu0|sigma|#0",
        "getRayParam_mu0|sigma|#1", "getRayParam_mu0|sigma|#2",
        m->sigma_about_aim_mm, 1 / aim_bias);
    check_near("rms", m->rms_radius_mm, figure(ref, "distToCtr|rms"), EXACT);
    check_near("spread", m->extreme_spread_mm,
        figure(ref, "getMaxPairDist|d"), EXACT);
    check_near("width", m->width_mm, figure(ref, "getBoundingBox|width"), EXACT);
    check_near(
        "height", m->height_mm, figure(ref, "getBoundingBox|height"), EXACT);
    check_near("FoM", m->figure_of_merit_mm, figure(ref, "getBoundingBox|FoM"),
        EXACT);
    check_near(
        "diagonal", m->diagonal_mm, figure(ref, "getBoundingBox|diag"), EXACT);
    check_box(ref, m->box_mm);
    check_near(
        "circle", m->circle_mm.r, figure(ref, "getMinCircle|rad"), EXACT);
    check_near("circle", m->circle_mm.x, figure(ref, "getMinCircle|ctr|#0"),
        1e-8);
    if (!isnan(m->spread_sigma_mm)) {
        check_near("sigma by spread", m->spread_sigma_mm,
            figure(ref, "range2sigma|ES"), 2e-3);
    }
}


static void
check_shapes(const cJSON *ref, const gms_group_measures_t *m)
{
    check_near("ellipse 50", m->ellipse_long_mm[0],
        figure(ref, "groupSpread|confEll50|unit|semi-major"), EXACT);
    check_near("ellipse 95", m->ellipse_long_mm[2],
        figure(ref, "getConfEll95|size|unit|semi-major"), EXACT);
    check_near("ellipse 95", m->ellipse_short_mm[2],
        figure(ref, "getConfEll95|size|unit|semi-minor"), EXACT);
    check_near("angle", m->ellipse_angle_deg,
        figure(ref, "getConfEll95|shape|angle"), EXACT);
    check_near("aspect", m->aspect,
        figure(ref, "getConfEll95|shape|aspectRatio"), EXACT);
    check_near("flattening", m->flattening,
        figure(ref, "getConfEll95|shape|flattening"), EXACT);
}


static void
check_radii(const cJSON *ref, const gms_group_t *g, const gms_point_t *shot)
{
    double            scratch[SHOTS_MAX];
    gms_group_radii_t r;

    gms_group_radii(g, shot, g->n, scratch, &r);
    check_near("mean radius", r.mean_mm, figure(ref, "distToCtr|mean"), EXACT);
    check_near("median", r.median_mm, figure(ref, "distToCtr|median"), EXACT);
    check_near("max", r.max_mm, figure(ref, "distToCtr|max"), EXACT);
}


static void
agrees_with_the_reference(void **state)
{
    char  *text = read_shared("reference.json");
    cJSON *all = cJSON_Parse(text), *ref;
    int    groups = 0;

    (void) state;
    assert_non_null(all);
    cJSON_ArrayForEach(ref, cJSON_GetObjectItem(all, "groups"))
    {
        gms_point_t          shot[SHOTS_MAX];
        gms_group_t          g = { 0 };
        gms_group_measures_t m;
        int                  n;

        group_id = ref->string;
        n = read_shots(group_id, shot);
        assert_int_equal(n, (int) figure(ref, "n"));
        for (int i = 0; i < n; i++) {
            assert_int_equal(gms_group_add(&g, shot[i].x, shot[i].y), GMS_OK);
        }
        gms_group_measure(&g, &m);
        check_places(ref, &m);
        check_sizes(ref, &m);
        check_shapes(ref, &m);
        check_ceps(ref, &m);
        check_radii(ref, &g, shot);
        gms_group_free(&g);
        groups++;
    }
    assert_int_equal(groups, 164);
    assert_in_range(ties, 0, TIES_MAX);
    cJSON_Delete(all);
    free(text);
}


/* "set/series/subset" with its six radii. */
static void
check_exact_line(const char *line)
{
    char                 id[64];
    double               r[6];
    gms_point_t          shot[SHOTS_MAX];
    gms_group_t          g = { 0 };
    gms_group_measures_t m;

    assert_int_equal(sscanf(line, "%63[^,],%lf,%lf,%lf,%lf,%lf,%lf", id, &r[0],
                         &r[1], &r[2], &r[3], &r[4], &r[5]),
        7);
    group_id = id;
    for (int i = 0, n = read_shots(id, shot); i < n; i++) {
        assert_int_equal(gms_group_add(&g, shot[i].x, shot[i].y), GMS_OK);
    }
    gms_group_measure(&g, &m);
    for (int i = 0; i < GMS_SHARES; i++) {
        check_near("own", m.cep_mm[i].correlated, r[i], EXACT);
        check_near("aim", m.about_aim_mm[i].correlated, r[i + 3], EXACT);
    }
    gms_group_free(&g);
}


static void
radii_are_exact(void **state)
{
    char *text = read_shared("cep_corrnormal_exact.csv"), *line = text;
    int   lines = 0;

    (void) state;
    while ((line = strchr(line, '\n')) != NULL && line[1] != '\0') {
        check_exact_line(++line);
        lines++;
    }
    assert_int_equal(lines, 120);
    free(text);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        { .name = "figures of 164 groups agree with an independent implementation",
            .test_func = agrees_with_the_reference },
        { .name = "radii of correlated groups agree with exact ones",
            .test_func = radii_are_exact },
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);

    return cmocka_run_group_tests_name("group", tests, NULL, NULL);
}
