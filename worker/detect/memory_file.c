/* gms_memory_file: see memory_file.h. */

#include "memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../ipc/error.h"

#define CRC_POLYNOMIAL 0xEDB88320U


/* CRC-32, four bytes at a time by four tables. */
uint32_t
gms_memory_file_crc(const uint8_t *data, size_t size)
{
    uint32_t table[4][256], crc = 0xFFFFFFFFU;
    size_t   i = 0;

    for (uint32_t n = 0; n < 256; n++) {
        uint32_t c = n;

        for (int k = 0; k < 8; k++) {
            c = (c & 1) != 0 ? (c >> 1) ^ CRC_POLYNOMIAL : c >> 1;
        }
        table[0][n] = c;
    }
    for (int t = 1; t < 4; t++) {
        for (int n = 0; n < 256; n++) {
            uint32_t c = table[t - 1][n];

            table[t][n] = (c >> 8) ^ table[0][c & 0xFF];
        }
    }
    for (; i + 4 <= size; i += 4) {
        uint32_t word = (uint32_t) data[i] | (uint32_t) data[i + 1] << 8
            | (uint32_t) data[i + 2] << 16 | (uint32_t) data[i + 3] << 24;

        crc ^= word;
        crc = table[3][crc & 0xFF] ^ table[2][(crc >> 8) & 0xFF]
            ^ table[1][(crc >> 16) & 0xFF] ^ table[0][crc >> 24];
    }
    for (; i < size; i++) {
        crc = (crc >> 8) ^ table[0][(crc ^ data[i]) & 0xFF];
    }
    return ~crc;
}


int
gms_memory_file_write(const char *path, const uint8_t *data, size_t size)
{
    char   name[4096];
    size_t done = 0;
    int    fd, n = snprintf(name, sizeof(name), "%s.new", path);

    if (n < 0 || (size_t) n >= sizeof(name)) {
        errno = ENAMETOOLONG;
        return GMS_ESYS;
    }
    fd =
        open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return GMS_ESYS;
    }
    while (done < size) {
        ssize_t k = write(fd, data + done, size - done);

        if (k < 0 && errno == EINTR) {
            continue;
        }
        if (k <= 0) {
            break;
        }
        done += (size_t) k;
    }
    if (close(fd) != 0 || done < size || rename(name, path) != 0) {
        int saved = errno;

        unlink(name);
        errno = saved;
        return GMS_ESYS;
    }
    return GMS_OK;
}


int
gms_memory_file_read(
    const char *path, size_t least, size_t most, uint8_t **data, size_t *size)
{
    struct stat st;
    size_t      done = 0;
    int         fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        return GMS_ESYS;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)
        || (uint64_t) st.st_size < least || (uint64_t) st.st_size > most)
    {
        close(fd);
        return GMS_ECORRUPT;
    }
    *size = (size_t) st.st_size;
    *data = malloc(*size);
    while (*data != NULL && done < *size) {
        ssize_t k = read(fd, *data + done, *size - done);

        if (k < 0 && errno == EINTR) {
            continue;
        }
        if (k <= 0) {
            break;
        }
        done += (size_t) k;
    }
    close(fd);
    if (*data == NULL) {
        return GMS_ENOMEM;
    }
    if (done < *size) {
        free(*data);
        return GMS_ECORRUPT;
    }
    return GMS_OK;
}
