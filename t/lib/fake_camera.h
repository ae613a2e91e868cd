/*
 * A V4L2 camera that does what a test says: pictures, gaps, errors, controls
 * that others turn.  One at a time; included by what plays it.
 */

#ifndef FAKE_CAMERA_H
#define FAKE_CAMERA_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/videodev2.h>

#define FAKE_CONTROLS 16
#define FAKE_PICTURES 16
#define FAKE_EVENTS 16
#define FAKE_BUFFERS 4

typedef struct {
    uint32_t     id;
    uint32_t     type;
    const char  *name;
    int32_t      min, max, step, preset, value;
    uint32_t     flags;
    bool         subscribed;
} fake_control_t;

typedef struct {
    const void  *bytes;
    size_t       size;
    uint32_t     gap;       /* numbers left out before it */
    uint32_t     flags;
    int          error;     /* of VIDIOC_DQBUF instead of a picture */
    int64_t      stamp_us;
} fake_picture_t;

typedef struct {
    /* what it is */
    uint32_t           capabilities;
    uint32_t           formats[4];
    uint32_t           width_max, height_max;
    uint32_t           padding;     /* bytes more in each row */
    uint32_t           buffer_size; /* 0: of the picture's size */
    uint32_t           buffers_max;
    bool               eventless;
    bool               gone;
    fake_control_t     control[FAKE_CONTROLS];
    unsigned           controls;

    /* what it refuses: this request with this error, n times */
    unsigned long      refused;
    int                error;
    int                times;

    /* what it has to give */
    fake_picture_t     picture[FAKE_PICTURES];
    unsigned           pictures;
    struct v4l2_event  event[FAKE_EVENTS];
    unsigned           events;

    /* what was made of it */
    uint32_t           format, width, height;
    struct v4l2_fract  interval;
    void              *memory[FAKE_BUFFERS];
    uint32_t           length;
    unsigned           buffers;
    unsigned           queue[FAKE_BUFFERS];
    unsigned           queued;
    bool               on;
    uint32_t           sequence;
    unsigned           starts;
} fake_camera_t;

static fake_camera_t  fake;


static fake_control_t *
fake_control(uint32_t id)
{
    for (unsigned i = 0; i < fake.controls; i++) {
        if (fake.control[i].id == id) {
            return &fake.control[i];
        }
    }

    return NULL;
}


/* A webcam as most are: automatics on, and a zoom. */
static void
fake_reset(void)
{
    static const fake_control_t  controls[] = {
        { V4L2_CID_BRIGHTNESS, V4L2_CTRL_TYPE_INTEGER, "Brightness",
          0, 255, 1, 128, 128, 0, false },
        { V4L2_CID_AUTO_WHITE_BALANCE, V4L2_CTRL_TYPE_BOOLEAN,
          "White Balance, Automatic", 0, 1, 1, 1, 1, 0, false },
        { V4L2_CID_GAIN, V4L2_CTRL_TYPE_INTEGER, "Gain",
          0, 100, 1, 0, 30, 0, false },
        { V4L2_CID_POWER_LINE_FREQUENCY, V4L2_CTRL_TYPE_MENU,
          "Power Line Frequency", 0, 2, 1, 2, 2, 0, false },
        { V4L2_CID_WHITE_BALANCE_TEMPERATURE, V4L2_CTRL_TYPE_INTEGER,
          "White Balance Temperature", 2000, 6500, 10, 4000, 4600, 0, false },
        { V4L2_CID_EXPOSURE_AUTO, V4L2_CTRL_TYPE_MENU, "Auto Exposure",
          0, 3, 1, 3, 3, 0, false },
        { V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER,
          "Exposure Time, Absolute", 3, 2047, 1, 250, 312, 0, false },
        { V4L2_CID_FOCUS_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER,
          "Focus, Absolute", 0, 250, 5, 0, 35, 0, false },
        { V4L2_CID_FOCUS_AUTO, V4L2_CTRL_TYPE_BOOLEAN,
          "Focus, Automatic Continuous", 0, 1, 1, 1, 1, 0, false },
        { V4L2_CID_ZOOM_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER,
          "Zoom, Absolute", 100, 500, 1, 100, 100, 0, false },
    };

    memset(&fake, 0, sizeof(fake));
    fake.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    fake.formats[0] = V4L2_PIX_FMT_YUYV;
    fake.formats[1] = V4L2_PIX_FMT_MJPEG;
    fake.width_max = 1280;
    fake.height_max = 720;
    fake.buffers_max = FAKE_BUFFERS;
    memcpy(fake.control, controls, sizeof(controls));
    fake.controls = sizeof(controls) / sizeof(controls[0]);
}


/* What a camera forgets that is unplugged. */
static inline void
fake_unplug(void)
{
    fake.gone = true;
    fake.on = false;
    fake.queued = 0;
    fake.pictures = 0;
    fake.events = 0;

    for (unsigned i = 0; i < fake.controls; i++) {
        fake.control[i].subscribed = false;
        fake.control[i].value = fake.control[i].preset;
    }
}


static inline void
fake_give(const void *bytes, size_t size)
{
    fake_picture_t  *p = &fake.picture[fake.pictures++];

    memset(p, 0, sizeof(*p));
    p->bytes = bytes;
    p->size = size;
}


/* Somebody else turns a control. */
static inline void
fake_turn(uint32_t id, int32_t value)
{
    fake_control_t     *control = fake_control(id);
    struct v4l2_event  *event = &fake.event[fake.events];

    control->value = value;

    if (!control->subscribed || fake.events == FAKE_EVENTS) {
        return;
    }

    memset(event, 0, sizeof(*event));
    event->type = V4L2_EVENT_CTRL;
    event->id = id;
    event->u.ctrl.changes = V4L2_EVENT_CTRL_CH_VALUE;
    event->u.ctrl.value = value;
    fake.events++;
}


static inline void
fake_event(uint32_t type)
{
    memset(&fake.event[fake.events], 0, sizeof(fake.event[0]));
    fake.event[fake.events++].type = type;
}


static int
fake_fail(int error)
{
    errno = error;

    return -1;
}


static int
fake_set_format(struct v4l2_format *f)
{
    struct v4l2_pix_format  *pix = &f->fmt.pix;

    if (fake.on || fake.buffers > 0) {
        return fake_fail(EBUSY);
    }
    if (pix->width > fake.width_max || pix->height > fake.height_max) {
        pix->width = fake.width_max;
        pix->height = fake.height_max;
    }
    fake.format = pix->pixelformat;
    fake.width = pix->width;
    fake.height = pix->height;
    pix->bytesperline = fake.format == V4L2_PIX_FMT_YUYV
        ? pix->width * 2 + fake.padding : 0;
    pix->sizeimage = pix->width * pix->height * 2;
    fake.length = fake.buffer_size != 0 ? fake.buffer_size
        : fake.format == V4L2_PIX_FMT_YUYV
        ? pix->bytesperline * pix->height : pix->sizeimage;

    return 0;
}


static int
fake_request(struct v4l2_requestbuffers *r)
{
    fake.buffers = r->count < fake.buffers_max ? r->count : fake.buffers_max;
    r->count = fake.buffers;

    return 0;
}


static int
fake_dequeue(struct v4l2_buffer *b)
{
    fake_picture_t  p;
    unsigned        index;

    if (fake.pictures == 0 || fake.queued == 0) {
        return fake_fail(EAGAIN);
    }

    p = fake.picture[0];
    memmove(fake.picture, fake.picture + 1, --fake.pictures * sizeof(p));

    if (p.error != 0) {
        return fake_fail(p.error);
    }

    index = fake.queue[0];
    memmove(fake.queue, fake.queue + 1, --fake.queued * sizeof(index));

    if (p.size <= fake.length) {
        memcpy(fake.memory[index], p.bytes, p.size);
    }

    fake.sequence += p.gap;
    b->index = index;
    b->bytesused = (uint32_t) p.size;
    b->flags = p.flags;
    b->sequence = fake.sequence++;
    b->timestamp.tv_sec = p.stamp_us / 1000000;
    b->timestamp.tv_usec = p.stamp_us % 1000000;

    return 0;
}


static int
fake_query_control(struct v4l2_query_ext_ctrl *q)
{
    const fake_control_t  *next = NULL;
    uint32_t               after = q->id & ~(uint32_t) V4L2_CTRL_FLAG_NEXT_CTRL;

    for (unsigned i = 0; i < fake.controls; i++) {
        if (fake.control[i].id > after
            && (next == NULL || fake.control[i].id < next->id))
        {
            next = &fake.control[i];
        }
    }
    if (next == NULL) {
        return fake_fail(EINVAL);
    }

    memset(q, 0, sizeof(*q));
    q->id = next->id;
    q->type = next->type;
    snprintf(q->name, sizeof(q->name), "%s", next->name);
    q->minimum = next->min;
    q->maximum = next->max;
    q->step = (__u64) next->step;
    q->default_value = next->preset;
    q->flags = next->flags;

    return 0;
}


/* Menus with a hole, as they are. */
static int
fake_query_menu(struct v4l2_querymenu *m)
{
    if (m->id == V4L2_CID_EXPOSURE_AUTO && m->index != 1 && m->index != 3) {
        return fake_fail(EINVAL);
    }

    snprintf((char *) m->name, sizeof(m->name), "Choice %u", m->index);

    return 0;
}


static int
fake_set_control(struct v4l2_control *v)
{
    fake_control_t  *control = fake_control(v->id);
    int32_t          steps;

    if (control == NULL) {
        return fake_fail(EINVAL);
    }
    if ((v->id == V4L2_CID_EXPOSURE_ABSOLUTE
         && fake_control(V4L2_CID_EXPOSURE_AUTO)->value != 1)
        || (v->id == V4L2_CID_FOCUS_ABSOLUTE
            && fake_control(V4L2_CID_FOCUS_AUTO)->value != 0))
    {
        return fake_fail(EACCES);
    }
    if (v->value < control->min || v->value > control->max) {
        return fake_fail(ERANGE);
    }

    /* a camera that falls back to a value of long ago */
    if (v->id == V4L2_CID_EXPOSURE_AUTO && v->value == 1
        && control->value != 1)
    {
        fake_control(V4L2_CID_EXPOSURE_ABSOLUTE)->value = 250;
    }

    steps = (v->value - control->min) / control->step;
    control->value = control->min + steps * control->step;
    v->value = control->value;

    return 0;
}


/* As at many: JPEG is large and fast, raw is one of them. */
static int
fake_sizes(struct v4l2_frmsizeenum *e)
{
    static const uint32_t  sizes[][2] = { { 640, 480 }, { 1280, 720 },
        { 2592, 1944 } };

    if (e->index >= 3) {
        return fake_fail(EINVAL);
    }

    e->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    e->discrete.width = sizes[e->index][0];
    e->discrete.height = sizes[e->index][1];

    return 0;
}


static int
fake_intervals(struct v4l2_frmivalenum *e)
{
    if (e->index >= 2) {
        return fake_fail(EINVAL);
    }

    e->type = V4L2_FRMIVAL_TYPE_DISCRETE;
    e->discrete.numerator = 1;
    e->discrete.denominator =
        (e->pixel_format == V4L2_PIX_FMT_MJPEG ? 60 : e->width > 640 ? 10 : 30)
        / (e->index + 1);

    return 0;
}


static int
fake_ioctl(int fd, unsigned long request, void *arg)
{
    struct v4l2_capability  *cap = arg;
    struct v4l2_fmtdesc     *desc = arg;
    struct v4l2_streamparm  *parm = arg;
    struct v4l2_buffer      *b = arg;
    struct v4l2_control     *v = arg;
    struct v4l2_event_subscription  *sub = arg;

    (void) fd;

    if (fake.gone) {
        return fake_fail(ENODEV);
    }
    if (request == fake.refused && fake.times > 0) {
        fake.times--;
        return fake_fail(fake.error);
    }

    switch (request) {

    case VIDIOC_QUERYCAP:
        snprintf((char *) cap->card, sizeof(cap->card), "Club Cam \"<2>\"");
        snprintf((char *) cap->bus_info, sizeof(cap->bus_info), "usb-1");
        cap->capabilities = fake.capabilities | V4L2_CAP_DEVICE_CAPS
            | V4L2_CAP_VIDEO_CAPTURE;
        cap->device_caps = fake.capabilities;
        return 0;

    case VIDIOC_ENUM_FMT:
        if (desc->index >= 4 || fake.formats[desc->index] == 0) {
            return fake_fail(EINVAL);
        }
        desc->pixelformat = fake.formats[desc->index];
        return 0;

    case VIDIOC_ENUM_FRAMESIZES:
        return fake_sizes(arg);

    case VIDIOC_ENUM_FRAMEINTERVALS:
        return fake_intervals(arg);

    case VIDIOC_S_FMT:
        return fake_set_format(arg);

    case VIDIOC_S_PARM:
        fake.interval = parm->parm.capture.timeperframe;
        return 0;

    case VIDIOC_REQBUFS:
        return fake_request(arg);

    case VIDIOC_QUERYBUF:
        b->length = fake.length;
        b->m.offset = b->index * 4096;
        return 0;

    case VIDIOC_QBUF:
        if (fake.queued == FAKE_BUFFERS || b->index >= fake.buffers) {
            return fake_fail(EINVAL);
        }
        fake.queue[fake.queued++] = b->index;
        return 0;

    case VIDIOC_DQBUF:
        return fake_dequeue(b);

    case VIDIOC_STREAMON:
        fake.on = true;
        fake.starts++;
        return 0;

    case VIDIOC_STREAMOFF:
        fake.on = false;
        fake.queued = 0;
        return 0;

    case VIDIOC_QUERY_EXT_CTRL:
        return fake_query_control(arg);

    case VIDIOC_QUERYMENU:
        return fake_query_menu(arg);

    case VIDIOC_G_CTRL:
        if (fake_control(v->id) == NULL) {
            return fake_fail(EINVAL);
        }
        v->value = fake_control(v->id)->value;
        return 0;

    case VIDIOC_S_CTRL:
        return fake_set_control(v);

    case VIDIOC_SUBSCRIBE_EVENT:
        if (fake.eventless) {
            return fake_fail(ENOTTY);
        }
        if (sub->type == V4L2_EVENT_CTRL) {
            fake_control(sub->id)->subscribed = true;
        }
        return 0;

    case VIDIOC_DQEVENT:
        if (fake.events == 0) {
            return fake_fail(ENOENT);
        }
        memcpy(arg, fake.event, sizeof(fake.event[0]));
        fake.events--;
        memmove(fake.event, fake.event + 1,
                fake.events * sizeof(fake.event[0]));
        ((struct v4l2_event *) arg)->pending = fake.events;
        return 0;
    }

    return fake_fail(ENOTTY);
}


/* Memory of its own each time, so that a use after the end is seen. */
static void *
fake_map(size_t size, int64_t offset)
{
    void  *memory = malloc(size);

    if (memory == NULL) {
        errno = ENOMEM;
        return MAP_FAILED;
    }

    fake.memory[offset / 4096] = memory;

    return memory;
}


static int
fake_unmap(void *memory)
{
    for (unsigned i = 0; i < FAKE_BUFFERS; i++) {
        if (fake.memory[i] == memory) {
            fake.memory[i] = NULL;
        }
    }

    free(memory);

    return 0;
}


/* The last user has gone. */
static void
fake_closed(void)
{
    fake.on = false;
    fake.buffers = 0;
    fake.queued = 0;
}

#endif /* FAKE_CAMERA_H */
