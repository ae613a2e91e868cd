/* gms_rulebook: see rulebook.h. */

#include "rulebook.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../../ipc/text.h"
#include "../base/jsontext.h"
#include "../base/jsontree.h"

#define ID_MAX (GMS_DRILL_ID_SIZE - 1)
#define STEPS_MAX 12 /* of a drill */
#define FILE_MAX ((size_t) 1 << 20)

const char *const gms_category_name[GMS_CATEGORIES] = { "trouble", "flyer",
    "clusters", "drift", "offset", "shape", "size", "rhythm", "praise" };

const char *const gms_gun_name[GMS_GUNS] = { "unknown", "pistol",
    "pistol-two-hands", "rifle" };

const char *const gms_axis_name[GMS_AXES] = { "any", "vertical", "horizontal",
    "diagonal" };

const char *const gms_spread_name[GMS_SPREADS] = { "any", "tight", "wide" };

const char *const gms_rule_word[GMS_RULE_WORDS] = { "n", "shot", "clock",
    "offset", "correction", "ratio", "rounds", "usual" };

/* Where a fault is, and what. */
typedef struct {
    char   at[96]; /* such as /rules/3/sector */
    char  *err;
    size_t err_size;
} gms_reader_t;


static bool
fault(gms_reader_t *r, const char *member, const char *what)
{
    snprintf(r->err, r->err_size, "%s%s%s: %s", r->at,
        member[0] != '\0' ? "/" : "", member, what);
    return false;
}


/* A fault that offers the words there are. */
static bool
fault_word(gms_reader_t *r, const char *member, const char *const *words, int n)
{
    char   what[400] = "one of";
    size_t used = strlen(what);

    for (int i = 0; i < n && used < sizeof(what); i++) {
        used += (size_t) snprintf(what + used, sizeof(what) - used, "%s %s",
            i > 0 ? "," : "", words[i]);
    }
    return fault(r, member, what);
}


/* Every member must be one of the names, and be there once. */
static bool
is_known(gms_reader_t *r, const cJSON *json, const char *const *names)
{
    const cJSON *item;

    if (!cJSON_IsObject(json)) {
        return fault(r, "", "an object is expected");
    }
    cJSON_ArrayForEach(item, json)
    {
        const char *const *name = names;
        char               word[GMS_WORD_SIZE];

        while (*name != NULL && strcmp(*name, item->string) != 0) {
            name++;
        }
        gms_text_word(word, item->string);
        if (*name == NULL) {
            return fault(r, word, "this member is not known");
        }
        if (cJSON_GetObjectItemCaseSensitive(json, item->string) != item) {
            return fault(r, word, "this member is there twice");
        }
    }
    return true;
}


/* One of the words, or left as it is when the member is not there. */
static bool
read_word(gms_reader_t *r, const cJSON *json, const char *member,
    const char *const *words, int n, int *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, member);

    if (item == NULL) {
        return true;
    }
    for (int i = 0; i < n && cJSON_IsString(item); i++) {
        if (strcmp(words[i], item->valuestring) == 0) {
            *value = i;
            return true;
        }
    }
    return fault_word(r, member, words, n);
}


static bool
read_number(gms_reader_t *r, const cJSON *json, const char *member, double most,
    double *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, member);

    if (item == NULL) {
        return true;
    }
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0)
        || item->valuedouble > most)
    {
        char what[64];

        snprintf(what, sizeof(what), "a number from 0 to %g", most);
        return fault(r, member, what);
    }
    *value = item->valuedouble;
    return true;
}


static bool
read_bool(gms_reader_t *r, const cJSON *json, const char *member, bool *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, member);

    if (item != NULL && !cJSON_IsBool(item)) {
        return fault(r, member, "true or false");
    }
    *value = item != NULL ? cJSON_IsTrue(item) : *value;
    return true;
}


/* {words} of a text must be known. */
static bool
has_known_words(const char *text)
{
    for (const char *open = strchr(text, '{'); open != NULL;
         open = strchr(open, '{'))
    {
        size_t size = strcspn(++open, "}");
        bool   known = false;

        for (int i = 0; i < GMS_RULE_WORDS; i++) {
            known |= strlen(gms_rule_word[i]) == size
                && strncmp(gms_rule_word[i], open, size) == 0;
        }
        if (!known || open[size] != '}') {
            return false;
        }
    }
    return true;
}


static bool
read_text(
    gms_reader_t *r, const cJSON *json, const char *member, const char **text)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, member);

    if (!cJSON_IsString(item) || item->valuestring[0] == '\0'
        || !gms_jsontext_is_clean(item->valuestring, GMS_RULE_TEXT_MAX))
    {
        return fault(r, member, "a text is expected, of less than 600 bytes");
    }
    if (!has_known_words(item->valuestring)) {
        return fault(r, member,
            "braces hold one of n, shot, clock, offset, correction, ratio, "
            "rounds");
    }
    *text = item->valuestring;
    return true;
}


static bool
read_id(gms_reader_t *r, const cJSON *json, const char **id)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "id");
    const char  *s = cJSON_IsString(item) ? item->valuestring : "";
    size_t       size = strlen(s);

    if (size == 0 || size > ID_MAX
        || strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != size)
    {
        return fault(
            r, "id", "a name of a-z, 0-9 and -, of at most 40 characters");
    }
    *id = s;
    return true;
}


static bool
is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}


static bool
read_guns(gms_reader_t *r, const cJSON *json, gms_rule_t *rule)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "guns"), *item;

    if (list != NULL && (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0))
    {
        return fault(r, "guns", "a list of guns");
    }
    cJSON_ArrayForEach(item, list)
    {
        int gun = GMS_GUNS;

        for (int i = 0; i < GMS_GUNS && cJSON_IsString(item); i++) {
            gun = strcmp(gms_gun_name[i], item->valuestring) == 0 ? i : gun;
        }
        if (gun == GMS_GUNS) {
            return fault_word(r, "guns", gms_gun_name, GMS_GUNS);
        }
        rule->guns |= 1U << gun;
    }
    return true;
}


/* A sector says nothing of a sign that has no direction, and so on. */
static bool
read_sector(gms_reader_t *r, const cJSON *json, gms_rule_t *rule)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "sector");

    if (list == NULL) {
        return true;
    }
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) != 2) {
        return fault(r, "sector", "two hours of the clock, from and to");
    }
    for (int i = 0; i < 2; i++) {
        const cJSON *hour = cJSON_GetArrayItem(list, i);

        if (!cJSON_IsNumber(hour) || !(hour->valuedouble >= 0)
            || hour->valuedouble > 12)
        {
            return fault(r, "sector", "hours of the clock are 0 to 12");
        }
        rule->sector[i] = hour->valuedouble;
    }
    if (!gms_sign_kind[rule->sign].has_direction) {
        return fault(r, "sector", "this sign has no direction");
    }
    rule->has_sector = true;
    return true;
}


/* What only one sign has. */
static bool
is_sign_fit(gms_reader_t *r, const gms_rule_t *rule)
{
    if (rule->axis != GMS_AXIS_ANY && rule->sign != GMS_SIGN_SHAPE) {
        return fault(r, "axis", "only the sign shape has an axis");
    }
    if (rule->sign != GMS_SIGN_OFFSET) {
        if (rule->repeated >= 0) {
            return fault(r, "repeated", "only the sign offset is repeated");
        }
        if (rule->spread != GMS_SPREAD_ANY) {
            return fault(r, "spread", "only the sign offset asks for it");
        }
        if (rule->turns_sights) {
            return fault(
                r, "turns_sights", "only the sign offset turns sights");
        }
    }
    return true;
}


static bool
read_when(gms_reader_t *r, const cJSON *json, gms_rule_t *rule)
{
    const cJSON *repeated = cJSON_GetObjectItemCaseSensitive(json, "repeated");
    const char  *words[GMS_SIGNS];
    int          sign = -1, category = -1, axis = GMS_AXIS_ANY, spread = 0;
    double       shots = 0;
    bool         again = false;

    for (int i = 0; i < GMS_SIGNS; i++) {
        words[i] = gms_sign_kind[i].name;
    }
    rule->max_distance_m = INFINITY;
    if (!read_word(r, json, "sign", words, GMS_SIGNS, &sign)
        || !read_word(
            r, json, "category", gms_category_name, GMS_CATEGORIES, &category)
        || !read_word(r, json, "axis", gms_axis_name, GMS_AXES, &axis)
        || !read_word(r, json, "spread", gms_spread_name, GMS_SPREADS, &spread)
        || !read_bool(r, json, "repeated", &again)
        || !read_bool(r, json, "hypothesis", &rule->hypothesis)
        || !read_bool(r, json, "turns_sights", &rule->turns_sights)
        || !read_number(r, json, "min_shots", 1000, &shots)
        || !read_number(r, json, "min_distance_m", 5000, &rule->min_distance_m)
        || !read_number(r, json, "max_distance_m", 5000, &rule->max_distance_m))
    {
        return false;
    }
    if (sign < 0 || category < 0) {
        return fault(r, sign < 0 ? "sign" : "category", "is missing");
    }
    rule->sign = (gms_sign_e) sign;
    rule->category = (gms_category_e) category;
    rule->axis = (gms_axis_e) axis;
    rule->spread = (gms_spread_e) spread;
    rule->repeated = repeated == NULL ? -1 : again;
    rule->min_shots = (int) ceil(shots);
    return read_guns(r, json, rule) && read_sector(r, json, rule)
        && is_sign_fit(r, rule);
}


/* The drill of this name; *drill stays NULL when the rule names none. */
static bool
read_drill(gms_reader_t *r, const cJSON *json, const gms_rulebook_t *book,
    const gms_drill_t **drill)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "drill");

    if (item == NULL) {
        return true;
    }
    if (cJSON_IsString(item)) {
        *drill = gms_rulebook_find_drill(book, item->valuestring);
    }
    return *drill != NULL
        || fault(r, "drill", "there is no drill of this name");
}


static bool
read_rule(gms_reader_t *r, const cJSON *json, gms_rulebook_t *book)
{
    static const char *const names[] = { "id", "category", "sign", "min_shots",
        "guns", "min_distance_m", "max_distance_m", "sector", "axis", "spread",
        "repeated", "hypothesis", "turns_sights", "text", "action", "drill",
        "source", NULL };
    static const char *const levels[] = { "beginner", "club", "advanced",
        NULL };

    gms_rule_t  *rule = &book->rule[book->rules];
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(json, "text");
    size_t       at = strlen(r->at);

    if (!is_known(r, json, names) || !read_id(r, json, &rule->id)
        || !read_when(r, json, rule)
        || !read_text(r, json, "action", &rule->action)
        || !read_text(r, json, "source", &rule->source)
        || !read_drill(r, json, book, &rule->drill))
    {
        return false;
    }
    for (int i = 0; i < book->rules; i++) {
        if (is_same(book->rule[i].id, rule->id)) {
            return fault(r, "id", "another rule has this id");
        }
    }
    snprintf(r->at + at, sizeof(r->at) - at, "/text");
    if (!is_known(r, text, levels)) {
        return false;
    }
    for (int i = 0; i < GMS_LEVELS; i++) {
        if (!read_text(r, text, gms_level_name[i], &rule->text[i])) {
            return false;
        }
    }
    return true;
}


/* What the shooter does, one text after the other. */
static bool
read_steps(gms_reader_t *r, const cJSON *json, gms_drill_t *drill)
{
    const cJSON *item;

    drill->steps = cJSON_GetObjectItemCaseSensitive(json, "steps");
    if (drill->steps == NULL) {
        return true;
    }
    if (!cJSON_IsArray(drill->steps)
        || cJSON_GetArraySize(drill->steps) > STEPS_MAX)
    {
        return fault(r, "steps", "a list of at most 12 texts");
    }
    cJSON_ArrayForEach(item, drill->steps)
    {
        if (!cJSON_IsString(item) || item->valuestring[0] == '\0'
            || !gms_jsontext_is_clean(item->valuestring, GMS_RULE_TEXT_MAX))
        {
            return fault(r, "steps", "texts of less than 600 bytes");
        }
    }
    return true;
}


/* A drill without one is done when who does it says so. */
static bool
read_judge(gms_reader_t *r, const cJSON *json, gms_drill_t *drill)
{
    const cJSON *judge = cJSON_GetObjectItemCaseSensitive(json, "judge");
    const char  *member, *what;
    char         at[64], word[GMS_WORD_SIZE];

    if (!gms_jsontext_is_clean(drill->title, sizeof(drill->task.title))) {
        return fault(r, "title", "of a drill less than 96 bytes");
    }
    strcpy(drill->task.id, drill->id);
    strcpy(drill->task.title, drill->title);
    if (judge == NULL) {
        return true;
    }
    if (!cJSON_IsObject(judge)) {
        return fault(r, "judge", "an object is expected");
    }
    if (!gms_drill_read(&drill->task, judge, &member, &what)) {
        gms_text_word(word, member);
        snprintf(at, sizeof(at), "judge/%s", word);
        return fault(r, at, what);
    }
    return true;
}


static bool
read_one_drill(gms_reader_t *r, const cJSON *json, gms_rulebook_t *book)
{
    static const char *const names[] = { "id", "title", "text", "aim", "steps",
        "judge", NULL };

    gms_drill_t *drill = &book->drill[book->drills];

    drill->aim = "";
    if (!is_known(r, json, names) || !read_id(r, json, &drill->id)
        || !read_text(r, json, "title", &drill->title)
        || !read_text(r, json, "text", &drill->text)
        || (cJSON_HasObjectItem(json, "aim")
            && !read_text(r, json, "aim", &drill->aim))
        || !read_steps(r, json, drill) || !read_judge(r, json, drill))
    {
        return false;
    }
    for (int i = 0; i < book->drills; i++) {
        if (is_same(book->drill[i].id, drill->id)) {
            return fault(r, "id", "another drill has this id");
        }
    }
    return true;
}


/* Each element of a list by its reader. */
static bool
read_list(gms_reader_t *r, gms_rulebook_t *book, const char *name,
    bool (*read)(gms_reader_t *, const cJSON *, gms_rulebook_t *), int *count)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(book->json, name);
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        snprintf(r->at, sizeof(r->at), "/%s/%d", name, *count);
        if (!read(r, item, book)) {
            return false;
        }
        ++*count;
    }
    return true;
}


static int
read_book(gms_rulebook_t *book, gms_reader_t *r)
{
    static const char *const names[] = { "schema", "drills", "rules", NULL };

    const cJSON *schema =
        cJSON_GetObjectItemCaseSensitive(book->json, "schema");
    const cJSON *list[2] = { cJSON_GetObjectItemCaseSensitive(
                                 book->json, "drills"),
        cJSON_GetObjectItemCaseSensitive(book->json, "rules") };

    if (!is_known(r, book->json, names)) {
        return GMS_EINVALID;
    }
    if (!cJSON_IsNumber(schema) || schema->valueint != 1) {
        fault(r, "schema", "1 is expected");
        return GMS_EINVALID;
    }
    for (int i = 0; i < 2; i++) {
        if (!cJSON_IsArray(list[i])
            || cJSON_GetArraySize(list[i]) > GMS_RULES_MAX) {
            fault(r, names[i + 1], "a list of at most 200 is expected");
            return GMS_EINVALID;
        }
    }
    book->drill =
        calloc((size_t) cJSON_GetArraySize(list[0]) + 1, sizeof(gms_drill_t));
    book->rule =
        calloc((size_t) cJSON_GetArraySize(list[1]) + 1, sizeof(gms_rule_t));
    if (book->drill == NULL || book->rule == NULL) {
        snprintf(r->err, r->err_size, "out of memory");
        return GMS_ENOMEM;
    }
    return read_list(r, book, "drills", read_one_drill, &book->drills)
            && read_list(r, book, "rules", read_rule, &book->rules)
        ? GMS_OK
        : GMS_EINVALID;
}


/* Line of a place in a text, from 1. */
static int
line_of(const char *text, const char *place)
{
    int line = 1;

    for (; text < place; text++) {
        line += *text == '\n';
    }
    return line;
}


int
gms_rulebook_read(gms_rulebook_t *book, const char *text, size_t size,
    char *err, size_t err_size)
{
    gms_reader_t r = { "", err, err_size };
    const char  *end = text;
    int          rc;

    memset(book, 0, sizeof(*book));
    book->json = size <= FILE_MAX
        ? cJSON_ParseWithLengthOpts(text, size, &end, false)
        : NULL;
    if (book->json == NULL) {
        snprintf(err, err_size, "line %d: this is not JSON",
            end != NULL ? line_of(text, end) : 1);
        return GMS_EINVALID;
    }
    rc = read_book(book, &r);
    if (rc != GMS_OK) {
        gms_rulebook_free(book);
    }
    return rc;
}


void
gms_rulebook_free(gms_rulebook_t *book)
{
    cJSON_Delete(book->json);
    free(book->rule);
    free(book->drill);
    memset(book, 0, sizeof(*book));
}


const gms_drill_t *
gms_rulebook_find_drill(const gms_rulebook_t *book, const char *id)
{
    for (int i = 0; i < book->drills; i++) {
        if (is_same(book->drill[i].id, id)) {
            return &book->drill[i];
        }
    }
    return NULL;
}


cJSON *
gms_rulebook_drill(const gms_drill_t *drill)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *steps = drill->steps != NULL ? cJSON_Duplicate(drill->steps, 1)
                                        : cJSON_CreateArray();

    return gms_jsontree_done(json,
        gms_jsontree_add(json, "steps", steps)
            && cJSON_AddStringToObject(json, "id", drill->id)
            && cJSON_AddStringToObject(json, "title", drill->title)
            && cJSON_AddStringToObject(json, "text", drill->text)
            && cJSON_AddStringToObject(json, "aim", drill->aim)
            && gms_jsontree_add(
                json, "judge", gms_drill_to_json(&drill->task)));
}


cJSON *
gms_rulebook_drills(const gms_rulebook_t *book)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "drills");
    bool   ok = list != NULL;

    for (int i = 0; ok && i < book->drills; i++) {
        ok = gms_jsontree_add(list, NULL, gms_rulebook_drill(&book->drill[i]));
    }
    return gms_jsontree_done(json, ok);
}
