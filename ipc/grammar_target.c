/* The gmshoot_target block of gms_grammar. */

#include "grammar_blocks.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "unit.h"

#define DIAMETER_MIN (GMS_MICRO / 100)
#define DIAMETER_MAX (5000 * GMS_MICRO)
#define GAUGE_MIN (GMS_MICRO / 10)
#define GAUGE_MAX (20 * GMS_MICRO)

#define WHY_SIZE 384


void
gms_target_init(gms_target_t *t, const char *name, const gms_place_t *at)
{
    memset(t, 0, sizeof(*t));
    snprintf(t->name, sizeof(t->name), "%s", name);
    snprintf(t->title, sizeof(t->title), "%s", name);
    t->decimal = "none";
    t->at = *at;
}


int
gms_target_title(gms_grammar_t *g, int argc, const char *const *argv)
{
    (void) argc;

    return gms_grammar_title(g, argv[1], g->open_face->title);
}


static int
take_length(gms_grammar_t *g, const char *key, const char *text, int64_t min,
    int64_t max, int64_t *micro)
{
    char why[WHY_SIZE];

    if (gms_unit_parse(GMS_UNIT_LENGTH, text, min, max, micro, why, sizeof(why))
        != GMS_OK)
    {
        return gms_grammar_refuse(g, &g->here, "%s: %s", key, why);
    }

    return GMS_OK;
}


static int
bad_rings(gms_grammar_t *g, const char *word)
{
    char shown[GMS_WORD_SIZE];

    return gms_grammar_refuse(g, &g->here,
        "rings: \"%s\" is not understood: "
        "write 10..1 first=11.5mm step=16mm, or each ring as 10=3.36in",
        gms_text_word(shown, word));
}


/* "10..3": the values from and to; false if it is none. */
static bool
read_span(const char *text, int *from, int *to)
{
    char        first[4], why[WHY_SIZE];
    const char *dots = strstr(text, "..");

    if (dots == NULL || (size_t) (dots - text) >= sizeof(first)) {
        return false;
    }
    memcpy(first, text, (size_t) (dots - text));
    first[dots - text] = '\0';

    return gms_unit_integer(first, 1, 10, from, why, sizeof(why)) == GMS_OK
        && gms_unit_integer(dots + 2, 1, 10, to, why, sizeof(why)) == GMS_OK
        && *to <= *from;
}


static int
rings_by_step(gms_grammar_t *g, int argc, const char *const *argv)
{
    int           from, to, rc;
    int64_t       first = 0, step = 0;
    gms_target_t *t = g->open_face;

    if (!read_span(argv[1], &from, &to)) {
        return bad_rings(g, argv[1]);
    }

    for (int i = 2; i < argc; i++) {
        if (strncmp(argv[i], "first=", 6) == 0 && first == 0) {
            rc = take_length(g, "rings: first", argv[i] + 6, DIAMETER_MIN,
                DIAMETER_MAX, &first);
        } else if (strncmp(argv[i], "step=", 5) == 0 && step == 0) {
            rc = take_length(g, "rings: step", argv[i] + 5, DIAMETER_MIN,
                DIAMETER_MAX, &step);
        } else {
            rc = bad_rings(g, argv[i]);
        }
        if (rc != GMS_OK) {
            return rc;
        }
    }

    if (first == 0 || (step == 0 && from != to)) {
        return gms_grammar_refuse(g, &g->here, "rings: %s is missing: %s",
            first == 0 ? "first=" : "step=",
            first == 0 ? "the diameter of the highest ring"
                       : "what each further ring adds to the diameter");
    }

    for (int v = from; v >= to; v--) {
        t->ring[t->rings].value = v;
        t->ring[t->rings++].diameter = first + (from - v) * step;
    }

    if (t->ring[t->rings - 1].diameter > DIAMETER_MAX) {
        return gms_grammar_refuse(
            g, &g->here, "rings: the outermost is wider than 5000mm");
    }

    return GMS_OK;
}


static int
rings_by_list(gms_grammar_t *g, int argc, const char *const *argv)
{
    int           rc, value;
    char          text[4], why[WHY_SIZE];
    size_t        n;
    int64_t       diameter;
    gms_target_t *t = g->open_face;

    for (int i = 1; i < argc; i++) {
        n = strcspn(argv[i], "=");
        if (argv[i][n] == '\0' || n >= sizeof(text)) {
            return bad_rings(g, argv[i]);
        }
        memcpy(text, argv[i], n);
        text[n] = '\0';

        if (gms_unit_integer(text, 1, 10, &value, why, sizeof(why)) != GMS_OK) {
            return gms_grammar_refuse(g, &g->here, "rings: %s", why);
        }
        rc = take_length(
            g, "rings", argv[i] + n + 1, DIAMETER_MIN, DIAMETER_MAX, &diameter);
        if (rc != GMS_OK) {
            return rc;
        }

        if (i > 1
            && (value != t->ring[i - 2].value - 1
                || diameter <= t->ring[i - 2].diameter))
        {
            return gms_grammar_refuse(g, &g->here,
                "rings: ring %d must be "
                "one less than the ring before it, and wider",
                value);
        }

        t->ring[t->rings].value = value;
        t->ring[t->rings++].diameter = diameter;
    }

    return GMS_OK;
}


int
gms_target_rings(gms_grammar_t *g, int argc, const char *const *argv)
{
    g->open_face->rings = 0;

    if (strchr(argv[1], '=') != NULL) {
        return rings_by_list(g, argc, argv);
    }

    return rings_by_step(g, argc, argv);
}


int
gms_target_black(gms_grammar_t *g, int argc, const char *const *argv)
{
    char          why[WHY_SIZE];
    gms_target_t *t = g->open_face;

    (void) argc;
    t->black_said = true;
    t->black_at = g->here;

    if (strcmp(argv[1], "none") == 0
        || gms_unit_integer(argv[1], 1, 10, &t->black_ring, why, sizeof(why))
            == GMS_OK)
    {
        return GMS_OK;
    }

    return take_length(g, "black (a ring number, a diameter or none)", argv[1],
        DIAMETER_MIN, DIAMETER_MAX, &t->black);
}


int
gms_target_inner(gms_grammar_t *g, int argc, const char *const *argv)
{
    char          word[GMS_WORD_SIZE];
    gms_target_t *t = g->open_face;

    t->inner_at = g->here;

    if (argc == 3) {
        if (strcmp(argv[2], "shot-out") != 0) {
            return gms_grammar_refuse(g, &g->here,
                "inner: \"%s\" is "
                "unknown: write shot-out when the dot must be gone, or "
                "nothing",
                gms_text_word(word, argv[2]));
        }
        t->shot_out = true;
    }

    return take_length(
        g, "inner", argv[1], DIAMETER_MIN, DIAMETER_MAX, &t->inner);
}


int
gms_target_gauge(gms_grammar_t *g, int argc, const char *const *argv)
{
    int           rc;
    char          word[GMS_WORD_SIZE];
    int64_t       gauge, above = 0;
    gms_target_t *t = g->open_face;

    if (t->gauges == GMS_TARGET_GAUGES_MAX) {
        return gms_grammar_refuse(
            g, &g->here, "more than %d gauges", GMS_TARGET_GAUGES_MAX);
    }

    rc = take_length(g, "gauge", argv[1], GAUGE_MIN, GAUGE_MAX, &gauge);
    if (rc == GMS_OK && argc == 3) {
        if (strncmp(argv[2], "above=", 6) != 0) {
            return gms_grammar_refuse(g, &g->here,
                "gauge: \"%s\" is "
                "unknown: write above=5.7mm for the calibers it is for",
                gms_text_word(word, argv[2]));
        }
        rc = take_length(
            g, "gauge: above", argv[2] + 6, GAUGE_MIN, GAUGE_MAX, &above);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    for (int i = 0; i < t->gauges; i++) {
        if (t->gauge[i].above == above) {
            return gms_grammar_refuse(g, &g->here,
                "gauge: there is one for "
                "these calibers already");
        }
    }

    t->gauge[t->gauges].gauge = gauge;
    t->gauge[t->gauges++].above = above;

    return GMS_OK;
}


int
gms_target_decimal(gms_grammar_t *g, int argc, const char *const *argv)
{
    static const char *const rules[] = { "linear", "two-part", "none" };

    char word[GMS_WORD_SIZE];

    (void) argc;
    g->open_face->decimal_at = g->here;

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (strcmp(argv[1], rules[i]) == 0) {
            g->open_face->decimal = rules[i];
            return GMS_OK;
        }
    }

    return gms_grammar_refuse(g, &g->here,
        "decimal: \"%s\" is none of "
        "linear, two-part, none",
        gms_text_word(word, argv[1]));
}


int
gms_target_count(gms_grammar_t *g, int argc, const char *const *argv)
{
    char word[GMS_WORD_SIZE];

    (void) argc;
    g->open_face->count_at = g->here;

    if (strcmp(argv[1], "integer") != 0 && strcmp(argv[1], "decimal") != 0) {
        return gms_grammar_refuse(g, &g->here,
            "count: \"%s\" is none of integer, decimal",
            gms_text_word(word, argv[1]));
    }
    g->open_face->tenths = strcmp(argv[1], "decimal") == 0;

    return GMS_OK;
}


int
gms_target_card(gms_grammar_t *g, int argc, const char *const *argv)
{
    (void) argc;
    g->open_face->card_at = g->here;

    return take_length(
        g, "card", argv[1], DIAMETER_MIN, DIAMETER_MAX, &g->open_face->card);
}


/* 11 - r/w agrees with the rings only when the ten, gauge included, is as
 * wide as every other ring. */
static bool
is_linear(const gms_target_t *t)
{
    int64_t step;

    if (t->rings < 2) {
        return false;
    }

    step = t->ring[1].diameter - t->ring[0].diameter;
    for (int i = 2; i < t->rings; i++) {
        if (t->ring[i].diameter - t->ring[i - 1].diameter != step) {
            return false;
        }
    }
    for (int i = 0; i < t->gauges; i++) {
        if (t->ring[0].diameter + t->gauge[i].gauge != step) {
            return false;
        }
    }

    return true;
}


static int
complete_black(gms_grammar_t *g, gms_target_t *t)
{
    for (int i = 0; t->black_ring != 0 && i < t->rings; i++) {
        if (t->ring[i].value == t->black_ring) {
            t->black = t->ring[i].diameter;
        }
    }

    if (t->black_ring != 0 && t->black == 0) {
        return gms_grammar_refuse(
            g, &t->black_at, "black: the face has no ring %d", t->black_ring);
    }

    return GMS_OK;
}


static int
complete_gauge(gms_grammar_t *g, const gms_target_t *t)
{
    for (int i = 0; i < t->gauges; i++) {
        if (t->gauge[i].above == 0) {
            return GMS_OK;
        }
    }

    return gms_grammar_refuse(g, &t->at,
        "gmshoot_target \"%s\" "
        "lacks a gauge without above=, for all other calibers",
        t->name);
}


static int
complete_decimal(gms_grammar_t *g, const gms_target_t *t)
{
    bool none = strcmp(t->decimal, "none") == 0;

    if (!none && t->ring[0].value != 10) {
        return gms_grammar_refuse(g, &t->decimal_at,
            "decimal: tenths need "
            "a face whose highest ring is the 10");
    }
    if (strcmp(t->decimal, "linear") == 0 && !is_linear(t)) {
        return gms_grammar_refuse(g, &t->decimal_at,
            "decimal: linear needs "
            "equal rings, and a ten that with its gauge is as wide as the "
            "step (first + gauge = step); this face is two-part");
    }
    if (t->tenths && none) {
        return gms_grammar_refuse(
            g, &t->count_at, "count: there are no tenths without decimal");
    }

    return GMS_OK;
}


int
gms_target_complete(gms_grammar_t *g, gms_target_t *t)
{
    int rc = gms_target_complete_shape(g, t);

    if (rc == GMS_OK) {
        rc = complete_black(g, t);
    }
    if (rc != GMS_OK) {
        return rc;
    }

    if (t->rings > 0 && t->inner > t->ring[0].diameter) {
        return gms_grammar_refuse(g, &t->inner_at,
            "inner: the inner ring is wider than the first ring");
    }
    if (t->card != 0 && t->rings > 0 && t->card < t->ring[0].diameter) {
        return gms_grammar_refuse(
            g, &t->card_at, "card: the sheet is smaller than the first ring");
    }

    rc = complete_gauge(g, t);

    return rc == GMS_OK ? complete_decimal(g, t) : rc;
}


void
gms_target_write(gms_text_t *text, const gms_target_t *t)
{
    gms_text_put(text, "{\"name\":\"%s\",\"title\":", t->name);
    gms_text_put_string(text, t->title);

    gms_text_put(text, ",\"rings\":[");
    for (int i = 0; i < t->rings; i++) {
        gms_text_put(text, "%s{\"value\":%d,\"diameter_mm\":", i ? "," : "",
            t->ring[i].value);
        gms_text_put_micro(text, t->ring[i].diameter);
        gms_text_put(text, "}");
    }

    gms_text_put(text, "],\"black_mm\":");
    gms_text_put_micro(text, t->black);
    gms_text_put(text, ",\"inner_mm\":");
    gms_text_put_micro(text, t->inner);
    gms_text_put(text, ",\"inner_rule\":\"%s\",\"gauges\":[",
        t->shot_out ? "shot-out" : "touch");

    for (int i = 0; i < t->gauges; i++) {
        gms_text_put(text, "%s{\"gauge_mm\":", i ? "," : "");
        gms_text_put_micro(text, t->gauge[i].gauge);
        gms_text_put(text, ",\"above_mm\":");
        gms_text_put_micro(text, t->gauge[i].above);
        gms_text_put(text, "}");
    }

    gms_text_put(text,
        "],\"decimal\":\"%s\",\"count\":\"%s\",\"card_mm\":", t->decimal,
        t->tenths ? "decimal" : "integer");
    gms_text_put_micro(text, t->card);
    gms_target_write_shape(text, t);
    gms_text_put(text, "}");
}
