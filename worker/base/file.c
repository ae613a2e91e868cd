#include "file.h"

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


char *
gms_file_read(const char *path, size_t most)
{
    struct stat st;
    ssize_t     n;
    char       *text;
    int         fd;

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        return NULL;
    }

    text = NULL;

    if (fstat(fd, &st) == 0) {
        errno = EFBIG;
        text = (size_t) st.st_size <= most ? malloc((size_t) st.st_size + 1)
                                           : NULL;
    }

    if (text != NULL) {
        n = read(fd, text, (size_t) st.st_size);
        text[n > 0 ? n : 0] = '\0';
    }

    close(fd);

    return text;
}


int
gms_file_replace(const char *path, const char *text)
{
    char  tmp[PATH_MAX];
    FILE *f;
    int   fd;
    bool  bad;

    if (snprintf(tmp, sizeof(tmp), "%s.new", path) >= (int) sizeof(tmp)) {
        errno = ENAMETOOLONG;
        return GMS_ESYS;
    }

    unlink(tmp);
    fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd == -1) {
        return GMS_ESYS;
    }

    f = fdopen(fd, "w");
    if (f == NULL) {
        close(fd);
        return GMS_ESYS;
    }

    bad = fputs(text, f) == EOF;
    bad |= fflush(f) != 0;
    bad |= fsync(fileno(f)) != 0;
    bad |= fclose(f) != 0;

    if (bad || rename(tmp, path) != 0) {
        unlink(tmp);
        return GMS_ESYS;
    }

    return GMS_OK;
}
