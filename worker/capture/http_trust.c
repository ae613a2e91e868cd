#include <stdio.h>
#include <string.h>

#include "http_trust.h"


bool
gms_http_trust(CURL *easy, const gms_camera_t *camera, char *why)
{
    const char *ca = gms_camera_option(camera, "ca");
    const char *verify = gms_camera_option(camera, "verify");
    long        asks = verify == NULL || strcmp(verify, "no") != 0;

    why[0] = '\0';

    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, why) == CURLE_OK
        && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, asks) == CURLE_OK
        && curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2 * asks) == CURLE_OK
        && (ca == NULL
            || curl_easy_setopt(easy, CURLOPT_CAINFO, ca) == CURLE_OK);
}


bool
gms_http_distrusts(CURLcode code, const char *place, const char *why, char *err,
    size_t err_size)
{
    if (code != CURLE_PEER_FAILED_VERIFICATION
        && code != CURLE_SSL_CACERT_BADFILE) {
        return false;
    }

    snprintf(err, err_size, "the certificate of %s is not believed: %.200s",
        place, why[0] != '\0' ? why : curl_easy_strerror(code));

    return true;
}
