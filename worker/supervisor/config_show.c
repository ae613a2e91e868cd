#include "config_show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/jsontext.h"

#define GMS_MASK "***"


/* Where user and password end in what follows "://"; NULL: there are none.  A
 * password may hold what should be escaped in it: rather too much is masked. */
static const char *
behind_user(const char *address)
{
    size_t      host = strcspn(address, "/?#");
    const char *end = strrchr(address, '@');

    return end != NULL && strcspn(address, ":@") < host ? end : NULL;
}


/* Each value of a query, and what has no name. */
static char *
mask_query(char *out, const char *query)
{
    size_t n, name;

    while (*query != '\0') {
        n = strcspn(query, "&;");
        name = strcspn(query, "=&;");
        out = name < n ? mempcpy(out, query, name + 1) : out;
        out = stpcpy(out, GMS_MASK);
        query += n;

        if (*query != '\0') {
            *out++ = *query++;
        }
    }

    *out = '\0';
    return out;
}


char *
gms_config_mask(const char *word)
{
    const char *address = strstr(word, "://"), *end;
    char       *text, *out;
    size_t      n;

    /* Each character of a query is a mask at most. */
    text = malloc((sizeof(GMS_MASK) + 1) * (strlen(word) + 1));

    if (text == NULL || address == NULL) {
        return text != NULL ? strcpy(text, word) : NULL;
    }

    address += 3;
    out = mempcpy(text, word, (size_t) (address - word));
    end = behind_user(address);

    if (end != NULL) {
        out = stpcpy(out, GMS_MASK);
        address = end;
    }

    n = strcspn(address, "?");
    out = mempcpy(out, address, n);

    if (address[n] == '?') {
        *out++ = '?';
        mask_query(out, address + n + 1);
    } else {
        *out = '\0';
    }

    return text;
}


/* False: out of memory. */
static bool
mask_camera(cJSON *words)
{
    cJSON *word;
    char  *masked;
    bool   ok = true;

    cJSON_ArrayForEach(word, words)
    {
        masked = gms_config_mask(word->valuestring);
        ok = masked != NULL && cJSON_SetValuestring(word, masked) != NULL;
        free(masked);

        if (!ok) {
            break;
        }
    }

    return ok;
}


/* The text that was accepted, which is valid, as others may see it. */
static char *
ranges_text(const gms_config_t *config)
{
    cJSON *json = cJSON_Parse(config->text), *lane;
    char  *text = NULL;
    bool   ok = json != NULL;

    cJSON_ArrayForEach(lane, cJSON_GetObjectItemCaseSensitive(json, "lanes"))
    {
        ok =
            ok && mask_camera(cJSON_GetObjectItemCaseSensitive(lane, "camera"));
    }

    text = ok ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    return text;
}


/* Lanes that go on with what was before, until their session ends. */
static void
put_pending(gms_jsontext_t *j, const gms_lanes_t *lanes)
{
    const gms_process_t *p;
    unsigned             i, k;

    gms_jsontext_open(j, "pending", '[');

    for (i = 0; i < lanes->processes; i++) {
        p = lanes->process[i];

        for (k = 0; p->pending && k < p->lanes; k++) {
            gms_jsontext_string(j, NULL, p->config[k]->name);
        }
    }

    gms_jsontext_close(j, ']');
}


static void
put_id(gms_jsontext_t *j, uint64_t id)
{
    char text[17];

    snprintf(text, sizeof(text), "%016" PRIx64, id);
    gms_jsontext_string(j, "id", text);
}


char *
gms_config_show(
    const gms_lanes_t *lanes, bool own, uint64_t refused, const char *why)
{
    const gms_config_t *config = &lanes->wanted;
    gms_jsontext_t      j;
    char                generation[24], *ranges = NULL;

    if (config->text != NULL) {
        ranges = ranges_text(config);

        if (ranges == NULL) {
            return NULL;
        }
    }

    /* Nanoseconds, more than a number of JavaScript holds. */
    snprintf(generation, sizeof(generation), "%" PRIu64, config->generation);

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "from", own ? "worker" : "nginx");
    put_id(&j, config->id);
    gms_jsontext_string(&j, "generation", generation);
    put_pending(&j, lanes);

    if (why[0] != '\0') {
        gms_jsontext_open(&j, "refused", '{');
        put_id(&j, refused);
        gms_jsontext_string(&j, "detail", why);
        gms_jsontext_close(&j, '}');
    } else {
        gms_jsontext_raw(&j, "refused", "null");
    }

    gms_jsontext_raw(&j, "ranges", ranges != NULL ? ranges : "null");
    gms_jsontext_close(&j, '}');
    free(ranges);
    return gms_jsontext_take(&j);
}
