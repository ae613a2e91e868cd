/* gms_jsontree: see jsontree.h. */

#include "jsontree.h"

#include <string.h>

#include <math.h>


bool
gms_jsontree_add(cJSON *to, const char *name, cJSON *item)
{
    if (item != NULL
        && (name != NULL ? cJSON_AddItemToObject(to, name, item)
                         : cJSON_AddItemToArray(to, item)))
    {
        return true;
    }
    cJSON_Delete(item);
    return false;
}


bool
gms_jsontree_number(cJSON *to, const char *name, double value)
{
    return isfinite(value) ? cJSON_AddNumberToObject(to, name, value) != NULL
                           : cJSON_AddNullToObject(to, name) != NULL;
}


cJSON *
gms_jsontree_done(cJSON *json, bool ok)
{
    if (!ok) {
        cJSON_Delete(json);
        json = NULL;
    }
    return json;
}


/* As an escape: the character itself ends the text. */
static bool
has_nul(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text != '\\') {
            continue;
        }
        if (strncmp(++text, "u0000", 5) == 0) {
            return true;
        }
        if (*text == '\0') {
            break;
        }
    }

    return false;
}


cJSON *
gms_jsontree_object(const char *text)
{
    cJSON *json = has_nul(text) ? NULL : cJSON_ParseWithOpts(text, NULL, true);

    return gms_jsontree_done(json, cJSON_IsObject(json));
}


bool
gms_jsontree_request(const char *text, cJSON **address, cJSON **body)
{
    const char *end = NULL, *rest;

    *body = NULL;
    *address = has_nul(text) ? NULL : cJSON_ParseWithOpts(text, &end, false);
    rest = *address != NULL ? end : "";
    rest += strspn(rest, " \t\r\n");

    if (*rest != '\0') {
        *body = gms_jsontree_object(rest);
    }

    return cJSON_IsObject(*address) && (*rest == '\0' || *body != NULL);
}
