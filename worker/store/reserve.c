#include "reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "../../ipc/error.h"

#define GMS_RESERVE_FILE "reserve"


static void
reserve_path(char path[PATH_MAX], const char *dir, const char *suffix)
{
    snprintf(path, PATH_MAX, "%.3900s/" GMS_RESERVE_FILE "%s", dir, suffix);
}


/* Beside its place first, so that nobody gives half of it away. */
int
gms_reserve_make(const char *state_dir)
{
    struct statvfs fs;
    char           path[PATH_MAX], made[PATH_MAX];
    int            fd, rc;

    if (gms_reserve_is_there(state_dir)) {
        return GMS_OK;
    }

    if (statvfs(state_dir, &fs) != 0) {
        return GMS_ESTORE;
    }

    if ((uint64_t) fs.f_bavail * fs.f_frsize < (uint64_t) 2 * GMS_RESERVE_BYTES)
    {
        return GMS_ESTORE_FULL;
    }

    reserve_path(path, state_dir, "");
    reserve_path(made, state_dir, ".new");

    fd = open(made, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    if (fd == -1) {
        return errno == ENOSPC || errno == EDQUOT ? GMS_ESTORE_FULL
                                                  : GMS_ESTORE;
    }

    rc = posix_fallocate(fd, 0, GMS_RESERVE_BYTES);
    close(fd);

    if (rc == 0 && rename(made, path) == 0) {
        return GMS_OK;
    }

    unlink(made);
    return rc == ENOSPC || rc == EDQUOT || rc == EFBIG ? GMS_ESTORE_FULL
                                                       : GMS_ESTORE;
}


bool
gms_reserve_is_there(const char *state_dir)
{
    char path[PATH_MAX];

    reserve_path(path, state_dir, "");
    return access(path, F_OK) == 0;
}


bool
gms_reserve_release(const char *state_dir)
{
    char path[PATH_MAX];

    reserve_path(path, state_dir, "");
    return unlink(path) == 0;
}
