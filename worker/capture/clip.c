/*
 * gms_source_clip: a recorded range: an MJPEG AVI file, a folder of JPEGs in
 * the order of their names (numbers in them count: 9 before 10), one JPEG, or a
 * video, which spool.h plays.
 *
 * On a lane the place in the clip is a function of the scene clock in shared
 * memory: before its start the first picture stands still, after the end the
 * last one, with loop=1 the clip begins anew.  Without one it plays once (or
 * for ever with loop=1), in real time or as fast as asked; in the latter case
 * a frame's instants are those of the clip.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "avi.h"
#include "option.h"
#include "pace.h"
#include "spool.h"
#include "source.h"
#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/film.h"

/* Of a folder, or a file that does not tell. */
#define GMS_CLIP_FPS 15

#define GMS_CLIP_FRAME_BYTES (32 * 1024 * 1024)

/* A cut clip is told of this often, within the time that a lane shows it. */
#define GMS_CLIP_TELL_NS (3 * GMS_S)

typedef struct {
    int          fd; /* file or folder */
    gms_avi_t    avi;
    gms_film_t   film;  /* when its pictures were taken; none: not known */
    gms_spool_t *spool; /* of a video; frames is GMS_SPOOL_UNKNOWN at first */
    struct dirent **entry; /* of a folder */
    size_t          frames;
    bool            single; /* one JPEG file */

    gms_jpeg_t *jpeg;
    gms_pace_t  pace;
    bool        paced;
    int64_t     real_ns; /* CLOCK_REALTIME less the clock of the pace */

    uint8_t *bytes;
    size_t   capacity;
    size_t   size;    /* of the picture in bytes */
    size_t   at;      /* which one it is; frames: none */
    int64_t  told_ns; /* that the clip is cut off */
    int      width;
    int      height;
} gms_clip_t;

static const gms_option_t gms_clip_table[] = {
    { .key = NULL },
};


static void
gms_clip_free(gms_clip_t *run)
{
    if (run->entry != NULL) {
        for (size_t i = 0; i < run->frames; i++) {
            free(run->entry[i]);
        }

        free(run->entry);
    }

    gms_spool_close(run->spool);
    gms_avi_close(&run->avi);
    gms_film_free(&run->film);
    gms_jpeg_destroy(run->jpeg);
    free(run->bytes);

    if (run->fd >= 0) {
        close(run->fd);
    }

    free(run);
}


static int
gms_clip_is_jpeg(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);

    return entry->d_name[0] != '.'
        && ((n > 4 && strcasecmp(entry->d_name + n - 4, ".jpg") == 0)
            || (n > 5 && strcasecmp(entry->d_name + n - 5, ".jpeg") == 0));
}


static int
gms_clip_open_folder(
    gms_clip_t *run, const char *path, char *err, size_t err_size)
{
    int n;

    n = scandir(path, &run->entry, gms_clip_is_jpeg, versionsort);

    if (n < 0) {
        run->entry = NULL;
        snprintf(err, err_size, "the folder %s cannot be read: %s", path,
            strerror(errno));
        return GMS_EINVALID;
    }

    run->frames = (size_t) n;

    if (n == 0) {
        snprintf(err, err_size,
            "the folder %s holds no picture named .jpg or "
            ".jpeg",
            path);
        return GMS_EINVALID;
    }

    return GMS_OK;
}


/* again: its pictures will be wanted more than once, or later ones first. */
static int
gms_clip_open_file(
    gms_clip_t *run, const char *path, bool again, char *err, size_t err_size)
{
    int     rc;
    char    why[300], not_avi[200];
    uint8_t b[3] = { 0 };

    if (pread(run->fd, b, sizeof(b), 0) == (ssize_t) sizeof(b)
        && memcmp(b, "\xff\xd8\xff", 3) == 0)
    {
        run->single = true;
        run->frames = 1;
        return GMS_OK;
    }

    why[0] = not_avi[0] = '\0';
    rc = gms_avi_open(&run->avi, run->fd, not_avi, sizeof(not_avi));

    if (rc == GMS_EINVALID && gms_spool_is_video(run->fd)) {
        rc = gms_spool_open(
            &run->spool, run->fd, path, again, &run->avi.fps, why, sizeof(why));

        if (rc == GMS_OK) {
            run->frames = GMS_SPOOL_UNKNOWN;
            return GMS_OK;
        }
    }

    /* of an AVI file it is said best what is wrong with that */
    if (why[0] == '\0' || memcmp(b, "RIF", 3) == 0) {
        snprintf(why, sizeof(why), "%s", not_avi);
    }

    if (rc != GMS_OK) {
        snprintf(err, err_size, "the clip %s cannot be played: %s", path, why);
        return rc == GMS_ENOMEM ? rc : GMS_EINVALID;
    }

    run->frames = run->avi.frames;

    if (gms_film_open(&run->film, run->fd) == GMS_OK
        && run->film.pictures != run->frames)
    {
        gms_film_free(&run->film);
    }

    return GMS_OK;
}


static int
gms_clip_setup(gms_clip_t *run, const gms_source_config_t *config, char *err,
    size_t err_size)
{
    int         rc;
    double      fps, none;
    const char *path = config->camera.locator;
    struct stat st;

    rc = gms_options_read(
        gms_clip_table, &config->camera, "clip:", &none, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    run->paced = config->paced || config->memory != NULL;
    run->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (run->fd < 0 || fstat(run->fd, &st) != 0) {
        snprintf(err, err_size,
            "the clip %s cannot be opened: %s; give the "
            "path of an .avi, .mp4 or .mkv file or of a folder of JPEGs",
            path, strerror(errno));
        return GMS_EINVALID;
    }

    if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)) {
        snprintf(
            err, err_size, "the clip %s is neither a file nor a folder", path);
        return GMS_EINVALID;
    }

    rc = S_ISDIR(st.st_mode)
        ? gms_clip_open_folder(run, path, err, err_size)
        : gms_clip_open_file(
            run, path, run->paced || config->camera.loop, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    run->jpeg = gms_jpeg_create();
    if (run->jpeg == NULL) {
        snprintf(err, err_size, "not enough memory for the clip %s", path);
        return GMS_ENOMEM;
    }

    fps = config->camera.fps > 0 ? config->camera.fps
        : run->avi.fps > 0       ? run->avi.fps
                                 : GMS_CLIP_FPS;

    if (fps > GMS_FPS_MAX) {
        fps = GMS_FPS_MAX;
    }

    run->at = run->frames;
    gms_pace_init(&run->pace, gms_clock_mono_ns(), fps);
    run->real_ns = gms_clock_real_ns() - run->pace.start_ns;

    return GMS_OK;
}


static int
gms_clip_open(gms_source_t *s, char *err, size_t err_size)
{
    int         rc;
    gms_clip_t *run;

    run = calloc(1, sizeof(gms_clip_t));
    if (run == NULL) {
        snprintf(err, err_size, "not enough memory for a clip");
        return GMS_ENOMEM;
    }

    run->fd = -1;

    rc = gms_clip_setup(run, &s->config, err, err_size);
    if (rc != GMS_OK) {
        gms_clip_free(run);
        return rc;
    }

    s->run = run;

    return GMS_OK;
}


static void
gms_clip_close(gms_source_t *s)
{
    gms_clip_free(s->run);
}


/* Which picture of the clip the camera sees at an instant of the pace;
 * GMS_EEND: the clip is over. */
static int
gms_clip_place(const gms_clip_t *run, const gms_source_config_t *config,
    uint64_t tick, size_t *at)
{
    int64_t     now;
    uint64_t    n;
    gms_scene_t scene;

    n = tick;

    if (config->memory != NULL) {
        gms_memory_scene(config->memory, &scene);
        now = gms_pace_at(&run->pace, tick);

        if (scene.stop_ns != 0 && scene.stop_ns < now) {
            now = scene.stop_ns;
        }

        n = scene.start_ns == 0 || now <= scene.start_ns
            ? 0
            : (uint64_t) ((double) (now - scene.start_ns) * run->pace.fps
                / (double) GMS_S);
    }

    if (n < run->frames) {
        *at = (size_t) n;
        return GMS_OK;
    }

    if (config->camera.loop) {
        /* open() refuses a clip without frames. */
        *at = (size_t) (n % run->frames); /* NOLINT(*DivideZero) */
        return GMS_OK;
    }

    *at = run->frames - 1;

    return config->memory != NULL ? GMS_OK : GMS_EEND;
}


/* Reads a part of a file into the run's buffer. */
static int
gms_clip_read(gms_clip_t *run, int fd, uint64_t offset, size_t size, char *err,
    size_t err_size)
{
    size_t   done;
    ssize_t  n;
    uint8_t *bytes;

    if (size > GMS_CLIP_FRAME_BYTES) {
        snprintf(err, err_size, "a picture of %zu bytes is too large", size);
        return GMS_EBAD_FRAME;
    }

    if (size > run->capacity) {
        bytes = realloc(run->bytes, size + size / 4);
        if (bytes == NULL) {
            return GMS_ENOMEM;
        }

        run->bytes = bytes;
        run->capacity = size + size / 4;
    }

    for (done = 0; done < size; done += (size_t) n) {
        n = pread(fd, run->bytes + done, size - done, (off_t) (offset + done));

        if (n < 0 && errno == EINTR) {
            n = 0;

        } else if (n <= 0) {
            snprintf(err, err_size, "the clip changed while it was played");
            return GMS_EBAD_FRAME;
        }
    }

    run->size = size;

    return GMS_OK;
}


static int
gms_clip_read_entry(
    gms_clip_t *run, const char *name, char *err, size_t err_size)
{
    int         rc, fd;
    struct stat st;

    fd = openat(run->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        snprintf(err, err_size, "the picture %s cannot be read", name);
        rc = GMS_EBAD_FRAME;

    } else {
        rc = gms_clip_read(run, fd, 0, (size_t) st.st_size, err, err_size);
    }

    if (fd >= 0) {
        close(fd);
    }

    return rc;
}


/* Brings the picture into memory unless it is there. */
static int
gms_clip_load(gms_clip_t *run, size_t at, char *err, size_t err_size)
{
    int                    rc;
    struct stat            st;
    const gms_avi_frame_t *frame;

    if (run->at == at) {
        return GMS_OK;
    }

    run->at = run->frames;

    if (run->entry != NULL) {
        rc = gms_clip_read_entry(run, run->entry[at]->d_name, err, err_size);

    } else if (run->spool != NULL) {
        rc = gms_spool_read(
            run->spool, at, &run->bytes, &run->capacity, &run->size);
        if (rc == GMS_EBAD_FRAME) {
            snprintf(err, err_size, "a picture of the clip is lost");
        }

    } else if (run->single) {
        rc = fstat(run->fd, &st) != 0 ? GMS_EBAD_FRAME
                                      : gms_clip_read(run, run->fd, 0,
                                          (size_t) st.st_size, err, err_size);

    } else {
        frame = &run->avi.frame[at];
        rc = gms_clip_read(
            run, run->fd, frame->offset, frame->size, err, err_size);
    }

    if (rc != GMS_OK) {
        return rc;
    }

    rc = gms_jpeg_size(
        run->jpeg, run->bytes, run->size, &run->width, &run->height);
    if (rc != GMS_OK) {
        snprintf(err, err_size, "picture %zu of the clip is no JPEG", at);
        return GMS_EBAD_FRAME;
    }

    run->at = at;

    return GMS_OK;
}


/* In real time those of now; else those of the clip: a film knows when its
 * pictures were taken, other clips have a beat. */
static void
gms_clip_times(const gms_clip_t *run, const gms_camera_t *camera, uint64_t tick,
    size_t at, gms_frame_t *frame)
{
    const gms_film_picture_t *picture;

    if (run->paced) {
        frame->mono_ns = gms_clock_mono_ns();
        frame->real_ns = gms_clock_real_ns();

    } else if (run->spool != NULL && !camera->loop && camera->fps <= 0) {
        frame->mono_ns = run->pace.start_ns + gms_spool_time_ns(run->spool, at);
        frame->real_ns = frame->mono_ns + run->real_ns;

    } else if (run->film.pictures > 0 && !camera->loop && camera->fps <= 0) {
        picture = &run->film.picture[at];
        frame->mono_ns = run->pace.start_ns
            + (picture->mono_ns - run->film.picture[0].mono_ns);
        frame->real_ns = picture->t_us * GMS_US;

    } else {
        frame->mono_ns = gms_pace_at(&run->pace, tick);
        frame->real_ns = frame->mono_ns + run->real_ns;
    }
}


/* A video is decoded as far as is needed; who is late sees what there is. */
static int
gms_clip_wait(gms_clip_t *run, const gms_source_config_t *config, uint64_t tick,
    size_t *at, int timeout_ms, char *err, size_t err_size)
{
    int rc;

    rc = gms_spool_reach(run->spool, *at, timeout_ms, err, err_size);

    if (rc == GMS_EEND) {
        run->frames = gms_spool_pictures(run->spool);
        return gms_clip_place(run, config, tick, at);
    }

    if (rc == GMS_EAGAIN && run->paced) {
        *at = gms_spool_pictures(run->spool) - 1; /* open() has seen one */
        return GMS_OK;
    }

    return rc;
}


static int
gms_clip_next(gms_source_t *s, gms_frame_t *frame, int timeout_ms, char *err,
    size_t err_size)
{
    int         rc;
    size_t      at;
    uint64_t    tick;
    gms_clip_t *run = s->run;

    if (!run->paced) {
        tick = gms_pace_step(&run->pace);

    } else {
        rc = gms_pace_wait(&run->pace, timeout_ms, &tick);
        if (rc != GMS_OK) {
            return rc;
        }
    }

    rc = gms_clip_place(run, &s->config, tick, &at);

    if (rc == GMS_OK && run->spool != NULL) {
        rc = gms_clip_wait(
            run, &s->config, tick, &at, timeout_ms, err, err_size);

        if (rc == GMS_EAGAIN || rc == GMS_EBAD_FRAME) {
            run->pace.next = tick; /* once more */
            return rc;
        }
    }

    if (rc == GMS_EEND) {
        run->pace.next = tick;
        snprintf(err, err_size,
            run->avi.broken ? "the clip is cut off after %zu pictures"
                            : "the clip is over after %zu pictures",
            run->frames);
        return GMS_EEND;
    }

    /* On a lane the last whole picture stands: that it is not the end of the
     * recording is said again and again. */
    if (run->avi.broken && s->config.memory != NULL && at == run->frames - 1
        && gms_clock_mono_ns() - run->told_ns > GMS_CLIP_TELL_NS)
    {
        run->told_ns = gms_clock_mono_ns();
        snprintf(err, err_size,
            "the clip is cut off after %zu pictures: the "
            "last one stands; record or copy it again",
            run->frames);
        return GMS_EBAD_FRAME;
    }

    rc = gms_clip_load(run, at, err, err_size);
    if (rc != GMS_OK) {
        return rc;
    }

    frame->id = tick;
    gms_clip_times(run, &s->config.camera, tick, at, frame);
    frame->width = run->width;
    frame->height = run->height;
    frame->jpeg = run->bytes;
    frame->jpeg_size = run->size;

    return GMS_OK;
}


const gms_source_ops_t gms_source_clip = {
    .name = "clip",
    .kind = GMS_CAMERA_CLIP,
    .open = gms_clip_open,
    .next = gms_clip_next,
    .close = gms_clip_close,
    .truth = NULL,
};
