/*
 * Whether the certificate of a camera that is asked over TLS is believed.
 *
 * FFmpeg's RTSP hands none of its options on to its TLS, which then believes
 * every certificate.  So this stands in the way of the one function of GnuTLS
 * by which FFmpeg begins a connection, and has the certificate verified there:
 * before anything is asked, and on the connection that is used.  Where FFmpeg
 * was built with another library, none was verified, and that is told.
 */

#ifndef GMS_AV_TRUST_H
#define GMS_AV_TRUST_H

#include <stdbool.h>
#include <stddef.h>

/* Of connections from now on: the name or address that the certificate must be
 * of, and a file with those who may vouch for it, "": those that the system
 * trusts.  Without this every certificate is believed.  The texts stay the
 * caller's, and there. */
void gms_av_trust(const char *host, const char *ca);

/* A connection was begun, and its certificate believed. */
bool gms_av_trusted(void);

/* Why the last one was not, in words; "": for other reasons than that. */
const char *gms_av_distrust(void);

#endif /* GMS_AV_TRUST_H */
