/* Advice: every rule of conf/advice.json speaks where it should, is silent
 * where it should be, and is mirrored for the left hand. */

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

#include "bench/chance.h"
#include "ipc/error.h"
#include "worker/library/rules.h"
#include "worker/session/advice.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SHOTS_MAX 400

/* A session whose groups are exactly round, centred and of sigma 1, but for
 * what is said; zeros: nothing. */
typedef struct {
    const char *rule;
    gms_gun_e   gun;
    double      distance_m;
    int         rounds;
    int         n; /* shots of a round */
    double      x; /* where they lie */
    double      y;
    double      wide; /* scale along .. */
    double      tall; /* .. and across, before they are turned */
    double      turn_deg;
    double      drift_x; /* a shot */
    double      drift_y;
    double      gap;   /* between two clusters */
    double      flyer; /* how far out the middle shot lies */
    double      first; /* how far right the first shots of rounds lie */
    double      last;  /* scale of the last third */
    double      early; /* scale of all rounds but the last */
    bool        hold;  /* far shots took long */
} scene_t;

#define AT(hour, r) .x = (r) * sin((hour) *M_PI / 6), \
                    .y = (r) * cos((hour) *M_PI / 6)

#define WHEEL(name, weapon, hour) \
    { .rule = name, .gun = weapon, .rounds = 2, .n = 40, AT(hour, 0.8) }

static const scene_t scenes[] = {
    { .rule = "camera-moved", .n = 10 },
    { .rule = "directions-unknown", .n = 10 },
    { .rule = "shot-missing", .n = 10 },
    { .rule = "shot-double", .n = 10 },
    { .rule = "flyer", .n = 10, .flyer = 12 },
    { .rule = "clusters", .n = 20, .gap = 12 },
    { .rule = "drift-climbing", .gun = GMS_GUN_RIFLE, .distance_m = 100,
        .n = 12, .drift_y = 0.8 },
    { .rule = "drift-rifle", .gun = GMS_GUN_RIFLE, .n = 12, .drift_x = -0.8 },
    { .rule = "drift-pistol", .gun = GMS_GUN_PISTOL, .n = 12, .drift_x = 0.8 },
    { .rule = "drift", .n = 12, .drift_x = 0.8 },
    { .rule = "sights-off", .gun = GMS_GUN_RIFLE, .n = 10, .x = -2.2, .y = 1 },
    WHEEL("pistol-12", GMS_GUN_PISTOL, 12),
    WHEEL("pistol-1", GMS_GUN_PISTOL, 1.5),
    WHEEL("pistol-3", GMS_GUN_PISTOL, 3),
    WHEEL("pistol-4", GMS_GUN_PISTOL, 4.5),
    WHEEL("pistol-6", GMS_GUN_PISTOL, 6),
    WHEEL("pistol-7", GMS_GUN_PISTOL, 7.5),
    WHEEL("pistol-9", GMS_GUN_PISTOL, 9),
    WHEEL("pistol-10", GMS_GUN_PISTOL, 10.5),
    WHEEL("rifle-4", GMS_GUN_RIFLE, 4.2),
    WHEEL("rifle-9", GMS_GUN_RIFLE, 9),
    WHEEL("rifle-10", GMS_GUN_RIFLE, 10.5),
    { .rule = "offset-watch", .gun = GMS_GUN_PISTOL_TWO_HANDS, .n = 40,
        .x = -0.8 },
    { .rule = "sights-wide", .n = 40, .x = -0.8 },
    { .rule = "rifle-tall-far", .gun = GMS_GUN_RIFLE, .distance_m = 300,
        .n = 20, .tall = 5 },
    { .rule = "rifle-tall", .gun = GMS_GUN_RIFLE, .distance_m = 50, .n = 20,
        .tall = 5 },
    { .rule = "rifle-wide-wind", .gun = GMS_GUN_RIFLE, .distance_m = 50,
        .n = 20, .wide = 5, .turn_deg = 15 },
    { .rule = "rifle-wide", .gun = GMS_GUN_RIFLE, .distance_m = 10, .n = 20,
        .wide = 5 },
    { .rule = "pistol-tall", .gun = GMS_GUN_PISTOL, .n = 20, .tall = 5,
        .turn_deg = 15 },
    { .rule = "pistol-wide", .gun = GMS_GUN_PISTOL_TWO_HANDS, .n = 20,
        .wide = 5 },
    { .rule = "slanted", .gun = GMS_GUN_RIFLE, .n = 20, .wide = 5,
        .turn_deg = 40 },
    { .rule = "long", .n = 20, .wide = 5 },
    { .rule = "larger", .rounds = 4, .n = 10, .early = 0.3 },
    { .rule = "fatigue", .n = 45, .last = 3 },
    { .rule = "first-shot", .rounds = 10, .n = 10, .first = 3 },
    { .rule = "long-hold", .n = 20, .hold = true },
    { .rule = "praise-smaller", .rounds = 4, .n = 10, .early = 3 },
};

static gms_rulebook_t book;
static uint64_t       chance;


/* Mean 0, covariance 1, exactly. */
static void
round_group(gms_point_t *p, int n)
{
    double x = 0, y = 0, xx = 0, xy = 0, yy = 0;

    for (int i = 0; i < n; i++) {
        p[i] = chance_normal(&chance);
        x += p[i].x / n;
        y += p[i].y / n;
    }
    for (int i = 0; i < n; i++) {
        p[i].x -= x;
        p[i].y -= y;
        xx += p[i].x * p[i].x / (n - 1);
        xy += p[i].x * p[i].y / (n - 1);
        yy += p[i].y * p[i].y / (n - 1);
    }
    for (int i = 0; i < n; i++) {
        p[i].y = (p[i].y - xy / xx * p[i].x) / sqrt(yy - xy * xy / xx);
        p[i].x /= sqrt(xx);
    }
}


static double
or_one(double scale)
{
    return scale > 0 ? scale : 1;
}


static int
shoot(const scene_t *s, gms_counted_t *shot)
{
    int         rounds = s->rounds > 0 ? s->rounds : 1, n = 0;
    double      turn = s->turn_deg * M_PI / 180, t_s = 0;
    gms_point_t base[SHOTS_MAX];

    chance = 5;
    for (int r = 0; r < rounds; r++) {
        round_group(base, s->n);
        for (int i = 0; i < s->n; i++, n++) {
            double scale = n >= rounds * s->n * 2 / 3 ? or_one(s->last) : 1;
            double u, v, x, y;

            scale *= r < rounds - 1 ? or_one(s->early) : 1;
            u = base[i].x * scale * or_one(s->wide);
            v = base[i].y * scale * or_one(s->tall);
            x = u * cos(turn) - v * sin(turn) + s->x
                + s->drift_x * (i - (s->n - 1) / 2.0)
                + (i % 2 ? s->gap : -s->gap) / 2 + (i == 0 ? s->first : 0)
                + (i == s->n / 2 ? s->flyer : 0);
            y = u * sin(turn) + v * cos(turn) + s->y
                + s->drift_y * (i - (s->n - 1) / 2.0);
            t_s += 30 + (s->hold ? 10 * hypot(x, y) : 3 * chance_uniform(&chance));
            shot[n] = (gms_counted_t) { { x, y }, (uint32_t) n + 1,
                (uint32_t) r + 1, t_s, false };
        }
    }
    return n;
}


static void
mirror(gms_counted_t *shot, int n)
{
    for (int i = 0; i < n; i++) {
        shot[i].at.x = -shot[i].at.x;
    }
}


static gms_advice_settings_t
settings_of(const scene_t *s)
{
    gms_advice_settings_t o = { .gun = s->gun,
        .distance_m = s->distance_m,
        .click_mm = 0.5,
        .level = GMS_LEVEL_CLUB,
        .confidence = GMS_ADVICE_CONFIDENCE };

    for (int i = 0; i < (int) GMS_SIGN_TROUBLES; i++) {
        o.about.trouble[i] = strcmp(gms_sign_kind[i].name, s->rule) == 0;
    }
    o.about.double_shot = 7;
    return o;
}


static const gms_rule_t *
rule_of(const char *id)
{
    for (int i = 0; i < book.rules; i++) {
        if (strcmp(book.rule[i].id, id) == 0) {
            return &book.rule[i];
        }
    }
    fail_msg("no rule %s", id);
    return NULL;
}


static bool
says(const gms_advice_t *a, const char *id)
{
    for (int i = 0; i < a->findings; i++) {
        if (strcmp(a->finding[i]->id, id) == 0) {
            return true;
        }
    }
    return false;
}


static void
give(gms_advice_t *a, const gms_advice_settings_t *o,
    const gms_counted_t *shot, int n)
{
    assert_int_equal(gms_advice_give(a, &book, o, shot, n), GMS_OK);
}


static void
every_rule_has_its_case(void **state)
{
    (void) state;
    for (int i = 0; i < book.rules; i++) {
        bool there = false;

        for (size_t k = 0; k < COUNT(scenes); k++) {
            there |= strcmp(scenes[k].rule, book.rule[i].id) == 0;
        }
        if (!there) {
            fail_msg("rule %s has no case here", book.rule[i].id);
        }
    }
    assert_int_equal(COUNT(scenes), book.rules);
}


static void
every_rule_speaks(void **state)
{
    (void) state;
    for (size_t k = 0; k < COUNT(scenes); k++) {
        gms_counted_t         shot[SHOTS_MAX];
        gms_advice_settings_t o = settings_of(&scenes[k]);
        gms_advice_t          a;
        int                   n = shoot(&scenes[k], shot);

        give(&a, &o, shot, n);
        if (!says(&a, scenes[k].rule)) {
            fail_msg("%s is silent, %s and %s speak", scenes[k].rule,
                a.findings > 0 ? a.finding[0]->id : "nobody",
                a.findings > 1 ? a.finding[1]->id : "nobody");
        }
    }
}


static void
no_rule_speaks_of_a_round_centred_group(void **state)
{
    (void) state;
    for (size_t k = 0; k < COUNT(scenes); k++) {
        scene_t               plain = scenes[k];
        gms_counted_t         shot[SHOTS_MAX];
        gms_advice_settings_t o = settings_of(&scenes[k]);
        gms_advice_t          a;
        int                   n;

        plain.x = plain.y = plain.wide = plain.tall = plain.drift_x = 0;
        plain.drift_y = plain.gap = plain.flyer = plain.first = 0;
        plain.last = plain.early = 0;
        plain.hold = false;
        memset(o.about.trouble, 0, sizeof(o.about.trouble));
        n = shoot(&plain, shot);
        give(&a, &o, shot, n);
        if (a.findings > 0) {
            fail_msg("%s: %s speaks without reason", scenes[k].rule,
                a.finding[0]->id);
        }
    }
}


/* The first shots of the last round, as if the others had not come. */
static void
no_rule_speaks_of_too_few_shots(void **state)
{
    (void) state;
    for (size_t k = 0; k < COUNT(scenes); k++) {
        const gms_rule_t     *rule = rule_of(scenes[k].rule);
        gms_counted_t         shot[SHOTS_MAX];
        gms_advice_settings_t o = settings_of(&scenes[k]);
        gms_advice_t          a;

        shoot(&scenes[k], shot);
        if (rule->sign >= GMS_SIGN_TROUBLES) {
            give(&a, &o, shot, rule->min_shots - 1);
            if (says(&a, rule->id)) {
                fail_msg("%s speaks of %d shots", rule->id,
                    rule->min_shots - 1);
            }
            give(&a, &o, shot, 4);
            assert_int_equal(a.findings, 0);
            assert_int_equal(a.more_shots, 1);
        }
    }
}


static void
left_handers_are_seen_in_a_mirror(void **state)
{
    (void) state;
    for (size_t k = 0; k < COUNT(scenes); k++) {
        const gms_rule_t     *rule = rule_of(scenes[k].rule);
        gms_counted_t         shot[SHOTS_MAX];
        gms_advice_settings_t o = settings_of(&scenes[k]);
        gms_advice_t          a;
        int                   n = shoot(&scenes[k], shot);
        double                hour;

        mirror(shot, n);
        o.left_handed = true;
        give(&a, &o, shot, n);
        if (!says(&a, rule->id)) {
            fail_msg("%s is silent for the left hand", rule->id);
        }
        /* What means this for one hand does not for the other. */
        hour = gms_advice_clock(scenes[k].x, scenes[k].y);
        if (rule->has_sector && hour > 0.5 && hour < 11.5 && fabs(hour - 6) > 0.5) {
            o.left_handed = false;
            give(&a, &o, shot, n);
            if (says(&a, rule->id)) {
                fail_msg("%s takes the left hand for the right", rule->id);
            }
        }
    }
}


static void
wind_and_velocity_are_no_reasons_at_10_m(void **state)
{
    static const char *const far[] = { "wind", "velocit", "barrel", "speeds" };

    (void) state;
    for (int i = 0; i < book.rules; i++) {
        const gms_rule_t *rule = &book.rule[i];

        for (size_t k = 0; k < COUNT(far); k++) {
            for (int level = 0; level < GMS_LEVELS; level++) {
                if (strstr(rule->text[level], far[k]) != NULL
                    || strstr(rule->action, far[k]) != NULL)
                {
                    if (rule->min_distance_m < 50) {
                        fail_msg("%s speaks of %s at 10 m", rule->id, far[k]);
                    }
                }
            }
        }
    }
}


/* Each rule has its line in docs/advice.md, with its source. */
static void
every_rule_is_documented(void **state)
{
    static char text[1 << 16];
    FILE       *f = fopen("docs/advice.md", "r");

    (void) state;
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
    fclose(f);
    for (int i = 0; i < book.rules; i++) {
        const gms_rule_t *rule = &book.rule[i];
        char              begin[80], *line, *end, *source;

        snprintf(begin, sizeof(begin), "\n| `%s` | %s | %s |", rule->id,
            gms_category_name[rule->category], gms_sign_kind[rule->sign].name);
        line = strstr(text, begin);
        if (line == NULL) {
            fail_msg("docs/advice.md has no line%s", begin);
        }
        end = strchr(line + 1, '\n');
        source = strstr(line, rule->source);
        assert_true(source != NULL && source < end);
    }
}


static void
of_a_thousand_round_groups_few_get_a_finding(void **state)
{
    (void) state;
    for (unsigned seed = 1; seed <= 3; seed++) {
        int found = 0;

        chance = seed * 1000003;
        for (int g = 0; g < 1000; g++) {
            gms_counted_t shot[10];
            gms_advice_t  a;
            scene_t       s = { .rule = "", .gun = GMS_GUN_RIFLE };

            gms_advice_settings_t o = settings_of(&s);

            for (int i = 0; i < 10; i++) {
                shot[i] = (gms_counted_t) { chance_normal(&chance),
                    (uint32_t) i + 1, 1, 30.0 * i, false };
            }
            o.distance_m = 10;
            o.click_mm = 0.1;
            give(&a, &o, shot, 10);
            found += a.findings > 0;
        }
        print_message("# %d of 1000\n", found);
        assert_in_range(found, 10, 50);
    }
}


/* Ten shots of an air rifle, sigma 2.1 mm in each axis, about this place. */
static void
air_rifle(gms_counted_t *shot, int n, double x, double y)
{
    gms_point_t p[SHOTS_MAX];

    chance = 11;
    round_group(p, n);
    for (int i = 0; i < n; i++) {
        shot[i] = (gms_counted_t) { { x + 2.1 * p[i].x, y + 2.1 * p[i].y },
            (uint32_t) i + 1, 1, NAN, false };
    }
}


static void
an_offset_that_may_be_chance_asks_for_more_shots(void **state)
{
    gms_counted_t         shot[10];
    gms_advice_t          a;
    scene_t               s = { .rule = "", .gun = GMS_GUN_RIFLE };
    gms_advice_settings_t o = settings_of(&s);

    (void) state;
    o.distance_m = 10;
    o.click_mm = 0.6;
    air_rifle(shot, 10, -1.9, -0.6);
    give(&a, &o, shot, 10);
    assert_float_equal(a.signs.group.hotelling_t2, 9.0, 0.01);
    assert_float_equal(a.signs.sign[GMS_SIGN_OFFSET].statistic, 4.0, 0.01);
    assert_float_equal(a.signs.sign[GMS_SIGN_OFFSET].p, 0.0625, 0.0005);
    assert_int_equal(a.findings, 0);
    assert_int_equal(a.more_shots, 5);
}


static const char *
text_of(const cJSON *json, const char *a, const char *b)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, a);

    if (cJSON_IsArray(item)) {
        item = cJSON_GetArrayItem(item, 0);
    }
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, b));
}


static void
a_real_offset_is_told_in_whole_clicks(void **state)
{
    gms_counted_t         shot[10];
    gms_advice_t          a;
    scene_t               s = { .rule = "", .gun = GMS_GUN_RIFLE };
    gms_advice_settings_t o = settings_of(&s);
    cJSON                *json;

    const struct {
        double      x;
        double      y;
        double      click;
        bool        front;
        const char *action; /* NULL: none */
    } lines[] = {
        { -3, -0.6, 0.6, false,
            "Turn the sights: 5 ± 3 clicks right." }, /* y within its error */
        { -3, 0.6, 0.6, true, "Turn the sights: front sight 5 ± 3 clicks left." },
        { 2.4, -3.6, 1, false,
            "Turn the sights: 2 ± 2 clicks left, 4 ± 2 clicks up." },
        { 0, 3, 3, false, "Turn the sights: 1 ± 1 click down." },
        { 0, 2.9, 3, false, NULL }, /* not one click */
        { 3, 0, 0, false, "Turn the sights: 3.0 ± 1.5 mm left." },
    };

    (void) state;
    o.distance_m = 10;
    for (size_t i = 0; i < COUNT(lines); i++) {
        air_rifle(shot, 10, lines[i].x, lines[i].y);
        o.click_mm = lines[i].click;
        o.front_sight = lines[i].front;
        give(&a, &o, shot, 10);
        json = gms_advice_to_json(&a);
        assert_non_null(json);
        if (lines[i].action == NULL) {
            assert_int_equal(a.findings, 0);
        } else {
            assert_int_equal(a.findings, 1);
            assert_string_equal(text_of(json, "action", "text"),
                lines[i].action);
            assert_string_equal(text_of(json, "findings", "rule"),
                "sights-off");
        }
        cJSON_Delete(json);
    }
}


static void
the_wording_goes_by_level(void **state)
{
    gms_counted_t         shot[SHOTS_MAX];
    gms_advice_t          a;
    int                   n = shoot(&scenes[4], shot);
    gms_advice_settings_t o = settings_of(&scenes[4]);

    (void) state;
    for (int level = 0; level < GMS_LEVELS; level++) {
        cJSON *json;
        char   expected[GMS_RULE_TEXT_MAX], *word;

        o.level = (gms_level_e) level;
        give(&a, &o, shot, n);
        assert_string_equal(a.finding[0]->id, "flyer");
        json = gms_advice_to_json(&a);
        strcpy(expected, a.finding[0]->text[level]);
        word = strstr(expected, "{shot}");
        assert_non_null(word);
        memmove(word, "6", 1);
        memmove(word + 1, word + 6, strlen(word + 6) + 1);
        assert_string_equal(text_of(json, "findings", "text"), expected);
        cJSON_Delete(json);
    }
}


static void
below_the_threshold_nothing_is_said(void **state)
{
    gms_counted_t         shot[10];
    gms_advice_t          a;
    scene_t               s = { .rule = "", .gun = GMS_GUN_RIFLE };
    gms_advice_settings_t o = settings_of(&s);

    (void) state;
    air_rifle(shot, 10, -3, 0);
    give(&a, &o, shot, 10);
    assert_int_equal(a.findings, 1);
    o.confidence = 1 - a.signs.sign[GMS_SIGN_OFFSET].p_family / 2;
    give(&a, &o, shot, 10);
    assert_int_equal(a.findings, 0);
}


static void
shots_that_came_together_have_no_order(void **state)
{
    gms_counted_t         shot[SHOTS_MAX];
    gms_advice_t          a;
    gms_advice_settings_t o = settings_of(&scenes[9]);
    int                   n = shoot(&scenes[9], shot);

    (void) state;
    for (int i = 0; i < n; i++) {
        shot[i].order_unknown = true;
    }
    give(&a, &o, shot, n);
    assert_false(says(&a, "drift"));
    assert_false(a.signs.sign[GMS_SIGN_DRIFT].present);
}


static void
clicks_are_read_in_their_units(void **state)
{
    const struct {
        const char *text;
        double      distance_m;
        double      mm; /* 0: refused */
    } lines[] = { { "0.25moa", 100, 7.272 }, { "0.25moa", 10, 0.7272 },
        { "0.125moa", 50, 1.818 }, { "0.1mrad", 100, 10 },
        { "0.25smoa", 91.44, 6.35 }, { "0.6mm", 0, 0.6 }, { "0.25moa", 0, 0 },
        { "moa", 100, 0 }, { "-1mm", 100, 0 }, { "0.25", 100, 0 },
        { "nanmm", 100, 0 }, { "0mm", 10, 0 }, { "", 10, 0 } };

    (void) state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        char   err[256] = "";
        double mm = 0;
        int    rc = gms_advice_click(
            lines[i].text, lines[i].distance_m, &mm, err, sizeof(err));

        assert_int_equal(rc, lines[i].mm > 0 ? GMS_OK : GMS_EINVALID);
        assert_float_equal(mm, lines[i].mm, 1e-3);
        assert_int_equal(err[0] != '\0', rc != GMS_OK);
    }
}


/* One normal group is seldom taken for two, however long it is. */
static void
clusters_are_found_where_there_are_two(void **state)
{
    int found = 0;

    (void) state;
    chance = 3;
    for (int g = 0; g < 2000; g++) {
        gms_point_t    p[12];
        double         scratch[36];
        gms_clusters_t c;

        for (int i = 0; i < 12; i++) {
            p[i] = chance_normal(&chance);
            p[i].x *= 7;
            p[i].y += p[i].x;
        }
        gms_clusters_find(&c, p, 12, scratch);
        found += c.p <= 0.05;
    }
    assert_in_range(found, 70, 130);
}


static void
a_rulebook_that_is_wrong_is_refused(void **state)
{
#define BOOK(drills, rules) \
    "{\"schema\":1,\"drills\":[" drills "],\"rules\":[" rules "]}"
#define RULE(id, more, club) \
    "{\"id\":\"" id "\",\"category\":\"shape\",\"sign\":\"shape\"," more \
    "\"text\":{\"beginner\":\"a\",\"club\":\"" club "\",\"advanced\":\"c\"}," \
    "\"action\":\"d\",\"source\":\"e\"}"

    const struct {
        const char *text;
        const char *says; /* NULL: it is right */
    } lines[] = {
        { BOOK("", RULE("a", "", "{ratio} {n}")), NULL },
        { BOOK("", ""), NULL },
        { "{\n\"schema\": 1,\n oops", "line 3" },
        { "[]", "an object" },
        { "{\"schema\":2,\"drills\":[],\"rules\":[]}", "/schema: 1 is" },
        { "{\"schema\":1,\"drills\":[]}", "/rules: a list" },
        { "{\"schema\":1,\"drills\":[],\"rules\":[],\"x\":1}", "/x: this" },
        { BOOK("", "7"), "/rules/0: an object" },
        { BOOK("", RULE("A", "", "b")), "/rules/0/id" },
        { BOOK("", RULE("a", "", "b") "," RULE("a", "", "b")),
            "/rules/1/id: another rule" },
        { BOOK("", RULE("a", "", "{wind}")), "/rules/0/text/club: braces" },
        { BOOK("", RULE("a", "", "{n")), "/rules/0/text/club: braces" },
        { BOOK("", RULE("a", "\"sector\":[1,2],", "b")),
            "/rules/0/sector: this sign has no direction" },
        { BOOK("", RULE("a", "\"spread\":\"wide\",", "b")),
            "/rules/0/spread: only" },
        { BOOK("", RULE("a", "\"repeated\":true,", "b")),
            "/rules/0/repeated: only" },
        { BOOK("", RULE("a", "\"axis\":\"upwards\",", "b")),
            "/rules/0/axis: one of any, vertical" },
        { BOOK("", RULE("a", "\"guns\":[\"bow\"],", "b")),
            "/rules/0/guns: one of" },
        { BOOK("", RULE("a", "\"min_shots\":-1,", "b")),
            "/rules/0/min_shots: a number" },
        { BOOK("", RULE("a", "\"drill\":\"none\",", "b")),
            "/rules/0/drill: there is no drill" },
        { BOOK("", RULE("a", "\"wnid\":1,", "b")), "/rules/0/wnid" },
        { BOOK("", RULE("a", "\"axis\":\"any\",\"axis\":\"any\",", "b")),
            "/rules/0/axis: this member is there twice" },
        { BOOK("{\"id\":\"a\",\"title\":\"b\"}", ""), "/drills/0/text" },
        { BOOK("{\"id\":\"a\",\"title\":\"b\",\"text\":\"c\"},"
               "{\"id\":\"a\",\"title\":\"b\",\"text\":\"c\"}", ""),
            "/drills/1/id: another drill" },
    };

    (void) state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        gms_rulebook_t b;
        char           err[512] = "";
        int            rc = gms_rulebook_read(
            &b, lines[i].text, strlen(lines[i].text), err, sizeof(err));

        if (lines[i].says == NULL) {
            assert_int_equal(rc, GMS_OK);
            gms_rulebook_free(&b);
            continue;
        }
        assert_int_equal(rc, GMS_EINVALID);
        assert_null(b.json);
        if (strstr(err, lines[i].says) == NULL) {
            fail_msg("line %zu: %s, expected %s", i, err, lines[i].says);
        }
    }
}


static int
load(void **state)
{
    char err[1024];

    (void) state;
    if (gms_rules_load(&book, "conf/advice.json", err, sizeof(err)) != GMS_OK) {
        print_message("# %s\n", err);
        return -1;
    }
    return 0;
}


static int
unload(void **state)
{
    (void) state;
    gms_rulebook_free(&book);
    return 0;
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_its_case),
        cmocka_unit_test(every_rule_speaks),
        cmocka_unit_test(no_rule_speaks_of_a_round_centred_group),
        cmocka_unit_test(no_rule_speaks_of_too_few_shots),
        cmocka_unit_test(left_handers_are_seen_in_a_mirror),
        cmocka_unit_test(wind_and_velocity_are_no_reasons_at_10_m),
        cmocka_unit_test(every_rule_is_documented),
        cmocka_unit_test(of_a_thousand_round_groups_few_get_a_finding),
        cmocka_unit_test(an_offset_that_may_be_chance_asks_for_more_shots),
        cmocka_unit_test(a_real_offset_is_told_in_whole_clicks),
        cmocka_unit_test(the_wording_goes_by_level),
        cmocka_unit_test(below_the_threshold_nothing_is_said),
        cmocka_unit_test(shots_that_came_together_have_no_order),
        cmocka_unit_test(clicks_are_read_in_their_units),
        cmocka_unit_test(clusters_are_found_where_there_are_two),
        cmocka_unit_test(a_rulebook_that_is_wrong_is_refused),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load, unload);
}
