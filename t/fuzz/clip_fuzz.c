/*
 * Any bytes as a clip: whole, or behind a sound header of an AVI file, by the
 * first byte.  It is played through as a lane does, and what is handed over
 * must be bytes of the file, and tables for a picture that has none.
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/error.h"
#include "worker/capture/source.h"

#define FRAMES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static size_t
put(uint8_t *out, size_t at, const char *name, uint32_t size)
{
    memcpy(out + at, name, 4);
    memcpy(out + at + 4, &size, 4);
    return at + 8;
}


/* One stream of motion JPEG; ends where its pictures begin. */
static size_t
header(uint8_t out[256])
{
    size_t   n;
    uint32_t scale = 1, rate = 15;

    memset(out, 0, 256);
    n = put(out, 0, "RIFF", 1000000);
    memcpy(out + n, "AVI LIST", 8);
    n = put(out, n + 4, "LIST", 124);
    memcpy(out + n, "hdrl", 4);
    n = put(out, n + 4, "LIST", 112);
    memcpy(out + n, "strl", 4);
    n = put(out, n + 4, "strh", 56);
    memcpy(out + n, "vidsMJPG", 8);
    memcpy(out + n + 20, &scale, 4);
    memcpy(out + n + 24, &rate, 4);
    n = put(out, n + 56, "strf", 40);
    memcpy(out + n + 16, "MJPG", 4);
    n = put(out, n + 40, "LIST", 100000);
    memcpy(out + n, "movi", 4);
    return n + 4;
}


static void
play(const char *path, size_t size)
{
    gms_source_t        s;
    gms_source_config_t config = { .camera = { .kind = GMS_CAMERA_CLIP } };
    gms_frame_t         frame;
    char                err[512] = "";
    uint64_t            sum = 0;

    snprintf(config.camera.locator, sizeof(config.camera.locator), "%s", path);
    if (gms_source_init(&s, &config) != GMS_OK) {
        abort();
    }
    if (gms_source_open(&s, err, sizeof(err)) != GMS_OK) {
        if (err[0] == '\0') {
            abort();
        }
        gms_source_close(&s);
        return;
    }
    for (int i = 0; i < FRAMES_MAX; i++) {
        int rc = gms_source_next(&s, &frame, 0, err, sizeof(err));

        if (rc == GMS_EEND) {
            break;
        }
        if (rc != GMS_OK) {
            continue;
        }
        if (frame.jpeg_size > size + GMS_TABLES_SIZE || frame.width < 1
            || frame.height < 1)
        {
            abort();
        }
        for (size_t k = 0; k < frame.jpeg_size; k++) {
            sum += frame.jpeg[k];
        }
    }
    if (sum == UINT64_MAX) {
        abort();
    }
    gms_source_close(&s);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t head[256];
    char    path[64];
    size_t  n = 0;
    int     fd;

    if (size < 1) {
        return 0;
    }
    fd = memfd_create("clip", MFD_CLOEXEC);
    if (fd < 0) {
        abort();
    }
    if (data[0] & 1) {
        n = header(head);
    }
    if (write(fd, head, n) != (ssize_t) n
        || write(fd, data + 1, size - 1) != (ssize_t) (size - 1))
    {
        abort();
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    play(path, n + size - 1);
    close(fd);
    return 0;
}
