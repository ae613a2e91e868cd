#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

#define GMS_SEALED_SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)


int
gms_sealed_seal(int fd)
{
    return fcntl(fd, F_ADD_SEALS, GMS_SEALED_SEALS | F_SEAL_SEAL) == 0
        ? GMS_OK
        : GMS_ESYS;
}


int
gms_sealed_size(int fd, size_t *size)
{
    struct stat st;
    int         seals = fcntl(fd, F_GET_SEALS);

    /* before the size is asked: without them it may change after */
    if (seals == -1 || (seals & GMS_SEALED_SEALS) != GMS_SEALED_SEALS
        || fstat(fd, &st) != 0 || st.st_size < 0)
    {
        return GMS_EUNSEALED;
    }

    *size = (size_t) st.st_size;

    return GMS_OK;
}


int
gms_sealed_read(int fd, void *bytes, size_t size)
{
    size_t  done = 0;
    ssize_t n;

    while (done < size) {
        n = pread(fd, (char *) bytes + done, size - done, (off_t) done);

        if (n == 0 || (n < 0 && errno != EINTR)) {
            return GMS_ECORRUPT;
        }

        done += n > 0 ? (size_t) n : 0;
    }

    return GMS_OK;
}
