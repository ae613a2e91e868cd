/* gms_jsontree: see jsontree.h. */

#include "jsontree.h"

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
