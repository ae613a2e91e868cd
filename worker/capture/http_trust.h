/*
 * gms_http_trust: whose word libcurl takes for a camera's certificate.
 */

#ifndef GMS_HTTP_TRUST_H
#define GMS_HTTP_TRUST_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "../../ipc/camera.h"

/* By the camera's options ca= and verify=; without them that of those whom the
 * system trusts.  why, of CURL_ERROR_SIZE bytes, stays there as long as easy
 * does.  false: no memory. */
bool gms_http_trust(CURL *easy, const gms_camera_t *camera, char *why);

/* Whether `code` says that it was not believed; then err is a sentence. */
bool gms_http_distrusts(CURLcode code, const char *place, const char *why,
    char *err, size_t err_size);

#endif /* GMS_HTTP_TRUST_H */
