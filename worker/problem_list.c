#include "problem_list.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../ipc/link.h"
#include "base/jsontext.h"


char *
gms_problem_list_of(const char *type, const char *title, const char *detail)
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


bool
gms_problem_list_send(int fd, const char *lane, const char *list)
{
    gms_link_message_t m;

    gms_link_message(&m, GMS_LINK_PROBLEMS);
    snprintf(m.header.lane, sizeof(m.header.lane), "%s", lane);
    m.body = (char *) (uintptr_t) list;
    m.header.body_size = (uint32_t) strlen(list);

    return gms_link_send(fd, &m) == 0;
}
