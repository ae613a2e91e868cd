#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "credentials.h"
#include "http_headers.h"
#include "../../ipc/error.h"


bool
gms_http_headers_add(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer;

    longer = curl_slist_append(*list, line);
    if (longer == NULL) {
        return false;
    }

    *list = longer;

    return true;
}


bool
gms_http_headers_sound(const char *line)
{
    const char *p;

    for (p = line; isalnum((unsigned char) *p) || *p == '-' || *p == '_'; p++) {
        continue;
    }

    if (p == line || p[0] != ':' || p[1] != ' ' || p[2] == '\0') {
        return false;
    }

    for (; *p != '\0'; p++) {
        if (iscntrl((unsigned char) *p)) {
            return false;
        }
    }

    return true;
}


int
gms_http_headers_read(struct curl_slist **list, const gms_camera_t *camera,
    char *err, size_t err_size)
{
    char     line[GMS_HTTP_HEADER_MAX];
    unsigned n;
    FILE    *file;
    int      rc;

    rc = gms_credentials_open(&file, camera, "headers", err, err_size);
    if (rc != GMS_OK || file == NULL) {
        return rc;
    }

    for (n = 1; rc == GMS_OK && fgets(line, sizeof(line), file) != NULL; n++) {
        line[strcspn(line, "\r\n")] = '\0';

        if (n > GMS_HTTP_HEADERS_MAX || !gms_http_headers_sound(line)) {
            snprintf(err, err_size,
                "headers=%s, line %u: a line must be Name: value, and there "
                "may be %d",
                gms_camera_option(camera, "headers"), n, GMS_HTTP_HEADERS_MAX);
            rc = GMS_ECAMERA_GONE;

        } else if (!gms_http_headers_add(list, line)) {
            snprintf(err, err_size, "not enough memory for a camera");
            rc = GMS_ENOMEM;
        }
    }

    explicit_bzero(line, sizeof(line));
    fclose(file);

    return rc;
}
