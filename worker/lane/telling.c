#include "telling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "../problem_list.h"


/* Which kinds are in the list: that alone is worth telling of. */
static void
kinds_of(const cJSON *list, char *kinds, size_t size)
{
    const cJSON *problem;
    const char  *type;
    size_t       n = 0;

    kinds[0] = '\0';

    cJSON_ArrayForEach(problem, list)
    {
        type = cJSON_GetStringValue(cJSON_GetObjectItem(problem, "type"));

        if (type != NULL && n + strlen(type) + 2 <= size) {
            n += (size_t) snprintf(kinds + n, size - n, "%s ", type);
        }
    }
}


void
gms_telling_problems(gms_scorer_t *s)
{
    cJSON *list = gms_document_problems(s);
    char   kinds[sizeof(s->troubles)];
    char  *text;

    kinds_of(list, kinds, sizeof(kinds));

    if (!s->troubles_told || strcmp(kinds, s->troubles) != 0) {
        text = cJSON_PrintUnformatted(list);

        if (text != NULL
            && gms_problem_list_send(s->control, s->config->name, text)) {
            s->troubles_told = true; /* else with the next second */
            memcpy(s->troubles, kinds, sizeof(kinds));
        }

        free(text);
    }

    cJSON_Delete(list);
}


void
gms_telling_failure(
    int control, const char *lane, const char *title, const char *detail)
{
    char *list = gms_problem_list_of("store-failing", title, detail);

    if (list != NULL) {
        (void) gms_problem_list_send(control, lane, list);
    }

    free(list);
}
