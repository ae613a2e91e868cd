#include "problem.h"

#include <stdio.h>

#include "jsontext.h"

/* Where the pages explain each type; nginx serves it. */
#define GMS_PROBLEM_BASE "/docs/problems#"


char *
gms_problem(int status, const char *type, const char *title, const char *detail,
    const char *pointer, const char *pointer_detail)
{
    gms_jsontext_t j;
    char           uri[128];

    snprintf(uri, sizeof(uri), GMS_PROBLEM_BASE "%s", type);

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "type", uri);
    gms_jsontext_string(&j, "title", title);
    gms_jsontext_integer(&j, "status", status);
    gms_jsontext_string(&j, "detail", detail);

    if (pointer != NULL) {
        gms_jsontext_open(&j, "errors", '[');
        gms_jsontext_open(&j, NULL, '{');
        gms_jsontext_string(&j, "pointer", pointer);
        gms_jsontext_string(
            &j, "detail", pointer_detail != NULL ? pointer_detail : detail);
        gms_jsontext_close(&j, '}');
        gms_jsontext_close(&j, ']');
    }

    gms_jsontext_close(&j, '}');
    return gms_jsontext_take(&j);
}
