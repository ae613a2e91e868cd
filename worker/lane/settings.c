#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "../../ipc/error.h"
#include "../capture/ptz.h"
#include "../detect/memory_file.h"
#include "settings.h"

#define GMS_SETTINGS_BYTES_MAX (16 * 1024)


static void
settings_take(const cJSON *json, gms_settings_t *settings)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, json)
    {
        if (cJSON_IsNumber(item) && item->string != NULL
            && strlen(item->string) < GMS_CONTROL_NAME_SIZE
            && item->valuedouble == floor(item->valuedouble)
            && fabs(item->valuedouble) <= INT32_MAX)
        {
            gms_settings_put(
                settings, item->string, (int32_t) item->valuedouble, true);
        }
    }
}


static void
settings_preset(const cJSON *json, gms_settings_t *settings)
{
    if (cJSON_IsNumber(json) && json->valuedouble >= 0
        && json->valuedouble <= GMS_PTZ_PRESET_MAX
        && json->valuedouble == floor(json->valuedouble))
    {
        settings->has_preset = true;
        settings->preset = json->valueint;
    }
}


void
gms_settings_read(
    const char *path, const char *camera, gms_settings_t *settings)
{
    uint8_t    *text;
    size_t      size;
    cJSON      *json;
    const char *of;

    memset(settings, 0, sizeof(*settings));

    if (gms_memory_file_read(path, 2, GMS_SETTINGS_BYTES_MAX, &text, &size)
        != GMS_OK)
    {
        return;
    }

    json = cJSON_ParseWithLength((const char *) text, size);
    of = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "camera"));

    if (of != NULL && strcmp(of, camera) == 0) {
        settings_take(
            cJSON_GetObjectItemCaseSensitive(json, "controls"), settings);
        settings_preset(
            cJSON_GetObjectItemCaseSensitive(json, "preset"), settings);
    }

    cJSON_Delete(json);
    free(text);
}


int
gms_settings_write(
    const char *path, const char *camera, const gms_settings_t *settings)
{
    cJSON *json, *controls;
    char  *text;
    int    rc;

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "camera", camera);
    controls = cJSON_AddObjectToObject(json, "controls");

    if (settings->has_preset) {
        cJSON_AddNumberToObject(json, "preset", settings->preset);
    }

    for (unsigned i = 0; i < settings->count; i++) {
        if (settings->setting[i].asked) {
            cJSON_AddNumberToObject(controls, settings->setting[i].name,
                settings->setting[i].value);
        }
    }

    text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);

    if (text == NULL) {
        return GMS_ENOMEM;
    }

    rc = gms_memory_file_write(path, (const uint8_t *) text, strlen(text));
    free(text);

    return rc;
}
