/*
 * gms_http_place: what of a URL may be shown, and whether libcurl can be used.
 * A URL may hold a user and a password, and its query a token.
 */

#ifndef GMS_HTTP_PLACE_H
#define GMS_HTTP_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#define GMS_HTTP_PLACE_MAX 300

/* Scheme, host, port and path.  GMS_EINVALID: no URL of http or https;
 * GMS_ENOMEM. */
int gms_http_place(char *place, size_t size, const char *url);

/* Readies libcurl, which may not be touched before the lane's process was
 * forked; any thread, any number of times.  false: it cannot be used. */
bool gms_http_ready(void);

#endif /* GMS_HTTP_PLACE_H */
