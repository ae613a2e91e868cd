/*
 * gms_placeholder: the picture that is shown in the place of a camera's when
 * that gives none: what is wrong, since when, and why, in words on a plain dark
 * ground.  It goes into frame slots alone, marked: nobody looks for shots in
 * it, nor keeps it.
 */

#ifndef GMS_PLACEHOLDER_H
#define GMS_PLACEHOLDER_H

#include "../../ipc/frames.h"
#include "lane.h"

/* Of the size that the camera's pictures had, or should have; upright where
 * `camera`, the lane's, turns or cuts them.  GMS_ENOMEM, GMS_ETOOBIG: the slots
 * are as they were. */
int gms_placeholder_show(gms_frames_t *frames, const gms_camera_t *camera,
    const gms_camera_status_t *status);

#endif /* GMS_PLACEHOLDER_H */
