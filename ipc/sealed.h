/*
 * gms_sealed: bytes that came as a memfd.  Its seals prove that it is one, so
 * that reading cannot wait, and that neither its size nor its bytes change
 * while they are looked at.
 */

#ifndef GMS_SEALED_H
#define GMS_SEALED_H

#include <stddef.h>

/* Whoever hands one over sets them, when it is full, and no other after it. */
int gms_sealed_seal(int fd); /* GMS_OK, GMS_ESYS */

/* How many bytes it holds.  GMS_EUNSEALED: the seals are not there, or it is no
 * memfd at all. */
int gms_sealed_size(int fd, size_t *size);

/* Its first `size` bytes.  GMS_ECORRUPT: it has fewer. */
int gms_sealed_read(int fd, void *bytes, size_t size);

#endif /* GMS_SEALED_H */
