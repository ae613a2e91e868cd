#include "troubles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsontext.h"
#include "document.h"


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


/* False: it was not taken. */
static bool
send_list(int fd, const char *lane, const char *list)
{
    gms_link_message_t m;

    gms_link_message(&m, GMS_LINK_PROBLEMS);
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", lane);
    m.body = (char *) (uintptr_t) list;
    m.header.body_size = (uint32_t) strlen(list);

    return gms_link_send(fd, &m) == 0;
}


void
gms_troubles_tell(gms_scorer_t *s)
{
    cJSON *list = gms_document_problems(s);
    char   kinds[sizeof(s->troubles)];
    char  *text;

    kinds_of(list, kinds, sizeof(kinds));

    if (!s->troubles_told || strcmp(kinds, s->troubles) != 0) {
        text = cJSON_PrintUnformatted(list);

        if (text != NULL && send_list(s->control, s->config->name, text)) {
            s->troubles_told = true; /* else with the next second */
            memcpy(s->troubles, kinds, sizeof(kinds));
        }

        free(text);
    }

    cJSON_Delete(list);
}


/* A list with one problem, malloc'ed; NULL: out of memory. */
static char *
list_of(const char *type, const char *title, const char *detail)
{
    gms_jsontext_t j;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '[');
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "type", type);
    gms_jsontext_string(&j, "title", title);
    gms_jsontext_string(&j, "detail", detail);
    gms_jsontext_close(&j, '}');
    gms_jsontext_close(&j, ']');
    return gms_jsontext_take(&j);
}


void
gms_troubles_fail(
    int control, const char *lane, const char *title, const char *detail)
{
    char *list = list_of("store-failing", title, detail);

    if (list != NULL) {
        (void) send_list(control, lane, list);
    }

    free(list);
}


/* The archive tries a history that it cannot open again and again, and asks
 * for nothing: what it does not take is lost to the record. */
static void
pass_on(const gms_troubles_t *t, const char *lane, const char *list)
{
    if (t->lanes->archive.pid != 0) {
        (void) send_list(t->lanes->archive.control, lane, list);
    }
}


/* list: malloc'ed, taken; NULL: there was no memory for it. */
static void
set_list(gms_troubles_t *t, const char *lane, char *list)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (lane[0] != '\0' && strcmp(t->lanes->lane[i].name, lane) == 0) {
            break;
        }
    }

    if (list == NULL || i == GMS_CONFIG_LANES_MAX) {
        free(list);
        return;
    }

    free(t->list[i]);
    t->list[i] = list;
    pass_on(t, lane, list);
}


void
gms_troubles_heard(gms_troubles_t *t, const gms_link_message_t *m)
{
    set_list(t, m->header.lane, strdup(m->body));
}


void
gms_troubles_died(gms_troubles_t *t, const char *lane)
{
    set_list(t, lane,
        list_of("lane-offline", "The lane was not running",
            "its process ended and is started again by itself; what was shot "
            "meanwhile is on the paper and found again"));
}


void
gms_troubles_gone(gms_troubles_t *t, const char *lane)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (strcmp(t->lanes->lane[i].name, lane) == 0) {
            free(t->list[i]);
            t->list[i] = NULL;
        }
    }

    pass_on(t, lane, "[]");
}


void
gms_troubles_again(const gms_troubles_t *t)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        if (t->list[i] != NULL && t->lanes->lane[i].name[0] != '\0') {
            pass_on(t, t->lanes->lane[i].name, t->list[i]);
        }
    }
}


void
gms_troubles_free(gms_troubles_t *t)
{
    unsigned i;

    for (i = 0; i < GMS_CONFIG_LANES_MAX; i++) {
        free(t->list[i]);
        t->list[i] = NULL;
    }
}
