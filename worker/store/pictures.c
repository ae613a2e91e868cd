#include "pictures.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"

/* "lane-epoch-seq": what a session is called is also the name of a folder, so
 * that nothing but these letters may be in it. */
#define GMS_PICTURES_LETTERS                                                   \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define GMS_PICTURES_NAME_MAX 95


static bool
pictures_folder(const char *dir, const char *session, char *path, size_t size)
{
    size_t n;
    int    written;

    n = strlen(session);

    if (n == 0 || n > GMS_PICTURES_NAME_MAX
        || strspn(session, GMS_PICTURES_LETTERS) != n)
    {
        return false;
    }

    written = snprintf(path, size, "%s/pictures/%s", dir, session);

    return written > 0 && (size_t) written < size;
}


static void
pictures_name(const gms_picture_t *picture, char *name, size_t size)
{
    snprintf(name, size, "%s-%u.jpg",
        picture->kind == GMS_PICTURE_SHOT ? "shot" : "paper", picture->n);
}


static int
pictures_failed(const char *path, char *err, size_t err_size)
{
    int rc;

    rc = errno == ENOSPC || errno == EDQUOT ? GMS_ESTORE_FULL : GMS_ESTORE;
    snprintf(err, err_size, "a picture cannot be kept in %s: %s", path,
        strerror(errno));

    return rc;
}


/* The folder, opened; those above it are made when they are missing. */
static int
pictures_open(const char *dir, char *path)
{
    char above[PATH_MAX];
    int  fd;

    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd == -1 && errno == ENOENT) {
        snprintf(above, sizeof(above), "%s/pictures", dir);

        if ((mkdir(above, 0750) == 0 || errno == EEXIST)
            && (mkdir(path, 0750) == 0 || errno == EEXIST))
        {
            fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        }
    }

    return fd;
}


/* Beside its place first: who dies in here leaves no half picture there. */
static bool
pictures_put(int folder, const gms_picture_t *picture)
{
    const char *p;
    char        name[32];
    size_t      left;
    ssize_t     n;
    int         fd, system;

    fd = openat(folder, "new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd == -1) {
        return false;
    }

    p = picture->bytes;
    left = picture->size;

    while (left > 0) {
        n = write(fd, p, left);

        if (n == -1 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            goto failed;
        }

        p += n;
        left -= (size_t) n;
    }

    pictures_name(picture, name, sizeof(name));

    if (fsync(fd) != 0 || renameat(folder, "new", folder, name) != 0) {
        goto failed;
    }

    close(fd);
    (void) fsync(folder); /* not every file system can */

    return true;

failed:

    system = errno;
    close(fd);
    unlinkat(folder, "new", 0);
    errno = system;

    return false;
}


int
gms_pictures_write(const char *dir, const char *session,
    const gms_picture_t *picture, char *err, size_t err_size)
{
    char path[PATH_MAX];
    int  folder, rc;

    if (!pictures_folder(dir, session, path, sizeof(path)) || picture->size == 0
        || picture->size > GMS_PICTURE_BYTES_MAX)
    {
        snprintf(err, err_size, "a picture has no name or is too large");
        return GMS_EINVALID;
    }

    folder = pictures_open(dir, path);
    if (folder == -1) {
        return pictures_failed(path, err, err_size);
    }

    rc = pictures_put(folder, picture) ? GMS_OK
                                       : pictures_failed(path, err, err_size);
    close(folder);

    return rc;
}


/* Its file, opened; GMS_EINVALID, GMS_ENOTFOUND, GMS_ESYS. */
static int
pictures_find(
    const char *dir, const char *session, const gms_picture_t *picture)
{
    char   path[PATH_MAX], name[32];
    size_t used;
    int    fd;

    if (!pictures_folder(dir, session, path, sizeof(path) - sizeof(name))) {
        return GMS_EINVALID;
    }

    used = strlen(path);
    pictures_name(picture, name, sizeof(name));
    snprintf(path + used, sizeof(path) - used, "/%s", name);

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        return errno == ENOENT || errno == ENOTDIR ? GMS_ENOTFOUND : GMS_ESYS;
    }

    return fd;
}


int
gms_pictures_read(const char *dir, const char *session, gms_picture_t *picture)
{
    struct stat sb;
    ssize_t     n;
    int         fd;

    picture->bytes = NULL;
    picture->size = 0;

    fd = pictures_find(dir, session, picture);
    if (fd < 0) {
        return fd;
    }

    if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode) || sb.st_size < 1
        || sb.st_size > GMS_PICTURE_BYTES_MAX)
    {
        close(fd);
        return GMS_ESYS;
    }

    picture->bytes = malloc((size_t) sb.st_size);
    n = picture->bytes != NULL ? read(fd, picture->bytes, (size_t) sb.st_size)
                               : -1;
    close(fd);

    if (n != sb.st_size) {
        free(picture->bytes);
        picture->bytes = NULL;
        return GMS_ESYS;
    }

    picture->size = (size_t) n;

    return GMS_OK;
}


int
gms_pictures_there(
    const char *dir, const char *session, gms_picture_kind_e kind, uint32_t n)
{
    gms_picture_t picture = { .kind = kind, .n = n };
    unsigned char begin[2];
    ssize_t       size;
    int           fd;

    fd = pictures_find(dir, session, &picture);
    if (fd < 0) {
        return fd;
    }

    size = read(fd, begin, sizeof(begin));
    close(fd);

    return size == 2 && begin[0] == 0xff && begin[1] == 0xd8 ? GMS_OK
                                                             : GMS_ECORRUPT;
}


static bool
pictures_is_one(int folder, const char *name, gms_picture_file_t *file)
{
    struct stat   sb;
    char          same[32];
    gms_picture_t picture = { 0 };

    if (sscanf(name, "shot-%u.jpg", &picture.n) == 1) {
        picture.kind = GMS_PICTURE_SHOT;

    } else if (sscanf(name, "paper-%u.jpg", &picture.n) == 1) {
        picture.kind = GMS_PICTURE_PAPER;

    } else {
        return false;
    }

    pictures_name(&picture, same, sizeof(same));

    if (strcmp(same, name) != 0 || fstatat(folder, name, &sb, 0) != 0) {
        return false;
    }

    file->kind = picture.kind;
    file->n = picture.n;
    file->bytes = sb.st_size;
    file->written_us =
        (int64_t) sb.st_mtim.tv_sec * 1000000 + sb.st_mtim.tv_nsec / 1000;
    return true;
}


int
gms_pictures_each(const char *dir, const char *session,
    gms_pictures_found_pt found, void *data)
{
    char               path[PATH_MAX];
    gms_picture_file_t file;
    struct dirent     *entry;
    DIR               *folder;
    int                rc = GMS_OK;

    if (!pictures_folder(dir, session, path, sizeof(path))) {
        return GMS_EINVALID;
    }

    folder = opendir(path);
    if (folder == NULL) {
        return GMS_ENOTFOUND;
    }

    while (rc == GMS_OK && (entry = readdir(folder)) != NULL) {
        if (pictures_is_one(dirfd(folder), entry->d_name, &file)) {
            rc = found(data, &file);
        }
    }

    closedir(folder);
    return rc;
}


int64_t
gms_pictures_changed_ns(const char *dir, const char *session)
{
    char        path[PATH_MAX];
    struct stat sb;

    if (!pictures_folder(dir, session, path, sizeof(path))
        || stat(path, &sb) != 0) {
        return 0;
    }

    return (int64_t) sb.st_mtim.tv_sec * 1000000000 + sb.st_mtim.tv_nsec;
}
