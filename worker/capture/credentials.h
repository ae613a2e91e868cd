/*
 * gms_credentials: who looks through a camera, out of a file, so that it
 * stands in no configuration: one line, user:password.
 */

#ifndef GMS_CREDENTIALS_H
#define GMS_CREDENTIALS_H

#include <stddef.h>
#include <stdio.h>

#include "../../ipc/camera.h"

#define GMS_CREDENTIALS_MAX 256

typedef struct {
    char user[GMS_CREDENTIALS_MAX]; /* "": nobody was named */
    char password[GMS_CREDENTIALS_MAX];
} gms_credentials_t;

/* Opens the file that an option of the camera names, which its owner and group
 * alone may read; *file is NULL when there is no such option.
 * GMS_ECAMERA_GONE (the file may come or be mended) with a sentence in err. */
int gms_credentials_open(FILE **file, const gms_camera_t *camera,
    const char *key, char *err, size_t err_size);

/* Reads the file of the camera's option credentials=, if it has one.
 * GMS_ECAMERA_GONE (the file may come or be mended) with a sentence in err. */
int gms_credentials_read(gms_credentials_t *c, const gms_camera_t *camera,
    char *err, size_t err_size);

/* Leaves nothing of them in memory. */
void gms_credentials_forget(gms_credentials_t *c);

#endif /* GMS_CREDENTIALS_H */
