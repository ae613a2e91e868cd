#include "troubles.h"

#include <stdlib.h>
#include <string.h>

#include "../problem_list.h"


/* The archive tries a history that it cannot open again and again, and asks
 * for nothing: what it does not take is lost to the record. */
static void
pass_on(const gms_troubles_t *t, const char *lane, const char *list)
{
    if (t->lanes->archive.pid != 0) {
        (void) gms_problem_list_send(t->lanes->archive.control, lane, list);
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
        gms_problem_list_of("lane-offline", "The lane was not running",
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
