/*
 * Causes of failure, named, negative, shared by both sides of the contract.
 * A function returns one of these; the edge that knows the context turns it
 * into a sentence (lane state, problem document, log line) once.
 */

#ifndef GMS_ERROR_H
#define GMS_ERROR_H

enum {
    GMS_OK = 0,
    GMS_EAGAIN = -1,     /* nothing there yet: come again */
    GMS_EOVERTAKEN = -2, /* the writer lapped this reader: take a snapshot */
    GMS_ENOTFOUND = -3,
    GMS_ETOOBIG = -4,  /* exceeds a limit that the header names */
    GMS_ECORRUPT = -5, /* foreign bytes that break the contract */
    GMS_EVERSION = -6, /* layout or protocol version differs */
    GMS_ENOMEM = -7,
    GMS_ESYS = -8,      /* errno says more */
    GMS_EUNSEALED = -9, /* a memfd without the seals that make it safe */
    GMS_EINVALID = -10, /* an argument or a text that means nothing */
    GMS_ETIMEOUT = -11,
    GMS_EEND = -12,         /* a finite source has no further frame */
    GMS_ECAMERA_GONE = -13, /* source lost: reopen with backoff */
    GMS_EBAD_FRAME = -14,   /* this frame is unusable, the next may be fine */
    GMS_ESTORE_FULL = -15,  /* disk full */
    GMS_ESTORE = -16,       /* journal cannot be written or read */
    GMS_EUNSURE = -17,      /* calibration refuses; the reason is a text */
    GMS_ESTATE = -18,       /* not possible in this state of the session */
    GMS_ESTALE = -19,       /* what it rests on has changed since */
    GMS_EFORBIDDEN = -20    /* not to whoever asks */
};

/* A constant English phrase for any value above; never NULL. */
const char *gms_strerror(int error);

#endif /* GMS_ERROR_H */
