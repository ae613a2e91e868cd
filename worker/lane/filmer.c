#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../base/clock.h"
#include "../base/film.h"
#include "filmer.h"
#include "../store/reserve.h"

/* Films that are too old go, also when nobody shoots. */
#define GMS_FILMER_TRIM_NS (3600 * GMS_S)

/* Pictures of a shot: all of the near ones of 30 a second, and of a film of
 * the last minute. */
#define GMS_FILMER_NEAR_MAX 48
#define GMS_FILMER_BEFORE_MAX 8
#define GMS_FILMER_AFTER_MAX 4

#define GMS_FILMER_PENDING_MAX (GMS_PROCESS_LANES_MAX * GMS_FILMER_ASKED_MAX)

typedef struct {
    gms_filmer_t      *f;
    gms_filming_t      pending[GMS_FILMER_PENDING_MAX];
    unsigned           pendings;
    int64_t            trimmed_ns; /* CLOCK_MONOTONIC of the last time */
    bool               stop;
    gms_reel_picture_t list[GMS_REEL_PICTURES_MAX];
} gms_filmer_run_t;


/* Which pictures; how many. */
static size_t
filmer_list(gms_filmer_run_t *run, const gms_filming_t *asked)
{
    gms_reel_t *reel;
    size_t      n;
    int64_t     t;

    reel = run->f->reel;
    t = asked->t_us;

    if (asked->kind == GMS_FILMS_COMPLAINTS) {
        return gms_reel_list(reel, t - GMS_REEL_SPAN_NS / GMS_US, t, run->list,
            GMS_REEL_PICTURES_MAX);
    }

    n = gms_reel_list(reel, t - GMS_FILMER_BEFORE_US,
        t - GMS_FILMER_NEAR_US - 1, run->list, GMS_FILMER_BEFORE_MAX);
    n += gms_reel_list(reel, t - GMS_FILMER_NEAR_US, t + GMS_FILMER_NEAR_US,
        run->list + n, GMS_FILMER_NEAR_MAX);
    n += gms_reel_list(reel, t + GMS_FILMER_NEAR_US + 1,
        t + GMS_FILMER_AFTER_US, run->list + n, GMS_FILMER_AFTER_MAX);

    return n;
}


/* One that has left the reel meanwhile is left out. */
static int
filmer_copy(
    gms_filmer_run_t *run, gms_film_t *film, size_t i, int *width, int *height)
{
    gms_reel_picture_t picture;
    gms_film_picture_t about;
    void              *bytes;
    int                rc;

    rc = gms_reel_read(run->f->reel, run->list[i].t_us, &picture, &bytes);
    if (rc != GMS_OK) {
        return rc == GMS_ENOTFOUND ? GMS_OK : rc;
    }

    if (*width == 0
        && gms_jpeg_size(run->f->jpeg, bytes, picture.size, width, height)
            != GMS_OK)
    {
        *width = *height = 0;
    }

    memset(&about, 0, sizeof(about));
    about.t_us = picture.t_us;
    about.mono_ns = picture.mono_ns;
    rc = gms_film_add(film, &about, bytes, picture.size);
    free(bytes);

    return rc;
}


static int
filmer_shoot(gms_filmer_run_t *run, size_t n, int fd)
{
    gms_film_t film;
    size_t     i;
    int        rc, width = 0, height = 0;

    rc = gms_film_begin(&film, fd, (uint32_t) n);

    for (i = 0; rc == GMS_OK && i < n; i++) {
        rc = filmer_copy(run, &film, i, &width, &height);
    }

    if (rc == GMS_OK) {
        rc = gms_film_end(&film, width, height);
    }

    gms_film_free(&film);

    return rc;
}


/* What is known, and what the film is of. */
static int
filmer_facts(gms_filmer_run_t *run, const gms_filming_t *asked, size_t n,
    char *err, size_t err_size)
{
    const char *dir = run->f->dir[asked->lane];
    char        head[128];
    int         fd, rc, size;

    fd = gms_films_create(dir, asked->kind, asked->group, err, err_size);
    if (fd < 0) {
        return fd;
    }

    size = snprintf(head, sizeof(head),
        "{\"pictures\":%zu,\"from_us\":%" PRId64 ",\"to_us\":%" PRId64 ",", n,
        n > 0 ? run->list[0].t_us : asked->t_us,
        n > 0 ? run->list[n - 1].t_us : asked->t_us);
    rc = write(fd, head, (size_t) size) == size
            && write(fd, asked->facts + 1, strlen(asked->facts + 1))
                == (ssize_t) strlen(asked->facts + 1)
        ? GMS_OK
        : GMS_ESYS;

    return gms_films_keep(
        dir, asked->kind, asked->group, "facts.json", fd, rc, err, err_size);
}


static int
filmer_keep(
    gms_filmer_run_t *run, const gms_filming_t *asked, char *err, size_t size)
{
    const char *dir = run->f->dir[asked->lane];
    char        name[32];
    size_t      n, i;
    int64_t     bytes;
    int         fd, rc;

    n = filmer_list(run, asked);

    for (i = 0, bytes = 0; i < n; i++) {
        bytes += run->list[i].size;
    }

    if (!gms_reserve_is_there(run->f->state_dir)
        || gms_films_trim(dir, asked->kind, &run->f->limits[asked->lane], bytes,
               gms_clock_real_ns())
            == GMS_ESTORE_FULL)
    {
        snprintf(err, size,
            "the disk of %s is nearly full: what room is left is for shots",
            run->f->state_dir);
        return GMS_ESTORE_FULL;
    }

    rc = GMS_OK;

    if (n > 0) {
        snprintf(name, sizeof(name),
            asked->kind == GMS_FILMS_SHOTS ? "shot-%u.avi" : "film.avi",
            asked->n);
        fd = gms_films_create(dir, asked->kind, asked->group, err, size);
        rc = fd < 0 ? fd
                    : gms_films_keep(dir, asked->kind, asked->group, name, fd,
                        filmer_shoot(run, n, fd), err, size);
    }

    if (asked->facts != NULL && rc == GMS_OK) {
        rc = filmer_facts(run, asked, n, err, size);
    }

    return rc;
}


static void
filmer_film(gms_filmer_run_t *run, const gms_filming_t *asked)
{
    gms_note_t note;

    memset(&note, 0, sizeof(note));
    note.kind = GMS_NOTE_FILMED;
    note.lane = asked->lane;
    note.u.committed.error = filmer_keep(
        run, asked, note.u.committed.reason, sizeof(note.u.committed.reason));

    free(asked->facts);
    gms_inbox_put(run->f->notes, &note);
}


static void
filmer_take(gms_filmer_run_t *run)
{
    gms_filming_t asked;

    while (gms_inbox_take(&run->f->asked, &asked)) {
        if (asked.due_ns == 0) {
            run->stop = true;

        } else if (run->pendings < GMS_FILMER_PENDING_MAX) {
            run->pending[run->pendings++] = asked;
        }
    }
}


/* In the order in which they were asked for. */
static void
filmer_due(gms_filmer_run_t *run)
{
    gms_filming_t asked;
    unsigned      i;

    for (i = 0; i < run->pendings; /* void */) {
        if (!run->stop && run->pending[i].due_ns > gms_clock_mono_ns()) {
            i++;
            continue;
        }

        asked = run->pending[i];
        run->pendings--;
        memmove(&run->pending[i], &run->pending[i + 1],
            (run->pendings - i) * sizeof(asked));
        filmer_film(run, &asked);
    }
}


static void
filmer_trim(gms_filmer_run_t *run)
{
    unsigned i;

    if (run->trimmed_ns != 0
        && gms_clock_mono_ns() - run->trimmed_ns < GMS_FILMER_TRIM_NS)
    {
        return;
    }

    run->trimmed_ns = gms_clock_mono_ns();

    for (i = 0; i < run->f->lanes; i++) {
        (void) gms_films_trim(run->f->dir[i], GMS_FILMS_SHOTS,
            &run->f->limits[i], 0, gms_clock_real_ns());
        (void) gms_films_trim(run->f->dir[i], GMS_FILMS_COMPLAINTS,
            &run->f->limits[i], 0, gms_clock_real_ns());
    }
}


static int
filmer_wait_ms(const gms_filmer_run_t *run)
{
    int64_t  until, left;
    unsigned i;

    until = run->trimmed_ns + GMS_FILMER_TRIM_NS;

    for (i = 0; i < run->pendings; i++) {
        if (run->pending[i].due_ns < until) {
            until = run->pending[i].due_ns;
        }
    }

    left = until - gms_clock_mono_ns();

    return left > 0 ? (int) (left / GMS_MS) + 1 : 0;
}


static void *
filmer_thread(void *data)
{
    gms_filmer_run_t *run;
    struct pollfd     p;

    run = data;
    p.fd = run->f->asked.fd;
    p.events = POLLIN;

    while (!run->stop) {
        filmer_trim(run);
        poll(&p, 1, filmer_wait_ms(run));
        filmer_take(run);
        filmer_due(run);
    }

    free(run);

    return NULL;
}


int
gms_filmer_start(gms_filmer_t *f)
{
    gms_filmer_run_t *run;
    int               rc;

    run = calloc(1, sizeof(*run));
    f->jpeg = gms_jpeg_create();
    rc = run != NULL && f->jpeg != NULL ? GMS_OK : GMS_ENOMEM;

    if (rc == GMS_OK) {
        rc = gms_inbox_init(
            &f->asked, sizeof(gms_filming_t), GMS_FILMER_PENDING_MAX + 1);
    }

    if (rc == GMS_OK) {
        run->f = f;

        if (pthread_create(&f->thread, NULL, filmer_thread, run) == 0) {
            f->started = true;
            return GMS_OK;
        }

        gms_inbox_close(&f->asked);
        rc = GMS_ESYS;
    }

    gms_jpeg_destroy(f->jpeg);
    free(run);

    return rc;
}


void
gms_filmer_stop(gms_filmer_t *f)
{
    gms_filming_t stop;

    if (!f->started) {
        return;
    }

    memset(&stop, 0, sizeof(stop));
    gms_inbox_put(&f->asked, &stop);

    pthread_join(f->thread, NULL);
    gms_jpeg_destroy(f->jpeg);
    gms_inbox_close(&f->asked);
    f->started = false;
}
