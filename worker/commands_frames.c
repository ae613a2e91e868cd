#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ipc/error.h"
#include "../ipc/unit.h"
#include "base/clock.h"
#include "commands_frames.h"
#include "publish.h"

/* Shots have smaller numbers, instants larger ones. */
#define GMS_FRAMES_SHOTS (GMS_SESSION_SHOTS_MAX + 1)

/* To both sides, unless another time is asked for. */
#define GMS_FRAMES_US INT64_C(2000000)

/* A list of so many is as long as a page can show. */
#define GMS_FRAMES_MAX 600

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
frames_put(const gms_scorer_t *s, cJSON *list, const gms_reel_picture_t *p)
{
    cJSON *json;
    char   text[128];

    json = cJSON_CreateObject();
    snprintf(text, sizeof(text), "%" PRId64, p->t_us);
    cJSON_AddRawToObject(json, "t_us", text);
    cJSON_AddNumberToObject(json, "width", p->width);
    cJSON_AddNumberToObject(json, "height", p->height);
    cJSON_AddNumberToObject(json, "bytes", p->size);
    snprintf(text, sizeof(text), "/api/lanes/%s/frames/%" PRId64 ".jpg",
        s->config->name, p->t_us);
    cJSON_AddStringToObject(json, "picture", text);

    return cJSON_AddItemToArray(list, json);
}


/* NULL: out of memory. */
static char *
frames_text(gms_scorer_t *s, const gms_frames_asked_t *asked)
{
    gms_reel_picture_t *picture;
    cJSON              *json, *list;
    char               *text, number[32];
    size_t              n, i;

    picture = malloc(GMS_FRAMES_MAX * sizeof(*picture));
    if (picture == NULL) {
        return NULL;
    }

    n = gms_reel_list(s->grabber->reel, asked->around_us - asked->reach_us,
        asked->around_us + asked->reach_us, picture, GMS_FRAMES_MAX);

    json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "lane", s->config->name);
    snprintf(number, sizeof(number), "%" PRId64, asked->around_us);
    cJSON_AddRawToObject(json, "around_us", number);

    if (asked->session != NULL) {
        cJSON_AddStringToObject(json, "session", asked->session->id);
        cJSON_AddNumberToObject(json, "shot", asked->shot->shot.n);
    } else {
        cJSON_AddNullToObject(json, "session");
        cJSON_AddNullToObject(json, "shot");
    }

    list = cJSON_AddArrayToObject(json, "frames");

    for (i = 0; i < n && frames_put(s, list, &picture[i]); i++) {
        continue;
    }

    text = i == n ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    free(picture);

    return text;
}


void
gms_command_frames_get(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    gms_frames_asked_t asked;

    if (frames_asked(s, ask->header.id, body, &asked)) {
        gms_publish_made(s, ask->header.id, frames_text(s, &asked));
    }
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

    gms_publish_problem(s, ask->header.id, 404, "picture-none",
        "There is no such picture",
        "pictures are kept for a minute at most: look at the list again");
}
