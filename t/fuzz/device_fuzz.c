/*
 * Any text as the list of devices that the worker sends to nginx: each device
 * that is read is one that can be written, and reads back as it is; secrets
 * that are not there are the same as nothing.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/device.h"
#include "ipc/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
write_back(const gms_device_t *device)
{
    static const uint8_t none[GMS_SECRET_HASH_SIZE];
    gms_device_t         back;
    char                 line[256];
    const char          *text = line;
    int                  n = gms_device_line(line, sizeof(line), device);

    if (n <= 0 || line[n] != '\0' || line[n - 1] != '\n'
        || gms_device_read(&back, &text) != GMS_OK || *text != '\0'
        || strcmp(back.id, device->id) != 0
        || strcmp(back.lane, device->lane) != 0 || back.role != device->role
        || memcmp(back.hash, device->hash, sizeof(back.hash)) != 0
        || gms_secret_same(device->hash, none))
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gms_device_t  device;
    const char   *at;
    char         *text = malloc(size + 1);
    int           rc;

    if (text == NULL) {
        return 0;
    }

    memcpy(text, data, size);
    text[size] = '\0';
    at = text;

    while ((rc = gms_device_read(&device, &at)) == GMS_OK) {
        write_back(&device);
    }

    if (rc == GMS_ENOTFOUND ? *at != '\0' : rc != GMS_ECORRUPT) {
        abort();
    }

    free(text);

    return 0;
}
