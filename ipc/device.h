/*
 * gms_device: a browser that an admin let in: what nginx knows it by, and what
 * it may do where.  Its secret is in its cookie alone: both sides hold the
 * SHA-256 of that.
 *
 * Devices travel as text (GMS_LINK_DEVICES), one a line:
 * "<id> <role> <lane, or *> <64 hex digits>".
 */

#ifndef GMS_DEVICE_H
#define GMS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"

#define GMS_DEVICES_MAX 256
#define GMS_DEVICE_ID_SIZE 17 /* 16 hex digits and NUL */
#define GMS_SECRET_HASH_SIZE 32
#define GMS_SECRET_HASH_HEX_SIZE (2 * GMS_SECRET_HASH_SIZE + 1)

typedef struct {
    char       id[GMS_DEVICE_ID_SIZE];
    gms_role_e role;
    char       lane[GMS_LANE_NAME_SIZE]; /* it has its role there; "": on all */
    uint8_t    hash[GMS_SECRET_HASH_SIZE];
} gms_device_t;

/* By gms_role_e. */
extern const char *const gms_role_name[GMS_ROLE_ADMIN + 1];

/* -1: there is no such role. */
int gms_role_of(const char *name, size_t size);

/* Its line, with line feed and NUL; the bytes without the NUL, or
 * GMS_ETOOBIG. */
int gms_device_line(char *line, size_t size, const gms_device_t *device);

/* The device of the line that begins at *text, which then points behind it.
 * GMS_ENOTFOUND: the end; GMS_ECORRUPT: it is no line of a device. */
int gms_device_read(gms_device_t *device, const char **text);

void gms_secret_hash_to_hex(const uint8_t hash[GMS_SECRET_HASH_SIZE],
    char                                  hex[GMS_SECRET_HASH_HEX_SIZE]);

/* False: there are no 64 hex digits in lower case. */
bool gms_secret_hash_from_hex(
    uint8_t hash[GMS_SECRET_HASH_SIZE], const char *hex);

/* Takes as long whatever the bytes are; all 0, which means none, is equal to
 * nothing. */
bool gms_secret_same(const uint8_t a[GMS_SECRET_HASH_SIZE],
    const uint8_t                  b[GMS_SECRET_HASH_SIZE]);

#endif /* GMS_DEVICE_H */
