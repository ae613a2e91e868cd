#include "device.h"

#include <stdio.h>
#include <string.h>

#include "error.h"

#define HEX "0123456789abcdef"

const char *const gms_role_name[GMS_ROLE_ADMIN + 1] = { "viewer", "camera",
    "shooter", "coach", "admin" };


int
gms_role_of(const char *name, size_t size)
{
    int i;

    for (i = GMS_ROLE_VIEWER; i <= GMS_ROLE_ADMIN; i++) {
        if (strlen(gms_role_name[i]) == size
            && memcmp(gms_role_name[i], name, size) == 0)
        {
            return i;
        }
    }

    return -1;
}


void
gms_secret_hash_to_hex(const uint8_t hash[GMS_SECRET_HASH_SIZE],
    char                             hex[GMS_SECRET_HASH_HEX_SIZE])
{
    int i;

    for (i = 0; i < GMS_SECRET_HASH_SIZE; i++) {
        hex[2 * i] = HEX[hash[i] >> 4];
        hex[2 * i + 1] = HEX[hash[i] & 15];
    }

    hex[2 * GMS_SECRET_HASH_SIZE] = '\0';
}


bool
gms_secret_hash_from_hex(uint8_t hash[GMS_SECRET_HASH_SIZE], const char *hex)
{
    const char *high, *low;
    int         i;

    for (i = 0; i < GMS_SECRET_HASH_SIZE; i++) {
        high = hex[2 * i] != '\0' ? strchr(HEX, hex[2 * i]) : NULL;
        low = high != NULL && hex[2 * i + 1] != '\0'
            ? strchr(HEX, hex[2 * i + 1])
            : NULL;

        if (low == NULL) {
            return false;
        }

        hash[i] = (uint8_t) ((high - HEX) << 4 | (low - HEX));
    }

    return hex[2 * GMS_SECRET_HASH_SIZE] == '\0';
}


bool
gms_secret_same(const uint8_t a[GMS_SECRET_HASH_SIZE],
    const uint8_t             b[GMS_SECRET_HASH_SIZE])
{
    unsigned char differs = 0, any = 0;
    int           i;

    for (i = 0; i < GMS_SECRET_HASH_SIZE; i++) {
        differs |= a[i] ^ b[i];
        any |= a[i];
    }

    return differs == 0 && any != 0;
}


int
gms_device_line(char *line, size_t size, const gms_device_t *device)
{
    char hex[GMS_SECRET_HASH_HEX_SIZE];
    int  n;

    gms_secret_hash_to_hex(device->hash, hex);
    n = snprintf(line, size, "%s %s %s %s\n", device->id,
        gms_role_name[device->role],
        device->lane[0] != '\0' ? device->lane : "*", hex);

    return n > 0 && (size_t) n < size ? n : GMS_ETOOBIG;
}


/* The next word of at most size - 1 bytes, up to its one separator. */
static bool
read_word(const char **text, char *word, size_t size, char separator)
{
    const char *end = strchr(*text, separator);
    size_t      n;

    if (end == NULL || end == *text) {
        return false;
    }

    n = (size_t) (end - *text);
    if (n >= size || memchr(*text, '\n', n) != NULL) {
        return false;
    }

    memcpy(word, *text, n);
    word[n] = '\0';
    *text = end + 1;

    return true;
}


int
gms_device_read(gms_device_t *device, const char **text)
{
    char role[16], hex[GMS_SECRET_HASH_HEX_SIZE];
    int  role_of;

    if (**text == '\0') {
        return GMS_ENOTFOUND;
    }

    memset(device, 0, sizeof(*device));

    if (!read_word(text, device->id, sizeof(device->id), ' ')
        || !read_word(text, role, sizeof(role), ' ')
        || !read_word(text, device->lane, sizeof(device->lane), ' ')
        || !read_word(text, hex, sizeof(hex), '\n')
        || !gms_secret_hash_from_hex(device->hash, hex))
    {
        return GMS_ECORRUPT;
    }

    role_of = gms_role_of(role, strlen(role));
    if (role_of == -1) {
        return GMS_ECORRUPT;
    }

    device->role = (gms_role_e) role_of;

    if (strcmp(device->lane, "*") == 0) {
        device->lane[0] = '\0';
    }

    return GMS_OK;
}
