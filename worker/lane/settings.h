/*
 * gms_settings_file: what a person has set at a camera, kept beside the lane's
 * journal, so that it is set again at the next start.  The capture thread's.
 */

#ifndef GMS_SETTINGS_H
#define GMS_SETTINGS_H

#include "../capture/controls.h"

/* What was asked for at this camera; none when the file is missing, broken or
 * of another camera. */
void gms_settings_read(
    const char *path, const char *camera, gms_settings_t *settings);

/* Those that a person asked for.  GMS_ESYS, GMS_ENOMEM. */
int gms_settings_write(
    const char *path, const char *camera, const gms_settings_t *settings);

#endif /* GMS_SETTINGS_H */
