/* What advice says, in words and as JSON: see advice.h. */

#include "advice.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../base/jsontree.h"

#define WORD_SIZE 160
#define TEXT_SIZE (GMS_RULE_TEXT_MAX + 8 * WORD_SIZE)


/* "3 ± 2 clicks right"; nothing when this axis is not to be turned. */
static void
put_axis(char *out, size_t size, const gms_advice_t *a,
    const gms_correction_t *c, const char *plus, const char *minus)
{
    double      click = a->settings.click_mm;
    bool        to_plus = (c->mm > 0) != a->settings.front_sight;
    const char *to = to_plus ? plus : minus;

    out[0] = '\0';
    if (!c->turn) {
        return;
    }
    if (click > 0) {
        int clicks = (int) lround(fabs(c->mm) / click);

        snprintf(out, size, "%d ± %.0f click%s %s", clicks,
            fmax(c->error_mm / click, 1), clicks == 1 ? "" : "s", to);
    } else {
        snprintf(out, size, "%.1f ± %.1f mm %s", fabs(c->mm), c->error_mm, to);
    }
}


static void
put_correction(char *out, size_t size, const gms_advice_t *a)
{
    char x[64], y[64];

    put_axis(x, sizeof(x), a, &a->x, "right", "left");
    put_axis(y, sizeof(y), a, &a->y, "up", "down");
    snprintf(out, size, "%s%s%s%s",
        a->settings.front_sight ? "front sight " : "", x,
        x[0] != '\0' && y[0] != '\0' ? ", " : "", y);
}


static void
put_clock(char *out, size_t size, gms_point_t to)
{
    long hour = lround(gms_advice_clock(to.x, to.y)) % 12;

    snprintf(out, size, "%ld o'clock", hour == 0 ? 12 : hour);
}


/* How many times: of the sign that the rule stands on. */
static double
ratio_of(const gms_advice_t *a, gms_sign_e which)
{
    switch (which) {
    case GMS_SIGN_LARGER:
    case GMS_SIGN_SMALLER:
        return a->signs.size_ratio;
    case GMS_SIGN_FATIGUE:
        return a->signs.fatigue_ratio;
    default:
        return a->signs.group.aspect;
    }
}


/* "sigma 2.1 mm, 240 shots in 8 sessions"; nothing when nobody knows. */
static void
put_usual(char *out, size_t size, const gms_advice_t *a)
{
    const gms_usual_t *u = &a->signs.usual;
    char               from[48] = "";

    if (u->sessions > 0) {
        snprintf(from, sizeof(from), " in %d sessions", u->sessions);
    } else if (a->signs.usual_from == GMS_USUAL_ROUNDS) {
        snprintf(from, sizeof(from), " before these");
    }
    snprintf(
        out, size, "sigma %.2g mm, %d shots%s", u->sigma_mm, u->shots, from);
}


/* What stands for a word in braces. */
static void
put_word(char *out, size_t size, const gms_advice_t *a, const gms_rule_t *rule,
    gms_rule_word_e word)
{
    gms_point_t to = gms_advice_direction(&a->signs, rule->sign);
    double      length = hypot(to.x, to.y);

    switch (word) {
    case GMS_WORD_N:
        snprintf(out, size, "%d", a->signs.group.n);
        break;
    case GMS_WORD_SHOT:
        snprintf(out, size, "%u",
            rule->sign == GMS_SIGN_FLYER ? a->signs.flyer
                                         : a->settings.about.double_shot);
        break;
    case GMS_WORD_CLOCK:
        put_clock(out, size, to);
        break;
    case GMS_WORD_OFFSET:
        snprintf(out, size, length < 0.1 ? "%.2f mm" : "%.1f mm", length);
        break;
    case GMS_WORD_CORRECTION:
        put_correction(out, size, a);
        break;
    case GMS_WORD_RATIO:
        snprintf(out, size, "%.1f", ratio_of(a, rule->sign));
        break;
    case GMS_WORD_ROUNDS:
        snprintf(out, size, "%d",
            rule->sign == GMS_SIGN_FIRST ? a->signs.first.rounds
                                         : a->rounds_same);
        break;
    case GMS_WORD_USUAL:
        put_usual(out, size, a);
        break;
    default:
        out[0] = '\0';
    }
}


/* The word that stands in braces here; a rulebook has no others. */
static gms_rule_word_e
word_at(const char *text)
{
    size_t size = strcspn(text, "}");
    int    i = 0;

    while (i < GMS_RULE_WORDS
        && (strlen(gms_rule_word[i]) != size
            || strncmp(gms_rule_word[i], text, size) != 0))
    {
        i++;
    }
    return (gms_rule_word_e) i;
}


/* The text with its words in braces replaced. */
static void
fill(char out[TEXT_SIZE], const gms_advice_t *a, const gms_rule_t *rule,
    const char *text)
{
    size_t used = 0;

    while (*text != '\0' && used + 1 < TEXT_SIZE) {
        if (*text == '{') {
            put_word(out + used, TEXT_SIZE - used, a, rule, word_at(text + 1));
            used += strlen(out + used);
            text += strcspn(text, "}") + 1;
        } else {
            out[used++] = *text++;
        }
    }
    out[used] = '\0';
}


/* The test behind a sign. */
static cJSON *
evidence(const gms_advice_t *a, gms_sign_e which)
{
    const gms_sign_t      *sign = &a->signs.sign[which];
    const gms_sign_kind_t *kind = &gms_sign_kind[which];
    cJSON                 *json = cJSON_CreateObject();

    return gms_jsontree_done(json,
        cJSON_AddStringToObject(json, "sign", kind->name)
            && cJSON_AddStringToObject(json, "test", kind->test)
            && cJSON_AddStringToObject(json, "statistic", kind->statistic)
            && gms_jsontree_number(json, "value", sign->statistic)
            && cJSON_AddNumberToObject(json, "n", sign->n)
            && gms_jsontree_number(json, "p", sign->p)
            && gms_jsontree_number(json, "p_family", sign->p_family));
}


static bool
add_finding(cJSON *list, const gms_advice_t *a, int i)
{
    const gms_rule_t *rule = a->finding[i];
    cJSON            *json = cJSON_CreateObject();
    char              text[TEXT_SIZE];

    fill(text, a, rule, rule->text[a->settings.level]);
    return gms_jsontree_add(list, NULL, json)
        && cJSON_AddStringToObject(json, "rule", rule->id)
        && cJSON_AddStringToObject(
            json, "category", gms_category_name[rule->category])
        && cJSON_AddStringToObject(json, "rank", i == 0 ? "main" : "second")
        && cJSON_AddBoolToObject(json, "hypothesis", rule->hypothesis)
        && cJSON_AddStringToObject(json, "text", text)
        && cJSON_AddStringToObject(json, "source", rule->source)
        && gms_jsontree_add(json, "evidence", evidence(a, rule->sign));
}


/* One thing to do: what the main finding asks for. */
static bool
add_action(cJSON *json, const gms_advice_t *a)
{
    char   text[TEXT_SIZE];
    cJSON *action;

    if (a->findings == 0) {
        return cJSON_AddNullToObject(json, "action") != NULL;
    }
    fill(text, a, a->finding[0], a->finding[0]->action);
    action = cJSON_AddObjectToObject(json, "action");
    return action != NULL && cJSON_AddStringToObject(action, "text", text)
        && (a->finding[0]->drill != NULL
                ? gms_jsontree_add(
                    action, "drill", gms_rulebook_drill(a->finding[0]->drill))
                : cJSON_AddNullToObject(action, "drill") != NULL);
}


static bool
add_turn(cJSON *json, const char *name, const gms_advice_t *a,
    const gms_correction_t *c, const char *plus, const char *minus)
{
    double click = a->settings.click_mm;
    bool   to_plus = (c->mm > 0) != a->settings.front_sight;
    cJSON *axis = cJSON_AddObjectToObject(json, name);

    return axis != NULL && gms_jsontree_number(axis, "mm", c->mm)
        && gms_jsontree_number(axis, "error_mm", c->error_mm)
        && gms_jsontree_number(axis, "clicks",
            click > 0 ? c->turn ? round(fabs(c->mm) / click) : 0 : (double) NAN)
        && gms_jsontree_number(axis, "error_clicks",
            click > 0 ? c->error_mm / click : (double) NAN)
        && (c->turn ? cJSON_AddStringToObject(
                axis, "turn", to_plus ? plus : minus)
                    : cJSON_AddNullToObject(axis, "turn"))
        != NULL;
}


/* Only when a finding says that sights are to be turned. */
static bool
add_correction(cJSON *json, const gms_advice_t *a)
{
    bool   turns = false;
    cJSON *correction;

    for (int i = 0; i < a->findings; i++) {
        turns |= a->finding[i]->turns_sights;
    }
    if (!turns) {
        return cJSON_AddNullToObject(json, "correction") != NULL;
    }
    correction = cJSON_AddObjectToObject(json, "correction");
    return correction != NULL
        && cJSON_AddStringToObject(
            correction, "sight", a->settings.front_sight ? "front" : "rear")
        && add_turn(correction, "x", a, &a->x, "right", "left")
        && add_turn(correction, "y", a, &a->y, "up", "down");
}


static bool
add_more(cJSON *json, const gms_advice_t *a)
{
    char   text[160];
    cJSON *more;
    bool   few = a->signs.group.n < GMS_SIGNS_SHOTS_MIN;

    if (a->more_shots == 0) {
        return cJSON_AddNullToObject(json, "more") != NULL;
    }
    snprintf(text, sizeof(text), "%s: shoot %d more",
        few ? "Too few shots to say anything"
            : "The centre may be off, or it may be chance",
        a->more_shots);
    more = cJSON_AddObjectToObject(json, "more");
    return more != NULL && cJSON_AddNumberToObject(more, "shots", a->more_shots)
        && cJSON_AddStringToObject(more, "text", text);
}


static bool
add_group(cJSON *json, const gms_advice_t *a)
{
    cJSON *group = cJSON_AddObjectToObject(json, "group");

    return group != NULL
        && cJSON_AddNumberToObject(group, "shots", a->signs.group.n)
        && cJSON_AddNumberToObject(group, "first", a->first)
        && cJSON_AddNumberToObject(group, "last", a->last);
}


/* What the group was compared with, and how many times it is that; null: with
 * nothing. */
static bool
add_usual(cJSON *json, const gms_advice_t *a)
{
    static const char *const from[] = {
        [GMS_USUAL_GIVEN] = "given", [GMS_USUAL_ROUNDS] = "rounds"
    };
    const gms_usual_t *u = &a->signs.usual;
    cJSON             *usual;

    if (a->signs.usual_from == GMS_USUAL_NONE) {
        return cJSON_AddNullToObject(json, "usual") != NULL;
    }
    usual = cJSON_AddObjectToObject(json, "usual");
    return usual != NULL
        && cJSON_AddStringToObject(usual, "from",
            u->sessions > 0 ? "sessions" : from[a->signs.usual_from])
        && cJSON_AddNumberToObject(usual, "sigma_mm", u->sigma_mm)
        && cJSON_AddNumberToObject(usual, "shots", u->shots)
        && cJSON_AddNumberToObject(usual, "sessions", u->sessions)
        && cJSON_AddNumberToObject(usual, "varies", u->varies)
        && gms_jsontree_number(usual, "ratio", a->signs.size_ratio);
}


cJSON *
gms_advice_to_json(const gms_advice_t *a)
{
    cJSON *json = cJSON_CreateObject(), *findings, *tests;
    bool   ok;

    ok = cJSON_AddNumberToObject(json, "shots", a->shots) && add_group(json, a)
        && cJSON_AddStringToObject(
            json, "level", gms_level_name[a->settings.level])
        && cJSON_AddNumberToObject(json, "confidence", a->settings.confidence);
    findings = ok ? cJSON_AddArrayToObject(json, "findings") : NULL;
    ok = findings != NULL;
    for (int i = 0; ok && i < a->findings; i++) {
        ok = add_finding(findings, a, i);
    }
    ok = ok && add_action(json, a) && add_correction(json, a)
        && add_more(json, a) && add_usual(json, a);
    tests = ok ? cJSON_AddArrayToObject(json, "tests") : NULL;
    ok = tests != NULL;
    for (int i = GMS_SIGN_TROUBLES; ok && i < GMS_SIGNS; i++) {
        if (a->signs.sign[i].present) {
            ok = gms_jsontree_add(tests, NULL, evidence(a, (gms_sign_e) i));
        }
    }
    return gms_jsontree_done(json, ok);
}
