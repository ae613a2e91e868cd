/*
 * gms_secret: what lets a browser in: 128 random bits.  The text goes to that
 * browser and is forgotten here; its SHA-256 is what is kept.
 */

#ifndef GMS_SECRET_H
#define GMS_SECRET_H

#include "../ipc/device.h"

#define GMS_SECRET_SIZE 33 /* 32 hex digits and NUL */

/* GMS_ESYS: the system has no randomness to give. */
int gms_secret_make(
    char text[GMS_SECRET_SIZE], uint8_t hash[GMS_SECRET_HASH_SIZE]);

void gms_secret_hash(uint8_t hash[GMS_SECRET_HASH_SIZE], const char *text);

/* n random bytes; GMS_ESYS. */
int gms_secret_random(void *bytes, size_t n);

#endif /* GMS_SECRET_H */
