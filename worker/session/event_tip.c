/* Tips and drills in JSON: see event_tip.h. */

#include "event_tip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "../base/jsontext.h"

const char *const gms_tip_to_name[GMS_TIP_TO_WORDS] = { "shooter", "coach" };

const char *const gms_tip_change_name[GMS_TIP_CHANGE_WORDS] = { "", "told",
    "acknowledged", "withdrawn" };


/* null: none. */
static void
put_task(gms_jsontext_t *j, const gms_drill_task_t *task)
{
    cJSON *json;
    char  *text;

    if (task->id[0] == '\0') {
        gms_jsontext_raw(j, "drill", "null");
        return;
    }

    json = gms_drill_to_json(task);
    text = json != NULL ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    gms_jsontext_open(j, "drill", '{');
    gms_jsontext_string(j, "id", task->id);
    gms_jsontext_string(j, "title", task->title);

    if (text == NULL) {
        j->failed = true;
    } else {
        gms_jsontext_raw(j, "judge", text);
    }

    gms_jsontext_close(j, '}');
    free(text);
}


void
gms_event_put_tip(gms_jsontext_t *j, const gms_event_tip_t *tip)
{
    gms_jsontext_integer(j, "tip", tip->tip);
    gms_jsontext_string(j, "to", gms_tip_to_name[tip->to]);
    gms_jsontext_bool(j, "urgent", tip->urgent);
    gms_jsontext_bool(j, "hold", tip->hold);
    gms_jsontext_integer(j, "shot", tip->shot);
    gms_jsontext_string(j, "text", tip->text);
    gms_jsontext_string(j, "author", tip->author);
    put_task(j, &tip->drill);
}


void
gms_event_put_tip_changed(
    gms_jsontext_t *j, const gms_event_tip_changed_t *changed)
{
    gms_jsontext_integer(j, "tip", changed->tip);
    gms_jsontext_string(j, "what", gms_tip_change_name[changed->what]);
    gms_jsontext_string(j, "author", changed->author);
}


void
gms_event_put_drill(gms_jsontext_t *j, const gms_event_drill_t *drill)
{
    gms_jsontext_integer(j, "tip", drill->tip);
    gms_jsontext_string(j, "result", drill->passed ? "passed" : "failed");
    gms_jsontext_integer(j, "shots", drill->shots);
    gms_jsontext_integer(j, "hits", drill->hits);

    if (isfinite(drill->figure)) {
        gms_jsontext_number(j, "figure", drill->figure);
    } else {
        gms_jsontext_raw(j, "figure", "null");
    }
}


static bool
get_number(const cJSON *json, const char *key, uint32_t *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    double       n = cJSON_IsNumber(item) ? item->valuedouble : -1;

    if (!(n >= 0) || n > UINT32_MAX || n != floor(n)) {
        return false;
    }

    *value = (uint32_t) n;
    return true;
}


static bool
get_bool(const cJSON *json, const char *key, bool *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    *value = cJSON_IsTrue(item);
    return cJSON_IsBool(item);
}


static bool
get_text(const cJSON *json, const char *key, char *text, size_t size)
{
    const char *value =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));

    if (value == NULL || !gms_jsontext_is_clean(value, size)) {
        return false;
    }

    strcpy(text, value);
    return true;
}


/* Number of the word; n: it is none. */
static int
get_word(const cJSON *json, const char *key, const char *const *words, int n)
{
    const char *value =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));
    int i = 0;

    while (i < n && (value == NULL || strcmp(words[i], value) != 0)) {
        i++;
    }

    return i;
}


static bool
get_task(gms_drill_task_t *task, const cJSON *json)
{
    const cJSON *drill = cJSON_GetObjectItemCaseSensitive(json, "drill");
    const cJSON *judge = cJSON_GetObjectItemCaseSensitive(drill, "judge");
    const char  *member, *what;

    if (cJSON_IsNull(drill)) {
        return true;
    }

    return get_text(drill, "id", task->id, sizeof(task->id))
        && task->id[0] != '\0'
        && get_text(drill, "title", task->title, sizeof(task->title))
        && (cJSON_IsNull(judge) || gms_drill_read(task, judge, &member, &what));
}


bool
gms_event_get_tip(gms_event_tip_t *tip, const cJSON *json)
{
    int to = get_word(json, "to", gms_tip_to_name, GMS_TIP_TO_WORDS);

    tip->to = (gms_tip_to_e) to;

    return to < GMS_TIP_TO_WORDS && get_bool(json, "urgent", &tip->urgent)
        && get_bool(json, "hold", &tip->hold)
        && get_number(json, "tip", &tip->tip)
        && get_number(json, "shot", &tip->shot)
        && get_text(json, "text", tip->text, sizeof(tip->text))
        && get_text(json, "author", tip->author, sizeof(tip->author))
        && get_task(&tip->drill, json);
}


bool
gms_event_get_tip_changed(gms_event_tip_changed_t *changed, const cJSON *json)
{
    int what =
        get_word(json, "what", gms_tip_change_name, GMS_TIP_CHANGE_WORDS);

    changed->what = (gms_tip_change_e) what;

    return what != 0 && what < GMS_TIP_CHANGE_WORDS
        && get_number(json, "tip", &changed->tip)
        && get_text(json, "author", changed->author, sizeof(changed->author));
}


bool
gms_event_get_drill(gms_event_drill_t *drill, const cJSON *json)
{
    static const char *const results[] = { "failed", "passed" };

    const cJSON *figure = cJSON_GetObjectItemCaseSensitive(json, "figure");
    int          result = get_word(json, "result", results, 2);

    drill->passed = result == 1;
    drill->figure = cJSON_IsNumber(figure) ? figure->valuedouble : NAN;

    return result < 2 && get_number(json, "tip", &drill->tip)
        && get_number(json, "shots", &drill->shots)
        && get_number(json, "hits", &drill->hits);
}
