/*
 * gms_v4l2_list: the cameras at this computer, for a person who has to write
 * one into a configuration.
 */

#ifndef GMS_V4L2_LIST_H
#define GMS_V4L2_LIST_H

#include <stdio.h>

#include "v4l2_device.h"

/*
 * Writes each camera with its formats and a line for the configuration; dev
 * is "/dev" but in tests.  What has no pictures is passed over, what may not
 * be looked at is told to err.  Returns how many were found.
 */
int gms_v4l2_list(
    const gms_v4l2_ops_t *ops, const char *dev, FILE *out, FILE *err);

#endif /* GMS_V4L2_LIST_H */
