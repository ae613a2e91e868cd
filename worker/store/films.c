#include "films.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "../../ipc/error.h"

/* Names of sessions, of complaints, and of files. */
#define FILMS_LETTERS                                                          \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
#define FILMS_NAME_MAX 95

/* While it is written. */
#define FILMS_NEW "new"

#define FILMS_MAX 100000

/* So much less than the limit is left, so that not each film costs one. */
#define FILMS_SLACK 0.98

typedef struct {
    char    group[FILMS_NAME_MAX + 1];
    char    name[FILMS_NAME_MAX + 1];
    int64_t bytes;
    int64_t written_ns;
} films_file_t;

typedef struct {
    films_file_t *file;
    size_t        n;
    size_t        room;
    int64_t       bytes;
} films_list_t;


static const char *
films_kind(gms_films_e kind)
{
    return kind == GMS_FILMS_SHOTS ? "films" : "complaints";
}


static bool
films_is_name(const char *name)
{
    size_t n = strlen(name);

    return n > 0 && n <= FILMS_NAME_MAX && name[0] != '.'
        && strspn(name, FILMS_LETTERS) == n;
}


bool
gms_films_path(const char *dir, gms_films_e kind, const char *group,
    const char *name, char *path, size_t size)
{
    int n;

    if (!films_is_name(group) || !films_is_name(name)) {
        return false;
    }

    n = snprintf(path, size, "%s/%s/%s/%s", dir, films_kind(kind), group, name);

    return n > 0 && (size_t) n < size;
}


static int
films_failed(const char *path, char *err, size_t err_size)
{
    int rc;

    rc = errno == ENOSPC || errno == EDQUOT ? GMS_ESTORE_FULL : GMS_ESTORE;
    snprintf(err, err_size, "a film cannot be kept in %s: %s", path,
        strerror(errno));

    return rc;
}


int
gms_films_create(const char *dir, gms_films_e kind, const char *group,
    char *err, size_t err_size)
{
    char path[PATH_MAX], folder[PATH_MAX];
    int  fd;

    if (!gms_films_path(dir, kind, group, FILMS_NEW, path, sizeof(path))) {
        snprintf(err, err_size, "a film has no name");
        return GMS_EINVALID;
    }

    snprintf(folder, sizeof(folder), "%s/%s", dir, films_kind(kind));
    (void) mkdir(folder, 0750);
    snprintf(folder, sizeof(folder), "%.*s",
        (int) (strlen(path) - strlen("/" FILMS_NEW)), path);
    (void) mkdir(folder, 0750);

    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

    return fd != -1 ? fd : films_failed(folder, err, err_size);
}


int
gms_films_keep(const char *dir, gms_films_e kind, const char *group,
    const char *name, int fd, int rc, char *err, size_t err_size)
{
    char from[PATH_MAX], to[PATH_MAX];

    if (!gms_films_path(dir, kind, group, FILMS_NEW, from, sizeof(from))
        || !gms_films_path(dir, kind, group, name, to, sizeof(to)))
    {
        rc = GMS_EINVALID;
    }

    if (rc == GMS_ESYS) {
        rc = films_failed(from, err, err_size);

    } else if (rc != GMS_OK) {
        snprintf(err, err_size, "a film cannot be kept: %s", gms_strerror(rc));
    }

    close(fd);

    if (rc == GMS_OK && rename(from, to) != 0) {
        rc = films_failed(to, err, err_size);
    }

    if (rc != GMS_OK) {
        unlink(from);
    }

    return rc;
}


static bool
films_add(films_list_t *list, const films_file_t *file)
{
    films_file_t *grown;
    size_t        room;

    if (list->n == list->room) {
        room = list->room != 0 ? 2 * list->room : 256;
        grown = room <= 2 * FILMS_MAX
            ? realloc(list->file, room * sizeof(*grown))
            : NULL;
        if (grown == NULL) {
            return false;
        }

        list->file = grown;
        list->room = room;
    }

    list->file[list->n++] = *file;
    list->bytes += file->bytes;

    return true;
}


static bool
films_list_group(films_list_t *list, int root, const char *group)
{
    struct dirent *entry;
    struct stat    sb;
    films_file_t   file;
    DIR           *folder;
    int            fd;
    bool           fine = true;

    fd = openat(root, group, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    folder = fd != -1 ? fdopendir(fd) : NULL;

    if (folder == NULL) {
        if (fd != -1) {
            close(fd);
        }
        return true;
    }

    while (fine && (entry = readdir(folder)) != NULL) {
        if (!films_is_name(entry->d_name)
            || fstatat(fd, entry->d_name, &sb, AT_SYMLINK_NOFOLLOW) != 0
            || !S_ISREG(sb.st_mode))
        {
            continue;
        }

        memset(&file, 0, sizeof(file));
        memcpy(file.group, group, strlen(group));
        memcpy(file.name, entry->d_name, strlen(entry->d_name));
        file.bytes = (int64_t) sb.st_blocks * 512;
        file.written_ns =
            (int64_t) sb.st_mtim.tv_sec * 1000000000 + sb.st_mtim.tv_nsec;
        fine = films_add(list, &file);
    }

    closedir(folder);

    return fine;
}


static bool
films_list(films_list_t *list, int root)
{
    struct dirent *entry;
    DIR           *folder;
    int            fd;
    bool           fine = true;

    fd = dup(root);
    folder = fd != -1 ? fdopendir(fd) : NULL;

    if (folder == NULL) {
        if (fd != -1) {
            close(fd);
        }
        return false;
    }

    while (fine && (entry = readdir(folder)) != NULL) {
        fine = !films_is_name(entry->d_name)
            || films_list_group(list, root, entry->d_name);
    }

    closedir(folder);

    return fine;
}


static int
films_older(const void *a, const void *b)
{
    int64_t x = ((const films_file_t *) a)->written_ns;
    int64_t y = ((const films_file_t *) b)->written_ns;

    return (x > y) - (x < y);
}


static bool
films_has_room(int root, int64_t room)
{
    struct statvfs fs;

    return fstatvfs(root, &fs) != 0
        || (int64_t) fs.f_bavail * (int64_t) fs.f_frsize
        >= room + GMS_FILMS_ROOM;
}


static void
films_unlink(int root, const films_file_t *file)
{
    char path[2 * FILMS_NAME_MAX + 2];

    snprintf(path, sizeof(path), "%s/%s", file->group, file->name);
    unlinkat(root, path, 0);
    unlinkat(root, file->group, AT_REMOVEDIR); /* when it was its last */
}


int
gms_films_trim(const char *dir, gms_films_e kind,
    const gms_films_limits_t *limits, int64_t room, int64_t now_real_ns)
{
    films_list_t        list = { 0 };
    const films_file_t *file;
    char                path[PATH_MAX];
    size_t              i;
    int64_t             most;
    int                 root, rc;

    snprintf(path, sizeof(path), "%s/%s", dir, films_kind(kind));
    root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (root == -1) {
        root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (root == -1) {
            return GMS_ESTORE;
        }

    } else if (!films_list(&list, root)) {
        rc = GMS_ESTORE;
        goto done;
    }

    if (list.n > 0) {
        qsort(list.file, list.n, sizeof(*list.file), films_older);
    }

    most = list.bytes > limits->bytes
        ? (int64_t) (FILMS_SLACK * (double) limits->bytes)
        : limits->bytes;

    for (i = 0; i < list.n; i++) {
        file = &list.file[i];

        if (list.bytes <= most
            && now_real_ns - file->written_ns <= limits->age_ns
            && films_has_room(root, room))
        {
            break;
        }

        films_unlink(root, file);
        list.bytes -= file->bytes;
    }

    rc = films_has_room(root, room) ? GMS_OK : GMS_ESTORE_FULL;

done:

    free(list.file);
    close(root);

    return rc;
}


int
gms_films_remove(const char *dir, gms_films_e kind, const char *group)
{
    films_list_t list = { 0 };
    char         path[PATH_MAX];
    int          root, rc;

    if (!films_is_name(group)) {
        return GMS_EINVALID;
    }

    snprintf(path, sizeof(path), "%s/%s", dir, films_kind(kind));
    root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root == -1) {
        return GMS_ENOTFOUND;
    }

    rc = films_list_group(&list, root, group) ? GMS_OK : GMS_ENOMEM;

    if (rc == GMS_OK && list.n == 0) {
        rc = GMS_ENOTFOUND;
    }

    for (size_t i = 0; rc == GMS_OK && i < list.n; i++) {
        films_unlink(root, &list.file[i]);
    }

    if (rc == GMS_OK && faccessat(root, group, F_OK, 0) == 0) {
        rc = GMS_ESTORE;
    }

    free(list.file);
    close(root);

    return rc;
}
