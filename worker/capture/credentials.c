#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "credentials.h"
#include "../../ipc/error.h"


void
gms_credentials_forget(gms_credentials_t *c)
{
    explicit_bzero(c, sizeof(*c));
}


/* One line; false: it is another kind of file. */
static bool
credentials_split(gms_credentials_t *c, char *line)
{
    char *colon;

    line[strcspn(line, "\r\n")] = '\0';
    colon = strchr(line, ':');

    if (colon == NULL || colon == line
        || (size_t) (colon - line) >= sizeof(c->user)
        || strlen(colon + 1) >= sizeof(c->password))
    {
        return false;
    }

    *colon = '\0';
    strcpy(c->user, line);
    strcpy(c->password, colon + 1);

    return true;
}


int
gms_credentials_open(FILE **file, const gms_camera_t *camera, const char *key,
    char *err, size_t err_size)
{
    const char *path;
    struct stat st;

    *file = NULL;
    path = gms_camera_option(camera, key);

    if (path == NULL) {
        return GMS_OK;
    }

    *file = fopen(path, "re");
    if (*file == NULL) {
        snprintf(err, err_size, "%s=%s cannot be read: %s", key, path,
            strerror(errno));
        return GMS_ECAMERA_GONE;
    }

    if (fstat(fileno(*file), &st) != 0 || (st.st_mode & S_IRWXO) != 0) {
        fclose(*file);
        *file = NULL;
        snprintf(err, err_size, "%s=%s is open to everybody: chmod o= it", key,
            path);
        return GMS_ECAMERA_GONE;
    }

    return GMS_OK;
}


int
gms_credentials_read(gms_credentials_t *c, const gms_camera_t *camera,
    char *err, size_t err_size)
{
    char        line[2 * GMS_CREDENTIALS_MAX + 4];
    const char *path;
    FILE       *file;
    bool        fine;
    int         rc;

    memset(c, 0, sizeof(*c));

    path = gms_camera_option(camera, "credentials");

    rc = gms_credentials_open(&file, camera, "credentials", err, err_size);
    if (rc != GMS_OK || file == NULL) {
        return rc;
    }

    fine =
        fgets(line, sizeof(line), file) != NULL && credentials_split(c, line);

    explicit_bzero(line, sizeof(line));
    fclose(file);

    if (!fine) {
        gms_credentials_forget(c);
        snprintf(err, err_size,
            "credentials=%s must be one line, user:password", path);
        return GMS_ECAMERA_GONE;
    }

    return GMS_OK;
}
