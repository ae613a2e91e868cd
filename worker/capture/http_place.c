#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "http_place.h"
#include "../../ipc/error.h"

static pthread_once_t http_once = PTHREAD_ONCE_INIT;
static CURLcode       http_started;


static void
http_start(void)
{
    http_started = curl_global_init(CURL_GLOBAL_DEFAULT);
}


bool
gms_http_ready(void)
{
    pthread_once(&http_once, http_start);

    return http_started == CURLE_OK;
}


int
gms_http_place(char *place, size_t size, const char *url)
{
    char  *scheme, *host, *port, *path;
    bool   fine;
    CURLU *u;

    scheme = host = port = path = NULL;

    u = curl_url();
    if (u == NULL) {
        return GMS_ENOMEM;
    }

    fine = curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK
        && curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK
        && curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK
        && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    if (fine) {
        curl_url_get(u, CURLUPART_PORT, &port, 0);
        curl_url_get(u, CURLUPART_PATH, &path, 0);
        snprintf(place, size, "%s://%s%s%s%s", scheme, host,
            port != NULL ? ":" : "", port != NULL ? port : "",
            path != NULL ? path : "");
    }

    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(path);
    curl_url_cleanup(u);

    return fine ? GMS_OK : GMS_EINVALID;
}
