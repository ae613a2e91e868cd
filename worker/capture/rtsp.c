/*
 * gms_source_rtsp: a camera that streams video.  gmshoot-av, started from
 * beside this program, holds the connection and gives gray planes, and JPEGs
 * when they are wanted (av/wire.h); when it ends, hangs or lies, the camera is
 * gone and the next open starts another.
 *
 * Address, user and password go to it through its standard input: they stand
 * in no list of processes.  No sentence names more than host and path.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "av.h"
#include "credentials.h"
#include "option.h"
#include "source.h"
#include "../../av/wire.h"
#include "../../ipc/error.h"
#include "../base/clock.h"

#define GMS_RTSP_PROGRAM "gmshoot-av"

/* gmshoot-av has shorter patience and says why; this is for when it hangs. */
#define GMS_RTSP_FIRST_NS (20 * GMS_S)
#define GMS_RTSP_NEXT_NS (8 * GMS_S)

/* At a time: who writes without end must not keep the caller. */
#define GMS_RTSP_READS 1000

#define GMS_RTSP_FIRST_BYTES (256 * 1024)

/* A JPEG that is wanted more seldom is not wanted. */
#define GMS_RTSP_SELDOM_NS (3600 * GMS_S)

/* Of addresses: what is not used takes none. */
#define GMS_RTSP_MEMORY (GMS_AV_SLOTS * GMS_AV_PLANE_MAX)

typedef struct {
    uint8_t *bytes;
    size_t   capacity;
} gms_rtsp_buffer_t;

typedef struct {
    double transport;
    double verify;

    gms_av_t    av;
    uint8_t    *memory;  /* slots of planes, which gmshoot-av fills */
    uint32_t    held;    /* the slot that was handed out, or GMS_AV_NO_SLOT */
    int64_t     jpeg_ns; /* that it was told */
    gms_jpeg_t *jpeg;
    uint64_t    id;
    int64_t     deadline_ns;

    gms_av_header_t   header; /* arriving */
    size_t            have;   /* bytes of header and what follows it */
    gms_rtsp_buffer_t next;
    gms_rtsp_buffer_t last; /* the newest whole picture */
    gms_av_header_t   fresh;
    bool              is_fresh;
    char              said[GMS_AV_SENTENCE_MAX]; /* "": nothing */
    bool              gone;
} gms_rtsp_t;

static const char *const gms_rtsp_transports[] = { "tcp", "udp", NULL };

static const gms_option_t gms_rtsp_table[] = {
    { .key = "transport",
        .words = gms_rtsp_transports,
        .offset = offsetof(gms_rtsp_t, transport),
        .text = "tcp, or udp" },
    { .key = "credentials",
        .words = gms_option_path,
        .text = "a file with one line, user:password" },
    { .key = "ca",
        .words = gms_option_path,
        .text = "a file with certificates that vouch for the camera's" },
    { .key = "verify",
        .words = gms_option_verify,
        .offset = offsetof(gms_rtsp_t, verify),
        .text = "yes, or no: believe any certificate" },
    { .key = "presets",
        .words = gms_option_path,
        .text = "a file with the request that sets a zoom preset" },
    { .key = NULL },
};


static void
rtsp_free(gms_rtsp_t *run)
{
    gms_av_stop(&run->av);

    if (run->memory != NULL) {
        munmap(run->memory, GMS_RTSP_MEMORY);
    }

    gms_jpeg_destroy(run->jpeg);
    free(run->next.bytes);
    free(run->last.bytes);
    free(run);
}


/* Its size is for good: who is not trusted shares it.  -1: errno says why. */
static int
rtsp_memory(gms_rtsp_t *run)
{
    int   fd;
    void *at;

    fd = memfd_create("gmshoot-av", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd == -1) {
        return -1;
    }

    at = ftruncate(fd, (off_t) GMS_RTSP_MEMORY) == 0
            && fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
                == 0
        ? mmap(NULL, GMS_RTSP_MEMORY, PROT_READ, MAP_SHARED, fd, 0)
        : MAP_FAILED;

    if (at == MAP_FAILED) {
        close(fd);
        return -1;
    }

    run->memory = at;

    return fd;
}


static int
rtsp_start(gms_rtsp_t *run, char *err, size_t err_size)
{
    int memory, rc;

    memory = rtsp_memory(run);
    if (memory == -1) {
        snprintf(err, err_size, "%s cannot be started: %s", GMS_RTSP_PROGRAM,
            strerror(errno));
        return GMS_ECAMERA_GONE;
    }

    rc = gms_av_start(&run->av, memory, err, err_size);
    close(memory);

    return rc;
}


/* There is room for all of it. */
static bool
rtsp_ask(gms_rtsp_t *run, const gms_camera_t *camera,
    const gms_credentials_t *credentials)
{
    const char *ca = gms_camera_option(camera, "ca");
    char        text[2 * GMS_AV_LINE_MAX];
    int         n;
    bool        fine;

    n = snprintf(text, sizeof(text),
        "url %s\ntransport %s\nfps %g\n%s%s%sverify %s\n", camera->locator,
        gms_rtsp_transports[(size_t) run->transport], camera->fps,
        ca != NULL ? "ca " : "", ca != NULL ? ca : "", ca != NULL ? "\n" : "",
        gms_option_verify[(size_t) run->verify]);

    if (credentials->user[0] != '\0' && n > 0 && (size_t) n < sizeof(text)) {
        n += snprintf(text + n, sizeof(text) - (size_t) n,
            "user %s\npassword %s\n", credentials->user, credentials->password);
    }

    if (n > 0 && (size_t) n + 1 < sizeof(text)) {
        text[n++] = '\n';
    }

    fine = n > 0 && (size_t) n < sizeof(text)
        && send(run->av.to, text, (size_t) n, MSG_NOSIGNAL | MSG_DONTWAIT) == n;
    explicit_bzero(text, sizeof(text));

    return fine;
}


static int
rtsp_setup(
    gms_rtsp_t *run, const gms_camera_t *camera, char *err, size_t err_size)
{
    gms_credentials_t credentials;
    int               rc;
    bool              asked;

    rc = gms_options_read(gms_rtsp_table, camera, "rtsp:", run, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    if (strpbrk(camera->locator, "\r\n") != NULL) {
        snprintf(err, err_size,
            "the camera's address is no URL like "
            "rtsp://192.168.1.20/stream1");
        return GMS_EINVALID;
    }

    if (strncmp(camera->locator, "rtsps:", 6) == 0 && run->transport != 0) {
        snprintf(err, err_size,
            "transport=udp would send the pictures of rtsps:// unencrypted; it "
            "goes over tcp");
        return GMS_EINVALID;
    }

    run->jpeg = gms_jpeg_create();
    if (run->jpeg == NULL) {
        snprintf(err, err_size, "not enough memory for a camera");
        return GMS_ENOMEM;
    }

    rc = gms_credentials_read(&credentials, camera, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    rc = rtsp_start(run, err, err_size);
    if (rc != GMS_OK) {
        gms_credentials_forget(&credentials);
        return rc;
    }

    asked = rtsp_ask(run, camera, &credentials);
    gms_credentials_forget(&credentials);

    if (!asked) {
        snprintf(err, err_size, "%s does not listen", GMS_RTSP_PROGRAM);
        return GMS_ECAMERA_GONE;
    }

    run->deadline_ns = gms_clock_mono_ns() + GMS_RTSP_FIRST_NS;

    return GMS_OK;
}


static int
rtsp_open(gms_source_t *s, char *err, size_t err_size)
{
    gms_rtsp_t *run;
    int         rc;

    run = calloc(1, sizeof(gms_rtsp_t));
    if (run == NULL) {
        snprintf(err, err_size, "not enough memory for a camera");
        return GMS_ENOMEM;
    }

    gms_av_init(&run->av);
    run->held = GMS_AV_NO_SLOT;

    rc = rtsp_setup(run, &s->config.camera, err, err_size);
    if (rc != GMS_OK) {
        rtsp_free(run);
        return rc;
    }

    s->run = run;

    return GMS_OK;
}


static void
rtsp_close(gms_source_t *s)
{
    rtsp_free(s->run);
}


static bool
rtsp_room(gms_rtsp_buffer_t *buffer, size_t size)
{
    uint8_t *bytes;
    size_t   capacity;

    if (size <= buffer->capacity) {
        return true;
    }

    capacity = buffer->capacity != 0 ? buffer->capacity : GMS_RTSP_FIRST_BYTES;
    while (capacity < size) {
        capacity *= 2;
    }

    bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        return false;
    }

    buffer->bytes = bytes;
    buffer->capacity = capacity;

    return true;
}


static void
rtsp_gone(gms_rtsp_t *run, const char *why)
{
    run->gone = true;
    snprintf(run->said, sizeof(run->said), "%s", why);
}


/* Short lines, which it reads at every picture; when there is no room for them
 * it has not read for long.  One that has ended has said why. */
static void
rtsp_tell(gms_rtsp_t *run, const char *word, long n)
{
    char line[40];
    int  size;

    size = snprintf(line, sizeof(line), "%s %ld\n", word, n);

    if (send(run->av.to, line, (size_t) size, MSG_NOSIGNAL | MSG_DONTWAIT)
            != size
        && errno != EPIPE)
    {
        rtsp_gone(run, GMS_RTSP_PROGRAM " does not listen");
    }
}


static void
rtsp_give_back(gms_rtsp_t *run, uint32_t slot)
{
    if (slot != GMS_AV_NO_SLOT) {
        rtsp_tell(run, "free", slot);
    }
}


/* A whole message has come. */
static void
rtsp_message(gms_source_t *s)
{
    gms_rtsp_t       *run = s->run;
    gms_rtsp_buffer_t last;
    uint32_t          passed;

    run->have = 0;

    if (run->header.kind == GMS_AV_PICTURE) {
        if (run->is_fresh) {
            rtsp_give_back(run, run->fresh.slot);
        }
        last = run->last;
        run->last = run->next;
        run->next = last;
        passed = run->header.missed + (run->is_fresh ? 1 : 0);
        run->id += passed;
        s->about.passed += passed;
        run->fresh = run->header;
        run->is_fresh = true;
        return;
    }

    snprintf(run->said, sizeof(run->said), "%.*s",
        (int) (run->header.size < sizeof(run->said) ? run->header.size
                                                    : sizeof(run->said) - 1),
        (const char *) run->next.bytes);
    run->gone = run->header.kind == GMS_AV_GONE;
}


static bool
rtsp_sound(const gms_av_header_t *h)
{
    if (h->magic != GMS_AV_MAGIC || h->size > GMS_AV_BYTES_MAX) {
        return false;
    }

    if (h->kind == GMS_AV_PICTURE && h->slot != GMS_AV_NO_SLOT) {
        return h->slot < GMS_AV_SLOTS && h->width > 0 && h->height > 0
            && h->width <= GMS_AV_SIDE_MAX && h->height <= GMS_AV_SIDE_MAX
            && GMS_AV_ROW(h->width) * h->height <= GMS_AV_PLANE_MAX;
    }

    return h->size > 0
        && (h->kind == GMS_AV_PICTURE
            || ((h->kind == GMS_AV_SPOILT || h->kind == GMS_AV_GONE)
                && h->size < GMS_AV_SENTENCE_MAX));
}


/* Takes what is there; false: nothing is. */
static bool
rtsp_read(gms_source_t *s)
{
    gms_rtsp_t *run = s->run;
    uint8_t    *to;
    size_t      want, head;
    ssize_t     n;

    head = sizeof(run->header);

    if (run->have < head) {
        to = (uint8_t *) &run->header + run->have;
        want = head - run->have;
    } else {
        to = run->next.bytes + (run->have - head);
        want = head + run->header.size - run->have;
    }

    n = read(run->av.from, to, want);

    if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR)) {
        rtsp_gone(run, GMS_RTSP_PROGRAM " has ended");
        return true;
    }

    if (n == -1) {
        return false;
    }

    run->have += (size_t) n;

    if (run->have == head
        && (!rtsp_sound(&run->header)
            || !rtsp_room(&run->next, run->header.size)))
    {
        rtsp_gone(run, GMS_RTSP_PROGRAM " says what cannot be understood");

    } else if (run->have >= head && run->have == head + run->header.size) {
        rtsp_message(s);
    }

    return true;
}


static int
rtsp_picture(gms_rtsp_t *run, gms_frame_t *frame, char *err, size_t err_size)
{
    int64_t late;

    run->is_fresh = false;
    run->held = run->fresh.slot;
    run->deadline_ns = gms_clock_mono_ns() + GMS_RTSP_NEXT_NS;

    if (run->held != GMS_AV_NO_SLOT) {
        frame->gray.px = run->memory + run->held * GMS_AV_PLANE_MAX;
        frame->gray.width = frame->width = (int) run->fresh.width;
        frame->gray.height = frame->height = (int) run->fresh.height;
        frame->gray.stride = (int) GMS_AV_ROW(run->fresh.width);

    } else if (gms_jpeg_size(run->jpeg, run->last.bytes, run->fresh.size,
                   &frame->width, &frame->height)
        != GMS_OK)
    {
        snprintf(err, err_size, "the camera gave %u bytes that are no JPEG",
            run->fresh.size);
        return GMS_EBAD_FRAME;
    }

    late = gms_clock_mono_ns() - run->fresh.mono_ns;

    frame->id = run->id++;
    frame->mono_ns = run->fresh.mono_ns;
    frame->real_ns = gms_clock_real_ns() - late;
    frame->jpeg = run->last.bytes;
    frame->jpeg_size = run->fresh.size;

    return GMS_OK;
}


static int
rtsp_next(gms_source_t *s, gms_frame_t *frame, int timeout_ms, char *err,
    size_t err_size)
{
    gms_rtsp_t   *run = s->run;
    struct pollfd in;
    int64_t       until, left_ms;
    unsigned      n;

    until = gms_clock_mono_ns() + timeout_ms * GMS_MS;

    rtsp_give_back(run, run->held);
    run->held = GMS_AV_NO_SLOT;

    if (s->jpeg_ns != run->jpeg_ns) {
        run->jpeg_ns = s->jpeg_ns;
        rtsp_tell(run, "jpeg",
            s->jpeg_ns > GMS_RTSP_SELDOM_NS ? -1
                                            : (long) (s->jpeg_ns / GMS_MS));
    }

    for (;;) {
        for (n = 0; n < GMS_RTSP_READS && !run->gone && rtsp_read(s); n++) {
            continue;
        }

        if (run->is_fresh) {
            return rtsp_picture(run, frame, err, err_size);
        }

        if (!run->gone && gms_clock_mono_ns() > run->deadline_ns) {
            rtsp_gone(run, GMS_RTSP_PROGRAM " hangs");
        }

        if (run->said[0] != '\0') {
            snprintf(err, err_size, "%s", run->said);
            run->said[0] = '\0';
            return run->gone ? GMS_ECAMERA_GONE : GMS_EBAD_FRAME;
        }

        left_ms = (until - gms_clock_mono_ns() + GMS_MS - 1) / GMS_MS;
        if (left_ms <= 0) {
            return GMS_EAGAIN;
        }

        in.fd = run->av.from;
        in.events = POLLIN;
        poll(&in, 1, (int) left_ms);
    }
}


const gms_source_ops_t gms_source_rtsp = {
    .name = "rtsp",
    .kind = GMS_CAMERA_RTSP,
    .open = rtsp_open,
    .next = rtsp_next,
    .close = rtsp_close,
    .truth = NULL,
};
