/*
 * A camera for programs that talk to the kernel themselves, as ustreamer does:
 * loaded before them, it answers for /dev/gmshoot-camera.  What it shows, over
 * and over, twenty pictures a second, are the files 0.jpg, 1.jpg ... in the
 * folder GMS_FAKE_CAMERA, of the size GMS_FAKE_SIZE (640x480).
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NODE "/dev/gmshoot-camera"
#define BUFFERS 8
#define BUFFER_BYTES ((size_t) 512 * 1024)
#define PERIOD_NS 50000000

/* Under names of our own: headers say more of these than is wanted here. */
int own_open(const char *path, int flags, ...) __asm__("open");
int own_open64(const char *path, int flags, ...) __asm__("open64");
int own_access(const char *path, int mode) __asm__("access");
int own_ioctl(int fd, unsigned long request, ...) __asm__("ioctl");
void *own_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
    __asm__("mmap");
void *own_mmap64(void *at, size_t size, int prot, int flags, int fd,
    off_t offset) __asm__("mmap64");

static int       device = -1, memory = -1;
static uint8_t  *bytes;
static bool      queued[BUFFERS];
static unsigned  shown;


static int
begin(void)
{
    const struct itimerspec  beat = { { 0, PERIOD_NS }, { 0, PERIOD_NS } };

    device = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    memory = memfd_create("camera", 0);

    if (device == -1 || memory == -1
        || ftruncate(memory, BUFFERS * BUFFER_BYTES) != 0
        || timerfd_settime(device, 0, &beat, NULL) != 0)
    {
        return -1;
    }

    bytes = mmap(NULL, BUFFERS * BUFFER_BYTES, PROT_READ | PROT_WRITE,
        MAP_SHARED, memory, 0);

    return bytes != MAP_FAILED ? device : -1;
}


static int
open_any(const char *name, const char *path, int flags, mode_t mode)
{
    int (*next)(const char *path, int flags, ...);

    if (strcmp(path, NODE) == 0) {
        return begin();
    }

    *(void **) &next = dlsym(RTLD_NEXT, name);

    return next(path, flags, mode);
}


int
own_open(const char *path, int flags, ...)
{
    va_list  list;
    mode_t   mode;

    va_start(list, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);

    return open_any("open", path, flags, mode);
}


int
own_open64(const char *path, int flags, ...)
{
    va_list  list;
    mode_t   mode;

    va_start(list, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);

    return open_any("open64", path, flags, mode);
}


int
own_access(const char *path, int mode)
{
    int (*next)(const char *path, int mode);

    if (strcmp(path, NODE) == 0) {
        return 0;
    }

    *(void **) &next = dlsym(RTLD_NEXT, "access");

    return next(path, mode);
}


static void *
map_any(const char *name, void *at, size_t size, int prot, int flags, int fd,
    off_t offset)
{
    void *(*next)(void *at, size_t size, int prot, int flags, int fd,
        off_t offset);

    *(void **) &next = dlsym(RTLD_NEXT, name);

    return next(at, size, prot, flags, fd == device && fd != -1 ? memory : fd,
        offset);
}


void *
own_mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
    return map_any("mmap", at, size, prot, flags, fd, offset);
}


void *
own_mmap64(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
    return map_any("mmap64", at, size, prot, flags, fd, offset);
}


static int
refuse(int error)
{
    errno = error;

    return -1;
}


static int
format(struct v4l2_format *f)
{
    const char  *size = getenv("GMS_FAKE_SIZE");
    unsigned     width = 640, height = 480;

    if (size != NULL) {
        (void) sscanf(size, "%ux%u", &width, &height);
    }

    f->fmt.pix.width = width;
    f->fmt.pix.height = height;
    f->fmt.pix.pixelformat = V4L2_PIX_FMT_MJPEG;
    f->fmt.pix.bytesperline = 0;
    f->fmt.pix.sizeimage = BUFFER_BYTES;
    f->fmt.pix.field = V4L2_FIELD_NONE;

    return 0;
}


static int
describe(struct v4l2_buffer *b)
{
    if (b->index >= BUFFERS) {
        return refuse(EINVAL);
    }

    b->length = BUFFER_BYTES;
    b->m.offset = (uint32_t) (b->index * BUFFER_BYTES);

    return 0;
}


static int
take(struct v4l2_buffer *b)
{
    char             path[1200];
    FILE            *in;
    uint64_t         beats;
    unsigned         i;
    struct timespec  now;

    if (read(device, &beats, sizeof(beats)) != sizeof(beats)) {
        return refuse(EAGAIN);
    }

    for (i = 0; i < BUFFERS && !queued[i]; i++) {
        continue;
    }
    if (i == BUFFERS) {
        return refuse(EAGAIN);
    }

    snprintf(path, sizeof(path), "%s/%u.jpg", getenv("GMS_FAKE_CAMERA"), shown);
    in = fopen(path, "rbe");
    if (in == NULL) {
        shown = 0;
        snprintf(path, sizeof(path), "%s/0.jpg", getenv("GMS_FAKE_CAMERA"));
        in = fopen(path, "rbe");
    }
    if (in == NULL) {
        return refuse(EIO);
    }

    b->index = i;
    b->bytesused = (uint32_t) fread(bytes + i * BUFFER_BYTES, 1, BUFFER_BYTES, in);
    fclose(in);
    shown++;
    queued[i] = false;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    b->timestamp.tv_sec = now.tv_sec;
    b->timestamp.tv_usec = now.tv_nsec / 1000;
    b->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    b->field = V4L2_FIELD_NONE;
    b->sequence = shown;

    return describe(b);
}


static int
answer(unsigned long request, void *data)
{
    struct v4l2_capability      *about = data;
    struct v4l2_requestbuffers  *wanted = data;
    struct v4l2_buffer          *b = data;

    switch (request) {

    case VIDIOC_QUERYCAP:
        memset(about, 0, sizeof(*about));
        about->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        about->device_caps = about->capabilities;
        return 0;

    case VIDIOC_S_FMT:
    case VIDIOC_G_FMT:
        return format(data);

    case VIDIOC_REQBUFS:
        if (wanted->count > BUFFERS) {
            wanted->count = BUFFERS;
        }
        return 0;

    case VIDIOC_QUERYBUF:
        return describe(b);

    case VIDIOC_QBUF:
        if (b->index >= BUFFERS) {
            return refuse(EINVAL);
        }
        queued[b->index] = true;
        return 0;

    case VIDIOC_DQBUF:
        return take(b);

    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF:
    case VIDIOC_S_INPUT:
        return 0;
    }

    return refuse(EINVAL);
}


int
own_ioctl(int fd, unsigned long request, ...)
{
    int (*next)(int fd, unsigned long request, ...);

    void    *data;
    va_list  list;

    va_start(list, request);
    data = va_arg(list, void *);
    va_end(list);

    if (fd == device && fd != -1) {
        return answer(request & 0xffffffff, data);
    }

    *(void **) &next = dlsym(RTLD_NEXT, "ioctl");

    return next(fd, request, data);
}
