/* gms_video: see video.h. */

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "av.h"
#include "video.h"
#include "../../av/wire.h"
#include "../../ipc/error.h"
#include "../base/clock.h"

/* A picture that takes longer to decode never comes. */
#define GMS_VIDEO_HANGS_NS (20 * GMS_S)

struct gms_video_s {
    gms_av_t        av;
    gms_av_header_t header; /* arriving */
    size_t          have;   /* bytes of it and of what follows it */
    uint8_t        *bytes;
    size_t          capacity;
    int64_t         deadline_ns;
    bool            ended;
    char            why[GMS_AV_SENTENCE_MAX];
};


gms_video_t *
gms_video_open(int fd, const char *name, char *err, size_t err_size)
{
    gms_video_t *v;
    char         text[GMS_AV_LINE_MAX];
    int          n;

    v = calloc(1, sizeof(*v));
    if (v == NULL) {
        snprintf(err, err_size, "not enough memory for a clip");
        return NULL;
    }

    gms_av_init(&v->av);

    /* a line, whatever the name is made of */
    n = snprintf(text, sizeof(text), "file %.200s\n\n", name);
    for (int i = 0; i < n - 2; i++) {
        if ((unsigned char) text[i] < ' ') {
            text[i] = '?';
        }
    }

    if (lseek(fd, 0, SEEK_SET) != 0
        || gms_av_start(&v->av, fd, err, err_size) != GMS_OK)
    {
        gms_video_close(v);
        return NULL;
    }

    if (send(v->av.to, text, (size_t) n, MSG_NOSIGNAL | MSG_DONTWAIT) != n) {
        snprintf(err, err_size, "gmshoot-av does not listen");
        gms_video_close(v);
        return NULL;
    }

    v->deadline_ns = gms_clock_mono_ns() + GMS_VIDEO_HANGS_NS;

    return v;
}


void
gms_video_close(gms_video_t *v)
{
    if (v != NULL) {
        gms_av_stop(&v->av);
        free(v->bytes);
        free(v);
    }
}


static bool
video_room(gms_video_t *v)
{
    uint8_t *bytes;
    size_t   size = v->header.size;

    if (v->header.magic != GMS_AV_MAGIC || size == 0 || size > GMS_AV_BYTES_MAX
        || v->header.slot
            != (v->header.kind == GMS_AV_PICTURE ? GMS_AV_NO_SLOT : 0)
        || (v->header.kind != GMS_AV_PICTURE && size >= GMS_AV_SENTENCE_MAX))
    {
        return false;
    }

    if (size > v->capacity) {
        bytes = realloc(v->bytes, size + size / 4);
        if (bytes == NULL) {
            return false;
        }
        v->bytes = bytes;
        v->capacity = size + size / 4;
    }

    return true;
}


/* GMS_OK: a message is whole; GMS_EAGAIN; GMS_EEND: there will be none. */
static int
video_read(gms_video_t *v)
{
    const size_t head = sizeof(v->header);
    ssize_t      n;

    for (;;) {
        n = v->have < head
            ? read(v->av.from, (uint8_t *) &v->header + v->have, head - v->have)
            : read(v->av.from, v->bytes + (v->have - head),
                head + v->header.size - v->have);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            return GMS_EAGAIN;
        }
        if (n <= 0) {
            return GMS_EEND;
        }

        v->have += (size_t) n;

        if (v->have == head && !video_room(v)) {
            return GMS_EEND;
        }
        if (v->have > head && v->have == head + v->header.size) {
            v->have = 0;
            return GMS_OK;
        }
    }
}


static int
video_message(
    gms_video_t *v, gms_video_picture_t *picture, char *err, size_t err_size)
{
    v->deadline_ns = 0;

    if (v->header.kind == GMS_AV_PICTURE) {
        picture->jpeg = v->bytes;
        picture->size = v->header.size;
        picture->t_ns = v->header.mono_ns;
        picture->fps = v->header.rate / 1000.0;
        return GMS_OK;
    }

    snprintf(
        err, err_size, "%.*s", (int) v->header.size, (const char *) v->bytes);

    if (v->header.kind == GMS_AV_SPOILT) {
        return GMS_EBAD_FRAME;
    }

    v->ended = true;
    snprintf(v->why, sizeof(v->why), "%.*s", (int) v->header.size,
        (const char *) v->bytes);

    return GMS_EEND;
}


int
gms_video_next(gms_video_t *v, gms_video_picture_t *picture, int timeout_ms,
    char *err, size_t err_size)
{
    struct pollfd in = { .fd = v->av.from, .events = POLLIN };
    int64_t       now, until;
    int           rc;

    now = gms_clock_mono_ns();
    until = now + timeout_ms * GMS_MS;

    /* it decodes ahead as far as the pipe holds: time counts from the asking */
    if (v->deadline_ns == 0) {
        v->deadline_ns = now + GMS_VIDEO_HANGS_NS;
    }

    while (!v->ended) {
        rc = video_read(v);

        if (rc == GMS_OK) {
            return video_message(v, picture, err, err_size);
        }

        now = gms_clock_mono_ns();

        if (rc == GMS_EEND || now > v->deadline_ns) {
            v->ended = true;
            snprintf(v->why, sizeof(v->why), "gmshoot-av %s",
                rc == GMS_EEND ? "has ended" : "hangs");

        } else if (now >= until) {
            return GMS_EAGAIN;

        } else {
            poll(&in, 1, (int) ((until - now) / GMS_MS) + 1);
        }
    }

    snprintf(err, err_size, "%s", v->why);

    return GMS_EEND;
}
