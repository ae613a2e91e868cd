/*
 * The beginnings of clips with known truth, for the tests that have them.
 * After cmocka.h.
 */

#ifndef T_LIB_CLIP_HEAD_H
#define T_LIB_CLIP_HEAD_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/error.h"
#include "worker/base/image.h"

#define CLIP_HEAD (4 << 20)


static inline char *
read_head(const char *name, size_t *size)
{
    const char *folder = getenv("GMS_SHARED");
    char path[512], *data;
    FILE *file;

    snprintf(path, sizeof(path), "%s/data/%s",
        folder != NULL ? folder : "../shared", name);
    file = fopen(path, "rb");
    if (file == NULL) {
        print_message("# skipped: no %s\n", path);
        return NULL;
    }
    data = malloc(CLIP_HEAD + 1);
    assert_non_null(data);
    *size = fread(data, 1, CLIP_HEAD, file);
    data[*size] = '\0';
    fclose(file);
    return data;
}


/* The first picture of a motion JPEG clip. */
static inline bool
first_frame(gms_image_t *image, const char *name)
{
    size_t size = 0, at;
    char *data = read_head(name, &size);
    gms_jpeg_t *jpeg;

    memset(image, 0, sizeof(*image));
    if (data == NULL) {
        return false;
    }
    for (at = 0; at + 8 < size; at++) {
        if (memcmp(data + at, "00dc", 4) == 0
            && memcmp(data + at + 8, "\xff\xd8", 2) == 0)
        {
            break;
        }
    }
    assert_true(at + 8 < size);
    size = (uint8_t) data[at + 4] | (size_t) (uint8_t) data[at + 5] << 8
           | (size_t) (uint8_t) data[at + 6] << 16;
    jpeg = gms_jpeg_create();
    assert_non_null(jpeg);
    assert_int_equal(gms_jpeg_decode_gray(jpeg, data + at + 8, size, image),
        GMS_OK);
    gms_jpeg_destroy(jpeg);
    free(data);
    return true;
}

#endif /* T_LIB_CLIP_HEAD_H */
