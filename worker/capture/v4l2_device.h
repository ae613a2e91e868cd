/*
 * gms_v4l2_device: a camera's device node, opened; and what it refuses, in
 * words.  All that the system is asked for goes through one table, so that
 * tests play a device that does what no real one can be made to do.
 */

#ifndef GMS_V4L2_DEVICE_H
#define GMS_V4L2_DEVICE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/videodev2.h>

typedef struct gms_v4l2_ops_s {
    /* As the system's of the same name: -1 or MAP_FAILED with errno.  A path
     * that is no device at all: ENOTTY. */
    int (*open)(const char *path);
    int (*close)(int fd);
    int (*ioctl)(int fd, unsigned long request, void *arg);
    void *(*mmap)(size_t size, int fd, int64_t offset);
    int (*munmap)(void *start, size_t size);
    int (*poll)(struct pollfd *fds, nfds_t n, int timeout_ms);
    int64_t (*now)(void); /* CLOCK_MONOTONIC in ns */
} gms_v4l2_ops_t;

/* libv4l2 without its conversions: pictures are passed on as they come. */
extern const gms_v4l2_ops_t gms_v4l2_system;

typedef struct {
    const gms_v4l2_ops_t *ops;
    int                   fd; /* -1: closed */
    char                  path[256];
    char                  card[33]; /* what the camera calls itself */
    char                  bus[33];
} gms_v4l2_device_t;

/* GMS_OK; GMS_ECAMERA_GONE or GMS_EINVALID with a sentence in err. */
int gms_v4l2_device_open(gms_v4l2_device_t *d, const gms_v4l2_ops_t *ops,
    const char *path, char *err, size_t err_size);

void gms_v4l2_device_close(gms_v4l2_device_t *d);

/* 0 or an errno; begins again when a signal came between. */
int gms_v4l2_ioctl(
    const gms_v4l2_device_t *d, unsigned long request, void *arg);

/* What an errno means for whoever looks after the camera; `what` is what it
 * was asked for ("to start").  Returns GMS_ECAMERA_GONE. */
int gms_v4l2_refused(const gms_v4l2_device_t *d, const char *what, int error,
    char *err, size_t err_size);

/* Text of the device, fit to be shown: other bytes become '?'. */
void gms_v4l2_text(char *out, size_t size, const void *text, size_t text_size);

#endif /* GMS_V4L2_DEVICE_H */
