/* gms_option: see option.h. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"
#include "../../ipc/error.h"

const char *const gms_option_path[] = { NULL };
const char *const gms_option_verify[] = { "yes", "no", NULL };


static const gms_option_t *
gms_option_find(const gms_option_t *table, const char *key)
{
    for (; table->key != NULL; table++) {
        if (strcmp(table->key, key) == 0) {
            return table;
        }
    }

    return NULL;
}


static void
gms_option_list(const gms_option_t *table, char *buf, size_t size)
{
    size_t used = 0;

    buf[0] = '\0';

    for (; table->key != NULL; table++) {
        int n = snprintf(
            buf + used, size - used, "%s%s=", used ? " " : "", table->key);

        if (n < 0 || (size_t) n >= size - used) {
            return;
        }

        used += (size_t) n;
    }
}


static int
gms_option_word(const gms_option_t *option, const char *text, double *value,
    char *err, size_t err_size)
{
    char   list[160];
    size_t used = 0;

    list[0] = '\0';

    for (int i = 0; option->words[i] != NULL; i++) {
        if (strcmp(option->words[i], text) == 0) {
            *value = i;
            return GMS_OK;
        }

        if (used < sizeof(list)) {
            used += (size_t) snprintf(list + used, sizeof(list) - used, "%s%s",
                i ? ", " : "", option->words[i]);
        }
    }

    snprintf(err, err_size, "%s=%s is not known; allowed are %s", option->key,
        text, list);

    return GMS_EINVALID;
}


static int
gms_option_number(const gms_option_t *option, const char *text, double *value,
    char *err, size_t err_size)
{
    char  *end;
    double v;

    v = strtod(text, &end);

    if (end == text || *end != '\0' || !isfinite(v) || v < option->min
        || v > option->max)
    {
        snprintf(err, err_size, "%s=%s must be a number from %g to %.10g",
            option->key, text, option->min, option->max);
        return GMS_EINVALID;
    }

    *value = v;

    return GMS_OK;
}


int
gms_options_read(const gms_option_t *table, const gms_camera_t *camera,
    const char *source, void *out, char *err, size_t err_size)
{
    int                 rc;
    char                list[256];
    double             *value;
    const gms_option_t *option;

    for (option = table; option->key != NULL; option++) {
        if (option->words == gms_option_path) {
            continue;
        }

        value = (double *) (void *) ((char *) out + option->offset);
        *value = option->value;
    }

    for (int i = 0; i < camera->options; i++) {
        const gms_camera_option_t *given = &camera->option[i];

        option = gms_option_find(table, given->key);

        if (option == NULL) {
            gms_option_list(table, list, sizeof(list));
            snprintf(err, err_size,
                "%s has no option %s=; it takes fps= "
                "size= loop= rotate= mirror= region=%s%s",
                source, given->key, list[0] ? " and " : "", list);
            return GMS_EINVALID;
        }

        if (option->words == gms_option_path) {
            continue;
        }

        value = (double *) (void *) ((char *) out + option->offset);

        rc = option->words != NULL
            ? gms_option_word(option, given->value, value, err, err_size)
            : gms_option_number(option, given->value, value, err, err_size);

        if (rc != GMS_OK) {
            return rc;
        }
    }

    return GMS_OK;
}
