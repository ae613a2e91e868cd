/* gms_push, and the source behind it: see push.h. */

#include "push.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "option.h"
#include "pace.h"
#include "source.h"
#include "../../ipc/error.h"
#include "../../ipc/sealed.h"
#include "../base/clock.h"

#define GMS_PUSH_FPS 15

/* Of a camera with a lot of pixels; what claims more is no picture but a way
 * to fill memory. */
#define GMS_PUSH_PIXELS_MAX (16 * 1000 * 1000)

/* Who sent nothing for so long has left: the lane says so, and another one may
 * take its place. */
#define GMS_PUSH_SILENT_NS (3 * GMS_S)

/* A network that stood still gives several pictures at once. */
#define GMS_PUSH_BURST 4

/* Slower by a quarter for each picture that nobody had time for, faster again
 * by a 64th for each that somebody had. */
#define GMS_PUSH_SLOWER 4
#define GMS_PUSH_FASTER 64
#define GMS_PUSH_INTERVAL_MAX_NS (1 * GMS_S)

/* The shortest way is that of the last 10 to 20 s: clocks drift by less than
 * a millisecond meanwhile. */
#define GMS_PUSH_WAY_NS (10 * GMS_S)
#define GMS_PUSH_AGE_MAX_NS (2 * GMS_S)

/* Difference of two clocks, as the shortest way of a picture shows it. */
typedef struct {
    bool    known;
    int64_t since_ns;
    int64_t least_ns;  /* arrival less capture, since then */
    int64_t before_ns; /* ... and in the time before */
} gms_push_way_t;

struct gms_push_s {
    pthread_mutex_t lock;
    pthread_cond_t  came;

    int      fd; /* -1: none waits */
    size_t   size;
    uint64_t id; /* of the one that waits, or waited last */
    int64_t  came_ns;
    int64_t  taken_ns; /* CLOCK_MONOTONIC, as far as one can know */
    bool     dated;    /* its sender says when that was */
    uint64_t replaced;

    char    sender[GMS_PUSH_SENDER_SIZE];
    int64_t made_ns;
    int64_t last_ns; /* 0: nobody ever sent */
    int64_t due_ns;  /* when the pictures that came should have come */
    int64_t least_ns;
    int64_t interval_ns;
    bool    silent; /* and the lane has said so */

    gms_push_way_t way;
};

typedef struct {
    gms_push_t *push;
    gms_jpeg_t *jpeg;
    uint8_t    *bytes;
    size_t      capacity;
    int64_t     mono_ns; /* of the last picture */
} gms_push_run_t;

static const gms_option_t gms_push_table[] = {
    { .key = NULL },
};


gms_push_t *
gms_push_create(double fps)
{
    pthread_condattr_t attributes;
    gms_push_t        *p;

    p = calloc(1, sizeof(*p));
    if (p == NULL) {
        return NULL;
    }

    if (fps <= 0) {
        fps = GMS_PUSH_FPS;
    }

    p->fd = -1;
    p->made_ns = gms_clock_mono_ns();
    p->least_ns = (int64_t) (GMS_S / (fps < GMS_FPS_MAX ? fps : GMS_FPS_MAX));
    p->interval_ns = p->least_ns;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&p->came, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&p->lock, NULL);

    return p;
}


void
gms_push_destroy(gms_push_t *p)
{
    if (p == NULL) {
        return;
    }

    if (p->fd != -1) {
        close(p->fd);
    }

    pthread_cond_destroy(&p->came);
    pthread_mutex_destroy(&p->lock);
    free(p);
}


/* The rest of a JPEG is for the capture thread to look at. */
static int
push_check(int fd, size_t *size)
{
    static const uint8_t soi[2] = { 0xff, 0xd8 };

    uint8_t head[2];

    if (gms_sealed_size(fd, size) != GMS_OK) {
        return GMS_EBAD_FRAME;
    }

    if (*size > GMS_PUSH_BYTES_MAX) {
        return GMS_ETOOBIG;
    }

    return gms_sealed_read(fd, head, sizeof(head)) == GMS_OK
            && memcmp(head, soi, sizeof(soi)) == 0
        ? GMS_OK
        : GMS_EBAD_FRAME;
}


/* When the picture was taken, by our clock. */
static int64_t
push_taken(gms_push_way_t *way, int64_t taken_us, int64_t now_ns)
{
    int64_t took_ns, least_ns;

    if (taken_us <= 0 || taken_us > INT64_MAX / (2 * GMS_US)) {
        return now_ns;
    }

    took_ns = now_ns - taken_us * GMS_US;
    least_ns = way->least_ns < way->before_ns ? way->least_ns : way->before_ns;

    /* a clock that was set begins anew */
    if (!way->known || took_ns - least_ns > GMS_PUSH_AGE_MAX_NS
        || least_ns - took_ns > GMS_PUSH_AGE_MAX_NS)
    {
        way->known = true;
        way->since_ns = now_ns;
        way->least_ns = way->before_ns = took_ns;

    } else if (now_ns - way->since_ns > GMS_PUSH_WAY_NS) {
        way->since_ns = now_ns;
        way->before_ns = way->least_ns;
        way->least_ns = took_ns;

    } else if (took_ns < way->least_ns) {
        way->least_ns = took_ns;
    }

    least_ns = way->least_ns < way->before_ns ? way->least_ns : way->before_ns;

    return now_ns - (took_ns - least_ns);
}


/* Whether a picture of that sender is wanted now. */
static int
push_admit(gms_push_t *p, const char *sender, int64_t now_ns)
{
    if (strcmp(p->sender, sender) != 0) {
        if (p->last_ns != 0 && now_ns - p->last_ns < GMS_PUSH_SILENT_NS) {
            return GMS_ESTATE;
        }

        snprintf(p->sender, sizeof(p->sender), "%s", sender);
        p->way.known = false;
    }

    if (p->due_ns < now_ns) {
        p->due_ns = now_ns;
    }

    if (p->due_ns - now_ns > GMS_PUSH_BURST * p->least_ns) {
        return GMS_EAGAIN;
    }

    p->due_ns += p->least_ns;
    p->last_ns = now_ns;

    return GMS_OK;
}


int
gms_push_put(gms_push_t *p, const gms_push_picture_t *picture, int64_t now_ns,
    int64_t *interval_ns)
{
    size_t size;
    int    rc, fd, old;

    rc = push_check(picture->fd, &size);
    if (rc != GMS_OK) {
        return rc;
    }

    fd = fcntl(picture->fd, F_DUPFD_CLOEXEC, 3);
    if (fd == -1) {
        return GMS_ESYS;
    }

    pthread_mutex_lock(&p->lock);

    rc = push_admit(p, picture->sender, now_ns);
    *interval_ns = p->interval_ns;
    old = fd;

    if (rc == GMS_OK) {
        old = p->fd;
        p->replaced += old != -1;
        p->fd = fd;
        p->size = size;
        p->id++;
        p->came_ns = now_ns;
        p->dated = picture->taken_us > 0;
        p->taken_ns = push_taken(&p->way, picture->taken_us, now_ns);
        pthread_cond_signal(&p->came);
    }

    pthread_mutex_unlock(&p->lock);

    if (old != -1) {
        close(old);
    }

    return rc;
}


void
gms_push_behind(gms_push_t *p, bool behind)
{
    pthread_mutex_lock(&p->lock);

    p->interval_ns += behind ? p->interval_ns / GMS_PUSH_SLOWER
                             : -(p->interval_ns / GMS_PUSH_FASTER);

    if (p->interval_ns > GMS_PUSH_INTERVAL_MAX_NS) {
        p->interval_ns = GMS_PUSH_INTERVAL_MAX_NS;
    }
    if (p->interval_ns < p->least_ns) {
        p->interval_ns = p->least_ns;
    }

    pthread_mutex_unlock(&p->lock);
}


static void
push_close(gms_source_t *s)
{
    gms_push_run_t *run = s->run;

    gms_jpeg_destroy(run->jpeg);
    free(run->bytes);
    free(run);
}


static int
push_open(gms_source_t *s, char *err, size_t err_size)
{
    gms_push_run_t *run;
    double          none;
    int             rc;

    rc = gms_options_read(
        gms_push_table, &s->config.camera, "push:", &none, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    if (s->config.push == NULL) {
        snprintf(err, err_size,
            "push: is for lanes, whose camera is a page of the range: give a "
            "camera or a clip here");
        return GMS_EINVALID;
    }

    run = calloc(1, sizeof(*run));
    if (run != NULL) {
        run->jpeg = gms_jpeg_create();
    }

    if (run == NULL || run->jpeg == NULL) {
        free(run);
        snprintf(err, err_size, "not enough memory for a camera");
        return GMS_ENOMEM;
    }

    run->push = s->config.push;
    s->run = run;

    if (s->config.camera.width > 0) {
        snprintf(s->about.asked, sizeof(s->about.asked), "%dx%d",
            s->config.camera.width, s->config.camera.height);
    }

    return GMS_OK;
}


/* Takes the one that waits; its descriptor is the caller's.  -1: none came in
 * time. */
static int
push_take(gms_source_t *s, int timeout_ms, gms_frame_t *frame, size_t *size)
{
    gms_push_run_t *run = s->run;
    gms_push_t     *p = run->push;
    struct timespec until;
    int64_t         until_ns;
    int             fd, rc = 0;

    until_ns = gms_clock_mono_ns() + timeout_ms * GMS_MS;
    until.tv_sec = until_ns / GMS_S;
    until.tv_nsec = until_ns % GMS_S;

    pthread_mutex_lock(&p->lock);

    while (p->fd == -1 && rc == 0) {
        rc = pthread_cond_timedwait(&p->came, &p->lock, &until);
    }

    fd = p->fd;
    p->fd = -1;
    s->about.passed = p->replaced;

    if (fd != -1) {
        *size = p->size;
        frame->id = p->id - 1;
        frame->mono_ns = p->taken_ns;
        frame->handed_ns = p->came_ns;
        frame->exposed = p->dated;
        p->silent = false;
    }

    pthread_mutex_unlock(&p->lock);

    return fd;
}


/* No picture came: whose fault that may be is said once, then the lane waits
 * for as long as it takes. */
static int
push_silence(gms_source_t *s, char *err, size_t err_size)
{
    gms_push_run_t *run = s->run;
    gms_push_t     *p = run->push;
    int64_t         now = gms_clock_mono_ns(), since_ns;
    bool            ever, told;

    pthread_mutex_lock(&p->lock);
    ever = p->last_ns != 0;
    since_ns = ever ? p->last_ns : p->made_ns;
    told = p->silent || now - since_ns < GMS_PUSH_SILENT_NS;
    p->silent = p->silent || !told;
    pthread_mutex_unlock(&p->lock);

    if (told) {
        return GMS_EAGAIN;
    }

    if (ever) {
        snprintf(err, err_size,
            "no picture has come from the phone or laptop for %d s: is its "
            "page still open, its screen on, its network there?",
            (int) (GMS_PUSH_SILENT_NS / GMS_S));
    } else {
        snprintf(err, err_size,
            "no phone or laptop sends pictures yet: open "
            "/camera.html?lane=%s on it",
            s->config.name);
    }

    return GMS_ECAMERA_GONE;
}


/* The bytes of a descriptor, into memory of our own. */
static int
push_read(gms_push_run_t *run, int fd, size_t size)
{
    uint8_t *bytes;

    if (size > run->capacity) {
        bytes = realloc(run->bytes, size);
        if (bytes == NULL) {
            return GMS_ENOMEM;
        }

        run->bytes = bytes;
        run->capacity = size;
    }

    return gms_sealed_read(fd, run->bytes, size);
}


static int
push_bad(const gms_frame_t *frame, size_t size, char *err, size_t err_size)
{
    if (frame->width > 0) {
        snprintf(err, err_size,
            "the phone or laptop sent a picture of %d x %d: at most %d "
            "million pixels are taken",
            frame->width, frame->height, GMS_PUSH_PIXELS_MAX / 1000000);
    } else {
        snprintf(err, err_size,
            "the phone or laptop sent %zu bytes that are no JPEG", size);
    }

    return GMS_EBAD_FRAME;
}


static int
push_next(gms_source_t *s, gms_frame_t *frame, int timeout_ms, char *err,
    size_t err_size)
{
    gms_push_run_t *run = s->run;
    size_t          size;
    int             fd, rc;

    fd = push_take(s, timeout_ms, frame, &size);

    if (fd == -1) {
        return push_silence(s, err, err_size);
    }

    rc = push_read(run, fd, size);
    close(fd);

    if (rc == GMS_ENOMEM) {
        snprintf(err, err_size, "not enough memory for a picture");
        return rc;
    }

    if (rc != GMS_OK
        || gms_jpeg_size(
               run->jpeg, run->bytes, size, &frame->width, &frame->height)
            != GMS_OK
        || (int64_t) frame->width * frame->height > GMS_PUSH_PIXELS_MAX)
    {
        return push_bad(frame, size, err, err_size);
    }

    /* a picture is newer than the one before, whatever its clock says */
    if (frame->mono_ns <= run->mono_ns) {
        frame->mono_ns = run->mono_ns + 1;
    }
    if (frame->mono_ns > frame->handed_ns) {
        frame->mono_ns = frame->handed_ns;
    }

    run->mono_ns = frame->mono_ns;
    frame->real_ns =
        gms_clock_real_ns() - (gms_clock_mono_ns() - frame->mono_ns);
    frame->jpeg = run->bytes;
    frame->jpeg_size = size;

    return GMS_OK;
}


const gms_source_ops_t gms_source_push = {
    .name = "push",
    .kind = GMS_CAMERA_PUSH,
    .open = push_open,
    .next = push_next,
    .close = push_close,
};
