/*
 * gms_ptz: the zoom presets of a camera that has them (pan, tilt, zoom), asked
 * for over HTTP.  How to ask stands in a file, as the request itself is
 * written, with {preset} where its number belongs:
 *
 *     POST http://192.168.1.20/zoom/preset
 *     Content-Type: application/json
 *
 *     {"number":{preset}}
 *
 * The file may hold a token, so nobody but its owner and group may read it; it
 * is read at each request.  User and password are those of credentials=.
 *
 * Belongs to one thread, which it never keeps waiting.
 */

#ifndef GMS_PTZ_H
#define GMS_PTZ_H

#include <stdbool.h>
#include <stddef.h>

#include "../../ipc/camera.h"

#define GMS_PTZ_PRESET_MAX 9999

typedef struct gms_ptz_s gms_ptz_t; /* one request */

/* The camera's line names such a file (presets=). */
bool gms_ptz_has(const gms_camera_t *camera);

/* Begins to ask for a preset, 0 to GMS_PTZ_PRESET_MAX.  GMS_ECAMERA_GONE with
 * a sentence that says what is wrong with the file; GMS_ENOMEM. */
int gms_ptz_begin(gms_ptz_t **ptz, const gms_camera_t *camera, int preset,
    char *err, size_t err_size);

/* Goes on with it.  GMS_EAGAIN: no answer yet; GMS_OK: the camera took it;
 * GMS_ECAMERA_GONE with a sentence.  After both others it is to be ended. */
int gms_ptz_drive(gms_ptz_t *ptz, char *err, size_t err_size);

void gms_ptz_end(gms_ptz_t *ptz); /* NULL is allowed */

#endif /* GMS_PTZ_H */
