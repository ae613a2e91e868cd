#include "invite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ipc/error.h"
#include "card/qr.h"


bool
gms_invite_address(char address[GMS_ADDRESS_MAX + 1], const char *text)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "-._~:/[]%";
    size_t size;

    address[0] = '\0';

    if (text == NULL) {
        return true;
    }

    size = strlen(text);

    if ((strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
        || size > GMS_ADDRESS_MAX || strspn(text, allowed) != size)
    {
        return false;
    }

    while (size > 0 && text[size - 1] == '/') {
        size--;
    }

    memcpy(address, text, size);
    address[size] = '\0';

    return true;
}


/* A picture of a link that leads nowhere helps nobody. */
char *
gms_invite_qr(const char *link)
{
    FILE  *out;
    char  *svg = NULL;
    size_t size;
    int    rc;

    out = link[0] != '/' ? open_memstream(&svg, &size) : NULL;
    if (out == NULL) {
        return NULL;
    }

    rc = gms_qr_svg(out, link);

    if (fclose(out) != 0 || rc != GMS_OK) {
        free(svg);
        return NULL;
    }

    return svg;
}
