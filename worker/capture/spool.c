/* gms_spool: see spool.h. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spool.h"
#include "video.h"
#include "../../ipc/error.h"

/* Shorter than a lane may be silent. */
#define GMS_SPOOL_FIRST_MS 8000

/* A recording of ten days is none. */
#define GMS_SPOOL_TIME_MAX INT64_C(864000000000000)

typedef struct {
    int64_t offset;
    int64_t t_ns;
    size_t  size;
} gms_spooled_t;

struct gms_spool_s {
    gms_video_t        *video;
    int                 fd; /* the temporary file; -1: they are wanted once */
    bool                over;
    gms_video_picture_t newest;
    gms_spooled_t      *picture;
    size_t              pictures;
    size_t              capacity;
    int64_t             bytes; /* in the file */
};


bool
gms_spool_is_video(int fd)
{
    static const char *const boxes[] = { "ftyp", "moov", "mdat", "wide", "free",
        "skip" };
    uint8_t                  b[12];

    if (pread(fd, b, sizeof(b), 0) != (ssize_t) sizeof(b)) {
        return false;
    }

    for (size_t i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++) {
        if (memcmp(b + 4, boxes[i], 4) == 0) {
            return true;
        }
    }

    return memcmp(b, "\x1a\x45\xdf\xa3", 4) == 0
        || (memcmp(b, "RIFF", 4) == 0 && memcmp(b + 8, "AVI ", 4) == 0);
}


static int
spool_file(void)
{
    const char *dir;
    char        path[4096];
    int         fd;

    dir = getenv("TMPDIR");
    snprintf(path, sizeof(path), "%s/gmshoot-XXXXXX",
        dir != NULL && dir[0] == '/' ? dir : "/var/tmp");
    fd = mkostemp(path, O_CLOEXEC);

    if (fd != -1) {
        unlink(path);
    }

    return fd;
}


static bool
spool_put(int fd, const uint8_t *bytes, size_t size, int64_t at)
{
    ssize_t n;

    while (size > 0) {
        n = pwrite(fd, bytes, size, at);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }

        bytes += n;
        size -= (size_t) n;
        at += n;
    }

    return true;
}


/* The newest; GMS_EEND with a sentence: there is no room for it. */
static int
spool_add(gms_spool_t *s, char *err, size_t err_size)
{
    gms_spooled_t *p;
    size_t         capacity;

    if (s->pictures == s->capacity) {
        capacity = s->capacity != 0 ? 2 * s->capacity : 1024;
        p = s->pictures < GMS_SPOOL_PICTURES_MAX
            ? realloc(s->picture, capacity * sizeof(*p))
            : NULL;
        if (p == NULL) {
            snprintf(err, err_size, "the clip has too many pictures");
            return GMS_EEND;
        }

        s->picture = p;
        s->capacity = capacity;
    }

    if (s->fd != -1
        && (s->bytes > GMS_SPOOL_BYTES_MAX
            || !spool_put(s->fd, s->newest.jpeg, s->newest.size, s->bytes)))
    {
        snprintf(err, err_size,
            "there is no room for the clip's pictures: %s (TMPDIR names the "
            "folder)",
            s->bytes > GMS_SPOOL_BYTES_MAX ? "it is too long"
                                           : strerror(errno));
        return GMS_EEND;
    }

    p = &s->picture[s->pictures];
    p->offset = s->bytes;
    p->size = s->newest.size;
    p->t_ns = s->newest.t_ns;

    if (p->t_ns < 0 || p->t_ns > GMS_SPOOL_TIME_MAX
        || (s->pictures > 0 && p->t_ns < p[-1].t_ns))
    {
        p->t_ns = s->pictures > 0 ? p[-1].t_ns : 0;
    }

    s->bytes += (int64_t) s->newest.size;
    s->pictures++;

    return GMS_OK;
}


int
gms_spool_reach(
    gms_spool_t *s, size_t n, int timeout_ms, char *err, size_t err_size)
{
    int rc;

    while (s->pictures <= n) {
        if (s->over) {
            return GMS_EEND;
        }

        rc = gms_video_next(s->video, &s->newest, timeout_ms, err, err_size);
        rc = rc == GMS_OK ? spool_add(s, err, err_size) : rc;

        if (rc == GMS_EEND) {
            s->over = true;
            gms_video_close(s->video);
            s->video = NULL;
        }

        if (rc != GMS_OK) {
            return rc;
        }
    }

    return GMS_OK;
}


int
gms_spool_open(gms_spool_t **spool, int fd, const char *path, bool again,
    double *fps, char *err, size_t err_size)
{
    gms_spool_t *s;
    const char  *name;
    int          rc;

    s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return GMS_ENOMEM;
    }

    s->fd = -1;
    name = strrchr(path, '/');
    s->video =
        gms_video_open(fd, name != NULL ? name + 1 : path, err, err_size);
    rc = s->video != NULL ? GMS_OK : GMS_EINVALID;

    if (rc == GMS_OK && again) {
        s->fd = spool_file();

        if (s->fd == -1) {
            snprintf(err, err_size, "its pictures cannot be kept: %s",
                strerror(errno));
            rc = GMS_EINVALID;
        }
    }

    while (rc == GMS_OK && s->pictures == 0) {
        rc = gms_spool_reach(s, 0, GMS_SPOOL_FIRST_MS, err, err_size);

        if (rc == GMS_EAGAIN) {
            snprintf(err, err_size, "its first picture does not come");
        }

        rc = rc == GMS_OK || rc == GMS_EBAD_FRAME ? GMS_OK : GMS_EINVALID;
    }

    if (rc != GMS_OK) {
        gms_spool_close(s);
        return rc;
    }

    *fps = s->newest.fps;
    *spool = s;

    return GMS_OK;
}


void
gms_spool_close(gms_spool_t *s)
{
    if (s == NULL) {
        return;
    }

    gms_video_close(s->video);

    if (s->fd != -1) {
        close(s->fd);
    }

    free(s->picture);
    free(s);
}


size_t
gms_spool_pictures(const gms_spool_t *s)
{
    return s->pictures;
}


int64_t
gms_spool_time_ns(const gms_spool_t *s, size_t n)
{
    return s->picture[n].t_ns;
}


int
gms_spool_read(const gms_spool_t *s, size_t n, uint8_t **bytes,
    size_t *capacity, size_t *size)
{
    const gms_spooled_t *p = &s->picture[n];
    uint8_t             *grown;

    if (p->size > *capacity) {
        grown = realloc(*bytes, p->size + p->size / 4);
        if (grown == NULL) {
            return GMS_ENOMEM;
        }

        *bytes = grown;
        *capacity = p->size + p->size / 4;
    }

    if (s->fd == -1) {
        if (n + 1 != s->pictures || s->video == NULL) {
            return GMS_EBAD_FRAME;
        }
        memcpy(*bytes, s->newest.jpeg, p->size);

    } else if (pread(s->fd, *bytes, p->size, p->offset) != (ssize_t) p->size) {
        return GMS_EBAD_FRAME;
    }

    *size = p->size;

    return GMS_OK;
}
