/* What a gmshoot_target block says of zones and bulls. */

#include "grammar_blocks.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "unit.h"

#define PLACE_MAX (5000 * GMS_MICRO)

/* Corners are kept to the micrometre, far below any line's width: then what
 * lies where is computed in whole numbers. */
#define MICROMETRE (GMS_MICRO / 1000)

#define WHY_SIZE 384


static bool
is_label(const char *text)
{
    size_t n = 0;

    while (isalnum((unsigned char) text[n]) || text[n] == '_' || text[n] == '-')
    {
        n++;
    }

    return n > 0 && text[n] == '\0' && n < GMS_TARGET_LABEL_SIZE;
}


static int
take_label(gms_grammar_t *g, const char *key, const char *text, char *label)
{
    char word[GMS_WORD_SIZE];

    if (!is_label(text)) {
        return gms_grammar_refuse(g, &g->here,
            "%s: \"%s\" is no name: use 1 to %d letters, digits, _ or -", key,
            gms_text_word(word, text), GMS_TARGET_LABEL_SIZE - 1);
    }
    strcpy(label, text);

    return GMS_OK;
}


/* One of the two numbers of a place, with the unit that both have. */
static int
take_coordinate(gms_grammar_t *g, const char *key, const char *number,
    size_t digits, const char *unit, int64_t *value)
{
    char text[64], why[WHY_SIZE];
    bool minus = number[0] == '-';

    snprintf(text, sizeof(text), "%.*s%s", (int) digits, number + minus, unit);

    if (gms_unit_parse(
            GMS_UNIT_LENGTH, text, 0, PLACE_MAX, value, why, sizeof(why))
        != GMS_OK)
    {
        return gms_grammar_refuse(g, &g->here, "%s: %s", key, why);
    }

    *value = (*value + MICROMETRE / 2) / MICROMETRE * MICROMETRE;
    if (minus) {
        *value = -*value;
    }

    return GMS_OK;
}


/* "-75,165mm": x to the right, y up, one unit for both. */
static int
take_place(
    gms_grammar_t *g, const char *key, const char *text, int64_t place[2])
{
    static const char digit[] = "0123456789.";

    const char *x = text, *y, *unit;
    char        word[GMS_WORD_SIZE];
    size_t      x_digits, y_digits;
    int         rc;

    x_digits = strspn(x + (*x == '-'), digit);
    y = x + (*x == '-') + x_digits;

    if (*y++ != ',') {
        return gms_grammar_refuse(g, &g->here,
            "%s: \"%s\" is no place: write x,y and their unit, y up, such as "
            "-75,165mm",
            key, gms_text_word(word, text));
    }

    y_digits = strspn(y + (*y == '-'), digit);
    unit = y + (*y == '-') + y_digits;

    if (*unit == '\0') {
        return gms_grammar_refuse(g, &g->here,
            "%s: \"%s\" has no unit: use mm, cm or in, once behind both "
            "numbers",
            key, gms_text_word(word, text));
    }

    rc = take_coordinate(g, key, x, x_digits, unit, &place[0]);

    return rc == GMS_OK ? take_coordinate(g, key, y, y_digits, unit, &place[1])
                        : rc;
}


/* Twice the area of the triangle, > 0 when it turns left. */
static int64_t
turn(const int64_t a[2], const int64_t b[2], const int64_t c[2])
{
    int64_t ux = (b[0] - a[0]) / MICROMETRE, uy = (b[1] - a[1]) / MICROMETRE;
    int64_t vx = (c[0] - a[0]) / MICROMETRE, vy = (c[1] - a[1]) / MICROMETRE;

    return ux * vy - uy * vx;
}


static int
sign(int64_t v)
{
    return (v > 0) - (v < 0);
}


/* Is c, in line with a and b, between them? */
static bool
is_between(const int64_t a[2], const int64_t b[2], const int64_t c[2])
{
    for (int i = 0; i < 2; i++) {
        if ((c[i] < a[i] && c[i] < b[i]) || (c[i] > a[i] && c[i] > b[i])) {
            return false;
        }
    }

    return true;
}


static bool
sides_meet(const int64_t a[2], const int64_t b[2], const int64_t c[2],
    const int64_t d[2])
{
    int c_of_ab = sign(turn(a, b, c)), d_of_ab = sign(turn(a, b, d));
    int a_of_cd = sign(turn(c, d, a)), b_of_cd = sign(turn(c, d, b));

    return (c_of_ab * d_of_ab < 0 && a_of_cd * b_of_cd < 0)
        || (c_of_ab == 0 && is_between(a, b, c))
        || (d_of_ab == 0 && is_between(a, b, d))
        || (a_of_cd == 0 && is_between(c, d, a))
        || (b_of_cd == 0 && is_between(c, d, b));
}


/* Sides that follow each other meet in their corner alone, all others
 * nowhere. */
static bool
sides_clash(const gms_target_zone_t *z, int i, int k)
{
    int            n = z->corners;
    const int64_t *a = z->corner[i], *b = z->corner[(i + 1) % n];
    const int64_t *c = z->corner[k], *d = z->corner[(k + 1) % n];

    if ((i + 1) % n == k) {
        return turn(a, b, d) == 0
            && (is_between(a, b, d) || is_between(b, d, a));
    }
    if ((k + 1) % n == i) {
        return turn(c, d, b) == 0
            && (is_between(c, d, b) || is_between(d, b, c));
    }

    return sides_meet(a, b, c, d);
}


static int
check_outline(gms_grammar_t *g, const gms_target_zone_t *z)
{
    int n = z->corners;

    if (n < 3) {
        return gms_grammar_refuse(g, &g->here,
            "zone: \"%s\" has %d corner%s and encloses nothing: write at "
            "least three; the last is joined to the first",
            z->name, n, n == 1 ? "" : "s");
    }

    for (int i = 0; i < n; i++) {
        if (memcmp(z->corner[i], z->corner[(i + 1) % n], sizeof(z->corner[i]))
            == 0) {
            return gms_grammar_refuse(g, &g->here,
                "zone: corner %d of \"%s\" is corner %d again%s",
                (i + 1) % n + 1, z->name, i + 1,
                i == n - 1 ? ": the last is joined to the first by itself"
                           : "");
        }
    }

    for (int i = 0; i < n; i++) {
        for (int k = i + 1; k < n; k++) {
            if (sides_clash(z, i, k)) {
                return gms_grammar_refuse(g, &g->here,
                    "zone: the side of \"%s\" after corner %d crosses or "
                    "touches the one after corner %d: write the corners in "
                    "their order round the zone",
                    z->name, i + 1, k + 1);
            }
        }
    }

    return GMS_OK;
}


static int
take_points(gms_grammar_t *g, const char *text, gms_target_zone_t *z)
{
    char why[WHY_SIZE], word[GMS_WORD_SIZE];

    if (strncmp(text, "points=", 7) != 0) {
        return gms_grammar_refuse(g, &g->here,
            "zone: \"%s\" stands where points= is due",
            gms_text_word(word, text));
    }
    if (gms_unit_integer(text + 7, 1, 10, &z->points, why, sizeof(why))
        != GMS_OK) {
        return gms_grammar_refuse(g, &g->here, "zone: points: %s", why);
    }

    return GMS_OK;
}


/* Parts of one zone, such as a head and a body, count alike. */
static int
check_parts(gms_grammar_t *g, const gms_target_t *t, const gms_target_zone_t *z)
{
    for (int i = 0; i < t->zones; i++) {
        if (strcmp(t->zone[i].name, z->name) == 0
            && (t->zone[i].points != z->points || t->zone[i].inner != z->inner))
        {
            return gms_grammar_refuse(g, &g->here,
                "zone: \"%s\" is there already with other points", z->name);
        }
    }

    return GMS_OK;
}


int
gms_target_zone(gms_grammar_t *g, int argc, const char *const *argv)
{
    gms_target_t     *t = g->open_face;
    gms_target_zone_t z = { .corners = 0 };
    int               rc, at = 3;

    if (t->zones == GMS_TARGET_ZONES_MAX) {
        return gms_grammar_refuse(
            g, &g->here, "zone: more than %d zones", GMS_TARGET_ZONES_MAX);
    }

    rc = take_label(g, "zone", argv[1], z.name);
    if (rc == GMS_OK) {
        rc = take_points(g, argv[2], &z);
    }
    if (rc == GMS_OK && strcmp(argv[at], "inner") == 0) {
        z.inner = true;
        at++;
    }
    for (; rc == GMS_OK && at < argc; at++) {
        if (z.corners == GMS_TARGET_CORNERS_MAX) {
            return gms_grammar_refuse(g, &g->here,
                "zone: \"%s\" has more than %d corners", z.name,
                GMS_TARGET_CORNERS_MAX);
        }
        rc = take_place(g, "zone", argv[at], z.corner[z.corners++]);
    }
    if (rc == GMS_OK) {
        rc = check_outline(g, &z);
    }
    if (rc == GMS_OK) {
        rc = check_parts(g, t, &z);
    }
    if (rc == GMS_OK) {
        t->shape_at = g->here;
        t->zone[t->zones++] = z;
    }

    return rc;
}


static int
check_bull(gms_grammar_t *g, const gms_target_t *t, const gms_target_bull_t *b)
{
    for (int i = 0; i < t->bulls; i++) {
        if (strcmp(t->bull[i].name, b->name) == 0) {
            return gms_grammar_refuse(
                g, &g->here, "bull: \"%s\" is there already", b->name);
        }
        if (memcmp(t->bull[i].at, b->at, sizeof(b->at)) == 0) {
            return gms_grammar_refuse(g, &g->here,
                "bull: \"%s\" is where \"%s\" is", b->name, t->bull[i].name);
        }
    }

    return GMS_OK;
}


int
gms_target_bull(gms_grammar_t *g, int argc, const char *const *argv)
{
    gms_target_t     *t = g->open_face;
    gms_target_bull_t b = { .sighter = argc == 4 };
    char              word[GMS_WORD_SIZE];
    int               rc;

    if (t->bulls == GMS_TARGET_BULLS_MAX) {
        return gms_grammar_refuse(
            g, &g->here, "bull: more than %d bulls", GMS_TARGET_BULLS_MAX);
    }
    if (strncmp(argv[2], "at=", 3) != 0) {
        return gms_grammar_refuse(g, &g->here,
            "bull: \"%s\" stands where at= is due",
            gms_text_word(word, argv[2]));
    }
    if (b.sighter && strcmp(argv[3], "sighter") != 0) {
        return gms_grammar_refuse(g, &g->here,
            "bull: \"%s\" is unknown: write sighter for a bull that does not "
            "count, or nothing",
            gms_text_word(word, argv[3]));
    }

    rc = take_label(g, "bull", argv[1], b.name);
    if (rc == GMS_OK) {
        rc = take_place(g, "bull: at", argv[2] + 3, b.at);
    }
    if (rc == GMS_OK) {
        rc = check_bull(g, t, &b);
    }
    if (rc == GMS_OK) {
        t->shape_at = g->here;
        t->bull[t->bulls++] = b;
    }

    return rc;
}


int
gms_target_scoring(gms_grammar_t *g, int argc, const char *const *argv)
{
    char word[GMS_WORD_SIZE];

    (void) argc;

    if (strcmp(argv[1], "camera") != 0 && strcmp(argv[1], "by-hand") != 0) {
        return gms_grammar_refuse(g, &g->here,
            "scoring: \"%s\" is none of camera, by-hand",
            gms_text_word(word, argv[1]));
    }
    g->open_face->by_hand = strcmp(argv[1], "by-hand") == 0;

    return GMS_OK;
}


static int
complete_rings(gms_grammar_t *g, const gms_target_t *t)
{
    if (t->rings == 0) {
        return gms_grammar_refuse(g, &t->at,
            "gmshoot_target \"%s\" lacks \"rings\", or \"zone\" lines",
            t->name);
    }
    if (!t->black_said) {
        return gms_grammar_refuse(g, &t->at,
            "gmshoot_target \"%s\" lacks \"black\": black "
            "RING|DIAMETER|none",
            t->name);
    }

    return GMS_OK;
}


/* No camera looks for zones, nor for one bull among many. */
int
gms_target_complete_shape(gms_grammar_t *g, const gms_target_t *t)
{
    if (t->zones == 0 && t->bulls == 0) {
        return complete_rings(g, t);
    }

    if (!t->by_hand) {
        return gms_grammar_refuse(g, &t->shape_at,
            "%s: such a face is scored by hand alone: write scoring by-hand;",
            t->zones > 0 ? "zone" : "bull");
    }
    if (t->zones == 0) {
        return complete_rings(g, t);
    }
    if (t->rings > 0 || t->black_said || t->inner > 0 || t->bulls > 0
        || strcmp(t->decimal, "none") != 0)
    {
        return gms_grammar_refuse(g, &t->shape_at,
            "zone: a face of zones has no rings, black, inner, bull or "
            "decimal");
    }

    return GMS_OK;
}


static void
put_place(gms_text_t *text, const int64_t place[2])
{
    gms_text_put(text, "[");
    gms_text_put_micro(text, place[0]);
    gms_text_put(text, ",");
    gms_text_put_micro(text, place[1]);
    gms_text_put(text, "]");
}


void
gms_target_write_shape(gms_text_t *text, const gms_target_t *t)
{
    gms_text_put(text, ",\"scoring\":\"%s\",\"zones\":[",
        t->by_hand ? "by-hand" : "camera");

    for (int i = 0; i < t->zones; i++) {
        const gms_target_zone_t *z = &t->zone[i];

        gms_text_put(text,
            "%s{\"name\":\"%s\",\"points\":%d,\"inner\":%s,\"corners_mm\":[",
            i ? "," : "", z->name, z->points, z->inner ? "true" : "false");
        for (int k = 0; k < z->corners; k++) {
            gms_text_put(text, k ? "," : "");
            put_place(text, z->corner[k]);
        }
        gms_text_put(text, "]}");
    }

    gms_text_put(text, "],\"bulls\":[");
    for (int i = 0; i < t->bulls; i++) {
        gms_text_put(text, "%s{\"name\":\"%s\",\"at_mm\":", i ? "," : "",
            t->bull[i].name);
        put_place(text, t->bull[i].at);
        gms_text_put(
            text, ",\"sighter\":%s}", t->bull[i].sighter ? "true" : "false");
    }
    gms_text_put(text, "]");
}
