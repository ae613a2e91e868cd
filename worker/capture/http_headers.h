/*
 * gms_http_headers: request headers that a camera wants, out of a file of
 * lines `Name: value`: a token, for one, that must stand in no configuration.
 */

#ifndef GMS_HTTP_HEADERS_H
#define GMS_HTTP_HEADERS_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "../../ipc/camera.h"

#define GMS_HTTP_HEADERS_MAX 16
#define GMS_HTTP_HEADER_MAX 1024

/* Reads the file of the camera's option headers=, if it has one, into *list,
 * which the caller frees.  GMS_ECAMERA_GONE with a sentence in err; GMS_ENOMEM.
 */
int gms_http_headers_read(struct curl_slist **list, const gms_camera_t *camera,
    char *err, size_t err_size);

/* Name: value, without what could end the line. */
bool gms_http_headers_sound(const char *line);

/* Appends; false: no memory, and the list is as it was. */
bool gms_http_headers_add(struct curl_slist **list, const char *line);

#endif /* GMS_HTTP_HEADERS_H */
