#include "secret.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

#include <sha2.h>

#include "../ipc/error.h"

#define GMS_SECRET_BYTES 16


int
gms_secret_random(void *bytes, size_t n)
{
    return getrandom(bytes, n, 0) == (ssize_t) n ? GMS_OK : GMS_ESYS;
}


void
gms_secret_hash(uint8_t hash[GMS_SECRET_HASH_SIZE], const char *text)
{
    SHA2_CTX c;

    SHA256Init(&c);
    SHA256Update(&c, (const uint8_t *) text, strlen(text));
    SHA256Final(hash, &c);
}


int
gms_secret_make(char text[GMS_SECRET_SIZE], uint8_t hash[GMS_SECRET_HASH_SIZE])
{
    uint8_t bytes[GMS_SECRET_BYTES];
    int     i;

    if (gms_secret_random(bytes, sizeof(bytes)) != GMS_OK) {
        return GMS_ESYS;
    }

    for (i = 0; i < GMS_SECRET_BYTES; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }

    gms_secret_hash(hash, text);

    return GMS_OK;
}
