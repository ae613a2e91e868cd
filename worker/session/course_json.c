/* gms_course as JSON: see course.h. */

#include "course.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../../ipc/error.h"
#include "../base/jsontext.h"
#include "../base/jsontree.h"


static cJSON *
stage_to_json(const gms_course_stage_t *stage)
{
    cJSON *json = cJSON_CreateObject();

    return gms_jsontree_done(json,
        cJSON_AddStringToObject(json, "name", stage->name)
            && cJSON_AddBoolToObject(json, "sighters", stage->sighters)
            && cJSON_AddNumberToObject(json, "shots", stage->shots)
            && cJSON_AddNumberToObject(json, "series", stage->series)
            && cJSON_AddNumberToObject(json, "repeat", stage->strings)
            && cJSON_AddNumberToObject(json, "time_s", stage->time_s)
            && cJSON_AddNumberToObject(json, "prepare_s", stage->prepare_s)
            && cJSON_AddNumberToObject(json, "pause_s", stage->pause_s)
            && cJSON_AddNumberToObject(json, "shown_s", stage->shown_s)
            && cJSON_AddNumberToObject(json, "away_s", stage->away_s));
}


cJSON *
gms_course_to_json(const gms_course_t *course)
{
    cJSON *json = cJSON_CreateObject(), *stages, *stage;
    bool   done;

    done = cJSON_AddStringToObject(json, "name", course->name)
        && cJSON_AddStringToObject(json, "title", course->title)
        && cJSON_AddStringToObject(
            json, "commands", course->official ? "coach" : "shooter");
    stages = done ? cJSON_AddArrayToObject(json, "stages") : NULL;
    done = stages != NULL;

    for (int i = 0; done && i < course->stages; i++) {
        stage = stage_to_json(&course->stage[i]);
        done = cJSON_AddItemToArray(stages, stage);
        if (!done) {
            cJSON_Delete(stage);
        }
    }

    return gms_jsontree_done(json, done);
}


static bool
get_text(const cJSON *json, const char *key, char *text, size_t size)
{
    const char *value =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));

    if (value == NULL || value[0] == '\0'
        || !gms_jsontext_is_clean(value, size)) {
        return false;
    }

    strcpy(text, value);
    return true;
}


static bool
get_seconds(const cJSON *json, const char *key, double *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    *value = cJSON_IsNumber(item) ? item->valuedouble : -1;
    return *value >= 0 && *value <= GMS_COURSE_TIME_MAX_S;
}


static bool
get_count(const cJSON *json, const char *key, int least, int most, int *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= least)
        || item->valuedouble > most
        || item->valuedouble != floor(item->valuedouble))
    {
        return false;
    }

    *value = (int) item->valuedouble;
    return true;
}


static bool
get_stage(gms_course_stage_t *stage, const cJSON *json)
{
    const cJSON *sighters = cJSON_GetObjectItemCaseSensitive(json, "sighters");

    stage->sighters = cJSON_IsTrue(sighters);

    return cJSON_IsBool(sighters)
        && get_text(json, "name", stage->name, sizeof(stage->name))
        && get_count(json, "shots", 0, GMS_COURSE_SHOTS_MAX, &stage->shots)
        && get_count(json, "series", 0, GMS_COURSE_SHOTS_MAX, &stage->series)
        && get_count(json, "repeat", 1, GMS_COURSE_STRINGS_MAX, &stage->strings)
        && get_seconds(json, "time_s", &stage->time_s)
        && get_seconds(json, "prepare_s", &stage->prepare_s)
        && get_seconds(json, "pause_s", &stage->pause_s)
        && get_seconds(json, "shown_s", &stage->shown_s)
        && get_seconds(json, "away_s", &stage->away_s)
        && (stage->shown_s == 0 || stage->shots > 0);
}


int
gms_course_from_json(
    gms_course_t *course, const cJSON *json, char *err, size_t err_size)
{
    const cJSON *stages, *stage;
    char         commands[16];

    memset(course, 0, sizeof(*course));
    stages = cJSON_GetObjectItemCaseSensitive(json, "stages");

    if (!get_text(json, "name", course->name, sizeof(course->name))
        || !get_text(json, "title", course->title, sizeof(course->title))
        || !get_text(json, "commands", commands, sizeof(commands))
        || !cJSON_IsArray(stages)
        || cJSON_GetArraySize(stages) > GMS_COURSE_STAGES_MAX)
    {
        snprintf(err, err_size, "a course is not understood");
        return GMS_EINVALID;
    }

    course->official = strcmp(commands, "coach") == 0;

    cJSON_ArrayForEach(stage, stages)
    {
        if (!get_stage(&course->stage[course->stages++], stage)) {
            snprintf(err, err_size, "course %s: stage %d is not understood",
                course->name, course->stages);
            return GMS_EINVALID;
        }
    }

    return GMS_OK;
}
