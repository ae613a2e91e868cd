/*
 * gms_avi: see avi.h.
 *
 * RIFF is a tree of chunks {four letters, size, bytes, padding to an even
 * size}; those named RIFF and LIST hold four more letters and then chunks.
 * Lists that matter are entered by stepping over their heads alone, so that
 * their sizes, which a recorder that was killed never wrote, do not matter.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "avi.h"
#include "../../ipc/error.h"

#define GMS_AVI_HEAD 8
#define GMS_AVI_LIST 12

/* Chunks walked: pictures, sound and whatever lies between. */
#define GMS_AVI_CHUNKS_MAX (3 * GMS_AVI_FRAMES_MAX)

#define GMS_AVI_CONVERT "convert it: ffmpeg -i IN -c:v mjpeg -q:v 3 -an OUT.avi"

typedef struct {
    gms_avi_t *avi;
    int        fd;
    uint64_t   size; /* of the file */
    uint64_t   pos;
    uint32_t   chunks;
    int        streams; /* strh seen so far */
    int        video;   /* number of the first video stream, -1: none yet */
    bool       mjpeg;
    char       codec[5];
} gms_avi_walk_t;


static uint32_t
gms_avi_u32(const uint8_t *p)
{
    return (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16
        | (uint32_t) p[3] << 24;
}


static bool
gms_avi_is(const uint8_t *p, const char *name)
{
    return memcmp(p, name, 4) == 0;
}


/* Bytes read from there, fewer at the end of the file; < 0: errno. */
static ssize_t
gms_avi_read(int fd, void *buf, size_t size, uint64_t offset)
{
    size_t  done;
    ssize_t n;

    for (done = 0; done < size; done += (size_t) n) {
        n = pread(
            fd, (char *) buf + done, size - done, (off_t) (offset + done));

        if (n < 0 && errno == EINTR) {
            n = 0;
            continue;
        }

        if (n < 0) {
            return -1;
        }

        if (n == 0) {
            break;
        }
    }

    return (ssize_t) done;
}


static int
gms_avi_add(gms_avi_t *avi, uint64_t offset, uint32_t size)
{
    size_t           capacity;
    gms_avi_frame_t *frame;

    if (avi->frames == avi->capacity) {
        capacity = avi->capacity ? avi->capacity * 2 : 256;

        frame = realloc(avi->frame, capacity * sizeof(gms_avi_frame_t));
        if (frame == NULL) {
            return GMS_ENOMEM;
        }

        avi->frame = frame;
        avi->capacity = capacity;
    }

    avi->frame[avi->frames].offset = offset;
    avi->frame[avi->frames].size = size;
    avi->frames++;

    if (size > avi->largest) {
        avi->largest = size;
    }

    return GMS_OK;
}


/* Header of a stream: the first one of video is ours. */
static void
gms_avi_strh(gms_avi_walk_t *w, uint32_t size)
{
    double  fps;
    uint8_t b[28];

    w->streams++;

    if (w->video >= 0 || size < sizeof(b)
        || gms_avi_read(w->fd, b, sizeof(b), w->pos + GMS_AVI_HEAD)
            != (ssize_t) sizeof(b)
        || !gms_avi_is(b, "vids"))
    {
        return;
    }

    w->video = w->streams - 1;

    /* dwRate / dwScale */
    if (gms_avi_u32(b + 20) > 0) {
        fps = (double) gms_avi_u32(b + 24) / gms_avi_u32(b + 20);

        if (fps >= 0.01 && fps <= 1000) {
            w->avi->fps = fps;
        }
    }
}


/* Format of a stream: biCompression tells how it is coded. */
static void
gms_avi_strf(gms_avi_walk_t *w, uint32_t size)
{
    uint8_t b[20];

    static const char *const names[] = { "MJPG", "mjpg", "JPEG", "jpeg", "AVRn",
        "dmb1", "IJPG" };

    if (w->video < 0 || w->video != w->streams - 1 || size < sizeof(b)
        || gms_avi_read(w->fd, b, sizeof(b), w->pos + GMS_AVI_HEAD)
            != (ssize_t) sizeof(b))
    {
        return;
    }

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        w->mjpeg = w->mjpeg || gms_avi_is(b + 16, names[i]);
    }

    for (int i = 0; i < 4; i++) {
        char c = (char) b[16 + i];

        w->codec[i] = c >= ' ' && c <= '~' ? c : '?';
    }
}


/* A chunk of pictures: "00dc" or "00db" with the number of the stream. */
static int
gms_avi_picture(gms_avi_walk_t *w, uint32_t size)
{
    uint64_t   offset = w->pos + GMS_AVI_HEAD;
    gms_avi_t *avi = w->avi;

    if (avi->frames >= GMS_AVI_FRAMES_MAX) {
        avi->broken = true;
        return GMS_EEND;
    }

    /* an empty chunk stands for "the same picture again" */
    if (size == 0) {
        if (avi->frames == 0) {
            return GMS_OK;
        }

        offset = avi->frame[avi->frames - 1].offset;
        size = avi->frame[avi->frames - 1].size;
    }

    return gms_avi_add(avi, offset, size);
}


static bool
gms_avi_is_video(const gms_avi_walk_t *w, const uint8_t *id)
{
    return w->video >= 0 && id[0] == '0' + w->video / 10
        && id[1] == '0' + w->video % 10 && id[2] == 'd'
        && (id[3] == 'c' || id[3] == 'b');
}


static bool
gms_avi_is_name(const uint8_t *id)
{
    for (int i = 0; i < 4; i++) {
        if (id[i] < ' ' || id[i] > '~') {
            return false;
        }
    }

    return true;
}


/* One chunk; GMS_EEND behind the last one. */
static int
gms_avi_chunk(gms_avi_walk_t *w)
{
    int      rc;
    uint8_t  b[GMS_AVI_LIST];
    ssize_t  n;
    uint32_t size;

    n = gms_avi_read(w->fd, b, sizeof(b), w->pos);
    if (n < 0) {
        return GMS_ESYS;
    }

    /* the file may have grown since its size was asked for */
    if (n < GMS_AVI_HEAD || w->pos + GMS_AVI_HEAD > w->size) {
        w->avi->broken = n > 0;
        return GMS_EEND;
    }

    if (!gms_avi_is_name(b) || w->chunks++ >= GMS_AVI_CHUNKS_MAX) {
        w->avi->broken = true;
        return GMS_EEND;
    }

    if (gms_avi_is(b, "RIFF") || gms_avi_is(b, "LIST")) {
        if (n < GMS_AVI_LIST) {
            w->avi->broken = true;
            return GMS_EEND;
        }

        if (gms_avi_is(b + 8, "AVI ") || gms_avi_is(b + 8, "AVIX")
            || gms_avi_is(b + 8, "hdrl") || gms_avi_is(b + 8, "strl")
            || gms_avi_is(b + 8, "movi") || gms_avi_is(b + 8, "rec "))
        {
            w->pos += GMS_AVI_LIST;
            return GMS_OK;
        }
    }

    size = gms_avi_u32(b + 4);

    if (size > w->size - w->pos - GMS_AVI_HEAD) {
        w->avi->broken = true;
        return GMS_EEND;
    }

    rc = GMS_OK;

    if (gms_avi_is(b, "strh")) {
        gms_avi_strh(w, size);

    } else if (gms_avi_is(b, "strf")) {
        gms_avi_strf(w, size);

    } else if (gms_avi_is_video(w, b)) {
        rc = gms_avi_picture(w, size);
    }

    w->pos += (uint64_t) GMS_AVI_HEAD + size + (size & 1);

    return rc;
}


static int
gms_avi_verdict(const gms_avi_walk_t *w, char *err, size_t err_size)
{
    if (w->video < 0) {
        snprintf(err, err_size, "it is an AVI file without video");
        return GMS_EINVALID;
    }

    if (!w->mjpeg) {
        snprintf(err, err_size,
            "its video is coded as \"%s\", not as MJPEG; " GMS_AVI_CONVERT,
            w->codec);
        return GMS_EINVALID;
    }

    if (w->avi->frames == 0) {
        snprintf(err, err_size, "it holds no picture%s",
            w->avi->broken ? ": it is cut off before the first" : "");
        return GMS_EINVALID;
    }

    return GMS_OK;
}


int
gms_avi_open(gms_avi_t *avi, int fd, char *err, size_t err_size)
{
    int            rc;
    uint8_t        b[GMS_AVI_LIST];
    struct stat    st;
    gms_avi_walk_t w = { .avi = avi, .fd = fd, .video = -1 };

    memset(avi, 0, sizeof(gms_avi_t));

    if (fstat(fd, &st) != 0) {
        snprintf(err, err_size, "it cannot be read: %s", strerror(errno));
        return GMS_ESYS;
    }

    w.size = (uint64_t) st.st_size;

    if (w.size == 0) {
        snprintf(err, err_size, "it is empty");
        return GMS_EINVALID;
    }

    if (gms_avi_read(fd, b, sizeof(b), 0) != (ssize_t) sizeof(b)
        || !gms_avi_is(b, "RIFF") || !gms_avi_is(b + 8, "AVI "))
    {
        snprintf(err, err_size, "it is not an AVI file; " GMS_AVI_CONVERT);
        return GMS_EINVALID;
    }

    do {
        rc = gms_avi_chunk(&w);
    } while (rc == GMS_OK);

    if (rc == GMS_EEND) {
        rc = gms_avi_verdict(&w, err, err_size);

    } else {
        snprintf(err, err_size, "it cannot be read: %s",
            rc == GMS_ENOMEM ? "out of memory" : strerror(errno));
    }

    if (rc != GMS_OK) {
        gms_avi_close(avi);
    }

    return rc;
}


void
gms_avi_close(gms_avi_t *avi)
{
    free(avi->frame);
    memset(avi, 0, sizeof(gms_avi_t));
}
