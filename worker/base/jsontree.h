/*
 * gms_jsontree: adds to cJSON trees without leaks: what could not be added is
 * deleted.  to NULL: false.
 */

#ifndef GMS_JSONTREE_H
#define GMS_JSONTREE_H

#include <stdbool.h>

#include <cjson/cJSON.h>

/* name NULL: to a list.  item is taken either way; NULL: false. */
bool gms_jsontree_add(cJSON *to, const char *name, cJSON *item);

/* What is not finite is null. */
bool gms_jsontree_number(cJSON *to, const char *name, double value);

/* json, or NULL and json deleted when not all went well. */
cJSON *gms_jsontree_done(cJSON *json, bool ok);

/* A text that is one object and nothing more; no text in it may hold the
 * character U+0000, where a C string would end.  NULL: it is something else, or
 * there is no memory. */
cJSON *gms_jsontree_object(const char *text);

/* An object of texts, behind which another may stand: what a request says by
 * its address, and by its body.  Both are the caller's; *body NULL: none.
 * False: it is something else. */
bool gms_jsontree_request(const char *text, cJSON **address, cJSON **body);

#endif /* GMS_JSONTREE_H */
