#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/clock.h"
#include "../base/jsontext.h"
#include "commands_coaching.h"
#include "publish.h"
#include "show.h"

/* It ends by itself when whoever shows it does not say so again: his page may
 * be closed, his tablet flat. */
#define SHOW_NS (60 * GMS_S)

/* A drawing: 1,000 numbers are 8 kB of an event's 16. */
#define STROKES_MAX 40
#define NUMBERS_MAX 1000
#define NUMBERS_LEAST 4
#define PLACE_MOST_MM 5000.0
#define PLACE_SCALE 10.0 /* tenths of a millimetre */

/* An instant that a double holds exactly. */
#define INSTANT_MOST_US 9e15

static const char *const pictures[] = { "plot", "camera", "evidence" };

enum {
    PLOT,
    CAMERA,
    EVIDENCE,
    PICTURES
};


/* A whole number from 1 on; missing or null: 0. */
static bool
read_whole(gms_scorer_t *s, uint64_t ask, const cJSON *body, const char *name,
    double most, const char *detail, int64_t *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(body, name);
    char         pointer[32];

    *value = 0;

    if (item == NULL || cJSON_IsNull(item)) {
        return true;
    }

    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 1)
        || item->valuedouble > most
        || item->valuedouble != floor(item->valuedouble))
    {
        snprintf(pointer, sizeof(pointer), "/%s", name);
        gms_command_invalid(s, ask, pointer, detail);
        return false;
    }

    *value = (int64_t) item->valuedouble;
    return true;
}


/* x, y, x, y, ... of one line. */
static bool
put_stroke(gms_jsontext_t *j, const cJSON *stroke, int *left)
{
    const cJSON *item;
    int          n = cJSON_GetArraySize(stroke);

    *left -= n;

    if (!cJSON_IsArray(stroke) || n < NUMBERS_LEAST || n % 2 != 0 || *left < 0)
    {
        return false;
    }

    gms_jsontext_open(j, NULL, '[');

    cJSON_ArrayForEach(item, stroke)
    {
        if (!cJSON_IsNumber(item)
            || !(fabs(item->valuedouble) <= PLACE_MOST_MM)) {
            return false;
        }

        gms_jsontext_number(j, NULL,
            nearbyint(item->valuedouble * PLACE_SCALE) / PLACE_SCALE + 0.0);
    }

    gms_jsontext_close(j, ']');
    return true;
}


static bool
put_strokes(gms_scorer_t *s, uint64_t ask, const cJSON *body, gms_jsontext_t *j)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "strokes");
    const cJSON *stroke;
    int          left = NUMBERS_MAX;
    bool         good = list == NULL
        || (cJSON_IsArray(list) && cJSON_GetArraySize(list) <= STROKES_MAX);

    gms_jsontext_open(j, "strokes", '[');

    cJSON_ArrayForEach(stroke, list)
    {
        good = good && put_stroke(j, stroke, &left);
    }

    gms_jsontext_close(j, ']');

    if (!good) {
        gms_command_invalid(s, ask, "/strokes",
            "at most 40 lines of x, y, x, y, ... in mm on the target, 1000 "
            "numbers in all");
    }

    return good;
}


/* As the page gets it, malloc'ed; NULL: it was answered. */
static char *
read_show(gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    const gms_session_t *session = gms_scorebook_shown(&s->book);
    gms_jsontext_t       j;
    int64_t              shot, t_us;
    int                  picture = PLOT;
    uint64_t             id = ask->header.id;
    bool                 good;
    char                *text;

    if (!gms_command_word(s, id, body, "picture", pictures, PICTURES, &picture)
        || !read_whole(s, id, body, "shot",
            session != NULL ? session->shots : 0,
            "the number of a shot of the session on show", &shot)
        || !read_whole(s, id, body, "t_us", INSTANT_MOST_US,
            "an instant in microseconds since 1970", &t_us))
    {
        return NULL;
    }

    if ((picture == CAMERA && t_us == 0) || (picture == EVIDENCE && shot == 0))
    {
        gms_command_invalid(s, id, picture == CAMERA ? "/t_us" : "/shot",
            "this picture is told by it");
        return NULL;
    }

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "session", session != NULL ? session->id : "");
    gms_jsontext_string(&j, "picture", pictures[picture]);
    gms_jsontext_integer(&j, "shot", shot);
    gms_jsontext_integer(&j, "t_us", t_us);
    good = put_strokes(s, id, body, &j);
    gms_jsontext_string(&j, "author", gms_command_role(ask));
    gms_jsontext_close(&j, '}');
    text = gms_jsontext_take(&j);

    if (!good) {
        free(text);
        return NULL;
    }

    if (text == NULL) {
        gms_publish_made(s, id, NULL);
    }

    return text;
}


static void
tell(gms_scorer_t *s)
{
    gms_jsontext_t j;
    char          *text;

    gms_jsontext_init(&j);
    gms_jsontext_open(&j, NULL, '{');
    gms_jsontext_string(&j, "lane", s->config->name);
    gms_jsontext_raw(&j, "show", s->show != NULL ? s->show : "null");
    gms_jsontext_close(&j, '}');
    text = gms_jsontext_take(&j);

    if (text != NULL) {
        gms_publish_ephemeral(s, "show", text);
        free(text);
    }

    s->dirty = true;
}


/* Takes text; who shows the same again is only heard. */
static void
show(gms_scorer_t *s, char *text)
{
    bool same = s->show != NULL && text != NULL && strcmp(s->show, text) == 0;
    bool none = s->show == NULL && text == NULL;

    free(s->show);
    s->show = text;
    s->show_until_ns = text != NULL ? gms_clock_mono_ns() + SHOW_NS : 0;

    if (!same && !none) {
        tell(s);
    }
}


void
gms_command_show_set(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    static const char *const names[] = { "picture", "shot", "t_us", "strokes",
        NULL };
    char                    *text;

    if (!gms_command_known(s, ask->header.id, body, names)) {
        return;
    }

    text = read_show(s, ask, body);

    if (text != NULL) {
        show(s, text);
        gms_publish_answer(s, ask->header.id, 200, s->show);
    }
}


void
gms_command_show_end(
    gms_scorer_t *s, const gms_link_message_t *ask, const cJSON *body)
{
    (void) body;

    show(s, NULL);
    gms_publish_answer(s, ask->header.id, 200, "{}");
}


void
gms_show_tick(gms_scorer_t *s, int64_t now_ns)
{
    if (s->show != NULL && now_ns >= s->show_until_ns) {
        show(s, NULL);
    }
}


void
gms_show_turned(gms_scorer_t *s, const gms_event_t *event)
{
    switch (event->kind) {

    case GMS_EVENT_SESSION_STARTED:
    case GMS_EVENT_SESSION_ENDED:
    case GMS_EVENT_SESSION_ACTIVATED:
    case GMS_EVENT_SESSION_DISCARDED:
        show(s, NULL);
        break;

    default:
        break;
    }
}


cJSON *
gms_show_to_json(const gms_scorer_t *s)
{
    return s->show != NULL ? cJSON_CreateRaw(s->show) : cJSON_CreateNull();
}
