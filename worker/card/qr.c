/* gms_qr: see qr.h. */

#include "qr.h"

#include <errno.h>

#include <qrencode.h>

#include "../../ipc/error.h"

/* Modules of paper around it, by the standard. */
#define QR_QUIET 4


int
gms_qr_svg(FILE *out, const char *text)
{
    QRcode *code;
    int     side, first;

    code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        return errno == ENOMEM ? GMS_ENOMEM : GMS_ETOOBIG;
    }

    side = code->width + 2 * QR_QUIET;
    fprintf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" width=\"34mm\" "
        "height=\"34mm\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\" "
        "role=\"img\" aria-label=\"QR code of the hash\">"
        "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path d=\"",
        side, side, side, side);

    for (int y = 0; y < code->width; y++) {
        const unsigned char *row = code->data + y * code->width;

        /* Dark modules that touch are one bar. */
        for (int x = 0; x < code->width; x++) {
            for (first = x; x < code->width && (row[x] & 1); x++) {
            }
            if (x > first) {
                fprintf(out, "M%d %dh%dv1h-%dz", first + QR_QUIET, y + QR_QUIET,
                    x - first, x - first);
            }
        }
    }

    fputs("\"/></svg>", out);
    QRcode_free(code);

    return GMS_OK;
}
