/*
 * gms_memory_file: a file that a detector leaves to its successor, written
 * beside its name and renamed, so that a crash leaves the old or the new one.
 * Pure but for the file; any thread.
 */

#ifndef GMS_MEMORY_FILE_H
#define GMS_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 as in zip and PNG. */
uint32_t gms_memory_file_crc(const uint8_t *data, size_t size);

/* GMS_ESYS. */
int gms_memory_file_write(const char *path, const uint8_t *data, size_t size);

/* The whole of it, the caller's to free.  GMS_ESYS, GMS_ENOMEM; GMS_ECORRUPT:
 * shorter than least, longer than most, no file. */
int gms_memory_file_read(
    const char *path, size_t least, size_t most, uint8_t **data, size_t *size);

#endif /* GMS_MEMORY_FILE_H */
