/*
 * gms_invite: links that let somebody in, as a text and as a code to scan.
 * Pure but for memory; any thread.
 */

#ifndef GMS_INVITE_H
#define GMS_INVITE_H

#include <stdbool.h>

#define GMS_ADDRESS_MAX 200
#define GMS_ADDRESS_ALLOWED                                                    \
    "an address is where the device finds the range's pages, such as "         \
    "http://192.168.1.10"

/* Where the pages of the range are, as whoever is let in finds them, without a
 * slash at the end.  NULL: nobody says, "".  False: it is no such address. */
bool gms_invite_address(char address[GMS_ADDRESS_MAX + 1], const char *text);

/* A QR code as an SVG element, malloc'ed; NULL: the link has no address to
 * begin with, or there is no memory. */
char *gms_invite_qr(const char *link);

#endif /* GMS_INVITE_H */
