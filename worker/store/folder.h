/*
 * gms_folder: the state folder from outside: which lanes have a journal or
 * pictures in it.
 */

#ifndef GMS_FOLDER_H
#define GMS_FOLDER_H

#include <stddef.h>

#define GMS_STATE_DIR "/var/lib/gmshoot"

typedef struct {
    int    lanes;
    char **lane; /* names, sorted; owned */
} gms_folder_t;

/* GMS_ENOTFOUND: it is no state folder or holds no lane; GMS_ENOMEM; with a
 * sentence in err. */
int gms_folder_read(
    gms_folder_t *folder, const char *dir, char *err, size_t err_size);
void gms_folder_free(gms_folder_t *folder);

#endif /* GMS_FOLDER_H */
