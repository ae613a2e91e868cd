#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/error.h"


static bool
folder_is_lane(const char *dir, const char *name)
{
    static const char *const holds[] = { "journal.db", "pictures" };
    char                     path[PATH_MAX];
    size_t                   i;

    for (i = 0; name[0] != '.' && i < sizeof(holds) / sizeof(holds[0]); i++) {
        snprintf(path, sizeof(path), "%s/lanes/%s/%s", dir, name, holds[i]);

        if (access(path, F_OK) == 0) {
            return true;
        }
    }

    return false;
}


int
gms_folder_read(
    gms_folder_t *folder, const char *dir, char *err, size_t err_size)
{
    struct dirent **entry;
    char            path[PATH_MAX];
    int             i, n;

    memset(folder, 0, sizeof(*folder));
    snprintf(path, sizeof(path), "%s/lanes", dir);
    n = scandir(path, &entry, NULL, alphasort);

    if (n < 0) {
        snprintf(err, err_size, "%s is no state folder (%s: %s)", dir, path,
            strerror(errno));
        return GMS_ENOTFOUND;
    }

    folder->lane = calloc((size_t) n + 1, sizeof(*folder->lane));

    for (i = 0; i < n; i++) {
        if (folder->lane != NULL && folder_is_lane(dir, entry[i]->d_name)) {
            folder->lane[folder->lanes] = strdup(entry[i]->d_name);
            folder->lanes += folder->lane[folder->lanes] != NULL;
        }
        free(entry[i]);
    }

    free(entry);

    if (folder->lane == NULL) {
        snprintf(err, err_size, "out of memory");
        return GMS_ENOMEM;
    }

    if (folder->lanes == 0) {
        snprintf(err, err_size, "%s holds no lane's journal", dir);
        gms_folder_free(folder);
        return GMS_ENOTFOUND;
    }

    return GMS_OK;
}


void
gms_folder_free(gms_folder_t *folder)
{
    int i;

    for (i = 0; i < folder->lanes; i++) {
        free(folder->lane[i]);
    }

    free(folder->lane);
    memset(folder, 0, sizeof(*folder));
}
