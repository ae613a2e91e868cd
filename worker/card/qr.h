/*
 * gms_qr: a QR code (ISO/IEC 18004) as an SVG element; the code itself is
 * made by libqrencode.  Pure; any thread.
 */

#ifndef GMS_QR_H
#define GMS_QR_H

#include <stdio.h>

/* Bytes as they are, a tenth of them may be soiled; with its quiet zone.
 * GMS_ENOMEM; GMS_ETOOBIG: no code holds so much. */
int gms_qr_svg(FILE *out, const char *text);

#endif /* GMS_QR_H */
