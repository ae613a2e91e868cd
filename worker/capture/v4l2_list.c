/* gms_v4l2_list: see v4l2_list.h. */

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "v4l2_list.h"
#include "v4l2_stream.h"
#include "../../ipc/error.h"
#include "../base/image.h"

/* /dev/video0 to here; and what a driver may list without end. */
#define GMS_V4L2_NODES_MAX 64
#define GMS_V4L2_SIZES_MAX 64
#define GMS_V4L2_RATES_MAX 64

/* What is proposed: large, as long as it comes at this rate at least.  More
 * pixels cost more than they show, more pictures show nothing more. */
#define GMS_V4L2_GOOD_FPS 15
#define GMS_V4L2_GOOD_WIDTH 1920
#define GMS_V4L2_FPS_USED 30

typedef struct {
    bool   jpeg;
    int    width;
    int    height;
    double fps;
} gms_v4l2_choice_t;


/* The most that the camera gives of a size; 0: it does not say. */
static double
list_fps(const gms_v4l2_device_t *d, uint32_t format, int width, int height)
{
    double                  best = 0, fps;
    struct v4l2_frmivalenum e;
    struct v4l2_fract      *f;

    for (uint32_t i = 0; i < GMS_V4L2_RATES_MAX; i++) {
        memset(&e, 0, sizeof(e));
        e.index = i;
        e.pixel_format = format;
        e.width = (uint32_t) width;
        e.height = (uint32_t) height;

        if (gms_v4l2_ioctl(d, VIDIOC_ENUM_FRAMEINTERVALS, &e) != 0) {
            break;
        }

        f = e.type == V4L2_FRMIVAL_TYPE_DISCRETE ? &e.discrete
                                                 : &e.stepwise.min;
        fps = f->numerator != 0 ? (double) f->denominator / f->numerator : 0;
        best = fps > best ? fps : best;

        if (e.type != V4L2_FRMIVAL_TYPE_DISCRETE) {
            break;
        }
    }

    return best;
}


static bool
list_better(const gms_v4l2_choice_t *a, const gms_v4l2_choice_t *b)
{
    bool a_good, b_good;

    a_good = a->fps >= GMS_V4L2_GOOD_FPS && a->width <= GMS_V4L2_GOOD_WIDTH;
    b_good = b->fps >= GMS_V4L2_GOOD_FPS && b->width <= GMS_V4L2_GOOD_WIDTH;

    if (b->width == 0 || a_good != b_good) {
        return b->width == 0 || a_good;
    }

    if (a->jpeg != b->jpeg) {
        return a->jpeg;
    }

    return a->width * a->height > b->width * b->height;
}


static void
list_sizes(const gms_v4l2_device_t *d, uint32_t format, gms_v4l2_choice_t *best,
    FILE *out)
{
    char                    name[5];
    gms_v4l2_choice_t       c;
    struct v4l2_frmsizeenum e;

    gms_v4l2_fourcc(name, format);
    fprintf(out, "    %s ", name);
    c.jpeg = format == V4L2_PIX_FMT_MJPEG || format == V4L2_PIX_FMT_JPEG;

    for (uint32_t i = 0; i < GMS_V4L2_SIZES_MAX; i++) {
        memset(&e, 0, sizeof(e));
        e.index = i;
        e.pixel_format = format;

        if (gms_v4l2_ioctl(d, VIDIOC_ENUM_FRAMESIZES, &e) != 0) {
            break;
        }

        if (e.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
            e.discrete.width = e.stepwise.max_width;
            e.discrete.height = e.stepwise.max_height;
            fprintf(out, " up to");
        }

        if (e.discrete.width > GMS_IMAGE_SIDE_MAX
            || e.discrete.height > GMS_IMAGE_SIDE_MAX)
        {
            continue;
        }

        c.width = (int) e.discrete.width;
        c.height = (int) e.discrete.height;
        c.fps = list_fps(d, format, c.width, c.height);
        fprintf(out, " %dx%d", c.width, c.height);

        if (c.fps > 0) {
            fprintf(out, "@%.3g", c.fps);
        }

        if ((c.jpeg || format == V4L2_PIX_FMT_YUYV) && list_better(&c, best)) {
            *best = c;
        }

        if (e.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
            break;
        }
    }

    fputs("\n", out);
}


/* The name that stays the same in whatever order cameras are plugged in. */
static void
list_name(const char *dev, const char *node, char *name, size_t size)
{
    char           folder[300], link[600], real[PATH_MAX], of[PATH_MAX];
    DIR           *dir;
    struct dirent *entry;

    snprintf(name, size, "%s", node);
    snprintf(folder, sizeof(folder), "%s/v4l/by-id", dev);

    dir = opendir(folder);
    if (dir == NULL) {
        return;
    }

    while ((entry = readdir(dir)) != NULL) {
        snprintf(link, sizeof(link), "%s/%s", folder, entry->d_name);

        if (entry->d_name[0] != '.' && realpath(link, real) != NULL
            && realpath(node, of) != NULL && strcmp(real, of) == 0
            && strlen(link) < size)
        {
            snprintf(name, size, "%s", link);
            break;
        }
    }

    closedir(dir);
}


static void
list_camera(const gms_v4l2_device_t *d, const char *dev, FILE *out)
{
    char                name[600];
    gms_v4l2_choice_t   best = { .width = 0 };
    struct v4l2_fmtdesc desc;

    list_name(dev, d->path, name, sizeof(name));
    fprintf(out, "%s  %s, %s\n", d->path, d->card, d->bus);

    for (uint32_t i = 0; i < GMS_V4L2_SIZES_MAX; i++) {
        memset(&desc, 0, sizeof(desc));
        desc.index = i;
        desc.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

        if (gms_v4l2_ioctl(d, VIDIOC_ENUM_FMT, &desc) != 0) {
            break;
        }

        list_sizes(d, desc.pixelformat, &best, out);
    }

    if (best.width == 0) {
        fputs(
            "    no format that could be used: MJPEG or YUYV is needed\n", out);
        return;
    }

    fprintf(
        out, "    camera v4l2:%s size=%dx%d", name, best.width, best.height);

    if (best.fps > 0) {
        fprintf(out, " fps=%.3g",
            best.fps < GMS_V4L2_FPS_USED ? best.fps : GMS_V4L2_FPS_USED);
    }

    fprintf(out, " format=%s;\n", best.jpeg ? "mjpeg" : "yuyv");
}


int
gms_v4l2_list(const gms_v4l2_ops_t *ops, const char *dev, FILE *out, FILE *err)
{
    int               rc, found = 0;
    char              path[300], why[300], missing[320];
    gms_v4l2_device_t d;

    for (int i = 0; i < GMS_V4L2_NODES_MAX; i++) {
        snprintf(path, sizeof(path), "%s/video%d", dev, i);
        snprintf(missing, sizeof(missing), "there is no %s:", path);
        rc = gms_v4l2_device_open(&d, ops, path, why, sizeof(why));

        if (rc == GMS_OK) {
            list_camera(&d, dev, out);
            gms_v4l2_device_close(&d);
            found++;

        } else if (rc == GMS_ECAMERA_GONE
            && strncmp(why, missing, strlen(missing)) != 0)
        {
            fprintf(err, "%s\n", why);
        }
    }

    return found;
}
