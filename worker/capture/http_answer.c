#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "http_answer.h"
#include "../../ipc/error.h"


int
gms_http_refused(const char *place, long status, char *err, size_t err_size)
{
    const char *hint;

    static const struct {
        long        status;
        const char *hint;
    } hints[] = {
        { 401,
            "it wants a user and a password: write them into the address, "
            "http://user:password@host/..." },
        { 403, "it does not allow this user to look" },
        { 404, "it knows no picture under this path" },
        { 503, "it is busy or still starting" },
    };

    hint = "is the address that of a picture?";

    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        if (hints[i].status == status) {
            hint = hints[i].hint;
        }
    }

    snprintf(err, err_size, "%s answers %ld: %s", place, status, hint);

    return GMS_ECAMERA_GONE;
}


bool
gms_http_is_jpeg(const char *type)
{
    size_t n;

    static const char *const names[] = { "image/jpeg", "image/jpg",
        "image/pjpeg" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        n = strlen(names[i]);

        if (strncasecmp(type, names[i], n) == 0
            && (type[n] == '\0' || type[n] == ';' || type[n] == ' '))
        {
            return true;
        }
    }

    return false;
}


void
gms_http_clean(char *out, size_t size, const char *text)
{
    size_t n;

    for (n = 0; text[n] != '\0' && text[n] != ';' && n + 1 < size; n++) {
        out[n] =
            text[n] > ' ' && text[n] <= '~' && text[n] != '"' && text[n] != '<'
            ? text[n]
            : '?';
    }

    out[n] = '\0';
}
