#include "backup.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "journal_file.h"

#define GMS_BACKUP_BYTES 65536
#define GMS_BACKUP_BUSY_MS 5000

/* lanes/<lane>/pictures/<session>, lanes/<lane>/complaints/<id> */
#define GMS_BACKUP_DEEP 4


static int
backup_failed(const char *what, const char *path, char *err, size_t err_size)
{
    int rc = errno == ENOSPC || errno == EDQUOT ? GMS_ESTORE_FULL : GMS_ESTORE;

    snprintf(err, err_size, "%s %s: %s", what, path, strerror(errno));
    return rc;
}


int
gms_backup_folder(const char *path, char *err, size_t err_size)
{
    return mkdir(path, 0750) == 0
        ? GMS_OK
        : backup_failed("cannot make", path, err, err_size);
}


/* What is copied is on the disk when we say that it is. */
static int
backup_sync(const char *path, char *err, size_t err_size)
{
    int fd, rc;

    fd = open(path, O_RDONLY | O_CLOEXEC);
    rc = fd != -1 && (fsync(fd) == 0 || errno == EINVAL)
        ? GMS_OK
        : backup_failed("cannot keep", path, err, err_size);

    if (fd != -1) {
        close(fd);
    }

    return rc;
}


/* One step copies all pages of one instant: who writes meanwhile waits for
 * nothing, as the journal is in WAL mode. */
static int
backup_pages(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *b;
    int             rc;

    b = sqlite3_backup_init(to, "main", from, "main");
    if (b == NULL) {
        return sqlite3_errcode(to);
    }

    rc = sqlite3_backup_step(b, -1);
    sqlite3_backup_finish(b);

    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}


/* mark: SQL that is run in the copy. */
static int
backup_database(const char *from, const char *to, const char *mark, char *err,
    size_t err_size)
{
    sqlite3 *source = NULL, *copy = NULL;
    int      rc;

    rc = sqlite3_open_v2(from, &source, SQLITE_OPEN_READONLY, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(source, GMS_BACKUP_BUSY_MS);
        rc = sqlite3_open_v2(
            to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    }

    if (rc == SQLITE_OK) {
        rc = backup_pages(source, copy);
    }

    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(
            copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    }

    if (rc == SQLITE_OK) {
        rc = sqlite3_exec(copy, mark, NULL, NULL, NULL);
    }

    if (rc != SQLITE_OK) {
        snprintf(err, err_size, "cannot copy %s: %s", from, sqlite3_errstr(rc));
    }

    sqlite3_close(source);
    sqlite3_close(copy);

    if (rc != SQLITE_OK) {
        return rc == SQLITE_FULL ? GMS_ESTORE_FULL : GMS_ESTORE;
    }

    if (chmod(to, 0640) != 0) {
        return backup_failed("cannot keep", to, err, err_size);
    }

    return backup_sync(to, err, err_size);
}


int
gms_backup_journal(const char *from, const char *to, char *err, size_t err_size)
{
    return backup_database(from, to,
        "INSERT OR REPLACE INTO meta VALUES ('" GMS_JOURNAL_COPY_KEY "', '1')",
        err, err_size);
}


int
gms_backup_history(const char *from, const char *to, char *err, size_t err_size)
{
    return access(from, F_OK) != 0
        ? GMS_OK
        : backup_database(from, to, "", err, err_size);
}


static bool
backup_bytes(int in, int out)
{
    char    bytes[GMS_BACKUP_BYTES];
    ssize_t n, done, some;

    while ((n = read(in, bytes, sizeof(bytes))) != 0) {
        if (n < 0) {
            return false;
        }

        for (done = 0; done < n; done += some) {
            some = write(out, bytes + done, (size_t) (n - done));
            if (some < 0) {
                return false;
            }
        }
    }

    return true;
}


static int
backup_file(const char *from, const char *to, char *err, size_t err_size)
{
    int in, out, rc;

    in = open(from, O_RDONLY | O_CLOEXEC);
    if (in == -1) {
        return errno == ENOENT /* the lane has removed it meanwhile */
            ? GMS_OK
            : backup_failed("cannot read", from, err, err_size);
    }

    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

    rc = out != -1 && backup_bytes(in, out) && fsync(out) == 0
        ? GMS_OK
        : backup_failed("cannot copy to", to, err, err_size);

    if (out != -1) {
        close(out);
    }

    close(in);
    return rc;
}


static int backup_below(
    const char *from, const char *to, int deep, char *err, size_t err_size);


static int
backup_all(DIR *dir, const char *from, const char *to, int deep, char *err,
    size_t err_size)
{
    struct dirent *entry;
    char           source[PATH_MAX], copy[PATH_MAX];
    int            rc = GMS_OK;

    while (rc == GMS_OK && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0
            || strcmp(entry->d_name, "new") == 0) /* not whole yet */
        {
            continue;
        }

        if (snprintf(source, sizeof(source), "%s/%s", from, entry->d_name)
                >= PATH_MAX
            || snprintf(copy, sizeof(copy), "%s/%s", to, entry->d_name)
                >= PATH_MAX)
        {
            errno = ENAMETOOLONG;
            return backup_failed("cannot copy", from, err, err_size);
        }

        rc = backup_below(source, copy, deep - 1, err, err_size);
    }

    return rc;
}


static int
backup_below(
    const char *from, const char *to, int deep, char *err, size_t err_size)
{
    struct stat sb;
    DIR        *dir;
    int         rc;

    if (lstat(from, &sb) != 0) {
        return errno == ENOENT
            ? GMS_OK
            : backup_failed("cannot read", from, err, err_size);
    }

    if (S_ISREG(sb.st_mode)) {
        return backup_file(from, to, err, err_size);
    }

    if (!S_ISDIR(sb.st_mode) || deep == 0) {
        return GMS_OK; /* the program makes no such thing */
    }

    dir = opendir(from);
    if (dir == NULL) {
        return errno == ENOENT
            ? GMS_OK
            : backup_failed("cannot read", from, err, err_size);
    }

    rc = gms_backup_folder(to, err, err_size);

    if (rc == GMS_OK) {
        rc = backup_all(dir, from, to, deep, err, err_size);
    }

    closedir(dir);
    return rc == GMS_OK ? backup_sync(to, err, err_size) : rc;
}


int
gms_backup_files(const char *from, const char *to, char *err, size_t err_size)
{
    return backup_below(from, to, GMS_BACKUP_DEEP, err, err_size);
}


static int
backup_remove_one(
    const char *path, const struct stat *sb, int flag, struct FTW *ftw)
{
    (void) sb;
    (void) flag;
    (void) ftw;
    return remove(path);
}


void
gms_backup_remove(const char *path)
{
    (void) nftw(path, backup_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
