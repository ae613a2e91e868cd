/* The gmshoot_range block of gms_grammar. */

#include "grammar_blocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "unit.h"

/* From a BB to a large-bore rifle; what is outside is a slip of the unit. */
#define CALIBER_MIN (GMS_MICRO / 10)
#define CALIBER_MAX (20 * GMS_MICRO)
#define DISTANCE_MIN (1 * GMS_MICRO)
#define DISTANCE_MAX (2000 * GMS_MICRO)
#define FLOOR_MAX (3600 * GMS_MICRO)
#define STOP_MAX (86400 * GMS_MICRO)
#define ROUND_SHOTS_MAX (1000 * GMS_MICRO)
#define FACTOR_MAX (100 * GMS_MICRO)
#define IDLE_MIN (60 * GMS_MICRO)
#define IDLE_MAX (7 * 86400 * GMS_MICRO)

/* Room for the sentence of gms_unit_parse and gms_camera_parse. */
#define WHY_SIZE 384


void
gms_range_init(gms_range_t *r, const char *name, const gms_place_t *at)
{
    memset(r, 0, sizeof(*r));
    snprintf(r->name, sizeof(r->name), "%s", name);
    snprintf(r->title, sizeof(r->title), "%s", name);
    snprintf(r->detector, sizeof(r->detector), "builtin");
    r->at = *at;
    r->rounds_auto = true;
    r->alpha = 3 * GMS_MICRO / 10;
    r->high = 4 * GMS_MICRO;
    r->low = 2 * GMS_MICRO;
    r->floor = 8 * GMS_MICRO;
    r->stop = 300 * GMS_MICRO;
    r->idle = 14400 * GMS_MICRO;
    gms_range_evidence_init(r);
}


static void
forget_camera(gms_range_t *r)
{
    for (int i = 0; i < r->camera_words; i++) {
        free(r->camera_word[i]);
    }
    free(r->camera_word);
    r->camera_word = NULL;
    r->camera_words = 0;
}


void
gms_range_free(gms_range_t *r)
{
    if (r != NULL) {
        forget_camera(r);
        free(r);
    }
}


int
gms_range_title(gms_grammar_t *g, int argc, const char *const *argv)
{
    (void) argc;

    return gms_grammar_title(g, argv[1], g->open_range->title);
}


/* Folder of the file under way, "." for one without. */
static void
folder(const gms_place_t *at, char *buf, size_t size)
{
    const char *slash = at->file ? strrchr(at->file, '/') : NULL;

    if (slash == NULL) {
        snprintf(buf, size, ".");
    } else if (slash == at->file) {
        snprintf(buf, size, "/");
    } else {
        snprintf(buf, size, "%.*s", (int) (slash - at->file), at->file);
    }
}


/* The words as they stand, but the path of a clip made absolute: the worker
 * may run in another folder. */
static int
keep_camera_words(gms_range_t *r, int argc, const char *const *argv)
{
    char clip[sizeof(r->camera.locator) + 8];

    r->camera_word = calloc((size_t) argc, sizeof(char *));
    if (r->camera_word == NULL) {
        return GMS_ENOMEM;
    }

    snprintf(clip, sizeof(clip), "clip:%s", r->camera.locator);

    for (int i = 0; i < argc; i++) {
        r->camera_word[i] = strdup(
            i == 0 && r->camera.kind == GMS_CAMERA_CLIP ? clip : argv[i]);
        if (r->camera_word[i] == NULL) {
            return GMS_ENOMEM;
        }
        r->camera_words++;
    }

    return GMS_OK;
}


int
gms_range_camera(gms_grammar_t *g, int argc, const char *const *argv)
{
    char         base[sizeof(((gms_camera_t *) 0)->locator)];
    char         why[WHY_SIZE];
    gms_range_t *r = g->open_range;

    folder(&g->here, base, sizeof(base));
    forget_camera(r);

    if (gms_camera_parse(&r->camera, argc - 1, argv + 1, base, why, sizeof(why))
        != GMS_OK)
    {
        return gms_grammar_refuse(g, &g->here, "camera: %s", why);
    }

    for (int i = 0; i < argc - 1; i++) {
        if (!gms_text_is_title(argv[i + 1], sizeof(base))) {
            return gms_grammar_refuse(g, &g->here,
                "camera: word %d is no "
                "UTF-8, or has control characters",
                i + 1);
        }
    }

    r->camera_at = g->here;

    return keep_camera_words(r, argc - 1, argv + 1);
}


static int
take_name(
    gms_grammar_t *g, const char *key, char *buf, size_t size, const char *name)
{
    char word[GMS_WORD_SIZE];

    if (!gms_text_is_name(name, size - 1)) {
        return gms_grammar_refuse(g, &g->here,
            "%s: \"%s\" is no name: use 1 "
            "to %zu characters of a-z 0-9 _ -",
            key, gms_text_word(word, name), size - 1);
    }

    snprintf(buf, size, "%s", name);

    return GMS_OK;
}


int
gms_range_target(gms_grammar_t *g, int argc, const char *const *argv)
{
    gms_range_t *r = g->open_range;

    (void) argc;
    r->target_at = g->here;

    return take_name(g, "target", r->target, sizeof(r->target), argv[1]);
}


int
gms_range_detector(gms_grammar_t *g, int argc, const char *const *argv)
{
    gms_range_t *r = g->open_range;

    (void) argc;

    return take_name(g, "detector", r->detector, sizeof(r->detector), argv[1]);
}


static int
take_unit(gms_grammar_t *g, const char *key, gms_unit_e unit, const char *text,
    int64_t min, int64_t max, int64_t *micro)
{
    char why[WHY_SIZE];

    if (gms_unit_parse(unit, text, min, max, micro, why, sizeof(why)) != GMS_OK)
    {
        return gms_grammar_refuse(g, &g->here, "%s: %s", key, why);
    }

    return GMS_OK;
}


int
gms_range_caliber(gms_grammar_t *g, int argc, const char *const *argv)
{
    (void) argc;
    g->open_range->caliber_at = g->here;

    return take_unit(g, "caliber", GMS_UNIT_LENGTH, argv[1], CALIBER_MIN,
        CALIBER_MAX, &g->open_range->caliber);
}


int
gms_range_distance(gms_grammar_t *g, int argc, const char *const *argv)
{
    (void) argc;

    return take_unit(g, "distance", GMS_UNIT_DISTANCE, argv[1], DISTANCE_MIN,
        DISTANCE_MAX, &g->open_range->distance);
}


int
gms_range_targets(gms_grammar_t *g, int argc, const char *const *argv)
{
    int          rc;
    gms_range_t *r = g->open_range;

    r->targets_at = g->here;
    r->targets = 0;

    for (int i = 1; i < argc; i++) {
        rc = take_name(g, "targets", r->target_list[r->targets],
            sizeof(r->target_list[0]), argv[i]);
        if (rc != GMS_OK) {
            return rc;
        }
        for (int k = 0; k < r->targets; k++) {
            if (strcmp(r->target_list[k], argv[i]) == 0) {
                return gms_grammar_refuse(
                    g, &g->here, "targets: \"%s\" stands there twice", argv[i]);
            }
        }
        r->targets++;
    }

    return GMS_OK;
}


int
gms_range_calibers(gms_grammar_t *g, int argc, const char *const *argv)
{
    int          rc;
    gms_range_t *r = g->open_range;

    r->calibers = 0;

    for (int i = 1; i < argc; i++) {
        rc = take_unit(g, "calibers", GMS_UNIT_LENGTH, argv[i], CALIBER_MIN,
            CALIBER_MAX, &r->caliber_list[r->calibers]);
        if (rc != GMS_OK) {
            return rc;
        }
        for (int k = 0; k < r->calibers; k++) {
            if (r->caliber_list[k] == r->caliber_list[r->calibers]) {
                return gms_grammar_refuse(
                    g, &g->here, "calibers: %s stands there twice", argv[i]);
            }
        }
        r->calibers++;
    }

    return GMS_OK;
}


int
gms_range_options(gms_grammar_t *g, int argc, const char *const *argv,
    int first, const gms_range_option_t *option, size_t n, const char *known)
{
    int      rc;
    char     word[GMS_WORD_SIZE];
    size_t   k;
    unsigned seen = 0;

    for (int i = first; i < argc; i++) {
        for (k = 0; k < n; k++) {
            if (strncmp(argv[i], option[k].key, strlen(option[k].key)) == 0) {
                break;
            }
        }
        if (k == n || (seen & (1U << k))) {
            return gms_grammar_refuse(g, &g->here,
                "%s: \"%s\" is %s: %s are known, each once", argv[0],
                gms_text_word(word, argv[i]), k == n ? "unknown" : "double",
                known);
        }
        seen |= 1U << k;

        rc = take_unit(g, argv[0], option[k].unit,
            argv[i] + strlen(option[k].key), option[k].min, option[k].max,
            option[k].value);
        if (rc != GMS_OK) {
            return rc;
        }
    }

    return GMS_OK;
}


int
gms_range_rounds(gms_grammar_t *g, int argc, const char *const *argv)
{
    gms_range_t *r = g->open_range;

    const gms_range_option_t options[] = {
        { "alpha=", GMS_UNIT_NUMBER, GMS_MICRO / 100, GMS_MICRO, &r->alpha },
        { "high=", GMS_UNIT_NUMBER, GMS_MICRO, FACTOR_MAX, &r->high },
        { "low=", GMS_UNIT_NUMBER, GMS_MICRO, FACTOR_MAX, &r->low },
        { "floor=", GMS_UNIT_DURATION, 0, FLOOR_MAX, &r->floor },
        { "stop=", GMS_UNIT_DURATION, GMS_MICRO, STOP_MAX, &r->stop },
        { "shots=", GMS_UNIT_NUMBER, GMS_MICRO, ROUND_SHOTS_MAX, &r->shots },
    };

    int  rc;
    char word[GMS_WORD_SIZE];

    r->rounds_auto = strcmp(argv[1], "auto") == 0;
    if (!r->rounds_auto && strcmp(argv[1], "manual") != 0) {
        return gms_grammar_refuse(g, &g->here,
            "rounds: \"%s\" is neither "
            "auto nor manual",
            gms_text_word(word, argv[1]));
    }

    rc = gms_range_options(g, argc, argv, 2, options,
        sizeof(options) / sizeof(options[0]),
        "alpha=, high=, low=, floor=, stop= and shots=");
    if (rc != GMS_OK) {
        return rc;
    }

    if (r->shots % GMS_MICRO != 0) {
        return gms_grammar_refuse(
            g, &g->here, "rounds: shots= is a whole number");
    }
    if (r->low >= r->high) {
        return gms_grammar_refuse(g, &g->here,
            "rounds: low must be below "
            "high: a pause above high x the usual one opens a break, shots "
            "closer than low x confirm it");
    }

    return GMS_OK;
}


int
gms_range_idle(gms_grammar_t *g, int argc, const char *const *argv)
{
    (void) argc;

    return take_unit(g, "idle", GMS_UNIT_DURATION, argv[1], IDLE_MIN, IDLE_MAX,
        &g->open_range->idle);
}


int
gms_range_complete(gms_grammar_t *g, gms_range_t *r)
{
    int i;

    if (r->targets == 0) {
        memcpy(r->target_list[r->targets++], r->target, sizeof(r->target));
        r->targets_at = r->target_at;
    }
    if (r->calibers == 0) {
        r->caliber_list[r->calibers++] = r->caliber;
    }

    for (i = 0; i < r->targets; i++) {
        if (strcmp(r->target_list[i], r->target) == 0) {
            break;
        }
    }
    if (i == r->targets) {
        return gms_grammar_refuse(g, &r->target_at,
            "target \"%s\" is not "
            "among the targets of the lane",
            r->target);
    }

    for (i = 0; i < r->calibers; i++) {
        if (r->caliber_list[i] == r->caliber) {
            break;
        }
    }
    if (i == r->calibers) {
        return gms_grammar_refuse(g, &r->caliber_at,
            "the caliber is not "
            "among the calibers of the lane");
    }

    return GMS_OK;
}


int
gms_range_resolve(gms_grammar_t *g, const gms_range_t *r)
{
    char owner[GMS_RANGE_NAME_SIZE + 8];
    int  rc = GMS_OK;

    snprintf(owner, sizeof(owner), "lane \"%s\"", r->name);

    for (int i = 0; rc == GMS_OK && i < r->targets; i++) {
        rc = gms_grammar_face(g, &r->targets_at, owner, r->target_list[i]);
    }

    return rc;
}


static bool
overlap(const int a[4], const int b[4])
{
    return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3]
        && b[1] < a[1] + a[3];
}


static bool
same_options(const gms_camera_t *a, const gms_camera_t *b)
{
    const char *value;

    if (a->options != b->options) {
        return false;
    }

    for (int i = 0; i < a->options; i++) {
        value = gms_camera_option(b, a->option[i].key);
        if (value == NULL || strcmp(value, a->option[i].value) != 0) {
            return false;
        }
    }

    return true;
}


/* Two lanes at one camera share one capture: each needs its part of the
 * picture, and both must want the same picture.  *sharing counts them. */
int
gms_range_share(gms_grammar_t *g, const gms_range_t *r,
    const gms_range_t *earlier, int *sharing)
{
    const gms_camera_t *a = &r->camera, *b = &earlier->camera;

    if (!gms_camera_same(a, b)) {
        return GMS_OK;
    }

    if (++*sharing >= GMS_CAMERA_LANES_MAX) {
        return gms_grammar_refuse(g, &r->camera_at,
            "lane \"%s\": at most %d "
            "lanes share a camera",
            r->name, GMS_CAMERA_LANES_MAX);
    }
    if (!a->has_region || !b->has_region) {
        return gms_grammar_refuse(g, &r->camera_at,
            "lanes \"%s\" and \"%s\" "
            "share a camera: give each its part of the picture with "
            "region=x,y,width,height",
            earlier->name, r->name);
    }
    if (overlap(a->region, b->region)) {
        return gms_grammar_refuse(g, &r->camera_at,
            "the regions of lanes "
            "\"%s\" and \"%s\" overlap: a hole would count on both",
            earlier->name, r->name);
    }
    if (a->rotate != b->rotate || a->mirror != b->mirror || a->fps < b->fps
        || a->fps > b->fps || a->width != b->width || a->height != b->height
        || a->loop != b->loop || !same_options(a, b))
    {
        return gms_grammar_refuse(g, &r->camera_at,
            "lanes \"%s\" and \"%s\" "
            "share a camera: all its options but region must be the same",
            earlier->name, r->name);
    }

    return GMS_OK;
}


void
gms_range_write(gms_text_t *t, const gms_range_t *r)
{
    gms_text_put(t, "{\"name\":\"%s\",\"title\":", r->name);
    gms_text_put_string(t, r->title);

    gms_text_put(t, ",\"camera\":[");
    for (int i = 0; i < r->camera_words; i++) {
        gms_text_put(t, i ? "," : "");
        gms_text_put_string(t, r->camera_word[i]);
    }

    gms_text_put(t, "],\"target\":\"%s\",\"caliber_mm\":", r->target);
    gms_text_put_micro(t, r->caliber);
    gms_text_put(t, ",\"distance_m\":");
    gms_text_put_micro(t, r->distance);

    gms_text_put(t, ",\"targets\":[");
    for (int i = 0; i < r->targets; i++) {
        gms_text_put(t, "%s\"%s\"", i ? "," : "", r->target_list[i]);
    }
    gms_text_put(t, "],\"calibers_mm\":[");
    for (int i = 0; i < r->calibers; i++) {
        gms_text_put(t, i ? "," : "");
        gms_text_put_micro(t, r->caliber_list[i]);
    }

    gms_text_put(t,
        "],\"detector\":\"%s\",\"rounds\":{\"mode\":\"%s\","
        "\"alpha\":",
        r->detector, r->rounds_auto ? "auto" : "manual");
    gms_text_put_micro(t, r->alpha);
    gms_text_put(t, ",\"high\":");
    gms_text_put_micro(t, r->high);
    gms_text_put(t, ",\"low\":");
    gms_text_put_micro(t, r->low);
    gms_text_put(t, ",\"floor_s\":");
    gms_text_put_micro(t, r->floor);
    gms_text_put(t, ",\"stop_s\":");
    gms_text_put_micro(t, r->stop);
    gms_text_put(t, ",\"shots\":");
    gms_text_put_micro(t, r->shots);
    gms_text_put(t, "},\"idle_s\":");
    gms_text_put_micro(t, r->idle);
    gms_range_evidence_write(t, r);
    gms_text_put(t, "}");
}
