/* gms_v4l2_stream: see v4l2_stream.h. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "v4l2_stream.h"
#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/image.h"

/* What a driver may not exceed, whatever it says. */
#define GMS_V4L2_FORMATS_MAX 64
#define GMS_V4L2_BUFFER_MAX (128 * 1024 * 1024)

/* With fewer the driver has nowhere to put the next picture. */
#define GMS_V4L2_BUFFERS_MIN 2

/* A jump of more is a driver that counts anew. */
#define GMS_V4L2_GAP_MAX 100000


void
gms_v4l2_fourcc(char text[5], uint32_t format)
{
    int  i;
    char c;

    for (i = 0; i < 4; i++) {
        c = (char) (format >> (8 * i) & 0x7f);
        text[i] = c > ' ' && c <= '~' && c != '"' && c != '\\' ? c : '?';
    }

    text[4] = '\0';
}


static bool
stream_is_jpeg(uint32_t format)
{
    return format == V4L2_PIX_FMT_MJPEG || format == V4L2_PIX_FMT_JPEG;
}


/* The first of the camera's formats that serves. */
static int
stream_format(const gms_v4l2_stream_t *s, gms_v4l2_format_e wanted,
    uint32_t *format, char *err, size_t err_size)
{
    int                 error;
    char                list[80], name[5];
    size_t              used = 0;
    uint32_t            jpeg = 0, yuyv = 0;
    struct v4l2_fmtdesc desc;

    list[0] = '\0';

    for (uint32_t i = 0; i < GMS_V4L2_FORMATS_MAX; i++) {
        memset(&desc, 0, sizeof(desc));
        desc.index = i;
        desc.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
        error = gms_v4l2_ioctl(s->device, VIDIOC_ENUM_FMT, &desc);

        if (error == EINVAL) {
            break;
        }

        if (error != 0) {
            return gms_v4l2_refused(
                s->device, "to list its formats", error, err, err_size);
        }

        if (stream_is_jpeg(desc.pixelformat) && jpeg == 0) {
            jpeg = desc.pixelformat;

        } else if (desc.pixelformat == V4L2_PIX_FMT_YUYV) {
            yuyv = desc.pixelformat;
        }

        gms_v4l2_fourcc(name, desc.pixelformat);

        if (used + 8 < sizeof(list)) {
            used += (size_t) snprintf(list + used, sizeof(list) - used, "%s%s",
                used ? ", " : "", name);
        }
    }

    *format = wanted == GMS_V4L2_YUYV ? yuyv
        : wanted == GMS_V4L2_MJPEG    ? jpeg
        : jpeg != 0                   ? jpeg
                                      : yuyv;

    if (*format != 0) {
        return GMS_OK;
    }

    snprintf(err, err_size, "the camera at %s gives no %s: it has %s",
        s->device->path,
        wanted == GMS_V4L2_YUYV        ? "YUYV"
            : wanted == GMS_V4L2_MJPEG ? "MJPEG"
                                       : "MJPEG nor YUYV",
        list[0] != '\0' ? list : "no format at all");

    return GMS_EINVALID;
}


static int
stream_size(gms_v4l2_stream_t *s, const gms_v4l2_wanted_t *wanted,
    uint32_t format, char *err, size_t err_size)
{
    int                     error;
    char                    name[5];
    struct v4l2_format      f;
    struct v4l2_pix_format *pix = &f.fmt.pix;

    memset(&f, 0, sizeof(f));
    f.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    pix->width = (uint32_t) wanted->width;
    pix->height = (uint32_t) wanted->height;
    pix->pixelformat = format;
    pix->field = V4L2_FIELD_ANY;

    error = gms_v4l2_ioctl(s->device, VIDIOC_S_FMT, &f);
    if (error != 0) {
        return gms_v4l2_refused(
            s->device, "to take a size", error, err, err_size);
    }

    gms_v4l2_fourcc(name, pix->pixelformat);

    if (pix->pixelformat != format
        && !(stream_is_jpeg(format) && stream_is_jpeg(pix->pixelformat)))
    {
        snprintf(err, err_size,
            "the camera at %s lists a format and then gives %s instead",
            s->device->path, name);
        return GMS_EINVALID;
    }

    s->yuyv = pix->pixelformat == V4L2_PIX_FMT_YUYV;
    s->stride =
        pix->bytesperline != 0 ? pix->bytesperline : (size_t) pix->width * 2;

    if (pix->width < 16 || pix->height < 16 || pix->width > GMS_IMAGE_SIDE_MAX
        || pix->height > GMS_IMAGE_SIDE_MAX
        || (s->yuyv
            && (pix->width % 2 != 0 || s->stride < (size_t) pix->width * 2
                || s->stride > GMS_V4L2_BUFFER_MAX / pix->height)))
    {
        snprintf(err, err_size,
            "the camera at %s offers pictures of %ux%u, which cannot be",
            s->device->path, pix->width, pix->height);
        return GMS_EINVALID;
    }

    s->width = (int) pix->width;
    s->height = (int) pix->height;

    return GMS_OK;
}


/* A camera that cannot be told its rate keeps the one that it has. */
static void
stream_rate(gms_v4l2_stream_t *s, double fps)
{
    struct v4l2_streamparm parm;
    struct v4l2_fract     *t = &parm.parm.capture.timeperframe;

    memset(&parm, 0, sizeof(parm));
    parm.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    t->numerator = 1000;
    t->denominator = (uint32_t) (fps * 1000 + 0.5);

    if (gms_v4l2_ioctl(s->device, VIDIOC_S_PARM, &parm) != 0) {
        memset(&parm, 0, sizeof(parm));
        parm.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

        if (gms_v4l2_ioctl(s->device, VIDIOC_G_PARM, &parm) != 0) {
            return;
        }
    }

    if (t->numerator != 0 && t->denominator != 0
        && t->denominator / t->numerator <= 1000)
    {
        s->fps = (double) t->denominator / t->numerator;
    }
}


static void
stream_report(gms_v4l2_stream_t *s, const gms_v4l2_wanted_t *wanted)
{
    static const char *const formats[] = { "mjpeg or yuyv", "mjpeg", "yuyv" };

    char rate[32];

    snprintf(s->asked, sizeof(s->asked), "%dx%d %s at %.10g fps", wanted->width,
        wanted->height, formats[wanted->format], wanted->fps);

    snprintf(rate, sizeof(rate), " at %.10g fps",
        (double) (int64_t) (s->fps * 100 + 0.5) / 100);
    snprintf(s->got, sizeof(s->got), "%dx%d %s%s", s->width, s->height,
        s->yuyv ? "yuyv" : "mjpeg", s->fps > 0 ? rate : "");
}


static int
stream_queue(const gms_v4l2_stream_t *s, unsigned index)
{
    struct v4l2_buffer b;

    memset(&b, 0, sizeof(b));
    b.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    b.memory = V4L2_MEMORY_MMAP;
    b.index = index;

    return gms_v4l2_ioctl(s->device, VIDIOC_QBUF, &b);
}


static int
stream_map(gms_v4l2_stream_t *s, unsigned index, char *err, size_t err_size)
{
    int                error;
    void              *start;
    struct v4l2_buffer b;

    memset(&b, 0, sizeof(b));
    b.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    b.memory = V4L2_MEMORY_MMAP;
    b.index = index;

    error = gms_v4l2_ioctl(s->device, VIDIOC_QUERYBUF, &b);
    if (error != 0) {
        return gms_v4l2_refused(
            s->device, "to show its memory", error, err, err_size);
    }

    if (b.length == 0 || b.length > GMS_V4L2_BUFFER_MAX
        || (s->yuyv
            && b.length
                < s->stride * (size_t) (s->height - 1) + (size_t) s->width * 2))
    {
        snprintf(err, err_size,
            "the camera at %s has buffers of %u bytes for pictures of %dx%d",
            s->device->path, b.length, s->width, s->height);
        return GMS_EINVALID;
    }

    start = s->device->ops->mmap(b.length, s->device->fd, b.m.offset);
    if (start == MAP_FAILED) {
        return gms_v4l2_refused(
            s->device, "to share its memory", errno, err, err_size);
    }

    s->buffer[index].start = start;
    s->buffer[index].size = b.length;
    s->buffers = index + 1;

    error = stream_queue(s, index);

    return error == 0
        ? GMS_OK
        : gms_v4l2_refused(s->device, "to take a buffer", error, err, err_size);
}


static int
stream_buffers(gms_v4l2_stream_t *s, char *err, size_t err_size)
{
    int                        error, rc;
    struct v4l2_requestbuffers request;

    memset(&request, 0, sizeof(request));
    request.count = GMS_V4L2_BUFFERS;
    request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    request.memory = V4L2_MEMORY_MMAP;

    error = gms_v4l2_ioctl(s->device, VIDIOC_REQBUFS, &request);
    if (error != 0) {
        return gms_v4l2_refused(
            s->device, "to make room for pictures", error, err, err_size);
    }

    if (request.count < GMS_V4L2_BUFFERS_MIN) {
        return gms_v4l2_refused(
            s->device, "to make room for pictures", ENOMEM, err, err_size);
    }

    for (unsigned i = 0; i < request.count && i < GMS_V4L2_BUFFERS; i++) {
        rc = stream_map(s, i, err, err_size);
        if (rc != GMS_OK) {
            return rc;
        }
    }

    return GMS_OK;
}


static int
stream_on(gms_v4l2_stream_t *s, char *err, size_t err_size)
{
    int error, type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

    error = gms_v4l2_ioctl(s->device, VIDIOC_STREAMON, &type);
    if (error != 0) {
        return gms_v4l2_refused(s->device, "to start", error, err, err_size);
    }

    s->on = true;

    return GMS_OK;
}


int
gms_v4l2_stream_start(gms_v4l2_stream_t *s, const gms_v4l2_device_t *device,
    const gms_v4l2_wanted_t *wanted, char *err, size_t err_size)
{
    int      rc;
    uint32_t format = 0;

    memset(s, 0, sizeof(*s));
    s->device = device;
    s->held = -1;

    rc = stream_format(s, wanted->format, &format, err, err_size);

    if (rc == GMS_OK) {
        rc = stream_size(s, wanted, format, err, err_size);
    }

    if (rc == GMS_OK) {
        stream_rate(s, wanted->fps);
        stream_report(s, wanted);
        rc = stream_buffers(s, err, err_size);
    }

    if (rc == GMS_OK) {
        rc = stream_on(s, err, err_size);
    }

    if (rc != GMS_OK) {
        gms_v4l2_stream_stop(s);
    }

    return rc;
}


static void
stream_number(gms_v4l2_stream_t *s, uint32_t sequence)
{
    uint32_t step = sequence - s->last;

    if (!s->begun) {
        s->begun = true;
        s->id = 0;

    } else if (step == 0 || step > GMS_V4L2_GAP_MAX) {
        s->id++;

    } else {
        s->id += step;
        s->lost += step - 1;
    }

    s->last = sequence;
}


static void
stream_stamp(const struct v4l2_buffer *b, gms_v4l2_picture_t *picture)
{
    if ((b->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK)
        != V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
    {
        picture->stamp_ns = 0;
        picture->exposed = false;
        return;
    }

    picture->stamp_ns = (int64_t) b->timestamp.tv_sec * GMS_S
        + (int64_t) b->timestamp.tv_usec * GMS_US;
    picture->exposed = (b->flags & V4L2_BUF_FLAG_TSTAMP_SRC_MASK)
        == V4L2_BUF_FLAG_TSTAMP_SRC_SOE;
}


static int
stream_dequeue(gms_v4l2_stream_t *s, struct v4l2_buffer *b)
{
    int error;

    memset(b, 0, sizeof(*b));
    b->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    b->memory = V4L2_MEMORY_MMAP;
    error = gms_v4l2_ioctl(s->device, VIDIOC_DQBUF, b);

    return error == 0 && b->index >= s->buffers ? EPROTO : error;
}


/* Gives back what the caller has read. */
static int
stream_release(gms_v4l2_stream_t *s)
{
    int error = 0;

    if (s->held != -1) {
        error = stream_queue(s, (unsigned) s->held);
        s->held = -1;
    }

    return error;
}


int
gms_v4l2_stream_take(gms_v4l2_stream_t *s, gms_v4l2_picture_t *picture,
    char *err, size_t err_size)
{
    int                error;
    bool               damaged = false;
    struct v4l2_buffer b;

    error = stream_release(s);

    /* at most one turn of the buffers: a driver that gives without end would
     * keep us here */
    for (unsigned i = 0; error == 0 && i < s->buffers; i++) {
        error = stream_dequeue(s, &b);
        if (error != 0) {
            break;
        }

        stream_number(s, b.sequence);

        if (s->held != -1) {
            s->passed++;
            error = stream_release(s);
        }

        s->held = (int) b.index;
        damaged = (b.flags & V4L2_BUF_FLAG_ERROR) != 0
            || b.bytesused > s->buffer[b.index].size;
        picture->bytes = s->buffer[b.index].start;
        picture->size = b.bytesused;
        picture->id = s->id;
        stream_stamp(&b, picture);
    }

    if (error != 0 && error != EAGAIN) {
        return gms_v4l2_refused(
            s->device, "to give a picture", error, err, err_size);
    }

    if (s->held == -1) {
        return GMS_EAGAIN;
    }

    if (damaged) {
        snprintf(err, err_size,
            "a picture of the camera at %s was damaged on its way: is the "
            "cable long, or the hub shared?",
            s->device->path);
        return GMS_EBAD_FRAME;
    }

    return GMS_OK;
}


void
gms_v4l2_stream_stop(gms_v4l2_stream_t *s)
{
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

    /* a device that is gone refuses both; there is nobody to tell */
    if (s->on) {
        (void) gms_v4l2_ioctl(s->device, VIDIOC_STREAMOFF, &type);
        s->on = false;
    }

    for (unsigned i = 0; i < s->buffers; i++) {
        s->device->ops->munmap(s->buffer[i].start, s->buffer[i].size);
    }

    s->buffers = 0;
    s->held = -1;
}
