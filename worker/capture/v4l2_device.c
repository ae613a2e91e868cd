/* gms_v4l2_device: see v4l2_device.h. */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libv4l2.h>

#include "v4l2_device.h"
#include "../../ipc/error.h"
#include "../base/clock.h"

#define GMS_V4L2_GROUP_SIZE 64

static pthread_once_t gms_v4l2_once = PTHREAD_ONCE_INIT;


/* What libv4l2 would write to stderr has no form; each cause is told here. */
static void
gms_v4l2_quiet(void)
{
    v4l2_log_file = fopen("/dev/null", "we");
}


static int
gms_v4l2_system_open(const char *path)
{
    int                    fd, error;
    struct stat            st;
    struct v4l2_capability cap;

    pthread_once(&gms_v4l2_once, gms_v4l2_quiet);

    if (stat(path, &st) == -1) {
        return -1;
    }

    if (!S_ISCHR(st.st_mode)) {
        errno = ENOTTY;
        return -1;
    }

    fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

    /* libv4l2 would tell stderr about a device that is no camera's */
    if (fd != -1
        && (ioctl(fd, VIDIOC_QUERYCAP, &cap) == -1
            || v4l2_fd_open(fd, V4L2_DISABLE_CONVERSION) == -1))
    {
        error = errno;
        close(fd);
        errno = error;
        return -1;
    }

    return fd;
}


static int
gms_v4l2_system_ioctl(int fd, unsigned long request, void *arg)
{
    return v4l2_ioctl(fd, request, arg);
}


static void *
gms_v4l2_system_mmap(size_t size, int fd, int64_t offset)
{
    return v4l2_mmap(
        NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}


const gms_v4l2_ops_t gms_v4l2_system = {
    gms_v4l2_system_open,
    v4l2_close,
    gms_v4l2_system_ioctl,
    gms_v4l2_system_mmap,
    v4l2_munmap,
    poll,
    gms_clock_mono_ns,
};


int
gms_v4l2_ioctl(const gms_v4l2_device_t *d, unsigned long request, void *arg)
{
    int rc;

    do {
        rc = d->ops->ioctl(d->fd, request, arg);
    } while (rc == -1 && errno == EINTR);

    return rc == -1 ? errno : 0;
}


void
gms_v4l2_text(char *out, size_t size, const void *text, size_t text_size)
{
    size_t      n;
    const char *in = text;

    for (n = 0; n < text_size && n + 1 < size && in[n] != '\0'; n++) {
        out[n] = in[n] >= ' ' && in[n] <= '~' && in[n] != '"' && in[n] != '\\'
                && in[n] != '<'
            ? in[n]
            : '?';
    }

    out[n] = '\0';
}


/* The group that may open the device: video nearly everywhere. */
static void
gms_v4l2_group(const char *path, char *name, size_t size)
{
    char          buffer[1024];
    struct stat   st;
    struct group  entry;
    struct group *found;

    snprintf(name, size, "video");

    if (stat(path, &st) == 0 && st.st_gid != 0
        && getgrgid_r(st.st_gid, &entry, buffer, sizeof(buffer), &found) == 0
        && found != NULL)
    {
        gms_v4l2_text(name, size, found->gr_name, strlen(found->gr_name));
    }
}


int
gms_v4l2_refused(const gms_v4l2_device_t *d, const char *what, int error,
    char *err, size_t err_size)
{
    char group[GMS_V4L2_GROUP_SIZE];

    switch (error) {

    case ENOENT:
        snprintf(err, err_size,
            "there is no %s: is the camera plugged in? "
            "`gmshoot cameras` lists those that are",
            d->path);
        break;

    case ENODEV:
    case ENXIO:
        snprintf(err, err_size, "the camera at %s was unplugged", d->path);
        break;

    case EACCES:
    case EPERM:
        gms_v4l2_group(d->path, group, sizeof(group));
        snprintf(err, err_size,
            "%s may not be opened: add the user that gmshoot runs as to the "
            "group %s (usermod -aG %s USER) and start it again",
            d->path, group, group);
        break;

    case ENOTTY:
    case EINVAL:
        snprintf(err, err_size,
            "%s does not know how %s: is it a camera's device?", d->path, what);
        break;

    case EBUSY:
        snprintf(err, err_size,
            "another program uses the camera at %s: end it, a camera has one "
            "user at a time",
            d->path);
        break;

    case ENOSPC:
        snprintf(err, err_size,
            "the USB has no room left for the camera at %s: lower size= or "
            "fps=, or plug it into a port of another hub",
            d->path);
        break;

    case ENOMEM:
        snprintf(
            err, err_size, "not enough memory for the camera at %s", d->path);
        break;

    default:
        snprintf(err, err_size,
            "the camera at %s fails %s (%s): plug it in anew, or try another "
            "cable or port",
            d->path, what, strerrordesc_np(error));
    }

    return GMS_ECAMERA_GONE;
}


static int
gms_v4l2_query(gms_v4l2_device_t *d, char *err, size_t err_size)
{
    int                    error;
    uint32_t               can;
    struct v4l2_capability cap;

    memset(&cap, 0, sizeof(cap));
    error = gms_v4l2_ioctl(d, VIDIOC_QUERYCAP, &cap);

    if (error != 0) {
        return gms_v4l2_refused(d, "to say what it is", error, err, err_size);
    }

    gms_v4l2_text(d->card, sizeof(d->card), cap.card, sizeof(cap.card));
    gms_v4l2_text(d->bus, sizeof(d->bus), cap.bus_info, sizeof(cap.bus_info));

    can = cap.capabilities & V4L2_CAP_DEVICE_CAPS ? cap.device_caps
                                                  : cap.capabilities;

    if (!(can & V4L2_CAP_VIDEO_CAPTURE)) {
        snprintf(err, err_size,
            "%s (%s) %s: a camera often has several devices, and `gmshoot "
            "cameras` lists those with pictures",
            d->path, d->card,
            can & V4L2_CAP_VIDEO_CAPTURE_MPLANE
                ? "gives its pictures in several planes, which is not supported"
                : "gives no pictures");
        return GMS_EINVALID;
    }

    if (!(can & V4L2_CAP_STREAMING)) {
        snprintf(err, err_size, "%s (%s) gives no stream of pictures", d->path,
            d->card);
        return GMS_EINVALID;
    }

    return GMS_OK;
}


int
gms_v4l2_device_open(gms_v4l2_device_t *d, const gms_v4l2_ops_t *ops,
    const char *path, char *err, size_t err_size)
{
    int rc;

    memset(d, 0, sizeof(*d));
    d->ops = ops;
    d->fd = -1;

    if (strlen(path) >= sizeof(d->path)) {
        snprintf(err, err_size, "the path of a device is shorter than %zu",
            sizeof(d->path));
        return GMS_EINVALID;
    }

    memcpy(d->path, path, strlen(path) + 1);
    d->fd = ops->open(path);

    if (d->fd == -1) {
        rc = errno;

        if (rc == ENOTTY || rc == EINVAL || rc == EISDIR) {
            snprintf(err, err_size,
                "%s is no camera: `gmshoot cameras` lists those that are "
                "plugged in",
                path);
            return GMS_EINVALID;
        }

        return gms_v4l2_refused(d, "to open", rc, err, err_size);
    }

    rc = gms_v4l2_query(d, err, err_size);

    if (rc != GMS_OK) {
        gms_v4l2_device_close(d);
    }

    return rc;
}


void
gms_v4l2_device_close(gms_v4l2_device_t *d)
{
    if (d->fd != -1) {
        d->ops->close(d->fd);
        d->fd = -1;
    }
}
