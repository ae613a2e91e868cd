#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ipc/error.h"
#include "../../ipc/unit.h"
#include "../base/clock.h"
#include "../base/film.h"
#include "commands_frames.h"
#include "publish.h"

/* Shots have smaller numbers, instants larger ones. */
#define GMS_FRAMES_SHOTS (GMS_SESSION_SHOTS_MAX + 1)

/* To both sides, unless another time is asked for. */
#define GMS_FRAMES_US INT64_C(2000000)

/* A list of so many is as long as a page can show. */
#define GMS_FRAMES_MAX 600

/* What a list tells of a picture; name: its place at the address. */
typedef struct {
    int64_t  t_us;
    uint32_t bytes;
    char     address[GMS_ID_SIZE + 64];
} gms_frames_row_t;

typedef struct {
    int64_t                   around_us;
    int64_t                   reach_us; /* to both sides */
    const gms_session_t      *session;  /* of the shot; NULL: of none */
    const gms_session_shot_t *shot;
} gms_frames_asked_t;


/* Digits alone, at most 18 of them; false: it is none. */
static bool
frames_number(const char *text, int64_t *n)
{
    size_t size;

    size = text != NULL ? strlen(text) : 0;

    if (size == 0 || size > 18 || strspn(text, "0123456789") != size) {
        return false;
    }

    *n = strtoll(text, NULL, 10);

    return true;
}


/* false: it was answered. */
static bool
frames_shot(gms_scorer_t *s, uint64_t ask, int64_t n, gms_frames_asked_t *asked)
{
    const gms_session_t *session;

    session = gms_scorebook_shown(&s->book);

    if (session == NULL || n == 0 || n > session->shots) {
        gms_publish_problem(s, ask, 404, "shot-unknown",
            "There is no such shot",
            "the session on show has none of this number");
        return false;
    }

    asked->session = session;
    asked->shot = &session->shot[n - 1];
    asked->around_us =
        (asked->shot->shot.frame_real_ns != 0 ? asked->shot->shot.frame_real_ns
                                              : asked->shot->real_ns)
        / GMS_US;

    return true;
}


/* false: it was answered. */
static bool
frames_asked(
    gms_scorer_t *s, uint64_t ask, const cJSON *body, gms_frames_asked_t *asked)
{
    static const char *const names[] = { "around", "reach", NULL };
    const char              *around, *reach;
    char                     err[GMS_SENTENCE_SIZE];
    int64_t                  n;

    memset(asked, 0, sizeof(*asked));

    if (!gms_command_known(s, ask, body, names)) {
        return false;
    }

    around =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "around"));
    reach =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "reach"));
    asked->reach_us = GMS_FRAMES_US;

    if (reach != NULL
        && gms_unit_parse(GMS_UNIT_DURATION, reach, 0,
               GMS_REEL_SPAN_NS / GMS_S * GMS_MICRO, &asked->reach_us, err,
               sizeof(err))
            != GMS_OK)
    {
        gms_command_invalid(s, ask, "/reach", err);
        return false;
    }

    if (around == NULL) {
        asked->around_us = s->camera.frame_real_ns / GMS_US;
        return true;
    }

    if (!frames_number(around, &n)) {
        gms_command_invalid(s, ask, "/around",
            "around is the number of a shot, or an instant in microseconds");
        return false;
    }

    if (n < GMS_FRAMES_SHOTS) {
        return frames_shot(s, ask, n, asked);
    }

    asked->around_us = n;

    return true;
}


static bool
frames_put(cJSON *list, const gms_frames_row_t *row)
{
    cJSON *json;
    char   text[32];

    json = cJSON_CreateObject();
    snprintf(text, sizeof(text), "%" PRId64, row->t_us);
    cJSON_AddRawToObject(json, "t_us", text);
    cJSON_AddNumberToObject(json, "bytes", row->bytes);
    cJSON_AddStringToObject(json, "picture", row->address);

    return cJSON_AddItemToArray(list, json);
}


/* The list without its pictures.  session NULL: of no shot. */
static cJSON *
frames_json(const gms_scorer_t *s, int64_t around_us, const char *session,
    uint32_t n, bool kept)
{
    cJSON *json;
    char   text[GMS_ID_SIZE + 64];

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "lane", s->config->name);
    snprintf(text, sizeof(text), "%" PRId64, around_us);
    cJSON_AddRawToObject(json, "around_us", text);

    if (session != NULL) {
        cJSON_AddStringToObject(json, "session", session);
        cJSON_AddNumberToObject(json, "shot", n);
    } else {
        cJSON_AddNullToObject(json, "session");
        cJSON_AddNullToObject(json, "shot");
    }

    if (kept) {
        snprintf(
            text, sizeof(text), "/api/sessions/%s/shots/%u.avi", session, n);
        cJSON_AddStringToObject(json, "film", text);
    } else {
        cJSON_AddNullToObject(json, "film");
    }

    cJSON_AddArrayToObject(json, "frames");

    return json;
}


/* NULL: out of memory; json is taken. */
static char *
frames_text(cJSON *json, bool whole)
{
    char *text;

    text = whole ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);

    return text;
}


/* Of those in memory. */
static char *
frames_recent(gms_scorer_t *s, const gms_frames_asked_t *asked)
{
    gms_reel_picture_t *picture;
    gms_frames_row_t    row;
    cJSON              *json, *list;
    size_t              n, i;

    picture = malloc(GMS_FRAMES_MAX * sizeof(*picture));
    if (picture == NULL) {
        return NULL;
    }

    n = gms_reel_list(s->grabber->reel, asked->around_us - asked->reach_us,
        asked->around_us + asked->reach_us, picture, GMS_FRAMES_MAX);
    json = frames_json(s, asked->around_us,
        asked->session != NULL ? asked->session->id : NULL,
        asked->session != NULL ? asked->shot->shot.n : 0, false);
    list = cJSON_GetObjectItemCaseSensitive(json, "frames");

    for (i = 0; i < n; i++) {
        row.t_us = picture[i].t_us;
        row.bytes = picture[i].size;
        snprintf(row.address, sizeof(row.address),
            "/api/lanes/%s/frames/%" PRId64 ".jpg", s->config->name, row.t_us);

        if (!frames_put(list, &row)) {
            break;
        }
    }

    free(picture);

    return frames_text(json, i == n);
}


/* The film of a shot, opened with its file; < 0: there is none. */
static int
frames_film(gms_scorer_t *s, const char *session, uint32_t n, gms_film_t *film)
{
    char path[PATH_MAX], name[32];
    int  fd, rc;

    snprintf(name, sizeof(name), "shot-%u.avi", n);

    if (!gms_films_path(
            s->dir, GMS_FILMS_SHOTS, session, name, path, sizeof(path))) {
        return GMS_EINVALID;
    }

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        return GMS_ENOTFOUND;
    }

    rc = gms_film_open(film, fd);
    if (rc != GMS_OK) {
        close(fd);
        return rc;
    }

    return GMS_OK;
}


static void
frames_film_close(gms_film_t *film)
{
    close(film->fd);
    gms_film_free(film);
}


/* Of those on disk; around 0: of all. */
static char *
frames_kept(const gms_scorer_t *s, const gms_film_t *film, const char *session,
    uint32_t n, const gms_frames_asked_t *asked)
{
    const gms_film_picture_t *p;
    gms_frames_row_t          row;
    cJSON                    *json, *list;
    uint32_t                  i;

    json =
        frames_json(s, asked != NULL ? asked->around_us : film->picture[0].t_us,
            session, n, true);
    list = cJSON_GetObjectItemCaseSensitive(json, "frames");

    for (i = 0; i < film->pictures; i++) {
        p = &film->picture[i];

        if (asked != NULL
            && llabs(p->t_us - asked->around_us) > asked->reach_us) {
            continue;
        }

        row.t_us = p->t_us;
        row.bytes = p->size;
        snprintf(row.address, sizeof(row.address),
            "/api/sessions/%s/frames/%u-%" PRId64 ".jpg", session, n, p->t_us);

        if (!frames_put(list, &row)) {
            break;
        }
    }

    return frames_text(json, i == film->pictures);
}


void
gms_command_frames_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    gms_frames_asked_t asked;
    gms_film_t         film;
    uint32_t           n;

    if (!frames_asked(s, ask->header.id, body, &asked)) {
        return;
    }

    n = asked.session != NULL ? asked.shot->shot.n : 0;

    if (n > 0 && frames_film(s, asked.session->id, n, &film) == GMS_OK) {
        gms_publish_made(s, ask->header.id,
            frames_kept(s, &film, asked.session->id, n, &asked));
        frames_film_close(&film);
        return;
    }

    gms_publish_made(s, ask->header.id, frames_recent(s, &asked));
}


static void
frames_none(gms_scorer_t *s, uint64_t ask, const char *detail)
{
    gms_publish_problem(
        s, ask, 404, "picture-none", "There is no such picture", detail);
}


void
gms_command_frames_picture(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    gms_reel_picture_t picture;
    int64_t            t_us;
    void              *bytes;

    bytes = NULL;

    if (frames_number(cJSON_GetStringValue(
                          cJSON_GetObjectItemCaseSensitive(body, "t_us")),
            &t_us)
        && gms_reel_read(s->grabber->reel, t_us, &picture, &bytes) == GMS_OK)
    {
        gms_publish_frame(s, ask->header.id, bytes, picture.size);
        free(bytes);
        return;
    }

    frames_none(s, ask->header.id,
        "pictures are in memory for a minute at most: look at the list again");
}


/* Session and number of a shot in the path; 0: there is no such number. */
static uint32_t
frames_path(const cJSON *body, const char **session)
{
    int64_t n;

    *session =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "session"));

    if (*session == NULL
        || !frames_number(
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "n")),
            &n)
        || n >= GMS_FRAMES_SHOTS)
    {
        return 0;
    }

    return (uint32_t) n;
}


void
gms_command_shot_frames(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const char *session;
    gms_film_t  film;
    uint32_t    n;

    n = frames_path(body, &session);

    if (n == 0 || frames_film(s, session, n, &film) != GMS_OK) {
        frames_none(s, ask->header.id,
            "no film of this shot is kept: it may be too old, or the disk was "
            "full");
        return;
    }

    gms_publish_made(
        s, ask->header.id, frames_kept(s, &film, session, n, NULL));
    frames_film_close(&film);
}


/* A picture of a film: false, it has none of that instant. */
static bool
frames_publish(
    gms_scorer_t *s, uint64_t ask, const gms_film_t *film, int64_t t_us)
{
    const gms_film_picture_t *p;
    void                     *bytes;
    uint32_t                  i;

    for (i = 0; i < film->pictures; i++) {
        p = &film->picture[i];

        if (p->t_us == t_us && p->size <= GMS_LINK_BODY_MAX
            && gms_film_read(film, p, &bytes) == GMS_OK)
        {
            gms_publish_frame(s, ask, bytes, p->size);
            free(bytes);
            return true;
        }
    }

    return false;
}


/* name: "<number of the shot>-<instant>". */
void
gms_command_session_frame(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const char *session, *name, *dash;
    char        number[16];
    gms_film_t  film;
    int64_t     n, t_us;
    bool        found;

    session =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "session"));
    name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "name"));
    dash = name != NULL ? strchr(name, '-') : NULL;
    found = false;

    if (session != NULL && dash != NULL
        && (size_t) (dash - name) < sizeof(number)) {
        snprintf(number, sizeof(number), "%.*s", (int) (dash - name), name);

        if (frames_number(number, &n) && n < GMS_FRAMES_SHOTS
            && frames_number(dash + 1, &t_us)
            && frames_film(s, session, (uint32_t) n, &film) == GMS_OK)
        {
            found = frames_publish(s, ask->header.id, &film, t_us);
            frames_film_close(&film);
        }
    }

    if (!found) {
        frames_none(s, ask->header.id, "no film that is kept has it");
    }
}


void
gms_command_film(gms_scorer_t *s, uint64_t ask, gms_films_e kind,
    const char *group, const char *name)
{
    char path[PATH_MAX];
    int  fd;

    fd = gms_films_path(s->dir, kind, group, name, path, sizeof(path))
        ? open(path, O_RDONLY | O_CLOEXEC)
        : -1;

    if (fd == -1) {
        gms_publish_problem(s, ask, 404, "picture-none",
            "There is no such film",
            "none is kept: it may be too old, or the disk was full");
        return;
    }

    gms_publish_file(s, ask, fd);
    close(fd);
}


void
gms_command_shot_film(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const char *session;
    char        name[32];
    uint32_t    n;

    n = frames_path(body, &session);
    snprintf(name, sizeof(name), "shot-%u.avi", n);
    gms_command_film(
        s, ask->header.id, GMS_FILMS_SHOTS, n > 0 ? session : "", name);
}
