/* gms_controls: see controls.h. */

#include <stdio.h>
#include <string.h>

#include "controls.h"


const gms_setting_t *
gms_settings_find(const gms_settings_t *settings, const char *name)
{
    for (unsigned i = 0; i < settings->count; i++) {
        if (strcmp(settings->setting[i].name, name) == 0) {
            return &settings->setting[i];
        }
    }

    return NULL;
}


void
gms_settings_put(
    gms_settings_t *settings, const char *name, int32_t value, bool asked)
{
    unsigned       i;
    gms_setting_t *setting;

    for (i = 0; i < settings->count; i++) {
        if (strcmp(settings->setting[i].name, name) == 0) {
            break;
        }
    }

    if (i == GMS_CONTROLS_MAX) {
        return;
    }

    setting = &settings->setting[i];

    if (i == settings->count) {
        settings->count++;
        setting->asked = false;
        snprintf(setting->name, sizeof(setting->name), "%s", name);
    }

    setting->value = value;
    setting->asked |= asked;
}


void
gms_settings_remove(gms_settings_t *settings, const char *name)
{
    for (unsigned i = 0; i < settings->count; i++) {
        if (strcmp(settings->setting[i].name, name) == 0) {
            settings->setting[i] = settings->setting[--settings->count];
            return;
        }
    }
}
